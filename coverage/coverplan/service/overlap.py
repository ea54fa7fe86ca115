"""What each facility adds: whom it alone reaches, and whom it shares with others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from coverplan.reach.matrix import Reach
from coverplan.units import BoolArray, FloatArray, Int32Array


@dataclass(frozen=True, slots=True)
class Contribution:
    """People of one group whom each facility reaches.

    Parameters
    ----------
    reached
        Shape (sites,): within the standard.
    only_here
        Shape (sites,): and within that of no other; closing the facility would leave them uncovered.
    """

    reached: FloatArray
    only_here: FloatArray

    @property
    def shared(self) -> FloatArray:
        """Shape (sites,): people whom at least one other facility reaches too."""
        return np.asarray(self.reached - self.only_here)


def contributions(
    reach: Reach, limit_ms: int, people: Mapping[str, FloatArray], counted: BoolArray
) -> dict[str, Contribution]:
    """Whom every facility reaches within a standard, and whom it alone reaches, by group.

    Parameters
    ----------
    reach
        Pairs; those up to `limit_ms` count, inclusive (R2).
    limit_ms
        The standard.
    people
        By group, shape (points,).
    counted
        Shape (points,): whose people are counted.
    """
    cover = reach.within(limit_ms)
    site = np.repeat(np.arange(cover.sites), np.diff(cover.indptr))
    alone = reach.times_within(limit_ms)[cover.demand] == 1
    return {
        group: _of_group(site, cover.demand, alone, np.where(counted, who, 0.0), cover.sites)
        for group, who in people.items()
    }


def _of_group(
    site: np.ndarray, point: Int32Array, alone: BoolArray, people: FloatArray, sites: int
) -> Contribution:
    crowd = people[point]
    reached = np.bincount(site, crowd, sites).astype(np.float64)
    return Contribution(reached, np.bincount(site, np.where(alone, crowd, 0.0), sites).astype(np.float64))
