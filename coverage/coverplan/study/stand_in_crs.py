"""A CRS in which the rest of a study is read that has none of its own, so that all that is wrong is told at once (R12)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import shapely

from coverplan.errors import InputError, Problems
from coverplan.ground.area import local_metric_crs
from coverplan.inputs.ledgers.facility_table import read_ledger
from coverplan.inputs.ledgers.unit_table import read_units
from coverplan.scenario.study_file import StudyFile
from coverplan.study.people import study_crs

_LONLAT = "EPSG:4326"
#: The middle of the country, for studies in which nothing says where they are.
_SOMEWHERE = (112.0, 34.0)


def stand_in_crs(file: StudyFile, folder: Path, *, people: bool) -> pyproj.CRS:
    """UTM zone of the people where they can be read, else of the units, else of the first ledger with places.

    `people` says whether people are looked at. Nothing that is wrong is told: it is when the parts themselves are read.
    """
    try:
        found = study_crs(file.model_copy(update={"crs": None}), folder, Problems()) if people else None
        return found or _of_shapes(_shapes(file, folder))
    except (InputError, ValueError):
        return local_metric_crs(*_SOMEWHERE)


def _shapes(file: StudyFile, folder: Path) -> list[shapely.Geometry | None]:
    """Outlines of units, or the places of the first ledger that has any, in degrees."""
    lonlat = pyproj.CRS.from_user_input(_LONLAT)
    shapes: list[shapely.Geometry | None] = []
    if file.units is not None:
        units = read_units(file.units, folder, crs=lonlat, problems=Problems())
        shapes = [] if units is None else list(units.geometry)
    for source in file.facilities:
        if any(shape is not None for shape in shapes):
            break
        tried = source if source.datum or source.crs else source.model_copy(update={"datum": "wgs84"})
        ledger = read_ledger(tried, folder, crs=lonlat, problems=Problems())
        shapes = [] if ledger is None else list(ledger.rows.geometry)
    return shapes


def _of_shapes(shapes: list[shapely.Geometry | None]) -> pyproj.CRS:
    there = [shape for shape in shapes if shape is not None and not shapely.is_empty(shape)]
    west, south, east, north = shapely.total_bounds(there)
    if not np.isfinite([west, south, east, north]).all():
        return local_metric_crs(*_SOMEWHERE)
    return local_metric_crs((west + east) / 2, (south + north) / 2)
