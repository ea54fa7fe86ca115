"""Spots: places beside streets where a building with an address may stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from coverplan.demo.district import District
from coverplan.demo.people import CELL_M, cell_centres
from coverplan.units import BoolArray, FloatArray, Int64Array

STREET_CLASSES = (
    "primary",
    "secondary",
    "tertiary",
    "residential",
    "living_street",
    "unclassified",
    "service",
)
SETBACK_M = 6.0  # less than from the street to a compound's wall


@dataclass(frozen=True, slots=True)
class Spots:
    """Places along streets, in the order of the street edges.

    Parameters
    ----------
    x, y
        Shape (spots,): local metres.
    highway
        Shape (spots,): class of the street.
    unit
        Shape (spots,): position of the community or village in the table of units.
    use
        Shape (spots,): use of the block in which the spot lies.
    people, elders, children
        Shape (spots,): residents, those of 60 and over, those of 0 to 17 in the spot's cell and the eight
        round it.
    """

    x: FloatArray
    y: FloatArray
    highway: np.ndarray
    unit: Int64Array
    use: np.ndarray
    people: FloatArray
    elders: FloatArray
    children: FloatArray


def make_spots(district: District) -> Spots:
    """Spots beside the middle of every street edge inside the district that is longer than 30 m."""
    streets = district.streets
    plain = streets["highway"].isin(STREET_CLASSES) & ~streets["bridge"] & ~streets["tunnel"]
    edges = streets.loc[plain, "geometry"].to_numpy()
    highway = streets.loc[plain, "highway"].to_numpy()
    long = shapely.length(edges) > 30.0
    xy = _beside(edges[long])
    tree = shapely.STRtree([block.polygon for block in district.blocks])
    spot, block = tree.query(shapely.points(xy), predicate="within")
    uses = np.array([item.use for item in district.blocks], dtype=object)
    xy, highway, uses = xy[spot], highway[long][spot], uses[block]
    unit = _unit_at(district.units, xy)
    inside = unit >= 0
    x, y = xy[inside].T
    near = {group: _around(district, group, x, y) for group in ("total", "age_60_plus", "age_0_17")}
    return Spots(x, y, highway[inside], unit[inside], uses[inside],
                 near["total"], near["age_60_plus"], near["age_0_17"])  # fmt: skip


def _beside(edges: np.ndarray) -> FloatArray:
    """Points `SETBACK_M` to the left of the middle of lines, whole centimetres."""
    middle = shapely.get_coordinates(shapely.line_interpolate_point(edges, 0.5, normalized=True))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(edges, 0.52, normalized=True))
    along = ahead - middle
    along /= np.hypot(*along.T)[:, None]
    return np.round(middle + SETBACK_M * np.column_stack([-along[:, 1], along[:, 0]]), 2)


def _unit_at(units: pd.DataFrame, xy: FloatArray) -> Int64Array:
    """Shape (points,): position of the community or village, -1 outside."""
    leaves = np.flatnonzero(units["type"].isin(["community", "village"]))
    tree = shapely.STRtree(units["geometry"].to_numpy()[leaves])
    point, leaf = tree.query(shapely.points(xy), predicate="within")
    found = np.full(len(xy), -1, dtype=np.int64)
    found[point] = leaves[leaf]
    return found


def _around(district: District, group: str, x: FloatArray, y: FloatArray) -> FloatArray:
    """Shape (points,): people of a group in the cell of a point and its eight neighbours."""
    people = np.pad(district.population.groups[group].astype(np.float64), 1)
    rows, columns = people.shape[0] - 2, people.shape[1] - 2
    total = np.sum([people[i : i + rows, j : j + columns] for i in range(3) for j in range(3)], axis=0)
    grid_x, grid_y = cell_centres(CELL_M)
    column = np.rint((x - grid_x[0, 0]) / CELL_M).astype(np.int64)
    row = np.rint((grid_y[0, 0] - y) / CELL_M).astype(np.int64)
    return np.asarray(total[row, column], dtype=np.float64)


class Chooser:
    """Chooses spots one after another, none twice and none too close to what was chosen for the same purpose.

    Parameters
    ----------
    spots
        Where to choose from.
    rng
        Chance.
    """

    def __init__(self, spots: Spots, rng: np.random.Generator) -> None:
        self.spots = spots
        self._rng = rng
        self._free = np.ones(len(spots.x), dtype=bool)

    def choose(
        self,
        *,
        units: Iterable[int] | None = None,
        uses: Iterable[str] | None = None,
        classes: Iterable[str] | None = None,
        weight: FloatArray | None = None,
        apart_from: Iterable[int] = (),
        apart_m: float = 0.0,
    ) -> int:
        """Position of one spot; conditions that nothing meets are dropped, the last one first."""
        conditions = [self._free]
        if units is not None:
            conditions.append(np.isin(self.spots.unit, list(units)))
        if uses is not None:
            conditions.append(np.isin(self.spots.use, list(uses)))
        if classes is not None:
            conditions.append(np.isin(self.spots.highway, list(classes)))
        conditions += [self._far(other, apart_m) for other in apart_from]
        allowed = conditions[0]
        for condition in conditions[1:]:
            allowed = allowed & condition if np.any(allowed & condition) else allowed
        candidates = np.flatnonzero(allowed)
        odds = np.ones(len(candidates)) if weight is None else weight[candidates] + 1e-3
        bound = np.cumsum(odds)
        drawn = np.searchsorted(bound, self._rng.random() * bound[-1], side="right")
        chosen = int(candidates[min(int(drawn), len(candidates) - 1)])
        self._free[chosen] = False
        return chosen

    def _far(self, other: int, apart_m: float) -> BoolArray:
        away = np.hypot(self.spots.x - self.spots.x[other], self.spots.y - self.spots.y[other])
        return np.asarray(away >= apart_m, dtype=bool)
