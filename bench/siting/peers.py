"""Other solvers on a siting instance: each function returns (chosen sites or None, proven bound or None)."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from instances import Instance

Found = tuple["np.ndarray | None", "float | None"]


def prototype(
    folder: Path, instance: Instance, count: int, gap: float, limit_s: float
) -> tuple[Found, float]:
    """Research prototype that stands beside the project; returns its own clock, which starts after its imports."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    import pipeline3
    import siting_proto

    sites = len(instance.indptr) - 1

    def merged():
        indptr, demand, weight, group = siting_proto.aggregate(
            instance.indptr, instance.demand, instance.weight
        )
        alone = np.bincount(demand, minlength=len(weight)) == 1
        row = np.repeat(np.arange(sites), np.diff(indptr))
        own = np.bincount(row[alone[demand]], weights=weight[demand[alone[demand]]], minlength=sites)
        number = np.cumsum(~alone) - 1
        kept = ~alone[demand]
        start = np.concatenate(([0], np.cumsum(np.bincount(row[kept], minlength=sites)))).astype(np.int64)
        return (
            start,
            number[demand[kept]].astype(np.int32),
            weight[~alone],
            own,
            (indptr, demand, weight, group),
        )

    out: dict = {}
    chosen = pipeline3.solve(
        instance.indptr, instance.demand, instance.weight, count, 0, out, None, merged, gap, limit_s, "v3"
    )
    return (np.flatnonzero(chosen > 0.5), out["bound"]), out["alg_s"]


def merged_cells(instance: Instance) -> tuple[sp.csr_matrix, np.ndarray]:
    """Cells by sites (ones) and cell weights, merged by the project's own kernel."""
    from coverplan.siting.pairs import Pairs
    from coverplan.siting.solvers.cells import merge

    cells = merge(Pairs(instance.indptr, instance.demand, None, len(instance.weight)), instance.weight <= 0)
    ones = np.ones(len(cells.pairs.demand))
    by_site = sp.csr_matrix(
        (ones, cells.pairs.demand, cells.pairs.indptr), shape=(cells.pairs.sites, cells.count)
    )
    return by_site.T.tocsr(), cells.sums(instance.weight.astype(float))


def all_cells(instance: Instance) -> tuple[sp.csr_matrix, np.ndarray]:
    """Every demand point as a cell of its own."""
    shape = (len(instance.indptr) - 1, len(instance.weight))
    by_site = sp.csr_matrix((np.ones(len(instance.demand)), instance.demand, instance.indptr), shape=shape)
    return by_site.T.tocsr(), instance.weight.astype(float)


def highs(  # noqa: PLR0917
    cells: sp.csr_matrix, weight: np.ndarray, count: int, target: float, gap: float, limit_s: float
) -> Found:
    """HiGHS on the textbook model: most weight with `count` sites, or fewest sites for `target`."""
    import highspy

    points, sites = cells.shape
    links = sp.hstack([-cells, sp.identity(points, format="csr")])
    last = (
        np.concatenate((np.ones(sites), np.zeros(points)))
        if count
        else np.concatenate((np.zeros(sites), weight))
    )
    matrix = sp.vstack([links, sp.csr_matrix(last)]).tocsr()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = sites + points, points + 1
    lp.col_cost_ = (
        np.concatenate((np.zeros(sites), weight))
        if count
        else np.concatenate((np.ones(sites), np.zeros(points)))
    )
    lp.col_lower_, lp.col_upper_ = np.zeros(sites + points), np.ones(sites + points)
    lp.row_lower_ = np.concatenate((np.full(points, -np.inf), [-np.inf if count else target]))
    lp.row_upper_ = np.concatenate((np.zeros(points), [float(count) if count else np.inf]))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    lp.sense_ = highspy.ObjSense.kMaximize if count else highspy.ObjSense.kMinimize
    lp.integrality_ = [highspy.HighsVarType.kInteger] * sites + [highspy.HighsVarType.kContinuous] * points
    solver = highspy.Highs()
    for option, value in (("output_flag", False), ("time_limit", limit_s), ("mip_rel_gap", gap)):
        solver.setOptionValue(option, value)
    solver.passModel(lp)
    solver.run()
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    chosen = np.flatnonzero(np.asarray(solver.getSolution().col_value)[:sites] > 0.5) if found else None
    return chosen, info.mip_dual_bound if abs(info.mip_dual_bound) < 1e29 else None


def scip(  # noqa: PLR0917
    cells: sp.csr_matrix, weight: np.ndarray, count: int, target: float, gap: float, limit_s: float
) -> Found:
    """SCIP on the same model."""
    import pyscipopt

    model = pyscipopt.Model()
    model.hideOutput()
    points, sites = cells.shape
    is_open = [model.addVar(vtype="B") for _ in range(sites)]
    covered = [model.addVar(lb=0, ub=1) for _ in range(points)]
    for point in range(points):
        near = cells.indices[cells.indptr[point] : cells.indptr[point + 1]]
        model.addCons(covered[point] <= pyscipopt.quicksum(is_open[site] for site in near))
    people = pyscipopt.quicksum(float(weight[point]) * covered[point] for point in range(points))
    if count:
        model.addCons(pyscipopt.quicksum(is_open) <= count)
        model.setObjective(people, "maximize")
    else:
        model.addCons(people >= target)
        model.setObjective(pyscipopt.quicksum(is_open), "minimize")
    model.setParam("limits/time", limit_s)
    model.setParam("limits/gap", gap)
    model.optimize()
    chosen = None
    if model.getNSols():
        chosen = np.flatnonzero([model.getVal(variable) > 0.5 for variable in is_open])
    return chosen, model.getDualbound()


def spopt(instance: Instance, count: int, gap: float, limit_s: float) -> Found:
    """spopt's MCLP with HiGHS; it needs the dense matrix and tells no bound."""
    import pulp
    from spopt.locate import MCLP

    costs = np.full((len(instance.weight), len(instance.indptr) - 1), 9.0)
    for site in range(costs.shape[1]):
        costs[instance.demand[instance.indptr[site] : instance.indptr[site + 1]], site] = 0.0
    model = MCLP.from_cost_matrix(costs, instance.weight.astype(float), service_radius=1, p_facilities=count)
    model = model.solve(pulp.HiGHS(msg=False, timeLimit=limit_s, gapRel=gap), results=False)
    return np.flatnonzero([(variable.value() or 0) > 0.5 for variable in model.fac_vars]), None
