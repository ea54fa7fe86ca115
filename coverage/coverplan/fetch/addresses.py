"""Where open data stand: one line a service, and what each asks to be named by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Service:
    """A public service.

    Parameters
    ----------
    base
        Address that a mirror replaces, without a slash at its end.
    title
        What it is called in SOURCES.md.
    licence
        Licence of what it gives.
    attribution
        What its licence asks to be printed.
    """

    base: str
    title: str
    licence: str
    attribution: str


SERVICES: Mapping[str, Service] = MappingProxyType(
    {
        "nominatim": Service(
            "https://nominatim.openstreetmap.org", "Nominatim (boundary by name)", "ODbL 1.0",
            "© OpenStreetMap contributors",
        ),
        "geoboundaries": Service(
            "https://www.geoboundaries.org/api/current/gbOpen", "geoBoundaries", "CC BY 4.0",
            "geoBoundaries, www.geoboundaries.org",
        ),
        "overture": Service(
            "https://stac.overturemaps.org", "Overture Maps, divisions", "ODbL 1.0",
            "© OpenStreetMap contributors, Overture Maps Foundation",
        ),
        "overture_files": Service(
            "https://overturemaps-us-west-2.s3.us-west-2.amazonaws.com", "Overture Maps, files", "ODbL 1.0",
            "© OpenStreetMap contributors, Overture Maps Foundation",
        ),
        "geofabrik": Service(
            "https://download.geofabrik.de", "OpenStreetMap extract of Geofabrik", "ODbL 1.0",
            "© OpenStreetMap contributors",
        ),
        "overpass": Service(
            "https://overpass-api.de/api", "OpenStreetMap through Overpass", "ODbL 1.0",
            "© OpenStreetMap contributors",
        ),
        "pbf": Service("", "OpenStreetMap extract", "ODbL 1.0", "© OpenStreetMap contributors"),
        "worldpop": Service(
            "https://data.worldpop.org/GIS", "WorldPop, Global 2015-2030, R2025A, 100 m, constrained", "CC BY 4.0",
            "WorldPop (www.worldpop.org), University of Southampton",
        ),
        "ghs_pop": Service(
            "https://jeodpp.jrc.ec.europa.eu/ftp/jrc-opendata/GHSL", "GHS-POP R2023A, 100 m", "CC BY 4.0",
            "European Commission, Joint Research Centre: GHS-POP R2023A",
        ),
        "glo30": Service(
            "https://copernicus-dem-30m.s3.amazonaws.com", "Copernicus DEM GLO-30", "Copernicus DEM licence, free for all uses",
            "© DLR e.V. 2010-2014 and © Airbus Defence and Space GmbH 2014-2018, provided under COPERNICUS by the "
            "European Union and ESA; all rights reserved",
        ),
        "own_file": Service("", "a file of the user's own", "as the user knows", ""),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses of the services, some of them replaced by mirrors."""

    mirrors: Mapping[str, str]

    def base(self, service: str) -> str:
        """Address of a service or of the mirror in its place."""
        return self.mirrors.get(service, SERVICES[service].base).rstrip("/")

    def worldpop_people(self, iso3: str, year: int) -> str:
        """Address of the total people of a country."""
        return f"{self._worldpop(iso3, year)}/{iso3.lower()}_pop_{year}_CN_100m_R2025A_v1.tif"

    def worldpop_age(self, iso3: str, year: int, age: int) -> str:
        """Address of the people of both sexes in the age group that begins with `age` (0, 1, 5, 10 ... 90)."""
        name = f"{iso3.lower()}_t_{age:02d}_{year}_CN_100m_R2025A_v1.tif"
        base = f"{self.base('worldpop')}/AgeSex_structures/Global_2015_2030/R2025A"
        return f"{base}/{year}/{iso3.upper()}/v1/100m/constrained/{name}"

    def _worldpop(self, iso3: str, year: int) -> str:
        base = f"{self.base('worldpop')}/Population/Global_2015_2030/R2025A"
        return f"{base}/{year}/{iso3.upper()}/v1/100m/constrained"

    def ghs_pop(self, year: int, row: int, column: int) -> str:
        """Address of a tile of GHS-POP in Mollweide; rows and columns of the tiles count from 1."""
        name = f"GHS_POP_E{year}_GLOBE_R2023A_54009_100"
        return (
            f"{self.base('ghs_pop')}/GHS_POP_GLOBE_R2023A/{name}/V1-0/tiles/{name}_V1_0_R{row}_C{column}.zip"
        )

    def glo30(self, south: int, west: int) -> str:
        """Address of the one-degree tile of heights whose south-west corner lies at whole degrees."""
        north_south = f"{'N' if south >= 0 else 'S'}{abs(south):02d}_00"
        east_west = f"{'E' if west >= 0 else 'W'}{abs(west):03d}_00"
        name = f"Copernicus_DSM_COG_10_{north_south}_{east_west}_DEM"
        return f"{self.base('glo30')}/{name}/{name}.tif"

    def geofabrik(self, region: str) -> str:
        """Address of the newest extract of a region such as ``asia/china/jiangsu``."""
        return f"{self.base('geofabrik')}/{region.strip('/')}-latest.osm.pbf"
