"""A GeoPackage that opens styled in QGIS: the styles of its layers stand in it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely

from coverplan.errors import InputError, Problem
from coverplan.maps import colours, qml
from coverplan.maps.actions import CANDIDATE_MARKS, MARK_SHAPES, MARKS
from coverplan.maps.lattice import cell_outline
from coverplan.maps.levels import depths
from coverplan.maps.subject import Subject
from coverplan.maps.symbols import facility_kinds
from coverplan.results.result import Result
from coverplan.results.titles import layer_title
from coverplan.text.words import Language, Words

STYLE_TABLE = "layer_styles"
_TABLE = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)
"""
_INSERT = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,
  styleQML, styleSLD, useAsDefault, description, owner, ui, update_time)
VALUES ('', '', ?, ?, ?, ?, '', ?, ?, '', NULL, ?)
"""
_BORDER = "#333333"
#: Fills of the marks of actions in their order (Okabe and Ito 2008).
ACTION_FILLS = ("#0072b2", "#009e73", "#e69f00", "#cc79a7", "#ffffff")


def style_geopackage(path: Path, result: Result, language: Language) -> None:
    """Store a style for every layer; units and people have one for each standard, the first is the default.

    Parameters
    ----------
    path
        GeoPackage with the layers of the result; styles stored by an earlier run are replaced.
    result
        What stands in it.
    language
        Language of the legends.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    words = Words(language)
    finished = dt.datetime.fromisoformat(result.summary["run"]["finished"])
    updated = finished.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    try:
        with closing(sqlite3.connect(path)) as package, package:
            geometry = _geometry_columns(package)
            _fresh_table(package, updated)
            named: set[str] = set()
            for layer, name, text in _styles(result, words):
                if layer in geometry:
                    first = layer not in named
                    named.add(layer)
                    package.execute(
                        _INSERT, (layer, geometry[layer], name[:30], text, int(first), name, updated)
                    )
    except sqlite3.Error as error:
        raise InputError(
            [
                Problem(
                    f"the GeoPackage cannot be styled: {error}",
                    path,
                    remedy="close the program that holds it open, or name another folder",
                    code="unwritable",
                )
            ]
        ) from error


def _geometry_columns(package: sqlite3.Connection) -> dict[str, str]:
    rows = package.execute("SELECT table_name, column_name FROM gpkg_geometry_columns").fetchall()
    return {str(table): str(column) for table, column in rows}


def _fresh_table(package: sqlite3.Connection, updated: str) -> None:
    package.execute("DROP TABLE IF EXISTS layer_styles")
    package.execute(_TABLE)
    package.execute("DELETE FROM gpkg_contents WHERE table_name = ?", (STYLE_TABLE,))
    package.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) "
        "VALUES (?, 'attributes', ?, '', ?, 0)",
        (STYLE_TABLE, STYLE_TABLE, updated),
    )


def _styles(result: Result, words: Words) -> Iterator[tuple[str, str, str]]:
    """Layer, name and text of each style."""
    for standard in result.summary["standards"]:
        subject = Subject(result, standard, words)
        if "units" in result.layers:
            yield "units", subject.name, qml.style("fill", _share_rules(subject))
        if subject.has_cells:
            yield "demand", subject.name, qml.style("marker", _time_rules(subject))
            yield "service_areas", subject.name, qml.style("fill", _area_rules(subject))
            yield "clusters", subject.name, qml.style("marker", _cluster_rules(subject))
    if "facilities" in result.layers:
        yield "facilities", words("map.legend"), qml.style("marker", _facility_rules(result, words))
    if "actions" in result.layers:
        yield "actions", words("siting_page.heading"), qml.style("marker", _action_rules(words))
    if "candidates" in result.layers:
        yield "candidates", words("map.siting.candidate"), qml.style("marker", _candidate_rules(words))
    yield "streets", words("map.street"), qml.style("line", [_plain_line(words, "street", "#8a8a86", 0.15)])
    for name, fill in (
        ("water", colours.WATER),
        ("green", colours.GREEN),
        ("built_up", colours.BUILT_UP),
    ):
        label = words(f"map.base_layer.{name}")
        yield name, label, qml.style("fill", [qml.Rule(label, "", qml.fill_settings(fill))])
    label = words("map.base_layer.railway")
    rail = qml.line_settings(colours.RAILWAY, 0.4, dashed=True)
    yield "railway", label, qml.style("line", [qml.Rule(label, "", rail)])


def _plain_line(words: Words, key: str, colour: str, width_mm: float) -> qml.Rule:
    return qml.Rule(words(f"map.{key}"), "", qml.line_settings(colour, width_mm))


def _share_rules(subject: Subject) -> list[qml.Rule]:
    """Classes of the share covered, as on the maps: an end between two classes belongs to the upper one."""
    share = qml.field(f"{subject.key}|{subject.group}|share")
    deepest = _deepest_types(subject.result)
    classes = subject.share_classes()
    ends = [None, *classes.breaks, None]
    rules = []
    for i, (colour, label) in enumerate(
        zip(colours.SHARE_COLOURS, classes.labels(subject.words), strict=True)
    ):
        tests = [f"{share} >= {ends[i]:g}"] if ends[i] is not None else []
        tests += [f"{share} < {ends[i + 1]:g}"] if ends[i + 1] is not None else []
        rules.append(
            qml.Rule(label, " AND ".join([deepest, *tests]), qml.fill_settings(colour, edge=_BORDER))
        )
    nobody = qml.fill_settings(colours.NOBODY_COLOUR, edge=_BORDER)
    above = qml.fill_settings(_BORDER, edge=_BORDER, width_mm=0.5) | {"style": "no"}
    return [
        *rules,
        qml.Rule(subject.words("map.share_nobody"), f"{deepest} AND {share} IS NULL", nobody),
        qml.Rule(subject.words("map.unit_border"), f"NOT ({deepest})", above),
    ]


def _deepest_types(result: Result) -> str:
    """Condition of the units of the lowest level; those above it are drawn as borders."""
    layer = result.layers["units"]
    depth = depths(layer["code"].tolist(), layer["parent"].tolist())
    types = sorted({kind for kind, d in zip(layer["type"], depth, strict=True) if d == max(depth)})
    return f'"type" IN ({", ".join(qml.literal(kind) for kind in types)})'


def _time_rules(subject: Subject) -> list[qml.Rule]:
    """Classes of travel time, inclusive at their ends (R2), and what is off the network."""
    minutes, reason = qml.field(f"{subject.key}|minutes"), qml.field(f"{subject.key}|reason")
    people = qml.field(f"people|{subject.group}")
    there = f'"inside" AND {people} > 0'
    on = f"{there} AND {reason} <> 'off_network'"
    breaks = colours.time_breaks(subject.standard["minutes"])
    tests = [f"{minutes} <= {breaks[0]:g}"]
    tests += [f"{minutes} > {low:g} AND {minutes} <= {high:g}" for low, high in pairwise(breaks)]
    tests.append(f"({minutes} > {breaks[-1]:g} OR {minutes} IS NULL)")
    conditions = [*(f"{on} AND {test}" for test in tests), f"{there} AND {reason} = 'off_network'"]
    palette = [*colours.TIME_COLOURS, colours.OFF_NETWORK_COLOUR]
    labels = colours.time_labels(subject.standard["minutes"], subject.words)
    size = _cell_width_m(subject)
    return [
        qml.Rule(label, condition, _cell(colour, size, edged=colour == colours.OFF_NETWORK_COLOUR))
        for label, condition, colour in zip(labels, conditions, palette, strict=True)
    ]


def _cell(colour: str, size_m: float, *, edged: bool) -> dict[str, str]:
    edge = "#777777" if edged else colour
    return qml.mark_settings("square", colour, size_m, edge=edge, unit="MapUnit", edge_mm=0.1 if edged else 0)


def _cell_width_m(subject: Subject) -> float:
    corners = cell_outline(shapely.get_coordinates(subject.result.layers["demand"].geometry.to_numpy()))
    area = shapely.area(shapely.polygons(corners))
    return round(float(np.sqrt(area)), 2)


def _area_rules(subject: Subject) -> list[qml.Rule]:
    condition = f'"standard" = {qml.literal(subject.key)}'
    label = subject.words("map.service_area", minutes=f"{subject.standard['minutes']:g}")
    settings = qml.fill_settings("#00477e", edge="#00477e", width_mm=0.4) | {"style": "no"}
    return [qml.Rule(label, condition, settings)]


def _cluster_rules(subject: Subject) -> list[qml.Rule]:
    """Rings round the uncovered people of the subject's group."""
    condition = f'"standard" = {qml.literal(subject.key)} AND "group" = {qml.literal(subject.group)}'
    ring = qml.mark_settings("circle", "#ffffff", 3.4, edge=colours.CLUSTER_RING, edge_mm=0.6)
    return [qml.Rule(subject.words("map.page_words.clusters"), condition, ring)]


def _facility_rules(result: Result, words: Words) -> list[qml.Rule]:
    """A rule for each layer and type, filled where facilities count and hollow where not."""
    rules = []
    for kind in facility_kinds(result):
        name = layer_title(result, kind.layer, words)
        label = f"{name} · {words.name_of('map.type', kind.type)}" if kind.type else name
        typed = f'"type" = {qml.literal(kind.type)}' if kind.type else '"type" IS NULL'
        condition = f'"layer" = {qml.literal(kind.layer)} AND {typed}'
        filled = qml.mark_settings(kind.mark.shape, kind.mark.colour, 2.6, edge="#1a1a1a")
        hollow = qml.mark_settings(kind.mark.shape, "#ffffff", 2.6, edge=kind.mark.colour, edge_mm=0.4)
        rules.append(qml.Rule(label, f'{condition} AND "serves"', filled))
        rules.append(
            qml.Rule(f"{label} · {words('map.not_serving')}", f'{condition} AND NOT "serves"', hollow)
        )
    return rules


def _action_rules(words: Words) -> list[qml.Rule]:
    """A rule for each mark: its shape says what is done, as on the maps."""
    return [
        qml.Rule(
            words(f"siting_mark.{mark}"),
            f'"mark" = {qml.literal(mark)}',
            qml.mark_settings(MARK_SHAPES[mark], fill, 4.2, edge="#111111", edge_mm=0.5),
        )
        for mark, fill in zip(MARKS, ACTION_FILLS, strict=True)
    ]


def _candidate_rules(words: Words) -> list[qml.Rule]:
    """A rule for each state of a candidate."""
    return [
        qml.Rule(
            words(f"map.siting.state.{state}"),
            f'"state" = {qml.literal(state)}',
            qml.mark_settings(
                mark.shape, "#ffffff" if state == "free" else mark.colour, 1.6, edge=mark.colour
            ),
        )
        for state, mark in CANDIDATE_MARKS.items()
    ]
