"""Charts: shares of units as bars, verdicts as one bar, a target's years as lines."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from coverplan.report.drawings.drawing import (
    BLUE,
    FAINT,
    INK,
    LINE,
    ORANGE,
    PAPER,
    SOFT,
    VERMILION,
    Anchor,
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

#: Points; 160 mm is the width of the text on an upright A4 page.
PAGE_WIDTH = 453.0
BAR, GAP, SMALL, LABELS = 11.0, 5.0, 8.0, 120.0
HATCH_STEP = 4.0


Scale = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a stacked bar: its name in the legend ("" for none) and its look, hatched to tell in grey."""

    name: str
    fill: str
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its label, the size of each part, and what stands behind it."""

    label: str
    values: tuple[float, ...]
    told: str


@dataclass(frozen=True, slots=True)
class Series:
    """A line of a chart; years after ``known_until`` have hollow marks."""

    name: str
    years: tuple[int, ...]
    values: tuple[float, ...]
    colour: str
    dash: tuple[float, float] | None = None
    marked: bool = False
    known_until: int | None = None


def stacked_bars(
    bars: Sequence[Bar], parts: Sequence[Part], *, width: float = PAGE_WIDTH, labels: float = LABELS
) -> Drawing:
    """Bars of 0 to 100 %, first one on top, with a legend above; each bar's parts are scaled to its sum."""
    left = min(labels, max((text_width(bar.label, SMALL) for bar in bars), default=0.0) + 8)
    right = max((text_width(bar.told, SMALL) for bar in bars), default=0.0) + 10
    room = width - left - right
    names = [wrapped(bar.label, SMALL, left - 8) for bar in bars]
    heights = [max(BAR + GAP, LINE * len(lines) + 2) for lines in names]
    top = 20.0
    bottom = top + sum(heights)
    shapes: list[Shape] = [*_legend(parts, left), *_percent_grid(left, room, top, bottom)]
    for row, bar in enumerate(bars):
        y = top + sum(heights[:row]) + (heights[row] - BAR) / 2
        shapes += label_lines(names[row], left - 6, y + BAR / 2, SMALL, "end")
        shapes += _stack(bar.values, parts, left, y, room)
        shapes.append(Label(left + room + 6, y + BAR / 2, bar.told, SMALL))
    return Drawing(width, bottom + 16, tuple(shapes))


def counts_bar(values: Sequence[int], parts: Sequence[Part], *, width: float = PAGE_WIDTH) -> Drawing:
    """One bar of counts, each written in its part where there is room, with a legend above."""
    shown = [(value, part) for value, part in zip(values, parts, strict=True) if value]
    total = sum(value for value, _ in shown) or 1
    shapes: list[Shape] = list(_legend([part for _, part in shown], 0.0))
    x = 0.0
    for value, part in shown:
        size = width * value / total
        shapes += _block(x, 20.0, size, 20.0, part)
        middle = x + size / 2
        shapes.append(Label(middle, 30.0, str(value), 9, "middle", bold=True, halo=True))
        x += size
    return Drawing(width, 46.0, tuple(shapes))


def years_chart(
    series: Sequence[Series], *, goal: float | None, goal_name: str, unit: str, width: float = 330.0
) -> Drawing:
    """Lines over years, with the target as a level line; a value is written where it changes."""
    # three in a column fit a page that is turned
    height, left, right, top, bottom = 124.0, 42.0, 16.0, 30.0, 22.0
    years = sorted({year for one in series for year in one.years})
    values = [v for one in series for v in one.values] + ([] if goal is None else [goal])
    ticks = nice_ticks(min(values), max(values))
    x_of = _scale(years[0], max(years[-1], years[0] + 1), left, width - right)
    y_of = _scale(ticks[0], ticks[-1], height - bottom, top)
    shapes: list[Shape] = [Label(left, top - 8, unit, 7, "middle", SOFT)]
    for tick in ticks:
        shapes.append(Lines((line((left, y_of(tick)), (width - right, y_of(tick))),), FAINT, 0.4))
        shapes.append(Label(left - 5, y_of(tick), f"{tick:,.6g}", 7, "end", SOFT))
    shapes += [Label(x_of(year), height - bottom + 10, str(year), 7, "middle", SOFT) for year in years]
    if goal is not None:
        level = (line((left, y_of(goal)), (width - right, y_of(goal))),)
        shapes.append(Lines(level, VERMILION, 1.0, (1.5, 2.0)))
    for one in series:
        shapes += _series(one, x_of, y_of)
    shapes += _line_legend(series, None if goal is None else goal_name, left)
    return Drawing(width, height, tuple(shapes))


def nice_ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Round numbers that span low to high, about `count` of them; zero is one of them when it is near."""
    if 0 < low < 0.6 * high or 0 < low == high:
        low = 0.0
    span = high - low or abs(high) or 1.0
    rough = span / count
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * m for m in (1, 2, 2.5, 5, 10) if size * m >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * i, 10) for i in range(first, max(last, first + 1) + 1)]


def _scale(low: float, high: float, start: float, end: float) -> Scale:
    return lambda value: start + (end - start) * (value - low) / (high - low)


def _percent_grid(left: float, room: float, top: float, bottom: float) -> list[Shape]:
    shapes: list[Shape] = []
    for percent in (0, 25, 50, 75, 100):
        x = left + room * percent / 100
        shapes.append(Lines((line((x, top), (x, bottom)),), FAINT, 0.4))
        shapes.append(Label(x, bottom + 7, f"{percent}%", 6.5, "middle", SOFT))
    return shapes


def _stack(values: Sequence[float], parts: Sequence[Part], left: float, y: float, room: float) -> list[Shape]:
    total = sum(values)
    shapes: list[Shape] = []
    x = left
    for value, part in zip(values, parts, strict=True):
        size = room * value / total if total else 0.0
        if size > 0:
            shapes += _block(x, y, size, BAR, part)
        x += size
    return shapes


def _block(x: float, y: float, width: float, height: float, part: Part) -> list[Shape]:
    shapes: list[Shape] = [Area((box(x, y, width, height),), part.fill, INK, 0.3)]
    if part.hatched:
        shapes.append(Lines(_hatch(x, y, width, height), SOFT, 0.4))
    return shapes


def _hatch(x: float, y: float, width: float, height: float) -> tuple[np.ndarray, ...]:
    """Slanted lines clipped to a rectangle."""
    found = []
    for start in np.arange(x - height, x + width, HATCH_STEP):
        low, high = max(start, x), min(start + height, x + width)
        if high > low:
            found.append(line((low, y + height - (low - start)), (high, y + height - (high - start))))
    return tuple(found)


def _legend(parts: Sequence[Part], left: float) -> list[Shape]:
    shapes: list[Shape] = []
    x = left
    for part in parts:
        if not part.name:
            continue
        shapes += _block(x, 3.0, 10.0, 8.0, part)
        shapes.append(Label(x + 14, 7.0, part.name, 7.5))
        x += 14 + text_width(part.name, 7.5) + 14
    return shapes


def _series(one: Series, x_of: Scale, y_of: Scale) -> list[Shape]:
    places = np.array([[x_of(y), y_of(v)] for y, v in zip(one.years, one.values, strict=True)])
    shapes: list[Shape] = [Lines((places,), one.colour, 1.6 if one.marked else 1.1, one.dash)]
    if one.marked:
        told: float | None = None
        for year, value, place in zip(one.years, one.values, places, strict=True):
            known = one.known_until is None or year <= one.known_until
            fill = one.colour if known else PAPER
            shapes.append(Dots(place[None, :], np.array([2.6]), fill, one.colour, 1.2))
            if value != told:
                # the first mark stands on the axis, on whose other side its numbers stand
                at: tuple[float, Anchor] = (
                    (place[0], "middle") if told is not None else (place[0] - 2.6, "start")
                )
                shapes.append(Label(at[0], place[1] - 8, f"{value:,.6g}", 7, at[1], INK, halo=True))
            told = value
    return shapes


def _line_legend(series: Sequence[Series], goal_name: str | None, left: float) -> list[Shape]:
    entries = [(one.name, one.colour, one.dash, 1.6 if one.marked else 1.1) for one in series]
    if goal_name is not None:
        entries.append((goal_name, VERMILION, (1.5, 2.0), 1.0))
    shapes: list[Shape] = []
    x = left + 14
    for name, colour, dash, width in entries:
        shapes.append(Lines((line((x, 8), (x + 16, 8)),), colour, width, dash))
        shapes.append(Label(x + 20, 8, name, 7.5))
        x += 20 + text_width(name, 7.5) + 12
    return shapes


#: Looks of the people of a bar: who is covered, who is not, who is off network, who lives in no unit.
PEOPLE_FILLS = ((BLUE, False), ("#f3d9a4", False), (PAPER, True), ("#dddddd", True))
#: Looks of verdicts in the order of `tables_plan.VERDICTS`.
VERDICT_FILLS = (
    (BLUE, False),
    ("#9ecae1", False),
    (ORANGE, False),
    (VERMILION, False),
    (PAPER, True),
    ("#dddddd", False),
)
