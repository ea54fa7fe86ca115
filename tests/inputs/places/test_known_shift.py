"""Which changes between datums are known, against EPSG's own table as PROJ ships it."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from coverplan.errors import Problems
from coverplan.ground.area import scale_error
from coverplan.inputs.places.geometries import points_of
from coverplan.inputs.places.known_shift import unknown_shift
from coverplan.inputs.tables.table_file import TableFile


@pytest.mark.parametrize(
    ("source", "target", "datum"),
    [
        ("EPSG:2385", "EPSG:4549", "Xian 1980"),
        ("EPSG:4610", "EPSG:4549", "Xian 1980"),
        ("EPSG:2437", "EPSG:4549", "Beijing 1954"),
        ("EPSG:2437", "EPSG:32651", None),  # published for this place, to 15 m
        ("EPSG:4555", "EPSG:4326", "New Beijing"),
        ("EPSG:3828", "EPSG:4326", "Taiwan Datum 1967"),
        ("EPSG:2385", "EPSG:2384", None),  # two zones of one datum
        ("EPSG:4549", "EPSG:4326", None),
        ("EPSG:3826", "EPSG:4549", None),
        ("EPSG:6668", "EPSG:4326", None),
        ("EPSG:25832", "EPSG:32632", None),
        ("EPSG:31467", "EPSG:25832", None),  # old, with a published change
    ],
)
def test_changes_that_nobody_knows_are_told(source, target, datum):
    lon, lat = {"EPSG:3828": (121.5, 25.0), "EPSG:3826": (121.5, 25.0), "EPSG:6668": (139.7, 35.7)}.get(
        source, (9.0, 48.0) if source in {"EPSG:25832", "EPSG:31467"} else (120.6, 34.9)
    )
    x, y = pyproj.Transformer.from_crs(4326, source, always_xy=True).transform(lon, lat)
    said = [problem.value for problem in unknown_shift(source, target, None, x=[x, np.nan], y=[y, np.nan])]
    assert said == ([datum] if datum else [])


def test_tables_and_layers_are_warned_of_once():
    rows = pd.DataFrame({"x": [554_000.0] * 3, "y": [3_868_000.0] * 3}, index=[2, 3, 4])
    layer = gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy(rows.x, rows.y), crs=2385)
    target = pyproj.CRS(4549)
    for table in (rows, layer):
        problems = Problems()
        made = TableFile(path=Path("a.csv"), rows=table, read=len(table))
        shapes = points_of(made, x="x", y="y", crs="EPSG:2385", target=target, problems=problems)
        assert all(isinstance(shape, shapely.Point) for shape in shapes)
        assert [(problem.code, problem.severity) for problem in problems] == [("unknown_shift", "warning")]


@pytest.mark.parametrize(
    ("crs", "expected"),
    [
        ("EPSG:4549", 0.00004),
        ("EPSG:32650", 0.0009),
        ("EPSG:3857", 1 / np.cos(np.radians(34.9)) - 1),
        ("ESRI:54009", 0.4),
        ("ESRI:54034", 0.22),
    ],
)
def test_how_far_lengths_are_off(crs, expected):
    x, y = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform([120.6], [34.9])
    assert scale_error(pyproj.CRS(crs), np.array(x), np.array(y)) == pytest.approx(
        expected, rel=0.3, abs=1e-4
    )
