"""Straight-line reach for studies without streets: a path is taken to be 1.3 times as long (R3)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coverplan.reach.close_by import nearest_m, pairs_within
from coverplan.reach.labels import decoded, id_ranks, packed, unreached
from coverplan.reach.matrix import Nearest, Reach
from coverplan.reach.speeds.profiles import Profile
from coverplan.units import MS_PER_SECOND, FloatArray

METHOD = "euclidean"
#: Length of a path as a multiple of the straight line; Baltimore 1.22, gated superblocks 1.3 to 1.5.
DETOUR = 1.3
_SLACK_M = 0.01


def straight_times(
    site_ids: Sequence[str],
    site_xy: FloatArray,
    demand_ids: Sequence[str],
    demand_xy: FloatArray,
    limit_ms: int,
    *,
    profile: Profile,
    detour: float = DETOUR,
) -> Reach:
    """Travel times along straight lines, lengthened by `detour`; numbers made so are labelled `METHOD`.

    Parameters
    ----------
    site_ids, demand_ids
        Ids, each unique.
    site_xy, demand_xy
        Shape (n, 2): metres.
    limit_ms
        Longest time, inclusive (R2).
    profile
        Gives the speed.
    detour
        Length of a path as a multiple of the straight line, 1 or more.

    Raises
    ------
    ValueError
        If `detour` is below 1.
    """
    ms_per_m = _ms_per_m(profile, detour)
    site, found = pairs_within(site_xy, demand_xy, limit_ms / ms_per_m + _SLACK_M)
    demand = found.astype(np.int32)
    distance_m = np.hypot(*(site_xy[site] - demand_xy[demand]).T)
    times_ms = np.rint(distance_m * ms_per_m).astype(np.int64)
    keep = times_ms <= limit_ms
    indptr = np.searchsorted(site[keep], np.arange(len(site_ids) + 1))
    return Reach(
        tuple(site_ids), tuple(demand_ids), indptr, demand[keep], times_ms[keep].astype(np.int32), limit_ms
    )


def straight_nearest(
    site_ids: Sequence[str],
    site_xy: FloatArray,
    demand_xy: FloatArray,
    limit_ms: int,
    *,
    profile: Profile,
    detour: float = DETOUR,
) -> Nearest:
    """Nearest site of every demand point along straight lines; ties by site id (R11).

    Gives what `straight_times` followed by `Reach.nearest` gives, without the matrix; the parameters are those of it.

    Raises
    ------
    ValueError
        If `detour` is below 1.
    """
    ms_per_m = _ms_per_m(profile, detour)
    rank = id_ranks(tuple(site_ids))
    best = np.full(len(demand_xy), unreached(limit_ms))
    if not (len(site_xy) and len(demand_xy)):
        return decoded(best, rank, limit_ms)
    metres = nearest_m(demand_xy, site_xy, limit_ms / ms_per_m + _SLACK_M)
    found = np.flatnonzero(np.isfinite(metres))
    # every site whose rounded time may be the same as the nearest one's
    of_found, site = pairs_within(demand_xy[found], site_xy, metres[found] + 1.0 / ms_per_m + _SLACK_M)
    point = found[of_found]
    distance_m = np.hypot(*(site_xy[site] - demand_xy[point]).T)
    times_ms = np.rint(distance_m * ms_per_m).astype(np.int64)
    np.minimum.at(best, point, packed(times_ms, rank[site]))
    return decoded(best, rank, limit_ms)


def _ms_per_m(profile: Profile, detour: float) -> float:
    if not detour >= 1:
        raise ValueError(f"a path cannot be shorter than the straight line, detour is {detour}")
    return detour / profile.speed_m_s * MS_PER_SECOND
