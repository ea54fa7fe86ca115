"""The detector on an invented town: it finds planted shifts, stays silent without evidence, and converts nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyproj
import pytest
import shapely

from coverplan.inputs.places.coordinate_digits import LIKELIHOODS, digit_habit
from coverplan.inputs.places.datum import from_wgs84, to_wgs84
from coverplan.inputs.places.datum_detector import HYPOTHESES, Evidence, detect_datum
from makers.volume import examples

CRS = pyproj.CRS.from_epsg(4548)
SIDE_M = 12_000.0
CORNER = pyproj.Transformer.from_crs(4326, CRS, always_xy=True).transform(116.75, 33.90)


def town(points, seed=0):
    """Facilities 5 to 30 m from irregular streets, in towns of 2 km, among people in half of the ground."""
    random = np.random.default_rng(seed)
    lines_x = np.cumsum(random.uniform(120, 420, 60))
    lines_x = CORNER[0] + lines_x[lines_x < SIDE_M]
    streets = [shapely.LineString([(x, CORNER[1]), (x, CORNER[1] + SIDE_M)]) for x in lines_x]
    settled = [(i, j) for i in range(24) for j in range(24) if (i * 7 + j * 13 + i * j) % 3 == 0]
    at = random.integers(0, len(settled), points * 20)
    blocks = np.array(settled)[at] * 500.0
    x = CORNER[0] + blocks[:, 0] + random.uniform(0, 500, len(at))
    y = CORNER[1] + blocks[:, 1] + random.uniform(0, 500, len(at))
    near = np.abs(x[:, None] - lines_x).min(axis=1)
    chosen = np.flatnonzero((near > 5) & (near < 30))[:points]
    x, y = x[chosen], y[chosen]
    west, south = (np.floor((v - c) / 2_000) * 2_000 + c for v, c in ((x, CORNER[0]), (y, CORNER[1])))
    outlines = np.array(
        [shapely.box(a, b, a + 2_000, b + 2_000) for a, b in zip(west, south, strict=True)], dtype=object
    )
    cells = np.array(
        [
            (CORNER[0] + i * 500 + a, CORNER[1] + j * 500 + b)
            for i, j in settled
            for a in range(50, 500, 100)
            for b in range(50, 500, 100)
        ]
    )
    lon, lat = pyproj.Transformer.from_crs(CRS, 4326, always_xy=True).transform(x, y)
    evidence = Evidence(CRS, outlines, np.array(streets, dtype=object), cells[:, 0], cells[:, 1], 75.0)
    return np.asarray(lon), np.asarray(lat), evidence


#: How coordinates come to be printed so that a hypothesis is the truth.
PRINTED = {
    "wgs84": lambda lon, lat: (lon, lat),
    "gcj02": lambda lon, lat: from_wgs84(lon, lat, "gcj02"),
    "bd09": lambda lon, lat: from_wgs84(lon, lat, "bd09"),
    "gcj02_undone_twice": lambda lon, lat: to_wgs84(lon, lat, "gcj02"),
    "bd09_undone_twice": lambda lon, lat: to_wgs84(lon, lat, "bd09"),
    "bd09_over_wgs84": lambda lon, lat: from_wgs84(*to_wgs84(lon, lat, "gcj02"), "bd09"),
}


@pytest.mark.parametrize("truth", sorted(HYPOTHESES))
def test_every_hypothesis_undoes_what_was_planted(truth):
    lon, lat = np.array([116.8, 116.9]), np.array([33.9, 34.0])
    back = HYPOTHESES[truth](*PRINTED[truth](lon, lat))
    assert np.abs(np.array(back) - [lon, lat]).max() < 1e-9


@pytest.mark.parametrize("truth", sorted(HYPOTHESES))
def test_forty_points_are_enough(truth):
    lon, lat, evidence = town(40)
    found = detect_datum(*PRINTED[truth](lon, lat), evidence)
    assert found.datum == truth
    assert found.likelihood_ratio > 1000
    assert truth in found.sentence()


def test_the_shift_is_said():
    lon, lat, evidence = town(40)
    assert detect_datum(*from_wgs84(lon, lat, "gcj02"), evidence).median_shift_m == pytest.approx(524, abs=10)


def test_too_few_points_and_no_evidence_cannot_decide():
    lon, lat, evidence = town(4)
    assert detect_datum(*from_wgs84(lon, lat, "bd09"), evidence).datum is None
    lon, lat, _ = town(40)
    found = detect_datum(lon, lat, Evidence(CRS))
    assert found.datum is None
    assert "cannot decide" in found.sentence()


@pytest.mark.parametrize("seed", range(5))
def test_places_that_fit_nowhere_raise_no_alarm(seed):
    lon, lat, evidence = town(60)
    random = np.random.default_rng(seed)
    wild = Evidence(CRS, None, evidence.streets, evidence.people_x, evidence.people_y, 75.0)
    found = detect_datum(lon + random.uniform(-0.02, 0.02, 60), lat + random.uniform(-0.02, 0.02, 60), wild)
    assert found.datum is None


def test_large_units_alone_are_no_evidence():
    lon, lat, evidence = town(40)
    county = np.full(
        40, shapely.box(CORNER[0] - 5e4, CORNER[1] - 5e4, CORNER[0] + 5e4, CORNER[1] + 5e4), dtype=object
    )
    found = detect_datum(*from_wgs84(lon, lat, "gcj02"), Evidence(evidence.crs, county))
    assert found.datum is None


def printed(decimals, count=30, seed=1):
    return [f"{v:.{decimals}f}" for v in np.random.default_rng(seed).uniform(116, 117, count)]


@pytest.mark.parametrize(
    ("cells", "habit"),
    [
        (printed(3), "few"),
        (printed(6), "six"),
        ([float(cell) for cell in printed(6)], "six"),  # a workbook drops zeros at the end
        (printed(8), "eight"),
        (printed(14), "many"),
        ([cell + "00000000" for cell in printed(6)], "six"),  # zeros that a program added
        ([f"{116 + n / 3600:.8f}" for n in range(0, 3600, 97)], "seconds"),
        ([f"{116 + n / 60:.6f}" for n in range(60)], "seconds"),
        ([*printed(3, 15), *printed(14, 15)], None),  # two sources in one column
        (printed(6, 4), None),
        (["", None, "待定", "116°48′"] * 9, None),
    ],
)
def test_habits_of_printing(cells, habit):
    assert digit_habit(cells) == habit


def test_likelihoods_of_habits_are_a_model_that_is_weak():
    assert all(sum(habits.values()) == pytest.approx(1) for habits in LIKELIHOODS.values())
    for habit in LIKELIHOODS["wgs84"]:
        each = [habits[habit] for habits in LIKELIHOODS.values()]
        assert max(each) <= 7 * min(each) + 1e-12


@pytest.mark.parametrize("habit", sorted(LIKELIHOODS["wgs84"]))
def test_digits_alone_decide_nothing_and_never_overrule_the_ground(habit):
    lon, lat, evidence = town(40)
    alone = detect_datum(lon, lat, Evidence(CRS, habit=habit))
    assert alone.datum is None
    assert alone.likelihood_ratio < 10
    assert alone.kinds == ("digits",)
    for truth in ("wgs84", "gcj02", "bd09"):
        found = detect_datum(*PRINTED[truth](lon, lat), replace(evidence, habit=habit))
        assert found.datum == truth


def test_digits_add_the_logarithm_of_their_likelihoods():
    lon, lat, evidence = town(40)
    without, with_digits = (
        detect_datum(lon, lat, replace(evidence, habit=habit)).scores for habit in (None, "six")
    )
    gained = {name: with_digits[name] - without[name] for name in ("wgs84", "gcj02")}
    assert gained["gcj02"] - gained["wgs84"] == pytest.approx(np.log(0.62 / 0.32))


@pytest.mark.parametrize("step", [2, 3])
def test_two_datums_in_one_file_are_told_apart(step):
    lon, lat, evidence = town(60)
    east, north = from_wgs84(lon, lat, "gcj02")
    lon[::step], lat[::step] = east[::step], north[::step]
    found = detect_datum(lon, lat, evidence)
    assert found.datum is None
    assert found.mixed == ("wgs84", "gcj02")
    assert found.of_second == pytest.approx(60 / step, abs=8)
    assert "two datums" in found.sentence()


@pytest.mark.parametrize("seed", range(examples(1, 4)))
@pytest.mark.parametrize("truth", sorted(HYPOTHESES))
def test_one_datum_with_slips_is_no_mixture(truth, seed):
    lon, lat, evidence = town(60, seed)
    lon, lat = PRINTED[truth](lon, lat)
    lon[:4] += 0.02  # a few places that are wrong in their own ways
    lat[2:5] -= 0.03
    assert detect_datum(lon, lat, evidence).mixed is None


@pytest.mark.parametrize(("street_m", "place_m", "first_m"), [(400, 200, 70), (300, 150, 70), (500, 250, 70)])
def test_places_and_streets_at_even_distances_are_not_taken_for_two_datums(street_m, place_m, first_m):
    side = 6_000
    streets = [
        shapely.LineString([(CORNER[0] + a, CORNER[1] + b), (CORNER[0] + c, CORNER[1] + d)])
        for at in range(0, side + 1, street_m)
        for a, b, c, d in ((at, 0, at, side), (0, at, side, at))
    ]
    at = np.arange(first_m, side, place_m)[:13]
    x, y = (axis.ravel() for axis in np.meshgrid(CORNER[0] + at, CORNER[1] + at))
    lon, lat = pyproj.Transformer.from_crs(CRS, 4326, always_xy=True).transform(x, y)
    found = detect_datum(
        np.asarray(lon), np.asarray(lat), Evidence(CRS, None, np.array(streets, dtype=object))
    )
    assert found.mixed is None
    assert found.datum in {None, "wgs84"}


@pytest.mark.parametrize("second", ["gcj02", "bd09"])
def test_two_datums_among_irregular_streets_are_still_told(second):
    lon, lat, evidence = town(60)
    moved = from_wgs84(lon[:30], lat[:30], second)
    lon, lat = np.concatenate([moved[0], lon[30:]]), np.concatenate([moved[1], lat[30:]])
    assert detect_datum(lon, lat, evidence).mixed == ("wgs84", second)
