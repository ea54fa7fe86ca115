"""What a result's facilities would be without its changes and actions."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from coverplan.maps.actions import old_places
from coverplan.results.changed import done_actions
from coverplan.results.result import Result


def facilities_at(result: Result, *, before: bool) -> gpd.GeoDataFrame:
    """Facilities of a result; `before` as they would be without its changes and actions."""
    known = result.layers["facilities"]
    if not before:
        return known
    done = {(action.layer, action.facility): action for action in done_actions(result)}
    old = old_places(result)
    found = [done.get(pair) for pair in zip(known["layer"], known["id"].astype(str), strict=True)]
    opened = [action is not None and action.action in {"open", "share"} for action in found]
    closed = [action is not None and action.action == "close" for action in found]
    shapes = [
        shape if action is None else old.get(action.action_id, shape)
        for shape, action in zip(known.geometry, found, strict=True)
    ]
    then = known.assign(serves=known["serves"].to_numpy(dtype=bool) | np.array(closed, dtype=bool))
    return then.set_geometry(gpd.GeoSeries(shapes, index=known.index, crs=known.crs))[~np.array(opened)]
