"""Who gets a place, as the page shows it, beside the same without any change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from coverplan.desk.server.shown import FacilityUse, PlacesShown, StandardSupply, SupplyShown
from coverplan.desk.workbench.supply import SupplyAnswer

#: Facilities that are listed, the most overfull first.
MOST_LISTED = 20


def supply_shown(
    revision: int,
    now: Sequence[SupplyAnswer],
    before: Sequence[SupplyAnswer],
    near: Mapping[tuple[str, str], str],
) -> SupplyShown:
    """Plain values of the supply of an idea of a revision, and of the present; both in the same order.

    What is opened without a name is called by `near`, by layer and id: where it lies, in the reader's language.
    """
    return {
        "revision": revision,
        "standards": [_standard(one, old, near) for one, old in zip(now, before, strict=True)],
    }


def _standard(now: SupplyAnswer, before: SupplyAnswer, near: Mapping[tuple[str, str], str]) -> StandardSupply:
    ask = now.standard.supply
    assert ask is not None  # these standards alone are answered
    placed = {identifier: name for (layer, identifier), name in near.items() if layer == now.standard.layer}
    names = {**now.names, **placed}
    return {
        "key": now.standard.key,
        "group": now.group,
        "field": ask.field,
        "per_1000": ask.per_1000,
        "now": _whole(now),
        "before": _whole(before),
        "units": {name: now.people[name][1:].tolist() for name in ("people", "served")},
        "facilities": [_use(row, names) for row in now.facilities[:MOST_LISTED]],
        "unknown": now.unknown,
    }


def _whole(answer: SupplyAnswer) -> PlacesShown:
    people = {name: float(values[0]) for name, values in answer.people.items()}
    return {
        "people": people["people"],
        "served": people["served"],
        "no_place": people["no_place"],
        "place_unknown": people["place_unknown"],
        "not_reached": people["not_reached"],
        "per_1000": _known(people["per_1000"]),
    }


def _use(row: Mapping[str, Any], names: Mapping[str, str]) -> FacilityUse:
    identifier, unit = row["facility"], row["unit_code"]
    return {
        "id": identifier if isinstance(identifier, str) else None,
        "name": names.get(identifier) if isinstance(identifier, str) else None,
        "unit": unit if isinstance(unit, str) else None,
        "reached": float(row["reached"]),
        "only_here": float(row["only_here"]),
        "capacity": _known(row["capacity"]),
        "used": _known(row["used"]),
        "wanted": _known(row["wanted"]),
    }


def _known(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
