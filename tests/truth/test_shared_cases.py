"""Every small input that once failed: what is right comes out, check finds what stops a run, and no row is lost.

One variant of each case is tried, all of them with ``COVERPLAN_ALL_CASES=1`` (minutes).
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from coverplan.cli.options import EXIT_INPUT
from makers.shared_cases import Said, build_with_shell, check_and_run, run_script

ROOT = Path(__file__).resolve().parents[2]
CASES = Path(os.environ.get("COVERPLAN_SHARED", ROOT.parent / "shared")) / "cases"
ALL = os.environ.get("COVERPLAN_ALL_CASES") == "1"
SCRIPTS = sorted(path.parent.name for path in CASES.glob("*/case.py"))
SHELLS = sorted(path.parent.name for path in CASES.glob("*/run.sh"))
#: The whole demo district four times; siting questions, which need no study.
SLOW = {"35-two-datums-in-one-ledger", "39-siting-that-is-right"}
#: A crossing drawn as a node of a carriageway does not say who crosses there; what hangs together with the rest only
#: through a private gate is private, and homes behind it reach it (the page on streets gives both reasons); a spreadsheet
#: makes 0.0 of the id 0, and both are one id (the page on ledgers).
DECIDED_OTHERWISE = {
    "crossing_s: 60 on OpenStreetMap data, signals_node",
    "{'highway': 'residential'} {9: (1000, 150, {'barrier': 'gate', 'access': 'private'})} ",
    "ids 0 and 0.0",
    "negative weights",  # people who do not want a facility near: docs/from-spopt.md
}
#: A line of an error in the scenario, which is no part of what the check of a study reads.
OF_SCENARIO = re.compile(r"\S*scenario\.yaml(?::\d+)? ")
ROWS = re.compile(r"(\d+) rows? read, (\d+) used, (\d+) quarantined, (\d+) left out")


def agree(said: Said) -> None:
    """Whatever stops a run and is no error of its scenario is found by the check; rows read are used, set aside or left out."""
    checked, ran = said.check[1], said.run[1]
    if said.run[0] == EXIT_INPUT and OF_SCENARIO.match(ran) is None:
        assert said.check[0] == EXIT_INPUT, (said.folder, ran)
    if said.check[0] == EXIT_INPUT:
        assert said.run[0] == EXIT_INPUT, (said.folder, checked)
    for line in ROWS.findall(checked):
        read, used, quarantined, left = map(int, line)
        assert read == used + quarantined + left, said.folder


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """The study that the shell scripts begin with."""
    folder = tmp_path_factory.mktemp("base")
    boxes = [
        shapely.box(117, 35, 117.04, 35.02),
        shapely.box(117, 35, 117.02, 35.02),
        shapely.box(117.02, 35, 117.04, 35.02),
    ]
    columns = {
        "code": ["9", "901", "902"],
        "name": ["甲区", "乙镇", "丙镇"],
        "type": ["county", "town", "town"],
        "parent": [None, "9", "9"],
    }
    gpd.GeoDataFrame(columns, geometry=boxes, crs=4326).to_file(folder / "units.gpkg", layer="units")
    rows = [
        "id,lon,lat,population",
        *(f"{at},{117.005 + at / 100 - 0.01:.3f},35.01,100" for at in range(1, 5)),
    ]
    (folder / "people.csv").write_text("\n".join(rows) + "\n")
    return folder


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_case_is_right_and_check_and_run_agree(shared, tmp_path, name):
    if name in SLOW and not ALL:
        pytest.skip("slow")
    case = run_script(shared / "cases" / name, tmp_path, ROOT, most=None if ALL else 1)
    assert case.tried
    assert set(case.fails) <= DECIDED_OTHERWISE
    for said in case.said:
        agree(said)


@pytest.mark.parametrize("name", SHELLS)
def test_a_study_of_a_newcomer_is_checked_as_it_runs(shared, tmp_path, base, name):
    folder = build_with_shell(shared / "cases" / name, tmp_path, base)
    studies = [
        path.parent for path in folder.rglob("study.yaml") if (path.parent / "scenario.yaml").is_file()
    ]
    if not studies:
        pytest.skip("the case holds no study with a scenario that could be run")
    for study in studies:
        agree(check_and_run(study))
