"""The first page of a Word report is one page, with its head, its map and its tables, where LibreOffice lays it out."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace

import docx
import pytest
from pypdf import PdfReader

from coverplan.report.content import Figure, Heading, PageBreak, Paragraph, Table, numbered
from coverplan.report.documents.word import write_word
from coverplan.report.drawings.drawing import Area, Drawing, box
from coverplan.report.drawings.png import Pictures
from coverplan.text.words import LANGUAGES
from makers.summaries import NAMES, page_of, result_of
from makers.volume import gate_only

#: Width and height of the demo's map with its legend; the kept results have no layers to draw it from.
MAP = Drawing(300.0, 366.0, (Area((box(1, 1, 298, 364),), "#dddddd", "#333333", 1.0),))
CAPTION = "Where something is changed or built (2030 (expected, with the proposed actions)), and more"
NOTE = "Sketch of the study's own data; for internal use, not reviewed. Map review number: (empty)"
AFTER = "Next page"


def first_page(name: str, language: str):
    """The page of a kept result with a map, and what follows it in a report."""
    page = page_of(result_of(name), language)
    blocks = list(page.blocks)
    if name != "shaoyang-2025":  # which has no places and no map
        told = next(i for i, b in enumerate(blocks) if isinstance(b, Paragraph) and b.style == "brief")
        blocks.insert(told, Figure("map", CAPTION, MAP, CAPTION, NOTE, beside=True))
    after = (PageBreak(), Heading("next", AFTER), Paragraph("text"))
    return replace(page, blocks=numbered([*blocks, *after]))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for name in NAMES:
        for language in LANGUAGES:
            write_word(first_page(name, language), folder / f"{name}.{language}.docx", Pictures({}))
    return folder


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_summary_begins_on_the_page_of_the_title(files, name, language):
    file = docx.Document(str(files / f"{name}.{language}.docx"))
    broken = [p.text for p in file.paragraphs if p.paragraph_format.page_break_before]
    assert broken == [AFTER]
    assert file.paragraphs[0].style.name == "Title"
    assert len(file.sections) == 1


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
@gate_only
def test_the_first_page_is_one_page(files, tmp_path):
    own = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    made = [
        "soffice", own, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path),
        *map(str, sorted(files.glob("*.docx"))),
    ]  # fmt: skip
    process = subprocess.run(made, check=False, capture_output=True, timeout=300, env={**os.environ})
    assert process.returncode == 0
    for name in NAMES:
        for language in LANGUAGES:
            pages = [page.extract_text() for page in PdfReader(tmp_path / f"{name}.{language}.pdf").pages]
            assert len(pages) == 2, (name, language)
            assert AFTER in pages[1]
            listed = [b for b in first_page(name, language).blocks if isinstance(b, Table)]
            last = "".join(str(listed[-1].rows[-1].values[1]).split())
            assert last in "".join(pages[0].split()), (name, language)
