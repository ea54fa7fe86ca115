"""Names of what is opened without one, wherever it is named."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import coverplan
from coverplan.desk.workbench.bench import Workbench
from coverplan.ground.units_tree import UnitTree
from coverplan.results.changed import own_changes
from coverplan.study.place_names import place_names
from makers import toyfiles
from towns import toytown

HERE, THERE = toytown.xy(4, 4), toytown.xy(1, 1)


def tree() -> UnitTree:
    """A street with two communities, one of them called like a place that is not shown."""
    boxes = [shapely.box(0, 0, 2, 1), shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    return UnitTree(
        gpd.GeoDataFrame(
            {
                "name": ["东街道", "河畔社区", "救助站社区"],
                "type": ["street", "community", "community"],
                "parent": [None, "1", "1"],
            },
            geometry=boxes,
            index=["1", "11", "12"],
            crs=4549,
        )
    )


def test_a_place_is_called_by_community_and_street_and_numbered_among_its_like() -> None:
    places = {
        ("a", "x"): "11",
        ("a", "y"): "1",
        ("b", "x"): "11",
        ("a", "z"): "11",
        ("a", "out"): None,
        ("a", "p"): "12",
    }
    assert place_names(places, tree(), "zh") == {
        ("a", "x"): "近东街道河畔社区（1）",
        ("a", "y"): "近东街道",
        ("b", "x"): "近东街道河畔社区",
        ("a", "z"): "近东街道河畔社区（2）",
    }
    assert place_names({("a", "x"): "11"}, tree(), "en") == {("a", "x"): "near 河畔社区, 东街道"}


def opening(key: str, at: tuple[float, float], **offers: object) -> dict[str, object]:
    x, y = at
    return {"layer": "elder_care", "id": key, "x": x, "y": y, "crs": toytown.CRS, "offers": offers}


CHANGES = [
    {"open": opening("desk-1", HERE, type="day_care")},
    {"open": opening("desk-2", HERE, type="day_care")},
    {"open": opening("desk-3", HERE, type="day_care", name="新站")},
    {"open": opening("desk-4", HERE, type="rescue_station")},
    {"open": opening("desk-5", THERE, type="day_care")},
    {"move": {"layer": "elder_care", "id": "desk-5", "x": HERE[0], "y": HERE[1], "crs": toytown.CRS}},
]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_finished_results_and_the_desk_name_them_alike_and_no_id_is_left(
    tmp_path: Path, language: str
) -> None:
    path = toyfiles.write_town(tmp_path, scenario={"changes": CHANGES, "year": 2027, "language": language})
    result = coverplan.run(path, write=False)
    named = [one.name for one in own_changes(result)]
    table = gpd.GeoDataFrame(result.layers["facilities"])
    stands = dict(zip(table["id"], table["name"], strict=True))
    alike = [stands[f"desk-{at}"] for at in (1, 2, 5)]
    word, number = ("近", "（{}）") if language == "zh" else ("near ", " ({})")
    assert all(name.startswith(word) for name in alike)
    assert [name.endswith(number.format(at)) for at, name in enumerate(alike, start=1)] == [True] * 3
    assert len({name[: -len(number.format(1))] for name in alike}) == 1
    assert named == [alike[0], alike[1], "新站", None, alike[2], alike[2]]
    bench = Workbench.open(path)
    near = bench.ground.place_names(bench.idea, language)
    assert [near[("elder_care", f"desk-{at}")] for at in (1, 2, 5)] == alike
    assert ("elder_care", "desk-4") not in near
    assert "desk-" not in "".join(result.layers["changes"]["name"])
