"""Ways from one coordinate reference system to another, each found once: PROJ takes its time to find one."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyproj
from pyproj.exceptions import CRSError, ProjError

#: Two systems that put a number no farther apart mean the same place.
_SAME_M = 5.0
#: Datums that PROJ leaves where they are, though they lie 50 to 150 m from those of today.
_OLD = ("xian", "beijing")


def transformer(source: pyproj.CRS | str | int, target: pyproj.CRS | str | int) -> pyproj.Transformer:
    """The way between two systems, x before y whatever order the authority prefers.

    Raises
    ------
    ProjError, CRSError
        Where there is none, as for a local grid, or no such system.
    """
    return _transformer(_written(source), _written(target))


@lru_cache(maxsize=64)
def _transformer(source: str | int, target: str | int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def disagree(own: pyproj.CRS, said: pyproj.CRS, place: tuple[float, float]) -> bool:
    """Whether the same numbers mean other places in two systems; `place` is x and y of such numbers."""
    if own == said:
        return False
    names = {_datum_name(own), _datum_name(said)}
    if len(names) > 1 and any(old in name for name in names for old in _OLD):
        return True
    try:
        (first, last) = (transformer(crs, "EPSG:4326").transform(*place) for crs in (own, said))
    except (CRSError, ProjError):
        return True
    if not np.isfinite([*first, *last]).all():
        return True
    apart_m = pyproj.Geod(ellps="WGS84").inv(*first, *last)[2]
    return not apart_m <= _SAME_M  # numbers that are no degrees give NaN


def _datum_name(crs: pyproj.CRS) -> str:
    base = crs.geodetic_crs
    return "" if base is None or base.datum is None else base.datum.name.lower()


def _written(system: pyproj.CRS | str | int) -> str | int:
    """A system under one name, so that one that was read and one that is named share their ways."""
    if isinstance(system, int):
        return f"EPSG:{system}"
    return _named(system.srs) if isinstance(system, pyproj.CRS) else system


@lru_cache(maxsize=64)
def _named(definition: str) -> str:
    """Authority and code that a definition gives itself where it is just what they stand for, else itself."""
    system = pyproj.CRS(definition)
    try:
        own = system.to_json_dict().get("id")
        name = definition if own is None else f"{own['authority']}:{own['code']}"
        return name if pyproj.CRS(name) == system else definition
    except CRSError:  # no such authority, or a system that PROJ cannot describe
        return definition
