"""One study's evidence laid out for one plan: which facilities count, and in which units they are present."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from coverplan.indicators.answers import (
    NO,
    UNKNOWN,
    YES,
    Answers,
    absent,
    answer,
    at_least,
    certain,
    flagged,
    has_all,
    number,
    presents,
    written,
)
from coverplan.indicators.context import IndicatorContext
from coverplan.indicators.measurement import Present
from coverplan.plan.kinds import Condition, Traits
from coverplan.plan.schema import Plan
from coverplan.units import BoolArray, Int64Array
from coverplan.vocabulary import UnitType

_Number = TypeVar("_Number", Decimal, Fraction)
#: What follows from units alone, whatever the facilities.
_OF_UNITS = (
    "parents",
    "_above",
    "_all_above",
    "_roster",
    "_codes_of",
    "_own_households",
    "_children",
    "_type_of",
)
#: What follows from units, places and words alone, whatever the figures.
_WITHOUT_FIGURES = (
    *_OF_UNITS,
    "own_units",
    "membership",
    "_positions",
    "_presences",
    "disagreeing",
    "_standing_of",
    "_coded",
    "_ids",
    "_layers",
)


@dataclass(frozen=True)
class Evidence:
    """What indicators ask of a study while one plan is computed."""

    plan: Plan
    context: IndicatorContext

    def with_figures(self, context: IndicatorContext) -> Evidence:
        """The same units and facilities with other numbers, years of opening and people; the rest is kept."""
        other = Evidence(self.plan, context)
        other.__dict__.update({name: getattr(self, name) for name in _WITHOUT_FIGURES})
        return other

    def with_facilities(self, context: IndicatorContext) -> Evidence:
        """The same units with other facilities; what follows from the units alone is kept."""
        other = Evidence(self.plan, context)
        other.__dict__.update({name: getattr(self, name) for name in _OF_UNITS})
        return other

    @cached_property
    def table(self) -> pd.DataFrame:
        """Facilities, index 0..n-1."""
        return self.context.facilities.table

    @property
    def size(self) -> int:
        """How many facilities there are."""
        return len(self.context.facilities)

    def column(self, name: str) -> NDArray[Any]:
        """Values of a column of the facilities."""
        return self.context.facilities.column(name)

    @cached_property
    def parents(self) -> Mapping[str, str | None]:
        """Parent of each unit."""
        parents = self.context.units.table["parent"]
        return {code: None if pd.isna(parent) else str(parent) for code, parent in parents.items()}

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The unit itself and everything above it; a code outside the roster is alone."""
        if code not in self._above:
            chain = [code]
            while (parent := self.parents.get(chain[-1])) is not None:
                chain.append(parent)
            self._above[code] = tuple(chain)
        return self._above[code]

    @cached_property
    def _above(self) -> dict[str, tuple[str, ...]]:
        return {}

    def codes(self, unit_set: str) -> tuple[str, ...]:
        """Codes of a unit set of the plan that stand in the roster, ascending."""
        if unit_set not in self._codes_of:
            self._codes_of[unit_set] = self._codes(unit_set)
        return self._codes_of[unit_set]

    @cached_property
    def _codes_of(self) -> dict[str, tuple[str, ...]]:
        return {}

    def _codes(self, unit_set: str) -> tuple[str, ...]:
        wanted = self.plan.unit_sets[unit_set]
        table = self.context.units.table
        chosen = table["type"].isin(list(wanted.types))
        if wanted.codes is not None:
            chosen &= table.index.isin(list(wanted.codes))
        if wanted.only is not None:
            chosen &= table["name"].isin(list(wanted.only))
        return tuple(table.index[chosen])

    @cached_property
    def own_units(self) -> tuple[tuple[str, ...], ...]:
        """For each facility: the units that it serves, else the declared one, else where it lies."""
        found = []
        rows = zip(*map(self._values, ("serves_units", "unit_code", "unit")), strict=True)
        for serves, declared, located in rows:
            if serves:
                found.append(tuple(serves))
            else:
                unit = located if absent(declared) else declared
                found.append(() if absent(unit) else (str(unit),))
        return tuple(found)

    @cached_property
    def membership(self) -> tuple[frozenset[str], ...]:
        """For each facility: units in which it is present, those above its own included."""
        return tuple(self._with_all_above(own) for own in self.own_units)

    def _with_all_above(self, own: tuple[str, ...]) -> frozenset[str]:
        if own not in self._all_above:
            self._all_above[own] = frozenset(above for code in own for above in self.ancestors(code))
        return self._all_above[own]

    @cached_property
    def _all_above(self) -> dict[tuple[str, ...], frozenset[str]]:
        return {}

    @cached_property
    def _roster(self) -> dict[str, int]:
        """Position of each unit in the roster."""
        return {code: at for at, code in enumerate(self.parents)}

    @cached_property
    def _positions(self) -> dict[str, int]:
        """Position of each unit of the roster, and of each other one that a facility is declared in."""
        further = sorted(frozenset().union(*self.membership) - self._roster.keys())
        return self._roster | {code: len(self._roster) + at for at, code in enumerate(further)}

    @cached_property
    def _presences(self) -> tuple[Int64Array, Int64Array]:
        """Facilities, and positions of the units in which they are present, pair by pair."""
        facilities = np.repeat(np.arange(self.size), [len(units) for units in self.membership])
        units = [self._positions[code] for units in self.membership for code in units]
        return facilities, np.array(units, dtype=np.int64)

    @cached_property
    def disagreeing(self) -> BoolArray:
        """For each facility: it is declared in one branch of the units and lies in another."""
        pairs = zip(self._values("unit_code"), self._values("unit"), strict=True)
        return np.array([self._apart(declared, located) for declared, located in pairs], dtype=bool)

    def _apart(self, declared: Any, located: Any) -> bool:
        if absent(declared) or absent(located):
            return False
        up, down = str(declared), str(located)
        return up not in self.ancestors(down) and down not in self.ancestors(up)

    def flagged(self, answers: Answers) -> tuple[str, ...]:
        """Ids of counted facilities whose declaration and location disagree, ascending."""
        rows = self.disagreeing & (answers != NO)
        return tuple(sorted(str(identifier) for identifier in self._ids[rows]))

    @cached_property
    def _ids(self) -> NDArray[np.object_]:
        return np.asarray(self.column("id"), dtype=object)

    def _values(self, column: str) -> list[Any]:
        return self.column(column).tolist()

    def _one_of(self, column: str, wanted: Iterable[str]) -> Answers:
        """For each facility: its word in a column is one of those wanted."""
        codes, words = self._codes_and_words(column)
        among = frozenset(wanted)
        # the last answer is that of code -1, which stands for no word
        return np.array([*(answer(word in among) for word in words), UNKNOWN], dtype=np.int8)[codes]

    def _codes_and_words(self, column: str) -> tuple[NDArray[np.int64], NDArray[Any]]:
        if column not in self._coded:
            self._coded[column] = pd.factorize(self.column(column))
        return self._coded[column]

    @cached_property
    def _coded(self) -> dict[str, tuple[NDArray[np.int64], NDArray[Any]]]:
        return {}

    def knows(self, condition: Condition) -> bool:
        """The ledger has the layer, or says that it has none of it."""
        if self.context.empty_layers & self._names(condition):
            return True
        return condition.layer in self._layers

    @cached_property
    def _layers(self) -> frozenset[str]:
        return frozenset(self._values("layer"))

    def lists_all(self, condition: Condition) -> bool:
        """The ledger lists every facility of the layer and types; names that a document gives are complete."""
        return bool(condition.names) or not self.context.partial & self._names(condition)

    def _names(self, condition: Condition) -> frozenset[str]:
        return frozenset({condition.layer, *(f"{condition.layer}.{name}" for name in condition.types)})

    @staticmethod
    def name(condition: Condition) -> str:
        """Layer and types of a condition, to ask for them (``elder_care.town_centre|day_care``)."""
        return ".".join(part for part in (condition.layer, "|".join(condition.types)) if part)

    def lack(self, condition: Condition) -> str | None:
        """Why nothing can be said of a condition anywhere, with what to ask for; None where something can."""
        answers = self.serving(condition)
        if (answers == YES).any() or (self.lists_all(condition) and not (answers == UNKNOWN).any()):
            return None
        if not (answers == UNKNOWN).any():
            return f"missing_layer:{self.name(condition)}"
        return self.unsaid(condition)

    def unsaid(self, condition: Condition) -> str:
        """Attribute to ask for, where it is unknown of some facilities whether they count for a condition."""
        answers = self.serving(condition)
        asked = {"type": condition.types, "functions": condition.functions, "grade": condition.grades}
        asked |= {"own columns": condition.flags, "unit_code": condition.declared_at}
        rows, names = answers == UNKNOWN, self.context.facilities.names
        for column, wanted in asked.items():
            if wanted and (column not in names or pd.isna(self.column(column)[rows]).any()):
                return f"missing_attribute:{self.name(condition)}.{column}"
        return f"missing_attribute:{self.name(condition)}.{'|'.join(condition.at_least)}"

    def serving(self, condition: Condition) -> Answers:
        """Shape (facilities,): YES, NO or UNKNOWN: counts for a condition and serves people in the year."""
        # several targets ask the same of one plan; the condition is kept beside its answers, so that its id stays its own
        known = self._served.get(id(condition))
        if known is None:
            known = self._served[id(condition)] = condition, self._serving(condition)
        return known[1]

    @cached_property
    def _served(self) -> dict[int, tuple[Condition, Answers]]:
        return {}

    def _serving(self, condition: Condition) -> Answers:
        known = self._standing_of.get(id(condition))
        if known is None:
            known = self._standing_of[id(condition)] = condition, self._standing(condition)
        parts = [known[1], *self._at_least(condition)]
        if not condition.status:
            parts.append(self._open)
        return np.minimum.reduce(parts)

    @cached_property
    def _standing_of(self) -> dict[int, tuple[Condition, Answers]]:
        return {}

    def _standing(self, condition: Condition) -> Answers:
        """Counts for a condition as far as no figure is asked for."""
        parts = [certain(self.context.facilities.of_layer(condition.layer)), self._traits(condition)]
        if condition.names:
            names = frozenset(condition.names)
            called = zip(self._values("id"), self._values("name"), strict=True)
            parts.append(certain(one in names or name in names for one, name in called))
        if condition.within is not None:
            inside = set(self.codes(condition.within))
            parts.append(certain(bool(inside & units) for units in self.membership))
        return np.minimum.reduce(parts)

    @cached_property
    def _open(self) -> Answers:
        return np.where(self.maybe_open, UNKNOWN, certain(self.context.facilities.open_in(self.context.year)))

    @cached_property
    def maybe_open(self) -> BoolArray:
        """For each facility: a project without a year of opening, in a year later than the data."""
        facilities, year = self.context.facilities, self.context.year
        if year <= self.context.of_the_data:
            return np.zeros(len(facilities), dtype=np.bool_)
        closed = np.asarray(
            facilities.column("closes").astype(np.float64, copy=False) <= year, dtype=np.bool_
        )
        return facilities.undated() & ~closed

    def alike(self, traits: Traits) -> Answers:
        """Shape (facilities,): YES, NO or UNKNOWN: has all the traits, whatever its layer and year."""
        return np.minimum.reduce([self._traits(traits), *self._at_least(traits)])

    def _at_least(self, traits: Traits) -> list[Answers]:
        return [at_least(self.numbers(name), Fraction(bound)) for name, bound in traits.at_least.items()]

    def _traits(self, traits: Traits) -> Answers:
        parts = [np.full(self.size, YES)]
        if traits.types:
            parts.append(self._one_of("type", traits.types))
        if traits.functions:
            parts.append(has_all(self._values("functions"), traits.functions))
        if traits.grades:
            parts.append(self._one_of("grade", traits.grades))
        if traits.status:
            parts.append(self._one_of("status", traits.status))
        parts += [self._flag(name) for name in traits.flags]
        if traits.declared_at:
            parts.append(self._declared_at(set(traits.declared_at)))
        return np.minimum.reduce(parts)

    def _flag(self, name: str) -> Answers:
        column = f"own:{name}"
        if column in self.context.facilities.names:
            return flagged(self.column(column))
        return np.full(self.size, UNKNOWN)

    def _declared_at(self, types: set[UnitType]) -> Answers:
        levels = [{self._type_of.get(code) for code in own} for own in self.own_units]
        return np.array([answer(bool(level & types) if level else None) for level in levels], dtype=np.int8)

    @cached_property
    def _type_of(self) -> dict[str, Any]:
        return dict(self.context.units.table["type"].to_dict())

    def numbers(self, name: str) -> list[Fraction | None]:
        """A number field of every facility, exact, None where unknown."""
        if name not in self._numbers:
            self._numbers[name] = self._each_known(name, number)
        return self._numbers[name]

    @cached_property
    def _numbers(self) -> dict[str, list[Fraction | None]]:
        return {}

    def decimals(self, name: str) -> list[Decimal | None]:
        """The same numbers as decimals, which are added far faster than fractions."""
        if name not in self._decimals:
            self._decimals[name] = self._each_known(name, written)
        return self._decimals[name]

    @cached_property
    def _decimals(self) -> dict[str, list[Decimal | None]]:
        return {}

    def _each_known(self, name: str, read: Callable[[Any], _Number | None]) -> list[_Number | None]:
        found: list[_Number | None] = [None] * self.size
        if name in self.context.facilities.names:
            values = self.column(name)
            cells = values.tolist()
            for at in np.flatnonzero(pd.notna(values)).tolist():
                found[at] = read(cells[at])
        return found

    def present(self, conditions: Iterable[Condition], codes: Iterable[str]) -> dict[str, Present]:
        """For each unit: every condition has a facility there (True), some has none (False), or unknown."""
        asked = list(codes)
        # what is in no roster stands at the end, where no facility is
        at = [self._positions.get(code, -1) for code in asked]
        least = np.minimum.reduce([self._units_with(condition) for condition in conditions])
        return dict(zip(asked, presents(least[at]), strict=True))

    def _units_with(self, condition: Condition) -> Answers:
        """For each position of `_positions`, and one more without any facility: the best answer of those there."""
        found = np.full(len(self._positions) + 1, NO if self.lists_all(condition) else UNKNOWN)
        facilities, units = self._presences
        np.maximum.at(found, units, self.serving(condition)[facilities])
        return found

    def households(self, code: str) -> Fraction | None:
        """Households of a unit; of its parts added up where it has no figure itself."""
        value = self._own_households.get(code)
        if value is not None:
            return value
        parts = [self.households(child) for child in self._children.get(code, ())]
        if not parts or any(part is None for part in parts):
            return None
        return sum((part for part in parts if part is not None), Fraction(0))

    @cached_property
    def _own_households(self) -> Mapping[str, Fraction | None]:
        households = self.context.units.table["households"]
        return {str(code): number(value) for code, value in households.items()}

    @cached_property
    def _children(self) -> Mapping[str, list[str]]:
        children: dict[str, list[str]] = {}
        for code, parent in self.parents.items():
            if parent is not None:
                children.setdefault(parent, []).append(code)
        return children

    @cached_property
    def top(self) -> tuple[str, ...]:
        """Units that lie in no other."""
        return tuple(code for code, parent in self.parents.items() if parent is None)
