"""The whole area with what is changed or built on it, by number, on a small map."""

from __future__ import annotations

import numpy as np
import shapely

from coverplan.report.drawings import street_marks
from coverplan.report.drawings.drawing import Drawing, Points, Shape
from coverplan.report.drawings.frame import Frame
from coverplan.report.drawings.names import spread
from coverplan.report.drawings.sketch_map import MOST_NAMES, NAME_SIZE, map_edges, streets, units_of
from coverplan.report.labels import Labels
from coverplan.results.result import Result
from coverplan.text.placing import Taken

#: Height of the map at most, in points: it stands below the summary.
MOST_HEIGHT = 400.0


def action_map(
    result: Result, labels: Labels, types: tuple[str, ...] | None, *, width: float
) -> Drawing | None:
    """Numbered marks of the scenario's changes and the proposed actions; None where none has a place.

    Parameters
    ----------
    types
        Of the units whose borders are drawn.
    width
        Of the drawing, in points.
    """
    places, numbers = _done(result)
    units = units_of(result, labels)
    if not numbers or units is None or types is None:
        return None
    shown = units.of_types(types)
    if not len(shown):
        return None
    frame = Frame.around(units.bounds(shown), width, MOST_HEIGHT)
    shapes: list[Shape] = [*streets(result, labels, frame), *units.lines(shown, frame, 0.8)]
    taken = Taken()
    marked, leads = spread(frame.place(places), street_marks.NUMBER_RADIUS, taken)
    if len(shown) <= MOST_NAMES:
        shapes += units.names(shown, frame, taken, size=NAME_SIZE)
    shapes += leads + street_marks.done_marks(marked, numbers)
    shapes += map_edges(frame, labels.words)
    legend, bottom = street_marks.marks_legend(labels, (), done=True, top=frame.height + 12, width=width)
    return Drawing(width, bottom, (*shapes, *legend))


def _done(result: Result) -> tuple[Points, list[str]]:
    """Places and numbers of what is done; with its letter where changes and actions are numbered side by side."""
    tables = [result.layers.get(name) for name in ("changes", "actions")]
    placed = [
        table[table.geometry.notna() & ~table.geometry.is_empty]
        for table in tables
        if table is not None and len(table)
    ]
    places = [shapely.get_coordinates(shapely.centroid(own.geometry.to_numpy())) for own in placed]
    numbers = [_number(str(name), lettered=len(placed) > 1) for own in placed for name in own["action_id"]]
    return np.vstack([np.zeros((0, 2)), *places]), numbers


def _number(identifier: str, *, lettered: bool) -> str:
    number = identifier[1:].lstrip("0")
    return identifier[:1] + number if lettered else number
