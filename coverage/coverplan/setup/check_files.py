"""What a check found, as lines to read, as a workbook whose send-back sheets can be filled, and as a page."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from coverplan.errors import Problem
from coverplan.inputs.tables.column_values import EXAMPLE
from coverplan.inputs.tables.mending import COLUMNS
from coverplan.setup.send_back import Line, lines_of, streets_of
from coverplan.setup.sheet_rows import Row, append_rows
from coverplan.setup.study_check import StudyCheck
from coverplan.text.cells import as_text, text_lines
from coverplan.text.problem_words import cell_text, datum_words, problem_text, rule_words, way_out, what_words
from coverplan.text.words import Language, Words
from coverplan.text.writing import write_whole

#: A sheet shows so many lines and says how many there are; nobody mends more by hand, and the workbook opens quickly.
MOST_LINES = 10_000
_ROWS_SHOWN = 10
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31
#: A4 among the paper sizes that workbooks know by number.
_A4 = 9
#: Height of a line, and lines of a text that are shown.
_LINE_PT, _MOST_SHOWN = 14.5, 8


def summary_lines(check: StudyCheck, language: Language) -> list[str]:
    """What was found, in sentences for a screen."""
    words = Words(language)
    lines = [
        words(
            "inputs.layer_line",
            layer=words.name_of("layer", layer.source.layer),
            file=layer.source.file,
            read=layer.ledger.table.read,
            used=len(layer.ledger.rows),
            quarantined=len(layer.ledger.quarantined),
            left_out=layer.ledger.left_out,
            repaired=len(layer.ledger.table.repairs),
            suspicious=len({one.position for one in layer.suspicious}),
        )
        if layer.ledger is not None
        else words(
            "inputs.layer_unusable", layer=words.name_of("layer", layer.source.layer), file=layer.source.file
        )
        for layer in check.layers
    ]
    counts = Counter(problem.severity for problem in check.problems)
    lines.append(
        words("inputs.counts", errors=counts["error"], warnings=counts["warning"], notes=counts["note"])
    )
    lines += [_folded_text(alike, words) for alike in _folded(check.problems)]
    return lines


def _folded(problems: Iterable[Problem]) -> list[list[Problem]]:
    """Problems that are no notes, those alike in all but row and value together; the gravest last, where a screen ends."""
    alike: dict[tuple[object, ...], list[Problem]] = {}
    for one in problems:
        if one.severity != "note":
            particular = None if one.line is not None else (one.what, one.value)
            key = (
                one.severity,
                one.code,
                one.file,
                one.field,
                one.what if one.line is None else None,
                particular,
            )
            alike.setdefault(key, []).append(one)
    return sorted(alike.values(), key=lambda some: some[0].severity == "error")


def _folded_text(alike: Sequence[Problem], words: Words) -> str:
    """One problem, with how many more rows it stands in."""
    first = problem_text(alike[0], words, whole=False)
    if len(alike) == 1:
        return first
    rows = [one.line for one in alike[1:] if one.line is not None]
    shown = ", ".join(map(str, rows[:_ROWS_SHOWN])) + (" ..." if len(rows) > _ROWS_SHOWN else "")
    return f"{first}\n    {words('inputs.alike', count=len(alike) - 1, rows=shown)}"


def write_check(check: StudyCheck, folder: Path, *, language: Language) -> tuple[Path, Path]:
    """Write ``check.xlsx`` and ``check.html`` into a folder; each is written whole or not at all."""
    words = Words(language)
    lines = lines_of(check)
    tables = _tables(check, lines, words)
    book, page = folder / "check.xlsx", folder / "check.html"
    write_whole(book, lambda path: _write_book(path, tables, lines, words))
    html = _page(check, tables, lines, words)
    write_whole(page, lambda path: path.write_text(html, encoding="utf-8", newline="\n"))
    return book, page


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the check: its title, its head, the first `MOST_LINES` of its rows, and how many there are."""

    title: str
    head: list[str]
    rows: list[list[Any]]
    count: int


def _tables(check: StudyCheck, lines: list[Line], words: Words) -> list[Table]:
    """Title, head and rows of what was read, whole-file problems, repairs, rows set aside, quarantined and suspicious."""
    counts: Counter[str] = Counter()
    read: list[list[Any]] = []
    repairs: list[list[Any]] = []
    aside: list[list[Any]] = []
    for layer in check.layers:
        name = words.name_of("layer", layer.source.layer)
        ledger = layer.ledger
        if ledger is None:
            read.append([name, layer.source.file, *[None] * 6, words("inputs.unusable")])
            continue
        table = ledger.table
        read.append(
            [
                name, table.path.name, table.read, len(ledger.rows), len(ledger.quarantined), ledger.left_out,
                len(table.set_aside), len(table.repairs), datum_words(layer.detection, words),
            ]
        )  # fmt: skip
        counts["repairs"] += len(table.repairs)
        repairs += [
            [
                name,
                table.path.name,
                r.sheet,
                r.row,
                r.column,
                *_quoted(
                    [cell_text(r.printed), cell_text(r.read_as)], words, hidden=not ledger.public[r.position]
                ),
                rule_words(r.rule, words),
            ]
            for r in table.repairs[: MOST_LINES - len(repairs)]
        ]
        aside += [
            [
                name,
                table.path.name,
                row.sheet,
                row.row,
                words.name_of("aside_kind", row.kind),
                *_quoted([row.text], words, hidden=not ledger.public.any()),
            ]
            for row in table.set_aside
        ]
    hidden = _protected_rows(check)
    whole = [
        [words(f"inputs.{p.severity}"), "" if p.file is None else p.file.name, p.line, p.field,
         what_words(_without_example(p, hidden), words),
         *_quoted(["" if p.value is None else str(p.value)], words, hidden=p.file is not None and (p.file.name, p.line) in hidden),
         *way_out(p, words)]
        for p in check.problems
    ]  # fmt: skip
    refused, others = ([line for line in lines if line.refused is wanted] for wanted in (True, False))
    rows = [[_row(line, words) for line in some[:MOST_LINES]] for some in (refused, others)]
    head = [
        words(f"inputs.{key}")
        for key in (
            "street",
            "file",
            "sheet",
            "row",
            "column",
            "layer",
            "id",
            "name",
            "printed",
            "what",
            "expected",
        )
    ]
    file_row = [words(f"inputs.{key}") for key in ("layer", "file", "sheet", "row")]
    of_cells = [*file_row, *(words(f"inputs.{key}") for key in ("column", "printed", "read_as", "rule"))]
    return [
        Table(words("inputs.read"), [words(f"inputs.{key}") for key in _READ], read, len(read)),
        Table(
            words("inputs.whole"), [words(f"inputs.{key}") for key in _WHOLE], whole[:MOST_LINES], len(whole)
        ),
        Table(words("inputs.quarantine"), head, rows[0], len(refused)),
        Table(words("inputs.suspicious"), head, rows[1], len(others)),
        Table(words("inputs.repairs"), of_cells, repairs, counts["repairs"]),
        Table(
            words("inputs.aside"),
            [*file_row, words("inputs.kind"), words("inputs.printed")],
            aside[:MOST_LINES],
            len(aside),
        ),
    ]


#: Letters across of columns that need more or less room than others.
_WIDTHS = {
    "row": 6, "severity": 6, "sheet": 8, "layer": 10, "id": 8, "column": 14, "printed": 14, "what": 34, "expected": 26,
    "remedy": 30, "datum": 40, "rows": 8, "used": 8, "quarantined": 8, "left_out": 12, "aside": 12, "repaired": 12,
}  # fmt: skip
_READ = ("layer", "file", "rows", "used", "quarantined", "left_out", "aside", "repaired", "datum")
_WHOLE = ("severity", "file", "row", "column", "what", "printed", "expected", "remedy")


def _expected(words: Words, line: Line) -> str:
    """What to write, in the reader's language where it has words for it, with a similar name that was found."""
    told = words.name_of("mend", line.code)
    told = line.expected if told == line.code else told
    offered = "" if line.similar is None else words("inputs.did_you_mean", name=line.similar)
    return f"{told} {offered}".strip()


def _row(line: Line, words: Words) -> list[Any]:
    street = line.street or words("inputs.unknown_street")
    what = what_words(line, words)
    return [
        street,
        line.file,
        line.sheet,
        line.row,
        line.column,
        words.name_of("layer", line.layer),
        *_quoted([line.facility, line.name, line.printed], words, hidden=line.protected),
        what,
        words("inputs.withheld") if line.protected and line.similar else _expected(words, line),
    ]


def _quoted(cells: list[Any], words: Words, *, hidden: bool) -> list[Any]:
    """Cells of a row, withheld where its place must not be shown."""
    return [words("inputs.withheld") if hidden and cell else cell for cell in cells]


def _protected_rows(check: StudyCheck) -> set[tuple[str, int]]:
    """File and row of every row whose place must not be shown."""
    return {
        (layer.ledger.table.path.name, layer.ledger.table.label(int(position))[1])
        for layer in check.layers
        if layer.ledger is not None
        for position in np.flatnonzero(~layer.ledger.public)
    }


def _without_example(problem: Problem, hidden: set[tuple[str, int]]) -> Problem:
    """A note of repairs without the cell that it shows, where the file has rows whose place must not be shown."""
    if (
        problem.code != "repaired"
        or problem.file is None
        or problem.file.name not in {name for name, _ in hidden}
    ):
        return problem
    return replace(problem, what=problem.what.partition(EXAMPLE)[0], details={})


def _write_book(path: Path, tables: Sequence[Table], lines: list[Line], words: Words) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    bodies: dict[int, list[Row]] = {}
    names: set[str] = set()
    wide = {words(f"inputs.{key}"): width for key, width in _WIDTHS.items()}
    mark = words("inputs.internal")
    wide[mark] = 24
    for table in tables:
        body = _sheet(book, _sheet_name(table.title, names), table.head, table.rows, wide, mark=mark)
        bodies[len(bodies)] = body
        if table.count > len(table.rows):
            said = words("inputs.cut", shown=len(table.rows), all=table.count)
            _sheet(book, _sheet_name(f"{table.title}+", names), [said], [], wide, mark=mark)
            bodies[len(bodies)] = []
    mine = 0 if words.language == "zh" else 1
    extra = [words(f"inputs.{key}") for key in ("layer", "id", "name", "printed", "what", "expected")]
    keys = [COLUMNS[key][mine] for key in ("file", "sheet", "row", "column")]
    for street, some in streets_of(lines).items():
        title = words("inputs.send_back", street=street or words("inputs.unknown_street"))
        to_mend = [
            [line.file, line.sheet, line.row, line.column, words.name_of("layer", line.layer), line.facility,
             line.name, line.printed, what_words(line, words), _expected(words, line), None, None]
            for line in some[:MOST_LINES]
        ]  # fmt: skip
        bodies[len(bodies)] = _sheet(
            book,
            _sheet_name(title, names),
            [*keys, *extra, COLUMNS["new"][mine], mark],
            to_mend,
            wide,
            mark=mark,
        )
    with tempfile.TemporaryDirectory() as folder:
        heads = Path(folder) / "heads.xlsx"
        book.save(heads)
        append_rows(heads, path, bodies)


def _sheet(
    book: Any, name: str, head: list[str], rows: Iterable[list[Any]], wide: Mapping[str, int], *, mark: str
) -> list[Row]:
    """Begin a sheet: its looks, its head and its first row; the rows that remain are given back."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.properties import PageSetupProperties

    wrapped = Alignment(wrap_text=True, vertical="top")
    page = book.create_sheet(name)
    page.freeze_panes = "A2"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", _A4
    page.print_title_rows = "1:1"
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.fitToHeight = 0
    page.oddHeader.center.text = mark
    for column in range(len(head)):
        page.column_dimensions[chr(65 + column)].width = wide.get(head[column], 16)
    cells = []
    for text in head:
        cell = WriteOnlyCell(page, value=text)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E3E8ED")
        cell.alignment = wrapped
        cells.append(cell)
    page.append(cells)
    body = _body(rows, [wide.get(text, 16) for text in head])
    if body:
        page.row_dimensions[2].height = body[0].height
        first = [WriteOnlyCell(page, value=value) for value in body[0].cells]
        for cell in first:
            cell.alignment = wrapped
        page.append(first)
    return body[1:]


def _body(rows: Iterable[list[Any]], widths: Sequence[int]) -> list[Row]:
    """Rows of a sheet, tall where a text stands on several lines, so that a sheet fits a page."""
    known: list[dict[str, tuple[str, int]]] = [{} for _ in widths]
    body = []
    for row in rows:
        lines, cells = 1, list(row)
        for at, (value, seen, width) in enumerate(zip(row, known, widths, strict=False)):
            if isinstance(value, str):
                found = seen.get(value)
                if found is None:
                    found = seen[value] = _safe(value), text_lines(value, width)
                cells[at] = found[0]
                lines = max(lines, found[1])
        body.append(Row(cells, None if lines == 1 else _LINE_PT * min(lines, _MOST_SHOWN)))
    return body


def _safe(value: str) -> str:
    return str(as_text(_UNPRINTABLE.sub("", value)[:32_000]))


def _sheet_name(title: str, names: set[str]) -> str:
    name = _FORBIDDEN.sub(" ", _UNPRINTABLE.sub("", title))[:_LONGEST_NAME].strip() or "sheet"
    unique, copies = name, 1
    while unique.lower() in names:
        copies += 1
        unique = f"{name[: _LONGEST_NAME - 4]} {copies}"
    names.add(unique.lower())
    return unique


def _page(check: StudyCheck, tables: Sequence[Table], lines: list[Line], words: Words) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("coverplan.setup", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    streets = {
        street or words("inputs.unknown_street"): len(some) for street, some in streets_of(lines).items()
    }
    return environment.get_template("check.html").render(
        words=words, check=check, tables=tables, streets=streets, shown=500, synthetic=check.file.synthetic
    )
