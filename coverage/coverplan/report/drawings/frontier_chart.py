"""Least cost of a target at each of its values, as a chart with the bound below which nothing is possible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from coverplan.report.drawings.charts import nice_ticks
from coverplan.report.drawings.drawing import (
    BLUE,
    FAINT,
    PAPER,
    SOFT,
    VERMILION,
    Area,
    Dots,
    Drawing,
    Label,
    Lines,
    Shape,
    line,
    text_width,
)

WIDTH, HEIGHT = 330.0, 180.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 16.0, 34.0, 30.0


def frontier_chart(
    rows: Sequence[dict[str, Any]], *, cost: str, bound: str, x_name: str, y_name: str
) -> Drawing:
    """Costs as marks, bounds as a dashed line of steps over what is proven impossible.

    What is proven for a value holds for every harder one and for no easier one: between two values only the
    lower of their bounds is sure.

    Parameters
    ----------
    rows
        With ``value``, ``cost`` and ``bound`` (None for unknown), at least two of them with a cost.
    cost, bound
        What the marks and the dashed line are called.
    x_name, y_name
        What stands at the axes.
    """
    found = sorted((row for row in rows if row["cost"] is not None), key=lambda row: float(row["value"]))
    values = np.array([float(row["value"]) for row in found])
    costs = np.array([float(row["cost"]) for row in found])
    bounds = np.array([float(row["cost"] if row["bound"] is None else row["bound"]) for row in found])
    x_ticks = nice_ticks(values.min(), values.max())
    y_ticks = nice_ticks(min(0.0, bounds.min()), costs.max())
    x = _placed(values, x_ticks, LEFT, WIDTH - RIGHT)
    upper = np.column_stack([x, _placed(costs, y_ticks, HEIGHT - BOTTOM, TOP)])
    lower = _steps(x, _placed(bounds, y_ticks, HEIGHT - BOTTOM, TOP))
    ground = np.array([[x[-1], HEIGHT - BOTTOM], [x[0], HEIGHT - BOTTOM]])
    shapes: list[Shape] = [Area((np.concatenate([lower, ground]),), "#eeeeee")]
    shapes += _axes(x_ticks, y_ticks, x_name, y_name)
    shapes.append(Lines((lower,), VERMILION, 1.1, (3.0, 2.0)))
    shapes.append(Dots(upper, np.full(len(upper), 2.6), BLUE, PAPER, 0.6))
    shapes += _legend(cost, bound)
    return Drawing(WIDTH, HEIGHT, tuple(shapes))


def _steps(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Corners of the bounds: level between two values at the lower cost, which is the larger ``y`` on paper."""
    corners = [(x[0], y[0])]
    for left, right, flat, end in zip(x[:-1], x[1:], np.maximum(y[:-1], y[1:]), y[1:], strict=True):
        corners += [(left, flat), (right, flat), (right, end)]
    return np.array(corners)


def _axes(x_ticks: list[float], y_ticks: list[float], x_name: str, y_name: str) -> list[Shape]:
    shapes: list[Shape] = []
    for tick, y in zip(y_ticks, _placed(np.array(y_ticks), y_ticks, HEIGHT - BOTTOM, TOP), strict=True):
        shapes.append(Lines((line((LEFT, y), (WIDTH - RIGHT, y)),), FAINT, 0.4))
        shapes.append(Label(LEFT - 5, y, f"{tick:,.6g}", 7, "end", SOFT))
    for tick, x in zip(x_ticks, _placed(np.array(x_ticks), x_ticks, LEFT, WIDTH - RIGHT), strict=True):
        shapes.append(Label(x, HEIGHT - BOTTOM + 8, f"{tick:,.6g}", 7, "middle", SOFT))
    shapes.append(Label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, x_name, 7, "middle", SOFT))
    shapes.append(Label(4.0, TOP - 10, y_name, 7, "start", SOFT))
    return shapes


def _legend(cost: str, bound: str) -> list[Shape]:
    shapes: list[Shape] = []
    x = LEFT
    shapes.append(Dots(np.array([[x + 8, 8.0]]), np.array([2.6]), BLUE, PAPER, 0.6))
    shapes.append(Label(x + 20, 8, cost, 7.5))
    x += 20 + text_width(cost, 7.5) + 12
    shapes.append(Lines((line((x, 8), (x + 16, 8)),), VERMILION, 1.1, (3.0, 2.0)))
    shapes.append(Label(x + 20, 8, bound, 7.5))
    return shapes


def _placed(values: np.ndarray, ticks: list[float], start: float, end: float) -> np.ndarray:
    low, high = ticks[0], ticks[-1]
    return start + (end - start) * (values - low) / (high - low)
