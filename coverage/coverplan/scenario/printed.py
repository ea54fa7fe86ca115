"""Schema of what stands in documents and registers rather than in layers: totals, figures, estates, what is complete."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from coverplan.scenario.base import Model, Name
from coverplan.vocabulary import MAX_PRINTED

Code = Annotated[str, BeforeValidator(str)]


class Cited(Model):
    """Something that stands in a document."""

    line: int | None = None
    """Line of the document's text file."""
    printed: str | None = Field(default=None, max_length=MAX_PRINTED)
    """Phrase that says so."""

    @property
    def source(self) -> str:
        """Line and phrase in one text."""
        return " ".join(
            part for part in (f"line {self.line}" if self.line else "", self.printed or "") if part
        )


class StockEntry(Cited):
    """A printed total of facilities, or of what stands behind their doors."""

    layer: str
    """Layer of the facilities."""
    types: tuple[str, ...]
    """Types that the total covers; it is used where a plan asks for exactly these."""
    field: str | None = None
    """Number that was added up (beds); the number of facilities when not given."""
    year: int
    """Year at whose end it stood; facilities that opened later are added to it."""
    value: Decimal
    """The total."""


class PeopleEntry(Cited):
    """A printed number of people of the whole area."""

    group: str
    """Group of people."""
    base: Literal["resident", "registered"]
    """Who is counted: residents 常住 or the registered 户籍."""
    year: int
    """Year for which it stands."""
    people: Decimal
    """How many."""


class RegisterEntry(Cited):
    """A figure of an office's register."""

    value: Decimal | None = None
    """One figure for the whole area."""
    units: dict[Code, Decimal | None] | None = None
    """A figure for each unit code; nothing where it is unknown."""


class Printed(Model):
    """What a study or a ledger knows beside its layers; everything that is left out is unknown."""

    estates: Name | None = None
    """Table of housing estates: id, kind (new or existing), households, floor_area_m2 of their premises."""
    people: tuple[PeopleEntry, ...] = ()
    """Printed numbers of people; between two years they change in a straight line."""
    stocks: tuple[StockEntry, ...] = ()
    """Printed totals of facilities, where the layers do not list them one by one."""
    registers: dict[str, RegisterEntry] = Field(default_factory=dict)
    """Figures of offices' registers by the name that the plan gives them."""
    partial: tuple[str, ...] = ()
    """Layers or layer.type of which not everything is listed: a unit without one is unknown, not without."""
    empty: tuple[str, ...] = ()
    """Layers or layer.type of which there is none at all."""
