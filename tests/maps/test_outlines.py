"""Large paths hold the shapes that went into them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from matplotlib.path import Path as Outline

from coverplan.maps import outlines

SQUARE = np.array([[-5.0, -5.0], [5.0, -5.0], [5.0, 5.0], [-5.0, 5.0]])


def polygons(path: Outline) -> shapely.Geometry:
    """Area of a path, with rings that run the other way as holes."""
    rings = [shapely.Polygon(ring) for ring in path.to_polygons()]
    outer = shapely.union_all([ring for ring in rings if ring.exterior.is_ccw])
    return outer - shapely.union_all([ring for ring in rings if not ring.exterior.is_ccw])


@pytest.mark.parametrize("most", [4, 30, 20_000])
def test_areas_keep_their_holes_in_however_many_paths(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlines, "MOST_VERTICES", most)
    ring = shapely.Point(0, 0).buffer(30, quad_segs=2) - shapely.Point(0, 0).buffer(10, quad_segs=2)
    shapes = np.array([ring, None, shapely.box(50, 0, 60, 9), shapely.LineString([(0, 0), (9, 9)])])
    found = outlines.area_outlines(shapes)
    drawn = shapely.union_all([polygons(path) for path in found])
    assert drawn.symmetric_difference(shapely.union_all([ring, shapes[2]])).area == pytest.approx(0, abs=1e-9)
    assert len(found) == {4: 2, 30: 1, 20_000: 1}[most]


@pytest.mark.parametrize("most", [7, 20_000])
def test_cells_stand_on_their_centres(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlines, "MOST_VERTICES", most)
    xy = np.array([[0.0, 0.0], [10.0, 0.0], [40.0, 70.0]])
    rings = [ring for path in outlines.cell_outlines(xy, SQUARE) for ring in path.to_polygons()]
    assert [shapely.Polygon(ring).bounds for ring in rings] == [
        (x - 5, y - 5, x + 5, y + 5) for x, y in xy.tolist()
    ]


def test_lines_stay_apart() -> None:
    lines = np.array([shapely.LineString([(0, 0), (1, 0), (2, 5)]), shapely.LineString([(9, 9), (8, 8)])])
    (path,) = outlines.line_outlines(lines)
    assert path.codes.tolist() == [1, 2, 2, 1, 2]
    assert path.vertices.tolist() == [[0, 0], [1, 0], [2, 5], [9, 9], [8, 8]]
    assert outlines.line_outlines(lines[:0]) == []
