"""Facilities of one layer after an idea's changes: only rows that a change is about are laid out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from coverplan.answer.study_runner import Prepared
from coverplan.errors import Problem, Problems
from coverplan.ground.facilities import Facilities
from coverplan.scenario.change_file import Change, Place
from coverplan.study.changes import apply_changes


@dataclass(frozen=True, slots=True)
class Ledger:
    """A layer's facilities after the changes that hold in the year, and what is odd about them."""

    facilities: Facilities
    warnings: tuple[Problem, ...]


def changed_ledger(
    ready: Prepared, table: gpd.GeoDataFrame, changes: tuple[Change, ...], year: int | None
) -> Ledger:
    """The layer as `coverplan.study.changes.apply_changes` leaves it.

    Parameters
    ----------
    ready
        The study.
    table
        The layer's facilities in id order, index 0..n-1.
    changes
        Changes of this layer, in their order.
    year
        Year that is looked at.

    Raises
    ------
    InputError
        With everything that is wrong with the changes.
    """
    named = {place_of(change).id for change in changes}
    touched = table["id"].isin(named).to_numpy()
    problems = Problems()
    some = _applied(ready, table[touched].reset_index(drop=True), changes, year, problems)
    if problems.errors:
        # a facility that is not there is told by those that are: the whole layer has to be looked at
        problems = Problems()
        _applied(ready, table, changes, year, problems)
        problems.raise_if_errors()
    if not touched.any() and not len(some):
        return Ledger(replace(ready.study.facilities, table=table), tuple(problems))
    whole = together([table[~touched], some]).sort_values("id", kind="stable", ignore_index=True)
    return Ledger(replace(ready.study.facilities, table=whole), tuple(problems))


def place_of(change: Change) -> Place:
    """Layer and id of the facility that a change is about."""
    place = change.open or change.close or change.move or change.upgrade
    assert place is not None
    return place


def layers_changed(changes: Sequence[Change]) -> list[str]:
    """Layers that any of the changes is about, in name order."""
    return sorted({place_of(change).layer for change in changes})


def together(tables: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Tables under each other; one that is empty says nothing about the kind of a column."""
    filled = [table for table in tables if len(table)] or list(tables[:1])
    if len(filled) == 1:
        return filled[0]
    return gpd.GeoDataFrame(pd.concat(filled, ignore_index=True), geometry="geometry", crs=filled[0].crs)


def _applied(
    ready: Prepared,
    table: gpd.GeoDataFrame,
    changes: tuple[Change, ...],
    year: int | None,
    problems: Problems,
) -> gpd.GeoDataFrame:
    changed = apply_changes(
        replace(ready.study.facilities, table=table),
        ready.loaded.scenario_document,
        changes,
        year=year,
        area=ready.study.area,
        units=ready.study.units,
        problems=problems,
    )
    return changed.facilities.table
