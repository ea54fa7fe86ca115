"""Where the next ones should go: the most people newly within a standard, with a proof of how good the answer is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from coverplan.candidates.street_places import street_nodes, thinned
from coverplan.desk.workbench.ground import Ground
from coverplan.desk.workbench.idea import Idea
from coverplan.errors import InputError, Problem
from coverplan.ground.units_tree import OUTSIDE
from coverplan.reach.matrix import Reach
from coverplan.scenario.scenario_file import Standard
from coverplan.siting.presets import MCLP
from coverplan.siting.solvers.search import Progress, Search
from coverplan.units import FloatArray, minutes_to_ms

#: Candidates are street corners at least this far apart; farther where there would be more than `MOST_CANDIDATES`.
SPACING_M = 150.0
MOST_CANDIDATES = 4_000
#: An answer this close to the best possible is good enough; the search ends sooner with it.
GAP = 0.005


@dataclass(frozen=True, slots=True)
class Found:
    """Places for the next ones, the most useful first.

    Parameters
    ----------
    x, y
        Metres in the study's CRS, in the order in which they are best opened.
    gained
        People newly reached by each, when those before it are there.
    total, bound
        People newly reached by all of them, and what no choice among the candidates can exceed.
    candidates
        How many places were looked at.
    stopped
        ``time`` or ``cancel`` where the search ended before its proof, else None.
    """

    x: FloatArray
    y: FloatArray
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
    answer = next(one for one in ground.answer(idea).standards if one.standard.key == standard.key)
    x, y = _corners(ground, kind)
    if len(x) < new:
        raise InputError(
            [Problem("there are too few places to choose from", value=len(x), code="no_candidates")]
        )
    reach = _reach(ground, standard, x, y)
    demand = ground.ready.study.demand
    missing = np.where(demand.inside & ~answer.coverage.covered, demand.people[standard.groups[0]], 0.0)
    radius_ms = minutes_to_ms(standard.minutes)
    search = Search(gap=GAP, time_limit_s=time_limit_s, cancel=cancel, progress=progress)
    model = MCLP.from_reach(reach, weights=missing, service_radius=radius_ms, p_facilities=new)
    solution = model.solve(search).solution
    order, gained = _in_order(reach, [int(name) for name in solution.chosen], missing, radius_ms)
    at = np.array(order, dtype=np.int64)
    bound = solution.bound if solution.bound is not None else float(missing.sum())
    total = float(sum(gained))
    return Found(x[at], y[at], tuple(gained), total, max(bound, total), len(x), solution.stopped_by)


def _corners(ground: Ground, kind: str) -> tuple[FloatArray, FloatArray]:
    """Street corners in the area where a type may be opened, thinned out until there are not too many."""
    study = ground.ready.study
    if study.network is None:
        return np.zeros(0), np.zeros(0)
    nodes = street_nodes(study.network, study.area)
    x, y = study.network.node_x[nodes], study.network.node_y[nodes]
    free = ground.ruled_out.free(x, y, kind)
    x, y = x[free], y[free]
    spacing = SPACING_M
    while True:
        kept = thinned(x, y, spacing)
        if len(kept) <= MOST_CANDIDATES:
            return x[kept], y[kept]
        spacing *= 1.25


def _reach(ground: Ground, standard: Standard, x: FloatArray, y: FloatArray) -> Reach:
    """Times from every corner, as a facility there would be measured."""
    units = ground.ready.study.units
    codes = [None if at == OUTSIDE else units.codes[at] for at in units.locate(x, y).tolist()]
    names = [str(at) for at in range(len(x))]
    return ground.surveyor.reach_of(
        standard, names, [shapely.Point(at) for at in zip(x, y, strict=True)], codes
    )


def _in_order(
    reach: Reach, chosen: list[int], people: FloatArray, radius_ms: int
) -> tuple[list[int], list[float]]:
    """The chosen ones, the one that brings most people first, with what each adds to those before it; ties by place."""
    left, order, gained = people.copy(), list[int](), list[float]()
    cover = reach.within(radius_ms)
    rows = {at: cover.demand[cover.indptr[at] : cover.indptr[at + 1]] for at in sorted(chosen)}
    while rows:
        best = max(rows, key=lambda at: (float(left[rows[at]].sum()), -at))
        gained.append(float(left[rows[best]].sum()))
        left[rows.pop(best)] = 0.0
        order.append(best)
    return order, gained
