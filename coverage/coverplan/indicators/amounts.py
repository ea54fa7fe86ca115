"""Amounts: facilities counted, numbers behind their doors added up, figures of registers; with what is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coverplan.indicators.answers import NO, UNKNOWN, YES, Answers
from coverplan.indicators.context import decimal_sum
from coverplan.indicators.evidence import Evidence
from coverplan.plan.kinds import Amount, Condition

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Total:
    """A sum: ``value`` adds what is known, ``unknown`` counts what is not (R15)."""

    value: Fraction
    unknown: int


@dataclass(frozen=True, slots=True)
class Lack:
    """Nothing is known of an amount: why, and what to ask for."""

    reason: str
    what: str


@dataclass(frozen=True, slots=True)
class _Item:
    """One facility that counts or may count."""

    position: int
    sure: bool
    value: Decimal | None


def total(evidence: Evidence, amount: Amount) -> Total | Lack:
    """An amount in the whole area.

    A facility of which it is unknown whether it counts, or how much stands behind its door, adds nothing to
    the value and one to the unknown. A printed stock stands for everything up to its year.
    """
    condition = amount.facilities
    if condition is None:
        return _register(evidence, str(amount.register_name))
    stock = stock_of(evidence, amount)
    if stock is not None:
        year, value = stock
        # what stands and tells no year was there when the stock was counted; a project was not
        undated = np.where(evidence.maybe_open, UNKNOWN, NO)
        later = _added(_items(evidence, amount, condition, since=year + 1, unknown=undated))
        return Total(later.value + value, later.unknown)
    if not evidence.knows(condition):
        return Lack("missing_layer", evidence.name(condition))
    items = list(_items(evidence, amount, condition, since=amount.opened_from, unknown=UNKNOWN))
    return _judged(items, amount, evidence.name(condition), complete=evidence.lists_all(condition))


def totals(evidence: Evidence, amount: Amount, codes: Iterable[str]) -> dict[str, Total | Lack]:
    """An amount in each unit; printed stocks are of the whole area and do not help."""
    codes = list(codes)
    condition = amount.facilities
    if condition is None:
        name = str(amount.register_name)
        figures = {code: evidence.context.register_of(name, code) for code in codes}
        lack = Lack("missing_register", name)
        return {code: lack if figure is None else Total(figure, 0) for code, figure in figures.items()}
    name = evidence.name(condition)
    if not evidence.knows(condition):
        return dict.fromkeys(codes, Lack("missing_layer", name))
    by_unit: dict[str, list[_Item]] = {code: [] for code in codes}
    for item in _items(evidence, amount, condition, since=amount.opened_from, unknown=UNKNOWN):
        for code in evidence.membership[item.position]:
            if code in by_unit:
                by_unit[code].append(item)
    complete = evidence.lists_all(condition)
    return {code: _judged(items, amount, name, complete=complete) for code, items in by_unit.items()}


def stock_of(evidence: Evidence, amount: Amount) -> tuple[int, Fraction] | None:
    """Year and value of the latest printed total of exactly this amount that is not later than the year."""
    condition = amount.facilities
    plain = condition is not None and condition == Condition(layer=condition.layer, types=condition.types)
    if condition is None or not plain or amount.opened_from is not None:
        return None
    key = (condition.layer, frozenset(condition.types), amount.field)
    fitting = [
        stock
        for stock in evidence.context.stocks
        if (stock.layer, stock.types, stock.field) == key and stock.year <= evidence.context.year
    ]
    latest = max(fitting, key=lambda stock: stock.year, default=None)
    return None if latest is None else (latest.year, Fraction(latest.value))


def _register(evidence: Evidence, name: str) -> Total | Lack:
    figure = evidence.context.register_total(name)
    return Lack("missing_register", name) if figure is None else Total(figure, 0)


def _items(
    evidence: Evidence,
    amount: Amount,
    condition: Condition,
    *,
    since: int | None,
    unknown: np.int8 | Answers,
) -> Iterator[_Item]:
    opened = opened_since(evidence.column("opened"), since, unknown=unknown)
    answers = np.minimum(evidence.serving(condition), opened)
    values = None if amount.field is None else evidence.decimals(amount.field)
    for position in np.flatnonzero(answers != NO).tolist():
        value = _ONE if values is None else values[position]
        yield _Item(position, bool(answers[position] == YES), value)


def _judged(items: list[_Item], amount: Amount, name: str, *, complete: bool) -> Total | Lack:
    added = _added(items)
    told = any(item.sure and item.value is not None for item in items)
    if not told and not complete and not any(item.sure for item in items):
        return Lack("missing_layer", name)
    if not told and items and all(item.sure for item in items):
        return Lack("missing_attribute", str(amount.field))
    return added if complete else Total(added.value, added.unknown + 1)


def _added(items: Iterable[_Item]) -> Total:
    items = list(items)
    told = [item.value for item in items if item.sure and item.value is not None]
    return Total(decimal_sum(told), len(items) - len(told))


def opened_since(opened: NDArray[Any], year: int | None, *, unknown: np.int8 | Answers) -> Answers:
    """Opened in or after a year; everything where no year is asked for; `unknown` where no year is known."""
    if year is None:
        return np.full(len(opened), YES)
    years = opened.astype(np.float64, copy=False)
    return np.where(np.isnan(years), unknown, np.where(years >= year, YES, NO)).astype(np.int8)
