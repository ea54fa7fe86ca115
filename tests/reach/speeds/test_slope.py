"""Slope against ramps whose times are worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio

from coverplan.ground.terrain import Terrain
from coverplan.reach.graph import compile_graph
from coverplan.reach.speeds.edge_times import edge_times
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.reach.speeds.slope import slope_factors, tobler_speed
from coverplan.reach.travel import travel_times
from coverplan.study.streets import steep_streets
from makers.walk_oracle import as_table, doors_of, network_of, random_case, table

WALK = replace(PRESETS["general"], speed_m_s=1.0)
OLDER = replace(PRESETS["older_adult"], speed_m_s=1.0)
CRS = "EPSG:32650"


def ramp(rise, *, cell_m=20.0, cells=80, west=-400.0, north=800.0):
    """Terrain that rises by `rise` metres a metre to the east."""
    centres = west + cell_m * (np.arange(cells) + 0.5)
    return Terrain(np.tile(centres * rise, (cells, 1)), (cell_m, 0.0, west, 0.0, -cell_m, north), CRS)


def test_bilinear_heights_on_a_plane_and_nothing_outside():
    rows, columns = np.mgrid[0:5, 0:7]
    plane = Terrain(3.0 * columns - 2.0 * rows, (10.0, 0.0, 0.0, 0.0, -10.0, 50.0), CRS)
    x, y = np.array([35.0, 38.0, 5.0, 0.0, 71.0]), np.array([25.0, 21.0, 45.0, 50.0, 25.0])
    expected = [3 * 3 - 2 * 2, 3 * 3.3 - 2 * 2.4, 0.0, 0.0]
    heights = plane.heights(x, y, CRS)
    assert heights[:4] == pytest.approx(expected)
    assert np.isnan(heights[4])


def test_unknown_cell_is_unknown_only_where_it_is_needed():
    height = np.zeros((3, 3))
    height[0, 0] = np.nan
    terrain = Terrain(height, (1.0, 0.0, 0.0, 0.0, -1.0, 3.0), CRS)
    heights = terrain.heights(np.array([1.0, 2.5]), np.array([2.5, 0.5]), CRS)
    assert np.isnan(heights[0])
    assert heights[1] == 0.0


@pytest.mark.parametrize(
    ("slope", "there_and_back"), [(0.03, 0.99), (0.05, 0.98), (0.08, 0.89), (0.1, 0.83), (0.15, 0.69)]
)
def test_there_and_back_on_ramps(slope, there_and_back):
    up, down = tobler_speed(np.array([slope, -slope]), math.inf)
    assert round(2 / (1 / up + 1 / down), 2) == there_and_back


def test_ten_percent_ramp_by_hand():
    network = network_of([(0, 0), (100, 0)], [(0, 1)])
    times = edge_times(network, WALK, ramp(0.1))
    assert times.forward_ms.tolist() == [round(100_000 * math.exp(0.35))]
    assert times.backward_ms.tolist() == [100_000]
    assert times.slope_effect == pytest.approx((math.exp(0.35) + 1) / 2)


def test_gentle_descent_helps_the_young_and_not_the_old():
    network = network_of([(0, 0), (100, 0)], [(0, 1)])
    down = {
        profile.name: int(edge_times(network, profile, ramp(0.05)).backward_ms[0])
        for profile in (WALK, OLDER)
    }
    assert down == {"general": round(100_000 * math.exp(-0.175)), "older_adult": 100_000}


def test_flat_ground_changes_nothing():
    network, _, _ = random_case(3)
    flat, level = edge_times(network, WALK), edge_times(network, WALK, ramp(0.0))
    assert np.array_equal(flat.forward_ms, level.forward_ms)
    assert np.array_equal(flat.backward_ms, level.backward_ms)
    assert (flat.slope_effect, level.slope_effect) == (None, 1.0)


def test_hill_in_the_middle_of_an_edge_is_climbed():
    network = network_of([(-200, 0), (200, 0)], [(0, 1)])
    west, cell_m = -400.0, 20.0
    centres = west + cell_m * (np.arange(40) + 0.5)
    hill = Terrain(
        np.tile(0.1 * (400 - np.abs(centres)), (40, 1)), (cell_m, 0.0, west, 0.0, -cell_m, 400.0), CRS
    )
    times = edge_times(network, WALK, hill)
    by_hand = 200_000 * math.exp(0.35) + 200_000
    assert times.forward_ms[0] == pytest.approx(by_hand, rel=0.03)
    assert times.forward_ms[0] == times.backward_ms[0]


def valley():
    """A 60 m deep valley between x = 100 and x = 300; flat at 60 m outside."""
    centres = -390.0 + 20.0 * np.arange(80)
    depth = np.where((centres > 100) & (centres < 300), 60.0, 0.0)
    return Terrain(np.tile(60.0 - depth, (80, 1)), (20.0, 0.0, -400.0, 0.0, -20.0, 800.0), CRS)


@pytest.mark.parametrize("structure", ["bridge", "tunnel"])
def test_bridge_of_several_edges_is_not_draped_over_the_valley(structure):
    xy = [(0, 0), (80, 0), (160, 0), (200, 0), (320, 0), (400, 0)]
    pairs = [(i, i + 1) for i in range(5)]
    spans = np.array([False, True, True, True, False])
    network = network_of(xy, pairs, **{structure: spans})
    crossed = edge_times(network, WALK, valley())
    assert np.array_equal(crossed.forward_ms, edge_times(network, WALK).forward_ms)
    draped = edge_times(network_of(xy, pairs), WALK, valley())
    assert draped.forward_ms[1:4].sum() > 1.5 * crossed.forward_ms[1:4].sum()


def test_bridge_between_different_heights_has_an_even_slope():
    xy = [(-60, 0), (0, 0), (40, 0), (140, 0), (200, 0)]
    spans = np.array([False, True, True, False])
    network = network_of(xy, [(0, 1), (1, 2), (2, 3), (3, 4)], bridge=spans)
    bumpy = ramp(0.1)
    bumpy.height_m[:, 22:24] = 99.0  # what lies below the bridge is of no interest
    times = edge_times(network, WALK, bumpy)
    assert times.forward_ms[1:3].tolist() == [round(ms * math.exp(0.35)) for ms in (40_000, 100_000)]


def test_steps_have_their_own_factor():
    network = network_of([(0, 0), (100, 0)], [(0, 1)], steps=np.array([True]))
    assert edge_times(network, WALK, ramp(0.3)).forward_ms.tolist() == [200_000]


def test_streets_are_level_where_heights_are_unknown():
    network = network_of([(0, 0), (100, 0), (5_000, 0)], [(0, 1), (1, 2)])
    times = edge_times(network, WALK, ramp(0.1))
    flat = edge_times(network, WALK)
    assert times.forward_ms[0] > flat.forward_ms[0]
    hole = ramp(0.1)
    hole.height_m[:] = np.nan
    assert edge_times(network, WALK, hole).forward_ms.tolist() == flat.forward_ms.tolist()


def test_profile_without_response_needs_no_heights():
    network = network_of([(0, 0), (5_000, 0)], [(0, 1)], mode="drive")
    assert compile_graph(network, PRESETS["drive"], ramp(0.1)).slope_effect is None


@pytest.mark.parametrize("direction", ["toward", "from"])
@pytest.mark.parametrize("seed", range(12))
def test_matrix_on_a_hillside_equals_networkx(seed, direction):
    network, sites, demand = random_case(seed)
    terrain = ramp(0.12)
    passage = network.passages["walk"]
    factors = slope_factors(network, WALK, terrain)
    flat = [
        float(m) * (2.0 if steps else 1.0) * 1000
        for m, steps in zip(network.length_m, network.steps, strict=True)
    ]
    times = {
        "forward_ms": [round(ms * f) for ms, f in zip(flat, factors.forward, strict=True)],
        "backward_ms": [round(ms * f) for ms, f in zip(flat, factors.backward, strict=True)],
    }
    expected = table(network, WALK, sites, demand, direction, **times)
    reach = travel_times(compile_graph(network, WALK, terrain), sites, demand, 10**8, direction=direction)
    assert passage.forward.all()
    assert as_table(reach) == expected


def test_up_and_down_differ_and_the_round_trip_is_their_mean():
    network = network_of([(0, 0), (100, 0)], [(0, 1)])
    graph = compile_graph(network, WALK, ramp(0.1))
    site, demand = doors_of(["top"], [(0, 1.0, 0.0)]), doors_of(["foot"], [(0, 0.0, 0.0)])
    up, down, both = (
        travel_times(graph, site, demand, 900_000, direction=direction).times_ms.tolist()
        for direction in ("toward", "from", "round_trip")
    )
    assert (up, down) == ([round(100_000 * math.exp(0.35))], [100_000])
    assert both == [(up[0] + down[0] + 1) // 2]


@pytest.mark.truth
def test_heights_of_porto_alegre_as_rasterio_reads_them(shared_data):
    with rasterio.open(shared_data / "poa" / "poa_elevation.tif") as tif:
        band, transform, crs = tif.read(1), tif.transform, tif.crs.to_string()
        rows, columns = np.array([[10, 200, 300, 400], [5, 150, 380, 30]])
        x, y = rasterio.transform.xy(transform, rows, columns)
        expected = [value[0] for value in tif.sample(zip(x, y, strict=True))]
    terrain = Terrain(band.astype(float), tuple(transform)[:6], crs)
    assert terrain.heights(np.array(x), np.array(y), crs) == pytest.approx(expected, abs=1e-3)


def test_a_cliff_in_the_heights_is_walked_as_the_steepest_street():
    street = network_of([(0, 0), (400, 0)], [(0, 1)])
    cliff = slope_factors(street, WALK, ramp(50.0))
    assert cliff.forward[0] == pytest.approx(math.exp(3.5 * 1.0))
    assert edge_times(street, WALK, ramp(50.0)).forward_ms[0] == pytest.approx(
        400e3 * math.exp(3.5), rel=1e-6
    )


@pytest.mark.parametrize(("rise", "doubted"), [(0.08, False), (0.08 / 0.3048, True), (0.8, True)])
def test_streets_that_would_be_steeper_than_streets_are_doubt_the_unit(rise, doubted):
    street = network_of([(0, 0), (400, 0)], [(0, 1)])
    assert [one.code for one in steep_streets(street, ramp(rise), Path("d.tif"))] == [
        "steep_streets"
    ] * doubted


def test_streets_are_cut_no_finer_than_the_cells_of_the_heights():
    """A street of 100 m over the middle of a bump of one cell of 100 m: its ends are level, and it is one piece."""
    bump = Terrain(np.array([[0.0, 30.0, 0.0]] * 3), (100.0, 0.0, -150.0, 0.0, -100.0, 150.0), CRS)
    network = network_of([(-50, 0), (50, 0)], [(0, 1)])
    assert bump.heights(np.array([-50.0, 0.0, 50.0]), np.zeros(3), CRS).tolist() == [15.0, 30.0, 15.0]
    found = slope_factors(network, WALK, bump)
    assert [found.forward[0], found.backward[0]] == pytest.approx([1.0, 1.0])
