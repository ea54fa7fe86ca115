"""A ledger before any change, laid out once for any number of changes."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from coverplan.ground.facilities import Facilities

#: Places of changes that are remembered.
KEPT_PLACES = 4_096


class Standing:
    """Facilities as they stand, from which those with a few other rows are made.

    Parameters
    ----------
    facilities
        Before any change.
    """

    def __init__(self, facilities: Facilities) -> None:
        self.before = facilities
        self.columns = columns_of(facilities)
        self.facilities = len(facilities)
        keys = zip(self.columns["layer"].tolist(), self.columns["id"].tolist(), strict=True)
        self._keys: list[tuple[str, str]] = [(str(layer), str(name)) for layer, name in keys]
        self.at = {key: at for at, key in enumerate(self._keys)}
        self.ids: dict[str, list[str]] = {}
        for layer, name in self._keys:
            self.ids.setdefault(layer, []).append(name)
        #: Places that were looked up: by degrees or metres as written, their point and whether the area holds it; by
        #: point, the unit.
        self.points: dict[tuple[float, float, str], tuple[shapely.Point, bool]] = {}
        self.units: dict[tuple[float, float], str | None] = {}
        self.hidden: dict[tuple[str, str], str | None] = {
            self._keys[at]: self.columns["unit_code"][at] or self.columns["unit"][at]
            for at in np.flatnonzero(~self.columns["public"].astype(bool)).tolist()
        }

    def forget(self) -> None:
        """Let go of places that were looked up, where there are too many of them."""
        for known in (self.points, self.units):
            if len(known) > KEPT_PLACES:
                known.clear()

    def row(self, at: int) -> dict[str, Any]:
        """One facility by column."""
        return {name: values[at] for name, values in self.columns.items()}

    def with_rows(self, rows: Mapping[int, Mapping[str, Any]]) -> Facilities:
        """The facilities with other rows in the places of some, in (layer, id) order.

        Parameters
        ----------
        rows
            Whole rows by position; positions from the number of facilities on are further ones.
        """
        further = sorted(at for at in rows if at >= self.facilities)
        order = self._order([(rows[at]["layer"], rows[at]["id"]) for at in further])
        places = [*sorted(at for at in rows if at < self.facilities), *further]
        columns = {}
        for name, values in self.columns.items():
            whole = np.concatenate([values, np.empty(len(further), dtype=values.dtype)])
            for at in places:
                whole[at] = rows[at][name]
            columns[name] = whole[order]
        return Facilities.of_columns(columns, self.before.crs, self.before.layer_public)

    def _order(self, further: list[tuple[str, str]]) -> NDArray[np.int64]:
        """Positions in (layer, id) order; the facilities that stand are in it already."""
        new = sorted(range(len(further)), key=further.__getitem__)
        before = [bisect(self._keys, further[at]) for at in new]
        behind = np.array([self.facilities + at for at in new], dtype=np.int64)
        return np.insert(np.arange(self.facilities), before, behind)


def columns_of(facilities: Facilities) -> dict[str, NDArray[Any]]:
    """Every column of a ledger by name."""
    return {name: facilities.column(name) for name in facilities.names}


def together(parts: Sequence[Facilities]) -> Facilities:
    """Facilities of several ledgers with the same columns, one under the other."""
    first = parts[0]
    if len(parts) == 1:
        return first
    each = [columns_of(part) for part in parts]
    columns = {name: np.concatenate([one[name] for one in each]) for name in each[0]}
    return Facilities.of_columns(columns, first.crs, first.layer_public)
