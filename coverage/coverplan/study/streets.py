"""Streets of a study, the ground under them, and the layers drawn beneath maps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj

from coverplan.cache import content_key, study_cache
from coverplan.errors import Problems
from coverplan.ground.area import StudyArea
from coverplan.ground.network import Mode, Network
from coverplan.ground.terrain import Terrain
from coverplan.inputs.people.population import People
from coverplan.inputs.places.geometries import points_of
from coverplan.inputs.rasters.heights import read_elevation
from coverplan.inputs.streets.read import read_streets
from coverplan.inputs.tables.column_values import texts
from coverplan.inputs.tables.read_table import missing_file, read_table
from coverplan.reach.snapping.street_index import Geometries
from coverplan.scenario.study_file import Source, StudyFile
from coverplan.study.kept_streets import cached_network
from coverplan.study.network_audit import audit_network, join_near_ends
from coverplan.yamlfile import Document

#: Heights are read this far beyond the outermost street, so that it lies between known heights.
_RIM_M = 200.0


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
    """Streets of an area and its buffer, from the cache or read and audited; None when there are none."""
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


def read_terrain(
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
    shapes = (
        None if table is None else points_of(table, x=None, y=None, crs=None, target=crs, problems=problems)
    )
    if table is None or shapes is None:
        return None
    names = texts(table, "name") if "name" in table.rows.columns else [None] * len(shapes)
    return gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=crs)
