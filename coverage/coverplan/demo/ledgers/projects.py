"""The list of promised projects: what is to open, when, with how much money, and whether the money is there."""

from __future__ import annotations

from coverplan.demo.frame import lon_lat
from coverplan.demo.ground import Ground
from coverplan.demo.ledgers import elder_care, social_work
from coverplan.demo.ledgers.facility import YES_NO

# our word for each column, and the office's
FIELDS = {
    "id": "项目编号", "name": "项目名称", "name_en": "英文名称", "layer": "图层", "type": "类型", "nature": "建设性质",
    "unit_code": "所属单位代码", "started": "开工年份", "opened": "启用年份", "beds": "床位数",
    "nursing_beds": "护理型床位数", "floor_area_m2": "建筑面积（平方米）", "cost": "总投资（万元）", "funded": "资金落实",
    "x": "经度", "y": "纬度", "precision": "定位精度", "source": "数据来源",
}  # fmt: skip
# name, layer, type, nature, street number, start, opens, beds, nursing beds, floor area, cost, funded;
# None is unknown: a promise without a figure
PROJECTS = (
    ("望蘋街道综合养老服务中心", "Wangpin Comprehensive Elder-care Centre", "elder_care", "town_centre", "新建", 4, 2025, 2027, 60, 48, 2_600, 2_150, True),
    ("菱湖湾街道综合养老服务中心", "Linghuwan Comprehensive Elder-care Centre", "elder_care", "town_centre", "改建", 5, 2027, 2029, 40, 30, 1_800, 980, False),
    ("砚山街道综合养老服务中心", "Yanshan Comprehensive Elder-care Centre", "elder_care", "town_centre", "新建", 3, 2026, None, None, None, None, None, False),
    ("望蘋养老院", "Wangpin Care Home", "elder_care", "institution", "新建", 4, 2025, 2027, 300, 255, 12_000, 9_600, True),
    ("安澜养老院护理楼", "Anlan Nursing Wing", "elder_care", "institution", "扩建", 1, 2026, 2028, 120, 120, 4_900, 4_300, False),
    ("北区新城养老服务站", "North New Town Elder-care Station", "elder_care", "community_station", "新建", 2, 2025, 2026, None, None, 360, 150, True),
    ("西区新城养老服务站", "West New Town Elder-care Station", "elder_care", "community_station", "新建", 1, 2026, 2027, None, None, 420, 170, True),
    ("南区新城养老服务站", "South New Town Elder-care Station", "elder_care", "community_station", "新建", 4, 2026, 2028, None, None, 400, None, False),
    ("菱湖湾街道社工站", "Linghuwan Social-work Station", "social_work", "station", "改建", 5, 2026, 2027, None, None, 240, 60, True),
    ("澄北街道未成年人保护工作站", "Chengbei Child-protection Station", "child_protection", "protection_station", "改建", 2, 2025, 2026, None, None, 180, 45, True),
    ("砚山街道未成年人保护工作站", "Yanshan Child-protection Station", "child_protection", "protection_station", "改建", 3, 2027, 2029, None, None, 160, 45, False),
)  # fmt: skip
_WORDS = elder_care.TYPES | social_work.TYPES | {"protection_station": "未成年人保护工作站"}
TYPES = {kind: _WORDS[kind] for kind in sorted({project[3] for project in PROJECTS})}


def project_rows(ground: Ground) -> list[list[object]]:
    """The header and one row for each project; none of them stands in a ledger."""
    rows: list[list[object]] = [list(FIELDS.values())]
    for number, (zh, en, layer, kind, nature, street, start, opens, *sizes, cost, funded) in enumerate(
        PROJECTS
    ):
        unit = ground.streets[street]
        use = ("new",) if kind.endswith("station") and layer == "elder_care" else None
        spot = ground.chooser.choose(units=ground.below(unit), uses=use, weight=ground.spots.elders)
        lon, lat = lon_lat(ground.spots.x[[spot]], ground.spots.y[[spot]])
        placed = opens is not None
        rows.append([
            f"XM{number + 1:03d}", zh, en, layer, TYPES[kind], nature, ground.code(unit), start, opens, *sizes,
            cost, YES_NO[bool(funded)], float(lon[0]) if placed else None, float(lat[0]) if placed else None,
            "site" if placed else "town", "虚构数据",
        ])  # fmt: skip
    return rows
