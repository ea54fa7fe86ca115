"""Outlines that touch or cross themselves: mended where nothing is in doubt, asked about with the area at stake."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.errors import Problems
from coverplan.inputs.places.broken_outlines import untangled
from coverplan.inputs.places.geometries import layer_geometries
from coverplan.inputs.tables.read_table import read_table
from coverplan.scenario.study_file import Source
from coverplan.text.problem_words import problem_text
from coverplan.text.words import Words

#: A square of 200 m whose border runs into it from the middle of its upper side and round a triangle of 5,000 m2:
#: against its own direction, which is a hole, and in its own direction, which is the same ground once more.
HOLE = [(0, 0), (200, 0), (200, 200), (100, 200), (150, 100), (50, 100), (100, 200), (0, 200)]
TWICE = [(0, 0), (200, 0), (200, 200), (100, 200), (50, 100), (150, 100), (100, 200), (0, 200)]
BOW_TIE = [(0, 0), (100, 100), (100, 0), (0, 100)]
#: Two metres of a corner of a square of 200 m are drawn across each other.
CROSSED = [(0, 0), (200, 0), (200, 200), (0, 198), (2, 200)]


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize("corners", [HOLE, TWICE, BOW_TIE])
def test_the_ground_inside_is_that_of_geos_where_nothing_is_in_doubt(corners, turn):
    shape = shapely.Polygon(corners[::turn])
    found = untangled(shape)
    assert found.shape.is_valid
    whole = shapely.make_valid(shape, method="structure", keep_collapsed=False).area
    assert found.shape.area + found.doubtful == pytest.approx(whole)
    assert found.twice == pytest.approx(5_000 if corners is TWICE else 0)
    assert found.doubt == pytest.approx(0.5 if corners is BOW_TIE else 0)


@given(st.integers(0, 10_000), st.booleans())
@settings(max_examples=40, deadline=None)
def test_whatever_is_valid_stays_as_it_is(seed, turned):
    random = np.random.default_rng(seed)
    circles = shapely.points(random.uniform(0, 100, (6, 2)))
    shape = shapely.union_all(shapely.buffer(circles, random.uniform(2, 40, 6), quad_segs=3))
    found = untangled(shapely.reverse(shape) if turned else shape)
    assert found.shape.symmetric_difference(shape).area == pytest.approx(0, abs=1e-6)
    assert (found.twice, found.doubtful) == (0, 0)


def test_overlapping_parts_are_one_and_lines_are_no_outlines():
    found = untangled(shapely.MultiPolygon([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)]))
    assert (found.shape.area, found.twice, found.doubtful) == (7, 1, 0)
    assert untangled(shapely.LineString([(0, 0), (0, 0)])) is None
    assert untangled(shapely.Polygon([(0, 0), (1, 1), (0, 0)])) is None


def read(folder, corners):
    layer = gpd.GeoDataFrame({"name": ["a"]}, geometry=[shapely.Polygon(corners)], crs="EPSG:4549")
    layer.geometry = layer.translate(500_000, 3_500_000)
    layer.to_file(folder / "a.gpkg")
    problems = Problems()
    table = read_table(Source(file="a.gpkg"), folder, problems)
    (shape,) = layer_geometries(table, target=layer.crs, problems=problems)
    return shape, list(problems)


@pytest.mark.parametrize(
    ("corners", "area", "said", "stake"),
    [
        (HOLE, 35_000, ("outline_mended", "note"), "0 m2 (0.0%)"),
        (TWICE, 40_000, ("outline_mended", "warning"), "5,000 m2 (12.5%)"),
        (CROSSED, 39_604, ("outline_mended", "note"), "2 m2 (0.0%)"),
        (BOW_TIE, None, ("broken_geometry", "error"), "2,500 m2 (50.0%)"),
    ],
)  # fmt: skip
def test_a_layer_says_what_was_mended_and_what_is_at_stake(tmp_path, corners, area, said, stake):
    shape, (problem,) = read(tmp_path, corners)
    assert (problem.code, problem.severity) == said
    assert stake in problem_text(problem, Words("en"))
    assert stake in problem_text(problem, Words("zh"))
    if area is not None:
        assert shape.is_valid
        assert shape.area == pytest.approx(area, abs=2)
