"""How a Word file falls into pages: contents, rows, heads, boxes, breaks and what it says of itself."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import stat
import sys
import textwrap
import zipfile
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from PIL import ImageFont

from coverplan.report import write_report
from coverplan.report.build import build
from coverplan.report.content import (
    Blank,
    Bullets,
    Column,
    Contents,
    Document,
    Figure,
    Gallery,
    Head,
    Heading,
    PageBreak,
    Paragraph,
    Row,
    Table,
    numbered,
)
from coverplan.report.documents import word_pages
from coverplan.report.documents.word import write_word
from coverplan.report.documents.word_letters import NAME, times_settings
from coverplan.report.drawings.charts import Part, counts_bar
from coverplan.report.drawings.png import Pictures

NARROW = (Column("a", "A"), Column("b", "B", width=30))
BROAD = (Column("a", "A", width=70), Column("b", "B", width=70))


def table(columns, texts, key="t") -> Table:
    return Table(key, "Caption", columns, tuple(Row(("x", text)) for text in texts))


def written_file(tmp_path, *blocks):
    head = Head(
        "Title", "Subtitle", ("fact",), "mark", "foot", dt.datetime.fromisoformat("2026-01-05T08:00:00+08:00")
    )
    write_word(Document(head, "en", numbered(blocks)), tmp_path / "r.docx", Pictures({}))
    return docx.Document(str(tmp_path / "r.docx"))


THREE = (
    Contents("Contents"),
    *(
        block
        for name in ("First", "Second", "Third")
        for block in (PageBreak(), Heading(name, name), Paragraph("text"), Heading(f"{name}1", f"{name} part", 2))
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def report(toy, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("layout")
    (path,) = write_report(toy, folder, language="zh", formats=["docx"])
    return path


def entries(file) -> list[str]:
    return [p.text for p in file.paragraphs if p.style.name.lower().startswith("toc ")]


def codes(file) -> list[str]:
    return [element.text.split()[0] for element in file.element.iter(qn("w:instrText"))]


def test_word_never_asks_whether_to_update_fields(report):
    with zipfile.ZipFile(report) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}
    assert "updateFields" not in parts["word/settings.xml"]
    assert not [name for name, text in parts.items() if "w:dirty" in text]


def test_no_field_is_empty_and_contents_without_pages_are_a_plain_list(report, toy):
    file = docx.Document(str(report))
    headings = [b.text for b in build(toy, language="zh").blocks if isinstance(b, Heading) and b.level <= 2]
    assert entries(file) == headings
    assert "PAGEREF" not in codes(file)
    shown, inside, fields = [], False, 0
    for element in file.element.iter(qn("w:fldChar"), qn("w:t")):
        kind = element.get(qn("w:fldCharType"))
        if kind == "separate":
            shown, inside = [], True
        elif kind == "end" and inside:
            assert "".join(shown).strip()
            inside, fields = False, fields + 1
        elif kind is None:
            shown.append(element.text)
    assert fields == len(codes(file))


#: By hand: the title, the contents, then each section begins a page.
PAGES = [("First", 3), ("First part", 3), ("Second", 4), ("Second part", 4), ("Third", 5), ("Third part", 5)]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_contents_name_the_page_on_which_libreoffice_sets_each_heading(tmp_path, monkeypatch):
    # on a machine without a font as wide as Word's it is lent one
    monkeypatch.delenv(word_pages.SETTING)
    file = written_file(tmp_path, *THREE)
    assert entries(file) == [f"{name}\t{page}" for name, page in PAGES]
    assert codes(file).count("PAGEREF") == len(PAGES)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script")
@pytest.mark.parametrize(
    ("font", "known"),
    [
        ("BAAAAA+LiberationSerif", True),
        ("TimesNewRomanPSMT", True),
        ("BAAAAA+DejaVuSerif", False),
        ("CAAAAA+NotoSansCJKsc-Regular", False),
    ],
)
def test_contents_have_pages_only_where_letters_are_as_wide_as_in_word(tmp_path, monkeypatch, font, known):
    body = f"""
    import sys
    from pypdf import PdfWriter
    from pypdf.generic import DictionaryObject, NameObject
    writer = PdfWriter()
    for _ in range(5):
        page = writer.add_blank_page(100, 100)
    own = DictionaryObject({{NameObject("/BaseFont"): NameObject("/{font}")}})
    fonts = DictionaryObject({{NameObject("/F1"): own}})
    page[NameObject("/Resources")] = DictionaryObject({{NameObject("/Font"): fonts}})
    for name, number in {PAGES!r}:
        writer.add_outline_item(name, number - 1)
    writer.write(sys.argv[-1][:-4] + "pdf")
    """
    monkeypatch.setenv(word_pages.SETTING, str(program(tmp_path, body)))
    file = written_file(tmp_path, *THREE)
    assert entries(file) == [f"{name}\t{page}" if known else name for name, page in PAGES]


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script")
@pytest.mark.parametrize(
    ("family", "lacks"),
    [("Liberation Serif", False), ("Times New Roman,Times", False), ("DejaVu Serif", True)],
)
def test_a_program_of_the_system_without_the_font_is_not_asked_at_all(tmp_path, monkeypatch, family, lacks):
    teller = tmp_path / "fc-match"
    program(tmp_path, f"print({family!r})").rename(teller)
    monkeypatch.setenv("PATH", str(tmp_path))
    office = program(tmp_path, "pass")
    assert not word_pages.lacks_font(str(office))  # it may bring its own fonts
    monkeypatch.setattr(word_pages, "SYSTEM", tmp_path.resolve())
    assert word_pages.lacks_font(str(office)) is lacks
    teller.unlink()
    assert not word_pages.lacks_font(str(office))


def test_lines_are_of_one_height_whatever_font_a_machine_has(report):
    file = docx.Document(str(report))
    used = {p.style.name for p in file.paragraphs} | {
        p.style.name for t in file.tables for c in t._cells for p in c.paragraphs
    }
    for name in used - {"Normal"}:
        spacing = file.styles[name].element.pPr.find(qn("w:spacing"))
        size = file.styles[name].font.size
        assert spacing.get(qn("w:lineRule")) == "exact", name
        assert 1.1 * size.pt <= int(spacing.get(qn("w:line"))) / 20 <= 2.1 * size.pt, name
    # lines that pictures stand in grow with them
    for paragraph in file.paragraphs:
        if paragraph._p.find(f".//{qn('w:drawing')}") is not None:
            assert paragraph.style.name == "Normal"
            assert paragraph.paragraph_format.line_spacing is None


def test_an_id_is_not_broken_at_its_hyphen_and_reads_as_before(tmp_path):
    text = "needs D-09, D-T01 and a 15-minute self-check of CGCS-2000"
    table = Table("t", text, (Column("a", "D-09"),), (Row((text,)),), text)
    file = written_file(tmp_path, Heading("h", text), Paragraph(text), Bullets((text,)), table)
    told = [p.text for p in file.paragraphs] + [c.text for t in file.tables for c in t._cells]
    assert sum(text in one for one in told) == 6
    hyphens = list(file.element.iter(qn("w:noBreakHyphen")))
    assert len(hyphens) == 3 * 6 + 1  # three ids in each, and the head of the column
    assert not re.search(r"[A-Z]-[A-Z]*\d", "\n".join(t.text for t in file.element.iter(qn("w:t"))))


def test_a_list_of_ids_can_be_broken_between_them_in_any_program(tmp_path):
    file = written_file(
        tmp_path, Paragraph("可靠，D-02、D-09不可靠；SY-T13"), table(NARROW, ["D-09、D-T01、甲、乙-1"])
    )
    assert file.tables[0].rows[1].cells[1].text == "D-09、 D-T01、甲、乙-1"
    assert "可靠， D-02、 D-09不可靠； SY-T13" in [paragraph.text for paragraph in file.paragraphs]


def test_the_unit_in_a_head_is_never_broken(tmp_path):
    columns = (
        Column("a", "半数人口到达时间", unit="分钟", width=8),
        Column("b", "人数", unit="人", width=30),
        BROAD[0],
    )
    (found,) = written_file(tmp_path, Table("t", "", columns, (Row(("1", "2", "3")),))).tables
    assert [cell.text for cell in found.rows[0].cells] == ["半数人口到达时间\n(分钟)", "人数 (人)", "A"]


#: Advance widths of Times New Roman and its bold face in thousandths, as its makers publish them.
TIMES = {
    "STIXGeneral": {"0": 500, "9": 500, " ": 250, "%": 833, "+": 564, "A": 722, "J": 389, "m": 778, "'": 180},
    "STIXGeneralBol": {"0": 500, " ": 250, "%": 1000, "+": 570, "A": 722, "J": 500, "m": 833, "'": 278},
    "STIXGeneralItalic": {"0": 500, "%": 833, "+": 675, "A": 611, "p": 500},
}


@pytest.mark.parametrize("face", TIMES)
def test_letters_that_libreoffice_is_lent_are_as_wide_as_those_of_times(tmp_path, face):
    times_settings(tmp_path)
    font = ImageFont.truetype(str(tmp_path / f"{face}.ttf"), 1000, layout_engine=ImageFont.Layout.BASIC)
    assert {letter: font.getlength(letter) for letter in TIMES[face]} == TIMES[face]
    assert font.getname()[0] == NAME


def program(tmp_path, body: str) -> Path:
    path = tmp_path / "office"
    path.write_text(f"#!{sys.executable}\n{textwrap.dedent(body)}", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script")
@pytest.mark.parametrize(
    "body",
    [
        "import time\ntime.sleep(60)",
        "raise SystemExit(1)",
        "pass",
        "import sys\nopen(sys.argv[-1][:-4] + 'pdf', 'wb').write(b'no pdf')",
        """
        import sys
        from pypdf import PdfWriter
        writer = PdfWriter()
        writer.add_blank_page(100, 100)
        writer.add_outline_item("Another heading", 0)
        writer.write(sys.argv[-1][:-4] + "pdf")
        """,
    ],
    ids=["hangs", "fails", "writes nothing", "writes no pdf", "has other headings"],
)
def test_contents_are_plain_where_the_pages_cannot_be_told(tmp_path, monkeypatch, body):
    monkeypatch.setenv(word_pages.SETTING, str(program(tmp_path, body)))
    monkeypatch.setattr(word_pages, "LONGEST_S", 0.3 if "sleep" in body else 30.0)
    file = written_file(tmp_path, *THREE)
    assert entries(file) == ["First", "First part", "Second", "Second part", "Third", "Third part"]
    assert "PAGEREF" not in codes(file)


def test_nothing_is_laid_out_where_that_is_off_or_the_report_is_long(tmp_path, monkeypatch):
    assert word_pages.office() is None  # off, as in every test
    called = []
    monkeypatch.setattr("coverplan.report.documents.word.office", lambda: called.append(1))
    many = [Heading(str(i), str(i)) for i in range(word_pages.MOST_HEADINGS + 1)]
    written_file(tmp_path, Contents("Contents"), *many)
    written_file(tmp_path, Paragraph("no contents"), Heading("a", "A"))
    assert not called


def test_rows_stand_whole_heads_repeat_and_keep_with_the_first_row(report, toy):
    file = docx.Document(str(report))
    heads = [t for t in file.tables if t.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None]
    assert len(heads) == len(build(toy, language="zh").tables())
    for found in heads:
        assert all(kept(p) for cell in found.rows[0].cells for p in cell.paragraphs)
        for row in found.rows:
            assert row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None
        # the last rows are carried along by what follows, so that no page begins with one of them alone
        assert all(kept(p) for row in found.rows[-4:] for cell in row.cells for p in cell.paragraphs)


@pytest.mark.parametrize(("texts", "free"), [(["1"] * 8, 0), (["1"] * 20, 14), (["word " * 60] * 12, 6)])
def test_a_short_list_stands_on_one_page_and_neither_end_of_a_long_one_is_a_line_or_two(
    tmp_path, texts, free
):
    (found,) = written_file(tmp_path, table(NARROW, texts)).tables
    start, end = (2, 4) if free else (0, len(texts))
    assert [kept(row.cells[0].paragraphs[0]) for row in found.rows[1:]] == [
        *[True] * start,
        *[False] * free,
        *[True] * end,
    ]


def test_pictures_have_no_room_of_their_own_that_pushes_them_over_the_margin(report):
    found = re.findall(r"<wp:inline[^>]*>", zipfile.ZipFile(report).read("word/document.xml").decode())
    assert found
    assert all(f'{side}="0"' in one for one in found for side in ("distT", "distB", "distL", "distR"))


def kept(paragraph) -> bool:
    return paragraph.paragraph_format.keep_with_next is True


def test_only_a_row_that_no_page_holds_may_be_split(tmp_path):
    file = written_file(tmp_path, table(NARROW, ["short", "word " * 2000, "line\n" * 20]))
    split = [row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is None for row in file.tables[0].rows]
    assert split == [False, False, True, False]


def test_a_box_keeps_together_and_with_the_rows_before_it(tmp_path):
    file = written_file(tmp_path, table(NARROW, ["1", "2", "3"]), Blank("Write here", 3), Paragraph("after"))
    before, box = file.tables
    between = before._tbl.getnext()
    assert between.tag == qn("w:p")
    assert between.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None
    assert between.getnext() is box._tbl
    assert [kept(row.cells[0].paragraphs[0]) for row in box.rows] == [True, True, True, False]


def test_headings_and_captions_keep_with_what_follows(report, toy):
    file = docx.Document(str(report))
    for level in (1, 2, 3):
        assert file.styles[f"Heading {level}"].paragraph_format.keep_with_next
    captions = [p for p in file.paragraphs if p.style.name == "Caption" and p._p.getnext().tag == qn("w:tbl")]
    assert len(captions) == len(build(toy, language="zh").tables())
    assert all(kept(caption) for caption in captions)


def test_first_words_below_a_heading_keep_with_their_table(tmp_path):
    rows, told = table(NARROW, ["1"]), [Paragraph(word) for word in "abcd"]
    heads = [Heading(name, name) for name in ("one", "two", "three")]
    file = written_file(
        tmp_path,
        heads[0],
        told[0],
        rows,
        told[1],
        table(NARROW, ["2"], "u"),
        heads[1],
        told[2],
        heads[2],
        told[3],
    )
    kept_ones = {p.text: kept(p) for p in file.paragraphs if p.text in set("abcd")}
    assert kept_ones == {"a": True, "b": False, "c": False, "d": False}


def test_a_section_begins_a_page_without_a_paragraph_that_could_fill_one(report, toy):
    file = docx.Document(str(report))
    lone = [p for p in file.paragraphs if p._p.find(f".//{qn('w:br')}[@{qn('w:type')}='page']") is not None]
    assert lone == []
    blocks = build(toy, language="zh").blocks
    # the first section stands below the title
    begun = [after.text for before, after in pairwise(blocks) if isinstance(before, PageBreak)][1:]
    broken = [p.text for p in file.paragraphs if p.paragraph_format.page_break_before]
    turned = len(file.sections) - 1
    broken.remove("目录")  # which has no heading of its own
    assert len(broken) + turned == len(begun)
    assert set(broken) <= set(begun)


def test_pages_are_turned_only_where_a_table_needs_it(tmp_path):
    blocks = (
        Paragraph("cover"),
        *(PageBreak(wide=True), Heading("a", "A"), table(NARROW, ["1"], "a")),
        *(PageBreak(wide=True), Heading("b", "B"), table(BROAD, ["1"], "b")),
        *(PageBreak(), Heading("c", "C"), table(BROAD, ["1"], "c")),
    )
    file = written_file(tmp_path, *blocks)
    assert [section.page_width > section.page_height for section in file.sections] == [False, True, False]
    # the first needs no turn: it shares the section of the page before it
    assert [p.text for p in file.paragraphs if p.paragraph_format.page_break_before] == ["A"]


def test_the_file_says_what_it_is_of_whom_and_when(tmp_path, report, toy):
    core = written_file(tmp_path, Paragraph("text")).core_properties
    assert (core.title, core.subject, core.author, core.last_modified_by) == (
        "Title",
        "Subtitle",
        "coverplan",
        "coverplan",
    )
    # eight in the morning in Beijing is midnight in Greenwich, which is what the file holds
    assert core.created.replace(tzinfo=dt.UTC) == dt.datetime(2026, 1, 5, 0, 0, tzinfo=dt.UTC)
    assert core.language == "en-US"
    real = docx.Document(str(report)).core_properties
    finished = dt.datetime.fromisoformat(toy.summary["run"]["finished"])
    assert abs(real.created.replace(tzinfo=dt.UTC) - finished) < dt.timedelta(seconds=1)
    assert real.title == build(toy, language="zh").head.title
    assert real.comments == ""


def test_heads_of_a_table_that_is_too_broad_break_before_its_numbers(tmp_path):
    """A page is 160 mm wide; ten columns whose heads want all of it, one of them with a bold share."""
    heads = [Column(f"c{i}", "Capacity", "people", "places") for i in range(9)]
    columns = (Column("part", "Use", "share", width=4), *heads)
    row = Row((1.0, *[12] * 9), tones={"part": "warn"})
    (found,) = written_file(tmp_path, Table("t", "Caption", columns, (row,))).tables
    cell = found.rows[1].cells[0]
    # bold: half an em a digit, a quarter for point and space, one for the sign; 8 points
    assert cell.text == "100.0 %"
    assert cell.width.pt - 6 >= 8 * (4 * 0.5 + 2 * 0.25 + 1)


def test_the_last_row_of_a_gallery_has_no_page_of_its_own(tmp_path):
    drawing = counts_bar([1], [Part("a", "#000000")])
    shown = Gallery(tuple(Figure(f"f{i}", f"F{i}", drawing, "told") for i in range(5)))
    (grid,) = written_file(tmp_path, shown).tables
    kept = [
        all(one.paragraph_format.keep_with_next for cell in row.cells for one in cell.paragraphs)
        for row in grid.rows
    ]
    assert kept == [False, True, False]


def test_no_number_or_code_of_a_crowded_table_is_broken(tmp_path):
    columns = (
        Column("name", "N", width=40),
        Column("code", "C", "code", width=2),
        *(Column(f"people{i}", "P", "people", width=2) for i in range(6)),
        Column("share", "S", "share", width=1),
    )
    row = Row(
        ("a name that may be broken into as many lines as it takes", "990101001", *[1234567] * 6, 0.125)
    )
    file = written_file(tmp_path, Table("t", "Caption", columns, (row,)))
    (found,) = file.tables
    for cell in found.rows[1].cells[1:]:
        # Times New Roman: digits are half an em wide, which is 4 points at size 8, and no sign here is wider but %
        needed = 4 * len(cell.text) + 2.8 * cell.text.count("%")
        assert cell.width.pt - 6 >= needed, cell.text
    assert sum(cell.width.pt for cell in found.rows[1].cells) <= 160 / 25.4 * 72 + 1


def test_no_word_of_a_head_or_a_cell_is_broken_where_a_page_has_room_for_it(tmp_path):
    """Columns of text that wish for more than the page has give way before a word is broken."""
    columns = (
        Column("rank", "Rank", "count", width=4),
        Column("unit", "Unit", width=6),
        *(Column(f"name{i}", "Name", width=30) for i in range(4)),
        Column("places", "Capacity", "people", "places", width=5),
    )
    row = Row((1, "per 100 households", *["a long name " * 5] * 4, 12))
    (found,) = written_file(tmp_path, Table("t", "Caption", columns, (row,))).tables
    wide = {cell.text: cell.width.pt - 6 for cell in (*found.rows[0].cells, found.rows[1].cells[1])}
    # Times New Roman, bold, 8 points: R .722, a .5, n .556, k .556; C .722, a .5, p .556, c .444, i .278, t .333, y .5
    assert wide["Rank"] >= 8 * 2.334
    assert wide["Capacity\n(places)"] >= 8 * 3.833
    # h .5 o .5 u .5 s .389 e .444 h .5 o .5 l .278 d .5 s .389
    assert wide["per 100 households"] >= 8 * 4.5
