"""Layers of a result on disk."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from coverplan.errors import InputError
from coverplan.results.files import (
    as_json,
    distinct_names,
    of_result,
    read_result,
    write_result,
)
from coverplan.results.folders import default_folder
from coverplan.results.result import RESULT_FORMAT, Result

KEYS = ["standard", "unit_code", "unit_name", "unit_type", "group"]


def test_the_same_content_gives_the_same_bytes():
    """One step of indent, Chinese as it is, a line end at the end; what is no number in JSON is refused."""
    assert as_json({"name": "南桥", "shares": [0.5, None]}) == (
        '{\n "name": "南桥",\n "shares": [\n  0.5,\n  null\n ]\n}\n'
    )
    with pytest.raises(ValueError, match="JSON compliant"):
        as_json({"share": float("nan")})


def test_columns_that_differ_in_case_are_written_apart(tmp_path):
    columns = ["id", "own:Tel", "own:TEL", "own:tel", "geometry"]
    layer = gpd.GeoDataFrame(
        [["a", "1", "2", "3", shapely.Point(0, 0)]], columns=columns, geometry="geometry", crs="EPSG:4549"
    )
    named = layer.rename(columns=distinct_names(columns))
    named.to_file(tmp_path / "a.gpkg", layer="a", engine="pyogrio")
    read = pyogrio.read_dataframe(tmp_path / "a.gpkg", layer="a")
    assert list(read.columns) == ["id", "own:Tel", "own:TEL (2)", "own:tel (3)", "geometry"]
    assert read.iloc[0, :4].tolist() == ["a", "1", "2", "3"]


@pytest.fixture
def small() -> Result:
    """Two layers, of which one is a table too, and a unit whose name looks like nothing."""
    points = gpd.GeoDataFrame({"id": ["a"], "name": ["NA"]}, geometry=[shapely.Point(1, 2)], crs="EPSG:4549")
    coverage = pd.DataFrame(
        [["s", "", "", "county", "total", 5.0], ["s", "001", "NA", "town", "total", None]],
        columns=[*KEYS, "people"],
    )
    return Result(
        {"format": RESULT_FORMAT, "standards": []},
        coverage,
        {"clusters": points, "units": points},
        {"inputs": []},
        tables={"clusters": points, "notes": pd.DataFrame({"name": ["南桥"]})},
        files={"chosen.yaml": b"changes: []\n"},
    )


def test_a_result_comes_back_from_its_folder(small, tmp_path):
    seen = []
    written = write_result(small, tmp_path / "out", lambda one, aside: seen.append((one, aside.name)))
    assert written.folder == tmp_path / "out"
    assert [one for one, _ in seen] == [small]
    assert seen[0][1] != "out"  # before it is put in place
    read = read_result(tmp_path / "out")
    assert read.coverage["unit_name"].tolist() == ["", "NA"]
    assert read.coverage["people"].isna().tolist() == [False, True]
    assert list(read.coverage.columns) == list(small.coverage.columns)
    assert set(read.layers) == {"clusters", "units"}
    assert read.tables["clusters"].geometry.tolist() == [shapely.Point(1, 2)]
    assert read.tables["notes"]["name"].tolist() == ["南桥"]
    assert read.manifest == {"inputs": []}
    assert (tmp_path / "out" / "chosen.yaml").read_bytes() == b"changes: []\n"
    assert write_result(small, tmp_path / "plain").folder == tmp_path / "plain"


def test_only_layers_and_tables_that_are_wanted_are_read_and_styles_are_no_layer(small, tmp_path):
    folder = write_result(small, tmp_path / "out").folder
    with sqlite3.connect(folder / "layers.gpkg") as file:
        file.execute("CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, styleQML TEXT)")
        file.execute(
            "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('layer_styles', 'attributes')"
        )
    file.close()
    assert set(read_result(folder).layers) == {"clusters", "units"}
    read = read_result(folder, layers=["units"], tables=["notes"])
    assert (set(read.layers), set(read.tables)) == ({"units"}, {"notes"})
    assert read_result(folder, layers=["layer_styles"]).layers == {}
    (folder / "layers.gpkg").unlink()
    assert read_result(folder, tables=[]).layers == {}


def test_a_folder_without_a_result_and_one_with_another_content_are_said(small, tmp_path):
    with pytest.raises(InputError, match="holds no result"):
        read_result(tmp_path)
    folder = write_result(small, tmp_path / "out").folder
    (folder / "result.json").write_text("[]")
    with pytest.raises(InputError) as damaged:
        read_result(folder)
    assert [(one.code, one.file) for one in damaged.value.problems] == [("damaged_result", folder)]


def test_what_meets_sound_results_alone_is_a_fault_of_ours(small, tmp_path):
    sound, other = (write_result(small, tmp_path / name).folder for name in ("sound", "other"))
    with pytest.raises(KeyError), of_result(sound, other):
        raise KeyError("ours")
    (other / "result.json").write_text(json.dumps({"format": RESULT_FORMAT, "standards": ["more"]}))
    with pytest.raises(InputError) as damaged, of_result(sound, other):
        raise KeyError("theirs")
    assert [(one.code, one.file, one.value) for one in damaged.value.problems] == [
        ("damaged_result", other, "KeyError")
    ]


def test_a_folder_of_scenarios_has_its_results_beside_it():
    start = Path("/town").absolute()
    assert default_folder(start / "scenarios" / "now.yaml") == start / "maps" / "now"
    assert default_folder(start / "plans" / "now.yaml") == start / "plans" / "maps" / "now"
