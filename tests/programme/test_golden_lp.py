"""Text of the programme of three tiny questions, read by hand line by line and kept.

After a wanted change: COVERPLAN_WRITE_GOLDEN=1 python -m pytest tests/programme/test_golden_lp.py, and read the
difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import highspy
import pytest

from coverplan.programme.solving.formulation import Formulation
from coverplan.siting.solvers.model import lp_text
from towns import toyledger as toy
from towns.tiny_towns import TOWN_A, TOWN_B, Town, change, opening

GOLDEN = Path(__file__).parent / "golden"
INSTITUTION = {"layer": "elder_care", "types": ["institution"]}
BEDS = {"facilities": INSTITUTION, "field": "beds"}
NURSING = {"facilities": INSTITUTION, "field": "nursing_beds"}
PRESENCE = {"kind": "unit_presence", "units": "units", "facilities": [INSTITUTION]}


def home(unit, **more):
    return {"type": "institution", "unit_code": unit, **more}


def budgets_by_year():
    """Both towns have an institution by 2025; near opens at once, far a year later; money comes year by year."""
    return Town(
        [],
        [opening("far", TOWN_B, cost=4.0, first_year=2025), opening("near", TOWN_A, cost=3.0)],
        [toy.target(PRESENCE, ">=", 100)],
        years=(2024, 2025),
        budgets={2024: 3.0, 2025: 4.0},
    )


def shared_premises():
    """The dearer one may host the cheaper one, which then saves one of its two; a closure excludes an upgrade."""
    return Town(
        [home(TOWN_A)],
        [
            change("close", "f0", cost=0.5),
            opening("home", TOWN_B, site="s", cost=5.0),
            opening("room", TOWN_B, layer="social_work", type="room", site="s", cost=2.0, saving=1.0),
            change("upgrade", "f0", cost=1.0, fields={"grade": "5"}),
        ],
        [
            toy.target(PRESENCE, ">=", 100),
            toy.target({"kind": "count", "amount": {"facilities": {"layer": "social_work"}}}, ">=", 1),
        ],
        exclusive=((0, 3),),
        sharing=((1, 2),),
    )


def nursing_share():
    """More than half of all beds are nursing beds: 30 of 100 today, a hundred more may come, ten of them plain."""
    return Town(
        [home(TOWN_A, beds=100.0, nursing_beds=30.0)],
        [opening("new", TOWN_B, cost=2.0, offers={"beds": 100.0, "nursing_beds": 90.0})],
        [toy.target({"kind": "ratio_of_sums", "numerator": NURSING, "denominator": BEDS}, ">", 50)],
    )


QUESTIONS = {one.__name__: one for one in (budgets_by_year, shared_premises, nursing_share)}


def text_of(name: str) -> str:
    formulation = Formulation(QUESTIONS[name]().question(), timed=name == "budgets_by_year")
    return lp_text(formulation.model, formulation.cost(), "min")


@pytest.mark.parametrize("name", QUESTIONS)
def test_programme_text(name):
    path = GOLDEN / f"{name}.lp"
    if os.environ.get("COVERPLAN_WRITE_GOLDEN") == "1":
        path.write_text(text_of(name), encoding="utf-8", newline="\n")
    assert text_of(name) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "cost"), [("budgets_by_year", 7.0), ("shared_premises", 6.0), ("nursing_share", 2.0)]
)
def test_the_text_costs_what_was_reckoned_by_hand(name, cost):
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    assert solver.readModel(str(GOLDEN / f"{name}.lp")) == highspy.HighsStatus.kOk
    solver.run()
    assert solver.getInfo().objective_function_value == pytest.approx(cost)
