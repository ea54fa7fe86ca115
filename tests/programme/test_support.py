"""Large models by their relaxation: the same answers and bounds as the whole model, on covering problems of any kind."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.programme.solving import support
from coverplan.siting.solvers._exact import run_highs
from coverplan.siting.solvers.model import Expression, Model
from coverplan.siting.solvers.search import Search, Watch


def covering(seed: int, sites: int, points: int, most: int) -> tuple[Model, Expression]:
    """At most so many sites; a point counts its people where one of its sites is open."""
    rng = np.random.default_rng(seed)
    model = Model()
    opened = model.add_columns(sites, lambda j: f"open({j})", integer=True)
    covered = model.add_columns(points, lambda i: f"covered({i})")
    point, site = np.nonzero(rng.random((points, sites)) < 0.3)
    model.add_rows(
        points,
        lambda i: f"cover({i})",
        [(np.arange(points), covered, 1.0), (point, opened[site], -1.0)],
        upper=0.0,
    )
    model.add_row("number", Expression(opened, np.ones(sites)), upper=float(most))
    return model, Expression(covered, rng.integers(1, 50, points).astype(float))


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.integers(3, 9), st.integers(3, 30), st.integers(1, 3), st.booleans())
def test_the_answer_is_as_good_as_its_proof_says(seed, sites, points, most, begun):
    model, expression = covering(seed, sites, points, most)
    search = Search(gap=0.02, seed=1)
    start = np.arange(sites) < most if begun else None
    exact = run_highs(model, expression, "max", Search(gap=0.0, seed=1), Watch(search), None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(support, "LARGE", 0)
        found = support.run_by_support(model, expression, "max", search, start=start, constant=0.0)
    dense = model.dense(expression)
    best, value = float(dense @ exact.values), float(dense @ found.values)
    opened = found.values[:sites]
    assert opened.sum() <= most + 1e-6
    assert np.abs(opened - np.rint(opened)).max() < 1e-6
    assert value <= best + 1e-6 <= found.bound + 2e-6
    assert value >= (1 - search.gap) * found.bound - 1e-6


def test_what_cannot_be_is_said_of_a_large_model_too(monkeypatch):
    model, expression = covering(0, 4, 6, 1)
    model.add_row("all", Expression(np.arange(4), np.ones(4)), lower=2.0)
    monkeypatch.setattr(support, "LARGE", 0)
    found = support.run_by_support(model, expression, "max", Search(gap=0.01), start=None, constant=0.0)
    assert found.infeasible
