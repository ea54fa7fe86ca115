"""Indicators that three words say whole: a kind, facilities and a unit set; all others need their parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def usual_indicator(
    kind: str, facilities: Sequence[tuple[str, Sequence[str]]], units: str | None
) -> dict[str, Any] | None:
    """Indicator of a kind in its usual form.

    Parameters
    ----------
    kind
        Kind of indicator.
    facilities
        Layer and types of each condition.
    units
        Unit set, or None.

    Returns
    -------
    dict or None
        Plain values of a plan file; None when the kind has no usual form or these words do not suffice.
    """
    conditions: list[dict[str, Any]] = [
        {"layer": layer, **({"types": list(types)} if types else {})} for layer, types in facilities
    ]
    first = conditions[0] if conditions else None
    shapes: Mapping[str, dict[str, Any] | None] = {
        "unit_presence": {"units": units, "facilities": conditions} if units and first else None,
        "count": {"amount": {"facilities": first}} if first else None,
        "sum": {"amount": {"facilities": first, "field": "beds"}} if first else None,
        "count_per_unit": {"units": units, "amount": {"facilities": first}} if units and first else None,
        "per_1000": {"amount": {"facilities": first, "field": "beds"}, "group": "age_60_plus"} if first else None,
        "ratio_of_sums": {
            "numerator": {"facilities": first, "field": "nursing_beds"},
            "denominator": {"facilities": first, "field": "beds"},
        } if first else None,
        "population_within": {
            "reach": {"facilities": first, "group": "age_60_plus", "minutes": 15, "profile": "older"},
            **({"units": units} if units else {}),
        } if first else None,
        "area_per_100_households": {"facilities": first, **({"units": units} if units else {})} if first else None,
        "facility_minimum": {"facilities": first} if first else None,
        "project_delivery": {"amount": {"facilities": first}} if first else None,
        "share_in_range": {"units": units} if units else None,
        "control_total": {"group": "age_60_plus", "per": 10_000},
        "reported": {},
    }  # fmt: skip
    shape = shapes.get(kind)
    return None if shape is None else {"kind": kind, **shape}


def said_by(indicator: Mapping[str, Any]) -> tuple[list[tuple[str, tuple[str, ...]]], str | None]:
    """Facilities and unit set that an indicator names, for the columns of a table."""
    units = indicator.get("units")
    found = list(_conditions(indicator))
    unique = list(dict.fromkeys((one["layer"], tuple(one.get("types", ()))) for one in found))
    return unique, units if isinstance(units, str) else None


def _conditions(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        own = [value] if "layer" in value else []
        return own + [one for inner in value.values() for one in _conditions(inner)]
    return [one for inner in value for one in _conditions(inner)] if isinstance(value, list | tuple) else []
