"""P-medians with capacities: kernels and road against counting by hand and against another solver's model."""

import itertools

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from coverplan.siting.limit import Capacity, Number
from coverplan.siting.objective import LeastPersonTime
from coverplan.siting.pairs import from_triples
from coverplan.siting.points import make_points
from coverplan.siting.problem import make_problem
from coverplan.siting.sites import make_sites
from coverplan.siting.solve import solve
from coverplan.siting.solvers.capacities import _knapsacks, fast_rooms
from coverplan.siting.solvers.search import Search
from siting.random_questions import roads_for_small_questions


def town(seed, *, sites, points, count, single=True, standing=0):
    """Places on a square with people; rooms hold what the number of sites needs and a fifth more."""
    rng = np.random.default_rng(seed)
    people = rng.integers(1, 9, points).astype(float)
    a, b = rng.integers(0, 60, (sites, 2)), rng.integers(0, 60, (points, 2))
    cost = np.floor(np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1)))
    room = np.full(sites, np.ceil(1.2 * people.sum() / count))
    site, point = np.nonzero(rng.random(cost.shape) < 0.9)
    status = ("existing",) * standing + ("candidate",) * (sites - standing)
    problem = make_problem(
        make_sites(tuple(f"s{k:02d}" for k in range(sites)), status=status, capacity=room),
        make_points(tuple(f"p{k:02d}" for k in range(points)), people),
        from_triples(
            site.astype(np.int32),
            point.astype(np.int32),
            cost[site, point],
            sites=sites,
            demand_points=points,
        ),
        objectives=(LeastPersonTime(),),
        limits=(Number(count - standing, count - standing), Capacity("free", single_source=single)),
    )
    dear = np.full(cost.shape, np.inf)
    dear[site, point] = (cost * people)[site, point]
    return problem, dear, people, room


def by_counting(dear, people, room, count, standing):
    """Least cost over every set of sites and every way of sending the points."""
    sites, points = dear.shape
    best = np.inf
    for chosen in itertools.combinations(range(sites), count):
        if not set(range(standing)) <= set(chosen):
            continue
        for ways in itertools.product(chosen, repeat=points):
            load = np.bincount(ways, weights=people, minlength=sites)
            if (load <= room).all():
                best = min(best, dear[list(ways), np.arange(points)].sum())
    return best


def by_scipy(dear, people, room, count, *, single):
    """The textbook model, written out for scipy."""
    sites, points = dear.shape
    there = np.isfinite(dear).ravel()
    cost = np.concatenate([np.where(there, dear.ravel(), 0.0), np.zeros(sites)])
    rows = []
    for point in range(points):
        row = np.zeros(len(cost))
        row[point : sites * points : points] = 1
        rows.append((row, 1, 1))
    for site in range(sites):
        row = np.zeros(len(cost))
        row[site * points : (site + 1) * points] = people
        row[sites * points + site] = -room[site]
        rows.append((row, -np.inf, 0))
    total = np.zeros(len(cost))
    total[sites * points :] = 1
    rows.append((total, count, count))
    matrix, low, high = (np.array(part) for part in zip(*rows, strict=True))
    whole = np.ones(len(cost))
    whole[: sites * points] = 1 if single else 0
    upper = np.concatenate([there.astype(float), np.ones(sites)])
    found = milp(
        cost, constraints=LinearConstraint(matrix, low, high), integrality=whole, bounds=Bounds(0, upper)
    )
    return found.fun


@pytest.mark.parametrize(("seed", "standing"), [(0, 0), (1, 0), (2, 1), (3, 2)])
def test_small_questions_against_counting(seed, standing):
    problem, dear, people, room = town(seed, sites=5, points=6, count=3, standing=standing)
    with roads_for_small_questions():
        answer = solve(problem)
    assert answer.method == "rooms"
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(by_counting(dear, people, room, 3, standing))


@pytest.mark.parametrize("single", [True, False])
def test_a_larger_question_against_scipy(single):
    problem, dear, people, room = town(7, sites=24, points=24, count=4, single=single)
    answer = solve(problem)
    assert len(problem.pairs.demand) > fast_rooms.SMALL_PAIRS
    assert (answer.method, answer.status) == ("rooms", "optimal")
    assert answer.objective == pytest.approx(by_scipy(dear, people, room, 4, single=single), rel=1e-6)


def test_stopped_at_once_there_is_a_bound_that_holds():
    problem, dear, people, room = town(7, sites=24, points=24, count=4)
    best = by_scipy(dear, people, room, 4, single=True)
    answer = solve(problem, Search(time_limit_s=1e-6))
    assert answer.bound <= best + 1e-6
    assert answer.status in {"stopped", "unknown"}


def test_too_little_room_is_impossible():
    problem, *_ = town(7, sites=24, points=24, count=4)
    few = make_problem(
        problem.sites,
        problem.points,
        problem.pairs,
        objectives=problem.objectives,
        limits=(Number(3, 3), Capacity("free", single_source=True)),
    )
    assert solve(few).status == "infeasible"


def test_whole_knapsack_against_every_choice():
    rng = np.random.default_rng(3)
    for _ in range(20):
        worth, size = rng.normal(3, 4, 8), rng.integers(1, 9, 8)
        best, taken = np.empty(16), np.zeros((8, 16), dtype=bool)
        _knapsacks.fill_whole(worth, size, 15, best, taken)
        for room in (4, 15):
            choices = itertools.product((0, 1), repeat=8)
            assert best[room] == pytest.approx(max(worth @ c for c in choices if size @ c <= room))


def test_parted_knapsack_against_a_linear_programme():
    rng = np.random.default_rng(4)
    for _ in range(5):
        worth, people, share = rng.normal(3, 4, 8), rng.random(8) + 0.1, np.zeros(8)
        found = linprog(-worth, A_ub=people[None], b_ub=[1.7], bounds=(0, 1))
        assert _knapsacks.fill_parted(worth, people, 1.7, share) == pytest.approx(-found.fun)
        assert worth @ share == pytest.approx(-found.fun)


def test_what_is_left_out_holds_nothing_better():
    problem, dear, people, room = town(5, sites=5, points=6, count=2)
    state = fast_rooms.RoomSearch(problem, Search(), fast_rooms.Watch(Search()))
    price = np.sort(state.soft, axis=0)[1]
    enough = 1.15 * by_counting(dear, people, room, 2, 0)
    stay = np.zeros(dear.shape, dtype=bool)
    bound = _knapsacks.leave_out(*state.shape(), price, enough, False, stay)
    assert not stay.all()
    for chosen in itertools.combinations(range(5), 2):
        for ways in itertools.product(chosen, repeat=6):
            cost = dear[list(ways), np.arange(6)].sum()
            if (np.bincount(ways, weights=people, minlength=5) <= room).all():
                assert cost >= bound - 1e-9
                if not stay[list(ways), np.arange(6)].all():
                    assert cost >= enough - 1e-9
