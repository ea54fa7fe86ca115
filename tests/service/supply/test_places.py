"""Who gets a place: held against networkx, and counted by hand."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.service.supply.places import assign_places
from makers.reaches import reach_of

ALONG = 15 * 60_000


def by_networkx(pairs: dict[tuple[int, int], int], people: list[int], room: list[int]) -> tuple[int, int]:
    """People served and their time in all, in the best assignment."""
    graph = nx.DiGraph()
    graph.add_node("all", demand=-sum(people))
    graph.add_node("end", demand=sum(people))
    for point, count in enumerate(people):
        graph.add_edge("all", f"p{point}", capacity=count, weight=0)
        graph.add_edge(f"p{point}", "end", capacity=count, weight=10**9)
    for site, count in enumerate(room):
        graph.add_edge(f"s{site}", "end", capacity=count, weight=0)
    for (site, point), time in pairs.items():
        graph.add_edge(f"p{point}", f"s{site}", weight=time)
    flow = nx.min_cost_flow(graph)
    served = sum(people) - sum(flow[f"p{point}"]["end"] for point in range(len(people)))
    return served, sum(time * flow[f"p{point}"][f"s{site}"] for (site, point), time in pairs.items())


@st.composite
def towns(draw):
    sites, points = draw(st.integers(1, 5)), draw(st.integers(1, 9))
    times = draw(
        st.lists(st.one_of(st.none(), st.integers(0, 15)), min_size=sites * points, max_size=sites * points)
    )
    pairs = {divmod(at, points): minutes * 60_000 for at, minutes in enumerate(times) if minutes is not None}
    people = draw(st.lists(st.integers(0, 6), min_size=points, max_size=points))
    room = draw(st.lists(st.integers(0, 9), min_size=sites, max_size=sites))
    return pairs, people, room


@settings(max_examples=80, deadline=None)
@given(towns())
def test_as_many_as_networkx_in_as_little_time(town) -> None:
    pairs, people, room = town
    found = assign_places(
        reach_of(pairs, len(room), len(people)), np.array(people, float), np.array(room, float), ALONG
    )
    served, time = by_networkx(pairs, people, room)
    assert found.served.sum() == pytest.approx(served, abs=1e-9)
    assert found.person_minutes == pytest.approx(time / 60_000, abs=1e-6)
    assert (found.used <= found.capacity).all()
    assert found.served + found.no_place + found.not_reached == pytest.approx(np.array(people, float))


def test_a_medium_town_as_networkx() -> None:
    draw = np.random.default_rng(7)
    x, y = draw.random(150), draw.random(150)
    site_x, site_y = draw.random(12), draw.random(12)
    far = np.hypot(site_x[:, None] - x, site_y[:, None] - y)
    pairs = {(int(s), int(p)): round(far[s, p] * 60_000 * 40) for s, p in np.argwhere(far < 0.37)}
    people, room = draw.integers(0, 40, 150), draw.integers(50, 350, 12)
    reach = reach_of(pairs, 12, 150)
    found = assign_places(reach, people.astype(float), room.astype(float), ALONG)
    served, time = by_networkx(pairs, people.tolist(), room.tolist())
    assert found.served.sum() == pytest.approx(served)
    assert found.person_minutes == pytest.approx(time / 60_000)


def test_the_nearer_one_gives_way_where_only_that_serves_both() -> None:
    # p0 reaches both sites, p1 only the nearer one of p0
    pairs = {(0, 0): 60_000, (1, 0): 600_000, (0, 1): 120_000}
    found = assign_places(reach_of(pairs, 2, 2), np.array([5.0, 5.0]), np.array([5.0, 5.0]), ALONG)
    assert found.served.tolist() == [5.0, 5.0]
    assert found.person_minutes == pytest.approx(5 * 10 + 5 * 2)


def test_unknown_capacity_gives_no_place_and_is_no_shortage() -> None:
    pairs = {(0, 0): 60_000, (1, 1): 60_000, (0, 2): 60_000, (1, 2): 60_000}
    capacity = np.array([4.0, np.nan])
    found = assign_places(reach_of(pairs, 2, 4), np.array([3.0, 2.0, 3.0, 1.0]), capacity, ALONG)
    assert found.served.sum() == pytest.approx(4.0)
    assert found.no_place[1] == 0
    assert found.unknown[1] == 2
    assert found.not_reached.tolist() == [0, 0, 0, 1]
    assert np.isnan(found.used[1])
    total = found.served + found.no_place + found.unknown + found.not_reached
    assert total == pytest.approx([3, 2, 3, 1])


def test_a_place_for_every_tenth() -> None:
    found = assign_places(
        reach_of({(0, 0): 0}, 1, 1), np.array([300.0]), np.array([20.0]), ALONG, per_person=0.1
    )
    assert found.served[0] == pytest.approx(200)
    assert found.used[0] == pytest.approx(20)


@pytest.mark.parametrize(
    ("people", "capacity", "share"), [([-1.0], [1.0], 1.0), ([1.0], [-1.0], 1.0), ([1.0], [1.0], 0.0)]
)
def test_what_cannot_be_is_refused(people, capacity, share) -> None:
    with pytest.raises(ValueError, match="must be"):
        assign_places(
            reach_of({(0, 0): 0}, 1, 1), np.array(people), np.array(capacity), ALONG, per_person=share
        )
