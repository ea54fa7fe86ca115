"""Files of a comparison: ``compare.json``, tables as csv, and the report as web page, Word file and workbook."""

from __future__ import annotations

from pathlib import Path

from coverplan.comparison.outcome import Comparison
from coverplan.results.files import TABLES, as_json
from coverplan.results.folders import replace_folder
from coverplan.results.tables import write_tables_csv
from coverplan.text.words import Language

COMPARE_JSON = "compare.json"
REPORT = "compare"


def write_comparison(
    comparison: Comparison, folder: Path, *, language: Language, numbers_only: bool = False
) -> Path:
    """Write a comparison to `folder`, replacing an earlier one only when all of it is written; returns its path.

    Raises
    ------
    InputError
        If the folder cannot be written, or holds files that are no comparison.
    """

    def fill(aside: Path) -> None:
        text = as_json(comparison.summary())
        (aside / COMPARE_JSON).write_text(text, encoding="utf-8", newline="\n")
        write_tables_csv(comparison.frames(), aside / TABLES)
        if not numbers_only:
            _write_report(comparison, aside, language)

    return replace_folder(folder, fill, sign=COMPARE_JSON)


def _write_report(comparison: Comparison, folder: Path, language: Language) -> None:
    from coverplan.comparison.content import abridged, document
    from coverplan.report.files import write_documents

    whole = document(comparison, language=language)
    short = abridged(whole)
    write_documents({"html": short, "docx": short, "xlsx": whole}, folder, name=REPORT)
