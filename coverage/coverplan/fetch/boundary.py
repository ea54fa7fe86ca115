"""Outline of the place: from a file, a box, a name that Nominatim knows, a division of geoBoundaries or Overture."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from coverplan.errors import InputError, Problem, Problems
from coverplan.fetch.addresses import Addresses
from coverplan.fetch.countries import iso3_of
from coverplan.fetch.overture import asked_as, fetch_division
from coverplan.fetch.recipe import Division, Kept, OvertureDivision, Place
from coverplan.fetch.web import Got, Web, sha256_of
from coverplan.inputs.tables.layer_file import read_layer
from coverplan.scenario.study_file import Source

_POLYGONS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True, slots=True)
class Boundary:
    """Units of the place with its outline, in degrees.

    Parameters
    ----------
    units
        Columns ``code``, ``name``, ``type``, ``geometry`` in EPSG:4326.
    name
        What the place is called.
    iso3
        Country in three letters where the source says it.
    """

    units: gpd.GeoDataFrame
    name: str
    iso3: str | None

    @property
    def outline(self) -> BaseGeometry:
        """Everything together."""
        return self.units.geometry.union_all()


def boundary_of(place: Place, base: Path, kept: Kept, web: Web, addresses: Addresses) -> Boundary:
    """Outline of a place; `base` is the folder that file names start at.

    Raises
    ------
    InputError
        If there is no such place, or it has no outline.
    """
    if place.bbox is not None:
        return _one(shapely.box(*place.bbox), ", ".join(f"{degree:g}" for degree in place.bbox), None)
    if place.file is not None:
        return _of_file(place.file, base, kept)
    if place.geoboundaries is not None:
        return _of_geoboundaries(place.geoboundaries, kept, web, addresses)
    if place.overture is not None:
        return _of_overture(place.overture, kept, web, addresses)
    assert place.name is not None
    return _of_name(place.name, kept, web, addresses)


def country_of(outline: BaseGeometry, kept: Kept, web: Web, addresses: Addresses) -> str:
    """Country in three letters in which the middle of an outline lies, asked of Nominatim.

    Raises
    ------
    InputError
        If it lies in none.
    """
    middle = outline.representative_point()
    asked = (
        f"{addresses.base('nominatim')}/reverse?lat={middle.y:.5f}&lon={middle.x:.5f}&zoom=3&format=jsonv2"
    )
    path = kept.file("country.json", "nominatim", asked, partial(_saved, web, asked))
    found = json.loads(path.read_text(encoding="utf-8"))
    code = iso3_of(str((found.get("address") or {}).get("country_code", "")))
    if code is None:
        raise _nowhere(
            asked,
            "a place in a country",
            "say the country in three letters: people: {iso: CHN}, or --iso CHN",
        )
    return code


def _of_name(name: str, kept: Kept, web: Web, addresses: Addresses) -> Boundary:
    from urllib.parse import urlencode

    query = urlencode(
        {
            "q": name,
            "format": "jsonv2",
            "polygon_geojson": 1,
            "addressdetails": 1,
            "namedetails": 0,
            "limit": 5,
        }
    )
    asked = f"{addresses.base('nominatim')}/search?{query}"
    path = kept.file("boundary.json", "nominatim", asked, partial(_saved, web, asked))
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    areas = [one for one in found if (one.get("geojson") or {}).get("type") in _POLYGONS]
    if not areas:
        raise _nowhere(
            name,
            "a name with an outline",
            "write it as OpenStreetMap does, with the city or country behind a comma",
        )
    first = areas[0]
    outline = shapely.geometry.shape(first["geojson"])
    address = first.get("address") or {}
    called = str(first.get("name") or str(first["display_name"]).partition(",")[0])
    code = f"{str(first.get('osm_type', 'x'))[0]}{first.get('osm_id', 0)}"
    return _one(outline, called, iso3_of(str(address.get("country_code", ""))), code)


def _of_geoboundaries(division: Division, kept: Kept, web: Web, addresses: Addresses) -> Boundary:
    asked = f"{addresses.base('geoboundaries')}/{division.iso}/{division.level}/"
    about = kept.file("geoboundaries.json", "geoboundaries", asked, partial(_saved, web, asked))
    said = json.loads(about.read_text(encoding="utf-8"))
    address = str(said["gjDownloadURL"])
    path = kept.file("geoboundaries.geojson", "geoboundaries", address, partial(_downloaded, web, address))
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    for feature in features:
        names = {str(feature["properties"].get(key)) for key in ("shapeName", "shapeID")}
        if division.name in names:
            outline = shapely.geometry.shape(feature["geometry"])
            properties = feature["properties"]
            return _one(
                outline, str(properties["shapeName"]), division.iso, str(properties.get("shapeID") or "area")
            )
    near = sorted(str(feature["properties"].get("shapeName")) for feature in features)
    raise _nowhere(
        division.name, f"one of {', '.join(near[:20])} ...", "take the name or id as geoBoundaries writes it"
    )


def _of_overture(division: OvertureDivision, kept: Kept, web: Web, addresses: Addresses) -> Boundary:
    asked = asked_as(division, addresses)
    path = kept.file("overture.geojson", "overture", asked, partial(fetch_division, division, web, addresses))
    (feature,) = json.loads(path.read_text(encoding="utf-8"))["features"]
    said = feature["properties"]
    outline = shapely.geometry.shape(feature["geometry"])
    return _one(outline, str(said["name"] or division.name), iso3_of(division.country), str(said["id"]))


def _of_file(said: str, base: Path, kept: Kept) -> Boundary:
    """Outline or units of a file, of which a copy is kept: the same recipe needs it no more, wherever the folder goes."""
    path = base / said
    copy = kept.file("boundary.geojson", "own_file", said, partial(_copied, path.resolve()))
    problems = Problems()
    table = read_layer(copy, Source(file=copy.name), problems)
    problems.raise_if_errors()
    assert table is not None, "what cannot be read is an error"
    names = [str(name) for name in table["name"]]
    if len(table) == 1:
        return _one(table.geometry.iloc[0], path.stem, None)
    codes = [f"{number:06d}" for number in range(1, len(table) + 1)]
    units = gpd.GeoDataFrame(
        {"code": codes, "name": names, "type": "county"}, geometry=table.geometry.to_numpy(), crs="EPSG:4326"
    )
    return Boundary(units, path.stem, None)


def _copied(path: Path, target: Path) -> Got:
    """Polygons of a file with their names, in degrees."""
    problems = Problems()
    table = read_layer(path, Source(file=path.name), problems)
    problems.raise_if_errors()
    if table is None or table.crs is None:
        raise _nowhere(
            path.name, "a layer of polygons with its reference system", "save it with its CRS (.prj)"
        )
    table = table.to_crs("EPSG:4326")
    table = table[table.geometry.notna() & table.geometry.geom_type.isin(_POLYGONS)]
    if not len(table):
        raise _nowhere(path.name, "a file with polygons", "give the outline of the place")
    column = next((name for name in table.columns if name.lower() in {"name", "名称", "shapename"}), None)
    names = [f"{path.stem} {i}" for i in range(1, len(table) + 1)]
    if column is not None:
        names = [str(name) for name in table[column]]
    outlines = [shapely.make_valid(outline) for outline in table.geometry]
    text = gpd.GeoDataFrame({"name": names}, geometry=outlines, crs="EPSG:4326").to_json(
        drop_id=True, ensure_ascii=False
    )
    target.write_text(text + "\n", encoding="utf-8", newline="\n")
    return Got(path.name, path.name, "", 0, sha256_of(path) if path.is_file() else "")


def _one(outline: BaseGeometry, name: str, iso3: str | None, code: str = "area") -> Boundary:
    units = gpd.GeoDataFrame(
        {"code": [code], "name": [name], "type": ["county"]},
        geometry=[shapely.make_valid(outline)],
        crs="EPSG:4326",
    )
    return Boundary(units, name, iso3)


def _saved(web: Web, address: str, path: Path) -> Got:
    _, content, got = web.json(address)
    path.write_bytes(content)
    return got


def _downloaded(web: Web, address: str, path: Path) -> Got:
    return web.download(address, path)


def _nowhere(value: str, expected: str, remedy: str) -> InputError:
    return InputError(
        [
            Problem(
                "the place is not found", value=value, expected=expected, remedy=remedy, code="fetch_no_place"
            )
        ]
    )
