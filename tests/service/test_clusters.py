"""Clusters of people against scikit-learn's DBSCAN, which the package does not use."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import DBSCAN

from coverplan.service.clusters import density_clusters


@pytest.mark.parametrize("seed", range(60))
def test_clusters_are_those_of_scikit_learn(seed: int) -> None:
    chance = np.random.default_rng(seed)
    count = int(chance.integers(1, 300))
    if seed % 2:  # places of a grid, where many lie exactly the radius apart
        x, y = chance.integers(0, 20, (2, count)) * 100.0 + [[500_000.0], [3_400_000.0]]
    else:
        x, y = chance.uniform(0, 2_000, (2, count))
    people = chance.integers(0, 30, count).astype(float)
    radius = float(chance.choice([100, 200, 300, 500]))
    least = int(chance.integers(1, 150))
    theirs = DBSCAN(eps=radius, min_samples=least).fit(
        np.column_stack([x - x.mean(), y - y.mean()]), sample_weight=people
    )
    assert density_clusters(x, y, people, radius, least).tolist() == theirs.labels_.tolist()


def test_nobody_makes_no_cluster() -> None:
    nothing = np.zeros(0)
    assert density_clusters(nothing, nothing, nothing, 100.0, 10).tolist() == []
