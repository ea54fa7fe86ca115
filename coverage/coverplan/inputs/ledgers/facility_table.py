"""Facilities of one layer from a ledger, in the words of the vocabulary; unknown stays unknown (R15).

Rows in = rows used + rows quarantined + rows that the study file's condition leaves out, always.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from coverplan.errors import Problem, Problems
from coverplan.inputs.ledgers import facility_cells as cells
from coverplan.inputs.ledgers.beyond_reason import report_beyond_reason
from coverplan.inputs.ledgers.nameless import report_nameless, report_shared_names
from coverplan.inputs.ledgers.numbered_ids import with_coded_numbers
from coverplan.inputs.ledgers.shown_places import openness_columns, shown_rows
from coverplan.inputs.places.coordinates import known_system, read_coordinates
from coverplan.inputs.places.declared_unit import DeclaredUnits, declared_units
from coverplan.inputs.places.geometries import Geometries, layer_geometries, points_where_known
from coverplan.inputs.places.unit_names import UnitNames
from coverplan.inputs.tables.amounts import all_surely_say
from coverplan.inputs.tables.column_values import different_cells, report_rows, texts
from coverplan.inputs.tables.columns import columns_of
from coverplan.inputs.tables.headers import FACILITY
from coverplan.inputs.tables.mending import read_mends, with_mends
from coverplan.inputs.tables.quarantine import RowProblem, RowProblems
from coverplan.inputs.tables.read_table import read_table, report_wide
from coverplan.inputs.tables.table_file import TableFile
from coverplan.inputs.tables.words import PRECISION, STATUS
from coverplan.scenario.study_file import FacilityLayer
from coverplan.text.counting import many
from coverplan.text.reading import whole_path
from coverplan.units import BoolArray
from coverplan.vocabulary import NUMBER_FIELDS

#: How a spreadsheet shows a long number, and from where on it loses digits.
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d{2,}")
_EXACT_BELOW = 1e15
_TEXT_FIELDS = ("name", "name_en", "grade", "premises_id", "source")
#: Fields of a ledger that the facility table does not hold; their columns come out again as the user's own.
_PLACE_FIELDS = frozenset({"x", "y", "xy", "county", "town", "village"})
#: A place known so precisely is a site; anything vaguer is never put on a map as if it were one.
SITES = frozenset({"site", "street"})
#: Columns of the user's own that come out again.
_MOST_OWN = 300
_REFUSING = frozenset(
    {
        "missing_id",
        "duplicate_id",
        "unknown_status",
        "no_place",
        "too_many_cells",
        "outline_too_large",
        "nameless",
    }
)
#: No home, park or cemetery is so long or so wide; the doors of a larger outline would be counted in millions.
_LONGEST_SIDE_M = 50_000.0


@dataclass(frozen=True, slots=True)
class Ledger:
    """One facility layer as it was read.

    Parameters
    ----------
    source, table
        The study file's entry and the file's rows.
    column
        Column of each field.
    rows
        Used rows, without the column ``unit`` of a `coverplan.ground.facilities.Facilities` table.
    positions
        Shape (used rows,): their positions in the table.
    problems
        What is wrong in single rows, of used and quarantined ones.
    public
        Shape (rows,): whose place may be shown, of used and quarantined rows.
    """

    source: FacilityLayer
    table: TableFile
    column: Mapping[str, str]
    rows: gpd.GeoDataFrame
    positions: np.ndarray
    problems: tuple[RowProblem, ...]
    public: BoolArray

    @property
    def quarantined(self) -> tuple[int, ...]:
        """Positions of the rows that are not used, ascending."""
        return tuple(sorted({one.position for one in self.problems if one.refused}))

    @property
    def left_out(self) -> int:
        """Number of rows that the study file's condition leaves out."""
        return self.table.read - len(self.table.rows)


def read_facilities(
    source: FacilityLayer,
    folder: Path,
    *,
    crs: pyproj.CRS,
    problems: Problems,
    units: pd.DataFrame | None = None,
    aliases: Mapping[str, str] | None = None,
) -> gpd.GeoDataFrame | None:
    """Read one facility layer as rows of a `coverplan.ground.facilities.Facilities` table, without its ``unit`` column.

    None when the file cannot be used at all. Rows that cannot be used are warnings in `problems`.
    """
    ledger = read_ledger(source, folder, crs=crs, problems=problems, units=units, aliases=aliases)
    return None if ledger is None else ledger.rows


def read_ledger(
    source: FacilityLayer,
    folder: Path,
    *,
    crs: pyproj.CRS,
    problems: Problems,
    units: pd.DataFrame | None = None,
    aliases: Mapping[str, str] | None = None,
) -> Ledger | None:
    """Read one facility layer with an account of every row.

    Parameters
    ----------
    source, folder
        The entry in the study file, and the folder its paths start from.
    crs
        The study's CRS.
    problems
        Errors for what is wrong with the whole file, warnings for rows and cells, notes for what was recognised.
    units
        Table of a `coverplan.ground.units_tree.UnitTree`, to which places without coordinates are joined.
    aliases
        Code of the unit for names that the official lists write otherwise.
    """
    table = read_table(source, folder, problems, row_by_row=True)
    if table is None:
        return None
    mends = [mend for name in source.mended for mend in read_mends(whole_path(folder / name), problems)]
    table = with_mends(table, mends, problems)
    said = {str(field): str(name) for field, name in source.columns.items()}
    # several columns that ask for openness are read together, and none is the one
    several = len(openness_columns(list(map(str, table.rows.columns)), but=source.ignore)[0]) > 1
    fields = FACILITY.keys() - ({"public"} if several else set())
    column = columns_of(table, said, FACILITY, problems, ignore=source.ignore, fields=fields)
    if column is None:
        return None
    column = with_coded_numbers(table, column, source.ignore, problems)
    names = None if units is None or not len(units) else UnitNames(units, dict(aliases or {}))
    found = RowProblems(table)
    scratch = Problems()
    report_wide(table, scratch, severity="warning")
    report_shared_names(table, column, scratch)
    geometry = _geometries(table, column, source, crs, scratch)
    if geometry is None or scratch.errors:
        problems.extend(scratch)
        return None
    declared = declared_units(table, column, names, scratch)
    rows = _fields(table, column, source, declared, scratch)
    rows["geometry"] = _sites(table, column, rows, declared=declared, geometry=geometry, problems=scratch)
    problems.extend(found.take(scratch, refuse=_REFUSING))
    problems.extend(one.problem for one in found.found)
    used = ~found.refused()
    if not used.any():
        problems.add(
            Problem(
                "no row can be used",
                table.path,
                expected="at least one row that can be used",
                remedy=_most_frequent(found),
                code="nothing_usable",
            )
        )
        return None
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=crs)
    return Ledger(
        source,
        table,
        column,
        frame.loc[used].reset_index(drop=True),
        np.flatnonzero(used),
        tuple(found.found),
        frame["public"].to_numpy(dtype=bool),
    )


def _most_frequent(found: RowProblems) -> str:
    """What stops most of the rows."""
    counts = Counter(one.problem.what for one in found.found if one.refused)
    what, count = counts.most_common(1)[0]
    return f"see the warnings; in {many(count, 'row', 'rows')}: {what}"


def _of_facilities(table: TableFile, shapes: Geometries, problems: Problems) -> Geometries:
    """Shapes without those that are larger than any facility."""
    bounds = shapely.bounds(shapes)
    large = np.fmax(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) > _LONGEST_SIDE_M
    report_rows(
        table, "geometry", large, problems, what="the outline is larger than any facility",
        code="outline_too_large", expected=f"at most {_LONGEST_SIDE_M / 1000:.0f} km from end to end",
        remedy="draw the facility, not the area that it serves", severity="warning",
    )  # fmt: skip
    shapes[large] = None
    return shapes


def _geometries(
    table: TableFile, column: Mapping[str, str], source: FacilityLayer, crs: pyproj.CRS, problems: Problems
) -> Geometries | None:
    """Geometry of each row, None where it has none that can be used; None when the file says not what they are in."""
    if table.is_layer:
        shapes = layer_geometries(
            table, target=crs, problems=problems, required=False, datum=source.datum, severity="warning"
        )
        return _of_facilities(table, shapes, problems)
    columns: tuple[str, str] | str | None = None
    if "x" in column and "y" in column:
        columns = (column["x"], column["y"])
    elif "xy" in column:
        columns = column["xy"]
    if columns is None:
        return np.full(len(table.rows), None, dtype=object)
    system = known_system(source.crs, source.datum, problems, file=table.path)
    if system is None:
        return None
    found = read_coordinates(table, columns, system, target=crs, problems=problems, severity="warning")
    return points_where_known(found.x, found.y)


def _fields(
    table: TableFile,
    column: Mapping[str, str],
    source: FacilityLayer,
    declared: DeclaredUnits,
    problems: Problems,
) -> dict[str, Any]:
    count = len(table.rows)
    nothing: list[str | None] = [None] * count
    text = {field: texts(table, column[field]) if field in column else nothing for field in _TEXT_FIELDS}
    kinds = cells.types(table, column.get("type"), source, problems)
    rows: dict[str, Any] = {
        "id": _ids(table, column.get("id"), source.layer, problems),
        "layer": [source.layer] * count,
        "type": kinds,
        **{field: pd.Series(values, dtype=object) for field, values in text.items()},
        "unit_code": pd.Series(declared.codes, dtype=object),
        "functions": pd.Series(
            cells.functions(table, column.get("functions"), source.functions), dtype=object
        ),
        "status": cells.words(
            table,
            column.get("status"),
            STATUS,
            source.statuses,
            source.status,
            problems=problems,
            code="unknown_status",
        ),
        "serves_units": pd.Series(
            cells.field_values(table, "serves_units", column.get("serves_units"), problems), dtype=object
        ),
        "precision": cells.words(
            table, column.get("precision"), PRECISION, {}, None, problems=problems, code="unknown_precision"
        ),
        "funded": pd.Series(
            cells.field_values(table, "funded", column.get("funded"), problems), dtype=object
        ),
        "public": shown_rows(table, column, source, kinds, problems),
    }
    for field in (*NUMBER_FIELDS, "opened", "closes"):
        rows[field] = np.asarray(
            cells.field_values(table, field, column.get(field), problems), dtype=np.float64
        )
    report_beyond_reason(table, column, rows, problems)
    used = {name for field, name in column.items() if field not in _PLACE_FIELDS} | {"geometry"}
    own = _own_columns(table, used, problems)
    return {**rows, **{f"own:{name}": pd.Series(texts(table, name), dtype=object) for name in own}}


def _own_columns(table: TableFile, used: set[str], problems: Problems) -> list[str]:
    """Columns that are no field, up to `_MOST_OWN`: a result cannot hold thousands."""
    own = [name for name in map(str, table.rows.columns) if name not in used]
    if len(own) > _MOST_OWN:
        problems.add(
            Problem(
                f"{len(own) - _MOST_OWN} of the columns that are no field are left out of the result",
                table.path,
                value=", ".join(own[_MOST_OWN : _MOST_OWN + 5]) + " ...",
                expected=f"{_MOST_OWN} such columns at most",
                remedy="delete columns that nobody needs",
                severity="warning",
                code="many_columns",
                details={"count": len(own) - _MOST_OWN},
            )
        )
    return own[:_MOST_OWN]


def _sites(
    table: TableFile,
    column: Mapping[str, str],
    rows: dict[str, Any],
    *,
    declared: DeclaredUnits,
    geometry: Geometries,
    problems: Problems,
) -> Geometries:
    """Geometry of the rows that are sites; completes ``precision``, and refuses rows that are nowhere."""
    there = np.array([shape is not None for shape in geometry], dtype=bool)
    for at in np.flatnonzero(there):
        rows["precision"][at] = rows["precision"][at] or "site"
    for at in np.flatnonzero(~there):
        said = rows["precision"][at]
        rows["precision"][at] = (
            said if said is not None and said not in SITES else declared.level[at] or "none"
        )
    vague = there & np.array([word not in SITES for word in rows["precision"]], dtype=bool)
    geometry[vague] = None
    placed: BoolArray = there & ~vague
    first = next(
        (
            column[field]
            for field in ("village", "town", "unit_code", "county", "x", "xy", "name")
            if field in column
        ),
        None,
    )
    report_rows(
        table, first, ~placed & ~declared.known, problems,
        what="the row has neither a site nor a unit of the study", code="no_place",
        expected="coordinates, or the code or names of its unit",
        remedy="write its coordinates, or its town and village as the official list does", severity="warning",
    )  # fmt: skip
    nameless = report_nameless(table, column, placed, problems)
    nowhere = int((~placed & declared.known & ~nameless).sum())
    if nowhere:
        problems.add(
            Problem(
                f"{many(nowhere, 'place without a site counts for its unit', 'places without a site count for their units')} and not for reach",
                table.path,
                severity="warning",
                code="without_site",
                details={"count": nowhere},
            )
        )
    return geometry


def _ids(table: TableFile, column: str | None, layer: str, problems: Problems) -> list[str]:
    ids = [None] if column is None else texts(table, column)
    if column is None or not any(ids):
        if column is not None:
            problems.add(
                Problem(
                    "the column of ids is blank; rows are numbered instead",
                    table.path,
                    field=column,
                    expected="ids that are unique in the layer",
                    remedy="write ids that do not change when rows are added",
                    severity="warning",
                    code="blank_ids",
                )
            )
        width = len(str(table.rows.index.max()))
        order = (
            {}
            if table.sheets is None
            else {sheet: i + 1 for i, sheet in enumerate(dict.fromkeys(table.sheets))}
        )
        labels = table.labels()
        return [
            f"{layer}-{f'{order[sheet]}-' if sheet in order else ''}{row:0{width}d}" for sheet, row in labels
        ]
    report_rows(
        table, column, [i is None for i in ids], problems, what="the facility has no id", code="missing_id",
        expected="an id that is unique in its layer", severity="warning",
    )  # fmt: skip
    known = pd.Series(ids, dtype=object)
    report_rows(
        table, column, (known.duplicated() & known.notna()).to_numpy(), problems,
        what="the id stands in an earlier row too", expected="each id once in its layer", code="duplicate_id",
        severity="warning",
    )  # fmt: skip
    report_rows(
        table, column, _shortened(table, column), problems,
        what="a spreadsheet took the id for a number and lost its last digits", code="shortened_id",
        expected="the whole id", remedy="write it as text, with a ' before it, from the original list", severity="warning",
    )  # fmt: skip
    return [i or "" for i in ids]


def _shortened(table: TableFile, column: str) -> BoolArray:
    """Which ids a spreadsheet has turned into numbers: 4.40E+17, or more digits than a number holds."""
    codes, different = different_cells(table, column)
    if all_surely_say(different):
        return np.zeros(len(codes), dtype=bool)
    long = [
        abs(printed) >= _EXACT_BELOW
        if isinstance(printed, float)
        else isinstance(printed, str)
        and "+" in printed
        and _SCIENTIFIC.fullmatch(printed.strip()) is not None
        for printed in different
    ]
    return np.array(long, dtype=bool)[codes]
