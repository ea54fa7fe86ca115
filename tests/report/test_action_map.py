"""The map of what is changed or built stands right after the summary, in every language, and numbers what the tables list."""

from __future__ import annotations

from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn

from coverplan.report import write_report
from coverplan.report.build import build
from coverplan.report.content import Figure, Heading, Paragraph
from coverplan.report.drawings.action_map import action_map
from coverplan.report.labels import Labels
from coverplan.report.tables.coverage import street_level
from coverplan.text.words import LANGUAGES
from towns import maptown, toysiting


@pytest.fixture(scope="module")
def sited(toy):
    return toysiting.sited(toy)


def numbers_on(result) -> list[str]:
    drawing = action_map(result, Labels(result, "en"), street_level(result), width=480)
    return [text for text in drawing.texts() if text.lstrip("AC").isdigit()]


def test_every_action_with_a_place_has_its_number_on_the_map(sited):
    placed = [name for name in sited.layers["actions"]["action_id"] if name]
    assert placed
    assert numbers_on(sited) == [name[1:].lstrip("0") for name in placed]


def test_changes_have_their_numbers_and_protected_ones_no_place():
    result = maptown.changed()
    assert numbers_on(result) == ["1", "2"]
    texts = action_map(result, Labels(result, "zh"), street_level(result), width=480).texts()
    assert maptown.HIDDEN not in " ".join(texts)


def test_changes_and_actions_are_told_apart_by_a_letter(sited):
    changes = sited.layers["actions"].assign(action_id=lambda t: "C" + t["action_id"].str[1:])
    both = replace(sited, layers={**sited.layers, "changes": changes})
    found = numbers_on(both)
    assert len(found) == len(set(found)) == 2 * len(changes)


def test_a_present_report_has_no_such_map(toy):
    assert not [b for b in build(toy, language="en").blocks if getattr(b, "key", "") == "actions_map"]
    assert action_map(toy, Labels(toy, "en"), street_level(toy), width=480) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_word_file_shows_it_before_the_second_section(sited, tmp_path, language):
    blocks = build(sited, language=language).blocks
    at = next(i for i, b in enumerate(blocks) if isinstance(b, Figure) and b.key == "summary_map")
    before = [b.key for b in blocks[:at] if isinstance(b, Heading)]
    assert before == ["summary"]
    (path,) = write_report(sited, tmp_path, language=language, formats=["docx"])
    body = list(docx.Document(str(path)).element.body)
    heads = [i for i, one in enumerate(body) if getattr(one, "style", None) == "Heading1"]
    # beside the sentences, in a table without lines
    (shown,) = [i for i in range(heads[0], heads[1]) if body[i].find(f".//{qn('w:drawing')}") is not None]
    assert body[shown].tag == qn("w:tbl")
    said = "".join(text.text or "" for text in body[shown].iter(qn("w:t")))
    below = "".join(text.text or "" for text in body[shown + 1].iter(qn("w:t")))
    assert blocks[at].caption in below
    assert next(b.text for b in blocks if isinstance(b, Paragraph) and b.style == "brief") in said
