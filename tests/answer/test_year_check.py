"""Years that do not fit the date of the data are said, and so is what is closed twice."""

from __future__ import annotations

import datetime as dt

import pytest

import coverplan
from coverplan.answer.prepared import PRESETS
from coverplan.answer.year_check import check_years
from coverplan.errors import Problems
from coverplan.scenario.load import load_scenario
from makers import toyfiles
from towns import toytown


def told(folder, as_of: str | None, **scenario) -> list[tuple[str, str]]:
    path = toyfiles.write_town(folder, study={} if as_of is None else {"as_of": as_of}, scenario=scenario)
    problems, found = Problems(), Problems()
    loaded = load_scenario(path, problems, presets=PRESETS)
    assert loaded is not None, list(problems)
    check_years(loaded, found, today=dt.date(2026, 1, 1))
    assert all(one.severity == "warning" for one in found)
    return [(one.code, one.field) for one in found]


@pytest.mark.parametrize(
    ("as_of", "year", "said"),
    [
        ("2026-01-01", 2026, []),
        ("2026-01-02", 2026, [("data_of_the_future", "as_of")]),
        ("2025-06-30", 2025, []),
        ("2025-06-30", 2024, [("year_before_data", "year")]),
        (None, 1950, []),
    ],
)
def test_dates_ahead_and_years_before_the_data_are_said(tmp_path, as_of, year, said) -> None:
    assert told(tmp_path, as_of, year=year) == said


def test_each_change_before_the_data_is_named(tmp_path) -> None:
    close = {"close": {"layer": "elder_care", "id": "h0"}}
    changes = [{**close, "year": 2030}, {**close, "year": 1990}, close]
    assert told(tmp_path, "2025-06-30", changes=changes) == [("year_before_data", "changes.1.year")]


def test_what_is_closed_twice_or_moved_after_that_is_said(tmp_path) -> None:
    x, y = toytown.xy(2, 2)
    close = {"close": {"layer": "elder_care", "id": "h0"}}
    move = {"move": {"layer": "elder_care", "id": "h0", "x": x, "y": y, "crs": toytown.CRS}}
    again = {"upgrade": {"layer": "elder_care", "id": "h0", "offers": {"status": "operating"}}}
    path = toyfiles.write_town(tmp_path, scenario={"changes": [close, close, move, again, move]})
    found = coverplan.run(path, write=False).problems
    fields = [one.field for one in found if one.code == "closed_already"]
    assert fields == ["changes.1.close.id", "changes.2.move.id"]
