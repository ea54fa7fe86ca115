"""Rows of a ledger that name no facility, as a subtotal of the rows around them, or the same one as others."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from coverplan.errors import Problems
from coverplan.inputs.tables.column_values import report_rows, shared_rows, texts
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


def report_shared_names(table: TableFile, column: Mapping[str, str], problems: Problems) -> None:
    """Warn of names that are merged over several rows: one facility written in several rows, or several of one name.

    Parameters
    ----------
    table
        The ledger.
    column
        Column of each field.
    problems
        One warning for each such row.
    """
    if "name" not in column:
        return
    report_rows(
        table, column["name"], shared_rows(table, column["name"]), problems,
        what="one name is merged over several rows, each of which is read as a facility", code="shared_name",
        expected="a row for each facility", remedy="put the rows of one facility into one; else unmerge and name each",
        severity="warning",
    )  # fmt: skip
