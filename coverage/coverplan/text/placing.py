"""Where letters and marks may stand on a map, so that none stands on another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coverplan.units import FloatArray

#: Points beyond this number are left where they are: nothing would be told apart among them.
MOST_MOVED = 500
_ROUNDS = 80


class Taken:
    """Rectangles of a map on which something stands: a middle, half a width and half a height, in its own unit."""

    def __init__(self) -> None:
        self._hard: list[tuple[float, float, float, float]] = []
        self._soft = np.zeros((0, 2))

    def take(self, x: float, y: float, half_width: float, half_height: float) -> None:
        """Let nothing else stand there."""
        self._hard.append((x, y, half_width, half_height))

    def avoid(self, xy: FloatArray) -> None:
        """Points, shape (n, 2), on which letters stand only where there is no better place."""
        self._soft = np.vstack([self._soft, xy])

    def place(
        self, choices: Sequence[tuple[float, float]], half_width: float, half_height: float
    ) -> tuple[float, float] | None:
        """The free choice that covers fewest points, the earliest of them; it is taken. None where none is free."""
        free = [
            (self._covered(x, y, half_width, half_height), i)
            for i, (x, y) in enumerate(choices)
            if not self._stands(x, y, half_width, half_height)
        ]
        if not free:
            return None
        found = choices[min(free)[1]]
        self.take(*found, half_width, half_height)
        return found

    def _stands(self, x: float, y: float, half_width: float, half_height: float) -> bool:
        return any(
            abs(x - other_x) < half_width + w and abs(y - other_y) < half_height + h
            for other_x, other_y, w, h in self._hard
        )

    def _covered(self, x: float, y: float, half_width: float, half_height: float) -> int:
        apart = np.abs(self._soft - (x, y))
        return int(((apart[:, 0] < half_width) & (apart[:, 1] < half_height)).sum())


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
