"""Folders as a newcomer has them, in five shapes that occur: init, check, mend as the messages say, run.

The shapes (heads, encodings, tables, levels) are those of real open data; places, names and numbers are invented.
"""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
import yaml

from makers.shared_cases import call


class Newcomer:
    """Somebody who fills every mark as the line beside it says, and changes nothing else."""

    def __init__(self, folder, fills):
        self.folder = folder
        assert call(folder, "init", ".", "--lang", "en")[0] == 0
        self.first = (folder / "study.yaml").read_text(encoding="utf-8")
        text = self.first
        for mark, said in fills:
            text, count = re.subn(rf"(?m)^(\s*{mark}:)  # \? .*$", rf"\1 {said}", text, count=1)
            assert count == 1, (mark, text)
        self.write(text)

    def write(self, text):
        (self.folder / "study.yaml").write_text(text, encoding="utf-8")

    def fill_words(self, key, meaning):
        """Take the # off the line of unknown words and fill it."""
        text = (self.folder / "study.yaml").read_text(encoding="utf-8")
        line = re.search(rf"(?m)^(\s*)# {key}: \{{(.*)\}}$", text)
        words = re.findall(r'"([^"]+)": \?', line[2])
        filled = ", ".join(f'"{word}": {meaning[word]}' for word in words)
        self.write(text.replace(line[0], f"{line[1]}{key}: {{{filled}}}"))

    def study(self):
        return yaml.safe_load((self.folder / "study.yaml").read_text(encoding="utf-8"))

    def check(self):
        return call(self.folder, "check", "study.yaml", "--lang", "en", "-o", "checked")

    def people(self, group="total"):
        """People of the run's first standard who are covered, and all of them."""
        code, text = call(
            self.folder, "run", "scenario.yaml", "--numbers-only", "-o", "out", "-q", "--lang", "en"
        )
        assert code == 0, text
        result = yaml.safe_load((self.folder / "out" / "result.json").read_text(encoding="utf-8"))
        counted = result["standards"][0]["people"][group]
        assert counted["people"] == pytest.approx(
            sum(counted[part] for part in ("outside_units", "off_network", "covered", "uncovered"))
        )
        return counted["covered"], counted["people"]


def squares(west, south, count, step=0.01):
    return [shapely.box(west + at * step, south, west + (at + 1) * step, south + step) for at in range(count)]


def layer(path, columns, shapes, crs="EPSG:4326", **keys):
    gpd.GeoDataFrame(columns, geometry=shapes, crs=crs).to_file(path, engine="pyogrio", **keys)


def table(path, rows, encoding="utf-8", apart=","):
    path.write_text("\n".join(apart.join(map(str, row)) for row in rows) + "\n", encoding=encoding)


def test_villages_in_traditional_signs_and_people_by_village_age_and_sex(tmp_path):
    """As Taipei: a Shapefile of villages, a Big5 table with a row for each village, age and sex, a register of homes."""
    names = ["甲里", "乙里", "丙里"]
    layer(
        tmp_path / "村里界圖.shp",
        {"VILLCODE": ["X01", "X02", "X03"], "VILLNAME": names, "TOWNNAME": ["東湖區"] * 3}, squares(121.5, 25.0, 3),
        encoding="big5",
    )  # fmt: skip
    ages = ["0-14歲", "15-59歲", "60-64歲", "65歲以上"]
    rows = [[11312, "東湖區", name, age, sex, 10] for name in names for age in ages for sex in ("男", "女")]
    table(tmp_path / "人口.csv", [["統計年月", "區域別", "里別", "年齡", "性別", "人口數"], *rows], "big5")
    homes = [["1", "甲養護中心", "東湖區", "甲里", 30, 121.505, 25.005]]
    table(
        tmp_path / "名冊.csv",
        [["編號", "機構名稱", "行政區", "里別", "核定床數", "經度", "緯度"], *homes],
        "utf-8-sig",
    )
    me = Newcomer(
        tmp_path, [("type", "village"), ("base", "resident"), ("base", "resident"), ("datum", "wgs84")]
    )
    official = me.study()["population"]["official"]
    assert official["long"] == {"ages": "年齡", "people": "人口數"}
    assert official["groups"]["age_60_plus"] == ["60-64歲", "65歲以上"]
    code, text = me.check()
    assert code == 0, text
    covered, people = me.people("age_60_plus")
    assert people == pytest.approx(3 * 2 * 2 * 10)
    assert 0 < covered < people


def test_levels_in_files_of_their_own_and_points_with_a_name(tmp_path):
    """As Singapore: regions and subzones in two files, people by subzone, age and sex over two years, points of GeoJSON."""
    layer(tmp_path / "Region.geojson", {"REGION_N": ["EAST", "WEST"], "REGION_C": ["ER", "WR"]}, [shapely.box(103.8, 1.3, 103.82, 1.31), shapely.box(103.82, 1.3, 103.84, 1.31)])  # fmt: skip
    zones = ["Alpha Hill", "Beta Park", "Gamma View", "Delta Walk"]
    layer(
        tmp_path / "Subzone.geojson",
        {"SUBZONE_N": [zone.upper() for zone in zones], "SUBZONE_C": ["AH", "BP", "GV", "DW"], "REGION_C": ["ER", "ER", "WR", "WR"]},
        squares(103.8, 1.3, 4),
    )  # fmt: skip
    ages = ["0_to_14", "15_to_59", "60_to_89", "90_and_over"]
    rows = [["East", zone, age, sex, 5, year] for zone in zones for age in ages for sex in ("Males", "Females") for year in (2023, 2024)]  # fmt: skip
    table(tmp_path / "pop.csv", [["PA", "SZ", "AG", "Sex", "Pop", "Time"], *rows])
    layer(
        tmp_path / "ELDERCARE.geojson",
        {"OBJECTID": [1], "NAME": ["A Senior Centre"]},
        [shapely.Point(103.805, 1.305)],
    )
    me = Newcomer(
        tmp_path, [("type", "county"), ("type", "town"), ("base", "resident"), ("base", "resident")]
    )
    study = me.study()
    assert study["units"]["more"][0]["columns"] == {
        "code": "SUBZONE_C",
        "name": "SUBZONE_N",
        "parent": "REGION_C",
    }
    assert study["population"]["official"]["long"]["only"] == {"Time": "2024"}
    assert study["population"]["official"]["columns"] == {"town": "SZ"}
    code, text = me.check()
    assert code == 0, text
    assert me.people("age_60_plus")[1] == pytest.approx(4 * 2 * 2 * 5)


def test_japanese_heads_in_shift_jis_and_people_on_small_areas(tmp_path):
    """As Takamatsu: a list in Shift JIS, small areas with people, a copy of the list as a workbook."""
    layer(
        tmp_path / "小地域境界.shp",
        {"KEY_CODE": ["99201001", "99201002"], "S_NAME": ["一番町", "二番町"], "JINKO": [120, 80], "SETAI": [50, 40]},
        squares(134.0, 34.3, 2), encoding="cp932",
    )  # fmt: skip
    rows = [["施設名称", "住所", "緯度", "経度", "定員", "種別"]]
    rows += [
        [f"{name}苑", "一番町1-2", 34.305, 134.002 + at / 1000, 29, "特養"]
        for at, name in enumerate("甲乙丙")
    ]
    table(tmp_path / "高齢者施設.csv", rows, "cp932")
    table(tmp_path / "高齢者施設（控え）.csv", rows)
    me = Newcomer(
        tmp_path, [("type", "town"), ("base", "resident"), ("base", "resident"), ("datum", "wgs84")]
    )
    assert len(me.study()["facilities"]) == 1
    assert "holds the same as" in me.first
    code, text = me.check()
    assert code == 0, text
    covered, people = me.people()
    assert people == pytest.approx(200)
    assert covered > 0


def test_levels_by_codes_words_of_status_and_a_raster(tmp_path):
    """As Malawi: districts and their parts by codes, a list with words of its own, people on a raster."""
    layer(tmp_path / "adm2.shp", {"ADM2_EN": ["Norte"], "ADM2_PCODE": ["ZZ101"]}, [shapely.box(34.0, -14.0, 34.02, -13.99)])  # fmt: skip
    layer(
        tmp_path / "adm3.shp",
        {"ADM3_EN": ["TA One", "TA Two"], "ADM3_PCODE": ["ZZ10101", "ZZ10102"], "ADM2_EN": ["Norte"] * 2, "ADM2_PCODE": ["ZZ101"] * 2},
        squares(34.0, -14.0, 2),
    )  # fmt: skip
    rows = [["CODE", "NAME", "TYPE", "STATUS", "DISTRICT", "LATITUDE", "LONGITUDE"]]
    rows += [["F1", "A Social Welfare Office", "Office", "Functional", "Norte", -13.995, 34.005]]
    rows += [["F2", "B Social Welfare Office", "Office", "Not functional", "Norte", -13.995, 34.015]]
    table(tmp_path / "facilities.csv", rows)
    cells = np.full((1, 12, 24), 2.0, dtype=np.float32)
    move = rasterio.Affine(1 / 1200, 0, 34.0, 0, -1 / 1200, -13.99)
    with rasterio.open(tmp_path / "people.tif", "w", driver="GTiff", height=12, width=24, count=1, dtype="float32", crs=4326, transform=move, nodata=-99999) as file:  # fmt: skip
        file.write(cells)
    me = Newcomer(tmp_path, [("type", "county"), ("type", "town"), ("base", "resident"), ("datum", "wgs84")])
    assert me.study()["units"]["more"][0]["columns"]["parent"] in {"ADM2_PCODE", "ADM2_EN"}
    me.fill_words("statuses", {"Functional": "operating", "Not functional": "suspended"})
    code, text = me.check()
    assert code == 0, text
    covered, people = me.people()
    assert people == pytest.approx(576, rel=1e-4)
    assert 0 < covered < people


def test_semicolons_a_european_grid_and_numbers_kept_secret(tmp_path):
    """As the Ahr valley: communes, a census grid in EPSG:3035 with -1 for small numbers, a list with semicolons."""
    communes = gpd.GeoSeries(squares(7.0, 50.5, 2, step=0.02), crs=4326).to_crs(25832)
    layer(tmp_path / "VG250_GEM.gpkg", {"AGS": ["99131001", "99131002"], "GEN": ["Aheim", "Bheim"], "BEZ": ["Stadt", "Gemeinde"]}, communes.tolist(), crs="EPSG:25832", layer="gem")  # fmt: skip
    centres = gpd.GeoSeries([shapely.Point(7.003 + at / 200, 50.51) for at in range(7)], crs=4326).to_crs(
        3035
    )
    rows = [["GITTER_ID_100m", "x_mp_100m", "y_mp_100m", "Einwohner"]]
    rows += [[f"Z{at}", round(one.x), round(one.y), -1 if at == 3 else 30] for at, one in enumerate(centres)]
    table(tmp_path / "Zensus_Bevoelkerung_100m-Gitter.csv", rows, apart=";")
    homes = [
        ["Nr", "Bezeichnung", "Typ", "Längengrad", "Breitengrad"],
        [1, "Seniorenheim A", "Pflegeheim", "7,003", "50,51"],
    ]
    table(tmp_path / "Senioren.csv", homes, "utf-8-sig", ";")
    me = Newcomer(
        tmp_path, [("type", "town"), ("base", "resident"), ("datum", "EPSG:3035"), ("datum", "wgs84")]
    )
    code, text = me.check()
    assert code == 1
    assert "at_least: 0" in text
    text = (tmp_path / "study.yaml").read_text(encoding="utf-8")
    me.write(text.replace("population:", "population:\n  where: {column: Einwohner, at_least: 0}", 1))
    code, text = me.check()
    assert code == 0, text
    covered, people = me.people()
    assert people == 180
    assert 0 < covered < people
