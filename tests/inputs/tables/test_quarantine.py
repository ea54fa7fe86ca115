"""Rows with problems: which of them cannot be used, and what is said of the whole table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.quarantine import RowProblems
from coverplan.inputs.tables.table_file import TableFile


def test_only_rows_with_what_is_refused_cannot_be_used():
    table = TableFile(Path("a.csv"), pd.DataFrame({"beds": [1, 2, 3, 4]}, index=[2, 3, 5, 6]), 4)
    said = Problems()
    for line, code, severity in (
        (2, "far", "error"), (3, "near", "error"), (5, "near", "warning"), (6, "far", "note"), (4, "far", "error"), (None, "far", "error"),
    ):  # fmt: skip
        said.add(Problem("a", line=line, code=code, severity=severity))
    rows = RowProblems(table)
    rest = rows.take(said, refuse={"far"})
    assert [(one.position, one.refused) for one in rows.found] == [(0, True), (1, False), (2, False)]
    assert rows.refused().tolist() == [True, False, False, False]
    assert [one.line for one in rest] == [6, 4, None]  # a note, a row that is none, the whole table
