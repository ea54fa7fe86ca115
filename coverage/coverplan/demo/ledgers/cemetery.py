"""The ledger of columbaria, public cemeteries and the funeral home."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from coverplan.demo.frame import Point
from coverplan.demo.ground import Ground
from coverplan.demo.ledgers.facility import Facility

TYPES = {
    "columbarium": "骨灰堂",
    "public_cemetery": "公益性公墓",
    "funeral_home": "殡仪馆",
    "funeral_station": "殡仪服务站",
}
# street number, niches, niches left (None: unknown), year opened
COLUMBARIA = ((0, 9_000, 260, 2006), (1, 14_000, 3_900, 2014), (2, 12_000, None, 2011), (4, 19_000, 8_700, 2019),
              (5, 8_000, 410, 2004))  # fmt: skip
CEMETERIES = ((1, 22_000, 5_200, 2001, "砚山", "Yanshan"), (5, 16_000, None, 1998, "湖东", "Hudong"))
#: How far a second hall stands from the first.
HALL_M = 90.0
RURAL = ("farm", "village", "industry")


def cemetery(ground: Ground) -> list[Facility]:
    """Five columbaria and one's second hall, two cemeteries, a funeral home for the district; the works' street has none of its own."""
    rows = []
    for number, (street, niches, left, opened) in enumerate(COLUMBARIA):
        unit = ground.streets[street]
        zh, en = ground.name(unit)
        spot = ground.chooser.choose(units=ground.below(unit), uses=RURAL)
        serves = (ground.code(unit), ground.code(ground.streets[3])) if street == 2 else ()
        rows.append(Facility(
            id=f"GH{number + 1:03d}", name=f"{zh}骨灰堂", name_en=f"{en} Columbarium", type="columbarium",
            unit_code=ground.code(unit), at=ground.place(spot), serves=serves, niches=niches, niches_left=left,
            opened=opened, floor_area_m2=None if number == 4 else niches // 12 + 300, land_m2=niches // 4,
        ))  # fmt: skip
    for number, (street, niches, left, opened, zh, en) in enumerate(CEMETERIES):
        unit = ground.streets[street]
        spot = ground.chooser.choose(units=ground.below(unit), uses=("farm",))
        rows.append(Facility(
            id=f"GM{number + 1:03d}", name=f"{zh}公益性公墓", name_en=f"{en} Public Cemetery", type="public_cemetery",
            unit_code=ground.code(unit), at=ground.place(spot), niches=niches, niches_left=left, opened=opened,
            land_m2=niches * 3,
        ))  # fmt: skip
    rows.append(_second_hall(rows[0], niches=6_000, opens=2026))
    spot = ground.chooser.choose(units=ground.below(ground.streets[3]), uses=("industry",))
    rows.append(Facility(
        id="BY001", name="澄湾区殡仪馆", name_en="Chengwan Funeral Home", type="funeral_home",
        unit_code=ground.code(ground.streets[3]), at=ground.place(spot), serves=(ground.code(0),), opened=1996,
        floor_area_m2=5_200, land_m2=31_000, staff=38,
    ))  # fmt: skip
    return rows


def _second_hall(first: Facility, *, niches: int, opens: int) -> Facility:
    """A hall that is being built beside a columbarium that is nearly full."""
    x, y = cast("Point", first.at)  # every columbarium of this ledger has its place
    return replace(
        first, at=(x + HALL_M, y), id=f"GH{len(COLUMBARIA) + 1:03d}", name=f"{first.name}二期", name_en=f"{first.name_en}, second hall",
        status="building", opened=opens, niches=niches, niches_left=None, floor_area_m2=niches // 12 + 300,
        land_m2=niches // 4, funded=True,
    )  # fmt: skip
