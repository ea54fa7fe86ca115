"""Read a plan document: tables of indicators and promises in sentences, once each."""

from __future__ import annotations

from pathlib import Path

from coverplan.setup.plan_reader.document import Line, read_document
from coverplan.setup.plan_reader.found import Found, Reading
from coverplan.setup.plan_reader.horizon import horizon_of
from coverplan.setup.plan_reader.indicator_tables import read_tables
from coverplan.setup.plan_reader.statements import read_statements


def read_plan_document(path: Path) -> Reading:
    """Every statement of a document that a plan can be held to, in the document's order.

    Raises
    ------
    InputError
        When the document cannot be read.
    """
    return read_lines(read_document(path))


def read_lines(lines: tuple[Line, ...]) -> Reading:
    """As `read_plan_document`, of lines that were read already."""
    reading = Reading()
    taken = read_tables(lines, reading)
    read_statements(lines, taken, horizon_of(lines), reading)
    reading.found = _once(reading.found)
    return reading


def _once(found: list[Found]) -> list[Found]:
    """Each promise once: a clause said again in the same words, with the same number and year, is one."""
    kept: dict[tuple[object, ...], Found] = {}
    for one in sorted(found, key=lambda one: (one.line, one.start)):
        kept.setdefault((one.name, one.value, one.high, one.year, one.attribute), one)
    rows = [one for one in kept.values() if one.row is not None or one.start == one.stop]
    return [one for one in kept.values() if one in rows or not any(_said_in(row, one) for row in rows)]


def _said_in(row: Found, one: Found) -> bool:
    """A sentence that repeats a row of the table with the same number and year."""
    return (
        row.value == one.value
        and row.year == one.year
        and row.name in one.name
        and row.attribute != "history"
    )
