"""Making a graph of arrays: places on a curve, arcs that leave each node, connected parts."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


@njit(cache=True, nogil=True)
def curve_keys(column: Ints, row: Ints, bits: int) -> Longs:
    """Place of each cell on a Hilbert curve over a grid of ``2**bits`` columns and rows."""
    keys = np.empty(len(column), dtype=np.int64)
    for i in range(len(column)):
        x = np.int64(column[i])
        y = np.int64(row[i])
        key = np.int64(0)
        for level in range(bits - 1, -1, -1):
            right = (x >> level) & 1
            upper = (y >> level) & 1
            key = (key << 2) | ((3 * right) ^ upper)
            inside = (np.int64(1) << level) - 1
            x &= inside
            y &= inside
            if upper == 0:
                if right == 1:
                    x = inside - x
                    y = inside - y
                x, y = y, x
        keys[i] = key
    return keys


@njit(cache=True, nogil=True)
def build_arcs(
    tail: Ints, head: Ints, forward_ms: Ints, backward_ms: Ints, indptr: Ints, pairs: Ints
) -> None:
    """Write the arcs that leave each node, of edges whose times are not negative; loops at one node are left out.

    ``indptr`` comes as zeros, ``pairs`` has room for twice the number of arcs.
    """
    nodes = len(indptr) - 1
    for e in range(len(tail)):
        if tail[e] != head[e]:
            if forward_ms[e] >= 0:
                indptr[tail[e] + 1] += 1
            if backward_ms[e] >= 0:
                indptr[head[e] + 1] += 1
    for u in range(nodes):
        indptr[u + 1] += indptr[u]
    free = indptr[:nodes].copy()
    for e in range(len(tail)):
        u = tail[e]
        v = head[e]
        if u != v:
            if forward_ms[e] >= 0:
                pairs[2 * free[u]] = v
                pairs[2 * free[u] + 1] = forward_ms[e]
                free[u] += 1
            if backward_ms[e] >= 0:
                pairs[2 * free[v]] = u
                pairs[2 * free[v] + 1] = backward_ms[e]
                free[v] += 1


@njit(cache=True, nogil=True)
def connected_nodes(start: Ints, stop: Ints, nodes: int) -> Ints:
    """First node of the part of the network that each node belongs to, whatever direction edges are used in."""
    first = np.arange(nodes, dtype=np.int32)
    for e in range(len(start)):
        u = start[e]
        v = stop[e]
        while first[u] != u:
            first[u] = first[first[u]]
            u = first[u]
        while first[v] != v:
            first[v] = first[first[v]]
            v = first[v]
        if u < v:
            first[v] = u
        else:
            first[u] = v
    for u in range(nodes):  # a node's first is never behind it, so its own first is known
        first[u] = first[first[u]]
    return first
