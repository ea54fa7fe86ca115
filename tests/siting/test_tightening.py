"""Sharper rows keep every whole answer, and give the relaxations that are known."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from coverplan.siting.solvers.model import Expression, Model
from coverplan.siting.solvers.tightening import tightened


def model_of(rows, *, whole=None, upper=None):
    """Rows as (values, lower end) over yes-or-no columns."""
    count = len(rows[0][0])
    model = Model()
    for at in range(count):
        model.add_columns(
            1,
            lambda _, at=at: f"x{at}",
            upper=1.0 if upper is None else upper[at],
            integer=whole is None or whole[at],
        )
    for at, (values, low) in enumerate(rows):
        model.add_row(f"r{at}", Expression(np.arange(count), np.array(values, dtype=float)), lower=low)
    return model


def dense(model):
    start, column, value = model.matrix()
    found = np.zeros((model.rows, model.columns))
    found[np.repeat(np.arange(model.rows), np.diff(start)), column] = value
    return found, np.concatenate(model.row_lower)


def relaxed(model, cost):
    matrix, low = dense(model)
    return linprog(
        cost,
        A_ub=-matrix,
        b_ub=-low,
        bounds=list(zip(np.concatenate(model.lower), np.concatenate(model.upper), strict=True)),
    ).fun


def test_a_large_facility_counts_no_more_than_is_missing():
    model = model_of([([600.0, 600.0], 50.0)])
    assert relaxed(model, [10, 12]) == pytest.approx(10 * 50 / 600)
    assert relaxed(tightened(model), [10, 12]) == pytest.approx(10)


def test_a_claim_needs_its_facility_whole():
    # 600 x - 600 y >= -550: y may be claimed where at least 50 of 600 are there, which is where x is there
    model = model_of([([600.0, -600.0], -550.0), ([0.0, 1.0], 1.0)])
    assert relaxed(model, [10, 0]) == pytest.approx(10 * 50 / 600)
    assert relaxed(tightened(model), [10, 0]) == pytest.approx(10)


def test_hundreds_are_asked_for_in_hundreds():
    model = model_of([([100.0] * 8, 460.0)])
    assert relaxed(tightened(model), [1] * 8) == pytest.approx(5, abs=1e-6)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(
                st.sampled_from([-600.0, -7.5, -2.0, 0.0, 0.3, 1.0, 4.0, 250.0]), min_size=5, max_size=5
            ),
            st.sampled_from([-550.0, -3.0, 0.0, 0.4, 1.0, 3.0, 260.0]),
        ),
        min_size=1,
        max_size=3,
    ),
    st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_the_same_whole_answers(rows, whole):
    model = model_of(rows, whole=whole)
    (before, low), (after, raised) = dense(model), dense(tightened(model))
    parts = [(0.0, 1.0) if one else (0.0, 0.25, 1.0) for one in whole]
    for x in itertools.product(*parts):
        sums, sharp = before @ np.array(x), after @ np.array(x)
        # a row of an empty sum holds or not in both
        assert ((sums >= low - 1e-7).all()) == ((sharp >= raised - 1e-7).all())


def test_rows_with_an_upper_end_stay():
    model = Model()
    columns = model.add_columns(2, lambda at: f"x{at}", integer=True)
    model.add_row("both", Expression(columns, np.array([600.0, 600.0])), lower=50.0, upper=700.0)
    found, low = dense(tightened(model))
    assert found.tolist() == [[600.0, 600.0]]
    assert low.tolist() == [50.0]
