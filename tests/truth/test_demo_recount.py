"""The demo district recounted by another route: walks by networkx, pictures against times, totals to the person."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely

from coverplan.answer.prepared import Prepared, prepare
from coverplan.service.cover import Reason, tally
from coverplan.service.measure import Measured, Surveyor
from coverplan.service.outlines import service_areas
from coverplan.service.sensitivity import sensitivity_table
from makers import walk_oracle

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 2_000


@pytest.fixture(scope="module")
def asked() -> tuple[Prepared, Surveyor, Measured]:
    """The demo, who measures it, and its first standard."""
    ready = prepare(ROOT / "scenarios" / "demo.yaml")
    study = ready.study
    surveyor = Surveyor(
        study.network,
        study.demand,
        study.units,
        study.area,
        ready.profiles,
        60.0,
        study.terrain,
        study.barriers,
    )
    standard = ready.loaded.scenario.standards[0]
    return ready, surveyor, surveyor.measure(standard, ready.changed.facilities, ready.loaded.scenario.year)


def spent(study, profile, edge: int, fraction: float, *, back: bool) -> float:
    """Share of the time along a street that is spent before a place on it, step by step with Tobler's own formula."""
    network, terrain = study.network, study.terrain
    first, last = network.shape_start[edge], network.shape_start[edge + 1]
    xy = np.column_stack((network.shape_x[first:last], network.shape_y[first:last]))
    if network.steps[edge] or network.bridge[edge] or network.tunnel[edge]:
        return fraction
    longest = max(30.0, terrain.cell_m(network.node_x, network.node_y, network.crs))
    pieces = []
    for a, b in pairwise(xy):
        count = max(math.ceil(math.dist(a, b) / longest), 1)
        places = [a + (b - a) * i / count for i in range(count + 1)]
        heights = terrain.heights(*np.array(places).T, network.crs)
        for low, high in pairwise(np.nan_to_num(heights)):
            metres = math.dist(a, b) / count
            slope = (low - high if back else high - low) / metres
            pace = max(math.exp(3.5 * abs(slope + 0.05) - 0.175), 1 / profile.downhill_gain_cap)
            pieces.append((metres, metres * pace))
    left, time = fraction * sum(metres for metres, _ in pieces), 0.0
    for metres, cost in pieces:
        time += cost * min(left / metres, 1.0)
        left = max(left - metres, 0.0)
    return time / sum(cost for _, cost in pieces)


def test_two_thousand_people_drawn_by_lot_walk_as_long_as_networkx_says(asked) -> None:
    ready, surveyor, measured = asked
    demand, profile = ready.study.demand, measured.profile
    older = np.where(demand.inside, demand.people["age_60_plus"], 0.0)
    drawn = np.random.default_rng(11).choice(demand.points, PEOPLE, p=older / older.sum())
    homes = surveyor.homes(profile)
    edges = surveyor.graph(profile)
    graph = walk_oracle.cut_streets(
        ready.study.network,
        profile,
        {"s": measured.doors},
        forward_ms=edges.forward_ms,
        backward_ms=edges.backward_ms,
        share=partial(spent, ready.study, profile),
    )
    for site in range(measured.doors.places):
        for k in range(measured.doors.start[site], measured.doors.start[site + 1]):
            if measured.doors.snaps.edge[k] >= 0:
                leg = walk_oracle.leg_ms(measured.doors, k, profile)
                graph.add_edge(("s", site, k), "goal", ms=leg)
    reached = nx.single_source_dijkstra_path_length(graph.reverse(copy=False), "goal", weight="ms")
    network, snaps = ready.study.network, homes.snaps
    for point in np.unique(drawn).tolist():
        edge = int(snaps.edge[point])
        if edge < 0:
            assert measured.coverage.reason[point] == Reason.OFF_NETWORK
            continue
        if edge in measured.doors.snaps.edge:  # a facility on the same edge: covered by the random towns
            continue
        fraction, leg = float(snaps.fraction[point]), walk_oracle.leg_ms(homes, point, profile)
        there, back = (spent(ready.study, profile, edge, fraction, back=way) for way in (False, True))
        ahead = int(edges.forward_ms[edge]) - round(int(edges.forward_ms[edge]) * there)
        behind = round(int(edges.backward_ms[edge]) * back)
        ends = (
            (reached.get(int(network.edge_to[edge]), np.inf) + ahead),
            (reached.get(int(network.edge_from[edge]), np.inf) + behind),
        )
        expected = min(ends) + leg
        found = int(measured.coverage.nearest_ms[point])
        # parts of an edge are rounded once, here from the other side: half a millisecond either way
        assert found == pytest.approx(expected, abs=1) or (found == -1 and expected > 60 * 60_000)


def test_totals_are_the_printed_ones_to_the_person(asked) -> None:
    ready, _, measured = asked
    groups = ("total", "age_0_14", "age_60_plus", "age_65_plus")
    table = tally(measured.coverage, ready.study.demand, ready.study.units, groups)
    whole = table[table["unit_code"] == ""].set_index("group")["people"]
    assert whole.to_dict() == {
        "total": 720_215,
        "age_0_14": 101_147,
        "age_60_plus": 110_463,
        "age_65_plus": 80_528,
    }


def test_a_picture_of_service_areas_agrees_with_the_times_but_for_long_legs(asked) -> None:
    ready, surveyor, measured = asked
    demand = ready.study.demand
    crs = ready.study.area.crs.to_string()
    areas = service_areas([measured], surveyor, ready.changed.facilities, crs)
    outline = areas.sort_values("minutes").geometry.iloc[-1]
    points = shapely.points(demand.x, demand.y)
    shapely.prepare(outline)
    drawn = shapely.intersects(outline, points)
    within = measured.coverage.times_within > 0
    edge_m = shapely.distance(outline.boundary, points)
    # a door may lie up to 300 m from its street, which a picture of streets does not show
    wrong = (drawn != within) & (edge_m > demand.cell_m)
    assert wrong.sum() <= 0.002 * demand.points
    assert edge_m[drawn != within].max() < 3 * demand.cell_m


def test_ten_percent_slower_read_off_the_times_is_what_ten_percent_slower_measures(asked) -> None:
    ready, surveyor, measured = asked
    facilities, year = ready.changed.facilities, ready.loaded.scenario.year
    table = sensitivity_table([measured], surveyor, facilities, year)
    shares = table[table["group"] == "age_60_plus"].set_index(["variant", "at"])["share"]
    own = measured.profile
    for factor in (0.9, 1.1):
        profile = replace(
            own,
            name=f"times {factor}",
            speed_m_s=own.speed_m_s * factor,
            access_speed_m_s=own.access_speed_m_s * factor,
        )
        other = replace(surveyor, profiles={own.name: profile})
        anew = tally(
            other.measure(measured.standard, facilities, year).coverage,
            ready.study.demand,
            ready.study.units,
            ["age_60_plus"],
        )
        # each street's time is rounded to a millisecond once more, which moves few people over the limit
        assert shares["speed", factor] == pytest.approx(anew["share"].iloc[0], abs=2e-4)
    assert shares["standard", 15] < shares["speed", 1.1]
    # at one metre a second the older walker's standard is 900 m along streets without slopes and steps
    assert shares["distance", 800] < shares["standard", 15] < shares["distance", 1000]
