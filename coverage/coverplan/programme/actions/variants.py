"""Variants of the ledger: rows that stand today and rows that each action would leave behind, with who excludes whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from coverplan.ground.facilities import Facilities
from coverplan.programme.actions.action import Action
from coverplan.units import Int64Array
from coverplan.vocabulary import NUMBER_FIELDS


@dataclass(frozen=True, slots=True)
class Linear:
    """A constant and a multiple of each of some actions: 1 where the action is done, else 0.

    Parameters
    ----------
    constant
        Value when nothing is done.
    factors
        What each action adds, by its position; exact, none of them zero.
    """

    constant: Fraction
    factors: dict[int, Fraction]

    def plus(self, other: Linear, times: Fraction = Fraction(1)) -> Linear:
        """Sum with a multiple of another."""
        factors = dict(self.factors)
        for action, value in other.factors.items():
            factors[action] = factors.get(action, Fraction(0)) + times * value
        return Linear(
            self.constant + times * other.constant, {a: value for a, value in factors.items() if value}
        )


@dataclass(frozen=True)
class Variants:
    """Facilities as they stand in a year without any action, followed by one row for every action but closures.

    A row of the first kind is there unless an action that changes its facility is done; one of the second kind is
    there when its action is done.

    Parameters
    ----------
    facilities
        The rows, first those of the year.
    standing
        How many rows stand without any action.
    actions
        All actions, in the order of their positions.
    """

    facilities: Facilities
    standing: int
    actions: tuple[Action, ...]

    @cached_property
    def row_of_action(self) -> Int64Array:
        """Shape (actions,): row that an action leaves behind, -1 for a closure."""
        leaves = np.array([action.kind != "close" for action in self.actions], dtype=bool)
        rows = np.full(len(self.actions), -1, dtype=np.int64)
        rows[leaves] = self.standing + np.arange(int(leaves.sum()))
        return rows

    @cached_property
    def action_of_row(self) -> Int64Array:
        """Shape (rows,): action that leaves a row behind, -1 for rows that stand."""
        found = np.full(len(self.facilities.table), -1, dtype=np.int64)
        leaves = np.flatnonzero(self.row_of_action >= 0)
        found[self.row_of_action[leaves]] = leaves
        return found

    @cached_property
    def row_changed_by(self) -> Int64Array:
        """Shape (actions,): standing row that an action changes, -1 where there is none in this year."""
        table = self.facilities.table.iloc[: self.standing]
        position = {key: at for at, key in enumerate(zip(table["layer"], table["id"], strict=True))}
        return np.array([position.get((a.layer, str(a.facility)), -1) for a in self.actions], dtype=np.int64)

    @cached_property
    def changing(self) -> dict[int, list[int]]:
        """Actions that change each standing row, by row; rows that nothing changes are left out."""
        found: dict[int, list[int]] = {}
        for action, row in enumerate(self.row_changed_by.tolist()):
            if row >= 0:
                found.setdefault(row, []).append(action)
        return found

    def total(self, rows: Iterable[int], values: Sequence[Fraction | None] | None = None) -> Linear:
        """Sum over rows that are there, of one for each or of a value; an unknown value adds nothing (R15)."""
        constant = Fraction(0)
        factors: dict[int, Fraction] = {}
        made_by = self.action_of_row
        for row in rows:
            value = Fraction(1) if values is None else values[row]
            if value is None or not value:
                continue
            action = int(made_by[row])
            if action >= 0:
                factors[action] = factors.get(action, Fraction(0)) + value
                continue
            constant += value
            for changing in self.changing.get(row, ()):
                factors[changing] = factors.get(changing, Fraction(0)) - value
        return Linear(constant, {action: value for action, value in factors.items() if value})


def make_variants(facilities: Facilities, actions: Sequence[Action]) -> Variants:
    """Lay the rows of a year and those of all actions under each other.

    Parameters
    ----------
    facilities
        Facilities of a year without any action.
    actions
        All actions. An action on a facility that the year does not have yet still leaves its row behind.
    """
    table = facilities.table
    by_key = {key: at for at, key in enumerate(zip(table["layer"], table["id"], strict=True))}
    blank = _blank(table)
    rows = [
        _row_after(action, facilities, by_key.get((action.layer, str(action.facility))), blank)
        for action in actions
        if action.kind != "close"
    ]
    if not rows:
        return Variants(facilities, len(table), tuple(actions))
    added = pd.DataFrame(rows, columns=list(table.columns), dtype=object)
    kept = {name: kind for name, kind in table.dtypes.items() if kind in (np.float64, np.bool_)}
    both = pd.concat([pd.DataFrame(table).astype(object), added], ignore_index=True).astype(kept)
    frame = gpd.GeoDataFrame(both, geometry="geometry", crs=table.crs)
    return Variants(facilities.with_table(frame), len(table), tuple(actions))


def _blank(table: gpd.GeoDataFrame) -> dict[str, Any]:
    """Row of a facility of which nothing is known yet."""
    row: dict[str, Any] = dict.fromkeys(map(str, table.columns))
    row.update(dict.fromkeys(NUMBER_FIELDS, np.nan), closes=np.nan)
    row.update(serves_units=(), precision="site", source="scenario", status="operating")
    return row


def _row_after(
    action: Action, facilities: Facilities, at: int | None, blank: Mapping[str, Any]
) -> dict[str, Any]:
    """Row of the ledger once an action is done; whether it is done is decided elsewhere."""
    if at is None:
        row = dict(blank)
        row.update(name=action.new_id, opened=float(action.first_year), public=True)
    else:
        row = {str(name): value for name, value in facilities.table.iloc[at].items()}
    row.update({name: value for name, value in action.fields.items() if name in row})
    if row.get("functions") is not None:
        row["functions"] = frozenset(row["functions"])
    row.update(id=action.new_id, layer=action.layer, type=action.type)
    row["public"] = facilities.shown_after(row, said=action.fields.get("public"))
    if not action.stays:
        row.update(geometry=action.place, unit=action.unit)
    return row
