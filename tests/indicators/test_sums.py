"""Sums that are added another way than one fraction after the other, held against just that."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.indicators.context import exact, exact_sum, fraction_sum

NUMBERS = st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=8)


@settings(max_examples=60, deadline=None)
@given(NUMBERS)
def test_sums_of_floats_lose_nothing(values) -> None:
    assert exact_sum(values) == sum((exact(value) for value in values), Fraction(0))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.fractions(), max_size=8))
def test_sums_of_fractions_lose_nothing(values) -> None:
    assert fraction_sum(values) == sum(values, Fraction(0))


def test_what_is_no_number_has_no_sum() -> None:
    with pytest.raises(ValueError, match="NaN"):
        exact_sum([1.0, float("nan")])
