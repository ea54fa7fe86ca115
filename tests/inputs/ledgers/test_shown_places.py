"""Which rows of a ledger may be shown: heads, words and names that no column of ours is called by; a doubt is a no."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyproj
import pytest

from coverplan.errors import Problems
from coverplan.inputs.ledgers.facility_table import read_ledger
from coverplan.scenario.study_file import FacilityLayer
from towns import toytown


def read(
    folder: Path, row: dict[str, object], *, file: str = "a.csv", **entry: object
) -> tuple[bool, Problems]:
    """Whether a row may be shown."""
    x, y = toytown.xy(1, 1)
    cells = {"id": "a", "name": "甲", "type": "community_centre", "x": x, "y": y, **row}
    pd.DataFrame([cells]).to_csv(folder / file, index=False)
    said = {"layer": "civic", "crs": toytown.CRS, **entry}
    problems = Problems()
    found = read_ledger(
        FacilityLayer.model_validate({"file": file, **said}),
        folder,
        crs=pyproj.CRS(toytown.CRS),
        problems=problems,
    )
    assert found is not None
    return bool(found.public[0]), problems


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ({"是否对外公开": "否"}, False),
        ({"能否公开": "N"}, False),
        ({"公开范围": "内部"}, False),
        ({"是否公开（是/否）": "0"}, False),
        ({"是否涉密": "是"}, False),
        ({"是否涉密": "否"}, True),
        ({"是否涉密": None}, True),
        ({"密级": "秘密"}, False),
        ({"密级": "一般"}, True),
        ({"保密级别": "待核"}, False),
        ({"confidential": "yes"}, False),
        ({"Restricted": 1}, False),
        ({"公开": "是", "是否公开": "否"}, False),
        ({"公开": "是", "是否公开": None}, True),
        ({"是否公开": "是", "涉密": "是"}, False),
        ({"type": "rescue_station", "涉密": "否"}, False),
        ({"type": "rescue_station", "是否公开": "是"}, True),
        ({"functions": "庇护;助餐"}, False),
        ({"name_en": "Women's Refuge"}, False),
        ({"信息公开网址": "见网站"}, True),
        ({"保密电话": "12345"}, True),
    ],
)  # fmt: skip
def test_what_a_row_says_in_any_column_that_asks(tmp_path, row, shown) -> None:
    found, problems = read(tmp_path, row)
    assert found is shown
    assert not any(one.code == "ambiguous_column" for one in problems)


def test_what_the_study_names_is_asked_and_what_it_ignores_is_not(tmp_path) -> None:
    both = {"公开": "否", "是否公开": "是"}
    assert read(tmp_path, both, columns={"public": "是否公开"})[0]
    assert not read(tmp_path, both, columns={"public": "公开"})[0]
    assert read(tmp_path, {"涉密": "是"}, ignore=["涉密"])[0]
    assert not read(tmp_path, {"是否公开": "是", "涉密": "是"}, columns={"public": "是否公开"})[0]


def test_a_word_is_telling_though_the_study_reads_it_as_another_type(tmp_path) -> None:
    assert not read(tmp_path, {"type": "庇护所"}, types={"庇护所": "community_centre"})[0]
    assert read(tmp_path, {"type": "服务点"}, types={"服务点": "community_centre"})[0]
    assert read(tmp_path, {"type": "社会救助站点"}, layer="social_work")[0]


def test_the_names_of_a_layer_and_of_a_file_without_types_are_telling(tmp_path) -> None:
    assert not read(tmp_path, {}, layer="womens_refuges")[0]
    assert not read(tmp_path, {}, layer="quiet", title={"zh": "救助站"})[0]
    assert read(tmp_path, {}, layer="womens_refuges", public=True)[0]
    assert not read(tmp_path, {"type": None}, file="市救助管理站.csv")[0]
    assert read(tmp_path, {}, file="市救助管理站.csv")[0]


def test_an_unclear_word_is_said_with_its_column(tmp_path) -> None:
    unclear = [one for one in read(tmp_path, {"密级": "待核"})[1] if one.code == "not_surely_public"]
    assert [(one.field, one.value, one.line) for one in unclear] == [("密级", "待核", 2)]
