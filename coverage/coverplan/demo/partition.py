"""Partition: faces of land joined into pieces that hang together and have about as many people each."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from coverplan.demo.frame import Geometries
from coverplan.units import BoolArray, FloatArray, Int64Array

SHORTEST_BORDER_M = 1.0


@dataclass(frozen=True, slots=True)
class Faces:
    """Smallest pieces of land that are never divided between units.

    Parameters
    ----------
    polygons
        Shape (faces,), from south to north.
    pairs
        Shape (pairs, 2): faces that share a border, and `border_m` how long it is.
    """

    polygons: Geometries
    pairs: Int64Array
    border_m: FloatArray

    @property
    def neighbours(self) -> list[list[tuple[int, float]]]:
        """Neighbours of each face with the length of the common border in metres."""
        lists: list[list[tuple[int, float]]] = [[] for _ in self.polygons]
        for (a, b), length in zip(self.pairs.tolist(), self.border_m.tolist(), strict=True):
            lists[a].append((b, length))
            lists[b].append((a, length))
        return lists


@dataclass(frozen=True, slots=True)
class Germ:
    """What a group grows from.

    Parameters
    ----------
    faces
        Faces that it has from the start.
    allowed
        Shape (faces,): faces that it may take.
    weight
        Shape (faces,): how much a face counts; the lightest group takes the next face.
    """

    faces: tuple[int, ...]
    allowed: BoolArray
    weight: FloatArray


def connected_faces(polygons: Geometries) -> Faces:
    """The largest set of faces that hang together, with their common borders."""
    first, second = shapely.STRtree(polygons).query(polygons, predicate="touches")
    first, second = first[first < second], second[first < second]
    border_m = shapely.length(shapely.intersection(polygons[first], polygons[second]))
    real = border_m > SHORTEST_BORDER_M
    pairs = np.column_stack([first, second])[real].astype(np.int64)
    label = parts(len(polygons), pairs)
    kept = label == np.bincount(label).argmax()
    number = np.cumsum(kept) - 1
    inside = kept[pairs].all(axis=1)
    pairs, border_m = number[pairs[inside]], border_m[real][inside]
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    return Faces(polygons[kept], pairs[order], border_m[order])


def parts(count: int, pairs: Int64Array) -> Int64Array:
    """Shape (count,): number of the connected part of each thing, where `pairs` are joined."""
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph.tocsr(), directed=False)[1], dtype=np.int64)


def in_one_piece(group: Int64Array, faces: Faces) -> Int64Array:
    """Groups whose stray parts went to the neighbour with the longest common border.

    Raises
    ------
    RuntimeError
        If parts are still astray after twenty rounds.
    """
    group = group.copy()
    neighbours, area = faces.neighbours, shapely.area(faces.polygons)
    for _ in range(20):
        same = group[faces.pairs[:, 0]] == group[faces.pairs[:, 1]]
        label = parts(len(group), faces.pairs[same])
        size = np.bincount(label, weights=area)
        largest = {
            g: max(np.unique(label[group == g]), key=lambda part: size[part]) for g in np.unique(group)
        }
        stray = [part for part in range(len(size)) if part not in set(largest.values())]
        if not stray:
            return group
        for part in stray:
            members = np.flatnonzero(label == part)
            group[members] = _longest_border(members, label, group, neighbours)
    raise RuntimeError("units did not come together in one piece each")


def _longest_border(
    members: Int64Array,
    label: Int64Array,
    group: Int64Array,
    neighbours: Sequence[Sequence[tuple[int, float]]],
) -> int:
    """The group that shares the longest border with a part."""
    border: dict[int, float] = {}
    for face in members:
        for other, length in neighbours[face]:
            if label[other] != label[face]:
                border[int(group[other])] = border.get(int(group[other]), 0.0) + length
    return max(sorted(border), key=lambda key: border[key])


def spread(middle: FloatArray, weight: FloatArray, count: int) -> list[int]:
    """Positions of `count` points that are heavy and far from each other."""
    chosen = [int(np.argmax(weight))]
    nearest = np.full(len(weight), np.inf)
    while len(chosen) < count:
        nearest = np.minimum(nearest, np.hypot(*(middle - middle[chosen[-1]]).T))
        chosen.append(int(np.argmax(np.round(nearest * weight, 3))))
    return chosen


def grow(germs: Sequence[Germ], faces: Faces, within: BoolArray) -> Int64Array:
    """Shape (faces,): number of the germ whose group a face joins, -1 outside `within`.

    The lightest group takes the face with which it shares the longest border, again and again. Faces
    that no group may take go to a neighbour at the end.
    """
    neighbours = faces.neighbours
    group = np.full(len(faces.polygons), -1, dtype=np.int64)
    weight = [0.0] * len(germs)
    queue: list[tuple[float, int, float, int]] = []

    def take(face: int, number: int) -> None:
        group[face] = number
        weight[number] = round(weight[number] + float(germs[number].weight[face]), 3)
        for other, length in neighbours[face]:
            if group[other] < 0 and within[other] and germs[number].allowed[other]:
                heapq.heappush(queue, (weight[number], number, -length, other))

    for number, germ in enumerate(germs):
        for face in germ.faces:
            take(face, number)
    while queue:
        then, number, border, face = heapq.heappop(queue)
        if group[face] >= 0:
            continue
        if then < weight[number]:  # the group has grown since: back in the queue with its present weight
            heapq.heappush(queue, (weight[number], number, border, face))
            continue
        take(face, number)
    return _filled(group, neighbours, within)


def _filled(
    group: Int64Array, neighbours: Sequence[Sequence[tuple[int, float]]], within: BoolArray
) -> Int64Array:
    """Groups with every face of `within` in one: what is left joins the neighbour with the longest border."""
    while len(left := np.flatnonzero(within & (group < 0))):
        taken = [(face, max(((length, int(group[other])) for other, length in neighbours[face] if group[other] >= 0),
                            default=None)) for face in left.tolist()]  # fmt: skip
        for face, best in taken:
            if best is not None:
                group[face] = best[1]
        if all(best is None for _, best in taken):
            raise RuntimeError("a face of land touches no unit")
    return group
