"""People between units: who lives in a unit and in none of its towns is counted and said, in check and run."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import coverplan
from coverplan.results.cautions import people_note
from coverplan.setup.study_check import check_study
from coverplan.text.problem_words import problem_text
from coverplan.text.words import Words
from makers import toyfiles
from towns import toytown

BETWEEN, NOWHERE, UNDRAWN = "people_between_units", "people_in_no_unit", "unit_without_outline"


def found(folder: Path, shapes: dict[str, shapely.Geometry | None], **study: object):
    """Problems of check and run of the toy town whose district d is made of towns of these outlines."""
    path = toyfiles.write_town(folder, study=study)
    x0, y0, x1, y1 = corners()
    rows = {"d": shapely.box(x0, y0, x1, y1), **shapes}
    table = pd.DataFrame({"code": list(rows), "name": list(rows), "parent": [None, *["d"] * len(shapes)]})
    table["type"] = ["county", *["town"] * len(shapes)]
    gpd.GeoDataFrame(table, geometry=list(rows.values()), crs=toytown.CRS).to_file(folder / "units.gpkg")
    result = coverplan.run(path, write=False)
    checked = check_study(folder / "study.yaml").problems
    for code in (BETWEEN, NOWHERE, UNDRAWN, "unit_without_people"):
        assert [one for one in checked if one.code == code] == [
            one for one in result.problems if one.code == code
        ]
    return result, {one.code: one for one in checked}


def corners() -> tuple[float, float, float, float]:
    (x0, y0), (x1, y1) = toytown.xy(-0.5, -0.5), toytown.xy(4.5, 4.5)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def strip(first: float, last: float) -> shapely.Geometry:
    """The part of the town that holds columns `first` to `last` of its five."""
    _, y0, _, y1 = corners()
    return shapely.box(toytown.xy(0, first - 0.5)[0], y0, toytown.xy(0, last + 0.5)[0], y1)


def test_people_of_a_gap_between_towns_are_counted(tmp_path: Path) -> None:
    # five columns of fifty people each; the middle one belongs to no town
    result, problems = found(tmp_path, {"w": strip(0, 1), "e": strip(3, 4)})
    assert problems[BETWEEN].value == "50"
    for language, words in (("zh", "50人"), ("en", "50 people")):
        assert words in problem_text(problems[BETWEEN], Words(language))
    for language, words in (("zh", "有50人"), ("en", "50 people")):
        assert words in (people_note(result, Words(language)) or "")
    people = result.coverage.set_index(["unit_code", "group"])["people"]
    assert [people[code, "total"] for code in ("", "d", "w", "e")] == [250, 250, 100, 100]


def test_towns_that_fill_their_district_are_told_nothing(tmp_path: Path) -> None:
    result, problems = found(tmp_path, {"w": strip(0, 2), "e": strip(3, 4)})
    assert people_note(result, Words("en")) is None
    assert not {BETWEEN, NOWHERE, UNDRAWN} & set(problems)


def test_a_unit_without_outline_is_named_so_and_its_people_with_it(tmp_path: Path) -> None:
    _, problems = found(tmp_path, {"w": strip(0, 2), "e": None})
    assert problems[UNDRAWN].line == 3  # the third unit of the layer
    assert "unit_without_people" not in problems
    assert problems[BETWEEN].value == "100"


@pytest.mark.parametrize(("last", "count"), [(4, None), (3, "50")])
def test_people_of_the_area_in_no_unit_are_counted(tmp_path: Path, last: int, count: str | None) -> None:
    tmp_path.mkdir(exist_ok=True)
    path = toyfiles.write_town(tmp_path, study={"area": {"file": "area.gpkg"}})
    gpd.GeoDataFrame(geometry=[shapely.box(*corners())], crs=toytown.CRS).to_file(tmp_path / "area.gpkg")
    units = {"code": ["w"], "name": ["w"], "type": ["town"]}
    gpd.GeoDataFrame(units, geometry=[strip(0, last)], crs=toytown.CRS).to_file(tmp_path / "units.gpkg")
    said = [one.value for one in coverplan.run(path, write=False).problems if one.code == NOWHERE]
    assert said == ([] if count is None else [count])
