"""Sums that are added another way than one fraction after the other, held against just that."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.indicators.answers import number, written
from coverplan.indicators.context import decimal_sum, exact, exact_sum

NUMBERS = st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=8)


@settings(max_examples=60, deadline=None)
@given(NUMBERS)
def test_sums_of_floats_lose_nothing(values) -> None:
    assert exact_sum(values) == sum((exact(value) for value in values), Fraction(0))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False), max_size=8))
def test_sums_of_decimals_lose_nothing_however_far_apart(values) -> None:
    assert decimal_sum(values) == sum(map(Fraction, values), Fraction(0))


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("0.1", Fraction(1, 10)),
        (2.5, Fraction(5, 2)),
        ("many", None),
        ("nan", None),
        ("inf", None),
        (None, None),
    ],
)
def test_a_cell_is_the_same_number_as_a_decimal_and_as_a_fraction(cell, read) -> None:
    assert number(cell) == read
    assert written(cell) == (None if read is None else Decimal(str(cell)))


def test_what_is_no_number_has_no_sum() -> None:
    with pytest.raises(ValueError, match="NaN"):
        exact_sum([1.0, float("nan")])
