"""Streets from line layers: where lines meet, what their columns say, what is refused."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from coverplan.errors import Problems
from coverplan.ground.network import Network
from coverplan.inputs.streets.read import read_streets
from coverplan.scenario.study_file import Streets

CRS = "EPSG:32650"
CORNER = (500_000.0, 3_500_000.0)
SCALE = 0.9996  # of UTM on its central meridian: metres on paper for one on the ground


def write(path: Path, lines, *, crs: str | None = CRS, **columns) -> Path:
    """A layer of lines given as lists of metres from the corner."""
    moved = [
        None if line is None else shapely.linestrings(np.array(line, dtype=float) + CORNER) for line in lines
    ]
    gpd.GeoDataFrame(columns, geometry=moved, crs=crs).to_file(path, engine="pyogrio")
    return path


def read(path: Path, *, notes: tuple[str, ...] = (), **options) -> Network:
    problems = Problems()
    network = read_streets(path, crs=CRS, problems=problems, **options)
    assert [problem.code for problem in problems] == list(notes), [problem.text() for problem in problems]
    assert network is not None
    return network


def lengths(network: Network) -> list[float]:
    return sorted(round(length * SCALE, 2) for length in network.length_m.tolist())


CROSS = [[(0, 50), (100, 50)], [(50, 0), (50, 100)]]


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".shp"])
def test_an_end_on_another_line_is_a_junction_with_or_without_a_vertex(tmp_path, ending):
    with_vertex = [[(0, 0), (40, 0), (100, 0)], [(40, 0), (40, 30)]]
    without = [[(0, 0), (100, 0)], [(40, 0.004), (40, 30)]]
    for number, lines in enumerate((with_vertex, without)):
        path = tmp_path / f"s{number}{ending}"
        crs = "EPSG:4326" if ending == ".geojson" else CRS
        moved = gpd.GeoSeries(
            [shapely.linestrings(np.array(line, dtype=float) + CORNER) for line in lines], crs=CRS
        )
        gpd.GeoDataFrame({"kind": ["path", "path"]}, geometry=moved.to_crs(crs)).to_file(
            path, engine="pyogrio"
        )
        network = read(path)
        assert (network.nodes, network.edges) == (4, 3)
        assert lengths(network) == pytest.approx([30, 40, 60], abs=0.02)
        assert np.bincount(np.r_[network.edge_from, network.edge_to]).tolist().count(3) == 1


def test_lines_that_only_cross_are_joined_when_asked_and_bridges_never(tmp_path):
    path = write(tmp_path / "a.gpkg", CROSS, kind=["path", "path"])
    assert lengths(read(path)) == [100, 100]
    assert lengths(read(path, join_crossings=True)) == [50, 50, 50, 50]
    bridge = write(tmp_path / "b.gpkg", CROSS, kind=["path", "path"], bridge=["yes", None])
    assert lengths(read(bridge, join_crossings=True)) == [100, 100]
    both = write(tmp_path / "c.gpkg", CROSS, kind=["path", "path"], bridge=["T", "T"], tunnel=["F", "F"])
    crossed = read(both, join_crossings=True)
    assert lengths(crossed) == [50, 50, 50, 50]
    assert crossed.bridge.all()
    assert not crossed.tunnel.any()


def test_a_vertex_shared_in_passing_is_a_junction_only_when_crossings_are(tmp_path):
    lines = [[(0, 50), (50, 50), (100, 50)], [(50, 0), (50, 50), (50, 100)]]
    path = write(tmp_path / "a.gpkg", lines, kind=["path", "path"])
    assert read(path).edges == 2
    assert read(path, join_crossings=True).edges == 4


def test_a_gap_is_left_a_gap(tmp_path):
    network = read(write(tmp_path / "a.gpkg", [[(0, 0), (50, 0)], [(50.5, 0), (100, 0)]], kind=["path"] * 2))
    assert (network.nodes, network.edges) == (4, 2)


def test_columns_are_named_by_the_study_file(tmp_path):
    path = write(
        tmp_path / "a.gpkg",
        [[(0, 0), (50, 0)], [(0, 9), (50, 9)], [(0, 20), (50, 20)]],
        类别=["residential", "steps", "高架路"],
        路名=["人民路", None, "内环"],
        单行=["F", "B", "T"],
        限速=[40.0, np.nan, 80.0],
        foot=[None, None, "no"],
    )
    source = Streets(
        file="a.gpkg", columns={"kind": "类别", "name": "路名", "oneway": "单行", "maxspeed": "限速"}
    )
    network = read(path, source=source, modes=("walk", "drive"), notes=("unknown_kind",))
    assert network.name.tolist() == ["人民路", "", "内环"]
    assert [network.kinds[kind] for kind in network.kind] == ["residential", "steps", "高架路"]
    assert network.steps.tolist() == [False, True, False]
    np.testing.assert_array_equal(network.maxspeed_kmh, [40, np.nan, 80])
    walk, drive = network.passages["walk"], network.passages["drive"]
    assert (walk.forward.tolist(), walk.backward.tolist()) == ([True, True, False], [True, True, False])
    assert (drive.forward.tolist(), drive.backward.tolist()) == ([True, False, False], [False, False, True])


def test_a_layer_without_any_column_is_streets_for_everybody(tmp_path):
    network = read(write(tmp_path / "a.gpkg", CROSS), modes=("walk", "drive"))
    assert network.kinds == ("road",)
    assert network.passages["drive"].backward.all()


def test_multilines_come_apart_and_rows_without_a_line_are_named(tmp_path):
    two = shapely.multilinestrings(
        [shapely.linestrings(np.array(line, dtype=float) + CORNER) for line in CROSS]
    )
    layer = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[two, None], crs=CRS)
    layer.to_file(tmp_path / "a.gpkg", engine="pyogrio")
    network = read(tmp_path / "a.gpkg", notes=("missing_geometry",))
    assert network.name.tolist() == ["a", "a"]


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_layers_that_cannot_be_used(tmp_path):
    def codes(path: Path, **options) -> list[tuple[str, int | None]]:
        problems = Problems()
        assert read_streets(path, crs=CRS, problems=problems, **options) is None
        return [(problem.code, problem.line) for problem in problems]

    bare = write(tmp_path / "bare.gpkg", CROSS, crs=None)
    assert codes(bare) == [("missing_crs", None)]
    assert lengths(read(bare, source=Streets(file="bare.gpkg", crs=CRS))) == [100, 100]
    fine = write(tmp_path / "fine.gpkg", CROSS)
    assert codes(fine, bounds_lonlat=(10, 10, 11, 11)) == [("no_overlap", None)]
    assert codes(fine, source=Streets(file="fine.gpkg", columns={"kind": "类别"})) == [
        ("missing_column", None)
    ]
    points = gpd.GeoDataFrame({"a": [1, 2]}, geometry=[*shapely.points([CORNER] * 2)], crs=CRS)
    points.to_file(tmp_path / "points.gpkg", engine="pyogrio")
    assert codes(tmp_path / "points.gpkg") == [("not_a_line", 1), ("not_a_line", 2)]
    fast = write(tmp_path / "fast.gpkg", CROSS, kind=["motorway", "motorway"])
    assert codes(fast) == [("no_street", None)]


def test_a_grid_of_uncut_lines_becomes_the_grid_of_streets(tmp_path):
    ticks = [0, 100, 200, 300]
    lines = [[(0, t), (300, t)] for t in ticks] + [[(t, 0), (t, 300)] for t in ticks]
    network = read(write(tmp_path / "a.gpkg", lines), join_crossings=True)
    assert (network.nodes, network.edges) == (16, 24)
    np.testing.assert_allclose(network.length_m * SCALE, 100, atol=0.01)
    assert len(np.unique(network.node_key)) == 16


@pytest.mark.truth
def test_a_real_network_written_as_lines_comes_back(shared_data, tmp_path, monkeypatch):
    monkeypatch.setattr("coverplan.inputs.streets.osm_tags.barrier_stops", lambda *_: False)
    first = read_streets(shared_data / "beijing_osm/map.osm", crs=CRS, problems=Problems())
    assert first is not None
    places = np.column_stack((first.shape_x, first.shape_y))
    lines = shapely.linestrings(places, indices=np.repeat(np.arange(first.edges), np.diff(first.shape_start)))
    kinds = [first.kinds[kind] for kind in first.kind]
    layer = gpd.GeoDataFrame({"highway": kinds, "name": first.name, "foot": "yes"}, geometry=lines, crs=CRS)
    layer.sample(frac=1, random_state=3).to_file(tmp_path / "a.gpkg", engine="pyogrio")
    again = read(tmp_path / "a.gpkg")
    assert (again.nodes, again.edges) == (first.nodes, first.edges)
    assert again.length_m.sum() == pytest.approx(first.length_m.sum(), rel=1e-9)
    assert sorted(again.name.tolist()) == sorted(first.name.tolist())

    def degrees(network: Network) -> list[tuple[int, int, int]]:
        degree = np.bincount(np.concatenate((network.edge_from, network.edge_to)))
        return sorted(
            zip(network.node_x.round().astype(int), network.node_y.round().astype(int), degree, strict=True)
        )

    assert degrees(again) == degrees(first)
