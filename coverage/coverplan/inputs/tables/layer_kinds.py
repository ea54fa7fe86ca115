"""What the content of KML, file geodatabases, MapInfo tables and FlatGeobuf must be before GDAL sees them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

_LOOKED_AT = 65_536
_MOST_BYTES = 400_000_000
#: Marks by which GDAL would take a text for another kind, and marks of texts that reach for other files.
_OTHER_KINDS = re.compile(rb"<\s*(OGR|VRT|GDAL|WMS|wfs|gml|osm)", re.IGNORECASE)
_REACHES_OUT = re.compile(rb"<!\s*(DOCTYPE|ENTITY)|<\s*(?:\w+:)?NetworkLink\b", re.IGNORECASE)
_KML = re.compile(rb"<\s*(?:\w+:)?kml\b")
_TABLE_FILES = (
    ".gdbtable",
    ".gdbtablx",
    ".gdbindexes",
    ".atx",
    ".spx",
    ".horizon",
    ".freelist",
    ".lock",
    ".cdf",
)
_NATIVE = re.compile(rb"Type\s+NATIVE", re.IGNORECASE)
_OTHER_TABLES = re.compile(
    rb"create\s+view|open\s+table|\bfile\s+\"|Type\s+(?!NATIVE)\w+\s+(?:charset|tables|file)", re.IGNORECASE
)


def _kml(path: Path) -> bool:
    if path.stat().st_size > _MOST_BYTES:
        return False
    return _is_kml(path.read_bytes())


def _is_kml(text: bytes) -> bool:
    head = text[:_LOOKED_AT]
    begins = text.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
    return (
        begins and bool(_KML.search(head)) and not _OTHER_KINDS.search(head) and not _REACHES_OUT.search(text)
    )


def _kmz(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if sum(member.file_size for member in members) > _MOST_BYTES:
            return False
        documents = [member for member in members if member.filename.lower().endswith(".kml")]
        return bool(documents) and all(_is_kml(archive.read(member)) for member in documents)


def _geodatabase(path: Path) -> bool:
    files = list(path.iterdir())
    known = all(
        one.is_file()
        and not one.is_symlink()
        and (one.suffix.lower() in _TABLE_FILES or one.name in {"gdb", "timestamps"})
        for one in files
    )
    return known and any(one.name.lower() == "a00000001.gdbtable" for one in files)


def _mapinfo(path: Path) -> bool:
    text = path.read_bytes()[:_LOOKED_AT]
    return (
        text.lstrip().lower().startswith(b"!table")
        and bool(_NATIVE.search(text))
        and not _OTHER_TABLES.search(text)
    )


def _interchange(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(_LOOKED_AT).lstrip().lower().startswith(b"version")


def _flat(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"fgb\x03"


#: By ending: whether a file's content is of its kind and names nothing outside it.
KINDS: Mapping[str, Callable[[Path], bool]] = MappingProxyType(
    {
        ".kml": _kml,
        ".kmz": _kmz,
        ".gdb": _geodatabase,
        ".tab": _mapinfo,
        ".mif": _interchange,
        ".fgb": _flat,
    }
)
#: Kinds of layer that are folders.
FOLDERS = (".gdb",)
