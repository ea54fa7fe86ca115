"""Problems that every street reader can meet, in one wording."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from coverplan.errors import Problem
from coverplan.ground.network import Mode

Bounds = tuple[float, float, float, float]


def no_street(path: Path, modes: Sequence[Mode]) -> Problem:
    """No street in the file may be used by any of the modes."""
    return Problem(
        f"no street in this file may be used by {', '.join(modes)}",
        file=path,
        expected="streets with a highway class and access that lets the mode through",
        remedy="check that the file holds streets, and the columns or tags that say what kind they are",
        code="no_street",
    )


def nothing_left(path: Path, extent: Bounds, bounds: Bounds | None, modes: Sequence[Mode]) -> Problem:
    """No edge is left: the streets lie elsewhere than the bounds, or none is longer than a point."""
    if bounds is None:
        return no_street(path, modes)
    return Problem(
        "the streets do not overlap the study area",
        file=path,
        value=f"streets lie within {_box(extent)}",
        expected=f"streets within {_box(bounds)} (west, south, east, north in degrees)",
        remedy="check that the streets are those of this place, and the CRS of both files",
        code="no_overlap",
    )


def extent_of(extents: Sequence[Bounds]) -> Bounds:
    """Box round several boxes."""
    west, south, east, north = zip(*extents, strict=True)
    return min(west), min(south), max(east), max(north)


def _box(bounds: Bounds) -> str:
    return " ".join(f"{value:.4f}" for value in bounds)


def not_osm(path: Path, error: Exception) -> Problem:
    """A file that the reader of OpenStreetMap data gave up."""
    return Problem(
        f"the file cannot be read as OpenStreetMap data: {error}",
        file=path,
        expected="a whole .osm.pbf or .osm file",
        remedy="download or export the file again; a broken download is the usual cause",
        code="not_osm",
    )
