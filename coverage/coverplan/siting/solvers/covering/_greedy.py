"""Kernel of the lazy greedy method for plain covering."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@njit(cache=True, nogil=True)
def lazy_greedy(
    indptr: Longs, demand: Ints, weight: Floats, own: Floats, most: int, target: float
) -> tuple[Ints, Floats]:
    """Sites by greatest gain, ties by position, until `most` are chosen or `target` is covered (Minoux 1978).

    Returns
    -------
    chosen : int32, in the order of choice
    covered : weight covered after each choice
    """
    sites = len(indptr) - 1
    covered = np.zeros(len(weight), np.bool_)
    gain = np.empty(sites)
    heap = np.empty(sites, np.int32)
    asked = np.zeros(sites, np.int32)
    for site in range(sites):
        total = own[site]
        for at in range(indptr[site], indptr[site + 1]):
            total += weight[demand[at]]
        gain[site] = total
        heap[site] = site
    size = sites
    for root in range(size // 2 - 1, -1, -1):
        _sift(heap, gain, root, size)
    chosen = np.empty(most, np.int32)
    value = np.empty(most)
    count = 0
    total_value = 0.0
    while count < most and size > 0 and total_value < target:
        site = heap[0]
        if asked[site] == count:
            if gain[site] <= 0:
                break
            total_value += gain[site]
            chosen[count] = site
            value[count] = total_value
            count += 1
            for at in range(indptr[site], indptr[site + 1]):
                covered[demand[at]] = True
            size -= 1
            heap[0] = heap[size]
        else:
            total = own[site]
            for at in range(indptr[site], indptr[site + 1]):
                if not covered[demand[at]]:
                    total += weight[demand[at]]
            gain[site] = total
            asked[site] = count
        _sift(heap, gain, 0, size)
    return chosen[:count].copy(), value[:count].copy()


@njit(cache=True, nogil=True)
def _sift(heap: Ints, gain: Floats, root: int, size: int) -> None:
    """Let the entry at `root` sink to its place; greater gain first, then lower position."""
    if root >= size:
        return
    site = heap[root]
    while True:
        child = 2 * root + 1
        if child >= size:
            break
        if child + 1 < size and (
            gain[heap[child + 1]] > gain[heap[child]]
            or (gain[heap[child + 1]] == gain[heap[child]] and heap[child + 1] < heap[child])
        ):
            child += 1
        if gain[heap[child]] > gain[site] or (gain[heap[child]] == gain[site] and heap[child] < site):
            heap[root] = heap[child]
            root = child
        else:
            break
    heap[root] = site
