"""A study with a plan year goes from its file to the result, the manifest and the report; farmland to the check."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import coverplan
from coverplan.report import build
from coverplan.setup.study_check import check_study
from makers import toyfiles
from towns import toytown


def census(folder: Path, year: int, people: int, older: int) -> dict:
    (folder / f"{year}.csv").write_text(
        f"code,people,older\n001001,{people},{older}\n001002,300,60\n", encoding="utf-8"
    )
    groups = {"total": "people", "age_60_plus": "older"}
    return {"file": f"{year}.csv", "year": year, "base": "resident", "groups": groups}


def projected(folder: Path) -> Path:
    scenario = toyfiles.write_town(folder)
    growth = {
        "earlier": census(folder, 2015, 100, 20),
        "later": census(folder, 2020, 200, 30),
        "parent_totals": {"001": 1400},
    }
    population = {
        **toyfiles.STUDY["population"],
        "year": 2020,
        "projection": {"year": 2025, "growth": growth},
    }
    toyfiles.write_yaml(folder / "study.yaml", {**toyfiles.STUDY, "population": population})
    return scenario


def test_the_plan_year_is_in_the_result_the_manifest_and_the_report(tmp_path: Path) -> None:
    # growth makes 400 (200 x 200/100) and 300; the parent's 1400 doubles both: 800 and 600, where 100 and 150 stood
    result = coverplan.run(projected(tmp_path), out=tmp_path / "out")
    study = json.loads((tmp_path / "out" / "result.json").read_text("utf-8"))["study"]
    assert study["population_year"] == 2025
    (told,) = study["population_scalings"]
    assert (told["kind"], told["files"], told["parent_totals"]) == (
        "growth", ["2015.csv", "2020.csv"], {"001": 1400.0},
    )  # fmt: skip
    factor = {(row["code"], row["group"]): (row["official"], row["factor"]) for row in told["factors"]}
    before = {row["code"]: row["before"] for row in told["factors"] if row["group"] == "total"}
    assert factor["001001", "total"] == pytest.approx((800, 800 / before["001001"]))
    assert factor["001002", "total"] == pytest.approx((600, 600 / before["001002"]))
    assert factor["001001", "age_60_plus"][0] == pytest.approx(2 * 45)
    whole = result.coverage[(result.coverage["unit_code"] == "") & (result.coverage["group"] == "total")]
    assert whole["people"].to_list() == pytest.approx([1400], rel=1e-9)
    read = {entry["file"] for entry in result.manifest["inputs"]}
    assert {"2015.csv", "2020.csv"} <= {Path(name).name for name in read}
    assert any(problem["code"] == "official_factor" for problem in result.manifest["problems"])
    for language, said in (("en", "growth between two counts"), ("zh", "两年总数增长推算")):
        tables = {
            table.key: table
            for table in build.tables(coverplan.read_result(tmp_path / "out"), language=language)
        }
        rows = tables["scalings"].rows
        assert len(rows) == 4
        assert rows[0].values[0] == said


def test_facilities_in_water_and_farmland_are_named_where_such_layers_are_given(tmp_path: Path) -> None:
    toyfiles.write_town(tmp_path)
    x, y = toytown.xy(0, 0)
    field = gpd.GeoDataFrame(geometry=[shapely.box(x - 5, y - 5, x + 5, y + 5)], crs=toytown.CRS)
    field.to_file(tmp_path / "field.gpkg")
    base = {"farmland": {"file": "field.gpkg"}, "water": {"file": "field.gpkg"}}
    toyfiles.write_yaml(tmp_path / "study.yaml", {**toyfiles.STUDY, "base": base})
    (layer,) = check_study(tmp_path / "study.yaml").layers
    assert {"in_farmland", "in_water"} <= {one.problem.code for one in layer.suspicious}
