"""Coverage under other minutes, speeds, distances and straight lines: counted by hand, and measured anew."""

from __future__ import annotations

from pathlib import Path

import pytest

import coverplan
from coverplan.service import sensitivity
from makers import toyfiles

KEY = "elder_care-general-4min"


def shares(result, standard: str = KEY, group: str = "total") -> dict[tuple[str, float | None], float]:
    table = result.tables["sensitivity"]
    rows = table[(table["standard"] == standard) & (table["group"] == group)].to_dict("records")
    return {(row["variant"], None if row["at"] != row["at"] else round(row["at"], 3)): row for row in rows}


def covered(result, standard: str = KEY, group: str = "total") -> dict[tuple[str, float | None], float]:
    return {key: row["covered"] for key, row in shares(result, standard, group).items()}


def test_variants_of_four_minutes_from_the_corner(tmp_path: Path, monkeypatch) -> None:
    # two and three streets: the town is too small for the real distances
    monkeypatch.setattr(sensitivity, "DISTANCES_M", (144, 216))
    result = coverplan.run(toyfiles.write_town(tmp_path), write=False)
    assert covered(result) == {
        ("standard", 4): 150,
        ("minutes", 2.667): 60,  # row + column <= 2: 6 points
        ("minutes", 5.333): 190,  # <= 5: 19 points
        ("speed", 0.9): 100,  # <= 3.6 streets: 10 points
        ("speed", 1.1): 150,  # <= 4.4 streets: 15 points
        ("distance", 144): 60,
        ("distance", 216): 100,
        # 288 m of path are 221.5 m in a straight line, 3.08 streets: 4 + 3 + 3 + 1 points
        ("straight", None): 110,
    }
    older = shares(result, group="age_60_plus")
    assert older["minutes", 2.667]["covered"] == 12
    assert older["minutes", 2.667]["people"] == 50
    assert older["minutes", 2.667]["share"] == pytest.approx(0.24)


def test_a_slower_speed_says_what_a_slower_profile_measures(tmp_path: Path) -> None:
    read_off = covered(coverplan.run(toyfiles.write_town(tmp_path / "a"), write=False))
    for factor in (0.9, 1.1):
        profile = {"name": "other", "speed_m_s": 1.2 * factor, "source": "test"}
        standard = {"layer": "elder_care", "minutes": 4, "profile": "other", "name": "other"}
        scenario = {"profiles": [profile], "standards": [standard]}
        path = toyfiles.write_town(tmp_path / f"b{factor}", scenario=scenario)
        anew = covered(coverplan.run(path, write=False), "other")
        assert anew["standard", 4] == read_off["speed", factor]


def test_other_minutes_say_what_another_standard_measures(tmp_path: Path) -> None:
    minutes = (2.0, 3.0, 4.0)
    standards = [{"layer": "elder_care", "minutes": value, "name": f"m{value:g}"} for value in minutes]
    result = coverplan.run(toyfiles.write_town(tmp_path, scenario={"standards": standards}), write=False)
    assert covered(result, "m3")["minutes", 2] == covered(result, "m2")["standard", 2]
    assert covered(result, "m3")["minutes", 4] == covered(result, "m4")["standard", 4]


def test_a_limit_beyond_what_was_searched_has_no_row(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path, scenario={"search_minutes": 1})
    found = covered(coverplan.run(path, write=False))
    assert ("minutes", 2.667) in found
    assert ("minutes", 5.333) not in found
    assert ("speed", 1.1) not in found


def test_straight_lines_and_own_units_have_variants_of_their_own(tmp_path: Path) -> None:
    standards = [
        {"layer": "elder_care", "minutes": 4, "method": "euclidean", "name": "straight"},
        {"layer": "elder_care", "minutes": 4, "count": "own_unit", "name": "own"},
    ]
    result = coverplan.run(toyfiles.write_town(tmp_path, scenario={"standards": standards}), write=False)
    straight = covered(result, "straight")
    assert straight["standard", 4] == 110
    assert {variant for variant, _ in straight} == {"standard", "minutes", "speed"}
    own = covered(result, "own")
    # town A is columns 0 and 1: 5 + 4 of the points within four minutes, 3 + 2 within two
    assert own["standard", 4] == 90
    assert own["minutes", 2.667] == 50
    assert own["minutes", 5.333] == 100  # all ten points of town A
    assert own["distance", 800] == 100
