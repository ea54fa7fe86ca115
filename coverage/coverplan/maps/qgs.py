"""A QGIS project beside the GeoPackage: layers in order, in groups by standard, with styles, names and legend."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyproj

from coverplan.maps.extent import crs_of, extent
from coverplan.maps.qml import alias_element
from coverplan.results.result import Result
from coverplan.text.writing import write_whole

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_VERSION = "3.28.0-Firenze"
_SHAPES = {"marker": "Point", "line": "Line", "fill": "Polygon"}
#: Room around the study when the project opens, as a part of its size.
_ROOM = 0.05


@dataclass(frozen=True, slots=True)
class ProjectLayer:
    """One layer of a project.

    Parameters
    ----------
    table
        Name of the table in the GeoPackage.
    name
        What people read.
    kind
        ``marker``, ``line`` or ``fill``.
    style
        Style as `coverplan.maps.qml.style` writes it.
    group
        Group that it stands in, empty for none.
    shown
        Whether it is switched on when the project opens.
    """

    table: str
    name: str
    kind: str
    style: str
    group: str
    shown: bool


def write_project(
    package: Path,
    result: Result,
    layers: Sequence[ProjectLayer],
    *,
    title: str,
    aliases: Mapping[str, Mapping[str, str]],
) -> Path:
    """Write a project beside a GeoPackage, named after it; the first layer lies on top.

    Parameters
    ----------
    package
        The GeoPackage.
    result
        Whose study gives the CRS and the extent.
    layers
        Layers from the top down; those of a group beside each other.
    title
        Title of the project.
    aliases
        By table: what its fields are called.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    root = ET.Element("qgis", {"projectname": title, "version": _VERSION})
    ET.SubElement(root, "title").text = title
    crs = crs_of(result)
    _srs(ET.SubElement(root, "projectCrs"), crs)
    tree = ET.SubElement(root, "layer-tree-group")
    canvas = ET.SubElement(root, "mapcanvas", {"name": "theMapCanvas", "annotationsVisible": "1"})
    ET.SubElement(canvas, "units").text = "meters"
    _extent(canvas, result)
    ET.SubElement(canvas, "rotation").text = "0"
    _srs(ET.SubElement(canvas, "destinationsrs"), crs)
    placed = ET.SubElement(root, "projectlayers")
    groups: dict[str, ET.Element] = {"": tree}
    shown = {layer.group for layer in layers if layer.shown}
    for number, layer in enumerate(layers):
        if layer.group not in groups:
            groups[layer.group] = _group(tree, layer.group, shown=layer.group in shown)
        # QGIS gives ids of ten letters or fewer up for new ones, and loses what names them
        identifier = f"coverplan_{layer.table}_{number:02d}"
        source = f"./{package.name}|layername={layer.table}"
        _entry(groups[layer.group], layer, identifier, source)
        placed.append(_layer(layer, identifier, source, crs, aliases.get(layer.table, {})))
    properties = ET.SubElement(root, "properties")
    ET.SubElement(ET.SubElement(properties, "Paths"), "Absolute", {"type": "bool"}).text = "false"
    # without it the project's own CRS is not read
    system = ET.SubElement(properties, "SpatialRefSys")
    ET.SubElement(system, "ProjectionsEnabled", {"type": "int"}).text = "1"
    text = _DOCTYPE + ET.tostring(root, encoding="unicode")
    content = text.encode("utf-8")
    return write_whole(package.with_suffix(".qgs"), lambda path: path.write_bytes(content))


def _group(tree: ET.Element, name: str, *, shown: bool) -> ET.Element:
    checked = "Qt::Checked" if shown else "Qt::Unchecked"
    return ET.SubElement(
        tree,
        "layer-tree-group",
        {"name": name, "checked": checked, "expanded": "1" if shown else "0", "groupLayer": ""},
    )


def _entry(group: ET.Element, layer: ProjectLayer, identifier: str, source: str) -> None:
    ET.SubElement(
        group,
        "layer-tree-layer",
        {
            "id": identifier,
            "name": layer.name[:1].upper() + layer.name[1:],
            "source": source,
            "providerKey": "ogr",
            "checked": "Qt::Checked" if layer.shown else "Qt::Unchecked",
            "expanded": "1" if layer.shown else "0",
            "legend_exp": "",
        },
    )


def _layer(
    layer: ProjectLayer, identifier: str, source: str, crs: pyproj.CRS, aliases: Mapping[str, str]
) -> ET.Element:
    made = ET.Element(
        "maplayer",
        {
            "type": "vector",
            "geometry": _SHAPES[layer.kind],
            "styleCategories": "AllStyleCategories",
            "hasScaleBasedVisibilityFlag": "0",
        },
    )
    ET.SubElement(made, "id").text = identifier
    ET.SubElement(made, "datasource").text = source
    ET.SubElement(made, "layername").text = layer.name
    _srs(ET.SubElement(made, "srs"), crs)
    ET.SubElement(made, "provider", {"encoding": "UTF-8"}).text = "ogr"
    style = ET.fromstring(layer.style.split("\n", 1)[1])  # noqa: S314 - our own text
    renderer = style.find("renderer-v2")
    assert renderer is not None
    made.append(renderer)
    made.append(alias_element(aliases))
    return made


def _srs(parent: ET.Element, crs: pyproj.CRS) -> None:
    """A CRS by its code and as WKT, so that one without a code is known as well."""
    system = ET.SubElement(parent, "spatialrefsys", {"nativeFormat": "Wkt"})
    ET.SubElement(system, "wkt").text = crs.to_wkt()
    code = crs.to_authority()
    if code is not None:
        ET.SubElement(system, "authid").text = ":".join(code)
    ET.SubElement(system, "description").text = crs.name
    ET.SubElement(system, "geographicflag").text = "false"


def _extent(canvas: ET.Element, result: Result) -> None:
    west, south, east, north = extent(result)
    room = _ROOM * max(east - west, north - south)
    edges = {"xmin": west - room, "ymin": south - room, "xmax": east + room, "ymax": north + room}
    box = ET.SubElement(canvas, "extent")
    for name, value in edges.items():
        ET.SubElement(box, name).text = f"{value:.2f}"
