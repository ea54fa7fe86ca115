"""First compile ever, cached start, and the memory of a run on a million nodes; each in a process of its own.

python bench/reach/start.py [rows.json]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent

#: Every kernel on the smallest town there is.
SMALL = """
import sys; sys.path.insert(0, sys.argv[1])
import numpy as np
from instances import METRE, network_of
from coverplan.reach.doors import Doors
from coverplan.reach.graph import compile_graph
from coverplan.reach.live import LiveNearest
from coverplan.reach.snap import snap
from coverplan.reach.travel import nearest, node_times, travel_times
x, y = np.array([0.0, 100.0, 200.0]), np.zeros(3)
network = network_of(x, y, np.array([0, 1]), np.array([1, 2]), np.array([100.0, 100.0]))
graph = compile_graph(network, METRE)
doors = Doors.single(["a", "b", "c"], snap(network, METRE, x, y + 5))
travel_times(graph, doors, doors, 900_000)
nearest(graph, doors, doors, 900_000)
node_times(graph, np.zeros(1, dtype=np.int32), 900_000)
live = LiveNearest(graph, doors, doors, 900_000, is_open=np.array([True, False, False]))
live.open(1); live.close(0)
"""

#: The million-node network and its three questions, without any peer.
LARGE = """
import resource, sys; sys.path.insert(0, sys.argv[1])
import numpy as np
from instances import METRE, network_of
from coverplan.reach.graph import compile_graph
from coverplan.reach.labels import node_labels, seed_labels
from coverplan.reach.travel import node_times
with np.load(sys.argv[2]) as arrays:
    network = network_of(*(arrays[name] for name in ("x", "y", "tail", "head", "length_m")))
    asked = arrays["asked"]
start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
graph = compile_graph(network, METRE)
at = graph.positions()[asked]
rank = np.arange(2_000)
node_labels(graph, graph.into, seed_labels((at[:2_000], rank, np.zeros(2_000, dtype=np.int64)), rank, 900_000), 900_000)
node_times(graph, at, 900_000)
node_times(graph, at[:1_000], 5_000_000)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{start:.0f} MB with libraries and the network read, {peak:.0f} MB at the peak")
"""


def run(script: str, *arguments: str, cache: str) -> tuple[float, float, str]:
    """Wall and processor seconds of a script in a fresh process, and what it printed."""
    before = os.times()
    start = time.perf_counter()
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
    command = [sys.executable, "-c", script, str(HERE), *arguments]
    said = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True).stdout
    wall, after = time.perf_counter() - start, os.times()
    busy = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, busy, said


def main() -> None:
    """Measure, print, and write the rows to a file if one is named."""
    sys.path.insert(0, str(HERE))
    import numpy as np
    from instances import instance

    rows = []

    def row(task: str, spent: tuple[float, float, str]) -> None:
        rows.append({"task": task, "tool": "ours", "wall_s": spent[0], "busy_s": spent[1], "note": ""})
        print(f"{task}: {spent[0]:.2f} s ({spent[1]:.2f} s of processor)", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        row("first compile ever", run(SMALL, cache=folder))
        row("cached start, every kernel once", min(run(SMALL, cache=folder) for _ in range(3)))
        imports = "import numpy, shapely, numba"
        row("importing numpy, shapely and numba alone", min(run(imports, cache=folder) for _ in range(3)))
        made = instance("1m")
        file = Path(folder) / "network.npz"
        np.savez(
            file,
            x=made.x,
            y=made.y,
            tail=made.tail,
            head=made.head,
            length_m=made.edge_dm / 10,
            asked=made.asked,
        )
        memory = run(LARGE, str(file), cache=folder)[2].strip()
        print(memory)
        rows.append({"task": "memory, 1m nodes", "tool": "ours", "note": memory})
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
