"""Streets, schools and incidents of a real neighbourhood that libpysal ships (geodanet), in feet; every walk recounted by networkx."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import libpysal
import networkx as nx
import numpy as np
import pyproj
import pytest
import shapely
import yaml

import coverplan
from coverplan.reach.speeds.profiles import PRESETS

pytestmark = pytest.mark.truth

FILES = Path(libpysal.examples.__file__).parent / "geodanet"
CRS = "EPSG:26912"
GEOD = pyproj.Geod(ellps="GRS80")
WALK = PRESETS["general"]
STUDY = {
    "name": "Tempe", "crs": CRS, "streets": {"file": "streets.shp"},
    "population": {"file": "people.gpkg", "base": "resident", "groups": {"total": "people"}},
    "facilities": [{"layer": "school", "file": "schools.gpkg", "public": True, "type": "school"}],
}  # fmt: skip
SCENARIO = {
    "name": "Schools within 5 minutes", "study": "study.yaml", "as_of": "2026-01-01",
    "standards": [{"layer": "school", "minutes": 5, "profile": "general"}],
}  # fmt: skip


def feet(name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(FILES / f"{name}.shp")


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("tempe")
    for part in ("shp", "shx", "dbf", "prj"):
        (folder / f"streets.{part}").write_bytes((FILES / f"streets.{part}").read_bytes())
    feet("crimes").assign(people=1)[["people", "geometry"]].to_file(folder / "people.gpkg")
    schools = feet("schools")
    schools.assign(id=[f"S{n}" for n in range(len(schools))])[["id", "geometry"]].to_file(
        folder / "schools.gpkg"
    )
    for name, said in (("study", STUDY), ("scenario", SCENARIO)):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(said), encoding="utf-8")
    return coverplan.run(folder / "scenario.yaml", write=False)


def recount() -> np.ndarray:
    """Minutes from each incident to the nearest school: streets cut at every door, searched by networkx, nothing of ours."""
    lines = feet("streets").to_crs(CRS).geometry.to_numpy()
    on_earth = feet("streets").to_crs(4326).geometry.to_numpy()
    homes, schools = (feet(name).to_crs(CRS).geometry.to_numpy() for name in ("crimes", "schools"))
    doors: dict[int, list[tuple[float, tuple[str, int]]]] = {}
    graph = nx.Graph()
    for kind, points in (("home", homes), ("school", schools)):
        for at, point in enumerate(points):
            near = int(np.argmin(shapely.distance(lines, point)))
            along, leg = shapely.line_locate_point(lines[near], point), shapely.distance(lines[near], point)
            doors.setdefault(near, []).append((float(along), (kind, at)))
            graph.add_edge((kind, at), (kind, at, "door"), weight=leg / WALK.access_speed_m_s)
    for number, line in enumerate(lines):
        on_ground = (
            GEOD.geometry_length(on_earth[number]) / line.length
        )  # lengths of streets are those of the ellipsoid
        ends = [tuple(np.round(line.coords[end], 2).tolist()) for end in (0, -1)]
        stops = [
            (0.0, ends[0]),
            *((a, (*who, "door")) for a, who in doors.get(number, ())),
            (line.length, ends[1]),
        ]
        for (a, here), (b, there) in pairwise(sorted(stops, key=lambda stop: stop[0])):
            weight = (b - a) * on_ground / WALK.speed_m_s
            if not graph.has_edge(here, there) or weight < graph[here][there]["weight"]:
                graph.add_edge(here, there, weight=weight)
    found = nx.multi_source_dijkstra_path_length(graph, {("school", at) for at in range(len(schools))})
    return np.array([found.get(("home", at), np.nan) for at in range(len(homes))]) / 60


def test_every_walk_is_the_one_that_networkx_finds(result):
    minutes = recount()
    assert len(minutes) == 287
    assert np.isfinite(minutes).all()
    table = result.layers["demand"].sort_values("id")
    ours = table["school-general-5min|minutes"].to_numpy()
    within = minutes <= 5
    assert 40 < within.sum() < 250
    # an edge is rounded to a millisecond
    assert np.nanmax(np.abs(ours - minutes)) < 0.001
    assert (table["school-general-5min|within"] > 0).tolist() == within.tolist()
    assert result.share("school-general-5min") == pytest.approx(within.mean())


def test_what_the_files_lack_is_said(result):
    assert {p.code for p in result.problems if p.severity != "note"} == {"no_kind_column"}
