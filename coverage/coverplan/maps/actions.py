"""Chosen actions and candidates on maps: their marks, and what the interactive page tells of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverplan.maps.colours import LAYER_COLOURS
from coverplan.maps.packing import Frame, packed_bytes
from coverplan.maps.symbols import Mark, layer_order
from coverplan.results.changed import done_actions, own_changes
from coverplan.results.chosen import (
    ChosenAction,
    money,
    question_of,
    reason_words,
    standing,
    total_cost,
)
from coverplan.results.result import Result
from coverplan.results.titles import layer_title
from coverplan.text.words import UNKNOWN, Words, times_unit

#: What may be done, in the order of the legend; each has a shape and a sign of its own, whatever its colour.
MARKS = ("new", "upgrade", "move", "share", "close")
MARK_SHAPES = {
    "new": "circle",
    "upgrade": "triangle",
    "move": "diamond",
    "share": "pentagon",
    "close": "square",
}
#: Candidates by state, in the order in which the page counts them.
CANDIDATE_MARKS = {
    "free": Mark("#1b7f3b", "circle"),
    "excluded": Mark("#8a8a86", "cross"),
    "chosen": Mark("#111111", "circle"),
}
STATES = tuple(CANDIDATE_MARKS)
#: Layers with places of what is done: the scenario's own changes, and the actions that siting chose.
ACTION_LAYERS = ("changes", "actions")
#: What `money` reads of a question that nobody asked: no currency is known.
NO_QUESTION: Mapping[str, Any] = {"question": {"currency": None}}
_MARK_OF = {
    "open": "new",
    "upgrade": "upgrade",
    "expand": "upgrade",
    "move": "move",
    "share": "share",
    "close": "close",
}


def placed_actions(result: Result) -> gpd.GeoDataFrame | None:
    """The scenario's own changes and the actions that siting chose, as far as their places may be shown."""
    parts = [result.layers[name] for name in ACTION_LAYERS if name in result.layers]
    if not parts:
        return None
    columns = ["action_id", "mark", "from_x", "from_y", "geometry"]
    rows = pd.concat([part.reindex(columns=columns).astype({"action_id": str}) for part in parts])
    return gpd.GeoDataFrame(rows.reset_index(drop=True), geometry="geometry", crs=parts[0].crs)


def marks_of(result: Result) -> dict[str, str]:
    """How each action is marked, by its number: as its layer says, else by what is done."""
    layer = placed_actions(result)
    told = {} if layer is None else dict(zip(layer["action_id"], layer["mark"], strict=True))
    return {a.action_id: str(told.get(a.action_id, _MARK_OF[a.action])) for a in done_actions(result)}


def short_numbers(result: Result) -> dict[str, str]:
    """What stands in the mark of each action: ``7`` for ``A07``; ``A7`` where there are changes ``C7`` as well."""
    ids = [action.action_id for action in done_actions(result)]
    kinds = {identifier[:1] for identifier in ids}
    return {
        identifier: identifier[1:].lstrip("0")
        if len(kinds) == 1
        else identifier[0] + identifier[1:].lstrip("0")
        for identifier in ids
    }


def action_colour(action: ChosenAction, result: Result) -> str:
    """Colour of the action's layer, as its facilities have it."""
    layers = layer_order(result)
    position = layers.index(action.layer) if action.layer in layers else len(layers)
    return LAYER_COLOURS[position % len(LAYER_COLOURS)]


def places_of(result: Result) -> dict[str, shapely.Point]:
    """Where the actions are that may be shown, by their number."""
    layer = placed_actions(result)
    if layer is None:
        return {}
    points = shapely.centroid(layer.geometry.to_numpy())
    return dict(zip(layer["action_id"], points, strict=True))


def old_places(result: Result) -> dict[str, shapely.Point]:
    """Where the facilities stood that move, where that is known."""
    layer = placed_actions(result)
    if layer is None:
        return {}
    known = layer[layer["from_x"].notna()]
    return {
        str(action): shapely.Point(x, y)
        for action, x, y in zip(known["action_id"], known["from_x"], known["from_y"], strict=True)
    }


def titled(action: ChosenAction, words: Words) -> str:
    """Name of the facility of an action."""
    return action.title(words.name_of("type", action.type), words)


def action_words(action: ChosenAction, words: Words) -> str:
    """What is done."""
    return words.name_of("siting_action", action.action)


def page_siting(result: Result, frame: Frame, words: Words) -> dict[str, Any] | None:
    """What the page shows of changes and siting; None for a run without."""
    siting = question_of(result)
    done = done_actions(result)
    if siting is None and not done:
        return None
    there = set(marks_of(result).values())
    return {
        "heading": words("map.page_words.where_next" if siting else "map.changes.heading"),
        "status": standing(siting, words) if siting else words("map.changes.status", count=len(done)),
        "total": words("map.siting.cost") + words("map.siting.colon") + cost_of(result, words),
        "years": sorted({action.year for action in done}),
        "marks": [
            {"key": mark, "shape": MARK_SHAPES[mark], "name": words(f"siting_mark.{mark}")}
            for mark in MARKS
            if mark in there
        ],
        "actions": _actions(result, done, frame, words),
        "candidates": _candidates(result, frame, words),
    }


def cost_of(result: Result, words: Words) -> str:
    """Cost of everything that is done, and of how much of it the cost is unknown (R15)."""
    siting, own = question_of(result), own_changes(result)
    if siting is not None and not own:
        return total_cost(siting, words)
    costs = [action.cost for action in done_actions(result)]
    known = [cost for cost in costs if cost is not None]
    if not known:
        return words("siting_page.all_unknown")
    amount = money(sum(known), siting or NO_QUESTION, words)
    if siting is None:
        amount = words("map.changes.money", cost=amount, unit=times_unit(words("report.unit.money")))
    unknown = len(costs) - len(known)
    return words("siting_page.partly_unknown", cost=amount, count=unknown) if unknown else amount


def _actions(
    result: Result, done: tuple[ChosenAction, ...], frame: Frame, words: Words
) -> list[dict[str, Any]]:
    marks, short = marks_of(result), short_numbers(result)
    own = {change.action_id for change in own_changes(result)}
    placed, before = _steps(places_of(result), frame), _steps(old_places(result), frame)
    return [
        {
            "id": action.action_id,
            "number": short[action.action_id],
            "year": action.year,
            "mark": marks[action.action_id],
            "colour": action_colour(action, result),
            "layer": action.layer,
            "type": action.type,
            "name": titled(action, words),
            "what": action_words(action, words),
            "unit": action.unit_code,
            "xy": placed.get(action.action_id) if action.public else None,
            "from": before.get(action.action_id) if action.public else None,
            "facts": [list(fact) for fact in _facts(action, result, words, own=action.action_id in own)],
        }
        for action in done
    ]


def _steps(points: Mapping[str, shapely.Point], frame: Frame) -> dict[str, list[int]]:
    xy = np.array([[point.x, point.y] for point in points.values()], dtype=np.float64).reshape(-1, 2)
    return dict(zip(points, frame.steps(xy).tolist(), strict=True))


def _facts(
    action: ChosenAction, result: Result, words: Words, *, own: bool
) -> Iterator[tuple[str, str, str, float | None]]:
    """Key, label, text and number of each fact; the number is None where the text says all."""
    siting = question_of(result) or NO_QUESTION

    def fact(key: str, text: str, number: float | None = None) -> tuple[str, str, str, float | None]:
        return key, words(f"map.siting.{key}"), text, number

    layer, kind = layer_title(result, action.layer, words), words.name_of("type", action.type)
    yield fact("layer", f"{layer} · {kind}")
    yield fact("place", action.where or UNKNOWN)
    size = []
    if action.beds:
        size.append(words("map.siting.beds", count=words.number(action.beds)))
    if action.floor_area_m2:
        key = "map.siting.area_after" if action.action == "expand" else "map.siting.area"
        size.append(words(key, count=words.number(action.floor_area_m2)))
    if size:
        yield fact("size", words("map.join").join(size))
    yield fact("cost", money(action.cost, siting, words), action.cost)
    if action.saving:
        yield fact("saving", money(action.saving, siting, words), action.saving)
    if action.shared_with and action.public:
        yield fact("shared", action.shared_with)
    if own:
        return
    yield fact("people", words.number(action.people_reached), action.people_reached)
    yield fact("needed", words.number(action.people_needed), action.people_needed)
    yield fact("targets", _named(action.targets, result, words) or words("map.siting.none"))
    also = tuple(one for one in action.serves if one not in action.targets)
    if also:
        yield fact("serves", _named(also, result, words))


def _named(target_ids: tuple[str, ...], result: Result, words: Words) -> str:
    """Targets with their names."""
    table = result.tables.get("siting_targets")
    names = (
        {} if table is None else dict(zip(table["target_id"], table[f"name_{words.language}"], strict=True))
    )
    return "\n".join(f"{one} {names.get(one, '')}".strip() for one in target_ids)


def _candidates(result: Result, frame: Frame, words: Words) -> dict[str, Any] | None:
    """Candidates packed like cells: places, and bytes for state, source and reason."""
    layer = result.layers.get("candidates")
    if layer is None or not len(layer):
        return None
    sources, source = _coded(layer["source"])
    reasons, reason = _coded(layer["reason"])
    states = layer["state"].map({state: i for i, state in enumerate(STATES)}).to_numpy()
    return {
        "xy": frame.points(
            gpd.GeoDataFrame(geometry=shapely.centroid(layer.geometry.to_numpy()), crs=layer.crs)
        ),
        "id": layer["id"].astype(str).tolist(),
        "state": packed_bytes(states),
        "source": packed_bytes(source),
        "reason": packed_bytes(reason),
        "colours": [mark.colour for mark in CANDIDATE_MARKS.values()],
        "states": [words(f"map.siting.state.{state}") for state in STATES],
        "counts": np.bincount(states.astype(np.int64), minlength=len(STATES)).tolist(),
        "sources": [words.name_of("candidate_source", name) for name in sources],
        "reasons": [reason_words(name, words) if name else "" for name in reasons],
    }


def _coded(column: pd.Series) -> tuple[list[str], np.ndarray]:
    """Different values in order of their first appearance, at most 255, and the number of each row's value."""
    codes, values = pd.factorize(column.fillna("").astype(str))
    last = 255
    return [str(value) for value in values[: last + 1]], np.minimum(codes, last)
