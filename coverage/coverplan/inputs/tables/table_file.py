"""Tables and layers from files: rows with the number a person would count, nothing converted in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.amounts import Kind, is_blank, parse_amount, plain
from coverplan.inputs.tables.grid import Grid, column_letters
from coverplan.inputs.tables.header_row import SetAside, SheetTable, table_of
from coverplan.inputs.tables.headers import parsed_header
from coverplan.inputs.tables.layer_file import read_layer
from coverplan.scenario.study_file import Condition, Source
from coverplan.units import BoolArray, FloatArray

TEXT_TABLES = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
TABLES = TEXT_TABLES + WORKBOOKS
LAYERS = (".gpkg", ".geojson", ".json", ".shp")

Parsed = TypeVar("Parsed")


class Repair(NamedTuple):
    """A cell that was read otherwise than it is printed.

    Fields: position in the table, row number and sheet as a person counts, column, printed form, what it was
    read as, and the rule (`coverplan.inputs.tables.amounts.Amount.rule` and others).
    """

    position: int
    row: int
    sheet: str | None
    column: str
    printed: object
    read_as: object
    rule: str


@dataclass(frozen=True, slots=True)
class TableFile:
    """Rows of one file.

    Parameters
    ----------
    path
        The file.
    rows
        Index: row number as a person counts (a table's header is row 1; a layer's first feature is 1).
        Columns hold what the file holds; a layer has a ``geometry`` column with its CRS.
    read
        Number of rows in the file, before any condition.
    sheets
        Shape (rows,): sheet of each row where several were read, else None.
    set_aside
        Totals, notes and repeated headers, which are no rows.
    shared
        By column: labels (sheet, row) of cells that are merged over several rows.
    repairs
        Every cell that was read otherwise than printed; filled while columns are read.
    read_texts
        Columns that were read as texts once; rows never change.
    """

    path: Path
    rows: pd.DataFrame
    read: int
    sheets: tuple[str, ...] | None = None
    set_aside: tuple[SetAside, ...] = ()
    shared: dict[str, frozenset[tuple[str | None, int]]] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)
    read_texts: dict[str, list[str | None]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_layer(self) -> bool:
        """Has geometries of its own."""
        return isinstance(self.rows, gpd.GeoDataFrame)

    def sheet_of(self, position: int) -> str | None:
        """Sheet of a row, where several were read."""
        return None if self.sheets is None else self.sheets[position]

    def label(self, position: int) -> tuple[str | None, int]:
        """Sheet and row number of a row."""
        return self.sheet_of(position), int(self.rows.index[position])

    def labels(self) -> list[tuple[str | None, int]]:
        """Sheet and row number of every row."""
        sheets = [None] * len(self.rows) if self.sheets is None else self.sheets
        return list(zip(sheets, self.rows.index.tolist(), strict=True))


def read_table(source: Source, folder: Path, problems: Problems) -> TableFile | None:
    """Read a table or layer and keep the rows that its condition asks for.

    None, with reasons in `problems`, when the file is missing, of an unknown kind, broken or empty.
    """
    path = (folder / source.file).resolve()
    if not path.is_file():
        problems.add(missing_file(path))
        return None
    suffix = path.suffix.lower()
    if suffix in TABLES:
        table = _read_sheets(path, source, problems)
    elif suffix in LAYERS:
        rows = read_layer(path, source, problems)
        table = None if rows is None else TableFile(path, rows, len(rows))
    else:
        problems.add(
            Problem(
                "the kind of file is not known",
                path,
                value=suffix,
                expected=f"one of {', '.join(TABLES + LAYERS)}",
                code="unknown_file_kind",
            )
        )
        return None
    if table is None:
        return None
    if not len(table.rows):
        problems.add(Problem("the file has no rows", path, expected="at least one row", code="empty_layer"))
        return None
    if source.where is not None:
        return _kept(table, source.where, problems)
    return table


def missing_file(path: Path) -> Problem:
    """The problem of a file that is not there, with the name of its most similar neighbour."""
    neighbours = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    near = get_close_matches(path.name, neighbours, n=1)
    remedy = f"did you mean {near[0]}?" if near else "check the name; paths start at the file that names them"
    return Problem("the file does not exist", path, remedy=remedy, code="missing_file")


def has_columns(table: TableFile, columns: Sequence[str | None], problems: Problems) -> bool:
    """Whether all named columns exist; those that do not are reported with the nearest name."""
    missing = [column for column in columns if column is not None and column not in table.rows.columns]
    known = [str(column) for column in table.rows.columns if column != "geometry"]
    for column in missing:
        near = get_close_matches(column, known, n=1)
        problems.add(
            Problem(
                "the column does not exist",
                table.path,
                1 if not table.is_layer else None,
                column,
                expected=f"one of {', '.join(known[:30])}",
                remedy=f"did you mean {near[0]}?" if near else "name the column in the study file",
                code="missing_column",
            )
        )
    return not missing


def parsed_column(values: pd.Series[Any], parse: Callable[[Any], Parsed]) -> list[Parsed]:
    """A column through a parser that is asked once for each different value."""
    if set(map(type, values)) <= {str, type(None)}:  # one kind: equal means the same
        codes, different = pd.factorize(values.to_numpy(), use_na_sentinel=False)
        told = [parse(cell) for cell in different.tolist()]
        return [told[code] for code in codes.tolist()]
    answers: dict[Any, Parsed] = {}
    result = []
    for cell in values.tolist():
        key = cell if type(cell) is str else (type(cell), cell)  # True, 1 and 1.0 are equal and not the same
        if key not in answers:
            answers[key] = parse(cell)
        result.append(answers[key])
    return result


def blank(values: pd.Series[Any]) -> BoolArray:
    """Shape (rows,): which values say nothing."""
    return np.array(parsed_column(values, _says_nothing), dtype=bool)


def numbers(
    table: TableFile,
    column: str,
    problems: Problems,
    *,
    what: str = "a number",
    kind: Kind = "count",
    severity: Any = "error",
) -> FloatArray:
    """Shape (rows,): a column as float64, NaN where blank; what cannot be read is reported row by row.

    Cells that were read otherwise than printed (1.5万, 300张) are in the table's `repairs`, with one note a column.
    """
    values = table.rows[column]
    unit = parsed_header(column).unit
    amounts = parsed_column(values, lambda cell: parse_amount(cell, kind, header_unit=unit))
    says = ~blank(values)
    unreadable = says & np.array([amount is None for amount in amounts], dtype=bool)
    report_rows(
        table,
        column,
        unreadable,
        problems,
        what="not a number",
        expected=what,
        code="not_a_number",
        remedy="mend the cell",
        severity=severity,
    )
    read = [
        amount.value if told and amount is not None else np.nan
        for amount, told in zip(amounts, says, strict=True)
    ]
    note_repairs(
        table,
        column,
        [amount.rule if told and amount else None for amount, told in zip(amounts, says, strict=True)],
        read,
        problems,
    )
    return np.array(read, dtype=np.float64)


def note_repairs(
    table: TableFile, column: str, rules: Sequence[str | None], read_as: Sequence[Any], problems: Problems
) -> None:
    """Keep the printed form of every cell that was read by a rule, with one note for each rule and column."""
    if not any(rules):
        return
    values, labels = table.rows[column].tolist(), table.labels()
    examples: dict[str, tuple[object, object]] = {}
    counts: Counter[str] = Counter()
    for position, rule in enumerate(rules):
        if rule is None:
            continue
        sheet, row = labels[position]
        table.repairs.append(Repair(position, row, sheet, column, values[position], read_as[position], rule))
        counts[rule] += 1
        examples.setdefault(rule, (values[position], read_as[position]))
    for rule, count in counts.items():
        printed, read = examples[rule]
        problems.add(
            Problem(
                f"{count} cells were read by the rule {rule}, such as {printed!s} as {read!s}",
                table.path,
                field=column,
                severity="warning" if {"range", "bound", "about"} & set(rule.split("+")) else "note",
                code="repaired",
                details={"count": count, "rule": rule, "printed": printed, "read_as": read},
            )
        )


def report_rows(
    table: TableFile,
    column: str | None,
    wrong: Any,
    problems: Problems,
    *,
    what: str,
    code: str,
    expected: str | None = None,
    remedy: str | None = None,
    severity: Any = "error",
) -> None:
    """One problem for each row that is wrong, so that nothing is summed up into "some rows"."""
    bad = np.flatnonzero(np.asarray(wrong, dtype=bool))
    if not len(bad):
        return
    values = None if column is None or column == "geometry" else table.rows[column].tolist()
    labels = table.labels()
    for position in bad.tolist():
        value = None if values is None else values[position]
        sheet, row = labels[position]
        problems.add(
            Problem(
                what,
                table.path,
                row,
                column if sheet is None else f"{sheet}!{column}",
                None if value is None or (isinstance(value, float) and np.isnan(value)) else value,
                expected,
                remedy,
                severity,
                code,
            )
        )


def texts(table: TableFile, column: str) -> list[str | None]:
    """A column as stripped text, None where blank."""
    if column not in table.read_texts:
        table.read_texts[column] = parsed_column(
            table.rows[column], lambda cell: None if _says_nothing(cell) else cell_text(cell)
        )
    return list(table.read_texts[column])


def cell_text(value: object) -> str:
    """A cell as text; a code that a spreadsheet turned into a number loses its decimal point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _says_nothing(value: object) -> bool:
    return is_blank(value) or value is pd.NaT or value is pd.NA


def _read_sheets(path: Path, source: Source, problems: Problems) -> TableFile | None:
    grids = _grids(path, source, problems)
    if grids is None:
        return None
    for grid in grids:
        _notice_formulas(grid, path, problems)
    tables = [(grid, table_of(grid, header_row=source.header_row)) for grid in grids]
    tables = [(grid, table) for grid, table in tables if len(table.rows) or len(grids) == 1]
    if not tables:
        return TableFile(path, pd.DataFrame(), 0)
    chosen = _alike(tables, path, problems)
    rows = chosen[0][1].rows if len(chosen) == 1 else pd.concat([table.rows for _, table in chosen])
    several = len(chosen) > 1
    sheets = (
        tuple(str(grid.name) for grid, table in chosen for _ in range(len(table.rows))) if several else None
    )
    shared: dict[str, frozenset[tuple[str | None, int]]] = {}
    for grid, table in chosen:
        for column, places in table.shared.items():
            labels = frozenset((grid.name if several else None, row) for row in places)
            shared[column] = shared.get(column, frozenset()) | labels
    aside = tuple(row for _, table in chosen for row in table.set_aside)
    _notice_tables(path, chosen, aside, problems)
    return TableFile(path, rows, len(rows), sheets, aside, shared)


def _grids(path: Path, source: Source, problems: Problems) -> list[Grid] | None:
    from coverplan.inputs.tables.text_table import read_text_table
    from coverplan.inputs.tables.workbooks import read_workbook

    if path.suffix.lower() in TEXT_TABLES:
        grid = read_text_table(path, problems, encoding=source.encoding)
        return None if grid is None else [grid]
    grids = read_workbook(path, problems)
    if grids is None or source.sheet is None:
        return grids
    named = [grid for grid in grids if grid.name == source.sheet]
    if not named:
        problems.add(
            Problem(
                "the workbook has no such sheet",
                path,
                field=source.sheet,
                expected=f"one of {', '.join(str(grid.name) for grid in grids)}",
                code="missing_sheet",
            )
        )
        return None
    return named


def _alike(
    tables: list[tuple[Grid, SheetTable]], path: Path, problems: Problems
) -> list[tuple[Grid, SheetTable]]:
    """The first sheet and all that have the same header; the others are named."""
    head = list(tables[0][1].rows.columns)
    alike = [pair for pair in tables if list(pair[1].rows.columns) == head]
    others = [str(grid.name) for grid, table in tables if list(table.rows.columns) != head]
    if others:
        problems.add(
            Problem(
                f"only the sheets like {tables[0][0].name} were read",
                path,
                value=", ".join(others),
                expected="sheets with the same header",
                remedy="name another sheet with `sheet:`",
                severity="warning",
                code="other_sheets",
            )
        )
    return alike


def _notice_formulas(grid: Grid, path: Path, problems: Problems) -> None:
    if grid.formulas:
        problems.add(
            Problem(
                f"{grid.formulas} cells hold formulas; their stored results were read",
                path,
                field=grid.name,
                severity="note",
                code="formulas",
                details={"count": grid.formulas},
            )
        )
    for row, column in grid.unstored:
        problems.add(
            Problem(
                "the formula has no stored result and reads as blank",
                path,
                row + 1,
                f"{grid.name}!{column_letters(column)}",
                expected="a value",
                remedy="open the workbook in a spreadsheet program and save it, or write the value",
                severity="warning",
                code="formula_without_value",
            )
        )


def _notice_tables(
    path: Path, chosen: list[tuple[Grid, SheetTable]], aside: tuple[SetAside, ...], problems: Problems
) -> None:
    for grid, table in chosen:
        if table.header_row > 1:
            problems.add(
                Problem(
                    f"the header was found in row {table.header_row}",
                    path,
                    table.header_row,
                    grid.name,
                    severity="note",
                    code="header_found",
                    details={"row": table.header_row},
                )
            )
        problems.extend(
            Problem(
                "a header stood twice or not at all and was given this name",
                path,
                table.header_row,
                name,
                severity="note",
                code="header_named",
            )
            for name in table.renamed
        )
    problems.extend(
        Problem(
            f"the row is no data ({row.kind})",
            path,
            row.row,
            row.sheet,
            row.text,
            severity="note",
            code="set_aside",
        )
        for row in aside
    )


def _kept(table: TableFile, where: Condition, problems: Problems) -> TableFile | None:
    if not has_columns(table, [where.column], problems):
        return None
    keep = np.ones(len(table.rows), dtype=bool)
    if where.above is not None or where.at_least is not None:
        values = numbers(table, where.column, problems)
        unknown = np.isnan(values)
        report_rows(
            table,
            where.column,
            unknown,
            problems,
            what="the row was left out: its value in the condition's column is unknown",
            code="unknown_condition",
            severity="note",
        )
        floor = -np.inf if where.above is None else where.above
        least = -np.inf if where.at_least is None else where.at_least
        keep &= ~unknown & (np.nan_to_num(values) > floor) & (np.nan_to_num(values) >= least)
    if where.any_of is not None:
        wanted = {cell_text(value) for value in where.any_of}
        keep &= np.array([text in wanted for text in texts(table, where.column)])
    if not keep.any():
        problems.add(Problem("no row fits the condition", table.path, field=where.column, code="empty_layer"))
        return None
    return kept_rows(table, keep)


def kept_rows(table: TableFile, keep: BoolArray) -> TableFile:
    """The table with some of its rows only; what was noted about cells is noted again as columns are read."""
    sheets = None if table.sheets is None else tuple(np.array(table.sheets, dtype=object)[keep])
    return TableFile(table.path, table.rows.loc[keep], table.read, sheets, table.set_aside, table.shared)


def same_text(text: str) -> str:
    """A text for comparison: narrow signs, no white space."""
    return "".join(plain(text).split())
