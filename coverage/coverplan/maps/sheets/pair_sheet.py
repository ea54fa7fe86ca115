"""Before and after: one standard twice, at the same scale, with the same classes; what is done is marked by number."""

from __future__ import annotations

from dataclasses import replace

from coverplan.maps.sheets import chart, furniture
from coverplan.maps.sheets.ground import Ground
from coverplan.maps.sheets.paper import GAP_MM, Box, Layout, Paper, layout
from coverplan.maps.sheets.sheet import INK, SOFT, Sheet
from coverplan.maps.sheets.standard_sheet import (
    draw_standard,
    facts_column,
    foot,
    heading,
    marks_legend,
    notices,
    sheet_title,
    theme_legend,
)
from coverplan.maps.subject import Subject
from coverplan.results.tense import tense_of

#: Height of the legends below the maps, and of the line above each map.
BAND_MM, HEAD_MM = 48.0, 9.0


def pair_sheet(subject: Subject, ground: Ground, paper: Paper, *, page: str) -> Sheet:
    """Draw the pair of maps of a standard: the year without what is done, and with it."""
    sheet = Sheet(_layout(paper))
    words, result = subject.words, subject.result
    name = words("map.pair_title", title=sheet_title(subject))
    heading(sheet, name, subject.measured, statement=tense_of(result).statement(words))
    notices(sheet, result, words)
    maps, scale = sheet.layout.map, sheet.layout.enlarged
    width = (maps.width - GAP_MM * scale) / 2
    then = replace(subject, before=True)
    boxes = [Box(left, maps.top, width, maps.height) for left in (maps.left, maps.right - width)]
    views = [_half(sheet, box, one, ground) for box, one in zip(boxes, (then, subject), strict=True)]
    _legends(sheet, subject, ground, views[1])
    foot(sheet, words, page)
    return sheet


def _half(sheet: Sheet, box: Box, subject: Subject, ground: Ground) -> chart.Window:
    scale = sheet.layout.enlarged
    sheet.text(box.left, box.top, subject.moment, size=9.5, color=INK)
    sheet.text(box.left, box.top + 4.4 * scale, subject.covered, size=8, color=SOFT)
    room = Box(box.left, box.top + HEAD_MM * scale, box.width, box.height - HEAD_MM * scale)
    return draw_standard(sheet, room, subject, ground, clusters=0)


def _legends(sheet: Sheet, subject: Subject, ground: Ground, view: chart.Window) -> None:
    words, scale = subject.words, sheet.layout.enlarged
    first, second, facts = sheet.layout.columns
    half = (first.width + second.width) / 3 - scale
    boxes = [Box(first.left + i * (half + 1.5 * scale), first.top, half, first.height) for i in range(3)]
    for box, title in zip(boxes, ("map.legend", "map.legend_marks", "map.legend_ground"), strict=True):
        sheet.text(box.left, box.top, words(title), size=8.5)
    theme_legend(sheet, boxes[0], boxes[0].top + 4.6 * scale, subject)
    marks_legend(sheet, boxes[1], boxes[1].top + 4.6 * scale, subject, ground)
    below = furniture.legend_ground(
        sheet, boxes[2], boxes[2].top + 4.6 * scale, ground, view=view, words=words
    )
    furniture.scale_bar(sheet, boxes[2], below + scale, view, words)
    facts_column(sheet, facts, subject.result, words)


def _layout(paper: Paper) -> Layout:
    """A sheet that lies on its side, with both maps above and three legends and the facts below."""
    whole = layout(paper, upright=False)
    scale = whole.enlarged
    width, bottom = whole.title.width, whole.foot.top - GAP_MM / 2 * scale
    band = Box(whole.title.left, bottom - BAND_MM * scale, width, BAND_MM * scale)
    facts = Box(band.right - whole.columns[2].width, band.top, whole.columns[2].width, band.height)
    left = (width - facts.width - 2 * GAP_MM * scale) / 2
    columns = (
        Box(band.left, band.top, left, band.height),
        Box(band.left + left + GAP_MM * scale, band.top, left, band.height),
        facts,
    )
    maps = Box(
        whole.title.left, whole.title.bottom, width, band.top - whole.title.bottom - GAP_MM / 2 * scale
    )
    return replace(whole, map=maps, columns=columns)
