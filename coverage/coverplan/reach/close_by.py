"""Which places lie close to which, by cells of a grid: nothing but arrays, so that it is there at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from coverplan.units import FloatArray, Int64Array

#: Pairs are looked at so many at a time, whatever the number of places.
_PAIRS_AT_ONCE = 2_000_000
#: The nearest is looked for within this part of the limit first, farther where others lie wider apart.
_FIRST_PART = 64
#: No place is missed for the rounding of the cell it lies in.
_SLACK = 1e-9


def pairs_within(
    places: FloatArray, others: FloatArray, radius_m: float | FloatArray
) -> tuple[Int64Array, Int64Array]:
    """Every pair of a place and another no farther apart than the radius, in the order of both.

    Parameters
    ----------
    places, others
        Shape (places, 2) and (others, 2): metres, finite.
    radius_m
        Metres, inclusive (R2); one for all, or shape (places,): each place's own.

    Returns
    -------
    tuple
        Shape (pairs,) each: position of the place, ascending, and of the other, ascending within a place.
    """
    radii = np.broadcast_to(np.asarray(radius_m, dtype=np.float64), len(places))
    empty = np.zeros(0, dtype=np.int64)
    if not (len(places) and len(others)):
        return empty, empty
    cells = _Cells.of(others, float(radii.max()))
    found = [cells.within(places[some], radii[some], some.start) for some in cells.shares(places, radii)]
    place, other = (np.concatenate([part[at] for part in found]) for at in (0, 1))
    order = np.lexsort((other, place))
    return place[order], other[order]


def nearest_m(places: FloatArray, others: FloatArray, limit_m: float) -> FloatArray:
    """Shape (places,): metres to the nearest of the others, infinite where none is within the limit.

    Parameters
    ----------
    places, others
        Shape (places, 2) and (others, 2): metres, finite.
    limit_m
        Farther ones are not looked for.
    """
    found = np.full(len(places), np.inf)
    if not len(others):
        return found
    span = np.ptp(others, axis=0)
    radius = min(limit_m, max(float(np.sqrt(span[0] * span[1] / len(others))), limit_m / _FIRST_PART))
    open_ = np.arange(len(places))
    while len(open_):
        place, other = pairs_within(places[open_], others, radius)
        metres = np.sqrt(((places[open_[place]] - others[other]) ** 2).sum(axis=1))
        np.minimum.at(found, open_[place], metres)
        if radius >= limit_m:
            break
        open_ = open_[np.isinf(found[open_])]
        radius = min(2 * radius, limit_m)
    return found


def joined(count: int, one: Int64Array, other: Int64Array) -> Int64Array:
    """Shape (count,): the lowest of all that hang together with each, over links between `one` and `other`."""
    lowest = np.arange(count)
    while True:
        low, high = (choose(lowest[one], lowest[other]) for choose in (np.minimum, np.maximum))
        apart = low != high
        if not apart.any():
            return lowest
        np.minimum.at(lowest, high[apart], low[apart])
        while (lowest[lowest] != lowest).any():
            lowest = lowest[lowest]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Places sorted by the cell of a grid that they lie in, row by row."""

    xy: FloatArray
    order: Int64Array
    start: Int64Array
    corner: FloatArray
    side: float
    shape: tuple[int, int]

    @classmethod
    def of(cls, xy: FloatArray, radius_m: float) -> _Cells:
        """Cells as wide as the radius, larger where there would be many more cells than places."""
        corner, span = xy.min(axis=0), np.ptp(xy, axis=0)
        side = max(radius_m, float(np.sqrt(span[0] * span[1] / len(xy))), float(span.max()) / len(xy), 1e-3)
        at = ((xy - corner) / side).astype(np.int64)
        columns, rows = at.max(axis=0) + 1
        cell = at[:, 1] * columns + at[:, 0]
        order = np.argsort(cell, kind="stable")
        start = np.searchsorted(cell[order], np.arange(columns * rows + 1))
        return cls(xy[order], order, start, corner, side, (int(columns), int(rows)))

    def within(self, places: FloatArray, radii: FloatArray, first: int) -> tuple[Int64Array, Int64Array]:
        """Pairs within the radii; places are counted from `first`."""
        one, other = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        for begin, end in self._runs(places, radii):
            counts = end - begin
            place = np.repeat(np.arange(len(places)), counts)
            at = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts - begin, counts)
            apart = places[place] - self.xy[at]
            close = apart[:, 0] * apart[:, 0] + apart[:, 1] * apart[:, 1] <= radii[place] * radii[place]
            one.append(place[close] + first)
            other.append(self.order[at[close]])
        return np.concatenate(one), np.concatenate(other)

    def shares(self, places: FloatArray, radii: FloatArray) -> list[slice]:
        """Places in parts, each of which has not too many others to look at; a place alone may have more."""
        looked_at = np.cumsum(sum(end - begin for begin, end in self._runs(places, radii)))
        part = looked_at // _PAIRS_AT_ONCE
        bounds = [0, *(np.flatnonzero(np.diff(part)) + 1).tolist(), len(places)]
        return [slice(a, b) for a, b in pairwise(bounds) if a < b]

    def _runs(self, places: FloatArray, radii: FloatArray) -> Iterator[tuple[Int64Array, Int64Array]]:
        """For each row of cells that a place's radius may touch: where what lies there begins and ends, per place."""
        columns, rows = self.shape
        reach = (radii + _SLACK * (radii + np.abs(places).max()))[:, None]
        low, high = ((places + sign * reach - self.corner) / self.side for sign in (-1, 1))
        empty = (high < 0).any(axis=1) | (low >= [columns, rows]).any(axis=1)
        low, high = (
            np.clip(np.floor(edge), 0, [columns - 1, rows - 1]).astype(np.int64) for edge in (low, high)
        )
        for offset in range(int((high - low)[:, 1].max(initial=0)) + 1):
            row = low[:, 1] + offset
            none = empty | (row > high[:, 1])
            row = np.minimum(row, rows - 1)
            begin = self.start[row * columns + low[:, 0]]
            end = np.where(none, begin, self.start[row * columns + high[:, 0] + 1])
            yield begin, end
