"""Ranges as bars with a mark for the figure itself, and Lorenz curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coverplan.report.drawings.charts import PAGE_WIDTH
from coverplan.report.drawings.drawing import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    LINE,
    ORANGE,
    PAPER,
    SKY,
    SOFT,
    VERMILION,
    Area,
    Dots,
    Drawing,
    Label,
    Lines,
    Shape,
    box,
    label_lines,
    line,
    text_width,
    wrapped,
)

LABELS, RIGHT, ROW, SMALL = 246.0, 92.0, 17.0, 8.0
SIDE, MARGIN = 145.0, 34.0
_LOOKS = (
    (BLUE, None),
    (VERMILION, (4.0, 2.0)),
    (GREEN, (1.5, 2.0)),
    (ORANGE, (6.0, 2.0)),
    (SKY, (8.0, 3.0)),
    (INK, None),
)


@dataclass(frozen=True, slots=True)
class Range:
    """A figure between 0 and 1 with the range in which it may lie."""

    name: str
    low: float
    value: float
    high: float
    told: str


def interval_chart(ranges: Sequence[Range]) -> Drawing:
    """One bar from low to high for each figure, a dot at the figure itself, 0 to 100 %."""
    room = PAGE_WIDTH - LABELS - RIGHT
    names = [wrapped(one.name, SMALL, LABELS - 8) for one in ranges]
    heights = [ROW + LINE * (len(lines) - 1) for lines in names]
    tops = np.concatenate(([8.0], 8.0 + np.cumsum(heights)))
    bottom = float(tops[-1])
    shapes: list[Shape] = []
    for percent in (0, 25, 50, 75, 100):
        x = LABELS + room * percent / 100
        shapes.append(Lines((line((x, 6), (x, bottom)),), FAINT, 0.4))
        shapes.append(Label(x, bottom + 7, f"{percent}%", 6.5, "middle", SOFT))
    for at, one in enumerate(ranges):
        y = float(tops[at] + heights[at] / 2)
        left, right = LABELS + room * one.low, LABELS + room * one.high
        shapes += label_lines(names[at], LABELS - 6, y, SMALL, "end")
        shapes.append(Area((box(left, y - 3.5, max(right - left, 0.8), 7.0),), SKY))
        centre = np.array([[LABELS + room * one.value, y]])
        shapes.append(Dots(centre, np.array([3.0]), BLUE, PAPER, 0.6))
        shapes.append(Label(LABELS + room + 6, y, one.told, SMALL))
    return Drawing(PAGE_WIDTH, bottom + 16, tuple(shapes))


def lorenz_chart(
    curves: Sequence[tuple[str, Sequence[float], Sequence[float]]], *, x_name: str, y_name: str
) -> Drawing:
    """Share of the whole over share of people, those with least first; the straight line is an even share."""
    base, top = MARGIN + SIDE, MARGIN
    shapes: list[Shape] = [Area((box(MARGIN, top, SIDE, SIDE),), None, FAINT, 0.6)]
    shapes.append(Lines((line((MARGIN, base), (MARGIN + SIDE, top)),), SOFT, 0.7))
    height = top + 10
    for at, (name, x, y) in enumerate(curves[: len(_LOOKS)]):
        colour, dash = _LOOKS[at]
        path = np.column_stack([MARGIN + SIDE * np.asarray(x), base - SIDE * np.asarray(y)])
        shapes.append(Lines((path,), colour, 1.4, dash))
        shapes.append(
            Lines((line((MARGIN + SIDE + 12, height), (MARGIN + SIDE + 30, height)),), colour, 1.4, dash)
        )
        lines = wrapped(name, 7.5, PAGE_WIDTH - MARGIN - SIDE - 36)
        middle = height + LINE * (len(lines) - 1) / 2
        shapes += label_lines(lines, MARGIN + SIDE + 34, middle, 7.5, "start")
        height += 14 + LINE * (len(lines) - 1)
    for percent in (0, 50, 100):
        at_x, at_y = MARGIN + SIDE * percent / 100, base - SIDE * percent / 100
        shapes.append(Label(at_x, base + 8, f"{percent}%", 6.5, "middle", SOFT))
        shapes.append(Label(MARGIN - 4, at_y, f"{percent}%", 6.5, "end", SOFT))
    shapes.append(Label(MARGIN + SIDE / 2, base + 20, x_name, 7.5, "middle", SOFT))
    shapes.append(Label(MARGIN - text_width("0", 7.5), top - 12, y_name, 7.5, "start", SOFT))
    return Drawing(PAGE_WIDTH, base + 28, tuple(shapes))
