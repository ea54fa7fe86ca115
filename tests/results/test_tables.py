"""Tables of a result come back from disk as they were."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pandas as pd

import coverplan
from coverplan.report.cellformat import absent
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
