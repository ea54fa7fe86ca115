"""The demo study as it stands in the repository, read once."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import rasterio

from coverplan.errors import Problems
from coverplan.ground.units_tree import UnitTree
from coverplan.inputs.ledgers.unit_table import read_units
from coverplan.scenario.study_file import Units


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    return Path(__file__).resolve().parents[2] / "data" / "demo"


@pytest.fixture(scope="session")
def units(demo_folder):
    return gpd.read_file(demo_folder / "units.gpkg").set_index("code")


@pytest.fixture(scope="session")
def unit_tree(demo_folder):
    problems = Problems()
    table = read_units(Units(file="units.gpkg"), demo_folder, crs=None, problems=problems)
    problems.raise_if_errors()
    return UnitTree(table)


@pytest.fixture(scope="session")
def cells(demo_folder):
    """Populated cells: a point each with the people of every band."""
    with rasterio.open(demo_folder / "population.tif") as raster:
        bands = dict(zip(raster.descriptions, raster.read().astype("int64"), strict=True))
        rows, columns = bands["total"].nonzero()
        x, y = raster.xy(rows, columns)
        people = {group: band[rows, columns] for group, band in bands.items()}
        return gpd.GeoDataFrame(people, geometry=gpd.points_from_xy(x, y), crs=raster.crs)


@pytest.fixture(scope="session")
def streets(demo_folder):
    return gpd.read_file(demo_folder / "streets.gpkg")


@pytest.fixture(scope="session")
def base(demo_folder):
    names = ("water", "railway", "green", "built_up", "walls")
    return {name: gpd.read_file(demo_folder / "base.gpkg", layer=name) for name in names}
