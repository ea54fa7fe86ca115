"""Datums against two published converters, and there and back again."""

from __future__ import annotations

import eviltransform
import numpy as np
import prcoords
import pytest

from coverplan.inputs.places.datum import DATUMS, distance_m, from_wgs84, in_china_box, to_wgs84

#: Printed by the converters' authors or measured with them: eviltransform takes another Earth radius.
EVIL_M = 0.012
PRCOORDS_M = 1e-6


def points(count: int, seed: int = 1):
    """Random places within the mainland's box."""
    random = np.random.default_rng(seed)
    return random.uniform(74, 134, count), random.uniform(18, 53, count)


@pytest.mark.parametrize("datum", DATUMS)
def test_a_hundred_thousand_points_come_back_within_a_millimetre(datum):
    lon, lat = points(100_000)
    back = to_wgs84(*from_wgs84(lon, lat, datum), datum)
    assert distance_m(lon, lat, *back).max() < 1e-6
    there = from_wgs84(*to_wgs84(lon, lat, datum), datum)
    assert distance_m(lon, lat, *there).max() < 1e-6


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_forward_agrees_with_two_published_libraries(datum):
    lon, lat = points(3_000)
    ours = np.column_stack(from_wgs84(lon, lat, datum))
    evil = {"gcj02": eviltransform.wgs2gcj, "bd09": eviltransform.wgs2bd}[datum]
    published = {"gcj02": prcoords.wgs_gcj, "bd09": prcoords.wgs_bd}[datum]
    theirs = np.array([evil(y, x)[::-1] for x, y in zip(lon, lat, strict=True)])
    others = np.array(
        [(p.lon, p.lat) for p in (published(prcoords.Coords(y, x)) for x, y in zip(lon, lat, strict=True))]
    )
    assert distance_m(*ours.T, *theirs.T).max() < EVIL_M
    assert distance_m(*ours.T, *others.T).max() < PRCOORDS_M


@pytest.mark.parametrize(("datum", "name"), [("gcj02", "gcj_wgs_bored"), ("bd09", "bd_wgs_bored")])
def test_inverse_agrees_with_a_published_iteration(datum, name):
    lon, lat = points(2_000, seed=2)
    inverse = getattr(prcoords, name)
    theirs = np.array(
        [(p.lon, p.lat) for p in (inverse(prcoords.Coords(y, x)) for x, y in zip(lon, lat, strict=True))]
    )
    assert distance_m(*to_wgs84(lon, lat, datum), *theirs.T).max() < 0.03


def test_shift_of_huaibei_is_as_measured():
    # 116.80 E, 33.95 N: 524 m to GCJ-02 and 1,210 m to BD-09
    lon, lat = np.array([116.80]), np.array([33.95])
    assert distance_m(lon, lat, *from_wgs84(lon, lat, "gcj02"))[0] == pytest.approx(524, abs=5)
    assert distance_m(lon, lat, *from_wgs84(lon, lat, "bd09"))[0] == pytest.approx(1210, abs=10)


def test_nothing_moves_outside_the_box_and_unknown_stays_unknown():
    lon, lat = np.array([2.35, np.nan, 151.2]), np.array([48.85, 31.0, -33.9])
    for move in (to_wgs84, from_wgs84):
        east, north = move(lon, lat, "gcj02")
        assert east[0] == 2.35
        assert north[2] == -33.9
        assert np.isnan(east[1])
    assert not in_china_box(lon, lat).any()


def test_cgcs2000_is_taken_as_wgs84():
    lon, lat = points(10)
    assert (to_wgs84(lon, lat, "cgcs2000")[0] == lon).all()
