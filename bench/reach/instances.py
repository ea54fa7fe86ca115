"""Networks and questions of the reach benchmark.

The instances are those of the shared benchmark definition (``shared/bench/src/gen_net.py``, seed 20240), which is
imported from where it stands: a jittered lattice with 37 % of its streets gone and 4 % diagonals, lengths in whole
decimetres, nodes along a Hilbert curve, which suits every tool best.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("COVERPLAN_SHARED", ROOT.parent / "shared"))
sys.path[:0] = [str(SHARED / "bench" / "src"), str(ROOT / "coverage")]

from coverplan.ground.network import Network, Passage  # noqa: E402
from coverplan.reach.speeds.profiles import PRESETS  # noqa: E402

#: One metre a second: a decimetre is 100 ms, so that every tool must give the same whole numbers.
METRE = replace(PRESETS["general"], name="metre", speed_m_s=1.0, access_speed_m_s=1.0, steps_factor=1.0)
SIZES = {"100k": 100_000, "1m": 1_000_000}


@dataclass(frozen=True)
class Instance:
    """One network as arrays: compressed rows in decimetres, edges once, nodes to ask about."""

    nodes: int
    indptr: np.ndarray
    heads: np.ndarray
    weights_dm: np.ndarray
    x: np.ndarray
    y: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    edge_dm: np.ndarray
    asked: np.ndarray

    @property
    def facilities(self) -> np.ndarray:
        """2,000 facilities on a million nodes, 200 on a hundred thousand."""
        return self.asked[: 2_000 if self.nodes > 500_000 else 200]

    def network(self) -> Network:
        """The same streets as the product reads them."""
        return network_of(self.x, self.y, self.tail, self.head, self.edge_dm / 10)


def instance(size: str) -> Instance:
    """Make an instance; the 10,000 nodes asked about are drawn among the nodes in shuffled order, as defined."""
    from gen_net import make

    made, shuffled = (make(SIZES[size], 20240, order) for order in ("hilbert", "shuffled"))
    chosen = np.random.default_rng(7).permutation(shuffled["orig"])[:10_000]
    position = np.full(made["orig"].max() + 1, -1, dtype=np.int64)
    position[made["orig"]] = np.arange(made["n"])
    return Instance(
        made["n"], made["indptr"], made["indices"], made["w"], made["x"], made["y"],
        made["eu"], made["ev"], made["ew"], position[chosen].astype(np.int32),
    )  # fmt: skip


def network_of(
    x: np.ndarray, y: np.ndarray, tail: np.ndarray, head: np.ndarray, length_m: np.ndarray
) -> Network:
    """Straight streets, open both ways."""
    edges = len(tail)
    ends = np.column_stack((tail, head))
    no, yes = np.zeros(edges, dtype=bool), np.ones(edges, dtype=bool)
    return Network(
        crs="EPSG:32650",
        node_x=x,
        node_y=y,
        node_key=np.arange(len(x), dtype=np.int64),
        edge_from=tail.astype(np.int32),
        edge_to=head.astype(np.int32),
        length_m=length_m,
        shape_start=np.arange(0, 2 * edges + 1, 2, dtype=np.int64),
        shape_x=x[ends].ravel(),
        shape_y=y[ends].ravel(),
        kind=np.zeros(edges, dtype=np.int16),
        kinds=("residential",),
        steps=no,
        bridge=no,
        tunnel=no,
        maxspeed_kmh=np.full(edges, np.nan),
        name=np.full(edges, "", dtype=object),
        passages={"walk": Passage(yes, yes)},
    )


def porto_alegre() -> Network:
    """Streets of Porto Alegre with a node at every vertex, edges of 0.1 m included."""
    from coverplan.errors import Problems
    from coverplan.inputs.streets.read import read_streets

    streets = read_streets(SHARED / "data" / "poa" / "poa_osm.pbf", crs="EPSG:32722", problems=Problems())
    vertices = np.column_stack((streets.shape_x, streets.shape_y))
    places, at = np.unique(vertices, axis=0, return_inverse=True)
    last = np.zeros(len(vertices), dtype=bool)
    last[streets.shape_start[1:] - 1] = True
    of_edge = np.repeat(np.arange(streets.edges), np.diff(streets.shape_start))
    walkable = streets.passages["walk"].usable[of_edge]
    first = np.flatnonzero(~last & walkable)
    tail, head = at[first], at[first + 1]
    keep = tail != head
    tail, head = tail[keep], head[keep]
    length_dm = np.maximum(1, np.rint(np.hypot(*(places[tail] - places[head]).T) * 10))
    return network_of(places[:, 0].copy(), places[:, 1].copy(), tail, head, length_dm / 10)
