"""The ledger of community centres and other places of civil affairs."""

from __future__ import annotations

from coverplan.demo.ground import Ground, rounded
from coverplan.demo.ledgers.facility import Facility

TYPES = {
    "community_centre": "社区综合服务设施",
    "volunteer_point": "志愿服务站点",
    "marriage_registry": "婚姻登记机关",
    "rescue_station": "救助管理机构",
}
WITHOUT_CENTRE = 4  # communities that have none yet


def civic(ground: Ground) -> list[Facility]:
    """All rows of the ledger; notes the centres' spots for layers that share their premises."""
    return [*_centres(ground), *_volunteer_points(ground), *_offices(ground)]


def _centres(ground: Ground) -> list[Facility]:
    """A centre in nearly every community; one serves two."""
    units = ground.communities
    order = [int(units[at]) for at in ground.rng.permutation(len(units))]
    without = set(order[:WITHOUT_CENTRE])
    guest = next(unit for unit in order[WITHOUT_CENTRE:] if unit - 1 in units and unit - 1 not in without)
    rows: list[Facility] = []
    for unit in units:
        if unit in without or unit == guest:
            continue
        spot = ground.chooser.choose(units=[unit], classes=("tertiary", "residential", "living_street"),
                                     weight=ground.spots.people)  # fmt: skip
        ground.centre[unit] = spot
        zh, en = ground.name(unit)
        homes = ground.households(unit)
        area = rounded(max(180.0, homes / 100.0 * float(ground.rng.lognormal(3.35, 0.42))), 10)
        village = ground.district.units.at[unit, "type"] == "village"
        rows.append(Facility(
            id=f"SQ{len(rows) + 1:03d}", name=f"{zh}{'村' if village else '社区'}综合服务中心",
            name_en=f"{en} {'Village' if village else 'Community'} Service Centre", type="community_centre",
            unit_code=ground.code(unit), at=ground.place(spot), premises_id=premises_of(unit),
            serves=(ground.code(unit), ground.code(guest)) if unit == guest - 1 else (),
            opened=ground.perhaps(int(ground.rng.integers(1998, 2024)), 0.88),
            floor_area_m2=ground.perhaps(area, 0.94),
        ))  # fmt: skip
    return rows


def premises_of(unit: int) -> str:
    """Id of the building of a community's centre."""
    return f"CS{unit:03d}"


def _volunteer_points(ground: Ground) -> list[Facility]:
    """Volunteer points: mostly in the community centre, some in a place of their own."""
    rows: list[Facility] = []
    for unit in ground.communities:
        if ground.rng.random() > 0.62:
            continue
        inside = unit in ground.centre and ground.rng.random() < 0.8
        spot = (
            ground.centre[unit] if inside else ground.chooser.choose(units=[unit], weight=ground.spots.people)
        )
        zh, en = ground.name(unit)
        rows.append(Facility(
            id=f"ZY{len(rows) + 1:03d}", name=f"{zh}志愿服务站", name_en=f"{en} Volunteer Point",
            type="volunteer_point", unit_code=ground.code(unit), at=ground.place(spot),
            premises_id=premises_of(unit) if inside else None, opened=ground.perhaps(int(ground.rng.integers(2014, 2025)), 0.7),
        ))  # fmt: skip
    return rows


def _offices(ground: Ground) -> list[Facility]:
    """The district's registry, and its rescue station, whose place is not published."""
    registry = ground.chooser.choose(units=ground.below(ground.streets[0]), classes=("primary", "secondary"))
    rescue = ground.chooser.choose(
        units=ground.below(ground.streets[3]), classes=("tertiary", "unclassified")
    )
    return [
        Facility(
            id="HY001", name="澄湾区婚姻登记处", name_en="Chengwan Marriage Registry", type="marriage_registry",
            unit_code=ground.code(0), at=ground.place(registry), opened=2011, floor_area_m2=850, staff=9,
        ),
        Facility(
            id="JZ001", name="澄湾区救助管理站", name_en="Chengwan Rescue Station", type="rescue_station",
            unit_code=ground.code(0), at=ground.place(rescue), opened=2009, floor_area_m2=1_900, beds=60, public=False,
        ),
    ]  # fmt: skip
