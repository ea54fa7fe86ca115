"""What was there before the streets: river, creek, lake, hill, railway, and the heights of the ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.affinity import scale

from coverplan.demo.frame import HEIGHT_M, WIDTH_M, smooth_line, smooth_ring
from coverplan.units import FloatArray

RIVER_WIDTH_M = 110.0
CREEK_WIDTH_M = 36.0
RAIL_HALF_WIDTH_M = 18.0
DEM_CELL_M = 50.0
DEM_MARGIN_M = 500.0
# peaks of the hill and of its foothills: x, y, height and radius in metres
PEAKS = (
    (3_900.0, 5_000.0, 205.0, 900.0),
    (3_150.0, 6_150.0, 150.0, 700.0),
    (4_650.0, 4_000.0, 120.0, 650.0),
    (3_150.0, 4_250.0, 90.0, 800.0),
)
PLAIN_M = 4.0
OUTLINE_SCALE = 0.947  # makes the district about 220 km2


@dataclass(frozen=True, slots=True)
class Terrain:
    """Natural features and the railway, in local metres.

    Parameters
    ----------
    river, creek, railway
        Centre lines.
    water
        River, creek and lake as one geometry.
    lake, hill
        Polygons; the hill's is the part too steep to build on.
    outline
        The shape that the district is cut to follow.
    """

    river: shapely.LineString
    creek: shapely.LineString
    railway: shapely.LineString
    lake: shapely.Polygon
    hill: shapely.Polygon
    water: shapely.Geometry
    outline: shapely.Polygon

    @property
    def rail_bed(self) -> shapely.Geometry:
        """The fenced strip of the railway."""
        return self.railway.buffer(RAIL_HALF_WIDTH_M)


def make_terrain() -> Terrain:
    """The district's lie of the land; drawn by hand, the same for every seed."""
    river = smooth_line([
        (-200, 14_900), (1_800, 14_300), (3_600, 12_900), (5_200, 13_300), (6_600, 12_300), (7_700, 10_900),
        (9_300, 11_000), (10_700, 10_300), (11_600, 8_800), (13_300, 8_300), (14_600, 9_000), (16_400, 8_400),
        (17_600, 6_900), (19_000, 6_500), (20_700, 6_900),
    ])  # fmt: skip
    creek = smooth_line([
        (13_100, 20_000), (12_300, 18_000), (12_700, 16_300), (11_700, 14_800), (11_900, 13_200), (10_900, 11_800),
        (10_530, 10_330),
    ])  # fmt: skip
    railway = smooth_line([
        (900, -200), (4_400, 2_000), (7_400, 4_800), (9_700, 7_400), (12_300, 10_300), (13_900, 13_300),
        (16_800, 16_600), (20_000, 20_000),
    ])  # fmt: skip
    lake = smooth_ring([
        (13_900, 3_200), (14_700, 2_600), (16_000, 2_700), (16_600, 3_500), (16_200, 4_600), (15_300, 4_500),
        (14_900, 5_100), (14_000, 4_700), (13_500, 4_000),
    ])  # fmt: skip
    hill = smooth_ring([
        (2_300, 3_500), (3_500, 3_500), (4_600, 3_100), (5_300, 3_800), (5_000, 4_800), (4_900, 5_700),
        (4_000, 6_300), (3_300, 7_100), (2_400, 6_700), (2_300, 5_600), (2_600, 4_700),
    ])  # fmt: skip
    outline = smooth_ring([
        (1_700, 6_600), (1_900, 3_000), (4_100, 1_800), (7_400, 2_500), (9_600, 1_600), (12_900, 1_500),
        (16_900, 1_300), (18_900, 3_800), (18_000, 7_200), (18_900, 10_200), (18_700, 13_900), (16_400, 16_600),
        (13_400, 16_800), (11_600, 18_500), (8_200, 18_500), (6_600, 16_300), (3_300, 16_500), (1_600, 13_300),
        (2_500, 9_900),
    ], rounds=3)  # fmt: skip
    outline = scale(outline, OUTLINE_SCALE, OUTLINE_SCALE)
    water = shapely.union_all([
        river.buffer(RIVER_WIDTH_M / 2), creek.buffer(CREEK_WIDTH_M / 2), lake,
    ])  # fmt: skip
    return Terrain(river, creek, railway, lake, hill, water, outline)


def heights_m(x: FloatArray, y: FloatArray) -> FloatArray:
    """Height of the ground in metres: a river plain, slightly uneven, with a hill in the south-west."""
    plain = PLAIN_M + 1.2 * np.sin(x / 2_300.0) * np.cos(y / 1_700.0) + 0.6 * np.sin((x + 2.0 * y) / 900.0)
    hill = np.zeros_like(plain)
    for peak_x, peak_y, height, radius in PEAKS:
        squared = ((x - peak_x) ** 2 + (y - peak_y) ** 2) / radius**2
        hill = np.maximum(hill, height / (1.0 + squared) ** 1.6 - 0.03 * height)
    return plain + np.maximum(hill, 0.0)


def elevation_m() -> NDArray[np.float32]:
    """Heights in metres, to the decimetre, on `DEM_CELL_M` cells, north row first.

    They reach `DEM_MARGIN_M` beyond the sheet on every side, so that every street has its heights.
    """
    x = np.arange(DEM_CELL_M / 2 - DEM_MARGIN_M, WIDTH_M + DEM_MARGIN_M, DEM_CELL_M)
    y = np.arange(HEIGHT_M + DEM_MARGIN_M - DEM_CELL_M / 2, -DEM_MARGIN_M, -DEM_CELL_M)
    return np.round(heights_m(*np.meshgrid(x, y)), 1).astype(np.float32)
