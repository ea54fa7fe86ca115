"""Large models: the linear relaxation gives the bound, and its support is where an answer is looked for first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from coverplan.siting.objective import Sense
from coverplan.siting.solution import relative_gap
from coverplan.siting.solvers._exact import run_highs
from coverplan.siting.solvers.found import Run
from coverplan.siting.solvers.model import Expression, Model
from coverplan.siting.solvers.search import Search, Watch
from coverplan.siting.solvers.tightening import tightened
from coverplan.units import BoolArray

#: Models with fewer columns go to the solver as they are.
LARGE = 5_000

#: What counts as used in the relaxation.
_USED = 1e-6


def run_by_support(
    model: Model,
    expression: Expression,
    sense: Sense,
    search: Search,
    *,
    start: BoolArray | None,
    constant: float,
) -> Run:
    """Solve a model whose first columns are decisions; the same proof as `run_highs` gives, sooner where it is large.

    Covering models of many people are almost whole in their linear relaxation. What it leaves at zero is left out,
    the small rest is solved, and where its answer is as near to the relaxation's bound as was asked for, that is the
    proof. Otherwise the whole model is solved, starting from that answer.
    """
    watch = Watch(search)
    if model.columns < LARGE or search.gap <= 0:
        return run_highs(model, expression, sense, search, watch, start, constant)
    model = tightened(model)
    relaxed = replace(model, integer=[np.zeros(model.columns, dtype=bool)])
    found = run_highs(relaxed, expression, sense, search, watch, None, constant)
    if found.values is None or found.stopped_by in {"time", "cancel"}:
        return (
            found if found.infeasible else run_highs(model, expression, sense, search, watch, start, constant)
        )
    dense = model.dense(expression)
    bound = float(dense @ found.values)
    upper = np.concatenate(model.upper).copy()
    whole = np.concatenate(model.integer)
    unused = whole & (found.values < _USED)
    if start is not None:
        unused[: len(start)] &= ~start
    upper[unused] = 0.0
    near = run_highs(replace(model, upper=[upper]), expression, sense, search, watch, start, constant)
    if near.values is not None:
        value = float(dense @ near.values)
        if relative_gap(value + constant, bound + constant, sense) <= search.gap:
            return Run(near.values, bound, infeasible=False, stopped_by="gap")
        decisions = len(start) if start is not None else int(np.argmin([*whole, False]))
        start = near.values[:decisions] > 0.5
    return run_highs(model, expression, sense, search, watch, start, constant)
