"""Which column of a table is which field: as the study file says, else as the header says, and said so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.column_values import has_columns
from coverplan.inputs.tables.headers import Aliases, recognise
from coverplan.inputs.tables.table_file import TableFile


def columns_of(
    table: TableFile,
    said: Mapping[str, str],
    aliases: Aliases,
    problems: Problems,
    *,
    ignore: Iterable[str] = (),
    fields: Iterable[str] | None = None,
) -> dict[str, str] | None:
    """Column of each field that the table has; None when a column that the study file names does not exist.

    Parameters
    ----------
    table
        The table.
    said
        Columns that the study file names; they override everything.
    aliases
        What headers mean.
    problems
        One note for each header that was recognised, one warning where two columns could be the same field.
    ignore
        Columns that are read as no field.
    fields
        Fields to look for; all of the aliases when not given.
    """
    if not has_columns(table, [*said.values(), *ignore], problems):
        return None
    wanted = set(aliases if fields is None else fields) - set(said)
    taken = {*said.values(), *ignore, "geometry"}
    free = [str(column) for column in table.rows.columns if str(column) not in taken]
    found = dict(said)
    for field, columns in recognise(free, aliases).items():
        if field not in wanted:
            continue
        if field in columns or len(columns) == 1:
            found[field] = field if field in columns else columns[0]
            if found[field] != field:
                problems.add(
                    Problem(
                        f"the column is read as {field}",
                        table.path,
                        field=found[field],
                        severity="note",
                        code="column_recognised",
                        details={"field": field},
                    )
                )
        else:
            problems.add(
                Problem(
                    f"several columns could be {field}; none is read as it",
                    table.path,
                    field=", ".join(columns),
                    expected=f"one column of {field}",
                    remedy=f"name it in the study file: columns: {{{field}: {columns[0]}}}",
                    severity="warning",
                    code="ambiguous_column",
                    details={"field": field, "columns": ", ".join(columns)},
                )
            )
    return found
