"""What a person sees in the terminal of a result's numbers: who is served, how far from the plan, of which time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from coverplan.report.labels import Labels
from coverplan.results.cautions import alarms, computable, people_note
from coverplan.results.result import Result
from coverplan.results.whole_people import stage_share
from coverplan.results.withheld_words import in_reader_language
from coverplan.results.wording import method_words, speed_words
from coverplan.text.words import UNKNOWN, Words

#: Units in the table of a terminal; the rest stands in the files.
MOST_UNITS = 6
#: Bright enough on black and on white; the words alone say it too.
VERDICT_COLOURS = {
    "met": "green",
    "on_track": "green",
    "not_met": "red",
    "behind": "red",
    "cannot_be_judged": "yellow",
    "report_only": "dim",
}
_NAMES_SHOWN = 3
#: Columns of a terminal that has room for names beside the numbers of targets; in a smaller one they stand below.
ROOM_FOR_NAMES = 100
_COUNTED = ("people", "covered", "uncovered", "off_network", "outside_units")


def print_heading(console: Console, result: Result, labels: Labels) -> None:
    """Print the title with its time, and all that must be known before the numbers are quoted."""
    words, tense = labels.words, labels.tense
    title = tense.titled(labels.title(result.summary["scenario"]["name"]), words)
    console.print(f"[bold]{escape(title)}[/bold]")
    statement, note = tense.statement(words), people_note(result, words)
    for line in (statement, words("summary.synthetic") if result.summary["study"]["synthetic"] else None):
        if line is not None:
            console.print(f"[yellow]{escape(line)}[/yellow]")
    for sentence in alarms(result, words, labels.standard):
        console.print(f"[bold red]{escape(sentence)}[/bold red]")
    if note is not None:
        console.print(escape(note))


def print_standards(console: Console, result: Result, labels: Labels) -> None:
    """Print for each standard who is covered, by group, and the units with the lowest share."""
    for standard in result.summary["standards"]:
        _standard(console, result, standard, labels)


def print_plan(console: Console, result: Result, labels: Labels) -> None:
    """Print targets at present and, for a result of another time, without and with the changes; gap and verdict."""
    gaps, words = result.tables.get("gaps"), labels.words
    if gaps is None:
        return
    console.print()
    day = words.date(gaps["as_of"].iloc[0])
    label = labels.tense.label(words)
    ahead = labels.tense.projected
    table = plain_table(
        words("terminal.gaps_ahead", label=label) if ahead else words("terminal.gaps", date=day)
    )
    table.add_column(words("terminal.target_name"), overflow="fold")
    before = [name for name in ("now", "without") if name in gaps]
    for name in before:
        table.add_column(words(f"terminal.{name}"), justify="right")
    table.add_column(labels.tense.short_head(words), justify="right")
    for name in ("target", "gap"):
        table.add_column(words(f"terminal.{name}"), justify="right")
    table.add_column(words("terminal.verdict"))
    beside = console.width >= ROOM_FOR_NAMES
    if beside:
        table.add_column(words("terminal.short"), overflow="fold")
    rows = gaps.to_dict("records")
    for row in rows:
        number = _number_of(words, row)
        colour = VERDICT_COLOURS[row["verdict"]]
        table.add_row(
            escape(_with_its_measure(row, labels)),
            *(number(name) for name in before),
            number("present"),
            f"{'> ' if row['rule'] == '>' else ''}{number('target')}",
            _gap_of(row, words),
            f"[{colour}]{words('terminal.' + row['verdict'])}[/{colour}]",
            *([escape(_first_few(row["short"], words))] if beside else []),
        )
    console.print(table)
    if not beside:
        _print_short(console, rows, words)


def _print_short(console: Console, rows: Sequence[Mapping[Hashable, Any]], words: Words) -> None:
    """Print below the targets of a narrow terminal what falls short of each."""
    short = [row for row in rows if row["short"]]
    if short:
        console.print(f"[bold]{words('terminal.short')}[/bold]")
    for row in short:
        told = words(
            "terminal.short_of", target=row[f"name_{words.language}"], names=_first_few(row["short"], words)
        )
        console.print(f"  {escape(told)}")


def plain_table(title: str) -> Table:
    """A table without lines, its title on the left."""
    return Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=True)


def _standard(console: Console, result: Result, standard: dict[str, Any], labels: Labels) -> None:
    counted, words = standard["facilities"], labels.words
    console.print(f"\n[bold cyan]{escape(labels.standard(standard['key']))}[/bold cyan]")
    facts = words("summary.facilities", count=counted["counted"], outside=counted["outside_area"])
    console.print(f"  {facts}")
    if counted["unplaced"]:
        console.print(f"  {words('summary.unplaced', count=counted['unplaced'])}")
    known = computable(result, standard["key"])
    for group, people in standard["people"].items():
        _group(console, standard, group, people, labels, known=known)
    if known:
        _units(console, result, standard["key"], standard["groups"][0], words)


def _group(
    console: Console,
    standard: dict[str, Any],
    group: str,
    people: dict[str, Any],
    labels: Labels,
    *,
    known: bool,
) -> None:
    words, profile = labels.words, standard["profile"]
    measured = words(
        "summary.standard",
        group=words.name_of("group", group),
        profile=words.name_of("profile", profile["name"]),
        speed=speed_words(standard, words),
        minutes=f"{standard['minutes']:g}",
        method=method_words(standard, words),
    )
    if not known:
        console.print(f"  {escape(measured)}\n    [bold]{words('summary.not_computable')}[/bold]")
        return
    covered = words(
        "summary.covered",
        covered=words.number(people["covered"]),
        share=words.share(people["share"]),
        uncovered=words.number(people["uncovered"]),
        off_network=words.number(people["off_network"]),
    )
    if people["outside_units"]:
        covered += words("summary.outside_units", people=words.number(people["outside_units"]))
    console.print(f"  {escape(measured)}\n    [bold]{covered}[/bold]")
    for line in _of_other_times(people, labels):
        console.print(f"    {line}")


def _of_other_times(people: dict[str, Any], labels: Labels) -> list[str]:
    """What the share is at present and without the changes, and who is gained and lost."""
    words = labels.words

    def share(name: str) -> str:
        return words.share(stage_share(people, name))

    lines = []
    if "covered_present" in people:
        lines.append(words("summary.present", share=share("covered_present")))
    if "covered_before" in people:
        lines.append(
            words(
                "summary.changed",
                without=share("covered_before"),
                gained=words.number(people["gained"]),
                lost=words.number(people["lost"]),
            )
        )
    return lines


def _units(console: Console, result: Result, key: str, group: str, words: Words) -> None:
    worst = result.worst_units(key, group).head(MOST_UNITS)
    if worst.empty:
        return
    table = plain_table(words("summary.by_unit", group=words.name_of("group", group)))
    table.add_column(words("column.unit"))
    shown = [name for name in _COUNTED if name != "outside_units" or worst[name].any()]
    for column in (*shown, "share"):
        table.add_column(words(f"column.{column}"), justify="right")
    for row in worst.to_dict("records"):
        code, own = row["unit_code"], row["unit_name"]
        name = str(own) if code == own else f"{code} {own}"
        table.add_row(escape(name), *(words.number(row[c]) for c in shown), words.share(row["share"]))
    console.print(table)


def _number_of(words: Words, row: Mapping[Hashable, Any]) -> Callable[[str], str]:
    def number(column: str) -> str:
        value = row[column]
        if value is None or value != value:  # noqa: PLR0124  (NaN is not equal to itself)
            return UNKNOWN
        return words.number(float(value), 0 if float(value).is_integer() else 1)

    return number


def _with_its_measure(row: Mapping[Hashable, Any], labels: Labels) -> str:
    """The name of a target with what it is counted in."""
    name = str(row[f"name_{labels.words.language}"])
    if not row["measure"]:
        return name
    return labels.words("terminal.measured_in", name=name, measure=labels.measure(row["measure"]))


def _gap_of(row: Mapping[Hashable, Any], words: Words) -> str:
    """What a target lacks, or by how much it is exceeded."""
    gap = _number_of(words, row)("gap")
    if row["gap"] is not None and row["gap"] < 0:
        return words("terminal.over", value=gap.removeprefix("-"))
    # what is just as large as it must be more than lacks something that no number names
    return f"> {gap}" if row["rule"] == ">" and row["gap"] == 0 else gap


def _first_few(names: Sequence[str], words: Words) -> str:
    if not names:
        return ""
    shown = in_reader_language(words("terminal.comma").join(names[:_NAMES_SHOWN]), words)
    return shown if len(names) <= _NAMES_SHOWN else words("terminal.and_more", names=shown, count=len(names))
