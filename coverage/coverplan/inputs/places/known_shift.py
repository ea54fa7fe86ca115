"""Changes between datums that nobody knows exactly: Xian 1980, Beijing 1954, TWD67 to the datums of today."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyproj
from numpy.typing import ArrayLike
from pyproj.exceptions import ProjError

from coverplan.errors import Problem

#: Datums that agree with WGS-84 within a metre or two, by what their names contain.
_OF_TODAY = (
    "world geodetic system 1984",
    "wgs 84",
    "china 2000",
    "china geodetic coordinate system 2000",
    "international terrestrial",
)
#: PROJ calls it so when it leaves coordinates as they are because no change is known.
_GUESS = "ballpark"
#: A change that is known this well is no doubt.
_SMALL_M = 2.0


def unknown_shift(
    source: pyproj.CRS | str, target: pyproj.CRS | str, path: Path | None, *, x: ArrayLike, y: ArrayLike
) -> Iterator[Problem]:
    """Warn where coordinates come to another datum by a change that PROJ does not know, and stay as they are.

    What is missing was kept secret or differs from place to place; the size of the doubt is that of published local
    changes (EPSG:15918 for Beijing 1954 in the Yellow Sea moves a place by some 70 m).

    Parameters
    ----------
    source, target
        CRS of the coordinates and the one they come to.
    path
        Their file.
    x, y
        Coordinates in `source`, unknown ones as NaN: changes are known for some places and not for others.
    """
    across, up = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    known = np.isfinite(across) & np.isfinite(up)
    if not known.any():
        return
    place = float(np.median(across[known])), float(np.median(up[known]))
    name = _guessed(pyproj.CRS.from_user_input(source), pyproj.CRS.from_user_input(target), place)
    if name is not None:
        yield Problem(
            f"no exact change from the datum {name} is known; places may lie 50 to 150 m off",
            path,
            field="crs",
            value=name,
            expected="coordinates in CGCS2000 or WGS-84, or in one datum for the whole study",
            remedy="have the surveying office change them to CGCS2000; check some places on a map until then",
            severity="warning",
            code="unknown_shift",
            details={"datum": name},
        )


@lru_cache(maxsize=64)
def _guessed(source: pyproj.CRS, target: pyproj.CRS, place: tuple[float, float]) -> str | None:
    """Name of the datum whose change is a guess; None where it is known, not needed, or below some metres."""
    names = [_datum_name(crs) for crs in (source, target)]
    if names[0] == names[1]:
        return None
    old = [name for name, crs in zip(names, (source, target), strict=True) if not _of_today(name, crs)]
    if not old:
        return None
    change = pyproj.Transformer.from_crs(source, target, always_xy=True)
    change.transform(*place)
    try:
        used = change.get_last_used_operation().description
    except ProjError:  # there is only one change to choose from
        used = change.description
    return old[0] if _GUESS in used.lower() else None


def _of_today(name: str, crs: pyproj.CRS) -> bool:
    """Whether a datum is WGS-84, CGCS2000, or comes to WGS-84 by a change that is good to some metres."""
    if any(word in name.lower() for word in _OF_TODAY):
        return True
    base = crs.geodetic_crs
    if base is None:
        return False
    change = pyproj.Transformer.from_crs(base, "EPSG:4326", always_xy=True)
    return _GUESS not in change.description.lower() and 0 <= change.accuracy <= _SMALL_M


def _datum_name(crs: pyproj.CRS) -> str:
    base = crs.geodetic_crs
    datum = None if base is None else base.datum
    return "" if base is None else base.name if datum is None else datum.name
