"""Measuring on the toy town, every answer counted by hand: who counts, which way, how far, and what is kept between calls."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pyproj
import pytest
import shapely

from coverplan.ground.area import StudyArea
from coverplan.ground.network import Passage
from coverplan.ground.terrain import Terrain
from coverplan.reach.speeds.profiles import PRESETS, Profile
from coverplan.reach.straight import DETOUR
from coverplan.scenario.scenario_file import Standard
from coverplan.service import far_search
from coverplan.service.cover import Reason
from coverplan.service.measure import Measured, Surveyor, counts_protected
from towns import toyledger, toytown
from towns.toyledger import TOWN_A, TOWN_B, facilities

#: Minutes by the straight line in which nearly as much is reached as in one along the streets.
LONGER = {"network": 1.0, "euclidean": DETOUR + 0.05}
METHODS = pytest.mark.parametrize("method", ["network", "euclidean"])


def surveyor(
    search_minutes: float = 60.0, outline: shapely.Geometry | None = None, **more: object
) -> Surveyor:
    """The toy town, with something of it changed."""
    fields = {"network": toytown.network(), "demand": toytown.demand(), "units": toytown.units()} | more
    profiles = dict(PRESETS) | fields.pop("profiles", {})
    area = StudyArea(pyproj.CRS(toytown.CRS), outline)
    return Surveyor(**fields, area=area, profiles=profiles, search_minutes=search_minutes)


def at(row: float, column: float, **more: object) -> dict:
    """A facility at a place given in streets, in the town in which it lies."""
    return {
        "geometry": shapely.Point(toytown.xy(row, column)),
        "unit": TOWN_A if column < 1.5 else TOWN_B,
    } | more


def ask(minutes: float = 2, **more: object) -> Standard:
    return Standard(layer="elder_care", minutes=minutes, **more)


def covered(found: Measured) -> list[int]:
    return np.flatnonzero(found.coverage.reason == Reason.COVERED).tolist()


def walker(name: str, **more: object) -> Profile:
    return replace(PRESETS["general"], name=name, **more)


@METHODS
def test_a_facility_serves_the_unit_that_is_declared_before_the_one_in_which_it_lies(method: str) -> None:
    """From the last node of the first row of A, two streets: (0, 2), (0, 3) and (1, 2) are in B."""
    own = ask(minutes=2 * LONGER[method], count="own_unit", method=method)
    of_b = [toytown.node(0, 2), toytown.node(0, 3), toytown.node(1, 2)]
    assert covered(surveyor().measure(own, facilities(at(0, 1, unit_code=TOWN_B)), None)) == of_b
    of_a = {toytown.node(*place) for place in ((0, 0), (0, 1), (1, 0), (1, 1), (2, 1))}
    for told in ("", "999", None):
        assert set(covered(surveyor().measure(own, facilities(at(0, 1, unit_code=told)), None))) == of_a


@METHODS
def test_own_units_are_those_of_the_facility_in_every_piece(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One facility of each town, searched one after the other."""
    monkeypatch.setattr(far_search, "MOST_PAIRS", 1)
    rows = facilities(at(0, 0, id="a"), at(0, 4, id="b"))
    found = surveyor().measure(ask(minutes=1 * LONGER[method], count="own_unit", method=method), rows, None)
    assert covered(found) == sorted(
        toytown.node(*one) for one in ((0, 0), (0, 1), (1, 0), (0, 3), (0, 4), (1, 4))
    )


@METHODS
def test_the_nearest_is_looked_for_at_least_as_far_as_the_standard(method: str) -> None:
    found = surveyor(search_minutes=1).measure(ask(minutes=4, method=method), facilities(at(0, 0)), None)
    ways = {"network": 180_000, "euclidean": 180_000 * DETOUR}
    assert found.coverage.nearest_ms[toytown.node(0, 3)] == pytest.approx(ways[method])
    assert toytown.node(0, 3) in covered(found)


def test_places_reach_as_far_as_the_standard_or_as_far_as_the_nearest_is_looked_for() -> None:
    place = [shapely.Point(toytown.xy(0, 0))]
    near = surveyor(search_minutes=4).reach_of(ask(), ["a"], place, [None])
    far = surveyor(search_minutes=4).reach_of(ask(), ["a"], place, [None], far=True)
    assert (len(near.demand), len(far.demand)) == (6, 15)


def test_one_way_streets_are_walked_the_way_that_is_asked_for() -> None:
    """Every street leads east or north only: from the corner everywhere, to it from nowhere."""
    streets = toytown.network()
    edges = len(streets.length_m)
    one_way = replace(streets, passages={"walk": Passage(np.ones(edges, bool), np.zeros(edges, bool))})
    town = surveyor(network=one_way)
    place = [shapely.Point(toytown.xy(0, 0))]
    counts = [
        (
            len(town.reach_of(ask(direction=way), ["a"], place, [None]).demand),
            len(covered(town.measure(ask(direction=way), facilities(at(0, 0)), None))),
        )
        for way in ("toward", "from")
    ]
    assert counts == [(1, 1), (6, 6)]


def test_uphill_takes_tobler_s_time() -> None:
    """Ground that rises 10 % to the north: exp(0.35) of the level time up, the level time down, as the formula says."""
    west, south = toytown.xy(-2, -2)
    rows = np.arange(40)
    heights = np.repeat((10 * 36.0 - 18.0 * rows)[:, None] * 0.1, 40, axis=1)
    terrain = Terrain(heights, (18.0, 0.0, west, 0.0, -18.0, south + 40 * 18.0), toytown.CRS)
    found = surveyor(terrain=terrain).measure(ask(minutes=15), facilities(at(4, 0)), None)
    assert found.coverage.nearest_ms[toytown.node(0, 0)] == pytest.approx(240_000 * math.exp(0.35), rel=1e-3)
    assert found.coverage.nearest_ms[toytown.node(4, 4)] == 240_000
    down = surveyor(terrain=terrain).measure(ask(minutes=15), facilities(at(0, 0)), None)
    assert down.coverage.nearest_ms[toytown.node(4, 0)] == pytest.approx(240_000, rel=1e-3)
    assert found.slope_effect == pytest.approx((1 + (1 + math.exp(0.35)) / 2) / 2, rel=1e-2)


def test_a_door_does_not_cross_a_barrier() -> None:
    """A door 21.6 m from the first street and 36 m from two others, a wall before the first."""
    x, y = toytown.xy(0.5, 0.3)
    wall = np.array([shapely.LineString([(x - 10, y - 30), (x - 10, y + 30)])], dtype=object)
    for barriers, leg_m in ((None, 21.6), (wall, 36.0)):
        doors = surveyor(barriers=barriers).measure(ask(), facilities(at(0.5, 0.3)), None).doors
        assert doors is not None
        assert float(doors.snaps.leg_m[0]) == pytest.approx(leg_m)


def test_profiles_of_one_mode_keep_their_own_speeds_and_their_own_second_limit() -> None:
    """A door 100 m east of the last street: within the second limit of one profile, beyond the only one of the other."""
    near = walker("near", access_first_m=50.0)
    far = walker("far", access_first_m=50.0, access_second_m=200.0)
    quick = walker("quick", speed_m_s=2 * PRESETS["general"].speed_m_s)
    town = surveyor(profiles={one.name: one for one in (near, far, quick)})
    beyond = facilities(at(0, 4 + 100 / toytown.STREET_M))
    assert covered(town.measure(ask(minutes=3, profile="near"), beyond, None)) == []
    assert covered(town.measure(ask(minutes=3, profile="far"), beyond, None)) == [
        toytown.node(*place) for place in ((0, 3), (0, 4), (1, 4))
    ]
    corner = facilities(at(0, 0))
    counts = [len(covered(town.measure(ask(profile=name), corner, None))) for name in ("general", "quick")]
    assert counts == [toytown.WITHIN_MINUTES_OF_CORNER[2], toytown.WITHIN_MINUTES_OF_CORNER[4]]


def test_doors_that_are_kept_belong_to_their_place() -> None:
    town, profile = surveyor(), PRESETS["general"]
    west, east, top = (shapely.Point(toytown.xy(*place)) for place in ((0, 0.25), (0, 3.75), (4, 3.75)))

    def edges(*places: shapely.Point) -> list[int]:
        found = town.doors(profile, [f"p{number}" for number in range(len(places))], places)
        return found.snaps.edge[found.start[:-1]].tolist()

    assert edges(west) == edges(west) == [0]
    assert edges(east) == [3]
    assert edges(west, east) == [0, 3]
    assert edges(west, top) == [0, 19]


def test_what_is_not_on_the_map_or_not_in_the_area_is_counted() -> None:
    """An outline around the first column; three facilities on the map, one of them in it, and one without a place."""
    outline = shapely.box(*toytown.xy(-0.5, -0.5), *toytown.xy(4.5, 0.5))
    rows = facilities(at(0, 0), at(0, 2), at(0, 4), {"unit": TOWN_A})
    found = surveyor(outline=outline).measure(ask(), rows, None)
    assert (found.outside_area, found.unplaced, found.sites) == (2, 1, (0, 1, 2))


def test_times_tell_of_a_protected_place_only_where_it_counts() -> None:
    rows = facilities(at(0, 0, type="open"), at(0, 4, type="hidden", public=False))
    found = [
        counts_protected(surveyor().measure(ask(types=types), rows, None), rows)
        for types in (("open",), ("hidden",), ("open", "hidden"))
    ]
    assert found == [False, True, True]


def test_nobody_lies_outside_the_units_where_no_unit_has_an_outline() -> None:
    nowhere = replace(toytown.demand(), unit=np.full(25, -1, dtype=np.int32))
    corner = facilities(at(0, 0))
    mapped = surveyor(demand=nowhere).measure(ask(), corner, None)
    assert set(mapped.coverage.reason.tolist()) == {Reason.OUTSIDE_UNITS}
    unmapped = surveyor(demand=nowhere, units=toyledger.community_units()).measure(ask(), corner, None)
    assert len(covered(unmapped)) == 6


def test_the_audit_of_doors_weighs_the_people_of_the_area() -> None:
    inside = np.arange(25) != toytown.node(0, 0)
    found = surveyor(demand=replace(toytown.demand(), inside=inside)).measure(
        ask(), facilities(at(0, 0)), None
    )
    assert found.homes is not None
    assert (found.homes["weight"], found.homes["points"]) == (240.0, 25)
