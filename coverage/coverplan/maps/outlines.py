"""Shapes as few large paths, so that ten thousand streets or cells are drawn in one stroke."""

from __future__ import annotations

import numpy as np
import shapely
from matplotlib.path import Path as Outline

from coverplan.units import BoolArray, FloatArray

#: Vertices of one path: a longer one may exceed what the renderer of pictures holds at once.
MOST_VERTICES = 20_000


def line_outlines(lines: np.ndarray) -> list[Outline]:
    """Paths of lines."""
    vertices, line = shapely.get_coordinates(lines, return_index=True)
    return _paths(vertices, _starts(line), None, line)


def area_outlines(shapes: np.ndarray) -> list[Outline]:
    """Paths of areas: outer rings run one way round and holes the other, so that holes stay empty."""
    parts = shapely.get_parts(shapes[~shapely.is_missing(shapes)])
    areas = shapely.orient_polygons(parts[shapely.get_dimensions(parts) == 2])
    rings, area = shapely.get_rings(areas, return_index=True)
    vertices, ring = shapely.get_coordinates(rings, return_index=True)
    starts = _starts(ring)
    return _paths(vertices, starts, np.r_[starts[1:], True][: len(ring)], area[ring])


def cell_outlines(xy: FloatArray, corners: FloatArray) -> list[Outline]:
    """Paths of cells of one shape: centres of shape (cells, 2), corners as offsets from them."""
    ring = np.vstack([corners, corners[:1]])
    vertices = (xy[:, None, :] + ring[None, :, :]).reshape(-1, 2)
    place = np.tile(np.arange(len(ring)), len(xy))
    return _paths(vertices, place == 0, place == len(corners), np.repeat(np.arange(len(xy)), len(ring)))


def _starts(index: np.ndarray) -> BoolArray:
    """Where a new line begins, of the line of each vertex."""
    return np.diff(index, prepend=-1) != 0


def _paths(
    vertices: FloatArray, starts: BoolArray, ends: BoolArray | None, owner: np.ndarray
) -> list[Outline]:
    """Paths of about `MOST_VERTICES` each, cut between owners only."""
    codes = np.full(len(vertices), Outline.LINETO, dtype=Outline.code_type)
    codes[starts] = Outline.MOVETO
    if ends is not None:
        codes[ends] = Outline.CLOSEPOLY
    heads = np.flatnonzero(_starts(owner))
    _, chosen = np.unique(heads // MOST_VERTICES, return_index=True)
    cuts = heads[chosen][1:]
    pairs = zip(np.split(vertices, cuts), np.split(codes, cuts), strict=True)
    return [Outline(points, kinds) for points, kinds in pairs if len(points)]
