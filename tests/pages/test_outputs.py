"""Pages made by helping processes are those of one process, and their faults are one sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from coverplan.answer.study_runner import run
from coverplan.errors import InputError
from coverplan.pages.outputs import write_outputs
from coverplan.pages.page_worker import PageWorker
from coverplan.report.drawings.letters import face, letters
from coverplan.report.files import write_report
from coverplan.results.files import read_result
from coverplan.text.words import Language
from makers.volume import EVERYTHING, gate_only
from towns import maptown


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    run(maptown.write_files(folder), out=folder / "result")
    return folder / "result"


@gate_only
def test_a_helper_writes_the_files_that_one_process_writes(written: Path, tmp_path: Path) -> None:
    result = read_result(written)
    languages: list[Language] = ["zh", "en"] if EVERYTHING else ["zh"]
    with PageWorker() as worker:
        write_outputs(result, written, languages=languages, worker=worker)
    write_outputs(result, tmp_path, languages=languages)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert {path.name for path in made} >= {"map.html", "map.pdf", "map-A3.png", "report.docx", "tables.xlsx"}
    for path in made:
        if path.suffix in {".html", ".pdf", ".png", ".csv"}:
            assert (written / path).read_bytes() == (tmp_path / path).read_bytes(), path
        else:
            assert (written / path).is_file(), path


def test_what_a_helper_cannot_do_is_said(tmp_path: Path) -> None:
    with PageWorker() as worker:
        worker.begin(
            {"result": str(tmp_path), "part": "pages", "targets": [["zh", str(tmp_path)]], "tiles": None}
        )
        with pytest.raises(InputError) as caught:
            worker.finish()
    # the sentence as a whole: as text a long value is cut
    assert "the folder holds no result" in str(caught.value.problems[0].value)


def test_a_helper_without_work_ends(tmp_path: Path) -> None:
    with PageWorker() as worker:
        process = worker._process
    assert process.poll() is not None


def test_a_missing_font_is_one_sentence_in_reports_too(
    written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_zh_cn", None)
    face.cache_clear()
    letters.cache_clear()
    with pytest.raises(InputError) as caught:
        write_report(read_result(written), tmp_path, language="zh", formats=["docx"])
    assert [problem.code for problem in caught.value.problems] == ["missing_font"]
    assert list(tmp_path.iterdir()) == []
