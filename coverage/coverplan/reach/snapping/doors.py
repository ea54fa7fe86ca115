"""Doors: where places meet the streets; most places have one, a park or a cemetery has several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coverplan.reach.snapping.snap import Snaps
from coverplan.units import BoolArray, Int64Array


@dataclass(frozen=True, slots=True)
class Doors:
    """Doors of places, place by place.

    Parameters
    ----------
    ids
        Ids of the places, each unique.
    start
        Shape (places + 1,): where each place's doors start in `snaps`.
    snaps
        Where each door meets the streets.

    Raises
    ------
    ValueError
        If ids, `start` and `snaps` do not fit together or an id occurs twice.
    """

    ids: tuple[str, ...]
    start: Int64Array
    snaps: Snaps

    def __post_init__(self) -> None:
        if len(self.start) != len(self.ids) + 1 or self.start[0] != 0 or self.start[-1] != self.snaps.points:
            raise ValueError("doors must be listed place by place, one block for every id")
        if np.any(np.diff(self.start) < 0):
            raise ValueError("blocks of doors must follow each other")
        if len(set(self.ids)) != len(self.ids):
            raise ValueError("ids of places must be unique")

    @classmethod
    def single(cls, ids: Sequence[str], snaps: Snaps) -> Doors:
        """One door for every place."""
        return cls(tuple(ids), np.arange(len(ids) + 1, dtype=np.int64), snaps)

    @classmethod
    def of_rows(cls, ids: Sequence[str], place: Int64Array, snaps: Snaps) -> Doors:
        """Doors given row by row with the position of the place of each, ascending."""
        return cls(tuple(ids), np.searchsorted(place, np.arange(len(ids) + 1)).astype(np.int64), snaps)

    @property
    def first(self) -> Snaps:
        """First door of every place that has one."""
        has = np.flatnonzero(np.diff(self.start))
        return self.snaps.take(self.start[has])

    @property
    def places(self) -> int:
        """Number of places."""
        return len(self.ids)

    @property
    def on_network(self) -> BoolArray:
        """Shape (places,): at least one door is attached to a street."""
        attached = np.concatenate(([0], np.cumsum(self.snaps.on_network)))
        return attached[self.start[1:]] > attached[self.start[:-1]]
