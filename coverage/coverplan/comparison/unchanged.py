"""The same year without anything that is planned: what ideas are held against, so that nobody loses what never was.

It is taken from the answer to an idea, which says of every home and unit what would be so without its changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from coverplan.comparison.side import Side
from coverplan.maps.before import facilities_at
from coverplan.results.result import Result

#: Name of the side, for files and for people.
STEM = "unchanged"
NAME = {"zh": "不新增项目", "en": "Nothing new"}
_OWN = ("covered_before", "gained", "lost")


def with_unchanged(sides: Sequence[Side]) -> tuple[Side, ...]:
    """Sides in which the first changes nothing: one that was given, else one made from the first that can say it.

    Sides of ledgers alone, and answers that do not say what would be so without their changes, stay as they are.
    """
    given = next((side for side in sides if not side.changed), None)
    first = given or next((_unchanged(side) for side in sides if _can_say(side)), None)
    if first is None:
        return tuple(sides)
    ordered = [first, *(side for side in sides if side is not given)]
    return tuple(replace(side, letter=letter) for letter, side in zip("ABCD", ordered, strict=False))


def _can_say(side: Side) -> bool:
    demand = side.demand
    if demand is None or "covered_before" not in side.result.coverage:
        return False
    timed = [key for key in side.standards if f"{key}|reason" in demand]
    return all(f"{key}|reason_before" in demand for key in timed)


def _unchanged(side: Side) -> Side:
    result = side.result
    summary: dict[str, Any] = {
        key: value for key, value in side.summary.items() if key not in {"changes", "siting", "plan"}
    }
    summary["scenario"] = {**summary["scenario"], "name": NAME}
    summary["standards"] = [
        {**standard, "people": {group: _people(people) for group, people in standard["people"].items()}}
        for standard in summary["standards"]
    ]
    summary["units"] = [
        {
            **unit,
            "coverage": {
                key: {group: _people(people) for group, people in groups.items()}
                for key, groups in unit["coverage"].items()
            },
        }
        for unit in summary["units"]
    ]
    layers = {name: layer for name, layer in result.layers.items() if name not in {"actions", "changes"}}
    layers["demand"] = _demand(result.layers["demand"], side.standards)
    if "facilities" in layers:
        layers["facilities"] = facilities_at(result, before=True)
    tables = _targets(result)
    made = Result(
        summary=summary,
        coverage=_coverage(result.coverage),
        layers=layers,
        manifest=result.manifest,
        folder=None,
        tables=tables,
    )
    return Side("A", STEM, made, derived=True)


def _people(people: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers of a group without the changes; the mean time is not known."""
    covered = people["covered_before"]
    rest = people["people"] - people["outside_units"] - people["off_network"]
    return {
        **{name: value for name, value in people.items() if name not in _OWN},
        "covered": covered,
        "uncovered": rest - covered,
        "share": covered / people["people"] if people["people"] else None,
        "mean_minutes": None,
    }


def _coverage(table: pd.DataFrame) -> pd.DataFrame:
    covered = table["covered_before"]
    return table.assign(
        covered=covered,
        uncovered=table["people"] - table["outside_units"] - table["off_network"] - covered,
        share=covered / table["people"].where(table["people"] > 0),
        mean_minutes=np.nan,
    ).drop(columns=[name for name in _OWN if name in table])


def _demand(demand: gpd.GeoDataFrame, standards: Mapping[str, Any]) -> gpd.GeoDataFrame:
    """Homes with their times and reasons without the changes; how many sites would be near is not known."""
    found = demand.copy()
    for key in standards:
        if f"{key}|reason_before" in demand:
            found[f"{key}|minutes"] = demand[f"{key}|minutes_before"]
            found[f"{key}|reason"] = demand[f"{key}|reason_before"]
            found = found.drop(
                columns=[f"{key}|{name}" for name in ("minutes_before", "reason_before", "nearest", "within")]
            )
    return found


def _targets(result: Result) -> dict[str, pd.DataFrame]:
    """Targets in the same year without the changes; of a siting run on ledgers alone, in the year each is due; else none."""
    known, gaps = result.tables.get("siting_targets"), result.tables.get("gaps")
    if gaps is not None and "verdict_without" in gaps:
        return {"gaps": gaps.assign(present=gaps["without"], verdict=gaps["verdict_without"])}
    if known is None or gaps is None or not set(known["target_id"]) >= set(gaps.index.astype(str)):
        return {}
    rows = known.set_index("target_id").reindex(gaps.index)
    return {"gaps": gaps.assign(present=rows["without"], verdict=rows["verdict_without"])}
