"""The next period's plan: achieved values as bases, targets open."""

from decimal import Decimal

import pytest

from coverplan.errors import InputError
from coverplan.plan import library_names, load_plan
from coverplan.plan.attributes import NEVER_JUDGED
from coverplan.plan.draft import draft_next


@pytest.mark.parametrize("name", library_names())
def test_every_plan_of_the_library_can_be_followed_by_a_draft_that_loads(name, tmp_path):
    plan = load_plan(name)
    file = tmp_path / "next.yaml"
    file.write_text(draft_next(plan, {}, base_year=2025, year=2030), encoding="utf-8")
    draft = load_plan(file)
    kept = [target for target in plan.targets if target.attribute not in NEVER_JUDGED]
    assert [target.id for target in draft.targets] == [target.id for target in kept]
    assert [target.indicator for target in draft.targets] == [target.indicator for target in kept]
    assert all(target.goal.value is None and target.goal.year == 2030 for target in draft.targets)
    assert draft.unit_sets == plan.unit_sets
    assert draft.horizon == (2026, 2030)


def test_what_was_achieved_becomes_the_base(tmp_path):
    plan = load_plan("huaibei-2025")
    achieved = {"HB-06": Decimal(1700) / 33, "HB-08": Decimal(60), "HB-T04": None}
    file = tmp_path / "next.yaml"
    file.write_text(draft_next(plan, achieved, base_year=2025, year=2030), encoding="utf-8")
    draft = load_plan(file)
    assert draft.id == "huaibei-2030"
    assert (draft.target("HB-06").base.year, draft.target("HB-06").base.value) == (2025, Decimal("51.52"))
    assert draft.target("HB-08").base.value == 60
    assert draft.target("HB-T04").base.value is None


def test_a_period_ends_after_it_begins():
    with pytest.raises(InputError, match="after the base year"):
        draft_next(load_plan("jiujiang"), {}, base_year=2025, year=2025)
