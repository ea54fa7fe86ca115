"""What stands in a street on its small map: facilities by type, and by number what would be changed or built."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from coverplan.report.drawings.drawing import (
    BLUE,
    INK,
    PAPER,
    Dots,
    Label,
    Marks,
    Points,
    Shape,
    text_width,
)
from coverplan.report.labels import Labels
from coverplan.results.result import Result

#: Corners of the mark of each type, by their angles: told apart without colour.
_SHAPES = (
    (45, 135, 225, 315),
    (270, 30, 150),
    (270, 0, 90, 180),
    (90, 210, 330),
    (270, 342, 54, 126, 198),
    (0, 60, 120, 180, 240, 300),
    (20, 160, 200, 340),
    (70, 110, 250, 290),
    (0, 120, 240),
    (60, 180, 300),
    (25, 65, 205, 245),
    (115, 155, 295, 335),
)
RADIUS, NUMBER_RADIUS = 3.4, 6.2
#: Size in points of the names of the parts of a street.
PART_SIZE = 6.0
_ROW, _LETTER = 14.0, 7.5


def marks_of(position: int, places: Points) -> Marks:
    """Marks of the type at a position in the order of types, with their middles at places of shape (n, 2)."""
    angles = np.radians(_SHAPES[position % len(_SHAPES)])
    ring = RADIUS * np.column_stack([np.cos(angles), np.sin(angles)])
    return Marks(ring, places, BLUE, PAPER, 0.7)


def types_of(facilities: gpd.GeoDataFrame, layer: str) -> list[str]:
    """Types of a layer in the order in which they have their marks, the same on every map."""
    return sorted(set(facilities.loc[facilities["layer"] == layer, "type"].fillna("")))


def done_marks(places: Points, numbers: Sequence[str]) -> list[Shape]:
    """Numbered marks of what is changed or built."""
    shapes: list[Shape] = []
    for (x, y), number in zip(places, numbers, strict=True):
        shapes.append(Dots(np.array([[x, y]]), np.array([NUMBER_RADIUS]), INK, PAPER, 1.0))
        shapes.append(Label(x, y, number, 7.0 if len(number) < 3 else 5.2, "middle", PAPER, bold=True))
    return shapes


def done_in(result: Result, layer: str) -> tuple[Points, list[str]]:
    """Coordinates and numbers of the scenario's own changes and the proposed actions in a layer of facilities."""
    found, numbers = [np.zeros((0, 2))], []
    for name in ("changes", "actions"):
        table = result.layers.get(name)
        if table is None:
            continue
        own = table[table["layer"] == layer]
        found.append(shapely.get_coordinates(shapely.centroid(own.geometry.to_numpy())))
        numbers += [str(identifier)[1:].lstrip("0") for identifier in own["action_id"]]
    return np.vstack(found), numbers


def marks_legend(
    labels: Labels, types: Sequence[tuple[int, str]], *, done: bool, top: float, width: float
) -> tuple[list[Shape], float]:
    """Marks of types (position and name) and of what is done, broken into rows; and the place below them."""
    rows: list[tuple[int | None, str]] = [(position, labels.type(name or None)) for position, name in types]
    if done:
        rows.append((None, labels("map.done")))
    shapes: list[Shape] = []
    x, y = 0.0, top
    for position, name in rows:
        size = 13 + text_width(name, _LETTER) + 12
        if x and x + size > width:
            x, y = 0.0, y + _ROW
        middle = np.array([[x + 5.0, y]])
        if position is None:
            shapes.append(Dots(middle, np.array([4.5]), INK, PAPER, 0.8))
        else:
            shapes.append(marks_of(position, middle))
        shapes.append(Label(x + 13, y, name, _LETTER))
        x += size
    return shapes, y + _ROW
