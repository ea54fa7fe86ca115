"""Streets of the demo: shared ends, few crossings of river and railway, walls that are passed at gates alone."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
import shapely

MOTORWAYS = ("motorway", "motorway_link")


def places(lines):
    """Both ends of all lines as one set."""
    start, end = ends(lines)
    return {*start, *end}


def ends(lines):
    """Start and end of each line in whole centimetres."""
    return [
        [
            tuple(place)
            for place in np.rint(shapely.get_coordinates(shapely.get_point(lines, at)) * 100).astype(int)
        ]
        for at in (0, -1)
    ]


@pytest.fixture(scope="session")
def walking(streets):
    return streets[~streets["highway"].isin(MOTORWAYS)].reset_index(drop=True)


@pytest.fixture(scope="session")
def graph(walking):
    lines = walking.geometry.to_numpy()
    graph = nx.Graph()
    for start, end, length in zip(*ends(lines), shapely.length(lines), strict=True):
        if graph.get_edge_data(start, end, {"length": np.inf})["length"] > length:
            graph.add_edge(start, end, length=length)
    return graph


def test_size_and_classes(streets):
    assert 15_000 <= len(streets) <= 22_000
    assert {
        "motorway",
        "primary",
        "secondary",
        "tertiary",
        "residential",
        "service",
        "footway",
        "steps",
        "track",
    } <= set(streets["highway"])
    assert streets.geometry.is_valid.all()
    assert set(streets.geom_type) == {"LineString"}
    assert (streets.geometry.length > 0).all()


def test_nearly_everything_can_be_walked_to(graph, walking):
    largest = max(nx.connected_components(graph), key=len)
    joined = [start in largest for start in ends(walking.geometry.to_numpy())[0]]
    assert np.mean(joined) > 0.99


def test_lines_on_the_ground_meet_at_their_ends_alone(walking):
    ground = walking[(walking["bridge"] == "no") & (walking["tunnel"] == "no")].geometry.to_numpy()
    first, second = shapely.STRtree(ground).query(ground, predicate="crosses")
    meeting = shapely.intersection(ground[first], ground[second])
    inside = ~shapely.dwithin(meeting, shapely.boundary(ground[first]), 0.02)
    assert not inside.any()


def test_the_network_goes_on_beyond_the_border_all_round(walking, units):
    ring = units.geometry.loc["990101"].buffer(1_500).exterior
    crossing = walking.geometry[walking.intersects(ring)].intersection(ring).centroid
    centre = ring.centroid
    quarter = {(x > centre.x, y > centre.y) for x, y in zip(crossing.x, crossing.y, strict=True)}
    assert len(quarter) == 4
    assert len(crossing) > 30


@pytest.mark.parametrize(
    ("layer", "name", "most"), [("water", "Cheng River", 12), ("railway", "Chengwan Railway", 40)]
)
def test_river_and_railway_are_crossed_at_few_bridges_and_underpasses_alone(walking, base, layer, name, most):
    rows = base[layer]
    barrier = rows.geometry[rows["name_en"] == name].iloc[0]
    over = walking[walking.intersects(barrier)]
    assert ((over["bridge"] == "yes") | (over["tunnel"] == "yes")).all()
    assert 4 <= len(over) <= most


def test_without_bridges_the_two_banks_are_far_apart(walking, base):
    river = base["water"].geometry[base["water"]["name_en"] == "Cheng River"].iloc[0]
    dry = walking[~walking.intersects(river)]
    graph = nx.Graph(zip(*ends(dry.geometry.to_numpy()), strict=True))
    largest = max(nx.connected_components(graph), key=len)
    assert len(largest) < 0.75 * graph.number_of_nodes()


def test_the_expressway_is_met_by_ramps_alone(streets):
    above = streets[streets["highway"] == "motorway"].geometry.to_numpy()
    ground = streets[~streets["highway"].isin(MOTORWAYS)].geometry.to_numpy()
    assert len(shapely.STRtree(ground).query(above, predicate="crosses")[0]) > 50
    assert not places(above) & places(ground)
    ramps = streets[streets["highway"] == "motorway_link"].geometry.to_numpy()
    assert places(ramps) & places(above)
    assert places(ramps) & places(ground)


def test_bridges_meet_the_street_at_their_ends_and_nothing_below(walking):
    up = walking[walking["bridge"] == "yes"].geometry.to_numpy()
    ground = walking[walking["bridge"] == "no"].geometry.to_numpy()
    assert places(up) <= places(ground)
    bridge, below = shapely.STRtree(ground).query(up, predicate="crosses")
    assert len(bridge) > 0  # promenades pass under the bridges
    assert not places(up[bridge]) & places(ground[below])


def test_walls_are_passed_at_their_few_gates_alone(walking, base):
    walls = base["walls"].geometry.to_numpy()
    assert len(walls) > 500
    lines = walking.geometry.to_numpy()
    tree = shapely.STRtree(lines)
    assert len(tree.query(walls, predicate="intersects")[0]) == 0
    # a gate is at most eight metres wide: a wall drawn a little thicker than that is closed
    closed = shapely.buffer(walls, 4.6)
    yards = [max(map(shapely.Polygon, ring.interiors), key=lambda hole: hole.area) for ring in closed]
    wall, line = tree.query(shapely.boundary(yards), predicate="intersects")
    gates = np.bincount(wall, minlength=len(walls))
    assert gates.min() >= 1
    assert gates.max() <= 4
    assert np.mean(gates) < 2.5
    assert len(line) > len(walls)


def test_four_in_six_of_the_old_live_within_a_fifteen_minute_walk_of_a_station(
    graph, cells, units, demo_folder
):
    import geopandas as gpd
    import pandas as pd
    from scipy.spatial import cKDTree

    nodes = list(graph)
    tree = cKDTree(np.array(nodes) / 100.0)
    ledger = pd.read_excel(demo_folder / "ledgers" / "elder_care.xlsx", engine="openpyxl")
    ledger = ledger[
        ledger["类型"].isin(["居家养老服务站", "村级养老服务站"]) & (ledger["状态"] == "运营")
    ].dropna(subset="经度")
    sites = gpd.GeoSeries(gpd.points_from_xy(ledger["经度"], ledger["纬度"]), crs=4326).to_crs(units.crs)
    inside = cells[cells.within(units.geometry.loc["990101"])]
    leg, door = tree.query(np.column_stack([inside.geometry.x, inside.geometry.y]))
    sources = {nodes[at] for at in tree.query(np.column_stack([sites.x, sites.y]))[1]}
    metres = nx.multi_source_dijkstra_path_length(graph, sources, cutoff=900, weight="length")
    walk = leg + np.array([metres.get(nodes[at], np.inf) for at in door])
    share = inside["age_60_plus"][walk <= 900].sum() / inside["age_60_plus"].sum()
    assert 0.60 < share < 0.85
