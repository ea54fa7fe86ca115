"""The code page of a Shapefile: said by its .cpg file or its header, else told from its texts, and said."""

from __future__ import annotations

from pathlib import Path

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.encodings import detect_encoding

_HEADER_BYTES = 32
_SAMPLE = 300_000
_LANGUAGE_DRIVERS = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5"}


def shapefile_encoding(path: Path, problems: Problems) -> str | None:
    """Encoding to read a Shapefile's table with; None for other layers and where GDAL knows it."""
    if path.suffix.lower() != ".shp" or any(
        path.with_suffix(suffix).is_file() for suffix in (".cpg", ".CPG")
    ):
        return None
    tables = [path.with_suffix(suffix) for suffix in (".dbf", ".DBF")]
    table = next((name for name in tables if name.is_file()), None)
    if table is None:
        return None
    with table.open("rb") as file:
        head = file.read(_HEADER_BYTES)
        data = file.read(_SAMPLE)
    if len(head) < _HEADER_BYTES:
        return None
    said = _LANGUAGE_DRIVERS.get(head[29])
    found = detect_encoding(_texts(head, data))
    name = said or (found.name if found is not None and found.certain else None)
    if name is None:
        problems.add(
            Problem(
                "the code page of the Shapefile cannot be told",
                path,
                expected="a .cpg file beside it, or `encoding:`",
                remedy="add `encoding: gb18030` (or big5, utf-8) to the entry in the study file",
                severity="warning",
                code="encoding",
            )
        )
        return None
    problems.add(
        Problem(
            f"the Shapefile names no code page; its texts are {name}",
            path,
            severity="note",
            code="encoding_detected",
        )
    )
    return name


def _texts(head: bytes, data: bytes) -> bytes:
    """Field names and text fields of the first records, one a line."""
    header_length = int.from_bytes(head[8:10], "little")
    record_length = int.from_bytes(head[10:12], "little")
    fields = [data[at : at + 32] for at in range(0, max(header_length - _HEADER_BYTES - 1, 0), 32)]
    fields = [one for one in fields if len(one) == 32]
    lines = [one[:11].split(b"\0")[0] for one in fields]
    records = data[header_length - _HEADER_BYTES :]
    for start in range(0, len(records) - record_length + 1, max(record_length, 1)):
        at = start + 1
        for one in fields:
            text = records[at : at + one[16]].strip(b" \0")
            if one[11:12] == b"C" and len(text) < one[16]:  # a full field may be cut within a character
                lines.append(text)
            at += one[16]
        if len(lines) > 20_000:
            break
    return b"\n".join(lines)
