"""A study: area, units, people, streets and facilities of one place, read and checked together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from coverplan.errors import InputError, Problem, Problems
from coverplan.ground.area import StudyArea
from coverplan.ground.demand import Demand
from coverplan.ground.facilities import Facilities
from coverplan.ground.network import Mode, Network
from coverplan.ground.terrain import Terrain
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.inputs.ledgers.unit_table import read_units, report_overlaps, without_overlaps
from coverplan.inputs.people.population import People, Scaling
from coverplan.inputs.places.geometries import points_of
from coverplan.inputs.tables.read_table import read_table
from coverplan.reach.snapping.street_index import Geometries
from coverplan.scenario.study_file import StudyFile
from coverplan.study.crowded import crowded_units
from coverplan.study.facility_layers import notice_outside, read_all_facilities
from coverplan.study.people import people_of, study_crs
from coverplan.study.stand_in_crs import stand_in_crs
from coverplan.study.streets import (
    notice_shifted,
    read_barriers,
    read_base_layers,
    read_network,
    read_terrain,
)
from coverplan.yamlfile import Document

Read = TypeVar("Read")
#: A walk of fifteen minutes at the fastest preset, rounded up: how far beyond the border streets are read at least.
LEAST_BUFFER_M = 2_000.0
#: People are added up in runs of so many points, which need little memory.
_POINTS_AT_ONCE = 1_000_000
#: Share of the people outside the area above which that is worth a warning.
MANY_OUTSIDE = 0.01


@dataclass(frozen=True, slots=True)
class Study:
    """What is on the ground, in one projected CRS.

    Parameters
    ----------
    file, folder
        What the study file says, and the folder its paths start from.
    area
        Where people are counted.
    units
        Administrative units; empty when the study has none.
    demand
        People at points.
    network
        Streets, or None.
    facilities
        Every facility of every layer.
    terrain
        Height of the ground, or None: every street is level.
    barriers
        What the leg between a door and the street does not cross, or None.
    base
        Layers drawn under maps, by role.
    problems
        What was noticed while reading and did not stop it.
    scalings
        How people came to official totals and to the plan year.
    """

    file: StudyFile
    folder: Path
    area: StudyArea
    units: UnitTree
    demand: Demand
    network: Network | None
    facilities: Facilities
    terrain: Terrain | None
    barriers: Geometries | None
    base: Mapping[str, gpd.GeoDataFrame]
    problems: tuple[Problem, ...]
    scalings: tuple[Scaling, ...] = ()


def load_study(
    file: StudyFile,
    document: Document,
    problems: Problems,
    *,
    modes: Sequence[Mode] = ("walk",),
    buffer_m: float = LEAST_BUFFER_M,
) -> Study:
    """Read everything a study file names.

    Parameters
    ----------
    file, document
        The study file and where it stands.
    problems
        Collects what is wrong.
    modes
        Modes whose streets are needed.
    buffer_m
        How far beyond the area's border streets are read.

    Raises
    ------
    InputError
        With everything that is wrong, when anything stops the run.
    """
    folder = document.path.parent
    crs = _read(problems, lambda: study_crs(file, folder, problems))
    if crs is None:
        problems.add_unknown(errors_of_files(file, document, modes=modes, buffer_m=buffer_m))
        problems.raise_if_errors()
    assert crs is not None
    study = _of_files(file, document, crs, problems, modes=modes, buffer_m=buffer_m)
    problems.raise_if_errors()
    assert study is not None
    return study


def errors_of_files(
    file: StudyFile,
    document: Document,
    *,
    lacking: Collection[str] = (),
    modes: Sequence[Mode] = ("walk",),
    buffer_m: float = LEAST_BUFFER_M,
) -> tuple[Problem, ...]:
    """What is wrong with the files of a study, each read as far as it goes, also where none of it can be used (R12).

    Parameters
    ----------
    file, document, modes, buffer_m
        As those of `load_study`.
    lacking
        Which of ``population`` and ``facilities`` is no file and not read, and ``units`` where they were left out, so
        that nothing is held against them.
    """
    folder, found = document.path.parent, Problems()
    with_people = "population" not in lacking
    crs = (
        _read(found, lambda: study_crs(file, folder, found)) if with_people or file.crs is not None else None
    )
    told = Problems()
    chosen = crs or stand_in_crs(file, folder, people=with_people)
    _of_files(file, document, chosen, told, modes=modes, buffer_m=buffer_m, lacking=lacking)
    found.add_unknown(told)
    return tuple(
        one
        for one in found.errors
        if not (one.code == "unknown_unit" and "units" in lacking)
        and not (crs is None and one.code == "not_true_to_scale")
    )


def _of_files(
    file: StudyFile,
    document: Document,
    crs: pyproj.CRS,
    problems: Problems,
    *,
    modes: Sequence[Mode],
    buffer_m: float,
    lacking: Collection[str] = (),
) -> Study | None:
    """The study of all its files; None, with everything that is wrong, when anything stops a run."""
    folder = document.path.parent
    units = _read(problems, lambda: units_of(file, folder, crs, problems)) or no_units(crs)
    people, facilities = None, None
    if "population" not in lacking:
        people = _read(problems, lambda: people_of(file, folder, crs, units, problems))
    if "facilities" not in lacking:
        facilities = _read(problems, lambda: read_all_facilities(file, folder, crs, units, problems))
    read = ReadParts(crs, units, people, facilities)
    return assembled(file, document, read, problems, modes=modes, buffer_m=buffer_m)


def _read(problems: Problems, part: Callable[[], Read | None]) -> Read | None:
    """A part of a study; None where reading it was given up in the middle, so that the other parts are read all the same."""
    try:
        return part()
    except InputError as error:
        problems.add_unknown(error.problems)
        return None


class ReadParts(NamedTuple):
    """Parts of a study that were read: its CRS, its units, its people and its facilities, None where they cannot be used."""

    crs: pyproj.CRS
    units: UnitTree
    people: People | None
    facilities: Facilities | None


def assembled(
    file: StudyFile,
    document: Document,
    read: ReadParts,
    problems: Problems,
    *,
    modes: Sequence[Mode] = ("walk",),
    buffer_m: float = LEAST_BUFFER_M,
) -> Study | None:
    """The study of parts that were read, with everything else that its file names and how the parts fit each other.

    None, with everything that is wrong in `problems`, when anything stops a run. Parameters as those of `load_study`.
    """
    folder = document.path.parent
    crs, units, people, facilities = read
    area = StudyArea(crs, _read(problems, lambda: _outline(file, folder, crs, units, problems)))
    network = _read(
        problems,
        lambda: read_network(file, document, area, people, problems, modes=modes, buffer_m=buffer_m),
    )
    terrain = _read(problems, lambda: read_terrain(file, document, area, network, problems, people=people))
    barriers = _read(problems, lambda: read_barriers(file, folder, crs, problems))
    base = _read(problems, lambda: read_base_layers(file, folder, crs, problems)) or {}
    if problems.errors or people is None or facilities is None:
        return None
    demand = _demand(people, units, area)
    _notice_empty_units(demand, units, document, problems)
    _notice_between(demand, units, document, problems)
    problems.extend(crowded_units(demand, units, document.path))
    notice_outside(facilities, area, document, problems)
    notice_shifted(network, people, facilities, document, problems)
    if problems.errors:
        return None
    return Study(
        file,
        folder,
        area,
        units,
        demand,
        network,
        facilities,
        terrain,
        barriers,
        base,
        problems=tuple(problems),
        scalings=people.scalings,
    )


def units_of(file: StudyFile, folder: Path, crs: pyproj.CRS, problems: Problems) -> UnitTree:
    """Administrative units of a study; empty when its file names none."""
    table = None if file.units is None else read_units(file.units, folder, crs=crs, problems=problems)
    if table is None:
        return no_units(crs)
    assert file.units is not None
    if file.units.overlaps == "smaller":
        table = without_overlaps(table, folder / file.units.file, problems)
    report_overlaps(table, folder / file.units.file, problems)
    return UnitTree(table)


def no_units(crs: pyproj.CRS) -> UnitTree:
    """A study without units."""
    empty = pd.DataFrame(
        {"name": [], "type": [], "parent": [], "households": []},
        index=pd.Index([], name="code", dtype=object),
    )
    return UnitTree(gpd.GeoDataFrame(empty, geometry=[], crs=crs))


def _outline(
    file: StudyFile, folder: Path, crs: pyproj.CRS, units: UnitTree, problems: Problems
) -> shapely.Geometry | None:
    if file.area is not None:
        table = read_table(file.area, folder, problems)
        if table is None:
            return None
        shapes = points_of(
            table, x=None, y=None, crs=None, datum=file.area.datum, target=crs, problems=problems
        )
        return None if shapes is None else shapely.union_all(shapes)
    shapes = units.table.geometry.to_numpy()
    drawn = [shape for shape in shapes if shape is not None and not shape.is_empty]
    return shapely.union_all(drawn) if drawn else None


def _demand(people: People, units: UnitTree, area: StudyArea) -> Demand:
    return Demand(
        ids=people.ids,
        x=people.x,
        y=people.y,
        people=people.groups,
        unit=units.locate(people.x, people.y),
        inside=area.holds(people.x, people.y),
        cell_m=people.cell_m,
    )


def _notice_empty_units(demand: Demand, units: UnitTree, document: Document, problems: Problems) -> None:
    if not demand.inside.any():
        problems.add(
            Problem(
                "nobody lives in the study area",
                document.path,
                field="population",
                expected="people inside the outline of the units or the area",
                remedy="check the coordinate reference systems of people and units",
                code="nobody_inside",
            )
        )
        return
    codes = units.codes
    peopled = {
        above for at in np.unique(demand.unit) if at != OUTSIDE for above in units.ancestors(codes[at])
    }
    drawn = units.table.geometry.notna()
    for code in sorted(set(codes) - peopled):
        if drawn.any() and not drawn.at[code]:
            continue  # that it has no outline was said when the units were read
        problems.add(
            Problem(
                f"no demand point lies in the unit {code} {units.table.at[code, 'name']}",
                document.path,
                field="units",
                remedy="nothing, if nobody lives there; else check outlines and population",
                severity="warning",
                code="unit_without_people",
                details={"unit": f"{code} {units.table.at[code, 'name']}"},
            )
        )


def people_between(demand: Demand, units: UnitTree) -> dict[str, float]:
    """People of the first group in a unit and in none of the units below it, by its code, where there are any."""
    of_unit = np.zeros(len(units.codes))
    for first in range(0, demand.points, _POINTS_AT_ONCE):
        some = slice(first, first + _POINTS_AT_ONCE)
        people = np.where(demand.inside[some], demand.people[demand.groups[0]][some], 0.0)
        of_unit += np.bincount(demand.unit[some] + 1, weights=people, minlength=len(of_unit) + 1)[1:]
    above = set(units.table["parent"].dropna())
    return {
        code: float(count)
        for code, count in zip(units.codes, of_unit, strict=True)
        if code in above and count > 0
    }


def _notice_between(demand: Demand, units: UnitTree, document: Document, problems: Problems) -> None:
    """Say how many people live in a unit and in none of the units that it is made of, and how many in no unit at all."""
    group = demand.groups[0]
    for code, count in people_between(demand, units).items():
        name = f"{code} {units.table.at[code, 'name']}"
        problems.add(
            Problem(
                f"{count:,.0f} people ({group}) live in the unit {name} and in none of the units below it",
                document.path,
                field="units",
                value=f"{count:,.0f}",
                expected="units that fill the one above them",
                remedy="mend the outlines, or add the missing unit; these people count in the upper unit alone",
                severity="warning",
                code="people_between_units",
                details={"unit": name, "count": f"{count:,.0f}"},
            )
        )
    nowhere = demand.inside & (demand.unit == OUTSIDE)
    outside = float(demand.people[group][nowhere].sum()) if units.table.geometry.notna().any() else 0.0
    if outside > 0:
        problems.add(
            Problem(
                f"{outside:,.0f} people ({group}) live in the study area and in no unit",
                document.path,
                field="units",
                value=f"{outside:,.0f}",
                expected="units that fill the study area",
                remedy="add the missing units, or draw the area as the units are; these people are covered by nothing",
                severity="warning",
                code="people_in_no_unit",
                details={"count": f"{outside:,.0f}"},
            )
        )
