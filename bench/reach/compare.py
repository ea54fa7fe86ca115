"""Times of coverplan's searches beside scipy, networkx, pandana and the prototype, all in one process.

    python bench/reach/compare.py                     everything, some minutes
    python bench/reach/compare.py --only sets nearest

Ours and the prototype take turns and show medians of five; slow peers answer a sample of the questions once and are
extrapolated, which the table says. Every answer is compared with ours before its time counts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir()) / "coverplan-bench-numba"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import networkx as nx
import numpy as np
from instances import METRE, Instance, instance, network_of, porto_alegre
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from coverplan.reach.graph import TravelGraph, compile_graph
from coverplan.reach.labels import node_labels, seed_labels, unreached
from coverplan.reach.live import LiveNearest
from coverplan.reach.snapping.doors import Doors
from coverplan.reach.snapping.snap import Snapper, Snaps
from coverplan.reach.travel import nearest, node_times, travel_times

ROWS: list[dict[str, object]] = []


class Spent(NamedTuple):
    """Wall seconds, and seconds of all processors together, which a busy machine disturbs less."""

    wall: float
    busy: float

    def __mul__(self, factor: float) -> Spent:
        return Spent(self.wall * factor, self.busy * factor)


def row(task: str, tool: str, spent: Spent, note: str = "") -> None:
    """Write one figure down and show it."""
    ROWS.append({"task": task, "tool": tool, "wall_s": spent.wall, "busy_s": spent.busy, "note": note})
    print(f"{task:34} {tool:18} {spent.wall * 1000:10.1f} {spent.busy * 1000:10.1f} ms  {note}", flush=True)


def once(work: Callable[[], object]) -> tuple[Spent, object]:
    """Time one call and return what it made."""
    wall, busy = time.perf_counter(), time.process_time()
    made = work()
    return Spent(time.perf_counter() - wall, time.process_time() - busy), made


def in_turns(times: int, **works: Callable[[], object]) -> dict[str, Spent]:
    """Median times of several jobs that take turns, after one warm call each.

    Who goes first changes from turn to turn: nobody always finds the cache that a large one has left.
    """
    for work in works.values():
        work()
    names = list(works)
    spent: dict[str, list[Spent]] = {name: [] for name in names}
    for turn in range(times):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            spent[name].append(once(works[name])[0])
    return {name: middle(values) for name, values in spent.items()}


def middle(values: list[Spent]) -> Spent:
    """Median of each kind of time."""
    walls, busies = zip(*values, strict=True)
    return Spent(statistics.median(walls), statistics.median(busies))


def nearest_labels(graph: TravelGraph, at: np.ndarray, threads: int) -> np.ndarray:
    """Nearest of some nodes of the graph for all its nodes, as the product searches it."""
    none = np.zeros(len(at), dtype=np.int64)
    seeds = seed_labels((at, np.arange(len(at)), none), np.arange(len(at)), 900_000)
    return node_labels(graph, graph.into, seeds, 900_000, threads=threads)


Peers = tuple[csr_array, np.ndarray, nx.Graph]


def bench_nearest(size: str, inst: Instance, graph: TravelGraph) -> Peers:
    """Time the nearest of many facilities for every node within 900 m."""
    from reach_proto import I32MAX, interleave
    from reach_r1b import r1_batched

    task = f"nearest of {len(inst.facilities)}, {size} nodes"
    streets = csr_array((inst.weights_dm.astype(float), inst.heads, inst.indptr), shape=(inst.nodes,) * 2)
    arcs = interleave(inst.heads, inst.weights_dm)
    order = np.argsort(inst.facilities)
    sorted_facilities, ids = inst.facilities[order], order.astype(np.int32)
    dist, owner = np.empty(inst.nodes, np.int32), np.empty(inst.nodes, np.int32)
    pool = [np.empty(1 << 21, np.int32) for _ in range(3)]
    heads = np.full(200, -1, np.int32)

    def prototype() -> None:
        dist[:] = I32MAX
        r1_batched(inst.indptr, arcs, sorted_facilities, ids, 9000, 1000, dist, owner, 16, *pool, heads)

    def by_scipy() -> np.ndarray:
        return dijkstra(streets, indices=inst.facilities, min_only=True, limit=9000)

    at = graph.positions()[inst.facilities]
    ours_ms = nearest_labels(graph, at, 1) >> 32
    theirs_ms = np.where(np.isfinite(by_scipy()), by_scipy() * 100, unreached(900_000) >> 32)
    assert np.array_equal(ours_ms[graph.positions()], theirs_ms)
    found = in_turns(
        8,
        ours=lambda: nearest_labels(graph, at, 1),
        ours_two_threads=lambda: nearest_labels(graph, at, 2),
        prototype=prototype,
        scipy=by_scipy,
    )
    for tool, seconds in found.items():
        row(task, tool, seconds)
    plain = nx.Graph()
    plain.add_weighted_edges_from(
        zip(inst.tail.tolist(), inst.head.tolist(), inst.edge_dm.tolist(), strict=True)
    )
    seeds = inst.facilities.tolist()
    seconds, reached = once(lambda: nx.multi_source_dijkstra_path_length(plain, seeds, cutoff=9000))
    assert len(reached) == int((ours_ms < unreached(900_000) >> 32).sum())
    row(task, "networkx", seconds, "one run")
    return streets, arcs, plain


def bench_sets(size: str, inst: Instance, graph: TravelGraph, peers: Peers) -> None:
    """Time sets of nodes within a distance of many sources."""
    from reach_proto import r2

    streets, arcs, plain = peers
    at = graph.positions()
    for name, count, metres, width, sample, few in (
        ("900 m", 10_000, 900, 1000, 20 if size == "1m" else 100, 200),
        ("5,000 m", 1_000, 5_000, 300, 20 if size == "1m" else 100, 10),
    ):
        sources = inst.asked[:count]
        limit_dm = metres * 10
        task = f"{count} sets of {name}, {size} nodes"
        chunk = 256 if metres == 900 else 16
        pairs = int(node_times(graph, at[sources], metres * 1000)[0][-1])
        found = in_turns(
            5,
            ours=lambda a=at[sources], ms=metres * 1000: node_times(graph, a, ms, threads=2),
            ours_one_thread=lambda a=at[sources], ms=metres * 1000: node_times(graph, a, ms, threads=1),
            prototype=lambda s=sources, dm=limit_dm, w=width, c=chunk: r2(
                inst.indptr, arcs, s, dm, "bucket", w, 2, c
            ),
        )
        assert pairs == len(r2(inst.indptr, arcs, sources, limit_dm, "bucket", width, 2, chunk)[1])
        for tool, seconds in found.items():
            row(task, tool, seconds, f"{pairs:,} pairs")
        seconds, reached = once(
            lambda s=sources[:sample], dm=limit_dm: dijkstra(streets, indices=s, limit=dm)
        )
        assert np.isfinite(reached).sum() == node_times(graph, at[sources[:sample]], metres * 1000)[0][-1]
        row(task, "scipy", seconds * (count / sample), f"from {sample} sources")

        asked = sources[:few].tolist()
        seconds, total = once(lambda nodes=asked, dm=limit_dm: walked(plain, nodes, dm))
        assert total == node_times(graph, at[sources[:few]], metres * 1000)[0][-1]
        row(task, "networkx", seconds * (count / few), f"from {few} sources")


def walked(plain: nx.Graph, asked: list[int], limit_dm: int) -> int:
    """Count what networkx reaches from some nodes."""
    return sum(len(nx.single_source_dijkstra_path_length(plain, node, cutoff=limit_dm)) for node in asked)


def bench_pandana(inst: Instance, graph: TravelGraph) -> None:
    """Time pandana's queries on 100 k nodes; its preprocessing stands beside them."""
    try:
        import pandana
        import pandas as pd
    except ImportError:
        print("pandana is not installed; its rows are left out")
        return
    metres = pd.DataFrame({"m": inst.edge_dm / 10})
    streets = (pd.Series(v) for v in (inst.x, inst.y, inst.tail, inst.head))
    seconds, made = once(lambda: pandana.Network(*streets, metres, twoway=True))
    task = "100k nodes"
    row(f"preprocessing, {task}", "pandana", seconds)
    at = inst.facilities
    made.set_pois("f", 900, 1, pd.Series(inst.x[at]), pd.Series(inst.y[at]))
    seconds, found = once(lambda: made.nearest_pois(900, "f", num_pois=1))
    ours_ms = nearest_labels(graph, graph.positions()[at], 1) >> 32
    theirs_m = found[1].to_numpy()
    reached = ours_ms[graph.positions()] <= 899_000
    assert np.allclose(theirs_m[reached], ours_ms[graph.positions()][reached] / 1000, atol=0.01)
    row(f"nearest of {len(at)}, {task}", "pandana", seconds, "query only")
    for name, count, radius in (("900 m", 10_000, 900), ("5,000 m", 1_000, 5_000)):
        sources = inst.asked[:count].tolist()
        seconds, found = once(lambda s=sources, r=radius: made.nodes_in_range(s, r))
        row(f"{count} sets of {name}, {task}", "pandana", seconds, f"query only, {len(found):,} pairs")


def bench_people(inst: Instance, graph: TravelGraph) -> None:
    """Time whole walks: sites and a million demand points anywhere on the edges; and changes of one site."""
    rng = np.random.default_rng(1)

    def doors(count: int, letter: str) -> Doors:
        no = np.zeros(count, dtype=bool)
        edge = rng.integers(0, len(inst.tail), count).astype(np.int32)
        snaps = Snaps(edge, rng.random(count), rng.random(count) * 40, np.ones(count, np.int8), no, no)
        return Doors.single([f"{letter}{i:07}" for i in range(count)], snaps)

    demand, sites = doors(1_000_000, "d"), doors(10_000, "s")
    found = in_turns(
        3,
        matrix=lambda: travel_times(graph, sites, demand, 900_000),
        nearest=lambda: nearest(graph, sites, demand, 900_000),
    )
    row("10,000 sites to 1 M people, 900 s", "ours", found["matrix"], "whole walks, ascending rows")
    row("nearest of 10,000 sites, 1 M people", "ours", found["nearest"], "whole walks")
    some = Doors.single(sites.ids[:2_100], sites.snaps.take(np.arange(2_100)))
    live = LiveNearest(graph, some, demand, 900_000, is_open=np.arange(2_100) < 2_000)
    live.move(0, 2_000)
    opened = [once(lambda site=site: live.open(site))[0] for site in range(2_001, 2_100)]
    closed = [once(lambda site=site: live.close(site))[0] for site in range(2_001, 2_100)]
    row("open one site among 2,000", "ours", middle(opened), f"longest {max(opened).wall * 1000:.1f} ms")
    row(
        "close one site among 2,000",
        "ours",
        middle(closed),
        f"longest {max(closed).wall * 1000:.1f} ms",
    )


def bench_snap() -> None:
    """Time the attachment of 100,000 points to 60,000 edges."""
    rng = np.random.default_rng(0)
    side = 175
    column, line = np.meshgrid(np.arange(side), np.arange(side))
    x, y = (values.ravel() * 60.0 + rng.uniform(-15, 15, side * side) for values in (column, line))
    at = np.arange(side * side).reshape(side, side)
    tail = np.concatenate((at[:-1].ravel(), at[:, :-1].ravel()))
    head = np.concatenate((at[1:].ravel(), at[:, 1:].ravel()))
    network = network_of(x, y, tail, head, np.hypot(x[tail] - x[head], y[tail] - y[head]))
    people = rng.uniform(0, 60 * side, (2, 100_000))
    Snapper(network, METRE)
    seconds, snapper = once(lambda: Snapper(network, METRE))
    row("index of 60,900 edges", "ours", seconds)
    row(
        "100,000 points to their edges",
        "ours",
        once(lambda: snapper.snap(*people))[0],
        "first use of the index",
    )


def bench_porto_alegre() -> None:
    """Time sets on real streets with a node at every vertex."""
    network = porto_alegre()
    graph = compile_graph(network, METRE)
    at = graph.positions()
    sources = np.random.default_rng(1).choice(network.nodes, 500, replace=False).astype(np.int32)
    shape = (network.nodes, network.nodes)
    rows = np.concatenate((network.edge_from, network.edge_to))
    columns = np.concatenate((network.edge_to, network.edge_from))
    weights = np.tile(network.length_m * 10, 2)
    order = np.lexsort((weights, columns, rows))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(rows[order]) != 0) | (np.diff(columns[order]) != 0)
    kept = order[first]
    streets = csr_array((weights[kept], (rows[kept], columns[kept])), shape=shape)
    limit_ms = 900_000
    pairs = int(node_times(graph, at[sources], limit_ms)[0][-1])
    assert pairs == np.isfinite(dijkstra(streets, indices=sources, limit=9000)).sum()
    found = in_turns(
        3,
        ours=lambda: node_times(graph, at[sources], limit_ms, threads=2),
        scipy=lambda: dijkstra(streets, indices=sources, limit=9000),
    )
    shortest = network.length_m.min()
    note = f"{network.nodes:,} nodes, edges from {shortest:.1f} m, {pairs:,} pairs"
    for tool, seconds in found.items():
        row("500 sets of 900 m, Porto Alegre", tool, seconds, note)


def main() -> None:
    """Run what was asked for and write the figures to a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", nargs="*", choices=["nearest", "sets", "pandana", "people", "snap", "streets"]
    )
    parser.add_argument(
        "--out", type=Path, default=Path(tempfile.gettempdir()) / "coverplan-bench-reach.json"
    )
    asked = parser.parse_args()
    wanted = set(asked.only or ["sets", "pandana", "people", "snap", "streets"])
    for size in ("100k", "1m"):
        if not wanted & ({"nearest", "sets", "people"} if size == "1m" else {"nearest", "sets", "pandana"}):
            continue
        inst = instance(size)
        network = inst.network()
        compile_graph(network, METRE)
        seconds, graph = once(lambda n=network: compile_graph(n, METRE))
        row(f"network from arrays, {size} nodes", "ours", seconds)
        if wanted & {"nearest", "sets"}:
            peers = bench_nearest(size, inst, graph)
            if "sets" in wanted:
                bench_sets(size, inst, graph, peers)
        if size == "100k" and "pandana" in wanted:
            bench_pandana(inst, graph)
        if size == "1m" and "people" in wanted:
            bench_people(inst, graph)
    if "snap" in wanted:
        bench_snap()
    if "streets" in wanted:
        bench_porto_alegre()
    names = ("numpy", "scipy", "numba", "shapely", "networkx", "pandana")
    versions = {}
    for name in names:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "absent"
    about = {"python": platform.python_version(), "processors": os.cpu_count(), **versions}
    asked.out.write_text(json.dumps({"about": about, "rows": ROWS}, indent=1), encoding="utf-8")
    print(f"written to {asked.out}")


if __name__ == "__main__":
    main()
