"""Milliseconds that a profile needs along each edge, in each direction, rounded once (R2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coverplan.errors import InputError, Problem
from coverplan.ground.network import Network, network_problems
from coverplan.ground.terrain import Terrain
from coverplan.reach.speeds.course import Course
from coverplan.reach.speeds.profiles import Profile
from coverplan.units import KMH_PER_M_S, MS_PER_SECOND, FloatArray, Int32Array, travel_ms

if TYPE_CHECKING:
    from coverplan.reach.speeds.slope import SlopeFactors

#: A direction in which an edge may not be used.
BLOCKED = np.int32(-1)
CROSSING = "crossing"


@dataclass(frozen=True, slots=True)
class EdgeTimes:
    """Time along each edge.

    Parameters
    ----------
    forward_ms, backward_ms
        Shape (edges,): milliseconds from `edge_from` to `edge_to` and the other way, `BLOCKED` where the profile's
        mode may not pass.
    slope_effect
        Mean time as a multiple of the time on the flat, by length of street; None where slope was not used.
    course
        How the time runs along each edge; None where it runs evenly.
    """

    forward_ms: Int32Array
    backward_ms: Int32Array
    slope_effect: float | None = None
    course: Course | None = None


def edge_times(network: Network, profile: Profile, terrain: Terrain | None = None) -> EdgeTimes:
    """Time of every edge for a profile, with slope where there are heights and the profile responds to it.

    Raises
    ------
    InputError
        If the network cannot be used: lengths or coordinates that are no numbers, or nothing that the mode may use.
    """
    problems = [*network_problems(network), *_nothing_usable(network, profile)]
    if problems:
        raise InputError(problems)
    passage = network.passages[profile.mode]
    effort_m = network.length_m * np.where(network.steps, profile.steps_factor, 1.0)
    slope: SlopeFactors | None = None
    if terrain is not None and profile.slope_response == "tobler":
        from coverplan.reach.speeds.slope import slope_factors

        slope = slope_factors(network, profile, terrain)
    speed_m_s = speeds(network, profile)
    crossing_ms = _crossing_ms(network, profile)
    ways = []
    for allowed, factor in (
        (passage.forward, None if slope is None else slope.forward),
        (passage.backward, None if slope is None else slope.backward),
    ):
        uphill_m = effort_m if factor is None else effort_m * factor
        ms = np.full(network.edges, BLOCKED, dtype=np.int32)
        ms[allowed] = travel_ms(uphill_m[allowed], speed_m_s[allowed]) + crossing_ms[allowed]
        ways.append(ms)
    if slope is None:
        return EdgeTimes(ways[0], ways[1])
    return EdgeTimes(ways[0], ways[1], slope.mean, slope.course)


def speeds(network: Network, profile: Profile) -> FloatArray:
    """Shape (edges,): metres a second on the flat; posted speeds count for vehicles only (R4)."""
    speed_m_s = np.full(network.edges, profile.speed_m_s)
    if profile.mode == "walk":
        return speed_m_s
    by_kind = np.array([profile.class_speed_m_s.get(kind, profile.speed_m_s) for kind in network.kinds])
    if len(by_kind):
        speed_m_s = by_kind[network.kind]
    if profile.maxspeed_share is not None:
        posted = network.maxspeed_kmh > 0
        speed_m_s[posted] = network.maxspeed_kmh[posted] / KMH_PER_M_S * profile.maxspeed_share
    return speed_m_s


def _crossing_ms(network: Network, profile: Profile) -> Int32Array:
    crossing = np.array([kind == CROSSING for kind in network.kinds], dtype=bool)
    if not crossing.any():
        return np.zeros(network.edges, dtype=np.int32)
    return np.where(crossing[network.kind], round(profile.crossing_s * MS_PER_SECOND), 0).astype(np.int32)


def _nothing_usable(network: Network, profile: Profile) -> list[Problem]:
    passage = network.passages.get(profile.mode)
    if passage is not None and passage.usable.any():
        return []
    return [
        Problem(
            what=f"the network has no edge that the mode {profile.mode} may use",
            expected="at least one street or path",
            remedy="check the streets file and the area, or use a profile of another mode",
            code="no_usable_edge",
        )
    ]
