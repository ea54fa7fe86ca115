"""Audit of snapping: how far doors are from streets, what is off network, what was moved and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from coverplan.reach.snapping.components import Components
from coverplan.reach.snapping.snap import Snaps
from coverplan.units import FloatArray


@dataclass(frozen=True, slots=True)
class SnapAudit:
    """What snapping did to a set of points; shares are of `weight`.

    Parameters
    ----------
    points
        Number of points.
    weight
        Sum of their weights: people, or points where no weights were given.
    off_network, off_network_weight
        Points, and weight, beyond the largest access distance.
    second_stage
        Points attached only within the second access distance.
    moved_from_scrap
        Points attached to the large network although a scrap of street lies nearer.
    around_barrier
        Points attached to another street because a barrier stands before the nearest.
    leg_median_m, leg_p95_m, leg_longest_m
        Metres between door and street of what is on the network; NaN without any.
    components
        Connected parts of the network.
    largest_share
        Share of all metres of street that belong to the largest part.
    in_largest
        Points attached to the largest part.
    """

    points: int
    weight: float
    off_network: int
    off_network_weight: float
    second_stage: int
    moved_from_scrap: int
    around_barrier: int
    leg_median_m: float
    leg_p95_m: float
    leg_longest_m: float
    components: int
    largest_share: float
    in_largest: int

    @property
    def off_network_share(self) -> float:
        """Share of the weight that is off network, 0 where there is no weight."""
        return self.off_network_weight / self.weight if self.weight else 0.0

    def as_dict(self) -> Mapping[str, float]:
        """All figures by name, the share off network included."""
        return {**asdict(self), "off_network_share": self.off_network_share}


def snap_audit(snaps: Snaps, parts: Components, weight: FloatArray | None = None) -> SnapAudit:
    """Audit the snaps of points, weighted by people where given, shape (points,)."""
    weights = np.ones(snaps.points) if weight is None else weight
    on = snaps.on_network
    legs_m = snaps.leg_m[on]
    median_m, p95_m, longest_m = np.quantile(legs_m, (0.5, 0.95, 1.0)) if len(legs_m) else [np.nan] * 3
    return SnapAudit(
        points=snaps.points,
        weight=float(weights.sum()),
        off_network=int((~on).sum()),
        off_network_weight=float(weights[~on].sum()),
        second_stage=int((snaps.stage == 2).sum()),
        moved_from_scrap=int(snaps.moved.sum()),
        around_barrier=int(snaps.around.sum()),
        leg_median_m=float(median_m),
        leg_p95_m=float(p95_m),
        leg_longest_m=float(longest_m),
        components=len(parts.length_m),
        largest_share=float(parts.length_m[0] / parts.length_m.sum()) if parts.length_m.sum() else 0.0,
        in_largest=int((parts.of_edge[snaps.edge[on]] == 0).sum()),
    )
