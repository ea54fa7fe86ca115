"""What a scenario itself changes, as actions with numbers, and everything that is done in a result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from coverplan.ground.openness import may_be_shown
from coverplan.results.chosen import ChosenAction, chosen_actions
from coverplan.results.result import Result

KINDS = ("open", "close", "move", "upgrade")


def own_changes(result: Result) -> tuple[ChosenAction, ...]:
    """The scenario's own changes that hold in its year, in their order; none for a scenario without.

    A change without a year holds in the year that the result looks at. Who is newly reached is not known of a single
    change, and no target is said to depend on it.
    """
    applied = result.summary.get("changes", {}).get("applied", ())
    own = [change for change in applied if "number" in change]
    places = _places(result) if own else {}
    return tuple(_action(change, result, places) for change in own)


def done_actions(result: Result) -> tuple[ChosenAction, ...]:
    """Own changes, then the actions that siting chose."""
    return own_changes(result) + chosen_actions(result)


def looked_at(result: Result) -> int:
    """Year that a result looks at: the scenario's, else that of its data, else that of the run."""
    year = result.summary["scenario"]["year"]
    if year is not None:
        return int(year)
    day = result.summary["study"]["as_of"] or result.summary["run"]["finished"]
    return dt.datetime.fromisoformat(day).year


def _action(
    change: Mapping[str, Any], result: Result, places: Mapping[tuple[str, str], Mapping[str, Any]]
) -> ChosenAction:
    kind = next(kind for kind in KINDS if kind in change)
    what = change[kind]
    offers = what.get("offers", {})
    known = places.get((what["layer"], what["id"]), {})
    code = known.get("unit_code") or known.get("unit") or offers.get("unit_code")
    unit, street = _units(result, code)
    own_type = offers.get("type") or known.get("type")
    hidden = offers.get("public") is False or (offers.get("public") is None and not may_be_shown(own_type))
    public = bool(known) and not hidden
    return ChosenAction(
        action_id=change["number"],
        year=int(change.get("year") or looked_at(result)),
        action=kind,
        layer=what["layer"],
        type=str(own_type or ""),
        facility=what["id"] if public else None,
        name=(offers.get("name") or known.get("name") or what["id"]) if public else None,
        site=None,
        unit_code=unit.get("code"),
        unit_name=unit.get("name"),
        street_code=street.get("code"),
        street_name=street.get("name"),
        beds=offers.get("beds"),
        nursing_beds=offers.get("nursing_beds"),
        floor_area_m2=offers.get("floor_area_m2"),
        cost=offers.get("cost"),
        saving=None,
        shared_with=None,
        people_reached=None,
        people_needed=None,
        targets=(),
        serves=(),
        public=public,
    )


def _units(result: Result, code: object) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The unit of a code and the one above it; empty where they are not known."""
    units = {unit["code"]: unit for unit in result.summary["units"]}
    unit = units.get(code, {})
    above = units.get(unit.get("parent"), {})
    return unit, above if above.get("type") in {"street", "town", "township"} else {}


def _places(result: Result) -> dict[tuple[str, str], dict[str, Any]]:
    """Facilities that may be shown, by layer and id."""
    table = result.layers.get("facilities")
    if table is None:
        return {}
    columns = [name for name in ("layer", "id", "type", "name", "unit", "unit_code") if name in table]
    rows = pd.DataFrame(table[columns]).to_dict("records")
    return {
        (row["layer"], row["id"]): {str(key): None if pd.isna(value) else value for key, value in row.items()}
        for row in rows
    }
