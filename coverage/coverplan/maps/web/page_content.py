"""What the interactive page shows, as plain values: taken from a result, nothing is computed (R5, R13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverplan.maps import colours, wording
from coverplan.maps.actions import page_siting
from coverplan.maps.before import facilities_at
from coverplan.maps.extent import crs_of, extent
from coverplan.maps.lattice import cell_outline
from coverplan.maps.levels import depths, level_names, overview_level
from coverplan.maps.packing import STEP_M, Frame, packed, packed_bytes
from coverplan.maps.streets import street_lines
from coverplan.maps.subject import Subject
from coverplan.maps.supply_layer import (
    SUPPLY_COLOURS,
    cell_classes,
    facility_use,
    standard_supply,
    unit_supply,
)
from coverplan.maps.symbols import facility_kinds, layer_mark, layer_order
from coverplan.results.changed import done_actions
from coverplan.results.result import Result
from coverplan.results.tense import tense_of
from coverplan.results.titles import layer_title, type_title
from coverplan.results.wording import LISTED_CLUSTERS
from coverplan.text.version import VERSION
from coverplan.text.words import Words
from coverplan.vocabulary import STATUSES

#: Outlines are drawn to within this many metres of where they are.
OUTLINE_TOLERANCE_M = 2.0
#: Corners of a triangle that ends where it began.
SMALLEST_RING = 4
BASE_LAYERS = ("built_up", "green", "water", "railway")
#: Numbers of a unit in the order in which the page reads them; the last ones only where something changes.
UNIT_NUMBERS = (
    "people",
    "covered",
    "uncovered",
    "off_network",
    "share",
    "mean_minutes",
    "outside_units",
    "covered_before",
)
CAPACITIES = ("beds", "places", "niches")


def page_content(result: Result, words: Words, drawn: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Everything the page needs; `drawn` is what `drawn_content` gives, made once for several languages."""
    drawn = drawn_content(result) if drawn is None else drawn
    frame = Frame.around(extent(result), crs_of(result))
    tense = tense_of(result)
    year = "" if tense.year is None else tense.year
    return {
        "language": words.language,
        "title": wording.title(result, words),
        "place": wording.place(result, words),
        "statement": tense.statement(words),
        "moment": tense.label(words),
        "moment_before": words("map.without_undated" if tense.year is None else "map.without", year=year),
        "synthetic": words("map.synthetic") if result.summary["study"]["synthetic"] else None,
        "warnings": wording.warnings(result, words),
        "internal": words("map.internal"),
        "facts": [
            *wording.facts(result, words),
            *wording.people_notes(result, words),
            wording.made_by(result, words),
            wording.made_on(result, words),
        ],
        "people_notes": wording.people_notes(result, words),
        "made_with": words("map.made_with", version=VERSION),
        "sources": wording.sources(result, words) or [words("map.no_sources")],
        "words": _page_words(words),
        "standards": [_standard(result, standard, words) for standard in result.summary["standards"]],
        "share_colours": list(colours.SHARE_COLOURS),
        "time_colours": [*colours.TIME_COLOURS, colours.OFF_NETWORK_COLOUR],
        "supply_colours": list(SUPPLY_COLOURS),
        "siting": page_siting(result, frame, words),
        **drawn,
        "base": [{**layer, "title": words(f"map.base_layer.{layer['name']}")} for layer in drawn["base"]],
        "units": _units(result, drawn["units"], words),
        "facilities": {**drawn["facilities"], **_facilities(result, words)},
    }


def drawn_content(result: Result) -> dict[str, Any]:
    """The part of the content that is the same in every language: places, outlines and numbers at them."""
    bounds = extent(result)
    frame = Frame.around(bounds, crs_of(result))
    return {
        "step": STEP_M,
        "origin": list(frame.origin),
        "bounds": frame.steps(np.asarray(bounds).reshape(2, 2)).ravel().tolist(),
        "units": _unit_outlines(result, frame),
        "cells": _cells(result, frame),
        "facilities": _facility_places(result, frame),
        "areas": _areas(result, frame),
        "clusters": _clusters(result, frame),
        "listed_clusters": LISTED_CLUSTERS,
        "streets": _streets(result, frame),
        "base": _base(result, frame),
    }


def _page_words(words: Words) -> dict[str, str]:
    """Sentences that the page fills in itself: each place of a value stands for itself."""
    start = "map.page_words."
    names = ("text", "count", "layer", "name", "people", "minutes", "number", "street", "value")
    places = {name: f"{{{name}}}" for name in names}
    return {
        key.removeprefix(start): words(key, **places) for key in sorted(words.keys()) if key.startswith(start)
    }


def _standard(result: Result, standard: Mapping[str, Any], words: Words) -> dict[str, Any]:
    key = standard["key"]
    classes = Subject(result, standard, words).share_classes()
    return {
        "key": key,
        "layer": standard["layer"],
        "types": None if standard["types"] is None else list(standard["types"]),
        "name": wording.short_names(result, words)[key],
        "minutes": standard["minutes"],
        "groups": [
            {
                "key": group,
                "name": words.name_of("group", group),
                "measured": wording.measured(standard, group, words),
                "numbers": dict(standard["people"][group]),
            }
            for group in standard["groups"]
        ],
        "time_labels": colours.time_labels(standard["minutes"], words),
        "share_breaks": list(classes.breaks),
        "share_labels": classes.labels(words),
        "supply": standard_supply(result, key, words),
    }


def _listed_units(result: Result) -> gpd.GeoDataFrame | None:
    layer = result.layers.get("units")
    listed = {unit["code"] for unit in result.summary["units"]}
    return None if layer is None else layer[layer["code"].isin(listed)]


def _unit_outlines(result: Result, frame: Frame) -> dict[str, Any] | None:
    layer = _listed_units(result)
    if layer is None:
        return None
    shapes = shapely.simplify(layer.geometry.to_numpy(), OUTLINE_TOLERANCE_M, preserve_topology=True)
    labels = frame.points(gpd.GeoDataFrame(geometry=_label_points(shapes), crs=layer.crs))
    return {"labels": labels, **frame.areas(shapes)}


def _units(result: Result, outlines: Mapping[str, Any] | None, words: Words) -> dict[str, Any] | None:
    layer = _listed_units(result)
    if layer is None or outlines is None:
        return None
    listed = {unit["code"]: unit for unit in result.summary["units"]}
    codes = layer["code"].tolist()
    depth = depths(codes, layer["parent"].tolist())
    return {
        "levels": level_names(depth, layer["type"].tolist(), words),
        "start": overview_level(depth),
        "level": depth,
        "types": [words.name_of("map.unit_type", kind) for kind in layer["type"]],
        "codes": codes,
        "names": [listed[code]["name"] for code in codes],
        "parents": [listed[code]["parent"] for code in codes],
        "coverage": [_unit_numbers(listed[code]["coverage"]) for code in codes],
        "supply": unit_supply(result, codes),
        "failing": _failing(result, codes, words),
        **outlines,
    }


def _label_points(shapes: np.ndarray) -> np.ndarray:
    """Where the name of each shape stands; the middle of nothing is 0, 0 and is never drawn."""
    points = np.asarray(shapely.point_on_surface(shapes), dtype=object)
    points[shapely.is_missing(points) | shapely.is_empty(points)] = shapely.Point(0, 0)
    return points


def _unit_numbers(coverage: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {
        standard: {group: [people.get(name) for name in UNIT_NUMBERS] for group, people in groups.items()}
        for standard, groups in coverage.items()
    }


def _failing(result: Result, codes: list[str], words: Words) -> dict[str, list[list[str]]] | None:
    """Names of the targets that each unit falls short of, and of those that cannot be judged there."""
    shortfall, gaps = result.tables.get("shortfall"), result.tables.get("gaps")
    if shortfall is None or gaps is None:
        return None
    names = gaps[f"name_{words.language}"]
    known = set(codes)
    failing: dict[str, list[list[str]]] = {}
    for target, code, state in zip(
        shortfall["target_id"], shortfall["code"], shortfall["state"], strict=True
    ):
        if code in known:
            failing.setdefault(code, [[], []])[0 if state == "short" else 1].append(str(names[target]))
    return failing


def _cells(result: Result, frame: Frame) -> dict[str, Any] | None:
    layer = result.layers.get("demand")
    if layer is None:
        return None
    groups = [name.removeprefix("people|") for name in layer.columns if name.startswith("people|")]
    peopled = layer[[f"people|{group}" for group in groups]].to_numpy(dtype=float).sum(axis=1) > 0
    layer = layer[layer["inside"].to_numpy(dtype=bool) & peopled]
    if not len(layer):
        return None
    corners = cell_outline(shapely.get_coordinates(layer.geometry.to_numpy()))
    timed = [s for s in result.summary["standards"] if f"{s['key']}|minutes" in layer.columns]
    then = [s for s in timed if f"{s['key']}|minutes_before" in layer.columns]
    return {
        "xy": frame.points(layer),
        "corners": _corner_steps(corners, layer, frame),
        "people": {group: packed(_tenths(layer[f"people|{group}"])) for group in groups},
        "class": {s["key"]: packed_bytes(colours.time_classes(layer, s)) for s in timed},
        "minutes": {s["key"]: packed(_tenths_or_none(layer[f"{s['key']}|minutes"])) for s in timed},
        "class_before": {s["key"]: packed_bytes(colours.time_classes(layer, s, before=True)) for s in then},
        "minutes_before": {
            s["key"]: packed(_tenths_or_none(layer[f"{s['key']}|minutes_before"])) for s in then
        },
        "supply": {key: packed_bytes(found) for key, found in cell_classes(result, layer).items()},
    }


def _corner_steps(corners: np.ndarray, layer: gpd.GeoDataFrame, frame: Frame) -> list[float]:
    """Corners of a cell in steps from its centre, at the middle of all cells (steps grow with latitude)."""
    west, south, east, north = layer.total_bounds
    middle = np.array([[(west + east) / 2, (south + north) / 2]])
    # a hundred times as large, so that rounding to whole steps does not show
    far = frame.steps(middle + 100 * corners) - frame.steps(middle)
    return [round(float(value), 2) for value in (far / 100).ravel()]


def _tenths(values: pd.Series) -> np.ndarray:
    return np.rint(values.to_numpy(dtype=float) * 10).astype(np.int64)


def _tenths_or_none(minutes: pd.Series) -> np.ndarray:
    """Tenths of minutes, rounded up so that no time looks shorter than it is, plus one; 0 where none."""
    values = minutes.to_numpy(dtype=float)
    known = np.isfinite(values)
    tenths = np.ceil(np.round(np.where(known, values, 0.0) * 10, 6)).astype(np.int64)
    return np.where(known, tenths + 1, 0)


def _facility_places(result: Result, frame: Frame) -> dict[str, Any]:
    """Where facilities are, and what was otherwise before changes and actions."""
    layer = result.layers.get("facilities")
    if layer is None:
        return {"id": [], "xy": ""}
    ids = layer["id"].astype(str).tolist()
    found = {"id": ids, "xy": frame.points(_as_points(layer)), "use": facility_use(result, ids)}
    if done_actions(result):
        then = facilities_at(result, before=True)
        there = layer.index.isin(then.index)
        serves = then["serves"].reindex(layer.index, fill_value=False)
        places = then.geometry.reindex(layer.index)
        found["before"] = {
            "there": there.tolist(),
            "serves": serves.astype(bool).tolist(),
            "xy": frame.points(_as_points(layer.set_geometry(places.where(there, layer.geometry)))),
        }
    return found


def _as_points(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    points = shapely.point_on_surface(layer.geometry.to_numpy())
    return gpd.GeoDataFrame(geometry=points, crs=layer.crs)


def _facilities(result: Result, words: Words) -> dict[str, Any]:
    layer = result.layers.get("facilities")
    layers = layer_order(result)
    there = [] if layer is None else layer["layer"].tolist()
    content: dict[str, Any] = {
        "layers": [
            {
                "key": key,
                "name": layer_title(result, key, words),
                "count": there.count(key),
                "colour": layer_mark(position).colour,
            }
            for position, key in enumerate(layers)
        ],
        "statuses": {status: words(f"report.status.{status}") for status in STATUSES},
    }
    if layer is None:
        return {**content, "types": []}
    pairs = list(zip(there, [_text(kind) for kind in layer["type"]], strict=True))
    kinds = facility_kinds(result)
    position = {(kind.layer, kind.type): i for i, kind in enumerate(kinds)}
    return {
        **content,
        "types": [
            {
                "key": kind.type,
                "name": type_title(result, kind.layer, kind.type, words),
                "layer": layers.index(kind.layer),
                "colour": kind.mark.colour,
                "shape": kind.mark.shape,
                "count": pairs.count((kind.layer, kind.type)),
            }
            for kind in kinds
        ],
        "name": [_text(name) for name in layer["name"]],
        "layer": [layers.index(key) for key in there],
        "type": [position[pair] for pair in pairs],
        "status": [_text(status) for status in layer["status"]],
        "serves": layer["serves"].astype(bool).tolist(),
        "capacity": {
            name: [None if pd.isna(count) else float(count) for count in layer[name]]
            for name in CAPACITIES
            if name in layer and layer[name].notna().any()
        },
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _areas(result: Result, frame: Frame) -> dict[str, list[dict[str, Any]]]:
    """Service areas of each standard, the largest first: pictures only (R5)."""
    layer = result.layers.get("service_areas")
    if layer is None:
        return {}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in layer.sort_values(["standard", "minutes"], ascending=[True, False]).itertuples():
        # areas that touch themselves once they are simplified look the same; mending them takes ten times as long
        rings = shapely.simplify(
            shapely.get_rings(shapely.get_parts(row.geometry)), OUTLINE_TOLERANCE_M, preserve_topology=False
        )
        rings = rings[shapely.get_num_coordinates(rings) >= SMALLEST_RING]
        found.setdefault(str(row.standard), []).append(
            {
                "minutes": float(row.minutes),
                "rings": packed(np.array([len(rings)], dtype=np.int64)),
                **frame.lines(rings),
            }
        )
    return found


def _clusters(result: Result, frame: Frame) -> dict[str, Any] | None:
    layer = clusters_of(result)
    if layer is None:
        return None
    return {
        "xy": frame.points(layer),
        "standard": layer["standard"].tolist(),
        "group": layer["group"].tolist(),
        "number": [int(number) for number in layer["cluster"]],
        "people": [float(people) for people in layer["people"]],
        "unit": [_text(name) for name in layer["unit_name"]],
        "street": [_text(name) for name in layer["street"]],
    }


def clusters_of(result: Result) -> gpd.GeoDataFrame | None:
    """Clusters of uncovered people of every standard and group, or None."""
    table = result.tables.get("clusters")
    return table if isinstance(table, gpd.GeoDataFrame) and len(table) else None


def _streets(result: Result, frame: Frame) -> list[dict[str, str]]:
    """Lines of the streets, the greatest kind first."""
    layer = result.layers.get("streets")
    if layer is None:
        return []
    return [frame.lines(lines) for lines in street_lines(layer, OUTLINE_TOLERANCE_M)]


def _base(result: Result, frame: Frame) -> list[dict[str, Any]]:
    found = []
    fills = {"water": colours.WATER, "green": colours.GREEN, "built_up": colours.BUILT_UP}
    for name in BASE_LAYERS:
        layer = result.layers.get(name)
        if layer is None:
            continue
        shapes = shapely.simplify(layer.geometry.to_numpy(), OUTLINE_TOLERANCE_M)
        parts = shapely.get_parts(shapes)
        areal = shapely.get_dimensions(parts) == 2
        linear = shapely.get_dimensions(parts) == 1
        found.append(
            {
                "name": name,
                "fill": fills.get(name),
                "stroke": colours.RAILWAY if name == "railway" else fills[name],
                "areas": frame.areas(parts[areal]),
                "lines": frame.lines(parts[linear]),
            }
        )
    return found
