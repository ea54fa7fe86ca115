"""Numbered marks of actions and changes on paper: a shape for what is done, a colour for the layer, a number inside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from coverplan.maps.actions import (
    MARK_SHAPES,
    MARKS,
    action_colour,
    marks_of,
    old_places,
    places_of,
    short_numbers,
)
from coverplan.maps.sheets import chart
from coverplan.maps.sheets.furniture import beside
from coverplan.maps.sheets.paper import Box
from coverplan.maps.sheets.sheet import INK, MM_PER_POINT, Sheet
from coverplan.maps.symbols import Mark
from coverplan.results.chosen import ChosenAction
from coverplan.results.result import Result
from coverplan.text.placing import Taken, pushed_apart
from coverplan.text.words import Words

#: Size of a mark, and of the number in it by how many letters it has.
MARK_PT = 10.0
NUMBER_PT = {1: 6.2, 2: 5.4, 3: 4.1}
ROW_MM = 4.8
#: Below the marks of a legend, whose edges reach beyond their row.
BELOW_MARKS_MM = 0.6
#: Marks of what is done among facilities of the same layer.
DONE_COLOUR = "#111111"
#: A mark gives way by so many of its sizes at most; a line leads to its place.
MOST_MOVED = 2.6
#: A pointed shape has less room inside: it is drawn larger, and its number a little lower.
LARGER = {"triangle": 1.25, "diamond": 1.05}
LOWER = {"triangle": 0.13}


def draw_numbered(
    axes: Axes,
    result: Result,
    actions: Sequence[ChosenAction],
    view: chart.Window,
    taken: Taken,
    *,
    size_pt: float = MARK_PT,
    colour: str | None = None,
) -> None:
    """Mark actions at their places; marks that would cover each other give way and point to where they belong.

    They have the colours of their layers, or all one `colour`.
    """
    places, old, marks, numbers = (
        places_of(result),
        old_places(result),
        marks_of(result),
        short_numbers(result),
    )
    shown = [action for action in actions if action.public and action.action_id in places]
    if not shown:
        return
    size_m = size_pt * view.enlarged * MM_PER_POINT / view.mm_per_m
    there = np.array([[places[a.action_id].x, places[a.action_id].y] for a in shown])
    at = pushed_apart(there, 1.08 * size_m, MOST_MOVED * size_m)
    for action, place, moved in zip(shown, there, at, strict=True):
        if np.hypot(*(moved - place)) > 0.55 * size_m:
            width = 0.7 * view.enlarged
            axes.plot([place[0], moved[0]], [place[1], moved[1]], color=INK, linewidth=width, zorder=6.9)
            axes.plot(*place, "o", markersize=2.2 * view.enlarged, mfc=INK, mec="white", mew=0.4, zorder=6.95)
        if action.action_id in old:
            _draw_arrow(axes, old[action.action_id], moved, view, size_pt)
    for action, moved in zip(shown, at, strict=True):
        shape = MARK_SHAPES[marks[action.action_id]]
        mark = Mark(colour or action_colour(action, result), shape)
        width = size_pt * view.enlarged * LARGER.get(shape, 1.0)
        drawn = chart.draw_mark(axes, moved[None, :], mark, filled=True, size_pt=width)
        drawn.set_zorder(7.5)
        drawn.set_markeredgewidth(0.8 * view.enlarged)
        _write(axes, moved, numbers[action.action_id], shape, view=view, size_pt=size_pt)
        taken.take(moved[0], moved[1], 0.5 * size_m, 0.5 * size_m)


def legend_marks(
    sheet: Sheet,
    box: Box,
    top: float,
    result: Result,
    actions: Sequence[ChosenAction],
    *,
    words: Words,
    colour: str = "#777777",
) -> float:
    """Rows of a legend, two beside each other: a row for each thing that is done; gives the place below them."""
    scale, marks = sheet.layout.enlarged, marks_of(result)
    there = {marks[action.action_id] for action in actions}
    kinds = [mark for mark in MARKS if mark in there]
    labels = [words(f"siting_mark.{mark}") for mark in kinds]
    places, below = beside(sheet, box, top, labels, row_mm=ROW_MM)
    for mark, label, place in zip(kinds, labels, places, strict=True):
        left, middle = place.left, place.top + place.height / 2
        shape = MARK_SHAPES[mark]
        size = 0.85 * MARK_PT * LARGER.get(shape, 1.0)
        sheet.mark(left + 3.5 * scale, middle, Mark(colour, shape), filled=True, size_pt=size)
        sheet.text(left + 9 * scale, middle, label, size=6.5, va="center_baseline")
    return below + BELOW_MARKS_MM * scale


def number_note(result: Result, words: Words) -> str | None:
    """What the number in a mark stands for, by the first action; None without any."""
    numbers = short_numbers(result)
    if not numbers:
        return None
    identifier, number = next(iter(numbers.items()))
    return words("map.numbers_note", number=number, id=identifier)


def _draw_arrow(axes: Axes, old: shapely.Point, new: np.ndarray, view: chart.Window, size_pt: float) -> None:
    width = 1.0 * view.enlarged
    axes.annotate(
        "",
        xy=(new[0], new[1]),
        xytext=(old.x, old.y),
        zorder=7,
        arrowprops={"arrowstyle": "->", "linewidth": width, "shrinkB": size_pt * view.enlarged * 0.6},
    )
    axes.plot([old.x], [old.y], "o", markersize=3 * view.enlarged, mfc="white", mec=INK, mew=width, zorder=7)


def _write(
    axes: Axes, place: np.ndarray, number: str, shape: str, *, view: chart.Window, size_pt: float
) -> None:
    """The number in the middle of its mark."""
    lower = LOWER.get(shape, 0.0) * size_pt * view.enlarged * MM_PER_POINT / view.mm_per_m
    written = axes.text(
        place[0],
        place[1] - lower,
        number,
        fontsize=NUMBER_PT.get(len(number), 3.4) * view.enlarged * size_pt / MARK_PT,
        color="white",
        ha="center",
        va="center_baseline",
        zorder=7.6,
        clip_on=True,
        parse_math=False,
    )
    written.set_path_effects([withStroke(linewidth=1.1 * view.enlarged, foreground=INK)])
