"""Small loops over arrays against numpy's own."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.siting.solvers._loops import put_in_place, write_over


@settings(max_examples=150)
@given(st.data())
def test_a_value_is_put_where_sorting_puts_it_and_none_smaller_stands_behind(data: st.DataObject) -> None:
    numbers = st.one_of(st.integers(-3, 3).map(float), st.floats(allow_nan=False))
    values = np.array(data.draw(st.lists(numbers, min_size=1, max_size=60)), dtype=float)
    k = data.draw(st.integers(0, len(values) - 1))
    found = values.copy()
    put_in_place(found, k)
    expected = np.sort(values)
    assert found[k] == expected[k]
    np.testing.assert_array_equal(np.sort(found), expected)
    assert (found[:k] <= found[k]).all()
    assert (found[k:] >= found[k]).all()


def test_long_rows_sorted_turned_and_equal_end_at_once() -> None:
    row = np.arange(100_001.0)
    for values in (row, row[::-1].copy(), np.zeros(100_001), np.minimum(row, row[::-1])):
        found = values.copy()
        put_in_place(found, 50_000)
        assert found[50_000] == np.sort(values)[50_000]


def test_what_is_written_over_keeps_what_stands_behind() -> None:
    into = np.arange(5.0)
    write_over(into, np.array([7.0, 8.0]))
    assert into.tolist() == [7, 8, 2, 3, 4]
