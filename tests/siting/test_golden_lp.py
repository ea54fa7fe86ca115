"""Text of the model for every kind of limit and objective on the toy town, compared with what was read and kept.

After a wanted change: COVERPLAN_WRITE_GOLDEN=1 python -m pytest tests/siting/test_golden_lp.py, and read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import highspy
import pytest

from coverplan.siting.limit import LIMITS, Capacity, CoverageFloor, Number
from coverplan.siting.objective import OBJECTIVES, ShortestLongestWalk
from coverplan.siting.solve import solve
from coverplan.siting.solvers.formulation import Formulation
from coverplan.siting.solvers.model import lp_text
from siting.toy_siting import LIMIT_EXAMPLES, OBJECTIVE_EXAMPLES, toy

GOLDEN = Path(__file__).parent / "golden"
FOLDER_OF = {**dict.fromkeys(LIMIT_EXAMPLES, "limit"), **dict.fromkeys(OBJECTIVE_EXAMPLES, "objective")}


def example(name):
    if name in LIMIT_EXAMPLES:
        return toy(LIMIT_EXAMPLES[name])
    minutes = 8 if name in {"shortest_longest_walk", "least_total"} else 2
    return toy(Number(1, 2), objective=OBJECTIVE_EXAMPLES[name], minutes=minutes)


def text_of(name):
    problem = example(name)
    objective = problem.objectives[0]
    if isinstance(objective, ShortestLongestWalk):
        formulation = Formulation(problem, longest=5.0)
        return lp_text(formulation.model, formulation.number_of_sites(), "min")
    formulation = Formulation(problem)
    expression = formulation.objective(objective)
    return lp_text(formulation.model, expression, objective.sense)


def test_every_kind_has_a_golden_text():
    kinds = {f"limit-{kind.name}" for kind in LIMITS} | {f"objective-{kind.name}" for kind in OBJECTIVES}
    assert {path.stem for path in GOLDEN.glob("*.lp")} == kinds


@pytest.mark.parametrize("name", FOLDER_OF)
def test_model_text(name):
    path = GOLDEN / f"{FOLDER_OF[name]}-{name}.lp"
    if os.environ.get("COVERPLAN_WRITE_GOLDEN") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text_of(name), encoding="utf-8")
    assert text_of(name) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in FOLDER_OF if name != "shortest_longest_walk"])
def test_the_text_says_what_is_solved(name):
    """HiGHS reads the text back and finds the value that the engine found."""
    problem = example(name)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    assert solver.readModel(str(GOLDEN / f"{FOLDER_OF[name]}-{name}.lp")) == highspy.HighsStatus.kOk
    solver.run()
    formulation = Formulation(problem)
    constant = formulation.constant(problem.objectives[0])
    assert solver.getInfo().objective_function_value + constant == pytest.approx(solve(problem).objective)


def test_toy_town_by_hand():
    """Two streets from the middle stand 13 points, from a corner 6; north stands anyway."""
    best = solve(toy(Number(1, 1)))
    assert best.chosen == ("middle",)
    assert best.objective == 160  # 13 points and 6, of which three are in both
    assert best.status == "optimal"
    assert solve(toy(Number(0, 0))).objective == 60
    crowded = solve(toy(Number(1, 1), Capacity("free")))
    assert crowded.chosen == ("middle",)
    assert crowded.objective == 120 + 40
    nearest = solve(toy(Number(1, 1), Capacity("nearest")))
    assert nearest.objective == 120 + 30  # the three between them are as near to the middle, which is first
    everywhere = solve(toy(CoverageFloor(1.0)))
    assert everywhere.status == "infeasible"
    assert "d03" in everywhere.reasons[0].value
