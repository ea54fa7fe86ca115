"""Facilities: what stands where, of which layer and type, with what behind the door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from coverplan.units import BoolArray


@dataclass(frozen=True, slots=True)
class Facilities:
    """All facilities of a study in (layer, id) order (R11).

    Parameters
    ----------
    table
        Index 0..n-1. Columns, always present, unknown as None or NaN (R15): ``id`` (str, unique in its layer),
        ``layer``, ``name``, ``type``, ``functions`` (frozenset of str, or None), ``grade``, ``status`` (one of
        `coverplan.vocabulary.STATUSES`), ``unit_code`` (declared), ``serves_units`` (tuple of codes, empty when it serves its own),
        ``premises_id``, the `coverplan.vocabulary.NUMBER_FIELDS` (float), ``opened`` and ``closes`` (year as float), ``funded``
        (bool or None), ``precision`` (one of `coverplan.vocabulary.PRECISIONS`), ``public`` (bool), ``source``, ``unit`` (code of the
        deepest unit in which it lies, or None) and ``geometry`` (point, polygon or None, in the study's CRS).
        The user's own columns follow with the prefix ``own:``.
    """

    table: gpd.GeoDataFrame

    def of_layer(self, layer: str) -> BoolArray:
        """Shape (facilities,): belongs to the layer."""
        return (self.table["layer"] == layer).to_numpy()

    def open_in(self, year: int | None) -> BoolArray:
        """Shape (facilities,): serves people in `year`; with None, what operates at the study's date.

        A planned or building facility serves from its opening year on and not at all without one; a
        suspended or closed one does not serve; one that closes in a year does not serve in that year.
        """
        status = self.table["status"]
        opened = self.table["opened"].to_numpy(dtype=np.float64)
        closes = self.table["closes"].to_numpy(dtype=np.float64)
        operating = (status == "operating").to_numpy()
        if year is None:
            return operating
        coming = status.isin(["building", "planned"]).to_numpy() & (opened <= year)
        running = operating & ~(opened > year)
        return (running | coming) & ~(closes <= year)

    def layers(self) -> tuple[str, ...]:
        """Layers that have at least one facility, in name order."""
        return tuple(sorted(set(self.table["layer"])))

    def positions(self, layer: str, ids: Iterable[str]) -> dict[str, int]:
        """Positions of the given ids of a layer; ids that do not exist are left out."""
        rows = self.table.index[self.of_layer(layer)]
        known = dict(zip(self.table.loc[rows, "id"], rows, strict=True))
        return {identifier: int(known[identifier]) for identifier in ids if identifier in known}
