"""Nothing that GDAL opens names other files or hosts: harmless files of ours against a server of ours that counts."""

from __future__ import annotations

import http.server
import json
import re
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import rasterio
import shapely

import coverplan
from coverplan.errors import InputError, Problems
from coverplan.inputs.rasters.opening import opened_raster
from coverplan.inputs.tables import gdal_door
from coverplan.inputs.tables.gdal_door import (
    ContentError,
    check_content,
    layer_info,
    list_layers,
    raster_door,
    read_rows,
)
from coverplan.setup.proposal import init_folder
from coverplan.text.reading import watching
from makers import toyfiles

SOURCE = Path(coverplan.__file__).parent


@pytest.fixture
def server(socket_enabled):
    """Address of a server on this machine, and the paths that it was asked for."""
    asked = []

    class Counting(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_POST = do_GET  # noqa: N815

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}", asked
        running.shutdown()
        thread.join()


def texts(address: str) -> dict[str, str]:
    """Texts that GDAL would take for something that names a host; none holds anything harmful."""
    linked = {"type": "FeatureCollection", "features": []}
    return {
        "vrt": f'<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        f"<SourceFilename>/vsicurl/{address}/a.tif</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>",
        "wms": f'<GDAL_WMS><Service name="TMS"><ServerUrl>{address}/${{z}}/${{x}}/${{y}}.png</ServerUrl></Service></GDAL_WMS>',
        "ogr_vrt": f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/vsicurl/{address}/a.json</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>",
        "wfs": f"<OGRWFSDataSource><URL>{address}/wfs</URL></OGRWFSDataSource>",
        "polyglot": f'{{"type": "FeatureCollection", "features": [], "x": "<OGRVRTDataSource><OGRVRTLayer name=\'a\'>'
        f'<SrcDataSource>/vsicurl/{address}/a.json</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"}}',
        "link": json.dumps({**linked, "crs": {"type": "link", "properties": {"href": f"{address}/crs"}}}),
        "link late": json.dumps({**linked, "a": {"CRS": 1}, "crs": {"properties": {"href": f"{address}/c"}, "type": "URL"}}),
        "link hidden": json.dumps({**linked, "crs": {"type": "link", "properties": {"href": f"{address}/crs"}}}).replace(
            '"crs"', '"\\u0063rs"'
        ),
        "address": f"{address}/a.geojson",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["a.geojson", "a.json", "a.gpkg", "a.shp", "a.tif", "a.tiff"])
def test_no_text_that_names_a_host_is_followed(name, server, tmp_path):
    address, asked = server
    path = tmp_path / name
    for kind, text in texts(address).items():
        path.write_text(text, encoding="utf-8")
        if name.endswith(("tif", "tiff")):
            problems = Problems()
            with opened_raster(path, problems) as source:
                assert source is None, kind
            assert [one.code for one in problems] == ["broken_file"]
        else:
            with pytest.raises(ContentError) as raised:
                list_layers(path)
            assert "pointers" not in str(raised.value)
            with pytest.raises(ContentError):
                read_rows(path, "a")
    assert asked == []


def test_a_study_and_init_ask_nobody(server, tmp_path):
    address, asked = server
    scenario = toyfiles.write_town(
        tmp_path, study={"base": {"water": {"file": "water.geojson"}}, "elevation": {"file": "dem.tif"}}
    )
    (tmp_path / "water.geojson").write_text(texts(address)["ogr_vrt"])
    (tmp_path / "dem.tif").write_text(texts(address)["vrt"])
    with pytest.raises(InputError) as raised:
        coverplan.run(scenario, write=False)
    assert [one.code for one in raised.value.problems if one.severity == "error"] == ["broken_file"] * 2
    for name in ("study.yaml", "scenario.yaml"):
        (tmp_path / name).unlink()
    init_folder(tmp_path, language="en")
    assert asked == []


def _raster(path, **tags):
    with rasterio.open(
        path, "w", driver="GTiff", height=2, width=2, count=1, dtype="float32", crs="EPSG:4326",
        transform=rasterio.Affine(1, 0, 100, 0, -1, 30),
    ) as target:  # fmt: skip
        target.write(np.ones((1, 2, 2), dtype=np.float32))
        for domain, values in tags.items():
            target.update_tags(ns=domain, **values)
    return path


@pytest.mark.parametrize("beside", ["a.tif.msk", "a.tif.ovr", "a.tif.aux.xml", "tags"])
def test_what_stands_beside_a_raster_names_nothing_either(beside, server, tmp_path):
    address, asked = server
    path = _raster(
        tmp_path / "a.tif",
        **({"OVERVIEWS": {"OVERVIEW_FILE": f"/vsicurl/{address}/a.ovr"}} if beside == "tags" else {}),
    )
    if beside.endswith("xml"):
        (tmp_path / beside).write_text(
            f'<PAMDataset><Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">/vsicurl/{address}/a.ovr</MDI></Metadata>'
            "</PAMDataset>"
        )
    elif beside != "tags":
        (tmp_path / beside).write_text(texts(address)["vrt"])
    problems = Problems()
    with opened_raster(path, problems) as source:
        assert source is None
    assert [one.code for one in problems] == ["broken_file"]
    assert asked == []


@pytest.mark.parametrize(
    "definition", ["+nadgrids={file}", "+geoidgrids={file}", "+init={file}:1", "+file={file}"]
)
@pytest.mark.parametrize("name", ["a.shp", "a.geojson", "a.tif"])
def test_no_definition_of_a_crs_reads_another_file(name, definition, tmp_path):
    """PROJ opens a grid of shifts wherever a definition says that it lies: a pipe would be read."""
    path, grid = tmp_path / name, tmp_path / "grid.gsb"
    grid.write_bytes(b"x")
    said = f"+proj=longlat +ellps=GRS80 {definition.format(file=grid)}"
    layer = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(117, 31)], crs=4326)
    if name == "a.tif":
        _raster(path)
        (tmp_path / "a.tif.aux.xml").write_text(f"<PAMDataset><SRS>{said}</SRS></PAMDataset>")
        problems = Problems()
        with opened_raster(path, problems) as source:
            assert source is None
        assert "shifts" in next(iter(problems)).what
        return
    layer.to_file(path, engine="pyogrio")
    if name == "a.shp":
        (tmp_path / "a.prj").write_text(f'GEOGCS["x",EXTENSION["PROJ4","{said}"]]')
    else:
        held = json.loads(path.read_text("utf-8"))
        held["crs"] = {"type": "name", "properties": {"name": said}}
        path.write_text(json.dumps(held), encoding="utf-8")
    with pytest.raises(ContentError, match="shifts"):
        list_layers(path)


def test_no_definition_that_a_database_holds_itself_reads_another_file(tmp_path):
    path = tmp_path / "a.gpkg"
    layer = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(500_000, 3_500_000)], crs=32650)
    layer.to_file(path, engine="pyogrio")
    said = f"+proj=longlat +ellps=GRS80 +nadgrids={tmp_path / 'grid.gsb'}"
    with closing(sqlite3.connect(path)) as held, held:
        held.execute(
            "UPDATE gpkg_spatial_ref_sys SET definition = ? WHERE srs_id = 32650",
            (f'GEOGCS["x",EXTENSION["PROJ4","{said}"]]',),
        )
    for opens in (check_content, list_layers):
        with pytest.raises(ContentError, match="shifts"):
            opens(path)


def test_a_definition_with_a_grid_that_is_none_is_read(tmp_path):
    """What ArcGIS and GDAL write of web maps' coordinates."""
    path = tmp_path / "a.shp"
    gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(117, 31)], crs=4326).to_file(path, engine="pyogrio")
    path.with_suffix(".prj").write_text(pyproj.CRS(3857).to_wkt("WKT1_GDAL"))
    assert "nadgrids=@null" in path.with_suffix(".prj").read_text()
    assert read_rows(path, "a").crs.to_epsg() == 3857


def test_honest_files_of_every_kind_are_read(tmp_path):
    frame = gpd.GeoDataFrame({"name": ["<b>甲 \u00e9"]}, geometry=[shapely.Point(100, 30)], crs="EPSG:4490")
    for name in ("a.gpkg", "a.shp", "a.geojson"):
        frame.to_file(tmp_path / name, engine="pyogrio")
        layer, kind = list_layers(tmp_path / name)[0]
        assert kind == "Point"
        assert read_rows(tmp_path / name, layer)["name"].tolist() == ["<b>甲 \u00e9"]
    named = json.loads((tmp_path / "a.geojson").read_text("utf-8"))
    assert named["crs"]["type"] == "name"  # which is why a name passes
    path = _raster(tmp_path / "a.tif")
    (tmp_path / "a.tif.aux.xml").write_text("<PAMDataset></PAMDataset>")
    with opened_raster(path, Problems()) as source:
        assert source is not None
        assert source.source.driver == "GTiff"


def test_the_door_is_the_only_one():
    """No other module reads files of users with GDAL; what fetch downloads is opened by the one driver that it names."""
    door = re.compile(r"rasterio\.open\(|pyogrio\.(read|list|open)|gpd\.read_file|geopandas\.read_file|fiona")
    users = {
        str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if door.search(path.read_text("utf-8"))
    }
    fetched = {"fetch/grids.py", "fetch/heights.py"}
    written = "inputs/rasters/windows.py"  # parts of rasters that the door opened
    assert users == {"inputs/tables/gdal_door.py", "demo/files.py", written} | fetched
    assert set(re.findall(r"rasterio\.open\([^,)]*, [^,)]*", (SOURCE / written).read_text("utf-8"))) == {
        'rasterio.open(target, "w"'
    }
    for name in fetched:
        text = (SOURCE / name).read_text("utf-8")
        opened = re.findall(r"rasterio\.open\(", text)
        assert len(re.findall(r'rasterio\.open\([^)]*driver="GTiff"', text)) == len(opened)
        assert "pyogrio" not in text


def test_what_the_door_opens_is_noted_so_that_a_change_of_it_is_seen(tmp_path):
    gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(0, 0)], crs=4326).to_file(
        tmp_path / "a.gpkg", layer="a"
    )
    _raster(tmp_path / "a.tif")
    for look, name in (
        (list_layers, "a.gpkg"), (lambda path: read_rows(path, "a"), "a.gpkg"), (lambda path: layer_info(path, "a"), "a.gpkg"),
        (lambda path: raster_door(path).__enter__().close(), "a.tif"),
    ):  # fmt: skip
        with watching() as opened:
            look(tmp_path / name)
        assert (tmp_path / name) in opened


def test_cells_in_another_file_more_cells_than_can_be_read_and_links_in_capitals_are_refused(
    tmp_path, monkeypatch
):
    erdas = tmp_path / "a.img"
    erdas.write_bytes(b"EHFA_HEADER_TAG\x00" + b"\x00" * 70_000 + b"ExternalRasterDMS")
    with pytest.raises(ContentError, match="another file"):
        check_content(erdas)
    linked = tmp_path / "a.geojson"
    linked.write_text(
        '{"type": "Feature\\u0043ollection", "CRS": {"type": "link", "properties": {"href": "b"}}, "features": []}',
        encoding="utf-8",
    )
    with pytest.raises(ContentError, match="link"):
        check_content(linked)
    _raster(tmp_path / "a.tif")
    monkeypatch.setattr(gdal_door, "_MOST_CELLS", 3)
    with pytest.raises(ContentError, match="more than can be read"), raster_door(tmp_path / "a.tif"):
        pass


def test_no_driver_but_that_of_the_ending_is_asked(tmp_path, monkeypatch):
    _raster(tmp_path / "a.tif")
    asked, opened = [], rasterio.open
    monkeypatch.setattr(rasterio, "open", lambda path, **said: asked.append(said) or opened(path, **said))
    with raster_door(tmp_path / "a.tif"):
        assert asked == [{"driver": "GTiff"}]


def test_a_geojson_with_a_mark_of_its_bytes_is_one(tmp_path):
    file = tmp_path / "a.geojson"
    file.write_text('\ufeff \n{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    check_content(file)
