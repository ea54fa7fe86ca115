"""Cut a scenario of many areas into a folder for each, and write the batch file that answers them."""

from __future__ import annotations

import copy
import csv
import os
import shutil
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import shapely
import yaml

from coverplan.batch.split.piece import Piece, pieces_of, reach_m
from coverplan.batch.split.rows import Dealt, Ground, LeftOut, cut_layer, cut_ledger, cut_people, cut_projects
from coverplan.errors import Problem, Problems
from coverplan.inputs.places.geometries import points_of
from coverplan.inputs.rasters.opening import is_raster
from coverplan.inputs.rasters.windows import cut_raster
from coverplan.inputs.streets.read import osm_format
from coverplan.inputs.tables.read_table import LAYERS, is_there, missing_file, read_table
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.scenario.base import title_in
from coverplan.scenario.load import Loaded, load_scenario
from coverplan.service.asked_profiles import scenario_profiles
from coverplan.study.facility_layers import project_layers
from coverplan.study.load import units_of
from coverplan.study.people import study_crs
from coverplan.text.words import LANGUAGES
from coverplan.text.writing import write_layer

BATCH, LEFT_OUT = "batch.yaml", "left-out.csv"
#: What is said of a whole place and of none of its areas.
_OF_THE_WHOLE = ("estates", "people", "stocks", "registers")
_OF_THE_QUESTION = ("plan", "reported", "siting", "report")


class Split(NamedTuple):
    """What a study was cut into.

    Fields: the batch file; names of the areas, in the order of their codes; how far beyond its border an area keeps
    things, in metres; rows that no area has, which ``left-out.csv`` lists; keys of scenario and study that are about the
    whole and were left out; warnings.
    """

    batch: Path
    areas: tuple[str, ...]
    beyond_m: float
    left_out: tuple[LeftOut, ...]
    dropped: tuple[str, ...]
    problems: tuple[Problem, ...]


def split_study(
    scenario: str | Path, out: str | Path, *, by: str = "county", beyond_m: float | None = None
) -> Split:
    """Cut a scenario's study into one folder for each unit of a kind, beside a batch file that answers all of them.

    An area holds its own units and people, and the streets, people and facilities beyond its border that its people's
    answers depend on; so that who is served, and in which time, is what one big run says. OpenStreetMap files and
    rasters are gone through once, whatever the number of areas, and never held in memory whole; ledgers, layers and
    tables of people are.

    Parameters
    ----------
    scenario
        Scenario of the whole study.
    out
        Folder that is made; it holds ``batch.yaml``, ``areas/<code>/`` and, where rows are in no area, ``left-out.csv``.
    by
        Kind of the units that become areas.
    beyond_m
        How far beyond its border an area keeps things, in metres; as far as the scenario's standards and its
        ``search_minutes`` can reach when not given. With less, people near a border may seem farther from a facility,
        or unserved.

    Raises
    ------
    InputError
        With everything that is wrong: a study without units, a scenario with changes, people that are scaled to
        official totals, a folder that holds something, and whatever is wrong with the files.
    """
    out = Path(out)
    problems = Problems()
    loaded = load_scenario(Path(scenario), problems, presets=PRESETS)
    problems.raise_if_errors()
    assert loaded is not None
    _refuse(loaded, out, problems)
    problems.raise_if_errors()
    folder = loaded.study_document.path.parent
    crs = study_crs(loaded.study, folder, problems)
    problems.raise_if_errors()
    assert crs is not None
    units = units_of(loaded.study, folder, crs, problems)
    problems.raise_if_errors()
    reach = reach_m(loaded.scenario, scenario_profiles(loaded.scenario)) if beyond_m is None else beyond_m
    aside = out.parent / f".{out.name}-{uuid.uuid4().hex[:12]}"
    pieces = pieces_of(units, by, crs, beyond_m=reach, folder=aside / "areas", problems=problems)
    problems.raise_if_errors()
    try:
        for piece in pieces:
            piece.folder.mkdir(parents=True)
        aliases = {} if loaded.study.units is None else loaded.study.units.aliases
        ground = Ground(folder, crs, units, aliases, pieces, problems)
        cut = _Cut(loaded, ground, reach, out.resolve() / "areas")
        cut.everything()
        problems.raise_if_errors()
        dropped = cut.write()
        _warn(loaded, problems)
        _write_batch(loaded, pieces, aside)
        _write_left_out(cut.left_out, aside)
        if out.is_dir():
            out.rmdir()
        aside.rename(out)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Split(
        out / BATCH,
        tuple(piece.name for piece in pieces),
        reach,
        tuple(cut.left_out),
        dropped,
        tuple(problems),
    )


def _warn(loaded: Loaded, problems: Problems) -> None:
    """Say what areas answer by themselves, because it hangs together from one end of the whole to the other."""
    if any(standard.supply is not None for standard in loaded.scenario.standards):
        problems.add(
            Problem(
                "who gets a place is settled in each area with its surroundings", severity="warning",
                remedy="read places of the whole from one run of the whole; coverage and supply of each person are the same",
                code="places_by_area",
            )
        )  # fmt: skip


def _refuse(loaded: Loaded, out: Path, problems: Problems) -> None:
    """Refuse what cannot be cut so that the areas together say what the whole says."""
    people = loaded.study.population
    if loaded.study.units is None:
        problems.add(
            loaded.study_document.problem(
                (),
                "the study has no units to be cut into",
                expected="units with outlines",
                code="no_units_to_cut",
            )
        )
    if people.official is not None or people.projection is not None or people.spread == "uniform":
        problems.add(
            loaded.study_document.problem(
                ("population",), "people are scaled to totals of units, which cannot be cut",
                expected="people at points or in cells, as they are counted",
                remedy="split without official and projection, then name each area's totals in its own study file",
                code="totals_not_cut",
            )
        )  # fmt: skip
    if loaded.scenario.changes:
        problems.add(
            loaded.scenario_document.problem(
                ("changes",), "the scenario changes facilities, and nobody says in which area",
                remedy="split without changes, then write each into the scenario of its area", code="changes_not_cut",
            )
        )  # fmt: skip
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        problems.add(
            Problem(
                "the folder holds something", out, expected="a new or an empty folder", remedy="name another with --out",
                code="folder_not_empty",
            )
        )  # fmt: skip


class _Cut:
    """The study files of all areas while the files of the whole are cut, one kind after the other."""

    def __init__(self, loaded: Loaded, ground: Ground, reach: float, home: Path) -> None:
        self.left_out: list[LeftOut] = []
        self._loaded, self._file, self._ground = loaded, loaded.study, ground
        self._pieces, self._problems = ground.pieces, ground.problems
        self._reach, self._home = reach, home
        self._data = loaded.study_document.data
        self._studies: list[dict[str, Any]] = [copy.deepcopy(self._data) for _ in ground.pieces]

    def everything(self) -> None:
        """Cut every file that the study names."""
        self._cut_units()
        self._cut_people()
        self._cut_streets()
        self._cut_facilities()
        self._cut_beside()

    def write(self) -> tuple[str, ...]:
        """Write study and scenario of every area; gives the keys that were left out because they are about the whole."""
        asked = self._loaded.scenario_document.data
        for piece, study in zip(self._pieces, self._studies, strict=True):
            study["name"] = _of_area(piece.name, self._file.name)
            study["crs"] = self._ground.crs.to_string()
            for key in _OF_THE_WHOLE:
                study.pop(key, None)
            scenario = {key: value for key, value in asked.items() if key not in _OF_THE_QUESTION}
            scenario |= {"name": _of_area(piece.name, self._loaded.scenario.name), "study": "study.yaml"}
            _write_yaml(piece.folder / "study.yaml", study)
            _write_yaml(piece.folder / "scenario.yaml", scenario)
        whole = self._data
        rosters = ["units.rosters"] if self._file.units is not None and self._file.units.rosters else []
        gone = [key for key in _OF_THE_QUESTION if key in asked] + [
            key for key in _OF_THE_WHOLE if key in whole
        ]
        return (*gone, *rosters)

    def _cut_units(self) -> None:
        area = None
        if self._file.area is not None:
            table = read_table(self._file.area, self._ground.folder, self._problems)
            shapes = None if table is None else points_of(
                table, x=None, y=None, crs=None, datum=self._file.area.datum, target=self._ground.crs, problems=self._problems
            )  # fmt: skip
            area = None if shapes is None else shapely.union_all(shapes)
        for piece, study in zip(self._pieces, self._studies, strict=True):
            table = gpd.GeoDataFrame(
                piece.units(self._ground.units), geometry="geometry", crs=self._ground.crs
            )
            write_layer(table, piece.folder / "units.gpkg", "units", index=False)
            study["units"] = {"file": "units.gpkg"} | (
                {"aliases": dict(self._ground.aliases)} if self._ground.aliases else {}
            )
            around = piece.around(self._ground.units)
            if len(around):
                write_layer(around, piece.folder / "around.gpkg", "around", index=False)
                study["units"]["beyond"] = {"file": "around.gpkg"}
            if area is not None:
                inside = gpd.GeoDataFrame(
                    geometry=[shapely.intersection(area, piece.outline)], crs=self._ground.crs
                )
                write_layer(inside, piece.folder / "area.gpkg", "area", index=False)
                study["area"] = {"file": "area.gpkg"}

    def _cut_people(self) -> None:
        source = self._file.population
        if is_raster(source.file):
            self._cut_raster("population", source.file, source.crs, source.datum)
            return
        entry = self._data["population"]
        self._take("population", cut_people(self._ground, source, entry))

    def _cut_streets(self) -> None:
        streets = self._file.streets
        if streets is None:
            return
        path = (self._ground.folder / streets.file).resolve()
        if not is_there(path):
            self._problems.add(missing_file(path))
            return
        entry = self._data["streets"]
        file_format = osm_format(path)
        if file_format is not None:
            from coverplan.inputs.streets.osm_parts import cut_osm

            bounds = [piece.bounds_lonlat for piece in self._pieces]
            targets = [piece.folder / "streets.osm.pbf" for piece in self._pieces]
            cut_osm(path, bounds, targets, file_format=file_format, problems=self._problems)
            self._name_file("streets", "streets.osm.pbf")
        elif path.name.lower().endswith(LAYERS):
            self._take("streets", cut_layer(self._ground, streets.layer, entry, "streets"))
        else:  # a graph of osmnx is read whole by every area, which takes from it what is near
            self._name_file("streets", os.path.relpath(path, self._home / "area"))
        for study in self._studies:
            if "streets" in study:
                study["streets"]["beyond_m"] = max(self._reach, streets.beyond_m)

    def _cut_facilities(self) -> None:
        for at, layer in enumerate(self._file.facilities):
            dealt = cut_ledger(self._ground, layer, self._data["facilities"][at], f"{layer.layer}-{at + 1}")
            for study, entry in self._each(dealt):
                study["facilities"][at] = entry  # never None: an area without any has the nearest
        if self._file.projects is not None:
            layers = project_layers(self._file, self._file.projects, self._ground.folder, self._problems)
            self._take(
                "projects", cut_projects(self._ground, self._file.projects, layers, self._data["projects"])
            )

    def _cut_beside(self) -> None:
        """Layers under maps, barriers and heights."""
        for role, source in self._file.base.items():
            dealt = cut_layer(self._ground, source, self._data["base"][role], f"base-{role}")
            for study, entry in self._each(dealt):
                study["base"].pop(role)
                study["base"] |= {} if entry is None else {role: entry}
        for at, barrier in enumerate(self._file.barriers):
            dealt = cut_layer(self._ground, barrier, self._data["barriers"][at], f"barriers-{at + 1}")
            for study, entry in self._each(dealt):
                study["barriers"][at] = entry
        for study in self._studies:
            if self._file.barriers:
                study["barriers"] = [entry for entry in study["barriers"] if entry is not None]
        if self._file.elevation is not None:
            self._cut_raster("elevation", self._file.elevation.file, self._file.elevation.crs)

    def _cut_raster(self, key: str, file: str, crs: str | None, datum: str | None = None) -> None:
        targets = [piece.folder / f"{key}.tif" for piece in self._pieces]
        bounds = [piece.bounds_lonlat for piece in self._pieces]
        cut_raster(
            (self._ground.folder / file).resolve(), bounds, targets, self._problems, crs=crs, datum=datum
        )
        self._name_file(key, f"{key}.tif")

    def _name_file(self, key: str, file: str) -> None:
        for study in self._studies:
            study[key]["file"] = file

    def _take(self, key: str, dealt: Dealt | None) -> None:
        """Write the entries of one file into the study files; an area without a row has no such entry."""
        for study, entry in self._each(dealt):
            study.pop(key)
            study.update({} if entry is None else {key: entry})

    def _each(self, dealt: Dealt | None) -> list[tuple[dict[str, Any], dict[str, Any] | None]]:
        """Each area's study file with its entry for a file; rows of no area are written down."""
        if dealt is None:
            return []
        self.left_out.extend(dealt.left_out)
        return list(zip(self._studies, dealt.entries, strict=True))


def _of_area(name: str, title: Any) -> dict[str, str]:
    """A title of the whole, led by the area's name."""
    return {language: f"{name} · {title_in(title, language)}" for language in LANGUAGES}


def _write_batch(loaded: Loaded, pieces: Sequence[Piece], folder: Path) -> None:
    areas = [{"name": piece.name, "scenario": f"areas/{piece.folder.name}/scenario.yaml"} for piece in pieces]
    title = loaded.scenario.name
    said = {language: title_in(title, language) for language in LANGUAGES}
    _write_yaml(folder / BATCH, {"title": said, "areas": areas, "out": "results"})


def _write_yaml(path: Path, data: Mapping[str, Any]) -> None:
    text = yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_left_out(rows: Sequence[LeftOut], folder: Path) -> None:
    if not rows:
        return
    with (folder / LEFT_OUT).open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(LeftOut._fields)
        writer.writerows(rows)
