"""A finished report speaks one language: no codes and no other script, but for names and files."""

from __future__ import annotations

import re
from dataclasses import replace

import docx
import pytest

from coverplan.report import write_report
from coverplan.report.build import build
from makers import toyreport
from towns import toysiting

#: Words of the program itself that both languages write alike.
SAME = {"coverplan", "tables", "xlsx", "json", "result", "csv", "SHA", "CGCS", "EPSG", "numba", "PMC"}
LATIN = re.compile(r"[A-Za-z][A-Za-z_]{2,}")
CODE = re.compile(r"\b[a-z]+_[a-z_]+\b")
CHINESE = re.compile(r"[\u3400-\u9fff]+")
#: What an office still calls by other names is found by these; docs/wording.md says what to write.
WORN = (
    "短缺名单",
    "时序进度",
    "本单元",
    "不行动",
    "不实施本方案",
    "没有它",
    "悄悄",
    "数据需求清单",
    "期末评估表",
    "缺此项",
    "下一步建在哪里",
)


def plain(result, *, language):
    """The result with titles of one language, and without what names files, machines and programs."""
    plan = {**result.summary["plan"], "source": {"title": ""}}
    scenario = {**result.summary["scenario"], "file": ""}
    return replace(result, summary={**result.summary, "plan": plan, "scenario": scenario})


@pytest.fixture(scope="module")
def chinese(tmp_path_factory):
    names, units = ("甲家", "乙家"), ("玩具县", "甲镇", "乙镇")
    found = toyreport.result(tmp_path_factory.mktemp("zh") / "town", names=names, units=units)
    return toysiting.sited(plain(found, language="zh"))


@pytest.fixture(scope="module")
def english(tmp_path_factory):
    found = toyreport.result(tmp_path_factory.mktemp("en") / "town")
    return toysiting.sited(plain(found, language="en"))


def test_a_chinese_report_has_no_code_and_no_english(chinese):
    told = toyreport.told(build(chinese, language="zh"))
    told = re.sub(r"\[(figure|table) \d+\]", "", told)
    # ids of invented facilities and targets, and names of the made-up measure
    told = re.sub(r"NEW-\d|cell-\d|(?<![A-Za-z])beds\b|Home \d|\bh0\b|T\d", "", told)
    assert sorted(set(LATIN.findall(told)) - SAME) == []
    assert CODE.findall(told) == []


def test_an_english_report_has_no_chinese(english):
    told = toyreport.told(build(english, language="en"))
    assert CHINESE.findall(told) == []
    assert CODE.findall(told) == []


@pytest.mark.parametrize("worn", WORN)
def test_worn_words_are_in_no_report(chinese, worn):
    assert worn not in toyreport.told(build(chinese, language="zh"))


def test_the_finished_word_file_says_what_was_built(chinese, tmp_path):
    (path,) = write_report(chinese, tmp_path, language="zh", formats=["docx"])
    file = docx.Document(str(path))
    texts = [p.text for p in file.paragraphs]
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    said = "\n".join([*texts, *cells])
    for sentence in (block.text for block in build(chinese, language="zh").blocks if hasattr(block, "style")):
        assert sentence in said
    assert not set(WORN) & {worn for worn in WORN if worn in said}
