"""Streets for drawing: three kinds by importance, simplified."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

_MAIN = ("motorway", "trunk", "primary", "secondary")
_LOCAL = ("tertiary", "residential", "unclassified", "living_street", "road")
#: Main streets, local streets, and ways for walkers and services.
KINDS = 3


def street_kind(kinds: np.ndarray) -> np.ndarray:
    """0 for main streets, 1 for local ones, 2 for ways and for kinds that are not known."""
    words = [str(kind).removesuffix("_link") for kind in kinds]
    return np.array([0 if kind in _MAIN else 1 if kind in _LOCAL else 2 for kind in words], dtype=np.int8)


def street_lines(streets: gpd.GeoDataFrame, tolerance_m: float) -> list[np.ndarray]:
    """Lines of each of the `KINDS`, joined where they meet and simplified to within a tolerance in metres."""
    return [simplified(lines, tolerance_m) for lines in joined_streets(streets)]


def joined_streets(streets: gpd.GeoDataFrame) -> list[np.ndarray]:
    """Lines of each of the `KINDS`, joined where they meet."""
    lines = streets.geometry.to_numpy()
    names = streets["kind"].to_numpy()
    words, position = np.unique(names.astype(str), return_inverse=True)
    kind = street_kind(words)[position]
    return [_joined(lines[kind == wanted]) for wanted in range(KINDS)]


def simplified(lines: np.ndarray, tolerance_m: float) -> np.ndarray:
    """Lines with fewer vertices, to within a tolerance in metres."""
    return np.asarray(shapely.simplify(lines, tolerance_m, preserve_topology=False))


def _joined(lines: np.ndarray) -> np.ndarray:
    if not len(lines):
        return lines
    return np.asarray(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines))))
