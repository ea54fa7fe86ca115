"""Where points lie and how systems share their ways: answers that may not depend on how they are looked for."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from coverplan.ground.transformers import transformer
from coverplan.ground.units_tree import OUTSIDE, UnitTree


def nested_units() -> UnitTree:
    """A county of 4 x 4 towns with borders that many points lie on, one town without an outline."""
    towns = [shapely.box(x, y, x + 10, y + 10) for y in range(0, 40, 10) for x in range(0, 40, 10)]
    towns[5] = None
    codes = ["1", *(f"1{at:02d}" for at in range(16))]
    return UnitTree(
        gpd.GeoDataFrame(
            {"name": codes, "type": ["county"] + ["town"] * 16, "parent": [None] + ["1"] * 16},
            geometry=[shapely.box(0, 0, 40, 40), *towns],
            index=codes,
            crs=4549,
        )
    )


@pytest.mark.parametrize("few", [0, 64])
def test_many_points_lie_where_each_of_them_lies_alone(monkeypatch, few):
    monkeypatch.setattr("coverplan.ground.units_tree._FEW_UNITS", few)
    units = nested_units()
    x, y = (part.ravel() for part in np.meshgrid(np.arange(-5.0, 50, 2.5), np.arange(-5.0, 50, 2.5)))
    together = units.locate(x, y)
    alone = [units.locate(x[at : at + 1], y[at : at + 1])[0] for at in range(len(x))]
    np.testing.assert_array_equal(together, alone)

    def by_hand(x, y):
        """Lowest code on a border, the county where a town has no outline."""
        if not (0 <= x <= 40 and 0 <= y <= 40):
            return OUTSIDE
        columns = [c for c in range(4) if 10 * c <= x <= 10 * c + 10]
        rows = [r for r in range(4) if 10 * r <= y <= 10 * r + 10]
        towns = [4 * r + c for r in rows for c in columns if 4 * r + c != 5]
        return 1 + min(towns) if towns else 0

    assert together.tolist() == [by_hand(*place) for place in zip(x, y, strict=True)]


def test_a_system_that_was_read_shares_its_way_with_the_named_one_and_others_do_not():
    named = pyproj.CRS("EPSG:4549")
    read = pyproj.CRS(named.to_wkt())
    assert read.srs != named.srs
    assert transformer(read, 4326) is transformer("EPSG:4549", "EPSG:4326")
    x, y = np.linspace(400_000, 600_000, 50), np.linspace(2e6, 5e6, 50)
    plain = pyproj.Transformer.from_crs(read, "EPSG:4326", always_xy=True).transform(x, y)
    np.testing.assert_array_equal(transformer(read, 4326).transform(x, y), plain)

    moved = pyproj.CRS(named.to_wkt().replace('"False easting",500000', '"False easting",600000'))
    assert moved != named  # its id says EPSG:4549 all the same
    far = (
        transformer(moved, 4326).transform(500_000.0, 3e6)[0]
        - transformer(named, 4326).transform(500_000.0, 3e6)[0]
    )
    assert far < -0.9

    local = pyproj.CRS("+proj=tmerc +lat_0=30 +lon_0=117 +x_0=0 +y_0=0 +ellps=GRS80 +units=m +no_defs")
    assert transformer(local, 4326).transform(0.0, 0.0) == pyproj.Transformer.from_crs(
        local, "EPSG:4326", always_xy=True
    ).transform(0.0, 0.0)
