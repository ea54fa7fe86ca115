"""Administrative units: how their codes nest."""

from __future__ import annotations

import pytest

from coverplan.errors import Problems
from coverplan.inputs.ledgers.unit_table import read_units
from coverplan.scenario.study_file import Units
from makers.ledgers import write

LEVELS = ["county", "town", "town", "village", "village"]


def parents(folder, codes, types=LEVELS):
    rows = [[code, f"n{code}", kind] for code, kind in zip(codes, types, strict=True)]
    write(folder / "u.csv", [["code", "name", "type"], *rows])
    problems = Problems()
    units = read_units(Units(file="u.csv"), folder, crs=None, problems=problems)
    assert not problems.errors
    return {code: units["parent"][code] if isinstance(units["parent"][code], str) else None for code in codes}


@pytest.mark.parametrize(
    "codes",
    [
        ("990201", "990201001", "990201002", "990201001001", "990201002001"),
        ("990201000000", "990201001000", "990201002000", "990201001001", "990201002001"),
        ("990201", "990201001000", "990201002000", "990201001001", "990201002001"),
    ],
)
def test_official_codes_nest_by_their_zeros(tmp_path, codes):
    county, east, west, one, two = codes
    assert parents(tmp_path, codes) == {county: None, east: county, west: county, one: east, two: west}


def test_a_city_above_counties_of_six_digits(tmp_path):
    found = parents(tmp_path, ("990000", "990200", "990201"), ("city", "city", "county"))
    assert found == {"990000": None, "990200": "990000", "990201": "990200"}


def test_short_numbers_of_one_level_are_no_parents(tmp_path):
    assert set(parents(tmp_path, ("1", "12", "123"), ("town",) * 3).values()) == {None}
