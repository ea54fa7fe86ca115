"""A GeoPackage that opens styled in QGIS: styles and names of fields stand in it, a project beside it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely

from coverplan.errors import InputError, Problem
from coverplan.maps import colours, qml, wording
from coverplan.maps.actions import CANDIDATE_MARKS, MARK_SHAPES, MARKS
from coverplan.maps.aliases import field_aliases
from coverplan.maps.lattice import cell_outline
from coverplan.maps.levels import depths, level_names
from coverplan.maps.qgs import ProjectLayer, write_project
from coverplan.maps.subject import Subject
from coverplan.maps.symbols import facility_kinds
from coverplan.results.result import Result
from coverplan.results.titles import layer_title, type_title
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
_DATA_COLUMNS = """
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name)
)
"""
#: Tables of the project from the top down: above the standards, of each standard, and below them.
_ON_TOP = ("changes", "actions", "facilities", "candidates")
_OF_STANDARD = ("clusters", "service_areas", "demand", "units")
_BELOW = ("railway", "streets", "water", "green", "built_up")
_BORDER = "#333333"
#: Fills of the marks of actions in their order (Okabe and Ito 2008).
ACTION_FILLS = ("#0072b2", "#009e73", "#e69f00", "#cc79a7", "#ffffff")


@dataclass(frozen=True, slots=True)
class Styled:
    """A style of a layer: its table, its name, what it draws, its text, and the standard that it is for, if any."""

    table: str
    name: str
    kind: qml.Kind
    text: str
    standard: str = ""


def style_geopackage(path: Path, result: Result, language: Language) -> None:
    """Store styles and names of fields in a GeoPackage, and write a project that shows it beside it.

    Units and people have a style for each standard, the first is the default.

    Parameters
    ----------
    path
        GeoPackage with the layers of the result; styles stored by an earlier run are replaced.
    result
        What stands in it.
    language
        Language of the legends and fields.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    words = Words(language)
    finished = dt.datetime.fromisoformat(result.summary["run"]["finished"])
    updated = finished.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    styles = list(_styles(result, words))
    try:
        with closing(sqlite3.connect(path)) as package, package:
            geometry = _geometry_columns(package)
            aliases = {
                layer: field_aliases(result, layer, _fields(package, layer, geometry[layer]), words)
                for layer in geometry
            }
            _fresh_table(package, updated)
            there = [
                replace(one, text=qml.with_aliases(one.text, aliases[one.table]))
                for one in styles
                if one.table in geometry
            ]
            _store_styles(package, there, geometry, updated)
            _store_aliases(package, aliases)
    except sqlite3.Error as error:
        raise InputError(
            [
                Problem(
                    f"the GeoPackage cannot be styled: {error}",
                    path,
                    remedy="close the program that holds it open, or name another folder",
                    code="unwritable",
                    details={"why": "EBUSY" if "locked" in str(error) else "EIO"},
                )
            ]
        ) from error
    layers = _project_layers(there, result, words)
    write_project(path, result, layers, title=wording.full_title(result, words), aliases=aliases)


def _store_styles(
    package: sqlite3.Connection, styles: Sequence[Styled], geometry: Mapping[str, str], updated: str
) -> None:
    named: set[str] = set()
    for one in styles:
        first = one.table not in named
        named.add(one.table)
        row = (one.table, geometry[one.table], one.name[:30], one.text, int(first), one.name, updated)
        package.execute(_INSERT, row)


def _fields(package: sqlite3.Connection, layer: str, geometry: str) -> list[str]:
    rows = package.execute("SELECT name FROM pragma_table_info(?)", (layer,)).fetchall()
    return [str(name) for (name,) in rows if name not in {"fid", geometry}]


def _store_aliases(package: sqlite3.Connection, aliases: Mapping[str, Mapping[str, str]]) -> None:
    """Names of fields where the standard's extension for schemas keeps them (OGC 12-128r18, annex F.9)."""
    package.execute(_DATA_COLUMNS)
    package.execute("DELETE FROM gpkg_data_columns")
    for layer, names in aliases.items():
        package.executemany(
            "INSERT INTO gpkg_data_columns (table_name, column_name, name, title) VALUES (?, ?, ?, ?)",
            [(layer, field, name, name) for field, name in names.items()],
        )
    package.execute("DELETE FROM gpkg_extensions WHERE extension_name = 'gpkg_schema'")
    package.executemany(
        "INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope) "
        "VALUES (?, NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write')",
        [("gpkg_data_columns",), ("gpkg_data_column_constraints",)],
    )


def _project_layers(styles: Sequence[Styled], result: Result, words: Words) -> list[ProjectLayer]:
    """Layers of the project from the top down: what is done, facilities, each standard, and the ground."""
    order = {name: i for i, name in enumerate(_ON_TOP)}
    above = sorted((one for one in styles if one.table in order), key=lambda one: order[one.table])
    found = [_project_layer(one, one.name, "", shown=one.table != "candidates") for one in above]
    if any(one.table == "units" for one in styles):
        found.append(_borders(result, words, next(one for one in styles if one.table == "units")))
    for i, standard in enumerate(result.summary["standards"]):
        name = Subject(result, standard, words).name
        own = {one.table: one for one in styles if one.standard == standard["key"]}
        # shares by unit would hide the times of the homes: they are switched on where there are none
        found += [
            _project_layer(own[table], words(f"map.gis.{table}"), name, shown=i == 0 and table in shown)
            for shown in [{"clusters", "demand"} if "demand" in own else {"units"}]
            for table in _OF_STANDARD
            if table in own
        ]
    ground = [one for one in styles if one.table in _BELOW]
    ground.sort(key=lambda one: _BELOW.index(one.table))
    return found + [_project_layer(one, one.name, words("map.gis.ground"), shown=True) for one in ground]


def _borders(result: Result, words: Words, units: Styled) -> ProjectLayer:
    """Outlines of all units above the homes, those of the higher levels stronger."""
    layer = result.layers["units"]
    depth = depths(layer["code"].tolist(), layer["parent"].tolist())
    rules = []
    for level, name in enumerate(level_names(depth, layer["type"].tolist(), words)):
        types = sorted({kind for kind, d in zip(layer["type"], depth, strict=True) if d == level})
        listed = ", ".join(qml.literal(kind) for kind in types)
        line = qml.fill_settings(_BORDER, edge=_BORDER, width_mm=max(0.15, 0.6 - 0.2 * level))
        rules.append(
            qml.Rule(words("map.border_of", level=name), f'"type" IN ({listed})', line | {"style": "no"})
        )
    # the highest level is drawn last, above the others
    text = qml.style("fill", reversed(rules))
    return ProjectLayer(units.table, words("map.unit_border"), "fill", text, "", shown=True)


def _project_layer(one: Styled, name: str, group: str, *, shown: bool) -> ProjectLayer:
    return ProjectLayer(one.table, name, one.kind, one.text, group, shown)


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


def _styles(result: Result, words: Words) -> Iterator[Styled]:
    width = _cell_width_m(result) if "demand" in result.layers else 0.0
    for standard in result.summary["standards"]:
        subject = Subject(result, standard, words)
        key, name = subject.key, subject.name
        if "units" in result.layers:
            yield Styled("units", name, "fill", qml.style("fill", _share_rules(subject)), key)
        if subject.has_cells:
            yield Styled("demand", name, "marker", qml.style("marker", _time_rules(subject, width)), key)
            yield Styled("service_areas", name, "fill", qml.style("fill", _area_rules(subject)), key)
            yield Styled("clusters", name, "marker", qml.style("marker", _cluster_rules(subject)), key)
    if "facilities" in result.layers:
        text = qml.style("marker", _facility_rules(result, words))
        yield Styled("facilities", words("map.page_words.facilities"), "marker", text)
    for table, key in (("actions", "siting_page.heading"), ("changes", "map.changes.heading")):
        if table in result.layers:
            yield Styled(table, words(key), "marker", qml.style("marker", _action_rules(words)))
    if "candidates" in result.layers:
        text = qml.style("marker", _candidate_rules(words))
        yield Styled("candidates", words("map.siting.candidate"), "marker", text)
    line = _plain_line(words, "street", "#8a8a86", 0.15)
    yield Styled("streets", words("map.street"), "line", qml.style("line", [line]))
    for table, fill in (
        ("water", colours.WATER),
        ("green", colours.GREEN),
        ("built_up", colours.BUILT_UP),
    ):
        label = words(f"map.base_layer.{table}")
        rule = qml.Rule(label, "", qml.fill_settings(fill))
        yield Styled(table, label, "fill", qml.style("fill", [rule]))
    label = words("map.base_layer.railway")
    rail = qml.Rule(label, "", qml.line_settings(colours.RAILWAY, 0.4, dashed=True))
    yield Styled("railway", label, "line", qml.style("line", [rail]))


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


def _time_rules(subject: Subject, size: float) -> list[qml.Rule]:
    """Classes of travel time, inclusive at their ends (R2), and what is off the network; cells of a `size` in metres."""
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
    return [
        qml.Rule(label, condition, _cell(colour, size, edged=colour == colours.OFF_NETWORK_COLOUR))
        for label, condition, colour in zip(labels, conditions, palette, strict=True)
    ]


def _cell(colour: str, size_m: float, *, edged: bool) -> dict[str, str]:
    edge = "#777777" if edged else colour
    return qml.mark_settings("square", colour, size_m, edge=edge, unit="MapUnit", edge_mm=0.1 if edged else 0)


def _cell_width_m(result: Result) -> float:
    corners = cell_outline(shapely.get_coordinates(result.layers["demand"].geometry.to_numpy()))
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
        own = type_title(result, kind.layer, kind.type, words)
        label = name if own == name else f"{name} · {own}"
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
