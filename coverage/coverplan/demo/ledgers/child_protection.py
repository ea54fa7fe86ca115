"""The ledger of child homes and child-protection stations, kept in English."""

from __future__ import annotations

from coverplan.demo.ground import Ground
from coverplan.demo.ledgers.civic import premises_of
from coverplan.demo.ledgers.facility import Facility

TYPES = {name: name for name in ("protection_station", "protection_centre", "child_home", "child_station")}
STREETS_WITH_STATION = (0, 1, 4)
HOME_SHARE = 0.47


def child_protection(ground: Ground) -> list[Facility]:
    """Stations of three streets, the district's centre (its place not published), child homes."""
    return [*_stations(ground), _centre(ground), *_homes(ground)]


def _stations(ground: Ground) -> list[Facility]:
    rows = []
    for number in STREETS_WITH_STATION:
        street = ground.streets[number]
        zh, en = ground.name(street)
        spot = ground.chooser.choose(units=ground.below(street), classes=("tertiary", "residential"),
                                     weight=ground.spots.children)  # fmt: skip
        rows.append(Facility(
            id=f"CP{number + 1:03d}", name=f"{zh}街道未成年人保护工作站",
            name_en=f"{en} Subdistrict Child-protection Station", type="protection_station",
            unit_code=ground.code(street), at=ground.place(spot), opened=2021 + number % 3,
            functions=("counselling", "child_care"), staff=3, social_workers=2 if number else None,
            floor_area_m2=120 + 30 * number,
        ))  # fmt: skip
    return rows


def _centre(ground: Ground) -> Facility:
    spot = ground.chooser.choose(units=ground.below(ground.streets[1]), classes=("tertiary", "residential"))
    return Facility(
        id="CC001", name="澄湾区未成年人救助保护中心", name_en="Chengwan Child Protection Centre",
        type="protection_centre", unit_code=ground.code(0), at=ground.place(spot), opened=2022,
        functions=("child_care", "counselling", "relief"), beds=24, floor_area_m2=1_400, staff=14, public=False,
    )  # fmt: skip


def _homes(ground: Ground) -> list[Facility]:
    rows: list[Facility] = []
    for unit in ground.communities:
        if ground.rng.random() > HOME_SHARE:
            continue
        inside = unit in ground.centre and ground.rng.random() < 0.6
        spot = (
            ground.centre[unit]
            if inside
            else ground.chooser.choose(units=[unit], weight=ground.spots.children)
        )
        zh, en = ground.name(unit)
        known = len(rows) not in {6, 22}
        rows.append(Facility(
            id=f"CH{len(rows) + 1:03d}", name=f"{zh}儿童之家", name_en=f"{en} Child Home", type="child_home",
            unit_code=ground.code(unit), at=ground.place(spot) if known else None,
            premises_id=premises_of(unit) if inside else None, functions=("child_care",),
            grade="provincial" if len(rows) % 17 == 0 else None, opened=ground.perhaps(int(ground.rng.integers(2013, 2025)), 0.8),
            floor_area_m2=ground.perhaps(int(ground.rng.integers(4, 20)) * 10, 0.85),
            precision="site" if known else "village",
        ))  # fmt: skip
    return rows
