"""From a question to an answer: one aim after the other, each with its bound, first without years and then with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from coverplan.programme.asking.question import Question
from coverplan.programme.solving.exchanges import best_places
from coverplan.programme.solving.formulation import Formulation
from coverplan.programme.solving.needless import needed_actions
from coverplan.programme.solving.support import run_by_support
from coverplan.siting.objective import Sense
from coverplan.siting.solution import proven, relative_gap
from coverplan.siting.solvers.found import Run
from coverplan.siting.solvers.model import Expression
from coverplan.siting.solvers.search import Search, Watch
from coverplan.units import BoolArray, FloatArray

#: What an earlier aim may lose to a later one: rounding, no more.
KEEP_WITHIN = 1e-7


@dataclass(frozen=True, slots=True)
class Stage:
    """How well one aim was reached.

    Parameters
    ----------
    name
        ``least_shortfall``, ``fewest_unknown``, ``least_cost``, ``fewest_actions``, ``most_people`` or ``best_order``.
    sense
        ``min`` or ``max``.
    value
        Of the answer.
    bound
        Proven: no answer is better than this. None when nothing is proven.
    whole
        Values are whole numbers.
    stopped_by
        ``time`` or ``cancel`` when that ended it.
    """

    name: str
    sense: Sense
    value: float
    bound: float | None
    whole: bool = False
    stopped_by: str | None = None

    @property
    def gap(self) -> float | None:
        """How much better another answer could be at most, relative to this one; None when unknown."""
        if self.bound is None:
            return None
        equal = self.optimal or proven(self.value, self.bound, self.sense, whole=False)
        return 0.0 if equal else relative_gap(self.value, self.bound, self.sense)

    @property
    def optimal(self) -> bool:
        """Proven that nothing is better."""
        return self.bound is not None and proven(self.value, self.bound, self.sense, whole=self.whole)


@dataclass(frozen=True, slots=True)
class Answer:
    """Which actions in which years.

    Parameters
    ----------
    year_of
        Year by action, for the actions that are done; empty where there is no answer.
    guests
        Actions that share the premises of another new one.
    stages
        Aims in the order in which they were asked.
    relief
        By position of the requirement: how much of what was missing at first stays missing, 0 to 1.
    possible
        There is an answer.
    """

    year_of: Mapping[int, int]
    guests: frozenset[int]
    stages: tuple[Stage, ...]
    relief: Mapping[int, float]
    possible: bool = True

    @property
    def reproducible(self) -> bool:
        """No clock and no person ended the search (R11)."""
        return all(stage.stopped_by is None or stage.optimal for stage in self.stages)


@dataclass(frozen=True, slots=True)
class Aim:
    """Something to make least or most."""

    name: str
    sense: Sense
    expression: Callable[[Formulation], tuple[Expression, float]]
    whole: bool = False


def answer(
    question: Question,
    *,
    then: str,
    search: Search,
    aims: tuple[str, ...] | None = None,
    begin: Collection[int] = (),
    in_order: bool = True,
) -> Answer:
    """Meet the requirements at least cost, then serve most people with what is left, in the best order.

    Parameters
    ----------
    question
        What is to be decided.
    then
        ``most_people``, ``same_cost`` or ``nothing``. Without budgets nothing is left to spend: the people then decide
        between answers of equal cost, as they do with ``same_cost``.
    search
        Gap and time limit of every stage.
    aims
        Names of the first aims, where they are not to follow from the costs.
    begin
        Actions from which the search begins: an answer to a question that is nearly the same.
    in_order
        Whether years are to be best for people; otherwise they are the earliest.

    Notes
    -----
    Requirements that no answer meets are relaxed by as little as possible in sum, each measured as a part of what was
    missing at first; the stages after it start from there.
    """
    first = _first_aims(question) if aims is None else tuple(_AIMS[name] for name in aims)
    people = then != "nothing" and bool(question.aims)
    spends = then == "most_people" and question.budgets is not None
    return _Solver(question, search, spends, frozenset(begin), in_order).solve(first, people=people)


def _first_aims(question: Question) -> tuple[Aim, ...]:
    costs = question.costs
    if not len(costs) or np.isnan(costs).all():
        return (_AIMS["fewest_actions"],)
    if question.some_cost_unknown:
        return (_AIMS["fewest_unknown"], _AIMS["least_cost"])
    return (_AIMS["least_cost"],)


_AIMS = {
    "fewest_unknown": Aim("fewest_unknown", "min", lambda f: (f.unknown_costs(), 0.0), whole=True),
    "least_cost": Aim("least_cost", "min", lambda f: (f.cost(), 0.0)),
    "fewest_actions": Aim("fewest_actions", "min", lambda f: (f.number(), 0.0), whole=True),
}


@dataclass(slots=True)
class _Solver:
    """Works through the stages of one question."""

    question: Question
    search: Search
    spends: bool
    begin: frozenset[int]
    in_order: bool
    relief: dict[int, float] | None = None

    def solve(self, aims: tuple[Aim, ...], *, people: bool) -> Answer:
        stages: list[Stage] = []
        kept: list[tuple[Aim, float]] = []
        values: tuple[Formulation, FloatArray] | None = None
        aims = (*aims, self._most_people()) if people else aims
        for aim in aims:
            if aim.name == "most_people" and self.spends:
                kept = [(one, value) for one, value in kept if one.name == "fewest_unknown"]
            if aim.name == "most_people" and values is not None:
                values = self._best_places(aim, kept, *values)
            run, formulation = self._untimed(aim, kept, values)
            if run.infeasible and self.relief is None:
                stages.append(self._relax(timed=False))
                run, formulation = self._untimed(aim, kept, values)
            if run.values is None and values is not None and not run.infeasible:
                stages.append(self._unimproved(aim, *values, stopped_by=run.stopped_by, whole=formulation))
                break
            if run.values is None:
                return self._nothing(stages)
            stage = self._stage(aim, formulation, run)
            if stage.stopped_by is not None and values is not None:
                known = self._unimproved(aim, *values, stopped_by=stage.stopped_by, whole=formulation)
                if known.value > stage.value if aim.sense == "max" else known.value < stage.value:
                    stages.append(replace(known, bound=stage.bound))
                    break
            values = (formulation, run.values)
            stages.append(stage)
            kept.append((aim, stage.value))
        assert values is not None
        return self._in_years(aims, kept, stages, *values)

    def _best_places(
        self, aim: Aim, kept: list[tuple[Aim, float]], formulation: Formulation, values: FloatArray
    ) -> tuple[Formulation, FloatArray]:
        """The answer before with its openings where they bring most people, if it still keeps to everything."""
        if self.search.time_limit_s is None and self.search.cancel is None:
            return formulation, values
        watch = Watch(self.search)
        before = self._chosen(formulation, values)
        chosen = best_places(self.question, before, stop=lambda: watch.stopped_by() is not None)
        if np.array_equal(chosen, before):
            return formulation, values
        same = Formulation(self.question, timed=False, among=chosen, all_of_them=True, relief=self.relief)
        run = self._run(aim, same, kept, None)
        return (formulation, values) if run.values is None else (same, run.values)

    def _unimproved(
        self,
        aim: Aim,
        formulation: Formulation,
        values: FloatArray,
        *,
        stopped_by: str | None,
        whole: Formulation,
    ) -> Stage:
        """A stage that found nothing better in its time: the answer before it, with its value and the plain bound."""
        chosen = self._chosen(formulation, values)
        same = Formulation(self.question, timed=False, among=chosen, all_of_them=True, relief=self.relief)
        run = self._run(aim, same, [], None)
        value = float("nan") if run.values is None else self._stage(aim, same, run).value
        bound = _plain_bound(aim, whole)
        return Stage(aim.name, aim.sense, value, bound, whole=aim.whole, stopped_by=stopped_by or "time")

    def _chosen(self, formulation: Formulation, values: FloatArray) -> BoolArray:
        chosen = np.zeros(len(self.question.actions), dtype=bool)
        chosen[list(formulation.chosen(values))] = True
        return chosen

    def _most_people(self) -> Aim:
        last = self.question.years[-1]
        return Aim("most_people", "max", lambda f: _everyone(f, (last,)))

    def _untimed(
        self, aim: Aim, kept: list[tuple[Aim, float]], before: tuple[Formulation, FloatArray] | None
    ) -> tuple[Run, Formulation]:
        among = needed_actions(self.question, aims=aim.name == "most_people")
        formulation = Formulation(self.question, timed=False, among=among, relief=self.relief)
        start = None if before is None else _decided(formulation, before[0].chosen(before[1]))
        if before is None and self.begin:
            start = np.isin(formulation.action_of, list(self.begin))
        return self._run(aim, formulation, kept, start), formulation

    def _run(
        self,
        aim: Aim,
        formulation: Formulation,
        kept: list[tuple[Aim, float]],
        start: BoolArray | None,
        search: Search | None = None,
    ) -> Run:
        for one, value in kept:
            _keep(formulation, one, value)
        expression, constant = aim.expression(formulation)
        search = self.search if search is None else search
        return run_by_support(
            formulation.model, expression, aim.sense, search, start=start, constant=constant
        )

    def _stage(self, aim: Aim, formulation: Formulation, run: Run) -> Stage:
        assert run.values is not None
        expression, constant = aim.expression(formulation)
        rounded = run.values.copy()
        rounded[formulation.decisions] = np.round(rounded[formulation.decisions])
        value = float(formulation.model.dense(expression) @ rounded) + constant
        value = round(value) if aim.whole else round(value, 6)
        bound = _plain_bound(aim, formulation) if run.bound is None else run.bound + constant
        if bound is not None:
            margin = 1e-9 * max(1.0, abs(bound))
            bound = min(bound - margin, value) if aim.sense == "min" else max(bound + margin, value)
        stopped = run.stopped_by if run.stopped_by in {"time", "cancel"} else None
        return Stage(aim.name, aim.sense, float(value), bound, whole=aim.whole, stopped_by=stopped)

    def _relax(self, *, timed: bool) -> Stage:
        """Least sum of what stays missing; the requirements are eased by just that from here on."""
        everything = dict.fromkeys(range(len(self.question.requirements)), 1.0)
        among = needed_actions(self.question, aims=False)
        formulation = Formulation(self.question, timed=timed, among=among, relief=everything)
        missed = np.array([relief.column for relief in formulation.reliefs], dtype=np.int64)
        aim = Aim("least_shortfall", "min", lambda _: (Expression(missed, np.ones(len(missed))), 0.0))
        run = self._run(aim, formulation, [], None)
        if run.values is None:
            self.relief = everything
            return Stage("least_shortfall", "min", float("inf"), None, stopped_by=run.stopped_by)
        left = {relief.requirement: float(run.values[relief.column]) for relief in formulation.reliefs}
        self.relief = {at: min(1.0, value + KEEP_WITHIN) for at, value in left.items() if value > KEEP_WITHIN}
        return self._stage(aim, formulation, run)

    def _in_years(
        self,
        aims: tuple[Aim, ...],
        kept: list[tuple[Aim, float]],
        stages: list[Stage],
        formulation: Formulation,
        values: FloatArray,
    ) -> Answer:
        """The same actions put into years; where they do not fit, everything is asked again with years."""
        lean, cost = self._lean(self._chosen(formulation, values), kept, timed=False)
        order = self._order(lean, cost)
        if order is None:
            return self._timed(aims, [stage for stage in stages if stage.name == "least_shortfall"])
        return self._answer([*stages, *order[0]], *order[1])

    def _lean(
        self, chosen: BoolArray, kept: list[tuple[Aim, float]], *, timed: bool
    ) -> tuple[BoolArray, float]:
        """The chosen actions without those that add nothing, and what the rest costs.

        What is worth the same to the aims may hold actions that nobody needs, as long as there is money for them.
        """
        search = replace(self.search, gap=0.0)
        kept, cost = list(kept), float("inf")
        for name in ("least_cost", "fewest_actions"):
            formulation = Formulation(self.question, timed=timed, among=chosen, relief=self.relief)
            run = self._run(_AIMS[name], formulation, kept, None, search)
            if run.values is None:
                break
            value = self._stage(_AIMS[name], formulation, run).value
            kept.append((_AIMS[name], value))
            cost = value if name == "least_cost" else cost
            chosen = self._chosen(formulation, run.values)
        return chosen, cost

    def _order(
        self, chosen: BoolArray, cost: float
    ) -> tuple[list[Stage], tuple[Formulation, FloatArray]] | None:
        """Years of given actions at no more than a cost: as many person-years within the standards as possible."""
        formulation = Formulation(
            self.question, timed=True, among=chosen, all_of_them=True, relief=self.relief
        )
        years = self.question.years
        if self.in_order and self.question.aims and len(years) > 1:
            aim = Aim("best_order", "max", lambda f: _everyone(f, years))
        else:
            aim = Aim("earliest", "min", _lateness)
        kept = [(_AIMS["least_cost"], cost)] if np.isfinite(cost) else []
        run = self._run(aim, formulation, kept, None)
        if run.values is None:
            return None
        stages = [self._stage(aim, formulation, run)] if aim.name == "best_order" else []
        return stages, (formulation, run.values)

    def _timed(self, aims: tuple[Aim, ...], stages: list[Stage]) -> Answer:
        """All aims again with years, since what is best without them does not fit into the years' money.

        `stages` says by how little the targets are missed without years, where they are.
        """
        kept: list[tuple[Aim, float]] = []
        found: tuple[Formulation, FloatArray] | None = None
        for aim in aims:
            if aim.name == "most_people" and self.spends:
                kept = [(one, value) for one, value in kept if one.name == "fewest_unknown"]
            among = needed_actions(self.question, aims=aim.name == "most_people")
            formulation = Formulation(self.question, timed=True, among=among, relief=self.relief)
            start = None if found is None else _decided(formulation, found[0].chosen(found[1]))
            run = self._run(aim, formulation, kept, start)
            if run.infeasible and found is None:
                stages = [self._relax(timed=True)]
                formulation = Formulation(self.question, timed=True, among=among, relief=self.relief)
                run = self._run(aim, formulation, kept, None)
            if run.values is None and found is not None and not run.infeasible:
                stages.append(self._unimproved(aim, *found, stopped_by=run.stopped_by, whole=formulation))
                break
            if run.values is None:
                return self._nothing(stages)
            found = (formulation, run.values)
            stages.append(self._stage(aim, formulation, run))
            kept.append((aim, stages[-1].value))
        assert found is not None
        order = self._order(*self._lean(self._chosen(*found), kept, timed=True))
        if order is not None:
            return self._answer([*stages, *order[0]], *order[1])
        return self._answer(stages, *found)

    def _answer(self, stages: list[Stage], formulation: Formulation, values: FloatArray) -> Answer:
        return Answer(
            formulation.chosen(values),
            frozenset(formulation.guests(values)),
            tuple(stages),
            dict(self.relief or {}),
        )

    def _nothing(self, stages: list[Stage]) -> Answer:
        return Answer({}, frozenset(), tuple(stages), dict(self.relief or {}), possible=False)


def _plain_bound(aim: Aim, formulation: Formulation) -> float:
    """What no answer can better because of the ranges of its columns alone: everybody who can be reached at all."""
    expression, constant = aim.expression(formulation)
    lower, upper = np.concatenate(formulation.model.lower), np.concatenate(formulation.model.upper)
    worth = formulation.model.dense(expression)
    most = worth > 0 if aim.sense == "max" else worth < 0
    return float(worth @ np.where(most, upper, lower)) + constant


def _decided(formulation: Formulation, year_of: Mapping[int, int]) -> BoolArray:
    """Decisions of a formulation that say the same as an earlier answer."""
    timed = [
        year_of.get(int(action)) == int(year)
        for action, year in zip(formulation.action_of, formulation.year_of, strict=True)
    ]
    return np.array(timed, dtype=bool)


def _everyone(formulation: Formulation, years: tuple[int, ...]) -> tuple[Expression, float]:
    """People within all standards that count, summed over years."""
    parts = [
        formulation.people(aim.standard, aim.people, year)
        for year in years
        for aim in formulation.question.aims
    ]
    columns = np.concatenate([np.zeros(0, dtype=np.int64), *(expression.columns for expression, _ in parts)])
    values = np.concatenate([np.zeros(0), *(expression.values for expression, _ in parts)])
    return Expression(columns, values), sum(already for _, already in parts)


def _lateness(formulation: Formulation) -> tuple[Expression, float]:
    years = formulation.year_of.astype(np.float64)
    return Expression(formulation.decisions, years - formulation.question.years[0]), 0.0


def _keep(formulation: Formulation, aim: Aim, value: float) -> None:
    expression, constant = aim.expression(formulation)
    slack = KEEP_WITHIN * max(1.0, abs(value))
    if aim.sense == "max":
        formulation.model.add_row(f"kept({aim.name})", expression, lower=value - constant - slack)
    else:
        formulation.model.add_row(f"kept({aim.name})", expression, upper=value - constant + slack)
