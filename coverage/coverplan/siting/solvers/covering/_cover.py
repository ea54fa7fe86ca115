"""Kernels on cover sets: merging demand with equal cover sets, transposing, counting, dominated sites."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@njit(cache=True, nogil=True)
def equal_cover_sets(start: Longs, stop: Longs, demand: Ints, low: int, ignored: Mask) -> tuple[Ints, Ints]:
    """Class of each point of a range, so that two points share a class exactly when the same sites reach them.

    Partition refinement: every site splits every class into those that it reaches and those that it does not, so
    the classes are exact by construction and nothing is hashed. Classes are numbered by their first point.

    Parameters
    ----------
    start, stop, demand
        Pairs by site that lie in the range: from ``start`` to before ``stop``.
    low
        First point of the range.
    ignored
        Shape (points of the range,), bool: points that belong to no class.

    Returns
    -------
    class_of : int32, shape (points of the range,), -1 for points that are ignored or that no site reaches
    first : int32, shape (classes,), first point of each class, counted from `low`
    """
    points = len(ignored)
    ids = 2 * points + 2
    class_of = np.zeros(points, np.int32)
    for point in range(points):
        if ignored[point]:
            class_of[point] = -1
    size = np.zeros(ids, np.int32)
    taken = np.zeros(ids, np.int32)  # points of a class that the site reaches; zeros between sites
    target = np.zeros(ids, np.int32)  # class that they go to, 0 between sites
    unused, spare, spares = 1, np.empty(ids, np.int32), 0  # class 0 holds what no site reaches
    touched = np.empty(points + 1, np.int32)
    for site in range(len(start)):
        touched_count = 0
        for at in range(start[site], stop[site]):
            old = class_of[demand[at] - low]
            if old < 0:
                continue
            new = target[old]
            if new == 0:
                if spares > 0:
                    spares -= 1
                    new = spare[spares]
                else:
                    new = np.int32(unused)
                    unused += 1
                target[old] = new
                touched[touched_count] = old
                touched_count += 1
            class_of[demand[at] - low] = new
            taken[old] += 1
        for t in range(touched_count):
            old = touched[t]
            size[target[old]] = taken[old]
            size[old] -= taken[old]
            target[old] = 0
            taken[old] = 0
            if old != 0 and size[old] == 0:
                spare[spares] = old
                spares += 1
    number = np.full(unused, -1, np.int32)
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
def keep_first_members(
    start: Longs, stop: Longs, demand: Ints, low: int, class_of: Ints, first: Ints
) -> tuple[Longs, Ints]:
    """Pairs between sites and classes: one pair where the site reaches the class's first point.

    Arguments are those of `equal_cover_sets` and what it returned.
    """
    sites = len(start)
    new_indptr = np.zeros(sites + 1, np.int64)
    is_first = np.zeros(len(class_of), np.bool_)
    is_first[first] = True
    new_demand = np.empty(np.sum(stop - start), np.int32)  # pages that are not written to cost no memory
    count = 0
    for site in range(sites):
        for at in range(start[site], stop[site]):
            point = demand[at] - low
            if is_first[point]:
                new_demand[count] = class_of[point]
                count += 1
        new_indptr[site + 1] = count
    return new_indptr, new_demand[:count].copy()


@njit(cache=True, nogil=True)
def first_at_or_behind(indptr: Longs, demand: Ints, point: int) -> Longs:
    """Shape (sites,): place of each site's first pair whose point is not before `point`."""
    place = indptr[:-1].copy()
    for site in range(len(place)):
        high = indptr[site + 1]
        while place[site] < high:
            middle = (place[site] + high) // 2
            if demand[middle] < point:
                place[site] = middle + 1
            else:
                high = middle
    return place


@njit(cache=True, nogil=True)
def side_by_side(
    indptr: Longs, demand: Ints, other_indptr: Longs, other_demand: Ints, points: int
) -> tuple[Longs, Ints]:
    """Pairs of the same sites with two ranges of points; the second range is numbered on from `points`."""
    new_demand = np.empty(len(demand) + len(other_demand), np.int32)
    count = 0
    for site in range(len(indptr) - 1):
        for at in range(indptr[site], indptr[site + 1]):
            new_demand[count] = demand[at]
            count += 1
        for at in range(other_indptr[site], other_indptr[site + 1]):
            new_demand[count] = other_demand[at] + points
            count += 1
    return indptr + other_indptr, new_demand


@njit(cache=True, nogil=True)
def class_sums(class_of: Ints, weight: Floats, classes: int) -> Floats:
    """Shape (classes,): sum of the weights of each class's points."""
    total = np.zeros(classes)
    for point in range(len(class_of)):
        if class_of[point] >= 0:
            total[class_of[point]] += weight[point]
    return total


@njit(cache=True, nogil=True)
def pairs_of(indptr: Longs, demand: Ints, sites: Longs) -> tuple[Longs, Ints]:
    """Pairs of some sites, in the order given."""
    new_indptr = np.zeros(len(sites) + 1, np.int64)
    for k in range(len(sites)):
        new_indptr[k + 1] = new_indptr[k] + indptr[sites[k] + 1] - indptr[sites[k]]
    new_demand = np.empty(new_indptr[-1], np.int32)
    for k in range(len(sites)):
        for at in range(new_indptr[k + 1] - new_indptr[k]):
            new_demand[new_indptr[k] + at] = demand[indptr[sites[k]] + at]
    return new_indptr, new_demand


@njit(cache=True, nogil=True)
def shared_cells(indptr: Longs, demand: Ints, weight: Floats) -> tuple[Mask, Floats, Longs, Ints]:
    """Cells that two or more sites reach, and the pairs with them alone.

    Returns
    -------
    shared : shape (cells,), bool
    own : shape (sites,), weight of the cells that no other site reaches
    indptr, demand : pairs by site with the shared cells, which are numbered anew in their order
    """
    cells = len(weight)
    reached_by = np.zeros(cells, np.int32)
    for at in range(len(demand)):
        reached_by[demand[at]] += 1
    shared = reached_by > 1
    number = np.cumsum(shared) - 1
    own = np.zeros(len(indptr) - 1)
    new_indptr = np.zeros(len(indptr), np.int64)
    new_demand = np.empty(len(demand), np.int32)
    count = 0
    for site in range(len(indptr) - 1):
        for at in range(indptr[site], indptr[site + 1]):
            cell = demand[at]
            if shared[cell]:
                new_demand[count] = number[cell]
                count += 1
            else:
                own[site] += weight[cell]
        new_indptr[site + 1] = count
    return shared, own, new_indptr, new_demand[:count].copy()


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


@njit(cache=True, nogil=True)
def runs_of(indptr: Longs, demand: Ints, most: int) -> tuple[Longs, Ints]:
    """Runs of neighbouring points in the points of each site, ascending; none at all where they are more than `most`.

    Returns
    -------
    run_start, runs : shape (sites + 1,) and (runs, 2), first point of each run and the one behind its last
    """
    sites = len(indptr) - 1
    run_start = np.zeros(sites + 1, np.int64)
    for site in range(sites):
        count = run_start[site]
        for at in range(indptr[site], indptr[site + 1]):
            if at == indptr[site] or demand[at] != demand[at - 1] + 1:
                count += 1
        run_start[site + 1] = count
        if count > most:
            return np.zeros(sites + 1, np.int64), np.empty((0, 2), np.int32)
    runs = np.empty((run_start[sites], 2), np.int32)
    for site in range(sites):
        run = run_start[site] - 1
        for at in range(indptr[site], indptr[site + 1]):
            if at == indptr[site] or demand[at] != demand[at - 1] + 1:
                run += 1
                runs[run, 0] = demand[at]
            runs[run, 1] = demand[at] + 1
    return run_start, runs
