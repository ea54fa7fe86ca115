"""Studies that are not complete: what is there is checked, what is lacking is said."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from coverplan.errors import InputError
from coverplan.setup.check_files import summary_lines, write_check
from coverplan.setup.study_check import check_study
from makers.ledgers import CLEAN, HEADER, write

LEDGER = "facilities:\n- {layer: elder_care, file: a.csv, datum: wgs84}\n"
UNITS = "units: {file: units.gpkg}\n"


def study(folder, text):
    write(
        folder / "a.csv",
        [
            HEADER,
            CLEAN,
            ["A2", "康乐中心", "养老院", "旺庄街道", 50, 20, 2000, "已建未运营", 120.36, 31.55, 2015],
        ],
    )
    shapes = [shapely.box(120.3, 31.5, 120.36, 31.6), shapely.box(120.355, 31.5, 120.4, 31.6)]
    columns = {"code": ["901", "902"], "name": ["旺庄街道", "江溪街道"], "type": ["street"] * 2}
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326").to_file(folder / "units.gpkg")
    path = folder / "study.yaml"
    path.write_text("name: 甲\n" + text, encoding="utf-8")
    return path


def codes(check):
    return {
        (problem.code, (problem.field or "").split(".")[0])
        for problem in check.problems
        if problem.severity == "error"
    }


@pytest.mark.parametrize(
    "population", ["", "population:\n", "population: {file: p.csv, base: , groups: {total: n}}\n"]
)
def test_ledgers_alone_are_checked(tmp_path, population):
    check = check_study(study(tmp_path, population + LEDGER))
    assert {place for _, place in codes(check)} == {"population"}
    ledger = check.layers[0].ledger
    assert (ledger.table.read, len(ledger.rows), len(ledger.quarantined)) == (2, 1, 1)
    assert not check.usable
    write_check(check, tmp_path / "check", language="zh")


def test_units_alone_are_checked(tmp_path):
    check = check_study(study(tmp_path, UNITS + "facilities:  # ?\n"))
    assert ("overlapping_units", "geometry") in codes(check)
    assert ("not_filled", "facilities") in codes(check)
    assert check.layers == ()
    assert len(check.units) == 2


def test_an_unfilled_mark_says_so_in_both_languages_and_nothing_of_schemas(tmp_path):
    check = check_study(study(tmp_path, "population:  # ?\n" + LEDGER))
    for language, words in (("zh", "尚未填写"), ("en", "not filled yet")):
        text = "\n".join(summary_lines(check, language))
        assert words in text
        assert "valid dictionary" not in text


def test_every_blank_of_an_entry_is_said_at_once(tmp_path):
    text = "population: {file: p.csv, base: , x: 经度, y: 纬度, datum: , groups: {total: n}}\n"
    said = check_study(study(tmp_path, text + LEDGER)).problems
    fields = [one.field for one in said if one.code == "not_filled"]
    assert sorted(fields) == ["population.base", "population.datum"]


def test_what_is_wrong_and_not_only_lacking_still_stops(tmp_path):
    with pytest.raises(InputError, match="base"):
        check_study(
            study(tmp_path, "population: {file: p.csv, base: everybody, groups: {total: n}}\n" + LEDGER)
        )
