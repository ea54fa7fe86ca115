"""Porto Alegre from files to results, cold and warm, beside a plain script with osmnx and networkx.

Run from the project's root:  python bench/porto_alegre.py
The plain script answers one question only: the share of people within fifteen minutes of health care at 1.0 m/s, nearest
nodes, no legs. Whole processes are timed, each started anew; the peer runs once.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCENARIO = ROOT / "scenarios" / "porto-alegre.yaml"

PEER = """
import sys, networkx as nx, numpy as np, pandas as pd, pyrosm, osmnx as ox
poa = sys.argv[1]
osm = pyrosm.OSM(poa + "/poa_osm.pbf")
nodes, edges = osm.get_network(network_type="walking", nodes=True)
graph = osm.to_graph(nodes, edges, graph_type="networkx")
grid = pd.read_csv(poa + "/poa_hexgrid.csv")
near = ox.distance.nearest_nodes(graph, grid["lon"], grid["lat"])
sites = set(near[(grid["healthcare"] > 0).to_numpy()])
times = nx.multi_source_dijkstra_path_length(graph, sites, cutoff=900.0, weight="length")
print(grid["population"][[n in times for n in near]].sum() / grid["population"].sum())
"""


def timed(command: list[str], **environment: str) -> tuple[float, float]:
    """Seconds and peak megabytes of a process and its children."""
    began = time.perf_counter()
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **environment}, cwd=ROOT
    )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return time.perf_counter() - began, peak


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours = [sys.executable, "-m", "coverplan", "run", str(SCENARIO), "--out", f"{folder}/out", "--quiet"]
        cache = f"{folder}/numba"
        cold, _ = timed(ours, NUMBA_CACHE_DIR=cache)
        warm = [timed(ours, NUMBA_CACHE_DIR=cache) for _ in range(5)]
        shutil.rmtree(cache, ignore_errors=True)
        print(
            f"coverplan, four standards: cold {cold:.1f} s, warm {statistics.median(t for t, _ in warm):.1f} s, "
            f"peak {max(m for _, m in warm):.0f} MB"
        )
        helps = statistics.median(timed([sys.executable, "-m", "coverplan", "--help"])[0] for _ in range(5))
        print(f"coverplan --help: {helps:.2f} s")
        try:
            import pyrosm  # noqa: F401
        except ImportError:
            print("plain script: pyrosm is not installed")
            return
        seconds, _ = timed([sys.executable, "-c", PEER, str(ROOT.parent / "shared" / "data" / "poa")])
        print(f"plain script (pyrosm, osmnx, networkx), one percentage: {seconds:.1f} s")


if __name__ == "__main__":
    main()
