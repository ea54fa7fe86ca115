"""A small invented place as the services would tell of it: outline, grids of people, heights, an extract of streets."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine

from coverplan.fetch.addresses import Addresses
from coverplan.fetch.people import AGES
from fetch.farserver import Far

WEST, SOUTH, EAST, NORTH = 10.0, 50.0, 10.04, 50.03
CELL = 1 / 1200
#: The country's grid is far wider than the place.
GRID_WEST, GRID_NORTH, GRID_SIZE = 9.5, 50.5, 1200


def from_origin(west: float, north: float, width: float, height: float) -> Affine:
    return Affine(width, 0.0, west, 0.0, -height, north)


def tif(cells: np.ndarray, transform, *, crs: str = "EPSG:4326", nodata: float | None = -99999.0) -> bytes:
    with rasterio.MemoryFile() as file:
        with file.open(
            driver="GTiff", height=cells.shape[0], width=cells.shape[1], count=1, dtype=cells.dtype, crs=crs,
            transform=transform, nodata=nodata, tiled=True, blockxsize=128, blockysize=128,
        ) as target:  # fmt: skip
            target.write(cells, 1)
        return file.read()


def people(share: float = 1.0) -> np.ndarray:
    """People of every cell of the country, none in every seventh."""
    rows, columns = np.indices((GRID_SIZE, GRID_SIZE))
    found = ((rows * 31 + columns * 17) % 50 / 10 * share).astype("float32")
    found[(rows + columns) % 7 == 0] = -99999.0
    return found


def extract(path: Path) -> bytes:
    """A grid of streets with a nursing home, a community centre and a cemetery; a street far away."""
    import osmium

    lon = np.linspace(WEST - 0.01, EAST + 0.01, 13)
    lat = np.linspace(SOUTH - 0.01, NORTH + 0.01, 11)
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as writer:
        make = osmium.osm.mutable
        for i, y in enumerate(lat):
            for j, x in enumerate(lon):
                writer.add_node(make.Node(id=1 + i * 13 + j, version=1, location=(float(x), float(y))))
        homes = {
            "nursing home": (10.011, 50.011, {"amenity": "social_facility", "social_facility": "nursing_home", "name": "夕阳红"}),
            "centre": (10.02, 50.02, {"amenity": "community_centre"}),
            "outside": (10.9, 50.9, {"amenity": "nursing_home", "name": "far"}),
            "bench": (10.02, 50.01, {"amenity": "bench"}),
        }  # fmt: skip
        for number, (x, y, tags) in enumerate(homes.values(), start=900):
            writer.add_node(make.Node(id=number, version=1, location=(x, y), tags=tags))
        for number, (x, y) in enumerate(
            [(10.03, 50.02), (10.032, 50.02), (10.032, 50.022), (10.03, 50.022)], start=950
        ):
            writer.add_node(make.Node(id=number, version=1, location=(x, y)))
        for number in (960, 961):
            writer.add_node(make.Node(id=number, version=1, location=(11.0, 51.0 + (number - 960) / 10)))
        streets = {"highway": "residential"}
        for i in range(11):
            writer.add_way(
                make.Way(id=1 + i, version=1, nodes=[1 + i * 13 + j for j in range(13)], tags=streets)
            )
        for j in range(13):
            writer.add_way(
                make.Way(id=100 + j, version=1, nodes=[1 + i * 13 + j for i in range(11)], tags=streets)
            )
        writer.add_way(
            make.Way(id=200, version=1, nodes=[950, 951, 952, 953, 950], tags={"landuse": "cemetery"})
        )
        writer.add_way(make.Way(id=201, version=1, nodes=[960, 961], tags=streets))
        writer.add_way(make.Way(id=202, version=1, nodes=[950, 951], tags={"building": "yes"}))
    return path.read_bytes()


def world(far: Far, folder: Path) -> dict[str, str]:
    """Put everything on the server; mirrors of a recipe that ask it."""
    mirrors = {
        name: f"{far.base}/{name}"
        for name in ("nominatim", "geofabrik", "overpass", "worldpop", "ghs_pop", "glo30", "geoboundaries")
    }
    addresses = Addresses(mirrors)
    ring = [[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]
    outline = {"type": "Polygon", "coordinates": [ring]}
    found = {
        "osm_type": "relation",
        "osm_id": 7,
        "name": "Kleinort",
        "display_name": "Kleinort, Land",
        "geojson": outline,
        "address": {"country_code": "de"},
    }
    far.put(
        "/nominatim/search",
        [{"geojson": {"type": "Point", "coordinates": [10, 50]}, "display_name": "x"}, found],
    )
    far.put("/nominatim/reverse", {"address": {"country_code": "de"}})
    grid = from_origin(GRID_WEST, GRID_NORTH, CELL, CELL)
    far.put(_path(addresses.worldpop_people("DEU", 2025), far), tif(people(), grid))
    for age in {age for ages in AGES.values() for age in ages}:
        far.put(_path(addresses.worldpop_age("DEU", 2025, age), far), tif(people(0.03), grid))
    heights = np.tile(np.linspace(100, 200, 360, dtype="float32"), (360, 1))
    for y in (49, 50):
        for x in (9, 10):
            far.put(
                _path(addresses.glo30(y, x), far),
                tif(heights, from_origin(x, y + 1, 1 / 360, 1 / 360), nodata=None),
            )
    far.put("/geofabrik/land-latest.osm.pbf", extract(folder / "land.osm.pbf"))
    return mirrors


def mollweide(far: Far, address: str, cells: np.ndarray, left: float, top: float) -> None:
    """A zipped tile of GHS-POP."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "tile.tif", tif(cells, from_origin(left, top, 100, 100), crs="ESRI:54009", nodata=-200.0)
        )
        archive.writestr("readme.pdf", b"x")
    far.put(_path(address, far), packed.getvalue())


def _path(address: str, far: Far) -> str:
    return address.removeprefix(far.base)
