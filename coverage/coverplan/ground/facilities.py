"""Facilities: what stands where, of which layer and type, with what behind the door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from coverplan.ground.openness import may_be_shown
from coverplan.units import BoolArray

#: Kinds of columns that stay as they are; whatever else a table holds is taken out as objects.
_KEPT_KINDS = (np.float64, np.bool_)


class Facilities:
    """All facilities of a study in (layer, id) order (R11); nothing of them changes once they are made.

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
    layer_public
        Whether the places of a layer may be shown, for the layers of which the study says so.
    """

    __slots__ = ("_columns", "_crs", "_table", "layer_public")

    def __init__(self, table: gpd.GeoDataFrame, layer_public: Mapping[str, bool] | None = None) -> None:
        self._fill(table, {}, table.crs, {} if layer_public is None else layer_public)

    @classmethod
    def of_columns(
        cls, columns: Mapping[str, NDArray[Any]], crs: Any, layer_public: Mapping[str, bool]
    ) -> Facilities:
        """Facilities of the columns of `table`, in their order; the geometry as an array of shapes.

        The table is only laid out when somebody asks for it, which takes far longer than the rest.
        """
        found = cls.__new__(cls)
        found._fill(None, dict(columns), crs, layer_public)  # noqa: SLF001 - its own
        return found

    def _fill(
        self,
        table: gpd.GeoDataFrame | None,
        columns: dict[str, NDArray[Any]],
        crs: Any,
        layer_public: Mapping[str, bool],
    ) -> None:
        self._table, self._columns, self._crs, self.layer_public = table, columns, crs, layer_public

    @property
    def table(self) -> gpd.GeoDataFrame:
        """One row for each facility; see the class."""
        if self._table is None:
            places = gpd.array.GeometryArray(self._columns["geometry"], crs=self._crs)
            frame = pd.DataFrame({**self._columns, "geometry": places}, copy=False)
            self._table = gpd.GeoDataFrame(frame, geometry="geometry", crs=self._crs)
        return self._table

    @property
    def crs(self) -> Any:
        """CRS of the places."""
        return self._crs

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in the order of the table."""
        return tuple(self._columns if self._table is None else map(str, self._table.columns))

    def __len__(self) -> int:
        return len(self.column("id"))

    def with_table(self, table: gpd.GeoDataFrame) -> Facilities:
        """Other facilities of the same study."""
        return Facilities(table, self.layer_public)

    def column(self, name: str) -> NDArray[Any]:
        """Values of a column, taken out of the table once."""
        if name not in self._columns:
            values = self.table[name]
            self._columns[name] = values.to_numpy(dtype=None if values.dtype in _KEPT_KINDS else object)
        return self._columns[name]

    def shown_after(self, row: Mapping[str, Any], *, said: bool | None) -> bool:
        """Whether the place of a facility may be shown after a change; only what the change says opens a protected one.

        Parameters
        ----------
        row
            The facility with what the change sets; ``public`` as it was before, True for a new one.
        said
            What the change itself says, None where nothing.
        """
        if said is not None:
            return said
        of_layer = self.layer_public.get(str(row["layer"]))
        return bool(row["public"]) and may_be_shown(
            row["type"], row["name"], *(row.get("functions") or ()), of_layer=of_layer
        )

    def of_layer(self, layer: str) -> BoolArray:
        """Shape (facilities,): belongs to the layer."""
        return np.asarray(self.column("layer") == layer, dtype=bool)

    def open_in(self, year: int | None) -> BoolArray:
        """Shape (facilities,): serves people in `year`; with None, what operates at the study's date.

        A planned or building facility serves from its opening year on and not at all without one; a
        suspended or closed one does not serve; one that closes in a year does not serve in that year.
        """
        status = self.column("status")
        opened = self.column("opened").astype(np.float64, copy=False)
        closes = self.column("closes").astype(np.float64, copy=False)
        operating = np.asarray(status == "operating", dtype=bool)
        if year is None:
            return operating
        announced = np.asarray((status == "building") | (status == "planned"), dtype=bool)
        coming = announced & (opened <= year)
        running = operating & ~(opened > year)
        return (running | coming) & ~(closes <= year)

    def serving(self, layer: str, types: Sequence[str] | None, year: int | None) -> NDArray[np.int64]:
        """Positions of the facilities of a layer, and of some types where they are named, that serve in `year`."""
        counts = self.of_layer(layer) & self.open_in(year)
        if types is not None:
            counts &= np.isin(self.column("type"), types)
        return np.flatnonzero(counts)

    def undated(self) -> BoolArray:
        """Shape (facilities,): being built or planned, and nobody says from which year it serves."""
        status = self.column("status")
        coming = np.asarray((status == "building") | (status == "planned"), dtype=bool)
        return coming & np.isnan(self.column("opened").astype(np.float64, copy=False))

    def layers(self) -> tuple[str, ...]:
        """Layers that have at least one facility, in name order."""
        return tuple(sorted(set(self.column("layer").tolist())))

    def positions(self, layer: str, ids: Iterable[str]) -> dict[str, int]:
        """Positions of the given ids of a layer; ids that do not exist are left out."""
        rows = self.table.index[self.of_layer(layer)]
        known = dict(zip(self.table.loc[rows, "id"], rows, strict=True))
        return {identifier: int(known[identifier]) for identifier in ids if identifier in known}
