"""A real city: Porto Alegre from pbf and hexagons, every nearest time recomputed by networkx."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely

import coverplan
from coverplan.reach.snapping.components import components
from coverplan.service.measure import Surveyor
from makers import walk_oracle
from makers.volume import gate_only

pytestmark = pytest.mark.truth

SCENARIO = Path(__file__).resolve().parents[2] / "scenarios" / "porto-alegre.yaml"
WALK = "healthcare-older_adult-15min"


@pytest.fixture(scope="module")
def answered(shared_data: Path):
    """The scenario as a user would run it; it names the shared data beside the project."""
    if shared_data != SCENARIO.parents[2] / "shared" / "data":
        pytest.skip("the scenario names the shared data beside the project, which is elsewhere here")
    return coverplan.prepare(SCENARIO), coverplan.run(SCENARIO, write=False)


def surveyor_of(ready) -> Surveyor:
    study = ready.study
    return Surveyor(study.network, study.demand, study.units, study.area, ready.profiles, 60.0)


def test_shares_lie_where_a_rough_independent_run_put_them(answered) -> None:
    _, result = answered
    # 76.4 and 92.0 % for health care, 93.4 and 99.0 % for schools, each give or take 3 points
    assert result.share(WALK) == pytest.approx(0.764, abs=0.03)
    assert result.share("healthcare-brisk-15min") == pytest.approx(0.920, abs=0.03)
    assert result.share("school-older_adult-15min") == pytest.approx(0.934, abs=0.03)
    assert result.share("school-brisk-15min") == pytest.approx(0.990, abs=0.03)


def test_people_are_those_of_the_file(answered) -> None:
    _, result = answered
    for partition in result.summary["reconciliation"]["partition"]:
        assert partition["people"] == 812_935
        assert (
            sum(partition[part] for part in ("outside_units", "off_network", "covered", "uncovered"))
            == 812_935
        )


def test_the_unknown_of_the_file_is_said_row_by_row(answered) -> None:
    _, result = answered
    unknown = [problem for problem in result.problems if problem.code == "unknown_condition"]
    assert len(unknown) == 5
    assert {problem.field for problem in unknown} == {"healthcare"}
    counted = result.summary["standards"][0]["facilities"]
    assert counted["counted"] == 117


def test_the_hexagons_beyond_every_public_street_begin_on_private_ones(answered) -> None:
    ready, result = answered
    demand, network = ready.study.demand, ready.study.network
    points = shapely.points(demand.x, demand.y)
    lines, private = np.array(_lines(network), dtype=object), network.passages["walk"].restricted
    to_public, to_any = (
        shapely.STRtree(streets).query_nearest(points, return_distance=True, all_matches=False)[1]
        for streets in (lines[~private], lines)
    )
    # the farthest hexagon, on the airfield, lies 565 m from any public street and on the airfield's own roads
    assert demand.ids[to_public.argmax()] == "89a90129b23ffff"
    assert to_public.max() == pytest.approx(565, abs=3)
    far = to_public > 300
    assert far.sum() == 4
    assert to_any.max() < 300
    assert (result.layers["demand"][f"{WALK}|reason"] != "off_network").all()
    assert result.summary["standards"][0]["points"]["off_network"] == 0


def test_the_hexagon_three_kilometres_from_the_main_network_is_cut_off_not_dropped(answered) -> None:
    ready, result = answered
    demand, network = ready.study.demand, ready.study.network
    main = np.array(_lines(network), dtype=object)[components(network, "walk").of_edge == 0]
    points = shapely.points(demand.x, demand.y)
    _, distance_m = shapely.STRtree(main).query_nearest(points, return_distance=True, all_matches=False)
    far = int(distance_m.argmax())
    assert distance_m[far] == pytest.approx(3_032, abs=3)
    # it has island streets of its own within the limit, so it is on a network from which no facility is reached
    row = result.layers["demand"].iloc[far]
    assert row[f"{WALK}|reason"] == "not_reached"
    assert row[f"{WALK}|within"] == 0
    assert np.isnan(row[f"{WALK}|minutes"])


def _lines(network):
    starts = network.shape_start
    vertices = np.column_stack([network.shape_x, network.shape_y])
    return [shapely.LineString(vertices[starts[e] : starts[e + 1]]) for e in range(network.edges)]


def test_every_door_leg_is_the_distance_to_the_nearest_open_edge(answered) -> None:
    ready, _ = answered
    network, demand = ready.study.network, ready.study.demand
    doors = surveyor_of(ready).homes(ready.profiles["older_adult"]).first
    lines = np.array(_lines(network), dtype=object)
    lines = lines[network.passages["walk"].usable & ~network.bridge & ~network.tunnel]
    chosen = np.flatnonzero(doors.on_network & ~doors.moved)[::40]
    for i in chosen:
        distance = shapely.distance(lines, shapely.Point(demand.x[i], demand.y[i])).min()
        assert doors.leg_m[i] == pytest.approx(distance, abs=1e-6)


def doors_on(doors) -> list[tuple[int, int]]:
    """Place and row of every door that is on the network."""
    place = np.repeat(np.arange(doors.places), np.diff(doors.start))
    return [(int(place[k]), k) for k in np.flatnonzero(doors.snaps.on_network).tolist()]


@pytest.mark.parametrize("standard", [0, pytest.param(1, marks=gate_only)])
def test_every_nearest_time_is_the_one_that_networkx_finds(answered, standard: int) -> None:
    ready, result = answered
    asked = ready.loaded.scenario.standards[standard]
    profile = ready.profiles[asked.profile]
    surveyor = surveyor_of(ready)
    homes = surveyor.homes(profile)
    measured = surveyor.measure(asked, ready.study.facilities, None)
    sites = measured.doors
    graph = walk_oracle.cut_streets(ready.study.network, profile, {"s": sites, "d": homes})
    for place, k in doors_on(sites):
        graph.add_edge(("s", place, k), "goal", ms=walk_oracle.leg_ms(sites, k, profile))
    reached = nx.single_source_dijkstra_path_length(graph.reverse(copy=False), "goal", weight="ms")
    expected = np.full(homes.places, np.nan)
    for place, k in doors_on(homes):
        if ("d", place, k) in reached:
            total = reached["d", place, k] + walk_oracle.leg_ms(homes, k, profile)
            minutes = total / 60_000 if total <= 60 * 60_000 else np.nan
            expected[place] = np.fmin(expected[place], minutes)
    minutes = result.layers["demand"][f"{asked.key}|minutes"].to_numpy()
    np.testing.assert_array_equal(minutes, expected)
    assert np.isfinite(minutes).sum() > 1_000
