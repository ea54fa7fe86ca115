"""Ways from one coordinate reference system to another, each found once: PROJ takes its time to find one."""

from __future__ import annotations

from functools import lru_cache

import pyproj


@lru_cache(maxsize=64)
def transformer(source: pyproj.CRS | str | int, target: pyproj.CRS | str | int) -> pyproj.Transformer:
    """The way between two systems, x before y whatever order the authority prefers.

    Raises
    ------
    ProjError, CRSError
        Where there is none, as for a local grid, or no such system.
    """
    return pyproj.Transformer.from_crs(source, target, always_xy=True)
