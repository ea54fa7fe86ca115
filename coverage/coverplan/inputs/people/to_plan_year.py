"""Official people of a plan year, from a forecast, from totals of two years, or from cohorts of two censuses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from coverplan.errors import Problem, Problems
from coverplan.inputs.people.age_bands import ages_of
from coverplan.inputs.people.long_table import read_wide
from coverplan.inputs.people.official_totals import columns_between, read_official_totals
from coverplan.inputs.people.projection import STEP_YEARS, carried_totals, cohorts_in, controlled
from coverplan.scenario.study_file import AgeTable, Cohorts, Growth, OfficialTotals, Projection
from coverplan.units import Int64Array

#: Key of a parent's total that counts every unit of the tables.
ALL = "all"


def projected_totals(
    source: Projection,
    folder: Path,
    *,
    groups: tuple[str, ...],
    units: pd.DataFrame,
    aliases: Mapping[str, str],
    problems: Problems,
) -> pd.DataFrame | None:
    """People of the plan year as `read_official_totals` gives them; None when they cannot be had.

    Parameters
    ----------
    source, folder
        The projection, and the folder its paths start from.
    groups
        Groups of the population; cohorts are added up to those that begin and end with an age group of five years.
    units, aliases, problems
        As those of `read_official_totals`.
    """
    if source.totals is not None:
        return read_official_totals(source.totals, folder, units=units, aliases=aliases, problems=problems)
    way = source.growth or source.cohorts
    assert way is not None
    tables = []
    for table in (way.earlier, way.later):
        asked = _as_totals(table, folder, problems) if isinstance(table, AgeTable) else table
        tables.append(
            None
            if asked is None
            else read_official_totals(asked, folder, units=units, aliases=aliases, problems=problems)
        )
    earlier, later = tables
    if earlier is None or later is None or not _same_units(earlier, later, way, folder, problems):
        return None
    years = (way.earlier.year, way.later.year)
    try:
        if isinstance(way, Growth):
            names = ["total", *sorted(set(later.columns) - {"total"})]
            found = carried_totals(
                years, earlier[names].to_numpy(float), later[names].to_numpy(float), source.year
            )
        else:
            ages = cohorts_in(
                source.year, years, earlier.sort_index(axis=1).to_numpy(float),
                later.sort_index(axis=1).to_numpy(float),
            )  # fmt: skip
            names = ["total", *(g for g in groups if g != "total" and _members(g, ages.shape[1]) is not None)]
            found = np.column_stack([ages[:, _members(name, ages.shape[1])].sum(axis=1) for name in names])
        part = _parts(later.index, way.parent_totals, units)
        found = controlled(found, part, np.array(list(way.parent_totals.values()), dtype=np.float64))
    except ValueError as error:
        problems.add(Problem(str(error), folder / way.later.file, field="projection", code="cannot_project"))
        return None
    return pd.DataFrame(found, index=later.index, columns=names)


def _as_totals(source: AgeTable, folder: Path, problems: Problems) -> OfficialTotals | None:
    """A table of ages as official totals whose groups are its columns, named so that they sort by age."""
    table = read_wide(source, folder, problems)
    if table is None:
        return None
    asked = (source.ages,) if isinstance(source.ages, str) else source.ages
    names = columns_between(table, asked, problems)
    if names is None:
        return None
    groups: dict[str, str | tuple[str, ...]] = {
        f"ages_{number:02d}": name for number, name in enumerate(names)
    }
    return OfficialTotals(**source.model_dump(exclude={"ages"}), groups=groups)


def _members(group: str, ages: int) -> slice | None:
    """Age groups of five years that make up a group; None when it begins or ends within one."""
    bounds = ages_of(group)
    if bounds is None:
        return None
    oldest = (ages - 1) * STEP_YEARS
    first, end = bounds
    closed = end <= oldest
    if first % STEP_YEARS or first > oldest or (closed and end % STEP_YEARS):
        return None
    if not closed and end < 1_000:  # a group that ends within the open one
        return None
    return slice(first // STEP_YEARS, end // STEP_YEARS if closed else ages)


def _same_units(
    earlier: pd.DataFrame, later: pd.DataFrame, way: Growth | Cohorts, folder: Path, problems: Problems
) -> bool:
    odd = sorted(set(earlier.index) ^ set(later.index))
    if odd:
        problems.add(
            Problem(
                "units stand in the count of one year and not in that of the other",
                folder / way.later.file,
                field="projection",
                value=", ".join(odd[:20]),
                expected=f"the same units in {way.earlier.year} and {way.later.year}",
                remedy="add them, or join units that were split or merged between the two",
                code="other_units",
            )
        )
    if earlier.shape[1] != later.shape[1]:
        problems.add(
            Problem(
                "the two counts have different numbers of age groups",
                folder / way.later.file,
                field="projection.cohorts",
                value=f"{earlier.shape[1]} and {later.shape[1]}",
                expected="the same age groups in both years",
                remedy="add the oldest groups of the longer one, so that both end with the same open group",
                code="other_ages",
            )
        )
    return not odd and earlier.shape == later.shape


def _parts(codes: pd.Index, totals: Mapping[str, float], units: pd.DataFrame) -> Int64Array:
    """Shape (codes,): position of the nearest unit above (or at) each code that has a parent's total, -1 for none."""
    position = {code: at for at, code in enumerate(totals)}
    unknown = sorted(set(position) - {ALL} - set(map(str, units.index)))
    if unknown:
        raise ValueError(f"parent_totals names {', '.join(unknown)}, which is no unit of the study")
    found = np.full(len(codes), position.get(ALL, -1), dtype=np.int64)
    for row, code in enumerate(codes):
        at: str | None = str(code)
        while at is not None:
            if at in position:
                found[row] = position[at]
                break
            above = units["parent"].get(at)
            at = None if above is None or pd.isna(above) else str(above)
    return found
