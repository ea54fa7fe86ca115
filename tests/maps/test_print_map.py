"""Print maps: their text can be read out again, their type never depends on the machine."""

from __future__ import annotations

import dataclasses
import io
import re
import struct
import sys
from pathlib import Path

import numpy as np
import pypdf
import pyproj
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image
from pyproj import Geod

from coverplan.errors import InputError
from coverplan.maps import wording
from coverplan.maps.sheets import chart, print_map, standard_sheet
from coverplan.maps.sheets.chart import Window, window
from coverplan.maps.sheets.fonts import broken, print_fonts, shortened, width_em
from coverplan.maps.sheets.furniture import (
    Line,
    _legend_lines,
    legend_mark_rows,
    round_length_m,
    true_north_degrees,
)
from coverplan.maps.sheets.ground import Ground
from coverplan.maps.sheets.multiples import panel_boxes, panels_of, panels_sheet
from coverplan.maps.sheets.paper import Box, layout
from coverplan.maps.sheets.print_map import write_print_map
from coverplan.maps.sheets.sheet import Sheet
from coverplan.maps.sheets.shown import facilities_of
from coverplan.maps.subject import Subject
from coverplan.maps.symbols import Mark
from coverplan.text.typeface import font_file
from coverplan.text.words import Words
from towns import maptown, toytown


def plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def pages_of(path: Path) -> list[str]:
    return [plain(page.extract_text()) for page in pypdf.PdfReader(path).pages]


@pytest.fixture(scope="module", params=["zh", "en"])
def printed(request, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("print")
    return request.param, write_print_map(maptown.town(), folder, language=request.param)


def test_every_sheet_says_what_a_map_must_say(printed) -> None:
    language, (pdf, _) = printed
    words, result = Words(language), maptown.town()
    pages = pages_of(pdf)
    assert len(pages) == 4
    fixed = [words(f"map.{key}") for key in ("internal", "review_number", "synthetic", "legend", "sources")]
    fixed += [*wording.facts(result, words), wording.made_on(result, words), *wording.sources(result, words)]
    for text in pages:
        for sentence in fixed:
            assert plain(sentence) in text, sentence
    for text, standard in zip(pages, result.summary["standards"], strict=False):
        group = standard["groups"][0]
        people = standard["people"][group]
        assert plain(wording.measured(standard, group, words)) in text
        assert plain(words.number(people["covered"])) in text
        assert plain(words.share(people["share"])) in text
        assert plain(words("map.north")) in text


def test_the_sheet_of_all_layers_explains_its_marks_as_far_as_there_is_room(printed) -> None:
    language, (pdf, _) = printed
    words, result = Words(language), maptown.town()
    last = pages_of(pdf)[-1]
    subjects = [Subject(result, standard, words) for standard in result.summary["standards"]]
    kinds = {kind for subject in subjects for kind in facilities_of(subject, Ground(result)).kinds}
    assert kinds
    for kind in kinds:
        name = words.name_of("type", kind.type) if kind.type else words.name_of("layer", kind.layer)
        assert plain(name) in last
    assert plain(words("map.north")) in last
    many = maptown.with_standards(maptown.town(), 40)
    panels = panels_of([Subject(many, standard, words) for standard in many.summary["standards"]])
    panels = panels[: print_map.MOST_PANELS]
    with print_fonts():
        sheet = panels_sheet(panels, Ground(many), "A4", page="")
    texts = [plain(text.get_text()) for text in sheet.figure.texts]
    ground = Ground(many)
    there = list({kind: 0 for panel in panels for kind in facilities_of(panel.subject, ground).kinds})
    names = {
        plain(words.name_of("type", kind.type) if kind.type else words.name_of("layer", kind.layer))
        for kind in there
    }
    rest = re.compile(plain(words("map.more_types", count=0)).replace("0", r"(\d+)"))
    left_out = [int(found.group(1)) for text in texts if (found := rest.fullmatch(text))]
    assert sum(text in names for text in texts) + sum(left_out) == len(there)
    assert len(left_out) <= 1


def test_the_review_number_stays_empty(printed) -> None:
    language, (pdf, _) = printed
    label = plain(Words(language)("map.review_number"))
    for text in pages_of(pdf):
        assert text.count(label) == 1
        assert not re.search(re.escape(label) + r"[A-Z]*[GJS（(]?\d", text)


def test_type_is_embedded_in_parts(printed) -> None:
    _, (pdf, _) = printed
    fonts = set()
    for page in pypdf.PdfReader(pdf).pages:
        for font in page["/Resources"]["/Font"].get_object().values():
            described = font.get_object()
            assert described["/Subtype"] == "/Type3"
            assert "/ToUnicode" in described
            fonts.add(str(described["/Name"]))
    assert any("NotoSansSC" in name for name in fonts)
    assert pdf.stat().st_size < 2_000_000


def test_sheets_have_the_size_of_the_paper(tmp_path: Path) -> None:
    paths = write_print_map(maptown.with_standards(maptown.town(), 1), tmp_path, language="zh", paper="A3")
    assert [path.name for path in paths] == ["map-A3.pdf", "map-A3.png"]
    box = pypdf.PdfReader(paths[0]).pages[0].mediabox
    sides = sorted(float(side) * 25.4 / 72 for side in (box.width, box.height))
    assert sides == pytest.approx([297, 420], abs=0.2)
    width, height = struct.unpack(">II", paths[1].read_bytes()[16:24])
    assert sorted((width, height)) == pytest.approx([297 / 25.4 * 200, 420 / 25.4 * 200], abs=2)


def test_protected_places_appear_on_no_sheet(printed) -> None:
    _, (pdf, _) = printed
    content = b"".join(page.get_contents().get_data() for page in pypdf.PdfReader(pdf).pages)
    assert maptown.HIDDEN.encode("utf-16-be") not in content
    words = Words(printed[0])
    assert plain(words("map.protected")) in pages_of(pdf)[2]
    assert all(maptown.HIDDEN not in text and maptown.HIDDEN_ID not in text for text in pages_of(pdf))


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    one = maptown.with_standards(maptown.town(), 1)
    paths = [write_print_map(one, tmp_path / name, language="zh") for name in ("a", "b")]
    assert [path.read_bytes() for path in paths[0]] == [path.read_bytes() for path in paths[1]]


def test_a_missing_font_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_zh_cn", None)
    with pytest.raises(InputError) as caught:
        write_print_map(maptown.town(), tmp_path, language="zh")
    assert [problem.code for problem in caught.value.problems] == ["missing_font"]
    assert list(tmp_path.iterdir()) == []


def test_the_font_knows_the_words_of_both_languages() -> None:
    from matplotlib.ft2font import FT2Font

    known = set(FT2Font(str(font_file())).get_charmap())
    for language in ("zh", "en"):
        words = Words(language)
        texts = "".join(words._words[key] for key in sorted(words.keys()) if key[:4] == "map.")
        assert {letter for letter in texts if ord(letter) not in known} == set()


@pytest.mark.parametrize(
    "gone", [("streets",), ("units",), ("facilities",), ("demand",), ("units", "streets", "water", "railway")]
)
def test_a_study_without_some_layers_is_printed(tmp_path: Path, gone) -> None:
    result = maptown.without(maptown.with_standards(maptown.town(), 1), *gone)
    pdf, png = write_print_map(result, tmp_path, language="zh")
    assert len(pages_of(pdf)) == 1 + ("units" not in gone and "demand" not in gone)
    assert png.stat().st_size > 20_000


def test_more_layers_than_a_sheet_holds_fill_several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_map, "MOST_PANELS", 2)
    pdf, _ = write_print_map(maptown.with_standards(maptown.town(), 3), tmp_path, language="en")
    pages = pages_of(pdf)
    assert len(pages) == 6
    shown = ["layer_many-02" in text for text in pages]
    assert shown == [False, False, True, False, True, True]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 12])
def test_small_maps_stand_beside_each_other(count) -> None:
    room = Box(10, 30, 200, 120)
    boxes = panel_boxes(room, count)
    assert len({(round(box.left, 6), round(box.top, 6)) for box in boxes}) == len(boxes) == count
    assert all(box.right <= room.right + 1e-9 and box.bottom <= room.bottom + 1e-9 for box in boxes)
    assert all(0.4 < box.width / box.height < 2.6 for box in boxes)


def test_long_names_of_units_are_cut_on_the_map(tmp_path: Path) -> None:
    result = maptown.with_standards(maptown.town(), 1)
    units = result.layers["units"].copy()
    units.loc[units["code"] == "001001", "name"] = "甲" * 60
    pdf, _ = write_print_map(
        dataclasses.replace(result, layers={**result.layers, "units": units}), tmp_path, language="zh"
    )
    text = pages_of(pdf)[0]
    assert "甲" * 13 + "…" in text
    assert "甲" * 14 not in text


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError) as caught:
        write_print_map(maptown.town(), tmp_path / "file", language="zh")
    assert caught.value.problems[0].code == "unwritable"


def test_the_scale_bar_is_a_round_length_that_fits() -> None:
    for longest in (1.0, 7.3, 499.9, 500.0, 1234.5, 98_765.0):
        length = round_length_m(longest)
        assert longest / 2.5 < length <= longest
        assert f"{length:.0e}"[0] in "125"


def test_the_window_keeps_the_scale_in_both_directions() -> None:
    box = Box(0, 0, 180, 120)
    view = window((0, 0, 9_000, 3_000), box, 1.0)
    assert (view.east - view.west) * view.mm_per_m == pytest.approx(180)
    assert (view.north - view.south) * view.mm_per_m == pytest.approx(120)
    assert view.west < 0
    assert view.east > 9_000
    assert view.scale == pytest.approx(9_000 * 1.06 / 0.180)


def test_the_arrow_points_to_true_north() -> None:
    crs = pyproj.CRS.from_epsg(32650)
    view = Window(300_000, 3_800_000, 310_000, 3_810_000, 0.01, 1.0)
    to_degrees = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    x, y = 305_000.0, 3_805_000.0
    longitude, latitude = to_degrees.transform(x, y)
    north, _, _ = Geod(ellps="WGS84").fwd(longitude, latitude, 0, 1_000)[:3]
    back = pyproj.Transformer.from_crs(4326, crs, always_xy=True)
    there = np.array(back.transform(*Geod(ellps="WGS84").fwd(longitude, latitude, 0, 1_000)[:2])) - (x, y)
    assert north == pytest.approx(longitude)
    assert true_north_degrees(view, crs) == pytest.approx(
        np.degrees(np.arctan2(there[0], there[1])), abs=0.01
    )


@pytest.mark.parametrize("paper", ["A4", "A3"])
@pytest.mark.parametrize("upright", [True, False])
def test_nothing_on_the_sheet_overlaps(paper, upright) -> None:
    found = layout(paper, upright=upright)
    boxes = [found.title, found.map, found.foot, *found.columns]
    for i, one in enumerate(boxes):
        assert one.left >= 9.9
        assert one.right <= found.width - 9.9
        assert one.bottom <= found.height - 9.9
        for other in boxes[i + 1 :]:
            apart = one.right <= other.left + 1e-6 or other.right <= one.left + 1e-6
            assert apart or one.bottom <= other.top + 1e-6 or other.bottom <= one.top + 1e-6


def test_lines_are_broken_where_each_language_allows() -> None:
    assert broken("标准：全部人口，普通步行者", 6) == ["标准：全部", "人口，普通", "步行者"] or all(
        width_em(line) <= 7 for line in broken("标准：全部人口，普通步行者", 6)
    )
    assert broken("For internal use, not reviewed", 9) == ["For internal", "use, not", "reviewed"]
    assert "".join(broken("坐标系：某某（EPSG:4549）", 7)) == "坐标系：某某（EPSG:4549）"
    assert not any(line[0] in "，。）" for line in broken("一二三四，五六七八（九十），一二三", 4))
    assert broken("", 5) == [""]
    assert shortened("甲乙丙", 3) == "甲乙丙"
    assert shortened("甲乙丙丁", 3) == "甲乙…"


def test_the_png_is_the_first_sheet(printed) -> None:
    from PIL import Image

    picture = np.asarray(Image.open(io.BytesIO(printed[1][1].read_bytes())).convert("RGB"))
    colours = {tuple(pixel) for pixel in picture[::7, ::7].reshape(-1, 3)}
    assert (0xD9, 0xEC, 0xF7) in colours
    assert toytown.CRS


@pytest.mark.parametrize(("most", "pictures"), [(0, 1), (400_000, 0)])
def test_very_many_cells_stand_in_a_picture(
    most: int, pictures: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chart, "MOST_VERTICES", most)
    result = maptown.without(maptown.with_standards(maptown.town(), 1), "units")
    pdf, _ = write_print_map(result, tmp_path, language="zh")
    (page,) = pypdf.PdfReader(pdf).pages
    assert len(page.images) == pictures
    assert plain(Words("zh")("map.legend")) in pages_of(pdf)[0]


def far_right(sheet: Sheet) -> float:
    """Millimetres from the left edge to where the rightmost line of a sheet ends, as it is drawn."""
    canvas = FigureCanvasAgg(sheet.figure)
    canvas.draw()
    ends = [
        line.get_window_extent(canvas.get_renderer()).x1 for line in sheet.figure.texts if line.get_text()
    ]
    return max(ends) / sheet.figure.bbox.width * sheet.layout.width


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("upright", [True, False])
def test_lines_below_the_title_end_on_the_page(language, upright) -> None:
    words, result = Words(language), maptown.town()
    first = {"code": "off_network_high", "standard": result.summary["standards"][0]["key"], "share": 0.5}
    alarmed = dataclasses.replace(
        result, summary={**result.summary, "warnings": [{**first, "group": "age_60_plus"}]}
    )
    (warning,) = wording.warnings(alarmed, words)
    subtitle = " ".join(wording.measured(s, "total", words) for s in result.summary["standards"][:2])
    with print_fonts():
        for draw in (
            lambda sheet: standard_sheet.heading(sheet, subtitle, subtitle, statement=warning * 2),
            lambda sheet: standard_sheet.notices(sheet, alarmed, words),
        ):
            sheet = Sheet(layout("A4", upright=upright))
            draw(sheet)
            assert far_right(sheet) <= sheet.layout.title.right
    assert any(line.get_text()[:12] == warning[:12] for line in sheet.figure.texts)


def test_every_sheet_says_that_people_were_spread_evenly() -> None:
    """The number of people covered is an estimate then; no sheet may go out without saying so."""
    result, words = maptown.changed(), Words("zh")
    population = {**result.manifest["parameters"]["study"]["population"], "spread": "uniform"}
    study = {**result.manifest["parameters"]["study"], "population": population}
    manifest = {**result.manifest, "parameters": {**result.manifest["parameters"], "study": study}}
    spread = dataclasses.replace(result, manifest=manifest)
    said = plain(words("map.people_note.uniform"))
    with print_fonts():
        found = list(print_map.sheets(Ground(spread), words, "A4"))
        silent = next(print_map.sheets(Ground(result), words, "A4"))
    maps = [sheet for sheet in found if sheet.figure.axes]
    assert len(maps) > 2
    for sheet in [*maps, silent]:
        told = plain("".join(text.get_text() for text in sheet.figure.texts))
        assert told.count(said) == (sheet is not silent)


def test_files_that_share_what_they_pack_are_those_that_share_nothing(tmp_path: Path, printed) -> None:
    language, (pdf, png) = printed
    ground = Ground(maptown.town())
    other = "en" if language == "zh" else "zh"
    write_print_map(ground.result, tmp_path / "other", language=other, ground=ground)
    again = write_print_map(ground.result, tmp_path / "again", language=language, ground=ground)
    assert [path.read_bytes() for path in again] == [pdf.read_bytes(), png.read_bytes()]


def test_shapes_of_many_corners_and_lines_that_come_again_are_written_once() -> None:
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    from coverplan.maps.sheets.line import Line
    from coverplan.maps.sheets.pdf_file import MANY, MapPages, Packed

    round_ = np.linspace(0, 2 * np.pi, MANY)
    circle = Outline(np.column_stack([0.5 + 0.3 * np.cos(round_), 0.5 + 0.3 * np.sin(round_)]))
    made = io.BytesIO()
    with print_fonts(), MapPages(made, {"CreationDate": None}, Packed()) as pages:
        for _ in range(2):
            figure = Figure(figsize=(2, 3))
            figure.add_artist(PathPatch(circle, facecolor="#ff0000", transform=figure.transFigure))
            for up in (0.1, 0.9):
                figure.add_artist(Line(0.1, up, "澄湾 to", fontsize=8, transform=figure.transFigure))
            figure.savefig(pages, format="pdf")
    reader = pypdf.PdfReader(made, strict=True)
    contents = [page.get_contents().get_data() for page in reader.pages]
    assert [content.count(b"/L0 Do") for content in contents] == [1, 1]
    assert all(plain(page.extract_text()).count(plain("澄湾 to")) == 2 for page in reader.pages)
    (form,) = [each.get_object() for each in reader.pages[0]["/Resources"]["/XObject"].get_object().values()]
    assert [float(side) for side in form["/BBox"]] == [0, 0, 144, 216]
    drawn = form.get_data()
    assert drawn.count(b" l") == MANY - 1
    start = [float(word) for word in drawn.split(b" m")[0].split()]
    assert start == pytest.approx([0.8 * 144, 0.5 * 216], abs=1e-4)


def test_types_that_are_many_are_written_smaller_before_any_is_left_out() -> None:
    lying = layout("A4", upright=False)
    rows = [(Mark("#0072b2", "square"), f"a type of facility that has a long name {i}") for i in range(11)]
    sizes, left = [], []
    for height in (60.0, 35.0, 12.0):
        sheet = Sheet(lying)
        left_out, below = legend_mark_rows(sheet, Box(220.0, 40.0, 66.0, height), rows)
        written = [text for text in sheet.figure.texts if text.get_text().startswith("a type")]
        assert len(written) == len(rows) - left_out
        assert below <= 40.0 + height
        sizes.append(written[0].get_fontsize())
        left.append(left_out)
    assert left[:2] == [0, 0]
    assert left[2] > 0
    assert sizes[0] > sizes[1] >= sizes[2]


def test_thin_lines_of_a_legend_are_seen_wherever_between_pixels_they_fall() -> None:
    """A border of communities is thinner than a pixel: at some places on the sheet it was drawn on none."""
    lying, line = layout("A4", upright=False), Line("#222222", "border of community", 0.25)
    sheet, wide = Sheet(lying), 66.0
    tops = [20.0 + 6.03 * number for number in range(24)]
    for top in tops:
        _legend_lines(sheet, Box(220.0, top, wide, 5.0), top, [line])
    picture = np.asarray(Image.open(io.BytesIO(sheet.png(print_map.PNG_DPI))).convert("L"))
    per_mm = print_map.PNG_DPI / 25.4
    samples = picture[:, round(221.0 * per_mm) : round(226.0 * per_mm)].min(axis=1)
    seen = [samples[round(top * per_mm) : round((top + 5.0) * per_mm)].min() for top in tops]
    assert max(seen) < 200


@pytest.mark.parametrize(("language", "office"), [("zh", "玩具县民政局"), ("en", "Toy bureau")])
def test_the_office_of_the_report_is_named_as_maker_of_the_map(language, office) -> None:
    town = maptown.town()
    words = Words(language)
    assert wording.made_by(town, words) == words("map.made_by", office=words("map.unknown_date"))
    head = {"report": {"office": {"zh": "玩具县民政局", "en": "Toy bureau"}}}
    named = dataclasses.replace(
        town, summary={**town.summary, "scenario": {**town.summary["scenario"], **head}}
    )
    assert wording.made_by(named, words) == words("map.made_by", office=office)
