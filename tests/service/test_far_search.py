"""The nearest facility far beyond a standard: in pieces, by straight lines, and obeyed by every kind of standard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coverplan
from coverplan.reach.matrix import NOT_REACHED
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.reach.straight import straight_nearest, straight_times
from coverplan.service.far_search import cut, near_and_far
from makers import toyfiles

METRE = replace(PRESETS["general"], speed_m_s=1.0)
grid = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=9)


def metres(places) -> np.ndarray:
    return np.array(places, dtype=float).reshape(-1, 2) * 100


@settings(max_examples=40, deadline=None)
@given(sites=grid, homes=grid, at_once=st.integers(1, 4), limit=st.integers(0, 400_000))
def test_pieces_say_what_one_matrix_says(sites, homes, at_once, limit):
    ids = [f"s{(7 * i) % 11}" for i in range(len(sites))]  # not in order, so that ties by id are seen
    far, demand = 700_000, [f"d{i}" for i in range(len(homes))]
    whole = straight_times(ids, metres(sites), demand, metres(homes), far, profile=METRE)
    pieces = [
        straight_times(ids[part], metres(sites)[part], demand, metres(homes), far, profile=METRE)
        for part in cut(len(ids), at_once)
    ]
    near, nearest = near_and_far(pieces, ids, [str(at) for at in range(len(homes))], limit)
    expected, within = whole.nearest(), whole.within(limit)
    assert nearest.time_ms.tolist() == expected.time_ms.tolist()
    assert nearest.site.tolist() == expected.site.tolist()
    assert (near.indptr.tolist(), near.demand.tolist()) == (within.indptr.tolist(), within.demand.tolist())
    alone = straight_nearest(ids, metres(sites), metres(homes), far, profile=METRE)
    assert alone.time_ms.tolist() == expected.time_ms.tolist()
    assert alone.site.tolist() == expected.site.tolist()


def test_nobody_and_nothing():
    none = np.zeros((0, 2))
    reach, nearest = near_and_far([], [], ["a", "b", "c"], 10)
    assert len(reach.demand_ids) == 3
    assert reach.pairs == 0
    assert nearest.site.tolist() == [NOT_REACHED] * 3
    assert straight_nearest([], none, metres([(0, 0)]), 1, profile=METRE).site.tolist() == [NOT_REACHED]
    assert not len(straight_nearest(["s"], metres([(0, 0)]), none, 1, profile=METRE).site)


@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"method": "euclidean"},
        {"direction": "round_trip"},
        {"count": "own_unit"},
        {"count": "own_unit", "method": "euclidean"},
    ],
)
def test_every_kind_of_standard_looks_as_far_as_it_is_told(tmp_path: Path, kind) -> None:
    """The toy town is 5 x 5 homes 72 m apart, a home in one corner: row + column minutes along the streets."""
    standard = {"layer": "elder_care", "minutes": 1, "name": "s", **kind}
    for searched, everybody in ((60, True), (3, False)):
        path = toyfiles.write_town(tmp_path, scenario={"standards": [standard], "search_minutes": searched})
        found = coverplan.run(path, write=False).summary["standards"][0]["distribution"]["total"]
        own = 100 if kind.get("count") == "own_unit" else 250
        assert found["people"] == 250
        assert found["searched_minutes"] == searched
        assert (found["found_people"] == own) is everybody
