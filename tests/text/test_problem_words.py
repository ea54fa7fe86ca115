"""Problems in Chinese say what they say in Chinese alone, their particulars included."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import coverplan
from coverplan.errors import Problem
from coverplan.text.problem_words import SAID_IN_ENGLISH, notice_text, problem_text
from coverplan.text.words import Words
from coverplan.text.writing import reason, unwritable

ROOT = Path(coverplan.__file__).parent
#: Names say these as they are: what an f-string adds stands in the cell, the value or the choices beside it, or is the
#: English of a library.
NAMED_ENOUGH = frozenset(
    (
        "broken_file", "refused_file", "not_graphml", "not_osm", "yaml_syntax", "fetch_failed", "raster_shifted", "no_street",
        "bad_length", "error_cell", "formula_without_value", "no_usable_edge", "facility_outside", "impossible_coordinates",
        "contradictory_rule", "more_than_total", "broken_geometry", "unknown_facility",
    )
)  # fmt: skip


def sentences():
    """Code, whether particulars are given, and place of each problem whose sentence holds values."""
    for path in sorted(ROOT.rglob("*.py")):
        if "siting" in path.parts:  # errors of Python's users, in English
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            keys = {key.arg: key.value for key in call.keywords}
            code = keys.get("code")
            said = [*call.args, *([keys["what"]] if "what" in keys else [])]
            words = any(isinstance(one, ast.JoinedStr) and " " in ast.unparse(one) for one in said)
            if words and isinstance(code, ast.Constant):
                yield code.value, "details" in keys, f"{path.name}:{call.lineno}"


def test_what_a_sentence_holds_is_said_in_chinese_too():
    keys = Words("zh").keys()
    told = {key.removeprefix("told.") for key in keys if key.startswith("told.")}
    found = list(sentences())
    assert len(found) > 60
    silent = [(code, where) for code, given, where in found if code not in NAMED_ENOUGH and not given]
    assert not silent, "give particulars"
    assert not {code for code, _, _ in found} - NAMED_ENOUGH - told, "give words for particulars"


def written(value: ast.expr) -> str:
    """What an expression writes by itself, whatever it fills in."""
    if isinstance(value, ast.IfExp):
        return f"{written(value.body)} | {written(value.orelse)}"
    parts = value.values if isinstance(value, ast.JoinedStr) else [value]
    return " ".join(
        one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str)
    )


def sentences_as_values():
    """Code and place of each problem whose value is words of ours round numbers."""
    for path in sorted(ROOT.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            keys = {key.arg: key.value for key in call.keywords} if isinstance(call, ast.Call) else {}
            if {"code", "value"} <= set(keys) and re.search(r"[a-z]{2,} |[a-z]{3,}$", written(keys["value"])):
                codes = [one.value for one in ast.walk(keys["code"]) if isinstance(one, ast.Constant)]
                yield from ((code, f"{path.name}:{call.lineno}") for code in codes)


def test_a_value_that_is_an_english_sentence_is_not_printed_in_chinese():
    found = list(sentences_as_values())
    assert len(found) > 10
    assert [one for one in found if one[0] not in SAID_IN_ENGLISH] == []
    note = Problem(
        "the text is gb18030",
        value="99% everyday characters",
        code="encoding_detected",
        details={"encoding": "gb18030", "share": "99%"},
    )
    assert "everyday" not in problem_text(note, Words("zh"))
    assert "everyday" in problem_text(note, Words("en"))
    cell = Problem("the cell is no number", value="about ten", code="bad_number")
    assert "about ten" in problem_text(cell, Words("zh"))


@pytest.mark.parametrize("family", ["problem", "fault"])
def test_no_english_sentence_stands_in_a_chinese_one(family):
    words = Words("zh")
    keys = words.keys()
    codes = [key.removeprefix(f"{family}.") for key in keys if key.startswith(f"{family}.")]
    assert len(codes) > 100
    for code in codes:
        problem = Problem("an English sentence", Path("a.csv"), 3, "beds", code=code)
        assert "English" not in problem_text(problem, words)
        assert "English" not in notice_text(problem, words)


def test_why_a_file_cannot_be_written_is_said_in_the_language_asked_for():
    error = OSError(28, "No space left on device")
    assert "磁盘已满" in problem_text(unwritable(Path("map.pdf"), error), Words("zh"))
    assert "No space left" in problem_text(unwritable(Path("map.pdf"), error), Words("en"))
    assert reason(OSError("odd")) == "odd"


def test_particulars_are_named_in_chinese():
    problem = Problem("x", details={"group": "age_60_plus", "unit": "901", "before": "1", "official": "2", "factor": "2"}, code="official_factor")  # fmt: skip
    assert "60 岁及以上" in problem_text(problem, Words("zh"))
    assert "age_60_plus" not in problem_text(problem, Words("zh"))


def test_words_of_the_vocabulary_have_their_names():
    read = Problem("x", value="敬老院 = institution, 运营 = operating", code="words_read")
    assert problem_text(read, Words("zh")).endswith("原值: 敬老院→养老机构")
    types = Problem("x", expected="one of institution, canteen", code="own_types")
    assert "养老机构、助餐点" in problem_text(types, Words("zh"))
    layers = Problem("x", expected="one of a, b", code="own_types")
    assert "a, b" in problem_text(layers, Words("zh"))
