"""Streets of small maps: those of the frame and no others, however many maps share them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from coverplan.report.drawings import street_lines
from coverplan.report.drawings.frame import Frame
from coverplan.report.drawings.plainer import Plainer
from coverplan.report.drawings.street_lines import StreetLines


@pytest.fixture(scope="module")
def grid() -> gpd.GeoDataFrame:
    """Streets every 100 m, in pieces of 100 m; every fifth is a main one."""
    lines, kinds = [], []
    for i in range(21):
        for j in range(20):
            lines += [shapely.LineString([(100 * j, 100 * i), (100 * j + 100, 100 * i)])]
            lines += [shapely.LineString([(100 * i, 100 * j), (100 * i, 100 * j + 100)])]
            kinds += ["primary_link" if i % 5 == 0 else "residential"] * 2
    return gpd.GeoDataFrame({"kind": kinds}, geometry=lines, crs=4549)


def length_of(lines: StreetLines, frame: Frame) -> float:
    """Metres that are drawn."""
    paths = [path for shape in lines.shapes(frame) for path in shape.paths]
    return sum(float(np.hypot(*np.diff(path, axis=0).T).sum()) for path in paths) / frame.scale


@pytest.mark.parametrize("bounds", [(0, 0, 2000, 2000), (430, 620, 870, 910), (1990, 10, 2500, 300)])
def test_the_streets_of_the_frame_are_drawn_whole(grid, bounds):
    frame = Frame.around(bounds, 400.0, 300.0)
    own = gpd.clip(grid, shapely.box(*frame.bounds()))
    assert length_of(StreetLines(grid), frame) == pytest.approx(own.geometry.length.sum(), rel=1e-9)


def test_too_many_are_thinned_to_the_main_ones(grid, monkeypatch):
    monkeypatch.setattr(street_lines, "MOST_STREETS", 100)
    lines, whole = StreetLines(grid), Frame.around((0, 0, 2000, 2000), 400.0, 400.0)
    assert length_of(lines, whole) == pytest.approx(2 * 5 * 2000)
    few = Frame.around((430, 620, 570, 760), 400.0, 300.0)
    assert length_of(lines, few) == pytest.approx(
        gpd.clip(grid, shapely.box(*few.bounds())).geometry.length.sum()
    )


def test_no_streets_are_no_shapes(grid):
    frame = Frame.around((0, 0, 1, 1), 10.0, 10.0)
    assert StreetLines(None).shapes(frame) == []
    assert StreetLines(grid).shapes(Frame.around((9000, 9000, 9100, 9100), 10.0, 10.0)) == []


def test_shapes_of_a_scale_stay_within_its_tolerance_and_are_made_once():
    rng = np.random.default_rng(5)
    lines = np.array([shapely.LineString(np.cumsum(rng.normal(size=(80, 2)), axis=0)) for _ in range(12)])
    plainer = Plainer(lines)
    for tolerance in (0.3, 1.0, 2.5):
        found = plainer.of(np.array([7, 2, 7]), tolerance)
        assert shapely.hausdorff_distance(found, lines[[7, 2, 7]]).max() <= tolerance
        assert shapely.get_num_coordinates(found).max() < 80
        assert plainer.of(np.array([2]), tolerance * 1.01)[0] is found[1]
