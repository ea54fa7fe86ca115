"""Coverings by chance that are hard for their size, so that every part of the search for large ones is asked."""

from __future__ import annotations

import itertools
from collections import Counter
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import numpy as np

from coverplan.siting.limit import CoverageFloor, Number
from coverplan.siting.objective import FewestSites, MostPeople
from coverplan.siting.pairs import from_triples
from coverplan.siting.points import make_points
from coverplan.siting.problem import make_problem
from coverplan.siting.sites import make_sites
from coverplan.siting.solve import solve
from coverplan.siting.solvers.covering import cover_branch, cover_search, generations, plain_cover
from coverplan.siting.solvers.covering.cover_state import CoverSearch
from coverplan.siting.solvers.covering.generations import Generations
from coverplan.siting.solvers.search import Search
from siting.random_questions import Impatient, some

PARTS = {"annealed", "bred", "tightened", "branches", "runs"}


@contextmanager
def parts_for_small_questions(rng, parts):
    """The parts that large questions are left to take small ones too; counts in `parts` which of them were asked."""

    def counting(name, part):
        def counted(*given, **more):
            parts[name] += 1
            return part(*given, **more)

        return counted

    odd = bool(rng.random() < 0.5)
    small = {
        generations: {"LARGE_PAIRS": -1, "STEPS_BY_SITE": 30, "IDLE": 1, "ANNEALED": int(rng.integers(1, 4))},
        cover_search: {
            "ROUND": 2, "MOST_ROUNDS": 2, "TRIAL_PAIRS": -1, "within_reach": lambda _: odd,
            "tighten": counting("tightened", cover_search.tighten),
        },
        cover_branch: {
            "FIRST_WALK": 0, "SPAN": int(rng.integers(1, 4)), "ROOT_ROUNDS": 2, "NODE_ROUNDS": 3,
            "_child": counting("branches", cover_branch._child),
        },
        plain_cover: {"PAIRS_BY_RUN": some(rng, 1, 3)},
        Generations: {
            "_annealed": counting("annealed", Generations._annealed),
            "_bred": counting("bred", Generations._bred),
        },
    }  # fmt: skip
    if (
        rng.random() < 0.5
    ):  # swaps find the best of few sites at once, and bounds that are too low would not show
        small[CoverSearch] = {"improve": _offer_as_it_is, "walk": lambda *_, **__: lambda: None}
    with ExitStack() as stack:
        for owner, values in small.items():
            for name, value in values.items():
                stack.enter_context(patch.object(owner, name, value))
        yield


def _offer_as_it_is(search, chosen):
    search.offer(chosen, search.small.value(chosen))


def reached_by_chance(rng):
    """Shape (sites, points): what each site reaches: by chance, two or three at each point, along a line, on a plane."""
    sites, side = int(rng.integers(8, 19)), int(rng.integers(5, 11))
    kind = rng.integers(5)
    if kind == 0:
        return rng.random((sites, side * side)) < rng.choice([0.08, 0.15, 0.3])
    if kind >= 3:  # odd circles of points, which half open sites would cover
        rank = rng.permuted(np.tile(np.arange(sites)[:, None], side * side), axis=0)
        return rank < kind - 1
    if kind == 1:
        middle = rng.integers(0, side * side, sites)
        return np.abs(np.arange(side * side) - middle[:, None]) < rng.integers(3, side * 2, sites)[:, None]
    middle, at = rng.random((sites, 2)) * side, np.indices((side, side)).reshape(2, -1).T
    return np.hypot(*(at - middle[:, None]).transpose(2, 0, 1)) < rng.uniform(1.0, 3.0)


def most_covered(reached, weight, open_anyway, count):
    """Most weight by trying every set of `count` sites that are not open anyway."""
    some = np.array(list(itertools.combinations(np.flatnonzero(~open_anyway), count)), dtype=np.int64)
    sets = reached[some.reshape(len(some), count)].any(axis=1) | reached[open_anyway].any(axis=0)
    return (sets @ weight).max()


def fuzz_cover(seed):
    """One covering asked in several ways; returns which parts of the search were asked."""
    rng = np.random.default_rng(seed)
    reached = reached_by_chance(rng)
    sites, points = reached.shape
    weight = rng.integers(1, 100, points) / some(rng, 1, 1, 7)
    open_anyway = rng.random(sites) < some(rng, 0.0, 0.0, 0.1)
    open_anyway[:5] = False
    count = int(rng.integers(1, 5))
    best = most_covered(reached, weight, open_anyway, count)
    fewest = rng.random() < 0.3
    share = best / weight.sum() * (1 - 1e-9)
    site, point = np.nonzero(reached)
    problem = make_problem(
        make_sites(
            tuple(f"s{k:02d}" for k in range(sites)),
            status=tuple("existing" if one else "candidate" for one in open_anyway),
        ),
        make_points(tuple(f"p{k:03d}" for k in range(points)), {"total": weight}),
        from_triples(
            site.astype(np.int32),
            point.astype(np.int32),
            np.ones(len(site)),
            sites=sites,
            demand_points=points,
        ),
        objectives=(FewestSites(),) if fewest else (MostPeople(),),
        limits=(CoverageFloor(share),) if fewest else (Number(0, count),),
        standard=5.0,
    )
    truth = float(_fewest(reached, weight, open_anyway, share)) if fewest else best
    parts: Counter[str] = Counter()
    with parts_for_small_questions(rng, parts):
        parts["runs"] += len(plain_cover.plain_cover(problem, problem.weight).runs) > 0
        ends = [solve(problem, Search(threads=threads, seed=seed)) for threads in (1, 2)]
        assert ends[0].chosen == ends[1].chosen, "hangs on the number of threads"
        for answer in ends:
            assert answer.status == "optimal"
            check(answer, reached, weight, truth, fewest=fewest)
        search = Search(
            gap=float(rng.choice([0.0, 0.01, 0.1])),
            time_limit_s=some(rng, None, 1e-9, 1e-4, 1e-3, 0.01),
            threads=int(rng.integers(1, 3)),
            cancel=some(rng, None, Impatient(int(rng.integers(0, 30)))),
        )
        check(solve(problem, search), reached, weight, truth, fewest=fewest, gap=search.gap)
    return parts


def _fewest(reached, weight, open_anyway, share):
    """Fewest sites beside those that are open anyway, by trying every set."""
    enough = share * weight.sum() * (1 - 1e-12)
    return next(k for k in itertools.count() if most_covered(reached, weight, open_anyway, k) >= enough)


def check(answer, reached, weight, truth, *, fewest, gap=0.0):
    """Raise AssertionError where an answer is not what it says."""
    assert answer.has_answer
    slack = 1e-9 * max(1.0, truth)
    covered = weight[reached[answer.open_site].any(axis=0)].sum()
    says = len(answer.chosen) if fewest else covered
    assert abs(answer.objective - says) <= slack, f"says {answer.objective}, is {says}"
    beyond = truth - answer.bound if not fewest else answer.bound - truth
    assert beyond <= slack, f"bound {answer.bound} is wrong, the best is {truth}"
    short = truth - answer.objective if not fewest else answer.objective - truth
    assert short >= -slack, "better than the best"
    if answer.status == "optimal":
        assert short <= slack, f"{answer.objective} is not {truth}"
    elif answer.status == "within_gap":
        assert answer.gap <= gap + 1e-9
    else:
        assert answer.stopped_by in {"time", "cancel", "effort"}
