"""Inputs that are wrong together are told in one go, by a run and by a check: what one of them hides of another is seen here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import yaml

from coverplan.answer.prepared import prepare
from coverplan.errors import InputError, Problem
from coverplan.setup.study_check import check_study
from makers import toyfiles
from makers.volume import gate_only
from towns import toytown

STUDY: dict[str, Any] = {
    "elevation": {"file": "heights.tif"},
    "barriers": [{"file": "walls.geojson"}],
    "base": {"water": {"file": "water.geojson"}},
    "as_of": "2025-06-30",
    "estates": "estates.csv",
    "projects": {"file": "projects.csv", "layer_column": "layer", "crs": toytown.CRS},
    "population": {
        **toyfiles.STUDY["population"],
        "official": {
            "file": "census.csv",
            "base": "resident",
            "columns": {"code": "code"},
            "groups": {"total": "total"},
        },
    },
}
#: What may be done, where, and what it costs: every kind of file that settings of places name.
SITING: dict[str, Any] = {
    "targets": ["T1"],
    "years": [2025],
    "costs": "costs.yaml",
    "open": [{"layer": "elder_care", "type": "day_care"}],
    "candidates": [
        {"name": "streets", "kind": "streets"},
        {"name": "vacant", "kind": "layer", "file": "vacant.csv", "crs": toytown.CRS, "columns": {"x": "x", "y": "y"}},
    ],
    "exclusions": [{"name": "flood", "file": "flood.geojson"}],
    "land_use": {"file": "land.geojson", "column": "use", "allow": ["civic"]},
}  # fmt: skip
SCENARIO: dict[str, Any] = {
    "plan": "plan.yaml",
    "year": 2025,
    "profiles": [{"name": "slow", "speed_m_s": 0.6, "source": "-"}],
    "reported": {"T1": 1},
    "siting": SITING,
}
SHAPES = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": {"type": '
    '"Polygon", "coordinates": [[[119.0, 31.0], [119.1, 31.0], [119.1, 31.1], [119.0, 31.0]]]}}]}'
)


def town(folder: Path) -> Path:
    path = toyfiles.write_town(folder, study=STUDY, scenario=SCENARIO)
    (folder / "plan.yaml").write_text(toyfiles.PLAN, encoding="utf-8")
    (folder / "estates.csv").write_text(
        "id,kind,households,floor_area_m2\ne1,new,100,1000\n", encoding="utf-8"
    )
    (folder / "census.csv").write_text("code,total\n001001,90\n001002,160\n", encoding="utf-8")
    x, y = toytown.CORNER
    (folder / "projects.csv").write_text(
        f"id,layer,name,type,x,y\np1,elder_care,P,day_care,{x},{y}\n", encoding="utf-8"
    )
    for name in ("walls", "water", "flood", "land"):
        shapes = SHAPES.replace('"properties": {}', '"properties": {"use": "civic"}')
        (folder / f"{name}.geojson").write_text(shapes, encoding="utf-8")
    (folder / "vacant.csv").write_text(f"id,x,y\nv1,{x},{y}\n", encoding="utf-8")
    (folder / "costs.yaml").write_text(
        "format: 1\ncurrency: {zh: 万元, en: 10k yuan}\ntypes: {day_care: {open: 5}}\n", encoding="utf-8"
    )
    place = rasterio.Affine(100, 0, x - 2_000, 0, -100, y + 3_000)
    with rasterio.open(
        folder / "heights.tif", "w", driver="GTiff", width=50, height=50, count=1, dtype="float32",
        crs=toytown.CRS, transform=place,
    ) as raster:  # fmt: skip
        raster.write(np.full((50, 50), 10, dtype=np.float32), 1)
    return path


def spoil(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def truncated(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_bytes((folder / name).read_bytes()[:100])

    return change


def said(part: str, value: object) -> Callable[[Path], None]:
    """Something else in the study file."""

    def change(folder: Path) -> None:
        study = yaml.safe_load((folder / "study.yaml").read_text(encoding="utf-8"))
        study[part] = {**study[part], **value} if isinstance(value, dict) else value
        toyfiles.write_yaml(folder / "study.yaml", study)

    return change


def asked(part: str, *place: str | int, value: object) -> Callable[[Path], None]:
    """Something else in the scenario file."""

    def change(folder: Path) -> None:
        scenario = yaml.safe_load((folder / "scenario.yaml").read_text(encoding="utf-8"))
        inner, *keys = scenario, part, *place
        for key in keys[:-1]:
            inner = inner[key]
        inner[keys[-1]] = value
        toyfiles.write_yaml(folder / "scenario.yaml", scenario)

    return change


#: By name: how it is done, the file in which it is told, and whether a check of the study sees it.
WRONGS: dict[str, tuple[Callable[[Path], None], str, bool]] = {
    "scenario": (
        spoil("scenario.yaml", "minutes: 4", "minutes: true"),
        "scenario.yaml a_number_not_yes",
        False,
    ),
    "profile": (asked("profiles", 0, "based_on", value="nobody"), "scenario.yaml unknown_profile", False),
    "figure": (asked("reported", value={"T9": 1}), "scenario.yaml unknown_target", False),
    "last year": (asked("siting", "overdue_by", value=2024), "scenario.yaml year_not_asked", False),
    "twice": (asked("siting", "targets", value=["T1", "T1"]), "scenario.yaml target_twice", False),
    "burial": (
        asked("burial", value={"layer": "elder_care", "parameters": ["none"]}),
        "scenario.yaml unknown_set_of_parameters",
        False,
    ),
    "costs": (spoil("costs.yaml", "open: 5", "open: -5"), "costs.yaml", False),
    "candidates": (spoil("vacant.csv", "id,x", "id,ex"), "vacant.csv", False),
    "zone": (truncated("flood.geojson"), "flood.geojson", False),
    "land use": (spoil("land.geojson", '"use"', '"usage"'), "land.geojson", False),
    "plan": (spoil("plan.yaml", "2030]", "20300]"), "plan.yaml", False),
    "study": (said("speed", 3), "study.yaml", True),
    "population entry": (said("population", {"base": "everybody"}), "study.yaml", True),
    "units entry": (said("units", {"overlaps": "larger"}), "study.yaml", True),
    "crs": (said("crs", "EPSG:4326"), "study.yaml", True),
    "units": (truncated("units.gpkg"), "units.gpkg", True),
    "people": (spoil("people.csv", "10", "-5"), "people.csv", True),
    "official": (spoil("census.csv", "90", "-90"), "census.csv", True),
    "streets": (truncated("streets.graphml"), "streets.graphml", True),
    "heights": (truncated("heights.tif"), "heights.tif", True),
    "walls": (truncated("walls.geojson"), "walls.geojson", True),
    "water": (truncated("water.geojson"), "water.geojson", True),
    "estates": (spoil("estates.csv", "households", "h"), "estates.csv", True),
    "ledger": (spoil("homes.csv", "id,name,x", "id,name,ex"), "homes.csv", True),
    "projects": (spoil("projects.csv", "layer", "lair"), "projects.csv", True),
}


def run_tells(path: Path) -> set[str]:
    with pytest.raises(InputError) as raised:
        prepare(path, every_file=True)
    return told(raised.value.problems)


def told(problems: Iterable[Problem]) -> set[str]:
    """Files in which something is wrong; what is wrong with the scenario, of which everything is told in one file."""
    errors = [(one.file.name, one.code) for one in problems if one.severity == "error" and one.file]
    return {f"{name} {code}" if name == "scenario.yaml" else name for name, code in errors}


def check_tells(path: Path) -> set[str]:
    try:
        found = check_study(path).problems
    except InputError as error:
        found = error.problems
    return told(found)


def test_nothing_is_wrong_with_the_town_as_it_is(tmp_path: Path) -> None:
    path = town(tmp_path)
    assert not prepare(path).problems.errors
    assert check_tells(tmp_path / "study.yaml") == set()


def hidden_by(names: tuple[str, ...]) -> set[str]:
    """What hangs on a part that cannot be read: files of an entry of the study, and targets of the plan."""
    people = {"people.csv", "census.csv"} if "population entry" in names else set()
    targets = {"scenario.yaml unknown_target"} if "plan" in names else set()
    return people | targets | ({"units.gpkg"} if "units entry" in names else set())


def missed(folder: Path, names: tuple[str, ...]) -> list[object]:
    """What is not told of some inputs that are wrong together, or is told of others."""
    path = town(folder)
    for name in names:
        WRONGS[name][0](folder)
    files = {name: WRONGS[name][1] for name in names}
    of_study = {files[name] for name in names if WRONGS[name][2]}
    found = []
    by_run = run_tells(path)
    hidden = hidden_by(names)
    if by_run - hidden != set(files.values()) - hidden:
        found.append((names, "run", by_run ^ set(files.values())))
    by_check = check_tells(folder / "study.yaml") if of_study else set()
    if by_check - hidden != of_study - hidden:
        found.append((names, "check", by_check ^ of_study))
    return found


#: Left out of all that is wrong, so that every road is gone: nothing of the files is settled, or all but the data.
ROADS: tuple[tuple[str, ...], ...] = (
    (),
    ("plan", "population entry", "units entry"),
    ("scenario", "study", "population entry", "units entry"),
    ("scenario", "study", "population entry", "units entry", "crs"),
    ("scenario", "study", "population entry", "units entry", "crs", "units", "official"),
)


def test_every_input_is_told_whatever_else_is_wrong(tmp_path: Path) -> None:
    """Every two inputs are wrong together on one of the roads, so that none hides another."""
    found = []
    for at, right in enumerate(ROADS):
        found += missed(tmp_path / str(at), tuple(name for name in WRONGS if name not in right))
    assert not found, "\n".join(map(str, found))


@gate_only
def test_every_two_inputs_that_are_wrong_together_are_told_in_one_go(tmp_path: Path) -> None:
    found = []
    for at, names in enumerate(combinations(WRONGS, 2)):
        found += missed(tmp_path / str(at), names)
    assert not found, "\n".join(map(str, found))
