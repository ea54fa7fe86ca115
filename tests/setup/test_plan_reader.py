"""Plan documents are read: invented ones with every trap by hand-made targets, the five real ones by measure."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

import coverplan
from coverplan.errors import InputError
from coverplan.plan.load import load_plan
from coverplan.setup.plan_reader.document import Line, read_document
from coverplan.setup.plan_reader.draft import draft_plan, yaml_text
from coverplan.setup.plan_reader.files import read_plan_files
from coverplan.setup.plan_reader.numbers import figures
from coverplan.setup.plan_reader.read import read_lines, read_plan_document
from coverplan.text.words import Words
from makers import toyfiles
from makers.chromium import CHROMIUM, DRIVER, start_chromium
from makers.volume import examples

TITLE = "云溪区“十四五”民政事业发展规划"
SENTENCES = [
    "一、发展基础",
    "截至2020年底，全区建成养老机构12家，床位2300张，每千名老年人拥有床位31张。",
    "二、发展目标",
    "到２０２５年，护理型床位占比达到６０％以上，每个街道至少建有1所综合性养老服务中心。",
    "到2024年，社区日间照料中心覆盖率不低于85%。福利彩票公益金筹集突破1.2亿元。",
    "新建住宅小区按每百户2030平方米配建社区养老服务用房。",
    "“十四五”末，每个镇设置2-3个村级养老服务站，实现街道社会工作站全覆盖。",
    "新建青石镇敬老院、白鹭镇敬老院。",
    "建立健全养老服务综合监管制度，推动工作落实。",
]
#: Name part, rule, value, upper end, year, kind, attribute: by hand.
WANTED = [
    ("护理型床位占比", ">=", 60, None, 2025, "ratio_of_sums", "promise"),
    ("综合性养老服务中心", ">=", 100, None, 2025, "unit_presence", "promise"),
    ("日间照料中心覆盖率", ">=", 85, None, 2024, "unit_presence", "promise"),
    ("福利彩票公益金", ">", Decimal("1.2"), None, 2025, "reported", "promise"),
    ("社区养老服务用房", "at_least_low_end", 20, 30, 2025, "area_per_100_households", "design_standard"),
    ("村级养老服务站", "at_least_low_end", 2, 3, 2025, "count_per_unit", "promise"),
    ("社会工作站", ">=", 100, None, 2025, "unit_presence", "promise"),
    ("敬老院", ">=", 2, None, 2025, "project_delivery", "promise"),
]
TABLE = [
    ("序号", "主要指标", "单位", "2020年", "2025年", "属性"),
    ("1", "养老机构护理型床位占比", "%", "41.5", "≥60", "约束性"),
    ("2", "街道儿童之家覆盖率", "%", "--", "100", "预期性"),
    ("3", "每百户居民拥有的社区综合服务设施建筑面积", "平方米", "28", "[3035]*", "预期性"),
]

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
#: Places of the five documents, in the order of their files.
PLACES = ("huaibei-2025", "xinwu-2025", "shaoyang-2025", "jiujiang", "yubei-2022")


def text_lines(*texts: str) -> tuple[Line, ...]:
    return tuple(Line(number, text) for number, text in enumerate(texts, start=1))


def told(found):
    return [(one.rule, one.value, one.high, one.year, one.kind, one.attribute) for one in found]


@pytest.fixture(scope="module")
def wanted():
    return [
        (rule, value, high, year, kind, attribute) for _, rule, value, high, year, kind, attribute in WANTED
    ]


def test_sentences_with_every_trap(wanted):
    reading = read_lines(text_lines(TITLE, *SENTENCES))
    assert told(reading.found) == wanted
    for one, (part, *_) in zip(reading.found, WANTED, strict=True):
        assert part in one.name
        assert one.printed.strip() in SENTENCES[one.line - 2]  # the line is that of the document
        assert len(one.printed) <= 30
    assert {left.reason for left in reading.left_out} == {"past_year"}


def test_a_table_that_lost_its_cells_reads_as_one_that_kept_them():
    kept = read_lines(
        (Line(1, TITLE), *(Line(at, " ".join(row), cells=row) for at, row in enumerate(TABLE, 2)))
    )
    lost = read_lines(text_lines(TITLE, *(cell for row in TABLE for cell in (*row, ""))))
    assert told(kept.found) == told(lost.found)
    assert [
        (one.row, one.base, one.base_year, one.value, one.high, one.rule, one.attribute) for one in lost.found
    ] == [
        (1, Decimal("41.5"), 2020, 60, None, ">=", "binding"),
        (2, None, 2020, 100, None, ">=", "expected"),
        (3, 28, 2020, 30, 35, "inside", "expected"),
    ]
    assert lost.found[2].repaired
    assert lost.found[2].measure == "平方米"


def docx_file(path: Path) -> Path:
    from docx import Document

    document = Document()
    document.add_heading(TITLE)
    table = document.add_table(rows=0, cols=6)
    for row in TABLE:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    for sentence in SENTENCES:
        document.add_paragraph(sentence)
    document.save(str(path))
    return path


def html_file(path: Path) -> Path:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE)
    body = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    page = f"<html><head><title>x</title><script>var a='100%全覆盖';</script></head><body><h1>{TITLE}</h1>"
    path.write_text(f"{page}<table>{rows}</table>{body}</body></html>", encoding="utf-8")
    return path


def pdf_file(path: Path) -> Path:
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    from coverplan.text.typeface import font_file

    with mpl.rc_context({"pdf.fonttype": 42}):
        figure = Figure(figsize=(16, 12))
        font = FontProperties(fname=str(font_file()))
        lines = [TITLE, *(cell for row in TABLE for cell in row), *SENTENCES]
        for at, line in enumerate(lines):
            figure.text(0.02, 0.97 - at * 0.029, line, font=font, fontsize=11)
        figure.savefig(path, format="pdf")
    return path


@pytest.mark.parametrize("make", [docx_file, html_file])
def test_word_and_html_give_the_targets_made_by_hand(tmp_path, make, wanted):
    reading = read_plan_document(make(tmp_path / f"规划{'.docx' if make is docx_file else '.html'}"))
    assert [one.row for one in reading.found[:3]] == [1, 2, 3]
    assert told(reading.found[3:]) == wanted


def test_drafts_load_and_carry_their_doubts(tmp_path):
    drafted, (plan_file, review) = read_plan_files(docx_file(tmp_path / "plan.docx"), tmp_path / "out")
    plan = load_plan(plan_file)
    assert plan.names.zh == TITLE
    assert plan.area.zh == "云溪区"
    assert plan.horizon == (2021, 2025)
    assert len(plan.targets) == len(drafted.found)
    text = plan_file.read_text(encoding="utf-8")
    area = next(i for i, target in enumerate(plan.targets) if target.repaired)
    assert "# ? " + Words("zh")("plan_reader.doubt.lost_dash") in text
    assert plan.targets[area].goal.value is not None
    page = review.read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "http://" not in page
    assert "https://" not in page


def test_contradictions_of_a_document_are_one_group():
    lines = text_lines(
        TITLE,
        "到2025年，养老机构护理型床位占比达到55%。",
        "到2025年，全区护理型床位占比不低于62%。",
        "社区食堂全覆盖。",
    )
    drafted = draft_plan(read_lines(lines), lines, Path("x.txt"), Words("en"))
    groups = [target.get("conflict") for target in drafted.plan["targets"]]
    assert groups[0] is not None
    assert groups[0] == groups[1]
    assert "# ? " + Words("en")("plan_reader.doubt.conflict") in yaml_text(drafted, Words("en"))


@pytest.mark.parametrize(
    ("phrase", "value", "high", "rule", "unit"),
    [
        ("覆盖率达到100%", 100, None, ">=", "%"),
        ("培训不少于2万人次", 20_000, None, ">=", "人次"),
        ("面积3.5万平方米以上", 35_000, None, ">=", "平方米"),
        ("站点突破700家", 700, None, ">", "家"),
        ("设置4-6个站", 4, 6, "at_least_low_end", "个"),
        ("约300张", 300, None, "approx", "张"),
        ("1,200张床位", 1_200, None, ">=", "张"),
    ],
)
def test_numbers(phrase, value, high, rule, unit):
    (one,) = figures(phrase)
    assert (one.value, one.high, one.rule, one.unit) == (value, high, rule, unit)


@pytest.mark.parametrize(
    "phrase", ["到2025年底", "国办发〔2019〕5号", "60周岁以上", "上升6.43个百分点", "15分钟"]
)
def test_what_is_no_amount(phrase):
    assert list(figures(phrase)) == []


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.docx", b"PK\x03\x04 cut short", "broken_document"),
        ("a.pdf", b"%PDF-1.4 cut short", "broken_document"),
        ("a.txt", b"   \n", "document_without_text"),
        ("a.wps", b"x", "unknown_document"),
        ("a.txt", "一段没有目标的话。".encode(), "no_target"),
    ],
)
def test_documents_that_cannot_be_read_are_one_clear_report(tmp_path, name, content, code):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(InputError) as error:
        read_plan_files(file, tmp_path / "out")
    assert [problem.code for problem in error.value.problems] == [code]
    assert not (tmp_path / "out").exists()


def test_pdf_with_text_and_a_scan(tmp_path):
    from pypdf import PdfWriter

    reading = read_plan_document(pdf_file(tmp_path / "plan.pdf"))
    assert {(one.value, one.kind) for one in reading.found} >= {(60, "ratio_of_sums"), (85, "unit_presence")}
    assert all(one.page == 1 for one in reading.found)
    scan = PdfWriter()
    scan.add_blank_page(600, 800)
    with (tmp_path / "scan.pdf").open("wb") as file:
        scan.write(file)
    with pytest.raises(InputError) as error:
        read_document(tmp_path / "scan.pdf")
    assert error.value.problems[0].code == "document_without_text"


def test_a_locked_pdf_is_said_and_one_of_many_pages_is_read(tmp_path):
    from pypdf import PdfReader, PdfWriter

    source = pdf_file(tmp_path / "plan.pdf")
    locked = PdfWriter(clone_from=source)
    locked.encrypt("secret")
    locked.write(tmp_path / "locked.pdf")
    with pytest.raises(InputError, match="password"):
        read_document(tmp_path / "locked.pdf")
    page, long = PdfReader(source).pages[0], PdfWriter()
    pages = examples(40, 300)
    for _ in range(pages):
        long.add_page(page)
    long.write(tmp_path / "long.pdf")
    once = len(read_document(source))
    lines = read_document(tmp_path / "long.pdf")
    assert len(lines) == pages * once
    assert lines[-1].page == pages


@pytest.mark.truth
def test_the_five_documents_are_read_as_people_read_them(shared):
    """The measure of bench/plan_reader.py against statements found by people."""
    bench = Path(__file__).resolve().parents[2] / "bench" / "plan_reader.py"
    done = subprocess.run(
        [sys.executable, str(bench), str(shared / "plans")], capture_output=True, text=True, encoding="utf-8", check=True,
        env={**__import__("os").environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    line = next(row for row in done.stdout.splitlines() if row.startswith("all:"))
    recall, precision, both = (float(part.split()[-1].rstrip("%")) for part in line.split(","))
    assert recall >= 85
    assert precision >= 70
    assert both >= 95


@pytest.mark.truth
def test_the_five_documents_come_to_a_table_of_gaps_as_they_are_drafted(shared, tmp_path):
    """Read, held against what is known of the place, judged: no file is opened in between."""
    files = sorted((shared / "plans" / "documents").glob("*.txt"))
    assert len(files) == len(PLACES)
    for file, place in list(zip(files, PLACES, strict=True))[: examples(2, len(PLACES))]:
        drafted, (plan_file, _, scenario) = read_plan_files(
            file, tmp_path / place, scenario=SCENARIOS / f"{place}.yaml"
        )
        assert len(load_plan(plan_file).targets) == len(drafted.found)
        gaps = coverplan.run(scenario, write=False).tables["gaps"]
        assert list(gaps.index) == [target.id for target in load_plan(plan_file).targets]
        assert set(gaps["printed"]) == {one.printed for one in drafted.found}
        lines = file.read_text(encoding="utf-8").split("\n")
        for one in drafted.found:
            assert one.printed in lines[one.line - 1].replace("\r", "")


@pytest.mark.skipif(CHROMIUM is None or DRIVER is None, reason="needs chromium")
@pytest.mark.browser
@pytest.mark.allow_hosts(["127.0.0.1", "localhost", "::1"])
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_review_page_exports_what_was_accepted(tmp_path):
    import time

    drafted, (_, review) = read_plan_files(docx_file(tmp_path / "plan.docx"), tmp_path / "out")
    browser = start_chromium(downloads=tmp_path / "down", logs=False)
    try:
        browser.get(review.as_uri())
        cards = browser.find_elements("css selector", "article")
        assert len(cards) == len(drafted.found)
        assert browser.find_elements("css selector", "mark")
        buttons = cards[0].find_elements("css selector", "button")
        buttons[1].click()
        browser.find_element("id", "save").click()
        file = tmp_path / "down" / "plan.yaml"
        for _ in range(1200):
            if file.exists():
                break
            time.sleep(0.05)
    finally:
        browser.quit()
    assert [target.id for target in load_plan(file).targets] == [
        f"T{at:02d}" for at in range(2, len(cards) + 1)
    ]


def test_a_scenario_beside_the_plan_asks_what_another_asks(tmp_path):
    folder = tmp_path / "town"
    scenario = toyfiles.write_town(
        folder, scenario={"year": 2025, "changes": [{"close": {"layer": "elder_care", "id": "h0"}}]}
    )
    _, written = read_plan_files(docx_file(tmp_path / "plan.docx"), tmp_path / "out", scenario=scenario)
    assert [path.name for path in written] == ["plan.yaml", "review.html", "scenario.yaml"]
    result = coverplan.run(written[-1], write=False)
    assert result.summary["standards"][0]["minutes"] == 4
    assert len(result.tables["gaps"]) == len(load_plan(written[0]).targets)
    assert not (result.summary.get("changes") or {}).get("applied")
    (tmp_path / "empty.yaml").write_text("name: x\n", encoding="utf-8")
    with pytest.raises(InputError, match="neither a study nor a ledger"):
        read_plan_files(tmp_path / "plan.docx", tmp_path / "other", scenario=tmp_path / "empty.yaml")
    assert not (tmp_path / "other").exists()
