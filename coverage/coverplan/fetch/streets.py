"""Streets and places of OpenStreetMap: an extract cut to the area, or one small area asked of an Overpass server."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import shapely

from coverplan.errors import InputError, Problem
from coverplan.fetch.addresses import Addresses
from coverplan.fetch.facility_tags import is_facility
from coverplan.fetch.recipe import Kept, StreetsFrom
from coverplan.fetch.web import Got, Web, failed, sha256_of
from coverplan.inputs.streets.osm import closed_writer

Bounds = tuple[float, float, float, float]
Told = Callable[[int, int | None], None]
RAW_STREETS = "streets.osm.pbf"
#: Keys of ways that the reader of streets, squares and obstacles looks at.
WAY_KEYS = frozenset(
    {"highway", "railway", "man_made", "public_transport", "barrier", "place", "area:highway", "waterway"}
)
#: One small area for servers that others need too; more is cut from an extract.
MOST_OVERPASS_KM2 = 400.0


def source_of(asked: StreetsFrom, base: Path, addresses: Addresses) -> tuple[str, str] | None:
    """Service and address (or path) of the streets; None for none."""
    if asked.geofabrik:
        return "geofabrik", addresses.geofabrik(asked.geofabrik)
    if asked.pbf:
        if asked.pbf.startswith(("http://", "https://")):
            return "pbf", asked.pbf
        return "own_file", str((base / asked.pbf).resolve())
    return ("overpass", f"{addresses.base('overpass')}/interpreter") if asked.overpass else None


def asked_as(asked: StreetsFrom, address: str, bounds: Bounds) -> str:
    """What is asked, as the lock says it: a file of one's own by the name in the recipe, wherever its folder lies now."""
    own = asked.pbf if asked.pbf and not asked.pbf.startswith(("http://", "https://")) else None
    return f"{own or address}#{','.join(f'{degree:.5f}' for degree in bounds)}"


def fetch_streets(
    service: str, address: str, bounds: Bounds, kept: Kept, web: Web, *, asked: str, told: Told
) -> Path:
    """The extract of the area; of a whole country nothing else is kept.

    Raises
    ------
    InputError
        If it cannot be had, is no extract, or the area is too large for Overpass.
    """
    if service == "overpass":
        size = _km2(bounds)
        if size > MOST_OVERPASS_KM2:
            raise InputError(
                [
                    Problem(
                        "the area is too large to be asked of an Overpass server", value=f"{size:.0f} km2",
                        expected=f"at most {MOST_OVERPASS_KM2:.0f} km2 with its surroundings", code="fetch_too_large",
                        remedy="cut it from an extract: streets: {geofabrik: asia/china/jiangsu}, or pbf: ADDRESS",
                    )
                ]
            )  # fmt: skip
        fetch = partial(_overpass, web, address, bounds)
    elif service == "own_file":
        fetch = partial(_own, address, bounds)
    else:
        fetch = partial(_cut_from_afar, web, address, bounds, told)
    return kept.file(RAW_STREETS, service, asked, fetch)


def _cut_from_afar(web: Web, address: str, bounds: Bounds, told: Told, path: Path) -> Got:
    whole = path.with_name("whole.osm.pbf")
    got = web.download(address, whole, told)
    _cut(whole, bounds, path, address)
    whole.unlink()
    return got


def _own(address: str, bounds: Bounds, path: Path) -> Got:
    source = Path(address)
    if not source.is_file():
        raise InputError(
            [Problem("the file does not exist", source, code="missing_file", remedy="check streets: pbf")]
        )
    _cut(source, bounds, path, address)
    return Got(source.name, source.name, "", 0, sha256_of(source))


def _cut(source: Path, bounds: Bounds, path: Path, address: str) -> None:
    """Ways with a node in the bounds and everything that they are made of; nodes that are places or gates."""
    import osmium

    box = osmium.osm.Box(*bounds)
    within, wanted = osmium.IdTracker(), osmium.IdTracker()
    part = path.with_name("part.osm.pbf")
    try:
        for thing in osmium.FileProcessor(str(source), osmium.osm.NODE | osmium.osm.WAY):
            if isinstance(thing, osmium.osm.Node):
                if thing.location.valid() and box.contains(thing.location):
                    within.add_node(thing.id)
                    if len(thing.tags):
                        wanted.add_node(thing.id)
            elif _is_wanted(thing.tags) and within.contains_any_references(thing):
                wanted.add_way(thing.id)
        wanted.complete_backward_references(str(source))
        part.unlink(missing_ok=True)
        with closed_writer(osmium.SimpleWriter(str(part))) as writer:
            for thing in osmium.FileProcessor(str(source), osmium.osm.NODE | osmium.osm.WAY).with_filter(
                wanted.id_filter()
            ):
                writer.add(thing)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        raise failed(address, f"it is no OpenStreetMap extract ({error})") from error
    shutil.move(part, path)


def _is_wanted(tags: Any) -> bool:
    return any(tag.k in WAY_KEYS for tag in tags) or is_facility({tag.k: tag.v for tag in tags})


def _overpass(web: Web, address: str, bounds: Bounds, path: Path) -> Got:
    west, south, east, north = bounds
    box = f"({south:.6f},{west:.6f},{north:.6f},{east:.6f})"
    keys = "".join(f'way["{key}"]{box};' for key in sorted(WAY_KEYS))
    facilities = "".join(f'nwr["{key}"]{box};' for key in ("amenity", "office", "social_facility", "landuse"))
    question = f"[out:json][timeout:180][maxsize:536870912];({keys}node[barrier]{box};{facilities});(._;>;);out body qt;"
    said, _, got = web.json(address, method="POST", data={"data": question})
    if said.get("remark"):
        raise failed(address, str(said["remark"]))
    _write_elements(said.get("elements", []), path)
    return got


def _write_elements(elements: list[dict[str, Any]], path: Path) -> None:
    """Elements of an Overpass answer as an extract, in the order that extracts have."""
    import osmium

    part = path.with_name("part.osm.pbf")
    part.unlink(missing_ok=True)
    rank = {"node": 0, "way": 1}
    known = {(one["type"], one["id"]): one for one in elements if one.get("type") in rank}
    with closed_writer(osmium.SimpleWriter(str(part))) as writer:
        for kind, number in sorted(known, key=lambda key: (rank[key[0]], key[1])):
            one = known[kind, number]
            tags = one.get("tags", {})
            if kind == "node":
                place = (one["lon"], one["lat"])
                writer.add_node(osmium.osm.mutable.Node(id=number, version=1, location=place, tags=tags))
            else:
                writer.add_way(
                    osmium.osm.mutable.Way(id=number, version=1, nodes=one.get("nodes", []), tags=tags)
                )
    shutil.move(part, path)


def read_elements(path: Path) -> list[dict[str, Any]]:
    """Places with tags in an extract: ``type``, ``id``, ``tags``, ``lon``, ``lat``; of ways the middle of their outline."""
    import osmium

    found = []
    for thing in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations():
        tags = {tag.k: tag.v for tag in thing.tags}
        if not is_facility(tags):
            continue
        if isinstance(thing, osmium.osm.Node):
            lon, lat = thing.location.lon, thing.location.lat
        else:
            assert isinstance(thing, osmium.osm.Way)
            nodes = [(node.lon, node.lat) for node in thing.nodes if node.location.valid()]
            if not nodes:
                continue
            middle = (
                shapely.Polygon(nodes).representative_point() if len(nodes) > 3 else shapely.Point(nodes[0])
            )
            lon, lat = middle.x, middle.y
        kind = "node" if isinstance(thing, osmium.osm.Node) else "way"
        found.append({"type": kind, "id": thing.id, "tags": tags, "lon": round(lon, 7), "lat": round(lat, 7)})
    return found


def _km2(bounds: Bounds) -> float:
    west, south, east, north = bounds
    middle = math.radians((south + north) / 2)
    return abs((east - west) * 111.32 * math.cos(middle) * (north - south) * 111.32)
