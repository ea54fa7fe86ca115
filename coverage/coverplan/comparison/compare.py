"""The way from two or three answers to their comparison."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from coverplan.comparison.comparable import comparable
from coverplan.comparison.cost import action_table, cost_table
from coverplan.comparison.outcome import Comparison
from coverplan.comparison.people import nearer_table, people_table, worst_table
from coverplan.comparison.regret import regret_of
from coverplan.comparison.side import Side, Source, take_sides
from coverplan.comparison.targets import target_table
from coverplan.comparison.unchanged import with_unchanged
from coverplan.report.tables.coverage import street_level
from coverplan.results.files import of_result
from coverplan.text.progress import Progress, tell_nobody
from coverplan.text.words import Language


def compare(
    a: Source,
    b: Source,
    c: Source | None = None,
    *,
    out: str | Path | None = None,
    language: Language | None = None,
    money: bool = False,
    numbers_only: bool = False,
    write: bool = True,
    progress: Progress | None = None,
) -> Comparison:
    """Hold two or three answers against the same year in which nothing is changed, and against each other.

    The first side of the comparison is an answer that changes nothing, where one is given; else it is made from what
    the others say would be so without them.

    Parameters
    ----------
    a, b, c
        A result, its folder, or a scenario file; a scenario without a current result is answered first.
    out
        Folder for the comparison; ``compare-A-B`` beside the results when not given.
    language
        Of what people read; the first scenario's when not given.
    money
        Also asks what the money of each side's new sites could have done, which takes longer.
    numbers_only
        Writes tables and ``compare.json``, no report.
    write
        False keeps the comparison in memory.
    progress
        Told about each step.

    Raises
    ------
    InputError
        With everything that is wrong, or if the answers are of different studies.
    """
    told = progress or tell_nobody
    sources = [source for source in (a, b, c) if source is not None]
    read = take_sides(sources, told)
    told("step.compare", {})
    with of_result(*(side.result.folder for side in read if side.result.folder is not None)):
        sides = with_unchanged(read)
        found = compared(sides, money=money)
        if not write:
            return found
        from coverplan.comparison.files import write_comparison

        folder = default_folder(sides) if out is None else Path(out)
        chosen = language or sides[0].summary["scenario"]["language"]
        written = write_comparison(found, folder, language=chosen, numbers_only=numbers_only)
    return replace(found, folder=written)


def compared(sides: tuple[Side, ...], *, money: bool = False) -> Comparison:
    """Everything that differs between the sides; `money` as in `compare`."""
    common = comparable(sides)
    actions = action_table(sides)
    return Comparison(
        sides=sides,
        common=common,
        people=people_table(sides, common),
        nearer=nearer_table(sides, common),
        worst=worst_table(sides, common, street_level(sides[0].result)),
        targets=target_table(sides, common),
        actions=actions,
        cost=cost_table(actions),
        regret=regret_of(sides, common, money=money),
    )


def default_folder(sides: tuple[Side, ...]) -> Path:
    """``compare-A-B`` beside the first result that stands in a folder, else in ``maps`` here."""
    homes = [side.result.folder.parent for side in sides if side.result.folder is not None]
    return (homes[0] if homes else Path("maps")) / "-".join(
        ["compare", *(side.stem for side in sides if not side.derived)]
    )
