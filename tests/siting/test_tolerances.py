"""How much more a site may cost: against every set of sites, at the certified price and just beyond it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coverplan.errors import InputError
from coverplan.siting import UFLP, PMedian, Search
from coverplan.siting.limit import Budget, CoverageFloor, Number
from coverplan.siting.objective import LeastCost
from coverplan.siting.solve import solve
from coverplan.siting.tolerances import tolerances
from siting.brute_force import Town


def town(seed):
    rng = np.random.default_rng(seed)
    ways, people = rng.integers(1, 20, (8, 5)), rng.integers(1, 9, 8)
    return UFLP.from_cost_matrix(ways, people, rng.integers(40, 120, 5).astype(float)).problem


def dearer(problem, site, by):
    cost = problem.sites.cost.copy()
    cost[problem.sites.ids.index(site)] += by
    return replace(problem, sites=replace(problem.sites, cost=cost))


@pytest.mark.parametrize("seed", range(5))
def test_a_chosen_site_stays_best_up_to_its_slack_and_no_further(seed):
    problem = town(seed)
    answer = solve(problem)
    told = tolerances(problem, answer)
    assert [one.site for one in told] == list(answer.chosen)
    for one in told:
        at = problem.sites.ids.index(one.site)
        assert one.share == pytest.approx(one.slack / problem.sites.cost[at])
        (until,) = Town(dearer(problem, one.site, one.slack - 0.01)).best()
        assert until == pytest.approx(answer.objective + one.slack - 0.01)
        (beyond,) = Town(dearer(problem, one.site, one.slack + 1)).best()
        assert beyond == pytest.approx(answer.objective + one.slack) == pytest.approx(one.value)


@pytest.mark.parametrize("seed", range(5))
def test_a_site_that_is_not_chosen_stays_out_up_to_its_slack_and_no_further(seed):
    problem = town(seed)
    answer = solve(problem)
    others = [one for one in problem.sites.ids if one not in answer.chosen]
    for one in tolerances(problem, answer, others):
        cost = float(problem.sites.cost[problem.sites.ids.index(one.site)])
        (until,) = Town(dearer(problem, one.site, -min(cost, one.slack))).best()
        assert until == pytest.approx(answer.objective)
        if one.share < 1:
            (beyond,) = Town(dearer(problem, one.site, -one.slack - min(1.0, cost - one.slack))).best()
            assert beyond < answer.objective - 1e-9


def test_a_site_that_nothing_replaces_stays_best_at_any_price():
    problem = UFLP.from_cost_matrix([[1, 2]], site_costs=[3, 1]).problem
    only = replace(problem, limits=(Number(2, 2),))
    assert [one.slack for one in tolerances(only, solve(only))] == [np.inf, np.inf]


def test_a_search_that_was_stopped_promises_no_more_than_it_knows():
    problem = town(1)
    answer = solve(problem)
    exact = tolerances(problem, answer)
    rough = tolerances(problem, answer, search=Search(time_limit_s=1e-9))
    assert all(0 <= one.slack <= other.slack + 1e-6 for one, other in zip(rough, exact, strict=True))


def test_what_is_no_question_of_costs_is_refused():
    medians = PMedian.from_cost_matrix([[1, 9], [9, 2]], p_facilities=1).problem
    costs = medians.asking(LeastCost()).with_limits(CoverageFloor(0.4))
    for problem, words in (
        (medians, "question about costs"),
        (costs.with_limits(Budget(9)), "question about costs"),
    ):
        with pytest.raises(InputError, match=words):
            tolerances(problem, solve(problem))
    with pytest.raises(InputError, match="does not decide"):
        tolerances(costs, solve(costs), ["9"])
