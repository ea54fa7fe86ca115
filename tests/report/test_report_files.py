"""Files of a report: the same numbers in all of them, nothing that runs, and what an office expects of each."""

from __future__ import annotations

import csv
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import docx
import openpyxl
import pytest

from coverplan.errors import InputError
from coverplan.report import write_report, write_tables
from coverplan.report.build import build, tables
from coverplan.report.cellformat import written
from coverplan.report.content import Column, Gallery, Heading, Row, Table
from coverplan.report.documents.webpage import UPRIGHT_LETTERS, layout, webpage
from coverplan.report.documents.workbook import _sheet_name
from coverplan.text.cells import text_lines
from coverplan.text.words import LANGUAGES, Words
from makers import toyreport

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Page(HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def written_files(toy, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    write_report(toy, folder, language="zh")
    write_tables(toy, folder, language="zh")
    return folder


def cells_of(document, words) -> list[str]:
    return [
        written(value, column, words, row.decimals)
        for table in document.tables()
        for row in table.rows
        for value, column in zip(row.values, table.columns, strict=True)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_and_word_file_hold_every_cell_and_the_workbook_every_number(toy, tmp_path, language):
    document = build(toy, language=language)
    words = Words(language)
    expected = set(cells_of(document, words))
    paths = {path.suffix: path for path in write_report(toy, tmp_path, language=language)}
    page = {text.strip() for text in Page(paths[".html"].read_text("utf-8")).text}
    assert {cell.strip() for cell in expected} <= page
    word = docx.Document(str(paths[".docx"]))
    in_word = {cell.text for table in word.tables for row in table.rows for cell in row.cells}
    assert expected <= in_word
    book = openpyxl.load_workbook(paths[".xlsx"])
    in_book = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    covered = toy.summary["standards"][0]["people"]["total"]["covered"]
    assert covered == 150
    assert covered in in_book
    assert words.number(covered) in page
    assert words.number(covered) in in_word


def test_the_page_asks_for_nothing_and_runs_nothing(toy):
    page = Page(webpage(build(toy, language="zh")))
    assert not {"script", "link", "img", "iframe", "object", "base"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
    targets = [value for name, value in page.attributes if name == "href"]
    assert targets
    assert all(value.startswith("#h-") for value in targets)
    identifiers = [value for name, value in page.attributes if name == "id"]
    assert {target[1:] for target in targets} <= set(identifiers)
    assert len(set(identifiers)) == len(identifiers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_names_are_text_on_the_page(hostile, language):
    text = webpage(build(hostile, language=language))
    page = Page(text)
    assert not {"script", "img"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    shown = "".join(page.text)
    assert toyreport.HOSTILE[0] in shown
    assert toyreport.HOSTILE[1] in shown


def test_hostile_names_are_text_in_workbooks_and_csv(hostile, tmp_path):
    paths = write_tables(hostile, tmp_path, language="en")
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    values = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in values if cell.data_type == "f"]
    assert "'" + toyreport.HOSTILE[1] in {cell.value for cell in values}
    for path in paths:
        if path.suffix != ".csv":
            continue
        with path.open(encoding="utf-8-sig", newline="") as file:
            starts = [cell[:1] for row in csv.reader(file) for cell in row if not _is_number(cell)]
        assert not {"=", "+", "@", "-"} & set(starts), path.name
    write_report(hostile, tmp_path, language="en", formats=("xlsx",))
    report = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert not [c for sheet in report for row in sheet.iter_rows() for c in row if c.data_type == "f"]


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?[0-9.]+(E[+-]?[0-9]+)?", text) is not None


def test_hostile_names_stand_in_the_word_file_as_they_are(hostile, tmp_path):
    write_report(hostile, tmp_path, language="en", formats=("docx",))
    word = docx.Document(str(tmp_path / "report.docx"))
    headings = [p.text for p in word.paragraphs if p.style.name.startswith("Heading")]
    assert any(toyreport.HOSTILE[0] in heading for heading in headings)


def test_names_with_control_characters_break_no_file(toy, tmp_path):
    units = [{**unit, "name": unit["name"] + "\x00\x0b"} for unit in toy.summary["units"]]
    from dataclasses import replace

    strange = replace(toy, summary={**toy.summary, "units": units})
    for path in write_report(strange, tmp_path, language="zh", formats=("docx", "xlsx")):
        assert zipfile.is_zipfile(path)
    docx.Document(str(tmp_path / "report.docx"))
    openpyxl.load_workbook(tmp_path / "report.xlsx")


def xml_of(path: Path, part: str) -> ET.Element:
    with zipfile.ZipFile(path) as archive:
        return ET.fromstring(archive.read(part))  # noqa: S314 - our own file


def test_word_tables_repeat_their_heads_and_fit_the_page(written_files, toy):
    body = xml_of(written_files / "report.docx", "word/document.xml").find(f"{W}body")
    document = build(toy, language="zh")
    room, heads = [], 0
    sections = list(body.iter(f"{W}sectPr"))
    for section in sections:
        size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
        width, height = int(size.get(f"{W}w")), int(size.get(f"{W}h"))
        # A4 is 210 by 297 mm; a twentieth of a point is 25.4 / 1440 mm
        assert sorted((round(width * 25.4 / 1440), round(height * 25.4 / 1440))) == [210, 297]
        room.append(width - int(margins.get(f"{W}left")) - int(margins.get(f"{W}right")))
    assert len(set(room)) == 2  # upright and wide pages
    section = 0
    for element in body:
        if element.tag == f"{W}tbl" and element.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None:
            heads += 1
            width = sum(int(column.get(f"{W}w")) for column in element.findall(f"{W}tblGrid/{W}gridCol"))
            assert width <= room[section] + 20
        if element.find(f"{W}pPr/{W}sectPr") is not None:
            section += 1
    assert heads == len(document.tables())


def test_word_file_has_contents_captions_page_numbers_and_chinese_fonts(written_files, toy):
    document = build(toy, language="zh")
    root = xml_of(written_files / "report.docx", "word/document.xml")
    codes = [element.text.strip() for element in root.iter(f"{W}instrText")]
    figures = sum(
        len(block.figures) if isinstance(block, Gallery) else type(block).__name__ == "Figure"
        for block in document.blocks
    )
    assert sum(code.startswith("TOC ") for code in codes) == 1
    assert sum(code.startswith("SEQ 表") for code in codes) == len(document.tables())
    assert sum(code.startswith("SEQ 图") for code in codes) == figures
    begun = [e.get(f"{W}fldCharType") for e in root.iter(f"{W}fldChar")]
    assert begun.count("begin") == begun.count("end") == len(codes)
    with zipfile.ZipFile(written_files / "report.docx") as archive:
        names = archive.namelist()
        feet = [archive.read(name).decode() for name in names if "footer" in name and name.endswith(".xml")]
        heads = [archive.read(name).decode() for name in names if "header" in name and name.endswith(".xml")]
        styles = archive.read("word/styles.xml").decode()
    assert any(" PAGE " in foot for foot in feet)
    assert any(document.head.mark in head for head in heads)
    for font in ("宋体", "黑体", "仿宋"):
        assert f'w:eastAsia="{font}"' in styles
    assert not [name for name in names if "font" in name.lower() and not name.endswith("fontTable.xml")]
    levels = {p.style.name for p in docx.Document(str(written_files / "report.docx")).paragraphs}
    assert {"Heading 1", "Heading 2", "Caption"} <= levels


def test_contents_of_the_word_file_lead_to_its_headings(written_files, toy):
    root = xml_of(written_files / "report.docx", "word/document.xml")
    links = {element.get(f"{W}anchor") for element in root.iter(f"{W}hyperlink")}
    marks = [element.get(f"{W}name") for element in root.iter(f"{W}bookmarkStart")]
    headings = [b for b in build(toy, language="zh").blocks if isinstance(b, Heading)]
    assert len(marks) == len(set(marks)) == len(headings)
    assert len(links) == sum(heading.level <= 2 for heading in headings)
    assert links <= set(marks)


def test_table_book_has_heads_filters_frozen_rows_and_number_formats(written_files, toy):
    book = openpyxl.load_workbook(written_files / "tables.xlsx")
    found = tables(toy, language="zh")
    assert len(book.sheetnames) == len(found) + 1
    for sheet, table in zip(book.worksheets[1:], found, strict=True):
        assert sheet.freeze_panes == "A4", table.key
        assert sheet.auto_filter.ref.startswith("A3:"), table.key
        heads = [cell.value for cell in sheet[3]][: len(table.columns)]
        expected = [c.title + (f" ({c.unit})" if c.unit else "") for c in table.columns]
        assert heads == expected
        assert "虚构" in sheet["A1"].value  # R14
    position = [table.key for table in found].index("units_town")
    share = [column.key for column in found[position].columns].index("share") + 1
    cell = book.worksheets[1 + position].cell(4, share)
    assert cell.number_format == "0.0%"
    # town A, all residents: 9 of 10 points
    assert cell.value == pytest.approx(0.9)


def test_reported_values_look_different_in_every_file(written_files, toy):
    page = (written_files / "report.html").read_text("utf-8")
    assert re.search(r'<td class="n reported">87.5〔填报〕</td>', page)
    word = xml_of(written_files / "report.docx", "word/document.xml")
    runs = [run for run in word.iter(f"{W}r") if "".join(run.itertext()) == "87.5〔填报〕"]
    assert runs
    assert all(run.find(f"{W}rPr/{W}i") is not None for run in runs)
    book = openpyxl.load_workbook(written_files / "report.xlsx")
    cells = [c for s in book for row in s.iter_rows() for c in row if c.value == "87.5〔填报〕"]
    assert cells
    assert all(cell.font.italic and cell.fill.fill_type == "lightUp" for cell in cells)


def test_csv_has_the_numbers_as_they_are_and_the_mark(written_files):
    with (written_files / "csv" / "units_town.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    total = next(row for row in rows if row["辖区"] == "合计" and row["人群"] == "全部人口")
    assert (float(total["人数 (人)"]), float(total["已覆盖 (人)"]), float(total["覆盖率"])) == (250, 150, 0.6)
    assert {row["数据性质"] for row in rows} == {Words("zh")("summary.synthetic")}


def test_a_folder_that_cannot_be_written_is_one_clear_problem(toy, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        write_report(toy, blocked / "out", language="zh", formats=("html",))
    assert caught.value.problems[0].code == "unwritable"


def test_a_file_that_fails_half_way_leaves_the_old_one(toy, tmp_path, monkeypatch):
    (tmp_path / "report.html").write_text("old", encoding="utf-8")

    def fail(document, path):
        path.write_text("half", encoding="utf-8")
        raise OSError("disk full")

    monkeypatch.setattr("coverplan.report.documents.webpage.write_page", fail)
    with pytest.raises(InputError):
        write_report(toy, tmp_path, language="zh", formats=("html",))
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert (tmp_path / "report.html").read_text("utf-8") == "old"


@pytest.mark.parametrize(
    ("text", "letters", "lines"),
    [("", 10, 1), ("short", 10, 1), ("一二三四五六七八九十", 22, 1), ("一二三四五六七八九十", 11, 2), ("a\nb", 10, 2),
     ("x" * 40, 10, 5)],
)  # fmt: skip
def test_lines_of_a_text_in_a_column(text, letters, lines):
    assert text_lines(text, letters) == lines


@pytest.mark.parametrize("name", ["report.xlsx", "tables.xlsx"])
def test_rows_of_workbooks_are_as_tall_as_their_texts(written_files, name):
    book, tall = openpyxl.load_workbook(written_files / name), 0
    for sheet in book:
        merged = {cell for area in sheet.merged_cells.ranges for row in area.rows for cell in row}
        for row in sheet.iter_rows():
            for cell in row:
                if not isinstance(cell.value, str) or not cell.alignment.wrap_text:
                    continue
                if (cell.row, cell.column) in merged:
                    continue
                width = sheet.column_dimensions[cell.column_letter].width
                # letters alone, without a word that breaks early: as little as any program needs
                needed = sum(max(1, -(-len(line) // int(width))) for line in cell.value.split("\n"))
                if needed > 1:
                    tall += 1
                    assert sheet.row_dimensions[cell.row].height >= min(15 * needed, 400), cell.coordinate
    assert tall > 3


def test_a_paragraph_of_a_workbook_is_as_tall_as_its_lines_across_the_columns(written_files):
    checked = 0
    for sheet in openpyxl.load_workbook(written_files / "report.xlsx"):
        across = sum(
            sheet.column_dimensions[letter].width
            for letter in "ABCDEFGHIJ"
            if letter in sheet.column_dimensions
        )
        for area in sheet.merged_cells.ranges:
            text = sheet.cell(area.min_row, 1).value
            letters = sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
            least = -(-letters // int(across + 8.43 * 10))  # if no table had widened any of the ten columns
            height = sheet.row_dimensions[area.min_row].height
            assert height <= 16.5 * (1.3 * letters / max(across, 84.0) + 1), text
            assert height >= 15 * least, text
            checked += letters > 100
    assert checked


@pytest.mark.parametrize(
    ("caption", "name"),
    [
        ("2  People served by each facility", "2  People served by each"),
        ("Internationalisierungsbestrebungen", "Internationalisierungsbestrebun"),
        ("二、各街道（乡镇）指标一览", "二、各街道（乡镇）指标一览"),
    ],
)
def test_names_of_sheets_end_with_a_word(caption, name):
    assert _sheet_name(caption, "key", []) == name


def test_the_summary_of_a_workbook_prints_on_one_page_and_the_rest_on_as_many_as_it_needs(written_files):
    first, *rest = openpyxl.load_workbook(written_files / "report.xlsx").worksheets
    assert (first.page_setup.fitToWidth, first.page_setup.fitToHeight) == (1, 1)
    assert {sheet.page_setup.fitToHeight for sheet in rest} == {0}


def test_the_cover_of_a_workbook_is_no_page_of_its_own(written_files):
    first = openpyxl.load_workbook(written_files / "report.xlsx").worksheets[0]
    heading = next(row for row in range(1, first.max_row + 1) if first.cell(row, 1).font.size == 15)
    assert all(one.id >= heading for one in first.row_breaks.brk)


def test_words_of_a_cell_are_whole_where_the_page_has_room():
    columns = (Column("group", "", width=6), *(Column(f"long{at}", "", width=50) for at in range(2)))
    for text in ("all residents", "x" * 40):
        whole, parts = layout(Table("t", "", columns, (Row((text, "a b", "c d")),)), wide=False)
        letters = whole / 100 * UPRIGHT_LETTERS * parts[0] / 100
        # nine letters of a face whose letters are a little narrower than those of a code, and the room at their sides
        assert (letters >= 0.9 * len("residents") + 1.9) is (text == "all residents")
        assert whole <= 100
