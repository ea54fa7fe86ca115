"""Folders as they come from elsewhere: everything in them is named, and what can be used is proposed."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
import yaml

from coverplan.inputs.ledgers.facility_table import read_ledger
from coverplan.scenario.study_file import Streets
from coverplan.setup.folder_scan import scan
from coverplan.setup.people_columns import people_groups
from coverplan.setup.proposal import init_folder
from makers.ledgers import write

#: What a study cannot do without.
OPEN = ("population", "facilities")


def proposed(folder):
    """The proposal as text and as YAML."""
    text = init_folder(folder, language="en").study.read_text(encoding="utf-8")
    return text, yaml.safe_load(text)


def layer(path, columns, shapes, **keys):
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326").to_file(path, engine="pyogrio", **keys)


def towns(folder, **more):
    boxes = [shapely.box(117, 35, 117.02, 35.02), shapely.box(117.02, 35, 117.04, 35.02)]
    columns = {"code": ["901", "902"], "name": ["乙镇", "丙镇"], "type": ["town"] * 2, **more}
    layer(folder / "units.gpkg", columns, boxes, layer="units")


def test_a_register_with_traditional_heads(tmp_path):
    head = ["編號", "機構名稱", "行政區", "里別", "核定床數", "經度", "緯度", "狀態"]
    write(tmp_path / "名冊.csv", [head, ["1", "甲養護中心", "乙區", "丙里", 30, 121.5, 25.0, "運營"]])
    _, study = proposed(tmp_path)
    assert study["facilities"][0]["columns"] == {
        "id": "編號", "name": "機構名稱", "county": "行政區", "village": "里別", "beds": "核定床數", "x": "經度", "y": "緯度",
        "status": "狀態",
    }  # fmt: skip
    assert "statuses" not in study["facilities"][0]


def test_areas_of_land_surveys_and_villages_of_a_town_are_units(tmp_path):
    boxes = [shapely.box(117, 35, 117.02, 35.02), shapely.box(117.02, 35, 117.04, 35.02)]
    layer(
        tmp_path / "乡镇界线.shp",
        {"XZQDM": ["532929100", "532929101"], "XZQMC": ["甲镇", "乙乡"]},
        boxes,
        encoding="utf-8",
    )
    _, study = proposed(tmp_path)
    assert study["units"]["columns"] == {"code": "XZQDM", "name": "XZQMC"}
    villages = {
        "村代码": ["532929100201", "532929100202"],
        "村名称": ["丙村", "丁村"],
        "所属镇": ["甲镇"] * 2,
    }
    (tmp_path / "town").mkdir()
    layer(tmp_path / "town" / "基础地理.gpkg", villages, boxes, layer="村社区边界")
    head = ["村（社区）", "户数", "常住人口", "60周岁及以上"]
    write(tmp_path / "town" / "人口.csv", [head, ["丙村", 10, 100, 20], ["丁村", 20, 200, 50]])
    text, study = proposed(tmp_path / "town")
    assert study["units"]["columns"] == {"code": "村代码", "name": "村名称"}
    assert study["population"]["official"]["groups"] == {"total": "常住人口", "age_60_plus": "60周岁及以上"}
    assert "人口.csv: not used" not in text


def test_plots_of_facilities_with_codes_in_a_town_are_no_units(tmp_path):
    plots = {"机构编码": ["1", "2"], "机构名称": ["甲院", "乙院"], "所在街道": ["甲街道"] * 2, "床位": [3, 4]}
    boxes = [shapely.box(117 + at, 35, 117.001 + at, 35.001) for at in (0.0, 0.01)]
    layer(tmp_path / "养老用地.gpkg", plots, boxes)
    _, study = proposed(tmp_path)
    assert "units" not in study
    assert study["facilities"][0]["columns"]["beds"] == "床位"


def test_country_roads_without_a_word_on_their_system_are_asked_for_it(tmp_path):
    towns(tmp_path)
    lines = [shapely.LineString([(520000, 2776000), (520300, 2776000)])]
    columns = {"等级": ["乡道"], "长度": [0.3]}
    gpd.GeoDataFrame(columns, geometry=lines, crs=4543).to_file(tmp_path / "农村公路.shp", encoding="utf-8")
    (tmp_path / "农村公路.prj").unlink()
    text, study = proposed(tmp_path)
    assert study["streets"]["file"] == "农村公路.shp"
    assert study["streets"]["crs"] is None
    assert "crs:  # ? the layer does not say its CRS" in text
    units = [shapely.box(520000, 2776000, 523000, 2779000), shapely.box(523000, 2776000, 526000, 2779000)]
    (tmp_path / "bare").mkdir()
    frame = gpd.GeoDataFrame({"XZQDM": ["1", "2"], "XZQMC": ["a", "b"]}, geometry=units, crs=4543)
    frame.to_file(tmp_path / "bare" / "界.shp")
    (tmp_path / "bare" / "界.prj").unlink()
    text, study = proposed(tmp_path / "bare")
    assert study["units"]["crs"] is None
    assert "crs" not in study


def test_a_list_of_names_alone_says_what_it_lacks(tmp_path):
    write(tmp_path / "社工站.csv", [["编号", "名称", "联系人"], ["1", "甲站", "某"]])
    assert "社工站.csv: not used (a list of names alone" in proposed(tmp_path)[0]


def test_counts_of_facilities_by_cell_are_named_with_what_was_taken(tmp_path):
    hexagons = [shapely.Point(117 + at / 100, 35).buffer(0.004, quad_segs=2) for at in range(3)]
    cells = {"hex_id": ["a", "b", "c"], "pop_total": [80, 20, 5], "clinics": [2, 0, 1], "escolas": [1, 1, 0]}
    layer(tmp_path / "hex.gpkg", cells, hexagons)
    text, study = proposed(tmp_path)
    assert study["population"]["groups"] == {"total": "pop_total"}
    said = next(line for line in text.splitlines() if "clinics" in line)
    assert said.strip().startswith("#")
    assert "not taken: clinics, escolas." in said
    assert "hex_id" not in said


def test_counts_without_people_are_no_file_of_unknown_purpose(tmp_path):
    hexagons = [shapely.Point(117 + at / 100, 35).buffer(0.004, quad_segs=2) for at in range(2)]
    layer(tmp_path / "hex.geojson", {"hex_id": ["a", "b"], "clinics": [2, 0]}, hexagons)
    write(tmp_path / "grid.csv", [["grid_id", "x", "y", "养老院数", "医院"], ["1", 117.0, 35.0, 2, 0]])
    write(tmp_path / "pop.csv", [["grid_id", "x", "y", "人口", "学校数"], ["1", 117.0, 35.0, 20, 3]])
    text, _ = proposed(tmp_path)
    told = {
        name: line
        for name in ("hex.geojson", "grid.csv")
        for line in text.splitlines()
        if f"# {name}" in line
    }
    assert "numbers by cell or area (clinics)" in told["hex.geojson"]
    assert "numbers by cell or area (养老院数, 医院)" in told["grid.csv"]
    assert "not taken: 学校数." in text


def test_a_list_with_japanese_heads(tmp_path):
    head = ["施設名称", "住所", "緯度", "経度", "定員", "種別"]
    write(tmp_path / "高齢者施設.csv", [head, ["甲苑", "1-2-3", 34.3, 134.0, 29, "特養"]])
    _, study = proposed(tmp_path)
    columns = study["facilities"][0]["columns"]
    assert (columns["name"], columns["y"], columns["x"], columns["places"]) == (
        "施設名称",
        "緯度",
        "経度",
        "定員",
    )


def test_points_with_nothing_but_a_name(tmp_path):
    layer(tmp_path / "ELDERCARE.geojson", {"NAME": ["A Senior Centre"]}, [shapely.Point(103.8, 1.3)])
    _, study = proposed(tmp_path)
    assert [(one["layer"], one["file"]) for one in study["facilities"]] == [
        ("elder_care", "ELDERCARE.geojson")
    ]


def test_people_by_unit_alone_are_spread_over_their_units_and_said_to_be(tmp_path):
    towns(tmp_path)
    write(tmp_path / "人口.csv", [["code", "总人口", "65岁以上"], ["901", 100, 20], ["902", 200, 40]])
    text, study = proposed(tmp_path)
    people = study["population"]
    assert (people["file"], people["spread"], people["official"]["file"]) == (
        "units.gpkg",
        "uniform",
        "人口.csv",
    )
    assert people["official"]["groups"] == {"total": "总人口", "age_65_plus": "65岁以上"}
    assert "rough" in text


def test_units_that_hold_people_and_hexagons_with_people(tmp_path):
    towns(tmp_path, population=[100, 200])
    people = proposed(tmp_path)[1]["population"]
    assert (people["file"], people["spread"], people["groups"]) == (
        "units.gpkg",
        "uniform",
        {"total": "total"},
    )
    assert people["official"]["file"] == "units.gpkg"
    assert (people["official"]["groups"], people["official"]["columns"]) == (
        {"total": "population"}, {"code": "code"},
    )  # fmt: skip
    hexagon = shapely.Point(117, 35).buffer(0.01, quad_segs=2)
    layer(tmp_path / "hex.geojson", {"hex_id": ["a"], "pop_total": [80], "clinics": [2]}, [hexagon])
    assert {one.path.name: one.role for one in scan(tmp_path)} == {
        "hex.geojson": "population",
        "units.gpkg": "units",
    }


def test_every_file_is_named_with_its_reason(tmp_path):
    towns(tmp_path)
    home = {"name": ["甲院"], "beds": [3]}
    layer(tmp_path / "homes.shp", home, [shapely.Point(117, 35)])
    for name in ("报告.pdf", "上报.zip", "人口.asc", "odd.xyz", "study.yaml.bak"):
        (tmp_path / name).write_bytes(b"x")
    write(tmp_path / "long.csv", [["unit", "age", "sex", "n"], ["901", "0-4", "f", 3]])
    text, _ = proposed(tmp_path)
    for name in ("报告.pdf", "上报.zip", "人口.asc", "odd.xyz", "long.csv", "homes.shp", "units.gpkg"):
        assert name in text
    assert "homes.dbf" not in text
    assert "unpack" in next(line for line in text.splitlines() if "上报.zip" in line)
    assert "long table" in next(line for line in text.splitlines() if "long.csv" in line)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.xlsx", b"PK\x03\x04 cut", "the workbook is damaged"), ("a.xls", b"<html><table></table>", "is a web page"),
        ("a.gpkg", b"nothing", "its content is not that of a .gpkg file"), ("a.csv", b"\n", "the file has no rows"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": []}', "the file has no rows"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named_with_what_stops_it(tmp_path, name, content, why):
    (tmp_path / name).write_bytes(content)
    said = next(line for line in proposed(tmp_path)[0].splitlines() if line.startswith(f"# {name}: "))
    assert why in said


def test_a_folder_of_nothing_useful_is_still_written(tmp_path):
    (tmp_path / "读我.docx").write_bytes(b"PK")
    text, study = proposed(tmp_path)
    assert "读我.docx" in text
    assert study["facilities"] is None


def test_what_is_missing_says_what_to_write_there(tmp_path):
    write(tmp_path / "备注.csv", [["甲", "乙"], ["1", "2"]])
    for language in ("zh", "en"):
        text = init_folder(tmp_path, language=language).study.read_text(encoding="utf-8")
        told = [line.partition("# ?")[2] for line in text.splitlines() if line.partition(":")[0] in OPEN]
        assert len(told) == len(OPEN)
        assert all("file" in words for words in told)


def test_layers_of_one_file_are_told_apart_where_they_are_not_used(tmp_path):
    for name in ("first", "second"):
        layer(tmp_path / "all.gpkg", {"number": [1]}, [shapely.Point(117, 35)], layer=name)
    text, _ = proposed(tmp_path)
    assert ["# all.gpkg first:" in text, "# all.gpkg second:" in text] == [True, True]


def test_copies_of_one_list_are_offered_once(tmp_path):
    rows = [["名称", "类型", "床位数"], *([f"第{i}养老院", "养老院", i] for i in range(4))]
    write(tmp_path / "养老.csv", rows)
    write(tmp_path / "养老（副本）.xlsx", rows)
    text, study = proposed(tmp_path)
    assert len(study["facilities"]) == 1
    assert "holds the same as" in text


def test_words_of_statuses_that_are_not_known_are_a_line_to_fill_and_no_guess(tmp_path):
    rows = [["name", "status", "lon", "lat"], ["A", "Working-ish", 34, -14], ["B", "open", 34, -14]]
    write(tmp_path / "a.csv", rows)
    text, study = proposed(tmp_path)
    assert "statuses" not in study["facilities"][0]
    assert '# statuses: {"Working-ish": ?}' in text


@pytest.mark.parametrize(
    ("columns", "groups"),
    [
        (["男", "女"], {"total": ["男", "女"]}),
        (["人口", "男", "女"], {"total": "人口"}),
        (
            ["0-14岁", "15-59岁", "60-64岁", "65岁及以上"],
            {
                "total": ["0-14岁", "15-59岁", "60-64岁", "65岁及以上"],
                "age_0_14": "0-14岁",
                "age_60_plus": ["60-64岁", "65岁及以上"],
                "age_65_plus": "65岁及以上",
            },
        ),
        (["age_0_4", "age_5_9", "age_10_14", "age_15_plus"], {"total": ["age_0_4", "age_5_9", "age_10_14", "age_15_plus"], "age_0_14": ["age_0_4", "age_5_9", "age_10_14"]}),
        (["0-9岁", "20-29岁", "30岁以上"], {}),
    ],
)  # fmt: skip
def test_columns_that_add_up(columns, groups):
    assert people_groups(columns) == groups


def test_a_kml_of_places_is_a_ledger_without_ids(tmp_path):
    import pyproj

    from coverplan.errors import Problems
    from coverplan.scenario.study_file import FacilityLayer

    mark = "<Placemark><name>甲站</name><Point><coordinates>117,35,12</coordinates></Point></Placemark>"
    text = f"<?xml version='1.0' encoding='UTF-8'?><kml xmlns='http://www.opengis.net/kml/2.2'><Document>{mark}</Document></kml>"
    (tmp_path / "站.kml").write_text(text, encoding="utf-8")
    found = read_ledger(
        FacilityLayer(file="站.kml", layer="civic"),
        tmp_path,
        crs=pyproj.CRS.from_epsg(4548),
        problems=Problems(),
    )
    assert found.rows["name"].tolist() == ["甲站"]
    assert not found.rows.geometry.has_z.any()


@pytest.mark.parametrize(
    ("head", "words", "line"),
    [
        ("fclass", ["residential", "motorway"], "columns: {kind: fclass}"),
        ("道路等级", ["主干路", "支路"], "columns: {kind: 道路等级}"),
        ("road: class", ["footway", "primary"], 'columns: {kind: "road: class"}'),
        ("no", ["footway", "primary"], 'columns: {kind: "no"}'),
        ("name", ["甲路", "乙路"], None),
    ],
)
def test_the_column_of_street_classes_is_written_down(tmp_path, head, words, line):
    lines = [shapely.LineString([(117, 35), (117.01, 35)]), shapely.LineString([(117.01, 35), (117.02, 35)])]
    layer(tmp_path / "roads.gpkg", {head: words, "layer": [0, 0]}, lines, layer="roads")
    text, study = proposed(tmp_path)
    named = study["streets"].get("columns")
    assert named == (None if line is None else {"kind": head})
    assert line is None or line in text
    streets = Streets.model_validate(study["streets"])
    assert dict(streets.columns) == (named or {})


def test_a_row_without_a_name_stops_nothing(tmp_path):
    rows = [["name", "status", "lon", "lat"], ["甲站", "open", 34, -14], [None, "open", 34, -14]]
    write(tmp_path / "a.csv", rows)
    assert len(proposed(tmp_path)[1]["facilities"]) == 1


def test_a_brazilian_folder_is_read_as_it_comes(tmp_path):
    boxes = [shapely.box(-51.2 + 0.01 * at, -30.1, -51.19 + 0.01 * at, -30.09) for at in range(2)]
    sectors = {"CD_SETOR": ["431490201", "431490202"], "NM_BAIRRO": ["Centro"] * 2, "pop_total": [300, 200]}
    layer(tmp_path / "setores.gpkg", {**sectors, "pop_0a14": [50, 30], "pop_60mais": [60, 40]}, boxes)
    layer(tmp_path / "bairros.shp", {"NM_BAIRRO": ["Centro", "Bom Fim"]}, boxes)
    lines = [shapely.LineString([(-51.2, -30.1), (-51.18, -30.1)])]
    layer(tmp_path / "logradouros.gpkg", {"highway": ["residential"]}, lines)
    rows = ["Código;Nome;Longitude;Latitude;Leitos", "1;Lar São José;-51,195;-30,095;30", "Total;;;;30"]
    (tmp_path / "lares_idosos.csv").write_text("\n".join(rows), encoding="cp1252")
    _, study = proposed(tmp_path)
    assert study["units"]["columns"] == {"code": "NM_BAIRRO", "name": "NM_BAIRRO"}
    assert study["population"]["groups"] == {
        "total": "pop_total", "age_0_14": "pop_0a14", "age_60_plus": "pop_60mais",
    }  # fmt: skip
    assert study["streets"]["file"] == "logradouros.gpkg"
    home = study["facilities"][0]
    assert (home["layer"], home["columns"]["beds"], home["columns"]["x"]) == (
        "elder_care", "Leitos", "Longitude",
    )  # fmt: skip


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::UserWarning")
def test_heads_cut_within_a_character_stop_nothing_and_coordinates_in_metres_ask_for_their_crs(tmp_path):
    box = gpd.GeoSeries([shapely.box(300000, 2770000, 301000, 2771000)] * 1, crs=3826)
    columns = {"VILLCODE": ["65000010001"], "村里名稱": ["中正里"]}
    gpd.GeoDataFrame(columns, geometry=box).to_file(tmp_path / "村里界.shp", encoding="utf-8")
    head = ["機構名稱", "類型", "TWD97X", "TWD97Y", "核定床數"]
    write(tmp_path / "長照機構.csv", [head, ["甲日照中心", "日照", 300400, 2770500, 60]])
    text, study = proposed(tmp_path)
    assert study["units"]["columns"]["code"] == "VILLCODE"
    assert study["units"]["columns"]["name"].startswith("村里名")
    assert "crs" not in study, "another country's grid is no zone of China"
    home = study["facilities"][0]
    assert (home["columns"]["x"], home["columns"]["y"]) == ("TWD97X", "TWD97Y")
    assert "datum" not in home
    assert home["crs"] is None
    assert "as EPSG:3826 they lie where the units do" in text


@pytest.mark.parametrize(
    ("head", "group"),
    [
        ("60 anos e mais", "age_60_plus"), ("65 y más", "age_65_plus"), ("65 ans et plus", "age_65_plus"),
        ("80 und älter", "age_80_plus"), ("0 à 14 ans", "age_0_14"), ("0 bis 17 Jahre", "age_0_17"),
        ("65 anni e più", "age_65_plus"), ("60+岁", "age_60_plus"),
    ],
)  # fmt: skip
def test_ages_in_the_words_of_other_countries(head, group):
    assert people_groups(["population", head]) == {"total": "population", group: head}


def test_two_columns_that_say_one_age_are_not_chosen_between():
    assert people_groups(["population", "60 y más", "60 anos ou mais"]) == {"total": "population"}


def test_empty_files_are_taken_for_nothing_whatever_their_names(tmp_path):
    towns(tmp_path)
    names = ["a.csv", "b.xlsx", "d.gpkg", "e.geojson", "f.shp", "g.tif", "h.osm.pbf", "i.kml", "l", "m.tab"]
    for name in names:
        (tmp_path / name).write_bytes(b"")
    text, study = proposed(tmp_path)
    assert "streets" not in study
    assert study["population"] is None
    assert study["facilities"] is None
    for name in names:
        assert f"# {name}: not used (it is empty)" in text


def test_parts_of_a_layer_are_told_by_their_main_file_alone(tmp_path):
    towns(tmp_path)
    for name in ("a.shp", "a.SHX", "a.dbf", "b.TAB", "b.dat", "c.dbf", "d.tif", "d.tfw", "e.xy.prj", "e.shp"):
        (tmp_path / name).write_bytes(b"")
    text, _ = proposed(tmp_path)
    named = {
        line.split(":")[0][2:] for line in text.splitlines() if line.startswith("# ") and ": not used" in line
    }
    assert named == {"a.shp", "b.TAB", "c.dbf", "d.tif", "e.xy.prj", "e.shp"}
