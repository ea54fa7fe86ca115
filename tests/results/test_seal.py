"""A written result is sound until something in it is changed; what comes beside it later changes nothing."""

from __future__ import annotations

import json
import shutil

import geopandas as gpd
import pytest

import coverplan
from coverplan.results.files import read_result
from coverplan.results.seal import SEAL, is_sound
from makers import toyfiles


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sealed")
    scenario = toyfiles.write_town(folder)
    first = coverplan.run(scenario, out=folder / "a")
    return first, coverplan.run(scenario, out=folder / "b")


def test_a_result_is_sound_as_it_was_written_and_with_pages_beside_it(written, tmp_path):
    result, again = written
    assert is_sound(result.folder)
    assert SEAL not in read_result(result.folder).manifest
    assert read_result(result.folder).manifest == json.loads(json.dumps(result.manifest))
    seals = [json.loads((one.folder / "manifest.json").read_text("utf-8"))[SEAL] for one in written]
    assert seals[0] == seals[1]  # the clock leaves no trace
    folder = shutil.copytree(again.folder, tmp_path / "more")
    (folder / "notes.csv").write_text("mine\n", "utf-8")
    (folder / "tables" / "mine.csv").write_text("mine\n", "utf-8")
    gpd.GeoDataFrame(geometry=[], crs=4326).to_file(folder / "layers.gpkg", layer="mine", engine="pyogrio")
    assert is_sound(folder)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("result.json", b'"format"', b'"formal"'),
        ("manifest.json", b'"inputs"', b'"input"'),
        ("manifest.json", b'"written"', b'"printed"'),
        ("coverage.csv", b"elder_care", b"elder_car"),
        ("tables", b"", b""),
        ("layers.gpkg", b"", b""),
    ],
)
def test_a_change_of_any_file_is_noticed(written, tmp_path, name, old, new):
    folder = shutil.copytree(written[0].folder, tmp_path / "r")
    if name == "tables":
        next((folder / name).glob("*.csv")).unlink()
    elif name == "layers.gpkg":
        facilities = gpd.read_file(folder / name, layer="facilities", engine="pyogrio")
        facilities.drop(columns="name").to_file(folder / name, layer="facilities", engine="pyogrio")
    else:
        content = (folder / name).read_bytes()
        assert old in content
        (folder / name).write_bytes(content.replace(old, new, 1))
    assert not is_sound(folder)


def test_no_result_is_not_sound(tmp_path):
    assert not is_sound(tmp_path)
