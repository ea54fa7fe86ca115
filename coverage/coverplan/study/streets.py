"""Streets of a study, the ground under them, and the layers drawn beneath maps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from coverplan.cache import content_key, study_cache
from coverplan.errors import Problem, Problems
from coverplan.ground.area import StudyArea
from coverplan.ground.facilities import Facilities
from coverplan.ground.network import Mode, Network
from coverplan.ground.terrain import Terrain
from coverplan.inputs.people.population import People
from coverplan.inputs.places.coordinates import transform_points
from coverplan.inputs.places.datum_detector import streets_datum
from coverplan.inputs.places.geometries import points_of, representative_points
from coverplan.inputs.rasters.heights import read_elevation
from coverplan.inputs.rasters.opening import opened_raster
from coverplan.inputs.streets.read import read_streets
from coverplan.inputs.streets.wording import Bounds
from coverplan.inputs.tables.column_values import texts
from coverplan.inputs.tables.read_table import is_there, missing_file, read_table
from coverplan.reach.snapping.street_index import Geometries, edge_lines
from coverplan.scenario.study_file import Source, StudyFile
from coverplan.study.kept_streets import cached_network
from coverplan.text.reading import note_opened, parts_of
from coverplan.units import FloatArray
from coverplan.yamlfile import Document

#: Heights are read this far beyond the outermost street, so that it lies between known heights.
_RIM_M = 200.0
#: Streets of some length are steeper than this (rise over run) in few towns, and half of all streets in none.
_STEEP, _STEEP_SHARE, _STEEP_HALF, _LONG_M = 0.35, 0.05, 0.15, 50.0
#: What a kept network knows of its streets; a cache that knows less is read anew.
_HOLDS = "private streets, squares, platforms and piers"
#: A larger file of streets is not read only to tell what is wrong with it where nothing says which part is meant.
_MOST_BYTES_WHOLE = 100_000_000
#: With fewer facilities than this, homes are asked too where the streets lie.
_ENOUGH_PLACES = 20


def read_network(
    file: StudyFile,
    document: Document,
    area: StudyArea,
    people: People | None,
    problems: Problems,
    *,
    modes: Sequence[Mode],
    buffer_m: float,
) -> Network | None:
    """Streets of an area and its buffer, from the cache or read and audited; None when there are none.

    Without people and without an outline the whole file is read where it is small, so that what is wrong with it is told.
    """
    if file.streets is None:
        return None
    path = document.resolve(file.streets.file)
    bounds = _bounds(area, people, max(buffer_m, file.streets.beyond_m))
    asked: dict[str, object] = {
        "crs": area.crs.to_string(),
        "bounds": None if bounds is None else list(bounds),
        "modes": sorted(modes),
        "streets": file.streets.model_dump(mode="json"),
        "holds": _HOLDS,
    }
    if not is_there(path):
        problems.add(missing_file(path))
        return None
    if bounds is None and path.stat().st_size > _MOST_BYTES_WHOLE:
        return None
    note_opened(path)
    key = _streets_key(path, asked)

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

    unchanged = partial(_is_key, key, path, asked)
    return cached_network(study_cache(), key, read, problems, unchanged=unchanged, source=path)


def _bounds(area: StudyArea, people: People | None, buffer_m: float) -> Bounds | None:
    """West, south, east, north in degrees of what is asked of the area; None where nothing says where it is."""
    if people is not None:
        return area.bounds_lonlat(people.x, people.y, buffer_m)
    nobody = np.empty(0)
    return None if area.outline is None else area.bounds_lonlat(nobody, nobody, buffer_m)


def _streets_key(path: Path, asked: dict[str, object]) -> str:
    """Key of the streets by the content of everything that is read with the file, and by what is asked of them."""
    parts = parts_of(path)
    return content_key(parts, parts=[part.suffix.lower() for part in parts], **asked)


def _is_key(key: str, path: Path, asked: dict[str, object]) -> bool:
    return is_there(path) and _streets_key(path, asked) == key


def _audited(
    network: Network, path: Path, modes: Sequence[Mode], problems: Problems, *, join: bool
) -> Network:
    """The network with what is odd about it written down, and its gaps joined where that is asked for."""
    # streets that are kept were audited when they were read first
    from coverplan.study.network_audit import audit_network, join_near_ends

    for mode in modes:
        audit = audit_network(network, mode)
        problems.extend(audit.problems(network, path, joined=join))
        if join:
            network = join_near_ends(network, audit.near_ends)
    return network


def notice_shifted(
    network: Network | None, people: People, facilities: Facilities, document: Document, problems: Problems
) -> None:
    """Warn where streets fit homes and facilities only when they are taken as shifted, as Chinese web maps are."""
    if network is not None:
        shapes = facilities.table.geometry.to_numpy()
        settled = people.groups[next(iter(people.groups))] > 0
        homes = people.x[settled], people.y[settled]
        problems.extend(shifted_streets(edge_lines(network), network.crs, shapes, homes, document.path))


def shifted_streets(
    lines: Geometries,
    crs: pyproj.CRS | str,
    facilities: Geometries,
    homes: tuple[FloatArray, FloatArray],
    path: Path,
) -> Iterator[Problem]:
    """Streets, facilities (None where they have no place) and homes (x, y) in one CRS that do not lie together."""
    points = representative_points(facilities)
    points = points[[point is not None for point in points]]
    x, y = shapely.get_x(points), shapely.get_y(points)
    if len(x) < _ENOUGH_PLACES:
        x, y = np.concatenate((x, homes[0])), np.concatenate((y, homes[1]))
    lon, lat = transform_points(x, y, crs, "EPSG:4326")
    found = streets_datum(lon, lat, crs, lines)
    if found.datum not in {None, "wgs84"}:
        shift = f"{found.median_shift_m:.0f}"
        yield Problem(
            f"the streets do not lie where people and facilities are; they look like {found.datum}, {shift} m off",
            path,
            field="streets",
            expected="streets beside homes and facilities",
            remedy="ask where the streets come from; write `datum:` under streets if that is true; "
            "nothing was converted",
            severity="warning",
            code="streets_shifted",
            details={"datum": str(found.datum), "shift": shift},
        )


def read_terrain(
    file: StudyFile,
    document: Document,
    area: StudyArea,
    network: Network | None,
    problems: Problems,
    *,
    people: People | None,
) -> Terrain | None:
    """Heights under every street that is used, which may reach beyond the buffer.

    Where the streets cannot be used, those of the area are read, so that what is wrong with them is told.
    """
    if file.elevation is None or file.streets is None:
        return None
    path = document.resolve(file.elevation.file)
    if network is None:
        bounds, found = _bounds(area, people, 0.0), Problems()
        if bounds is None:
            with opened_raster(path, found, crs=file.elevation.crs):
                pass
        else:
            read_elevation(
                path,
                problems=found,
                unit=file.elevation.unit,
                said_crs=file.elevation.crs,
                bounds_lonlat=bounds,
            )
        problems.extend(found.errors)
        return None
    terrain = read_elevation(
        path,
        problems=problems,
        unit=file.elevation.unit,
        said_crs=file.elevation.crs,
        bounds_lonlat=StudyArea(area.crs, None).bounds_lonlat(network.shape_x, network.shape_y, _RIM_M),
    )
    if terrain is not None:
        problems.extend(steep_streets(network, terrain, path))
    return terrain


def steep_streets(network: Network, terrain: Terrain, path: Path) -> Iterator[Problem]:
    """Warn where heights make streets steeper than streets are: heights in another unit, or marks among them."""
    height_m = terrain.heights(network.node_x, network.node_y, network.crs)
    long = (network.length_m >= _LONG_M) & ~(network.bridge | network.tunnel | network.steps)
    rise_m = np.abs(height_m[network.edge_to[long]] - height_m[network.edge_from[long]])
    length_m = network.length_m[long][np.isfinite(rise_m)]
    slope = rise_m[np.isfinite(rise_m)] / length_m
    if not len(slope):
        return
    steep = float(length_m[slope > _STEEP].sum() / length_m.sum())
    half = float(np.median(slope))
    if steep > _STEEP_SHARE or half > _STEEP_HALF:
        yield Problem(
            f"{steep:.0%} of the streets would be steeper than {_STEEP:.0%}, and half of them steeper than {half:.0%}",
            path,
            field="elevation",
            expected="heights in metres (or `unit: dm`, `cm` or `ft`), and a declared nodata value",
            remedy="check the unit of the heights and their marks for no data",
            severity="warning",
            code="steep_streets",
            details={"share": f"{steep:.0%}", "half": f"{half:.0%}"},
        )


def read_barriers(file: StudyFile, folder: Path, crs: pyproj.CRS, problems: Problems) -> Geometries | None:
    """What legs between doors and streets do not cross; None when the study names nothing."""
    layers = [_shapes(source, folder, crs, problems) for source in file.barriers]
    shapes = [shape for layer in layers if layer is not None for shape in layer.geometry]
    return np.array(shapes, dtype=object) if shapes else None


def read_base_layers(
    file: StudyFile, folder: Path, crs: pyproj.CRS, problems: Problems
) -> dict[str, gpd.GeoDataFrame]:
    """Layers drawn under maps, by role."""
    layers = {role: _shapes(source, folder, crs, problems) for role, source in file.base.items()}
    return {str(role): layer for role, layer in layers.items() if layer is not None}


def _shapes(source: Source, folder: Path, crs: pyproj.CRS, problems: Problems) -> gpd.GeoDataFrame | None:
    """Shapes of a layer in the study's CRS, with a column ``name`` where the file has one."""
    table = read_table(source, folder, problems)
    if table is None:
        return None
    shapes = points_of(table, x=None, y=None, crs=None, target=crs, problems=problems, datum=source.datum)
    if shapes is None:
        return None
    names = texts(table, "name") if "name" in table.rows.columns else [None] * len(shapes)
    return gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=crs)
