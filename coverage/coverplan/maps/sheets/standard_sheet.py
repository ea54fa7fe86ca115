"""The sheet of one standard: travel times on the map, or shares by unit where no times may be shown, all facts around."""

from __future__ import annotations

from coverplan.maps import colours, wording
from coverplan.maps.sheets import chart, furniture
from coverplan.maps.sheets.action_marks import DONE_COLOUR, draw_numbered, legend_marks, number_note
from coverplan.maps.sheets.fonts import broken, fitting, shortened, width_em
from coverplan.maps.sheets.ground import Ground
from coverplan.maps.sheets.paper import Box, Layout, Paper, layout
from coverplan.maps.sheets.sheet import MM_PER_POINT, SOFT, Sheet
from coverplan.maps.sheets.shown import Facilities, facilities_of
from coverplan.maps.subject import Subject
from coverplan.maps.symbols import Mark
from coverplan.results.changed import done_actions
from coverplan.results.chosen import ChosenAction
from coverplan.results.result import Result
from coverplan.results.tense import tense_of
from coverplan.results.titles import type_title
from coverplan.results.wording import LISTED_CLUSTERS
from coverplan.text.version import VERSION
from coverplan.text.words import Words

#: Width to height above which the sheet lies on its side.
LIES_FROM = 0.95
#: Types of a layer in the legend.
MOST_TYPES = 5
#: Height of a row of the list of clusters, its columns, and letters of the place that it names.
CLUSTER_ROW_MM, CLUSTER_COLUMNS, LONGEST_PLACE = 2.6, 3, 7
#: Part of a sheet's width for what must be seen first, and the smallest type of it in points before it is cut.
_NOTICES_SHARE, _SMALLEST = 0.7, 5.0
#: Type of a statement below which one line of it becomes two.
TWO_LINES_PT = 6.2
SYNTHETIC_INK = "#8a4b00"
WARNING_INK = "#8c0b20"


def standard_sheet(subject: Subject, ground: Ground, paper: Paper, *, page: str) -> Sheet:
    """Draw the sheet of a standard."""
    sheet = Sheet(sheet_layout(ground, paper))
    _title(sheet, subject)
    legend, _, facts = sheet.layout.columns
    view = chart.whole_window(ground, sheet.layout.map, sheet.layout.enlarged)
    room = sheet.layout.between(_legend(sheet, legend, subject, ground, view))
    below = furniture.scale_bar(sheet, room, room.top, view, subject.words)
    # only clusters that the list beside the map names are marked on it
    clusters = 0 if done_for(subject) else cluster_list(sheet, room, below + sheet.layout.enlarged, subject)
    draw_standard(sheet, sheet.layout.map, subject, ground, clusters=clusters)
    facts_column(sheet, facts, subject.result, subject.words)
    foot(sheet, subject.words, page)
    return sheet


def sheet_layout(ground: Ground, paper: Paper) -> Layout:
    """Layout that suits the shape of the study area."""
    west, south, east, north = ground.bounds
    return layout(paper, upright=(east - west) < LIES_FROM * (north - south))


def _title(sheet: Sheet, subject: Subject) -> None:
    words, tense = subject.words, tense_of(subject.result)
    heading(
        sheet,
        wording.dated(subject.result, sheet_title(subject), words),
        subject.measured,
        statement=tense.statement(words),
    )
    below_title(sheet, subject.covered, size=9)
    notices(sheet, subject.result, words)


def sheet_title(subject: Subject) -> str:
    """What the map of a standard is called: area, layer and minutes."""
    return subject.words(
        "map.sheet_title",
        place=wording.place(subject.result, subject.words),
        layer=subject.title,
        minutes=f"{subject.standard['minutes']:g}",
    )


def heading(sheet: Sheet, name: str, below: str, *, statement: str | None = None) -> None:
    """Title of a sheet, the line below it, and the statement that its numbers are no present ones."""
    box, scale = sheet.layout.title, sheet.layout.enlarged
    size = min(16.0, 16.0 * 0.96 * box.width / max(1.0, _width_mm(name, 16.0 * scale)))
    sheet.text(box.left, box.top, name, size=size)
    _fitted(sheet, box.left, box.top + 8.4 * scale, below, size=8, most=box.width, color=SOFT)
    if statement is not None:
        _statement(sheet, box, statement)


def _statement(sheet: Sheet, box: Box, text: str) -> None:
    """The statement in one line, or in two where that would be too small to read."""
    scale = sheet.layout.enlarged
    one = 7.5 * min(1.0, 0.98 * box.width / max(1.0, _width_mm(text, 7.5 * scale)))
    lines = (
        [text]
        if one >= TWO_LINES_PT
        else broken(text, 0.98 * box.width / (TWO_LINES_PT * scale * MM_PER_POINT))
    )
    if len(lines) == 1 or len(lines) > 2:
        _fitted(sheet, box.left, box.top + 12.6 * scale, text, size=7.5, most=box.width, color=WARNING_INK)
        return
    for line, top in zip(lines, (11.6, 14.2), strict=True):
        _fitted(
            sheet, box.left, box.top + top * scale, line, size=TWO_LINES_PT, most=box.width, color=WARNING_INK
        )


def below_title(sheet: Sheet, text: str, *, size: float = 8) -> None:
    """A line on the right below the title."""
    box, scale = sheet.layout.title, sheet.layout.enlarged
    sheet.text(box.right, box.top + 16.6 * scale, text, size=size, ha="right")


def notices(sheet: Sheet, result: Result, words: Words) -> None:
    """What must be seen first: synthetic data (R14), people off the network (R3)."""
    box, scale = sheet.layout.title, sheet.layout.enlarged
    lines = [(sentence, WARNING_INK) for sentence in wording.warnings(result, words)[:1]]
    if result.summary["study"]["synthetic"]:
        lines.insert(0, (words("map.synthetic"), SYNTHETIC_INK))
    gap = 4 * scale
    room = _NOTICES_SHARE * box.width - gap * (len(lines) - 1)
    wide = sum(_width_mm(sentence, 8 * scale) for sentence, _ in lines)
    size = 8 * max(_SMALLEST / 8, min(1.0, 0.98 * room / max(1.0, wide)))
    left, end = box.left, box.left + _NOTICES_SHARE * box.width
    for sentence, ink in lines:
        said = fitting(sentence, max(0.0, end - left) / (size * scale * MM_PER_POINT))
        sheet.text(left, box.top + 17 * scale, said, size=size, color=ink)
        left += _width_mm(said, size * scale) + gap


def _fitted(
    sheet: Sheet, left: float, top: float, text: str, *, size: float, most: float, color: str
) -> None:
    """A line that is written smaller where it would be too wide."""
    smaller = min(1.0, 0.98 * most / max(1.0, _width_mm(text, size * sheet.layout.enlarged)))
    sheet.text(left, top, text, size=size * smaller, color=color)


def _width_mm(text: str, size_pt: float) -> float:
    return width_em(text) * size_pt * MM_PER_POINT


def draw_standard(sheet: Sheet, box: Box, subject: Subject, ground: Ground, *, clusters: int) -> chart.Window:
    """Map of a standard in a box, with what is done for it marked by number where the map shows what is after it.

    So many `clusters` of uncovered people are marked, those with most people.
    """
    axes = sheet.axes(box)
    view = chart.whole_window(ground, box, sheet.layout.enlarged)
    chart.set_window(axes, view)
    chart.draw_base(axes, ground)
    chart.draw_theme(axes, subject, ground)
    chart.draw_streets(axes, ground, view)
    chart.draw_borders(axes, ground, view)
    chart.draw_facilities(axes, subject, ground, view)
    taken = chart.taken_by(subject, ground, view, clusters=clusters)
    if not subject.before:
        done = done_for(subject)
        draw_numbered(axes, subject.result, done, view, taken, size_pt=8.0, colour=DONE_COLOUR)
    chart.draw_clusters(axes, subject, view, most=clusters)
    chart.draw_unit_names(axes, ground, view, taken)
    furniture.draw_north(axes, view, ground.crs, subject.words)
    chart.draw_as_picture(axes, ground)
    return view


def done_for(subject: Subject) -> list[ChosenAction]:
    """Changes and actions in the layer and types that a standard counts."""
    types = subject.standard["types"]
    return [
        action
        for action in done_actions(subject.result)
        if action.layer == subject.layer and (types is None or action.type in set(types))
    ]


def _legend(sheet: Sheet, box: Box, subject: Subject, ground: Ground, view: chart.Window) -> float:
    words, scale = subject.words, sheet.layout.enlarged
    sheet.text(box.left, box.top, words("map.legend"), size=9)
    top = theme_legend(sheet, box, box.top + 5 * scale, subject)
    top = marks_legend(sheet, box, top + 0.8 * scale, subject, ground)
    return furniture.legend_ground(sheet, box, top, ground, view=view, words=words)


def theme_legend(sheet: Sheet, box: Box, top: float, subject: Subject) -> float:
    """Classes of the map's theme."""
    if subject.has_cells:
        return time_legend(sheet, box, top, subject)
    top = share_legend(sheet, box, top, subject)
    return sheet.paragraph(box, top, subject.words("map.protected"), size=7, color=SOFT)


def marks_legend(sheet: Sheet, box: Box, top: float, subject: Subject, ground: Ground) -> float:
    """Types of facilities, and what is done by number."""
    words, done = subject.words, done_for(subject)
    top = _facility_legend(sheet, box, top, subject, facilities_of(subject, ground))
    if done:
        top = legend_marks(sheet, box, top, subject.result, done, words=words, colour=DONE_COLOUR)
        top = sheet.paragraph(box, top, number_note(subject.result, words) or "", size=6, color=SOFT)
    return top


def cluster_list(sheet: Sheet, box: Box, top: float, subject: Subject) -> int:
    """Number, people and place of the clusters with most people, as many as there is room for; gives how many."""
    layer, scale, words = chart.clusters_for(subject), sheet.layout.enlarged, subject.words
    height = CLUSTER_ROW_MM * scale
    rows = int((box.bottom - top - furniture.ROW_MM * scale) / height)
    if layer is None or rows < 1:
        return 0
    every = len(layer)
    layer = layer.nsmallest(min(CLUSTER_COLUMNS * rows, LISTED_CLUSTERS), "cluster")
    ring = Mark(colours.CLUSTER_RING, "circle")
    label = words("map.cluster_list_all" if len(layer) == every else "map.cluster_list", count=len(layer))
    top = furniture.legend_mark(sheet, box, top, ring, label, filled=False)
    part = box.width / CLUSTER_COLUMNS
    for i, row in enumerate(layer.itertuples()):
        place = shortened(row.unit_name if isinstance(row.unit_name, str) else "", LONGEST_PLACE)
        told = words("map.cluster_row", number=int(row.cluster), people=words.number(row.people), place=place)
        left = box.left + i % CLUSTER_COLUMNS * part
        sheet.text(left, top + i // CLUSTER_COLUMNS * height, told, size=5.4)
    return len(layer)


def _facility_legend(sheet: Sheet, box: Box, top: float, subject: Subject, shown: Facilities) -> float:
    """Types of the standard's layer, and the hollow mark where some of them do not count."""
    words = subject.words
    for kind in shown.kinds[:MOST_TYPES]:
        name = type_title(subject.result, kind.layer, kind.type, words)
        top = furniture.legend_mark(sheet, box, top, kind.mark, name, filled=True)
    if shown.kinds and not shown.serves.all():
        label = words("map.not_serving")
        top = furniture.legend_mark(sheet, box, top, shown.kinds[0].mark, label, filled=False)
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


def share_legend(sheet: Sheet, box: Box, top: float, subject: Subject, *, paired: bool = False) -> float:
    """Classes of the share covered, lowest first; two beside each other where room is dear."""
    top = sheet.paragraph(box, top, subject.words("map.share_legend"), size=7, color=SOFT)
    labels = subject.share_classes().labels(subject.words)
    if paired:
        return furniture.legend_patches(
            sheet, box, top, list(zip(colours.SHARE_COLOURS, labels, strict=True))
        )
    for colour, label in zip(colours.SHARE_COLOURS, labels, strict=True):
        top = furniture.legend_patch(sheet, box, top, colour, label)
    return top


def facts_column(sheet: Sheet, box: Box, result: Result, words: Words) -> None:
    """Dates, coordinate system, how people came to their places, sources, and the empty field of the review number."""
    scale = sheet.layout.enlarged
    top = box.top + 1.5 * scale
    made = [wording.made_by(result, words), wording.made_on(result, words)]
    for fact in [*wording.facts(result, words), *made]:
        top = sheet.paragraph(box, top, fact, size=6.5)
    for note in wording.people_notes(result, words):
        top = sheet.paragraph(box, top, note, size=6, color=WARNING_INK)
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
