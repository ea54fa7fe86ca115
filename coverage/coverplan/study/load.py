"""A study: area, units, people, streets and facilities of one place, read and checked together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from coverplan.cache import content_key, study_cache
from coverplan.errors import Problem, Problems
from coverplan.ground.area import StudyArea, local_metric_crs
from coverplan.ground.demand import Demand
from coverplan.ground.facilities import Facilities
from coverplan.ground.network import Mode, Network
from coverplan.ground.terrain import Terrain
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.inputs.ledgers.facility_table import read_facilities
from coverplan.inputs.ledgers.unit_table import read_units, report_overlaps
from coverplan.inputs.people.border_cells import near_borders
from coverplan.inputs.people.population import People, Scaling, read_population, split_people
from coverplan.inputs.people.scaling import scale_people
from coverplan.inputs.places.geometries import known_crs, points_of
from coverplan.inputs.rasters import RASTER_ENDINGS, read_elevation, read_population_raster
from coverplan.inputs.streets.read import read_streets
from coverplan.inputs.tables.column_values import has_columns, texts
from coverplan.inputs.tables.read_table import missing_file, read_table
from coverplan.reach.snapping.street_index import Geometries
from coverplan.scenario.study_file import Condition, FacilityLayer, Projects, Source, StudyFile
from coverplan.study.kept_streets import cached_network
from coverplan.study.network_audit import audit_network, join_near_ends
from coverplan.yamlfile import Document

#: A walk of fifteen minutes at the fastest preset, rounded up: how far beyond the border streets are read at least.
LEAST_BUFFER_M = 2_000.0
#: Heights are read this far beyond the outermost street, so that it lies between known heights.
_RIM_M = 200.0
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
    inputs
        Every file that was read.
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
    inputs: tuple[Path, ...]
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
    crs = study_crs(file, folder, problems)
    problems.raise_if_errors()
    assert crs is not None
    units = units_of(file, folder, crs, problems)
    area = StudyArea(crs, _outline(file, folder, crs, units, problems))
    people = people_of(file, folder, crs, units, problems)
    facilities = _facilities(file, folder, crs, units, problems)
    network = _network(file, document, area, people, problems, modes=modes, buffer_m=buffer_m)
    terrain = _terrain(file, document, area, network, problems)
    barriers = _barriers(file, folder, crs, problems)
    base = _base(file, folder, crs, problems)
    problems.raise_if_errors()
    assert people is not None
    assert facilities is not None
    demand = _demand(people, units, area)
    _notice_empty_units(demand, units, document, problems)
    _notice_outside(facilities, area, document, problems)
    problems.raise_if_errors()
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
        inputs=_inputs(file, document),
        scalings=people.scalings,
    )


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
    if source.file.lower().endswith(RASTER_ENDINGS):
        cells = read_population_raster(
            (folder / source.file).resolve(), source.groups, crs="EPSG:4326", problems=problems
        )
        return None if cells is None else local_metric_crs(float(cells.x.mean()), float(cells.y.mean()))
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


def units_of(file: StudyFile, folder: Path, crs: pyproj.CRS, problems: Problems) -> UnitTree:
    """Administrative units of a study; empty when its file names none."""
    table = None if file.units is None else read_units(file.units, folder, crs=crs, problems=problems)
    if table is None:
        empty = pd.DataFrame(
            {"name": [], "type": [], "parent": [], "households": []},
            index=pd.Index([], name="code", dtype=object),
        )
        return UnitTree(gpd.GeoDataFrame(empty, geometry=[], crs=crs))
    assert file.units is not None
    report_overlaps(table, folder / file.units.file, problems)
    return UnitTree(table)


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


def people_of(
    file: StudyFile, folder: Path, crs: pyproj.CRS, units: UnitTree, problems: Problems
) -> People | None:
    """People at points, scaled to the official totals and the plan year that the study file names."""
    people = _people_as_read(file, folder, crs, units, problems)
    if people is None or (file.population.official is None and file.population.projection is None):
        return people
    codes = units.codes
    of_point = [None if at == OUTSIDE else codes[at] for at in units.locate(people.x, people.y)]
    aliases = {} if file.units is None else file.units.aliases
    return scale_people(
        file.population, folder, people, codes=of_point, units=units.table, aliases=aliases, problems=problems
    )


def _people_as_read(
    file: StudyFile, folder: Path, crs: pyproj.CRS, units: UnitTree, problems: Problems
) -> People | None:
    """People of a table or layer, or of a raster, whose cells become points; cells on a border are split by area."""
    source = file.population
    if not source.file.lower().endswith(RASTER_ENDINGS):
        return read_population(source, folder, crs=crs, problems=problems, units=units.table)
    path = (folder / source.file).resolve()
    cells = read_population_raster(path, source.groups, crs=crs, problems=problems)
    if cells is None:
        return None
    people = People(cells.ids, cells.x, cells.y, cells.groups, cells.cell_m)
    cut = near_borders(cells.x, cells.y, units.table, cells.grid.reach_m())
    if not len(cut):
        return people
    shapes = np.asarray(shapely.points(cells.x, cells.y), dtype=object)
    shapes[cut] = cells.grid.outlines(cut)
    return split_people(people, shapes, units.table)


def _facilities(
    file: StudyFile, folder: Path, crs: pyproj.CRS, units: UnitTree, problems: Problems
) -> Facilities | None:
    aliases = {} if file.units is None else file.units.aliases
    layers = [
        *file.facilities,
        *([] if file.projects is None else _project_layers(file.projects, folder, problems)),
    ]
    tables = [
        read_facilities(layer, folder, crs=crs, problems=problems, units=units.table, aliases=aliases)
        for layer in layers
    ]
    found = [table for table in tables if table is not None]
    if len(found) < len(tables):
        return None
    return facilities_of(found, units, crs)


def _project_layers(projects: Projects, folder: Path, problems: Problems) -> list[FacilityLayer]:
    """The projects of each layer as a facility layer of their own, planned unless the ledger says otherwise."""
    table = read_table(projects, folder, problems)
    if table is None or not has_columns(table, [projects.layer_column], problems):
        return []
    said = projects.model_dump(exclude={"layer_column", "where"}, exclude_unset=True)
    names = sorted({name for name in texts(table, projects.layer_column) if name is not None})
    return [
        FacilityLayer(
            layer=name,
            status="planned",
            where=Condition(column=projects.layer_column, any_of=(name,)),
            **said,
        )
        for name in names
    ]


def facilities_of(tables: Sequence[gpd.GeoDataFrame], units: UnitTree, crs: pyproj.CRS) -> Facilities:
    """All facilities in (layer, id) order, each with the deepest unit in which it lies."""
    columns = {name: None for table in tables for name in table.columns}
    whole = pd.concat([table.reindex(columns=list(columns)) for table in tables], ignore_index=True)
    whole = whole.sort_values(["layer", "id"], kind="stable", ignore_index=True)
    points = representative_points(whole["geometry"].to_numpy())
    placed = np.array([point is not None for point in points])
    position = np.full(len(whole), OUTSIDE, dtype=np.int32)
    if placed.any():
        position[placed] = units.locate(shapely.get_x(points[placed]), shapely.get_y(points[placed]))
    codes = units.codes
    whole["unit"] = pd.Series([None if at == OUTSIDE else codes[at] for at in position], dtype=object)
    return Facilities(gpd.GeoDataFrame(whole, geometry="geometry", crs=crs))


def representative_points(shapes: np.ndarray) -> np.ndarray:
    """A point for each shape, on its surface; None where there is none."""
    points = np.full(len(shapes), None, dtype=object)
    there = np.array([shape is not None and not shape.is_empty for shape in shapes], dtype=bool)
    points[there] = shapely.point_on_surface(shapes[there])
    return points


def _network(
    file: StudyFile,
    document: Document,
    area: StudyArea,
    people: People | None,
    problems: Problems,
    *,
    modes: Sequence[Mode],
    buffer_m: float,
) -> Network | None:
    if file.streets is None:
        return None
    path = document.resolve(file.streets.file)
    if people is None:
        if not path.is_file():
            problems.add(missing_file(path))
        return None
    bounds = area.bounds_lonlat(people.x, people.y, buffer_m)
    asked = {
        "crs": area.crs.to_string(),
        "bounds": list(bounds),
        "modes": sorted(modes),
        "streets": file.streets.model_dump(mode="json"),
    }
    parts = sorted(path.parent.glob(f"{path.stem}.*")) if path.suffix.lower() == ".shp" else [path]
    if not path.is_file():
        problems.add(missing_file(path))
        return None

    def read(found: Problems) -> Network | None:
        assert file.streets is not None
        network = read_streets(
            path,
            crs=area.crs.to_string(),
            bounds_lonlat=bounds,
            modes=tuple(modes),
            problems=found,
            trunks_on_foot=file.streets.trunks_on_foot,
            source=file.streets,
            join_crossings=file.streets.join_crossings,
        )
        if network is None:
            return None
        return _audited(network, path, modes, found, join=file.streets.join_gaps)

    return cached_network(study_cache(), content_key(parts, **asked), read, problems)


def _audited(
    network: Network, path: Path, modes: Sequence[Mode], problems: Problems, *, join: bool
) -> Network:
    """The network with what is odd about it written down, and its gaps joined where that is asked for."""
    for mode in modes:
        audit = audit_network(network, mode)
        problems.extend(audit.problems(network, path, joined=join))
        if join:
            network = join_near_ends(network, audit.near_ends)
    return network


def _terrain(
    file: StudyFile, document: Document, area: StudyArea, network: Network | None, problems: Problems
) -> Terrain | None:
    """Heights under every street that is used, which may reach beyond the buffer."""
    if file.elevation is None or network is None:
        return None
    return read_elevation(
        document.resolve(file.elevation.file),
        problems=problems,
        unit=file.elevation.unit,
        bounds_lonlat=StudyArea(area.crs, None).bounds_lonlat(network.shape_x, network.shape_y, _RIM_M),
    )


def _barriers(file: StudyFile, folder: Path, crs: pyproj.CRS, problems: Problems) -> Geometries | None:
    layers = [_shapes(source, folder, crs, problems) for source in file.barriers]
    shapes = [shape for layer in layers if layer is not None for shape in layer.geometry]
    return np.array(shapes, dtype=object) if shapes else None


def _base(file: StudyFile, folder: Path, crs: pyproj.CRS, problems: Problems) -> dict[str, gpd.GeoDataFrame]:
    layers = {role: _shapes(source, folder, crs, problems) for role, source in file.base.items()}
    return {str(role): layer for role, layer in layers.items() if layer is not None}


def _shapes(source: Source, folder: Path, crs: pyproj.CRS, problems: Problems) -> gpd.GeoDataFrame | None:
    """Shapes of a layer in the study's CRS, with a column ``name`` where the file has one."""
    table = read_table(source, folder, problems)
    shapes = (
        None if table is None else points_of(table, x=None, y=None, crs=None, target=crs, problems=problems)
    )
    if table is None or shapes is None:
        return None
    names = texts(table, "name") if "name" in table.rows.columns else [None] * len(shapes)
    return gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=crs)


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
    for code in sorted(set(codes) - peopled):
        problems.add(
            Problem(
                f"no demand point lies in the unit {code} {units.table.at[code, 'name']}",
                document.path,
                field="units",
                remedy="nothing, if nobody lives there; else check outlines and population",
                severity="warning",
                code="unit_without_people",
            )
        )


def _notice_outside(facilities: Facilities, area: StudyArea, document: Document, problems: Problems) -> None:
    points = representative_points(facilities.table.geometry.to_numpy())
    placed = np.flatnonzero([point is not None for point in points])
    inside = area.holds(shapely.get_x(points[placed]), shapely.get_y(points[placed]))
    for position in placed[~inside].tolist():
        row = facilities.table.iloc[position]
        problems.add(
            Problem(
                f"the facility {row['id']} of {row['layer']} lies outside the study area",
                document.path,
                field="facilities",
                value=row["name"],
                expected="a place inside, or a neighbour's facility on purpose",
                remedy="nothing if it is a neighbour's; else check its coordinates",
                severity="warning",
                code="facility_outside",
            )
        )


def _inputs(file: StudyFile, document: Document) -> tuple[Path, ...]:
    named = [file.population.file, *(layer.file for layer in file.facilities)]
    named += [] if file.projects is None else [file.projects.file]
    named += [part.file for part in (file.area, file.units, file.streets, file.elevation) if part is not None]
    named += [layer.file for layer in (*file.base.values(), *file.barriers)]
    official, later = file.population.official, file.population.projection
    named += [] if official is None else [official.file]
    named += [] if later is None else [table.file for table in later.sources]
    named += [] if file.units is None else [roster.file for roster in file.units.rosters]
    named += [] if file.estates is None else [file.estates]
    return tuple(sorted({document.path.resolve(), *(document.resolve(name) for name in named)}))
