"""The fast road for plain covering: most people with p sites, fewest sites for a share of the people."""

from __future__ import annotations

import numpy as np

from coverplan.siting.limit import Number
from coverplan.siting.problem import Problem
from coverplan.siting.solvers.covering import _bound, _greedy
from coverplan.siting.solvers.covering.cover_search import search_cover
from coverplan.siting.solvers.covering.cover_state import CoverSearch, filled
from coverplan.siting.solvers.covering.plain_cover import PlainCover, plain_cover, target_of
from coverplan.siting.solvers.found import Found
from coverplan.siting.solvers.search import Search, Watch
from coverplan.units import BoolArray, FloatArray, Int32Array


def most_people(problem: Problem, search: Search, watch: Watch) -> Found:
    """Most people with a number of sites, with a proven bound."""
    limit = problem.first_limit(Number)
    assert limit is not None
    small = plain_cover(problem, problem.weight, threads=search.threads)
    required = int(problem.sites.has_status("required").sum())
    candidates = int(problem.sites.has_status("candidate").sum())
    count = candidates if limit.at_most is None else min(limit.at_most - required, candidates)
    if count >= small.sites:
        chosen = np.arange(small.sites, dtype=np.int32)
        bound = small.covered + small.value(chosen)
        return _found(problem, small, chosen, bound, None)
    if count <= 0:
        return _found(problem, small, np.zeros(0, dtype=np.int32), small.covered, None)
    state = CoverSearch(small, count, search, watch)
    search_cover(state)
    return _found(problem, small, state.chosen, small.covered + state.bound, state.stopped_by)


def fewest_sites(problem: Problem, search: Search, watch: Watch) -> Found:
    """Fewest sites that cover the weight a floor asks for, with a proven bound on their number."""
    weight, target = target_of(problem)
    small = plain_cover(problem, weight, threads=search.threads)
    required = int(problem.sites.has_status("required").sum())
    target -= small.covered
    if not small.whole:
        target *= 1 - 1e-12  # sums of the same people in another order differ in the last digit
    if target <= 0:
        return _found(problem, small, np.zeros(0, dtype=np.int32), float(required), None)
    chosen, value = _greedy.lazy_greedy(
        small.indptr, small.demand, small.weight, small.own, small.sites, target
    )
    if not len(value) or value[-1] < target:
        return Found(None, (None,), "cover", infeasible=True)
    least, best, stopped_by = _squeeze(small, chosen, target, search, watch)
    return _found(problem, small, best, float(least + required), stopped_by)


def _squeeze(
    small: PlainCover, chosen: Int32Array, target: float, search: Search, watch: Watch
) -> tuple[int, Int32Array, str | None]:
    """Lower and upper end of the number of sites, brought together by asking whether one fewer would do."""
    least = _least_number(small, len(chosen), target, watch)
    best, stopped_by = chosen, None
    while len(best) > least and stopped_by is None:
        if search.gap > 0 and len(best) - least <= search.gap * len(best):
            stopped_by = "gap"
            break
        state = CoverSearch(small, len(best) - 1, search, watch, target=target)
        search_cover(state, filled(best, len(best) - 1, small.sites))
        least = max(least, _ruled_out(small, state.price, target))
        if state.value >= target:
            best = state.chosen
        elif state.bound <= state.enough:
            least = len(best)
        else:
            stopped_by = state.stopped_by or "effort"
        watch.tell(float(len(best)), float(least))
    return least, best, stopped_by


def _least_number(small: PlainCover, enough: int, target: float, watch: Watch) -> int:
    """Smallest number of sites that prices do not rule out; they are sought for one number after the other."""
    least, count = 1, enough - 1
    for _ in range(6):
        if not 0 < count < small.sites or watch.stopped_by():
            break
        price, direction = small.weight * 0.5, np.zeros(len(small.weight))
        best_price, best_score, often = price.copy(), np.zeros(small.sites), np.zeros(small.sites)
        _bound.descend(
            small.reach,
            small.weight,
            small.own,
            count,
            target - 1.0,
            target * (1 - 1e-9) - 1e-6,
            price,
            direction,
            best_price,
            best_score,
            often,
            np.inf,
            1.0,
            400,
            True,
            _bound.SMOOTH,
            _bound.PATIENCE,
        )
        reached = _ruled_out(small, best_price, target)
        if reached <= least:
            break
        least, count = reached, reached
    return min(least, enough)


def _ruled_out(small: PlainCover, price: FloatArray, target: float) -> int:
    """Smallest number of sites that the bounds of one price vector do not rule out."""
    bounds = _bound.bounds_by_number(small.indptr, small.demand, small.weight, small.own, price)
    return int(np.argmax(bounds + 1e-9 * target + 1e-6 >= target))


def _found(
    problem: Problem, small: PlainCover, chosen: Int32Array, bound: float, stopped_by: str | None
) -> Found:
    open_site = problem.sites.fixed_open.copy()
    open_site[small.site[chosen]] = True
    _fill_up(problem, open_site)
    left_out = {"dominated": small.dominated} if small.dominated else {}
    return Found(open_site, (bound,), "cover", stopped_by=stopped_by, left_out=left_out)


def _fill_up(problem: Problem, open_site: BoolArray) -> None:
    """Open the first candidates until the lower end of the number is kept."""
    limit = problem.first_limit(Number)
    lacking = (0 if limit is None else limit.at_least) - int((open_site & problem.sites.decided).sum())
    if lacking > 0:
        spare = np.flatnonzero(problem.sites.has_status("candidate") & ~open_site)
        open_site[spare[:lacking]] = True
