"""Words of both languages are in step, and every key that the code asks for exists."""

from __future__ import annotations

import ast
import dataclasses
import re
import string
from functools import cache
from pathlib import Path

import pytest
import yaml

from coverplan.errors import Problem
from coverplan.ground.openness import PROTECTED_ROWS
from coverplan.text.problem_words import way_out
from coverplan.text.words import LANGUAGES, UNKNOWN, Words

SOURCE = Path(__file__).resolve().parents[2] / "coverage" / "coverplan"
HAN = re.compile(r"[\u4e00-\u9fff]")


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_have_the_same_keys_and_the_same_blanks() -> None:
    zh, en = Words("zh"), Words("en")
    assert zh.keys() == en.keys()
    for key in sorted(zh.keys()):
        assert fields(zh._words[key]) == fields(en._words[key]), key


def twice(node: yaml.Node) -> list[str]:
    """Keys that stand twice in one mapping, of which YAML keeps the last in silence."""
    if not isinstance(node, yaml.MappingNode):
        return []
    keys = [key.value for key, _ in node.value]
    within = [name for _, value in node.value for name in twice(value)]
    return sorted({name for name in keys if keys.count(name) > 1}) + within


def test_no_word_stands_twice_in_a_file() -> None:
    files = sorted((SOURCE / "text").glob("*.yaml"))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = {file.name: twice(yaml.compose(file.read_text("utf-8"), Loader=loader)) for file in files}
    assert len(files) > 20
    assert {name: names for name, names in found.items() if names} == {}
    assert twice(yaml.compose("a: {b: 1, c: 2, b: 3}")) == ["b"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_empty(language: str) -> None:
    words = Words(language)
    assert all(words._words[key].strip() for key in sorted(words.keys()))


@pytest.mark.parametrize(
    ("count", "errors", "areas"),
    [
        (1, "1 error:", "1 area has no result and is"),
        ("1", "1 error:", "1 area has no result and is"),
        (0, "0 errors:", "0 areas have no result and are"),
        ("1,001", "1,001 errors:", "1,001 areas have no result and are"),
    ],
)
def test_one_thing_is_told_as_one(count, errors, areas) -> None:
    words = Words("en")
    assert words("check.failed", count=count).endswith(f" {errors}")
    assert words("batch.missing", count=count).startswith(areas)


def test_every_number_with_what_it_counts_is_told_of_one_and_of_many() -> None:
    """A form that is left empty, or the same word twice, would be a slip of the pen."""
    words = Words("en")
    for key in sorted(words.keys()):
        for _, name, form, _ in string.Formatter().parse(words._words[key]):
            if name and "|" in (form or ""):
                one, many = form.split("|")
                assert one.strip(), key
                assert many.strip() not in {"", one}, key


def test_english_has_no_chinese() -> None:
    words = Words("en")
    assert not [key for key in sorted(words.keys()) if HAN.search(words._words[key])]


def _texts(node: ast.expr | None) -> set[str]:
    """Texts that an expression may give; one that is put together is marked."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.IfExp):
        return _texts(node.body) | _texts(node.orelse)
    return set() if node is None else {f"={ast.unparse(node)}"}


@cache
def _all_calls() -> tuple[tuple[str, ast.Call, dict[str, ast.expr]], ...]:
    """Name, call and arguments by name, of every call in the source; of a module's own functions those by place too."""
    fields_of_problem = [field.name for field in dataclasses.fields(Problem)]
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        named = {
            one.name: [arg.arg for arg in one.args.args] for one in nodes if isinstance(one, ast.FunctionDef)
        }
        places = {name: args for name, args in named.items() if "problems" in args or "what" in args}
        places["Problem"] = fields_of_problem
        for node in nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                given = dict(zip(places.get(called, ()), node.args, strict=False))
                found.append((called, node, given | {k.arg: k.value for k in node.keywords if k.arg}))
            elif (
                isinstance(node, ast.Assign)
                and ast.unparse(node.targets[0]) == "code"
                and not any(text[0] == "=" for text in _texts(node.value))
            ):
                found.append(("code =", ast.Call(node.value, [], []), {"code": node.value}))
    return tuple(found)


def _nouns(name: str, at: int) -> set[str]:
    return {
        text
        for called, call, _ in _all_calls()
        if called == name and len(call.args) > at
        for text in _texts(call.args[at])
        if text[0] != "=" and "_" not in text
    }


def _unfit() -> set[str]:
    """Codes with which validators of ours complain."""
    found = {text for called, call, _ in _all_calls() if called == "unfit" for text in _texts(call.args[0])}
    assert len(found) > 20
    return found


#: Codes that are put together, and what they come to.
FAMILIES = {
    "f'unknown_{noun.replace(' ', '_')}'": lambda: {f"unknown_{noun.replace(' ', '_')}" for noun in _nouns("_unknown", 2)},
    "f'unknown_{what.replace(' ', '_')}'": lambda: {f"unknown_{noun.replace(' ', '_')}" for noun in _nouns("word", 3)},
    "f'bad_{column}'": lambda: {"bad_id", "bad_layer", "bad_type", "bad_status", "bad_precision", "bad_unit_code", "bad_serves_units"},
    "f'parameters_{found.state}'": lambda: {"parameters_historical", "parameters_unchecked"},
    "f'{match.trouble}_unit'": lambda: {"unknown_unit", "ambiguous_unit"},
    "f'{what}_twice'": lambda: {f"{noun}_twice" for noun in _nouns("_twice", 2)},
    "PROTECTED_ROWS": lambda: {PROTECTED_ROWS},
    "kind": lambda: {"roster_missing", "roster_unlisted", "roster_renamed", "roster_recoded"},
    "detail['type']": lambda: {*PYDANTIC, *OF_OURS, *_unfit()},
}  # fmt: skip
#: What the schema of the files can say of a value.
PYDANTIC = [
    "missing",
    "extra_forbidden",
    "literal_error",
    "enum",
    "float_parsing",
    "float_type",
    "int_parsing",
    "int_type",
    "int_from_float",
    "string_type",
    "bool_parsing",
    "bool_type",
    "list_type",
    "tuple_type",
    "dict_type",
    "model_type",
    "value_error",
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
    "string_pattern_mismatch",
    "too_short",
]
#: What our own schemas say of a value beyond that.
OF_OURS = [
    "decay_rate",
    "decay_steps",
    "decay_no_steps",
    "decay_order",
    "decay_door",
    "decay_grows",
    "decay_negative",
    "negative_number",
    "fetch_one_place",
    "fetch_one_streets",
    "fetch_box",
    "fetch_year",
    "fetch_service",
]


def _codes() -> dict[str, bool]:
    """Every code of a problem, and whether somewhere a way out stands with it."""
    codes: dict[str, bool] = {}
    for called, _, given in _all_calls():
        if called in {"_aliases", "words"}:
            continue
        ways = any(_texts(given.get(part)) for part in ("expected", "remedy"))
        for text in _texts(given.get("code")):
            whole = text.removeprefix("=").replace('"', "'").removeprefix("f'").removesuffix("'")
            family = next(
                (made for key, made in FAMILIES.items() if key.removeprefix("f'").removesuffix("'") == whole),
                None,
            )
            assert text[0] != "=" or family is not None or whole in {"code", "self.code"}, (
                f"the code {text} is not listed"
            )
            for code in family() if text[0] == "=" and family else {text}:
                codes[code] = codes.get(code, False) or ways
    return {code: ways for code, ways in codes.items() if code[0] != "="}


def test_every_kind_of_problem_has_words_and_a_way_out_in_both_languages() -> None:
    codes = _codes()
    assert len(codes) > 250
    for language in LANGUAGES:
        keys = Words(language).keys()
        assert not {code for code in codes if f"problem.{code}" not in keys and f"fault.{code}" not in keys}
        assert not {code for code, ways in codes.items() if ways and f"mend.{code}" not in keys}


@pytest.mark.parametrize(
    ("expected", "remedy", "code", "said"),
    [
        ("one of a, b", "did you mean a?", "missing_column", ("可写：a, b", "是否为“a”？")),
        ("one of the 12 ids of the layer", "check layer and id", "unknown_facility", ("", "核对图层与编号")),
        ("'x' or 'y'", None, "literal_error", ("可写：'x', 'y'", "改用约定的词")),
        (
            "input should be greater than or equal to 0",
            None,
            "greater_than_equal",
            ("不小于0", "填写更大的数"),
        ),
    ],
)
def test_the_way_out_is_in_the_language_of_the_reader(expected, remedy, code, said) -> None:
    problem = Problem("x", expected=expected, remedy=remedy, code=code)
    assert way_out(problem, Words("zh")) == said
    assert way_out(problem, Words("en")) == (expected, remedy or "")


def test_every_key_that_stands_in_the_code_exists() -> None:
    keys = Words("zh").keys()
    families = {key.split(".")[0] for key in keys}
    asked = set()
    for path in SOURCE.rglob("*.py"):
        for key in re.findall(r"words\(\s*\"([a-z_]+\.[a-z_0-9.]+)\"", path.read_text("utf-8")):
            if key.split(".")[0] in families:
                asked.add(key)
    assert len(asked) > 10
    assert asked <= keys


def test_numbers_and_dates() -> None:
    import datetime as dt

    zh, en = Words("zh"), Words("en")
    assert zh.number(1234.5) == "1,234"
    assert zh.number(1234.56, 1) == "1,234.6"
    assert zh.number(-0.004, 1) == "0.0"
    assert zh.share(0.1234) == "12.3%"
    assert en.share(0.1234) == "12.3 %"
    assert zh.number(None) == en.share(float("nan")) == UNKNOWN
    assert zh.date(dt.date(2025, 6, 30)) == "2025年6月30日"
    assert en.date(dt.date(2025, 6, 30)) == "2025-06-30"
    assert zh.name_of("group", "a_group_of_the_study") == "a_group_of_the_study"


def test_every_word_on_siting_is_used() -> None:
    import yaml

    def flat(tree: dict, before: str = "") -> list[str]:
        found = []
        for key, value in tree.items():
            found += flat(value, f"{before}{key}.") if isinstance(value, dict) else [f"{before}{key}"]
        return found

    source = "\n".join(p.read_text("utf-8") for p in SOURCE.rglob("*") if p.suffix in {".py", ".js"})
    tree = yaml.safe_load((SOURCE / "text" / "siting_pages.en.yaml").read_text("utf-8"))
    keys = flat(tree)
    assert len(keys) > 200
    left = []
    for key in keys:
        family, _, word = key.rpartition(".")
        short = family.removeprefix("report.")
        names = (key, key.removeprefix("report."))
        asked = any(f"{quote}{name}{quote}" in source for name in names for quote in "\"'")
        of_family = (
            f'f"{short}.{{' in source or f'name_of("{family}"' in source or f"name_of('{family}'" in source
        )
        on_page = family == "map.page_words" and f"words.{word}" in source
        # facts and columns of a list are asked for by their own names
        headed = key == "report.section.siting" or (family == "map.siting" and f'"{word}"' in source)
        if not (asked or of_family or on_page or headed):
            left.append(key)
    assert left == []


def test_counts_have_separators_of_thousands_and_years_have_none():
    assert "3,635" in Words("en")("compare.sentence.turned_none", all=3635)
    assert "3,635" in Words("zh")("compare.sentence.turned_none", all=3635)
    assert "2,030" not in Words("zh")("compare.in_year", year=2030)
    assert Words("zh")("compare.sentence.turned_none", all=12).startswith("12")
