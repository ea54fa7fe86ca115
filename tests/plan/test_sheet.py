"""A plan as a workbook and back: nothing is lost, and what is wrong is named by its row."""

from __future__ import annotations

import pytest
from openpyxl import Workbook, load_workbook

from coverplan.errors import InputError
from coverplan.plan.load import LIBRARY, library_names, load_plan
from coverplan.plan.plain import plan_text
from coverplan.plan.sheet import write_sheet
from coverplan.plan.sheet_columns import KINDS
from coverplan.text.words import Words


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", library_names())
def test_every_plan_of_the_library_goes_to_a_workbook_and_back(tmp_path, name, language):
    plan = load_plan(name)
    book = write_sheet(plan, tmp_path / "plan.xlsx", language=language)
    assert load_plan(book) == plan


def test_the_demo_plan_too_and_its_yaml(tmp_path):
    plan = load_plan(LIBRARY.parents[3] / "data" / "demo" / "plan.yaml")
    assert load_plan(write_sheet(plan, tmp_path / "plan.xlsx")) == plan
    (tmp_path / "again.yaml").write_text(plan_text(plan), encoding="utf-8")
    assert load_plan(tmp_path / "again.yaml") == plan


def filled(path, rows, sets=(("streets", "街道", "streets", "街道", 6, None),)):
    """The empty template as an analyst fills it."""
    write_sheet(None, path)
    book = load_workbook(path)
    heads = {cell.value: cell.column for cell in book["目标"][1]}
    for number, row in enumerate(rows, 2):
        for title, value in row.items():
            book["目标"].cell(number, heads[title], value)
    for row in sets:
        book["单元集"].append(row)
    for row in book["规划"].iter_rows(min_row=2):
        if row[1].value is None:
            row[1].value = "云溪区规划"
    book.save(path)
    return path


ROW = {
    "编号": "A1", "指标名称": "街道综合养老服务中心", "计量单位": "%", "属性": "预期性", "指标类型": "每个单元都有（占比）",
    "设施类型": "综合养老服务中心", "单元集": "streets", "判定方式": "不低于", "目标年份": 2030, "目标值": 100, "原文": "每个街道都有",
}  # fmt: skip


def test_a_row_in_plain_words_is_a_target(tmp_path):
    plan = load_plan(filled(tmp_path / "plan.xlsx", [ROW]))
    (target,) = plan.targets
    assert target.indicator.kind == "unit_presence"
    assert target.indicator.facilities[0].types == ("town_centre",)
    assert (target.rule, target.goal.value, target.goal.year, target.attribute) == (
        ">=",
        100,
        2030,
        "expected",
    )


def test_unknown_words_are_named_with_row_column_and_the_nearest(tmp_path):
    rows = [
        ROW,
        {**ROW, "编号": "A2", "指标类型": "每个单元都有", "设施类型": "综合养老中心", "判定方式": "不少于"},
    ]
    with pytest.raises(InputError) as error:
        load_plan(filled(tmp_path / "plan.xlsx", rows))
    told = [(one.line, one.field, one.value) for one in error.value.problems if one.code == "unknown_word"]
    assert (3, "指标类型", "每个单元都有") in told
    assert (3, "设施类型", "综合养老中心") in told
    assert any("综合养老服务中心" in (one.remedy or "") for one in error.value.problems)


def test_a_kind_that_needs_more_says_so(tmp_path):
    with pytest.raises(InputError) as error:
        load_plan(filled(tmp_path / "plan.xlsx", [{**ROW, "单元集": None}]))
    assert "kind_incomplete" in {one.code for one in error.value.problems}


def test_a_workbook_of_something_else_is_refused(tmp_path):
    book = Workbook()
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(InputError) as error:
        load_plan(tmp_path / "other.xlsx")
    assert {one.code for one in error.value.problems} == {"missing_sheet"}


def test_every_kind_has_plain_words_of_its_own():
    for language in ("zh", "en"):
        said = [Words(language)(f"plan_table.kind.{kind}") for kind in KINDS]
        assert len(set(said)) == len(KINDS)
