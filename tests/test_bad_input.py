"""Whatever is wrong with the input is said in one report, with file, place, value and way out; never a traceback."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

import coverplan
from coverplan.errors import InputError, Problem
from makers import toyfiles
from towns import toytown


def problems_of(path: Path) -> list[Problem]:
    with pytest.raises(InputError) as raised:
        coverplan.run(path, out=path.parent / "out")
    assert not (path.parent / "out").exists()
    assert not [p for p in path.parent.iterdir() if p.name.startswith(".")]
    return [problem for problem in raised.value.problems if problem.severity == "error"]


def only(path: Path) -> Problem:
    (problem,) = problems_of(path)
    return problem


def test_everything_wrong_with_the_data_is_said_at_once(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    people = toyfiles.people().astype({"residents": object})
    people.loc[3, "residents"] = -5
    people.loc[7, "residents"] = ""
    people.loc[9, "residents"] = "many"
    people.loc[11, "id"] = people.loc[10, "id"]
    people.to_csv(tmp_path / "people.csv", index=False)
    homes = toyfiles.homes((0, 0), (1, 1))
    homes["beds"] = [-1, 4]
    homes.loc[1, "x"] = np.nan
    homes.to_csv(tmp_path / "homes.csv", index=False)
    (tmp_path / "streets.graphml").unlink()
    found = {(p.file.name if p.file else "", p.line, p.field, p.code) for p in problems_of(path)}
    assert found == {
        ("people.csv", 5, "residents", "negative_population"),
        ("people.csv", 9, "residents", "missing_population"),
        ("people.csv", 11, "residents", "not_a_number"),
        ("people.csv", 11, "residents", "missing_population"),
        ("people.csv", 13, "id", "duplicate_id"),
        ("streets.graphml", None, None, "missing_file"),
    }


def test_everything_wrong_with_the_scenario_is_said_at_once(tmp_path: Path) -> None:
    changes = [
        {"close": {"layer": "elder_care", "id": "h9"}},
        {"open": {"layer": "elder_care", "id": "h0", "x": 1, "y": 1}},
        {"move": {"layer": "elder_care", "id": "h0", "x": 1, "y": 1, "crs": "EPSG:1"}},
        {"close": {"layer": "elder_care", "id": "h0"}, "year": 2030},
    ]
    standards = [{"layer": "elder_care"}]
    path = toyfiles.write_town(tmp_path, scenario={"standards": standards, "changes": changes})
    found = {(p.field, p.code) for p in problems_of(path)}
    assert found == {
        ("changes.0.close.id", "unknown_facility"),
        ("changes.1.open.id", "duplicate_id"),
        (None, "unknown_crs"),
        ("changes.3.year", "missing_year"),
    }


def test_scenario_study_data_and_plan_that_are_wrong_together_are_said_in_one_round(tmp_path: Path) -> None:
    """Mending what one round names leaves nothing for a second."""
    study = {
        "speed": 3,
        "facilities": [
            {"layer": "elder_care", "file": "homes.csv", "crs": toytown.CRS, "type": "day_care"},
            {"layer": "civic", "file": "homes.csv", "crs": toytown.CRS, "colour": "red"},
            {"layer": "parks"},
        ],
    }
    standards = [{"layer": "elder_care", "minutes": "4:30"}, {"layer": "elder_care", "group": "total"}]
    path = toyfiles.write_town(tmp_path, study=study, scenario={"standards": standards, "plan": "plan.yaml"})
    (tmp_path / "plan.yaml").write_text(toyfiles.PLAN.replace("2030", "20300"), encoding="utf-8")
    people = toyfiles.people()
    people.loc[3, "residents"] = -5
    people.to_csv(tmp_path / "people.csv", index=False)
    (tmp_path / "streets.graphml").write_text("<graphml", encoding="utf-8")
    found = {(p.file.name if p.file else "", p.field, p.code) for p in problems_of(path)}
    assert found == {
        ("scenario.yaml", "standards.0.minutes", "float_parsing"),
        ("scenario.yaml", "standards.1.group", "extra_forbidden"),
        ("study.yaml", "speed", "extra_forbidden"),
        ("study.yaml", "facilities.1.colour", "extra_forbidden"),
        ("study.yaml", "facilities.2.file", "missing"),
        ("people.csv", "residents", "negative_population"),
        ("streets.graphml", None, "not_graphml"),
        ("plan.yaml", "horizon.1", "less_than_equal"),
    }


def test_data_and_plan_that_are_wrong_together_are_said_in_one_round(tmp_path: Path) -> None:
    place = {
        "x": toytown.CORNER[0],
        "y": toytown.CORNER[1],
        "crs": toytown.CRS,
        "layer": "elder_care",
        "id": "new",
    }
    changes = [
        {"open": place},
        {"close": {"layer": "elder_care", "id": "new"}},  # opened above, so that it is known
        {"close": {"layer": "elder_care", "id": "h0"}},
        {"move": {**place, "id": "h00"}},
        {"upgrade": {"layer": "civic", "id": "h0", "offers": {"beds": 3}}},
    ]
    path = toyfiles.write_town(tmp_path, scenario={"plan": "plan.yaml", "changes": changes})
    (tmp_path / "plan.yaml").write_text(toyfiles.PLAN.replace("2030", "20300"), encoding="utf-8")
    (tmp_path / "people.csv").unlink()
    found = {(p.file.name if p.file else "", p.field, p.code, p.remedy) for p in problems_of(path)}
    assert {(file, code) for file, _, code, _ in found} == {
        ("people.csv", "missing_file"), ("plan.yaml", "less_than_equal"), ("scenario.yaml", "unknown_facility"),
    }  # fmt: skip
    assert {(field, remedy) for _, field, code, remedy in found if code == "unknown_facility"} == {
        ("changes.3.move.id", "did you mean h0?"), ("changes.4.upgrade.id", "check layer and id"),
    }  # fmt: skip


def test_a_figure_reported_for_a_target_that_the_plan_has_not(tmp_path: Path) -> None:
    said = {"plan": "plan.yaml", "year": 2025, "reported": {"T1": 3, "T7": 4}}
    path = toyfiles.write_town(tmp_path, scenario=said, study={"as_of": "2025-06-30"})
    (tmp_path / "plan.yaml").write_text(toyfiles.PLAN, encoding="utf-8")
    one = only(path)
    assert (one.field, one.code, one.expected) == ("reported.T7", "unknown_target", "one of T1")


def test_words_that_the_scenario_gets_wrong(tmp_path: Path) -> None:
    standards = [{"layer": "elder_car", "profile": "old_adult", "groups": ["totl"]}]
    found = problems_of(toyfiles.write_town(tmp_path, scenario={"standards": standards}))
    assert {(p.field, p.code, p.remedy) for p in found} == {
        ("standards.0.layer", "unknown_layer", "did you mean elder_care?"),
        ("standards.0.profile", "unknown_profile", "did you mean older_adult?"),
        ("standards.0.groups.0", "unknown_demand_group", "did you mean total?"),
    }
    assert all(p.line is not None and p.file is not None and p.file.name == "scenario.yaml" for p in found)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"population": {**toyfiles.STUDY["population"], "file": "peple.csv"}}, "missing_file"),
        ({"population": {**toyfiles.STUDY["population"], "x": "lon"}}, "missing_column"),
        ({"population": {**toyfiles.STUDY["population"], "crs": None}}, "missing_crs"),
        ({"population": {**toyfiles.STUDY["population"], "file": "units.txt"}}, "missing_file"),
        ({"crs": "EPSG:4326"}, "not_metric"),
        ({"crs": "EPSG:99999"}, "unknown_crs"),
        ({"streets": None}, "no_streets"),
        ({"streets": {"file": "people.csv"}}, "unknown_file_kind"),
    ],
)
def test_a_study_that_cannot_be_used(tmp_path: Path, change: dict, code: str) -> None:
    problem = only(toyfiles.write_town(tmp_path, study=change))
    assert problem.code == code
    assert problem.expected or problem.remedy


def test_a_file_that_is_not_what_its_name_says(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    (tmp_path / "units.gpkg").write_bytes(b"not a database")
    (tmp_path / "streets.graphml").write_text("<graphml", encoding="utf-8")
    assert {problem.file.name for problem in problems_of(path) if problem.file} == {
        "units.gpkg",
        "streets.graphml",
    }


def test_an_empty_layer(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    toyfiles.homes().reindex(columns=["id", "name", "x", "y"]).to_csv(tmp_path / "homes.csv", index=False)
    assert only(path).code == "empty_layer"


def test_broken_overlapping_and_doubled_units(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    units = toytown.units().table.reset_index()
    x, y = toytown.xy(0, 0)
    bow_tie = shapely.Polygon([(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100)])
    units.loc[1, "geometry"] = bow_tie
    units.to_file(tmp_path / "units.gpkg", layer="units")
    assert only(path).code == "broken_geometry"
    units = toytown.units().table.reset_index()
    units.loc[1, "geometry"] = units.loc[2, "geometry"].buffer(50)
    units.to_file(tmp_path / "units.gpkg", layer="units")
    assert only(path).code == "overlapping_units"
    units = pd.concat([toytown.units().table.reset_index()] * 2)
    gpd.GeoDataFrame(units, geometry="geometry").to_file(tmp_path / "units.gpkg", layer="units")
    assert {problem.code for problem in problems_of(path)} == {"duplicate_code"}


def test_units_that_do_not_nest(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    units = toytown.units().table.reset_index()
    units["parent"] = ["001001", "001", "999"]
    units["type"] = ["county", "hamlet", "street"]
    units.to_file(tmp_path / "units.gpkg", layer="units")
    found = {(problem.line, problem.code) for problem in problems_of(path)}
    assert found == {
        (1, "circular_units"),
        (2, "circular_units"),
        (3, "unknown_parent"),
        (2, "unknown_unit_type"),
    }


def test_nobody_in_the_area(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    people = toyfiles.people()
    people["x"] += 50_000
    people.to_csv(tmp_path / "people.csv", index=False)
    assert only(path).code in {"nobody_inside", "no_overlap"}


def test_what_is_odd_but_usable_is_a_warning(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    toyfiles.homes((0, 0), (-3, 0)).to_csv(tmp_path / "homes.csv", index=False)
    people = toyfiles.people()
    people[people["x"] > toytown.xy(0, 1.5)[0]].to_csv(tmp_path / "people.csv", index=False)
    result = coverplan.run(path, write=False)
    assert {problem.code for problem in result.problems} == {"facility_outside", "unit_without_people"}
    assert result.summary["standards"][0]["facilities"]["outside_area"] == 1
    rows = result.coverage
    assert np.isnan(rows[rows["unit_code"] == "001001"]["share"]).all()


def cut_between(folder: Path, west: int) -> None:
    """Take away the streets that join a column to the next one."""
    graph = nx.read_graphml(folder / "streets.graphml", force_multigraph=True)
    for row in range(5):
        a, b = str(toytown.node(row, west)), str(toytown.node(row, west + 1))
        graph.remove_edge(a, b)
        graph.remove_edge(b, a)
    nx.write_graphml(graph, folder / "streets.graphml")


def test_a_town_in_two_pieces_is_computed_piece_by_piece(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path, scenario={"snapping": {"first_m": 50}})
    cut_between(tmp_path, 2)
    result = coverplan.run(path, write=False)
    covered = result.of_standard("elder_care-general-4min", "total").set_index("unit_code")["covered"]
    # row + column <= 4 in columns 0, 1, 2: 5 + 4 + 3 points
    assert covered.to_dict() == {"": 120, "001": 120, "001001": 90, "001002": 30}
    reasons = result.layers["demand"].set_index("id")["elder_care-general-4min|reason"]
    assert reasons["d03"] == "not_reached"


def test_a_bad_row_of_a_ledger_is_set_aside_and_said(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    homes = toyfiles.homes((0, 0), (1, 1), (2, 2))
    homes["beds"] = [-1, 4, 4]
    homes.loc[1, "id"] = "h0"
    homes.to_csv(tmp_path / "homes.csv", index=False)
    result = coverplan.run(path, write=False)
    said = {(problem.line, problem.field, problem.severity) for problem in result.problems}
    assert {(2, "beds", "warning"), (3, "id", "warning")} <= said
    assert result.summary["standards"][0]["facilities"]["counted"] == 2


def test_text_in_another_encoding_is_read_and_said(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    homes = toyfiles.homes((0, 0))
    homes["name"] = "敬老院"
    homes.to_csv(tmp_path / "homes.csv", index=False, encoding="gb18030")
    result = coverplan.run(path, write=False)
    assert result.layers["facilities"]["name"].tolist() == ["敬老院"]
    assert any("gb18030" in problem.text().lower() for problem in result.problems)


@pytest.mark.parametrize("kind", [15, 16, 17])
def test_surfaces_triangulated_networks_and_triangles_are_refused_with_their_file(
    kind: int, tmp_path: Path
) -> None:
    """Kinds of geometry that a GeoPackage may hold and no unit can have: 15 a surface, 16 a TIN, 17 a triangle."""
    path = toyfiles.write_town(tmp_path)
    x, y = toytown.CORNER
    ring = np.array([(x, y), (x + 300, y), (x, y + 300), (x, y)]).tobytes()
    triangle = struct.pack("<BIII", 1, 3 if kind == 15 else 17, 1, 4) + ring
    shape = triangle if kind == 17 else struct.pack("<BII", 1, kind, 1) + triangle
    with closing(sqlite3.connect(tmp_path / "units.gpkg")) as base, base:
        for (trigger,) in base.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            base.execute(f'drop trigger "{trigger}"')
        ((head,),) = base.execute("select substr(geom, 1, 8) from units limit 1").fetchall()
        plain = head[:3] + bytes([head[3] & ~0x0E]) + head[4:8]  # without an envelope
        base.execute("update units set geom = ?", (plain + shape,))
    one = only(path)
    assert (one.file, one.severity) == (tmp_path / "units.gpkg", "error")
    assert "cannot be read" in one.what


def test_heights_that_end_in_the_middle_are_said_beside_what_else_is_wrong(tmp_path: Path) -> None:
    """The file opens, and only its values cannot be read."""
    path = toyfiles.write_town(
        tmp_path, study={"elevation": {"file": "hill.tif"}}, scenario={"plan": "gone.yaml"}
    )
    west, north = toytown.CORNER[0] - 800, toytown.CORNER[1] + 1_200
    with rasterio.open(
        tmp_path / "hill.tif", "w", driver="GTiff", width=100, height=100, count=1, dtype="float32", crs=toytown.CRS,
        transform=rasterio.Affine(20, 0, west, 0, -20, north),
    ) as target:  # fmt: skip
        target.write(np.zeros((100, 100), dtype=np.float32), 1)
    whole = (tmp_path / "hill.tif").read_bytes()
    (tmp_path / "hill.tif").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError) as refused:
        coverplan.run(path, write=False)
    said = {problem.file.name for problem in refused.value.problems if problem.severity == "error"}
    assert said == {"hill.tif", "gone.yaml"}
