"""Kernel of who gets a place: the network simplex on a tree of sites, made for many cells and few sites."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
#: Arcs that are priced before the best of them enters the tree: as many as the root of all, and no fewer.
LEAST_BLOCK = 100


@njit(cache=True, nogil=True)
def place(start: Longs, site: Ints, time: Ints, amount: Longs, room: Longs) -> Longs:
    """Amount of every pair in an assignment that serves as much as can be served, in the least time in all.

    A transport problem: sources are the cells and one that stands for empty room, sinks are the sites and a last
    resort (nobody serves these people) that costs more than any chain of moves could save. Every source hangs in a
    tree below one sink, every sink but the resort below one source; most cells are leaves of it, so that a step
    changes the tree of the few sites alone. Trees stay strongly feasible (Cunningham 1976), so no step repeats.

    Parameters
    ----------
    start, site, time
        Pairs by cell: from ``start`` of the cell to before that of the next; a site at most once for each cell.
    amount, room
        Whole amounts of the cells and of the sites' room, the latter above zero.

    Returns
    -------
    int64, shape of `site`: how much of the cell the site serves
    """
    cells, sites, pairs = len(amount), len(room), len(site)
    resort, empty = sites, cells
    arcs = pairs + cells + sites + 1
    tail = np.empty(arcs, np.int64)
    head = np.empty(arcs, np.int64)
    cost = np.zeros(arcs, np.int64)
    flow = np.zeros(arcs, np.int64)
    sink_above = np.full(cells + 1, resort, np.int64)  # sink above each source
    arc_above = np.empty(cells + 1, np.int64)  # arc to it
    source_above = np.full(sites + 1, np.int64(empty), np.int64)  # source above each sink, -1 for the resort
    arc_down = np.empty(sites + 1, np.int64)  # arc from it
    price = np.zeros(sites + 1, np.int64)
    longest = np.int64(0)
    for cell in range(cells):
        for pair in range(start[cell], start[cell + 1]):
            tail[pair], head[pair], cost[pair] = cell, site[pair], time[pair]
            longest = max(longest, np.int64(time[pair]))
    dear = (longest + 1) * (np.int64(sites) + 2)
    for cell in range(cells):
        arc = pairs + cell
        tail[arc], head[arc], cost[arc], flow[arc] = cell, resort, dear, amount[cell]
        arc_above[cell] = arc
    for sink in range(sites + 1):
        arc = pairs + cells + sink
        tail[arc], head[arc] = empty, sink
        arc_down[sink] = arc
        if sink < sites:
            flow[arc] = room[sink]
    arc_above[empty] = arcs - 1
    source_above[resort] = -1
    seen_source = np.full(cells + 1, -1, np.int64)
    seen_sink = np.full(sites + 1, -1, np.int64)
    fresh = np.full(sites + 1, -1, np.int64)
    chain = np.empty(sites + 1, np.int64)
    step, at, idle = np.int64(0), 0, 0
    block = min(max(LEAST_BLOCK, int(arcs**0.5)), arcs)
    while idle < arcs:
        best, entering = np.int64(0), -1
        for _ in range(block):
            source = tail[at]
            gain = cost[at] + price[head[at]] - cost[arc_above[source]] - price[sink_above[source]]
            if gain < best:
                best, entering = gain, at
            at = at + 1 if at + 1 < arcs else 0
            idle += 1
            if idle >= arcs:
                break
        if entering < 0:
            continue
        idle = 0
        step += 1
        source, sink = tail[entering], head[entering]
        # mark the way up from the source, then walk up from the sink to where the two meet
        here = source
        while True:
            seen_source[here] = step
            above = sink_above[here]
            seen_sink[above] = step
            if source_above[above] < 0:
                break
            here = source_above[above]
        least, leaving, on_sink_side = np.int64(-1), np.int64(-1), False
        meet_source, meet_sink = np.int64(-1), np.int64(-1)
        low = sink
        while True:
            if seen_sink[low] == step:
                meet_sink = low
                break
            arc = arc_down[low]
            if least < 0 or flow[arc] <= least:
                least, leaving, on_sink_side = flow[arc], arc, True
            here = source_above[low]
            if seen_source[here] == step:
                meet_source = here
                break
            low = sink_above[here]
        here = source
        while here != meet_source:
            arc = arc_above[here]
            if least < 0 or flow[arc] < least:
                least, leaving, on_sink_side = flow[arc], arc, False
            low = sink_above[here]
            if low == meet_sink:
                break
            here = source_above[low]
        if least > 0:
            flow[entering] += least
            low = sink
            while low != meet_sink:
                flow[arc_down[low]] -= least
                here = source_above[low]
                if here == meet_source:
                    break
                flow[arc_above[here]] += least
                low = sink_above[here]
            here = source
            while here != meet_source:
                flow[arc_above[here]] -= least
                low = sink_above[here]
                if low == meet_sink:
                    break
                flow[arc_down[low]] += least
                here = source_above[low]
        if not on_sink_side and leaving == arc_above[source]:
            sink_above[source], arc_above[source] = sink, entering  # the cell alone moves
            if source != empty and not _holds(source, source_above):
                continue
        elif on_sink_side:
            low, new_source, new_arc = sink, source, np.int64(entering)
            while True:
                old_source, old_arc = source_above[low], arc_down[low]
                source_above[low], arc_down[low] = new_source, new_arc
                if old_arc == leaving:
                    break
                next_sink, next_arc = sink_above[old_source], arc_above[old_source]
                sink_above[old_source], arc_above[old_source] = low, old_arc
                low, new_source, new_arc = next_sink, old_source, next_arc
        else:
            here, new_sink, new_arc = source, sink, np.int64(entering)
            while True:
                old_sink, old_arc = sink_above[here], arc_above[here]
                sink_above[here], arc_above[here] = new_sink, new_arc
                if old_arc == leaving:
                    break
                next_source, next_arc = source_above[old_sink], arc_down[old_sink]
                source_above[old_sink], arc_down[old_sink] = here, old_arc
                here, new_sink, new_arc = next_source, old_sink, next_arc
        for sink in range(sites):
            count, low = 0, sink
            while low != resort and fresh[low] != step:
                chain[count] = low
                count += 1
                low = sink_above[source_above[low]]
            while count > 0:
                count -= 1
                low = chain[count]
                here = source_above[low]
                price[low] = cost[arc_above[here]] + price[sink_above[here]] - cost[arc_down[low]]
                fresh[low] = step
    return flow[:pairs]


@njit(cache=True, nogil=True)
def _holds(source: int, source_above: Longs) -> bool:
    """Whether a sink hangs below the source."""
    for above in source_above:  # noqa: SIM110  (numba knows no generators)
        if above == source:
            return True
    return False
