"""Damaged inputs of every kind through a whole run, and mutated ledgers in which no row may be lost."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from run import Slips, attempt

import coverplan
from coverplan.errors import Problems
from coverplan.inputs.ledgers.facility_table import read_ledger
from coverplan.scenario.study_file import FacilityLayer
from makers import toyfiles
from makers.ledgers import CLEAN, HEADER, UNITS, write
from towns import toytown

CELLS = (
    "1.5万", "约30", "-5", "３０", "三十", "30张", "无", "不详", "/", "1,200", "1e308", "=1+1", "2019年5月", "20190532", "东经121°30′", "31.2,121.5",
    "0", "nan", "true", "\u200b12", "A!1", "A'1", "x" * 500, "", " ", "合计", "同上", "4.4E+17", "1/0", "未定", "五星", "保密", "关闭", "\n",
)  # fmt: skip


def town(folder: Path) -> Path:
    """A town with an input of every kind."""
    path = toyfiles.write_town(
        folder,
        study={
            "elevation": {"file": "dem.tif"},
            "base": {"water": {"file": "water.geojson"}},
            "barriers": [{"file": "walls.shp"}],
            "population": {"file": "people.tif", "base": "resident", "groups": {"total": 1}},
        },
        scenario={"standards": [{"layer": "elder_care", "groups": ["total"], "minutes": 4}]},
    )
    far = gpd.GeoDataFrame(geometry=[shapely.box(500_000, 3_501_000, 500_010, 3_501_010)], crs=toytown.CRS)
    far.to_file(folder / "walls.shp", engine="pyogrio")
    far.to_crs(4326).to_file(folder / "water.geojson", engine="pyogrio")
    for name, value in (("dem.tif", 0.0), ("people.tif", 2.0)):
        with rasterio.open(
            folder / name, "w", driver="GTiff", height=30, width=30, count=1, dtype="float32", crs=toytown.CRS,
            transform=rasterio.Affine(40, 0, 499_500, 0, -40, 3_500_900),
        ) as target:  # fmt: skip
            target.write(np.full((1, 30, 30), value, dtype=np.float32))
    return path


def damaged(random_: random.Random, content: bytes) -> bytes:
    """Cut, doubled, filled, flipped, or with numbers of its text changed."""
    if not content:
        return b"x"
    at, until = sorted(random_.randrange(len(content) + 1) for _ in range(2))
    how = random_.randrange(7)
    whole = {
        0: content[:at],
        1: content[:at] + content[until:],
        2: content + content[at:until],
        3: content[:at] + bytes(until - at) + content[until:],
        4: random_.randbytes(min(len(content), 4_096)),
    }
    if how in whole:
        return whole[how]
    changed = bytearray(content)
    for _ in range(random_.choice((1, 4, 40))):
        changed[random_.randrange(len(changed))] = (
            random_.randrange(256) if how == 5 else random_.choice(b'0123456789-.eE,<>"')
        )
    return bytes(changed)


def attack_inputs(random_: random.Random, count: int, folder: Path, slips: Slips) -> int:
    good = town(folder / "good")
    names = sorted(path.name for path in good.parent.iterdir() if path.suffix != ".yaml")
    bad = folder / "bad"
    for number in range(count):
        shutil.copytree(good.parent, bad)
        name = random_.choice(names)
        (bad / name).write_bytes(damaged(random_, (bad / name).read_bytes()))
        scenario = bad / good.name
        attempt(lambda scenario=scenario: coverplan.run(scenario, write=False), slips, f"{number} {name}")
        shutil.rmtree(bad)
    return count


def attack_ledgers(random_: random.Random, count: int, folder: Path, slips: Slips) -> int:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        rows = [["台账"], [*HEADER]] if random_.random() < 0.5 else [[*HEADER]]
        random_.shuffle(rows[-1]) if random_.random() < 0.3 else None
        for _ in range(random_.randrange(1, 12)):
            row = [*CLEAN]
            for _ in range(random_.choice((0, 1, 1, 2, 5))):
                row[random_.randrange(len(row))] = random_.choice(CELLS)
            rows.append(row[: random_.randrange(1, len(row) + 1)] if random_.random() < 0.1 else row)
        path = write(folder / f"a{random_.choice(('.csv', '.xlsx', '.xls', '.ods'))}", rows)
        if random_.random() < 0.2:
            path.write_bytes(damaged(random_, path.read_bytes()))
        problems = Problems()
        layer = FacilityLayer(file=path.name, layer="elder_care", datum="gcj02")
        found = attempt(
            lambda layer=layer, problems=problems: read_ledger(layer, folder, crs=pyproj_crs(), problems=problems, units=UNITS),
            slips, f"{number} {path.suffix}",
        )  # fmt: skip
        if found is None:
            if not problems.errors and not slips.found["traceback"]:
                slips.add("refused without a reason", f"{number} {path.suffix}")
        elif len(found.rows) + len(found.quarantined) + found.left_out != found.table.read:
            slips.add("lost row", f"{number} {path.suffix}")
    return count


def pyproj_crs():
    import pyproj

    return pyproj.CRS.from_epsg(4549)
