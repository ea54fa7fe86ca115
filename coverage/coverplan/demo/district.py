"""The whole district, made part by part from a seed, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from coverplan.demo.blocks import Block, make_blocks
from coverplan.demo.compounds import Compound, make_compounds
from coverplan.demo.expressway import expressway
from coverplan.demo.frame import Geometries
from coverplan.demo.partition import Faces
from coverplan.demo.paths import make_paths
from coverplan.demo.people import CELL_M, FINE_M, Population, Settlement, burn, cell_centres, populate, settle
from coverplan.demo.roads import main_roads
from coverplan.demo.streets import as_roads, connected, cut_at_junctions, end_points
from coverplan.demo.terrain import Terrain, make_terrain
from coverplan.demo.units import draw_units, make_faces, to_communities, to_streets
from coverplan.units import BoolArray, FloatArray, Int64Array

# the network goes on beyond the border further than anybody walks in fifteen minutes
BUFFER_M = 1_900.0
FARM_ROADS = ("track", "unclassified", "tertiary", "secondary", "living_street")
NOT_FOR_WALKING = ("motorway", "motorway_link")


@dataclass(frozen=True, slots=True)
class District:
    """Everything on the ground, in local metres.

    Parameters
    ----------
    streets
        Edges from junction to junction (`streets.cut_at_junctions`).
    units
        Outlines in code order with ``households`` (`units.draw_units`).
    """

    terrain: Terrain
    blocks: list[Block]
    compounds: list[Compound]
    streets: pd.DataFrame
    units: pd.DataFrame
    population: Population


def make_district(*, seed: int) -> District:
    """Land, roads, blocks, walls, people and units; the same for the same seed."""
    terrain = make_terrain()
    drawn = [*main_roads(terrain, seed=seed), *make_paths(terrain, seed=seed)]
    main = as_roads(cut_at_junctions(drawn), drawn)
    blocks, lanes = make_blocks(terrain, main, seed=seed)
    compounds = make_compounds(terrain, blocks, [*main, *lanes], seed=seed)
    inner = [path for compound in compounds for path in compound.paths]
    roads = [*main, *lanes, *inner]
    streets = cut_at_junctions(roads)
    roads += expressway(_primary_junctions(streets))
    streets = cut_at_junctions(roads)
    settlement = settle(blocks, _lines(streets, FARM_ROADS), seed=seed)
    units = _units(terrain, streets, blocks, settlement, seed=seed)
    border = outlines(units)[0]
    population = populate(settlement, unit_of_cells(units) >= 0, cut=cells_on(border))
    units["households"] = households(units, population)
    return District(terrain, blocks, compounds, _kept(streets, border), units, population)


def _lines(streets: pd.DataFrame, classes: Sequence[str]) -> Geometries:
    return np.asarray(streets.loc[streets["highway"].isin(classes), "geometry"].to_numpy(), dtype=np.object_)


def _primary_junctions(streets: pd.DataFrame) -> Geometries:
    """Where at least four stretches of primary road meet on the ground."""
    ground = streets[(streets["highway"] == "primary") & ~streets["bridge"] & ~streets["tunnel"]]
    start, end, places = end_points(ground["geometry"].to_numpy())
    busy = np.bincount(np.concatenate([start, end]), minlength=len(places)) >= 4
    return np.asarray(shapely.points(places[busy] / 100.0), dtype=np.object_)


def _units(
    terrain: Terrain, streets: pd.DataFrame, blocks: Sequence[Block], settlement: Settlement, *, seed: int
) -> pd.DataFrame:
    """District, streets and communities, drawn so that communities have about as many people each."""
    faces = make_faces(terrain, streets, seed=seed)
    street = to_streets(faces)
    people = _people_of(faces, settlement)
    tree = shapely.STRtree([block.polygon for block in blocks])
    use = [blocks[at].use for at in tree.nearest(shapely.point_on_surface(faces.polygons))]
    return draw_units(faces, street, to_communities(faces, street, people, use))


def _people_of(faces: Faces, settlement: Settlement) -> FloatArray:
    """Shape (faces,): expected people, about 700,000 in all."""
    face = burn(list(faces.polygons), size_m=FINE_M)
    people = np.bincount(face[face >= 0], weights=settlement.people[face >= 0], minlength=len(faces.polygons))
    return np.asarray(people * (700_000.0 / people.sum()), dtype=np.float64)


def unit_of_cells(units: pd.DataFrame) -> Int64Array:
    """Position of the community or village at each cell's centre, -1 outside, shape (rows, columns).

    A centre on a border belongs to the lower code (R11).
    """
    x, y = cell_centres(CELL_M)
    found = np.full(x.shape, -1, dtype=np.int64)
    shapes = outlines(units)
    for position in np.flatnonzero(units["type"].isin(["community", "village"])):
        found[shapely.intersects_xy(shapes[position], x, y) & (found < 0)] = position
    return found


def cells_on(border: shapely.Geometry) -> BoolArray:
    """Shape (rows, columns): the district's border runs through the cell."""
    x, y = cell_centres(CELL_M)
    squares = shapely.box(x - CELL_M / 2, y - CELL_M / 2, x + CELL_M / 2, y + CELL_M / 2)
    shapely.prepare(border)
    return np.asarray(shapely.intersects(border, squares) & ~shapely.contains_properly(border, squares))


def outlines(units: pd.DataFrame) -> Geometries:
    """Shape (units,): outlines of units; the first one is the district's."""
    return np.asarray(units["geometry"].to_numpy(), dtype=np.object_)


def households(units: pd.DataFrame, population: Population) -> pd.Series:
    """Whole households by unit; those of a street and of the district are sums."""
    cell = unit_of_cells(units)
    own = np.bincount(cell[cell >= 0], weights=population.households[cell >= 0], minlength=len(units))
    count = pd.Series(np.rint(own).astype(np.int64), index=units["code"])
    for level in (9, 6):
        for code in units.loc[units["code"].str.len() == level, "code"]:
            below = units.loc[units["parent"] == code, "code"]
            count[code] = count[below].sum()
    return count.set_axis(units.index)


def _kept(streets: pd.DataFrame, border: shapely.Geometry) -> pd.DataFrame:
    """Streets of the district and its buffer without pieces that lead nowhere."""
    near = streets[shapely.dwithin(streets["geometry"].to_numpy(), border, BUFFER_M)].reset_index(drop=True)
    walkable = ~near["highway"].isin(NOT_FOR_WALKING).to_numpy()
    kept = near[connected(near, walkable) | ~walkable]
    return kept.reset_index(drop=True)
