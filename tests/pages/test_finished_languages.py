"""Finished files speak one language: pages, workbooks, sheets, layers and comparisons, but for names and files."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pypdf
import pytest

import coverplan
from coverplan.maps.qgis import style_geopackage
from coverplan.maps.sheets.print_map import write_print_map
from coverplan.maps.web.page_content import page_content
from coverplan.report import write_report
from coverplan.report.files import write_tables
from coverplan.results.files import LAYERS_GPKG, write_result
from coverplan.text.words import LANGUAGES, Words
from makers import toyreport
from towns import toysiting
from towns.toycompare import opening

#: Names that the made-up town has in each language; whatever else is of the other script was written by us.
NAMES = {"zh": ("甲家", "乙家"), "en": ("Home A", "Home B")}
UNITS = {"zh": ("玩具县", "甲镇", "乙镇"), "en": ("Toy county", "Town A", "Town B")}
TITLE = {"zh": "玩具", "en": "Toy"}
#: Ids and files of the town, and words that both languages write alike.
OURS = re.compile(
    r"NEW-\d+|cell-\d+|\bh\d\b|\bT\d\b|\bn1\b|\bbeds\b|\S+\.(?:xlsx|json|csv|yaml|gpkg|html|docx)|\S*/\S+"
    r"|coverplan|SHA-?256|EPSG|WGS ?84|UTM zone 50N|[0-9a-f]{12,}|\{\w+\}|\bstreet-\d|\bevery one\b|streets\.graphml"
)
LATIN = re.compile(r"[A-Za-z][A-Za-z_]{2,}")
CHINESE = re.compile(r"[\u3400-\u9fff]+")
CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b|\b[a-z]+:[A-Za-z0-9_]+\b")


class Seen(HTMLParser):
    """What a page shows: texts and what is said of pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in {"script", "style"}
        self.texts += [value for name, value in attrs if name in {"alt", "title", "aria-label"} and value]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def page_texts(path: Path) -> list[str]:
    seen = Seen()
    seen.feed(path.read_text("utf-8"))
    return seen.texts


def book_texts(path: Path) -> list[str]:
    book = openpyxl.load_workbook(path)
    cells = [
        str(cell)
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if cell is not None
    ]
    return [*book.sheetnames, *cells]


def strings_of(content: Any) -> Iterator[str]:
    """Texts of a map's content: what has no blank and no Chinese letter is a code for the page's own script."""
    if isinstance(content, str):
        if " " in content or CHINESE.search(content):
            yield content
    elif isinstance(content, dict | list):
        for value in content.values() if isinstance(content, dict) else content:
            yield from strings_of(value)


def layer_texts(path: Path) -> list[str]:
    """Names of fields in the package, and everything that is named in the project beside it."""
    with closing(sqlite3.connect(path)) as package:
        fields = [row[0] for row in package.execute("SELECT name FROM gpkg_data_columns")]
    project = ET.fromstring(path.with_suffix(".qgs").read_text("utf-8").split("\n", 1)[1])  # noqa: S314
    named = [
        one.get("name")
        for tag in ("layer-tree-group", "layer-tree-layer", "alias")
        for one in project.iter(tag)
    ]
    labels = [one.get("label") for one in project.iter("rule")]
    return fields + [text for text in named + labels if text]


@pytest.fixture(scope="module", params=LANGUAGES)
def finished(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, dict[str, list[str]]]:
    """Texts of each finished file of a town whose own names are of the reader's language."""
    language = request.param
    folder = tmp_path_factory.mktemp(language)
    town = {"names": NAMES[language], "units": UNITS[language], "name": TITLE[language], "language": language}
    study = {"name": TITLE[language], "sources": []}
    plain = toyreport.result(folder / "town", study=study, **town)
    changed = toyreport.result(
        folder / "other", study=study, **town, changes=[opening(4, 4, "n1", name=NAMES[language][1])]
    )
    plan = {**plain.summary["plan"], "source": {"title": ""}}
    plain = replace(plain, summary={**plain.summary, "plan": plan})
    result = write_result(toysiting.sited(plain, names=NAMES[language]), folder / "result")
    out = result.folder
    style_geopackage(out / LAYERS_GPKG, result, language)
    write_print_map(result, out, language=language)
    write_report(result, out, language=language, formats=["html", "xlsx"])
    write_tables(result, out, language=language)
    held = coverplan.compare(plain, changed, out=folder / "held", language=language).folder
    pdf = pypdf.PdfReader(out / "map.pdf")
    texts = {
        "report.html": page_texts(out / "report.html"),
        "report.xlsx": book_texts(out / "report.xlsx"),
        "tables.xlsx": book_texts(out / "tables.xlsx"),
        "map.pdf": [page.extract_text() for page in pdf.pages],
        "map.html": list(strings_of(page_content(result, Words(language)))),
        "layers.gpkg": layer_texts(out / LAYERS_GPKG),
    }
    packages = set(result.manifest["versions"])
    for path in sorted(held.iterdir()):
        if path.suffix in {".html", ".xlsx"}:
            texts[f"held/{path.name}"] = page_texts(path) if path.suffix == ".html" else book_texts(path)
    return language, {file: [text for text in found if text not in packages] for file, found in texts.items()}


FILES = ("report.html", "report.xlsx", "tables.xlsx", "map.pdf", "map.html", "layers.gpkg", "held")


@pytest.mark.parametrize("file", FILES)
def test_no_code_and_no_other_script(finished, file) -> None:
    language, texts = finished
    own = [text for name, found in texts.items() if name.startswith(file) for text in found]
    assert own
    told = OURS.sub(" ", "\n".join(own))
    other = CHINESE if language == "en" else LATIN
    assert sorted(set(other.findall(told))) == []
    assert sorted(set(CODE.findall(told))) == []
