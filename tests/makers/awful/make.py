"""Writes the awful ledgers of this folder: ``python tests/makers/awful/make.py``. One defect a row, named in the column 缺陷.

The place is invented: 旺桥区 with three streets, four communities, and people on a 100 m grid.
"""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import shapely

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[2] / "coverage")]

from coverplan.inputs.places.coordinates import transform_points  # noqa: E402
from coverplan.inputs.places.datum import from_wgs84  # noqa: E402
from makers.ledgers import write  # noqa: E402

CORNER = (530_000.0, 3_490_000.0)
CRS = "EPSG:4549"


def place(east: float, north: float) -> tuple[float, float]:
    """Longitude and latitude of metres from the corner."""
    lon, lat = transform_points([CORNER[0] + east], [CORNER[1] + north], CRS, "EPSG:4326")
    return round(float(lon[0]), 6), round(float(lat[0]), 6)


def units() -> None:
    """Three streets of 2 km by 2 km, each with communities; two are called 新民社区居委会."""

    def box(a: int, b: int, c: int, d: int) -> shapely.Geometry:
        return shapely.box(CORNER[0] + a, CORNER[1] + b, CORNER[0] + c, CORNER[1] + d)

    rows = [
        ("990101", "旺桥区", "county", None, box(0, 0, 6000, 2000)),
        ("990101001", "东桥街道", "street", "990101", box(0, 0, 2000, 2000)),
        ("990101002", "西桥街道", "street", "990101", box(2000, 0, 4000, 2000)),
        ("990101003", "回龙镇", "town", "990101", box(4000, 0, 6000, 2000)),
        ("990101001001", "新民社区居委会", "community", "990101001", box(0, 0, 2000, 1000)),
        ("990101001002", "桥头社区居委会", "community", "990101001", box(0, 1000, 2000, 2000)),
        ("990101002001", "新民社区居委会", "community", "990101002", box(2000, 0, 4000, 2000)),
        ("990101003001", "回龙村委会", "village", "990101003", box(4000, 0, 6000, 2000)),
    ]
    frame = pd.DataFrame(rows, columns=["code", "name", "type", "parent", "geometry"])
    path = HERE / "区划.gpkg"
    path.unlink(missing_ok=True)
    gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS).to_file(path, layer="units", engine="pyogrio")


def people() -> None:
    """Ten residents, two of them 60 or over, every 200 m; a csv of a spreadsheet with a mark of its encoding."""
    east, north = np.meshgrid(np.arange(100, 6000, 200), np.arange(100, 2000, 200))
    rows = [["网格编号", "经度", "纬度", "常住人口", "60岁及以上"]]
    for number, (a, b) in enumerate(zip(east.ravel(), north.ravel(), strict=True)):
        rows.append([f"g{number:04d}", *place(float(a), float(b)), "10", "2"])
    write(HERE / "常住人口.csv", rows, encoding="utf-8-sig")


ELDER = [
    "编号",
    "机构名称",
    "机构类型",
    "所属街道",
    "社区",
    "总数",
    "护理型",
    "建筑面积（㎡）",
    "运营状态",
    "经度",
    "纬度",
    "开业时间",
    "缺陷",
]


def elder() -> None:
    """Elder care: an xlsx with a title, two rows of header, merged cells, totals, notes, and every kind of slip."""
    good = ["", "", "养老院", "东桥街道", "桥头社区", 100, 60, 4000, "运营", *place(1000, 1500), 2015, ""]

    def row(number: int, defect: str, **cells: object) -> list[object]:
        names = dict(zip(ELDER, good, strict=True)) | {
            "编号": f"Y{number:02d}",
            "机构名称": f"第{number}养老院",
            "缺陷": defect,
        }
        lon, lat = place(200 + 50 * number, 1500)
        names |= {"经度": lon, "纬度": lat} | cells
        return [names[name] for name in ELDER]

    lon, lat = place(700, 1500)
    rows = [
        row(1, ""),
        row(2, "digits", 总数="１２０"),
        row(3, "unit", 总数="300张", **{"建筑面积（㎡）": 12000}),
        row(4, "scale+unit", **{"建筑面积（㎡）": "1.2万平方米"}),
        row(5, "unit", **{"建筑面积（㎡）": "30亩"}),
        row(6, "about", 总数="约100"),
        row(7, "range", 总数="100-120"),
        row(8, "bound", 总数="100以上"),
        row(9, "numeral", 总数="一百"),
        row(10, "thousands", **{"建筑面积（㎡）": "4,000"}),
        row(11, "no_nursing_beds", 护理型="待定"),
        row(12, "not_a_number", 总数="若干"),
        row(13, "negative_number", 总数=-100),
        row(14, "not_a_number", 总数="300平方米"),
        row(15, "more_nursing_beds", 护理型=160),
        row(16, "little_floor", **{"建筑面积（㎡）": 400}),
        row(17, "date", 开业时间="2015年5月"),
        row(18, "serial", 开业时间=42125),
        row(19, "not_a_year", 开业时间="很久以前"),
        row(20, "opens_later", 开业时间=2090),
        row(21, "unknown_status", 运营状态="已建未运营"),
        row(22, "dms", 经度="120°19′30″", 纬度="31°32′20″", 所属街道="", 社区=""),
        row(23, "swapped_axes", 经度=lat, 纬度=lon),
        row(24, "zero_coordinates", 经度=0, 纬度=0),
        row(25, "without_site", 经度="", 纬度=""),
        row(26, "no_place", 经度="", 纬度="", 所属街道="", 社区=""),
        row(27, "ambiguous_unit", 所属街道="", 社区="新民社区"),
        row(28, "unknown_unit", 所属街道="东桥镇", 社区=""),
        row(29, "outside_declared_unit", 所属街道="西桥街道", 社区=""),
        row(30, "missing_id", 编号=""),
        row(31, "duplicate_id", 编号="Y01"),
        row(32, "duplicate", 机构名称="第1养老院", 经度=place(265, 1500)[0]),
        row(33, "impossible_coordinates", 经度=1203.5),
        row(34, "formula_without_value", 机构名称='=CONCATENATE("第","34养老院")'),
    ]
    book = openpyxl.Workbook()
    page = book.active
    page.title = "台账"
    page.append(["旺桥区养老服务设施台账（2025年6月）"])
    page.append(["填报单位：旺桥区民政局"])
    page.append([*ELDER[:5], "床位数", None, *ELDER[7:]])
    page.append([*[None] * 5, "总数", "护理型", *[None] * 6])
    for one in rows[:20]:
        page.append(one)
    page.append(["小计", *[None] * 4, 2000, 1200, *[None] * 6])
    page.append([*ELDER[:5], "床位数", None, *ELDER[7:]])
    for one in rows[20:]:
        page.append(one)
    page.append(["合计", *[None] * 4, 3400, 2000, *[None] * 6])
    page.append(["注：数据截至2025年6月底"])
    page.merge_cells("A1:M1")
    page.merge_cells("F3:G3")
    for letter in "ABCDEHIJKLM":
        page.merge_cells(f"{letter}3:{letter}4")
    book.create_sheet("说明").append(["本表由各街道填报"])
    book.save(HERE / "养老台账.xlsx")


def social_work() -> None:
    """Social work: GB18030 text with the coordinates of AMap in one cell, names for want of coordinates."""
    head = [
        "站点编号",
        "站点名称",
        "类型",
        "乡镇（街道）",
        "村（社区）",
        "经纬度",
        "驻站社工",
        "状态",
        "缺陷",
    ]
    rows = [head]
    for number, (street, village, east, defect) in enumerate(
        [
            ("东桥街道", "", 500, ""),
            ("西桥街道", "", 2500, ""),
            ("回龙寺镇", "", 4500, "unknown_unit"),
            ("西桥街道", "新民社区", None, "without_site"),
            ("回龙镇", "回龙村", None, "without_site"),
        ],
        1,
    ):
        pair = (
            ""
            if east is None
            else "{:.6f}，{:.6f}".format(*map(float, from_wgs84(*place(east, 600), "gcj02")))
        )
        rows.append([f"S{number}", f"社工站{number}", "社工站", street, village, pair, "2人", "运营", defect])
    write(HERE / "社工站.csv", rows, encoding="gb18030")


def cemetery() -> None:
    """Cemeteries: an old xls whose places are eastings with the number of their zone, northing first."""
    head = ["编号", "公墓名称", "类别", "镇街", "x坐标", "y坐标", "穴位总数", "剩余穴位", "缺陷"]
    x, y = 40_000_000 + CORNER[0] + 5000, CORNER[1] + 1000
    rows = [head, ["M1", "回龙公墓", "公益性公墓", "回龙镇", y, x, "1.5万", "5000穴", "zone_40"]]
    write(HERE / "公墓.xls", rows, sheet="公墓")


def children() -> None:
    """Child protection: an ods with a private place and a vague one."""
    head = ["编号", "名称", "类型", "街道", "经度", "纬度", "定位精度", "缺陷"]
    rows = [
        head,
        ["C1", "未保工作站", "未保站", "东桥街道", *place(600, 700), "门牌", ""],
        ["C2", "儿童之家", "儿童之家", "西桥街道", *place(2600, 700), "镇级", "without_site"],
    ]
    write(HERE / "未成年人保护.ods", rows, sheet="未保")


if __name__ == "__main__":
    for make in (units, people, elder, social_work, cemetery, children):
        make()
