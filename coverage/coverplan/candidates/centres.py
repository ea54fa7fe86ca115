"""Middles of where people live: weighted k-means."""

from __future__ import annotations

import numpy as np

from coverplan.units import FloatArray

#: Beginnings that are tried; the one with the least inertia is kept.
BEGINNINGS = 10


def population_centres(
    x: FloatArray, y: FloatArray, people: FloatArray, number: int, seed: int
) -> FloatArray:
    """Shape (centres, 2): metres; the centre with most people first.

    Parameters
    ----------
    x, y
        Shape (points,): metres.
    people
        Shape (points,): above zero.
    number
        How many centres; there are fewer where people live at fewer places.
    seed
        Seed of the beginnings.

    Notes
    -----
    Points are taken in the order of their places and one thread adds them up, so that neither the order of rows nor
    the machine's load changes the answer.

    References
    ----------
    Lloyd (1982), IEEE Transactions on Information Theory 28; Arthur and Vassilvitskii (2007), SODA (k-means++).
    """
    places, which = np.unique(np.column_stack((x, y)), axis=0, return_inverse=True)
    if not len(places):
        return np.zeros((0, 2))
    weight = np.bincount(which.ravel(), weights=people, minlength=len(places))
    if number >= len(places):
        return np.asarray(places[np.lexsort((places[:, 1], places[:, 0], -weight))])
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    middle = places.mean(axis=0)
    with threadpool_limits(limits=1):
        found = KMeans(number, n_init=BEGINNINGS, random_state=seed).fit(
            places - middle, sample_weight=weight
        )
    centres = found.cluster_centers_ + middle
    crowd = np.bincount(found.labels_, weights=weight, minlength=number)
    return np.asarray(centres[np.lexsort((centres[:, 1], centres[:, 0], -crowd))])
