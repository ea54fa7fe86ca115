"""The ledger of elder care: institutions, street centres, home-care stations, meal centres."""

from __future__ import annotations

import numpy as np

from coverplan.demo.ground import Ground, rounded
from coverplan.demo.ledgers.facility import Facility

TYPES = {
    "institution": "养老机构",
    "guidance_centre": "区级养老服务指导中心",
    "town_centre": "街道综合养老服务中心",
    "day_care": "街道日间照料中心",
    "community_station": "居家养老服务站",
    "village_station": "村级养老服务站",
    "canteen": "助餐中心",
}
STATIONS = 73
# communities with a station of their own; the others of the 73 are second stations of the oldest ones
STATION_COMMUNITIES = 66
# beds, share of nursing beds (None: unknown), year opened, grade, street number
HOMES = (
    (640, 0.62, 2019, "五星级", 0), (560, 0.55, 2016, "四星级", 1), (480, 0.50, 2014, "三星级", 0),
    (430, 0.46, 2012, "三星级", 4), (380, 0.40, 2010, None, 2), (320, 0.70, 2021, "四星级", 1),
    (270, 0.30, 2008, "二星级", 5), (200, None, 2005, None, 2), (140, 0.50, 2018, None, 3),
)  # fmt: skip
HOME_NAMES = (
    ("颐和苑", "Yiheyuan"), ("鹤鸣居", "Heming"), ("松龄", "Songling"), ("椿晖", "Chunhui"), ("长乐", "Changle"),
    ("安澜", "Anlan"), ("菊泉", "Juquan"), ("晚晴", "Wanqing"), ("归燕", "Guiyan"), ("福缘", "Fuyuan"), ("望舒", "Wangshu"),
)  # fmt: skip
CANTEENS = 10


def elder_care(ground: Ground) -> list[Facility]:
    """All rows of the ledger; 9 institutions, 6 day-care centres and 73 stations of it operate."""
    return [
        *_homes(ground), *_street_centres(ground), *_stations(ground), *_canteens(ground)
    ]  # fmt: skip


def _homes(ground: Ground) -> list[Facility]:
    """Nine homes that operate, one shut for repair, one being built."""
    rows: list[Facility] = []
    chosen: list[int] = []
    plan = [*HOMES, (140, 0.40, 2003, None, 0), (400, 0.95, 2026, None, 1)]
    for number, (beds, nursing, opened, grade, street) in enumerate(plan):
        units = ground.below(ground.streets[street])
        spot = ground.chooser.choose(
            units=units, classes=("primary", "secondary", "tertiary"), weight=ground.spots.people + 40.0,
            apart_from=chosen, apart_m=1_100.0,
        )  # fmt: skip
        chosen.append(spot)
        zh, en = HOME_NAMES[number]
        status = "operating" if number < len(HOMES) else ("suspended", "building")[number - len(HOMES)]
        full = ("full_care", "day_care", "medical") if beds > 250 else ("full_care",)
        rows.append(Facility(
            id=f"YL{number + 1:03d}", name=f"{zh}养老院", name_en=f"{en} Care Home", type="institution",
            unit_code=ground.code(int(ground.spots.unit[spot])), at=ground.place(spot), status=status,
            functions=full, grade=grade, opened=opened, beds=beds,
            nursing_beds=None if nursing is None else round(beds * nursing),
            floor_area_m2=rounded(beds * ground.rng.uniform(31.0, 46.0), 50), land_m2=ground.perhaps(beds * 28, 0.6),
            closes=2024 if status == "suspended" else None, cost_wan=11_800 if status == "building" else None,
            funded=True if status == "building" else None, staff=ground.perhaps(round(beds / 4.5), 0.8), social_workers=ground.perhaps(round(beds / 110), 0.8),
        ))  # fmt: skip
    return rows


def _street_centres(ground: Ground) -> list[Facility]:
    """A day-care centre in each street; a comprehensive centre in two, being built in a third; one for all."""
    rows = []
    for number, street in enumerate(ground.streets):
        zh, en = ground.name(street)
        spot = ground.chooser.choose(units=ground.below(street), weight=ground.spots.elders,
                                     classes=("secondary", "tertiary", "residential"))  # fmt: skip
        rows.append(Facility(
            id=f"YR{number + 1:03d}", name=f"{zh}街道日间照料中心", name_en=f"{en} Subdistrict Day-care Centre",
            type="day_care", unit_code=ground.code(street), at=ground.place(spot),
            functions=("day_care", "meals") if number < 4 else ("day_care",), opened=2012 + 2 * number - number // 4,
            places=40 + 10 * (number % 3), floor_area_m2=None if number == 5 else 700 + 130 * number,
        ))  # fmt: skip
    for number, (street, status, opened) in enumerate(((0, "operating", 2020), (1, "operating", 2022),
                                                       (2, "building", 2026))):  # fmt: skip
        unit = ground.streets[street]
        zh, en = ground.name(unit)
        spot = ground.chooser.choose(
            units=ground.below(unit), weight=ground.spots.elders, classes=("secondary", "tertiary")
        )
        functions = ("full_care", "day_care", "home_visit", "guidance", "meals")
        rows.append(Facility(
            id=f"YZ{number + 1:03d}", name=f"{zh}街道综合养老服务中心", name_en=f"{en} Comprehensive Elder-care Centre",
            type="town_centre", unit_code=ground.code(unit), at=ground.place(spot), status=status,
            functions=functions if number != 1 else functions[1:], grade="示范性" if number == 0 else None,
            opened=opened, beds=(60, 30, 80)[number], nursing_beds=(48, 18, 72)[number], places=50,
            floor_area_m2=(2_400, 1_650, 2_800)[number], premises_id=f"CS9{number:02d}",
        ))  # fmt: skip
    spot = ground.chooser.choose(units=ground.below(ground.streets[0]), classes=("primary", "secondary"))
    rows.append(Facility(
        id="YG001", name="澄湾区养老服务指导中心", name_en="Chengwan Elder-care Guidance Centre",
        type="guidance_centre", unit_code=ground.code(0), at=ground.place(spot), functions=("guidance",),
        opened=2021, floor_area_m2=900, staff=12,
    ))  # fmt: skip
    return rows


def _station_units(ground: Ground) -> list[int]:
    """Communities of the 73 stations: the older the people the likelier; new estates and works come last."""
    units = np.array(ground.communities)
    elders = ground.people["age_60_plus"][units].astype(np.float64)
    village = ground.district.units["type"].to_numpy()[units] == "village"
    score = ground.elder_share()[units] * np.sqrt(elders) * ground.rng.lognormal(0.0, 0.35, len(units))
    score *= np.where(village, 0.8, 1.0)
    first = units[np.argsort(-score, kind="stable")[:STATION_COMMUNITIES]]
    second = units[np.argsort(-elders, kind="stable")[: STATIONS - STATION_COMMUNITIES]]
    return [int(unit) for unit in np.sort(np.concatenate([first, second]))]


def _stations(ground: Ground) -> list[Facility]:
    """73 stations that operate, three that were given up, four to come."""
    units = _station_units(ground)
    without = [unit for unit in ground.communities if unit not in set(units)]
    extra = [*ground.rng.permutation(units)[:3].tolist(), *ground.rng.permutation(without)[:4].tolist()]
    rows: list[Facility] = []
    chosen: dict[int, list[int]] = {}
    for number, unit in enumerate([*units, *extra]):
        status, opened = "operating", int(ground.rng.integers(2009, 2025))
        if number >= len(units):
            coming = number - len(units) - 3
            status = "suspended" if coming < 0 else ("planned" if coming % 2 else "building")
            opened = opened if coming < 0 else 2026 + coming // 2
        rows.append(
            _station(ground, unit, chosen.setdefault(unit, []), number=number, status=status, opened=opened)
        )
    return rows


def _station(
    ground: Ground, unit: int, others: list[int], *, number: int, status: str, opened: int
) -> Facility:
    """One home-care station beside the homes of many old people."""
    zh, en = ground.name(unit)
    village = ground.district.units.at[unit, "type"] == "village"
    spot = ground.chooser.choose(
        units=[unit], classes=("residential", "living_street", "service", "tertiary"),
        weight=ground.spots.elders * ground.near_middle(unit, 300.0), apart_from=others, apart_m=600.0,
    )  # fmt: skip
    others.append(spot)
    ordinal, ordinal_en = ("", "") if len(others) == 1 else ("第二", " No. 2")
    functions = [("home_visit", "meals"), ("home_visit", "day_care", "meals"), ("home_visit",)][
        int(ground.rng.integers(3))
    ]
    area = rounded(ground.rng.uniform(120.0, 620.0), 10)
    odd = number == 17  # its ledger names another community than the one in which it stands
    code = ground.code(unit - 1 if odd else unit)
    serves = (ground.code(unit), ground.code(unit + 1)) if number == 8 else ()
    located = number not in {30, 51}
    return Facility(
        id=f"YJ{number + 1:03d}", name=f"{zh}{ordinal}居家养老服务站" if not village else f"{zh}村养老服务站",
        name_en=f"{en}{ordinal_en} Elder-care Station", type="village_station" if village else "community_station",
        unit_code=code, at=ground.place(spot) if located else None, status=status, functions=functions,
        grade=("五星级", "四星级", "三星级", None, None)[int(ground.rng.integers(5))],
        opened=opened if status in {"building", "planned"} else ground.perhaps(opened, 0.93), serves=serves,
        places=ground.perhaps(int(ground.rng.integers(8, 31)), 0.7) if "day_care" in functions else None,
        floor_area_m2=ground.perhaps(area, 0.9), staff=ground.perhaps(int(ground.rng.integers(2, 7)), 0.8),
        precision="site" if located else "village", closes=2023 if status == "suspended" else None,
        cost_wan=60 + area // 4 if status == "building" else None,
        funded=status == "building" if status in {"building", "planned"} else None,
    )  # fmt: skip


def _canteens(ground: Ground) -> list[Facility]:
    """Meal centres that deliver to several communities each."""
    rows: list[Facility] = []
    chosen: list[int] = []
    for number in range(CANTEENS):
        spot = ground.chooser.choose(weight=ground.spots.elders**2, apart_from=chosen, apart_m=900.0)
        chosen.append(spot)
        unit = int(ground.spots.unit[spot])
        zh, en = ground.name(unit)
        rows.append(Facility(
            id=f"YC{number + 1:03d}", name=f"{zh}助餐中心", name_en=f"{en} Meal Centre", type="canteen",
            unit_code=ground.code(unit), at=ground.place(spot), functions=("meals",),
            opened=int(ground.rng.integers(2016, 2025)), floor_area_m2=ground.perhaps(180 + 15 * number, 0.8),
        ))  # fmt: skip
    return rows
