"""The demo as a newcomer gets it: copied or made, run, and never overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from coverplan.demo import user_folder as demo_folder
from coverplan.demo.user_folder import HAND_WRITTEN, hand_written, make_demo_folder

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", sorted(HAND_WRITTEN))
def test_the_checkout_holds_what_the_package_holds(name: str) -> None:
    assert (ROOT / HAND_WRITTEN[name]).read_text("utf-8") == hand_written(name)


def test_a_second_call_keeps_what_the_user_changed(tmp_path: Path) -> None:
    scenario = make_demo_folder(tmp_path)
    assert scenario == tmp_path / "scenarios" / "demo.yaml"
    assert (tmp_path / "data" / "demo" / "study.yaml").is_file()
    scenario.write_text("mine", encoding="utf-8")
    make_demo_folder(tmp_path)
    assert scenario.read_text("utf-8") == "mine"


def test_without_a_checkout_the_study_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_folder, "CHECKOUT_STUDY", tmp_path / "nowhere")
    monkeypatch.setattr(demo_folder, "build_study", lambda folder: (folder / "study.yaml").write_text("made"))
    make_demo_folder(tmp_path / "mine")
    assert (tmp_path / "mine" / "data" / "demo" / "study.yaml").read_text("utf-8") == "made"
