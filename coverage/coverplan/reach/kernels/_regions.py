"""The part of a graph that belongs to one site, for opening and closing it."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from coverplan.reach.kernels._growing import doubled

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

LOW = 0xFFFFFFFF


@njit(cache=True, nogil=True)
def owned_region(indptr: Ints, pairs: Ints, seeds: Ints, labels: Longs, rank: int, unreached: int) -> Ints:
    """Reached nodes whose label carries a rank, found along the arcs from the seeds of that rank."""
    region = np.empty(64, dtype=np.int32)
    seen = np.zeros(len(labels), dtype=np.bool_)
    count = 0
    for s in range(len(seeds)):
        v = seeds[s]
        if not seen[v] and labels[v] < unreached and (labels[v] & LOW) == rank:
            if count == len(region):
                region = doubled(region)
            seen[v] = True
            region[count] = v
            count += 1
    done = 0
    while done < count:
        u = region[done]
        done += 1
        for arc in range(indptr[u], indptr[u + 1]):
            v = pairs[2 * arc]
            if not seen[v] and labels[v] < unreached and (labels[v] & LOW) == rank:
                if count == len(region):
                    region = doubled(region)
                seen[v] = True
                region[count] = v
                count += 1
    return region[:count].copy()


@njit(cache=True, nogil=True)
def region_border(
    indptr: Ints, pairs: Ints, region: Ints, labels: Longs, unreached: int
) -> tuple[Ints, Longs]:
    """Labels that come into a region from nodes outside it, by arcs turned round; the region has no labels."""
    node = np.empty(64, dtype=np.int32)
    label = np.empty(64, dtype=np.int64)
    count = 0
    for i in range(len(region)):
        u = region[i]
        best = unreached
        for arc in range(indptr[u], indptr[u + 1]):
            before = labels[pairs[2 * arc]]
            if before < unreached:
                best = min(best, before + (np.int64(pairs[2 * arc + 1]) << 32))
        if best < unreached:
            if count == len(node):
                node = doubled(node)
                label = doubled(label)
            node[count] = u
            label[count] = best
            count += 1
    return node[:count].copy(), label[:count].copy()
