"""Rows of ledgers, layers and tables of people, dealt out to the areas that they concern."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from coverplan.batch.split.piece import Piece, near
from coverplan.errors import Problems
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.inputs.ledgers.facility_table import Ledger, read_ledger
from coverplan.inputs.places.geometries import points_of, representative_points
from coverplan.inputs.tables.amounts import is_blank
from coverplan.inputs.tables.column_values import cell_text
from coverplan.inputs.tables.read_table import read_table
from coverplan.inputs.tables.table_file import TableFile
from coverplan.scenario.study_file import FacilityLayer, Population, Projects, Source
from coverplan.text.writing import write_layer
from coverplan.units import BoolArray

#: What an entry says of where its rows stand in a file; the file that is written has one table and one header.
_OF_THE_FILE = ("sheet", "header_row", "table", "encoding", "where", "mended")


class Ground(NamedTuple):
    """What every file is cut by.

    Fields: folder of the study; its CRS, units and other names of these; the areas; what is wrong.
    """

    folder: Path
    crs: pyproj.CRS
    units: UnitTree
    aliases: Mapping[str, str]
    pieces: Sequence[Piece]
    problems: Problems

    def ledger(self, source: FacilityLayer) -> Ledger | None:
        """A ledger of the study with an account of every row."""
        return read_ledger(
            source, self.folder, crs=self.crs, problems=self.problems, units=self.units.table, aliases=self.aliases
        )  # fmt: skip


class LeftOut(NamedTuple):
    """A row that no area has.

    Fields: file, sheet and row as a person counts, whether the row could not be used at all.
    """

    file: str
    sheet: str | None
    row: int
    unusable: bool


class Dealt(NamedTuple):
    """What the areas have of one file: the entry of each in its study file, None without a row; and rows of none."""

    entries: list[dict[str, Any] | None]
    left_out: list[LeftOut]


def cut_layer(ground: Ground, source: Source, entry: Mapping[str, Any], stem: str) -> Dealt | None:
    """Shapes of a layer, whole, that come near an area."""
    table = read_table(source, ground.folder, ground.problems)
    if table is None:
        return None
    shapes = points_of(
        table,
        x=None,
        y=None,
        crs=None,
        datum=source.datum,
        target=ground.crs,
        problems=ground.problems,
        required=False,
    )
    if shapes is None:
        return None
    return _dealt(table, entry, stem, near(shapes, ground.pieces), ground.pieces, none=[])


def cut_people(ground: Ground, source: Population, entry: Mapping[str, Any]) -> Dealt | None:
    """Rows of people in or near an area; a point on its border that belongs to its neighbour is left to that one."""
    table = read_table(source, ground.folder, ground.problems)
    if table is None:
        return None
    shapes = points_of(
        table,
        x=source.x,
        y=source.y,
        crs=source.crs,
        datum=source.datum,
        target=ground.crs,
        problems=ground.problems,
    )
    if shapes is None:
        return None
    points = representative_points(shapes)
    at = ground.units.locate(shapely.get_x(points), shapely.get_y(points))
    codes = np.array([*ground.units.codes, ""], dtype=object)[
        np.where(at == OUTSIDE, len(ground.units.codes), at)
    ]
    kept = near(shapes, ground.pieces)
    in_one = np.zeros(len(shapes), dtype=bool)
    for piece, rows in zip(ground.pieces, kept, strict=True):
        own = np.isin(codes, list(piece.codes))
        in_one |= own
        doubtful = np.flatnonzero(rows & ~own & (shapely.get_type_id(shapes) == 0))
        shapely.prepare(piece.outline)
        rows[doubtful[shapely.intersects(piece.outline, shapes[doubtful])]] = False
    return _dealt(table, entry, "people", kept, ground.pieces, none=np.flatnonzero(~in_one).tolist())


def cut_ledger(ground: Ground, source: FacilityLayer, entry: Mapping[str, Any], stem: str) -> Dealt | None:
    """Facilities near an area, declared in it or serving it, each row as the ledger has it.

    Where an area has none it gets the nearest one, out of everybody's reach: a ledger without rows cannot be read.
    """
    ledger = ground.ledger(source)
    if ledger is None:
        return None
    kept, none = _concerned(ledger, ground.pieces)
    shapes = np.full(len(ledger.table.rows), None, dtype=object)
    shapes[ledger.positions] = ledger.rows.geometry.to_numpy()
    for piece, rows in zip(ground.pieces, kept, strict=True):
        if not rows.any():
            rows[_nearest(shapes, ledger.positions, piece)] = True
    return _dealt(ledger.table, entry, stem, kept, ground.pieces, none=none, unusable=ledger.quarantined)


def cut_projects(
    ground: Ground, source: Projects, layers: Sequence[FacilityLayer], entry: Mapping[str, Any]
) -> Dealt | None:
    """Projects of every layer; `layers` are the entries that the projects of each layer are read by."""
    table = read_table(source, ground.folder, ground.problems)
    if table is None:
        return None
    position = {label: at for at, label in enumerate(table.labels())}
    kept = [np.zeros(len(table.rows), dtype=bool) for _ in ground.pieces]
    none: list[int] = []
    unusable: list[int] = []
    for layer in layers:
        ledger = ground.ledger(layer)
        if ledger is None:
            return None
        whole = np.array([position[label] for label in ledger.table.labels()], dtype=np.int64)
        mine, nobodys = _concerned(ledger, ground.pieces)
        for rows, some in zip(kept, mine, strict=True):
            rows[whole[some]] = True
        none.extend(whole[nobodys].tolist())
        unusable.extend(whole[list(ledger.quarantined)].tolist())
    return _dealt(table, entry, "projects", kept, ground.pieces, none=none, unusable=unusable)


def _concerned(ledger: Ledger, pieces: Sequence[Piece]) -> tuple[list[BoolArray], list[int]]:
    """For each area, shape (rows of the file,): rows that concern it; and the used rows that concern none."""
    rows = ledger.rows
    kept = near(rows.geometry.to_numpy(), pieces)
    declared = rows["unit_code"].to_numpy(dtype=object)
    serves = [frozenset(codes or ()) for codes in rows["serves_units"]]
    whole = []
    for piece, close in zip(pieces, kept, strict=True):
        told = [
            code in piece.codes or bool(for_ & piece.codes)
            for code, for_ in zip(declared, serves, strict=True)
        ]
        mine = close | np.array(told, dtype=bool)
        of_file = np.zeros(len(ledger.table.rows), dtype=bool)
        of_file[ledger.positions[mine]] = True
        whole.append(of_file)
    some = np.logical_or.reduce(whole)
    return whole, ledger.positions[~some[ledger.positions]].tolist()


def _nearest(shapes: NDArray[np.object_], usable: NDArray[np.int64], piece: Piece) -> int:
    far = shapely.distance(shapes[usable], piece.outline)
    return int(usable[0] if np.isnan(far).all() else usable[np.nanargmin(far)])


def _dealt(
    table: TableFile, entry: Mapping[str, Any], stem: str, kept: Sequence[BoolArray], pieces: Sequence[Piece],
    *, none: Sequence[int], unusable: Sequence[int] = (),
) -> Dealt:  # fmt: skip
    entries: list[dict[str, Any] | None] = []
    for piece, rows in zip(pieces, kept, strict=True):
        entries.append(_written(table, rows, entry, piece.folder, stem) if rows.any() else None)
    left = [
        LeftOut(table.path.name, *table.label(at), unusable=bad)
        for some, bad in ((none, False), (unusable, True))
        for at in some
    ]
    return Dealt(entries, left)


def _written(
    table: TableFile, rows: BoolArray, entry: Mapping[str, Any], folder: Path, stem: str
) -> dict[str, Any]:
    """Write some rows of a table as a file of their own, and its entry."""
    said = {key: value for key, value in entry.items() if key not in _OF_THE_FILE}
    some = table.rows.loc[rows]
    if table.is_layer:
        assert isinstance(some, gpd.GeoDataFrame)
        write_layer(some, folder / f"{stem}.gpkg", stem, index=False)
        return {**said, "file": f"{stem}.gpkg"}
    with (folder / f"{stem}.csv").open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        if table.units:
            writer.writerow([f"单位：{'、'.join(table.units)}"])
        writer.writerow(some.columns)
        columns = [some[column].tolist() for column in some.columns]
        writer.writerows([_as_written(cell) for cell in row] for row in zip(*columns, strict=True))
    return {**said, "file": f"{stem}.csv", "header_row": 2 if table.units else 1}


def _as_written(cell: object) -> str:
    """A cell as the text that is read as the cell."""
    if isinstance(cell, str):
        return cell
    if is_blank(cell) or cell is pd.NaT or cell is pd.NA:
        return ""
    if isinstance(cell, dt.datetime):
        return (cell.date() if cell.time() == dt.time() else cell).isoformat()
    return cell_text(cell)
