"""One facility as its ledger knows it, and the ledger as a table with the headers of an office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coverplan.demo.frame import Point, lon_lat

SOURCE = ("虚构数据", "synthetic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """What a ledger says of a facility; None is unknown (R15).

    Parameters
    ----------
    at
        Local x and y in metres, None where the ledger has no place.
    unit_code
        The unit that the ledger names.
    serves
        Codes of the units served, where it is not the declared one alone.
    cost_wan
        Cost in ten thousand yuan.
    """

    id: str
    name: str
    name_en: str
    type: str
    unit_code: str
    at: Point | None = None
    status: str = "operating"
    functions: tuple[str, ...] = ()
    grade: str | None = None
    opened: int | None = None
    closes: int | None = None
    serves: tuple[str, ...] = ()
    premises_id: str | None = None
    beds: int | None = None
    nursing_beds: int | None = None
    places: int | None = None
    niches: int | None = None
    niches_left: int | None = None
    staff: int | None = None
    social_workers: int | None = None
    floor_area_m2: int | None = None
    land_m2: int | None = None
    cost_wan: int | None = None
    funded: bool | None = None
    precision: str = "site"
    public: bool = True


# field, header in Chinese, header in English
COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("id", "编号", "id"),
    ("name", "名称", "name"),
    ("name_en", "英文名称", "name_en"),
    ("type", "类型", "type"),
    ("functions", "服务功能", "functions"),
    ("grade", "等级", "grade"),
    ("status", "状态", "status"),
    ("opened", "启用年份", "opened"),
    ("closes", "停用年份", "closes"),
    ("unit_code", "所属单位代码", "unit_code"),
    ("serves", "服务单位代码", "serves_units"),
    ("premises_id", "场所编号", "premises_id"),
    ("beds", "床位数", "beds"),
    ("nursing_beds", "护理型床位数", "nursing_beds"),
    ("places", "日间照料名额", "places"),
    ("niches", "格位总数", "niches"),
    ("niches_left", "剩余格位", "niches_left"),
    ("staff", "工作人员数", "staff"),
    ("social_workers", "社工人数", "social_workers"),
    ("floor_area_m2", "建筑面积（平方米）", "floor_area_m2"),
    ("land_m2", "占地面积（平方米）", "land_m2"),
    ("cost_wan", "投资（万元）", "cost_wan_yuan"),
    ("funded", "资金落实", "funded"),
    ("lon", "经度", "lon"),
    ("lat", "纬度", "lat"),
    ("precision", "定位精度", "precision"),
    ("public", "是否公开", "public"),
    ("source", "数据来源", "source"),
)
ALWAYS = {
    "id",
    "name",
    "name_en",
    "type",
    "status",
    "unit_code",
    "lon",
    "lat",
    "precision",
    "public",
    "source",
}
STATUSES = {"operating": "运营", "building": "在建", "planned": "规划", "suspended": "停用", "closed": "关闭"}
FUNCTIONS = {
    "full_care": "全托",
    "day_care": "日托",
    "home_visit": "上门服务",
    "guidance": "对下指导",
    "meals": "助餐",
    "bathing": "助浴",
    "medical": "医疗护理",
    "child_care": "儿童照护",
    "counselling": "心理咨询",
    "relief": "救助服务",
}
YES_NO = {True: "是", False: "否"}


def ledger_rows(
    facilities: Sequence[Facility], types: Mapping[str, str], *, english: bool = False
) -> list[list[object]]:
    """A header and a row for each facility; columns that no facility of the ledger fills are left out.

    Parameters
    ----------
    types
        The office's word for each type.
    english
        Headers and words in English, as one layer has them.
    """
    xy = np.array([facility.at or (np.nan, np.nan) for facility in facilities])
    lon, lat = lon_lat(xy[:, 0], xy[:, 1])
    records = [
        _record(facility, types, float(a), float(b), english=english)
        for facility, a, b in zip(facilities, lon, lat, strict=True)
    ]
    used = [c for c in COLUMNS if c[0] in ALWAYS or any(record[c[0]] is not None for record in records)]
    header: list[object] = [column[2 if english else 1] for column in used]
    return [header, *([record[column[0]] for column in used] for record in records)]


def _record(
    facility: Facility, types: Mapping[str, str], lon: float, lat: float, *, english: bool
) -> dict[str, object]:
    """Values of one row as an office writes them."""
    record: dict[str, object] = {name: getattr(facility, name, None) for name, _, _ in COLUMNS}
    known = not np.isnan(lon)
    record |= {
        "lon": lon if known else None,
        "lat": lat if known else None,
        "serves": ";".join(facility.serves) or None,
        "source": SOURCE[1 if english else 0],
    }
    if english:
        record["functions"] = ";".join(facility.functions) or None
        record["public"] = "yes" if facility.public else "no"
        record["funded"] = None if facility.funded is None else ("yes" if facility.funded else "no")
        return record
    record |= {
        "type": types[facility.type],
        "functions": "、".join(FUNCTIONS[function] for function in facility.functions) or None,
        "status": STATUSES[facility.status],
        "public": YES_NO[facility.public],
        "funded": None if facility.funded is None else YES_NO[facility.funded],
    }
    return record
