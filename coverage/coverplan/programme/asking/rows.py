"""Rows of which the requirements of all kinds are made: floors, shares, members that pass, refusals of doubt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from coverplan.plan.kinds import (
    Amount,
    Condition,
)
from coverplan.programme.actions.variants import Linear
from coverplan.programme.asking.asked import NOTHING, Asked, NotAsked
from coverplan.programme.asking.requirement import Covered, Row


def always(one: Linear) -> bool:
    """At least one whatever is done."""
    return least_of(one) >= 1


def passes_only_with(name: str, one: Linear, other: Mapping[str, Fraction] | None = None) -> Row:
    """A member counts as passing only with at least one of what it needs."""
    return Row(name, one, Fraction(0), {name: Fraction(-1), **(other or {})}, defines=True)


def refuse_doubt(conditions: Iterable[Condition], asked: Asked) -> None:
    """Where too many may pass, members of which nobody knows whether they pass leave the target open."""
    for condition in conditions:
        if not asked.evidence.lists_all(condition) or len(asked.possible_rows(condition)) > len(
            asked.rows(condition)
        ):
            raise NotAsked("not_judged", f"unknown:{asked.evidence.name(condition)}")


def passes_whenever(name: str, sums: Sequence[Linear], other: Mapping[str, Fraction]) -> Row:
    """A member that has everything passes, whether that is wanted or not; for targets with an upper end."""
    if len(sums) > 1 or other:
        raise NotAsked("not_judged", "upper_end_of_several")
    top = sums[0].constant + sum(value for value in sums[0].factors.values() if value > 0)
    least = {name: max(top, Fraction(1))}
    return Row(f"{name}_whenever", NOTHING.plus(sums[0], Fraction(-1)), Fraction(0), least, defines=True)


def people_rows(name: str, people: Covered, asked: Asked) -> list[Row]:
    """Enough of the people are within reach."""
    everyone = Fraction(float(people.people.sum()))
    if everyone <= 0:
        raise NotAsked("not_judged", f"missing_people:{people.question.group}")
    if asked.capped:
        raise NotAsked("not_judged", "upper_end_of_people")
    return [Row(name, NOTHING, asked.goal * everyone / 100, {}, people, strict=asked.strict)]


def refuse_registers(*amounts: Amount) -> None:
    """Figures of an office's register are what they are, wherever facilities stand."""
    if all(amount.facilities is None for amount in amounts):
        raise NotAsked("not_influenced", f"register:{amounts[0].register_name}")


def all_known(amount: Amount, asked: Asked, codes: Iterable[str] | None = None) -> list[Row]:
    """No row may be there of which it is unknown whether it counts or how much stands behind its door.

    With `codes`, only rows in these units matter.
    """
    if amount.facilities is None:
        return []
    by_unit = codes is not None
    asked.refuse_partial(amount, by_unit=by_unit)
    unknown = asked.doubtful(amount, by_unit=by_unit)
    if codes is not None:
        within = set(codes)
        unknown = [row for row in unknown if within & asked.evidence.membership[row]]
    there = asked.variants.total(unknown)
    if not there.constant and not there.factors:
        return []
    if least_of(there) > 0:
        raise NotAsked("not_judged", f"unknown:{asked.evidence.name(amount.facilities)}")
    return [Row("none_unknown", NOTHING.plus(there, Fraction(-1)), Fraction(0))]


def least_of(one: Linear) -> Fraction:
    """What a sum comes to when everything is done that lowers it."""
    return one.constant + sum(value for value in one.factors.values() if value < 0)


def something(name: str, there: Linear) -> list[Row]:
    """A share of nothing is no share: something must be there, unless it is there anyway."""
    return [] if least_of(there) > 0 else [Row(f"{name}_at_all", there, Fraction(0), strict=True)]


def ratio_rows(
    name: str, over: Linear, under: Linear, per: Fraction, asked: Asked, *, highest: Linear | None = None
) -> list[Row]:
    """Share of a sum in another; `highest` is what the upper sum may be at most, where that is not known."""
    if under.constant <= 0 and not under.factors:
        raise NotAsked("not_judged", "missing_denominator:zero")
    rows = something(name, under)
    if asked.capped:
        most = over if highest is None else highest
        rows.append(Row(f"{name}_at_most", NOTHING.plus(under, asked.cap).plus(most, -per), Fraction(0)))
    return [*rows, row_of(name, NOTHING.plus(over, per).plus(under, -asked.goal), Fraction(0), asked)]


def between(name: str, amount: Linear, asked: Asked) -> list[Row]:
    """At least the goal, and at most the upper end where there is one."""
    rows = [row_of(name, amount, asked.goal, asked)]
    if asked.capped:
        rows.insert(0, Row(f"{name}_at_most", NOTHING.plus(amount, Fraction(-1)), -asked.cap))
    return rows


def row_of(
    name: str,
    actions: Linear,
    at_least: Fraction,
    asked: Asked,
    auxiliaries: Mapping[str, Fraction] | None = None,
) -> Row:
    """A row that is as strict as the target."""
    return Row(name, actions, at_least, auxiliaries or {}, strict=asked.strict)
