"""Searches over streets: arrays in, arrays out, no lock held.

A graph is a compressed row form: the arcs of node ``u`` stand at ``indptr[u]`` to ``indptr[u + 1]``, and arc ``a``
is the pair ``pairs[2 a]`` (node it leads to) and ``pairs[2 a + 1]`` (milliseconds). The queue is a row of buckets,
each ``2**shift`` milliseconds wide, of linked entries; inside a bucket labels are corrected, so that edges shorter
than a bucket, of zero milliseconds even, are right.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from coverplan.reach.kernels._growing import doubled

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
#: Positions are unsigned where speed counts: a signed one is checked for counting from the end.
U32 = np.uint32
LOW = 0xFFFFFFFF


@njit(cache=True, nogil=True)
def _search(
    indptr: Ints,
    pairs: Ints,
    seed_node: Ints,
    seed_ms: Ints,
    lo: int,
    hi: int,
    shift: int,
    time_ms: Ints,
    heads: Ints,
    entries: Longs,
    links: Ints,
) -> int:
    """Label every node within the limit from one set of seeds.

    ``time_ms`` holds the limit plus one everywhere and ``heads`` -1. Every label that was ever given is one entry,
    milliseconds in the high half and the node in the low half; entry and ``time_ms`` agree for final labels, once for
    each node. Returns the number of entries, or -1 if there was no room for more.
    """
    top = U32(0)
    room = len(entries)
    if room < hi - lo:
        return -1
    for s in range(lo, hi):
        v = U32(seed_node[s])
        if seed_ms[s] < time_ms[v]:
            time_ms[v] = seed_ms[s]
            bucket = U32(seed_ms[s] >> shift)
            entries[top] = (np.int64(seed_ms[s]) << 32) | np.int64(v)
            links[top] = heads[bucket]
            heads[bucket] = top
            top += U32(1)
    for b in range(len(heads)):
        k = heads[b]
        while k >= 0:
            entry = entries[U32(k)]
            k = links[U32(k)]
            heads[b] = k
            u = U32(entry & LOW)
            ms = entry >> 32
            if ms == time_ms[u]:
                first = U32(indptr[u])
                last = U32(indptr[u + U32(1)])
                if top + (last - first) > room:
                    heads[:] = -1
                    return -1
                for arc in range(first, last):
                    v = U32(pairs[2 * arc])
                    later = ms + pairs[2 * arc + 1]
                    if later < time_ms[v]:
                        time_ms[v] = later
                        into = U32(later >> shift)
                        entries[top] = (later << 32) | np.int64(v)
                        links[top] = heads[into]
                        heads[into] = top
                        top += U32(1)
                k = heads[b]
    return int(top)


@njit(cache=True, nogil=True)
def node_rows(
    indptr: Ints,
    pairs: Ints,
    sources: Ints,
    limit_ms: int,
    shift: int,
    time_ms: Ints,
    heads: Ints,
    entries: Longs,
    links: Ints,
    counts: Longs,
    out_node: Ints,
    out_ms: Ints,
) -> tuple[Ints, Ints, int]:
    """Nodes within the limit of each source, one source after the other, unordered within a source.

    Returns nodes and milliseconds in arrays that may be longer than what is filled, and the filled length.
    """
    beyond = limit_ms + 1
    filled = 0
    start_ms = np.zeros(len(sources), dtype=np.int32)
    for i in range(len(sources)):
        top = -1
        while top < 0:
            top = _search(indptr, pairs, sources, start_ms, i, i + 1, shift, time_ms, heads, entries, links)
            if top < 0:
                time_ms[:] = beyond
                entries = doubled(entries)
                links = doubled(links)
        while filled + top > len(out_node):
            out_node = doubled(out_node)
            out_ms = doubled(out_ms)
        end = filled
        for k in range(top):
            v = U32(entries[k] & LOW)
            ms = entries[k] >> 32
            now = time_ms[v]
            out_node[end] = v
            out_ms[end] = ms
            end += ms == now
            time_ms[v] = beyond if ms == now else now
        counts[i] = end - filled
        filled = end
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
        for i in range(count):
            values[i] = spare[i]
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
    limit_ms: int,
    shift: int,
    time_ms: Ints,
    heads: Ints,
    entries: Longs,
    links: Ints,
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
    for i in range(len(sites)):
        site = sites[i]
        lo = seed_start[site]
        hi = seed_start[site + 1]
        top = -1
        while top < 0:
            top = _search(indptr, pairs, seed_node, seed_ms, lo, hi, shift, time_ms, heads, entries, links)
            if top < 0:
                time_ms[:] = beyond
                entries = doubled(entries)
                links = doubled(links)
        count = 0
        for k in range(direct_start[site], direct_start[site + 1]):
            point = U32(direct_point[k])
            old = best_ms[point]
            if direct_ms[k] < old:
                points[count] = point
                count += old == beyond
                best_ms[point] = direct_ms[k]
        for k in range(top):
            u = U32(entries[k] & LOW)
            at_node = entries[k] >> 32
            if time_ms[u] == at_node:
                time_ms[u] = beyond
                for door in range(U32(door_start[u]), U32(door_start[u + U32(1)])):
                    point = U32(door_pairs[2 * door])
                    ms = at_node + door_pairs[2 * door + 1]
                    old = best_ms[point]
                    if ms < old:
                        points[count] = point
                        count += old == beyond
                        best_ms[point] = ms
        while filled + count > len(out_point):
            out_point = doubled(out_point)
            out_ms = doubled(out_ms)
        _sort_ascending(points, spare, count, len(best_ms) - 1)
        for j in range(count):
            point = U32(points[j])
            out_point[filled + j] = point
            out_ms[filled + j] = best_ms[point]
            best_ms[point] = beyond
        counts[i] = count
        filled += count
    return out_point, out_ms, filled


@njit(cache=True, nogil=True)
def spread_labels(
    indptr: Ints,
    pairs: Ints,
    seed_node: Ints,
    seed_label: Longs,
    shift: int,
    batch: int,
    labels: Longs,
    heads: Ints,
    entries: Longs,
    places: Ints,
    links: Ints,
) -> int:
    """Lower the label of every node to the smallest that reaches it, from seeds in batches that lie close together.

    A label is milliseconds in the high and the rank of a site in the low half, so one comparison settles time and
    tie at once. What nothing has reached holds one millisecond more than the limit, which keeps everything longer out. A later batch is pruned by what earlier ones left in ``labels``. Returns the number of seeds, or the
    first seed of a batch that found no room for its entries; ``labels`` are then of no use.
    """
    room = len(entries)
    wide = shift + 32
    for begin in range(0, len(seed_node), batch):
        end = min(begin + batch, len(seed_node))
        top = U32(0)
        if room < end - begin:
            return begin
        for s in range(begin, end):
            v = U32(seed_node[s])
            label = seed_label[s]
            if label < labels[v]:
                labels[v] = label
                into = U32(label >> wide)
                entries[top] = label
                places[top] = v
                links[top] = heads[into]
                heads[into] = top
                top += U32(1)
        for bucket in range(len(heads)):
            k = heads[bucket]
            while k >= 0:
                label = entries[U32(k)]
                u = U32(places[U32(k)])
                k = links[U32(k)]
                heads[bucket] = k
                if label == labels[u]:
                    first = U32(indptr[u])
                    last = U32(indptr[u + U32(1)])
                    if top + (last - first) > room:
                        heads[:] = -1
                        return begin
                    for arc in range(first, last):
                        v = U32(pairs[2 * arc])
                        later = label + (np.int64(pairs[2 * arc + 1]) << 32)
                        if later < labels[v]:
                            labels[v] = later
                            into = U32(later >> wide)
                            entries[top] = later
                            places[top] = v
                            links[top] = heads[into]
                            heads[into] = top
                            top += U32(1)
                    k = heads[bucket]
    return len(seed_node)


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
