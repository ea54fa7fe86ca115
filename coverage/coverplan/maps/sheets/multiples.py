"""Small multiples: every standard side by side, at the same scale and with the same colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from coverplan.maps import wording
from coverplan.maps.sheets import chart, furniture
from coverplan.maps.sheets.fonts import fitting, width_em
from coverplan.maps.sheets.ground import Ground
from coverplan.maps.sheets.paper import Box, Paper
from coverplan.maps.sheets.sheet import INK, MM_PER_POINT, SOFT, Sheet
from coverplan.maps.sheets.shown import facilities_of
from coverplan.maps.sheets.standard_sheet import (
    facts_column,
    foot,
    heading,
    notices,
    share_legend,
    sheet_layout,
    time_legend,
)
from coverplan.maps.subject import Subject
from coverplan.results.tense import tense_of
from coverplan.results.titles import type_title
from coverplan.text.words import Words

PANEL_TITLE_MM = 9.0
PANEL_GAP_MM = 2.0
#: Type of the lines above a small map before they are cut.
SMALLEST_PT = 4.6
#: Between the classes of travel time and those of shares.
LEGEND_GAP_MM = 1.4
#: Below the last swatch of a legend, before a line of text.
BELOW_SWATCH_MM = 0.9


@dataclass(frozen=True, slots=True)
class Panel:
    """One small map: a standard, and whether it shows the share by unit and not the travel times."""

    subject: Subject
    shares: bool


def panels_of(subjects: Sequence[Subject]) -> list[Panel]:
    """Small maps of all standards: travel times where they may be shown, then shares by unit.

    What one standard alone shows on its own sheet already does not come again.
    """
    timed = [Panel(subject, shares=False) for subject in subjects if subject.has_cells]
    shared = [Panel(subject, shares=True) for subject in subjects if "units" in subject.result.layers]
    return timed + shared if len(subjects) > 1 else shared if timed else []


def panels_sheet(panels: Sequence[Panel], ground: Ground, paper: Paper, *, page: str) -> Sheet:
    """Draw a sheet with small maps."""
    result, words = panels[0].subject.result, panels[0].subject.words
    sheet = Sheet(sheet_layout(ground, paper))
    name = wording.dated(result, words("map.small_multiples", place=wording.place(result, words)), words)
    heading(sheet, name, wording.own_title(result, words), statement=tense_of(result).statement(words))
    notices(sheet, result, words)
    boxes = panel_boxes(sheet.layout.map, len(panels))
    for position, (panel, box) in enumerate(zip(panels, boxes, strict=True)):
        axes = _draw_panel(sheet, panel, ground, box, north=position == 0)
        chart.draw_as_picture(axes, ground, panels=len(panels))
    _legends(sheet, panels, ground, words)
    facts_column(sheet, sheet.layout.columns[2], result, words)
    foot(sheet, words, page)
    return sheet


def _legends(sheet: Sheet, panels: Sequence[Panel], ground: Ground, words: Words) -> None:
    box, upright = sheet.layout.columns[0], sheet.layout.upright
    sheet.text(box.left, box.top, words("map.legend"), size=9)
    top = box.top + 5 * sheet.layout.enlarged
    timed = [panel.subject for panel in panels if not panel.shares]
    shared = [panel.subject for panel in panels if panel.shares]
    if timed:
        top = time_legend(sheet, box, top, timed[0])
        if len({subject.standard["minutes"] for subject in timed}) > 1:
            top += BELOW_SWATCH_MM * sheet.layout.enlarged
            top = sheet.paragraph(box, top, words("map.own_classes"), size=6.5, color=SOFT)
    end = box.bottom
    if upright:
        box = sheet.layout.between(top)
        top, end = box.top, box.bottom
    if shared:
        if timed and not upright:
            top += LEGEND_GAP_MM * sheet.layout.enlarged
        top = share_legend(sheet, box, top, shared[0], paired=True)
    top = furniture.legend_ground(sheet, box, top, ground, view=None, words=words)
    _marks(sheet, Box(box.left, top, box.width, end - top), panels, ground, words)


def _marks(sheet: Sheet, box: Box, panels: Sequence[Panel], ground: Ground, words: Words) -> None:
    """Types that any of the small maps shows, as many as there is room for."""
    shown = [facilities_of(panel.subject, ground).kinds for panel in panels]
    kinds = list(dict.fromkeys(kind for each in shown for kind in each))
    top = box.top + 0.8 * sheet.layout.enlarged
    rows = [(kind.mark, type_title(ground.result, kind.layer, kind.type, words)) for kind in kinds]
    left_out, below = furniture.legend_mark_rows(sheet, Box(box.left, top, box.width, box.bottom - top), rows)
    if left_out:
        sheet.text(box.left, below, words("map.more_types", count=left_out), size=6.5, color=SOFT)


def panel_boxes(room: Box, count: int) -> list[Box]:
    """Boxes of a grid that suits the room."""
    columns = min(range(1, count + 1), key=lambda n: _shape_error(room, n, math.ceil(count / n)))
    rows = math.ceil(count / columns)
    width, height = room.width / columns, room.height / rows
    return [
        Box(room.left + (i % columns) * width, room.top + (i // columns) * height, width, height)
        for i in range(count)
    ]


def _shape_error(room: Box, columns: int, rows: int) -> float:
    """How far the cells of a grid are from squares, and how much of it stays empty."""
    shape = abs(math.log((room.width / columns) / (room.height / rows)))
    return shape + 0.05 * columns * rows


def _draw_panel(sheet: Sheet, panel: Panel, ground: Ground, box: Box, *, north: bool) -> Axes:
    scale, subject = sheet.layout.enlarged, panel.subject
    name, told = _panel_lines(panel, box, scale)
    for (text, size), top in zip((name, told), (0.0, 3.8), strict=True):
        sheet.text(
            box.left + scale, box.top + top * scale, text, size=size, color=INK if top == 0.0 else SOFT
        )
    room = Box(
        box.left + scale / 2,
        box.top + PANEL_TITLE_MM * scale,
        box.width - scale,
        box.height - (PANEL_TITLE_MM + PANEL_GAP_MM) * scale,
    )
    axes = sheet.axes(room)
    view = chart.whole_window(ground, room, scale)
    chart.set_window(axes, view)
    chart.draw_base(axes, ground)
    if panel.shares:
        chart.draw_shares(axes, subject, ground, deepest=True)
    else:
        chart.draw_theme(axes, subject, ground)
        chart.draw_facilities(axes, subject, ground, view, size_pt=2.2)
    chart.draw_borders(axes, ground, view, thin=True)
    furniture.draw_short_scale(axes, view, subject.words)
    if north:
        furniture.draw_north(axes, view, ground.crs, subject.words, size=0.6)
    return axes


def _panel_lines(panel: Panel, box: Box, scale: float) -> list[tuple[str, float]]:
    """What is measured, and of whom, with their size; written smaller where it is too long, and cut at last."""
    words, subject = panel.subject.words, panel.subject
    told = words(
        "map.panel_title",
        shown=words("map.panel_shares" if panel.shares else "map.panel_times"),
        group=words.name_of("group", subject.group),
        covered=subject.covered,
    )
    room_pt = (box.width - 2 * scale) / (scale * MM_PER_POINT)
    found = []
    for text, most in ((subject.name, 7.0), (told, 6.2)):
        size = max(SMALLEST_PT, min(most, room_pt / max(1.0, width_em(text))))
        found.append((fitting(text, room_pt / size), size))
    return found
