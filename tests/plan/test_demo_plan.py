"""The demo district's plan: invented, but of the kinds of real plans."""

from pathlib import Path

import pytest

from coverplan.indicators.registry import KINDS
from coverplan.plan import load_plan
from coverplan.reach.speeds.profiles import PRESETS

PLAN = Path(__file__).parents[2] / "data" / "demo" / "plan.yaml"


@pytest.fixture(scope="module")
def plan():
    return load_plan(PLAN)


def test_it_says_that_it_is_invented(plan):
    assert plan.synthetic


def test_it_has_binding_targets_to_compute_for_two_years(plan):
    binding = [t for t in plan.targets if t.attribute == "binding" and KINDS[t.indicator.kind].measure]
    assert len(binding) >= 8
    assert {t.goal.year for t in binding} == {2025, 2030}


def test_its_units_are_those_of_the_demo_district(plan):
    printed = {name: units.printed for name, units in plan.unit_sets.items()}
    assert printed["streets"] == 6
    assert printed["communities"] + printed["villages"] == printed["communities_and_villages"] == 105


def test_it_covers_the_kinds_that_need_a_district(plan):
    kinds = {target.indicator.kind for target in plan.targets}
    assert kinds >= {
        "unit_presence",
        "population_within",
        "count",
        "count_per_unit",
        "ratio_of_sums",
        "facility_share",
        "area_per_100_households",
        "per_1000",
        "reported",
    }


def test_its_profiles_exist(plan):
    reaches = [t.indicator.reach for t in plan.targets if t.indicator.kind == "population_within"]
    assert {reach.profile for reach in reaches} <= set(PRESETS)
