"""Barriers as areas that pictures of reach are cut at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import shapely

from coverplan.reach.snapping.street_index import Geometries, as_geometries
from coverplan.units import BoolArray

_LINE_BARRIER_M = 1.0


@dataclass(frozen=True, slots=True)
class Walls:
    """Areas on which nothing is drawn.

    Parameters
    ----------
    areas
        Polygons whose interiors do not meet.
    alone
        Whether an area touches no other and has no hole: wherever it lies within another, it is a hole there.
    """

    areas: Geometries
    alone: BoolArray

    @classmethod
    def of(cls, barriers: Geometries) -> Self:
        """Barriers joined; lines get a little width."""
        flat = shapely.get_dimensions(barriers) < 2
        lines = shapely.buffer(barriers[flat], _LINE_BARRIER_M, cap_style="flat")
        joined = shapely.disjoint_subset_union_all(np.concatenate([lines, barriers[~flat]]))
        areas = as_geometries(shapely.get_parts(joined))
        meetings = np.bincount(
            shapely.STRtree(areas).query(areas, predicate="intersects")[0], minlength=len(areas)
        )
        return cls(areas, (meetings == 1) & (shapely.get_num_interior_rings(areas) == 0))

    def cut(self, land: shapely.Geometry) -> Geometries:
        """Parts of some land that are left between the walls.

        Walls amid the land become holes without being laid over it, which is most of the work.
        """
        shapely.prepare(land)
        met = shapely.intersects(land, self.areas)
        amid = met & self.alone & shapely.contains_properly(land, self.areas)
        across = self.areas[met & ~amid]
        left = shapely.difference(land, shapely.MultiPolygon(list(across))) if len(across) else land
        parts = shapely.get_parts(left)
        return _pierced(as_geometries(parts[shapely.get_dimensions(parts) == 2]), self.areas[amid])


def _pierced(parts: Geometries, holes: Geometries) -> Geometries:
    """Polygons without what lies within them; a hole may touch the border of the polygon that it lies in."""
    part, hole = shapely.STRtree(holes).query(parts, predicate="contains")
    rings, of_part = shapely.get_rings(parts, return_index=True)
    rings = np.concatenate([rings, shapely.get_exterior_ring(holes[hole])])
    of_part = np.concatenate([of_part, part])
    by_part = np.argsort(of_part, kind="stable")  # outer rings stay first
    return as_geometries(shapely.polygons(rings[by_part], indices=of_part[by_part]))
