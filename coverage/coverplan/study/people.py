"""People of a study and the CRS in which it is measured."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from coverplan.errors import InputError, Problem, Problems
from coverplan.ground.area import MOST_SCALE_ERROR, local_metric_crs, scale_error
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.inputs.ledgers.unit_table import read_units
from coverplan.inputs.people.border_cells import cut_at_borders, near_borders, points_inside
from coverplan.inputs.people.part_of_whole import larger_parts
from coverplan.inputs.people.population import People, read_population
from coverplan.inputs.people.scaling import report_official, scale_people
from coverplan.inputs.places.geometries import known_crs, points_of
from coverplan.inputs.places.known_shift import unknown_shift
from coverplan.inputs.rasters.opening import is_raster
from coverplan.inputs.rasters.population_cells import PopulationCells, read_population_raster
from coverplan.inputs.tables.read_table import read_table
from coverplan.scenario.study_file import Population, StudyFile, Units
from coverplan.text.reading import whole_path

#: Units may reach this share of their area beyond a raster: coasts are drawn with more or less sea.
_COVERED_ENOUGH = 0.002


def study_crs(file: StudyFile, folder: Path, problems: Problems) -> pyproj.CRS | None:
    """CRS of a study in metres: the one that its file names, else the UTM zone of its people."""
    if file.crs is not None:
        crs = known_crs(file.crs, problems, file=folder / "study.yaml")
        if crs is not None and (not crs.is_projected or crs.axis_info[0].unit_name != "metre"):
            problems.add(
                Problem(
                    "the study's CRS does not measure in metres",
                    folder / "study.yaml",
                    field="crs",
                    value=file.crs,
                    expected="a projected CRS in metres, such as EPSG:4549",
                    remedy="name the local one, or leave `crs:` out and the UTM zone is taken",
                    code="not_metric",
                )
            )
            return None
        return crs
    return _utm_of_population(file, folder, problems)


def _utm_of_population(file: StudyFile, folder: Path, problems: Problems) -> pyproj.CRS | None:
    source = file.population
    if is_raster(source.file):
        path, found = whole_path(folder / source.file), Problems()
        cells = _cells(source, path, "EPSG:4326", found)
        if cells is None:
            problems.extend(found)  # what does not stop a run is told when the people are read
            return None
        return local_metric_crs(float(cells.x.mean()), float(cells.y.mean()))
    table = read_table(source, folder, problems)
    if table is None:
        return None
    lonlat = pyproj.CRS.from_epsg(4326)
    places = points_of(
        table,
        x=source.x,
        y=source.y,
        crs=source.crs,
        datum=source.datum,
        target=lonlat,
        problems=problems,
    )
    if places is None or not any(place is not None for place in places):
        return None
    west, south, east, north = shapely.total_bounds(places)
    return local_metric_crs((west + east) / 2, (south + north) / 2)


def people_of(
    file: StudyFile, folder: Path, crs: pyproj.CRS, units: UnitTree, problems: Problems
) -> People | None:
    """People at points, scaled to the official totals and the plan year that the study file names."""
    try:
        people = _people_as_read(file, folder, crs, units, problems)
    except InputError as error:
        problems.add_unknown(error.problems)
        people = None
    if people is not None:
        _check_crs(file, folder, crs, people, problems)
    if people is not None and file.population.spread != "uniform":
        problems.extend(larger_parts(people, folder / file.population.file))
    if file.population.official is None and file.population.projection is None:
        return people
    aliases = {} if file.units is None else file.units.aliases
    codes = units.codes
    unread = file.units is not None and not codes  # which was told: rows of these units are not unknown
    if people is None or unread:
        report_official(file.population, folder, units=units.table, aliases=aliases, problems=problems)
        return people
    of_point = [None if at == OUTSIDE else codes[at] for at in units.locate(people.x, people.y)]
    return scale_people(
        file.population, folder, people, codes=of_point, units=units.table, aliases=aliases, problems=problems
    )


def _check_crs(file: StudyFile, folder: Path, crs: pyproj.CRS, people: People, problems: Problems) -> None:
    """Refuse a CRS whose metres are none where people live: Web Mercator, equal-area systems of the world.

    One whose datum has no known change to WGS-84, in which maps are drawn, is warned of.
    """
    problems.extend(unknown_shift(crs, "EPSG:4326", folder / "study.yaml", x=people.x, y=people.y))
    error = scale_error(crs, people.x, people.y)
    if error > MOST_SCALE_ERROR:
        problems.add(
            Problem(
                f"lengths in the study's CRS are {error:.0%} off where people live: its metres are no metres",
                folder / "study.yaml",
                field="crs",
                value=file.crs,
                expected="a projected CRS fit for the place, such as its UTM zone or EPSG:4549",
                remedy="leave `crs:` out and the UTM zone is taken, or name the local one",
                code="not_true_to_scale",
                details={"share": f"{error:.0%}"},
            )
        )


def _people_as_read(
    file: StudyFile, folder: Path, crs: pyproj.CRS, units: UnitTree, problems: Problems
) -> People | None:
    """People of a table or layer, or of a raster, whose cells become points; cells on a border are split by area."""
    source = file.population
    borders = _borders(file, folder, crs, units, problems)
    if not is_raster(source.file):
        return read_population(source, folder, crs=crs, problems=problems, units=borders)
    path = whole_path(folder / source.file)
    cells = _cells(source, path, crs, problems)
    if cells is None:
        return None
    _notice_uncovered(cells, units, path, problems)
    cells = cut_cells(cells, borders)
    return People(cells.ids, cells.x, cells.y, cells.groups, cells.cell_m)


def _borders(
    file: StudyFile, folder: Path, crs: pyproj.CRS, units: UnitTree, problems: Problems
) -> gpd.GeoDataFrame:
    """Units whose borders part cells: those of the study, and those around it where the file names them."""
    beyond = None if file.units is None else file.units.beyond
    if beyond is None:
        return units.table
    around = read_units(Units.model_validate(beyond.model_dump()), folder, crs=crs, problems=problems)
    return units.table if around is None else pd.concat([units.table, around])


def _cells(
    source: Population, path: Path, crs: pyproj.CRS | str, problems: Problems
) -> PopulationCells | None:
    return read_population_raster(
        path,
        source.groups,
        crs=crs,
        problems=problems,
        nodata=source.nodata,
        said_crs=source.crs,
        datum=source.datum,
    )


def cut_cells(cells: PopulationCells, units: gpd.GeoDataFrame) -> PopulationCells:
    """Cells with those that a border between units cuts as one point inside each part, in the order of their ids.

    Only the cells near a border are drawn: the outlines of all of them would need many times the memory of their
    numbers. Every group's sum is kept.
    """
    near = near_borders(cells.x, cells.y, units, cells.grid.reach_m())
    parts = cut_at_borders(cells.grid.outlines(near), units)
    pieces = np.flatnonzero([code is not None for code in parts.code])
    if not len(pieces):
        return cells
    of_cell, unit = near[parts.source[pieces]], parts.code[pieces].astype(np.str_)
    order = np.lexsort((unit, of_cell))
    pieces, of_cell, unit = pieces[order], of_cell[order], unit[order]
    gone = np.unique(of_cell)
    before = of_cell - np.searchsorted(gone, of_cell)
    points, share = points_inside(parts.shapes[pieces]), parts.share[pieces]

    def merged(numbers: NDArray[Any], of_pieces: NDArray[Any]) -> NDArray[Any]:
        return np.insert(np.delete(numbers, gone), before, of_pieces)

    row, column = cells.grid.row, cells.grid.column
    at = before + np.arange(len(before))
    return replace(
        cells,
        x=merged(cells.x, shapely.get_x(points)),
        y=merged(cells.y, shapely.get_y(points)),
        groups={group: merged(people, people[of_cell] * share) for group, people in cells.groups.items()},
        grid=replace(cells.grid, row=merged(row, row[of_cell]), column=merged(column, column[of_cell])),
        part=dict(zip(at.tolist(), unit.tolist(), strict=True)),
    )


def _notice_uncovered(cells: PopulationCells, units: UnitTree, path: Path, problems: Problems) -> None:
    """Warn where the raster ends before the units do, whose people there would be missing without a word."""
    outlines = units.table.geometry.to_numpy()
    drawn = outlines[[outline is not None and not outline.is_empty for outline in outlines]]
    if not len(drawn):
        return
    area = shapely.union_all(drawn)
    beyond = float(shapely.area(shapely.difference(area, cells.extent)) / shapely.area(area))
    if beyond > _COVERED_ENOUGH:
        problems.add(
            Problem(
                f"the population raster does not cover {beyond:.1%} of the study area",
                path,
                expected="a raster of the whole area",
                remedy="download the missing part; nobody is counted where the raster does not reach",
                severity="warning",
                code="partial_population",
                details={"share": f"{beyond:.1%}"},
            )
        )
