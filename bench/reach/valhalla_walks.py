"""Walks in Porto Alegre beside those of Valhalla, an independent engine that reads the same extract itself.

    python -m pip install pyvalhalla-weekly
    python bench/reach/valhalla_walks.py

Two thousand pairs of nodes, 300 m to 2 km apart, both engines at 1.2 m/s without any preference for or against kinds of
street. Pairs that differ by more than 10 % are listed by what causes the difference.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyproj
from instances import SHARED

from coverplan.errors import Problems
from coverplan.inputs.streets.read import read_streets
from coverplan.reach.graph import compile_graph
from coverplan.reach.snapping.components import components
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.reach.travel import node_times

PBF = SHARED / "data" / "poa" / "poa_osm.pbf"
CRS = "EPSG:32722"
PAIRS = 2_000
WALK = replace(PRESETS["general"], steps_factor=1.0)
#: Nothing is preferred, nothing is penalised: what is left is the network and the arithmetic.
PLAIN = {
    "walking_speed": 1.2 * 3.6,
    "walkway_factor": 1.0,
    "sidewalk_factor": 1.0,
    "alley_factor": 1.0,
    "driveway_factor": 1.0,
    "step_penalty": 0,
    "elevator_penalty": 0,
    "use_ferry": 0.5,
    "use_hills": 0.5,
    "use_living_streets": 0.5,
    "service_penalty": 0,
    "gate_penalty": 0,
    "destination_only_penalty": 0,
}


def build(folder: Path) -> object:
    """Tiles of the extract, and an engine over them."""
    import valhalla

    (folder / "tiles").mkdir()
    config = valhalla.get_config(tile_dir=str(folder / "tiles"), tile_extract="", verbose=False)
    file = folder / "valhalla.json"
    file.write_text(json.dumps(config), encoding="utf-8")
    tool = Path(sys.executable).with_name("valhalla_build_tiles")
    subprocess.run([str(tool), "-c", str(file), str(PBF)], check=True, capture_output=True)
    return valhalla.Actor(str(file))


def walked(actor: object, start: tuple[float, float], stop: tuple[float, float]) -> tuple[float, float]:
    """Seconds and metres of one walk, NaN where Valhalla finds none."""
    places = [{"lon": x, "lat": y, "radius": 0, "minimum_reachability": 0} for x, y in (start, stop)]
    asked = {
        "locations": places,
        "costing": "pedestrian",
        "costing_options": {"pedestrian": PLAIN},
        "units": "km",
    }
    try:
        found = actor.route(json.dumps(asked))
    except RuntimeError:
        return float("nan"), float("nan")
    summary = (json.loads(found) if isinstance(found, str) else found)["trip"]["summary"]
    return summary["time"], summary["length"] * 1000


def main() -> None:
    """Compare and print."""
    network = read_streets(PBF, crs=CRS, problems=Problems())
    assert network is not None
    graph = compile_graph(network, WALK)
    parts = components(network, "walk")
    in_large = np.zeros(network.nodes, dtype=bool)
    for ends in (network.edge_from, network.edge_to):
        in_large[ends[parts.of_edge == 0]] = True
    rng = np.random.default_rng(2)
    large = np.flatnonzero(in_large)
    start = rng.choice(large, 40 * PAIRS)
    stop = rng.choice(large, 40 * PAIRS)
    apart_m = np.hypot(
        network.node_x[start] - network.node_x[stop], network.node_y[start] - network.node_y[stop]
    )
    near = np.flatnonzero((apart_m > 300) & (apart_m < 2_000))[:PAIRS]
    start, stop = start[near], stop[near]
    at = graph.positions()
    indptr, nodes, ms = node_times(graph, at[start], 7_200_000)
    ours_s = np.full(len(start), np.nan)
    for i in range(len(start)):
        row = slice(indptr[i], indptr[i + 1])
        hit = np.flatnonzero(nodes[row] == at[stop[i]])
        if len(hit):
            ours_s[i] = ms[row][hit[0]] / 1000
    lonlat = np.column_stack(
        pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(
            network.node_x, network.node_y
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        actor = build(Path(folder))
        theirs = np.array([walked(actor, lonlat[a], lonlat[b]) for a, b in zip(start, stop, strict=True)])
    report(ours_s, theirs, apart_m[near])


def report(ours_s: np.ndarray, theirs: np.ndarray, apart_m: np.ndarray) -> None:
    """Print how far the two agree, and what lies behind differences of more than 10 %."""
    both = np.isfinite(ours_s) & np.isfinite(theirs[:, 0])
    print(
        f"pairs: {len(ours_s)}, both find a walk: {both.sum()}, only ours {(np.isfinite(ours_s) & ~both).sum()}"
    )
    ratio = ours_s[both] / theirs[both, 0]
    length = ours_s[both] * WALK.speed_m_s / theirs[both, 1]
    pace = theirs[both, 1] / theirs[both, 0]
    print(f"time, ours / Valhalla: median {np.median(ratio):.4f}, 5 % {np.quantile(ratio, 0.05):.4f}, "
          f"95 % {np.quantile(ratio, 0.95):.4f}")  # fmt: skip
    print(
        f"length, ours / Valhalla: median {np.median(length):.4f}; Valhalla's pace {np.median(pace):.3f} m/s"
    )
    for limit in (0.01, 0.02, 0.05, 0.1):
        print(f"within {limit:.0%}: {np.mean(np.abs(ratio - 1) <= limit):.1%}")
    far = np.abs(ratio - 1) > 0.1
    causes = Counter(
        ("Valhalla walks farther" if long > 1.1 else "Valhalla walks less far")
        if abs(long - 1) > 0.1
        else "same way, other pace"
        for long in 1 / length[far]
    )
    print(f"beyond 10 %: {far.sum()} pairs: {dict(causes)}")
    worst = np.argsort(-np.abs(np.log(ratio)))[:8]
    for i in worst:
        print(f"    {apart_m[both][i]:6.0f} m apart, ours {ours_s[both][i]:6.0f} s, Valhalla "
              f"{theirs[both][i, 0]:6.0f} s over {theirs[both][i, 1]:6.0f} m")  # fmt: skip


if __name__ == "__main__":
    main()
