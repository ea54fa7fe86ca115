"""Streets in a shifted datum are told by homes and facilities beside them; shifts are those of the published formula."""

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from coverplan.inputs.places.datum import from_wgs84
from coverplan.inputs.places.datum_detector import streets_datum

CRS = "EPSG:4549"
CORNER = np.array([554_000.0, 3_868_000.0])


def streets(datum: str, spacing_m: float = 500.0):
    """A net of streets, drawn in a datum."""
    ticks = np.arange(0, 4_001, spacing_m)
    ends = [[(0, t), (4_000, t)] for t in ticks] + [[(t, 0), (t, 4_000)] for t in ticks]
    lines = gpd.GeoSeries([shapely.linestrings(np.array(end) + CORNER) for end in ends], crs=CRS).to_crs(4326)
    shifted = shapely.transform(lines.to_numpy(), lambda xy: np.column_stack(from_wgs84(*xy.T, datum)))
    return gpd.GeoSeries(shifted, crs=4326).to_crs(CRS).to_numpy()


def beside_streets(count: int, away_m: float = 15.0, spacing_m: float = 500.0):
    random = np.random.default_rng(2)
    along = random.uniform(100, 3_900, count)
    across = random.integers(0, 8, count) * spacing_m + away_m
    xy = np.where((np.arange(count) % 2 == 0)[:, None], np.c_[along, across], np.c_[across, along]) + CORNER
    return pyproj.Transformer.from_crs(CRS, 4326, always_xy=True).transform(*xy.T)


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
@pytest.mark.parametrize("count", [25, 400])
def test_streets_are_told_by_what_stands_beside_them(datum, count):
    found = streets_datum(*beside_streets(count), CRS, streets(datum))
    assert found.datum == datum
    if datum != "wgs84":
        lon, lat = beside_streets(count)
        east, north = from_wgs84(lon, lat, datum)
        away = pyproj.Geod(ellps="WGS84").inv(lon, lat, east, north)[2]
        assert found.median_shift_m == pytest.approx(np.median(away), rel=0.05)


def test_two_places_are_enough_when_each_is_far_from_every_street():
    one = streets("gcj02", spacing_m=4_000)
    lon, lat = pyproj.Transformer.from_crs(CRS, 4326, always_xy=True).transform(
        CORNER[0] + np.array([1_500.0, 2_500.0]), CORNER[1] + np.array([10.0, 10.0])
    )
    assert streets_datum(lon, lat, CRS, one).datum == "gcj02"


def test_homes_far_from_any_street_say_nothing():
    lon, lat = beside_streets(50, away_m=200.0)
    assert streets_datum(lon, lat, CRS, streets("wgs84")).datum in {None, "wgs84"}
    assert streets_datum(np.zeros(0), np.zeros(0), CRS, streets("gcj02")).datum == "wgs84"
