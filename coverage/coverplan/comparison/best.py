"""The best that given means could do with the candidates of a siting run: maximal covering, solved with a bound.

What stands already is fixed (Church and ReVelle 1974, as `coverplan.siting.presets.MCLP`); people are those of one group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from coverplan.comparison.candidates import Candidates
from coverplan.siting.limit import Budget, Limit, Number, UnitCap
from coverplan.siting.objective import MostPeople
from coverplan.siting.pairs import Pairs
from coverplan.siting.points import make_points
from coverplan.siting.problem import Problem, make_problem
from coverplan.siting.sites import SiteStatus, make_sites
from coverplan.siting.solution import Solution
from coverplan.siting.solve import solve
from coverplan.siting.solvers.search import Search
from coverplan.units import BoolArray, FloatArray, Int64Array

#: Stands for everything that is there before any action.
STANDING = ""
#: Part of the people covered within which money is no longer searched for better.
MONEY_GAP = 0.005


@dataclass(frozen=True, slots=True)
class Question:
    """One standard with its candidates and what stands already.

    Parameters
    ----------
    candidates
        Places, and what could be opened there.
    pairs
        Demand points within the standard of each place.
    before
        Shape (points,): covered before any action.
    weight
        Shape (points,): people whom a facility could cover.
    """

    candidates: Candidates
    pairs: Pairs
    before: BoolArray
    weight: FloatArray


@dataclass(frozen=True, slots=True)
class Best:
    """What was found.

    Parameters
    ----------
    status
        That of the solution, or ``no_opening`` (a type cannot be opened anywhere) or ``no_cost``.
    covered, bound
        People covered, those before included, and the number that nothing exceeds; NaN where nothing is known.
    places
        Positions of the chosen candidates, ascending.
    """

    status: str
    covered: float = float("nan")
    bound: float = float("nan")
    places: tuple[int, ...] = ()


def best_by_sites(question: Question, layer: str, types: Counter[str]) -> Best:
    """Most people with as many new sites of each type."""
    candidates = question.candidates
    where = {
        kind: np.unique(candidates.open_site[candidates.openings(layer, [kind] if kind else None)])
        for kind in types
    }
    if any(not len(places) for places in where.values()):
        return Best("no_opening")
    union = np.unique(np.concatenate(list(where.values())))
    loose = solve(_problem(question, union, (Number(0, types.total()),)), Search())
    if _can_be_typed([_position(identifier) for identifier in loose.chosen], where, types):
        return _found(loose)
    return _found(solve(_typed(question, where, types), Search()))


def _can_be_typed(chosen: list[int], where: dict[str, Int64Array], types: Counter[str]) -> bool:
    """Whether every chosen site can get a type of its own among those that may stand there."""
    from scipy.sparse.csgraph import maximum_bipartite_matching

    slots = [set(where[kind].tolist()) for kind in sorted(types) for _ in range(types[kind])]
    fits = sp.csr_matrix(
        np.array([[site in slot for slot in slots] for site in chosen], dtype=np.int8).reshape(-1, len(slots))
    )
    return int((maximum_bipartite_matching(fits, perm_type="column") >= 0).sum()) == len(chosen)


def _typed(question: Question, where: dict[str, Int64Array], types: Counter[str]) -> Problem:
    """One site for each place and type, with as many of a type as the means allow."""
    kinds = sorted(types)
    places = np.concatenate([where[kind] for kind in kinds])
    unit = np.repeat(np.arange(len(kinds)), [len(where[kind]) for kind in kinds])
    caps = tuple(UnitCap((kind,), types[kind]) for kind in kinds)
    return _problem(question, places, caps, units=tuple(kinds), unit=unit)


def best_by_money(question: Question, layer: str, types: Sequence[str] | None, money: float) -> Best:
    """Most people for the same money, at the lowest cost at which each place can be opened."""
    candidates = question.candidates
    usable = candidates.openings(layer, types) & ~np.isnan(candidates.open_cost)
    if not usable.any():
        return Best("no_cost")
    places = np.unique(candidates.open_site[usable])
    cost = np.full(len(candidates.ids), np.inf)
    np.minimum.at(cost, candidates.open_site[usable], candidates.open_cost[usable])
    problem = _problem(question, places, (Budget(money),), cost=cost[places])
    return _found(solve(problem, Search(gap=MONEY_GAP)))


def _found(solution: Solution) -> Best:
    if solution.objective is None:
        return Best(solution.status)
    covered, bound = float(solution.objective), solution.stages[0].bound
    places = tuple(sorted({_position(identifier) for identifier in solution.chosen}))
    return Best(
        solution.status, covered, float("nan") if bound is None else max(float(bound), covered), places
    )


def _position(identifier: str) -> int:
    """Candidate that a site of a problem stands for."""
    return int(identifier.partition("|")[0])


def _problem(
    question: Question,
    places: Int64Array,
    limits: tuple[Limit, ...],
    *,
    units: tuple[str, ...] = (),
    unit: Int64Array | None = None,
    cost: FloatArray | None = None,
) -> Problem:
    """Maximal covering: what stands already as one existing site, and candidates at some places.

    Ids of sites are positions of candidates, so that no name of theirs can break anything; a place that stands
    there several times has its turn in its id.
    """
    standing = np.flatnonzero(question.before)
    pairs = question.pairs
    length = np.diff(pairs.indptr)[places]
    indptr = np.concatenate(([0, len(standing)], len(standing) + np.cumsum(length))).astype(np.int64)
    at = np.repeat(pairs.indptr[places] - indptr[1:-1], length) + np.arange(indptr[1], indptr[-1])
    demand = np.concatenate((standing, pairs.demand[at])).astype(np.int32)
    candidate: SiteStatus = "candidate"
    status: tuple[SiteStatus, ...] = ("existing", *(candidate for _ in places))
    sites = make_sites(
        (STANDING, *(f"{at:09d}|{turn:09d}" for turn, at in enumerate(places))),
        status=status,
        cost=None if cost is None else np.concatenate(([0.0], cost)),
        unit=None if unit is None else np.concatenate(([-1], unit)).astype(np.int32),
    )
    number = len(question.weight)
    width = len(str(number))
    points = make_points([str(i).zfill(width) for i in range(number)], question.weight)
    return make_problem(
        sites,
        points,
        Pairs(indptr, demand, None, number),
        objectives=(MostPeople(),),
        limits=limits,
        units=units,
    )
