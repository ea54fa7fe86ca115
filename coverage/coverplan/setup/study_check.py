"""Everything that a study's ledgers say and hide: what was read, repaired, quarantined, and what looks wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from coverplan.errors import InputError, Problem, Problems
from coverplan.ground.units_tree import UnitTree
from coverplan.inputs.ledgers.facility_table import Ledger, read_ledger
from coverplan.inputs.ledgers.roster import read_roster, report_roster
from coverplan.inputs.ledgers.suspicion import suspicions
from coverplan.inputs.ledgers.unit_table import report_gaps
from coverplan.inputs.people.population import People
from coverplan.inputs.places.coordinate_digits import digit_habit
from coverplan.inputs.places.coordinates import transform_points
from coverplan.inputs.places.datum import from_wgs84
from coverplan.inputs.places.datum_detector import Detection, Evidence, detect_datum
from coverplan.inputs.places.geometries import layer_geometries
from coverplan.inputs.rasters.opening import is_raster
from coverplan.inputs.tables.layer_file import system_name
from coverplan.inputs.tables.quarantine import RowProblem
from coverplan.inputs.tables.read_table import LAYERS, read_table
from coverplan.scenario.study_file import FacilityLayer, Population, StudyFile
from coverplan.setup.doubtful_places import (
    outline_bounds,
    packed_degrees,
    people_detection,
    printed_homes,
    swapped_axes,
)
from coverplan.setup.partial_study import crs_of_parts, load_partial_study
from coverplan.study.facility_layers import read_all_facilities
from coverplan.study.load import ReadParts, assembled, units_of
from coverplan.study.people import people_of
from coverplan.study.printed import errors_of_printed
from coverplan.study.readable_part import errors_beside
from coverplan.study.streets import shifted_streets
from coverplan.text.garbage import rarely_collected
from coverplan.text.reading import whole_path
from coverplan.units import Int64Array

#: So many cells show how coordinates are printed.
_MOST_PRINTED = 1_000
_NUMBER = re.compile(r"\d+\.\d+")
#: Base layers in which no facility can stand.
_AVOID = ("water", "farmland")


@dataclass(frozen=True, slots=True)
class LayerCheck:
    """One facility layer.

    Parameters
    ----------
    source
        Its entry in the study file.
    ledger
        What was read; None when the file cannot be used.
    suspicious
        What looks wrong though it can be read.
    detection
        Which datum its coordinates look like; None where it has none.
    """

    source: FacilityLayer
    ledger: Ledger | None
    suspicious: tuple[RowProblem, ...]
    detection: Detection | None

    @property
    def row_problems(self) -> tuple[RowProblem, ...]:
        """Everything about single rows, in row order."""
        found = [*(() if self.ledger is None else self.ledger.problems), *self.suspicious]
        return tuple(sorted(found, key=lambda one: one.position))


@dataclass(frozen=True, slots=True)
class StudyCheck:
    """A checked study.

    Parameters
    ----------
    path, file
        The study file.
    units
        Table of its units.
    layers
        Its facility layers.
    problems
        Everything about whole files, units and the study.
    """

    path: Path
    file: StudyFile
    units: gpd.GeoDataFrame
    layers: tuple[LayerCheck, ...]
    problems: tuple[Problem, ...]

    @property
    def usable(self) -> bool:
        """Whether nothing stops a run."""
        return not any(problem.severity == "error" for problem in self.problems)


def check_study(path: Path, *, mended: Sequence[Path] = ()) -> StudyCheck:
    """Read everything that a study names, as a run does, and say all that can be said of its ledgers, units and people.

    Parameters
    ----------
    path
        The study file.
    mended
        Workbooks with filled send-back sheets, on top of those that the study file names.

    Raises
    ------
    InputError
        When the study file itself cannot be used. One that lacks its population or its facilities is checked as far as
        it goes, with an error for what is lacking.
    """
    problems = Problems()
    with rarely_collected():
        try:
            return _checked(path, mended, problems)
        except InputError as error:
            problems.add_unknown(error.problems)
            problems.add_unknown(errors_beside(Path(path)))
            raise InputError(problems) from None


def _checked(path: Path, mended: Sequence[Path], problems: Problems) -> StudyCheck:
    part = load_partial_study(Path(path), problems)
    if part is None:
        problems.raise_if_errors()
    assert part is not None
    file, document = part.file, part.document
    folder = document.path.parent
    found = Problems()
    crs = crs_of_parts(part, folder, found)
    problems.extend(found)
    if crs is None:
        problems.raise_if_errors()
    assert crs is not None
    tree = units_of(file, folder, crs, problems)
    _check_units(file, folder, tree, problems)
    people = None if "population" in part.lacking else people_of(file, folder, crs, tree, problems)
    evidence = Evidence(crs) if people is None else _evidence(file, folder, crs, people)
    bounds = outline_bounds(tree.table, people)
    if people is not None and not is_raster(file.population.file):
        problems.extend(_doubtful_homes(file, folder, people, tree.table, evidence.streets, crs=crs))
    avoid = _avoid(file, folder, crs, problems)
    year = (file.as_of or dt.datetime.now(tz=dt.UTC).date()).year
    layers = []
    for entry in file.facilities:
        named = tuple(str(whole_path(Path(name))) for name in mended)
        source = entry.model_copy(update={"mended": (*entry.mended, *named)})
        layers.append(
            _layer(
                source, file, folder, tree=tree, evidence=evidence, avoid=avoid, year=year, problems=problems
            )
        )
        problems.extend(_misread(layers[-1], evidence.crs, bounds, folder))
    rows = [None if layer.ledger is None else layer.ledger.rows for layer in layers]
    facilities = read_all_facilities(file, folder, crs, tree, problems, already=rows) if rows else None
    if assembled(file, document, ReadParts(crs, tree, people, facilities), problems) is None:
        problems.extend(_shifted_streets(evidence, layers, document.path))
    unread = file.units is not None and not tree.codes
    known = None if facilities is None or unread else (tree, facilities)
    problems.extend(errors_of_printed(file, document, known))
    return StudyCheck(Path(path), file, tree.table, tuple(layers), tuple(problems))


def _shifted_streets(evidence: Evidence, layers: Sequence[LayerCheck], path: Path) -> Iterator[Problem]:
    """Streets that lie elsewhere than facilities and homes, as those of Chinese web maps do."""
    if evidence.streets is None:
        return
    ledgers = [layer.ledger for layer in layers if layer.ledger is not None]
    shapes = [shape for ledger in ledgers for shape in ledger.rows.geometry]
    homes = evidence.people_x, evidence.people_y
    facilities = np.array([*shapes, None], dtype=object)[:-1]
    yield from shifted_streets(evidence.streets, evidence.crs, facilities, homes, path)


def _layer(
    source: FacilityLayer,
    file: StudyFile,
    folder: Path,
    *,
    tree: UnitTree,
    evidence: Evidence,
    avoid: dict[str, gpd.GeoSeries],
    year: int,
    problems: Problems,
) -> LayerCheck:
    aliases = {} if file.units is None else file.units.aliases
    mine = Problems()
    ledger = read_ledger(source, folder, crs=evidence.crs, problems=mine, units=tree.table, aliases=aliases)
    shown = ledger
    if ledger is None and {problem.code for problem in mine.errors} == {"missing_crs"}:
        tried = source.model_copy(update={"datum": "wgs84"})  # only to tell what the coordinates look like
        shown = read_ledger(
            tried, folder, crs=evidence.crs, problems=Problems(), units=tree.table, aliases=aliases
        )
    detection = None if shown is None else _detection(shown, tree.table, evidence)
    if detection is not None:
        _report_detection(source, folder, detection, mine)
    rows = set() if ledger is None else {id(one.problem) for one in ledger.problems}
    problems.extend(problem for problem in mine if id(problem) not in rows)
    found = () if ledger is None else suspicions(ledger, units=tree.table, avoid=avoid, year=year)
    return LayerCheck(source, ledger, tuple(found), detection)


def _misread(
    layer: LayerCheck, crs: pyproj.CRS, bounds: tuple[float, float, float, float] | None, folder: Path
) -> list[Problem]:
    """What looks like degrees, minutes and seconds in one number, or like x and y swapped."""
    ledger, source = layer.ledger, layer.source
    if ledger is None or not (
        ledger.table.is_layer or {"x", "y"} <= set(ledger.column) or "xy" in ledger.column
    ):
        return []
    system = system_name(source.crs, source.datum) or (
        ledger.table.rows.crs if ledger.table.is_layer else None
    )
    shapes = ledger.rows.geometry.to_numpy()
    there = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.POINT)[:_MOST_PRINTED]
    if system is None or not len(there):
        return []
    written = pyproj.CRS.from_user_input(system)
    read = shapely.get_x(shapes[there]), shapely.get_y(shapes[there])
    found = None
    if written.is_geographic and {"x", "y"} <= set(ledger.column) and not ledger.table.is_layer:
        cells = ledger.table.rows.iloc[ledger.positions[there]]
        printed = cells[ledger.column["x"]].tolist(), cells[ledger.column["y"]].tolist()
        found = packed_degrees(printed, read, bounds, crs, folder / source.file)
    found = found or swapped_axes(read, written, bounds, crs, folder / source.file)
    return [] if found is None else [found]


def _doubtful_homes(
    file: StudyFile,
    folder: Path,
    people: People,
    units: gpd.GeoDataFrame,
    streets: np.ndarray | None,
    *,
    crs: pyproj.CRS,
) -> Iterator[Problem]:
    """People whose coordinates are read otherwise than they are meant, as far as outlines and streets tell."""
    source = file.population
    homes = printed_homes(source, people, crs)
    bounds = outline_bounds(units, None)
    misread = None if homes is None else packed_degrees(*homes, bounds, crs, folder / source.file)
    system = system_name(source.crs, source.datum)
    if misread is None and system is not None and source.spread != "uniform":
        some = slice(None, None, max(1, len(people.x) // _MOST_PRINTED))
        read = people.x[some], people.y[some]
        misread = swapped_axes(read, pyproj.CRS.from_user_input(system), bounds, crs, folder / source.file)
    if misread is not None:
        yield misread
        return
    found = people_detection(source, people, units, streets, crs)
    if found is not None:
        problems = Problems()
        _report_detection(source, folder, found, problems)
        yield from problems


def _detection(ledger: Ledger, units: gpd.GeoDataFrame, evidence: Evidence) -> Detection | None:
    """Which datum the coordinates look like as they are printed; None without coordinates."""
    shapes = ledger.rows.geometry.to_numpy()
    there = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.POINT)
    if not len(there):
        return None
    points = shapes[there]
    lon, lat = transform_points(shapely.get_x(points), shapely.get_y(points), evidence.crs, "EPSG:4326")
    if ledger.source.datum in {"gcj02", "bd09"}:
        lon, lat = from_wgs84(lon, lat, ledger.source.datum)  # type: ignore[arg-type]
    outline = units.geometry.to_dict()
    declared = ledger.rows["unit_code"].iloc[there].tolist()
    outlines = np.array([None, *map(outline.get, declared)], dtype=object)[1:]
    habit = digit_habit(_printed(ledger, ledger.positions[there]))
    return detect_datum(lon, lat, replace(evidence, outlines=outlines, habit=habit))


def _printed(ledger: Ledger, positions: Int64Array) -> list[object]:
    """Longitudes and latitudes as they stand in the file; nothing for layers, whose numbers nobody printed."""
    column = ledger.column
    if ledger.table.is_layer:
        return []
    rows = ledger.table.rows
    if "x" in column and "y" in column:
        shown = positions[:_MOST_PRINTED]
        return [cell for axis in ("x", "y") for cell in rows[column[axis]].iloc[shown].tolist()]
    cells = [] if "xy" not in column else rows[column["xy"]].iloc[positions[:_MOST_PRINTED]].tolist()
    return [number for cell in cells for number in _NUMBER.findall(str(cell))]


def _report_detection(
    source: FacilityLayer | Population, folder: Path, found: Detection, problems: Problems
) -> None:
    same = {"cgcs2000": "wgs84"}
    declared = source.datum or ("wgs84" if source.crs is not None else None)
    agrees = found.datum is not None and found.datum == same.get(declared or "", declared)
    fine = agrees or (found.datum is None and found.mixed is None)
    expected, remedy = None, None
    if found.mixed is not None:
        expected, remedy = (
            "one datum in one file",
            "ask who wrote which rows, and put each datum in a file of its own",
        )
    elif not fine:
        expected = f"datum: {found.datum}, if that is true"
        remedy = "ask where the coordinates come from; nothing was converted"
    code = (
        "datum_mixed"
        if found.mixed
        else "datum_fits"
        if agrees
        else "datum_unsure"
        if fine
        else "datum_differs"
    )
    problems.add(
        Problem(
            found.sentence(),
            folder / source.file,
            field="datum",
            value=declared,
            expected=expected,
            remedy=remedy,
            severity="note" if fine else "warning",
            code=code,
            details={"detection": found},
        )
    )


def _evidence(file: StudyFile, folder: Path, crs: pyproj.CRS, people: People) -> Evidence:
    streets = _street_lines(file, folder, crs)
    settled = people.groups[next(iter(people.groups))] > 0
    return Evidence(crs, None, streets, people.x[settled], people.y[settled], max(75.0, 0.75 * people.cell_m))


def _street_lines(file: StudyFile, folder: Path, crs: pyproj.CRS) -> np.ndarray | None:
    """Lines of a street layer; None where streets come from elsewhere (other evidence is enough there)."""
    source = file.streets
    if source is None or Path(source.file).suffix.lower() not in LAYERS:
        return None
    table = read_table(source.layer, folder, Problems())
    if table is None or not table.is_layer:
        return None
    lines = layer_geometries(table, target=crs, problems=Problems(), required=False, datum=source.datum)
    parts = shapely.get_parts(lines[[line is not None for line in lines]])
    return np.asarray(parts, dtype=object)


def _avoid(file: StudyFile, folder: Path, crs: pyproj.CRS, problems: Problems) -> dict[str, gpd.GeoSeries]:
    areas = {}
    for name, source in file.base.items():
        table = read_table(source, folder, problems) if name in _AVOID else None
        if table is not None and table.is_layer:
            shapes = layer_geometries(
                table, target=crs, problems=problems, required=False, datum=source.datum
            )
            areas[str(name)] = gpd.GeoSeries(shapes, crs=crs)
    return areas


def _check_units(file: StudyFile, folder: Path, tree: UnitTree, problems: Problems) -> None:
    if file.units is None:
        return
    report_gaps(tree.table, folder / file.units.file, problems)
    for source in file.units.rosters:
        roster = read_roster(source, folder, problems)
        if roster is not None:
            report_roster(roster, folder / source.file, tree.table, problems)
