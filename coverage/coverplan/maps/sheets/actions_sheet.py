"""The sheets on where to build next: a map of the actions by number, and their list."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from coverplan.maps import wording
from coverplan.maps.actions import (
    MARK_SHAPES,
    MARKS,
    action_colour,
    action_words,
    marks_of,
    old_places,
    places_of,
    titled,
)
from coverplan.maps.extent import crs_of
from coverplan.maps.sheets import chart, furniture
from coverplan.maps.sheets.fonts import width_em
from coverplan.maps.sheets.ground import Ground
from coverplan.maps.sheets.paper import Box, Paper
from coverplan.maps.sheets.sheet import INK, MM_PER_POINT, SOFT, Sheet
from coverplan.maps.sheets.standard_sheet import facts_column, foot, heading, notices, sheet_layout
from coverplan.maps.symbols import Mark, facility_kinds
from coverplan.results.chosen import (
    ChosenAction,
    chosen_actions,
    counted_kinds,
    money,
    question_of,
    standing,
    total_cost,
)
from coverplan.results.result import Result
from coverplan.text.words import Words

#: Signs in the marks, so that grey print and colour blindness take nothing away.
SIGNS = {"new": "+", "upgrade": "↑", "move": "→", "share": "=", "close": "×"}
MARK_PT, LABEL_PT, ROW_PT, KEY_PT = 8.5, 6.5, 7.0, 6.2
ROW_MM, KEY_MM, SIGN_ROW_MM = 5.0, 3.5, 4.8
#: Columns of the list and the part of its width that each takes.
LIST_COLUMNS = (
    ("number", 0.055),
    ("year_column", 0.055),
    ("what", 0.09),
    ("layer", 0.17),
    ("name", 0.22),
    ("place", 0.15),
    ("people_column", 0.08),
    ("cost", 0.09),
    ("targets_column", 0.09),
)
RIGHT_COLUMNS = frozenset({"people_column", "cost"})


def list_pages(ground: Ground, paper: Paper) -> list[tuple[ChosenAction, ...]]:
    """Actions of each sheet of the list, in their order; none where nothing was chosen."""
    chosen = chosen_actions(ground.result)
    if not chosen or question_of(ground.result) is None:
        return []
    layout = sheet_layout(ground, paper)
    room = layout.foot.top - layout.title.bottom
    most = int(room / (ROW_MM * layout.enlarged)) - 3
    return [chosen[start : start + most] for start in range(0, len(chosen), most)]


def actions_sheet(ground: Ground, words: Words, paper: Paper, *, page: str) -> Sheet:
    """Map of all actions with their numbers, and the list of as many as there is room for."""
    result, sheet = ground.result, Sheet(sheet_layout(ground, paper))
    siting = question_of(result) or {}
    chosen = chosen_actions(result)
    _title(sheet, result, words)
    sheet.text(
        sheet.layout.title.right,
        sheet.layout.title.top + 14 * sheet.layout.enlarged,
        words(
            "siting_page.in_all",
            count=len(chosen),
            kinds=counted_kinds(chosen, words),
            cost=total_cost(siting, words),
        ),
        size=8,
        ha="right",
    )
    view = _map(sheet, ground, words, chosen)
    box, _, facts = sheet.layout.columns
    below = _legend(sheet, box, result, words, chosen)
    below = furniture.scale_bar(sheet, box, below + sheet.layout.enlarged, view, words)
    _key(sheet, sheet.layout.between(below), chosen, words)
    facts_column(sheet, facts, result, words)
    foot(sheet, words, page)
    return sheet


def list_sheet(
    ground: Ground, listed: Sequence[ChosenAction], words: Words, paper: Paper, *, page: str
) -> Sheet:
    """Sheet with the list of actions that the numbers on the map point to."""
    result, sheet = ground.result, Sheet(sheet_layout(ground, paper))
    siting = question_of(result) or {}
    scale, title = sheet.layout.enlarged, sheet.layout.title
    heading(
        sheet, words("map.siting.list_title", place=wording.place(result, words)), standing(siting, words)
    )
    notices(sheet, result, words)
    lefts = title.left + np.cumsum([0.0, *(part for _, part in LIST_COLUMNS)]) * title.width
    top = title.bottom
    _row(sheet, lefts, top, [words(f"map.siting.{name}") for name, _ in LIST_COLUMNS], bold=True)
    for action in listed:
        top += ROW_MM * scale
        sheet.rectangle(Box(title.left, top - 0.8 * scale, title.width, 0.12 * scale), facecolor="#b0b0ac")
        _row(sheet, lefts, top, _cells(action, siting, words))
    foot(sheet, words, page)
    return sheet


def _title(sheet: Sheet, result: Result, words: Words) -> None:
    siting = question_of(result) or {}
    years = siting["question"]["years"]
    key = "map.siting.title_one" if years[0] == years[-1] else "map.siting.title"
    name = words(key, place=wording.place(result, words), first=years[0], last=years[-1])
    heading(sheet, name, standing(siting, words))
    notices(sheet, result, words)


def _cells(action: ChosenAction, siting: Mapping[str, Any], words: Words) -> list[str]:
    return [
        action.action_id,
        str(action.year),
        action_words(action, words),
        words.name_of("map.type", action.type),
        titled(action, words) if action.public else words("map.siting.withheld"),
        action.where,
        words.number(action.people_reached),
        money(action.cost, siting, words),
        " ".join(action.targets) or words("map.siting.none"),
    ]


def _row(sheet: Sheet, lefts: np.ndarray, top: float, texts: Sequence[str], *, bold: bool = False) -> None:
    scale = sheet.layout.enlarged
    for i, ((name, _), text) in enumerate(zip(LIST_COLUMNS, texts, strict=True)):
        room = lefts[i + 1] - lefts[i] - 2 * scale
        shown = _fitting(text, room / (ROW_PT * scale * MM_PER_POINT))
        left = lefts[i + 1] - 2 * scale if name in RIGHT_COLUMNS else lefts[i]
        style = {"color": SOFT} if bold else {}
        sheet.text(left, top, shown, size=ROW_PT, ha="right" if name in RIGHT_COLUMNS else "left", **style)


def _fitting(text: str, most_em: float) -> str:
    """Text cut with an ellipsis where it is wider than so many ems."""
    if width_em(text) <= most_em:
        return text
    while text and width_em(text + "…") > most_em:
        text = text[:-1]
    return text + "…"


def _map(sheet: Sheet, ground: Ground, words: Words, chosen: Sequence[ChosenAction]) -> chart.Window:
    result, axes = ground.result, sheet.axes(sheet.layout.map)
    view = chart.whole_window(ground, sheet.layout.map, sheet.layout.enlarged)
    chart.set_window(axes, view)
    chart.draw_base(axes, ground)
    chart.draw_streets(axes, ground, view)
    chart.draw_borders(axes, ground, view)
    _draw_retained(axes, result, chosen, view)
    taken = _draw_actions(axes, result, chosen, view)
    chart.draw_unit_names(axes, result, view, taken)
    furniture.draw_north(axes, view, crs_of(result), words)
    return view


def _draw_retained(axes: Axes, result: Result, chosen: Sequence[ChosenAction], view: chart.Window) -> None:
    """Small marks of the facilities that stay as they are, of the layers in which something is done."""
    known = result.layers.get("facilities")
    if known is None:
        return
    touched = {(action.layer, action.facility) for action in chosen}
    layers = {action.layer for action in chosen}
    stays = [pair not in touched for pair in zip(known["layer"], known["id"].astype(str), strict=True)]
    known = known[known["serves"].to_numpy(dtype=bool) & known["layer"].isin(layers).to_numpy() & stays]
    for kind in facility_kinds(result):
        own = known[(known["layer"] == kind.layer) & (known["type"].fillna("") == kind.type)]
        xy = shapely.get_coordinates(shapely.point_on_surface(own.geometry.to_numpy()))
        if len(xy):
            chart.draw_mark(axes, xy, kind.mark, filled=True, size_pt=2.3 * view.enlarged)


def _draw_actions(
    axes: Axes, result: Result, chosen: Sequence[ChosenAction], view: chart.Window
) -> list[tuple[float, float, float]]:
    """Marks, arrows and numbers; gives middles and half widths of what stands there, in metres."""
    places, before, marks = places_of(result), old_places(result), marks_of(result)
    shown = [action for action in chosen if action.public and action.action_id in places]
    size = chart.line_height_m(view, MARK_PT) * 0.5
    taken = [(places[a.action_id].x, places[a.action_id].y, size) for a in shown]
    for action in shown:
        place = places[action.action_id]
        if action.action_id in before:
            _draw_arrow(axes, before[action.action_id], place, view)
        mark = Mark(action_colour(action, result), MARK_SHAPES[marks[action.action_id]])
        xy = np.array([[place.x, place.y]])
        drawn = chart.draw_mark(axes, xy, mark, filled=True, size_pt=MARK_PT * view.enlarged)
        drawn.set_zorder(7.5)
        drawn.set_linewidth(1.0 * view.enlarged)
        _draw_sign(axes, place, SIGNS[marks[action.action_id]], view)
    for action in shown:
        _draw_number(axes, places[action.action_id], action.action_id, view, taken)
    return taken


def _draw_arrow(axes: Axes, old: shapely.Point, new: shapely.Point, view: chart.Window) -> None:
    width = 1.0 * view.enlarged
    axes.annotate(
        "",
        xy=(new.x, new.y),
        xytext=(old.x, old.y),
        zorder=7,
        arrowprops={"arrowstyle": "->", "linewidth": width, "shrinkB": MARK_PT * view.enlarged * 0.6},
    )
    axes.plot([old.x], [old.y], "o", markersize=3 * view.enlarged, mfc="white", mec=INK, mew=width, zorder=7)


def _draw_sign(axes: Axes, place: shapely.Point, sign: str, view: chart.Window) -> None:
    _write(axes, (place.x, place.y), sign, view, size=6.5, colours=("white", INK), zorder=7.6)


def _draw_number(
    axes: Axes,
    place: shapely.Point,
    number: str,
    view: chart.Window,
    taken: list[tuple[float, float, float]],
) -> None:
    """Number beside the mark, else on its other side, below or above it."""
    height = chart.line_height_m(view, LABEL_PT)
    half = width_em(number) * height / 3
    aside = half + chart.line_height_m(view, MARK_PT) * 0.55
    choices = ((aside, 0.0), (-aside, 0.0), (0.0, -height), (0.0, height))
    free = (
        (place.x + dx, place.y + dy)
        for dx, dy in choices
        if not any(
            math.fabs(place.x + dx - x) < half + width and math.fabs(place.y + dy - y) < 0.8 * height
            for x, y, width in taken
        )
    )
    x, y = next(free, (place.x + aside, place.y))
    taken.append((x, y, half))
    _write(axes, (x, y), number, view, size=LABEL_PT, colours=(INK, "white"), zorder=8)


def _write(
    axes: Axes,
    place: tuple[float, float],
    text: str,
    view: chart.Window,
    *,
    size: float,
    colours: tuple[str, str],
    zorder: float,
) -> None:
    """Letters with a rim, in two colours."""
    written = axes.text(
        *place,
        text,
        fontsize=size * view.enlarged,
        color=colours[0],
        ha="center",
        va="center_baseline",
        zorder=zorder,
        clip_on=True,
        parse_math=False,
    )
    written.set_path_effects([withStroke(linewidth=1.8 * view.enlarged, foreground=colours[1])])


def _legend(sheet: Sheet, box: Box, result: Result, words: Words, chosen: Sequence[ChosenAction]) -> float:
    scale = sheet.layout.enlarged
    sheet.text(box.left, box.top, words("map.legend"), size=9)
    top = box.top + 5 * scale
    there = set(marks_of(result).values())
    for mark in (mark for mark in MARKS if mark in there):
        middle = top + SIGN_ROW_MM / 2 * scale
        shape = Mark("#777777", MARK_SHAPES[mark])
        sheet.mark(box.left + 3.5 * scale, middle, shape, filled=True, size_pt=MARK_PT)
        stroke = [withStroke(linewidth=1.6 * scale, foreground=INK)]
        style = {"ha": "center", "va": "center_baseline", "color": "white", "path_effects": stroke}
        sheet.text(box.left + 3.5 * scale, middle, SIGNS[mark], size=6.5, **style)
        sheet.text(box.left + 9 * scale, middle, words(f"siting_mark.{mark}"), size=6.5, va="center_baseline")
        top += SIGN_ROW_MM * scale
    layers = {action.layer for action in chosen}
    colours = {kind.layer: kind.mark.colour for kind in facility_kinds(result) if kind.layer in layers}
    for layer, colour in colours.items():
        top = furniture.legend_patch(sheet, box, top, colour, words.name_of("layer", layer))
    top = furniture.legend_mark(
        sheet, box, top, Mark("#777777", "circle"), words("map.siting.retained"), filled=True
    )
    if not all(action.public for action in chosen):
        top = sheet.paragraph(box, top, words("map.siting.hollow"), size=6.5, color=SOFT)
    lines = [("#5c5c58", words("map.street"), 0.7)] if "streets" in result.layers else []
    lines += [(INK, words("map.unit_border"), 1.1)] if "units" in result.layers else []
    return furniture.legend_lines(sheet, box, top, lines)


def _key(sheet: Sheet, box: Box, chosen: Sequence[ChosenAction], words: Words) -> None:
    """What the numbers stand for, as many as there is room for; the list has all."""
    scale = sheet.layout.enlarged
    sheet.text(box.left, box.top, words("map.siting.numbers"), size=8)
    top = box.top + 5 * scale
    rows = max(0, int((box.bottom - top) / (KEY_MM * scale)))
    shown = chosen if len(chosen) <= rows else chosen[: max(0, rows - 1)]
    for action in shown:
        told = f"{action.action_id} {action.year} {action_words(action, words)} {titled(action, words)}"
        sheet.text(box.left, top, _fitting(told, box.width / (KEY_PT * scale * MM_PER_POINT)), size=KEY_PT)
        top += KEY_MM * scale
    if len(shown) < len(chosen) and rows:
        more = words("map.siting.more", count=len(chosen) - len(shown))
        sheet.text(box.left, top, more, size=KEY_PT, color=SOFT)
