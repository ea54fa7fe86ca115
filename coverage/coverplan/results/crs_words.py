"""Names of coordinate systems as a reader's language says them; names of other families stay as the register has them."""

from __future__ import annotations

import re

from coverplan.text.words import Words

#: Datums by the first part of a system's name in the EPSG register.
DATUMS = {
    "CGCS2000": "cgcs2000",
    "China Geodetic Coordinate System 2000": "cgcs2000",
    "Xian 1980": "xian1980",
    "Beijing 1954": "beijing1954",
    "New Beijing": "new_beijing",
    "WGS 84": "wgs84",
}
#: Projections by the second part, with what of it is said.
PROJECTIONS = (
    ("gauss_meridian", re.compile(r"(?P<width>[36])-degree Gauss-Kruger CM (?P<meridian>\d+)E")),
    ("gauss_zone", re.compile(r"(?P<width>[36])-degree Gauss-Kruger zone (?P<zone>\d+)")),
    ("gauss_6_meridian", re.compile(r"Gauss-Kruger CM (?P<meridian>\d+)E")),
    ("gauss_6_zone", re.compile(r"Gauss-Kruger zone (?P<zone>\d+)")),
    ("utm_north", re.compile(r"UTM zone (?P<zone>\d+)N")),
    ("utm_south", re.compile(r"UTM zone (?P<zone>\d+)S")),
)


def crs_words(name: str, words: Words) -> str:
    """The name of a coordinate system, such as ``CGCS2000 / 3-degree Gauss-Kruger CM 120E``, in the reader's language."""
    datum, _, projection = name.partition(" / ")
    if datum not in DATUMS:
        return name
    said = words(f"map.system.{DATUMS[datum]}")
    if not projection:
        return said
    for key, pattern in PROJECTIONS:
        found = pattern.fullmatch(projection)
        if found is not None:
            return words(
                "map.system.both", datum=said, projection=words(f"map.system.{key}", **found.groupdict())
            )
    return name
