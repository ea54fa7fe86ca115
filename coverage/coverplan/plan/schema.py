"""A plan file: what was promised, for which units, by when, and where the document says so."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from coverplan.plan.kinds import Indicator, Strict, not_empty
from coverplan.vocabulary import MAX_PRINTED, UnitType

Rule = Literal[">=", ">", "=", "inside", "at_least_low_end", "maintain", "approx", "none"]
Attribute = Literal["binding", "expected", "promise", "design_standard", "achieved", "history", "forecast"]
YearBasis = Literal["printed", "horizon", "none"]
Year = Annotated[int, Field(ge=1900, le=2200)]
PopulationBase = Literal["resident", "registered"]


class Names(Strict):
    """A name in both languages."""

    zh: str
    en: str


class Source(Strict):
    """The document from which a plan file was made."""

    title: str
    file: str | None = None
    """Name of the text file that was read."""
    number: str | None = None
    issued: str | None = None
    cautions: tuple[Names, ...] = ()


class UnitSet(Strict):
    """Units of certain types, optionally only some of them, with the number that the document prints."""

    names: Names
    types: Annotated[tuple[UnitType, ...], AfterValidator(not_empty)]
    codes: tuple[str, ...] | None = None
    """Only these units; None: all of the types."""
    only: tuple[str, ...] | None = None
    """Only units of these names, where a document names units without codes."""
    printed: int | None = Field(default=None, ge=1)
    """How many the document says there are; None where it does not say."""
    derived: bool = False
    """The printed count is a sum or a count of names, not a number that stands in the document."""


class Base(Strict):
    """Where things stood at the start."""

    year: Year | None = None
    value: Decimal | None = None
    printed: str | None = None
    """What the document prints instead of a number, or beside it."""
    suspect: bool = False
    """The document contradicts this number elsewhere; it is shown and never used as a base."""
    line: int | None = None
    """Line of the text file, where it is not the target's own."""


class Goal(Strict):
    """Where things shall stand, and when."""

    year: Year | None = None
    year_basis: YearBasis
    """``horizon``: inferred from the plan's period, and shown so."""
    value: Decimal | None = None
    high: Decimal | None = None
    """Upper end of a range."""
    printed: str | None = None
    """What the document prints, where that is no plain number or was repaired."""


class Finding(Strict):
    """A contradiction, a lost character or a doubtful figure of the document, carried and never resolved."""

    severity: Literal["high", "medium", "low"]
    what: Names
    lines: tuple[int, ...] = ()


class Target(Strict):
    """One statement of a plan that can be planned for."""

    id: str
    row: int | None = None
    """Number of the row in the document's own table."""
    names: Names
    measure: str
    """Unit of measure."""
    measure_inferred: bool = False
    """The unit of measure is lost in the document."""
    attribute: Attribute
    indicator: Indicator
    rule: Rule
    base: Base = Base()
    goal: Goal
    result: Base | None = None
    """Result that the document itself states for a past period."""
    population_base: PopulationBase | None = None
    printed: str = Field(max_length=MAX_PRINTED)
    """Phrase of the document that carries the number."""
    repaired: bool = False
    """The printed form was mended because a plausibility bound proves it wrong."""
    conflict: str | None = None
    """Group of statements that contradict each other; each stays a target of its own."""
    findings: tuple[str, ...] = ()
    line: int | None = None
    """Line of the text file, counted from 1."""
    note: Names | None = None
    """How the statement was read, where it leaves room."""


class Plan(Strict):
    """Everything that one document promises."""

    format: Literal[1] = 1
    """Number of this file's format; a file that says none is of the first."""
    id: str
    names: Names
    area: Names
    level: Literal["city", "district"]
    horizon: tuple[Year, Year | None]
    """First and last year of the plan's period; the last is None where the document names none."""
    synthetic: bool = False
    """Made up, for learning and testing (R14)."""
    source: Source
    unit_sets: dict[str, UnitSet] = Field(default_factory=dict)
    findings: dict[str, Finding] = Field(default_factory=dict)
    conflicts: dict[str, Names] = Field(default_factory=dict)
    """What the statements of a conflict group disagree about."""
    targets: Annotated[tuple[Target, ...], AfterValidator(not_empty)]

    def target(self, identifier: str) -> Target:
        """Target of an id; raises KeyError."""
        for target in self.targets:
            if target.id == identifier:
                return target
        raise KeyError(identifier)
