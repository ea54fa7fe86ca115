"""The folder of awful ledgers as a new user meets it: init, check, mend, run; each defect is found in its row."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import openpyxl
import pytest
import yaml

from coverplan.answer.study_runner import run
from coverplan.inputs.tables.column_values import texts
from coverplan.setup.check_files import write_check
from coverplan.setup.proposal import init_folder
from coverplan.setup.study_check import check_study

AWFUL = Path(__file__).resolve().parents[2] / "makers" / "awful"
DATUMS = {"公墓.xls": "cgcs2000", "社工站.csv": "gcj02"}
#: Rules that every row of a file shows because of how the whole file is written, not because of a slip in the row.
EVERY_ROW = {"社工站.csv": {"unit"}, "公墓.xls": {"scale", "unit"}}
REFUSED = {"unknown_status", "no_place", "missing_id", "duplicate_id"}
#: Whole-file warnings that stand for a defect.
SAID_ONCE = {"without_site"}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The proposal for the folder, with what it leaves open filled in."""
    folder = tmp_path_factory.mktemp("awful") / "旺桥区"
    shutil.copytree(AWFUL, folder)
    path = init_folder(folder).study
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    said["population"] |= {"base": "resident", "datum": "wgs84"}
    said["as_of"] = "2025-06-30"
    for layer in said["facilities"]:
        layer["datum"] = DATUMS.get(layer["file"], "wgs84")
    path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    return path


def test_every_defect_is_found_in_its_row_and_nothing_else_is(study):
    check = check_study(study)
    assert check.usable
    for layer in check.layers:
        ledger, name = layer.ledger, layer.source.file
        formulas = {p.line for p in check.problems if p.code == "formula_without_value"}
        for position, defect in enumerate(texts(ledger.table, "缺陷")):
            found = {one.problem.code for one in layer.row_problems if one.position == position}
            found |= {repair.rule for repair in ledger.table.repairs if repair.position == position}
            if ledger.table.rows.index[position] in formulas and name == "养老台账.xlsx":
                found.add("formula_without_value")
            expected = {defect} - {None} - SAID_ONCE
            assert found - EVERY_ROW.get(name, set()) == expected, (name, position, defect)
            assert (position in ledger.quarantined) == (defect in REFUSED)
        assert len(ledger.rows) + len(ledger.quarantined) == ledger.table.read


def test_places_without_a_site_are_used_for_their_units_only(study):
    for layer in check_study(study).layers:
        defects = texts(layer.ledger.table, "缺陷")
        for (_, row), position in zip(layer.ledger.rows.iterrows(), layer.ledger.positions, strict=True):
            if defects[position] == "without_site":
                assert row.geometry is None
                assert row["unit_code"] is not None


def test_columns_of_the_user_come_out_again(study):
    ledger = next(layer.ledger for layer in check_study(study).layers if layer.source.layer == "elder_care")
    assert set(ledger.rows.columns) >= {"own:缺陷", "own:经度", "own:纬度"}


MENDS = {"Y21": ("运营状态", "在建"), "Y26": ("社区", "桥头社区"), "Y28": ("所属街道", "东桥街道")}


def test_mended_rows_come_back_and_the_study_runs(study, tmp_path):
    check = check_study(study)
    before = next(layer.ledger for layer in check.layers if layer.source.layer == "elder_care")
    book, _ = write_check(check, tmp_path / "check", language="zh")
    sheets = openpyxl.load_workbook(book)
    for sheet in sheets.worksheets:
        head = [cell.value for cell in sheet[1]]
        if "改为" not in head:
            continue
        for row in sheet.iter_rows(min_row=2):
            column, value = MENDS.get(row[head.index("编号")].value, (None, None))
            if column is not None and row[head.index("列")].value == column:
                row[head.index("改为")].value = value
    mended = study.parent / "改正.xlsx"
    sheets.save(mended)
    after = next(
        layer.ledger
        for layer in check_study(study, mended=[mended]).layers
        if layer.source.layer == "elder_care"
    )
    assert len(after.rows) == len(before.rows) + 2
    assert after.rows.set_index("id").at["Y26", "unit_code"] == "990101001002"
    said = yaml.safe_load(study.read_text(encoding="utf-8"))
    for layer in said["facilities"]:
        layer["mended"] = [mended.name] if layer["layer"] == "elder_care" else []
    study.with_name("mended.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    proposed = study.with_name("scenario.yaml")
    scenario = yaml.safe_load(proposed.read_text(encoding="utf-8"))
    path = study.with_name("mended-scenario.yaml")
    path.write_text(yaml.safe_dump(scenario | {"study": "mended.yaml"}, allow_unicode=True), encoding="utf-8")
    result = run(path, write=False)
    assert {one["layer"] for one in result.summary["standards"]} == {
        "elder_care", "social_work", "child_protection"
    }  # fmt: skip
    assert 0 < result.share(result.summary["standards"][1]["key"], "age_60_plus") < 1
    assert {"repaired", "datum_converted", "unknown_unit"} <= {problem.code for problem in result.problems}


def test_the_readme_describes_every_file():
    text = (AWFUL / "README.md").read_text(encoding="utf-8")
    for path in AWFUL.iterdir():
        if path.suffix in {".xlsx", ".xls", ".ods", ".csv", ".gpkg"}:
            assert f"`{path.name}`" in text


def test_a_chinese_check_is_chinese(study, tmp_path):
    """Names of codes and files apart, no sentence is left in the other language."""
    book, page = write_check(check_study(study), tmp_path / "check", language="zh")
    english = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")
    for sheet in openpyxl.load_workbook(book).worksheets:
        for row in sheet.iter_rows(values_only=True):
            assert not [text for text in row if isinstance(text, str) and english.search(text)]
    told = re.sub(r"<(style|script).*?</\1>|<[^>]*>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not english.search(told)
    assert "按“度分秒”改读1个单元格" in told
