"""Kernel that looks for three cells of which fractional sites cover more than whole ones can."""

from __future__ import annotations

import numpy as np
from numba import njit

from coverplan.units import FloatArray, Int32Array, Int64Array


@njit(cache=True, nogil=True)
def odd_triples(
    start: Int64Array,
    site_of: Int32Array,
    part: FloatArray,
    covered: FloatArray,
    reached: FloatArray,
    both: FloatArray,
    near: Int32Array,
    nears: Int32Array,
    first: int,
    step: int,
    least: float,
    most: int,
) -> tuple[Int32Array, FloatArray]:
    """Triples of cells by how much they break the row of `odd_rows`, at most `most` for each first cell.

    Parameters
    ----------
    start, site_of
        Sites of each cell, ascending; only sites of which a part is open.
    part
        Shape (sites,): open part of each site.
    covered, reached
        Shape (cells,): covered part of each cell, and sum of the open parts that reach it.
    both
        Shape (cells, cells): sum of the open parts that reach both.
    near, nears
        Shape (cells, most neighbours) and (cells,): cells to look at with each, and how many they are.
    first, step
        First cells are `first`, `first + step`, ...
    least
        Triples that break the row by less are left out.

    Returns
    -------
    triples, excess : shape (found, 3) and (found,)
    """
    cells = len(covered)
    turns = (cells - first + step - 1) // step
    triples = np.empty((turns * most, 3), np.int32)
    excess = np.empty(turns * most)
    mark = np.zeros(len(part), np.int8)
    best = np.empty(most)
    second = np.empty(most, np.int32)
    third = np.empty(most, np.int32)
    found = 0
    for a in range(first, cells, step):
        best[:] = least
        second[:] = -1
        for p in range(nears[a]):
            b = near[a, p]
            if b <= a:
                continue
            for at in range(start[b], start[b + 1]):
                mark[site_of[at]] = 1
            so_far = both[a, b] + covered[a] + covered[b] - reached[a] - reached[b] - 1.0
            for q in range(nears[a]):
                c = near[a, q]
                if c <= b:
                    continue
                more = so_far + both[a, c] + both[b, c] + covered[c] - reached[c]
                if more <= best[most - 1]:
                    continue
                # sites that reach all three count twice in the row, and three times among the pairs
                i, j = start[a], start[c]
                while i < start[a + 1] and j < start[c + 1]:
                    if site_of[i] < site_of[j]:
                        i += 1
                    elif site_of[i] > site_of[j]:
                        j += 1
                    else:
                        if mark[site_of[i]]:
                            more -= 2.0 * part[site_of[i]]
                        i += 1
                        j += 1
                if more <= best[most - 1]:
                    continue
                place = most - 1
                while place > 0 and best[place - 1] < more:
                    best[place] = best[place - 1]
                    second[place] = second[place - 1]
                    third[place] = third[place - 1]
                    place -= 1
                best[place] = more
                second[place] = b
                third[place] = c
            for at in range(start[b], start[b + 1]):
                mark[site_of[at]] = 0
        for k in range(most):
            if second[k] >= 0:
                triples[found, 0] = a
                triples[found, 1] = second[k]
                triples[found, 2] = third[k]
                excess[found] = best[k]
                found += 1
    return triples[:found], excess[:found]
