"""Small multiples: every standard side by side, at the same scale and with the same colours."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes

from coverplan.maps import wording
from coverplan.maps.sheets import chart, furniture
from coverplan.maps.sheets.fonts import broken
from coverplan.maps.sheets.ground import Ground
from coverplan.maps.sheets.paper import Box, Paper
from coverplan.maps.sheets.sheet import MM_PER_POINT, SOFT, Sheet
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
from coverplan.text.words import Words

PANEL_TITLE_MM = 9.0
PANEL_GAP_MM = 2.0


def panels_sheet(subjects: Sequence[Subject], ground: Ground, paper: Paper, *, page: str) -> Sheet:
    """Draw a sheet with a small map of each subject."""
    result, words = subjects[0].result, subjects[0].words
    sheet = Sheet(sheet_layout(ground, paper))
    heading(
        sheet,
        words("map.small_multiples", place=wording.place(result, words)),
        wording.own_title(result, words),
    )
    notices(sheet, result, words)
    boxes = panel_boxes(sheet.layout.map, len(subjects))
    for position, (subject, box) in enumerate(zip(subjects, boxes, strict=True)):
        panel = _panel(sheet, subject, ground, box, north=position == 0)
        chart.draw_as_picture(panel, panels=len(subjects))
    _legends(sheet, subjects, words)
    facts_column(sheet, sheet.layout.columns[2], result, words)
    foot(sheet, words, page)
    return sheet


def _legends(sheet: Sheet, subjects: Sequence[Subject], words: Words) -> None:
    box = sheet.layout.columns[0]
    sheet.text(box.left, box.top, words("map.legend"), size=9)
    top = box.top + 5 * sheet.layout.enlarged
    timed = [subject for subject in subjects if subject.has_cells]
    untimed = [subject for subject in subjects if not subject.has_cells]
    end = sheet.layout.columns[2].top if not sheet.layout.upright else box.bottom
    if timed:
        top = time_legend(sheet, box, top, timed[0])
        if len({subject.standard["minutes"] for subject in timed}) > 1:
            top = sheet.paragraph(box, top, words("map.own_classes"), size=6.5, color=SOFT)
    if untimed and sheet.layout.upright:
        room = sheet.layout.between(top)
        share_legend(sheet, room, room.top, untimed[0])
    elif untimed:
        top = share_legend(sheet, box, top, untimed[0])
    _marks(sheet, Box(box.left, top, box.width, end - top), subjects, words)


def _marks(sheet: Sheet, box: Box, subjects: Sequence[Subject], words: Words) -> None:
    """Types that any of the small maps shows, as many as there is room for."""
    kinds = list(dict.fromkeys(kind for subject in subjects for kind in chart.shown_kinds(subject)))
    top = box.top + 0.8 * sheet.layout.enlarged
    for position, kind in enumerate(kinds):
        below = top + furniture.ROW_MM * sheet.layout.enlarged
        if below > box.bottom - furniture.ROW_MM * sheet.layout.enlarged and position < len(kinds) - 1:
            sheet.text(
                box.left, top, words("map.more_types", count=len(kinds) - position), size=6.5, color=SOFT
            )
            return
        name = words.name_of("map.type", kind.type) if kind.type else words.name_of("layer", kind.layer)
        top = furniture.legend_mark(sheet, box, top, kind.mark, name, filled=True)


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


def _panel(sheet: Sheet, subject: Subject, ground: Ground, box: Box, *, north: bool) -> Axes:
    scale = sheet.layout.enlarged
    sheet.text(box.left + scale, box.top, _panel_title(subject, box, scale), size=7)
    sheet.text(box.left + scale, box.top + 3.8 * scale, subject.covered, size=6.5, color=SOFT)
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
    chart.draw_theme(axes, subject, ground)
    chart.draw_borders(axes, ground, view, thin=True)
    chart.draw_facilities(axes, subject, view, size_pt=2.2)
    furniture.draw_short_scale(axes, view, subject.words)
    if north:
        furniture.draw_north(axes, view, ground.crs, subject.words, size=0.6)
    return axes


def _panel_title(subject: Subject, box: Box, scale: float) -> str:
    words = subject.words
    name = words(
        "map.panel_title",
        name=subject.name,
        group=words.name_of("group", subject.group),
    )
    lines = broken(name, (box.width - 2 * scale) / (7 * scale * MM_PER_POINT))
    return lines[0] if len(lines) == 1 else lines[0][:-1] + "…"
