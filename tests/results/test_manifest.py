"""Inputs of a result: named as seen from its folder, and noticed when one of them or what is read with it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

import coverplan
from coverplan.errors import Problem
from coverplan.results.manifest import described_inputs, described_problem, inputs_unchanged, relative
from coverplan.text.reading import fingerprint_of


def test_paths_are_seen_from_the_folder_of_the_result() -> None:
    start = Path("/towns/north/maps").absolute()
    assert relative(start / "a.csv", start) == "a.csv"
    assert relative(start.parent / "data" / "a.csv", start) == "../data/a.csv"
    # nothing in common but the root
    assert relative(Path("/elsewhere/a.csv").absolute(), start) == "../../../elsewhere/a.csv"


@pytest.fixture
def streets(tmp_path: Path) -> Path:
    path = tmp_path / "streets.gpkg"
    path.write_bytes(b"as it was")
    return path


def entries(path: Path) -> list[dict]:
    return described_inputs({path.resolve(): fingerprint_of(path)}, path.parent)


def test_inputs_that_stay_are_unchanged(streets: Path) -> None:
    assert inputs_unchanged(entries(streets), streets.parent)
    assert inputs_unchanged([], streets.parent)


def test_another_content_of_the_same_length_is_noticed(streets: Path) -> None:
    known = entries(streets)
    streets.write_bytes(b"as it is.")
    assert not inputs_unchanged(known, streets.parent)


def test_another_length_and_absence_are_noticed(streets: Path) -> None:
    known = entries(streets)
    streets.write_bytes(b"as it was, and more")
    assert not inputs_unchanged(known, streets.parent)
    streets.unlink()
    assert not inputs_unchanged(known, streets.parent)


def test_what_came_to_stand_beside_an_input_is_noticed(streets: Path) -> None:
    known = entries(streets)
    (streets.parent / "streets.gpkg-wal").write_bytes(b"rows that another program has not written back")
    assert not inputs_unchanged(known, streets.parent)


def test_of_the_package_only_plans_are_inputs(tmp_path: Path) -> None:
    package = Path(coverplan.__file__).resolve().parent
    plan = min((package / "plan" / "library").glob("*.yaml"))
    opened = {path: fingerprint_of(path) for path in (plan, package / "errors.py")}
    assert [Path(entry["file"]).name for entry in described_inputs(opened, tmp_path)] == [plan.name]


def test_a_problem_as_plain_values(tmp_path: Path) -> None:
    found = described_problem(Problem("odd", tmp_path / "a.csv", 3, "beds", 12), tmp_path)
    assert [found[name] for name in ("what", "file", "line", "field", "value")] == [
        "odd", "a.csv", 3, "beds", "12",
    ]  # fmt: skip
    bare = described_problem(Problem("odd"), tmp_path)
    assert (bare["file"], bare["value"]) == (None, None)
