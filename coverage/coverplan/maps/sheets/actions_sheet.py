"""The sheets on what is done: a map of the scenario's changes and the chosen actions by number, and their list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes

from coverplan.maps import wording
from coverplan.maps.actions import NO_QUESTION, action_words, cost_of, short_numbers, titled
from coverplan.maps.extent import crs_of
from coverplan.maps.sheets import chart, furniture
from coverplan.maps.sheets.action_marks import draw_numbered, legend_marks, number_note
from coverplan.maps.sheets.fonts import fitting
from coverplan.maps.sheets.ground import Ground
from coverplan.maps.sheets.paper import Box, Paper
from coverplan.maps.sheets.sheet import MM_PER_POINT, SOFT, Sheet
from coverplan.maps.sheets.standard_sheet import (
    below_title,
    facts_column,
    foot,
    heading,
    notices,
    sheet_layout,
)
from coverplan.maps.symbols import Mark, facility_kinds
from coverplan.results.changed import done_actions, own_changes
from coverplan.results.chosen import (
    ChosenAction,
    cost_decimals,
    cost_head,
    counted_kinds,
    question_of,
    standing,
)
from coverplan.results.result import Result
from coverplan.results.tense import tense_of
from coverplan.results.titles import layer_title
from coverplan.text.placing import Taken
from coverplan.text.words import UNKNOWN, Words

ROW_PT, KEY_PT = 7.0, 6.2
ROW_MM, KEY_MM = 5.0, 3.5
#: Columns of the list and the part of its width that each takes.
LIST_COLUMNS = (
    ("number", 0.055),
    ("year_column", 0.055),
    ("what", 0.09),
    ("layer", 0.17),
    ("name", 0.205),
    ("place", 0.15),
    ("people_column", 0.08),
    ("cost", 0.105),
    ("targets_column", 0.09),
)
RIGHT_COLUMNS = frozenset({"people_column", "cost"})


def list_pages(ground: Ground, paper: Paper) -> list[tuple[ChosenAction, ...]]:
    """Actions of each sheet of the list, in their order; none where nothing is changed and nothing was chosen."""
    done = done_actions(ground.result)
    if not done:
        return []
    layout = sheet_layout(ground, paper)
    room = layout.foot.top - layout.title.bottom
    most = int(room / (ROW_MM * layout.enlarged)) - 3
    return [done[start : start + most] for start in range(0, len(done), most)]


def actions_sheet(ground: Ground, words: Words, paper: Paper, *, page: str) -> Sheet:
    """Map of all changes and actions with their numbers, and the list of as many as there is room for."""
    result, sheet = ground.result, Sheet(sheet_layout(ground, paper))
    done = done_actions(result)
    _title(sheet, result, words, _title_words(result, words))
    in_all = words(
        "siting_page.in_all",
        count=len(done),
        kinds=counted_kinds(done, words),
        cost=cost_of(result, words),
    )
    below_title(sheet, in_all)
    view = _map(sheet, ground, words, done)
    box, _, facts = sheet.layout.columns
    below = _legend(sheet, box, ground, view=view, words=words)
    below = furniture.scale_bar(sheet, box, below + sheet.layout.enlarged, view, words)
    _key(sheet, sheet.layout.between(below), result, done, words)
    facts_column(sheet, facts, result, words)
    foot(sheet, words, page)
    return sheet


def list_sheet(
    ground: Ground, listed: Sequence[ChosenAction], words: Words, paper: Paper, *, page: str
) -> Sheet:
    """Sheet with the list of actions that the numbers on the map point to."""
    result, sheet = ground.result, Sheet(sheet_layout(ground, paper))
    siting = question_of(result) or NO_QUESTION
    scale, title = sheet.layout.enlarged, sheet.layout.title
    key = "map.siting.list_title" if question_of(result) else "map.changes.list_title"
    _title(sheet, result, words, words(key, place=wording.place(result, words)))
    lefts = title.left + np.cumsum([0.0, *(part for _, part in LIST_COLUMNS)]) * title.width
    top = title.bottom
    _row(sheet, lefts, top, [_head(name, siting, words) for name, _ in LIST_COLUMNS], bold=True)
    own = {action.action_id for action in own_changes(result)}
    decimals = cost_decimals(done_actions(result))
    for action in listed:
        top += ROW_MM * scale
        sheet.rectangle(Box(title.left, top - 0.8 * scale, title.width, 0.12 * scale), facecolor="#b0b0ac")
        _row(sheet, lefts, top, _cells(action, words, own=action.action_id in own, decimals=decimals))
    foot(sheet, words, page)
    return sheet


def _title(sheet: Sheet, result: Result, words: Words, name: str) -> None:
    siting = question_of(result)
    told = standing(siting, words) if siting else wording.own_title(result, words)
    heading(sheet, wording.dated(result, name, words), told, statement=tense_of(result).statement(words))
    notices(sheet, result, words)


def _title_words(result: Result, words: Words) -> str:
    siting, place = question_of(result), wording.place(result, words)
    if siting is None:
        return words("map.changes.title", place=place)
    years = siting["question"]["years"]
    key = "map.siting.title_one" if years[0] == years[-1] else "map.siting.title"
    return words(key, place=place, first=years[0], last=years[-1])


def _head(column: str, siting: Mapping[str, Any], words: Words) -> str:
    """Head of a column of the list; that of costs with their unit."""
    return cost_head(siting, words) if column == "cost" else words(f"map.siting.{column}")


def _cells(action: ChosenAction, words: Words, *, own: bool, decimals: int) -> list[str]:
    return [
        action.action_id,
        str(action.year),
        action_words(action, words),
        words.name_of("type", action.type),
        titled(action, words) if action.public else words("map.siting.withheld"),
        action.where,
        words.number(action.people_reached),
        words("siting_page.unknown") if action.cost is None else words.number(action.cost, decimals),
        " ".join(action.targets) or (UNKNOWN if own else words("map.siting.none")),
    ]


def _row(sheet: Sheet, lefts: np.ndarray, top: float, texts: Sequence[str], *, bold: bool = False) -> None:
    scale = sheet.layout.enlarged
    for i, ((name, _), text) in enumerate(zip(LIST_COLUMNS, texts, strict=True)):
        room = lefts[i + 1] - lefts[i] - 2 * scale
        shown = fitting(text, room / (ROW_PT * scale * MM_PER_POINT))
        left = lefts[i + 1] - 2 * scale if name in RIGHT_COLUMNS else lefts[i]
        style = {"color": SOFT} if bold else {}
        sheet.text(left, top, shown, size=ROW_PT, ha="right" if name in RIGHT_COLUMNS else "left", **style)


def _map(sheet: Sheet, ground: Ground, words: Words, done: Sequence[ChosenAction]) -> chart.Window:
    result, axes = ground.result, sheet.axes(sheet.layout.map)
    view = chart.whole_window(ground, sheet.layout.map, sheet.layout.enlarged)
    chart.set_window(axes, view)
    chart.draw_base(axes, ground)
    chart.draw_streets(axes, ground, view)
    chart.draw_borders(axes, ground, view)
    _draw_retained(axes, result, done, view)
    taken = Taken()
    draw_numbered(axes, result, done, view, taken)
    chart.draw_unit_names(axes, ground, view, taken)
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


def _legend(sheet: Sheet, box: Box, ground: Ground, *, view: chart.Window, words: Words) -> float:
    result, scale, done = ground.result, sheet.layout.enlarged, done_actions(ground.result)
    sheet.text(box.left, box.top, words("map.legend"), size=9)
    top = legend_marks(sheet, box, box.top + 5 * scale, result, done, words=words)
    note = number_note(result, words)
    if note is not None:
        top = sheet.paragraph(box, top, note, size=6, color=SOFT)
    layers = {action.layer for action in done}
    colours = {kind.layer: kind.mark.colour for kind in facility_kinds(result) if kind.layer in layers}
    top = furniture.legend_patches(
        sheet, box, top, [(colour, layer_title(result, layer, words)) for layer, colour in colours.items()]
    )
    top = furniture.legend_mark(
        sheet, box, top, Mark("#777777", "circle"), words("map.siting.retained"), filled=True
    )
    if not all(action.public for action in done):
        top = sheet.paragraph(box, top, words("map.siting.hollow"), size=6.5, color=SOFT)
    return furniture.legend_ground(sheet, box, top, ground, view=view, words=words)


def _key(sheet: Sheet, box: Box, result: Result, chosen: Sequence[ChosenAction], words: Words) -> None:
    """What the numbers stand for, as many as there is room for; the list has all."""
    scale = sheet.layout.enlarged
    sheet.text(
        box.left,
        box.top,
        words("map.siting.numbers" if question_of(result) else "map.changes.numbers"),
        size=8,
    )
    top = box.top + 5 * scale
    rows = max(0, int((box.bottom - top) / (KEY_MM * scale)))
    shown = chosen if len(chosen) <= rows else chosen[: max(0, rows - 1)]
    numbers = short_numbers(result)
    for action in shown:
        told = (
            f"{numbers[action.action_id]} {action.year} {action_words(action, words)} {titled(action, words)}"
        )
        sheet.text(box.left, top, fitting(told, box.width / (KEY_PT * scale * MM_PER_POINT)), size=KEY_PT)
        top += KEY_MM * scale
    if len(shown) < len(chosen) and rows:
        more = words("map.siting.more", count=len(chosen) - len(shown))
        sheet.text(box.left, top, more, size=KEY_PT, color=SOFT)
