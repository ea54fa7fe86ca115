"""Suspicions: one planted slip each, and silence about a clean ledger."""

from __future__ import annotations

import geopandas as gpd
import pyproj
import pytest
import shapely

from coverplan.errors import Problems
from coverplan.inputs.ledgers.facility_table import read_ledger
from coverplan.inputs.ledgers.suspicion import counted, suspicions
from coverplan.inputs.places.coordinates import transform_points
from coverplan.scenario.study_file import FacilityLayer
from makers.ledgers import CLEAN, HEADER, UNITS, write

CRS = pyproj.CRS.from_epsg(4549)
X, Y = (float(value[0]) for value in transform_points([120.35], [31.55], "EPSG:4326", CRS))
#: The street 旺庄街道 is a square of 2 km around the clean row.
OUTLINES = gpd.GeoDataFrame(
    UNITS.assign(
        geometry=[None, shapely.box(X - 1000, Y - 1000, X + 1000, Y + 1000), None, None, None, None]
    ),
    geometry="geometry",
    crs=CRS,
)
LAKE = gpd.GeoSeries([shapely.box(X + 400, Y - 50, X + 600, Y + 50)], crs=CRS)


def found(folder, *rows):
    write(folder / "a.csv", [HEADER, CLEAN, *rows])
    ledger = read_ledger(
        FacilityLayer(file="a.csv", layer="elder_care", datum="wgs84"),
        folder,
        crs=CRS,
        problems=Problems(),
        units=UNITS,
    )
    return suspicions(ledger, units=OUTLINES, avoid={"water": LAKE}, year=2025)


def changed(**cells):
    return [
        cells.get(name, value)
        for name, value in zip(HEADER, ["A2", "康乐中心", *CLEAN[2:8], 120.352, *CLEAN[9:]], strict=True)
    ]


def test_a_clean_ledger_is_not_suspected(tmp_path):
    assert found(tmp_path, changed()) == []


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"护理床位": 101}, "more_nursing_beds"),
        ({"护理床位": ""}, "no_nursing_beds"),
        ({"建筑面积": 2400}, "little_floor"),
        ({"开业时间": 2026}, "opens_later"),
        ({"机构名称": "幸福 养老院", "经度": 120.3501}, "duplicate"),
        ({"经度": 120.37}, "outside_declared_unit"),
        ({"经度": 120.3552}, "in_water"),
    ],
)
def test_one_slip_is_one_suspicion_in_its_row(tmp_path, cells, code):
    slips = found(tmp_path, changed(**cells))
    assert [(one.problem.code, one.problem.line, one.refused) for one in slips] == [(code, 3, False)]


def test_three_on_one_spot(tmp_path):
    slips = found(
        tmp_path, changed(机构名称="一", 经度=120.35), changed(编号="A3", 机构名称="二", 经度=120.35)
    )
    assert counted(slips) == {"same_spot": 3}


def test_floor_is_flagged_below_25_and_not_at_25(tmp_path):
    assert found(tmp_path, changed(建筑面积=2500)) == []
