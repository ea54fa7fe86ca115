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
    Area,
    Dots,
    Label,
    Points,
    Shape,
    text_width,
)
from coverplan.report.drawings.names import placed_names
from coverplan.report.labels import Labels
from coverplan.results.result import Result
from coverplan.text.placing import Taken

#: Corners of the mark of each type, by their angles: told apart without colour.
_SHAPES = (
    (45, 135, 225, 315),
    (270, 30, 150),
    (270, 0, 90, 180),
    (90, 210, 330),
    (270, 342, 54, 126, 198),
    (0, 60, 120, 180, 240, 300),
)
RADIUS, NUMBER_RADIUS = 3.4, 6.2
_ROW, _LETTER = 14.0, 7.5


def mark_of(position: int, x: float, y: float, *, filled: bool = True) -> Area:
    """Mark of the type at a position in the order of types, its middle at a place."""
    angles = np.radians(_SHAPES[position % len(_SHAPES)])
    ring = np.column_stack([x + RADIUS * np.cos(angles), y + RADIUS * np.sin(angles)])
    return Area((ring,), BLUE if filled else PAPER, PAPER if filled else BLUE, 0.7)


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


def part_names(parts: gpd.GeoDataFrame, places: Points, taken: Taken) -> list[Shape]:
    """Names of the parts of a street, the largest first, none on another or on a numbered mark."""
    order = np.argsort(-parts.geometry.area.to_numpy(), kind="stable")
    return placed_names([str(parts["name"].iloc[at]) for at in order], places[order], taken, size=6.0)


def marks_legend(
    labels: Labels, types: Sequence[tuple[int, str]], *, done: bool, top: float, width: float
) -> tuple[list[Shape], float]:
    """Marks of types (position and name) and of what is done, broken into rows; and the place below them."""
    rows: list[tuple[Shape | None, str]] = [
        (mark_of(position, 5.0, 0.0), labels.type(name or None)) for position, name in types
    ]
    if done:
        rows.append((None, labels("map.done")))
    shapes: list[Shape] = []
    x, y = 0.0, top
    for mark, name in rows:
        size = 13 + text_width(name, _LETTER) + 12
        if x and x + size > width:
            x, y = 0.0, y + _ROW
        if isinstance(mark, Area):
            shapes.append(
                Area(tuple(ring + np.array([x, y]) for ring in mark.rings), mark.fill, mark.stroke, 0.5)
            )
        else:
            shapes.append(Dots(np.array([[x + 5, y]]), np.array([4.5]), INK, PAPER, 0.8))
        shapes.append(Label(x + 13, y, name, _LETTER))
        x += size
    return shapes, y + _ROW
