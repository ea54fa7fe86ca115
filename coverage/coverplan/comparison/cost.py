"""What each side does and what it costs: its own changes and the actions that siting chose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from coverplan.comparison.side import Side
from coverplan.ground.openness import may_be_shown
from coverplan.report.cellformat import absent

ACTION_COLUMNS = (
    "scenario",
    "number",
    "year",
    "action",
    "layer",
    "type",
    "facility",
    "name",
    "unit_code",
    "unit_name",
    "cost",
    "public",
)
COST_COLUMNS = ("scenario", "action", "layer", "type", "actions", "cost", "unknown")


def action_table(sides: Sequence[Side]) -> pd.DataFrame:
    """Every action of every side, in order of side, year and number: the one that maps and reports of it use.

    Returns
    -------
    DataFrame
        Columns: `ACTION_COLUMNS`; ``cost`` is NaN where it is unknown; protected facilities have neither
        ``facility`` nor ``name`` (DESIGN section 8).
    """
    rows = [row for side in sides for row in _actions(side)]
    table = pd.DataFrame(rows, columns=list(ACTION_COLUMNS))
    table["cost"] = table["cost"].astype(float)
    order = table.assign(at=table["year"].fillna(0).astype(int)).sort_values(
        ["scenario", "at", "number", "layer", "facility"], kind="stable", na_position="last"
    )
    return table.loc[order.index].reset_index(drop=True)


def cost_table(actions: pd.DataFrame) -> pd.DataFrame:
    """Number and cost of actions by side, kind, layer and type.

    Returns
    -------
    DataFrame
        Columns: `COST_COLUMNS`; ``cost`` adds up what is known, ``unknown`` counts actions whose cost is not.
    """
    if actions.empty:
        return pd.DataFrame(columns=list(COST_COLUMNS))
    keys = ["scenario", "action", "layer", "type"]
    known = actions.assign(
        type=actions["type"].fillna(""),
        unknown=actions["cost"].isna().astype(int),
        actions=1,
        cost=actions["cost"].fillna(0.0),
    )
    return known.groupby(keys, as_index=False, sort=True)[["actions", "cost", "unknown"]].sum()


def spent(actions: pd.DataFrame, letter: str) -> tuple[int, float, int]:
    """Actions of a side, their known cost, and how many have an unknown one."""
    own = actions[actions["scenario"] == letter]
    return len(own), float(own["cost"].sum()), int(own["cost"].isna().sum())


def currency_of(sides: Sequence[Side]) -> Any:
    """Currency that a siting question names, as a title; None where none is known."""
    for side in sides:
        named = (side.summary.get("siting") or {}).get("question", {}).get("currency")
        if named:
            return named
    return None


def _actions(side: Side) -> Iterator[dict[str, Any]]:
    """Changes in force, each with what siting knows about it; then actions that are no change of the file."""
    chosen = side.result.tables.get("actions", pd.DataFrame())
    # protected ones have no id here; where there are changes, they stand among them
    known = {
        (row["layer"], row["action_id"] if absent(row["facility"]) else row["facility"]): row
        for row in chosen.to_dict("records")
        if not (side.applied and absent(row["facility"]))
    }
    places = _facilities(side)
    names = {str(unit["code"]): str(unit["name"]) for unit in side.summary["units"]}
    for change in side.applied:
        kind = next(word for word in ("open", "close", "move", "upgrade") if word in change)
        what = change[kind]
        row = {"number": change.get("number"), **_described(kind, what, change.get("year"), places)}
        sited = known.pop((what["layer"], what["id"]), None)
        if sited is not None:
            row |= {"action": sited["action"], "cost": sited["cost"], "number": sited["action_id"]}
            row["type"] = row["type"] or sited["type"]
            row["unit_code"] = row["unit_code"] or sited["unit_code"]
        yield _public(side, row, names)
    for left in known.values():
        row = {name: left.get(name) for name in ACTION_COLUMNS[1:]} | {"number": left.get("action_id")}
        yield _public(side, row, names)


def _described(kind: str, what: dict[str, Any], year: Any, places: dict[Any, Any]) -> dict[str, Any]:
    """One change of the scenario file as a row."""
    offers = what.get("offers", {})
    place = places.get((what["layer"], what["id"]), {})
    own_type = offers.get("type") or place.get("type")
    stated = offers.get("public")
    hidden = stated is False or (stated is None and not may_be_shown(own_type, offers.get("name")))
    seen = bool(place) or (kind == "open" and not hidden)
    return {
        "year": year,
        "action": kind,
        "layer": what["layer"],
        "type": own_type,
        "facility": what["id"],
        "name": offers.get("name") or place.get("name") or what["id"],
        "unit_code": place.get("unit") or place.get("unit_code") or offers.get("unit_code"),
        "cost": offers.get("cost"),
        "public": seen and not hidden,
    }


def _public(side: Side, row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The row as it may be shown: protected facilities by unit only."""
    clean = {key: None if absent(value) else value for key, value in row.items()}
    clean["scenario"] = side.letter
    clean["unit_name"] = names.get(str(clean["unit_code"]))
    clean["public"] = clean["public"] in {True, "True"}
    if not clean["public"]:
        clean |= {"facility": None, "name": None}
    return clean


def _facilities(side: Side) -> dict[tuple[str, str], dict[str, Any]]:
    """Facilities that may be shown, by layer and id."""
    layer = side.result.layers.get("facilities")
    if layer is None:
        return {}
    columns = [c for c in ("layer", "id", "type", "name", "unit", "unit_code") if c in layer]
    rows = pd.DataFrame(layer[columns]).to_dict("records")
    return {
        (row["layer"], row["id"]): {str(k): None if absent(v) else v for k, v in row.items()} for row in rows
    }
