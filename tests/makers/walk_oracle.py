"""Travel times by another route: streets are cut at every door and networkx searches the pieces.

Nothing here is shared with the product: times of edges are recomputed in plain Python, doors become nodes of their
own, and the search is networkx's.
"""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np

from coverplan.ground.network import Network, Passage
from coverplan.reach.snapping.doors import Doors
from coverplan.reach.snapping.snap import Snaps


def network_of(xy, edges, *, one_way=(), lengths=None, mode="walk", **special):
    """Network of straight edges; `one_way` lists edges that are closed against their direction."""
    xy = np.asarray(xy, dtype=float).reshape(-1, 2)
    pairs = np.asarray(edges, dtype=np.int32).reshape(-1, 2)
    straight = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    count = len(pairs)
    backward = np.ones(count, dtype=bool)
    backward[list(one_way)] = False
    fields = {
        "kind": np.zeros(count, dtype=np.int16),
        "kinds": ("residential",),
        "steps": np.zeros(count, dtype=bool),
        "bridge": np.zeros(count, dtype=bool),
        "tunnel": np.zeros(count, dtype=bool),
        "maxspeed_kmh": np.full(count, np.nan),
    }
    fields.update(special)
    return Network(
        crs="EPSG:32650",
        node_x=xy[:, 0].copy(),
        node_y=xy[:, 1].copy(),
        node_key=np.arange(len(xy), dtype=np.int64),
        edge_from=pairs[:, 0].copy(),
        edge_to=pairs[:, 1].copy(),
        length_m=straight if lengths is None else np.asarray(lengths, dtype=float),
        shape_start=np.arange(0, 2 * count + 1, 2, dtype=np.int64),
        shape_x=xy[pairs, 0].ravel(),
        shape_y=xy[pairs, 1].ravel(),
        name=np.array([""] * count, dtype=object),
        passages={mode: Passage(np.ones(count, dtype=bool), backward)},
        **fields,
    )


def snaps_of(rows):
    """Snaps from rows of (edge, fraction, leg in metres); edge -1 is off network."""
    edge = np.array([row[0] for row in rows], dtype=np.int32)
    fraction = np.array([row[1] for row in rows], dtype=float)
    leg_m = np.array([row[2] for row in rows], dtype=float)
    fraction[edge < 0] = np.nan
    nothing = np.zeros(len(rows), dtype=bool)
    return Snaps(edge, fraction, leg_m, np.where(edge < 0, 0, 1).astype(np.int8), nothing, nothing)


def doors_of(ids, rows, doors_each=None):
    """Doors from rows as in `snaps_of`; `doors_each` says how many rows each id has."""
    each = [1] * len(ids) if doors_each is None else doors_each
    return Doors(tuple(ids), np.concatenate(([0], np.cumsum(each))).astype(np.int64), snaps_of(rows))


def cut_streets(network, profile, doors_by_label, forward_ms=None, backward_ms=None, *, share=None):
    """Directed graph in which door k of the places with a label is the node (label, place, k).

    `share(edge, fraction, back=)` says what share of a street's time is spent before a place on it; evenly if not given.
    """
    passage = network.passages[profile.mode]
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(network.nodes))
    on_edge = {}
    for label, doors in doors_by_label.items():
        for place in range(doors.places):
            for k in range(doors.start[place], doors.start[place + 1]):
                if doors.snaps.edge[k] >= 0:
                    on_edge.setdefault(int(doors.snaps.edge[k]), []).append((label, place, k, doors.snaps))
    for e in range(network.edges):
        layers = ("first", "last") if passage.restricted[e] else (None,)
        for layer in layers:
            _cut_street(
                graph,
                (network, profile, e),
                on_edge.get(e, []),
                layer,
                (forward_ms, backward_ms),
                share=share,
            )
    for node in range(network.nodes) if passage.restricted.any() else ():
        graph.add_edge(("first", node), node, ms=0)
        graph.add_edge(node, ("last", node), ms=0)
    return graph


def _cut_street(graph, street, doors, layer, times_ms, *, share):
    """One street, cut at its doors. Private ones are drawn twice: for walks that begin (d) and that end (s) behind."""

    def name(node):
        return node if layer is None else (layer, node)

    network, profile, e = street
    passage = network.passages[profile.mode]
    factor = profile.steps_factor if network.steps[e] else 1.0
    plain = round(float(network.length_m[e]) * factor / profile.speed_m_s * 1000)
    for allowed, times, turned in (
        (passage.forward[e], times_ms[0], False),
        (passage.backward[e], times_ms[1], True),
    ):
        whole = plain if times is None else int(times[e])
        stops = [
            (0, 0.0, name(int(network.edge_from[e]))),
            (whole, 1.0, name(int(network.edge_to[e]))),
        ]
        for label, place, k, snaps in doors:
            point = (label, place, k)
            if layer is not None and label == "s":
                graph.add_edge(name(point), point, ms=0)
            elif layer == "first":
                graph.add_edge(point, name(point), ms=0)
            fraction = float(snaps.fraction[k])
            spent = fraction if share is None else share(e, fraction, back=turned)
            stops.append((round(whole * spent), fraction, name(point)))
            if fraction in {0.0, 1.0}:
                end = name(int(network.edge_from[e] if fraction == 0.0 else network.edge_to[e]))
                graph.add_edge(name(point), end, ms=0)
                graph.add_edge(end, name(point), ms=0)
        if not allowed:
            continue
        stops.sort(key=lambda stop: stop[:2])
        for (ms0, f0, a), (ms1, f1, b) in pairwise(stops):
            if turned:
                graph.add_edge(b, a, ms=ms1 - ms0)
            else:
                graph.add_edge(a, b, ms=ms1 - ms0)
            if f0 == f1:  # two doors at one place: no direction between them
                graph.add_edge(b, a, ms=0)
                graph.add_edge(a, b, ms=0)


def leg_ms(doors, k, profile):
    """Milliseconds of the leg of one door."""
    return round(float(doors.snaps.leg_m[k]) / profile.access_speed_m_s * 1000)


def table(network, profile, sites, demand, direction="toward", **times):
    """Milliseconds of every pair that can be travelled, as {(site, demand): ms}, without any limit."""
    graph = cut_streets(network, profile, {"s": sites, "d": demand}, **times)
    found = {}
    for site in range(sites.places):
        for k in range(sites.start[site], sites.start[site + 1]):
            if sites.snaps.edge[k] < 0:
                continue
            searched = graph.reverse(copy=False) if direction == "toward" else graph
            reached = nx.single_source_dijkstra_path_length(searched, ("s", site, k), weight="ms")
            for node, ms in reached.items():
                if isinstance(node, tuple) and node[0] == "d":
                    total = ms + leg_ms(sites, k, profile) + leg_ms(demand, node[2], profile)
                    pair = (site, node[1])
                    found[pair] = min(total, found.get(pair, total))
    return found


def as_table(reach):
    """A reach as {(site, demand): ms}."""
    found = {}
    for site in range(reach.sites):
        points, times = reach.from_site(site)
        found.update({(site, int(p)): int(t) for p, t in zip(points, times, strict=True)})
    return found


def nearest_of(pairs, site_ids, points, limit_ms):
    """Nearest site of every point of a table as (ms, site), (-1, -1) where none lies within the limit."""
    answer = []
    for point in range(points):
        best = min(
            ((ms, site_ids[site], site) for (site, p), ms in pairs.items() if p == point and ms <= limit_ms),
            default=(-1, "", -1),
        )
        answer.append((best[0], best[2]))
    return answer


def random_case(seed, *, mode="walk"):
    """A small random town: streets with one-ways, zero lengths, loops and parallels; sites and demand anywhere."""
    rng = np.random.default_rng(seed)
    nodes = int(rng.integers(2, 14))
    xy = rng.integers(0, 40, (nodes, 2)) * 10.0
    count = int(rng.integers(1, 30))
    pairs = rng.integers(0, nodes, (count, 2))
    lengths = np.where(rng.random(count) < 0.15, 0.0, np.round(rng.random(count) * 200, 1))
    one_way = np.flatnonzero(rng.random(count) < 0.3)
    network = network_of(
        xy, pairs, one_way=one_way, lengths=lengths, mode=mode, steps=rng.random(count) < 0.1
    )

    def rows(number):
        edge = np.where(rng.random(number) < 0.08, -1, rng.integers(0, count, number))
        fraction = np.where(rng.random(number) < 0.3, rng.integers(0, 2, number), rng.random(number))
        leg_m = np.where(rng.random(number) < 0.3, 0.0, np.round(rng.random(number) * 100, 1))
        return list(zip(edge.tolist(), fraction.tolist(), leg_m.tolist(), strict=True))

    each = rng.integers(1, 4, int(rng.integers(1, 7))).tolist()
    site_ids = [f"s{i}" for i in rng.permutation(len(each))]
    sites = doors_of(site_ids, rows(sum(each)), each)
    points = int(rng.integers(1, 25))
    demand = doors_of([f"d{i:02}" for i in range(points)], rows(points))
    return network, sites, demand
