"""What a person sees in the terminal: progress with elapsed time, a plain summary, errors.

What prints them is loaded when there is something to print: a command begins to read before.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from coverplan.errors import CoverplanError, InputError, Problem
from coverplan.text.problem_words import problem_text
from coverplan.text.progress import tell_nobody
from coverplan.text.words import LANGUAGES, Language, Words

if TYPE_CHECKING:
    from rich.console import Console

    from coverplan.answer.ledger_runner import PreparedLedger
    from coverplan.answer.prepared import Prepared
    from coverplan.results.result import Result

#: Problems of one kind that are printed; the rest is counted.
MOST_ALIKE = 20
#: Ask rich to take for a terminal what the system does not call one.
_SAID_TO_BE_TERMINALS = ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")


class Screen:
    """Terminal output.

    Parameters
    ----------
    quiet
        Print errors only.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet

    @cached_property
    def _out(self) -> Console:
        from rich.console import Console

        return Console(quiet=self._quiet, highlight=False)

    @cached_property
    def _err(self) -> Console:
        from rich.console import Console

        return Console(stderr=True, highlight=False)

    @contextmanager
    def steps(self, language: str | None) -> Iterator[Callable[[str, dict[str, str]], None]]:
        """Show each step with its elapsed time while it runs; nothing where nobody watches."""
        words = words_of(language)
        watched = sys.stderr.isatty() or any(name in os.environ for name in _SAID_TO_BE_TERMINALS)
        if self._quiet or not watched or not self._err.is_terminal:
            yield tell_nobody  # older versions of rich print an empty line even when they are disabled
            return
        from rich.markup import escape
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=self._err, transient=True) as progress:
            task = progress.add_task("", total=None)

            def tell(key: str, details: dict[str, str]) -> None:
                progress.update(task, description=escape(words(key, **details)))

            yield tell

    def summary(self, result: Result, language: str) -> None:
        """Print of which time the numbers are, who is covered, the plan and the siting answer."""
        if self._quiet:
            return
        # a check prints no result, and begins without what is needed for one
        from coverplan.cli.terminal_numbers import print_heading, print_plan, print_standards
        from coverplan.cli.terminal_siting import print_siting
        from coverplan.report.labels import Labels
        from coverplan.results.whole_people import in_whole_people

        words = words_of(language)
        result = in_whole_people(result)
        labels = Labels(result, words.language)
        print_heading(self._out, result, labels)
        print_standards(self._out, result, labels)
        print_plan(self._out, result, labels)
        print_siting(self._out, result, words)
        self._beside(result, words)

    def gaps(self, result: Result, language: str) -> None:
        """Print targets, gaps and verdicts alone, with the time of which they are."""
        from rich.markup import escape

        from coverplan.cli.terminal_numbers import print_plan
        from coverplan.report.labels import Labels

        labels = Labels(result, words_of(language).language)
        statement = labels.tense.statement(labels.words)
        if statement is not None:
            self._out.print(f"[yellow]{escape(statement)}[/yellow]")
        print_plan(self._out, result, labels)

    def _beside(self, result: Result, words: Words) -> None:
        from rich.markup import escape

        from coverplan.cli.terminal_notices import print_notices

        buffer = result.summary["reconciliation"]["people"].get("total", {}).get("buffer", 0)
        self._out.print()
        if buffer:
            self._out.print(words("summary.buffer", people=words.number(buffer)))
        if result.folder is not None:
            if result.problems:
                print_notices(self._out, result.problems, words, result.folder)
            self._out.print(words("summary.written", folder=escape(str(result.folder))))

    def checked(self, ready: Prepared, language: str) -> None:
        """Print what was read and what was noticed."""
        if self._quiet:
            return
        from rich.markup import escape

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
        self._fine(tuple(ready.problems), words)

    def checked_ledger(self, ready: PreparedLedger, language: str) -> None:
        """Print what was read of a ledger scenario and what was noticed."""
        if self._quiet:
            return
        from rich.markup import escape

        words = words_of(language)
        facts = words(
            "check.ledger",
            name=title_of(_plain_title(ready.asked.name), language),
            units=len(ready.context.units.codes),
            facilities=len(ready.context.facilities.table),
            targets=len(ready.plan.targets),
        )
        self._out.print(escape(facts))
        self._fine(tuple(ready.problems), words)

    def _fine(self, problems: tuple[Problem, ...], words: Words) -> None:
        self._print_problems(self._out, problems, words)
        self._out.print(f"[green]{words('check.fine', count=len(problems))}[/green]")

    def error(self, error: CoverplanError, language: str | None = None) -> None:
        """Print an error as one block on stderr."""
        from rich.markup import escape

        if not isinstance(error, InputError):
            self._err.print(f"[red]{escape(str(error))}[/red]")
            return
        errors = [problem for problem in error.problems if problem.severity == "error"]
        words = words_of(language)
        self._err.print(f"[bold red]{words('check.failed', count=len(errors))}[/bold red]")
        self._print_problems(self._err, error.problems, words)

    @staticmethod
    def _print_problems(console: Console, problems: Iterable[Problem], words: Words) -> None:
        from rich.markup import escape

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
