"""Kernels on cover sets: merging demand with equal cover sets, transposing, counting, dominated sites."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Mask = NDArray[np.bool_]


@njit(cache=True, nogil=True)
def equal_cover_sets(indptr: Longs, demand: Ints, ignored: Mask) -> tuple[Ints, Ints]:
    """Class of each point, so that two points share a class exactly when the same sites reach them.

    Partition refinement: every site splits every class into those that it reaches and those that it does not, so
    the classes are exact by construction and nothing is hashed. Classes are numbered by their first point.

    Parameters
    ----------
    indptr, demand
        Pairs by site.
    ignored
        Shape (points,), bool: points that belong to no class.

    Returns
    -------
    class_of : int32, shape (points,), -1 for points that are ignored or that no site reaches
    first : int32, shape (classes,), first point of each class
    """
    points = len(ignored)
    ids = 2 * points + 2
    class_of = np.zeros(points, np.int32)
    for point in range(points):
        if ignored[point]:
            class_of[point] = -1
    size = np.zeros(ids, np.int32)
    target = np.zeros(ids, np.int32)
    seen = np.full(ids, -1, np.int32)
    free = np.arange(ids - 1, -1, -1).astype(np.int32)  # popped from the end; id 0 means reached by no site
    free_count = ids - 1
    touched = np.empty(points + 1, np.int32)
    for site in range(len(indptr) - 1):
        touched_count = 0
        for at in range(indptr[site], indptr[site + 1]):
            point = demand[at]
            old = class_of[point]
            if old < 0:
                continue
            if seen[old] != site:
                seen[old] = site
                free_count -= 1
                new = free[free_count]
                target[old] = new
                size[new] = 0
                touched[touched_count] = old
                touched_count += 1
            new = target[old]
            class_of[point] = new
            size[new] += 1
            size[old] -= 1
        for t in range(touched_count):
            old = touched[t]
            if old != 0 and size[old] == 0:
                free[free_count] = old
                free_count += 1
    number = np.full(ids, -1, np.int32)
    first = np.empty(points, np.int32)
    classes = 0
    for point in range(points):
        old = class_of[point]
        if old <= 0:
            class_of[point] = -1
            continue
        if number[old] < 0:
            number[old] = classes
            first[classes] = point
            classes += 1
        class_of[point] = number[old]
    return class_of, first[:classes].copy()


@njit(cache=True, nogil=True)
def keep_first_members(indptr: Longs, demand: Ints, class_of: Ints, first: Ints) -> tuple[Longs, Ints]:
    """Pairs between sites and classes: one pair where the site reaches the class's first point."""
    sites = len(indptr) - 1
    new_indptr = np.zeros(sites + 1, np.int64)
    is_first = np.zeros(len(class_of), np.bool_)
    is_first[first] = True
    count = 0
    for at in range(len(demand)):
        count += is_first[demand[at]]
    new_demand = np.empty(count, np.int32)
    count = 0
    for site in range(sites):
        for at in range(indptr[site], indptr[site + 1]):
            point = demand[at]
            if is_first[point]:
                new_demand[count] = class_of[point]
                count += 1
        new_indptr[site + 1] = count
    return new_indptr, new_demand


@njit(cache=True, nogil=True)
def transpose(indptr: Longs, demand: Ints, points: int) -> tuple[Longs, Ints]:
    """Pairs by demand point: where each point's sites start, and the sites, ascending."""
    start = np.zeros(points + 1, np.int64)
    for at in range(len(demand)):
        start[demand[at] + 1] += 1
    for point in range(points):
        start[point + 1] += start[point]
    site_of = np.empty(len(demand), np.int32)
    place = start[:-1].copy()
    for site in range(len(indptr) - 1):
        for at in range(indptr[site], indptr[site + 1]):
            point = demand[at]
            site_of[place[point]] = site
            place[point] += 1
    return start, site_of


@njit(cache=True, nogil=True)
def times_covered(indptr: Longs, demand: Ints, open_site: Mask, points: int) -> Ints:
    """Shape (points,), int32: how many open sites reach each point."""
    count = np.zeros(points, np.int32)
    for site in range(len(indptr) - 1):
        if open_site[site]:
            for at in range(indptr[site], indptr[site + 1]):
                count[demand[at]] += 1
    return count


@njit(cache=True, nogil=True)
def dominated_sites(indptr: Longs, demand: Ints, start: Longs, site_of: Ints) -> Mask:
    """Shape (sites,), bool: everything that the site reaches is reached by one other site that is kept.

    Of sites with equal sets the first stays. Pairs by site and by point describe the same relation.
    """
    sites = len(indptr) - 1
    dominated = np.zeros(sites, np.bool_)
    for site in range(sites):
        size = indptr[site + 1] - indptr[site]
        if size == 0:
            dominated[site] = True
            continue
        rarest = demand[indptr[site]]
        for at in range(indptr[site], indptr[site + 1]):
            point = demand[at]
            if start[point + 1] - start[point] < start[rarest + 1] - start[rarest]:
                rarest = point
        for at in range(start[rarest], start[rarest + 1]):
            other = site_of[at]
            other_size = indptr[other + 1] - indptr[other]
            if other == site or other_size < size or (other_size == size and other > site):
                continue
            mine = indptr[site]
            theirs = indptr[other]
            while mine < indptr[site + 1] and theirs < indptr[other + 1]:
                if demand[mine] == demand[theirs]:
                    mine += 1
                    theirs += 1
                elif demand[theirs] < demand[mine]:
                    theirs += 1
                else:
                    break
            if mine == indptr[site + 1]:
                dominated[site] = True
                break
    return dominated
