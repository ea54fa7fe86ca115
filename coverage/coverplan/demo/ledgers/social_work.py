"""The ledger of social-work stations and rooms."""

from __future__ import annotations

from coverplan.demo.ground import Ground
from coverplan.demo.ledgers.civic import premises_of
from coverplan.demo.ledgers.facility import Facility

TYPES = {"station": "社工站", "room": "社工室", "relief_point": "社会救助服务点"}
STREETS_WITH_STATION = (0, 1, 2, 4)
ROOM_SHARE = 0.58


def social_work(ground: Ground) -> list[Facility]:
    """Stations of four streets and one to come, rooms in more than half of the communities, relief points."""
    return [*_stations(ground), *_rooms(ground), *_relief_points(ground)]


def _stations(ground: Ground) -> list[Facility]:
    rows = []
    for number, street in enumerate(ground.streets):
        if number == len(ground.streets) - 1:
            continue
        zh, en = ground.name(street)
        spot = ground.chooser.choose(units=ground.below(street), classes=("secondary", "tertiary"),
                                     weight=ground.spots.people)  # fmt: skip
        coming = number not in STREETS_WITH_STATION
        rows.append(Facility(
            id=f"SG{number + 1:03d}", name=f"{zh}街道社工站", name_en=f"{en} Subdistrict Social-work Station",
            type="station", unit_code=ground.code(street), at=ground.place(spot),
            status="building" if coming else "operating", opened=2026 if coming else 2019 + number % 4,
            functions=("counselling", "relief", "home_visit"), grade="示范性" if number in {0, 4} else None,
            staff=None if coming else 4 + number, social_workers=None if coming else 3 + number,
            floor_area_m2=150 + 40 * number,
        ))  # fmt: skip
    return rows


def _rooms(ground: Ground) -> list[Facility]:
    rows: list[Facility] = []
    for unit in ground.communities:
        if ground.rng.random() > ROOM_SHARE:
            continue
        inside = unit in ground.centre and ground.rng.random() < 0.75
        spot = (
            ground.centre[unit] if inside else ground.chooser.choose(units=[unit], weight=ground.spots.people)
        )
        zh, en = ground.name(unit)
        rows.append(Facility(
            id=f"SS{len(rows) + 1:03d}", name=f"{zh}社工室", name_en=f"{en} Social-work Room", type="room",
            unit_code=ground.code(unit), at=ground.place(spot), premises_id=premises_of(unit) if inside else None,
            opened=ground.perhaps(int(ground.rng.integers(2017, 2025)), 0.8),
            social_workers=ground.perhaps(int(ground.rng.integers(1, 4)), 0.75),
        ))  # fmt: skip
    return rows


def _relief_points(ground: Ground) -> list[Facility]:
    rows = []
    for number, street in enumerate(ground.streets):
        spot = ground.chooser.choose(units=ground.below(street), weight=ground.spots.people)
        zh, en = ground.name(street)
        rows.append(Facility(
            id=f"SJ{number + 1:03d}", name=f"{zh}社会救助服务点", name_en=f"{en} Relief Point", type="relief_point",
            unit_code=ground.code(street), at=ground.place(spot), functions=("relief",), opened=2020 + number % 3,
        ))  # fmt: skip
    return rows
