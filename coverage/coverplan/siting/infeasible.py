"""Why nothing keeps to all limits: who cannot be reached, which limits collide, what would have to give."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from coverplan.siting.contradictions import reached_points
from coverplan.siting.limit import Limit
from coverplan.siting.problem import Problem
from coverplan.siting.solvers._exact import run_highs
from coverplan.siting.solvers.formulation import Formulation
from coverplan.siting.solvers.model import Expression
from coverplan.siting.solvers.search import Search, Watch

LIMIT_ROWS = re.compile(r"(number|budget|floor|quota|cap|apart|closings|unlike|room)(?:\((.*)\))?$")


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One limit that would have to give way.

    Parameters
    ----------
    limit
        ``number``, ``budget``, ``floor``, ``quota``, ``cap``, ``apart``, ``closings``, ``unlike`` or ``room``.
    where
        Unit, site or pair that it is about, empty for the whole.
    from_value, to_value
        Limit as it stands and as it would have to be: people for floors, kept sites for closings, people above the
        capacity (from 0) for room.
    """

    limit: str
    where: str
    from_value: float
    to_value: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a question has no answer.

    Parameters
    ----------
    unreached
        Ids of points with people whom no site that may be open reaches.
    unreached_by_unit
        People at these points by unit code; points outside every unit are under the empty code.
    colliding
        Limits that cannot be kept together; leaving out any one of them would leave an answer. Empty when the
        statuses of the sites alone, or serving everybody, make it impossible.
    relaxation
        Smallest change of limits, each measured relative to its own size, that leaves an answer; empty when changing
        limits alone does not help.
    """

    unreached: tuple[str, ...]
    unreached_by_unit: dict[str, float]
    colliding: tuple[Limit, ...]
    relaxation: tuple[Relaxation, ...]


def explain(problem: Problem, search: Search | None = None) -> Explanation:
    """Explain why a question has no answer; also meaningful, but empty, for one that has."""
    search = search or Search()
    watch = Watch(search)
    missed = np.flatnonzero(~reached_points(problem) & (problem.weight > 0))
    unit = problem.points.unit[missed]
    by_unit = {
        "" if position < 0 else problem.units[position]: float(problem.weight[missed[unit == position]].sum())
        for position in np.unique(unit)
    }
    return Explanation(
        tuple(str(problem.points.ids[point]) for point in missed.tolist()),
        by_unit,
        _colliding(problem, search, watch),
        _smallest_relaxation(problem, search, watch),
    )


def _possible(problem: Problem, search: Search, watch: Watch, skipped: frozenset[int]) -> bool:
    if _unreached_everyone(problem):
        return False
    model = Formulation(problem, skip_limits=skipped).model
    run = run_highs(model, _nothing(), "min", search, watch, None)
    return not run.infeasible


def _unreached_everyone(problem: Problem) -> bool:
    """Everybody must be served and somebody has no site at all: no row of the model can say so."""
    formulation_serves_all = Formulation(
        problem, skip_limits=frozenset(range(len(problem.limits)))
    ).everyone_served
    return formulation_serves_all and bool(np.any(~reached_points(problem) & (problem.weight > 0)))


def _colliding(problem: Problem, search: Search, watch: Watch) -> tuple[Limit, ...]:
    """Deletion filter: leave out one limit after the other as long as the rest still collides (Chinneck 2008)."""
    everything = frozenset(range(len(problem.limits)))
    if _possible(problem, search, watch, frozenset()) or not _possible(problem, search, watch, everything):
        return ()
    skipped: frozenset[int] = frozenset()
    for at in sorted(everything):
        if not _possible(problem, search, watch, skipped | {at}):
            skipped |= {at}
    return tuple(limit for at, limit in enumerate(problem.limits) if at not in skipped)


def _smallest_relaxation(problem: Problem, search: Search, watch: Watch) -> tuple[Relaxation, ...]:
    if _unreached_everyone(problem):
        return ()
    formulation = Formulation(problem)
    model = formulation.model
    names = [name for count, name_of in model.row_names for name in map(name_of, range(count))]
    low, high = np.concatenate(model.row_lower), np.concatenate(model.row_upper)
    rows, signs, scales = [], [], []
    for row, name in enumerate(names):
        if LIMIT_ROWS.match(name):
            for limit, sign in ((low[row], 1.0), (high[row], -1.0)):
                if np.isfinite(limit):
                    rows.append(row)
                    signs.append(sign)
                    scales.append(1.0 / max(1.0, abs(float(limit))))
    columns = model.add_columns(len(rows), lambda s: f"give({names[rows[s]]}.{s})", upper=np.inf)
    model.add_entries(np.array(rows, dtype=np.int64), columns, np.array(signs))
    run = run_highs(model, Expression(columns, np.array(scales)), "min", search, watch, None)
    if run.values is None:
        return ()
    found = []
    for row, sign, given in zip(rows, signs, run.values[columns], strict=True):
        match = LIMIT_ROWS.match(names[row])
        if given > 1e-6 and match is not None:
            limit = float(low[row] if sign > 0 else high[row])
            found.append(
                Relaxation(match.group(1), match.group(2) or "", limit, _tidy(limit - sign * float(given)))
            )
    return tuple(found)


def _tidy(value: float) -> float:
    """Value without the solver's rounding noise."""
    return float(round(value)) if abs(value - round(value)) < 1e-6 else round(value, 6)


def _nothing() -> Expression:
    return Expression(np.zeros(0, dtype=np.int64), np.zeros(0))
