"""The siting problem as a mixed-integer linear model: which columns and rows every limit and objective needs."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from coverplan.siting.limit import (
    Apart,
    Budget,
    Capacity,
    Closings,
    CoverageFloor,
    Limit,
    Number,
    UnitCap,
    UnitQuota,
    Unlike,
)
from coverplan.siting.objective import (
    Fairest,
    FewestSites,
    LeastCost,
    LeastPersonTime,
    LeastTotal,
    MostBackup,
    MostExpected,
    MostNet,
    MostPeople,
    Objective,
    ShortestLongestWalk,
    needs_everybody,
)
from coverplan.siting.pairs import Pairs
from coverplan.siting.problem import Problem
from coverplan.siting.solvers import cells as cells_of
from coverplan.siting.solvers.cells import Cells
from coverplan.siting.solvers.model import Entry, Expression, Model
from coverplan.siting.solvers.several import Reached
from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

#: Up to so many pairs each has a row that says that people go to open sites; beyond, the rows of room say it alone.
ROWS_BY_PAIR = 20_000


class Formulation:
    """Model of a problem; columns and rows appear when a limit or an objective first needs them.

    Parameters
    ----------
    problem
        A checked problem.
    longest
        With a number, nobody may be sent further than this (same unit as the pairs), and everybody has a way.
    skip_limits
        Positions of limits that are left out, for finding out which of them collide.
    """

    def __init__(
        self, problem: Problem, *, longest: float | None = None, skip_limits: frozenset[int] = frozenset()
    ) -> None:
        self.problem = problem
        self.longest = longest
        self.model = Model()
        sites = problem.sites
        self.open = self.model.add_columns(
            sites.count,
            lambda j: f"open({sites.ids[j]})",
            lower=sites.fixed_open.astype(np.float64),
            upper=problem.allowed.astype(np.float64),
            integer=True,
        )
        self._limits = [limit for at, limit in enumerate(problem.limits) if at not in skip_limits]
        for limit in self._limits:
            self._add_limit(limit)
        if self.everyone_served:
            self._serve_everyone()

    @property
    def everyone_served(self) -> bool:
        """Nobody with people may be left without a site."""
        asks = any(needs_everybody(objective) for objective in self.problem.objectives)
        return asks or self.longest is not None

    @cached_property
    def capacity(self) -> Capacity | None:
        """Capacity limit that is in force."""
        return next((limit for limit in self._limits if isinstance(limit, Capacity)), None)

    @cached_property
    def cover_cells(self) -> Cells:
        """Points merged by cover set, for what depends on being within the standard only."""
        people = np.sum(list(self.problem.points.weights.values()), axis=0)
        return cells_of.merge(self._allowed_pairs(), people <= 0)

    @cached_property
    def covered(self) -> Int64Array:
        """Columns by cell: 1 when an open site reaches the cell."""
        cells = self.cover_cells
        columns = self.model.add_columns(cells.count, lambda c: f"covered({self._cell_name(cells, c)})")
        row, site = cells.pairs.demand, cells.pairs.site_of_pair()
        self.model.add_rows(
            cells.count,
            lambda c: f"cover({self._cell_name(cells, c)})",
            [(np.arange(cells.count), columns, 1.0), (row, self.open[site], -1.0)],
            upper=0.0,
        )
        return columns

    @cached_property
    def way_cells(self) -> Cells:
        """Points or merged points from which people are sent to sites."""
        ignored = self.problem.weight <= 0
        pairs = self._allowed_pairs().within(self.longest)
        capacity = self.capacity
        by_way = any(isinstance(one, LeastPersonTime | LeastTotal) for one in self.problem.objectives)
        if by_way or capacity is None or capacity.single_source or capacity.assignment == "nearest":
            return cells_of.one_per_point(pairs, ignored)
        return cells_of.split_by_unit(self.problem, pairs, ignored)

    @cached_property
    def way(self) -> Int64Array:
        """Columns by pair of `way_cells`: share of the cell's people that the site serves."""
        cells, capacity = self.way_cells, self.capacity
        cell, site = cells.pairs.demand, cells.pairs.site_of_pair()
        whole = capacity is not None and (capacity.single_source or capacity.assignment == "nearest")
        ids = self.problem.sites.ids
        columns = self.model.add_columns(
            len(cell), lambda e: f"way({self._cell_name(cells, cell[e])}.{ids[site[e]]})", integer=whole
        )
        if capacity is None or capacity.assignment == "nearest" or len(cell) <= ROWS_BY_PAIR:
            pair = np.arange(len(cell))
            self.model.add_rows(
                len(cell),
                lambda e: f"way_open({self._cell_name(cells, cell[e])}.{ids[site[e]]})",
                [(pair, columns, 1.0), (pair, self.open[site], -1.0)],
                upper=0.0,
            )
        self.model.add_rows(
            cells.count,
            lambda c: f"ways({self._cell_name(cells, c)})",
            [(cell, columns, 1.0)],
            lower=1.0 if self.everyone_served else -np.inf,
            upper=1.0,
        )
        if capacity is not None:
            self._fill_sites(columns, capacity)
        return columns

    @cached_property
    def served_at(self) -> Int64Array:
        """Columns by site, when people go to the nearest: people who are served there."""
        ids, room = self.problem.sites.ids, self._room()
        columns = self.model.add_columns(
            len(ids), lambda j: f"served({ids[j]})", upper=np.where(self.problem.allowed, room, 0.0)
        )
        cells = self.way_cells
        cell, site = cells.pairs.demand, cells.pairs.site_of_pair()
        people = cells.sums(self.problem.weight)
        self.model.add_rows(
            len(ids),
            lambda j: f"served_come({ids[j]})",
            [(np.arange(len(ids)), columns, 1.0), (site, self.way, -people[cell])],
            upper=0.0,
        )
        return columns

    @cached_property
    def lowest_share(self) -> Int64Array:
        """One column: share of people within the standard in the worst unit."""
        return self.model.add_columns(1, lambda _: "lowest_share")

    def objective(self, objective: Objective) -> Expression:  # noqa: C901, PLR0911
        """Expression of an objective; raises ValueError for the longest walk, which is found by bisection."""
        problem = self.problem
        match objective:
            case MostPeople():
                return self.people_served(problem.weight)
            case FewestSites():
                return self.number_of_sites()
            case LeastCost():
                return self._cost_of_sites()
            case LeastTotal(by_way):
                sites, ways = self._cost_of_sites(), self._person_time(None)
                return Expression(
                    np.concatenate([sites.columns, ways.columns]),
                    np.concatenate([sites.values, by_way * ways.values]),
                )
            case LeastPersonTime(unserved):
                return self._person_time(unserved)
            case MostBackup(times):
                return self._reached().backup(problem.weight, times)
            case MostNet(against):
                return self._net(against)
            case Fairest(units):
                return self._fairness(units or problem.populated_units())
            case MostExpected(busy):
                return self._expected(busy)
            case ShortestLongestWalk():
                raise ValueError("the longest walk has no linear expression")

    def people_served(self, weight: FloatArray) -> Expression:
        """Sum of a weight given by point over those who are covered or, with a capacity, served."""
        if self.capacity is None:
            return Expression(self.covered, self.cover_cells.sums(weight))
        if self.capacity.assignment == "nearest":
            return Expression(self.served_at, np.ones(len(self.served_at)))
        return Expression(self.way, self.way_cells.sums(weight)[self.way_cells.pairs.demand])

    def assigned(self, values: FloatArray) -> tuple[Int32Array, Int32Array, FloatArray] | None:
        """Points, sites and people of the ways in a solved model; None when the model has no ways."""
        if "way" not in self.__dict__:
            return None
        cells, share = self.way_cells, values[self.way]
        used = share > 1e-7
        cell, site = cells.pairs.demand[used], cells.pairs.site_of_pair()[used]
        order = np.argsort(cells.of_point, kind="stable")
        order = order[np.searchsorted(cells.of_point[order], 0) :]
        start = np.searchsorted(cells.of_point[order], np.arange(cells.count + 1))
        members = [order[start[c] : start[c + 1]] for c in cell]
        repeats = np.array([len(member) for member in members], dtype=np.int64)
        point = np.concatenate([np.zeros(0, dtype=np.int64), *members]).astype(np.int32)
        people = self.problem.weight[point] * np.repeat(np.minimum(share[used], 1.0), repeats)
        by_site = np.repeat(site, repeats)
        if self.capacity is not None and self.capacity.assignment == "nearest":
            come = np.bincount(by_site, weights=people, minlength=len(self._room()))
            people = people * np.minimum(1.0, self._room() / np.maximum(come, 1e-300))[by_site]
        sort = np.lexsort((by_site, point))
        return point[sort], by_site[sort], people[sort]

    def _allowed_pairs(self) -> Pairs:
        return self.problem.pairs.of_sites(self.problem.allowed)

    def _cell_name(self, cells: Cells, cell: int) -> str:
        return str(self.problem.points.ids[int(np.argmax(cells.of_point == cell))])

    def _room(self) -> FloatArray:
        total = float(self.problem.weight.sum())
        return np.minimum(self.problem.sites.capacity, total)

    def number_of_sites(self) -> Expression:
        """Sites that the plan opens or keeps."""
        decided = np.flatnonzero(self.problem.sites.decided)
        return Expression(self.open[decided], np.ones(len(decided)))

    def _cost_of_sites(self) -> Expression:
        decided = np.flatnonzero(self.problem.sites.decided)
        return Expression(self.open[decided], self.problem.sites.cost[decided])

    def _serve_everyone(self) -> None:
        if self.capacity is not None or any(
            isinstance(objective, LeastPersonTime | LeastTotal) for objective in self.problem.objectives
        ):
            _ = self.way
            return
        pairs = self._allowed_pairs().within(self.longest)
        cells = cells_of.merge(pairs, self.problem.weight <= 0)
        self.model.add_rows(
            cells.count,
            lambda c: f"everyone({self._cell_name(cells, c)})",
            [(cells.pairs.demand, self.open[cells.pairs.site_of_pair()], 1.0)],
            lower=1.0,
        )

    def _fill_sites(self, way: Int64Array, capacity: Capacity) -> None:
        cells, ids = self.way_cells, self.problem.sites.ids
        cell, site = cells.pairs.demand, cells.pairs.site_of_pair()
        if capacity.assignment == "nearest":
            self._go_to_nearest(way)
        if capacity.assignment == "free" or self.everyone_served:
            people = cells.sums(self.problem.weight)
            self.model.add_rows(
                len(ids),
                lambda j: f"room({ids[j]})",
                [(site, way, people[cell]), (np.arange(len(ids)), self.open, -self._room())],
                upper=0.0,
            )

    def _go_to_nearest(self, way: Int64Array) -> None:
        """Whoever has an open site goes there or to one that is nearer (ties by id)."""
        cells, ids = self.way_cells, self.problem.sites.ids
        cell, site = cells.pairs.demand, cells.pairs.site_of_pair()
        cost = self._way_costs()
        order = np.lexsort((site, cost, cell))
        start = np.searchsorted(cell[order], np.arange(cells.count + 1))
        rows, columns = [], []
        for one in range(cells.count):
            run = order[start[one] : start[one + 1]]
            for place, pair in enumerate(run):
                rows.append(np.full(place + 1, pair))
                columns.append(way[run[: place + 1]])
        pair = np.arange(len(cell))
        self.model.add_rows(
            len(cell),
            lambda e: f"nearest({self._cell_name(cells, cell[e])}.{ids[site[e]]})",
            [
                (np.concatenate([pair[:0], *rows]), np.concatenate([way[:0], *columns]), 1.0),
                (pair, self.open[site], -1.0),
            ],
            lower=0.0,
        )

    def _way_costs(self) -> FloatArray:
        """Costs of the pairs of `way_cells`, where cells are single points."""
        pairs, cells = self._allowed_pairs().within(self.longest), self.way_cells
        return pairs.costs()[cells.of_point[pairs.demand] >= 0]

    def _person_time(self, unserved: float | None) -> Expression:
        cells, weight = self.way_cells, self.way_cells.sums(self.problem.weight)
        cell = cells.pairs.demand
        cost = self._way_costs()
        if unserved is not None:
            # what a served person saves against being left out; the constant is added by `constant`
            cost = (cost if self.capacity else np.minimum(cost, unserved)) - unserved
        return Expression(self.way, weight[cell] * cost)

    def constant(self, objective: Objective) -> float:
        """Part of an objective that no column carries."""
        if isinstance(objective, LeastPersonTime) and objective.unserved is not None:
            return float(self.problem.weight.sum() * objective.unserved)
        return 0.0

    def _reached(self) -> Reached:
        cells = self.cover_cells
        return Reached(self.model, cells, self.open, lambda cell: self._cell_name(cells, cell))

    def _expected(self, busy: float) -> Expression:
        number = self.problem.first_limit(Number)
        most = int(self.problem.allowed.sum())
        if number is not None and number.at_most is not None:
            existing = int(self.problem.sites.has_status("existing").sum())
            most = min(most, number.at_most + existing)
        return self._reached().expected(self.problem.weight, busy, most)

    def _net(self, against: str) -> Expression:
        gained = self.people_served(self.problem.weight)
        lost = self._reached().touched(self.problem.points.weights[against])
        return Expression(
            np.concatenate([gained.columns, lost.columns]), np.concatenate([gained.values, lost.values])
        )

    def _fairness(self, units: tuple[str, ...]) -> Expression:
        for code in units:
            weight = self.problem.weight_of(None, (code,))
            total = weight.sum()
            if total > 0:
                self.model.add_rows(
                    1,
                    lambda _, code=code: f"share({code})",  # type: ignore[misc]
                    [
                        (0, self.lowest_share, total),
                        (0, self.covered, -self.cover_cells.sums(weight)),
                    ],
                    upper=0.0,
                )
        return Expression(self.lowest_share, np.ones(1))

    def _add_limit(self, limit: Limit) -> None:  # noqa: C901
        model, sites = self.model, self.problem.sites
        match limit:
            case Number(low, high):
                top = np.inf if high is None else float(high)
                model.add_row("number", self.number_of_sites(), lower=float(low), upper=top)
            case Budget(at_most):
                model.add_row("budget", self.objective(LeastCost()), upper=at_most)
            case CoverageFloor():
                self._add_floor(limit)
            case UnitQuota(units, at_least):
                self._add_quota(units, at_least)
            case UnitCap(units, at_most):
                for code in units:
                    inside = np.flatnonzero(self._in_unit(code))
                    each = Expression(self.open[inside], np.ones(len(inside)))
                    model.add_row(f"cap({code})", each, upper=float(at_most))
            case Apart(pairs):
                place = {identifier: at for at, identifier in enumerate(sites.ids)}
                ends = np.array([(place[a], place[b]) for a, b in pairs], dtype=np.int64).reshape(-1, 2)
                row = np.arange(len(ends))
                entries = [(row, self.open[ends[:, side]], 1.0) for side in (0, 1)]
                model.add_rows(len(ends), lambda r: "apart({}.{})".format(*pairs[r]), entries, upper=1.0)
            case Closings(low, high):
                closing = np.flatnonzero(sites.has_status("closing"))
                count = len(closing)
                kept = Expression(self.open[closing], np.ones(count))
                floor = -np.inf if high is None else float(count - high)
                model.add_row("closings", kept, lower=floor, upper=float(count - low))
            case Unlike(ids, at_least, by):
                self._add_unlike(ids, at_least, by_unit=by == "unit")
            case Capacity():
                _ = self.way

    def _in_unit(self, code: str) -> BoolArray:
        return (self.problem.sites.unit == self.problem.units.index(code)) & self.problem.allowed

    def _add_floor(self, limit: CoverageFloor) -> None:
        for code in (None,) if limit.units is None else limit.units:
            weight = self.problem.weight_of(limit.group, None if code is None else (code,))
            total = float(weight.sum())
            if total > 0:
                name = "floor" if code is None else f"floor({code})"
                self.model.add_row(
                    name, self.people_served(weight), lower=floor_people(limit.at_least, weight)
                )

    def _add_quota(self, units: tuple[str, ...], at_least: int) -> None:
        has_one = self.model.add_columns(len(units), lambda u: f"has_one({units[u]})", integer=True)
        for at, code in enumerate(units):
            inside = np.flatnonzero(self._in_unit(code))
            entries: list[Entry] = [(0, has_one[at], 1.0)]
            if len(inside):
                entries.append((np.zeros(len(inside)), self.open[inside], -1.0))
            self.model.add_rows(1, lambda _, code=code: f"has({code})", entries, upper=0.0)  # type: ignore[misc]
        self.model.add_row("quota", Expression(has_one, np.ones(len(units))), lower=float(at_least))

    def _add_unlike(self, ids: tuple[str, ...], at_least: int, *, by_unit: bool) -> None:
        most = float(len(ids) - at_least)
        if not by_unit:
            place = [self.problem.sites.ids.index(identifier) for identifier in ids]
            self.model.add_row("unlike", Expression(self.open[place], np.ones(len(ids))), upper=most)
            return
        used = self.model.add_columns(len(ids), lambda u: f"used({ids[u]})", integer=True)
        for at, code in enumerate(ids):
            inside = np.flatnonzero(self._in_unit(code) & self.problem.sites.decided)
            row = np.arange(len(inside))
            entries = [(row, self.open[inside], 1.0), (row, used[at], -1.0)]
            self.model.add_rows(len(inside), lambda r, code=code: f"used({code}.{r})", entries, upper=0.0)  # type: ignore[misc]
        self.model.add_row("unlike", Expression(used, np.ones(len(ids))), upper=most)


def floor_people(share: float, weight: FloatArray) -> float:
    """People that a share stands for; the next whole number up where people are whole (R2 for shares)."""
    people = share * float(weight.sum())
    if np.all(weight == np.floor(weight)):
        return float(np.ceil(people * (1 - 1e-12)))
    return people
