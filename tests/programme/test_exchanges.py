"""Openings put where they bring most people, against trying every place."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.programme.actions.action import Action
from coverplan.programme.actions.covers import CoverSets
from coverplan.programme.asking.question import PeopleAim, Question
from coverplan.programme.solving.exchanges import best_places
from coverplan.siting.pairs import from_triples


def question(near, people, costs, exclusive=()):
    """One aim, every action an opening of the same offer."""
    actions = tuple(
        Action(f"a{k}", "open", "elder_care", "day_care", 0, None, f"s{k}", None, None, cost=cost)
        for k, cost in enumerate(costs)
    )
    site, point = np.nonzero(near)
    pairs = from_triples(
        site.astype(np.int32), point.astype(np.int32), None, sites=len(near), demand_points=len(people)
    )
    sets = CoverSets(np.zeros(len(people), dtype=bool), pairs, np.arange(len(near)), {})
    covers = SimpleNamespace(sets=lambda *_: sets)
    aim = PeopleAim(SimpleNamespace(key="walk"), "total", people)
    return Question(actions, (2030,), None, True, (), (aim,), covers, exclusive)


def reached(near, people, chosen):
    return float(people[near[chosen].any(axis=0)].sum())


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_never_below_the_start_and_never_dearer(seed):
    rng = np.random.default_rng(seed)
    near, people = rng.random((8, 12)) < 0.3, rng.integers(0, 9, 12).astype(float)
    costs = rng.integers(1, 4, 8).astype(float)
    start = np.zeros(8, dtype=bool)
    start[rng.choice(8, 3, replace=False)] = True
    found = best_places(question(near, people, costs), start, stop=lambda: False)
    assert found.sum() == 3
    assert costs[found].sum() <= costs[start].sum()
    if (costs == costs[0]).all():
        assert reached(near, people, found) >= reached(near, people, start)


def test_one_opening_goes_to_the_best_place_of_all():
    rng = np.random.default_rng(3)
    near, people = rng.random((9, 30)) < 0.3, rng.integers(1, 9, 30).astype(float)
    start = np.arange(9) == 4
    found = best_places(question(near, people, [1.0] * 9), start, stop=lambda: False)
    assert reached(near, people, found) == max(reached(near, people, [k]) for k in range(9))


def test_two_openings_end_where_no_exchange_of_one_brings_more():
    rng = np.random.default_rng(5)
    near, people = rng.random((9, 30)) < 0.3, rng.integers(1, 9, 30).astype(float)
    found = np.flatnonzero(
        best_places(question(near, people, [1.0] * 9), np.arange(9) < 2, stop=lambda: False)
    )
    now = reached(near, people, found)
    for out, into in itertools.product(found, range(9)):
        assert reached(near, people, [*set(found) - {out}, into]) <= now


def test_places_that_exclude_each_other_are_not_taken_together():
    near = np.eye(3, dtype=bool)
    people = np.array([5.0, 9.0, 8.0])
    found = best_places(
        question(near, people, [1.0] * 3, exclusive=((1, 2),)),
        np.array([True, True, False]),
        stop=lambda: False,
    )
    assert found.tolist() == [True, True, False]


@pytest.mark.parametrize("aims", [()])
def test_without_aims_nothing_moves(aims):
    start = np.array([True, False])
    asked = Question(
        question(np.eye(2, dtype=bool), np.ones(2), [1.0] * 2).actions, (2030,), None, True, (), aims
    )
    assert best_places(asked, start, stop=lambda: False) is start
