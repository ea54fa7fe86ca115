"""A new user's path: a folder is looked at, a study proposed, checked, mended by send-back sheets; empty templates."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely
import yaml

from coverplan.errors import InputError, Problems
from coverplan.inputs.places.coordinates import transform_points
from coverplan.inputs.places.datum import from_wgs84
from coverplan.inputs.tables.column_values import texts
from coverplan.inputs.tables.headers import FACILITY, recognise
from coverplan.inputs.tables.read_table import read_table
from coverplan.inputs.tables.words import PRECISION, STATUS, yes_or_no
from coverplan.scenario.study_file import Source
from coverplan.setup.check_files import summary_lines, write_check
from coverplan.setup.found import Found
from coverplan.setup.proposal import init_folder
from coverplan.setup.scenario_proposal import scenario_proposal
from coverplan.setup.study_check import check_study
from coverplan.setup.template import choices_of, fields_of, write_template
from coverplan.text.folding import meaning_of
from coverplan.text.type_words import TYPE
from coverplan.text.words import Words
from coverplan.vocabulary import LAYER_TYPES
from makers.ledgers import CLEAN, HEADER, UNITS, write

X, Y = (float(value[0]) for value in transform_points([120.35], [31.55], "EPSG:4326", "EPSG:4549"))
BAD = [
    ["A2", "康乐中心", "养老院", "江溪街道", "约50", 20, 2000, "已建未运营", 120.37, 31.55, 2015],
    ["A3", "无处养老院", "养老院", "不存在街道", 50, 20, 2000, "运营", "", "", 2015],
    ["A4", "安康养老院", "养老院", "旺庄街道", 50, 60, 2000, "运营", 120.345, 31.551, 2015],
]


def folder_of_files(folder, *, datum="wgs84"):
    """Units, a population grid and one ledger, as a bureau would hand them over."""
    streets = UNITS.iloc[:3].assign(
        geometry=[
            shapely.box(X - 2000, Y - 2000, X + 4000, Y + 2000),
            shapely.box(X - 2000, Y - 2000, X + 1000, Y + 2000),
            shapely.box(X + 1000, Y - 2000, X + 4000, Y + 2000),
        ]
    )
    units = gpd.GeoDataFrame(streets.rename_axis("code").reset_index(), geometry="geometry", crs="EPSG:4549")
    units.to_file(folder / "units.gpkg", layer="units")
    x, y = np.meshgrid(np.arange(X - 1950, X + 4000, 100), np.arange(Y - 1950, Y + 2000, 100))
    lon, lat = transform_points(x.ravel(), y.ravel(), "EPSG:4549", "EPSG:4326")
    rows = [
        ["编号", "经度", "纬度", "常住人口"],
        *([f"c{i}", a, b, 10] for i, (a, b) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True))),
    ]
    write(folder / "人口.csv", rows)
    moved = []
    for row in [CLEAN, *BAD]:
        place = row[8:10] if row[8] == "" else [float(v) for v in from_wgs84(row[8], row[9], datum)]
        moved.append([*row[:8], *place, row[10]])
    write(
        folder / "养老台账.xlsx", [["养老设施台账"], HEADER, *moved, ["合计", *[None] * 10]], merged=["A1:K1"]
    )
    return folder


def completed(path):
    """The proposal with its open marks filled, as its reader would."""
    text = path.read_text(encoding="utf-8")
    text = text.replace("base:  # ?", "base: resident  # ").replace("datum:  # ?", "datum: wgs84  # ")
    path.write_text(text, encoding="utf-8")
    return path


def test_from_a_folder_to_mended_rows(tmp_path):
    study = init_folder(folder_of_files(tmp_path)).study
    open_marks = check_study(study)  # what cannot be known is left open, and the rest is checked
    assert not open_marks.usable
    assert {problem.code for problem in open_marks.problems if problem.severity == "error"} >= {"not_filled"}
    check = check_study(completed(study))
    assert check.usable
    ledger = check.layers[0].ledger
    assert (ledger.table.read, len(ledger.rows), len(ledger.quarantined)) == (4, 2, 2)
    assert {one.problem.code for one in check.layers[0].suspicious} == {"more_nursing_beds"}
    book, page = write_check(check, tmp_path / "out", language="zh")
    assert "养老台账.xlsx" in page.read_text(encoding="utf-8")
    sheets = openpyxl.load_workbook(book)
    assert {"退回 旺庄街道", "退回 江溪街道", "退回 不存在街道"} <= set(sheets.sheetnames)
    for sheet, column, value in (
        ("退回 江溪街道", "状态", "在建"),
        ("退回 不存在街道", "街道", "江溪街道"),
        ("退回 旺庄街道", "护理床位", 30),
    ):
        head = [cell.value for cell in sheets[sheet][1]]
        line = next(
            row for row in sheets[sheet].iter_rows(min_row=2) if row[head.index("列")].value == column
        )
        line[head.index("改为")].value = value
    sheets.save(tmp_path / "mended.xlsx")
    again = check_study(study, mended=[tmp_path / "mended.xlsx"])
    ledger = again.layers[0].ledger
    assert (len(ledger.rows), ledger.quarantined, again.layers[0].suspicious) == (4, (), ())
    assert ledger.rows.set_index("id").loc[["A2", "A3"], "unit_code"].tolist() == ["320214052", "320214052"]
    assert len([p for p in again.problems if p.code == "mended"]) == 3


def test_a_row_can_be_deleted_by_its_send_back_sheet(tmp_path):
    study = completed(init_folder(folder_of_files(tmp_path)).study)
    write(
        tmp_path / "m.xlsx",
        [
            ["文件", "工作表", "行", "列", "改为"],
            ["养老台账.xlsx", None, 5, "街道", "删除"],
            ["别的.xlsx", None, 5, "街道", "x"],
        ],
    )
    ledger = check_study(study, mended=[tmp_path / "m.xlsx"]).layers[0].ledger
    assert (ledger.table.read, len(ledger.rows), len(ledger.quarantined), ledger.left_out) == (4, 2, 1, 1)


def test_mends_are_said_where_they_fit_nowhere(tmp_path):
    study = completed(init_folder(folder_of_files(tmp_path)).study)
    write(
        tmp_path / "m.xlsx",
        [["file", "sheet", "row", "column", "new value"], ["养老台账.xlsx", None, 99, "街道", "x"]],
    )
    assert "mend_nowhere" in {p.code for p in check_study(study, mended=[tmp_path / "m.xlsx"]).problems}


def test_an_existing_study_file_is_kept(tmp_path):
    folder_of_files(tmp_path)
    (tmp_path / "study.yaml").write_text("mine", encoding="utf-8")
    assert init_folder(tmp_path).study.name == "study.proposed.yaml"
    assert (tmp_path / "study.yaml").read_text(encoding="utf-8") == "mine"


def test_a_scenario_is_proposed_for_what_the_files_can_answer(tmp_path):
    ledger = {"path": tmp_path / "a.csv", "table": None, "role": "facilities", "why": "role_facilities"}
    found = [
        Found(**ledger, layer="elder_care", columns={"x": "X", "y": "Y"}),
        Found(**ledger, layer="child_protection", columns={"xy": "XY"}),
        Found(**ledger, layer="cemetery", places=True),
        Found(**ledger, layer="social_work", columns={"name": "N"}),
        Found(
            tmp_path / "p.csv",
            None,
            "population",
            "role_population",
            groups={"total": "T", "age_60_plus": "O"},
        ),
    ]
    streets = Found(tmp_path / "s.osm.pbf", None, "streets", "role_streets")
    for more, method in (([], "euclidean"), ([streets], None)):
        text = scenario_proposal("甲", "study.yaml", [*found, *more], Words("zh"))
        standards = {one["layer"]: one for one in yaml.safe_load(text)["standards"]}
        # people under 18 are not counted, a cemetery is not walked to, and a ledger without places reaches nobody
        assert {layer: one["groups"] for layer, one in standards.items()} == {
            "child_protection": ["total"],
            "elder_care": ["age_60_plus"],
        }
        assert {one.get("method") for one in standards.values()} == {method}
        assert "age_0_17" in text
        assert "殡葬" in text


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no file"):
        init_folder(tmp_path)


def test_a_shifted_ledger_is_noticed_and_not_converted(tmp_path):
    folder_of_files(tmp_path)
    random = np.random.default_rng(3)
    # thirty homes among the people of a narrow district: 500 m east is the neighbour's or nobody's ground
    lon, lat = transform_points(
        random.choice([X - 1900, X + 900, X + 1100, X + 3900], 30),
        Y + random.uniform(-1900, 1900, 30),
        "EPSG:4549",
        "EPSG:4326",
    )
    east, north = from_wgs84(lon, lat, "bd09")
    names = np.where(
        transform_points(lon, lat, "EPSG:4326", "EPSG:4549")[0] < X + 1000, "旺庄街道", "江溪街道"
    )
    rows = [
        [f"B{i}", f"院{i}", "养老院", str(n), 50, 20, 2000, "运营", float(a), float(b), 2015]
        for i, (n, a, b) in enumerate(zip(names, east, north, strict=True))
    ]
    write(tmp_path / "养老台账.xlsx", [HEADER, *rows])
    check = check_study(completed(init_folder(tmp_path).study))
    assert "datum_differs" in {p.code for p in check.problems}
    assert check.layers[0].detection.datum == "bd09"
    place = check.layers[0].ledger.rows.geometry.iloc[0]
    assert transform_points([place.x], [place.y], "EPSG:4549", "EPSG:4326")[0][0] == pytest.approx(
        east[0], abs=1e-9
    )


def test_nothing_in_the_outputs_can_be_run(tmp_path):
    folder_of_files(tmp_path)
    evil = '=HYPERLINK("http://x","<script>alert(1)</script>")'
    write(tmp_path / "养老台账.xlsx", [HEADER, CLEAN])
    write(
        tmp_path / "养老台账.csv",
        [HEADER, CLEAN, ["A2", evil, "养老院", evil, "<b>", 1, 1, evil, "", "", ""]],
    )
    (tmp_path / "养老台账.xlsx").unlink()
    check = check_study(completed(init_folder(tmp_path).study))
    book, page = write_check(check, tmp_path / "out", language="en")
    assert "<script>" not in page.read_text(encoding="utf-8")
    for sheet in openpyxl.load_workbook(book):
        assert not [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert summary_lines(check, "en")


@pytest.mark.parametrize("layer", sorted(LAYER_TYPES))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_template_is_read_back_field_by_field(tmp_path, layer, language):
    path = write_template(layer, tmp_path / f"{layer}.xlsx", language=language)
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    head = [cell.value for cell in page[1]]
    found = {column: field for field, columns in recognise(head, FACILITY).items() for column in columns}
    assert [found.get(column) for column in head] == list(fields_of(layer))
    assert all(cell.comment is not None for cell in page[1])
    assert len(page.data_validations.dataValidation) >= 6
    for field, known in (("type", TYPE[layer]), ("status", STATUS), ("precision", PRECISION)):
        assert None not in {meaning_of(word, known) for word in choices_of(layer, field, language)}
    assert [yes_or_no(word) for word in choices_of(layer, "public", language)] == [True, False]
    page.append([{"id": "01", "name": "甲"}.get(field) for field in fields_of(layer)])
    page.move_range("A202:B202", rows=-200) if page.max_row >= 202 else None
    book.save(path)
    table = read_table(Source(file=path.name), tmp_path, Problems())
    assert texts(table, head[1]) == ["甲"]


def test_templates_are_not_written_over_files_or_for_unknown_layers(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"mine")
    with pytest.raises(InputError, match="not overwritten"):
        write_template("elder_care", tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="no layer"):
        write_template("schools", tmp_path / "b.xlsx")
