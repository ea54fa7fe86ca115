"""The exact road: the model is handed to HiGHS, one objective after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from coverplan.errors import RecountError
from coverplan.siting.objective import Fairest, MostExpected, Objective, Sense, ShortestLongestWalk
from coverplan.siting.problem import Problem
from coverplan.siting.solution import Assignment, relative_gap
from coverplan.siting.solvers.formulation import Formulation
from coverplan.siting.solvers.found import Found, Run
from coverplan.siting.solvers.model import Expression, Model
from coverplan.siting.solvers.quiet import accepted, quiet_solver
from coverplan.siting.solvers.search import Search, Watch
from coverplan.siting.solvers.ways.longest_walk import bisect
from coverplan.units import BoolArray, FloatArray

if TYPE_CHECKING:
    import highspy

WHOLE_STEP = 0.5  # half of the smallest step of a whole-numbered objective


@dataclass(frozen=True, slots=True)
class Kept:
    """An earlier objective that later answers must not spoil, and the value that they must keep."""

    objective: Objective
    value: float


def solve_exact(problem: Problem, search: Search, watch: Watch, *, start: BoolArray | None = None) -> Found:
    """Best answer by HiGHS, with proven bounds.

    Parameters
    ----------
    start
        Shape (sites,): an answer that keeps to the limits, from which HiGHS may start.
    """
    kept: list[Kept] = []
    longest: float | None = None
    bounds: list[float | None] = []
    open_site: BoolArray | None = None
    assignment, stopped_by = None, None
    for objective in problem.objectives:
        if isinstance(objective, ShortestLongestWalk):
            found = bisect(
                problem, search, watch, lambda limit: feasible(problem, search, watch, limit, kept)
            )
            longest, bound, run, formulation = found.longest, found.bound, found.run, found.formulation
        else:
            formulation, expression = _stage(problem, objective, kept, longest)
            constant = formulation.constant(objective)
            begin = start if open_site is None else open_site
            run = run_highs(formulation.model, expression, objective.sense, search, watch, begin, constant)
            bound = None if run.bound is None else run.bound + constant
        bounds.append(bound)
        stopped_by = stopped_by or run.stopped_by
        if run.values is None:
            impossible = run.infeasible and open_site is None
            return Found(
                open_site,
                (*bounds, *[None] * (len(problem.objectives) - len(bounds))),
                "exact",
                infeasible=impossible,
                stopped_by=stopped_by or (None if impossible else "effort"),
                assignment=assignment,
            )
        open_site = run.values[formulation.open] > 0.5
        assignment = _assignment(formulation, run.values)
        if not isinstance(objective, ShortestLongestWalk):
            kept.append(Kept(objective, float(formulation.model.dense(expression) @ run.values)))
    return Found(open_site, tuple(bounds), "exact", stopped_by=stopped_by, assignment=assignment)


def feasible(
    problem: Problem, search: Search, watch: Watch, longest: float | None, kept: list[Kept]
) -> tuple[Run, Formulation]:
    """Any answer that keeps to the limits, with nobody further than `longest` from a site."""
    formulation = Formulation(problem, longest=longest)
    _keep(formulation, kept)
    nothing = Expression(np.zeros(0, dtype=np.int64), np.zeros(0))
    return run_highs(formulation.model, nothing, "min", search, watch, None), formulation


def run_highs(
    model: Model,
    expression: Expression,
    sense: Sense,
    search: Search,
    watch: Watch,
    start: BoolArray | None,
    constant: float = 0.0,
) -> Run:
    """Solve one model; the first columns of the model are the sites, to which `start` refers.

    Parameters
    ----------
    constant
        Part of the objective that no column carries; gaps are measured with it, bounds are told without it.

    Notes
    -----
    What the solver returns is looked at: an answer that breaks a row or is not worth what the solver says is no
    answer. Where it came from a start it is looked for again without one.
    """
    if watch.stopped_by():
        return Run(None, None, infeasible=False, stopped_by=watch.stopped_by())
    run = _once(model, expression, sense, search, watch, start, constant)
    if run is None and start is not None:
        run = _once(model, expression, sense, search, watch, None, constant)
    if run is None:
        raise RecountError("the solver returns an answer that is not worth what it says, or fails")
    return run


def _once(
    model: Model,
    expression: Expression,
    sense: Sense,
    search: Search,
    watch: Watch,
    start: BoolArray | None,
    constant: float,
) -> Run | None:
    """One run of the solver; None when it fails or returns what does not hold."""
    import highspy

    solver = quiet_solver(search, watch)
    _pass(solver, model, expression, sense, constant)
    if start is not None:
        places = np.arange(len(start), dtype=np.int32)
        accepted(solver, solver.setSolution(len(start), places, start.astype(np.float64)), "start")
    ended_by: list[str] = []
    if search.cancel is not None or search.progress is not None:
        _listen(solver, watch, ended_by)
    if solver.run() == highspy.HighsStatus.kError:
        return None
    run = _result(solver, model, sense, search, ended_by)
    if run.values is not None and not _holds(model, expression, run.values, constant, solver):
        return None
    return run if run.bound is None else replace(run, bound=run.bound - constant)


def _holds(
    model: Model, expression: Expression, values: FloatArray, constant: float, solver: highspy.Highs
) -> bool:
    """Whether column values keep to the rows, are whole where they must be, and are worth what the solver says."""
    worth = float(model.dense(expression) @ values) + constant
    told = float(solver.getInfo().objective_function_value)
    if model.columns and abs(worth - told) > 1e-6 * max(1.0, abs(worth)):
        return False
    whole = values[np.concatenate([np.zeros(0, dtype=bool), *model.integer])]
    if len(whole) and np.abs(whole - np.round(whole)).max() > 1e-4:
        return False
    start, column, value = model.matrix()
    row, part = np.repeat(np.arange(model.rows), np.diff(start)), value * values[column]
    sums = np.bincount(row, weights=part, minlength=model.rows)
    slack = 1e-5 * np.maximum(1.0, np.bincount(row, weights=np.abs(part), minlength=model.rows))
    lower = np.concatenate([np.zeros(0), *model.row_lower])
    upper = np.concatenate([np.zeros(0), *model.row_upper])
    return bool(np.all(sums >= lower - slack) and np.all(sums <= upper + slack))


def _stage(
    problem: Problem, objective: Objective, kept: list[Kept], longest: float | None
) -> tuple[Formulation, Expression]:
    formulation = Formulation(problem, longest=longest)
    _keep(formulation, kept)
    return formulation, formulation.objective(objective)


def _keep(formulation: Formulation, kept: list[Kept]) -> None:
    for one in kept:
        expression = formulation.objective(one.objective)
        # a share is no whole number, though it stands in the model as one variable taken once
        shares = isinstance(one.objective, Fairest | MostExpected)
        counts = not shares and formulation.capacity is None
        whole = counts and bool(np.all(expression.values == np.floor(expression.values)))
        worth = one.value + formulation.constant(one.objective)
        slack = WHOLE_STEP if whole else 1e-7 * max(1.0, abs(worth))
        name = f"kept({one.objective.name})"
        if one.objective.sense == "max":
            formulation.model.add_row(name, expression, lower=one.value - slack)
        else:
            formulation.model.add_row(name, expression, upper=one.value + slack)


def _pass(solver: highspy.Highs, model: Model, expression: Expression, sense: Sense, constant: float) -> None:
    import highspy

    start, column, value = model.matrix()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = model.columns, model.rows
    lp.col_cost_ = model.dense(expression)
    lp.offset_ = constant
    lp.col_lower_, lp.col_upper_ = np.concatenate(model.lower), np.concatenate(model.upper)
    lp.row_lower_ = np.concatenate([np.zeros(0), *model.row_lower])
    lp.row_upper_ = np.concatenate([np.zeros(0), *model.row_upper])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = start.astype(np.int32)
    lp.a_matrix_.index_, lp.a_matrix_.value_ = column, value
    lp.sense_ = highspy.ObjSense.kMaximize if sense == "max" else highspy.ObjSense.kMinimize
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[int(whole)] for whole in np.concatenate(model.integer)]
    if solver.passModel(lp) == highspy.HighsStatus.kError:
        raise RecountError("the solver refuses the model")


def _listen(solver: highspy.Highs, watch: Watch, ended_by: list[str]) -> None:
    def heard(event: object) -> None:
        out = event.data_out  # type: ignore[attr-defined]
        known = [v if abs(v) < 1e29 else None for v in (out.mip_primal_bound, out.mip_dual_bound)]
        watch.tell(*known)
        reason = watch.stopped_by()
        if reason is not None:
            ended_by.append(reason)
            event.interrupt()  # type: ignore[attr-defined]

    solver.cbMipInterrupt.subscribe(heard)


def _result(solver: highspy.Highs, model: Model, sense: Sense, search: Search, ended_by: list[str]) -> Run:
    import highspy

    status, info = solver.getModelStatus(), solver.getInfo()
    if status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
        return Run(None, None, infeasible=True, stopped_by=None)
    solved = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.asarray(solver.getSolution().col_value) if solved else None
    bound = info.mip_dual_bound if abs(info.mip_dual_bound) < 1e29 else None
    if status == highspy.HighsModelStatus.kModelEmpty:
        if not _holds_empty(model):
            return Run(None, None, infeasible=True, stopped_by=None)
        values, bound = np.zeros(model.columns), 0.0
    stopped_by = None
    if status == highspy.HighsModelStatus.kTimeLimit:
        stopped_by = "time"
    elif ended_by:
        stopped_by = ended_by[0]
    elif bound is not None and values is not None and search.gap > 0:
        left = relative_gap(info.objective_function_value, bound, sense)
        stopped_by = "gap" if left > 1e-9 else None
    return Run(values, bound, infeasible=False, stopped_by=stopped_by)


def _holds_empty(model: Model) -> bool:
    """Whether the rows hold where every sum is zero; HiGHS does not look at the rows of a model without columns."""
    lower = np.concatenate([np.zeros(0), *model.row_lower])
    upper = np.concatenate([np.zeros(0), *model.row_upper])
    return bool(np.all(lower <= 0) and np.all(upper >= 0))


def _assignment(formulation: Formulation, values: FloatArray) -> Assignment | None:
    if formulation.capacity is None:
        return None
    assigned = formulation.assigned(values)
    return None if assigned is None else Assignment(*assigned)
