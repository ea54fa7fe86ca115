"""Verdicts: met, not met, on track, behind, cannot be judged (and why), report only; each with a date (R8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from coverplan.indicators.measurement import Measurement, Tally, with_tally
from coverplan.plan.attributes import NEVER_JUDGED
from coverplan.plan.schema import Plan, Target

Status = Literal["met", "not_met", "on_track", "behind", "cannot_be_judged", "report_only"]

#: Why a target cannot be judged, each followed by a colon and what to ask for.
REASONS = (
    "missing_layer",
    "missing_units",
    "missing_register",
    "missing_attribute",
    "missing_standard",
    "missing_estates",
    "missing_people",
    "missing_population_base",
    "missing_reach",
    "missing_denominator",
    "partial_ledger",
    "no_number",
    "no_target_year",
    "no_tolerance",
    "no_base",
    "no_pace",
    "unknown",
    "roster",
)

#: Why a statement is only reported.
REPORT_REASONS = ("reported", "no_rule", "achieved", "history", "forecast")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be said of a target at a date.

    Parameters
    ----------
    status
        One of the six words of the vocabulary.
    as_of
        Date of the evidence.
    reason
        For `cannot_be_judged` one of `REASONS` with what to ask for after a colon; for `report_only` one
        of `REPORT_REASONS`; else None.
    pace
        Value that a straight line from base to target has reached by `as_of`, where it was needed.
    """

    status: Status
    as_of: date
    reason: str | None = None
    pace: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """How many units a set has in the roster and in the document.

    Parameters
    ----------
    listed
        Units of the set in the roster that was judged.
    printed
        Units that the document says there are, or None.
    """

    listed: int
    printed: int | None

    @property
    def agrees(self) -> bool:
        """Nothing printed, or the same number."""
        return self.printed is None or self.printed == self.listed


def judge(plan: Plan, target: Target, measured: Measurement, as_of: date) -> Verdict:
    """Verdict on one target; whatever is unknown leaves it open rather than fulfilled."""
    report = _only_reported(target)
    if report is not None:
        return Verdict("report_only", as_of, report)
    reason = _cannot(target, measured)
    if reason is not None:
        return Verdict("cannot_be_judged", as_of, reason)
    verdict = _verdict(target, measured, as_of)
    roster = roster_of(plan, measured)
    if verdict.status == "cannot_be_judged" or roster is None or roster.agrees:
        return verdict
    assert measured.tally is not None  # a roster stands only beside a tally
    assert roster.printed is not None  # a roster without a printed count agrees
    spread = with_tally(measured, _spread(measured.tally, roster.printed))
    if _verdict(target, spread, as_of).status != verdict.status:
        return Verdict("cannot_be_judged", as_of, f"roster:{roster.listed}/{roster.printed}")
    return verdict


def _verdict(target: Target, measured: Measurement, as_of: date) -> Verdict:
    holds = fulfilled(target, measured)
    due = target.goal.year
    if holds is True:
        return Verdict("met", as_of)
    if due is not None and as_of.year < due:
        return _on_the_way(target, measured, as_of, due)
    if holds is None:
        return Verdict("cannot_be_judged", as_of, f"unknown:{measured.unknown}")
    if due is None:
        return Verdict("cannot_be_judged", as_of, f"no_target_year:{target.id}")
    return Verdict("not_met", as_of)


def fulfilled(target: Target, measured: Measurement) -> bool | None:
    """Whether the rule holds for every value that the unknown allows (True), for none (False), or for some."""
    if measured.every or target.indicator.kind == "share_in_range":
        assert measured.tally is not None  # kinds that judge every one count them
        return _all_pass(measured.tally)
    lowest, highest = measured.lowest, measured.highest
    goal = target.base.value if target.rule == "maintain" else target.goal.value
    assert goal is not None  # `_cannot` saw to it
    return _rule_holds(target, lowest, highest, Fraction(goal))


def roster_of(plan: Plan, measured: Measurement) -> Roster | None:
    """Listed and printed number of units, for kinds that count the units of a set."""
    if measured.unit_set is None or measured.tally is None:
        return None
    return Roster(measured.tally.total, plan.unit_sets[measured.unit_set].printed)


def pace(target: Target, year: int) -> Fraction | None:
    """Value on the straight line from base to target at the end of a year; None without a base or a year."""
    base, goal = target.base, target.goal
    if base.value is None or base.year is None or base.suspect or goal.value is None or goal.year is None:
        return None
    part = min(Fraction(1), max(Fraction(0), Fraction(year - base.year, goal.year - base.year)))
    return Fraction(base.value) + part * (Fraction(goal.value) - Fraction(base.value))


def rounding(target: Target) -> Fraction:
    """Half of the last decimal that the base is printed with: 14.47 may stand for 14.465; 0 for whole numbers."""
    exponent = 0 if target.base.value is None else target.base.value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= 0:
        return Fraction(0)
    return Fraction(1, 2 * 10**-exponent)


def _only_reported(target: Target) -> str | None:
    if target.attribute in NEVER_JUDGED:
        return target.attribute
    if target.indicator.kind == "reported":
        return "reported"
    return "no_rule" if target.rule == "none" else None


def _cannot(target: Target, measured: Measurement) -> str | None:
    if measured.reason is not None:
        return measured.reason
    if target.rule == "approx":
        return f"no_tolerance:{target.id}"
    if target.rule == "maintain":
        usable = target.base.value is not None and not target.base.suspect
        return None if usable else f"no_base:{target.id}"
    return f"no_number:{target.id}" if target.goal.value is None else None


def _rule_holds(
    target: Target, lowest: Fraction | None, highest: Fraction | None, goal: Fraction
) -> bool | None:
    if target.rule == ">":
        return _three(lowest is not None and lowest > goal, highest is not None and highest <= goal)
    if target.rule == "=":
        exactly = lowest is not None and lowest == highest == goal
        apart = (lowest is not None and lowest > goal) or (highest is not None and highest < goal)
        return _three(exactly, apart)
    if target.rule == "inside":
        top = Fraction(target.goal.high) if target.goal.high is not None else goal
        within = lowest is not None and highest is not None and goal <= lowest and highest <= top
        outside = (lowest is not None and lowest > top) or (highest is not None and highest < goal)
        return _three(within, outside)
    return _three(lowest is not None and lowest >= goal, highest is not None and highest < goal)


def _three(yes: bool, no: bool) -> bool | None:  # noqa: FBT001 - two answers to one question
    return True if yes else False if no else None


def _all_pass(tally: Tally) -> bool | None:
    return _three(tally.passed == tally.total, tally.passed + tally.unsure < tally.total)


def _spread(tally: Tally, printed: int) -> Tally:
    """The tally for the printed number of units: those too few or too many may have passed or failed."""
    fewer = max(0, tally.total - printed)
    failed = tally.total - tally.passed - tally.unsure
    surely_passed, surely_failed = max(0, tally.passed - fewer), max(0, failed - fewer)
    return Tally(surely_passed, printed - surely_passed - surely_failed, printed)


def _on_the_way(target: Target, measured: Measurement, as_of: date, due: int) -> Verdict:
    unpaced = target.rule == "inside" or measured.every
    line = None if unpaced else pace(target, as_of.year)
    if line is None:
        lacking = f"no_pace:{due}" if unpaced else f"no_base:{target.id}"
        return Verdict(
            "cannot_be_judged", as_of, f"unknown:{measured.unknown}" if measured.unknown else lacking
        )
    if measured.lowest is not None and measured.lowest >= line - rounding(target):
        return Verdict("on_track", as_of, pace=line)
    if measured.highest is not None and measured.highest < line - rounding(target):
        return Verdict("behind", as_of, pace=line)
    return Verdict("cannot_be_judged", as_of, f"unknown:{measured.unknown}", line)
