"""Styles in QGIS's own language: one rule for each class, so that unknown values have a rule as well."""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["marker", "line", "fill"]
_GEOMETRY = {"marker": "0", "line": "1", "fill": "2"}
_CLASSES = {"marker": "SimpleMarker", "line": "SimpleLine", "fill": "SimpleFill"}
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_QGIS_MARKS = {"inverted": ("triangle", "180"), "cross": ("cross_fill", "0")}


@dataclass(frozen=True, slots=True)
class Rule:
    """One class of a style.

    Parameters
    ----------
    label
        What the legend says.
    condition
        Expression that a feature fulfils; empty for all.
    settings
        Settings of the simple symbol: fill, line or marker.
    """

    label: str
    condition: str
    settings: dict[str, str]


def style(kind: Kind, rules: Iterable[Rule]) -> str:
    """A whole style as QGIS keeps it in a file or a GeoPackage; the same rules give the same text."""
    root = ET.Element("qgis", {"version": "3.28.0", "styleCategories": "Symbology"})
    renderer = ET.SubElement(
        root,
        "renderer-v2",
        {"type": "RuleRenderer", "symbollevels": "0", "enableorderby": "0", "forceraster": "0"},
    )
    tree = ET.SubElement(renderer, "rules", {"key": _key("root")})
    symbols = ET.SubElement(renderer, "symbols")
    for position, rule in enumerate(rules):
        entry = {"key": _key(f"{position} {rule.label}"), "symbol": str(position), "label": rule.label}
        if rule.condition:
            entry["filter"] = rule.condition
        ET.SubElement(tree, "rule", entry)
        _symbol(symbols, str(position), kind, rule.settings)
    ET.SubElement(root, "layerGeometryType").text = _GEOMETRY[kind]
    return _DOCTYPE + ET.tostring(root, encoding="unicode")


def with_aliases(text: str, aliases: Mapping[str, str]) -> str:
    """A style that also says what the fields are called."""
    root = ET.fromstring(text.removeprefix(_DOCTYPE))  # noqa: S314 - our own text
    root.set("styleCategories", "Symbology|Fields")
    root.append(alias_element(aliases))
    return _DOCTYPE + ET.tostring(root, encoding="unicode")


def alias_element(aliases: Mapping[str, str]) -> ET.Element:
    """Names of fields as QGIS writes them in styles and projects."""
    names = ET.Element("aliases")
    for position, (name, alias) in enumerate(aliases.items()):
        ET.SubElement(names, "alias", {"field": name, "index": str(position), "name": alias})
    return names


def fill_settings(colour: str, *, edge: str | None = None, width_mm: float = 0.1) -> dict[str, str]:
    """A plain fill, with an edge where one is given."""
    return {
        "color": rgba(colour),
        "style": "solid",
        "outline_color": rgba(edge or colour),
        "outline_style": "solid" if edge else "no",
        "outline_width": f"{width_mm:g}",
        "outline_width_unit": "MM",
    }


def line_settings(colour: str, width_mm: float, *, dashed: bool = False) -> dict[str, str]:
    """A plain line."""
    return {
        "line_color": rgba(colour),
        "line_style": "dash" if dashed else "solid",
        "line_width": f"{width_mm:g}",
        "line_width_unit": "MM",
        "capstyle": "round",
        "joinstyle": "round",
    }


def mark_settings(
    shape: str, colour: str, size: float, *, edge: str, unit: str = "MM", edge_mm: float = 0.2
) -> dict[str, str]:
    """A mark of a size in millimetres on paper, or in units of the map."""
    name, angle = _QGIS_MARKS.get(shape, (shape, "0"))
    return {
        "name": name,
        "angle": angle,
        "color": rgba(colour),
        "outline_color": rgba(edge),
        "outline_style": "solid" if edge_mm else "no",
        "outline_width": f"{edge_mm:g}",
        "outline_width_unit": "MM",
        "size": f"{size:g}",
        "size_unit": unit,
    }


def rgba(colour: str) -> str:
    """``#rrggbb`` as QGIS writes it."""
    return ",".join([*(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)), "255"])


def field(name: str) -> str:
    """A field in an expression."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in an expression: nothing in it can end it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _symbol(parent: ET.Element, name: str, kind: Kind, settings: dict[str, str]) -> None:
    symbol = ET.SubElement(
        parent, "symbol", {"type": kind, "name": name, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    )
    layer = ET.SubElement(
        symbol, "layer", {"class": _CLASSES[kind], "enabled": "1", "locked": "0", "pass": "0"}
    )
    options = ET.SubElement(layer, "Option", {"type": "Map"})
    for key, value in settings.items():
        ET.SubElement(options, "Option", {"type": "QString", "name": key, "value": value})
    for key, value in settings.items():
        # for versions before 3.18
        ET.SubElement(layer, "prop", {"k": key, "v": value})


def _key(text: str) -> str:
    return "{" + str(uuid.uuid5(uuid.NAMESPACE_URL, text)) + "}"
