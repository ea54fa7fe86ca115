"""What a result's facilities would be without its changes and actions."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from coverplan.maps.actions import ACTION_LAYERS
from coverplan.results.changed import KINDS
from coverplan.results.result import Result


def facilities_at(result: Result, *, before: bool) -> gpd.GeoDataFrame:
    """Facilities of a result; `before` as they would be without its changes and actions."""
    known = result.layers["facilities"]
    if not before:
        return known
    done = {
        (change[kind]["layer"], str(change[kind]["id"])): kind
        for change in result.summary.get("changes", {}).get("applied", ())
        for kind in KINDS
        if kind in change
    }
    old = _old_places(result)
    pairs = list(zip(known["layer"], known["id"].astype(str), strict=True))
    opened = np.array([done.get(pair) == "open" for pair in pairs], dtype=bool)
    closed = np.array([done.get(pair) == "close" for pair in pairs], dtype=bool)
    shapes = [old.get(pair, shape) for pair, shape in zip(pairs, known.geometry, strict=True)]
    then = known.assign(serves=known["serves"].to_numpy(dtype=bool) | closed)
    return then.set_geometry(gpd.GeoSeries(shapes, index=known.index, crs=known.crs))[~opened]


def _old_places(result: Result) -> dict[tuple[str, str], shapely.Point]:
    """Where facilities stood that move, by layer and id."""
    found = {}
    for name in ACTION_LAYERS:
        layer = result.layers.get(name)
        if layer is None or "from_x" not in layer:
            continue
        moved = layer[layer["from_x"].notna()]
        for row in moved.itertuples():
            found[str(row.layer), str(row.facility)] = shapely.Point(row.from_x, row.from_y)
    return found
