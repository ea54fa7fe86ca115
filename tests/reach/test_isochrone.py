"""Isochrone pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.ops import substring

from coverplan.reach.graph import compile_graph
from coverplan.reach.isochrone import CLOSING_M, STREET_HALF_WIDTH_M, isochrones
from coverplan.reach.outline import Pen, _simplified, outline
from coverplan.reach.snapping.doors import Doors
from coverplan.reach.snapping.snap import snap
from coverplan.reach.snapping.stretches import stretches
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.reach.travel import travel_times
from makers.walk_oracle import doors_of, network_of
from towns import toytown

#: An outline is right to within a cell of its grid.
CELL_M = 10.0
WALK = replace(PRESETS["general"], speed_m_s=1.0, access_speed_m_s=1.0)


def drawn(network, rows, limits_ms, **options):
    return isochrones(network, compile_graph(network, WALK), doors_of(["s"], rows), limits_ms, **options)


def test_street_is_drawn_as_far_as_one_walks():
    network = network_of([(0, 0), (1000, 0)], [(0, 1)])
    (picture,) = drawn(network, [(0, 0.5, 50.0)], [300_000])
    west, south, east, north = picture.polygon.bounds
    assert (west, east) == pytest.approx((250 - STREET_HALF_WIDTH_M, 750 + STREET_HALF_WIDTH_M), abs=CELL_M)
    assert (south, north) == pytest.approx((-STREET_HALF_WIDTH_M, STREET_HALF_WIDTH_M), abs=CELL_M)


def test_side_streets_are_entered_with_the_time_that_is_left():
    network = network_of([(0, 0), (100, 0), (100, 900), (800, 0)], [(0, 1), (1, 2), (1, 3)])
    (picture,) = drawn(network, [(0, 0.0, 0.0)], [400_000])
    _, _, east, north = picture.polygon.bounds
    assert (east, north) == pytest.approx((400 + STREET_HALF_WIDTH_M, 300 + STREET_HALF_WIDTH_M), abs=CELL_M)


def test_lake_inside_a_ring_road_stays_a_hole():
    ring = [(0, 0), (800, 0), (800, 800), (0, 800)]
    network = network_of(ring, [(0, 1), (1, 2), (2, 3), (3, 0)])
    (picture,) = drawn(network, [(0, 0.0, 0.0)], [1_700_000])
    (area,) = picture.polygon.geoms
    assert len(area.interiors) == 1
    assert shapely.Polygon(area.interiors[0]).area == pytest.approx(
        (800 - 2 * STREET_HALF_WIDTH_M) ** 2, rel=0.05
    )
    assert 2 * (STREET_HALF_WIDTH_M + CLOSING_M) < 800


def test_nothing_is_drawn_across_a_barrier_without_a_street():
    network = network_of([(0, 0), (1000, 0)], [(0, 1)])
    river = np.array([shapely.LineString([(-500, 20), (1500, 20)])], dtype=object)
    (picture,) = drawn(network, [(0, 0.5, 0.0)], [300_000], barriers=river)
    assert picture.polygon.bounds[3] <= 20
    assert picture.polygon.bounds[1] == pytest.approx(-STREET_HALF_WIDTH_M, abs=CELL_M)


def test_bridge_leads_across_the_barrier():
    network = network_of([(0, 0), (0, 100), (-400, 100), (400, 100)], [(0, 1), (2, 1), (1, 3)])
    river = np.array([shapely.LineString([(-900, 50), (900, 50)])], dtype=object)
    (picture,) = drawn(network, [(0, 0.0, 0.0)], [300_000], barriers=river)
    assert picture.polygon.bounds[3] == pytest.approx(100 + STREET_HALF_WIDTH_M, abs=CELL_M)
    assert not picture.polygon.intersects(river[0])


def test_one_way_is_drawn_by_direction():
    network = network_of([(0, 0), (1000, 0)], [(0, 1)], one_way=[0])
    (toward,) = drawn(network, [(0, 0.5, 0.0)], [300_000], direction="toward")
    (away,) = drawn(network, [(0, 0.5, 0.0)], [300_000], direction="from")
    assert toward.polygon.bounds[2] == pytest.approx(500 + STREET_HALF_WIDTH_M, abs=CELL_M)
    assert away.polygon.bounds[0] == pytest.approx(500 - STREET_HALF_WIDTH_M, abs=CELL_M)


def test_pictures_grow_with_time_and_hold_every_point_that_is_reached_on_a_street():
    network, people = toytown.network(), toytown.demand()
    graph = compile_graph(network, WALK)
    corner = Doors.single(["c"], snap(network, WALK, people.x[:1], people.y[:1]))
    demand = Doors.single(people.ids.tolist(), snap(network, WALK, people.x, people.y))
    limits_ms = [72_000, 216_000, 400_000]
    pictures = isochrones(network, graph, corner, limits_ms)
    areas = [picture.polygon.area for picture in pictures]
    assert areas == sorted(areas)
    for picture in pictures:
        points, _ = travel_times(graph, corner, demand, picture.limit_ms).from_site(0)
        assert picture.polygon.contains(shapely.points(people.x[points], people.y[points])).all()


def test_large_area_is_drawn_in_tiles_without_a_seam():
    network = network_of([(-3_000, 7), (9_000, 7)], [(0, 1)])
    (picture,) = drawn(network, [(0, 0.5, 0.0)], [6_000_000])
    (area,) = picture.polygon.geoms
    assert not area.interiors
    band = shapely.box(-2_900, 7 - STREET_HALF_WIDTH_M + CELL_M, 8_900, 7 + STREET_HALF_WIDTH_M - CELL_M)
    assert area.contains(band)
    assert area.area == pytest.approx(12_000 * 2 * STREET_HALF_WIDTH_M, rel=0.15)


def test_place_off_network_and_no_limits_draw_nothing():
    network = network_of([(0, 0), (1000, 0)], [(0, 1)])
    (picture,) = drawn(network, [(-1, 0.0, 900.0)], [300_000])
    assert picture.polygon.is_empty
    assert drawn(network, [(0, 0.5, 0.0)], []) == []


#: Vertices on a small lattice: lines turn back on themselves, repeat vertices, and have no length.
BENDS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=6)
SHARES = st.tuples(st.integers(0, 16), st.integers(0, 16)).filter(lambda ab: ab[0] < ab[1])


@given(st.lists(st.tuples(BENDS, SHARES), min_size=1, max_size=8))
def test_many_lines_are_cut_as_shapely_cuts_one(pieces):
    lines = np.array([shapely.LineString(bends) for bends, _ in pieces], dtype=object)
    start, end = np.array([share for _, share in pieces], dtype=float).T / 16
    for line, a, b, cut in zip(lines, start, end, stretches(lines, start, end), strict=True):
        expected = substring(line, a, b, normalized=True)
        assert cut.length == pytest.approx(expected.length, abs=1e-9)
        assert shapely.hausdorff_distance(cut, expected) == pytest.approx(0.0, abs=1e-9)


def test_a_piece_of_street_without_length_is_drawn_as_a_place() -> None:
    pen = Pen(25.0, 40.0)
    street, nothing = shapely.LineString([(0, 0), (300, 0)]), shapely.LineString([(150, 0), (150, 0)])
    lines = np.array([street, nothing], dtype=object)
    assert outline(lines, pen).equals(outline(lines[:1], pen))
    assert outline(lines[1:], pen).area > 0


def test_rings_that_cross_once_they_are_simpler_are_simplified_together() -> None:
    bulge = [(0, 0), (50, -1.9), (100, 0), (100, 100), (0, 100)]
    hole_in_the_bulge = [(50, -1), (55, 20), (45, 20)]
    area = shapely.MultiPolygon([shapely.Polygon(bulge, [hole_in_the_bulge])])
    apart = [
        shapely.simplify(ring, 2.0, preserve_topology=False) for ring in shapely.get_rings(area.geoms[0])
    ]
    assert not shapely.Polygon(apart[0], [apart[1]]).is_valid
    simpler = _simplified(area)
    assert simpler.is_valid
    assert shapely.hausdorff_distance(simpler, area) <= 2.0


@given(st.lists(st.tuples(*[st.integers(0, 600)] * 4), min_size=1, max_size=8))
@settings(max_examples=15)
def test_outline_is_the_land_near_streets_within_a_cell(ends: list[tuple[int, int, int, int]]) -> None:
    lines = np.array([shapely.LineString([(a, b), (c, d)]) for a, b, c, d in ends], dtype=object)
    land = outline(lines, Pen(STREET_HALF_WIDTH_M, CLOSING_M))
    near = shapely.union_all(shapely.buffer(lines, STREET_HALF_WIDTH_M))
    assert land.is_valid
    assert land.buffer(1.5 * CELL_M).contains(near)
    assert near.buffer(CLOSING_M + 1.5 * CELL_M).contains(land)
