"""All streets and all indicators at one glance: has it, has it not, cannot be said, is not asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coverplan.report.cellformat import absent
from coverplan.report.content import Column, Row, Table, Tone, Value
from coverplan.report.labels import Labels, first_group
from coverplan.report.tables.plan import name_of, records
from coverplan.report.unit_pages import page_units
from coverplan.results.cautions import computable
from coverplan.results.result import Result
from coverplan.vocabulary import LEVELS

#: Units of the page: the worst ones where there are more; the workbook has all.
MOST_UNITS = 40
#: Units that have room as columns; of more, each is a row.
MOST_COLUMNS = 8
TONES: Mapping[str, Tone] = {"met": "good", "short": "bad", "unknown": "muted", "none": "computed"}

Cell = tuple[str, Tone]
#: What is asked: its id, its name.
Asked = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Grid:
    """What the table shows: units, indicators, the cells that both have, and its words."""

    units: list[dict[str, Any]]
    asked: list[Asked]
    cells: Mapping[tuple[str, str], Cell]
    caption: str
    note: str


def matrix(result: Result, labels: Labels, *, every_unit: bool = False) -> Table | None:
    """Units against indicators; None without units, or where nothing is asked of single ones.

    Parameters
    ----------
    every_unit
        All of them, as rows, for a workbook; a page shows those that have least.
    """
    units = page_units(result)
    cells = _cells(result, labels)
    asked = [one for one in _asked(result, labels) if any((one[0], unit["code"]) in cells for unit in units)]
    if not units or not asked:
        return None
    shown = units if every_unit else _worst(units, asked, cells)
    note = labels("matrix.note")
    if len(shown) < len(units):
        note += labels("matrix.worst", shown=len(shown), all=len(units))
    caption = labels("table.matrix", level=labels.level(page_level(result)))
    grid = _Grid(shown, asked, cells, caption, note)
    if every_unit or len(shown) > MOST_COLUMNS:
        return _units_down(grid, labels, names=every_unit)
    return _units_across(grid, labels)


def page_level(result: Result) -> tuple[str, ...]:
    """Types of the units that the page shows."""
    first = page_units(result)[0]["type"]
    return next(types for types in LEVELS if first in types)


def _asked(result: Result, labels: Labels) -> list[Asked]:
    """Standards first, then targets in the plan's order."""
    standards = [
        (
            s["key"],
            labels(
                "gap.share", standard=labels.standard(s["key"]), group=labels.group(first_group(s["groups"]))
            ),
        )
        for s in result.summary["standards"]
    ]
    targets = {row["target_id"]: row for row in records(result, "gaps")}
    named = dict.fromkeys(str(row["target_id"]) for row in records(result, "unit_targets"))
    return [*standards, *((one, f"{one} {name_of(targets[one], labels)}") for one in named)]


def _cells(result: Result, labels: Labels) -> dict[tuple[str, str], Cell]:
    """What stands in the cell of an indicator and a unit; nothing where it is not asked of it."""
    found: dict[tuple[str, str], Cell] = {}
    for standard in result.summary["standards"]:
        key, group = standard["key"], first_group(standard["groups"])
        for unit in result.summary["units"]:
            people = unit["coverage"].get(key, {}).get(group)
            if people and people["people"]:
                known = computable(result, key)
                text = labels.words.share(people["share"]) if known else labels("matrix.unknown", value="")
                found[key, unit["code"]] = text, "computed"
    for row in records(result, "unit_targets"):
        found[row["target_id"], row["unit_code"]] = _cell(row, labels)
    return found


def _cell(row: Mapping[str, Any], labels: Labels) -> Cell:
    if not absent(row["value"]):
        value = labels.words.share(float(row["value"]) / 100)
    else:
        value = f"{int(row['passed'])}/{int(row['asked'])}"
    return labels(f"matrix.{row['state']}", value=value), TONES[row["state"]]


def _worst(
    units: list[dict[str, Any]], asked: list[Asked], cells: Mapping[tuple[str, str], Cell]
) -> list[dict[str, Any]]:
    """Units with most that they lack, then with most that is unknown; in code order on the page."""
    if len(units) <= MOST_UNITS:
        return units

    def lacks(unit: dict[str, Any]) -> tuple[int, int, str]:
        tones = [cells[key, unit["code"]][1] for key, _ in asked if (key, unit["code"]) in cells]
        return -tones.count("bad"), -tones.count("muted"), str(unit["code"])

    chosen = {unit["code"] for unit in sorted(units, key=lacks)[:MOST_UNITS]}
    return [unit for unit in units if unit["code"] in chosen]


def _units_across(grid: _Grid, labels: Labels) -> Table:
    rows = [
        _row((name,), [(f"u{u['code']}", grid.cells.get((key, u["code"]))) for u in grid.units], labels)
        for key, name in grid.asked
    ]
    columns = (
        Column("name", labels("column.indicator"), width=30),
        *(Column(f"u{unit['code']}", str(unit["name"]), width=9) for unit in grid.units),
    )
    return Table("matrix", grid.caption, columns, tuple(rows), grid.note)


def _units_down(grid: _Grid, labels: Labels, *, names: bool) -> Table:
    """One row for each unit; heads are short ids that the note explains, or whole names for a workbook."""
    heads = {
        key: name if names else _short(position, key, labels)
        for position, (key, name) in enumerate(grid.asked, 1)
    }
    rows = [
        _row(
            (unit["code"], unit["name"]),
            [(key, grid.cells.get((key, unit["code"]))) for key, _ in grid.asked],
            labels,
        )
        for unit in grid.units
    ]
    columns = (
        Column("unit_code", labels("column.unit_code"), "code", width=8),
        Column("unit_name", labels("column.unit_name"), width=10),
        *(Column(key, heads[key], width=18 if names else 6) for key, _ in grid.asked),
    )
    note = grid.note
    if not names:
        listed = [name if name.startswith(heads[key]) else f"{heads[key]} {name}" for key, name in grid.asked]
        note += labels("matrix.heads", heads=labels("clause").join(listed))
    return Table("matrix", grid.caption, columns, tuple(rows), note)


def _short(position: int, key: str, labels: Labels) -> str:
    """Head of a column: the target's id, or a number for a standard."""
    return key if len(key) <= len("SY-135-1") else labels("matrix.standard", number=position)


def _row(head: tuple[Value, ...], cells: list[tuple[str, Cell | None]], labels: Labels) -> Row:
    values = tuple(labels("matrix.not_asked") if cell is None else cell[0] for _, cell in cells)
    return Row((*head, *values), tones={key: cell[1] for key, cell in cells if cell is not None})
