"""The parameters of an indicator, as a plan file has them, from what was read; what cannot be told is reported only."""

from __future__ import annotations

import re
from typing import Any

from coverplan.setup.plan_reader.found import Found

Told = tuple[dict[str, Any], tuple[str, ...]]

_FLAGS = ("示范", "等级", "星级", "医务室", "护理站", "签约", "达标")
#: Functions that plans ask for by name; what a plan only calls comprehensive keeps its own word, which no ledger answers.
_FUNCTIONS = (
    ("全托", "full_care"),
    ("日托", "day_care"),
    ("上门服务", "home_visit"),
    ("对下指导", "guidance"),
    ("综合功能", "综合功能"),
)
_GRADE = re.compile(r"[三四五]星级|[省市]级(?:示范|标准)|示范性?|[2-5]A级")


def indicator_of(one: Found) -> Told:
    """Indicator of a plan file, and keys of doubts that come with it."""
    maker = _MAKERS.get(one.kind)
    told = None if maker is None else maker(one)
    if told is not None:
        return told
    return {"kind": "reported"}, () if one.kind == "reported" else ("only_reported",)


def _facilities(one: Found) -> dict[str, Any]:
    return {"layer": one.thing.layer, "types": list(one.thing.types)}


def _asked(one: Found) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Facilities with the functions and the grade that the phrase asks of them, and what is doubtful about these."""
    facilities = _facilities(one)
    functions = [code for word, code in _FUNCTIONS if word in one.name]
    grade = _GRADE.search(one.name)
    if functions:
        facilities["functions"] = functions
    if grade is not None:
        facilities["grades"] = [grade.group()]
    return facilities, ("traits",) if functions or grade is not None else ()


def _amount(one: Found, **more: Any) -> dict[str, Any]:
    return {"facilities": _facilities(one), **more}


def _presence(one: Found) -> Told | None:
    if one.units is None or one.thing.layer is None:
        return None
    facilities, doubts = _asked(one)
    return {"kind": "unit_presence", "units": one.units.key, "facilities": [facilities]}, doubts


def _ratio(one: Found) -> Told | None:
    if "护理型床位" in one.name:
        return {
            "kind": "ratio_of_sums", "numerator": _amount(one, field="nursing_beds"),
            "denominator": _amount(one, field="beds"),
        }, ()  # fmt: skip
    if "每百张" in one.name:
        return {
            "kind": "ratio_of_sums", "numerator": _amount(one, field="social_workers"),
            "denominator": _amount(one, field="beds"),
        }, ()  # fmt: skip
    if "集中供养率" in one.name or one.measure == "%":
        return {
            "kind": "ratio_of_sums", "numerator": {"register": f"{one.name[:20]}_分子"},
            "denominator": {"register": f"{one.name[:20]}_分母"},
        }, ("registers",)  # fmt: skip
    return None


def _share(one: Found) -> Told | None:
    flags = [word for word in _FLAGS if word in one.name]
    if one.thing.layer is None or not flags:
        return None
    return {"kind": "facility_share", "facilities": _facilities(one), "having": {"flags": flags[:1]}}, (
        "own_column",
    )


def _area(one: Found) -> Told | None:
    indicator: dict[str, Any] = {"kind": "area_per_100_households", "facilities": _facilities(one)}
    if re.search(r"新建", one.name):
        indicator["estates"] = "new"
    elif re.search(r"老旧|已建成|老城区", one.name):
        indicator["estates"] = "existing"
    return indicator, ("registers",)


def _standard(one: Found) -> Told | None:
    if one.units is None:
        return {
            "kind": "share_meeting_standard",
            "facilities": _facilities(one),
            "having": {"flags": ["达标"]},
        }, ("own_column",)
    return {
        "kind": "share_meeting_standard", "facilities": _facilities(one), "units": one.units.key, "field": "floor_area_m2",
    }, ("no_standard",)  # fmt: skip


def _range(one: Found) -> Told | None:
    if one.units is None or one.high is None:
        return None
    return {"kind": "share_in_range", "units": one.units.key}, ()


def _per_1000(one: Found) -> Told | None:
    group = "age_60_plus" if "老" in one.name else "total"
    return {
        "kind": "per_1000",
        "amount": {"facilities": {"layer": "elder_care"}, "field": "beds"},
        "group": group,
    }, ()


def _per_10k(one: Found) -> Told | None:
    return {"kind": "per_10k", "amount": {"register": one.name[:24]}, "group": "total"}, ("registers",)


def _count(one: Found) -> Told | None:
    if not one.thing.types:
        return None
    facilities, doubts = _asked(one)
    return {"kind": "count", "amount": {"facilities": facilities}}, doubts


def _sum(one: Found) -> Told | None:
    return {"kind": "sum", "amount": _amount(one, field="beds")}, ("new_or_all",)


def _per_unit(one: Found) -> Told | None:
    if one.units is None or not one.thing.types:
        return None
    facilities, doubts = _asked(one)
    return {"kind": "count_per_unit", "units": one.units.key, "amount": {"facilities": facilities}}, doubts


def _minimum(one: Found) -> Told | None:
    return ({"kind": "facility_minimum", "facilities": _facilities(one)}, ()) if one.thing.types else None


def _within(one: Found) -> Told | None:
    return {
        "kind": "population_within", "assumed": True,
        "reach": {"facilities": {"layer": one.thing.layer}, "group": "age_60_plus", "minutes": 15, "profile": "older_adult"},
    }, ("assumed",)  # fmt: skip


def _control(one: Found) -> Told | None:
    group = (
        "age_65_plus"
        if "65" in one.name
        else "age_60_plus"
        if "60" in one.name or "老年" in one.name
        else "total"
    )
    return {"kind": "control_total", "group": group, "per": 10_000 if one.measure.startswith("万") else 1}, ()


def _projects(one: Found) -> Told | None:
    if not one.thing.types:
        return None
    facilities = _facilities(one) | ({"names": [name[:24] for name in one.sites]} if one.sites else {})
    return {"kind": "project_delivery", "amount": {"facilities": facilities}}, ()


_MAKERS = {
    "unit_presence": _presence,
    "ratio_of_sums": _ratio,
    "facility_share": _share,
    "area_per_100_households": _area,
    "share_meeting_standard": _standard,
    "share_in_range": _range,
    "per_1000": _per_1000,
    "per_10k": _per_10k,
    "count": _count,
    "sum": _sum,
    "count_per_unit": _per_unit,
    "facility_minimum": _minimum,
    "population_within": _within,
    "control_total": _control,
    "project_delivery": _projects,
}
