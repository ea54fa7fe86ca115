"""Places among which a plan decides, with their status, cost, capacity and unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

SiteStatus = Literal["candidate", "required", "existing", "forbidden", "closing"]
STATUSES: tuple[SiteStatus, ...] = get_args(SiteStatus)


@dataclass(frozen=True, slots=True)
class Sites:
    """Sites in id order (R11).

    Parameters
    ----------
    ids
        Unique ids, ascending.
    status
        ``candidate``: may be opened. ``required``: is opened. ``existing``: stands and stays, costs and counts
        nothing. ``forbidden``: may not be opened. ``closing``: stands and may be closed; if it is kept it counts
        and costs like one that is opened.
    cost
        Shape (sites,): what opening (or keeping) costs, finite, zero or more.
    capacity
        Shape (sites,): people that it can serve, inf where unlimited.
    unit
        Shape (sites,): position of its unit, -1 outside every unit.
    """

    ids: tuple[str, ...]
    status: tuple[SiteStatus, ...]
    cost: FloatArray
    capacity: FloatArray
    unit: Int32Array

    @property
    def count(self) -> int:
        """Number of sites of any status."""
        return len(self.ids)

    def has_status(self, *statuses: SiteStatus) -> BoolArray:
        """Shape (sites,): has one of the statuses."""
        return np.array([status in statuses for status in self.status], dtype=bool)

    @property
    def fixed_open(self) -> BoolArray:
        """Shape (sites,): open in every answer."""
        return self.has_status("required", "existing")

    @property
    def decided(self) -> BoolArray:
        """Shape (sites,): counts and costs when it is open."""
        return self.has_status("candidate", "required", "closing")

    def rearranged(self, order: Int64Array) -> Sites:
        """Same sites in another order (old positions, new order)."""
        return Sites(
            tuple(self.ids[place] for place in order),
            tuple(self.status[place] for place in order),
            self.cost[order],
            self.capacity[order],
            self.unit[order],
        )


def make_sites(
    ids: tuple[str, ...],
    *,
    status: tuple[SiteStatus, ...] | None = None,
    cost: FloatArray | None = None,
    capacity: FloatArray | None = None,
    unit: Int32Array | None = None,
) -> Sites:
    """Sites with defaults: candidates of cost 1, without limit of capacity, in no unit."""
    count = len(ids)
    all_candidates: tuple[SiteStatus, ...] = tuple("candidate" for _ in ids)
    return Sites(
        ids,
        all_candidates if status is None else status,
        np.ones(count) if cost is None else np.asarray(cost, dtype=np.float64),
        np.full(count, np.inf) if capacity is None else np.asarray(capacity, dtype=np.float64),
        np.full(count, -1, dtype=np.int32) if unit is None else np.asarray(unit, dtype=np.int32),
    )
