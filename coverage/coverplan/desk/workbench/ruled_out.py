"""Where the scenario's exclusions let nothing be opened."""

from __future__ import annotations

import numpy as np
import shapely

from coverplan.answer.prepared import Prepared
from coverplan.candidates.exclusion import ExcludedZone, read_zones
from coverplan.candidates.nearness import within_distance
from coverplan.candidates.place_files import PlaceFiles
from coverplan.errors import Problems
from coverplan.scenario.base import Title
from coverplan.units import BoolArray, FloatArray


class RuledOut:
    """Zones of the scenario's siting question, read once.

    Parameters
    ----------
    ready
        The scenario; one that asks no question, or a question without exclusions, rules nothing out.

    Raises
    ------
    InputError
        If a zone cannot be read.
    """

    def __init__(self, ready: Prepared) -> None:
        self._zones = _zones(ready)

    def at(self, x: float, y: float) -> tuple[Title, ...]:
        """Titles of the zones that a place lies in, in the order of the scenario; of whatever type they speak."""
        point = np.array([shapely.Point(x, y)], dtype=object)
        return tuple(
            zone.title for zone in self._zones if within_distance(point, zone.shapes, zone.buffer_m)[0]
        )

    def free(self, x: FloatArray, y: FloatArray, kind: str) -> BoolArray:
        """Shape (places,): no zone speaks against a facility of a type there."""
        points = np.asarray(shapely.points(x, y), dtype=object)
        free = np.ones(len(points), dtype=bool)
        for zone in self._zones:
            if zone.types is None or kind in zone.types:
                free &= ~within_distance(points, zone.shapes, zone.buffer_m)
        return free


def _zones(ready: Prepared) -> tuple[ExcludedZone, ...]:
    asked = ready.loaded.scenario.siting
    if asked is None or not asked.exclusions:
        return ()
    problems = Problems()
    files = PlaceFiles(ready.loaded.scenario_document, ready.study.area.crs, problems)
    zones = read_zones(asked.exclusions, files, ("siting", "exclusions")).zones
    problems.raise_if_errors()
    return zones
