"""Supply on a map: capacity for a thousand people in classes of what is wanted, and how full every facility is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from coverplan.results.result import Result
from coverplan.text.words import Words
from coverplan.units import FloatArray

#: None, then up to a quarter, half, all, and twice of what is wanted, and more; darker is worse. The last is unknown.
SUPPLY_COLOURS = ("#00291a", "#146044", "#4a9170", "#86bb9d", "#bfddcb", "#ecf6f0", "#ffffff")
WANTED_PARTS = (0.25, 0.5, 1.0, 2.0)
UNKNOWN = len(SUPPLY_COLOURS) - 1
#: Column of the layer ``demand`` after the standard's key.
CELL_COLUMN = "supply_per_1000"
#: Numbers of a unit in the order in which the page reads them, after the class.
UNIT_SUPPLY = ("per_1000", "people", "served", "no_place", "place_unknown", "not_reached")


def supply_classes(per_1000: FloatArray, wanted: float) -> NDArray[np.uint8]:
    """Class of each supply for a thousand people: position in `SUPPLY_COLOURS`.

    Parameters
    ----------
    per_1000
        Units of capacity for a thousand people; NaN where nobody can say.
    wanted
        Units that a thousand people want; a supply on an end of a class belongs to the class above.
    """
    known = np.isfinite(per_1000)
    value = np.where(known, per_1000, 0.0)
    found = 1 + np.searchsorted(wanted * np.asarray(WANTED_PARTS), value, side="right")
    return np.where(known, np.where(value > 0, found, 0), UNKNOWN).astype(np.uint8)


def supply_labels(wanted: float, words: Words) -> list[str]:
    """Label of each class, in their order."""
    ends = [f"{part * wanted:g}" for part in WANTED_PARTS]
    inner = [
        words("map.supply_class", low=low, high=high)
        for low, high in zip(["0", *ends[:-1]], ends, strict=True)
    ]
    return [
        words("map.supply_none"),
        *inner,
        words("map.supply_more", low=ends[-1]),
        words("map.supply_unknown"),
    ]


def standard_supply(result: Result, key: str, words: Words) -> dict[str, Any] | None:
    """What a page says of a standard's supply, None where nothing was asked."""
    ask, table = _ask(result, key), result.tables.get("supply")
    if ask is None or table is None:
        return None
    rows = _by_code(table, ask)
    field = words.name_of("report.field", ask["field"])
    told = {"field": field, "group": words.name_of("group", ask["group"])}
    unknown = {"unknown": ask["facilities_unknown"], "count": ask["facilities"]}
    return {
        "title": words("map.supply_title", **told),
        "wanted": words("map.supply_wanted", number=f"{ask['per_1000']:g}", **told),
        "note": words("map.supply_bound", **unknown) if ask["facilities_unknown"] else None,
        "field": field,
        "labels": supply_labels(ask["per_1000"], words),
        "numbers": _numbers(rows[""], ask) if "" in rows else None,
    }


def unit_supply(result: Result, codes: list[str]) -> list[dict[str, list[float | None]]]:
    """Class and numbers of every unit by standard, for the group that wants places."""
    found: list[dict[str, list[float | None]]] = [{} for _ in codes]
    table = result.tables.get("supply")
    if table is None:
        return found
    for ask in result.summary.get("supply", ()):
        rows = _by_code(table, ask)
        for at, code in enumerate(codes):
            if code in rows:
                found[at][ask["standard"]] = _numbers(rows[code], ask)
    return found


def cell_classes(result: Result, layer: pd.DataFrame) -> dict[str, NDArray[np.uint8]]:
    """Class of every demand point of a layer, by standard; those that may not be shown by point have no column."""
    return {
        ask["standard"]: supply_classes(
            layer[f"{ask['standard']}|{CELL_COLUMN}"].to_numpy(dtype=float), ask["per_1000"]
        )
        for ask in result.summary.get("supply", ())
        if f"{ask['standard']}|{CELL_COLUMN}" in layer
    }


def facility_use(result: Result, ids: list[str]) -> dict[str, list[list[float | None] | None]]:
    """Capacity, taken places, people within reach and those whom no other reaches, by standard and facility."""
    table = result.tables.get("utilisation")
    if table is None:
        return {}
    named = table[table["facility"].notna()]
    found: dict[str, list[list[float | None] | None]] = {}
    for key, rows in named.groupby("standard", sort=False):
        of_id = {
            str(row["facility"]): [_known(row[name]) for name in ("capacity", "used", "reached", "only_here")]
            for row in rows.to_dict("records")
        }
        found[str(key)] = [of_id.get(identifier) for identifier in ids]
    return found


def _ask(result: Result, key: str) -> Mapping[str, Any] | None:
    asks: list[Mapping[str, Any]] = list(result.summary.get("supply", ()))
    return next((ask for ask in asks if ask["standard"] == key), None)


def _by_code(table: pd.DataFrame, ask: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Rows of the standard's group that wants places, by unit code."""
    mine = (table["standard"] == ask["standard"]) & (table["group"] == ask["group"])
    return {
        str(row["unit_code"]): {str(k): v for k, v in row.items()} for row in table[mine].to_dict("records")
    }


def _numbers(row: Mapping[str, Any], ask: Mapping[str, Any]) -> list[float | None]:
    per_1000 = np.array([row["per_1000"]], dtype=float)
    return [
        int(supply_classes(per_1000, ask["per_1000"])[0]),
        *(_known(row[name]) for name in UNIT_SUPPLY),
    ]


def _known(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
