"""What lies behind private streets and gates is private itself: nobody passes through it to somewhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from coverplan.ground.network import Network, Passage
from coverplan.units import BoolArray, Int32Array


def with_streets_behind(network: Network) -> Network:
    """Network in which streets that hang together with the rest only through private ones are private too.

    Of the open streets that private ones hold together, the part with the most metres is the public one.
    """
    passages = {
        mode: passage if passage.private is None else replace(passage, private=_private(network, passage))
        for mode, passage in network.passages.items()
    }
    return replace(network, passages=passages)


def _private(network: Network, passage: Passage) -> BoolArray:
    private, public = passage.restricted, passage.usable & ~passage.restricted
    if not private.any() or not public.any():
        return private
    whole, part = _parts(network, passage.usable), _parts(network, public)
    edges = np.flatnonzero(public)
    length_m = np.bincount(part[edges], weights=network.length_m[edges], minlength=part.max() + 1)
    parts, first = np.unique(part[edges], return_index=True)
    together = whole[edges[first]]
    order = np.lexsort((parts, -length_m[parts], together))
    largest = np.zeros(len(parts), dtype=bool)
    largest[order] = np.diff(together[order], prepend=-1) != 0
    behind = np.zeros(part.max() + 1, dtype=bool)
    behind[parts[~largest]] = True
    return private | (public & behind[part])


def _parts(network: Network, chosen: BoolArray) -> Int32Array:
    """Shape (edges,): number of the connected part of the chosen edges at each edge's start."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    start, end = network.edge_from[chosen], network.edge_to[chosen]
    links = coo_matrix((np.ones(len(start), dtype=bool), (start, end)), shape=(network.nodes,) * 2)
    label: Int32Array = connected_components(links, directed=False)[1]
    return label[network.edge_from]
