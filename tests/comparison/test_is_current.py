"""A changed input is never served from the cache, nor called current: each kind of input is edited in each way."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely

import coverplan
from coverplan.comparison.side import is_current
from coverplan.results.folders import default_folder
from makers import toyfiles
from towns import toytown


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """A town with an input of every kind, answered once."""
    folder = tmp_path_factory.mktemp("current") / "town"
    entry = {**toyfiles.STUDY["facilities"][0], "mended": ["mended.xlsx"]}
    study = {
        "streets": {"file": "roads[1].shp", "columns": {"kind": "highway"}},
        "elevation": {"file": "dem.tif"},
        "facilities": [entry],
        "base": {"water": {"file": "water.geojson"}},
        "barriers": [{"file": "walls.gpkg"}],
    }
    path = toyfiles.write_town(folder, study=study)
    corners = [toytown.xy(*divmod(node, 5)) for node in range(25)]
    lines = [shapely.LineString([corners[a], corners[b]]) for a, b in toytown.streets()]
    roads = gpd.GeoDataFrame({"highway": ["residential"] * 40}, geometry=lines, crs=toytown.CRS)
    roads.to_file(folder / "roads1.shp", engine="pyogrio")
    for part in list(folder.glob("roads1.*")):
        part.rename(folder / part.name.replace("roads1", "roads[1]"))
    far = gpd.GeoDataFrame(geometry=[shapely.box(500_000, 3_501_000, 500_010, 3_501_010)], crs=toytown.CRS)
    far.to_file(folder / "walls.gpkg", engine="pyogrio")
    far.to_crs(4326).to_file(folder / "water.geojson", engine="pyogrio")
    with rasterio.open(
        folder / "dem.tif", "w", driver="GTiff", height=60, width=60, count=1, dtype="float32", crs=toytown.CRS,
        transform=rasterio.Affine(20, 0, 499_500, 0, -20, 3_500_700),
    ) as target:  # fmt: skip
        target.write(np.zeros((1, 60, 60), dtype=np.float32))
    from openpyxl import Workbook

    book = Workbook()
    for row in (["文件", "工作表", "行", "列", "改为"], ["homes.csv", None, 2, "beds", 11]):
        book.active.append(row)
    book.save(folder / "mended.xlsx")
    coverplan.run(path)
    assert is_current(path, default_folder(path))
    return path


@pytest.fixture
def town(answered, tmp_path):
    shutil.copytree(answered.parent, tmp_path / "town")
    return tmp_path / "town" / answered.name


def flip(path: Path) -> None:
    """Another content of the same length and the same date."""
    before, when = path.read_bytes(), path.stat()
    path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    os.utime(path, ns=(when.st_atime_ns, when.st_mtime_ns))


FILES = ["people.csv", "homes.csv", "units.gpkg", "roads[1].shp", "roads[1].dbf", "roads[1].shx", "roads[1].prj", "dem.tif", "water.geojson", "walls.gpkg", "mended.xlsx", "study.yaml"]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_every_input_is_known_by_content(town, name):
    folder = default_folder(town)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert name in {entry["file"].rsplit("/", 1)[-1] for entry in manifest["inputs"]}
    flip(town.parent / name)
    assert not is_current(town, folder)


def test_what_is_longer_gone_or_new_beside_a_file_is_seen(town):
    folder = default_folder(town)
    assert is_current(town, folder)
    for name in ("dem.tif.aux.xml", "roads[1].cpg", "walls.gpkg-wal"):
        extra = town.parent / name
        kept = extra.read_bytes() if extra.exists() else None
        extra.write_bytes(b"x" if kept is None else kept + b"x")
        assert not is_current(town, folder), name
        extra.unlink() if kept is None else extra.write_bytes(kept)
        assert is_current(town, folder), name
    (town.parent / "unrelated.txt").write_text("x")
    assert is_current(town, folder)
    (town.parent / "mended.xlsx").unlink()
    assert not is_current(town, folder)


def test_a_link_that_points_to_another_file_or_folder_is_seen(town):
    """Of the same length, so that only what the link leads to differs."""
    folder, data = default_folder(town), town.parent
    for link, other in (("homes.csv", "other.csv"), ("stock", "stock-2")):
        if link == "homes.csv":
            (data / "homes.csv").rename(data / "first.csv")
            (data / link).symlink_to("first.csv")
            assert is_current(town, folder)
            (data / other).write_bytes((data / "first.csv").read_bytes().replace(b"Home 0", b"Home 9"))
        else:
            for name, text in (("stock-1", "water.geojson"), (other, "water.geojson")):
                (data / name).mkdir()
                (data / name / "water.geojson").write_bytes((data / text).read_bytes())
            flip(data / other / "water.geojson")
            (data / link).symlink_to("stock-1", target_is_directory=True)
            study = (data / "study.yaml").read_text("utf-8").replace("water.geojson", "stock/water.geojson")
            (data / "study.yaml").write_text(study, encoding="utf-8")
            coverplan.run(town)
            assert is_current(town, folder)
        (data / link).unlink()
        (data / link).symlink_to(other)
        assert not is_current(town, folder), link


def test_an_edit_in_a_database_that_is_open_elsewhere_is_seen(town):
    with sqlite3.connect(town.parent / "walls.gpkg") as writer:
        writer.execute("pragma journal_mode = wal")
        writer.execute("create table remark (x)")
        writer.commit()
        assert not is_current(town, default_folder(town))
    writer.close()


def test_streets_with_signs_in_their_name_are_read_anew(town):
    before = coverplan.run(town, write=False)
    path = town.parent / "roads[1].shp"
    roads = gpd.read_file(path)
    assert len(before.layers["streets"]) == len(roads)
    plain = town.parent / "roads1.shp"
    roads.iloc[1:].to_file(plain, engine="pyogrio")
    for part in town.parent.glob("roads1.*"):
        part.replace(town.parent / part.name.replace("roads1", "roads[1]"))
    after = coverplan.run(town, write=False)
    assert len(after.layers["streets"]) == len(roads) - 1
