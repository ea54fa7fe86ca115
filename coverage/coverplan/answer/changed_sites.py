"""The changes that a scenario itself makes: their numbers, and the layer ``changes`` that marks them on maps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from coverplan.ground.facilities import Facilities
from coverplan.text.cells import as_text

#: What a change does, as in a scenario file, and how it is marked.
MARKS = {"open": "new", "close": "close", "move": "move", "upgrade": "upgrade"}


def number_changes(applied: Sequence[dict[str, Any]], actions: pd.DataFrame | None) -> None:
    """Number the scenario's own changes ``C01``, ``C02`` and so on in their order, as their ``number``.

    Parameters
    ----------
    applied
        ``changes.applied`` of a summary.
    actions
        Table of the actions that siting chose; these have their own numbers and get none here.
    """
    chosen = set() if actions is None else set(zip(actions["layer"], actions["facility"], strict=True))
    own = [change for change in applied if _place(change) not in chosen]
    width = max(2, len(str(len(own))))
    for number, change in enumerate(own, start=1):
        change["number"] = f"C{number:0{width}d}"


def changes_layer(
    applied: Sequence[dict[str, Any]], before: Facilities, after: Facilities
) -> gpd.GeoDataFrame | None:
    """Numbered changes at their places, like the layer ``actions``; protected places are left out.

    Returns
    -------
    GeoDataFrame or None
        Columns: ``action_id``, ``action``, ``year``, ``layer``, ``type``, ``name``, ``facility``, ``unit_code``,
        ``cost``, ``mark``, ``from_x``, ``from_y`` (where it stood before a move, NaN otherwise); None where no
        change may be shown.
    """
    rows = list(_rows(applied, _by_place(before), _by_place(after)))
    if not rows:
        return None
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=after.table.crs)


def _rows(
    applied: Sequence[dict[str, Any]],
    before: dict[tuple[str, str], dict[str, Any]],
    after: dict[tuple[str, str], dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    for change in applied:
        place = _place(change)
        row, old = after.get(place), before.get(place)
        if "number" not in change or row is None or not row["public"] or row["geometry"] is None:
            continue
        kind = next(kind for kind in MARKS if kind in change)
        moved = kind == "move" and old is not None and old["geometry"] is not None
        origin = shapely.centroid(old["geometry"]) if moved and old is not None else None
        yield {
            "action_id": change["number"],
            "action": kind,
            "year": change.get("year"),
            "layer": place[0],
            "type": row["type"],
            "name": as_text(row["name"]),
            "facility": as_text(place[1]),
            "unit_code": row["unit_code"] or row["unit"],
            "cost": change[kind].get("offers", {}).get("cost"),
            "mark": MARKS[kind],
            "from_x": None if origin is None else origin.x,
            "from_y": None if origin is None else origin.y,
            "geometry": row["geometry"],
        }


def _by_place(facilities: Facilities) -> dict[tuple[str, str], dict[str, Any]]:
    rows = facilities.table.to_dict("records")
    return {(row["layer"], row["id"]): {str(name): value for name, value in row.items()} for row in rows}


def _place(change: dict[str, Any]) -> tuple[str, str]:
    what = next(change[kind] for kind in MARKS if kind in change)
    return what["layer"], what["id"]
