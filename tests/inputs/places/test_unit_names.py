"""Names of units: never matched loosely, told apart by their parents."""

from __future__ import annotations

import pandas as pd
import pytest

from coverplan.inputs.places.unit_names import UnitNames
from makers.ledgers import UNITS


def test_a_name_that_two_streets_have_needs_its_street():
    names = UnitNames(UNITS)
    alone = names.find([("village", "春丰社区")])
    assert (alone.code, alone.trouble, alone.hint) == (None, "ambiguous", "320214050001, 320214052001")
    found = names.find([("town", "江溪街道"), ("village", "春丰社区")])
    assert (found.code, found.rule) == ("320214052001", "short")


def test_an_unknown_village_falls_back_to_its_certain_town_and_says_so():
    found = UnitNames(UNITS).find([("county", "新吴区"), ("town", "旺庄街道"), ("village", "叙峰社区")])
    assert (found.code, found.trouble, found.hint) == ("320214050", "unknown", "叙丰社区")


def test_similar_names_are_no_match():
    assert UnitNames(UNITS).find([("town", "旺庄镇")]).code is None
    assert UnitNames(UNITS).find([("village", "叙丰村")]).code is None


def test_aliases_are_said_by_the_user():
    names = UnitNames(UNITS, {"旺庄镇": "320214050"})
    assert names.find([("town", "旺庄镇")]).code == "320214050"
    assert names.find([("town", "旺庄镇"), ("village", "春丰社区")]).code == "320214050001"


def test_levels_that_the_study_does_not_have_are_passed_over():
    names = UnitNames(UNITS[UNITS["type"] == "street"].assign(parent=None))
    assert (
        names.find([("county", "新吴区"), ("town", "江溪街道"), ("village", "春丰社区")]).code == "320214052"
    )


@pytest.mark.truth
def test_shaoyangs_repeated_village_names_are_told_apart_by_town(shared_data):
    folder = shared_data / "china_admin"
    towns = pd.read_csv(folder / "shaoyang_towns.csv", dtype=str)
    villages = pd.read_csv(folder / "shaoyang_villages.csv", dtype=str)
    counties = towns[["areaCode", "areaName"]].drop_duplicates()
    units = pd.DataFrame(
        {
            "name": [*counties["areaName"], *towns["name"], *villages["name"]],
            "type": ["county"] * len(counties) + ["town"] * len(towns) + ["village"] * len(villages),
            "parent": [None] * len(counties) + [*towns["areaCode"], *villages["streetCode"]],
        },
        index=[*counties["areaCode"], *towns["code"], *villages["code"]],
    )
    names = UnitNames(units)
    repeated = villages["name"].duplicated(keep=False)
    assert villages["name"].duplicated().sum() == 630
    town_of, county_of = towns.set_index("code")["name"], towns.set_index("code")["areaName"]
    alone = [names.find([("village", name)]) for name in villages["name"]]
    assert all(a.trouble == "ambiguous" for a, r in zip(alone, repeated, strict=True) if r)
    whole = [
        names.find(
            [("county", county_of[row.streetCode]), ("town", town_of[row.streetCode]), ("village", row.name_)]
        )
        for row in villages.rename(columns={"name": "name_"}).itertuples()
    ]
    wrong = [
        (w, code) for w, code in zip(whole, villages["code"], strict=True) if w.code not in {code, code[:9]}
    ]
    assert not wrong
    certain = sum(w.code == code for w, code in zip(whole, villages["code"], strict=True))
    within_town = villages.groupby("streetCode")["name"].transform(lambda n: n.duplicated(keep=False))
    assert certain >= len(villages) - within_town.sum() - 20


def test_latin_letters_are_the_same_in_any_case():
    units = pd.DataFrame(
        {"name": ["Alpha Hill", "Beta Park"], "type": ["town"] * 2, "parent": [None] * 2}, index=["a", "b"]
    )
    names = UnitNames(units, {"AH old": "a"})
    assert [names.find([("town", word)]).code for word in ("ALPHA HILL", "beta park", "ah OLD", "Gamma")] == [
        "a",
        "b",
        "a",
        None,
    ]
    assert names.find([("town", "alpha hil")]).hint == "Alpha Hill"
