"""Words of both languages are in step, and every key that the code asks for exists."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_empty(language: str) -> None:
    words = Words(language)
    assert all(words._words[key].strip() for key in sorted(words.keys()))


def test_english_has_no_chinese() -> None:
    words = Words("en")
    assert not [key for key in sorted(words.keys()) if HAN.search(words._words[key])]


def test_every_kind_of_problem_has_words() -> None:
    keys = Words("zh").keys()
    codes = {
        code
        for path in SOURCE.rglob("*.py")
        for code in re.findall(r"code=\"([a-z_]+)\"", path.read_text("utf-8"))
    }
    assert len(codes) > 150
    assert not {code for code in codes if f"problem.{code}" not in keys and f"fault.{code}" not in keys}


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
