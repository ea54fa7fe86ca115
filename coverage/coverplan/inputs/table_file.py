"""Tables and layers from files: rows with the number a person would count, nothing converted yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from coverplan.errors import Problem, Problems
from coverplan.scenario.study_file import Condition, Source
from coverplan.units import FloatArray

TABLES = (".csv", ".xlsx")
LAYERS = (".gpkg", ".geojson", ".json", ".shp")
BLANK = frozenset({"", "nan", "none", "null", "na", "n/a", "<na>"})


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
    """

    path: Path
    rows: pd.DataFrame
    read: int

    @property
    def is_layer(self) -> bool:
        """Has geometries of its own."""
        return isinstance(self.rows, gpd.GeoDataFrame)


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
        rows = _read_csv(path, source, problems) if suffix == ".csv" else _read_xlsx(path, source, problems)
    elif suffix in LAYERS:
        rows = _read_layer(path, source, problems)
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
    if rows is None:
        return None
    table = TableFile(path, rows, len(rows))
    if not len(rows):
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


def blank(values: pd.Series[Any]) -> pd.Series[bool]:
    """Which values say nothing."""
    return values.isna() | values.astype(str).str.strip().str.lower().isin(BLANK)


def numbers(table: TableFile, column: str, problems: Problems, *, what: str = "a number") -> FloatArray:
    """Shape (rows,): a column as float64, NaN where blank; other text is reported row by row."""
    values = table.rows[column]
    parsed = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    wrong = (np.isnan(parsed) & ~blank(values).to_numpy()) | np.isinf(parsed)
    report_rows(
        table,
        column,
        wrong,
        problems,
        what="not a number",
        expected=what,
        code="not_a_number",
        remedy="mend the cell",
    )
    parsed[wrong] = np.nan
    return parsed


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
    for position in bad.tolist():
        value = None if column is None or column == "geometry" else table.rows[column].iloc[position]
        problems.add(
            Problem(
                what,
                table.path,
                int(table.rows.index[position]),
                column,
                None if value is None or (isinstance(value, float) and np.isnan(value)) else value,
                expected,
                remedy,
                severity,
                code,
            )
        )


def texts(table: TableFile, column: str) -> list[str | None]:
    """A column as stripped text, None where blank."""
    values = table.rows[column]
    empty = blank(values)
    return [None if missing else _text(value) for value, missing in zip(values, empty, strict=True)]


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a code that a spreadsheet turned into a number
    return str(value).strip()


def _read_csv(path: Path, source: Source, problems: Problems) -> pd.DataFrame | None:
    encoding = source.encoding or "utf-8-sig"
    try:
        rows = pd.read_csv(
            path, dtype=str, keep_default_na=False, na_filter=False, encoding=encoding, skip_blank_lines=False
        )
    except UnicodeDecodeError as error:
        problems.add(
            Problem(
                f"the file is not {encoding} text",
                path,
                value=f"byte {error.start}",
                expected="UTF-8, or the encoding named in the study file",
                remedy="add `encoding: gb18030` (or big5), or save the file again as UTF-8",
                code="encoding",
            )
        )
        return None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, LookupError) as error:
        problems.add(Problem(f"the csv file cannot be read: {error}", path, code="broken_file"))
        return None
    rows.columns = [str(column).strip() for column in rows.columns]
    rows.index = pd.RangeIndex(2, 2 + len(rows))
    return rows.loc[~(rows == "").all(axis=1)]


def _read_xlsx(path: Path, source: Source, problems: Problems) -> pd.DataFrame | None:
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # noqa: BLE001  (a broken workbook raises anything from zipfile to KeyError)
        problems.add(Problem(f"the workbook cannot be read: {error}", path, code="broken_file"))
        return None
    try:
        if source.sheet is not None and source.sheet not in book.sheetnames:
            problems.add(
                Problem(
                    "the workbook has no such sheet",
                    path,
                    field=source.sheet,
                    expected=f"one of {', '.join(book.sheetnames)}",
                    code="missing_sheet",
                )
            )
            return None
        sheet = book[source.sheet] if source.sheet else book.worksheets[0]
        cells = [list(row) for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()
    if not cells:
        return pd.DataFrame()
    header = ["" if cell is None else str(cell).strip() for cell in cells[0]]
    rows = pd.DataFrame(cells[1:], columns=header, dtype=object)
    rows.index = pd.RangeIndex(2, 2 + len(rows))
    return rows.loc[rows.notna().any(axis=1), [name for name in header if name]]


def _read_layer(path: Path, source: Source, problems: Problems) -> gpd.GeoDataFrame | None:
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        table = source.table or (layers[0] if len(layers) == 1 else None)
        if table is None or table not in layers:
            what = "the file holds several layers" if source.table is None else "the file has no such layer"
            problems.add(
                Problem(
                    what,
                    path,
                    field=source.table,
                    expected=f"table: one of {', '.join(layers)}",
                    remedy="name the layer with `table:`",
                    code="missing_layer",
                )
            )
            return None
        rows = gpd.read_file(path, layer=table, engine="pyogrio")
    except (DataSourceError, DataLayerError) as error:
        problems.add(Problem(f"the layer cannot be read: {error}", path, code="broken_file"))
        return None
    if not isinstance(rows, gpd.GeoDataFrame):
        problems.add(Problem("the layer has no geometry", path, field=table, code="no_geometry"))
        return None
    rows.index = pd.RangeIndex(1, 1 + len(rows))
    if rows.crs is None:
        if source.crs is None:
            problems.add(
                Problem(
                    "the layer does not say its coordinate reference system",
                    path,
                    expected="a CRS such as EPSG:4326 or EPSG:4549",
                    remedy="add `crs:` to the entry in the study file",
                    code="missing_crs",
                )
            )
            return None
        rows = rows.set_crs(source.crs)
    return rows


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
        wanted = {_text(value) for value in where.any_of}
        keep &= np.array([text in wanted for text in texts(table, where.column)])
    if not keep.any():
        problems.add(Problem("no row fits the condition", table.path, field=where.column, code="empty_layer"))
        return None
    return TableFile(table.path, table.rows.loc[keep], table.read)
