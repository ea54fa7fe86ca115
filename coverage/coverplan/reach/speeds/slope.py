"""Slope: uphill and downhill times from a height model, by Tobler's function relative to the flat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coverplan.ground.network import Network
from coverplan.ground.terrain import Terrain
from coverplan.reach.close_by import joined
from coverplan.reach.speeds.course import Course, course_of
from coverplan.reach.speeds.profiles import Profile
from coverplan.units import BoolArray, FloatArray, Int64Array

#: Tobler 1993: speed falls by exp(-3.5 |slope + 0.05|).
_STEEPNESS = 3.5
_EASIEST_SLOPE = -0.05
#: Edges are cut into pieces of at most this length, or of one cell of the height model if that is longer: shorter
#: ones would only follow the noise of the heights.
_PIECE_M = 30.0
#: No street is as steep (45 degrees); what heights make steeper is an error of theirs, and would take days to walk.
_STEEPEST = 1.0


@dataclass(frozen=True, slots=True)
class SlopeFactors:
    """What slope does to each edge.

    Parameters
    ----------
    forward, backward
        Shape (edges,): time as a multiple of the time on the flat, from `edge_from` to `edge_to` and back.
    mean
        Mean of both over everything that the mode may use, by length.
    course
        How the time runs along each edge; evenly on steps, bridges and tunnels.
    """

    forward: FloatArray
    backward: FloatArray
    mean: float
    course: Course


def tobler_speed(slope: FloatArray, downhill_gain_cap: float) -> FloatArray:
    """Speed as a multiple of the speed on the flat; `slope` is rise over run, positive uphill.

    The gain of a gentle descent, up to exp(0.175) = 1.19 at 5 %, is cut at `downhill_gain_cap`.
    """
    relative = np.exp(-_STEEPNESS * (np.abs(slope - _EASIEST_SLOPE) - abs(_EASIEST_SLOPE)))
    return np.minimum(relative, downhill_gain_cap)


def slope_factors(network: Network, profile: Profile, terrain: Terrain) -> SlopeFactors:
    """Time factors of every edge; each is cut into short pieces, whose times add up.

    Bridges and tunnels run straight from end to end, over several edges if need be, and are not draped over the
    valley. Steps have their own factor and are left alone. Where heights are unknown, streets are level.
    """
    usable = network.passages[profile.mode].usable
    structure = network.bridge | network.tunnel
    draped = usable & ~structure
    piece_m = max(_PIECE_M, terrain.cell_m(network.node_x, network.node_y, network.crs))
    edge, length_m, rise_m = _pieces(network, terrain, np.flatnonzero(draped), piece_m)
    spanned = np.flatnonzero(usable & structure)
    if len(spanned):
        height_m = _lifted(network, terrain, usable & structure, draped)
        edge = np.concatenate((edge, spanned))
        length_m = np.concatenate((length_m, network.length_m[spanned]))
        over_m = height_m[network.edge_to[spanned]] - height_m[network.edge_from[spanned]]
        rise_m = np.concatenate((rise_m, over_m))
    rise_m = np.where(np.isfinite(rise_m), rise_m, 0.0)
    counted = length_m > 0
    edge, length_m, slope = edge[counted], length_m[counted], rise_m[counted] / length_m[counted]
    slope = np.clip(slope, -_STEEPEST, _STEEPEST)
    slowed = [length_m / tobler_speed(s, profile.downhill_gain_cap) for s in (slope, -slope)]
    steps = network.steps
    forward, backward = (
        np.where(steps, 1.0, _mean_over_pieces(network, edge, length_m, slowed_m)) for slowed_m in slowed
    )
    weight = np.where(usable, network.length_m, 0.0)
    mean = float(((forward + backward) / 2 * weight).sum() / weight.sum()) if weight.any() else 1.0
    cut = ~(steps | structure)[edge]
    course = course_of(edge[cut], length_m[cut], (slowed[0][cut], slowed[1][cut]), network.edges)
    return SlopeFactors(forward, backward, mean, course)


def _mean_over_pieces(
    network: Network, edge: Int64Array, length_m: FloatArray, slowed_m: FloatArray
) -> FloatArray:
    """Shape (edges,): mean time factor of the pieces of each edge, 1 where there are none."""
    slowed = np.bincount(edge, weights=slowed_m, minlength=network.edges)
    whole_m = np.bincount(edge, weights=length_m, minlength=network.edges)
    return np.divide(slowed, whole_m, out=np.ones(network.edges), where=whole_m > 0)


def _pieces(
    network: Network, terrain: Terrain, edges: Int64Array, piece_m: float
) -> tuple[Int64Array, FloatArray, FloatArray]:
    """Edge, length and rise of equal pieces of the segments of each edge."""
    count = np.diff(network.shape_start)[edges] - 1
    segment = _ranges(network.shape_start[edges], count)
    edge = np.repeat(edges, count)
    x, y = network.shape_x, network.shape_y
    segment_m = np.hypot(x[segment + 1] - x[segment], y[segment + 1] - y[segment])
    cuts = np.maximum(np.ceil(segment_m / piece_m), 1).astype(np.int64)
    first, cut, of = np.repeat(segment, cuts), np.repeat(cuts, cuts), np.repeat(edge, cuts)
    nth = _ranges(np.zeros(len(cuts), dtype=np.int64), cuts)
    heights = []
    for share in (nth / cut, (nth + 1) / cut):
        along_x = x[first] + (x[first + 1] - x[first]) * share
        along_y = y[first] + (y[first + 1] - y[first]) * share
        heights.append(terrain.heights(along_x, along_y, network.crs))
    return of, np.repeat(segment_m / cuts, cuts), heights[1] - heights[0]


def _ranges(starts: Int64Array, counts: Int64Array) -> Int64Array:
    """Whole numbers from each start on, as many as its count, one after the other."""
    before = np.cumsum(counts) - counts
    return np.arange(counts.sum()) - np.repeat(before - starts, counts)


def _lifted(network: Network, terrain: Terrain, structure: BoolArray, draped: BoolArray) -> FloatArray:
    """Shape (nodes,): heights in which nodes in the middle of a bridge or tunnel lie on the line between its ends."""
    height_m = terrain.heights(network.node_x, network.node_y, network.crs)
    on_ground = np.zeros(network.nodes, dtype=bool)
    for ends in (network.edge_from, network.edge_to):
        on_ground[ends[draped]] = True
    start, stop = (ends[structure].astype(np.int64) for ends in (network.edge_from, network.edge_to))
    neighbours = np.unique(np.r_[start, stop] * network.nodes + np.r_[stop, start])
    degree = np.bincount(neighbours // network.nodes, minlength=network.nodes)
    part = joined(network.nodes, start, stop)
    # a dead end or a part that touches the ground nowhere keeps the height of the model
    on_ground |= degree == 1
    anchored = np.bincount(part[on_ground], minlength=network.nodes) > 0
    free = np.flatnonzero((degree > 0) & ~on_ground & anchored[part])
    if len(free):
        fixed = np.flatnonzero((degree > 0) & ~np.isin(np.arange(network.nodes), free))
        height_m[free] = _between(network, structure, free, fixed, height_m[fixed])
    return height_m


def _between(
    network: Network, structure: BoolArray, free: Int64Array, fixed: Int64Array, height_m: FloatArray
) -> FloatArray:
    """Shape (free,): heights at which the nodes hang between the fixed ones, nearer ones pulling harder."""
    # most networks have no such node, and it takes longer to import than everything else here
    from scipy.sparse import coo_array, csr_array
    from scipy.sparse.linalg import spsolve

    start, stop = network.edge_from[structure], network.edge_to[structure]
    grip = 1.0 / np.maximum(network.length_m[structure], 1e-3)
    links: csr_array = coo_array(
        (np.tile(grip, 2), (np.r_[start, stop], np.r_[stop, start])), shape=(network.nodes, network.nodes)
    ).tocsr()
    strength = coo_array((links[free].sum(axis=1), (range(len(free)), range(len(free)))))
    pull = links[free][:, fixed] @ height_m
    return np.asarray(spsolve((strength - links[free][:, free]).tocsc(), pull))
