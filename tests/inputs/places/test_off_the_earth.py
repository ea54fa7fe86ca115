"""Coordinates that are no place are told row by row, on every road by which places come in."""

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from coverplan import siting
from coverplan.errors import InputError, Problems
from coverplan.ground.earth import FARTHEST_M, no_places
from coverplan.inputs.places.geometries import points_of
from coverplan.inputs.streets.graphml import read_graphml
from coverplan.inputs.streets.lines import read_lines
from coverplan.inputs.tables.read_table import read_table
from coverplan.scenario.study_file import Source, Streets

METRES = pyproj.CRS("EPSG:32650")
#: Longitude and latitude: too long a number, a pole passed, a turn and more (which PROJ would take for 117 degrees).
NOWHERE = [
    (117.0, 1e300),
    (1e300, 30.0),
    (117.0, 90.5),
    (117.0, -95.0),
    (400.0, 30.0),
    (477.0, 30.0),
    (-180.5, 30.0),
]


@pytest.mark.parametrize(("lon", "lat"), NOWHERE)
@pytest.mark.parametrize("datum", [None, "gcj02"])
def test_a_point_of_a_layer(tmp_path: Path, lon: float, lat: float, datum: str | None) -> None:
    places = [shapely.Point(117, 30), shapely.Point(lon, lat), shapely.Point(117.1, 30)]
    gpd.GeoDataFrame({"n": range(3)}, geometry=places, crs=4326).to_file(tmp_path / "a.geojson")
    assert _told(tmp_path, datum) == [("impossible_coordinates", 2, "error")]


def test_the_rim_of_the_world_and_other_angles_are_places(tmp_path: Path) -> None:
    x, y = (
        np.array([180.0, -180.0, 180.0000005, 180.1, 0.0, 0.0, np.nan]),
        np.array([0.0, 90, -90, 0, 90.1, -90, 0]),
    )
    assert no_places(x, y, pyproj.CRS(4326)).tolist() == [False, False, False, True, True, False, True]
    # gons, of which 400 make a turn
    assert no_places(np.array([190.0, 200.1]), np.array([99.0, 0]), pyproj.CRS(4807)).tolist() == [
        False,
        True,
    ]
    metres = no_places(np.array([FARTHEST_M, 0, np.inf]), np.array([0, -2 * FARTHEST_M, 0]), METRES)
    assert metres.tolist() == [False, True, True]


@pytest.mark.parametrize(("lon", "lat"), NOWHERE)
def test_a_vertex_of_a_street(tmp_path: Path, lon: float, lat: float) -> None:
    ends = [(117.0, 30.0), (117.001, 30.0), (lon, lat)]
    lines = [shapely.LineString(ends[:2]), shapely.LineString(ends[1:])]
    gpd.GeoDataFrame({"highway": ["residential"] * 2}, geometry=lines, crs=4326).to_file(
        tmp_path / "a.geojson"
    )
    problems = Problems()
    source = Streets(file="a.geojson")
    assert read_lines(tmp_path / "a.geojson", crs="EPSG:32650", problems=problems, source=source) is None
    assert [(p.code, p.line) for p in problems] == [("impossible_coordinates", 2)]


@pytest.mark.parametrize(("lon", "lat"), NOWHERE)
def test_a_node_of_a_graph(tmp_path: Path, lon: float, lat: float) -> None:
    _graph(tmp_path / "a.graphml", [(117.0, 30.0), (117.001, 30.0), (lon, lat)], "epsg:4326")
    problems = Problems()
    assert read_graphml(tmp_path / "a.graphml", crs="EPSG:32650", problems=problems) is None
    assert [(p.code, p.value) for p in problems] == [("impossible_coordinates", "n1-n2")]


def test_streets_that_the_crs_of_the_study_cannot_hold(tmp_path: Path) -> None:
    """Ninety degrees from the middle of a zone the map runs to infinity."""
    far = [(117.0, 30.0), (117.001, 30.0), (-153.0, 0.0)]
    gpd.GeoDataFrame(
        {"highway": ["residential"] * 2},
        geometry=[shapely.LineString(far[:2]), shapely.LineString(far[1:])], crs=4326,
    ).to_file(tmp_path / "a.geojson")  # fmt: skip
    _graph(tmp_path / "a.graphml", far, "epsg:4326")
    for read in (
        lambda p: read_lines(
            tmp_path / "a.geojson", crs="EPSG:32650", problems=p, source=Streets(file="a.geojson")
        ),
        lambda p: read_graphml(tmp_path / "a.graphml", crs="EPSG:32650", problems=p),
    ):
        problems = Problems()
        assert read(problems) is None
        assert [p.code for p in problems] == ["impossible_coordinates"]
    # but what lies beyond the bounds is not looked at
    _graph(tmp_path / "b.graphml", [*far, (-153.001, 0.0)], "epsg:4326", edges=[(0, 1), (2, 3)])
    bounds = (116.99, 29.9, 117.01, 30.1)
    problems = Problems()
    assert (
        read_graphml(tmp_path / "b.graphml", crs="EPSG:32650", problems=problems, bounds_lonlat=bounds)
        is not None
    )
    assert not problems.errors
    assert read_graphml(tmp_path / "b.graphml", crs="EPSG:32650", problems=problems) is None


@pytest.mark.parametrize("bad", [(1e300, 1.0), (float("nan"), 1.0), (5e5, 1e9)])
@pytest.mark.parametrize("which", ["demand", "facilities"])
def test_a_point_of_a_siting_question(bad: tuple[float, float], which: str) -> None:
    layers = {
        name: gpd.GeoDataFrame(
            {"id": ["a", "b"]},
            geometry=[shapely.Point(5e5, 3e6), shapely.Point(bad if name == which else (5.1e5, 3e6))],
            crs=32650,
        )
        for name in ("demand", "facilities")
    }
    with pytest.raises(InputError) as refused:
        siting.LSCP.from_geodataframe(layers["demand"], layers["facilities"], "id", "id", service_radius=1000)
    assert [(p.code, p.line, which in p.what) for p in refused.value.problems] == [
        ("impossible_coordinates", 2, True)
    ]


def _told(folder: Path, datum: str | None) -> list[tuple[str, object, str]]:
    problems = Problems()
    table = read_table(Source(file="a.geojson"), folder, problems)
    assert table is not None
    points_of(table, x=None, y=None, crs=None, target=METRES, problems=problems, datum=datum)
    return [(p.code, p.line, p.severity) for p in problems if p.code != "datum_converted"]


def _graph(
    path: Path,
    places: list[tuple[float, float]],
    crs: str,
    *,
    edges: Sequence[tuple[int, int]] = ((0, 1), (1, 2)),
) -> None:
    """What osmnx writes, by hand: a way along the nodes."""
    nodes = "".join(
        f'<node id="n{i}"><data key="x">{x}</data><data key="y">{y}</data></node>'
        for i, (x, y) in enumerate(places)
    )
    drawn = "".join(
        f'<edge source="n{i}" target="n{j}"><data key="h">residential</data></edge>' for i, j in edges
    )
    path.write_text(
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
        '<key id="x" for="node" attr.name="x"/><key id="y" for="node" attr.name="y"/>'
        '<key id="h" for="edge" attr.name="highway"/><key id="c" for="graph" attr.name="crs"/>'
        f'<graph edgedefault="directed"><data key="c">{escape(crs)}</data>{nodes}{drawn}</graph></graphml>',
        encoding="utf-8",
    )
