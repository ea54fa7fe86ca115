"""The fast road for p-medians with capacities: Lagrangian bound, answers of its own, and HiGHS on what is left."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from coverplan.siting.limit import Capacity, Limit, Number
from coverplan.siting.objective import LeastPersonTime
from coverplan.siting.pairs import Pairs
from coverplan.siting.problem import Problem
from coverplan.siting.sites import SiteStatus
from coverplan.siting.solution import Assignment
from coverplan.siting.solvers._exact import solve_exact
from coverplan.siting.solvers.capacities import _knapsacks, _sending
from coverplan.siting.solvers.capacities.room_branch import close_branches, worth_branching
from coverplan.siting.solvers.found import Found
from coverplan.siting.solvers.search import Search, Watch
from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

SMALL_PAIRS = 500  # up to here HiGHS is asked at once
MOST_CELLS = 4_000_000  # sites times points up to which all costs are held at once
MOST_STEPS = (
    30_000_000  # of filling all sites exactly once; beyond, people of a point are parted in the bound
)
ROUNDS, MOST_TURNS, TRIES = 25, 40, 60
WORK = 200_000_000  # exchanges of two points that one turn may look at


def asks_rooms(problem: Problem) -> bool:
    """Least person-time with a number of sites of limited room, everybody served."""
    capacity, number = problem.capacity, problem.first_limit(Number)
    return (
        list(problem.objectives) == [LeastPersonTime()]
        and {type(limit) for limit in problem.limits} == {Number, Capacity}
        and len(problem.limits) == 2
        and capacity is not None
        and capacity.assignment == "free"
        and number is not None
        and number.at_most is not None
        and _count(problem) >= max(1, int(problem.sites.fixed_open.sum()))
        and not problem.sites.has_status("closing").any()
        and len(problem.pairs.demand) > SMALL_PAIRS
        and problem.sites.count * problem.points.count <= MOST_CELLS
    )


def _count(problem: Problem) -> int:
    """How many sites are open in the end, with those that stand; below those if the number does not allow them."""
    number = problem.first_limit(Number)
    assert number is not None
    assert number.at_most is not None
    free = number.at_most - int(problem.sites.has_status("required").sum())
    free = min(free, int(problem.sites.has_status("candidate").sum()))
    return int(problem.sites.fixed_open.sum()) + free


def least_within_rooms(problem: Problem, search: Search, watch: Watch) -> Found:
    """Least person-time within capacities, with a proven bound."""
    state = RoomSearch(problem, search, watch)
    state.look()
    if state.impossible:
        return Found(None, (None,), "rooms", infeasible=True)
    if not state.known:
        found = solve_exact(problem, search, watch)
        return replace(found, bounds=(_higher(found.bounds[0], state.bound),))
    if state.stopped_by in {"time", "cancel"} or state.bound >= state.enough:
        return state.found(None if state.bound >= state.ended_at else state.stopped_by or "gap")
    return _rest(state)


def _higher(one: float | None, other: float) -> float:
    return other if one is None else max(one, other)


def _rest(state: RoomSearch) -> Found:
    """HiGHS over the pairs that may still better the answer."""
    closed = state.value if state.search.gap == 0 else min(state.enough, state.value)
    smaller = state.left()
    if smaller is None:
        state.bound = max(state.bound, closed)
        return state.found("gap" if state.bound < state.ended_at else None)
    if worth_branching(state):
        if close_branches(state) or state.stopped_by is not None:
            return state.found(None if state.bound >= state.ended_at else state.stopped_by or "gap")
        smaller, closed = state.left() or smaller, min(closed, state.value)
    run = solve_exact(smaller, state.search, state.watch, start=state.open_site)
    bound = closed if run.infeasible else min(closed, _higher(run.bounds[0], state.bound))
    state.bound = max(state.bound, bound)
    if run.open_site is not None and run.assignment is not None:
        state.offer_run(run.open_site, run.assignment)
    stopped = run.stopped_by
    if stopped in {None, "gap"}:
        stopped = None if state.bound >= state.ended_at else "gap"
    return state.found(stopped)


@dataclass(slots=True)
class RoomSearch:
    """Best answer, bound and prices of one search."""

    problem: Problem
    search: Search
    watch: Watch
    value: float = np.inf
    bound: float = -np.inf
    chosen: Int32Array = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    goes: Int32Array = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    run: tuple[BoolArray, Assignment] | None = None
    stopped_by: str | None = None
    points: Int64Array = field(init=False)
    people: FloatArray = field(init=False)
    room: FloatArray = field(init=False)
    dear: FloatArray = field(init=False)
    soft: FloatArray = field(init=False)
    fixed: NDArray[np.int8] = field(init=False)
    count: int = field(init=False)
    single: bool = field(init=False)
    exactly: bool = field(init=False)
    size: Int64Array = field(init=False)
    rooms: Int64Array = field(init=False)
    price: FloatArray = field(init=False)
    barred: float = field(init=False)

    def __post_init__(self) -> None:
        problem, weight = self.problem, self.problem.weight
        self.points = np.flatnonzero(weight > 0)
        self.people = weight[self.points]
        self.room = np.minimum(problem.sites.capacity, weight.sum())
        self.count = _count(problem)
        assert problem.capacity is not None
        self.single = problem.capacity.single_source
        self.fixed = np.where(problem.sites.fixed_open, 1, np.where(problem.allowed, 0, -1)).astype(np.int8)
        place = np.full(problem.points.count, -1)
        place[self.points] = np.arange(len(self.points))
        pairs = problem.pairs.of_sites(problem.allowed)
        at, site = place[pairs.demand], pairs.site_of_pair()
        self.dear = np.full((problem.sites.count, len(self.points)), np.inf)
        there = at >= 0
        self.dear[site[there], at[there]] = (pairs.costs() * weight[pairs.demand])[there]
        ways = np.where(np.isfinite(self.dear), self.dear, 0.0)
        self.barred = 10.0 * (1.0 + float(ways.max(axis=0).sum()))
        self.soft = np.where(np.isfinite(self.dear), self.dear, self.barred)
        self._whole_sizes()
        self.price = np.sort(self.soft, axis=0)[: max(1, len(self.soft) // 4)].mean(axis=0)

    def _whole_sizes(self) -> None:
        whole = bool(np.all(self.people == np.floor(self.people)))
        unit = int(np.gcd.reduce(self.people.astype(np.int64))) if whole else 1
        rooms = np.floor(self.room / max(unit, 1))
        steps = float(rooms.sum()) * len(self.people)
        self.exactly = self.single and whole and steps <= MOST_STEPS
        self.size = (self.people / unit).astype(np.int64) if self.exactly else np.zeros(0, dtype=np.int64)
        self.rooms = rooms.astype(np.int64) if self.exactly else np.zeros(len(rooms), dtype=np.int64)

    @property
    def known(self) -> bool:
        """There is an answer that keeps to everything."""
        return np.isfinite(self.value)

    @property
    def whole(self) -> bool:
        """The objective takes whole numbers only: everybody of a point goes one way, and each costs a whole number."""
        ways = self.dear[np.isfinite(self.dear)]
        return self.single and bool(np.all(np.abs(ways - np.round(ways)) <= 1e-9 * np.maximum(1.0, ways)))

    @property
    def ended_at(self) -> float:
        """Bound that proves the answer best."""
        slack = 1e-9 * max(1.0, abs(self.value))
        return self.value - 1 + 1e-6 + slack if self.whole else self.value - slack

    @property
    def enough(self) -> float:
        """Bound at which the search is over."""
        return min(self.ended_at, self.value * (1 - self.search.gap))

    @property
    def impossible(self) -> bool:
        """The bound lies above everybody's dearest way."""
        return not self.known and self.bound > 0.1 * self.barred * (1 + 1e-9)

    @property
    def open_site(self) -> BoolArray:
        """Shape (sites,): open in the answer."""
        found = np.zeros(len(self.room), dtype=bool)
        found[self.chosen] = True
        return found

    def look(self) -> None:
        """Ascents of the bound with answers between them."""
        random = np.random.default_rng(self.search.seed)
        price, direction, often = self.price.copy(), np.zeros(len(self.price)), np.zeros(len(self.room))
        pace, done = 1.0, False
        per_person = np.where(np.isfinite(self.dear), self.dear / self.people, 0.0)
        fine = 1e-6 + float(per_person.max())
        tries = int(min(TRIES, max(4, WORK // (len(self.people) ** 2 * 10))))
        for turn in range(MOST_TURNS):
            self.stopped_by = self.watch.stopped_by()
            if self.stopped_by is not None or self.impossible or (self.known and self.bound >= self.enough):
                return
            if not done:
                goal = self.value if self.known else max(1.05 * self.bound, float(self.price.sum()))
                self.bound, pace, done = _knapsacks.ascend(
                    *self.shape(), goal, self.enough if self.known else np.inf, price, direction, self.price, often,
                    self.bound, pace, ROUNDS,
                )  # fmt: skip
                often *= 0.7
            elif turn > MOST_TURNS // 2 and self.known:
                break
            kept = self._answer(turn, often, fine, random, tries)
            fine = fine if kept else fine * 2
            self.watch.tell(self.value if self.known else None, self.bound)

    def shape(self) -> tuple[object, ...]:
        """What the kernels of `_knapsacks` begin with."""
        return (
            self.dear,
            self.people,
            self.size,
            self.room,
            self.rooms,
            self.exactly,
            self.fixed,
            self.count,
        )

    def _answer(
        self, turn: int, often: FloatArray, fine: float, random: np.random.Generator, tries: int
    ) -> bool:
        """Look for an answer near the bound's sites or near the best one; whether it keeps to all room."""
        rank = np.where(self.fixed > 0, np.inf, np.where(self.fixed < 0, -np.inf, often))
        likely = np.argsort(-rank, kind="stable")
        pool = likely[: min(int((self.fixed >= 0).sum()), 3 * self.count + 20)].astype(np.int32)
        load = np.zeros(self.count)
        if turn % 3 == 2 and self.known:
            start, goes = self.chosen, self.goes.copy()
        else:
            start, goes = likely[: self.count].astype(np.int32), np.zeros(len(self.people), dtype=np.int32)
            guide = self.soft if turn % 2 else self.soft - self.price
            _sending.send(self.soft, self.people, self.room, start, guide, goes, load, fine)
        draws = np.column_stack(
            [random.integers(0, self.count, tries), pool[random.integers(0, len(pool), tries)]]
        )
        chosen, goes, _ = _sending.swap_by_chance(
            self.soft, self.people, self.room, self.fixed == 0, start, goes, draws.astype(np.int32), fine
        )
        return self.offer(chosen, goes)

    def offer(self, chosen: Int32Array, goes: Int32Array) -> bool:
        """Keep an answer that is better and keeps to everything; whether it keeps to everything."""
        load = np.bincount(goes, weights=self.people, minlength=len(chosen))
        ways = self.dear[chosen[goes], np.arange(len(goes))]
        if not np.isfinite(ways).all() or (load > self.room[chosen] * (1 + 1e-9)).any():
            return False
        if float(ways.sum()) < self.value:
            self.value, self.chosen, self.goes = float(ways.sum()), chosen, goes
        return True

    def offer_run(self, open_site: BoolArray, assignment: Assignment) -> None:
        """Keep what HiGHS found where it is better."""
        place = np.searchsorted(self.points, assignment.demand)
        share = assignment.people / self.people[place]
        value = float(self.dear[assignment.site, place] @ share)
        if value < self.value:
            self.value, self.run = value, (open_site, assignment)

    def left(self, fixed: NDArray[np.int8] | None = None, price: FloatArray | None = None) -> Problem | None:
        """The question with the sites and pairs alone that a better answer may use; None where there are none.

        With `fixed` and `price`, better answers of that branch, by its prices.
        """
        stay = np.zeros(self.dear.shape, dtype=bool)
        shape = (*self.shape()[:6], self.fixed if fixed is None else fixed, self.count)
        at_prices = self.price if price is None else price
        _knapsacks.leave_out(*shape, at_prices, self.enough, not self.single, stay)
        if not stay.any(axis=0).all():
            return None
        problem, place = self.problem, np.full(self.problem.points.count, -1)
        place[self.points] = np.arange(len(self.points))
        pairs = problem.pairs
        at, site = place[pairs.demand], pairs.site_of_pair()
        kept = (at >= 0) & stay[site, at]
        indptr = np.concatenate([[0], np.cumsum(np.bincount(site[kept], minlength=pairs.sites))])
        some = Pairs(indptr.astype(np.int64), pairs.demand[kept], pairs.costs()[kept], pairs.demand_points)
        used: BoolArray = np.asarray(stay.any(axis=1))
        status: list[SiteStatus] = [
            was if used[at] or was in {"existing", "required"} else "forbidden"
            for at, was in enumerate(problem.sites.status)
        ]
        number = problem.first_limit(Number)
        assert number is not None
        limits: tuple[Limit, ...] = (Number(0, number.at_most), *problem.limits_of(Capacity))
        return replace(problem, pairs=some, limits=limits, sites=replace(problem.sites, status=tuple(status)))

    def found(self, stopped_by: str | None) -> Found:
        """The answer with its bound."""
        open_site, assignment = self.open_site, self._assignment()
        if self.run is not None:
            open_site, assignment = self.run
        self._fill_up(open_site)
        bound = self.value if self.bound >= self.ended_at else self.bound
        return Found(open_site, (bound,), "rooms", stopped_by=stopped_by, assignment=assignment)

    def _fill_up(self, open_site: BoolArray) -> None:
        """Open as many as are asked for at least; more sites do no harm."""
        number = self.problem.first_limit(Number)
        assert number is not None
        missing = number.at_least - int((open_site & self.problem.sites.decided).sum())
        spare = np.flatnonzero(self.problem.sites.has_status("candidate") & ~open_site)
        open_site[spare[: max(0, missing)]] = True

    def _assignment(self) -> Assignment:
        site = self.chosen[self.goes].astype(np.int32)
        return Assignment(self.points.astype(np.int32), site, self.people.copy())
