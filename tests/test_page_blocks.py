"""Python that pages show is run: each block as it stands, with what the page says that one has."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from makers.volume import gate_only
from towns import toytown

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = (*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md"))
#: Beside what it is compared with, which is no part of coverplan's own packages.
PEER = re.compile(r"^from spopt", re.MULTILINE)
#: On studies and ledgers of the project, which take seconds.
WHOLE = re.compile(r"scenarios/demo\.yaml|load_ledger")


def blocks() -> list[tuple[str, str]]:
    """Page and text of every block of Python, in reading order."""
    return [
        (f"{page.name}-{number}", text)
        for page in sorted(PAGES)
        for number, text in enumerate(BLOCK.findall(page.read_text("utf-8")), start=1)
    ]


def given() -> dict[str, Any]:
    """What pages say that one has: a cost matrix with people, a network with places at it."""
    homes = [shapely.Point(toytown.xy(row, column)) for row in range(5) for column in range(5)]
    sites = homes[:2]
    costs = pd.DataFrame(9000.0 - 8000.0 * np.eye(3, 5), index=list("abc"), columns=list("stuvw"))
    return {
        "costs": costs,
        "people": pd.Series([5.0, 2.0, 4.0], index=costs.index),
        "network": toytown.network(),
        "terrain": None,
        "barriers": None,
        "site_ids": ["s0", "s1"],
        "site_shapes": sites,
        "home_ids": [f"h{at}" for at in range(len(homes))],
        "home_points": homes,
    }


@pytest.fixture
def beside_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with data and scenarios, in which results may be written."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios", ignore=shutil.ignore_patterns("invalid"))
    (tmp_path / "data").symlink_to(ROOT / "data", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_there_are_blocks_in_both_languages() -> None:
    names = [name for name, _ in blocks()]
    assert len(names) > 15
    assert sorted(name.replace(".zh", "") for name in names if ".zh" in name) == sorted(
        name for name in names if ".zh" not in name
    )


LIGHT = [one for one in blocks() if not PEER.search(one[1]) and not WHOLE.search(one[1])]


@pytest.mark.parametrize(("name", "text"), LIGHT, ids=[name for name, _ in LIGHT])
def test_a_block_runs_as_it_stands(beside_the_data, name, text, capsys) -> None:
    found = given()
    exec(compile(text, name, "exec"), found)  # noqa: S102 - what a page tells people to run
    if "answer" in found:
        assert found["answer"].solution.status == "optimal"
        assert capsys.readouterr().out
    if "reach" in found:
        reach = found["reach"]
        assert (reach.sites, reach.limit_ms) == (2, 900_000)
        assert np.all(np.asarray(reach.times_ms) <= 900_000)
        assert len(reach.times_ms) > 2


HEAVY = [one for one in blocks() if WHOLE.search(one[1])]


@pytest.mark.parametrize(("name", "text"), HEAVY, ids=[name for name, _ in HEAVY])
def test_a_block_on_whole_data_imports_what_there_is_and_names_files_that_are_there(name, text) -> None:
    """Its steps take the time of a whole run: the gate takes them."""
    tree = ast.parse(text)
    imports = [one for one in tree.body if isinstance(one, ast.Import | ast.ImportFrom)]
    assert imports
    exec(compile(ast.Module(imports, []), name, "exec"), {})  # noqa: S102 - what a page tells people to run
    named = re.findall(r'"((?:scenarios|data)/[^"]+)"', text)
    assert named
    assert all((ROOT / path).exists() for path in named)


#: Both languages of a page differ in remarks alone, or in the language of a column.
DISTINCT = {ast.unparse(ast.parse(text)): (name, text) for name, text in reversed(HEAVY)}.values()


@gate_only
@pytest.mark.parametrize(("name", "text"), DISTINCT, ids=[name for name, _ in DISTINCT])
def test_a_block_on_whole_data_runs_as_it_stands(beside_the_data, name, text, capsys) -> None:
    found: dict[str, Any] = {}
    exec(compile(text, name, "exec"), found)  # noqa: S102 - what a page tells people to run
    if "result" in found:
        assert 0 < found["result"].share("elder_care-15min", "age_60_plus") < 1
        assert set(found["result"].table("gaps")["verdict"]) >= {"met", "not_met"}
    if "bench" in found:
        covered = float(capsys.readouterr().out.split(" ", 1)[0])
        assert 0 < covered < found["answer"].standards[0].people["age_60_plus"]["people"][0]
    if "by_year" in found:
        assert len(found["table"]) > 10
        assert set(found["by_year"]["year"]) == set(range(2020, 2026))
    assert {"result", "bench", "by_year"} & set(found)


def test_blocks_that_only_a_peer_can_run_are_python() -> None:
    peers = [(name, text) for name, text in blocks() if PEER.search(text)]
    assert {name for name, _ in peers} == {"from-spopt.md-1", "from-spopt.zh.md-1"}
    for name, text in peers:
        compile(text, name, "exec")
