"""The question as a mixed-integer linear model, with years or without them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from coverplan.judgement.study_evidence import standard_of
from coverplan.programme.actions.covers import NOBODY, CoverSets, timing
from coverplan.programme.asking.question import Question
from coverplan.programme.asking.requirement import Covered, Requirement, Row
from coverplan.programme.asking.standing import Standing
from coverplan.scenario.scenario_file import Standard
from coverplan.siting.pairs import Pairs
from coverplan.siting.solvers import cells as cells_of
from coverplan.siting.solvers.model import Entry, Expression, Model
from coverplan.units import BoolArray, FloatArray, Int64Array


@dataclass(frozen=True, slots=True)
class Relief:
    """How far a requirement may be missed: a column of 1 takes off all that its rows miss when nothing is done."""

    requirement: int
    column: int


class Formulation:
    """Model of a question; the first columns are the decisions, action by action and then year by year.

    Parameters
    ----------
    question
        What is to be decided.
    timed
        One decision for every action and year; without it one for every action, done in any year that its
        requirements allow: every answer with years is an answer without them, so that its bound holds for both.
    among
        Shape (actions,): actions that may be done; all by default.
    all_of_them
        Every action of `among` is done: only the years are decided.
    relief
        How much of each requirement may be missed at most, by its position; requirements that are not named hold.
    """

    def __init__(
        self,
        question: Question,
        *,
        timed: bool,
        among: BoolArray | None = None,
        all_of_them: bool = False,
        relief: Mapping[int, float] | None = None,
    ) -> None:
        self.question = question
        self.timed = timed
        self.model = Model()
        self._covered: dict[tuple[str, int], tuple[cells_of.Cells, Int64Array, BoolArray]] = {}
        self.reliefs: list[Relief] = []
        usable = np.ones(len(question.actions), dtype=bool) if among is None else among
        self._decide(usable)
        self._once(all_of_them=all_of_them)
        self._share()
        self._keep_to_budgets()
        for at, requirement in enumerate(question.requirements):
            self._require(at, requirement, None if relief is None else relief.get(at))

    # decisions

    def _decide(self, usable: BoolArray) -> None:
        years, actions = self.question.years, self.question.actions
        first = np.array([action.first_year for action in actions], dtype=np.int64)
        slots = np.array(years if self.timed else years[-1:], dtype=np.int64)
        fits = usable[:, None] & (first[:, None] <= slots[None, :])
        self.action_of, slot = np.nonzero(fits)
        self.year_of = slots[slot]
        self._first_year = first
        self.start = np.searchsorted(self.action_of, np.arange(len(actions) + 1))
        keys = [actions[at].key for at in self.action_of.tolist()]
        label = self.year_of.tolist()
        self.decisions = self.model.add_columns(
            len(keys),
            (lambda j: f"do({keys[j]}.{label[j]})") if self.timed else (lambda j: f"do({keys[j]})"),
            integer=True,
        )

    def _once(self, *, all_of_them: bool) -> None:
        counts = np.diff(self.start)
        many = np.flatnonzero(counts > (0 if all_of_them else 1))
        if len(many):
            row = np.repeat(np.arange(len(many)), counts[many])
            column = np.concatenate([np.arange(self.start[a], self.start[a + 1]) for a in many])
            names = [self.question.actions[a].key for a in many.tolist()]
            lower = 1.0 if all_of_them else -np.inf
            self.model.add_rows(
                len(many), lambda i: f"once({names[i]})", [(row, column, 1.0)], lower=lower, upper=1.0
            )
        self._at_most_one(self.question.exclusive)

    def _at_most_one(self, groups: Sequence[Sequence[int]]) -> None:
        rows, columns, count = [], [], 0
        for group in groups:
            found = [np.arange(self.start[a], self.start[a + 1]) for a in group]
            together = np.concatenate([np.zeros(0, dtype=np.int64), *found])
            if sum(len(one) > 0 for one in found) > 1:
                rows.append(np.full(len(together), count))
                columns.append(together)
                count += 1
        if count:
            entry: Entry = (np.concatenate(rows), np.concatenate(columns), 1.0)
            self.model.add_rows(count, lambda i: f"one_of({i})", [entry], upper=1.0)

    def until(self, action: int, year: int) -> Int64Array:
        """Columns of which one is 1 when an action has taken effect by the end of a year."""
        if self._first_year[action] > year:
            return np.zeros(0, dtype=np.int64)
        columns = np.arange(self.start[action], self.start[action + 1])
        return columns[self.year_of[columns] <= year] if self.timed else columns

    # money

    def _share(self) -> None:
        """An opening may be the guest of a dearer one at the same place that is there no later, and then costs less."""
        self._guests: list[tuple[int, int]] = []
        actions = self.question.actions
        rank = {at: (actions[at].cost, actions[at].key) for group in self.question.sharing for at in group}
        invited: list[tuple[int, Int64Array]] = []
        for group in self.question.sharing:
            for at in group:
                dearer = [other for other in group if rank[other] > rank[at]]
                for column in range(int(self.start[at]), int(self.start[at + 1])):
                    hosts = [self.until(other, int(self.year_of[column])) for other in dearer]
                    found = np.concatenate([np.zeros(0, dtype=np.int64), *hosts])
                    if len(found):
                        invited.append((column, found))
        if not invited:
            return
        opening = np.array([column for column, _ in invited], dtype=np.int64)
        guests = self.model.add_columns(len(invited), lambda i: f"guest({i})")
        here = np.arange(len(invited))
        self.model.add_rows(
            len(invited),
            lambda i: f"guest_opens({i})",
            [(here, guests, 1.0), (here, opening, -1.0)],
            upper=0.0,
        )
        row = np.repeat(here, [len(hosts) for _, hosts in invited])
        host = np.concatenate([hosts for _, hosts in invited])
        self.model.add_rows(
            len(invited),
            lambda i: f"guest_has_host({i})",
            [(here, guests, 1.0), (row, host, -1.0)],
            upper=0.0,
        )
        self._guests = list(zip(guests.tolist(), opening.tolist(), strict=True))

    def guests(self, values: FloatArray) -> set[int]:
        """Actions that are guests on shared premises in an answer."""
        return {
            int(self.action_of[column])
            for guest, column in self._guests
            if values[guest] > 0.5 and values[column] > 0.5
        }

    def cost(self, year: int | None = None) -> Expression:
        """Known cost of what takes effect by the end of a year (of all for None), less what sharing saves."""
        costs = np.nan_to_num(self.question.costs)
        saving = np.array([action.saving for action in self.question.actions])
        columns = self.decisions if year is None else self.decisions[self.year_of <= year]
        values = costs[self.action_of[columns]]
        shared = [(g, c) for g, c in self._guests if year is None or self.year_of[c] <= year]
        if shared:
            guest, column = np.array(shared, dtype=np.int64).T
            columns = np.concatenate([columns, guest])
            values = np.concatenate([values, -saving[self.action_of[column]]])
        return Expression(columns, values)

    def number(self) -> Expression:
        """How many actions are done."""
        return Expression(self.decisions, np.ones(len(self.decisions)))

    def unknown_costs(self) -> Expression:
        """How many actions of unknown cost are done."""
        unknown = np.isnan(self.question.costs)[self.action_of]
        return Expression(self.decisions[unknown], np.ones(int(unknown.sum())))

    def _keep_to_budgets(self) -> None:
        question = self.question
        if question.budgets is None:
            return
        if not self.timed:
            self.model.add_row("budget", self.cost(), upper=question.money_until(question.years[-1]))
            return
        for at, year in enumerate(question.years):
            spent = self.cost(year)
            if question.carry_over:
                self.model.add_row(f"budget({year})", spent, upper=question.money_until(year))
                continue
            before = (
                self.cost(question.years[at - 1])
                if at
                else Expression(np.zeros(0, dtype=np.int64), np.zeros(0))
            )
            both = Expression(
                np.concatenate([spent.columns, before.columns]),
                np.concatenate([spent.values, -before.values]),
            )
            self.model.add_row(f"budget({year})", both, upper=question.budgets.get(year, 0.0))

    # requirements

    def _require(self, at: int, requirement: Requirement, relief: float | None) -> None:
        names = {one.name: number for number, one in enumerate(requirement.auxiliaries)}
        label = f"{requirement.target_id}.{requirement.year}"
        columns = self._auxiliaries(requirement, label)
        missed: int | None = None
        idle: dict[str, Fraction] = {}
        if relief is not None:
            idle = Standing(requirement, (), lambda _: Fraction(0)).auxiliaries
            missed = int(self.model.add_columns(1, lambda _: f"missed({label})", upper=relief)[0])
            self.reliefs.append(Relief(at, missed))
        for row in requirement.rows:
            entries = self._entries(row, requirement.year)
            for name, value in row.auxiliaries.items():
                entries.append((int(columns[names[name]]), float(value)))
            scale, lower = row.scaled()
            constant = row.actions.constant
            if row.covered is not None:
                found, already = self._covered_people(row.covered, requirement.year)
                entries += found
                constant += Fraction(already)
            if missed is not None and not row.defines:
                without = sum((worth * idle[name] for name, worth in row.auxiliaries.items()), Fraction(0))
                entries.append((missed, float(max(lower - constant - without, Fraction(0)))))
            self._add(f"{label}.{row.name}", entries, float((lower - constant) * scale), float(scale))

    def _auxiliaries(self, requirement: Requirement, label: str) -> Int64Array:
        columns = [np.zeros(0, dtype=np.int64)]
        for one in requirement.auxiliaries:
            name = _named(f"{label}.{one.name}")
            columns.append(self.model.add_columns(1, name, upper=float(one.upper), integer=one.whole))
        return np.concatenate(columns)

    def _entries(self, row: Row, year: int) -> list[tuple[int, float]]:
        return [
            (column, float(value))
            for action, value in row.actions.factors.items()
            for column in self._counting(action, year, harmful=value < 0).tolist()
        ]

    def _counting(self, action: int, year: int, *, harmful: bool) -> Int64Array:
        """Columns by which an action counts for a year; without years, what does harm may always come later."""
        if harmful and not self.timed and year < self.question.years[-1]:
            return np.zeros(0, dtype=np.int64)
        return self.until(action, year)

    def _add(self, name: str, entries: list[tuple[int, float]], lower: float, scale: float) -> None:
        columns = np.array([column for column, _ in entries], dtype=np.int64)
        values = np.array([value for _, value in entries], dtype=np.float64) * scale
        # a hair below, so that what is exactly enough is enough in the solver's arithmetic; the recount is exact
        margin = 1e-9 * max(1.0, abs(lower))
        self.model.add_row(name, Expression(columns, values), lower=lower - margin)

    # people

    def _covered_people(self, covered: Covered, year: int) -> tuple[list[tuple[int, float]], float]:
        """Columns and people that being covered counts, and people who are covered in any case."""
        expression, already = self.people(standard_of(covered.question), covered.people, year)
        return list(zip(expression.columns.tolist(), expression.values.tolist(), strict=True)), already

    def people(self, standard: Standard, people: FloatArray, year: int) -> tuple[Expression, float]:
        """People within a standard at the end of a year: those who depend on actions, and those who do not."""
        cells, columns, always = self._cover_columns(standard, year)
        counted = cells.of_point >= 0
        summed = np.bincount(cells.of_point[counted], weights=people[counted], minlength=cells.count)
        worth = summed.astype(np.float64)
        kept = worth > 0
        return Expression(columns[kept], worth[kept]), float(people[always].sum())

    def _cover_columns(self, standard: Standard, year: int) -> tuple[cells_of.Cells, Int64Array, BoolArray]:
        key = (timing(standard), year)
        if key not in self._covered:
            assert self.question.covers is not None  # whoever asks for people has geometry
            self._covered[key] = self._add_cells(self.question.covers.sets(standard, year), year)
        return self._covered[key]

    def _add_cells(self, sets: CoverSets, year: int) -> tuple[cells_of.Cells, Int64Array, BoolArray]:
        assert self.question.covers is not None
        there = np.array(
            [a == NOBODY or len(self.until(a, year)) > 0 for a in sets.opened_by.tolist()], dtype=bool
        )
        pairs: Pairs = sets.pairs.of_sites(there)
        peopled = np.sum(list(self.question.covers.surveyor.demand.people.values()), axis=0) > 0
        cells = cells_of.merge(pairs, ~peopled)
        columns = self.model.add_columns(cells.count, lambda c: f"covered({year}.{c})")
        cell = cells.pairs.demand
        entries: list[Entry] = [(np.arange(cells.count), columns, 1.0)]
        base = np.zeros(cells.count)
        for at in range(pairs.sites):
            here = cell[cells.pairs.indptr[at] : cells.pairs.indptr[at + 1]]
            action = int(sets.opened_by[at])
            if action == NOBODY:
                base[here] += 1.0
                for closing in sets.closed_by[at]:
                    leaving = self._counting(closing, year, harmful=True)
                    entries += [(here, column, 1.0) for column in leaving.tolist()]
            elif len(here):
                entries += [(here, column, -1.0) for column in self.until(action, year).tolist()]
        self.model.add_rows(cells.count, lambda c: f"cover({year}.{c})", entries, upper=base)
        return cells, columns, sets.always

    # answers

    def chosen(self, values: FloatArray) -> dict[int, int]:
        """Year by action of an answer; of an untimed one the last year."""
        done = np.flatnonzero(values[self.decisions] > 0.5)
        return {int(self.action_of[at]): int(self.year_of[at]) for at in done}


def _named(name: str) -> Callable[[int], str]:
    """Name of a block of one."""
    return lambda _: name
