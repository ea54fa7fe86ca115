"""Projects that are coming: with and without money, counted by hand."""

from coverplan.judgement.projects import project_effect, project_list
from towns import toyledger as toy
from towns.toyledger import TOWN_A, TOWN_B

PRESENCE = {
    "kind": "unit_presence",
    "units": "units",
    "facilities": [{"layer": "cemetery", "types": ["public_cemetery"]}],
}
ROWS = [
    {"id": "c", "layer": "cemetery", "type": "public_cemetery", "unit_code": TOWN_A, "status": "planned",
     "opened": 2025.0, "funded": True},
    {"id": "d", "layer": "cemetery", "type": "public_cemetery", "unit_code": TOWN_B, "status": "planned",
     "opened": 2024.0, "funded": None},
    {"id": "e", "layer": "cemetery", "type": "columbarium", "unit_code": TOWN_B, "status": "operating"},
    {"id": "a", "layer": "cemetery", "type": "public_cemetery", "unit_code": TOWN_B, "status": "building"},
]  # fmt: skip


def test_what_is_coming_by_year_and_what_has_none_last():
    listed = project_list(toy.facilities(*ROWS))
    assert list(listed["id"]) == ["d", "c", "a"]
    assert list(listed["funded"]) == [None, True, None]


def test_only_known_money_counts_as_funded():
    plan = toy.plan(toy.target(PRESENCE))
    effect = project_effect(plan, toy.context(*ROWS, year=2023), 2025).loc["T"]
    assert (effect["without"], effect["funded"], effect["all"]) == (0, 50, 100)
    assert (effect["short_without"], effect["short_funded"], effect["short_all"]) == (2, 1, 0)
    assert (effect["verdict_funded"], effect["verdict_all"]) == ("not_met", "met")


def test_nothing_opens_before_its_year():
    plan = toy.plan(toy.target(PRESENCE))
    effect = project_effect(plan, toy.context(*ROWS, year=2023), 2024).loc["T"]
    assert (effect["funded"], effect["all"]) == (0, 50)
