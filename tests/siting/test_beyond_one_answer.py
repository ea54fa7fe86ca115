"""Alternatives, frontiers and explanations of infeasible questions."""

from __future__ import annotations

import pytest

from coverplan.siting.alternatives import alternatives, how_often
from coverplan.siting.frontier import by_budget, by_number
from coverplan.siting.infeasible import explain
from coverplan.siting.limit import Apart, Budget, CoverageFloor, Number, UnitQuota
from coverplan.siting.objective import FewestSites, MostPeople, ShortestLongestWalk
from coverplan.siting.solve import solve
from coverplan.siting.solvers.search import Search
from siting.brute_force import Town
from siting.test_fast_cover import town
from siting.toy_siting import toy


def test_alternatives_are_the_best_that_differ():
    problem = town(8, 60, 9.0, Number(3, 3), seed=1)
    answers = alternatives(problem, 4, differ_by=2)
    assert len(answers) == 4
    truth = Town(problem)
    left = list(truth.subsets())
    for answer in answers:
        assert answer.objective == max(truth.people(subset) for subset in left)
        chosen = {problem.sites.ids.index(site) for site in answer.chosen}
        left = [subset for subset in left if len(chosen - subset) >= 2]
    often = how_often(answers)
    assert sum(often.values()) == pytest.approx(3)
    assert list(often.values()) == sorted(often.values(), reverse=True)


def test_alternatives_in_other_units():
    problem = toy(Number(1, 1))
    first, second = alternatives(problem, 5, differ_by=1, by="unit")
    assert first.chosen == ("middle",)
    assert second.chosen == ("corner",)  # the only other unit has no other candidate


def test_frontier_by_number():
    problem = town(20, 300, 5.0, Number(0, 3), seed=2)
    points = by_number(problem, [0, 1, 2, 3, 5, 20], Search(gap=0.02))
    assert points[0].objective == 0
    for point in points:
        best = solve(
            problem.__class__(**{**fields(problem), "limits": (Number(0, int(point.limit)),)}), method="exact"
        )
        assert point.objective <= best.objective <= point.bound
        assert len(point.chosen) <= point.limit
        assert point.gap <= 0.02 or point.status == "stopped"
    values = [point.objective for point in points]
    assert values == sorted(values)


def fields(problem):
    return {name: getattr(problem, name) for name in problem.__dataclass_fields__}


def test_frontier_by_budget():
    points = by_budget(toy(Budget(1.0)), [1.0, 3.0, 5.0, 8.0])
    assert [point.objective for point in points] == [110, 160, 200, 210]
    assert all(point.status == "optimal" for point in points)


def test_unreached_people_are_named_by_id_and_unit():
    told = explain(toy(CoverageFloor(1.0)))
    assert told.unreached == ("d03",)
    assert told.unreached_by_unit == {"B": 10.0}
    assert told.colliding == (CoverageFloor(1.0),)
    (change,) = told.relaxation
    assert (change.limit, change.from_value, change.to_value) == ("floor", 250.0, 240.0)


def test_colliding_limits_and_smallest_relaxation():
    problem = toy(
        Number(0, 1),
        Budget(100.0),
        CoverageFloor(0.68),
        Apart((("corner", "middle"),)),
        objective=FewestSites(),
    )
    assert solve(problem).status == "infeasible"
    told = explain(problem)
    assert told.colliding == (Number(0, 1), CoverageFloor(0.68))
    (change,) = told.relaxation
    assert (change.limit, change.from_value, change.to_value) == ("floor", 170.0, 160.0)


def test_nobody_left_without_a_way_is_not_a_limit_that_can_give():
    told = explain(toy(Number(0, 5), objective=ShortestLongestWalk()))
    assert told.unreached == ("d03",)
    assert told.relaxation == ()
    assert told.colliding == ()


def test_a_question_with_an_answer_needs_no_explanation():
    told = explain(toy(Number(0, 5), UnitQuota(("A", "B"), 2), objective=MostPeople()))
    assert told.colliding == told.relaxation == told.unreached[1:] == ()
