"""What a person sees in the terminal: progress with elapsed time, a plain summary, errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from coverplan.cli.terminal_siting import print_siting
from coverplan.errors import CoverplanError, InputError, Problem
from coverplan.results.files import MANIFEST_JSON
from coverplan.text.problem_words import problem_text
from coverplan.text.progress import tell_nobody
from coverplan.text.words import LANGUAGES, UNKNOWN, Language, Words

if TYPE_CHECKING:
    from coverplan.answer.study_runner import Prepared
    from coverplan.results.result import Result

#: Units in the table of a terminal; the rest stands in the files.
MOST_UNITS = 6
#: Problems of one kind that are printed; the rest is counted.
MOST_ALIKE = 20


class Screen:
    """Terminal output.

    Parameters
    ----------
    quiet
        Print errors only.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._out = Console(quiet=quiet, highlight=False)
        self._err = Console(stderr=True, highlight=False)
        self._quiet = quiet

    @contextmanager
    def steps(self, language: str | None) -> Iterator[Callable[[str, dict[str, str]], None]]:
        """Show each step with its elapsed time while it runs; nothing where nobody watches."""
        words = words_of(language)
        if self._quiet or not self._err.is_terminal:
            yield tell_nobody  # older versions of rich print an empty line even when they are disabled
            return
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=self._err, transient=True) as progress:
            task = progress.add_task("", total=None)

            def tell(key: str, details: dict[str, str]) -> None:
                progress.update(task, description=escape(words(key, **details)))

            yield tell

    def summary(self, result: Result, language: str) -> None:
        """Print who is covered, by group and unit, worst first."""
        words = words_of(language)
        summary = result.summary
        self._out.print(f"[bold]{escape(title_of(summary['scenario']['name'], language))}[/bold]")
        if summary["study"]["synthetic"]:
            self._out.print(f"[yellow]{words('summary.synthetic')}[/yellow]")
        for warning in summary["warnings"]:
            sentence = words("summary.off_network_high", share=words.share(warning["share"]))
            self._out.print(f"[bold red]{sentence}[/bold red]")
        for standard in summary["standards"]:
            self._standard(result, standard, words)
        self._plan(result, words)
        print_siting(self._out, result, words)
        self._beside(result, words)

    def gaps(self, result: Result, language: str) -> None:
        """Print targets, gaps and verdicts alone."""
        self._plan(result, words_of(language))

    def _plan(self, result: Result, words: Words) -> None:
        """Targets held against the study: present, target, gap, verdict, how many fall short."""
        gaps = result.tables.get("gaps")
        if gaps is None:
            return
        self._out.print()
        table = _plain_table(words("terminal.gaps", date=words.date(gaps["as_of"].iloc[0])))
        table.add_column(words("terminal.target_name"), overflow="fold")
        for column in ("present", "target", "gap"):
            table.add_column(words(f"terminal.{column}"), justify="right")
        table.add_column(words("terminal.verdict"))
        table.add_column(words("terminal.short"), overflow="fold")
        for row in gaps.to_dict("records"):
            number = _number_of(words, row)
            colour = _VERDICT_COLOURS[row["verdict"]]
            table.add_row(
                escape(row[f"name_{words.language}"]),
                number("present"),
                f"{'> ' if row['rule'] == '>' else ''}{number('target')}",
                number("gap"),
                f"[{colour}]{words('terminal.' + row['verdict'])}[/{colour}]",
                escape(_first_few(row["short"], words)),
            )
        self._out.print(table)

    def _standard(self, result: Result, standard: dict[str, Any], words: Words) -> None:
        counted = standard["facilities"]
        layer = words.name_of("layer", standard["layer"])
        self._out.print(f"\n[bold cyan]{escape(layer)}[/bold cyan]  {escape(standard['key'])}")
        facts = words("summary.facilities", count=counted["counted"], outside=counted["outside_area"])
        self._out.print(f"  {facts}")
        if counted["unplaced"]:
            self._out.print(f"  {words('summary.unplaced', count=counted['unplaced'])}")
        for group, people in standard["people"].items():
            self._group(standard, group, people, words)
        self._units(result, standard["key"], standard["groups"][0], words)

    def _group(self, standard: dict[str, Any], group: str, people: dict[str, Any], words: Words) -> None:
        profile = standard["profile"]
        measured = words(
            "summary.standard",
            group=words.name_of("group", group),
            profile=words.name_of("profile", profile["name"]),
            speed=f"{profile['speed_m_s']:g}",
            minutes=f"{standard['minutes']:g}",
            method=words(f"method.{standard['method']}"),
        )
        covered = words(
            "summary.covered",
            covered=words.number(people["covered"]),
            share=words.share(people["share"]),
            uncovered=words.number(people["uncovered"]),
            off_network=words.number(people["off_network"]),
        )
        self._out.print(f"  {escape(measured)}\n    [bold]{covered}[/bold]")
        if "gained" in people:
            before = people["covered_before"] / people["people"] if people["people"] else None
            changed = words(
                "summary.changed",
                gained=words.number(people["gained"]),
                lost=words.number(people["lost"]),
                before=words.share(before),
            )
            self._out.print(f"    {changed}")

    def _units(self, result: Result, key: str, group: str, words: Words) -> None:
        worst = result.worst_units(key, group)
        if worst.empty:
            return
        table = _plain_table(words("summary.by_unit", group=words.name_of("group", group)))
        table.add_column(words("column.unit"))
        columns = ("people", "covered", "uncovered", "off_network", "share")
        for column in columns:
            table.add_column(words(f"column.{column}"), justify="right")
        for row in worst.head(MOST_UNITS).to_dict("records"):
            name = f"{row['unit_code']} {row['unit_name']}"
            numbers = [words.number(row[column]) for column in columns[:-1]]
            table.add_row(escape(name), *numbers, words.share(row["share"]))
        self._out.print(table)

    def _beside(self, result: Result, words: Words) -> None:
        buffer = result.summary["reconciliation"]["people"].get("total", {}).get("buffer", 0)
        self._out.print()
        if buffer:
            self._out.print(words("summary.buffer", people=words.number(buffer)))
        if result.folder is not None:
            if result.problems:
                file = result.folder / MANIFEST_JSON
                self._out.print(words("summary.notices", count=len(result.problems), file=escape(str(file))))
            self._out.print(words("summary.written", folder=escape(str(result.folder))))

    def checked(self, ready: Prepared, language: str) -> None:
        """Print what was read and what was noticed."""
        words = words_of(language)
        study = ready.study
        facts = words(
            "check.study",
            name=title_of(_plain_title(study.file.name), language),
            units=len(study.units.codes),
            points=study.demand.points,
            facilities=len(study.facilities.table),
        )
        self._out.print(escape(facts))
        if study.network is not None:
            self._out.print(words("check.streets", edges=study.network.edges, nodes=study.network.nodes))
        problems = tuple(ready.problems)
        self._print_problems(self._out, problems, words)
        self._out.print(f"[green]{words('check.fine', count=len(problems))}[/green]")

    def error(self, error: CoverplanError, language: str | None = None) -> None:
        """Print an error as one block on stderr."""
        if not isinstance(error, InputError):
            self._err.print(f"[red]{escape(str(error))}[/red]")
            return
        errors = [problem for problem in error.problems if problem.severity == "error"]
        words = words_of(language)
        self._err.print(f"[bold red]{words('check.failed', count=len(errors))}[/bold red]")
        self._print_problems(self._err, error.problems, words)

    @staticmethod
    def _print_problems(console: Console, problems: Iterable[Problem], words: Words) -> None:
        alike: dict[tuple[object, ...], int] = {}
        for problem in problems:
            kind = (problem.code, problem.file, problem.field)
            alike[kind] = alike.get(kind, 0) + 1
            if alike[kind] <= MOST_ALIKE:
                console.print(escape(problem_text(problem, words)), soft_wrap=True)
        for (code, file, field), count in alike.items():
            if count > MOST_ALIKE:
                more = words(
                    "check.more_alike", count=count - MOST_ALIKE, code=code, file=file, field=field or ""
                )
                console.print(escape(more), soft_wrap=True)


#: Bright enough on black and on white; the words alone say it too.
_VERDICT_COLOURS = {
    "met": "green",
    "on_track": "green",
    "not_met": "red",
    "behind": "red",
    "cannot_be_judged": "yellow",
    "report_only": "dim",
}
_NAMES_SHOWN = 3


def _plain_table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=True)


def _number_of(words: Words, row: Mapping[Hashable, Any]) -> Callable[[str], str]:
    def number(column: str) -> str:
        value = row[column]
        if value is None or value != value:  # noqa: PLR0124  (NaN is not equal to itself)
            return UNKNOWN
        return words.number(float(value), 0 if float(value).is_integer() else 1)

    return number


def _first_few(names: Sequence[str], words: Words) -> str:
    if not names:
        return ""
    shown = words("terminal.comma").join(names[:_NAMES_SHOWN])
    return shown if len(names) <= _NAMES_SHOWN else words("terminal.and_more", names=shown, count=len(names))


def words_of(language: str | None) -> Words:
    """Words of a language given as text; Chinese when nothing else is said, as most readers expect."""
    known: dict[str, Language] = {name: name for name in LANGUAGES}
    return Words(known.get(language or "zh", "zh"))


def title_of(name: Any, language: str) -> str:
    """A title in a language: a text, or the text of that language, else of the other."""
    if isinstance(name, str):
        return name
    other = "en" if language == "zh" else "zh"
    return str(name.get(language) or name.get(other) or "")


def problems_as_json(problems: Iterable[Problem]) -> str:
    """Problems as a JSON list."""
    return json.dumps(
        [
            {
                "severity": problem.severity,
                "code": problem.code,
                "what": problem.what,
                "file": None if problem.file is None else str(problem.file),
                "line": problem.line,
                "field": problem.field,
                "value": None if problem.value is None else str(problem.value),
                "expected": problem.expected,
                "remedy": problem.remedy,
            }
            for problem in problems
        ],
        ensure_ascii=False,
    )


def _plain_title(name: Any) -> Any:
    return name if isinstance(name, str) else name.model_dump()
