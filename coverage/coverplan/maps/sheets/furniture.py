"""What stands around a map on paper: scale bar, north arrow, legends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyproj
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from coverplan.maps.colours import BASE_FILLS, RAILWAY
from coverplan.maps.sheets import chart
from coverplan.maps.sheets.chart import Window
from coverplan.maps.sheets.fonts import width_em
from coverplan.maps.sheets.ground import Ground
from coverplan.maps.sheets.paper import Box
from coverplan.maps.sheets.sheet import INK, MM_PER_POINT, Sheet
from coverplan.maps.symbols import Mark
from coverplan.text.words import Words

_SCALE_STEPS = (1.0, 2.0, 5.0)
#: Height of a row of a legend.
ROW_MM = 3.65
#: Letters of a legend, and parts of the size in which rows that are many are tried.
LEGEND_PT = 6.5
LEGEND_PARTS = (1.0, 0.85, 0.72)


def round_length_m(longest_m: float) -> float:
    """Largest of 1, 2, 5, 10, 20, 50, ... metres that is not longer than a length."""
    power = 10.0 ** math.floor(math.log10(longest_m))
    return max(step * power for step in _SCALE_STEPS if step * power <= longest_m * (1 + 1e-9))


def true_north_degrees(view: Window, crs: pyproj.CRS) -> float:
    """Direction of true north in the middle of a window, clockwise from the top of the sheet."""
    return _north_degrees(crs, (view.west + view.east) / 2, (view.south + view.north) / 2)


@cache
def _north_degrees(crs: pyproj.CRS, x: float, y: float) -> float:
    projection = pyproj.Proj(crs)
    longitude, latitude = projection(x, y, inverse=True)
    return -float(projection.get_factors(longitude, latitude).meridian_convergence)


def scale_bar(sheet: Sheet, box: Box, top: float, view: Window, words: Words) -> float:
    """Scale bar of four parts with the scale as a ratio; gives the place below it."""
    scale = sheet.layout.enlarged
    length_m = round_length_m(0.8 * box.width / view.mm_per_m)
    length = length_m * view.mm_per_m
    left = box.left + 1.5 * scale
    bar = top + 4 * scale
    for part in range(4):
        sheet.rectangle(
            Box(left + part * length / 4, bar, length / 4, 1.5 * scale),
            facecolor=INK if part % 2 == 0 else "white",
            edgecolor=INK,
            linewidth=0.6,
        )
    sheet.text(left, bar - 0.8 * scale, "0", size=6.5, ha="center", va="baseline")
    sheet.text(
        left + length, bar - 0.8 * scale, _length(length_m, words), size=6.5, ha="center", va="baseline"
    )
    ratio = words("map.ratio", ratio=words.number(float(f"{view.scale:.3g}")))
    sheet.text(left, bar + 2.4 * scale, ratio, size=6.5)
    return bar + 6 * scale


def draw_north(axes: Axes, view: Window, crs: pyproj.CRS, words: Words, *, size: float = 1.0) -> None:
    """Arrow to true north at the top right."""
    mm = size * view.enlarged / view.mm_per_m
    angle = math.radians(true_north_degrees(view, crs))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    foot = np.array([view.east - 9 * mm, view.north - 19 * mm])
    halves = (([0, 12], [-3, 0], [0, 2.6]), ([0, 12], [3, 0], [0, 2.6]))
    for corners, colour in zip(halves, (INK, "white"), strict=True):
        axes.add_patch(
            Polygon(
                foot + np.array(corners) @ turn * mm,
                facecolor=colour,
                edgecolor=INK,
                linewidth=0.7,
                joinstyle="miter",
                zorder=9,
            )
        )
    tip = foot + np.array([0, 14.2]) @ turn * mm
    axes.text(
        tip[0],
        tip[1],
        words("map.north"),
        ha="center",
        va="center",
        fontsize=8 * size * view.enlarged,
        color=INK,
        zorder=9,
        bbox={"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 0.8},
    )


def legend_patch(sheet: Sheet, box: Box, top: float, colour: str, label: str) -> float:
    """A row of a legend with a patch of colour; gives the place below it."""
    scale = sheet.layout.enlarged
    sheet.rectangle(
        Box(box.left, top + 0.4 * scale, 7 * scale, 2.7 * scale),
        facecolor=colour,
        edgecolor="#555555",
        linewidth=0.4,
    )
    sheet.text(box.left + 9 * scale, top + ROW_MM / 2 * scale, label, size=6.5, va="center_baseline")
    return top + ROW_MM * scale


def legend_patches(sheet: Sheet, box: Box, top: float, rows: Sequence[tuple[str, str]]) -> float:
    """Patches of colour with their labels, two beside each other where there is room; gives the place below them."""
    places, below = beside(sheet, box, top, [label for _, label in rows])
    for (colour, label), place in zip(rows, places, strict=True):
        legend_patch(sheet, place, place.top, colour, label)
    return below


def beside(
    sheet: Sheet, box: Box, top: float, labels: Sequence[str], *, row_mm: float = ROW_MM, part: float = 1.0
) -> tuple[list[Box], float]:
    """Box of each row of a legend, two beside each other unless a label is too long for that; and the place below."""
    scale = sheet.layout.enlarged
    half, height = box.width / 2, row_mm * part * scale
    places, column = [], 0
    for label in labels:
        wide = 9.5 * scale + width_em(label) * LEGEND_PT * part * scale * MM_PER_POINT > half
        if wide and column:
            top, column = top + height, 0
        places.append(Box(box.left + column * half, top, half, height))
        column = 0 if wide else 1 - column
        top += 0.0 if column else height
    return places, top + (height if column else 0.0)


def _legend_fills(sheet: Sheet, box: Box, top: float, ground: Ground, words: Words) -> float:
    """Fills of water, green and built-up areas; gives the place below them."""
    fills = [(name, colour) for name, colour in BASE_FILLS.items() if name in ground.result.layers]
    return legend_patches(sheet, box, top, [(c, words(f"map.base_layer.{name}")) for name, c in fills])


def legend_ground(
    sheet: Sheet, box: Box, top: float, ground: Ground, *, view: Window | None, words: Words
) -> float:
    """Everything that lies under the map: water and green, railways, streets, borders of every level.

    Without a `view` the legend is that of small maps, which show no streets and thin borders.
    """
    layers = ground.result.layers
    top = _legend_fills(sheet, box, top, ground, words)
    lines = [
        Line("#222222", words("map.border_of", level=name), chart.border_width(level, thin=view is None))
        for level, name in enumerate(ground.border_names(words))
    ]
    if "streets" in layers and view is not None:
        lines.append(Line("#5c5c58", words("map.main_street"), 0.5))
        if view.scale <= chart.LOCAL_STREETS_FROM:
            lines.append(Line("#8a8a86", words("map.local_street"), 0.22))
        if view.scale <= chart.PATHS_FROM:
            lines.append(Line("#a5a5a0", words("map.path"), 0.1))
    if "railway" in layers:
        lines.append(Line(RAILWAY, words("map.base_layer.railway"), 0.7, dashed=True))
    return _legend_lines(sheet, box, top, lines)


def legend_rule(sheet: Sheet, box: Box, top: float, label: str) -> float:
    """The line of the standard between two rows of a legend."""
    scale = sheet.layout.enlarged
    sheet.rectangle(Box(box.left, top + 0.25 * scale, 26 * scale, 0.45 * scale), facecolor=INK, linewidth=0)
    sheet.text(box.left + 28 * scale, top + 0.5 * scale, label, size=6, va="center_baseline")
    return top + 1.4 * scale


def legend_mark(
    sheet: Sheet, box: Box, top: float, mark: Mark, label: str, *, filled: bool, part: float = 1.0
) -> float:
    """A row of a legend with a mark of facilities, in a part of the usual size."""
    scale = sheet.layout.enlarged
    middle = top + ROW_MM * part / 2 * scale
    sheet.mark(box.left + 3.5 * scale, middle, mark, filled=filled, size_pt=5 * part)
    sheet.text(box.left + 9 * scale, middle, label, size=LEGEND_PT * part, va="center_baseline")
    return top + ROW_MM * part * scale


def legend_mark_rows(sheet: Sheet, box: Box, rows: Sequence[tuple[Mark, str]]) -> tuple[int, float]:
    """Marks with their labels, two beside each other where there is room, smaller where they are many, as many as a box holds.

    Returns
    -------
    tuple
        How many were left out, the last line of the box being free then; and the place below the rest.
    """
    for part in LEGEND_PARTS:
        places, below = beside(sheet, box, box.top, [label for _, label in rows], part=part)
        if below <= box.bottom:
            break
    height = ROW_MM * part * sheet.layout.enlarged
    held = len(rows)
    if below > box.bottom:
        held = sum(place.top + 2 * height <= box.bottom for place in places)
        below = places[held].top if held else box.top
    for (mark, label), place in zip(rows[:held], places, strict=False):
        legend_mark(sheet, place, place.top, mark, label, filled=True, part=part)
    return len(rows) - held, below


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the legend: colour, label, width in points, and whether it is broken."""

    colour: str
    label: str
    width_pt: float
    dashed: bool = False


def _legend_lines(sheet: Sheet, box: Box, top: float, lines: Sequence[Line]) -> float:
    """Lines with their labels, two beside each other where there is room; gives the place below them."""
    scale = sheet.layout.enlarged
    places, below = beside(sheet, box, top, [line.label for line in lines])
    for line, place in zip(lines, places, strict=True):
        middle = place.top + place.height / 2
        height = max(line.width_pt, 0.3) * MM_PER_POINT * scale
        for start, end in ((0.0, 2.0), (2.8, 4.8), (5.6, 7.0)) if line.dashed else ((0.0, 7.0),):
            part = Box(place.left + start * scale, middle - height / 2, (end - start) * scale, height)
            # snapped to pixels, a line thinner than one would be gone from some pictures
            sheet.rectangle(part, facecolor=line.colour, linewidth=0, snap=False)
        sheet.text(place.left + 9 * scale, middle, line.label, size=6.5, va="center_baseline")
    return below


def _length(length_m: float, words: Words) -> str:
    if length_m >= 1000:
        return words("map.scale.kilometres", value=f"{length_m / 1000:g}")
    return words("map.scale.metres", value=f"{length_m:g}")


def draw_short_scale(axes: Axes, view: Window, words: Words) -> None:
    """A plain scale line for a small map."""
    mm = view.enlarged / view.mm_per_m
    length = round_length_m((view.east - view.west) / 4)
    left, bottom = view.west + 2.5 * mm, view.south + 2.5 * mm
    axes.plot([left, left + length], [bottom, bottom], color=INK, linewidth=1.2 * view.enlarged, zorder=9)
    axes.text(
        left,
        bottom + 0.6 * mm,
        _length(length, words),
        fontsize=5 * view.enlarged,
        color=INK,
        zorder=9,
        va="bottom",
        parse_math=False,
        bbox={"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 0.6},
    )
