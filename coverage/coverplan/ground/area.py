"""Study area: its outline, its projected CRS, and the buffer that keeps its border from cutting walks short."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info

from coverplan.ground.transformers import transformer
from coverplan.units import BoolArray, FloatArray

#: Lengths on the map may differ from those on the ground by this share: any zone fit for its place does far better.
MOST_SCALE_ERROR = 0.01
#: The middle of so many places is that of all.
_ENOUGH_POINTS = 1_000_000


@dataclass(frozen=True, slots=True)
class StudyArea:
    """Where people are counted.

    Parameters
    ----------
    crs
        Projected CRS in metres in which everything is computed.
    outline
        Polygon or multipolygon of the area in `crs`, or None: every point is inside.
    """

    crs: pyproj.CRS
    outline: shapely.Geometry | None

    def holds(self, x: FloatArray, y: FloatArray) -> BoolArray:
        """Shape (points,): inside the area or on its border."""
        if self.outline is None:
            return np.ones(len(x), dtype=bool)
        shapely.prepare(self.outline)
        return np.asarray(shapely.intersects_xy(self.outline, x, y), dtype=bool)

    def bounds_lonlat(
        self, x: FloatArray, y: FloatArray, buffer_m: float
    ) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees of the area (or of the given points) and its buffer."""
        if self.outline is not None:
            west, south, east, north = shapely.bounds(self.outline)
        else:
            west, south, east, north = x.min(), y.min(), x.max(), y.max()
        back = transformer(self.crs, "EPSG:4326")
        west, south, east, north = back.transform_bounds(
            west - buffer_m, south - buffer_m, east + buffer_m, north + buffer_m
        )
        return west, south, east, north


def scale_error(crs: pyproj.CRS, x: FloatArray, y: FloatArray) -> float:
    """Largest share by which lengths on the map differ from those on the ground, in the middle of some places.

    0.0004 in the middle of a UTM zone, 0.22 for Web Mercator in Jiangsu; 0 where PROJ cannot tell.
    """
    back = pyproj.Transformer.from_crs(crs, crs.geodetic_crs or "EPSG:4326", always_xy=True)
    some = slice(None, None, 1 + len(x) // _ENOUGH_POINTS)
    longitude, latitude = back.transform(float(np.median(x[some])), float(np.median(y[some])))
    if not (np.isfinite(longitude) and np.isfinite(latitude)):
        return 0.0
    found = pyproj.Proj(crs).get_factors(longitude, latitude)
    scales = np.array([found.tissot_semimajor, found.tissot_semiminor])
    return float(np.abs(scales - 1.0).max()) if np.isfinite(scales).all() else 0.0


def local_metric_crs(longitude: float, latitude: float) -> pyproj.CRS:
    """UTM zone (WGS 84) of a place: metres, with a length error below 0.1 % inside the zone."""
    found = query_utm_crs_info(
        datum_name="WGS 84",
        area_of_interest=AreaOfInterest(longitude, latitude, longitude, latitude),
    )
    if not found:
        raise ValueError(f"no UTM zone at longitude {longitude}, latitude {latitude}; name a projected CRS")
    return pyproj.CRS.from_epsg(min(int(zone.code) for zone in found))
