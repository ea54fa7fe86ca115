"""Rows to be mended, by street: one line a problem, with an empty cell for what it should say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd

from coverplan.inputs.ledgers.facility_table import Ledger
from coverplan.inputs.tables.column_values import texts
from coverplan.setup.study_check import StudyCheck

_STREETS = frozenset({"town", "township", "street", "zone"})


_OFFERED = re.compile(r"did you mean (.+?)\?")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to mend.

    Parameters
    ----------
    street
        Street or town that has to mend it; empty when it is not known.
    file, sheet, row, column
        Where it stands.
    layer, facility, name
        What it is about.
    printed
        What stands there.
    code, what, details, expected, similar
        What is wrong with it, also in particulars, what was expected, and a name of the official list that is like the
        printed one, or None.
    refused
        True when the whole row is not used because of it.
    protected
        True when its place must not be shown: only sheets that go back to its street quote it.
    """

    street: str
    file: str
    sheet: str
    row: int
    column: str
    layer: str
    facility: str
    name: str
    printed: str
    code: str
    what: str
    details: Mapping[str, object]
    expected: str
    similar: str | None
    refused: bool
    protected: bool


def lines_of(check: StudyCheck) -> list[Line]:
    """Every problem of every row, by street and then in the order of files and rows."""
    lines = []
    for layer in check.layers:
        if layer.ledger is None:
            continue
        about = _About(layer.ledger, check.units)
        for one in layer.row_problems:
            sheet, row = layer.ledger.table.label(one.position)
            problem = one.problem
            column = problem.field or ""
            lines.append(
                Line(
                    about.street[one.position] or "",
                    layer.ledger.table.path.name,
                    sheet or "",
                    row,
                    column if sheet is None else column.removeprefix(f"{sheet}!"),
                    layer.source.layer,
                    about.ids[one.position] or "",
                    about.names[one.position] or "",
                    "" if problem.value is None else str(problem.value),
                    problem.code,
                    problem.what,
                    problem.details,
                    problem.expected or problem.remedy or "",
                    _similar(problem.remedy),
                    one.refused,
                    not layer.ledger.public[one.position],
                )
            )
    return sorted(lines, key=lambda line: (line.street == "", line.street, line.file, line.sheet, line.row))


def _similar(remedy: str | None) -> str | None:
    """The similar name that a problem's remedy offers, if it does."""
    found = _OFFERED.match(remedy or "")
    return None if found is None else found[1]


def streets_of(lines: list[Line]) -> dict[str, list[Line]]:
    """Lines of each street, the unknown one last."""
    streets: dict[str, list[Line]] = {}
    for line in lines:
        streets.setdefault(line.street, []).append(line)
    return streets


class _About:
    """Id, name and street of every row of a ledger, used or not; the county where it says no street."""

    def __init__(self, ledger: Ledger, units: gpd.GeoDataFrame) -> None:
        table, column = ledger.table, ledger.column
        nothing: list[str | None] = [None] * len(table.rows)
        self.ids = texts(table, column["id"]) if "id" in column else nothing
        self.names = texts(table, column["name"]) if "name" in column else nothing
        self.street = list(texts(table, column["town"]) if "town" in column else nothing)
        counties = texts(table, column["county"]) if "county" in column else nothing
        named = {code: _street_name(units, code) for code in {*ledger.rows["unit_code"]} - {None}}
        for position, code in zip(ledger.positions.tolist(), ledger.rows["unit_code"], strict=True):
            self.street[position] = named.get(code) or self.street[position]
        if "unit_code" in column:
            written = texts(table, column["unit_code"])
            named = {code: _street_name(units, code) for code in {*written} - {None}}
            self.street = [
                street or named.get(code) for street, code in zip(self.street, written, strict=True)
            ]
        self.street = [street or county for street, county in zip(self.street, counties, strict=True)]


def _street_name(units: gpd.GeoDataFrame, code: str | None) -> str | None:
    """Name of the street or town that a unit is or lies in."""
    steps = 0
    while code is not None and code in units.index and steps < 20:
        if units.at[code, "type"] in _STREETS:
            return str(units.at[code, "name"])
        parent = units.at[code, "parent"]
        code, steps = (str(parent) if isinstance(parent, str) else None), steps + 1
    return None
