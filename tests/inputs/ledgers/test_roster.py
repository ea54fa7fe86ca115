"""Official lists against a study's units: by code, else by name with parents; the lists of five real places."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from coverplan.errors import Problems
from coverplan.inputs.ledgers.roster import compare_roster, read_roster, report_roster
from coverplan.scenario.study_file import Roster
from makers.ledgers import UNITS, write
from makers.volume import gate_only

ROSTERS = Path(__file__).resolve().parents[3] / "data" / "rosters"
PLACES = {
    "huaibei": "huaibei",
    "jiujiang": "wuhu_jiujiang",
    "shaoyang": "shaoyang",
    "xinwu": "xinwu",
    "yubei": "yubei",
}


def listed(rows) -> pd.DataFrame:
    return pd.DataFrame(
        [row[1:] for row in rows],
        columns=["name", "type", "parent"],
        index=[row[0] for row in rows],
        dtype=object,
    )


def test_missing_unlisted_renamed_and_recoded_units_by_hand():
    roster = listed(
        [
            ("320214", "新吴区", "county", None),
            ("320214050", "旺庄街道", "street", "320214"),
            ("320214051", "硕放街道", "street", "320214"),
            ("320214052", "江溪镇", "town", "320214"),
            (
                "320214050001",
                "春丰社区居民委员会",
                "community",
                "320214050",
            ),  # only the committee is written out
            ("320214050009", "叙丰社区居委会", "community", "320214050"),  # 002 in the study
            ("320205", "锡山区", "county", None),  # no business of this study
            ("320205001", "东亭街道", "street", "320205"),
        ]
    )
    found = compare_roster(UNITS, roster)
    assert found.missing == ("320214051",)
    assert found.unlisted == ("320214052001",)
    assert found.renamed == (("320214052", "320214052"),)
    assert found.recoded == (("320214050002", "320214050009"),)


def test_levels_that_a_study_does_not_draw_are_not_missing():
    roster = listed(
        [("1", "甲县", "county", None), ("11", "乙镇", "town", "1"), ("111", "丙村", "village", "11")]
    )
    assert compare_roster(roster.iloc[:2], roster).missing == ()
    assert compare_roster(roster.iloc[[1]].assign(parent=None), roster).missing == ()


def test_twelve_digit_codes_of_the_statistics_bureau_are_those_of_nine():
    roster = listed(
        [("320214000000", "新吴区", "county", None), ("320214050000", "旺庄街道", "street", "320214000000")]
    )
    units = listed([("320214", "新吴区", "county", None), ("320214050", "旺庄街道", "street", "320214")])
    found = compare_roster(units, roster)
    assert (found.missing, found.unlisted, found.renamed, found.recoded) == ((), (), (), ())


def test_problems_name_every_unit_under_its_parent(tmp_path):
    write(tmp_path / "r.csv", [["区划代码", "名称"], ["320214", "新吴区"], ["320214050", "旺庄街道"],
                               ["320214051", "硕放街道"], ["320214055", "新安街道"], ["320214052", "江溪街道"]])  # fmt: skip
    problems = Problems()
    roster = read_roster(Roster(file="r.csv"), tmp_path, problems)
    report_roster(roster, tmp_path / "r.csv", UNITS, problems)
    (missing,) = [problem for problem in problems if problem.code == "roster_missing"]
    assert missing.value == "320214051 硕放街道, 320214055 新安街道"
    assert missing.what.endswith("(新吴区)")
    assert not [
        problem for problem in problems if problem.code == "roster_unlisted"
    ]  # it lists no communities


def official(shared_data, name: str) -> pd.DataFrame:
    folder = shared_data / "china_admin"
    towns = pd.read_csv(folder / f"{name}_towns.csv", dtype=str)
    villages = pd.read_csv(folder / f"{name}_villages.csv", dtype=str)
    counties = towns[["areaCode", "areaName"]].drop_duplicates()
    kinds = ["county"] * len(counties) + ["town"] * len(towns) + ["village"] * len(villages)
    return pd.DataFrame(
        {
            "name": [*counties["areaName"], *towns["name"], *villages["name"]],
            "type": kinds,
            "parent": pd.Series([None] * len(counties) + [*towns["areaCode"], *villages["streetCode"]], dtype=object),
        }
    ).set_index(pd.Index([*counties["areaCode"], *towns["code"], *villages["code"]]))  # fmt: skip


@pytest.mark.truth
@pytest.mark.parametrize("place", sorted(PLACES))
def test_units_of_the_five_places_are_those_of_their_lists(place, shared_data):
    problems = Problems()
    roster = read_roster(Roster(file=f"{place}.csv"), ROSTERS, problems)
    assert not problems.errors
    units = official(shared_data, PLACES[place])
    found = compare_roster(units, roster)
    assert (found.missing, found.unlisted, found.renamed, found.recoded) == ((), (), (), ())
    # one town and its villages forgotten, one renamed
    town = units.index[units["type"] == "town"][1]
    other = units.index[units["type"] == "town"][0]
    gone = units.index[(units.index == town) | (units["parent"] == town)]
    changed = units.drop(gone)
    changed.loc[other, "name"] = "无此名镇"
    found = compare_roster(changed, roster)
    assert found.missing == tuple(sorted(gone))
    assert found.renamed == ((other, other),)


@pytest.mark.truth
@pytest.mark.parametrize(
    "place",
    ["huaibei", "xinwu", *(pytest.param(one, marks=gate_only) for one in ("jiujiang", "shaoyang", "yubei"))],
)
def test_units_with_codes_of_their_own_are_found_by_name_and_parents(place, shared_data):
    roster = read_roster(Roster(file=f"{place}.csv"), ROSTERS, Problems())
    units = official(shared_data, PLACES[place])
    mine = {code: f"u{number}" for number, code in enumerate(units.index)}
    recoded = units.assign(parent=[mine.get(parent) for parent in units["parent"]])
    recoded.index = pd.Index([mine[code] for code in units.index])
    found = compare_roster(recoded, roster)
    back = {own: code for code, own in mine.items()}
    assert all(back[own] == code for own, code in found.recoded)
    # only names that stand twice under one parent cannot be told apart
    twins = units[units.duplicated(["name", "parent"], keep=False)]
    assert set(found.missing) == set(twins.index)
    assert {back[own] for own in found.unlisted} == set(twins.index)
    if place == "shaoyang":
        assert units["name"][units["type"] == "village"].duplicated().sum() == 630
        assert len(twins) < 20
