"""How time runs along streets whose slope changes: piece by piece, from one end to the other."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from coverplan.units import FloatArray, Int32Array, Int64Array


@dataclass(frozen=True, slots=True)
class Course:
    """Shares of time along edges, at the ends of pieces.

    Parameters
    ----------
    start
        Shape (edges + 1,): where each edge's pieces start; an edge without pieces is walked evenly.
    along
        Shape (pieces,): share of the edge's length at the end of each piece, ascending within an edge up to 1.
    forward, backward
        Shape (pieces,): share of the time from `edge_from` to `edge_to`, and of the time the other way, that is spent
        between `edge_from` and the end of the piece.
    """

    start: Int64Array
    along: FloatArray
    forward: FloatArray
    backward: FloatArray
    _end: FloatArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # edge plus share of its length: one ascending row in which any place along any edge is found
        owner = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        object.__setattr__(self, "_end", owner + self.along)

    def shares(self, edge: Int32Array, fraction: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Shape of `edge`: shares of the time there and back between `edge_from` and a place along the edge."""
        both = fraction.copy(), fraction.copy()
        cut = np.flatnonzero((self.start[edge + 1] > self.start[edge]) & (fraction > 0.0) & (fraction < 1.0))
        if not len(cut):
            return both
        piece = np.searchsorted(self._end, edge[cut] + fraction[cut], side="left")
        piece = np.clip(piece, self.start[edge[cut]], self.start[edge[cut] + 1] - 1)
        first = piece == self.start[edge[cut]]
        before = np.where(first, 0.0, self.along[piece - 1])
        within = np.clip((fraction[cut] - before) / (self.along[piece] - before), 0.0, 1.0)
        for share, spent in zip(both, (self.forward, self.backward), strict=True):
            begun = np.where(first, 0.0, spent[piece - 1])
            share[cut] = begun + within * (spent[piece] - begun)
        return both


def course_of(
    edge: Int64Array, length_m: FloatArray, times: tuple[FloatArray, FloatArray], edges: int
) -> Course:
    """Course of pieces that follow each other along their edges.

    Parameters
    ----------
    edge
        Shape (pieces,): edge of each piece, ascending.
    length_m
        Shape (pieces,): above zero.
    times
        Shape (pieces,) each: time along each piece, there and back, in any unit.
    edges
        Number of edges of the network.
    """
    start = np.searchsorted(edge, np.arange(edges + 1)).astype(np.int64)
    along, forward, backward = (_shares(values, edge, start) for values in (length_m, *times))
    return Course(start, along, forward, backward)


def _shares(values: FloatArray, edge: Int64Array, start: Int64Array) -> FloatArray:
    """Running sums within each edge as shares of the edge's sum."""
    run = np.cumsum(values)
    before = np.append(0.0, run)[start[:-1]][edge]
    whole = np.append(0.0, run)[start[1:]][edge] - before
    return np.minimum((run - before) / whole, 1.0)
