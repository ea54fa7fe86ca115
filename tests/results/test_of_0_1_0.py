"""What version 0.1.0 wrote is read: `of_0_1_0.zip` holds the toy town's scenario, study and result as that version made them."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import coverplan
from coverplan.cli.main import main
from coverplan.results.files import RESULT_JSON
from makers.toyfiles import write_town

KEPT = Path(__file__).with_name("of_0_1_0.zip")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The town's own files, beside a scenario, a study and a result of 0.1.0."""
    write_town(tmp_path)
    with zipfile.ZipFile(KEPT) as kept:
        kept.extractall(tmp_path)
    return tmp_path


def test_scenario_and_study_give_the_people_of_the_old_result(old: Path) -> None:
    before = coverplan.read_result(old / "result")
    now = coverplan.run(old / "scenario.yaml", out=old / "again")
    assert before.summary["format"] == now.summary["format"] == 1
    assert (
        now.share("elder_care-general-4min", "total") == before.share("elder_care-general-4min", "total") > 0
    )
    columns = list(before.coverage.columns)
    pd.testing.assert_frame_equal(now.coverage[columns], before.coverage, check_dtype=False)


def test_the_old_result_has_its_tables_and_shows_itself(old: Path) -> None:
    before = coverplan.read_result(old / "result")
    assert {"stock", "sensitivity"} <= set(before.tables)
    assert before._repr_html_()
    with pytest.raises(coverplan.UnknownNameError, match="gaps"):
        before.table("gaps")


def test_a_result_of_a_newer_format_says_the_way_out(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = old / "result" / RESULT_JSON
    path.write_text(
        path.read_text(encoding="utf-8").replace('"format": 1', '"format": 2', 1), encoding="utf-8"
    )
    shutil.rmtree(old / "result" / "tables")  # nothing of it is looked at
    with pytest.raises(SystemExit) as left:
        main(["pages", str(old / "result"), "--lang", "zh"])
    assert left.value.code == 1
    assert "升级 coverplan" in capsys.readouterr().err
