"""The code page of a Shapefile: said by its .cpg file or its header, else told from its texts, and said."""

from __future__ import annotations

import re
from pathlib import Path

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.encodings import detect_encoding

_HEADER_BYTES = 32
_SAMPLE = 300_000
#: Fewer bytes of text may be two letters of a single-byte page that look like UTF-8.
_FEWEST_BYTES = 8
_LANGUAGE_DRIVERS = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5"}


def shapefile_encoding(path: Path, problems: Problems) -> str | None:
    """Encoding to read a Shapefile's table with; None for other layers and where GDAL knows it.

    A .cpg file is believed unless the texts cannot be what it says: a table that was copied together from two exports
    carries the .cpg of one and the texts of the other.
    """
    table = _beside(path, ".dbf")
    if path.suffix.lower() != ".shp" or table is None:
        return None
    with table.open("rb") as file:
        head = file.read(_HEADER_BYTES)
        data = file.read(_SAMPLE)
    if len(head) < _HEADER_BYTES:
        return None
    texts = _texts(head, data)
    page = _beside(path, ".cpg")
    if page is not None:
        return _instead_of(page.read_text(encoding="ascii", errors="replace").strip(), texts, path, problems)
    said = _LANGUAGE_DRIVERS.get(head[29])
    found = detect_encoding(texts)
    name = said or (found.name if found is not None and found.certain else None)
    if name is None:
        problems.add(_untold("the code page of the Shapefile cannot be told", path))
        return None
    problems.add(
        Problem(
            f"the Shapefile names no code page; its texts are {name}",
            path,
            severity="note",
            code="encoding_detected",
            details={"encoding": name, "share": "100%" if found is None else f"{found.everyday:.0%}"},
        )
    )
    return name


def _instead_of(said: str, texts: bytes, path: Path, problems: Problems) -> str | None:
    """Encoding of the texts where they are not in the one that the .cpg file says; None where it is right."""
    single = re.fullmatch(
        r"(?:iso.?8859.?\d+|latin.?\d|(?:cp|windows|ansi)?.?125\d|ansi|1252|88591)", said, re.IGNORECASE
    )
    utf8 = said.lower().replace("-", "") in {"utf8", "65001"}
    if texts.isascii() or not (single or utf8):
        return None
    found = detect_encoding(b"\n".join(map(_whole, texts.split(b"\n"))) if utf8 else texts)
    if utf8 and (found is None or found.name == "utf-8"):
        if found is None:
            problems.add(_untold(f"the texts are not {said}, which the .cpg file says", path))
        return None
    if (
        found is None
        or not found.certain
        or (single and found.name == "cp1252")
        or (single and found.name == "utf-8" and len(texts) < _FEWEST_BYTES)
    ):
        return None
    problems.add(
        Problem(
            f"the .cpg file says {said}, the texts are {found.name}; they are read as that",
            path,
            value=said,
            expected=found.name,
            remedy=f"add `encoding: {found.name}` to the entry in the study file, or mend the .cpg file",
            severity="warning",
            code="wrong_code_page",
            details={"said": said, "encoding": found.name},
        )
    )
    return found.name


def _whole(text: bytes) -> bytes:
    """A UTF-8 text without the beginning of a character at its end, where a head of ten bytes was cut."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return text[: error.start]
    return text


def _untold(what: str, path: Path) -> Problem:
    return Problem(
        what,
        path,
        expected="a .cpg file beside it that is right, or `encoding:`",
        remedy="add `encoding: gb18030` (or big5, utf-8) to the entry in the study file",
        severity="warning",
        code="encoding",
    )


def _beside(path: Path, suffix: str) -> Path | None:
    """A part of a Shapefile."""
    return next((part for s in (suffix, suffix.upper()) if (part := path.with_suffix(s)).is_file()), None)


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
