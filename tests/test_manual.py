"""The manual: both languages in step, every link leads somewhere, nothing is left out of the menu."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
#: Pages that are made from the schemas while the site is built.
MADE = {"fields"}
NAMES = sorted({p.name.removesuffix(".md").removesuffix(".zh") for p in DOCS.glob("*.md")})
PAIRS = [(DOCS / f"{name}.md", DOCS / f"{name}.zh.md") for name in NAMES] + [
    (ROOT / "README.md", ROOT / "README.zh.md")
]
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CHINESE = re.compile("[\u4e00-\u9fff]")


def without_code(text: str) -> str:
    return FENCE.sub("", text)


def headings(text: str) -> list[int]:
    return [len(found[0]) for found in re.finditer(r"^#+(?= )", without_code(text), re.MULTILINE)]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0].stem)
def test_both_languages_say_the_same_in_the_same_order(pair):
    english, chinese = (page.read_text(encoding="utf-8") for page in pair)
    assert headings(english) == headings(chinese), "headings"
    if pair[0].stem != "reference":  # whose English entries are made from docstrings
        assert len(FENCE.findall(english)) == len(FENCE.findall(chinese)), "pieces of code"
        assert english.count("\n|---") == chinese.count("\n|---"), "tables"
    plain = without_code(chinese)
    assert len(CHINESE.findall(plain)) > 0.2 * len(plain.replace(" ", "")), "Chinese in Chinese"


def anchors(page: Path) -> set[str]:
    """Ids by which the headings of a page can be reached."""
    found = set()
    for line in without_code(page.read_text(encoding="utf-8")).splitlines():
        if line.startswith("#"):
            words = re.sub(r"[^\w\s-]", "", line.lstrip("#").strip().lower())
            found.add(re.sub(r"[\s-]+", "-", words))
    return found


@pytest.mark.parametrize("page", [page for pair in PAIRS for page in pair], ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page):
    for link in LINK.findall(without_code(page.read_text(encoding="utf-8"))):
        if link.startswith(("http://", "https://")):
            continue
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        made = target.name.removesuffix(".md").removesuffix(".zh") in MADE
        assert target.exists() or made, link
        if anchor and target.suffix == ".md" and target.stem != "reference":
            assert anchor in anchors(target), link


def test_chinese_pages_lead_to_chinese_pages():
    for _, page in PAIRS:
        for link in LINK.findall(without_code(page.read_text(encoding="utf-8"))):
            place = link.partition("#")[0]
            if place.endswith(".md") and not place.startswith("http") and "#" not in link:
                assert place.endswith((".zh.md", "CHANGELOG.md", "README.md")), (page.name, link)


def names(entry) -> set[str]:
    """Every page of a part of the menu."""
    if isinstance(entry, str):
        return {entry}
    parts = entry.values() if isinstance(entry, dict) else entry
    return set().union(*map(names, parts))


def test_the_menu_has_every_page_in_both_languages():
    menu = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    chinese, english = (names(part) for part in menu)
    assert english == {f"{name}.md" for name in {*NAMES, *MADE}}
    assert chinese == {f"{name}.zh.md" for name in {*NAMES, *MADE}}


@pytest.fixture(scope="module")
def schema_pages():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import schema_pages
    finally:
        sys.path.pop(0)
    return schema_pages


def test_fields_are_said_in_chinese_and_every_field_stands_on_both_pages(schema_pages):
    chinese = yaml.safe_load(schema_pages.CHINESE.read_text(encoding="utf-8"))
    sentences = set(schema_pages.descriptions())
    # a new field may wait for its Chinese words; the page then shows the English sentence
    assert len(sentences & set(chinese)) >= 0.99 * len(sentences), sorted(sentences - set(chinese))
    assert all(CHINESE.search(text) for text in chinese.values())
    pages = [schema_pages.page(language) for language in ("zh", "en")]
    assert headings(pages[0]) == headings(pages[1])
    for name in schema_pages.FILES:
        schema = json.loads((ROOT / "scenarios" / f"{name}.schema.json").read_text(encoding="utf-8"))
        for field in schema["properties"]:
            assert all(f"`{field}`" in page for page in pages), (name, field)
