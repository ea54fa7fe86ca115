"""Streets from line layers: where lines meet, what their columns say, what is refused."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from coverplan.errors import Problems
from coverplan.ground.network import Network
from coverplan.inputs.places.datum import from_wgs84
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
    assert lengths(read(path, notes=("crossings_not_joined",))) == [100, 100]
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
    assert read(path, notes=("crossings_not_joined",)).edges == 2
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
    network = read(
        write(tmp_path / "a.gpkg", CROSS),
        modes=("walk", "drive"),
        notes=("no_kind_column", "crossings_not_joined"),
    )
    assert network.kinds == ("road",)
    assert network.passages["drive"].backward.all()


def test_multilines_come_apart_and_rows_without_a_line_are_named(tmp_path):
    two = shapely.multilinestrings(
        [shapely.linestrings(np.array(line, dtype=float) + CORNER) for line in CROSS]
    )
    layer = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[two, None], crs=CRS)
    layer.to_file(tmp_path / "a.gpkg", engine="pyogrio")
    network = read(tmp_path / "a.gpkg", notes=("missing_geometry", "no_kind_column", "crossings_not_joined"))
    assert network.name.tolist() == ["a", "a"]


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_layers_that_cannot_be_used(tmp_path):
    def codes(path: Path, **options) -> list[tuple[str, int | None]]:
        problems = Problems()
        assert read_streets(path, crs=CRS, problems=problems, **options) is None
        return [(problem.code, problem.line) for problem in problems]

    bare = write(tmp_path / "bare.gpkg", CROSS, crs=None)
    assert codes(bare) == [("missing_crs", None)]
    said = ("no_kind_column", "crossings_not_joined")
    assert lengths(read(bare, source=Streets(file="bare.gpkg", crs=CRS), notes=said)) == [100, 100]
    fine = write(tmp_path / "fine.gpkg", CROSS)
    assert codes(fine, bounds_lonlat=(10, 10, 11, 11))[-1] == ("no_overlap", None)
    assert codes(fine, source=Streets(file="fine.gpkg", columns={"kind": "类别"})) == [
        ("missing_column", None)
    ]
    points = gpd.GeoDataFrame({"kind": ["path"] * 2}, geometry=[*shapely.points([CORNER] * 2)], crs=CRS)
    points.to_file(tmp_path / "points.gpkg", engine="pyogrio")
    assert codes(tmp_path / "points.gpkg") == [("not_a_line", 1), ("not_a_line", 2)]
    fast = write(tmp_path / "fast.gpkg", CROSS, kind=["motorway", "motorway"])
    assert codes(fast) == [("no_street", None)]


THREE = [[(0, 0), (50, 0)], [(50, 0), (100, 0)], [(100, 0), (150, 0)]]


def walked(tmp_path, *, notes=(), source=None, modes=("walk",), **columns) -> list[bool]:
    """Whether one may walk each of three streets in a row, by their order from west to east."""
    path = write(tmp_path / "w.gpkg", THREE, **columns)
    network = read(path, notes=notes, source=source and Streets(file="w.gpkg", **source), modes=modes)
    west = np.minimum(network.node_x[network.edge_from], network.node_x[network.edge_to])
    usable = {
        round(x - CORNER[0]): bool(ok) for x, ok in zip(west, network.passages["walk"].usable, strict=True)
    }
    return [usable.get(x, False) for x in (0, 50, 100)]


@pytest.mark.parametrize(
    "head", ["fclass", "HIGHWAY", "KIND", "Road_Class", "道路等级", "type", "class", "whatever"]
)
def test_the_column_of_classes_is_found_by_its_head_or_its_words(tmp_path, head):
    assert walked(tmp_path, **{head: ["residential", "Motorway", "primary"], "代码": ["a1", "b2", "c3"]}) == [
        True,
        False,
        True,
    ]


def test_a_column_of_something_else_is_no_column_of_classes(tmp_path):
    surface = {"type": ["asphalt", "concrete", "gravel"]}
    assert walked(tmp_path, notes=("no_kind_column",), **surface) == [True] * 3


@pytest.mark.parametrize(
    "word", ["高速公路", "城市快速路", "高架快速路", "匝道", "G2京沪高速", "Freeway", "motorway;trunk"]
)
def test_nobody_walks_on_expressways_whatever_they_are_called(tmp_path, word):
    assert walked(tmp_path, 道路等级=["支路", word, "次干路"]) == [True, False, True]


@pytest.mark.parametrize(
    "word",
    ["国道", "主干路", "县道", "村道", "人行道", "步行街", "快速路辅路", "台阶", "['footway', 'steps']"],
)
def test_ordinary_streets_are_walked_whatever_they_are_called(tmp_path, word):
    assert walked(tmp_path, 道路等级=["支路", word, "次干路"]) == [True, True, True]


def test_words_that_nobody_knows_are_named_and_the_study_file_may_say_what_they_mean(tmp_path):
    columns = {"道路等级": ["支路", "一号线", "次干路"]}
    assert walked(tmp_path, notes=("unknown_kind",), **columns) == [True] * 3
    said = {"kinds": {"一号线": "motorway", "支路": "no"}}
    assert walked(tmp_path, source=said, **columns) == [False, False, True]
    problems = Problems()
    wrong = Streets(file="w.gpkg", kinds={"一号线": "metro"})
    assert read_streets(tmp_path / "w.gpkg", crs=CRS, problems=problems, source=wrong) is None
    assert [(problem.code, problem.value) for problem in problems] == [("no_street_class", "metro")]


@pytest.mark.parametrize("word", ["否", "N", "0", "不是", "非桥梁", "无", "F", "no", "False"])
@pytest.mark.parametrize("field", ["bridge", "tunnel"])
def test_no_is_no_in_any_words(tmp_path, word, field):
    network = read(write(tmp_path / "a.gpkg", THREE, kind=["path"] * 3, **{field: [word] * 3}))
    assert not network.bridge.any()
    assert not network.tunnel.any()


@pytest.mark.parametrize(
    ("word", "field"), [("是", "bridge"), ("Y", "tunnel"), ("高架桥", "bridge"), ("viaduct", "bridge")]
)
def test_yes_is_yes_in_any_words(tmp_path, word, field):
    network = read(write(tmp_path / "a.gpkg", THREE, kind=["path"] * 3, **{field: [word, "否", None]}))
    assert sorted(getattr(network, field).tolist()) == [False, False, True]


@pytest.mark.parametrize("column", ["foot", "FOOT", "access", "步行"])
@pytest.mark.parametrize("word", ["否", "N", "0", "禁止通行", "no"])
def test_closed_is_closed_in_any_words(tmp_path, column, word):
    assert walked(tmp_path, kind=["path"] * 3, **{column: ["是", word, None]}) == [True, False, True]


@pytest.mark.parametrize(
    ("column", "free", "closed"),
    [
        ("通行限制", "无", "有"),
        ("封闭", "否", "是"),
        ("禁止行人", "0", "1"),
        ("walkable", "yes", "no"),
        ("步行", "有", "无"),
    ],
)
def test_a_head_that_forbids_turns_yes_and_no_round(tmp_path, column, free, closed):
    assert walked(tmp_path, kind=["path"] * 3, **{column: [free, closed, None]}) == [True, False, True]


def test_streets_of_a_geodatabase_are_there(tmp_path):
    frame = gpd.read_file(write(tmp_path / "a.gpkg", THREE, kind=["path"] * 3))
    frame.to_file(tmp_path / "a.gdb", driver="OpenFileGDB", layer="a", engine="pyogrio")
    assert read(tmp_path / "a.gdb").edges == read(tmp_path / "a.gpkg").edges


def test_words_that_are_neither_yes_nor_no_are_named(tmp_path):
    columns = {"kind": ["path"] * 3, "foot": ["蓝", "no", "yes"], "bridge": ["红", None, None]}
    notes = ("unknown_street_word", "unknown_street_word")
    assert walked(tmp_path, notes=notes, **columns) == [True, False, True]


def test_one_way_in_chinese(tmp_path):
    path = write(tmp_path / "a.gpkg", THREE, kind=["residential"] * 3, 单行=["单向", "逆向", "双向"])
    drive = read(path, modes=("drive",)).passages["drive"]
    assert (drive.forward.tolist(), drive.backward.tolist()) == ([True, False, True], [False, True, True])


def test_shifted_streets_are_shifted_back(tmp_path):
    true = write(tmp_path / "true.gpkg", CROSS, kind=["path"] * 2)
    here = gpd.read_file(true).to_crs(4326)
    shifted = here.set_geometry(
        shapely.transform(here.geometry.to_numpy(), lambda xy: np.column_stack(from_wgs84(*xy.T, "gcj02")))
    )
    shifted.to_file(tmp_path / "shifted.gpkg", engine="pyogrio")
    back = read(
        tmp_path / "shifted.gpkg",
        source=Streets(file="shifted.gpkg", datum="gcj02"),
        notes=("datum_converted",),
        join_crossings=True,
    )
    as_drawn = read(tmp_path / "shifted.gpkg", join_crossings=True)
    expected = read(true, join_crossings=True)
    np.testing.assert_allclose(np.sort(back.node_x), np.sort(expected.node_x), atol=1e-3)
    assert np.hypot(as_drawn.node_x - back.node_x, as_drawn.node_y - back.node_y).min() > 300


def test_a_grid_of_uncut_lines_becomes_the_grid_of_streets(tmp_path):
    ticks = [0, 100, 200, 300]
    lines = [[(0, t), (300, t)] for t in ticks] + [[(t, 0), (t, 300)] for t in ticks]
    path = write(tmp_path / "a.gpkg", lines, kind=["path"] * len(lines))
    network = read(path, join_crossings=True)
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
    again = read(tmp_path / "a.gpkg", notes=("crossings_not_joined",))  # untagged bridges of the real map
    assert (again.nodes, again.edges) == (first.nodes, first.edges)
    assert again.length_m.sum() == pytest.approx(first.length_m.sum(), rel=1e-9)
    assert sorted(again.name.tolist()) == sorted(first.name.tolist())

    def degrees(network: Network) -> list[tuple[int, int, int]]:
        degree = np.bincount(np.concatenate((network.edge_from, network.edge_to)))
        return sorted(
            zip(network.node_x.round().astype(int), network.node_y.round().astype(int), degree, strict=True)
        )

    assert degrees(again) == degrees(first)


def test_vertices_that_crowd_one_place_are_refused_before_they_are_joined(tmp_path):
    """Joining 200 lines of a ten-thousandth of a millimetre would hold 80,000 vertices against each other."""
    pieces = [[(i * 1e-7, 0), ((i + 1) * 1e-7, 0)] for i in range(200)]
    problems = Problems()
    assert (
        read_streets(
            write(tmp_path / "fine.gpkg", pieces, highway=["path"] * 200), crs=CRS, problems=problems
        )
        is None
    )
    assert [(one.code, one.value) for one in problems] == [("streets_too_fine", 400)]
    star = [[(0, 0), (30 * np.cos(turn), 30 * np.sin(turn))] for turn in np.linspace(0, 6, 24)]
    assert read(write(tmp_path / "star.gpkg", star, highway=["path"] * 24)).edges == 24
    dense = [[(i * 0.001, 0) for i in range(400)] + [(50, 0)]]  # one line, drawn with a nervous hand
    assert read(write(tmp_path / "dense.gpkg", dense, highway=["path"])).edges == 1
