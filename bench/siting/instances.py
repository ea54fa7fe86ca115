"""Siting instances of the benchmark: fixed seeds, drawn the same way everywhere, kept as .npz in a folder.

``cfl`` follows the rules of Cordeau, Furini and Ljubic (2019): 100 candidates and many demand points, uniform in a
square of side 30, whole weights from 1 to 100, covered within a radius. ``rsw`` puts a candidate on every point.
``real`` spreads a clustered population over a street network and lets candidates reach 1,200 m along it.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

CACHE = Path(tempfile.gettempdir()) / "coverplan-siting-instances"
REAL = {"real_10k_300": (10_000, 300, 14), "real_50k_1k": (50_000, 1_000, 13),
        "real_250k_5k": (250_000, 5_000, 11), "real_1m_10k": (1_000_000, 10_000, 12)}  # fmt: skip


@dataclass(frozen=True)
class Instance:
    """Pairs by candidate (demand ascending), whole weights, and distances in decimetres where there are any."""

    indptr: np.ndarray
    demand: np.ndarray
    weight: np.ndarray
    distance_dm: np.ndarray | None = None


def load(name: str) -> Instance:
    """Instance by name; drawn once and read from the folder afterwards."""
    path = CACHE / f"{name}.npz"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        made = _draw(name)
        parts = {"indptr": made.indptr, "demand": made.demand, "weight": made.weight}
        if made.distance_dm is not None:
            parts["distance_dm"] = made.distance_dm
        np.savez(path, **parts)
    with np.load(path) as stored:
        return Instance(stored["indptr"], stored["demand"], stored["weight"], stored.get("distance_dm"))


def _draw(name: str) -> Instance:
    kind, *rest = name.split("_")
    if kind == "real":
        nodes, candidates, seed = REAL[name.removesuffix("_far")]
        return _on_streets(nodes, candidates, 50_000 if name.endswith("_far") else 12_000, seed)
    radius = float(rest[1].removeprefix("R"))
    if kind == "rsw":
        rng = np.random.default_rng({900: 1, 2500: 2}[int(rest[0])])
        places = rng.uniform(0, 30, (int(rest[0]), 2))
        return _within(places, places, rng.integers(1, 101, len(places)), radius)
    rng = np.random.default_rng(5)
    count = int(rest[0].removesuffix("k")) * 1000
    candidates = rng.uniform(0, 30, (100, 2))
    customers = rng.uniform(0, 30, (count, 2))
    return _within(candidates, customers, rng.integers(1, 101, count), radius)


def _within(candidates: np.ndarray, customers: np.ndarray, weight: np.ndarray, radius: float) -> Instance:
    hits = cKDTree(customers).query_ball_point(candidates, radius, return_sorted=True)
    indptr = np.concatenate(([0], np.cumsum([len(hit) for hit in hits]))).astype(np.int64)
    return Instance(indptr, np.concatenate(hits).astype(np.int32), weight.astype(np.int64))


def _on_streets(nodes: int, candidates: int, limit_dm: int, seed: int) -> Instance:
    graph, xy = _streets(nodes, seed)
    rng = np.random.default_rng(seed + 1)
    people = _population(xy, rng)
    chance = 0.7 * people / people.sum() + 0.3 / len(xy)
    chosen = np.sort(rng.choice(len(xy), candidates, replace=False, p=chance))
    counts, reached, distance = [], [], []
    for first in range(0, candidates, 32):
        away = dijkstra(graph, indices=chosen[first : first + 32], limit=limit_dm)
        for row in away:
            near = np.flatnonzero(np.isfinite(row))
            counts.append(len(near))
            reached.append(near.astype(np.int32))
            distance.append(row[near].astype(np.int32))
    indptr = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return Instance(indptr, np.concatenate(reached), people, np.concatenate(distance))


def _population(xy: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Clusters of lognormal width and heavy-tailed size over a thin background; a fifth of the nodes is empty."""
    side, count = xy[:, 0].max(), len(xy)
    clusters = max(12, count // 8000)
    centre = rng.uniform(0, side, (clusters, 2))
    width = rng.lognormal(np.log(side * 0.018), 0.6, clusters)
    size = rng.pareto(1.3, clusters) + 0.3
    density = np.zeros(count)
    tree = cKDTree(xy)
    for at in range(clusters):
        near = np.asarray(tree.query_ball_point(centre[at], 3.5 * width[at]), dtype=np.int64)
        if len(near):
            squared = ((xy[near] - centre[at]) ** 2).sum(axis=1)
            density[near] += size[at] * np.exp(-squared / 2 / width[at] ** 2)
    density = density / density.mean() + 0.02
    people = np.floor(rng.lognormal(0, 0.8, count) * density * 12).astype(np.int64)
    people[rng.random(count) < 0.2] = 0
    return people


def _streets(target: int, seed: int) -> tuple[sp.csr_matrix, np.ndarray]:
    """Jittered lattice with missing streets and some diagonals; largest component along a Hilbert curve."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(target * 1.031)))
    rows, columns = np.meshgrid(np.arange(side), np.arange(side), indexing="ij")
    x = (rows.ravel() + rng.uniform(-0.27, 0.27, side * side)) * 66.0
    y = (columns.ravel() + rng.uniform(-0.27, 0.27, side * side)) * 66.0
    number = np.arange(side * side).reshape(side, side)
    south = np.column_stack((number[:-1].ravel(), number[1:].ravel()))
    east = np.column_stack((number[:, :-1].ravel(), number[:, 1:].ravel()))
    kept = [rng.random(len(streets)) < 0.63 for streets in (south, east)]
    diagonal = np.column_stack((number[:-1, :-1].ravel(), number[1:, 1:].ravel()))
    slant = diagonal[rng.random(len(diagonal)) < 0.04]
    ends = np.vstack((south[kept[0]], east[kept[1]], slant))
    straight = np.hypot(x[ends[:, 0]] - x[ends[:, 1]], y[ends[:, 0]] - y[ends[:, 1]])
    metres = np.clip(straight * rng.uniform(1.0, 1.15, len(ends)), 30, 120)
    decimetres = np.rint(metres * 10).astype(np.int32)
    whole = sp.coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(side * side,) * 2)
    _, label = connected_components(whole.tocsr(), directed=False)
    nodes = np.flatnonzero(label == np.bincount(label).argmax())
    grid = np.column_stack([(axis - axis.min()) / (axis.max() - axis.min()) * 65535 for axis in (x, y)])
    nodes = nodes[np.argsort(_hilbert(grid[nodes].astype(np.int64)), kind="stable")]
    place = np.full(side * side, -1, dtype=np.int64)
    place[nodes] = np.arange(len(nodes))
    inside = place[ends[:, 0]] >= 0
    tail, head = place[ends[inside]].T
    graph = sp.coo_matrix((decimetres[inside].astype(float), (tail, head)), shape=(len(nodes),) * 2)
    return (graph + graph.T).tocsr(), np.column_stack((x[nodes], y[nodes]))


def _hilbert(grid: np.ndarray) -> np.ndarray:
    column, row = grid[:, 0].copy(), grid[:, 1].copy()
    key = np.zeros(len(grid), dtype=np.int64)
    half = 1 << 15
    while half:
        right, upper = (column & half) > 0, (row & half) > 0
        key += half * half * ((3 * right) ^ upper)
        turn = ~upper & right
        column_in, row_in = column & (half - 1), row & (half - 1)
        column = np.where(turn, half - 1 - column_in, column_in)
        row = np.where(turn, half - 1 - row_in, row_in)
        column, row = np.where(upper, (column, row), (row, column))
        half >>= 1
    return key


if __name__ == "__main__":
    for wanted in sys.argv[1:]:
        made = load(wanted)
        print(
            wanted, len(made.indptr) - 1, "candidates", len(made.weight), "points", len(made.demand), "pairs"
        )
