"""Searches over streets: arrays in, arrays out, no lock held.

A graph is a compressed row form: the arcs of node ``u`` stand at ``indptr[u]`` to ``indptr[u + 1]``, and arc ``a``
is the pair ``pairs[2 a]`` (node it leads to) and ``pairs[2 a + 1]`` (milliseconds). The queue is a row of buckets,
each ``2**shift`` milliseconds wide, of linked entries; inside a bucket labels are corrected, so that edges shorter
than a bucket, of zero milliseconds even, are right.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

_LOW = 0xFFFFFFFF


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
def build_arcs(tail: Ints, head: Ints, forward_ms: Ints, backward_ms: Ints, nodes: int) -> tuple[Ints, Ints]:
    """Arcs that leave each node, of edges whose times are not negative; loops at one node are left out."""
    indptr = np.zeros(nodes + 1, dtype=np.int32)
    for e in range(len(tail)):
        if tail[e] != head[e]:
            if forward_ms[e] >= 0:
                indptr[tail[e] + 1] += 1
            if backward_ms[e] >= 0:
                indptr[head[e] + 1] += 1
    for u in range(nodes):
        indptr[u + 1] += indptr[u]
    pairs = np.empty(2 * indptr[nodes], dtype=np.int32)
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
    return indptr, pairs


@njit(cache=True, nogil=True)
def _doubled(values: NDArray[Any]) -> NDArray[Any]:
    longer = np.empty(2 * len(values) + 64, dtype=values.dtype)
    longer[: len(values)] = values
    return longer


@njit(cache=True, nogil=True)
def _search(
    indptr: Ints,
    pairs: Ints,
    seed_node: Ints,
    seed_ms: Ints,
    lo: int,
    hi: int,
    beyond: int,
    shift: int,
    time_ms: Ints,
    touched: Ints,
    heads: Ints,
    entries: Longs,
) -> int:
    """Label every node within the limit from one set of seeds.

    ``time_ms`` holds ``beyond`` (the limit plus one) everywhere and ``heads`` -1; the labelled nodes come first in
    ``touched``. Returns their number.
    """
    found = 0
    top = 0
    free = -1
    if len(entries) < 2 * (hi - lo):
        entries = np.empty(4 * (hi - lo), dtype=np.int64)
    for s in range(lo, hi):
        v = seed_node[s]
        ms = seed_ms[s]
        old = time_ms[v]
        if ms < old:
            if old == beyond:
                touched[found] = v
                found += 1
            time_ms[v] = ms
            bucket = ms >> shift
            entries[2 * top] = (np.int64(ms) << 32) | v
            entries[2 * top + 1] = heads[bucket]
            heads[bucket] = top
            top += 1
    for bucket in range(len(heads)):
        k = heads[bucket]
        while k >= 0:
            entry = entries[2 * k]
            heads[bucket] = entries[2 * k + 1]
            u = entry & _LOW
            ms = entry >> 32
            entries[2 * k + 1] = free
            free = k
            if ms == time_ms[u]:
                first = indptr[u]
                last = indptr[u + 1]
                if 2 * (top + last - first) > len(entries):
                    entries = _doubled(entries)
                for arc in range(first, last):
                    v = pairs[2 * arc]
                    later = ms + pairs[2 * arc + 1]
                    old = time_ms[v]
                    if later < old:
                        if old == beyond:
                            touched[found] = v
                            found += 1
                        time_ms[v] = later
                        into = later >> shift
                        if free >= 0:
                            k = free
                            free = entries[2 * k + 1]
                        else:
                            k = top
                            top += 1
                        entries[2 * k] = (later << 32) | v
                        entries[2 * k + 1] = heads[into]
                        heads[into] = k
            k = heads[bucket]
    return found


@njit(cache=True, nogil=True)
def node_rows(
    indptr: Ints,
    pairs: Ints,
    sources: Ints,
    first: int,
    stop: int,
    limit_ms: int,
    shift: int,
    time_ms: Ints,
    touched: Ints,
    heads: Ints,
    entries: Longs,
    counts: Longs,
    out_node: Ints,
    out_ms: Ints,
) -> tuple[Ints, Ints, int]:
    """Nodes within the limit of each source, one source after the other, unordered within a source.

    Returns nodes and milliseconds in arrays that may be longer than what is filled, and the filled length.
    """
    beyond = limit_ms + 1
    filled = 0
    start_ms = np.zeros(1, dtype=np.int32)
    start_node = np.empty(1, dtype=np.int32)
    for i in range(first, stop):
        start_node[0] = sources[i]
        found = _search(
            indptr, pairs, start_node, start_ms, 0, 1, beyond, shift, time_ms, touched, heads, entries
        )  # fmt: skip
        while filled + found > len(out_node):
            out_node = _doubled(out_node)
            out_ms = _doubled(out_ms)
        for j in range(found):
            v = touched[j]
            out_node[filled + j] = v
            out_ms[filled + j] = time_ms[v]
            time_ms[v] = beyond
        counts[i] = found
        filled += found
    return out_node, out_ms, filled


@njit(cache=True, nogil=True)
def _sort_ascending(values: Ints, spare: Ints, count: int, largest: int) -> None:
    """Sort the first ``count`` values, none above ``largest``: by insertion when few, else byte by byte."""
    if count <= 48:
        for i in range(1, count):
            value = values[i]
            j = i - 1
            while j >= 0 and values[j] > value:
                values[j + 1] = values[j]
                j -= 1
            values[j + 1] = value
        return
    start = np.empty(257, dtype=np.int64)
    shift = 0
    while (largest >> shift) > 0:
        start[:] = 0
        for i in range(count):
            start[((values[i] >> shift) & 255) + 1] += 1
        for digit in range(256):
            start[digit + 1] += start[digit]
        for i in range(count):
            digit = (values[i] >> shift) & 255
            spare[start[digit]] = values[i]
            start[digit] += 1
        values[:count] = spare[:count]
        shift += 8


@njit(cache=True, nogil=True)
def travel_rows(
    indptr: Ints,
    pairs: Ints,
    seed_start: Longs,
    seed_node: Ints,
    seed_ms: Ints,
    direct_start: Longs,
    direct_point: Ints,
    direct_ms: Ints,
    door_start: Ints,
    door_pairs: Ints,
    sites: Longs,
    first: int,
    stop: int,
    limit_ms: int,
    shift: int,
    time_ms: Ints,
    touched: Ints,
    heads: Ints,
    entries: Longs,
    best_ms: Ints,
    points: Ints,
    spare: Ints,
    counts: Longs,
    out_point: Ints,
    out_ms: Ints,
) -> tuple[Ints, Ints, int]:
    """Demand points within the limit of each site, ascending within a site.

    Seeds lie from ``seed_start[site]`` on; a demand point hangs at a node by the pair (point, milliseconds) in
    ``door_pairs``; what shares an edge with the site is listed directly. Returns as `node_rows` does.
    """
    beyond = limit_ms + 1
    filled = 0
    for i in range(first, stop):
        site = sites[i]
        found = _search(
            indptr, pairs, seed_node, seed_ms, seed_start[site], seed_start[site + 1],
            beyond, shift, time_ms, touched, heads, entries,
        )  # fmt: skip
        count = 0
        for k in range(direct_start[site], direct_start[site + 1]):
            point = direct_point[k]
            ms = direct_ms[k]
            if ms < best_ms[point]:
                if best_ms[point] == beyond:
                    points[count] = point
                    count += 1
                best_ms[point] = ms
        for j in range(found):
            u = touched[j]
            at_node = np.int64(time_ms[u])
            time_ms[u] = beyond
            for k in range(door_start[u], door_start[u + 1]):
                point = door_pairs[2 * k]
                ms = at_node + door_pairs[2 * k + 1]
                old = best_ms[point]
                if ms < old:
                    if old == beyond:
                        points[count] = point
                        count += 1
                    best_ms[point] = ms
        while filled + count > len(out_point):
            out_point = _doubled(out_point)
            out_ms = _doubled(out_ms)
        _sort_ascending(points, spare, count, len(best_ms) - 1)
        for j in range(count):
            point = points[j]
            out_point[filled + j] = point
            out_ms[filled + j] = best_ms[point]
            best_ms[point] = beyond
        counts[i] = count
        filled += count
    return out_point, out_ms, filled


@njit(cache=True, nogil=True)
def nearest_labels(
    indptr: Ints,
    pairs: Ints,
    seed_node: Ints,
    seed_label: Longs,
    limit_ms: int,
    shift: int,
    batch: int,
    labels: Longs,
    heads: Ints,
    entries: Longs,
) -> None:
    """Smallest label of every node, where a label is milliseconds in the high and the site's rank in the low half.

    Seeds are entered in batches that lie close together; a later batch is pruned by what earlier ones left in
    ``labels``. One comparison of labels settles time and tie at once.
    """
    largest = (np.int64(limit_ms) << 32) | _LOW
    if len(entries) < 3 * batch:
        entries = np.empty(3 * batch, dtype=np.int64)
    for begin in range(0, len(seed_node), batch):
        end = min(begin + batch, len(seed_node))
        top = 0
        free = -1
        for s in range(begin, end):
            v = seed_node[s]
            label = seed_label[s]
            if label < labels[v] and label <= largest:
                labels[v] = label
                into = label >> (32 + shift)
                entries[3 * top] = label
                entries[3 * top + 1] = v
                entries[3 * top + 2] = heads[into]
                heads[into] = top
                top += 1
        for bucket in range(len(heads)):
            k = heads[bucket]
            while k >= 0:
                label = entries[3 * k]
                u = entries[3 * k + 1]
                heads[bucket] = entries[3 * k + 2]
                entries[3 * k + 2] = free
                free = k
                if label == labels[u]:
                    start = indptr[u]
                    stop = indptr[u + 1]
                    if 3 * (top + stop - start) > len(entries):
                        entries = _doubled(entries)
                    for arc in range(start, stop):
                        v = pairs[2 * arc]
                        later = label + (np.int64(pairs[2 * arc + 1]) << 32)
                        if later < labels[v] and later <= largest:
                            labels[v] = later
                            into = later >> (32 + shift)
                            if free >= 0:
                                k = free
                                free = entries[3 * k + 2]
                            else:
                                k = top
                                top += 1
                            entries[3 * k] = later
                            entries[3 * k + 1] = v
                            entries[3 * k + 2] = heads[into]
                            heads[into] = k
                k = heads[bucket]


@njit(cache=True, nogil=True)
def hang_at_nodes(node: Ints, point: Ints, ms: Ints, nodes: int) -> tuple[Ints, Ints]:
    """Row form by node of the pairs (point, milliseconds); entries whose milliseconds are negative are left out."""
    start = np.zeros(nodes + 1, dtype=np.int32)
    for i in range(len(node)):
        if ms[i] >= 0:
            start[node[i] + 1] += 1
    for u in range(nodes):
        start[u + 1] += start[u]
    door_pairs = np.empty(2 * start[nodes], dtype=np.int32)
    free = start[:nodes].copy()
    for i in range(len(node)):
        if ms[i] >= 0:
            k = free[node[i]]
            door_pairs[2 * k] = point[i]
            door_pairs[2 * k + 1] = ms[i]
            free[node[i]] = k + 1
    return start, door_pairs


@njit(cache=True, nogil=True)
def gather_rows(
    position: Longs,
    counts: Longs,
    starts: Longs,
    rows_point: Ints,
    rows_ms: Ints,
    indptr: Longs,
    point: Ints,
    ms: Ints,
) -> None:
    """Copy rows that stand one after the other in a block to the places of their sites in the whole matrix."""
    for i in range(len(position)):
        source = starts[i]
        target = indptr[position[i]]
        for j in range(counts[i]):
            point[target + j] = rows_point[source + j]
            ms[target + j] = rows_ms[source + j]
