"""Independent recount of a programme: its changes applied as a user would write them, and everything measured anew (R9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from coverplan.errors import RecountError
from coverplan.indicators import IndicatorValue, compute
from coverplan.programme.solving.choose import Programme
from coverplan.units import FloatArray

#: Relative difference that adding in another order may leave.
SAME_WITHIN = 1e-6


@dataclass(frozen=True)
class Recount:
    """What the changes really do.

    Parameters
    ----------
    values
        By year of the question and target id: figure and verdict at the end of the year with all changes until then.
    without
        The same without any change.
    covered
        By year and key of the standard: shape (points,), whether a point is within it.
    spent
        Money by year, known costs only.
    """

    values: Mapping[int, Mapping[str, IndicatorValue]]
    without: Mapping[int, Mapping[str, IndicatorValue]]
    covered: Mapping[tuple[int, str], FloatArray]
    covered_without: Mapping[tuple[int, str], FloatArray]
    spent: Mapping[int, float]


def recount(programme: Programme) -> Recount:
    """Apply the changes year by year and measure everything by the ways of an ordinary run.

    Raises
    ------
    RecountError
        If a target that was promised is not met, more money is spent than there is, or fewer people are covered
        than the answer says.
    """
    ground, years = programme.ground, programme.question.years
    values: dict[int, dict[str, IndicatorValue]] = {}
    without: dict[int, dict[str, IndicatorValue]] = {}
    covered: dict[tuple[int, str], FloatArray] = {}
    uncovered: dict[tuple[int, str], FloatArray] = {}
    for year in years:
        with_all = ground.facilities_in(year, programme.changes)
        plain = ground.facilities_in(year, ())
        if ground.plan is not None:
            for changes, told in ((programme.changes, values), ((), without)):
                found_values = compute(ground.plan, ground.evidence(year, changes))
                told[year] = {value.target_id: value for value in found_values}
        for aim in programme.question.aims:
            for facilities, found in ((with_all, covered), (plain, uncovered)):
                measured = ground.surveyor.measure(aim.standard, facilities, year)
                found[year, aim.standard.key] = measured.coverage.covered.astype(np.float64)
    spent = _spent(programme)
    counted = Recount(values, without, covered, uncovered, spent)
    _confirm(programme, counted)
    return counted


def _spent(programme: Programme) -> dict[int, float]:
    spent = dict.fromkeys(programme.question.years, 0.0)
    for at, year in programme.done:
        cost = programme.cost_of(at)
        if not np.isnan(cost):
            spent[year] += cost
    return spent


def _confirm(programme: Programme, counted: Recount) -> None:
    question, answer = programme.question, programme.answer
    for at, requirement in enumerate(question.requirements):
        if at in answer.relief:
            continue
        found = counted.values[requirement.year][requirement.target_id].verdict
        if found.status != "met":
            raise RecountError(
                f"{requirement.target_id} was promised for {requirement.year} and the recount says {found.status}"
                f" ({found.reason})"
            )
    _confirm_money(programme, counted)
    _confirm_people(programme, counted)


def _confirm_money(programme: Programme, counted: Recount) -> None:
    question = programme.question
    if question.budgets is None:
        return
    total = 0.0
    for year in question.years:
        total += counted.spent[year]
        limit = question.money_until(year) if question.carry_over else question.budgets.get(year, 0.0)
        used = total if question.carry_over else counted.spent[year]
        if used > limit + SAME_WITHIN * max(1.0, limit):
            raise RecountError(f"the actions until {year} cost {used} and there are {limit}")


def _confirm_people(programme: Programme, counted: Recount) -> None:
    """People within the standards, as the answer's last stage counted them."""
    promised = {stage.name: stage.value for stage in programme.answer.stages}
    years = {"most_people": programme.question.years[-1:], "best_order": programme.question.years}
    for name, over in years.items():
        if name not in promised or not programme.question.aims:
            continue
        people = sum(
            float(aim.people @ counted.covered[year, aim.standard.key])
            for year in over
            for aim in programme.question.aims
        )
        if people < promised[name] - SAME_WITHIN * max(1.0, promised[name]):
            raise RecountError(
                f"{name}: {promised[name]} people were promised and the recount finds {people}"
            )
