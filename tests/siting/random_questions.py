"""Random siting questions and what every answer to them has to be, whatever the road, the limits and the clock."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np

from coverplan.errors import InputError
from coverplan.siting.limit import (
    Apart,
    Budget,
    Capacity,
    Closings,
    CoverageFloor,
    Number,
    UnitCap,
    UnitQuota,
    Unlike,
)
from coverplan.siting.objective import (
    Fairest,
    FewestSites,
    LeastCost,
    LeastPersonTime,
    LeastTotal,
    MostBackup,
    MostExpected,
    MostNet,
    MostPeople,
    ShortestLongestWalk,
)
from coverplan.siting.pairs import from_triples
from coverplan.siting.points import make_points
from coverplan.siting.problem import make_problem
from coverplan.siting.sites import make_sites
from coverplan.siting.solve import solve
from coverplan.siting.solvers.capacities import fast_capacity, fast_rooms
from coverplan.siting.solvers.first_answers import first_answer
from coverplan.siting.solvers.plain_bounds import plain_bound
from coverplan.siting.solvers.search import Search
from coverplan.siting.solvers.ways import fast_center, fast_median
from siting.brute_force import Town

UNITS = ("u1", "u2", "u3")
ROADS = (fast_capacity, fast_center, fast_median, fast_rooms)


@contextmanager
def roads_for_small_questions():
    """The fast roads take small questions too, which otherwise go to HiGHS at once."""
    before = [road.SMALL_PAIRS for road in ROADS]
    for road in ROADS:
        road.SMALL_PAIRS = 0
    try:
        yield
    finally:
        for road, pairs in zip(ROADS, before, strict=True):
            road.SMALL_PAIRS = pairs


def some(rng, *choices):
    return choices[rng.integers(len(choices))]


def some_limit(rng, ids, sites):  # noqa: PLR0911
    units = tuple(sorted(rng.choice(UNITS, rng.integers(1, 4), replace=False).tolist()))
    kind = rng.integers(9)
    if kind == 0:
        low = int(rng.integers(0, 3))
        return Number(low, some(rng, None, low, low + 1, low + 2))
    if kind == 1:
        return Budget(float(rng.integers(1, 15)))
    if kind == 2:
        return CoverageFloor(
            float(rng.choice([0.0, 0.3, 0.5, 0.8, 1.0])), some(rng, None, units), some(rng, None, "old")
        )
    if kind == 3:
        return UnitQuota(units, int(rng.integers(0, len(units) + 1)))
    if kind == 4:
        return UnitCap(units, int(rng.integers(0, 3)))
    if kind == 5:
        pairs = {tuple(sorted(rng.choice(ids, 2, replace=False).tolist())) for _ in range(rng.integers(1, 4))}
        return Apart(tuple(sorted(pairs))) if len(ids) > 1 else Number(0, sites)
    if kind == 6:
        return Closings(0, some(rng, None, 0, 1, 2))
    if kind == 7:
        by = some(rng, "site", "unit")
        names = (
            tuple(sorted(rng.choice(ids, min(2, len(ids)), replace=False).tolist()))
            if by == "site"
            else units
        )
        return Unlike(names, int(rng.integers(0, len(names) + 1)), by)
    return Capacity(some(rng, "free", "nearest"))


def some_objective(rng):
    return some(
        rng,
        MostPeople(),
        FewestSites(),
        LeastCost(),
        LeastPersonTime(some(rng, None, 0.0, 7.0, 30.0)),
        LeastTotal(float(rng.choice([0.0, 0.5, 1.0]))),
        MostBackup(int(rng.integers(1, 4))),
        MostNet("shy"),
        Fairest(),
        MostExpected(float(rng.choice([0.0, 0.25, 0.6]))),
        ShortestLongestWalk(),
    )


def general(rng, sites, points):
    """Limits and objectives of the general form."""
    objectives = tuple(dict.fromkeys(some_objective(rng) for _ in range(rng.integers(1, 3))))
    kinds = {type(one): one for one in objectives}
    ids = tuple(f"s{k}" for k in range(sites))
    limits = [some_limit(rng, ids, sites) for _ in range(rng.integers(0, 4))] if sites > 1 else []
    return tuple(kinds.values()), tuple(limits) or (Number(0, sites),)


def classic(rng, sites, points):
    """Limits and objectives of the classic models, for which there are fast roads."""
    count = int(rng.integers(1, sites + 1))
    number = Number(some(rng, count, 0), count)
    return some(
        rng,
        ((MostPeople(),), (number,)),
        ((FewestSites(),), (CoverageFloor(float(rng.choice([0.3, 0.7, 0.95, 1.0]))),)),
        ((LeastPersonTime(some(rng, None, 3.0, 20.0)),), (number,)),
        ((ShortestLongestWalk(),), (number,)),
        ((MostPeople(),), (number, Capacity("free"))),
        ((LeastPersonTime(),), (number, Capacity("free", single_source=True))),
        ((MostExpected(0.3),), (number,)),
        ((FewestSites(), MostBackup()), (CoverageFloor(1.0),)),
        ((MostBackup(int(rng.integers(2, 4))),), (number,)),
        ((MostNet("shy"),), (number,)),
    )


def question(seed, *, most_sites=7, most_points=9):
    """One question, None where the parts contradict each other in a way that is refused at once."""
    rng = np.random.default_rng(seed)
    sites, points = int(rng.integers(1, most_sites + 1)), int(rng.integers(1, most_points + 1))
    site, demand = np.nonzero(rng.random((sites, points)) < rng.choice([0.3, 0.6, 1.0]))
    whole = rng.random() < 0.7
    cost = rng.integers(0, 15, len(site)).astype(float) if whole else rng.random(len(site)) * 15
    plain = rng.random() < 0.5
    mix = ["candidate"] * 6 + (
        some(rng, [], ["existing", "required"]) if plain else ["required", "existing", "forbidden", "closing"]
    )
    status = tuple(some(rng, *mix) for _ in range(sites))
    people = rng.integers(0, 9, points).astype(float) if whole else rng.random(points) * 9
    people[0] += 1
    shy = np.where(rng.random(points) < 0.4, rng.permutation(people), 0.0)
    objectives, limits = (classic if plain else general)(rng, sites, points)
    try:
        return make_problem(
            make_sites(
                tuple(f"s{k}" for k in range(sites)),
                status=status,
                cost=rng.integers(0, 6, sites).astype(float),
                capacity=rng.integers(0, 20, sites).astype(float),
                unit=rng.integers(-1, 3, sites).astype(np.int32),
            ),
            make_points(
                tuple(f"p{k}" for k in range(points)),
                {"total": people, "old": np.floor(people / 2), "shy": shy},
                unit=rng.integers(0, 3, points).astype(np.int32),
            ),
            from_triples(
                site.astype(np.int32), demand.astype(np.int32), cost, sites=sites, demand_points=points
            ),
            objectives=objectives,
            limits=limits,
            units=UNITS,
            standard=float(rng.choice([5.0, 14.0])),
        )
    except InputError:
        return None


class Impatient:
    """Cancels when it has been asked so often."""

    def __init__(self, asked):
        self.left = asked

    def __call__(self):
        self.left -= 1
        return self.left < 0


def some_search(rng):
    return Search(
        gap=float(rng.choice([0.0, 0.0, 0.01, 0.3])),
        time_limit_s=some(rng, None, None, 1e-9, 1e-4, 1e-3, 0.01, 0.1),
        seed=int(rng.integers(5)),
        threads=int(rng.integers(1, 3)),
        cancel=some(rng, None, None, Impatient(0), Impatient(int(rng.integers(1, 6)))),
        progress=some(rng, None, lambda _: None),
    )


def has_way_for_all(town, subset):
    return all(town.times(p, subset) > 0 for p, w in town.weight.items() if w > 0)


def check(problem, search, method, truth):
    """Raise AssertionError where an answer is not what it says."""
    answer = solve(problem, search, method=method)
    first = answer.stages[0]
    sense = first.sense
    slack = 1e-6 * max(1.0, abs(first.objective or 0.0), abs(first.bound or 0.0))
    if answer.status == "infeasible":
        assert truth is None, "called impossible"
        return
    if answer.status == "unknown":
        assert answer.stopped_by in {"time", "cancel", "effort"}, "gave up without a reason"
    for objective, stage in zip(problem.objectives, answer.stages, strict=True):
        plain = plain_bound(problem, objective)
        if np.isfinite(plain):
            assert stage.bound is not None, "no bound"
            beyond = stage.bound - plain if stage.sense == "max" else plain - stage.bound
            assert beyond <= slack + 1e-6 or stage.objective == stage.bound, "bound beyond what is in reach"
    if truth is not None and first.bound is not None:
        wrong = truth[0] - first.bound if sense == "max" else first.bound - truth[0]
        assert wrong <= slack, f"bound {first.bound} is wrong, the best is {truth[0]}"
    if not answer.has_answer:
        assert first_answer(problem) is None or (search.time_limit_s is None and search.cancel is None)
        return
    assert truth is not None, "an answer to an impossible question"
    check_answer(problem, search, answer, truth, slack)


def check_answer(problem, search, answer, truth, slack):
    town, first = Town(problem), answer.stages[0]
    subset = set(np.flatnonzero(answer.open_site).tolist())
    assert town.allowed(subset), "a limit is broken"
    free = problem.capacity is not None and problem.capacity.assignment == "free"
    for objective, stage in zip(problem.objectives, answer.stages, strict=True):
        if not (free and isinstance(objective, LeastPersonTime | LeastTotal | ShortestLongestWalk)):
            value = town.value(objective, subset)
            low = stage.objective - value if stage.sense == "max" else value - stage.objective
            if stage is first or not free:
                assert abs(low) <= slack if stage is first and not stopped(answer) else low <= slack, (
                    f"says {stage.objective}, is {value}"
                )
    better = first.objective - truth[0] if first.sense == "max" else truth[0] - first.objective
    assert better <= slack, "better than the best"
    if answer.status == "optimal":
        for stage, best in zip(answer.stages, truth, strict=True):
            assert abs(stage.objective - best) <= 1e-5 * max(1.0, abs(best)), f"{stage} is not {best}"
        return
    assert answer.stopped_by is not None, "not proven, and no reason given"
    if answer.status == "within_gap":
        assert first.gap is not None
        assert first.gap <= search.gap + 1e-9, f"gap {first.gap}, asked {search.gap}"
    known = first_answer(problem)
    if stopped(answer) and known is not None:
        worse = (
            known.values[0] - first.objective if first.sense == "max" else first.objective - known.values[0]
        )
        assert worse <= slack, f"{first.objective} is below greedy {known.values[0]}"


def stopped(answer):
    return answer.stopped_by in {"time", "cancel"}


def truth_of(problem):
    """Best values by trying every set of sites; None where nothing keeps to the limits, or not known."""
    if problem.capacity is not None and (
        problem.capacity.single_source
        or any(one.units for one in problem.limits_of(CoverageFloor))
        or len(problem.limits_of(CoverageFloor)) > 1
        or any(
            isinstance(one, LeastPersonTime | LeastTotal | ShortestLongestWalk) for one in problem.objectives
        )
    ):
        return exactly(problem)
    return Town(problem).best()


def exactly(problem):
    """Best values by HiGHS, for assignments that a search over sets of sites does not settle."""
    answer = solve(problem, method="exact")
    assert answer.status in {"optimal", "infeasible"}
    return None if answer.status == "infeasible" else [stage.objective for stage in answer.stages]


def fuzz_one(seed):
    """One question asked in several ways; returns whether it was a question at all."""
    problem = question(seed)
    if problem is None:
        return False
    rng = np.random.default_rng(seed + 1)
    truth = truth_of(problem)
    check(problem, Search(), "auto", truth)
    with roads_for_small_questions():
        check(problem, Search(), "auto", truth)
        for _ in range(3):
            check(problem, some_search(rng), some(rng, "auto", "auto", "exact"), truth)
    return True
