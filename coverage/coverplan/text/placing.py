"""Where letters and marks may stand on a map, so that none stands on another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coverplan.units import BoolArray, FloatArray

#: Points beyond this number are left where they are: nothing would be told apart among them.
MOST_MOVED = 500
#: Rectangles for which there is room at first.
ROOM_FOR = 64
_ROUNDS = 80


class Taken:
    """Rectangles of a map on which something stands: a middle, half a width and half a height, in its own unit."""

    def __init__(self) -> None:
        #: Middle and half sizes of each; there is room for more rows than `_count`.
        self._hard = np.empty((ROOM_FOR, 4))
        self._count = 0
        self._soft = np.zeros((0, 2))

    def take(self, x: float, y: float, half_width: float, half_height: float) -> None:
        """Let nothing else stand there."""
        if self._count == len(self._hard):
            self._hard = np.vstack([self._hard, np.empty_like(self._hard)])
        self._hard[self._count] = x, y, half_width, half_height
        self._count += 1

    def avoid(self, xy: FloatArray) -> None:
        """Points, shape (n, 2), on which letters stand only where there is no better place."""
        self._soft = np.vstack([self._soft, xy])

    def place(
        self, choices: Sequence[tuple[float, float]], half_width: float, half_height: float
    ) -> tuple[float, float] | None:
        """The free choice that covers fewest points, the earliest of them; it is taken. None where none is free."""
        if not choices:
            return None
        middles, half = np.asarray(choices, dtype=np.float64), np.array([half_width, half_height])
        hard = self._hard[: self._count]
        apart = np.abs(middles[:, None, :] - hard[None, :, :2])
        stands: BoolArray = np.all(apart < half + hard[:, 2:], axis=2)
        free = np.flatnonzero(~np.any(stands, axis=1))
        if not len(free):
            return None
        near = self._soft[(np.abs(self._soft - middles[0]) < half + self._reach(middles)).all(axis=1)]
        covered = (np.abs(middles[free, None, :] - near[None, :, :]) < half).all(axis=2).sum(axis=1)
        found = choices[int(free[covered.argmin()])]
        self.take(*found, half_width, half_height)
        return found

    @staticmethod
    def _reach(middles: FloatArray) -> FloatArray:
        """How far the choices lie from the first of them, sideways and up."""
        return np.abs(middles - middles[0]).max(axis=0)


def pushed_apart(xy: FloatArray, gap: float, most: float) -> FloatArray:
    """Points moved as little as needed until they are `gap` apart, none farther than `most` from where it was.

    Parameters
    ----------
    xy
        Shape (n, 2). Two at one place are moved apart along a direction that their order gives.

    Returns
    -------
    FloatArray
        Shape (n, 2); points closer than `gap` remain where there is no room within `most`.
    """
    count = len(xy)
    if count < 2 or count > MOST_MOVED:
        return xy
    # a tiny spiral, so that what stands at one place has a direction to go; the same every time
    turn = np.arange(count) * 2.399963
    at = xy + gap * 1e-3 * np.column_stack([np.cos(turn), np.sin(turn)])
    for _ in range(_ROUNDS):
        apart = at[:, None, :] - at[None, :, :]
        distance = np.hypot(apart[..., 0], apart[..., 1])
        np.fill_diagonal(distance, np.inf)
        lack = np.clip(gap - distance, 0.0, None)
        if lack.max() < 0.01 * gap:
            break
        at = at + 0.5 * (apart / distance[..., None] * lack[..., None]).sum(axis=1)
        moved = at - xy
        far = np.hypot(moved[:, 0], moved[:, 1])
        at = xy + moved * np.minimum(1.0, most / np.maximum(far, 1e-9))[:, None]
    return at
