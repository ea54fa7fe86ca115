"""Why each action: whom it reaches, who and which targets would be lost without it, and what would do nearly as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial

import numpy as np

from coverplan.judgement.study_evidence import standard_of
from coverplan.programme.actions.action import Action
from coverplan.programme.actions.covers import NOBODY, CoverSets, timing
from coverplan.programme.asking.question import PeopleAim
from coverplan.programme.asking.requirement import Requirement, Row
from coverplan.programme.asking.standing import Standing
from coverplan.programme.solving.choose import Programme
from coverplan.scenario.scenario_file import Standard
from coverplan.units import BoolArray, FloatArray, Int32Array

#: So many other places are tried for each action, the cheapest and then the most useful first.
TRIED = 200


@dataclass(frozen=True, slots=True)
class Alternative:
    """The best exchange of one action for another of its kind.

    Parameters
    ----------
    action
        Position of the other action; None where no single exchange keeps to everything.
    extra_cost
        What it costs more; NaN where unknown.
    people_difference
        People within the standards who are gained (or, below zero, lost) by it.
    """

    action: int | None
    extra_cost: float
    people_difference: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one action is done.

    Parameters
    ----------
    reached
        By aim: shape (points,), points that it brings within the standard beside what stands without any action.
    needed
        By aim: shape (points,), points that are within the standard only through it.
    fails_without
        Targets that fail when it alone is left out.
    helps
        Targets whose figure it raises.
    alternative
        Best exchange, None for actions on existing facilities.
    """

    reached: Mapping[str, BoolArray]
    needed: Mapping[str, BoolArray]
    fails_without: tuple[str, ...]
    helps: tuple[str, ...]
    alternative: Alternative | None


def reasons(programme: Programme) -> dict[int, Reason]:
    """Reason of every action that is done, in the last year, by its position."""
    bench = _Bench(programme)
    return {at: bench.reason(at) for at, _ in programme.done}


@dataclass(frozen=True)
class _Bench:
    """The answer laid out so that one action can be taken out or exchanged quickly."""

    programme: Programme

    @cached_property
    def done(self) -> frozenset[int]:
        return frozenset(self.programme.answer.year_of)

    @cached_property
    def requirements(self) -> tuple[tuple[int, Requirement], ...]:
        """Requirements of the last year that the answer keeps."""
        question = self.programme.question
        last: dict[str, tuple[int, Requirement]] = {}
        for at, one in enumerate(question.requirements):
            last[one.target_id] = (at, one)
        return tuple(one for one in last.values() if one[0] not in self.programme.answer.relief)

    def sets(self, standard: Standard, year: int) -> CoverSets:
        covers = self.programme.question.covers
        assert covers is not None  # asked only where there is geometry
        return covers.sets(standard, year)

    @cached_property
    def aims(self) -> tuple[PeopleAim, ...]:
        return self.programme.question.aims if self.programme.question.covers is not None else ()

    @cached_property
    def last_year(self) -> int:
        return self.programme.question.years[-1]

    def reason(self, at: int) -> Reason:
        action = self.programme.question.actions[at]
        reached, needed = {}, {}
        for aim in self.aims:
            mine = self._points(aim.standard, self.last_year, [at])
            if not len(mine):
                continue
            sets = self.sets(aim.standard, self.last_year)
            count = self._count(aim.standard, self.last_year)
            standing = sets.always | (self._counts(aim.standard, self.last_year, ()) > 0)
            reached[aim.standard.key] = _mask(mine, count) & ~standing
            needed[aim.standard.key] = _mask(mine, count) & ~sets.always & (count == 1)
        touched = [one for _, one in self.requirements if self._touches(one, at)]
        failing = tuple(one.target_id for one in touched if not self._holds(one, at, None))
        helps = tuple(one.target_id for one in touched if self._helps(one, at))
        exchange = self._exchange(at) if action.kind == "open" else None
        return Reason(reached, needed, failing, helps, exchange)

    # people

    def _points(self, standard: Standard, year: int, actions: Iterable[int]) -> Int32Array:
        sets, site_of = self._sites(standard, year)
        parts = [
            sets.pairs.demand[sets.pairs.indptr[site] : sets.pairs.indptr[site + 1]]
            for action in actions
            for site in site_of.get(action, ())
        ]
        return np.concatenate([np.zeros(0, dtype=np.int32), *parts])

    def _sites(self, standard: Standard, year: int) -> tuple[CoverSets, Mapping[int, list[int]]]:
        sets = self.sets(standard, year)
        key = id(sets)
        if key not in self._site_of:
            found: dict[int, list[int]] = {}
            for site, action in enumerate(sets.opened_by.tolist()):
                found.setdefault(action, []).append(site)
            self._site_of[key] = found
        return sets, self._site_of[key]

    @cached_property
    def _site_of(self) -> dict[int, Mapping[int, list[int]]]:
        return {}

    def _counts(self, standard: Standard, year: int, done: Iterable[int]) -> Int32Array:
        """Shape (points,): how many facilities that depend on actions reach each point."""
        sets, site_of = self._sites(standard, year)
        chosen = frozenset(done)
        standing = [
            site
            for site in site_of.get(NOBODY, ())
            if not any(closing in chosen for closing in sets.closed_by[site])
        ]
        parts = [sets.pairs.demand[sets.pairs.indptr[s] : sets.pairs.indptr[s + 1]] for s in standing]
        points = np.concatenate([self._points(standard, year, sorted(chosen)), *parts])
        return np.bincount(points, minlength=len(sets.always)).astype(np.int32)

    def _count(self, standard: Standard, year: int) -> Int32Array:
        """Counts of the answer as it is."""
        key = (timing(standard), year)
        if key not in self._known_counts:
            self._known_counts[key] = self._counts(standard, year, self.done)
        return self._known_counts[key]

    @cached_property
    def _known_counts(self) -> dict[tuple[str, int], Int32Array]:
        return {}

    def _difference(
        self, standard: Standard, year: int, people: FloatArray, out: int | None, into: int | None
    ) -> float:
        """People who are gained, or below zero lost, when one action goes and another comes; closures aside."""
        sets = self.sets(standard, year)
        count = self._count(standard, year)
        free = ~sets.always
        lost = np.zeros(0, dtype=np.int32) if out is None else self._points(standard, year, [out])
        won = np.zeros(0, dtype=np.int32) if into is None else self._points(standard, year, [into])
        alone = lost[(count[lost] == 1) & free[lost]]
        fresh = won[(count[won] == 0) & free[won]]
        regained = np.intersect1d(alone, won, assume_unique=True)
        return float(people[fresh].sum() + people[regained].sum() - people[alone].sum())

    # requirements

    @cached_property
    def _effects(self) -> Mapping[str, Mapping[int, tuple[tuple[int, Fraction], ...]]]:
        """By target and action: the rows that an action changes, and by how much."""
        found: dict[str, dict[int, tuple[tuple[int, Fraction], ...]]] = {}
        for _, requirement in self.requirements:
            effects: dict[int, tuple[tuple[int, Fraction], ...]] = {}
            for number, row in enumerate(requirement.rows):
                for action, factor in row.actions.factors.items():
                    effects[action] = (*effects.get(action, ()), (number, factor))
            found[requirement.target_id] = effects
        return found

    def _effect(self, requirement: Requirement, at: int) -> tuple[tuple[int, Fraction], ...]:
        return self._effects[requirement.target_id].get(at, ())

    def _covers(self, requirement: Requirement) -> bool:
        return any(row.covered is not None for row in requirement.rows)

    def _touches(self, requirement: Requirement, at: int) -> bool:
        return bool(self._effect(requirement, at)) or self._covers(requirement)

    @cached_property
    def _standing(self) -> Mapping[str, Standing]:
        """Each requirement as the answer leaves it, by target."""
        return {
            one.target_id: Standing(one, self.done, partial(self._row_people, one.year))
            for _, one in self.requirements
        }

    def _row_people(self, year: int, row: Row) -> Fraction:
        assert row.covered is not None  # `Standing` asks only for these
        standard = standard_of(row.covered.question)
        covered = self.sets(standard, year).always | (self._count(standard, year) > 0)
        return Fraction(float(row.covered.people @ covered))

    def _holds(self, requirement: Requirement, out: int, into: int | None) -> bool:
        """Whether a requirement holds when one action goes and another comes."""
        changed: dict[int, Fraction] = {}
        for number, factor in self._effect(requirement, out):
            changed[number] = changed.get(number, Fraction(0)) - factor
        for number, factor in () if into is None else self._effect(requirement, into):
            changed[number] = changed.get(number, Fraction(0)) + factor
        for number, row in enumerate(requirement.rows):
            if row.covered is not None:
                standard = standard_of(row.covered.question)
                people = self._difference(standard, requirement.year, row.covered.people, out, into)
                changed[number] = changed.get(number, Fraction(0)) + Fraction(people)
        return self._standing[requirement.target_id].holds({at: by for at, by in changed.items() if by})

    def _helps(self, requirement: Requirement, at: int) -> bool:
        if any(factor > 0 for _, factor in self._effect(requirement, at)):
            return True
        for row in requirement.rows:
            if row.covered is not None:
                mine = self._points(standard_of(row.covered.question), requirement.year, [at])
                if row.covered.people[mine].any():
                    return True
        return False

    # exchanges

    def _exchange(self, at: int) -> Alternative:
        question = self.programme.question
        action, rest = question.actions[at], self.done - {at}
        best: tuple[float, float, int] | None = None
        for other in self._others(action):
            if self._blocked(other, rest) or not self._keeps(at, other):
                continue
            extra = question.actions[other].cost - action.cost
            gained = sum(
                self._difference(aim.standard, self.last_year, aim.people, at, other) for aim in self.aims
            )
            found = (0.0 if np.isnan(extra) else extra, -gained, other)
            if best is None or found < best:
                best = found
        if best is None:
            return Alternative(None, float("nan"), float("nan"))
        return Alternative(best[2], question.actions[best[2]].cost - action.cost, -best[1])

    def _keeps(self, at: int, other: int) -> bool:
        """Whether all requirements hold after an exchange; those that see no difference are not asked again."""
        for _, one in self.requirements:
            same = self._effect(one, at) == self._effect(one, other)
            if (not same or self._covers(one)) and not self._holds(one, at, other):
                return False
        return True

    def _others(self, action: Action) -> list[int]:
        """Openings of the same offer elsewhere: the cheapest first, then the nearest."""
        actions = self.programme.question.actions
        place = action.place
        assert place is not None  # openings have a place
        same = [
            at
            for at, other in enumerate(actions)
            if other.kind == "open"
            and other.offer == action.offer
            and at not in self.done
            and other.place is not None
        ]
        near = [(place.distance(actions[at].place), at) for at in same]
        near.sort()
        return [at for _, at in near[:TRIED]]

    @cached_property
    def _groups_of(self) -> Mapping[int, list[tuple[int, ...]]]:
        found: dict[int, list[tuple[int, ...]]] = {}
        for group in self.programme.question.exclusive:
            for at in group:
                found.setdefault(at, []).append(group)
        return found

    def _blocked(self, other: int, rest: frozenset[int]) -> bool:
        return any(one in rest for group in self._groups_of.get(other, ()) for one in group)


def _mask(points: Int32Array, like: Sequence[int] | FloatArray | Int32Array) -> BoolArray:
    found = np.zeros(len(like), dtype=bool)
    found[points] = True
    return found
