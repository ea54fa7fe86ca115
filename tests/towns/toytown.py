"""The toy town: a 5 x 5 grid of streets whose answers are counted by hand.

Node (row, column) stands at x = 72 * column, y = 72 * row metres from the town's corner, so one street is one
minute at 1.2 m/s. A demand point stands on every node. Town A is columns 0 and 1 (10 points), town B columns 2, 3
and 4 (15 points). Every point has 10 residents, 2 of them 60 or over: 250 and 50 in all, A 100 and 20, B 150 and 30.

On foot from the corner (0, 0), the points within k minutes are those with row + column <= k: 1, 3, 6, 10, 15, 19,
22, 24, 25 points for k = 0 ... 8.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from coverplan.ground.demand import Demand
from coverplan.ground.network import Network, Passage
from coverplan.ground.units_tree import UnitTree

SIDE = 5
STREET_M = 72.0
CORNER = (500_000.0, 3_500_000.0)
CRS = "EPSG:32650"
#: Points with row + column <= k, for k = 0 ... 8, counted on paper.
WITHIN_MINUTES_OF_CORNER = (1, 3, 6, 10, 15, 19, 22, 24, 25)


def xy(row: float, column: float) -> tuple[float, float]:
    """Metres of a place given in streets from the corner."""
    return CORNER[0] + STREET_M * column, CORNER[1] + STREET_M * row


def node(row: int, column: int) -> int:
    """Position of a node."""
    return row * SIDE + column


def streets() -> list[tuple[int, int]]:
    """Pairs of nodes joined by a street: 20 that run east, then 20 that run north."""
    east = [(node(r, c), node(r, c + 1)) for r in range(SIDE) for c in range(SIDE - 1)]
    north = [(node(r, c), node(r + 1, c)) for r in range(SIDE - 1) for c in range(SIDE)]
    return east + north


def network() -> Network:
    """Streets of the toy town, open to walkers in both directions."""
    places = np.array([xy(r, c) for r in range(SIDE) for c in range(SIDE)])
    pairs = np.array(streets(), dtype=np.int32)
    edges = len(pairs)
    open_to_all = np.ones(edges, dtype=bool)
    nothing = np.zeros(edges, dtype=bool)
    return Network(
        crs=CRS,
        node_x=places[:, 0].copy(),
        node_y=places[:, 1].copy(),
        node_key=np.arange(SIDE * SIDE, dtype=np.int64),
        edge_from=pairs[:, 0].copy(),
        edge_to=pairs[:, 1].copy(),
        length_m=np.full(edges, STREET_M),
        shape_start=np.arange(0, 2 * edges + 1, 2, dtype=np.int64),
        shape_x=places[pairs, 0].ravel(),
        shape_y=places[pairs, 1].ravel(),
        kind=np.zeros(edges, dtype=np.int16),
        kinds=("residential",),
        steps=nothing,
        bridge=nothing,
        tunnel=nothing,
        maxspeed_kmh=np.full(edges, np.nan),
        name=np.array([""] * edges, dtype=object),
        passages={"walk": Passage(open_to_all, open_to_all)},
    )


def units() -> UnitTree:
    """Two towns in one county; the border runs half a street west of column 2."""
    x0, y0 = xy(-0.5, -0.5)
    xb, _ = xy(0, 1.5)
    x1, y1 = xy(4.5, 4.5)
    table = gpd.GeoDataFrame(
        {
            "name": ["Toy County", "Town A", "Town B"],
            "type": ["county", "town", "street"],
            "parent": [None, "001", "001"],
            "households": [100.0, 40.0, 60.0],
        },
        geometry=[shapely.box(x0, y0, x1, y1), shapely.box(x0, y0, xb, y1), shapely.box(xb, y0, x1, y1)],
        index=["001", "001001", "001002"],
        crs=CRS,
    ).rename_axis("code")
    return UnitTree(table)


def demand() -> Demand:
    """Ten residents, two of them 60 or over, on every node."""
    rows, columns = np.divmod(np.arange(SIDE * SIDE), SIDE)
    places = np.array([xy(r, c) for r, c in zip(rows, columns, strict=True)])
    return Demand(
        ids=np.array([f"d{r}{c}" for r, c in zip(rows, columns, strict=True)], dtype=object),
        x=places[:, 0].copy(),
        y=places[:, 1].copy(),
        people={"total": np.full(25, 10.0), "age_60_plus": np.full(25, 2.0)},
        unit=np.where(columns < 2, 1, 2).astype(np.int32),
        inside=np.ones(25, dtype=bool),
    )
