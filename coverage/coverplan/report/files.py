"""Files of a report, each written aside and renamed, so that nothing half-written stays behind."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Literal, get_args

from coverplan.report.build import build, heading, tables
from coverplan.report.cellformat import absent
from coverplan.report.content import Document, Table
from coverplan.results.result import Result
from coverplan.text.cells import as_text
from coverplan.text.words import Language, Words
from coverplan.text.writing import write_whole

Format = Literal["html", "docx", "xlsx"]
FORMATS: tuple[Format, ...] = get_args(Format)
REPORT = "report"
TABLE_BOOK = "tables.xlsx"
TABLE_FOLDER = "csv"


def write_report(
    result: Result, folder: Path, *, language: Language, formats: Iterable[Format] = FORMATS
) -> list[Path]:
    """Write ``report.html``, ``report.docx`` and ``report.xlsx``, all from the same contents.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    document = build(result, language=language)
    return write_documents(dict.fromkeys(formats, document), folder, name=REPORT)


def write_documents(documents: Mapping[Format, Document], folder: Path, *, name: str) -> list[Path]:
    """Write each document in its format to ``<name>.<format>``; figures of the same key are drawn once.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    pictures: dict[str, bytes] = {}
    return [
        write_whole(folder / f"{name}.{form}", partial(_writer(form, pictures), document))
        for form, document in documents.items()
    ]


def write_tables(result: Result, folder: Path, *, language: Language) -> list[Path]:
    """Write every table of a result to ``tables.xlsx``, and each to a file of its own in the folder ``csv``.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    head = heading(result, language=language)
    found = tables(result, language=language)
    words = Words(language)

    def book(contents: tuple[Table, ...], path: Path) -> None:
        from coverplan.report.documents.workbook import write_table_book

        write_table_book(contents, path, head=head, words=words)

    def separate(table: Table, path: Path) -> None:
        _write_csv(table, path, None if head.mark is None else (words("report.book.nature"), head.mark))

    paths = [write_whole(folder / TABLE_BOOK, partial(book, found))]
    names = (folder / TABLE_FOLDER / f"{table.key}.csv" for table in found)
    return paths + [
        write_whole(path, partial(separate, table)) for path, table in zip(names, found, strict=True)
    ]


def _writer(form: Format, drawn: dict[str, bytes]) -> Callable[[Document, Path], None]:
    """Who writes a format; pictures are drawn once for all formats that hold them."""
    if form == "html":
        from coverplan.report.documents.webpage import write_page

        return write_page
    from coverplan.report.drawings.png import Pictures

    pictures = Pictures(drawn)
    if form == "docx":
        from coverplan.report.documents.word import write_word

        return partial(write_word, pictures=pictures)
    from coverplan.report.documents.workbook import write_report_book

    return partial(write_report_book, pictures=pictures)


def _write_csv(table: Table, path: Path, mark: tuple[str, str] | None) -> None:
    """Heads with units, numbers as they are, unknown as an empty cell; the mark in a column of its own (R14)."""
    heads = [column.title + (f" ({column.unit})" if column.unit else "") for column in table.columns]
    # a byte order mark, for spreadsheets on Chinese Windows
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads + ([] if mark is None else [mark[0]]))
        for row in table.rows:
            values = ["" if absent(value) else as_text(value) for value in row.values]
            writer.writerow(values + ([] if mark is None else [mark[1]]))
