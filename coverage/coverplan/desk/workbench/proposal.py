"""Where the next ones should go: the most people newly within a standard, with a proof of how good the answer is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely

from coverplan.candidates.street_places import street_nodes, thinned
from coverplan.desk.workbench.ground import Ground
from coverplan.desk.workbench.idea import Idea
from coverplan.errors import InputError, Problem
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.reach.matrix import Reach
from coverplan.scenario.scenario_file import Standard
from coverplan.siting.limit import Budget, Number
from coverplan.siting.presets import MCLP
from coverplan.siting.problem import make_problem
from coverplan.siting.solve import solve
from coverplan.siting.solvers.search import Progress, Search
from coverplan.units import FloatArray, minutes_to_ms
from coverplan.vocabulary import UnitType

#: Candidates are street corners at least this far apart; farther where there would be more than `MOST_CANDIDATES`.
SPACING_M = 150.0
MOST_CANDIDATES = 4_000
#: More new ones than this nobody looks through.
MOST_PLACES = 200
#: Types whose name says that they are not of this type of unit.
_ELSEWHERE: Mapping[str, UnitType] = {"village_station": "community", "community_station": "village"}
#: An answer this close to the best possible is good enough; the search ends sooner with it.
GAP = 0.005


@dataclass(frozen=True, slots=True)
class Found:
    """Places for the next ones, the most useful first.

    Parameters
    ----------
    x, y
        Metres in the study's CRS, in the order in which they are best opened.
    layers, kinds
        Layer and type of each.
    gained
        People newly reached by each, when those before it are there; of several standards once for every one that newly
        reaches them.
    total, bound
        People newly reached by all of them, and what no choice among the candidates can exceed.
    candidates
        How many places were looked at, of several layers each for every layer.
    stopped
        ``time`` or ``cancel`` where the search ended before its proof, else None.
    """

    x: FloatArray
    y: FloatArray
    layers: tuple[str, ...]
    kinds: tuple[str, ...]
    gained: tuple[float, ...]
    total: float
    bound: float
    candidates: int
    stopped: str | None


def propose(
    ground: Ground,
    idea: Idea,
    standard: Standard,
    new: int,
    *,
    kind: str,
    time_limit_s: float = 60.0,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Found:
    """Places for `new` further facilities that bring the most people of the standard's first group within it.

    Parameters
    ----------
    ground, idea
        What stands, and what is tried already.
    standard
        One of the idea's standards.
    new
        How many.
    kind
        Type of what would be opened; places that the scenario rules out for it are no candidates.

    Raises
    ------
    InputError
        If there are no streets, or fewer candidates than asked for.
    """
    x, y = corners(ground, (kind,))
    if len(x) < new:
        raise InputError(
            [Problem("there are too few places to choose from", value=len(x), code="no_candidates")]
        )
    search = Search(gap=GAP, time_limit_s=time_limit_s, cancel=cancel, progress=progress)
    places = _Places(x, y, [kind] * len(x), np.zeros(len(x)))
    return _found(ground, idea, standard, places, limit=Number(new, new), search=search)


def affordable(
    ground: Ground,
    idea: Idea,
    standard: Standard,
    budget: float,
    *,
    prices: Mapping[str, float],
    time_limit_s: float = 60.0,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Found:
    """Places and types that bring the most people of the standard's first group within it for a sum of money.

    Parameters
    ----------
    ground, idea, standard
        As `propose`.
    budget
        Money that the new facilities may cost together, in the unit of `prices`.
    prices
        Cost of a new facility by type, above 0, of the types that may be opened and that the standard counts.

    Raises
    ------
    InputError
        If there are no streets, the money builds none of the types where it may be opened, or more than `MOST_PLACES`.

    Notes
    -----
    The types that a standard counts are reached alike, so that at each place only the least costly of those that may
    be opened there is asked about; no answer is lost. Stations of villages are opened in no community of a town, and
    those of communities in no village.
    """
    x, y = corners(ground, tuple(prices))
    kinds, cost = cheapest_kinds(ground, x, y, prices)
    payable = np.flatnonzero(cost <= budget)
    refuse_money(budget, cost[payable], least=min(prices.values(), default=None))
    search = Search(gap=GAP, time_limit_s=time_limit_s, cancel=cancel, progress=progress)
    places = _Places(x[payable], y[payable], [kinds[at] for at in payable], cost[payable])
    one_price = len(set(places.cost.tolist())) == 1
    most = min(int(budget / places.cost[0] + 1e-9), len(payable))
    # of one price the question is one of a number, which has a faster way
    limit = Number(most, most) if one_price else Budget(budget)
    return _found(ground, idea, standard, places, limit=limit, search=search)


def cheapest_kinds(
    ground: Ground, x: FloatArray, y: FloatArray, prices: Mapping[str, float]
) -> tuple[list[str], FloatArray]:
    """The least costly type that may be opened at each place and its cost; no type and inf where none may."""
    kinds, cost = ["" for _ in x], np.full(len(x), np.inf)
    types = _unit_types(ground.ready.study.units, x, y)
    for kind in sorted(prices, key=lambda one: (prices[one], one), reverse=True):
        free = ground.ruled_out.free(x, y, kind) & (types != _ELSEWHERE.get(kind))
        cost[free] = prices[kind]
        kinds = [kind if is_free else old for is_free, old in zip(free, kinds, strict=True)]
    return kinds, cost


def refuse_money(budget: float, cost: FloatArray, *, least: float | None) -> None:
    """Raise InputError where a sum builds nothing of what it could pay, shape (places,), or more than an idea may have."""
    if not len(cost):
        expected = None if least is None else f">= {least:g}"
        raise InputError(
            [Problem("the money builds nothing", field="budget", value=budget, expected=expected, code="builds_nothing")]
        )  # fmt: skip
    if budget > MOST_PLACES * cost.min():
        raise InputError(
            [Problem("the money builds more than an idea may have", field="budget", value=budget, expected=f"<= {MOST_PLACES} new ones", code="too_much_money")]
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Places:
    """Where something may be opened, shape (places,) each: metres, type, money."""

    x: FloatArray
    y: FloatArray
    kinds: list[str]
    cost: FloatArray


def _found(
    ground: Ground, idea: Idea, standard: Standard, places: _Places, *, limit: Number | Budget, search: Search
) -> Found:
    """The best choice among places, in the order in which they bring most."""
    answer = next(one for one in ground.answer(idea).standards if one.standard.key == standard.key)
    reach = times_from(ground, standard, places.x, places.y)
    demand = ground.ready.study.demand
    missing = np.where(demand.inside & ~answer.coverage.covered, demand.people[standard.groups[0]], 0.0)
    radius_ms = minutes_to_ms(standard.minutes)
    model = MCLP.from_reach(reach, weights=missing, service_radius=radius_ms, p_facilities=1).problem
    cost = places.cost[[int(name) for name in model.sites.ids]]
    question = make_problem(
        replace(model.sites, cost=cost), model.points, model.pairs,
        objectives=model.objectives, limits=(limit,), standard=model.standard,
    )  # fmt: skip
    solution = solve(question, search)
    cover = reach.within(radius_ms)
    chosen = [int(name) for name in solution.chosen]
    rows = {at: cover.demand[cover.indptr[at] : cover.indptr[at + 1]] for at in chosen}
    order, gained = in_order(rows, chosen, missing)
    at = np.array(order, dtype=np.int64)
    bound = solution.bound if solution.bound is not None else float(missing.sum())
    total = float(sum(gained))
    kinds = tuple(places.kinds[one] for one in order)
    return Found(
        places.x[at], places.y[at], (standard.layer,) * len(kinds), kinds, tuple(gained), total, max(bound, total), len(places.x), solution.stopped_by
    )  # fmt: skip


def corners(ground: Ground, kinds: tuple[str, ...]) -> tuple[FloatArray, FloatArray]:
    """Street corners in the area where one of the types may be opened, thinned out until there are not too many."""
    study = ground.ready.study
    if study.network is None:
        return np.zeros(0), np.zeros(0)
    nodes = street_nodes(study.network, study.area)
    x, y = study.network.node_x[nodes], study.network.node_y[nodes]
    free = np.zeros(len(x), dtype=bool)
    for kind in kinds:
        free |= ground.ruled_out.free(x, y, kind)
    x, y = x[free], y[free]
    spacing = SPACING_M
    while True:
        kept = thinned(x, y, spacing)
        if len(kept) <= MOST_CANDIDATES:
            return x[kept], y[kept]
        spacing *= 1.25


def _unit_codes(units: UnitTree, x: FloatArray, y: FloatArray) -> list[str | None]:
    return [None if at == OUTSIDE else units.codes[at] for at in units.locate(x, y).tolist()]


def _unit_types(units: UnitTree, x: FloatArray, y: FloatArray) -> np.ndarray:
    """Shape (places,): type of the unit in which each lies, empty outside every unit."""
    codes = _unit_codes(units, x, y)
    return np.array(
        ["" if code is None else str(units.table.at[code, "type"]) for code in codes], dtype=object
    )


def times_from(ground: Ground, standard: Standard, x: FloatArray, y: FloatArray) -> Reach:
    """Times from every corner, as a facility there would be measured."""
    codes = _unit_codes(ground.ready.study.units, x, y)
    names = [str(at) for at in range(len(x))]
    return ground.surveyor.reach_of(
        standard, names, [shapely.Point(at) for at in zip(x, y, strict=True)], codes
    )


def in_order(
    reached: Mapping[int, np.ndarray], chosen: list[int], people: FloatArray
) -> tuple[list[int], list[float]]:
    """The chosen ones, the one that brings most people first, with what each adds to those before it; ties by place.

    `reached` has the points that each place reaches, `people` those who count at every point.
    """
    left, order, gained = people.copy(), list[int](), list[float]()
    rows = {at: reached[at] for at in sorted(chosen)}
    while rows:
        best = max(rows, key=lambda at: (float(left[rows[at]].sum()), -at))
        gained.append(float(left[rows[best]].sum()))
        left[rows.pop(best)] = 0.0
        order.append(best)
    return order, gained
