"""Paths for walking alone: along the river, through the lake park, over the hill, across two footbridges."""

from __future__ import annotations

import numpy as np
import shapely

from coverplan.demo.frame import chance, on_grid, smooth_line
from coverplan.demo.roads import BANK_M, Road, hill_margin, lake_margin, river_margin
from coverplan.demo.terrain import PEAKS, RIVER_WIDTH_M, Terrain

TOWN_BANK = (6_000.0, 8_000.0, 13_400.0, 13_300.0)
FOOTBRIDGES_AT = (0.405, 0.472)  # shares of the river's length, in the old town


def make_paths(terrain: Terrain, *, seed: int) -> list[Road]:
    """All paths outside blocks; those of the bank pass under the road bridges without a way up."""
    rng = chance(seed, "paths")
    return [*_bank_paths(terrain), *_lake_paths(terrain, rng), *_hill_paths(terrain, rng)]


def _lines(geometry: shapely.Geometry) -> list[shapely.LineString]:
    parts = shapely.get_parts(on_grid(geometry))
    return [part for part in parts if part.geom_type == "LineString" and part.length > 1.0]


def _bank_paths(terrain: Terrain) -> list[Road]:
    """Promenades half way between the water and the road along it, with a way up every 260 metres.

    Two footbridges of the old town lead from way up to way up.
    """
    middle = RIVER_WIDTH_M / 2 + BANK_M / 2
    edge = shapely.get_parts(shapely.boundary(river_margin(terrain)))[0]
    barred = shapely.union_all([terrain.creek.buffer(70.0), terrain.railway.buffer(90.0)])
    roads, tops = [], []
    for side in (1.0, -1.0):
        bank = shapely.offset_curve(terrain.river.simplify(1.0), side * middle)
        ups = []
        for path in _lines(shapely.difference(shapely.intersection(bank, shapely.box(*TOWN_BANK)), barred)):
            measures = np.arange(40.0, path.length - 40.0, 260.0)
            starts = shapely.line_interpolate_point(path, measures)
            ends = shapely.line_interpolate_point(edge, shapely.line_locate_point(edge, starts))
            ups += [shapely.LineString(pair) for pair in zip(starts, ends, strict=True)]
            roads.append(Road(path, "footway"))
        roads += [Road(up, "steps") for up in ups]
        tops.append(np.array([shapely.get_point(up, -1) for up in ups], dtype=object))
    for share in FOOTBRIDGES_AT:
        middle_of_river = shapely.line_interpolate_point(terrain.river, share, normalized=True)
        feet = [bank[np.argmin(shapely.distance(bank, middle_of_river))] for bank in tops]
        roads.append(Road(shapely.LineString(feet), "footway", bridge=True))
    return roads


def _lake_paths(terrain: Terrain, rng: np.random.Generator) -> list[Road]:
    """A path round the lake and spokes from it to the road round the park."""
    shore = shapely.LineString(
        shapely.get_coordinates(shapely.simplify(terrain.lake.buffer(60.0).exterior, 2.0))
    )
    outer = shapely.get_parts(shapely.boundary(lake_margin(terrain)))[0]
    measures = np.arange(0.0, shore.length - 150.0, 430.0) + rng.uniform(0.0, 120.0)
    starts = shapely.line_interpolate_point(shore, measures)
    ends = shapely.line_interpolate_point(outer, shapely.line_locate_point(outer, starts))
    spokes = [Road(shapely.LineString([a, b]), "footway") for a, b in zip(starts, ends, strict=True)]
    return [Road(shore, "footway"), *spokes]


def _hill_paths(terrain: Terrain, rng: np.random.Generator) -> list[Road]:
    """Winding paths and steps from the foot of the hill to its peaks, and one along the ridge."""
    foot = shapely.boundary(hill_margin(terrain))
    peaks = np.array([(x, y) for x, y, _, _ in PEAKS])
    order = np.argsort(peaks[:, 1])
    roads = [Road(smooth_line([(float(x), float(y)) for x, y in peaks[order]], rounds=2), "path")]
    for peak in peaks:
        for angle in rng.uniform(0.0, 2.0 * np.pi) + np.array([0.0, 2.1, 4.2]):
            ray = shapely.LineString([peak, peak + 6_000.0 * np.array([np.cos(angle), np.sin(angle)])])
            hits = shapely.get_parts(shapely.intersection(ray, foot))
            end = shapely.get_coordinates(hits[np.argmin(shapely.distance(hits, shapely.Point(peak)))])[0]
            wander = np.linspace(peak, end, 7)
            wander[1:-1] += rng.normal(0.0, 60.0, (5, 2))
            line = smooth_line([(float(x), float(y)) for x, y in wander], rounds=2)
            roads.append(Road(line, "steps" if rng.random() < 0.4 else "path"))
    return roads
