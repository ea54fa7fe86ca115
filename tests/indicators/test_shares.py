"""One sum over another: what it may be divided by, and what an unknown part leaves open."""

from __future__ import annotations

from fractions import Fraction

import pytest

from coverplan.indicators.amounts import Total
from coverplan.indicators.shares import divided


@pytest.mark.parametrize(
    ("under", "value"), [(Fraction(1), 300), (Fraction(1, 2), 600), (Fraction(2), 150), (Fraction(0), None)]
)
def test_a_sum_is_divided_by_one_and_by_less_than_one_but_not_by_nought(
    under: Fraction, value: int | None
) -> None:
    found = divided(Total(Fraction(3), 0), Total(under, 0), Fraction(100))
    assert found.value == value
    assert found.reason == ("missing_denominator:zero" if value is None else None)


@pytest.mark.parametrize(("over", "under", "open_to"), [(0, 0, (2, 2)), (1, 0, (2, None)), (0, 1, (None, 2))])
def test_an_unknown_part_of_either_leaves_one_side_open(
    over: int, under: int, open_to: tuple[int | None, int | None]
) -> None:
    found = divided(Total(Fraction(6), over), Total(Fraction(3), under), Fraction(1))
    assert (found.lowest, found.highest) == open_to
    assert found.unknown == over + under
