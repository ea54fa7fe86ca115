"""A statement of a document as the reader understands it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from coverplan.plan.schema import Attribute, Rule, YearBasis
from coverplan.setup.plan_reader.terms import Thing, Units


@dataclass(frozen=True, slots=True)
class Found:
    """One promise.

    Parameters
    ----------
    line, page
        Where it stands.
    start, stop
        Where the phrase stands in its line; 0, 0 for a row of a table.
    name
        Name of the indicator.
    printed
        Phrase that carries the number, as printed, at most 30 characters.
    measure
        Unit of measure.
    rule, value, high
        What is asked; no value where the document gives none.
    year, year_basis
        By when.
    base_year, base
        Where things stood, where the table says so.
    attribute
        As in a plan file.
    thing, units
        What it is about, and which units are meant.
    kind
        Kind of indicator.
    row
        Number in the document's own table.
    doubts
        Keys of what is not sure, each with a reason in words.
    sites
        Names of sites that the phrase lists.
    """

    line: int
    page: int | None
    start: int
    stop: int
    name: str
    printed: str
    measure: str
    rule: Rule
    value: Decimal | None
    high: Decimal | None
    year: int | None
    year_basis: YearBasis
    attribute: Attribute
    thing: Thing
    units: Units | None
    kind: str
    base_year: int | None = None
    base: Decimal | None = None
    row: int | None = None
    repaired: bool = False
    printed_value: str | None = None
    doubts: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A passage with a number or a promise that was seen and is no target, with the reason."""

    line: int
    page: int | None
    text: str
    reason: str


@dataclass(slots=True)
class Reading:
    """Everything that was read of one document."""

    found: list[Found] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
