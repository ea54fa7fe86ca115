"""Clusters of uncovered people: where many of them live close together, and near which street."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from coverplan.ground.demand import Demand
from coverplan.ground.network import Network
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.reach.close_by import joined, pairs_within
from coverplan.units import BoolArray, FloatArray, Int64Array


def uncovered_clusters(
    demand: Demand,
    uncovered: BoolArray,
    *,
    group: str,
    radius_m: float,
    least_people: int,
    units: UnitTree | None = None,
    network: Network | None = None,
    crs: str | None = None,
) -> gpd.GeoDataFrame:
    """Where uncovered people of a group live close together, most people first (DBSCAN).

    Parameters
    ----------
    demand
        Where people live; those of the buffer are left out (R6).
    uncovered
        Shape (points,): nobody there is within the standard.
    group
        Group of people.
    radius_m
        Points this close, in a straight line, are neighbours.
    least_people
        People of the group, the point's own included, within the radius that make a cluster's core.
    units, network
        For the names of the unit and of the nearest named street of each cluster.
    crs
        CRS of the points; that of the network by default.

    Returns
    -------
    GeoDataFrame
        Columns ``cluster`` (1 has most people; ties by the lowest point id, R11), ``people``, ``points``,
        ``unit`` (code of the unit with most of these people), ``unit_name``, ``street`` (nearest named one
        or None), ``street_m`` (metres to it), geometry: the point where most of its people stand.
        ``attrs["people_outside"]`` are the uncovered people who belong to no cluster.

    References
    ----------
    Ester, Kriegel, Sander and Xu (1996), KDD-96.
    """
    people = demand.people[group]
    rows = np.flatnonzero(uncovered & demand.inside & (people > 0))
    labels = density_clusters(demand.x[rows], demand.y[rows], people[rows], radius_m, least_people)
    table = _summary(demand, rows, labels, people)
    points = np.asarray(
        shapely.points(table.pop("x").to_numpy(dtype=float), table.pop("y").to_numpy(dtype=float))
    )
    table["unit_name"] = None
    if units is not None:
        table["unit"] = [None if u == OUTSIDE else units.codes[int(u)] for u in table["unit"]]
        table["unit_name"] = [None if c is None else units.table.at[c, "name"] for c in table["unit"]]
    street, distance = _nearest_streets(points, network)
    table["street"], table["street_m"] = street, distance
    result = gpd.GeoDataFrame(
        table, geometry=points, crs=crs or (network.crs if network is not None else None)
    )
    result.attrs["people_outside"] = float(people[rows][labels < 0].sum())
    return result


def density_clusters(
    x: FloatArray, y: FloatArray, people: FloatArray, radius_m: float, least_people: int
) -> Int64Array:
    """Cluster of each point, -1 for none; clusters are numbered by their first core (DBSCAN with weights).

    Parameters
    ----------
    x, y
        Shape (points,): metres.
    people
        Shape (points,): weight of each point.
    radius_m
        Points this close are neighbours, those exactly so far included.
    least_people
        People within the radius of a point, its own included, that make it a core. Cores that are neighbours
        belong together; any other point belongs to the first cluster that has a core among its neighbours.
    """
    count = len(x)
    labels = np.full(count, -1, dtype=np.int64)
    if not count:
        return labels
    places = np.column_stack([x - x.mean(), y - y.mean()])
    one, other = pairs_within(places, places, radius_m)
    one, other = one[one < other], other[one < other]
    around = people + np.bincount(one, people[other], count) + np.bincount(other, people[one], count)
    core = around >= least_people
    both = core[one] & core[other]
    component = joined(count, one[both], other[both])
    cores = np.flatnonzero(core)
    _, first, position = np.unique(component[cores], return_index=True, return_inverse=True)
    labels[cores] = np.argsort(np.argsort(first))[position]
    found = np.where(core, -1, count)  # of points that are no core
    for edge, middle in ((one, other), (other, one)):
        reached = core[middle] & ~core[edge]
        np.minimum.at(found, edge[reached], labels[middle[reached]])
    border = (found >= 0) & (found < count)
    labels[border] = found[border]
    return labels


def _summary(demand: Demand, rows: Int64Array, labels: Int64Array, people: FloatArray) -> pd.DataFrame:
    found = []
    for label in range(labels.max() + 1 if len(labels) else 0):
        members = rows[labels == label]
        crowd = people[members]
        centre = members[int(np.argmax(crowd))]
        unit, inverse = np.unique(demand.unit[members], return_inverse=True)
        found.append(
            {
                "people": float(crowd.sum()),
                "points": len(members),
                "unit": int(unit[int(np.argmax(np.bincount(inverse, weights=crowd)))]),
                "first": str(demand.ids[members[0]]),
                "x": float(demand.x[centre]),
                "y": float(demand.y[centre]),
            }
        )
    table = pd.DataFrame(found, columns=["people", "points", "unit", "first", "x", "y"])
    table = table.sort_values(["people", "first"], ascending=[False, True], ignore_index=True)
    table.insert(0, "cluster", np.arange(1, len(table) + 1))
    return table.drop(columns="first").astype({"unit": object})


def _nearest_streets(
    points: NDArray[np.object_], network: Network | None
) -> tuple[list[str | None], list[float]]:
    """Name of and metres to the nearest named edge of each point; the first edge wins a tie (R11)."""
    named = np.zeros(0, dtype=np.int64) if network is None else np.flatnonzero(network.name != "")
    if network is None or not len(named) or not len(points):
        return [None] * len(points), [float("nan")] * len(points)
    start = network.shape_start
    counts = np.diff(start)[named]
    vertices = np.concatenate([np.arange(start[edge], start[edge + 1]) for edge in named])
    lines = shapely.linestrings(
        network.shape_x[vertices], network.shape_y[vertices], indices=np.repeat(np.arange(len(named)), counts)
    )
    (point, line), distance = shapely.STRtree(lines).query_nearest(points, return_distance=True)
    order = np.lexsort((line, point))
    _, first = np.unique(point[order], return_index=True)
    chosen = order[first]
    return [str(network.name[named[edge]]) for edge in line[chosen]], [float(d) for d in distance[chosen]]
