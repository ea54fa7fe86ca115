"""A ledger of 200,000 rows: how long `coverplan check` takes with all its files, and how much memory, by hand.

    python bench/large_ledger.py [ROWS] [FOLDER]

Every fifth row has something that must be repaired, and every twentieth one that cannot be used or looks wrong: the
share of the awful ledgers would be higher, that of a bureau's ledger is lower. Prints processor seconds of each step
and the largest memory of the process.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from openpyxl import Workbook

from coverplan.setup.check_files import summary_lines, write_check
from coverplan.setup.study_check import check_study

HEAD = (
    "编号",
    "名称",
    "类型",
    "状态",
    "所属街道",
    "经度",
    "纬度",
    "床位",
    "护理床位",
    "建筑面积",
    "开办日期",
    "备注",
)
TOWNS = 20
STUDY = """\
name: 大台账
crs: EPSG:4549
as_of: 2025-06-30
units:
  file: units.gpkg
population:
  file: people.csv
  base: resident
  x: x
  y: y
  datum: wgs84
  groups: {total: people}
facilities:
- layer: elder_care
  file: ledger.xlsx
  datum: wgs84
  public: true
"""


def write_study(folder: Path, rows: int) -> Path:
    """Study of twenty towns with a ledger of `rows` rows."""
    random = np.random.default_rng(6)
    boxes = [shapely.box(120.3 + 0.01 * (i % 5), 31.5 + 0.01 * (i // 5), 120.31 + 0.01 * (i % 5), 31.51 + 0.01 * (i // 5)) for i in range(TOWNS)]  # fmt: skip
    codes = [f"3202141{i:02d}" for i in range(TOWNS)]
    names = [f"第{i + 1}街道" for i in range(TOWNS)]
    units = gpd.GeoDataFrame(
        {"code": codes, "name": names, "type": "street", "parent": None}, geometry=boxes, crs=4326
    )
    units.to_file(folder / "units.gpkg")
    x, y = random.uniform(120.3, 120.35, 2_000), random.uniform(31.5, 31.54, 2_000)
    people = "\n".join(f"{a:.6f},{b:.6f},{10}" for a, b in zip(x, y, strict=True))
    (folder / "people.csv").write_text(f"x,y,people\n{people}\n", encoding="utf-8")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    sheet.append(HEAD)
    town = random.integers(0, TOWNS, rows)
    lon = 120.3 + 0.01 * (town % 5) + random.uniform(0.0005, 0.0095, rows)
    lat = 31.5 + 0.01 * (town // 5) + random.uniform(0.0005, 0.0095, rows)
    beds = random.integers(10, 200, rows)
    for i in range(rows):
        messy, bad = i % 5 == 0, i % 20 == 7
        sheet.append(
            (
                f"Y{i:06d}", f"第{i}养老院", "敬老院" if i % 3 else "日间照料中心", "运营" if i % 7 else "在建",
                names[town[i]], "待定" if bad and i % 40 == 7 else round(float(lon[i]), 6), round(float(lat[i]), 6),
                f"{beds[i]}张" if messy else int(beds[i]), int(beds[i]) // 2 if not bad else int(beds[i]) + 5,
                f"{beds[i] * 40}平方米" if messy else int(beds[i]) * 40,
                "2015年3月" if messy else "2015-03-01", f"备注{i % 100}",
            )
        )  # fmt: skip
    book.save(folder / "ledger.xlsx")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    return folder / "study.yaml"


def main(rows: int, folder: Path) -> None:
    study = folder / "study.yaml" if (folder / "study.yaml").is_file() else write_study(folder, rows)
    start = time.process_time()
    check = check_study(study)
    read = time.process_time()
    lines = summary_lines(check, "zh")
    write_check(check, folder / "out", language="zh")
    done = time.process_time()
    print("\n".join(lines[:4]))
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"read and checked {read - start:.1f} s, written {done - read:.1f} s of processor; {largest:.2f} GB"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        main(
            int(sys.argv[1]) if len(sys.argv) > 1 else 200_000,
            Path(sys.argv[2]) if len(sys.argv) > 2 else Path(place),
        )
