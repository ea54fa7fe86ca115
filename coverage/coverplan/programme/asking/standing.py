"""A requirement as an answer leaves it, ready to be asked again when a few of its rows change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from functools import cached_property

from coverplan.programme.asking.requirement import Auxiliary, Requirement, Row


class Standing:
    """Left sides of all rows of a requirement for given actions, exact.

    Every auxiliary takes the largest value that its defining rows allow, in the order in which they stand.

    Parameters
    ----------
    requirement
        What is asked.
    done
        Actions that are done.
    people
        Gives the covered people of a row that counts them.
    """

    def __init__(
        self, requirement: Requirement, done: Collection[int], people: Callable[[Row], Fraction]
    ) -> None:
        self.requirement = requirement
        self._part = [self._own(row, done, people) for row in requirement.rows]
        self._defining: dict[str, list[int]] = {one.name: [] for one in requirement.auxiliaries}
        self._used_by: dict[str, set[str]] = {}
        for number, row in enumerate(requirement.rows):
            limited = [name for name, worth in row.auxiliaries.items() if row.defines and worth < 0]
            for name in limited:
                self._defining[name].append(number)
                for other in row.auxiliaries:
                    if other != name:
                        self._used_by.setdefault(other, set()).add(name)
        self._most: dict[str, Fraction] = {}
        for one in requirement.auxiliaries:
            self._most[one.name] = self._value(one, {}, self._most)

    @property
    def auxiliaries(self) -> dict[str, Fraction]:
        """Value of every auxiliary."""
        return dict(self._most)

    @staticmethod
    def _own(row: Row, done: Collection[int], people: Callable[[Row], Fraction]) -> Fraction:
        """A row's left side without auxiliaries, less its right side."""
        factors = row.actions.factors
        few, many = (done, factors) if len(done) < len(factors) else (factors, done)
        value = sum(
            (factors[action] for action in few if action in many), row.actions.constant - row.at_least
        )
        return value if row.covered is None else value + people(row)

    def _value(
        self, one: Auxiliary, changed: Mapping[int, Fraction], most: Mapping[str, Fraction]
    ) -> Fraction:
        top = Fraction(one.upper)
        for number in self._defining[one.name]:
            row = self.requirement.rows[number]
            left = self._part[number] + changed.get(number, Fraction(0))
            for name, worth in row.auxiliaries.items():
                if name != one.name:
                    left += worth * most.get(name, Fraction(0))
            top = min(top, left / -row.auxiliaries[one.name])
        top = Fraction(top.numerator // top.denominator) if one.whole else top
        return max(Fraction(0), top)

    def holds(self, changed: Mapping[int, Fraction] | None = None) -> bool:
        """Whether the requirement holds, after the left sides of some rows have changed by something."""
        changed = changed or {}
        other = self._changed_auxiliaries(changed)
        for number, row in enumerate(self.requirement.rows):
            if row.defines:
                continue
            slack = self._totals[number] + changed.get(number, Fraction(0))
            for name, (before, after) in other.items():
                slack += row.auxiliaries.get(name, Fraction(0)) * (after - before)
            if slack < 0 or (row.strict and slack == 0):
                return False
        return True

    @cached_property
    def _totals(self) -> list[Fraction]:
        return [
            self._part[number]
            + sum((worth * self._most[name] for name, worth in row.auxiliaries.items()), Fraction(0))
            for number, row in enumerate(self.requirement.rows)
        ]

    def _changed_auxiliaries(self, changed: Mapping[int, Fraction]) -> dict[str, tuple[Fraction, Fraction]]:
        """Auxiliaries that take another value, with both."""
        rows = self.requirement.rows
        affected = {
            name
            for number in changed
            if rows[number].defines
            for name, worth in rows[number].auxiliaries.items()
            if worth < 0
        }
        if not affected:
            return {}
        for name in tuple(affected):
            affected |= self._used_by.get(name, set())
        found: dict[str, tuple[Fraction, Fraction]] = {}
        most = dict(self._most)
        for one in self.requirement.auxiliaries:
            if one.name in affected:
                most[one.name] = self._value(one, changed, most)
                if most[one.name] != self._most[one.name]:
                    found[one.name] = (self._most[one.name], most[one.name])
        return found
