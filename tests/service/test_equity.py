"""Measures of inequality: counted by hand, held against PySAL, and their axioms."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.service import equity
from coverplan.service.fairness import indices

ONES = np.ones(4)
VALUES = np.array([1.0, 2.0, 3.0, 4.0])


def all_indices(values, people):
    theil = equity.theil(values, people, ["a"] * len(values))
    return [
        equity.gini(values, people),
        equity.palma(values, people),
        equity.hoover(values, people),
        None if theil is None else theil.total,
        equity.atkinson(values, people, 0.5),
        equity.atkinson(values, people, 1),
    ]


def test_counted_by_hand() -> None:
    assert equity.gini(VALUES, ONES) == pytest.approx(0.25)  # 20 / (2 x 2.5 x 16)
    assert equity.gini(np.array([0.0, 1.0]), np.array([9.0, 1.0])) == pytest.approx(0.9)
    assert equity.hoover(VALUES, ONES) == pytest.approx(0.2)  # 4 / (2 x 10)
    # the upper tenth: 0.4 x 4 of 10; the lower four tenths: 1 + 0.6 x 2 of 10
    assert equity.palma(VALUES, ONES) == pytest.approx(1.6 / 2.2)
    assert equity.atkinson(np.array([1.0, 4.0]), np.ones(2), 1) == pytest.approx(1 - 2 / 2.5)
    assert equity.atkinson(np.array([1.0, 4.0]), np.ones(2), 2) == pytest.approx(1 - 1.6 / 2.5)
    halves = equity.theil(np.array([1.0, 1.0, 3.0, 3.0]), ONES, ["a", "a", "b", "b"])
    assert halves is not None
    assert halves.within == pytest.approx(0)
    assert halves.between == pytest.approx(0.5 * 0.5 * np.log(0.5) + 0.5 * 1.5 * np.log(1.5))


def test_the_concentration_index_by_hand() -> None:
    rich = np.array([1.0, 2.0])
    # all of it with the upper half: rank 0.75 of 1, twice that less 1
    assert equity.concentration(np.array([0.0, 1.0]), np.ones(2), rich) == pytest.approx(0.5)
    assert equity.concentration(np.array([1.0, 0.0]), np.ones(2), rich) == pytest.approx(-0.5)
    assert equity.concentration(VALUES, ONES, np.ones(4)) == pytest.approx(0)
    # by its own rank it is the Gini coefficient
    assert equity.concentration(VALUES, ONES, VALUES) == pytest.approx(0.25)
    known_only = equity.concentration(VALUES, ONES, np.array([1.0, np.nan, 2.0, np.nan]))
    assert known_only == equity.concentration(VALUES[::2], np.ones(2), rich)


def test_no_service_or_nobody_cannot_be_judged() -> None:
    for values, people in (
        (np.zeros(3), np.ones(3)),
        (np.ones(3), np.zeros(3)),
        (np.full(2, np.nan), np.ones(2)),
    ):
        assert all_indices(values, people) == [None] * 6
        assert equity.lorenz(values, people) is None
        assert equity.concentration(values, people, np.arange(len(values), dtype=float)) is None
    assert equity.palma(np.array([0.0, 0.0, 1.0]), np.array([3.0, 3.0, 4.0])) is None
    assert equity.atkinson(np.array([0.0, 1.0]), np.ones(2), 1) == 1
    with pytest.raises(ValueError, match="negative"):
        equity.gini(np.array([-1.0, 1.0]), np.ones(2))
    with pytest.raises(ValueError, match="aversion"):
        equity.atkinson(VALUES, ONES, 0)


cells = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 30)), min_size=2, max_size=12).filter(
    lambda rows: any(value for value, _ in rows)
)


@settings(max_examples=60, deadline=None)
@given(cells, st.integers(0, 11), st.floats(0.1, 0.9), st.floats(0.1, 10))
def test_splitting_a_cell_and_scaling_change_nothing(rows, at, part, scale) -> None:
    values, people = np.array(rows, dtype=float).T
    at %= len(values)
    before = all_indices(values, people)
    split_people = np.append(people, people[at] * (1 - part))
    split_people[at] *= part
    for after in (
        all_indices(np.append(values, values[at]), split_people),
        all_indices(values * scale, people),
    ):
        for one, other in zip(before, after, strict=True):
            assert one == (None if other is None else pytest.approx(other, abs=1e-9, rel=1e-9))


@settings(max_examples=60, deadline=None)
@given(cells)
def test_a_gift_from_more_to_less_never_makes_it_less_even(rows) -> None:
    values, people = np.array(rows, dtype=float).T
    low, high = int(np.argmin(values)), int(np.argmax(values))
    if values[low] == values[high]:
        return
    gift = 0.25 * (values[high] - values[low]) * min(people[low], people[high])
    after = values.copy()
    after[high] -= gift / people[high]
    after[low] += gift / people[low]
    for index in (equity.gini, equity.hoover, lambda v, p: equity.atkinson(v, p, 0.5)):
        assert index(after, people) <= index(values, people) + 1e-12


@settings(max_examples=30, deadline=None)
@given(cells, st.integers(1, 3))
def test_within_and_between_add_up(rows, groups) -> None:
    values, people = np.array(rows, dtype=float).T
    found = equity.theil(values, people, [str(at % groups) for at in range(len(values))])
    assert found is not None
    assert found.within + found.between == pytest.approx(found.total)
    assert found.within >= -1e-12
    assert found.between >= -1e-12
    if groups == 1:
        assert found.between == pytest.approx(0)


@pytest.mark.truth
def test_as_pysal_without_weights() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = pytest.importorskip("inequality")
        from inequality import gini, theil
        from inequality.atkinson import atkinson
    del theirs
    values = np.random.default_rng(5).gamma(2, 3, 80)
    people = np.ones(80)
    assert equity.gini(values, people) == pytest.approx(gini.Gini(values).g, rel=1e-9)
    groups = np.arange(80) % 4
    parts = theil.TheilD(values, groups)
    ours = equity.theil(values, people, groups.tolist())
    assert ours is not None
    assert ours.total == pytest.approx(float(parts.T), rel=1e-9)
    assert ours.between == pytest.approx(float(parts.bg[0]), rel=1e-9)
    for aversion in (0.5, 1):
        assert equity.atkinson(values, people, aversion) == pytest.approx(
            atkinson(values, aversion), rel=1e-9
        )


def test_without_streets_nothing_stands_between_them():
    amount, people = np.array([1.0, 2.0, 4.0]), np.array([3.0, 3.0, 1.0])
    found = indices(amount, people, ["", "", ""], None)
    assert (found["theil_between"], found["theil_within"]) == (None, None)
    split = indices(amount, people, ["a", "a", "b"], None)
    assert split["theil_between"] + split["theil_within"] == pytest.approx(found["theil"])


def test_measures_have_the_same_digits_however_many_cores_multiply() -> None:
    from threadpoolctl import threadpool_limits

    rng = np.random.default_rng(5)
    values, people = rng.gamma(0.5, 2.0, 30_000), rng.gamma(2.0, 3.0, 30_000)
    groups = rng.integers(0, 9, 30_000)

    def measured() -> list[object]:
        found = [equity.hoover(values, people), equity.atkinson(values, people, 0.5)]
        return [*found, equity.theil(values, people, groups), equity.concentration(values, people, values)]

    with threadpool_limits(limits=1):
        alone = measured()
    with threadpool_limits(limits=4):
        assert measured() == alone
    assert equity.theil(values, people, [f"{at}" for at in groups]) == alone[2]
