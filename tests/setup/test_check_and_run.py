"""Whatever stops a run is found by the check of its study, and what the check lets pass runs."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
import yaml

from coverplan.errors import InputError, Problems
from coverplan.scenario.load import load_study_file
from coverplan.setup.study_check import check_study
from coverplan.study.load import load_study
from makers.toyfiles import write_town


def spoil_people(folder):
    path = folder / "people.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("residents", "residents（户）", 1), encoding="utf-8"
    )


def wide_row(folder):
    path = folder / "people.csv"
    text = path.read_text(encoding="utf-8").rstrip("\n")
    path.write_text(text + ",7,8\n", encoding="utf-8")


def no_streets(folder):
    (folder / "streets.graphml").write_text("<graphml>", encoding="utf-8")


def lost_streets(folder):
    (folder / "streets.graphml").unlink()


def heights(folder):
    (folder / "dem.tif").write_bytes(b"no raster")
    change(folder, elevation={"file": "dem.tif"})


def lost_barrier(folder):
    change(folder, barriers=[{"file": "river.gpkg"}])


def lost_base(folder):
    change(folder, base={"water": {"file": "water.gpkg"}})


def area_elsewhere(folder):
    square = gpd.GeoDataFrame({"name": ["x"]}, geometry=[shapely.box(10, 10, 11, 11)], crs="EPSG:4326")
    square.to_file(folder / "area.gpkg")
    change(folder, area={"file": "area.gpkg"})


def lost_projects(folder):
    change(folder, projects={"file": "projects.csv"})


def nothing(folder):
    """The town as it is."""


def tel(folder):
    path = folder / "homes.csv"
    rows = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    rows = [rows[0] + ",Tel,TEL", *(row + ",1,2" for row in rows[1:])]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def change(folder, **entries):
    path = folder / "study.yaml"
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**said, **entries}, allow_unicode=True), encoding="utf-8")


SPOILERS = [
    nothing, tel, spoil_people, wide_row, no_streets, lost_streets, heights, lost_barrier, lost_base, area_elsewhere, lost_projects,
]  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILERS, ids=lambda spoil: spoil.__name__)
def test_check_and_run_say_the_same(tmp_path, spoil):
    write_town(tmp_path)
    spoil(tmp_path)
    check = check_study(tmp_path / "study.yaml")
    problems = Problems()
    stopped = False
    try:
        file, document = load_study_file(tmp_path / "study.yaml", problems)
        load_study(file, document, problems)
    except InputError:
        stopped = True
    errors = {(problem.code, problem.field) for problem in check.problems if problem.severity == "error"}
    assert {(problem.code, problem.field) for problem in problems.errors} <= errors
    assert check.usable is not stopped
    assert stopped is (spoil not in {nothing, tel})
