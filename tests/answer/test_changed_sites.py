"""A scenario's own changes: numbered, placed, and held against what was so without them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import coverplan
from coverplan.results.changed import done_actions, own_changes
from coverplan.results.result import Result
from makers import toyfiles
from towns import toytown

KEY = "elder_care-15min"
FAR = {"x": toytown.xy(4, 4)[0], "y": toytown.xy(4, 4)[1], "crs": toytown.CRS}


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("changed")
    changes = [
        {"open": {"layer": "elder_care", "id": "new", **FAR, "offers": {"name": "新站", "cost": 12.5}}, "year": 2026},
        {
            "open": {
                "layer": "civic",
                "id": "hidden",
                **FAR,
                "offers": {"name": "秘密", "type": "rescue_station", "public": False},
            }
        },
        {"move": {"layer": "elder_care", "id": "h0", "x": FAR["x"] - 100, "y": FAR["y"], "crs": toytown.CRS}},
        {"close": {"layer": "elder_care", "id": "new"}, "year": 2029},
    ]  # fmt: skip
    return coverplan.run(
        toyfiles.write_town(folder, scenario={"changes": changes, "year": 2027}), write=False
    )


def test_changes_in_force_have_numbers_and_those_to_come_have_none(changed: Result) -> None:
    found = own_changes(changed)
    assert [(one.action_id, one.action, one.year) for one in found] == [
        ("C01", "open", 2026),
        ("C02", "open", 2027),
        ("C03", "move", 2027),
    ]
    assert found[0].name == "新站"
    assert found[0].cost == 12.5
    assert done_actions(changed) == found


def test_protected_changes_are_listed_without_name_and_marked_nowhere(changed: Result) -> None:
    hidden = own_changes(changed)[1]
    assert (hidden.public, hidden.facility, hidden.name) == (False, None, None)
    layer = changed.layers["changes"]
    assert layer["action_id"].tolist() == ["C01", "C03"]
    assert "秘密" not in layer.to_csv()


def test_a_move_says_where_it_came_from(changed: Result) -> None:
    moved = changed.layers["changes"].set_index("action_id").loc["C03"]
    assert (moved["from_x"], moved["from_y"]) == pytest.approx(toytown.xy(0, 0))
    assert (moved.geometry.x, moved.geometry.y) == pytest.approx((FAR["x"] - 100, FAR["y"]))


def test_homes_keep_what_was_so_without_the_changes(changed: Result, tmp_path: Path) -> None:
    plain = coverplan.run(toyfiles.write_town(tmp_path, scenario={"year": 2027}), write=False)
    now, then = changed.layers["demand"], plain.layers["demand"]
    key = next(name for name in then.columns if name.endswith("|minutes"))
    assert np.array_equal(now[f"{key}_before"], then[key], equal_nan=True)
    assert not np.array_equal(now[key], then[key], equal_nan=True)
    reason = key.replace("minutes", "reason")
    assert (now[f"{reason}_before"] == then[reason]).all()
    assert f"{key}_before" not in then
