"""The one door to GDAL's layers: only files whose content is what their ending says, so that none names other files or hosts.

GDAL chooses a driver by content, whatever the ending: a text that is called ``.geojson`` may be a virtual layer that
reads other files, or ask a server. The first bytes are therefore looked at before GDAL sees a file.
"""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from coverplan.ground.shift_files import holds_shift_file, names_shift_file
from coverplan.inputs.tables.layer_kinds import KINDS
from coverplan.text.reading import note_opened, parts_of

if TYPE_CHECKING:
    import rasterio

#: First bytes of each kind of binary file by ending.
SIGNATURES = {
    ".gpkg": (b"SQLite format 3\x00",),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".tif": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
    ".tiff": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
    ".img": (b"EHFA_HEADER_TAG\x00",),
}
#: The one driver that opens each kind of raster.
RASTER_DRIVERS = {".tif": "GTiff", ".tiff": "GTiff", ".asc": "AAIGrid", ".img": "HFA"}
#: Begin of a grid of numbers as text.
_GRID_HEAD = re.compile(
    rb"\s*(ncols|nrows|xll(corner|center)|yll(corner|center)|cellsize|dx|dy)\s", re.IGNORECASE
)
#: The part of an Erdas file that names a file with its cells.
_CELLS_ELSEWHERE = b"ExternalRasterDMS"
_JSON = (".geojson", ".json")
#: GDAL looks so far into a text for the marks of other kinds.
_LOOKED_AT = 65_536
_OTHER_KINDS = re.compile(rb"<\s*(OGR|VRT|GDAL|WMS|wfs|kml|gml|osm|\?xml)", re.IGNORECASE)
_CRS = re.compile(rb'"crs"\s*:\s*')
#: A key written with escapes cannot be looked for; letters are never escaped by honest writers.
_ESCAPED_LETTER = re.compile(rb"\\u00[4-7][0-9a-fA-F]")
_LONGEST_CRS = 4_096
#: All of China in cells of 30 m, and no more.
_LONGEST_SIDE, _MOST_CELLS = 4_000_000, 40_000_000_000


#: What stands beside a file and says its CRS.
_DEFINITIONS = (".prj", ".aux.xml", ".wkt", ".qpj")
_NAMES_FILE = "its CRS names a file of shifts"


class ContentError(ValueError):
    """A file is not what its ending says, or names something outside itself."""


def check_content(path: Path) -> None:
    """Let pass a file whose content is of the kind that its ending says and that names nothing outside.

    Raises
    ------
    ContentError
        With what is wrong.
    OSError
        If the file cannot be read.
    """
    _check_definitions(path)
    ending = path.suffix.lower()
    if ending in KINDS:
        if not KINDS[ending](path):
            raise ContentError(f"its content is not that of a {ending} file, or it names other files")
        return
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
    if ending in SIGNATURES:
        if not head.startswith(SIGNATURES[ending]):
            raise ContentError(f"its content is not that of a {ending} file")
        if ending == ".img" and _holds(path, _CELLS_ELSEWHERE):
            raise ContentError("its cells stand in another file")
    elif ending == ".asc":
        if not _GRID_HEAD.match(head):
            raise ContentError(f"its content is not that of a {ending} file")
    elif ending in _JSON:
        text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not text.startswith(b"{") or _OTHER_KINDS.search(head):
            raise ContentError(f"its content is not that of a {ending} file")
        _check_json(path)
    else:
        raise ContentError(f"layers are not read from {ending or 'such'} files")


def list_layers(path: Path) -> list[tuple[str, str | None]]:
    """Names and geometry types of the layers of a file; the type is None for tables without geometry."""
    import pyogrio

    with _through(path):
        return [(str(name), kind) for name, kind in pyogrio.list_layers(path)]


def read_rows(path: Path, layer: str, *, encoding: str | None = None) -> Any:
    """Rows of a layer as a GeoDataFrame, or a DataFrame where it has no geometry."""
    said = {} if encoding is None else {"encoding": encoding}
    with _through(path):
        rows = gpd.read_file(path, layer=layer, engine="pyogrio", **said)
        crs = getattr(rows, "crs", None)
        if crs is not None and names_shift_file(crs.to_wkt()):
            raise ContentError(_NAMES_FILE)
        return rows


def layer_info(path: Path, layer: str | None) -> dict[str, Any]:
    """CRS, bounds and fields of a layer."""
    import pyogrio

    with _through(path):
        info = dict(pyogrio.read_info(path, layer=layer))
        if names_shift_file(info.get("crs") or ""):
            raise ContentError(_NAMES_FILE)
        return info


@contextmanager
def raster_door(path: Path) -> Iterator[rasterio.DatasetReader]:
    """A raster, opened by no driver but that of its ending, whose masks and overviews are its own.

    Raises
    ------
    ContentError
        If it is no raster of its ending, is damaged, or names other files.
    """
    import rasterio

    with ExitStack() as stack:
        with _through(path):
            if path.suffix.lower() not in RASTER_DRIVERS:
                raise ContentError(f"rasters are not read from {path.suffix or 'such'} files")
            for part in parts_of(path):
                _check_beside(part, path)
            source = stack.enter_context(rasterio.open(path, driver=RASTER_DRIVERS[path.suffix.lower()]))
            if max(source.width, source.height) > _LONGEST_SIDE or source.width * source.height > _MOST_CELLS:
                raise ContentError(
                    f"it declares {source.width} x {source.height} cells, more than can be read"
                )
            if source.tags(ns="OVERVIEWS"):
                raise ContentError("it names overviews in another file")
        yield source


def _check_beside(part: Path, path: Path) -> None:
    """Masks and overviews beside a raster are opened by any driver, and notes beside it may name other files."""
    name = part.name.lower()
    if name.endswith((".msk", ".ovr")):
        with part.open("rb") as file:
            if not file.read(8).startswith(SIGNATURES[".tif"]):
                raise ContentError(f"{part.name} beside it is no GeoTIFF")
    elif name.endswith((".aux", ".rrd", ".ige")):
        raise ContentError(f"{part.name} beside it is of a kind that is not read")
    elif part != path and name.endswith(".xml") and b"OVERVIEW" in part.read_bytes().upper():
        raise ContentError(f"{part.name} beside it names overviews in another file")


@contextmanager
def _through(path: Path) -> Iterator[None]:
    """Note and check a file, and turn whatever GDAL and its wrappers raise on it into one error."""
    try:
        note_opened(path)
        check_content(path)
        yield
    except ContentError:
        raise
    except (
        Exception
    ) as error:  # they raise RuntimeError, ValueError, errors of GEOS and more, without a common base
        raise ContentError(f"{error or type(error).__name__}") from error


def _check_definitions(path: Path) -> None:
    """PROJ would read the files that a definition of a CRS names; texts and databases hold theirs themselves."""
    for part in parts_of(path):
        if part != path and not part.name.lower().endswith(_DEFINITIONS):
            continue
        if not part.is_file() or not part.stat().st_size:
            continue
        with part.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            named = holds_shift_file(content)
        text = part.read_text("utf-8", errors="replace") if part != path and not named else ""
        if named or names_shift_file(text):
            raise ContentError(_NAMES_FILE)


def _holds(path: Path, words: bytes) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(words) >= 0


def _check_json(path: Path) -> None:
    """A GeoJSON's CRS may be a link that GDAL would follow."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        if _ESCAPED_LETTER.search(text):
            systems = list(_systems(json.loads(bytes(text))))
        else:
            systems = [_value_at(text, found.end()) for found in _CRS.finditer(text)]
    # a map that is still searched cannot be closed, and says only that
    for system in systems:
        if isinstance(system, dict) and str(system.get("type", "")).lower() not in {"name", "epsg", ""}:
            raise ContentError("its CRS is a link to another place")
        if names_shift_file(json.dumps(system)):
            raise ContentError(_NAMES_FILE)


def _value_at(text: mmap.mmap, start: int) -> Any:
    """The JSON value that begins at a place; None where it is none or longer than any CRS."""
    part = text[start : start + _LONGEST_CRS].decode("utf-8", errors="replace")
    try:
        return json.JSONDecoder().raw_decode(part)[0]
    except ValueError:
        return {"type": "unreadable"} if part.startswith("{") else None


def _systems(value: Any) -> Iterator[Any]:
    """Every value of a key ``crs`` at any depth."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield from (inner for key, inner in one.items() if key.lower() == "crs")
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
