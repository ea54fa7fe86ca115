"""Text tables (csv, tsv, txt): encoding and separator told from the content, and said."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.encodings import detect_encoding
from coverplan.inputs.tables.grid import MAX_CELLS, MAX_FILE_BYTES, Grid, filled

_SEPARATORS = (",", "\t", ";", "|", "，")
_PLAIN = frozenset({"utf-8", "utf-8-sig"})
#: Rows of so many cells are a table; so many row numbers are named.
_TABLE_WIDE, _SHOWN = 3, 10


def read_text_table(path: Path, problems: Problems, *, encoding: str | None = None) -> Grid | None:
    """Rows of a text table; None, with the reason in `problems`, when it cannot be read."""
    if path.stat().st_size > MAX_FILE_BYTES:
        problems.add(Problem("the file is too large", path, value=path.stat().st_size, code="too_large"))
        return None
    text = _text(path, encoding, problems)
    if text is None:
        return None
    if "\x00" in text:
        problems.add(
            Problem(
                "the file is not a text table", path, remedy="export the table as csv", code="broken_file"
            )
        )
        return None
    separator = _separator(text)
    if separator != ",":
        problems.add(
            Problem(
                "columns are separated by another sign than a comma",
                path,
                value=separator,
                severity="note",
                code="separator",
            )
        )
    rows = _rows(text, separator, path, problems)
    if rows is None or _swallows_rows(rows, text, separator, path, problems):
        return None
    return None if _otherwise_parted(rows, separator, path, problems) else Grid(None, rows)


def _otherwise_parted(rows: list[list[object]], separator: str, path: Path, problems: Problems) -> bool:
    """Whether some rows are parted by another sign than the others; rows that lack cells are warned of."""
    widths = [len(row) for row in rows]
    usual = max(set(widths), key=widths.count, default=0)
    if usual < _TABLE_WIDE:
        return False
    begins = widths.index(usual)
    lacking = [at for at in range(begins, len(rows)) if 0 < widths[at] < usual and any(map(filled, rows[at]))]
    others = [sign for sign in _SEPARATORS if sign != separator]
    parted = [
        at + 1
        for at in lacking
        if widths[at] == 1 and any(str(rows[at][0]).count(sign) == usual - 1 for sign in others)
    ]
    if parted:
        problems.add(
            Problem(
                "some rows are parted by another sign than the others",
                path,
                parted[0],
                value=_named(parted),
                expected=f"cells parted by {separator!r} in every row",
                remedy="put one sign between the cells of all rows, and export again",
                code="mixed_separators",
                details={"count": len(parted), "rows": _named(parted)},
            )
        )
        return True
    short = [at + 1 for at in lacking if widths[at] > 1 and not any(map(_ends_word, rows[at][:2]))]
    if short and len(short) < len(rows) - begins - len(short):
        problems.add(
            Problem(
                "rows have fewer cells than the others; what lacks reads as blank",
                path,
                short[0],
                value=_named(short),
                expected=f"{usual} cells",
                remedy="see whether a cell is lost, so that those behind it stand in the wrong column",
                severity="warning",
                code="too_few_cells",
                details={"count": len(short), "rows": _named(short)},
            )
        )
    return False


def _named(rows: list[int]) -> str:
    return ", ".join([*map(str, rows[:_SHOWN]), *(["..."] if len(rows) > _SHOWN else [])])


def _ends_word(cell: object) -> bool:
    """Whether a cell begins a note, as 注：and 填表人： do."""
    return isinstance(cell, str) and (":" in cell or "：" in cell)


def _swallows_rows(
    rows: list[list[object]], text: str, separator: str, path: Path, problems: Problems
) -> bool:
    """Whether a quotation mark that nobody closes makes one cell of several rows; a text of several lines may stand in one."""
    lines = text.count("\n") + (not text.endswith("\n"))
    if '"' not in text or len(rows) >= lines:
        return False
    width = max(map(len, rows[:50]), default=0)
    for at, row in enumerate(rows):
        for cell in row:
            if isinstance(cell, str) and "\n" in cell and cell.count(separator) >= max(width - 1, 1):
                try:
                    list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
                except csv.Error:
                    problems.add(_open_quote(path, at + 1, cell))
                    return True
                return False
    return False


def _open_quote(path: Path, row: int, cell: str) -> Problem:
    return Problem(
        "a quotation mark is not closed, so that rows below are read as one cell",
        path,
        row,
        value=cell[:60],
        expected="two quotation marks around a text, and two for one within it",
        remedy="close the mark, or take it away, and export the table again",
        code="open_quote",
    )


def _rows(text: str, separator: str, path: Path, problems: Problems) -> list[list[object]] | None:
    csv.field_size_limit(1_000_000)
    rows: list[list[object]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            cells += len(row)
            rows.append(list(row))
            if cells > MAX_CELLS:
                problems.add(Problem("the table has too many cells", path, len(rows), code="too_large"))
                return None
    except csv.Error as error:
        problems.add(
            Problem(f"the text table cannot be read: {error}", path, len(rows) + 1, code="broken_file")
        )
        return None
    return rows


def _text(path: Path, named: str | None, problems: Problems) -> str | None:
    data = path.read_bytes()
    name = named
    if name is None:
        found = detect_encoding(data)
        if found is None or not found.certain:
            problems.add(
                Problem(
                    "the encoding of the text cannot be told",
                    path,
                    expected="UTF-8, GB18030, Big5, Shift JIS or Windows-1252",
                    remedy="add `encoding: gb18030` (or big5, cp932, cp1252) to the entry in the study file, or save it as UTF-8",
                    code="encoding",
                )
            )
            return None
        name = found.name
        if name not in _PLAIN:
            problems.add(
                Problem(
                    f"the text is {name}",
                    path,
                    value=f"{found.everyday:.0%} everyday characters",
                    severity="note",
                    code="encoding_detected",
                    details={"encoding": name, "share": f"{found.everyday:.0%}"},
                )
            )
    try:
        return data.decode("utf-8-sig" if name.lower().replace("_", "-") in {"utf-8", "utf8"} else name)
    except (UnicodeDecodeError, LookupError) as error:
        problems.add(
            Problem(
                f"the file is not {name} text",
                path,
                value=f"byte {error.start}" if isinstance(error, UnicodeDecodeError) else name,
                expected="UTF-8, or the encoding named in the study file",
                remedy="add `encoding: gb18030` (or big5), or save the file again as UTF-8",
                code="encoding",
                details={"encoding": name},
            )
        )
        return None


def _separator(text: str) -> str:
    """The sign that stands equally often in most of the first lines; a comma when none does."""
    lines = [line for line in text[:20_000].splitlines()[:50] if line.strip()]
    if not lines:
        return ","
    counts = {sign: sorted(line.count(sign) for line in lines) for sign in _SEPARATORS}
    middle = {sign: count[len(count) // 2] for sign, count in counts.items()}
    best = max(_SEPARATORS, key=lambda sign: middle[sign])
    if middle[best] > 0 and middle[","] == 0:
        return best
    # 7,05;50,51: commas within numbers, another sign equally often in every line and no comma in the head
    others = [sign for sign in _SEPARATORS if sign != "," and counts[sign][0] == counts[sign][-1] > 0]
    return others[0] if others and "," not in lines[0] else ","
