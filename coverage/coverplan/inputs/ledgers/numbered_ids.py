"""Codes that a ledger keeps in its column of serial numbers: YL01, YL02 under 序号 are ids, 1, 2, 3 are places in a list."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.column_values import texts
from coverplan.inputs.tables.table_file import TableFile
from coverplan.text.folding import plain

_SERIAL = frozenset({"序号", "序號", "序", "no", "no.", "nr", "nr."})
_CODE = re.compile(r"(?=.*[A-Za-z])(?=.*\d)[A-Za-z0-9._-]+")


def with_coded_numbers(
    table: TableFile, column: Mapping[str, str], ignore: Collection[str], problems: Problems
) -> dict[str, str]:
    """Columns of a ledger, with its serial numbers as ids where they are codes.

    Parameters
    ----------
    table
        The ledger.
    column
        Column of each field that was found.
    ignore
        Columns that are read as no field.
    problems
        A note where a column of serial numbers is taken.

    Returns
    -------
    dict
        `column` as it was where it has ids, or where numbers are no codes of letters and digits, are blank or stand twice.
    """
    if "id" in column:
        return dict(column)
    free = [name for name in map(str, table.rows.columns) if name not in {*column.values(), *ignore}]
    serial = [name for name in free if plain(name).strip().lower() in _SERIAL]
    if len(serial) != 1:
        return dict(column)
    codes = texts(table, serial[0])
    if not codes or len(set(codes)) < len(codes) or not all(code and _CODE.fullmatch(code) for code in codes):
        return dict(column)
    problems.add(
        Problem(
            "the column is read as id",
            table.path,
            field=serial[0],
            severity="note",
            code="column_recognised",
            details={"field": "id"},
        )
    )
    return {**column, "id": serial[0]}
