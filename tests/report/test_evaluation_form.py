"""The evaluation of a plan: every figure that a sentence tells stands in the row that it names."""

from __future__ import annotations

import re
import zipfile

import pytest
from typer.testing import CliRunner

from coverplan.cli.main import app
from coverplan.errors import InputError
from coverplan.report.build import heading
from coverplan.report.content import Bullets, Heading, Paragraph
from coverplan.report.evaluation_form import evaluation_document, stage_of, write_evaluation
from coverplan.results.files import write_result
from coverplan.text.words import LANGUAGES
from makers import toyreport


@pytest.fixture(scope="module")
def over(tmp_path_factory):
    """The toy plan to 2025, judged with the data of the end of 2025."""
    return toyreport.result(tmp_path_factory.mktemp("over"), study={"as_of": "2025-12-31"})


def sentences(document):
    return [text for block in document.blocks if isinstance(block, Bullets) for text in block.items]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_stands_in_the_row_that_the_sentence_names(over, language):
    document = evaluation_document(over, language=language)
    tables = {table.number: table for table in document.tables()}
    where = re.compile(r"表(\d+)第(\d+)行|table (\d+), row (\d+)")
    told = [text for text in sentences(document) if where.search(text)]
    assert told
    for text in told:
        for found in where.finditer(text):
            table, row = (int(number) for number in found.groups() if number)
            values = tables[table].rows[row - 1].values
            name = next(
                value for value in values if isinstance(value, str) and len(value) > 3 and value in text
            )
            assert text.startswith(name)
    # town A has day care and town B has none: 1 of 2, and 10 of 40 beds
    met = dict(zip(tables[1].column("target_id"), tables[1].column("achieved"), strict=True))
    assert [str(met[name]) for name in ("T1", "T2")] == ["50", "10"]
    of_beds = next(text for text in told if text.startswith(("指标T2", "Indicator T2")))
    assert re.search(r"(?<!\d)10(?!\d)", of_beds)
    assert "30" in of_beds  # the 30 that are missing


def test_an_evaluation_has_its_parts_and_leaves_room_for_the_opinion(over):
    document = evaluation_document(over, language="zh")
    headings = [block.text for block in document.blocks if isinstance(block, Heading)]
    assert headings == [
        "一、指标进展情况",
        "二、主要成效",
        "三、主要问题及原因",
        "四、下一步建议",
        "五、评估意见",
    ]
    assert document.head.title == "《玩具规划》实施情况终期评估"
    assert "规划共列指标4项" in next(b.text for b in document.blocks if isinstance(b, Paragraph))


def test_the_letter_head_of_the_scenario_stands_on_report_and_evaluation(tmp_path):
    head = {
        "office": {"zh": "玩具县民政局", "en": "Toy bureau"},
        "contact": "王某 1234",
        "date": "2026-01-15",
    }
    result = toyreport.result(tmp_path, study={"as_of": "2025-12-31"}, report=head)
    for made in (evaluation_document(result, language="zh").head, heading(result, language="zh")):
        told = "\n".join(made.facts)
        for words in ("编制单位：玩具县民政局", "联系人：王某 1234", "2026年1月15日"):
            assert words in told
    bare = toyreport.result(tmp_path / "bare", study={"as_of": "2025-12-31"})
    assert "编制单位" not in "\n".join(heading(bare, language="zh").facts)


def test_before_the_plans_last_year_is_over_it_is_a_mid_term_evaluation_or_says_that_it_is_early(tmp_path):
    early = toyreport.result(tmp_path, study={"as_of": "2023-12-31"}, year=2023)
    assert stage_of(early) == "mid"
    assert evaluation_document(early, language="en").head.title == "Toy plan: mid-term evaluation"
    final = evaluation_document(early, language="en", stage="final")
    assert any("2025 and is not over" in b.text for b in final.blocks if isinstance(b, Paragraph))


def test_what_holds_changes_or_no_plan_is_not_evaluated(tmp_path):
    changed = toyreport.result(
        tmp_path / "a",
        changes=[{"close": {"layer": "elder_care", "id": "h0"}}],
        study={"as_of": "2025-12-31"},
    )
    with pytest.raises(InputError, match="what is"):
        evaluation_document(changed, language="en")
    without = toyreport.result(tmp_path / "b", plan=None)
    with pytest.raises(InputError, match="no plan"):
        evaluation_document(without, language="en")


def test_the_command_writes_word_beside_the_result_and_a_later_run_takes_it_along(over, tmp_path):
    folder = tmp_path / "out"
    write_result(over, folder)
    done = CliRunner().invoke(app, ["plans", "evaluate", str(folder), "--lang", "zh"])
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(folder / "evaluation.docx") as packed:
        assert "评估意见" in packed.read("word/document.xml").decode()
    write_result(over, folder)
    assert not (folder / "evaluation.docx").exists()
    with pytest.raises(InputError, match="kind of file"):
        write_evaluation(over, folder / "a.pdf", language="zh")
