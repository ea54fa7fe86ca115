"""Whatever the unknown turns out to be, a verdict given without it stands (R8, R15)."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coverplan.indicators import compute
from towns import toyledger as toy
from towns.toyledger import TOWN_A, TOWN_B

HOMES = {"layer": "elder_care", "types": ["institution"]}
INDICATORS = {
    "presence": {"kind": "unit_presence", "units": "units", "facilities": [HOMES | {"functions": ["meals"]}]},
    "share": {"kind": "facility_share", "facilities": HOMES, "having": {"functions": ["meals"]}},
    "ratio": {
        "kind": "ratio_of_sums",
        "numerator": {"facilities": HOMES, "field": "nursing_beds"},
        "denominator": {"facilities": HOMES, "field": "beds"},
    },
    "sum": {"kind": "sum", "amount": {"facilities": HOMES, "field": "beds"}},
    "each": {"kind": "count_per_unit", "units": "units", "amount": {"facilities": HOMES, "field": "beds"}},
    "size": {"kind": "facility_minimum", "facilities": HOMES, "field": "beds"},
}
RULES = {"presence": 60, "share": 60, "ratio": 50, "sum": 60, "each": 25, "size": 15}

#: Beds, nursing beds of them, whether meals are served, and which of the three nobody knows.
FACILITY = st.tuples(
    st.integers(1, 40), st.integers(0, 40), st.booleans(), st.sets(st.sampled_from(["beds", "nursing_beds", "functions"]))
)  # fmt: skip


def rows(facilities, *, hidden: bool) -> list[dict]:
    made = []
    for number, (beds, nursing, meals, unknown) in enumerate(facilities):
        row = {
            "id": f"h{number}",
            "type": "institution",
            "unit_code": TOWN_A if number % 2 else TOWN_B,
            "beds": float(beds),
            "nursing_beds": float(min(beds, nursing)),
            "functions": frozenset({"meals"} if meals else ()),
        }
        made.append({key: value for key, value in row.items() if not (hidden and key in unknown)})
    return made


def statuses(found: list[dict], rule: str) -> dict[str, str]:
    targets = [
        toy.target(indicator, rule, RULES[name], id=name, measure="any")
        for name, indicator in INDICATORS.items()
    ]
    values = compute(toy.plan(*targets), toy.context(*found))
    return {value.target_id: value.verdict.status for value in values}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FACILITY, min_size=1, max_size=6), st.sampled_from([">=", ">"]))
def test_a_verdict_given_in_spite_of_the_unknown_is_that_of_the_truth(facilities, rule):
    guarded, truth = (
        statuses(rows(facilities, hidden=True), rule),
        statuses(rows(facilities, hidden=False), rule),
    )
    assert "cannot_be_judged" not in truth.values()
    for name, status in guarded.items():
        assert status in {truth[name], "cannot_be_judged"}, name


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FACILITY, min_size=1, max_size=5), FACILITY)
def test_another_facility_never_lowers_presence_or_sums(facilities, more):
    plan = toy.plan(*(toy.target(INDICATORS[name], value=1, id=name) for name in ("presence", "sum")))
    before = compute(plan, toy.context(*rows(facilities, hidden=False)))
    after = compute(plan, toy.context(*rows([*facilities, more], hidden=False)))
    assert all(b.value <= a.value for b, a in zip(before, after, strict=True))
