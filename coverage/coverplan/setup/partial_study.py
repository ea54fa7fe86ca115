"""Study files that are not complete yet: what stands there is checked, what is missing is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pyproj
import shapely

from coverplan.errors import Problem, Problems
from coverplan.ground.area import local_metric_crs
from coverplan.inputs.ledgers.facility_table import read_ledger
from coverplan.inputs.ledgers.unit_table import read_units
from coverplan.scenario.study_file import StudyFile
from coverplan.study.people import study_crs
from coverplan.yamlfile import Document, read_yaml, validate

#: Parts without which nothing can be computed and the rest can be checked.
_NEEDED = ("population", "facilities")
_NOT_THERE = frozenset({"missing", "not_filled", "too_short"})
#: Stand in the place of what is missing while the rest is read; nothing is ever read from them.
_STAND_INS: dict[str, object] = {
    "population": {"file": "-", "base": "resident", "groups": {"total": "-"}},
    "facilities": [{"layer": "civic", "file": "-"}],
}
_LONLAT = "EPSG:4326"
#: The middle of the country, for studies in which nothing says where they are.
_SOMEWHERE = (112.0, 34.0)


class PartialStudy(NamedTuple):
    """A study file, where it stands, and which of the needed parts it lacks."""

    file: StudyFile
    document: Document
    lacking: frozenset[str]


def load_partial_study(path: Path, problems: Problems) -> PartialStudy | None:
    """Load a study file that may lack its population or its facilities; None when it cannot be used.

    What is lacking is an error in `problems`, so that nobody takes the study for complete.
    """
    document = read_yaml(path, problems)
    if document is None:
        return None
    document = document.in_codes()
    found = Problems()
    file = validate(document, StudyFile, found)
    problems.extend(found)
    if file is not None:
        return PartialStudy(file, document, frozenset())
    lacking = frozenset(map(_part, found))
    if not lacking <= set(_NEEDED) or any(one.code not in _NOT_THERE for one in found):
        return None
    stand_ins = {key: _STAND_INS[key] for key in lacking}
    file = validate(replace(document, data={**document.data, **stand_ins}), StudyFile, Problems())
    if file is None:
        return None
    if "facilities" in lacking:
        file = file.model_copy(update={"facilities": ()})
    return PartialStudy(file, document, lacking)


def _part(problem: Problem) -> str:
    return (problem.field or "").split(".", 1)[0]


def crs_of_parts(part: PartialStudy, folder: Path, problems: Problems) -> pyproj.CRS | None:
    """The study's CRS; without people and a CRS in the file, the local one of its units, else of its first ledger with places."""
    file = part.file
    if "population" not in part.lacking or file.crs is not None:
        return study_crs(file, folder, problems)
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
    there = [shape for shape in shapes if shape is not None and not shapely.is_empty(shape)]
    if not there:
        return local_metric_crs(*_SOMEWHERE)
    west, south, east, north = shapely.total_bounds(there)
    return local_metric_crs((west + east) / 2, (south + north) / 2)
