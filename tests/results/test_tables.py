"""Tables of a result come back from disk as they were."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

import coverplan
from coverplan.report.cellformat import absent
from coverplan.results import tables
from coverplan.results.files import write_result
from coverplan.results.tables import read_tables_csv, without_geometry, write_tables_csv
from makers import toyreport


def values(table: pd.DataFrame) -> list[dict]:
    return [
        {key: None if absent(value) else value for key, value in row.items()}
        for row in without_geometry(table).to_dict("records")
    ]


def test_every_table_reads_back_as_it_was_written(tmp_path: Path) -> None:
    result = toyreport.result(tmp_path / "town")
    write_result(result, tmp_path / "out")
    read = coverplan.read_result(tmp_path / "out")
    assert set(read.tables) == set(result.tables)
    for name, table in result.tables.items():
        assert values(read.tables[name]) == values(table), name
    assert isinstance(read.tables["gaps"].at["T2", "gap"], Decimal)
    assert read.tables["gaps"].index.name == "target_id"


def test_names_that_would_run_are_marked_on_disk_and_plain_again_when_read(tmp_path: Path) -> None:
    table = pd.DataFrame({"name": [*toyreport.HOSTILE, "'=quoted", None], "short": [("=a", "b; c")] * 6})
    write_tables_csv({"shortfall": table}, tmp_path / "tables")
    with (tmp_path / "tables" / "shortfall.csv").open(encoding="utf-8-sig", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert "'" + toyreport.HOSTILE[1] in names
    assert not [name for name in names if name.startswith(("=", "+", "-", "@"))]
    read = read_tables_csv(tmp_path / "tables")["shortfall"]
    assert read["name"].tolist()[:4] == list(toyreport.HOSTILE)
    assert read["name"].tolist()[5] is None
    assert read["short"].tolist() == [("=a", "b; c")] * 6


def test_numbers_stay_numbers_whatever_their_sign(tmp_path: Path) -> None:
    table = pd.DataFrame({"cost": [-1.5, 2.0], "name": ["-1.5", "b"]})
    write_tables_csv({"actions": table}, tmp_path / "tables")
    assert (tmp_path / "tables" / "actions.csv").read_text("utf-8-sig").splitlines()[1] == "-1.5,'-1.5"
    read = read_tables_csv(tmp_path / "tables")["actions"]
    assert (read["cost"].tolist(), read["name"].tolist()) == ([-1.5, 2.0], ["-1.5", "b"])


def test_a_result_without_tables_has_no_folder_of_them(tmp_path: Path) -> None:
    assert write_tables_csv({}, tmp_path / "tables") == []
    assert not (tmp_path / "tables").exists()
    assert read_tables_csv(tmp_path / "tables") == {}


def test_only_tables_that_are_wanted_are_read_and_a_folder_that_is_there_is_written_into(
    tmp_path: Path,
) -> None:
    table = pd.DataFrame({"name": ["a"]})
    (tmp_path / "tables").mkdir()
    written = write_tables_csv({"one": table, "two": table}, tmp_path / "tables")
    assert [path.name for path in written] == ["one.csv", "two.csv"]
    assert set(read_tables_csv(tmp_path / "tables")) == {"one", "two"}
    assert set(read_tables_csv(tmp_path / "tables", {"two", "three"})) == {"two"}


def test_texts_that_look_like_nothing_stay_and_what_is_absent_is_none(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "name": ["NA", "null", "'南桥", None, float("nan"), pd.NaT],
            "note": pd.Series(["nan", 1.5, 0.0, "", "-", "None"], dtype=object),
            "serves": [("南桥", 'a "b"'), (), ("NA",), ("",), ("1",), ("x",)],
        }
    )
    write_tables_csv({"remarks": table}, tmp_path / "tables")
    read = read_tables_csv(tmp_path / "tables")["remarks"]
    assert read["name"].tolist() == ["NA", "null", "'南桥", None, None, None]
    assert read["note"].tolist() == ["nan", "1.5", "0.0", None, "-", "None"]
    assert read["serves"].tolist() == table["serves"].tolist()
    assert "南桥" in (tmp_path / "tables" / "remarks.csv").read_text("utf-8-sig").splitlines()[1]


def test_each_kind_of_column_comes_back_as_what_it_is(tmp_path: Path) -> None:
    rows = {
        "target_id": ["T1", "T2"],
        "present": [Decimal("0.10"), None],
        "as_of": [dt.date(2025, 12, 31), None],
        "funded": [True, False],
        "value": [Decimal("1.50"), Decimal(2)],
        "unit_code": ["", "001"],
        "people": [3.0, None],
    }
    whole = pd.DataFrame(rows)
    named = {"gaps": whole.set_index("target_id"), "siting_frontier": whole, "supply": whole}
    write_tables_csv(named, tmp_path / "tables")
    read = read_tables_csv(tmp_path / "tables")
    gaps, frontier, supply = (read[name] for name in named)
    assert gaps.index.tolist() == rows["target_id"]
    assert gaps["present"].tolist() == rows["present"]
    assert gaps["as_of"].tolist() == rows["as_of"]
    assert gaps["funded"].tolist() == rows["funded"]
    assert [str(value) for value in gaps["value"]] == ["1.50", "2"]
    assert gaps["people"].isna().tolist() == [False, True]
    # plain numbers where a table says so, and an empty code only where it means the whole area
    assert (frontier["value"].dtype, frontier["value"].tolist()) == (float, [1.5, 2.0])
    assert (frontier["unit_code"].tolist(), supply["unit_code"].tolist()) == ([None, "001"], ["", "001"])
    assert supply["target_id"].tolist() == rows["target_id"]


def test_points_are_written_as_two_columns_and_a_named_index_comes_first() -> None:
    points = gpd.GeoDataFrame(
        {"id": ["a"]}, geometry=[shapely.Point(1, 2)], index=pd.Index([7], name="row"), crs="EPSG:4549"
    )
    assert without_geometry(points).to_dict("records") == [{"row": 7, "id": "a", "x": 1.0, "y": 2.0}]
    assert without_geometry(pd.DataFrame({"id": ["a"]})).to_dict("list") == {"id": ["a"]}


def test_yes_and_no_of_one_table_and_counts_of_another_share_a_name(tmp_path: Path) -> None:
    variants = pd.DataFrame({"variant": ["slower", "faster"], "met": [True, False], "actions": [3, 4]})
    certainty = pd.DataFrame({"target_id": ["D-01"], "met": [195], "draws": [200]})
    write_tables_csv({"siting_variants": variants, "certainty": certainty}, tmp_path)
    back = read_tables_csv(tmp_path)
    assert back["siting_variants"]["met"].tolist() == [True, False]
    assert back["certainty"]["met"].tolist() == [195]


def test_no_column_is_of_two_kinds_but_where_its_table_says_which() -> None:
    kinds = (tables.LISTS, tables.DECIMALS, tables.DATES, tables.FLAGS, tables.NUMBERS)
    assert sum(map(len, kinds)) == len(frozenset().union(*kinds))
