"""The values among which the next plan may choose, as text, csv or workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from coverplan.errors import InputError, Problem
from coverplan.text.cells import as_text
from coverplan.text.words import Language, Words
from coverplan.text.writing import write_whole


def table_text(table: pd.DataFrame, language: Language) -> str:
    """The table with heads in words, cells separated by tabs; what is unknown is empty."""
    return _titled(table, language).to_csv(sep="\t", index=False, lineterminator="\n").rstrip()


def write_next_targets(table: pd.DataFrame, path: Path, language: Language) -> Path:
    """Write the table as .csv or .xlsx.

    Raises
    ------
    InputError
        For another ending, or when the file cannot be written.
    """
    titled = _titled(table, language)
    if path.suffix.lower() == ".csv":
        return write_whole(path, lambda part: titled.to_csv(part, index=False, encoding="utf-8-sig"))
    if path.suffix.lower() == ".xlsx":
        return write_whole(path, lambda part: _book(titled).save(part))
    raise InputError(
        [
            Problem(
                "the kind of file is not known",
                path,
                value=path.suffix,
                expected=".csv or .xlsx",
                code="unknown_file_kind",
            )
        ]
    )


def _titled(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    words = Words(language)
    whole = table.reset_index()
    whole["rule"] = [words.name_of("report.rule_word", str(rule)) for rule in whole["rule"]]
    for column in ("present", "pipeline", "programme", "programme_cost", "reference", "old_target"):
        whole[column] = pd.Series(
            [None if pd.isna(value) else round(float(value), 2) for value in whole[column]], dtype=object
        )
    for column in ("pipeline_year", "reference_year"):
        whole[column] = pd.Series(
            [None if pd.isna(value) else int(value) for value in whole[column]], dtype=object
        )
    return whole.astype(object).rename(
        columns={name: words(f"plan_table.next.{name}") for name in whole.columns}
    )


def _book(table: pd.DataFrame) -> Any:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    page = book.active
    assert page is not None
    page.append(list(table.columns))
    for row in table.itertuples(index=False):
        page.append(
            [None if pd.isna(value) else as_text(value) if isinstance(value, str) else value for value in row]
        )
    for at, cell in enumerate(page[1], 1):
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E3E8ED")
        page.column_dimensions[get_column_letter(at)].width = 34 if at in {2, 13} else 14
    for cells in page.iter_rows():
        for cell in cells:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    page.freeze_panes = "C2"
    return book
