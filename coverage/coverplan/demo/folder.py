"""The study folder: every part of the district in its file."""

from __future__ import annotations

from importlib.resources import files as package_files
from pathlib import Path

import numpy as np
import pandas as pd

from coverplan.demo.district import District
from coverplan.demo.files import SYNTHETIC, write_layers, write_raster, write_workbook
from coverplan.demo.ground import Ground, make_ground
from coverplan.demo.land import base_layers, exclusions, vacant_buildings
from coverplan.demo.ledgers import cemetery, child_protection, civic, elder_care, social_work
from coverplan.demo.ledgers.facility import Facility, ledger_rows
from coverplan.demo.ledgers.projects import project_rows
from coverplan.demo.people import CELL_M
from coverplan.demo.study_file import Ledger, write_study
from coverplan.demo.terrain import DEM_CELL_M, DEM_MARGIN_M, elevation_m

NOTE = [
    ["说明", "note"],
    [SYNTHETIC, "coverplan demo build"],
    ["坐标系：WGS84 经纬度", "datum: WGS84 longitude and latitude"],
    ["空白表示未知", "blank means unknown"],
]


def write_district(district: District, folder: Path, *, seed: int) -> None:
    """Every file of the study."""
    (folder / "ledgers").mkdir(parents=True, exist_ok=True)
    units = district.units.assign(synthetic=True)
    write_layers(folder / "units.gpkg", {"units": units})
    write_layers(folder / "streets.gpkg", {"streets": street_table(district.streets)})
    write_layers(folder / "base.gpkg", base_layers(district))
    cells = {group: values.astype(np.uint16) for group, values in district.population.groups.items()}
    write_raster(folder / "population.tif", cells, cell_m=CELL_M, nodata=None)
    write_raster(
        folder / "dem.tif",
        {"elevation_m": elevation_m()},
        cell_m=DEM_CELL_M,
        nodata=-9_999.0,
        margin_m=DEM_MARGIN_M,
    )
    ground = make_ground(district, seed=seed)
    ledgers = write_ledgers(folder, ground)
    write_workbook(folder / "ledgers/projects.xlsx", {"项目库": project_rows(ground), "说明": NOTE})
    write_layers(folder / "exclusions.gpkg", {"exclusions": exclusions(district, seed=seed)})
    write_layers(folder / "candidates.gpkg", {"vacant_buildings": vacant_buildings(ground)})
    costs = package_files("coverplan.demo").joinpath("costs.yaml").read_text(encoding="utf-8")
    (folder / "costs.yaml").write_text(costs, encoding="utf-8", newline="\n")
    write_study(folder / "study.yaml", ledgers)


def street_table(streets: pd.DataFrame) -> pd.DataFrame:
    """Streets with the columns and words of OpenStreetMap; what is not posted is left empty (R15)."""
    words = {True: "yes", False: "no"}
    speed = streets["maxspeed_kmh"].astype("Int32").mask(streets["maxspeed_kmh"] == 0)
    return pd.DataFrame(
        {
            "highway": streets["highway"],
            "name": streets["name"].replace("", None),
            "name_en": streets["name_en"].replace("", None),
            "bridge": streets["bridge"].map(words),
            "tunnel": streets["tunnel"].map(words),
            "oneway": streets["oneway"].map(words),
            "maxspeed": speed,
            "geometry": streets["geometry"],
        }
    )


def write_ledgers(folder: Path, ground: Ground) -> list[Ledger]:
    """The workbooks of the five layers; one of them is kept in English."""
    # the civic ledger comes first: others move into the premises of its centres
    rows: dict[str, tuple[str, list[Facility], dict[str, str]]] = {
        "civic": ("社区综合服务设施", civic.civic(ground), civic.TYPES),
        "elder_care": ("养老服务设施", elder_care.elder_care(ground), elder_care.TYPES),
        "social_work": ("社工站点", social_work.social_work(ground), social_work.TYPES),
        "child_protection": (
            "child protection", child_protection.child_protection(ground), child_protection.TYPES,
        ),
        "cemetery": ("殡葬设施", cemetery.cemetery(ground), cemetery.TYPES),
    }  # fmt: skip
    ledgers = []
    for layer, (sheet, facilities, types) in sorted(rows.items()):
        english = layer == "child_protection"
        table = ledger_rows(facilities, types, english=english)
        file = f"ledgers/{layer}.xlsx"
        write_workbook(folder / file, {sheet: table, "说明": NOTE})
        header = [str(name) for name in table[0]]
        ledgers.append(Ledger(layer, file, sheet, None if english else types, header))
    return ledgers
