"""Degrees that are minutes and seconds, and people in a shifted datum: said by the check, never converted."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
import yaml

from coverplan.inputs.places.coordinate_digits import surely_packed, unpacked_degrees
from coverplan.inputs.places.datum import from_wgs84
from coverplan.setup.study_check import check_study

TOWN = (120.51, 31.76, 120.55, 31.79)


def packed(degrees):
    """As surveyors key it in: 120.3045 for 120 degrees, 30 minutes, 45 seconds."""
    seconds = round(degrees * 3600)
    return f"{seconds // 3600}.{seconds // 60 % 60:02}{seconds % 60:02}"


def write_study(folder, homes, sites, *, people_datum="wgs84"):
    box = shapely.box(*TOWN)
    units = gpd.GeoDataFrame(
        {"code": ["1"], "name": ["南桥街道"], "type": ["street"]}, geometry=[box], crs=4326
    )
    units.to_file(folder / "units.gpkg")
    people = "\n".join(f"{x},{y},10" for x, y in homes)
    (folder / "people.csv").write_text(f"x,y,people\n{people}\n")
    rows = "\n".join(f"E{at},站{at},{x},{y},南桥街道" for at, (x, y) in enumerate(sites))
    (folder / "sites.csv").write_text(f"编号,名称,经度,纬度,街道\n{rows}\n", encoding="utf-8")
    study = {
        "name": "甲", "crs": "EPSG:4549", "units": {"file": "units.gpkg"},
        "population": {"file": "people.csv", "base": "resident", "x": "x", "y": "y", "datum": people_datum, "groups": {"total": "people"}},
        "facilities": [{"layer": "elder_care", "file": "sites.csv", "datum": "wgs84", "type": "day_care", "public": True}],
    }  # fmt: skip
    (folder / "study.yaml").write_text(yaml.safe_dump(study, allow_unicode=True), encoding="utf-8")
    return folder / "study.yaml"


def places(count, seed=0):
    random = np.random.default_rng(seed)
    west, south, east, north = TOWN
    return random.uniform(west, east, count), random.uniform(south, north, count)


def told(check, *codes):
    return [(p.code, p.file.name) for p in check.problems if p.code in codes]


@pytest.mark.parametrize("swapped", [False, True])
def test_a_ledger_in_degrees_minutes_and_seconds_is_said(tmp_path, swapped):
    pairs = [(packed(x), packed(y)) for x, y in zip(*places(4), strict=True)]
    sites = [(y, x) for x, y in pairs] if swapped else pairs
    homes = [(f"{x:.6f}", f"{y:.6f}") for x, y in zip(*places(30, 1), strict=True)]
    check = check_study(write_study(tmp_path, homes, sites))
    assert told(check, "packed_degrees") == [("packed_degrees", "sites.csv")]
    found = next(p for p in check.problems if p.code == "packed_degrees")
    assert found.details["printed"] == ", ".join(sites[0])


def test_people_in_degrees_minutes_and_seconds_are_said_and_decimal_ones_are_not(tmp_path):
    homes = [(packed(x), packed(y)) for x, y in zip(*places(40), strict=True)]
    sites = [(f"{x:.4f}", f"{y:.4f}") for x, y in zip(*places(5, 1), strict=True)]
    check = check_study(write_study(tmp_path, homes, sites))
    assert told(check, "packed_degrees") == [("packed_degrees", "people.csv")]


def _abroad(folder, *, sites, homes=None, written="wgs84"):
    """A study in São Paulo; `sites` as rows of text below their head, or a layer."""
    west, south = -46.64, -23.56
    boxes = [shapely.box(west, south, west + 0.02, south + 0.03)]
    units = gpd.GeoDataFrame({"code": ["1"], "name": ["Sé"], "type": ["town"]}, geometry=boxes, crs=4326)
    units.to_file(folder / "units.gpkg")
    homes = homes or [(west + 0.001 * at, south + 0.001 * at) for at in range(1, 20)]
    (folder / "people.csv").write_text("x,y,people\n" + "".join(f"{x:.6f},{y:.6f},10\n" for x, y in homes))
    if isinstance(sites, str):
        (folder / "sites.csv").write_text(sites, encoding="utf-8")
    else:
        sites.to_file(folder / "sites.geojson")
    system = {"crs": written} if written.startswith("EPSG") else {"datum": written}
    entry = {"file": "sites.csv", **system} if isinstance(sites, str) else {"file": "sites.geojson"}
    study = {
        "name": "SP", "crs": "EPSG:31983", "units": {"file": "units.gpkg"},
        "population": {"file": "people.csv", "base": "resident", "x": "x", "y": "y", "datum": "wgs84", "groups": {"total": "people"}},
        "facilities": [{"layer": "elder_care", "public": True, **entry}],
    }  # fmt: skip
    (folder / "study.yaml").write_text(yaml.safe_dump(study, allow_unicode=True), encoding="utf-8")
    return told(check_study(folder / "study.yaml"), "axes_swapped")


_SITES = [(-46.63 + 0.002 * at, -23.55 + 0.003 * at) for at in range(4)]


def _table(head, cells):
    return f"id,name,{head}\n" + "".join(f"{at},Casa {at},{cell}\n" for at, cell in enumerate(cells))


@pytest.mark.parametrize("swapped", [True, False])
def test_degrees_elsewhere_that_are_swapped_are_said_to_be(tmp_path, swapped):
    """Both are between -90 and 90 there, so that nothing but the study's place tells."""
    sides = [(y, x) if swapped else (x, y) for x, y in _SITES]
    expected = [("axes_swapped", "sites.csv")] * swapped
    (tmp_path / "two").mkdir()
    assert (
        _abroad(tmp_path / "two", sites=_table("lon,lat", [f"{x:.6f},{y:.6f}" for x, y in sides])) == expected
    )
    (tmp_path / "one").mkdir()
    one = _table("coordinates", [f'"{x:.6f},{y:.6f}"' for x, y in sides])
    assert _abroad(tmp_path / "one", sites=one) == expected


def test_layers_metres_and_people_that_are_swapped_are_said_to_be(tmp_path):
    plain = _table("lon,lat", [f"{x:.6f},{y:.6f}" for x, y in _SITES])
    points = shapely.points(_SITES)
    layer = gpd.GeoDataFrame(
        {"name": ["a", "b", "c", "d"]}, geometry=shapely.points([(y, x) for x, y in _SITES]), crs=4326
    )
    metres = gpd.GeoSeries(points, crs=4326).to_crs(31983)
    rows = _table("lon,lat", [f"{point.y:.1f},{point.x:.1f}" for point in metres])
    for name, given, expected in (
        ("layer", {"sites": layer}, "sites.geojson"),
        ("metres", {"sites": rows, "written": "EPSG:31983"}, "sites.csv"),
        (
            "people",
            {"sites": plain, "homes": [(-23.55, -46.63 + 0.001 * at) for at in range(9)]},
            "people.csv",
        ),
    ):
        (tmp_path / name).mkdir()
        assert _abroad(tmp_path / name, **given) == [("axes_swapped", expected)]


@pytest.mark.parametrize("seed", range(4))
def test_decimal_degrees_are_never_taken_for_packed_ones(seed):
    lon, lat = ([f"{v:.6f}" for v in axis] for axis in places(30, seed))
    assert not surely_packed(lon, lat)
    # a grid whose cells stand five thousandths apart
    assert not surely_packed(
        [f"{120 + 0.005 * n:.4f}" for n in range(60)], [f"{31 + 0.005 * n:.4f}" for n in range(60)]
    )


def test_packed_degrees_are_what_they_say():
    assert unpacked_degrees(["120.3045", "31.4530", "-0.3000"]).tolist() == pytest.approx(
        [120.5125, 31.758333333, -0.5]
    )
    assert unpacked_degrees(["120.304512"])[0] == pytest.approx(120 + 30 / 60 + 45.12 / 3600)
    assert unpacked_degrees(["120.3075"]) is None
    assert unpacked_degrees(["120.3"]) is None


@pytest.mark.parametrize("truth", ["gcj02", "bd09", "wgs84"])
def test_people_in_a_shifted_datum_are_told_by_the_border(tmp_path, truth):
    lon, lat = places(2_000)
    x, y = (lon, lat) if truth == "wgs84" else from_wgs84(lon, lat, truth)
    homes = [(f"{a:.6f}", f"{b:.6f}") for a, b in zip(x, y, strict=True)]
    sites = [("120.53", "31.77")]
    study = write_study(tmp_path, homes, sites)
    expected = [] if truth == "wgs84" else [("datum_differs", "people.csv")]
    assert told(check_study(study), "datum_differs") == expected
    if truth != "wgs84":
        assert not told(check_study(write_study(tmp_path, homes, sites, people_datum=truth)), "datum_differs")
