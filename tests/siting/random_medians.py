"""p-medians by chance, large enough that sites are left out for a gap, held against HiGHS."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest

from coverplan.siting.limit import Capacity, Number
from coverplan.siting.objective import LeastPersonTime
from coverplan.siting.pairs import from_coordinates
from coverplan.siting.points import make_points
from coverplan.siting.problem import make_problem
from coverplan.siting.sites import make_sites
from coverplan.siting.solve import solve
from coverplan.siting.solvers.search import Search
from coverplan.siting.solvers.ways import _median, median_search
from coverplan.siting.solvers.ways.median_state import MedianSearch
from siting.random_questions import roads_for_small_questions, some

GAPS = 0.0, 0.003, 0.01, 0.03, 0.1


def _as_it_is(search, start, *_):
    """Instead of swaps: with answers that are far from the best, bounds that are too high show."""
    pairs = search.pairs
    value = _median.swap_until_best(
        pairs.indptr, pairs.demand, search.cost, search.weight, search.left, start, start[:0], 0
    )[1]
    if value < search.value:
        search.value, search.chosen = value, start


def fuzz_median(seed):
    """One p-median, with rooms or without, asked with every gap: no bound above the best, no answer further than asked."""
    rng = np.random.default_rng(seed)
    rooms = bool(rng.random() < 0.4)
    most_sites, most_points = (18, 50) if rooms else (60, 400)
    sites, points = int(rng.integers(8, most_sites)), int(rng.integers(15, most_points))
    count = int(rng.integers(2, 7))
    weight = rng.integers(1, 50, points)
    room = np.full(sites, np.ceil(some(rng, 1.2, 1.6) * weight.sum() / count) + 50)
    pairs = from_coordinates(rng.uniform(0, 30, (sites, 2)), rng.uniform(0, 30, (points, 2)), limit=None)
    cost = np.rint(pairs.cost * some(rng, 1, 100)).astype(np.int32)
    problem = make_problem(
        make_sites(tuple(f"s{k:02d}" for k in range(sites)), capacity=room if rooms else None),
        make_points(tuple(f"p{k:03d}" for k in range(points)), weight),
        type(pairs)(pairs.indptr, pairs.demand, cost, points),
        objectives=(LeastPersonTime(some(rng, None, float(cost.max()))),),
        limits=(Number(count, count), *([Capacity("free", single_source=True)] if rooms else [])),
    )
    best = solve(problem, method="exact")
    assert best.status == "optimal"
    short = {"ROUND": some(rng, 3, 20), "MOST_ROUNDS": some(rng, 2, 6, 240), "NODE_ROUNDS": some(rng, 3, 40)}
    improve = some(rng, MedianSearch.improve, _as_it_is)
    with (
        roads_for_small_questions(),
        patch.multiple(median_search, **short),
        patch.object(MedianSearch, "improve", improve),
    ):
        for gap in GAPS:
            answer = solve(problem, Search(gap=gap, threads=some(rng, 1, 2)))
            slack = 1e-6 * max(1.0, best.objective)
            assert answer.bound <= best.objective + slack, gap
            assert answer.objective >= best.objective - slack, gap
            assert answer.bound >= (1 - gap) * answer.objective - slack, gap
            if answer.status == "optimal":
                assert answer.objective == pytest.approx(best.objective), gap
