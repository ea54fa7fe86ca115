"""Annealed and bred answers of plain covering against every set of sites."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from coverplan.siting.solvers.covering import _anneal, cover_branch, cover_search, generations
from coverplan.siting.solvers.covering._cover import transpose
from coverplan.siting.solvers.covering.cover_search import search_cover
from coverplan.siting.solvers.covering.cover_state import CoverSearch
from coverplan.siting.solvers.covering.generations import Generations
from coverplan.siting.solvers.covering.plain_cover import PlainCover
from coverplan.siting.solvers.search import Search, Watch


def by_chance(seed, sites, cells, reach=0.3):
    """A question by chance and, for every site, its cells as a set."""
    random = np.random.default_rng(seed)
    reached = random.random((sites, cells)) < reach
    reached[:, 0] = True
    sets = [set(np.flatnonzero(one).tolist()) for one in reached]
    indptr = np.concatenate(([0], np.cumsum(reached.sum(axis=1)))).astype(np.int64)
    demand = np.nonzero(reached)[1].astype(np.int32)
    start, site_of = transpose(indptr, demand, cells)
    weight = random.integers(1, 100, cells).astype(float)
    own = random.integers(0, 20, sites).astype(float)
    return PlainCover(indptr, demand, start, site_of, weight, own, np.arange(sites), 0.0, whole=True), sets


def covered(small, sets, chosen):
    """What a set covers, in plain Python."""
    cells = set().union(*(sets[site] for site in chosen))
    return sum(small.weight[cell] for cell in cells) + sum(small.own[site] for site in chosen)


def best(small, sets, count, among=None):
    among = range(small.sites) if among is None else among
    return max(covered(small, sets, chosen) for chosen in itertools.combinations(among, count))


def begun(small, count, *, threads=1, seed=0):
    asked = Search(gap=0.0, threads=threads, seed=seed)
    return CoverSearch(small, count, asked, Watch(asked))


@pytest.mark.parametrize("seed", range(6))
def test_annealing_counts_what_it_covers_and_finds_the_best_of_few(seed):
    small, sets = by_chance(seed, 9, 30)
    random = np.array([seed + 1], dtype=np.int64)
    for _ in range(3):  # one stream at least ends at the best of 84 sets
        chosen, value = _anneal.anneal(
            small.cover, np.array([0, 1, 2], dtype=np.int32), random, 4000, 50.0, 1.0
        )
        assert len(set(chosen.tolist())) == 3
        assert value == pytest.approx(covered(small, sets, chosen.tolist()))
        if value == best(small, sets, 3):
            break
    else:
        pytest.fail("never the best")


def test_a_generation_is_the_best_set_among_the_sites_of_its_parents():
    for seed in range(4):
        small, sets = by_chance(seed, 30, 60, reach=0.15)
        random = np.random.default_rng(seed)
        parents = [np.sort(random.choice(30, 4, replace=False)).astype(np.int32) for _ in range(3)]
        value, chosen = Generations(begun(small, 4), search_cover)._best_of(parents)
        assert value == covered(small, sets, chosen.tolist())
        assert value >= best(small, sets, 4, np.unique(np.concatenate(parents)).tolist())


def test_bred_answers_are_proven_and_the_same_for_any_threads(monkeypatch):
    monkeypatch.setattr(generations, "LARGE_PAIRS", 0)
    monkeypatch.setattr(cover_search, "TRIAL_PAIRS", 0)
    monkeypatch.setattr(cover_search, "within_reach", lambda _: False)
    monkeypatch.setattr(cover_branch, "FIRST_WALK", 0)
    monkeypatch.setattr(generations, "STEPS_BY_SITE", 50)
    jobs: list[int] = []
    job = Generations._job
    monkeypatch.setattr(Generations, "_job", lambda self: jobs.append(1) or job(self))
    for seed in range(3):
        small, sets = by_chance(seed, 20, 150, reach=0.12)
        ends, most = [], best(small, sets, 4)
        for threads in (1, 2):
            state = begun(small, 4, threads=threads, seed=seed)
            search_cover(state)
            assert state.value == state.bound == most
            ends.append(sorted(state.chosen.tolist()))
        assert ends[0] == ends[1]
    assert len(jobs) > generations.ANNEALED  # one of them at least was bred
