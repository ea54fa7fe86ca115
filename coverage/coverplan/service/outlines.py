"""Outlines of what lies within a standard: pictures for maps, never used to count (R5)."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd

from coverplan.ground.facilities import Facilities
from coverplan.reach.graph import TravelGraph
from coverplan.reach.isochrone import Isochrone, isochrones
from coverplan.reach.routes import OneWay
from coverplan.reach.walls import Walls
from coverplan.service.measure import Measured, Surveyor, counts_protected
from coverplan.units import minutes_to_ms

#: Outlines are drawn for these parts of a standard: five, ten and fifteen minutes of fifteen.
PARTS = (1 / 3, 2 / 3, 1.0)
#: Standards drawn at once; what draws them leaves the interpreter's lock most of the time.
_THREADS = 2


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
    barriers = surveyor.barriers
    walls = Walls.of(barriers) if barriers is not None and len(barriers) else None
    drawable = [
        one
        for one in measured
        if one.doors is not None and one.sites and not counts_protected(one, facilities)
    ]
    # compiled before threads ask for them
    graphs = [surveyor.graph(one.profile) for one in drawable]

    def draw(one: Measured, graph: TravelGraph) -> list[Isochrone]:
        assert one.doors is not None
        assert surveyor.network is not None
        direction: OneWay = "from" if one.standard.direction == "from" else "toward"
        limits_ms = [minutes_to_ms(minutes) for minutes in _limits(one)]
        return isochrones(surveyor.network, graph, one.doors, limits_ms, direction=direction, barriers=walls)

    with ThreadPoolExecutor(max_workers=_THREADS) as threads:
        drawn = list(threads.map(draw, drawable, graphs))
    rows, shapes = [], []
    for one, areas in zip(drawable, drawn, strict=True):
        for minutes, area in zip(_limits(one), areas, strict=True):
            if not area.polygon.is_empty:
                rows.append({"standard": one.standard.key, "minutes": round(minutes, 2)})
                shapes.append(area.polygon)
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=crs) if rows else None


def _limits(one: Measured) -> list[float]:
    return [one.standard.minutes * part for part in PARTS]
