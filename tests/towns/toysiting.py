"""Made-up siting answers on real results: actions at real places, with every table and layer that a run may give.

The numbers are invented and do not have to be possible; what shows them must show exactly these.
"""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverplan.results.result import Result

#: What is done, how it is marked, and at which cost.
KINDS = (
    ("open", "new", 120.0),
    ("upgrade", "upgrade", 60.5),
    ("move", "move", 55.0),
    ("close", "close", None),
    ("share", "share", 90.0),
    ("expand", "upgrade", 200.0),
    ("open", "new", 1234.0),
)
YEARS = (2026, 2027, 2028)
VARIANTS = ("speed-10", "speed+10", "minutes-2", "people+5")
CANDIDATE_REASONS = ("", "", "too_near", "excluded:water", "off_network", "land_use")


def sited(result: Result, *, names: tuple[str, ...] = (), count: int = 7, candidates: int = 40) -> Result:
    """The result with a proven siting answer; the first facilities' names may be others, the last action is protected."""
    actions, layer = _actions(result, names, count)
    extra = {
        "actions": actions,
        **_of_actions(result, actions),
        **_of_targets(result, actions),
        "siting_years": _years(actions),
        "siting_people": _people(result),
    }
    places, made = _candidates(result, candidates)
    extra["siting_candidates"] = made
    usable = int(made.loc[made["reason"] == "", "count"].sum())
    known = actions["cost"].dropna()
    siting = {
        "question": {
            "targets": list(extra["siting_targets"].loc[lambda t: t["state"] == "constraint", "target_id"]),
            "years": list(YEARS),
            "budgets": {str(year): 2000.0 for year in YEARS},
            "carry_over": True,
            "currency": {"zh": "万元", "en": "10,000 yuan"},
            "synthetic_costs": True,
            "standards": [standard["key"] for standard in result.summary["standards"]],
        },
        "status": "within_gap",
        "stages": [
            {
                "name": "least_cost",
                "sense": "min",
                "value": float(known.sum()),
                "bound": 1750.0,
                "gap": 0.0049,
            },
            {"name": "most_people", "sense": "max", "value": 880.0, "bound": 880.0, "gap": 0.0},
        ],
        "cost": {"total": float(known.sum()), "unknown": int(actions["cost"].isna().sum())},
        "actions": len(actions),
        "candidates": {
            "made": candidates,
            "usable": usable,
            "excluded": made[made["reason"] != ""].groupby("reason")["count"].sum().to_dict(),
        },
        "relaxed": [],
        "conflicts": [],
    }
    return dataclasses.replace(
        result,
        summary={**result.summary, "siting": siting},
        tables={**result.tables, **extra},
        layers={**result.layers, "actions": layer, "candidates": places},
    )


def without_places(result: Result) -> Result:
    """The answer of a ledger study: no layers and sites, and the choice among units is open."""
    actions = result.tables["actions"].assign(site=None, people_reached=np.nan, people_needed=np.nan)
    units = result.summary["units"][1:4]
    first = result.tables["siting_targets"]["target_id"].iloc[0]
    choices = pd.DataFrame(
        {
            "target_id": [first, first],
            "layer": ["elder_care", "elder_care"],
            "type": ["town_centre", "day_care"],
            "needed": [1.0, float(len(units))],
            "at_most": [1.0, float(len(units))],
            "units": [tuple(unit["code"] for unit in units)] * 2,
            "unit_names": [tuple(unit["name"] for unit in units)] * 2,
            "ask": [None, None],
        }
    )
    siting = {**result.summary["siting"], "candidates": {"made": 0, "usable": 0, "excluded": {}}}
    left_out = {"action_people", "action_alternatives", "siting_people", "siting_candidates"}
    tables = {name: table for name, table in result.tables.items() if name not in left_out}
    layers = {name: layer for name, layer in result.layers.items() if name not in {"actions", "candidates"}}
    return dataclasses.replace(
        result,
        summary={**result.summary, "siting": siting},
        tables={**tables, "actions": actions, "siting_choices": choices},
        layers=layers,
    )


def answered(result: Result, status: str, **more: Any) -> Result:
    """The same result with another status; without actions where the status has none."""
    siting = {**result.summary["siting"], "status": status, **more}
    tables = dict(result.tables)
    layers = dict(result.layers)
    if status in {"infeasible", "nothing_to_do"}:
        siting |= {"actions": 0, "cost": {"total": 0.0, "unknown": 0}}
        for name in ("actions", "action_people", "action_alternatives", "siting_robustness"):
            tables[name] = tables[name].iloc[:0]
        layers.pop("actions")
    return dataclasses.replace(
        result, summary={**result.summary, "siting": siting}, tables=tables, layers=layers
    )


def _actions(result: Result, names: tuple[str, ...], count: int) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    units = {unit["code"]: unit for unit in result.summary["units"]}
    facilities = result.layers["facilities"]
    step = max(1, len(facilities) // count)
    chosen = facilities.iloc[[i * step % len(facilities) for i in range(count)]]
    targets = tuple(result.tables["gaps"].reset_index()["target_id"])
    rows, places = [], []
    for i, (row, point) in enumerate(
        zip(chosen.to_dict("records"), shapely.centroid(chosen.geometry.to_numpy()), strict=True)
    ):
        action, mark, cost = KINDS[i % len(KINDS)]
        code = row["unit_code"] if row["unit_code"] in units else list(units)[-1 - i % 2]
        deepest = units[code]["type"] in {"community", "village"}
        street = units[code]["parent"] if deepest else code
        public = i != count - 1
        facility = row["id"] if action != "open" else f"NEW-{i + 1}"
        rows.append(
            {
                "action_id": f"A{i + 1:02d}",
                "year": YEARS[i * len(YEARS) // count],
                "action": action,
                "layer": row["layer"],
                "type": row["type"],
                "facility": facility,
                "name": names[i] if i < len(names) else row["name"] if action != "open" else None,
                "site": f"street-{i + 1}" if action in {"open", "move"} and public else None,
                "unit_code": code,
                "unit_name": units[code]["name"],
                "street_code": street,
                "street_name": units[street]["name"],
                "beds": 30.0 if action in {"open", "expand"} else np.nan,
                "nursing_beds": 20.0 if action == "expand" else np.nan,
                "floor_area_m2": 450.0 if action == "open" else np.nan,
                "cost": np.nan if cost is None else cost,
                "saving": 27.0 if action == "share" else 0.0,
                "shared_with": str(facilities["id"].iloc[0]) if action == "share" else None,
                "people_reached": 100.0 * (count - i) + 0.4,
                "people_needed": 40.0 * i,
                "targets": targets[i % 2 : i % 2 + 1] if i % 3 else (),
                "serves": targets[:2],
                "public": public,
            }
        )
        places.append({"mark": mark, "geometry": shapely.Point(point.x + 15.0 * i, point.y - 10.0 * i)})
        if mark == "move":
            places[-1] |= {"from_x": point.x - 60.0, "from_y": point.y + 90.0}
    actions = pd.DataFrame(rows)
    shown = ["action_id", "action", "year", "layer", "type", "name", "facility", "unit_code", "cost"]
    layer = gpd.GeoDataFrame(
        pd.concat([actions[shown], pd.DataFrame(places)], axis=1), geometry="geometry", crs=facilities.crs
    )
    return actions, layer[actions["public"].to_numpy()]


def _of_actions(result: Result, actions: pd.DataFrame) -> dict[str, pd.DataFrame]:
    standard = result.summary["standards"][0]
    group = standard["groups"][0]
    people = [
        {
            "action_id": row["action_id"],
            "standard": standard["key"],
            "group": group,
            "unit_code": row["street_code"],
            "reached": row["people_reached"],
            "needed": row["people_needed"],
        }
        for row in actions.to_dict("records")
    ]
    alternatives = [
        {
            "action_id": row["action_id"],
            "alternative": f"cell-{i}",
            "site": f"cells:{i}",
            "unit_name": row["unit_name"],
            "extra_cost": (0.0, 35.5, -4.0, np.nan)[i % 4],
            "people_difference": (-12.0, 0.0, 8.0, np.nan)[i % 4],
            "possible": i != 1,
        }
        for i, row in enumerate(actions.to_dict("records"))
    ]
    robust = [
        {"action_id": action, "variant": variant, "chosen": (i + j) % 4 != 0}
        for i, action in enumerate(actions["action_id"])
        for j, variant in enumerate(VARIANTS)
    ]
    return {
        "action_people": pd.DataFrame(people),
        "action_alternatives": pd.DataFrame(alternatives),
        "siting_robustness": pd.DataFrame(robust),
    }


def _of_targets(result: Result, actions: pd.DataFrame) -> dict[str, pd.DataFrame]:
    del actions
    gaps = result.tables["gaps"].reset_index()
    states = ("constraint", "constraint", "not_influenced", "not_judged", "met_anyway", "after_horizon")
    reasons = (None, None, "reported", "unknown:3", None, "2030")
    rows = []
    for i, gap in enumerate(gaps.to_dict("records")):
        asked = i % 6 < 2 or i % 6 == 4
        rows.append(
            {
                "target_id": gap["target_id"],
                "name_zh": gap["name_zh"],
                "name_en": gap["name_en"],
                "measure": gap.get("measure", "%"),
                "rule": gap.get("rule", ">="),
                "goal": gap.get("target"),
                "due": 2027 if asked else None,
                "state": states[i % 6],
                "reason": reasons[i % 6],
                "present": gap.get("present"),
                "without": Decimal(50 + i) if asked else None,
                "promised": Decimal(100) if asked else None,
                "verdict_without": ("met" if i % 6 == 4 else "not_met") if asked else None,
                "verdict_promised": "met" if asked else None,
            }
        )
    first = gaps["target_id"].iloc[0]
    frontier = [
        {
            "target_id": first,
            "value": Decimal(value),
            "cost": cost,
            "bound": bound,
            "actions": n,
            "status": status,
        }
        for value, cost, bound, n, status in (
            (60, 100.0, 100.0, 2, "optimal"),
            (80, 420.0, 410.0, 5, "within_gap"),
            (90, 900.0, 820.0, 9, "stopped"),
            (100, np.nan, np.nan, 0, "infeasible"),
        )
    ]
    return {"siting_targets": pd.DataFrame(rows), "siting_frontier": pd.DataFrame(frontier)}


def _years(actions: pd.DataFrame) -> pd.DataFrame:
    spent = [float(actions.loc[actions["year"] == year, "cost"].sum()) for year in YEARS]
    counts = [int((actions["year"] == year).sum()) for year in YEARS]
    return pd.DataFrame(
        {
            "year": YEARS,
            "budget": 2000.0,
            "spent": spent,
            "left": [2000.0 - s for s in spent],
            "actions": counts,
        }
    )


def _people(result: Result) -> pd.DataFrame:
    rows = []
    for standard in result.summary["standards"]:
        for group, people in standard["people"].items():
            for i, year in enumerate(YEARS):
                gained = (people["people"] - people["covered"]) * i / 4
                rows.append(
                    {
                        "year": year,
                        "standard": standard["key"],
                        "group": group,
                        "people": people["people"],
                        "covered_without": people["covered"],
                        "covered": people["covered"] + gained,
                    }
                )
    return pd.DataFrame(rows)


def _candidates(result: Result, count: int) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    demand = result.layers["demand"]
    points = demand.geometry.to_numpy()[np.arange(count) * 7 % len(demand)]
    reasons = [CANDIDATE_REASONS[i % len(CANDIDATE_REASONS)] for i in range(count)]
    states = [
        "excluded" if reason else "chosen" if i % 12 == 0 else "free" for i, reason in enumerate(reasons)
    ]
    sources = ["cells" if i % 2 else "streets" for i in range(count)]
    layer = gpd.GeoDataFrame(
        {
            "id": [f"{source}-{i}" for i, source in enumerate(sources)],
            "source": sources,
            "state": states,
            "reason": reasons,
        },
        geometry=points,
        crs=demand.crs,
    )
    counts = layer.groupby(["source", "reason"]).size().rename("count").reset_index()
    return layer, counts
