"""The reach matrix against a dense table with infinity for what is not reached."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.reach.matrix import NOT_REACHED, Reach


def random_reach(seed):
    """A matrix with zeros, ties and empty rows, and the same as a dense table."""
    rng = np.random.default_rng(seed)
    sites, points = int(rng.integers(1, 7)), int(rng.integers(1, 12))
    dense = np.where(rng.random((sites, points)) < 0.5, rng.integers(0, 6, (sites, points)), np.inf)
    site, point = np.nonzero(np.isfinite(dense))
    indptr = np.searchsorted(site, np.arange(sites + 1))
    ids = tuple(f"s{i}" for i in rng.permutation(sites))
    times = dense[site, point].astype(np.int32)
    demand = tuple(f"d{i}" for i in range(points))
    return Reach(ids, demand, indptr, point.astype(np.int32), times, 5), dense


@settings(deadline=None, max_examples=100)
@given(seed=st.integers(0, 2**32 - 1), standard=st.integers(0, 5))
def test_every_method_equals_the_dense_table(seed, standard):
    reach, dense = random_reach(seed)
    assert reach.pairs == np.isfinite(dense).sum()
    within = dense <= standard
    assert reach.times_within(standard).tolist() == within.sum(axis=0).tolist()
    cover = reach.within(standard)
    for site in range(reach.sites):
        points, times = reach.from_site(site)
        assert points.tolist() == np.flatnonzero(np.isfinite(dense[site])).tolist()
        assert times.tolist() == dense[site][points].tolist()
        row = cover.demand[cover.indptr[site] : cover.indptr[site + 1]]
        assert row.tolist() == np.flatnonzero(within[site]).tolist()
    near = reach.nearest()
    for point in range(reach.demand_points):
        best = dense[:, point].min()
        if not np.isfinite(best):
            assert (near.time_ms[point], near.site[point]) == (NOT_REACHED, NOT_REACHED)
            continue
        tied = np.flatnonzero(dense[:, point] == best)
        assert near.time_ms[point] == best
        assert near.site[point] == min(tied, key=lambda site: reach.site_ids[site])


def test_longer_standard_than_was_searched_is_refused():
    reach, _ = random_reach(1)
    with pytest.raises(ValueError, match="only searched up to 5 ms"):
        reach.within(6)
