"""People of a study file brought to its official totals and its plan year; every factor is in the problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from coverplan.errors import Problem, Problems
from coverplan.inputs.people.disaggregate import Scaled, scaled_to
from coverplan.inputs.people.nested_totals import without_nested
from coverplan.inputs.people.official_totals import read_official_totals
from coverplan.inputs.people.population import People, Scaling
from coverplan.inputs.people.to_plan_year import projected_totals
from coverplan.scenario.study_file import AgeTable, OfficialTotals, Population
from coverplan.units import Int64Array


class Done(NamedTuple):
    """What is said of a scaling before its factors are known; as in `Scaling`."""

    kind: str
    year: int | None
    files: tuple[str, ...]
    parent_totals: dict[str, float]
    of_areas: bool = False
    """Nobody was counted before: what is brought to the numbers are square metres."""


def scale_people(
    source: Population,
    folder: Path,
    people: People,
    *,
    codes: Sequence[str | None],
    units: pd.DataFrame,
    aliases: Mapping[str, str],
    problems: Problems,
) -> People:
    """People after the study file's official totals and projection; unchanged where it names none.

    Parameters
    ----------
    source, folder
        The population entry, and the folder its paths start from.
    people
        People at points, as read.
    codes
        Code of the deepest unit that holds each point, None outside every unit.
    units
        Table of units with the column ``parent``.
    aliases
        Code of the unit for names that tables write otherwise.
    problems
        Collects what is wrong, and one note with the factor of each unit and group.
    """
    later = source.projection
    for totals in (() if source.official is None else (source.official,)) + (
        () if later is None else later.sources
    ):
        if totals.base != source.base:
            problems.add(_other_base(source, totals, folder))
            return people
    if source.official is not None:
        official = read_official_totals(
            source.official, folder, units=units, aliases=aliases, problems=problems
        )
        of_areas = source.spread == "uniform"
        done = Done("official", source.official.year, (source.official.file,), {}, of_areas)
        people = _scaled(people, official, done, folder, codes=codes, units=units, problems=problems)
    if later is not None:
        official = projected_totals(
            later, folder, groups=tuple(people.groups), units=units, aliases=aliases, problems=problems
        )
        kind = next(way for way in ("totals", "growth", "cohorts") if getattr(later, way) is not None)
        way = later.growth or later.cohorts
        files = tuple(dict.fromkeys(table.file for table in later.sources))
        done = Done(kind, later.year, files, {} if way is None else dict(way.parent_totals))
        people = _scaled(people, official, done, folder, codes=codes, units=units, problems=problems)
    return people


def report_official(
    source: Population, folder: Path, *, units: pd.DataFrame, aliases: Mapping[str, str], problems: Problems
) -> None:
    """Tell what is wrong with the tables of official numbers where there are no people to scale to them.

    Parameters as those of `scale_people`. Where no units could be read, rows are not held against them.
    """
    found = Problems()
    if source.official is not None:
        read_official_totals(source.official, folder, units=units, aliases=aliases, problems=found)
    if source.projection is not None:
        groups = tuple(map(str, source.groups))
        projected_totals(
            source.projection, folder, groups=groups, units=units, aliases=aliases, problems=found
        )
    problems.add_unknown(one for one in found if len(units) or one.code != "unknown_unit")


def _scaled(
    people: People,
    official: pd.DataFrame | None,
    done: Done,
    folder: Path,
    *,
    codes: Sequence[str | None],
    units: pd.DataFrame,
    problems: Problems,
) -> People:
    """People with official numbers, and with the account of it; as they were where the numbers cannot be used."""
    if official is None:
        return people
    path = folder / done.files[-1]
    rows = rows_of(codes, units, official)
    official = without_nested(
        official, rows, people.groups["total"], units["parent"], path=path, problems=problems
    )
    if official is None:
        return people
    rows = rows_of(codes, units, official)
    _report_unscaled(people, rows, codes, path, problems)
    try:
        scaled = scaled_to(people, rows, official)
    except ValueError as error:
        problems.add(
            Problem(str(error), path, expected="groups that contain each other", code="official_totals")
        )
        return people
    _report(scaled, None if done.of_areas else people, path, problems)
    account = Scaling(done.kind, done.year, done.files, done.parent_totals, scaled.factors)
    return replace(scaled.people, scalings=(*people.scalings, account))


def rows_of(codes: Sequence[str | None], units: pd.DataFrame, official: pd.DataFrame) -> Int64Array:
    """Shape (points,): row of the official table for the unit that holds each point or one above it, -1 for none.

    The lowest unit that the table has is taken, so a county total beside town totals is no second count.
    """
    position = {str(code): row for row, code in enumerate(official.index)}
    answer: dict[str | None, int] = {None: -1}
    for code in set(codes) - {None}:
        at, steps = code, 0
        while at is not None and at not in position and steps < 20:
            above = units["parent"].get(at)
            at, steps = (None if above is None or pd.isna(above) else str(above)), steps + 1
        answer[code] = position.get(at, -1) if at is not None else -1
    return np.array([answer[code] for code in codes], dtype=np.int64)


def _report_unscaled(
    people: People, rows: Int64Array, codes: Sequence[str | None], path: Path, problems: Problems
) -> None:
    """A warning for people in units that the table does not have: they stay as they were, so that two bases are mixed."""
    total = people.groups["total"]
    left = pd.Series(
        total[rows < 0], index=[codes[at] for at in np.flatnonzero(rows < 0).tolist()], dtype=float
    )
    missing = left[left.index.notna() & (left.to_numpy() > 0)].groupby(level=0).sum()
    if not len(missing):
        return
    shown = ", ".join(map(str, missing.index[:10]))
    problems.add(
        Problem(
            f"the official table has no row of {len(missing)} units with {missing.sum():.0f} people, which stay as they were",
            path,
            value=shown + (" ..." if len(missing) > 10 else ""),
            expected="official numbers of every unit",
            remedy="add the units to the table",
            severity="warning",
            code="not_scaled",
            details={"count": len(missing), "people": f"{missing.sum():.0f}", "units": shown},
        )
    )


def _other_base(source: Population, totals: OfficialTotals | AgeTable, folder: Path) -> Problem:
    return Problem(
        "the official totals count other people than the population",
        folder / totals.file,
        field="base",
        value=totals.base,
        expected=source.base,
        remedy="take totals of the same base; residents and the registered cannot be scaled to each other",
        code="other_base",
    )


def _report(scaled: Scaled, before: People | None, path: Path, problems: Problems) -> None:
    """What was done to how many people; `before` is None where there were areas and no people."""
    if before is None:
        units = scaled.factors["code"].nunique()
        what = f"the official people of {units} units were laid evenly over their areas"
        problems.add(Problem(what, path, severity="note", code="laid_evenly"))
    else:
        _report_moved(scaled, before, path, problems)
    problems.extend(
        Problem(
            f"the official people of the unit {code} have no point to be at",
            path,
            field="total",
            expected="people at points in every unit with official people",
            remedy="check the population's coverage and the unit's outline",
            code="unit_without_points",
            details={"unit": code},
        )
        for code in scaled.empty
    )


def _report_moved(scaled: Scaled, before: People, path: Path, problems: Problems) -> None:
    moved = float(np.abs(scaled.people.groups["total"] - before.groups["total"]).sum())
    problems.add(
        Problem(
            f"people were scaled to official totals in {scaled.rounds} rounds",
            path,
            value=f"sum of |after - before| {moved:.0f}; largest difference left {scaled.worst:.1e}",
            severity="note" if scaled.worst <= 1e-9 else "warning",
            code="scaled_to_official",
            details={"people": f"{moved:,.0f}", "rounds": scaled.rounds, "left": f"{scaled.worst:.1e}"},
        )
    )
    problems.extend(
        Problem(
            f"{row.group} of the unit {row.code}: {row.before:.0f} at points, {row.official:.0f} official",
            path,
            field=str(row.group),
            value=f"factor {row.factor:.4f}",
            severity="note",
            code="official_factor",
            details={
                "unit": row.code,
                "group": str(row.group),
                "before": f"{row.before:,.0f}",
                "official": f"{row.official:,.0f}",
                "factor": f"{row.factor:.4f}",
            },
        )
        for row in scaled.factors.itertuples()
    )
