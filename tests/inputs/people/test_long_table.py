"""Long tables say what the same numbers say with a column for each age; the rest is counted by pandas."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.errors import Problems
from coverplan.inputs.people.official_totals import read_official_totals
from coverplan.scenario.study_file import OfficialTotals
from makers.ledgers import write

UNITS = pd.DataFrame(
    {"name": ["乙镇", "丙镇"], "type": ["town"] * 2, "parent": [None] * 2},
    index=pd.Index(["901", "902"], name="code"),
)
LONG = {"ages": "年龄", "people": "人数"}
GROUPS = {"total": "0-14岁..65岁以上", "age_65_plus": "65岁以上"}


def totals(folder, rows, **keys):
    write(folder / "long.csv", rows)
    said = {"file": "long.csv", "base": "resident", "groups": GROUPS, "long": LONG, **keys}
    problems = Problems()
    found = read_official_totals(
        OfficialTotals.model_validate(said), folder, units=UNITS, aliases={}, problems=problems
    )
    return found, {one.code for one in problems}


def test_men_and_women_are_added_and_a_missing_row_is_nobody(tmp_path):
    rows = [
        ["单位", "年龄", "性别", "人数"],
        ["乙镇", "0-14岁", "男", 5], ["乙镇", "0-14岁", "女", 6], ["乙镇", "15-64岁", "男", 20], ["乙镇", "65岁以上", "女", 3],
        ["丙镇", "0-14岁", "男", 1], ["丙镇", "65岁以上", "女", 2],
    ]  # fmt: skip
    found, codes = totals(tmp_path, rows, columns={"town": "单位"})
    assert found.to_dict("index") == {
        "901": {"total": 34, "age_65_plus": 3},
        "902": {"total": 3, "age_65_plus": 2},
    }
    assert "no_row_of_age" in codes


@pytest.mark.parametrize(
    ("column", "words"), [("性别", ("male", "female", "both")), ("年份", ("2020", "2024"))]
)
def test_a_column_that_counts_everybody_again_is_refused_until_it_is_said_what_to_keep(
    tmp_path, column, words
):
    rows = [["code", "年龄", column, "人数"]]
    rows += [
        [code, age, word, 7]
        for code in ("901", "902")
        for age in ("0-14岁", "15-64岁", "65岁以上")
        for word in words
    ]
    assert totals(tmp_path, rows)[1] >= {"counted_twice"}
    found, _ = totals(tmp_path, rows, long={**LONG, "only": {column: words[-1]}})
    assert found["total"].tolist() == [21, 21]


def test_rows_of_totals_are_no_rows(tmp_path):
    rows = [["code", "年龄", "性别", "人数"]]
    for code in ("901", "902"):
        for age, people in (("0-14岁", 1), ("15-64岁", 2), ("65岁以上", 4), ("合计", 7)):
            rows += [[code, age, "男", people], [code, age, "女", people], [code, age, "合计", 2 * people]]
    found, codes = totals(tmp_path, rows)
    assert found["total"].tolist() == [14, 14]
    assert "set_aside" in codes


@given(
    cells=st.lists(st.tuples(st.sampled_from(["901", "902"]), st.sampled_from(["0-14岁", "15-64岁", "65岁以上"]), st.integers(0, 999)), min_size=1)
)  # fmt: skip
@settings(max_examples=15, deadline=None)
def test_whatever_the_order_nobody_is_lost(tmp_path_factory, cells):
    have = {(code, age) for code, age, _ in cells}
    cells = [*cells, *((code, age, 0) for code in ("901", "902") for age in ("0-14岁", "15-64岁", "65岁以上") if (code, age) not in have)]  # fmt: skip
    found, _ = totals(tmp_path_factory.mktemp("long"), [["code", "年龄", "人数"], *map(list, cells)])
    table = pd.DataFrame(cells, columns=["code", "age", "n"])
    assert found["total"].to_dict() == table.groupby("code")["n"].sum().to_dict()
    old = table[table["age"] == "65岁以上"].groupby("code")["n"].sum().to_dict()
    assert found["age_65_plus"].to_dict() == old
