"""Files that a scenario's settings of places name: candidates of the office's own, zones and land use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyproj
from numpy.typing import NDArray

from coverplan.errors import Problems
from coverplan.inputs.places.geometries import Geometries, points_of
from coverplan.inputs.tables.column_values import has_columns, numbers, report_rows, texts
from coverplan.inputs.tables.read_table import missing_file, read_table
from coverplan.inputs.tables.table_file import TableFile
from coverplan.scenario.candidate_file import LayerCandidates
from coverplan.scenario.study_file import Source
from coverplan.units import FloatArray
from coverplan.yamlfile import Document, KeyPath


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows of a file of candidates.

    Parameters
    ----------
    ids
        Unique in the file.
    names
        Shape (rows,), object: name or None.
    shapes
        Shape (rows,): in the study's CRS.
    floor_area_m2
        Shape (rows,): NaN where unknown.
    """

    ids: tuple[str, ...]
    names: NDArray[np.object_]
    shapes: Geometries
    floor_area_m2: FloatArray


@dataclass(frozen=True, slots=True)
class PlaceFiles:
    """Reads the files that a document names.

    Parameters
    ----------
    document
        File whose settings name them; paths start at its folder.
    crs
        Of the study.
    problems
        Collects what is wrong.
    """

    document: Document
    crs: pyproj.CRS
    problems: Problems

    def table(self, source: Source, place: KeyPath) -> TableFile | None:
        """Rows of a file; None and a reason in `problems` where there are none.

        `place` is where the source stands in the document.
        """
        path = self.document.resolve(source.file)
        if path.is_file():
            return read_table(source, self.document.path.parent, self.problems)
        remedy = missing_file(path).remedy
        self.problems.add(
            self.document.problem(
                (*place, "file"),
                "the file does not exist",
                value=source.file,
                expected="a path relative to this file",
                remedy=remedy,
                code="missing_file",
            )
        )
        return None

    def shapes(
        self, table: TableFile, source: Source, *, x: str | None = None, y: str | None = None
    ) -> Geometries | None:
        """Shape (rows,): shapes of a file's rows in the study's CRS; tables take them from the columns x and y."""
        return points_of(
            table, x=x, y=y, crs=source.crs, datum=source.datum, target=self.crs, problems=self.problems
        )

    def listed(self, source: LayerCandidates, place: KeyPath) -> Listed | None:
        """Candidates that stand in a file; None and a reason in `problems` where they cannot be used."""
        table = self.table(source, place)
        if table is None:
            return None
        columns = {
            str(name): str(name) for name in ("id", "name", "floor_area_m2") if name in table.rows.columns
        }
        columns |= {str(field): name for field, name in source.columns.items()}
        if not has_columns(table, list(columns.values()), self.problems):
            return None
        before = len(self.problems.errors)
        shapes = self.shapes(table, source, x=columns.get("x"), y=columns.get("y"))
        ids = self._ids(table, columns.get("id"))
        area = np.full(len(table.rows), np.nan)
        if "floor_area_m2" in columns:
            area = numbers(table, columns["floor_area_m2"], self.problems, what="square metres", kind="area")
        if shapes is None or len(self.problems.errors) > before:
            return None
        names = texts(table, columns["name"]) if "name" in columns else [None] * len(shapes)
        return Listed(ids, np.array(names, dtype=object), shapes, area)

    def _ids(self, table: TableFile, column: str | None) -> tuple[str, ...]:
        if column is None:
            return tuple(f"{row:05d}" for row in table.rows.index)
        ids = texts(table, column)
        report_rows(
            table,
            column,
            [name is None for name in ids],
            self.problems,
            what="the candidate has no id",
            code="missing_id",
            expected="an id of its own in every row",
        )
        first: dict[str | None, int] = {}
        report_rows(
            table,
            column,
            [name is not None and first.setdefault(name, row) != row for row, name in enumerate(ids)],
            self.problems,
            what="the id stands twice",
            code="duplicate_id",
            expected="an id of its own in every row",
        )
        return tuple(str(name) for name in ids)
