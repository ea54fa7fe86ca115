"""A standard measured again and again: what was answered stays as it was, equal times go by id, every change is counted."""

from __future__ import annotations

import pyproj
import pytest
import shapely

from coverplan.ground.area import StudyArea
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.scenario.scenario_file import Standard
from coverplan.service.live import LiveStandard, Spot
from coverplan.service.measure import Surveyor
from towns import toytown


def spots(*places: tuple[str, int, int]) -> dict[Spot, shapely.Geometry]:
    """Facilities on nodes of the toy town by id, row and column, in this order."""
    points = [(name, shapely.Point(toytown.xy(row, column))) for name, row, column in places]
    return {Spot(name, shapely.to_wkb(point), None): point for name, point in points}


@pytest.fixture(scope="module", params=["network", "euclidean"])
def live(request: pytest.FixtureRequest) -> LiveStandard:
    area = StudyArea(pyproj.CRS(toytown.CRS), None)
    surveyor = Surveyor(toytown.network(), toytown.demand(), toytown.units(), area, dict(PRESETS), 60.0)
    return LiveStandard(surveyor, Standard(layer="elder_care", minutes=2, method=request.param))


def test_an_answer_stays_as_it_was_when_the_next_is_asked_for(live: LiveStandard) -> None:
    first = live.coverage_of(spots(("a", 0, 0)))
    before = first.times_within.tolist(), first.nearest_ms.tolist(), first.reason.tolist()
    live.coverage_of(spots(("b", 4, 4), ("c", 2, 2)))
    assert (first.times_within.tolist(), first.nearest_ms.tolist(), first.reason.tolist()) == before
    assert sum(before[0]) == (6 if live.standard.method == "network" else before[0].count(1))


def test_of_equally_near_places_the_first_id_is_nearest_in_whatever_order_they_come(
    live: LiveStandard,
) -> None:
    """The node in the middle of the first row is two streets from either end."""
    for places in ((("a", 0, 0), ("b", 0, 4)), (("b", 0, 0), ("a", 0, 4))):
        for order in (places, places[::-1]):
            found = live.coverage_of(spots(*order))
            assert found.site_ids[int(found.nearest_site[2])] == "a"


def test_places_to_open_and_to_close_are_both_counted(live: LiveStandard) -> None:
    live.coverage_of(spots(("a", 0, 0), ("b", 1, 1)))
    assert live.unlike(spots(("a", 0, 0), ("b", 1, 1))) == 0
    assert live.unlike(spots(("b", 1, 1), ("c", 2, 2), ("d", 3, 3))) == 3
    assert live.unlike(spots(("a", 0, 0), ("b", 1, 1), ("c", 2, 2))) == 1
