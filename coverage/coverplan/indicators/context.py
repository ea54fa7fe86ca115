"""Everything that indicators are computed from; nothing in here is computed from a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Context, Decimal, Inexact, localcontext
from fractions import Fraction
from functools import lru_cache

import pandas as pd

from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import UnitTree
from coverplan.plan.kinds import ReachQuestion, ServedWithin

#: Answers who is within reach: index code of the deepest unit, columns ``covered`` and ``total`` (people);
#: None when the study cannot say (no network, no people, no such layer).
CoverageAnswer = Callable[[ReachQuestion], pd.DataFrame | None]

#: Answers who gets a place: index code of the deepest unit, columns ``served``, ``unknown`` (may get one, where
#: capacities are unknown) and ``total`` (people); None when the study cannot say.
PlacesAnswer = Callable[[ServedWithin], pd.DataFrame | None]

Number = Decimal | None
#: Holds the sum of any two floats without rounding, and says so if it cannot.
_EVERY_DIGIT = Context(prec=1_400, traps=[Inexact])
_ZERO = Decimal(0)
Register = Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class PeopleTotal:
    """A number of people of the whole area that a document or a census prints.

    Parameters
    ----------
    group
        Group of people (``age_60_plus``).
    base
        ``resident`` or ``registered``.
    year
        Year for which it stands.
    people
        How many.
    source
        Where it is printed.
    """

    group: str
    base: str
    year: int
    people: Decimal
    source: str = ""


@dataclass(frozen=True, slots=True)
class Stock:
    """A printed total of what existed, for studies whose ledger does not list it facility by facility.

    Parameters
    ----------
    layer, types
        Facilities that the total covers; it is used where a plan asks for exactly these types.
    field
        Number that was added up (``beds``), or None for the number of facilities.
    year
        Year at whose end it stood; facilities of the ledger that opened later are added to it.
    value
        The total.
    source
        Where it is printed.
    """

    layer: str
    types: frozenset[str]
    field: str | None
    year: int
    value: Decimal
    source: str = ""


@dataclass(frozen=True)
class IndicatorContext:
    """A study's evidence at a date.

    Parameters
    ----------
    units
        Roster of units; outlines are not needed.
    facilities
        Ledger of facilities.
    as_of
        Date on which things stand so; its year decides what is open.
    people
        Index: code of a unit; a column for each group; people whose deepest unit it is. None: unknown.
    population_base
        ``resident`` or ``registered``: whom `people` counts.
    people_year
        Year for which `people` stands; in other years printed totals go before it, where there are any. None:
        it stands for every year.
    coverage
        Who is within reach of which facilities, or None where the study cannot compute reach.
    places
        Who gets a place, or None where the study cannot compute it.
    reported
        Figures typed in by the office, by target id.
    registers
        Figures of administrative registers by name: one number, or one for each unit code.
    estates
        Index: id of a housing estate; columns ``kind`` (``new`` or ``existing``), ``households``,
        ``floor_area_m2`` of its premises. None: unknown.
    people_totals
        Printed numbers of people; between two years they change in a straight line.
    stocks
        Printed totals of facilities.
    empty_layers
        Layers (``elder_care``) or types (``elder_care.canteen``) that are known to have no facility at all.
    partial
        Layers or types whose ledger does not list everything: a unit without one is unknown, not without.
    data_year
        Year for which the statuses of facilities stand; in a later one nobody knows whether a project without a year
        of opening serves. None: that of `as_of`.
    facilities_in
        Facilities of another year, where changes take effect in the course of time; None: those of every year.
    """

    units: UnitTree
    facilities: Facilities
    as_of: date
    people: pd.DataFrame | None = None
    population_base: str = "resident"
    people_year: int | None = None
    coverage: CoverageAnswer | None = None
    places: PlacesAnswer | None = None
    reported: Mapping[str, Decimal | str] = field(default_factory=dict)
    registers: Mapping[str, Decimal | Register] = field(default_factory=dict)
    estates: pd.DataFrame | None = None
    people_totals: tuple[PeopleTotal, ...] = ()
    stocks: tuple[Stock, ...] = ()
    empty_layers: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()
    data_year: int | None = None
    facilities_in: Callable[[int], Facilities] | None = None

    @property
    def year(self) -> int:
        """Year whose facilities serve people."""
        return self.as_of.year

    @property
    def of_the_data(self) -> int:
        """Year for which statuses stand."""
        return self.year if self.data_year is None else self.data_year

    def at_year(self, year: int) -> IndicatorContext:
        """The same evidence at the end of another year; reported figures of today are left out."""
        facilities = self.facilities if self.facilities_in is None else self.facilities_in(year)
        return replace(
            self,
            facilities=facilities,
            as_of=date(year, 12, 31),
            data_year=self.of_the_data,
            reported={},
            registers={},
            coverage=None,
            places=None,
        )

    def people_of(self, group: str, base: str) -> Fraction | None:
        """People of a group in the whole area in the year of `as_of`, exact; None where nobody says."""
        counted = None
        if self.people is not None and base == self.population_base and group in self.people:
            counted = exact_sum(self.people[group].tolist())
        if counted is not None and self.people_year in {None, self.year}:
            return counted
        printed = self._printed_people(group, base)
        return counted if printed is None else printed

    def _printed_people(self, group: str, base: str) -> Fraction | None:
        """Printed total of the year, on the straight line between the totals before and after it."""
        totals = sorted(
            (t for t in self.people_totals if t.group == group and t.base == base), key=lambda t: t.year
        )
        before = [t for t in totals if t.year <= self.year]
        after = [t for t in totals if t.year >= self.year]
        if not before:
            return None
        start, end = before[-1], after[0] if after else before[-1]
        if end.year == start.year:
            return Fraction(start.people)
        part = Fraction(self.year - start.year, end.year - start.year)
        return Fraction(start.people) + part * (Fraction(end.people) - Fraction(start.people))

    def register_total(self, name: str) -> Fraction | None:
        """One figure of a register; the sum where it is kept by unit; None where it is missing or has gaps."""
        found = self.registers.get(name)
        if found is None:
            return None
        if isinstance(found, Decimal):
            return Fraction(found)
        if any(value is None for value in found.values()):
            return None
        return sum((Fraction(value) for value in found.values() if value is not None), Fraction(0))

    def register_of(self, name: str, code: str) -> Fraction | None:
        """A unit's figure of a register, or None."""
        found = self.registers.get(name)
        if not isinstance(found, Mapping):
            return None
        value = found.get(code)
        return None if value is None else Fraction(value)


# the same sizes and counts stand in many rows, and are asked for again after every change
@lru_cache(maxsize=16_384, typed=True)
def exact(value: object) -> Fraction:
    """Number as it would be written down, not as the machine rounds it: 0.1 is one tenth."""
    return Fraction(Decimal(str(value)))


def exact_sum(values: Iterable[object]) -> Fraction:
    """Sum of numbers as they would be written down; they are added as decimals, far faster than as fractions."""
    return decimal_sum(map(Decimal, map(str, values)))


def decimal_sum(values: Iterable[Decimal]) -> Fraction:
    """Sum of decimals with every digit, whatever their sizes."""
    values = list(values)
    try:
        with localcontext(_EVERY_DIGIT):
            return Fraction(sum(values, _ZERO))
    except Inexact:  # numbers that no float holds, out of texts
        return sum(map(Fraction, values), Fraction(0))


def as_decimal(value: Fraction | None) -> Decimal | None:
    """Decimal of 28 digits for showing; comparisons use the fraction itself."""
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)
