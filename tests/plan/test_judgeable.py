"""What can never be judged is never judged, and what is named has its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from coverplan.indicators import compute
from coverplan.plan.judgeable import never_judged
from coverplan.plan.load import library_names, load_plan
from coverplan.study.ledger import load_ledger

LEDGERS = Path(__file__).resolve().parents[2] / "data" / "ledgers"


@pytest.mark.parametrize("name", library_names())
def test_never_judged_targets_have_no_verdict_and_the_same_reason(name):
    plan, context = load_ledger(LEDGERS / name / "ledger.yaml")
    verdicts = {value.target_id: value.verdict for value in compute(plan, context)}
    named = {target.id: reason for target, reason in never_judged(plan)}
    assert named
    for target, reason in named.items():
        assert verdicts[target].status in {"report_only", "cannot_be_judged"}
        if verdicts[target].status == "report_only":
            assert verdicts[target].reason == reason
    reported = {target for target, verdict in verdicts.items() if verdict.status == "report_only"}
    assert reported <= set(named)


def test_by_hand():
    plan = load_plan("yubei-2022")
    reasons = {target.id: reason for target, reason in never_judged(plan)}
    assert reasons["YB-T02"] == "no_tolerance:YB-T02"  # 基本全覆盖
    assert "YB-T01" not in reasons
