"""Zip-based workbooks are looked through before anything opens them: bombs, entities, odd paths, macros, links."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.grid import MAX_CELLS, MAX_COLUMNS, ErrorCell, column_number

MAX_INFLATED_BYTES = 1_500_000_000
MAX_MEMBERS = 5_000
#: So much at once stays near the processor while it is looked through.
_CHUNK = 1 << 18
#: Entities are defined before anything else of a part.
_ENTITIES_BEFORE = 1 << 20
#: Place of a cell or number of a row however it is written: what unpacks it reads more than spreadsheets write.
_OTHER_FORMS = re.compile(rb'r(?:=[^"]|\s+=)')
_LETTERS = re.compile(rb"""[\s"']r\s*=\s*["']([A-Za-z]+)\d""")
_DIGITS = re.compile(rb"""[\s"']r\s*=\s*["'][A-Za-z]*(\d+)""")
#: More letters or digits than any spreadsheet has columns or rows.
_LONGEST_PLACE = 9
#: As many as spreadsheets have.
_USUAL_LETTERS, _USUAL_DIGITS = 3, 7
_A, _Z, _ZERO = b"az0"
#: A small letter is a capital one with this bit; no digit becomes a letter by it.
_SMALL = 0x20
#: Beyond column Z or row 999,999; a sheet all of whose places are before them holds fewer cells than the most.
_FAR = re.compile(rb'r(?:=[^"]|\s+=|="(?:[A-Za-z]{2}|[A-Za-z]?\d{7}))')
_USUAL_FIGURES = 6
assert MAX_CELLS >= 26 * (10**_USUAL_FIGURES - 1)
_R, _EQUAL, _QUOTE, _SPACE = b'r=" '
#: Stands behind a piece of XML that is looked through, as long as the longest place.
_BEHIND = bytes(12)
_FORMULA = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f[^>]*?(?:/>|>[^<]*</f>)\s*(<v>[^<])?')
#: Rows and columns that a sheet does not show, as a filter leaves them.
_HIDDEN_ROW = re.compile(rb"<row\b(?=[^<>]*\bhidden=\"(?:1|true)\")[^<>]*?\br=\"(\d{1,7})\"")
_HIDDEN_COLUMNS = re.compile(rb"<col\b(?=[^<>]*\bhidden=\"(?:1|true)\")[^<>]*>")
#: A cell that shows an error, as #REF! does where a row was deleted to which a formula refers.
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^<>]*? t="e"[^<>]*>(?:<f[^<>]*/>|<f[^<>]*>[^<]*</f>)?<v>([^<]{1,40})</v>'
)
_MOST_ERRORS = 10_000
#: Merged cells as spreadsheets list them below the rows, and so much XML from the first of them on that is kept.
_MERGED = re.compile(
    rb'<mergeCells(?: count="\d+")?>(?:<mergeCell ref="[A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7}" ?/>)*</mergeCells>'
)
_MERGED_PLACE = re.compile(rb'ref="([A-Z0-9:]+)"')
_MOST_MERGING = 4_000_000
_OVERLAP = 400


_SHEET_NAMES = re.compile(rb'<sheet\b[^>]*?\br:id="([^"]+)"')
_TARGETS = re.compile(rb"<Relationship\b[^>]*>")


class RefusedError(Exception):
    """The file is not opened; the message says why."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What is seen of one sheet.

    Formulas (how many, and where those stand that have no stored result), what the sheet hides, its errors, how many
    bytes it has, and the places of its merged cells, None where they are written in an unusual way.
    """

    count: int
    unstored: tuple[tuple[int, int], ...]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    errors: tuple[ErrorCell, ...] = ()
    length: int = 0
    merged: tuple[bytes, ...] | None = None


def guarded(path: Path, problems: Problems) -> dict[str, Scanned] | None:
    """Look a workbook through; what is seen of each sheet by member, or None when the file is refused."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _look_through(archive, path, problems)
    except RefusedError as error:
        problems.add(_refusal(path, str(error)))
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError) as error:
        problems.add(
            Problem(f"the workbook is damaged: {error}", path, remedy="save it again", code="broken_file")
        )
    return None


def _look_through(archive: zipfile.ZipFile, path: Path, problems: Problems) -> dict[str, Scanned]:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise RefusedError(f"it holds {len(members)} parts")
    total = 0
    scanned: dict[str, Scanned] = {}
    for member in members:
        _check_name(member)
        # any part may be named as a sheet by the list of parts
        sheet = _SheetScan()
        for chunk in _inflate(archive, member):
            if sheet.length < _ENTITIES_BEFORE:
                _check_entities(chunk, member)
            total += len(chunk)
            if total > MAX_INFLATED_BYTES:
                raise RefusedError(f"it unpacks to more than {MAX_INFLATED_BYTES // 10**6} MB")
            sheet.look(chunk)
        if sheet.far:
            _measure(archive, member)
        if "worksheets/" in member.filename:
            scanned[member.filename] = sheet.result()
    _notice(members, path, problems)
    return scanned


def _measure(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Refuse a sheet whose cells reach farther than any workbook of ours."""
    columns = last_row = 0
    tail = b""
    for chunk in _inflate(archive, member):
        data = tail + chunk
        tail = data[-_OVERLAP:]
        some = _reach(data)
        columns, last_row = max(columns, some[0]), max(last_row, some[1])
        if columns * last_row > MAX_CELLS:
            raise RefusedError(f"its cells reach to row {last_row} and column {columns}")


def sheet_members(path: Path) -> list[str]:
    """Members of an xlsx file that hold its sheets, in the order of the sheets."""
    with zipfile.ZipFile(path) as archive:
        try:
            book = archive.read("xl/workbook.xml")
            relations = archive.read("xl/_rels/workbook.xml.rels")
        except KeyError:
            return []
    targets = {}
    for relation in _TARGETS.findall(relations):
        parts = dict(re.findall(rb'(\w+)="([^"]*)"', relation))
        target = parts.get(b"Target", b"").decode("utf-8", "replace")
        targets[parts.get(b"Id", b"")] = target[1:] if target.startswith("/") else f"xl/{target}"
    return [targets.get(identifier, "") for identifier in _SHEET_NAMES.findall(book)]


def _check_name(member: zipfile.ZipInfo) -> None:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or re.match(r"[A-Za-z]:", member.filename):
        raise RefusedError(f"a part of it is named {member.filename!r}")
    if member.flag_bits & 1:
        raise RefusedError("it is locked with a password")


def _check_entities(chunk: bytes, member: zipfile.ZipInfo) -> None:
    if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
        raise RefusedError(f"the part {member.filename} defines XML entities")


def _inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack whatever stands in the file, not only as much as its directory says."""
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise RefusedError(f"the part {member.filename} is packed in an unusual way")
    file = archive.fp
    assert file is not None
    with archive.open(member):  # checks the local header against the directory
        pass
    file.seek(member.header_offset)
    header = file.read(30)
    file.seek(
        member.header_offset
        + 30
        + int.from_bytes(header[26:28], "little")
        + int.from_bytes(header[28:30], "little")
    )
    left = member.compress_size
    inflater = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0 and (packed := file.read(min(_CHUNK, left))):
        left -= len(packed)
        if inflater is None:
            yield packed
            continue
        while packed:
            yield inflater.decompress(packed, _CHUNK)
            packed = inflater.unconsumed_tail


def _notice(members: list[zipfile.ZipInfo], path: Path, problems: Problems) -> None:
    names = [member.filename for member in members]
    for part, what, code in (
        ("vbaProject", "the workbook holds macros; they are never run", "macros_ignored"),
        ("externalLinks/", "the workbook links to other workbooks; they are never opened", "links_ignored"),
        ("connections.xml", "the workbook has data connections; they are never opened", "links_ignored"),
    ):
        if any(part in name for name in names):
            problems.add(Problem(what, path, severity="note", code=code))


def _refusal(path: Path, why: str) -> Problem:
    return Problem(
        f"the workbook is not opened: {why}",
        path,
        expected="an ordinary workbook without password",
        remedy="open it in a spreadsheet program, copy the values into a new workbook and save that",
        code="refused_file",
    )


def _reach(data: bytes) -> tuple[int, int]:
    """How many columns and rows the places of a piece of XML reach to."""
    usual = None if _OTHER_FORMS.search(data) is not None else _usual_reach(data)
    if usual is not None:
        return usual
    letters, digits = set(_LETTERS.findall(data)), set(_DIGITS.findall(data))
    if max(map(len, letters | digits), default=0) > _LONGEST_PLACE:
        raise RefusedError("one of its cells stands where no spreadsheet has any")
    columns = max((column_number(part.upper().decode()) + 1 for part in letters), default=0)
    return columns, max(map(int, digits), default=0)


def _usual_reach(data: bytes) -> tuple[int, int] | None:
    """The same where all places are written as spreadsheets write them, much faster; None where one is not."""
    signs = np.frombuffer(data + bytes(_USUAL_LETTERS + _USUAL_DIGITS + 1), dtype=np.uint8)
    quotes = np.flatnonzero(signs[2 : len(data)] == ord('"'))
    at = quotes[(signs[quotes] == ord("r")) & (signs[quotes + 1] == ord("="))] + 3
    column = np.zeros(len(at), dtype=np.int64)
    row = np.zeros(len(at), dtype=np.int64)
    going = np.ones(len(at), dtype=bool)
    for _ in range(_USUAL_LETTERS + 1):
        sign = signs[at] | _SMALL
        going &= (sign >= _A) & (sign <= _Z)
        column[going] = column[going] * 26 + (sign[going] - _A + 1)
        at = at + going
    if going.any():
        return None
    going[:] = True
    for _ in range(_USUAL_DIGITS + 1):
        digit = signs[at] - _ZERO
        going &= digit < 10
        row[going] = row[going] * 10 + digit[going]
        at = at + going
    if going.any():
        return None
    numbered = signs[at - 1] - _ZERO < 10
    return int(column[numbered].max(initial=0)), int(row.max(initial=0))


def _stands(text: bytes, signs: NDArray[np.uint8]) -> bool:
    """Whether a few bytes stand one behind the other; sooner found so than by a search where the first is frequent."""
    count = len(signs) - len(text) + 1
    found = signs[:count] == text[0]
    for at, sign in enumerate(text[1:], start=1):
        found &= signs[at : at + count] == sign
    return bool(found.any())


def _unusual(signs: NDArray[np.uint8]) -> bool:
    """Whether some place or row number may be written otherwise than ``r="Z999999"``, or be beyond that."""
    equal = signs == _EQUAL
    if ((signs[:-1] <= _SPACE) & equal[1:]).any():
        return True
    count = len(signs) - len(_BEHIND)
    at = np.flatnonzero((signs[:count] == _R) & equal[1 : count + 1])
    first, second = signs[at + 3], signs[at + 4]
    counted = first - _ZERO < 10
    usual = (signs[at + 2] == _QUOTE) & (counted | (second - _ZERO < 10))
    ends = second == _QUOTE
    for behind in range(5, 4 + _USUAL_FIGURES):
        ends |= signs[at + behind] == _QUOTE
    ends |= (signs[at + 4 + _USUAL_FIGURES] == _QUOTE) & ~counted
    return not (usual & ends).all()


class _SheetScan:
    """Looks at a sheet's XML piece by piece: whether cells are far out, formulas, errors, and what it hides."""

    def __init__(self) -> None:
        self._tail = b""
        self.far = False
        self._count = 0
        self._unstored: set[tuple[int, int]] = set()
        self._seen_formulas: set[bytes] = set()
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._errors: set[ErrorCell] = set()
        self.length = 0
        self._merging: bytes | None = None
        self._narrow = False

    def look(self, chunk: bytes) -> None:
        data = self._tail + chunk
        signs = np.frombuffer(data + _BEHIND, dtype=np.uint8)
        self._narrow = self._narrow or (not self.length and chunk.startswith((b"<?xml", b"<worksheet")))
        self.length += len(chunk)
        self._tail = data[-_OVERLAP:]
        self.far = self.far or (_unusual(signs) and _FAR.search(data) is not None)
        if _stands(b"<f", signs):
            self._formulas(data)
        if _stands(b'"e"', signs) and b' t="e"' in data and len(self._errors) < _MOST_ERRORS:
            self._errors.update(
                (int(row) - 1, column_number(letters.decode()), text.decode("utf-8", "replace"))
                for letters, row, text in _ERROR.findall(data)
            )
        if b" hidden=" in data:
            self._hidden(data)
        if self._merging is not None:
            self._merging += chunk if len(self._merging) < _MOST_MERGING else b""
        elif (at := data.find(b"<mergeCell")) >= 0:
            self._merging = data[at:]

    def _formulas(self, data: bytes) -> None:
        for found in _FORMULA.finditer(data):
            letters, row, stored = found.groups()
            place = letters + row
            if place in self._seen_formulas:
                if stored:
                    self._unstored.discard((int(row) - 1, column_number(letters.decode())))
                continue
            self._seen_formulas.add(place)
            if not stored:
                self._unstored.add((int(row) - 1, column_number(letters.decode())))

    def _hidden(self, data: bytes) -> None:
        self._hidden_rows.update(int(row) - 1 for row in _HIDDEN_ROW.findall(data))
        for column in _HIDDEN_COLUMNS.findall(data):
            ends = dict(re.findall(rb'\b(min|max)="(\d{1,6})"', column))
            first, last = int(ends.get(b"min", 1)), int(ends.get(b"max", 0))
            self._hidden_columns.update(range(first - 1, min(last, MAX_COLUMNS)))

    def result(self) -> Scanned:
        """What was seen."""
        return Scanned(
            len(self._seen_formulas),
            tuple(sorted(self._unstored)),
            frozenset(self._hidden_rows),
            frozenset(self._hidden_columns),
            tuple(sorted(self._errors)),
            self.length,
            (() if self._merging is None else _merged(self._merging)) if self._narrow else None,
        )


def _merged(text: bytes) -> tuple[bytes, ...] | None:
    """Places of the merged cells of a sheet's XML from the first of them on; None where they are written unusually."""
    found = _MERGED.match(text)
    if found is None or b"mergeCell" in text[found.end() :]:
        return None
    return tuple(_MERGED_PLACE.findall(found.group()))
