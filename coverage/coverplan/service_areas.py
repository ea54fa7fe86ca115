"""Outlines of what lies within a standard: pictures for maps, never used to count (R5)."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd

from coverplan.facilities import Facilities
from coverplan.measure import Measured, Surveyor, counts_protected
from coverplan.reach.isochrone import isochrones, joined_walls
from coverplan.reach.routes import OneWay
from coverplan.reach.street_index import as_geometries
from coverplan.units import minutes_to_ms

#: Outlines are drawn for these parts of a standard: five, ten and fifteen minutes of fifteen.
PARTS = (1 / 3, 2 / 3, 1.0)


def service_areas(
    measured: Sequence[Measured], surveyor: Surveyor, facilities: Facilities, crs: str
) -> gpd.GeoDataFrame | None:
    """Outlines of every standard that is timed along streets, all its facilities together.

    Standards that count a protected place are left out: an outline would show where it stands.

    Returns
    -------
    GeoDataFrame or None
        Columns ``standard``, ``minutes`` and geometry (areas with holes); None when there is nothing to draw.
    """
    rows, shapes = [], []
    barriers = surveyor.barriers
    if barriers is not None and len(barriers):
        barriers = as_geometries([joined_walls(barriers)])  # once for all standards
    for one in measured:
        sites = one.doors
        if sites is None or not one.sites or counts_protected(one, facilities):
            continue
        assert surveyor.network is not None
        direction: OneWay = "from" if one.standard.direction == "from" else "toward"
        limits = [one.standard.minutes * part for part in PARTS]
        drawn = isochrones(
            surveyor.network,
            surveyor.graph(one.profile),
            sites,
            [minutes_to_ms(minutes) for minutes in limits],
            direction=direction,
            barriers=barriers,
        )
        for minutes, area in zip(limits, drawn, strict=True):
            if not area.polygon.is_empty:
                rows.append({"standard": one.standard.key, "minutes": round(minutes, 2)})
                shapes.append(area.polygon)
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=crs) if rows else None
