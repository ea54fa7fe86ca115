"""Rows of a ledger that name no facility: a number of a unit, perhaps a subtotal of the rows around it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from coverplan.errors import Problems
from coverplan.inputs.tables.column_values import report_rows, texts
from coverplan.inputs.tables.table_file import TableFile
from coverplan.units import BoolArray


def report_nameless(
    table: TableFile, column: Mapping[str, str], placed: BoolArray, problems: Problems
) -> BoolArray:
    """Report rows with neither name, id nor site in a ledger that has names.

    Parameters
    ----------
    table
        The ledger.
    column
        Column of each field.
    placed
        Shape (rows,): the row has a site.
    problems
        One warning for each such row.

    Returns
    -------
    BoolArray
        Shape (rows,): which rows these are; none where no column is of names.
    """
    if "name" not in column:
        return np.zeros(len(table.rows), dtype=bool)
    nothing = ~placed
    for field in ("name", "id"):
        if field in column:
            nothing &= np.array([text is None for text in texts(table, column[field])], dtype=bool)
    report_rows(
        table, column["name"], nothing, problems,
        what="the row names no facility: neither a name, an id nor a site", code="nameless",
        expected="a facility in each row", remedy="write its name, or delete the row if it is a subtotal",
        severity="warning",
    )  # fmt: skip
    return nothing
