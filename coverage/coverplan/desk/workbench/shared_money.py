"""One sum of money for several standards at once: the most newly reached in all of them, with a proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coverplan.desk.workbench.ground import Ground
from coverplan.desk.workbench.idea import Idea
from coverplan.desk.workbench.proposal import (
    GAP,
    Found,
    cheapest_kinds,
    corners,
    in_order,
    refuse_money,
    times_from,
)
from coverplan.scenario.scenario_file import Standard
from coverplan.siting.limit import Budget
from coverplan.siting.objective import MostPeople
from coverplan.siting.pairs import Pairs
from coverplan.siting.points import Points
from coverplan.siting.problem import Problem, make_problem
from coverplan.siting.sites import Sites, SiteStatus
from coverplan.siting.solve import solve
from coverplan.siting.solvers.search import Progress, Search
from coverplan.units import FloatArray, minutes_to_ms

_CANDIDATE: tuple[SiteStatus, ...] = ("candidate",)


@dataclass(frozen=True, slots=True)
class Asked:
    """A standard whose people count, and what a new facility costs of each type that it counts and that may be opened."""

    standard: Standard
    prices: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Options:
    """Places for the types of a layer that the same standards count; `rows` are points of the question, by place."""

    layer: str
    x: FloatArray
    y: FloatArray
    kinds: list[str]
    cost: FloatArray
    rows: list[np.ndarray]


def affordable_together(
    ground: Ground,
    idea: Idea,
    asked: Sequence[Asked],
    budget: float,
    *,
    time_limit_s: float = 60.0,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Found:
    """Places, layers and types that newly reach the most people of several standards for one sum of money.

    Parameters
    ----------
    ground, idea
        What stands, and what is tried already.
    asked
        Standards of the idea; each counts the people of its first group. Whoever is newly reached by two of them counts
        twice: services are added up, not persons, and none weighs more than another.
    budget
        Money that the new facilities may cost together, in the unit of the prices.

    Raises
    ------
    InputError
        If there are no streets, the money builds none of the types where it may be opened, or more than
        `coverplan.desk.workbench.proposal.MOST_PLACES`.

    Notes
    -----
    Types of a layer that the same standards count are reached alike, so that at each place only the least costly of them
    is asked about; no answer is lost.
    """
    missing = _missing(ground, idea, [one.standard for one in asked])
    found = [_options(ground, asked, *kinds) for kinds in _kinds_alike(asked)]
    options = [_payable(one, budget) for one in found]
    cost = np.concatenate([one.cost for one in options])
    prices = [price for one in asked for price in one.prices.values()]
    refuse_money(budget, cost, least=min(prices, default=None))
    rows = [row for one in options for row in one.rows]
    search = Search(gap=GAP, time_limit_s=time_limit_s, cancel=cancel, progress=progress)
    solution = solve(_question(rows, cost, missing, budget), search)
    order, gained = in_order(dict(enumerate(rows)), [int(name) for name in solution.chosen], missing)
    total = float(sum(gained))
    bound = float(missing.sum()) if solution.bound is None else solution.bound
    layers = [one.layer for one in options for _ in one.kinds]
    kinds = [kind for one in options for kind in one.kinds]
    at = np.array(order, dtype=np.int64)
    return Found(
        np.concatenate([one.x for one in options])[at],
        np.concatenate([one.y for one in options])[at],
        tuple(layers[one] for one in order),
        tuple(kinds[one] for one in order),
        tuple(gained),
        total,
        max(bound, total),
        sum(len(one.x) for one in found),
        solution.stopped_by,
    )


def _missing(ground: Ground, idea: Idea, standards: Sequence[Standard]) -> FloatArray:
    """Shape (standards * points,): people whom a standard does not reach, one standard after the other."""
    demand, answers = ground.ready.study.demand, ground.answer(idea).standards
    parts = []
    for standard in standards:
        covered = next(one for one in answers if one.standard.key == standard.key).coverage.covered
        parts.append(np.where(demand.inside & ~covered, demand.people[standard.groups[0]], 0.0))
    return np.concatenate(parts)


def _kinds_alike(asked: Sequence[Asked]) -> list[tuple[str, tuple[int, ...], dict[str, float]]]:
    """Layers, positions of the standards that count them alike, and prices of the types of which that holds."""
    counted: dict[tuple[str, str], list[int]] = {}
    for position, one in enumerate(asked):
        for kind in one.prices:
            counted.setdefault((one.standard.layer, kind), []).append(position)
    alike: dict[tuple[str, tuple[int, ...]], dict[str, float]] = {}
    for (layer, kind), positions in counted.items():
        prices = alike.setdefault((layer, tuple(positions)), {})
        prices[kind] = asked[positions[0]].prices[kind]
    return [(layer, positions, prices) for (layer, positions), prices in alike.items()]


def _options(
    ground: Ground,
    asked: Sequence[Asked],
    layer: str,
    positions: tuple[int, ...],
    prices: Mapping[str, float],
) -> _Options:
    x, y = corners(ground, tuple(prices))
    kinds, cost = cheapest_kinds(ground, x, y, prices)
    points = ground.ready.study.demand.points
    rows: list[list[np.ndarray]] = [[] for _ in x]
    for position in positions:
        standard = asked[position].standard
        cover = times_from(ground, standard, x, y).within(minutes_to_ms(standard.minutes))
        for at, found in enumerate(rows):
            reached = cover.demand[cover.indptr[at] : cover.indptr[at + 1]]
            found.append(np.sort(reached).astype(np.int64) + position * points)
    return _Options(layer, x, y, kinds, cost, [np.concatenate(one) for one in rows])


def _payable(options: _Options, budget: float) -> _Options:
    at = np.flatnonzero(options.cost <= budget)
    return _Options(
        options.layer,
        options.x[at],
        options.y[at],
        [options.kinds[one] for one in at],
        options.cost[at],
        [options.rows[one] for one in at],
    )


def _question(rows: list[np.ndarray], cost: FloatArray, missing: FloatArray, budget: float) -> Problem:
    """Sites that each reach some rows of people, and one sum of money."""
    sites, points = len(rows), len(missing)
    digits = len(str(max(sites, points)))
    indptr = np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(np.int64)
    demand = np.concatenate(rows).astype(np.int32)
    return make_problem(
        Sites(
            tuple(f"{at:0{digits}d}" for at in range(sites)),
            _CANDIDATE * sites,
            cost,
            np.full(sites, np.inf),
            np.full(sites, -1, dtype=np.int32),
        ),
        Points(
            tuple(f"{at:0{digits}d}" for at in range(points)),
            {"total": missing},
            np.full(points, -1, dtype=np.int32),
        ),
        Pairs(indptr, demand, None, points),
        objectives=(MostPeople(),),
        limits=(Budget(budget),),
    )
