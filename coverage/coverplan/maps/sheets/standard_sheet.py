"""The sheet of one standard: travel times on the map, shares by unit in the inset, all facts around them."""

from __future__ import annotations

from coverplan.maps import colours, wording
from coverplan.maps.sheets import chart, furniture
from coverplan.maps.sheets.fonts import width_em
from coverplan.maps.sheets.ground import Ground
from coverplan.maps.sheets.paper import Box, Layout, Paper, layout
from coverplan.maps.sheets.sheet import INK, MM_PER_POINT, SOFT, Sheet
from coverplan.maps.subject import Subject
from coverplan.maps.symbols import Mark
from coverplan.results.result import Result
from coverplan.text.version import VERSION
from coverplan.text.words import Words

#: Width to height above which the sheet lies on its side.
LIES_FROM = 0.95
#: Types of a layer in the legend.
MOST_TYPES = 5
#: An inset lower than this shows nothing.
LEAST_INSET_MM = 24.0
#: Width to height of an inset's room from which its classes stand beside it, and their width.
BESIDE_FROM = 1.4
CLASSES_MM = 25.0
SYNTHETIC_INK = "#8a4b00"
WARNING_INK = "#8c0b20"


def standard_sheet(subject: Subject, ground: Ground, paper: Paper, *, page: str) -> Sheet:
    """Draw the sheet of a standard."""
    sheet = Sheet(sheet_layout(ground, paper))
    _title(sheet, subject)
    view = _map(sheet, subject, ground)
    legend, _, facts = sheet.layout.columns
    below = _legend(sheet, legend, subject)
    below = furniture.scale_bar(sheet, legend, below + sheet.layout.enlarged, view, subject.words)
    room = sheet.layout.between(below)
    has_units = "units" in subject.result.layers
    if has_units and subject.has_cells and room.height > LEAST_INSET_MM * sheet.layout.enlarged:
        _inset(sheet, room, subject, ground)
    facts_column(sheet, facts, subject.result, subject.words)
    foot(sheet, subject.words, page)
    return sheet


def sheet_layout(ground: Ground, paper: Paper) -> Layout:
    """Layout that suits the shape of the study area."""
    west, south, east, north = ground.bounds
    return layout(paper, upright=(east - west) < LIES_FROM * (north - south))


def _title(sheet: Sheet, subject: Subject) -> None:
    box, scale, words = sheet.layout.title, sheet.layout.enlarged, subject.words
    name = words(
        "map.sheet_title",
        place=wording.place(subject.result, words),
        layer=words.name_of("layer", subject.layer),
        minutes=f"{subject.standard['minutes']:g}",
    )
    heading(sheet, name, subject.measured)
    sheet.text(box.right, box.top + 14 * scale, subject.covered, size=9, ha="right")
    notices(sheet, subject.result, words)


def heading(sheet: Sheet, name: str, below: str) -> None:
    """Title of a sheet and the line below it."""
    box, scale = sheet.layout.title, sheet.layout.enlarged
    size = min(16.0, 16.0 * 0.96 * box.width / max(1.0, _width_mm(name, 16.0 * scale)))
    sheet.text(box.left, box.top, name, size=size)
    sheet.text(box.left, box.top + 9.2 * scale, below, size=8, color=SOFT)


def notices(sheet: Sheet, result: Result, words: Words) -> None:
    """What must be seen first: synthetic data (R14), people off the network (R3)."""
    box, scale = sheet.layout.title, sheet.layout.enlarged
    lines = [(sentence, WARNING_INK) for sentence in wording.warnings(result, words)[:1]]
    if result.summary["study"]["synthetic"]:
        lines.insert(0, (words("map.synthetic"), SYNTHETIC_INK))
    left = box.left
    for sentence, ink in lines:
        sheet.text(left, box.top + 14.6 * scale, sentence, size=8, color=ink)
        left += _width_mm(sentence, 8 * scale) + 4 * scale


def _width_mm(text: str, size_pt: float) -> float:
    return width_em(text) * size_pt * MM_PER_POINT


def _map(sheet: Sheet, subject: Subject, ground: Ground) -> chart.Window:
    axes = sheet.axes(sheet.layout.map)
    view = chart.whole_window(ground, sheet.layout.map, sheet.layout.enlarged)
    chart.set_window(axes, view)
    chart.draw_base(axes, ground)
    chart.draw_theme(axes, subject, ground)
    chart.draw_streets(axes, ground, view)
    chart.draw_borders(axes, ground, view)
    chart.draw_facilities(axes, subject, view)
    chart.draw_names(axes, subject, view)
    chart.draw_clusters(axes, subject, view)
    furniture.draw_north(axes, view, ground.crs, subject.words)
    chart.draw_as_picture(axes)
    return view


def _legend(sheet: Sheet, box: Box, subject: Subject) -> float:
    words, scale = subject.words, sheet.layout.enlarged
    sheet.text(box.left, box.top, words("map.legend"), size=9)
    top = box.top + 5 * scale
    if subject.has_cells:
        top = time_legend(sheet, box, top, subject)
    else:
        top = share_legend(sheet, box, top, subject)
        top = sheet.paragraph(box, top, words("map.protected"), size=7, color=SOFT)
    top = _facility_legend(sheet, box, top + 0.8 * scale, subject)
    clusters = chart.shown_clusters(subject)
    if clusters is not None:
        ring = Mark(colours.CLUSTER_RING, "circle")
        label = words("map.cluster", count=len(clusters))
        top = furniture.legend_mark(sheet, box, top, ring, label, filled=False)
    lines = []
    if "streets" in subject.result.layers:
        lines.append(("#5c5c58", words("map.street"), 0.7))
    if "units" in subject.result.layers:
        lines.append((INK, words("map.unit_border"), 1.1))
    return furniture.legend_lines(sheet, box, top, lines)


def _facility_legend(sheet: Sheet, box: Box, top: float, subject: Subject) -> float:
    """Types of the standard's layer, and the hollow mark where some of them do not count."""
    words = subject.words
    kinds = chart.shown_kinds(subject)
    for kind in kinds[:MOST_TYPES]:
        name = words.name_of("map.type", kind.type) if kind.type else words.name_of("layer", kind.layer)
        top = furniture.legend_mark(sheet, box, top, kind.mark, name, filled=True)
    if kinds and not chart.counted_facilities(subject)["serves"].all():
        label = words("map.not_serving")
        top = furniture.legend_mark(sheet, box, top, kinds[0].mark, label, filled=False)
    return top


def time_legend(sheet: Sheet, box: Box, top: float, subject: Subject) -> float:
    """Classes of travel time with the line of the standard."""
    words, minutes = subject.words, subject.standard["minutes"]
    top = sheet.paragraph(box, top, words("map.time_legend"), size=7, color=SOFT)
    palette = [*colours.TIME_COLOURS, colours.OFF_NETWORK_COLOUR]
    for i, label in enumerate(colours.time_labels(minutes, words)):
        top = furniture.legend_patch(sheet, box, top, palette[i], label)
        if i == 2:
            limit = words("map.standard_here", minutes=f"{minutes:g}")
            top = furniture.legend_rule(sheet, box, top, limit)
    return top


def share_legend(sheet: Sheet, box: Box, top: float, subject: Subject) -> float:
    """Classes of the share covered, lowest first."""
    top = sheet.paragraph(box, top, subject.words("map.share_legend"), size=7, color=SOFT)
    labels = subject.share_classes().labels(subject.words)
    for colour, label in zip(colours.SHARE_COLOURS, labels, strict=True):
        top = furniture.legend_patch(sheet, box, top, colour, label)
    return top


def _inset(sheet: Sheet, box: Box, subject: Subject, ground: Ground) -> None:
    """Small map of the share by unit; its classes stand below it, or beside it where the room is low."""
    scale = sheet.layout.enlarged
    sheet.text(box.left, box.top, subject.words("map.share_legend"), size=8)
    top, height = box.top + 5 * scale, box.height - 6 * scale
    beside = box.width > BESIDE_FROM * height
    width = box.width - CLASSES_MM * scale if beside else box.width
    room = Box(box.left, top, width, height if beside else height - 7 * scale)
    axes = sheet.axes(room)
    view = chart.whole_window(ground, room, scale)
    chart.set_window(axes, view)
    chart.draw_shares(axes, subject, deepest=True)
    chart.draw_borders(axes, ground, view, thin=True)
    labels = subject.share_classes().labels(subject.words)
    rows = list(zip(colours.SHARE_COLOURS, labels, strict=True))
    if beside:
        classes = Box(room.right + 2 * scale, top, CLASSES_MM * scale, height)
        for colour, label in rows:
            top = furniture.legend_patch(sheet, classes, top, colour, label)
        return
    part = box.width / len(rows)
    for i, (colour, label) in enumerate(rows):
        patch = Box(box.left + i * part, room.bottom + 1.5 * scale, part, 2.6 * scale)
        sheet.rectangle(patch, facecolor=colour, edgecolor="#555555", linewidth=0.4)
        sheet.text(patch.left + part / 2, patch.bottom + 0.6 * scale, label, size=5.5, ha="center")


def facts_column(sheet: Sheet, box: Box, result: Result, words: Words) -> None:
    """Dates, coordinate system, sources, and the empty field of the review number."""
    scale = sheet.layout.enlarged
    top = box.top + 1.5 * scale
    for fact in [*wording.facts(result, words), wording.made_on(result, words)]:
        top = sheet.paragraph(box, top, fact, size=6.5)
    top += 1 * scale
    top = sheet.paragraph(box, top, words("map.sources"), size=7.5)
    last = box.bottom - 9 * scale
    for source in wording.sources(result, words) or [words("map.no_sources")]:
        if top > last - 8 * scale:
            top = sheet.paragraph(box, top, "…", size=6)
            break
        top = sheet.paragraph(box, top, source, size=6, color=SOFT)
    sheet.paragraph(box, top + 0.5 * scale, words("map.made_with", version=VERSION), size=5.5, color=SOFT)
    field = Box(box.left, box.bottom - 6.5 * scale, box.width, 6.5 * scale)
    sheet.rectangle(field, facecolor="none", edgecolor="#555555", linewidth=0.6)
    sheet.text(
        field.left + 1.5 * scale, field.top + field.height / 2, words("map.review_number"), va="center"
    )


def foot(sheet: Sheet, words: Words, page: str) -> None:
    """Last line: for internal use, and which page."""
    box = sheet.layout.foot
    sheet.text(
        box.left, box.top + box.height / 2, words("map.internal"), size=8, va="center", color=WARNING_INK
    )
    sheet.text(box.right, box.top + box.height / 2, page, size=7, va="center", ha="right", color=SOFT)
