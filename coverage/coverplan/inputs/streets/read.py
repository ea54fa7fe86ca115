"""Streets of a study: one door to every kind of file that holds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pyproj

from coverplan.errors import Problem, Problems
from coverplan.ground.network import Mode, Network
from coverplan.inputs.streets.behind import with_streets_behind
from coverplan.inputs.streets.wording import Bounds
from coverplan.inputs.tables.layer_file import contradiction
from coverplan.inputs.tables.read_table import LAYERS, is_there, missing_file
from coverplan.scenario.study_file import Streets

_OSM_FORMATS = {
    ".osm.pbf": "pbf",
    ".pbf": "pbf",
    ".osm": "osm",
    ".osm.xml": "osm",
    ".osm.gz": "osm.gz",
    ".osm.bz2": "osm.bz2",
}
_GRAPH_ENDINGS = (".graphml",)
#: Longitude and latitude in China: degrees that another CRS would take for something else.
_SOMEWHERE = (105.0, 35.0)
STREET_ENDINGS = (*_OSM_FORMATS, *_GRAPH_ENDINGS, *LAYERS)
"""Endings of the files that can be read."""


def read_streets(
    path: Path,
    *,
    crs: str,
    problems: Problems,
    bounds_lonlat: Bounds | None = None,
    modes: Sequence[Mode] = ("walk",),
    trunks_on_foot: bool = False,
    source: Streets | None = None,
    join_crossings: bool = False,
) -> Network | None:
    """Network of a file of streets; the reader is chosen by the ending of its name.

    Parameters
    ----------
    path
        OpenStreetMap (``.osm.pbf``, ``.pbf``, ``.osm``), a graph saved by osmnx (``.graphml``) or a layer of
        lines (``.gpkg``, ``.geojson``, ``.shp``).
    crs
        Projected CRS in metres of the network.
    problems
        Receives whatever is wrong, errors and warnings.
    bounds_lonlat
        West, south, east, north in degrees: streets beyond are left out. It should reach beyond the study
        area by at least the distance of the longest standard (R7).
    modes
        Who is to use the network; streets that none of them may use are left out.
    trunks_on_foot
        OpenStreetMap only: walk along trunk roads even where no tag speaks of walkers.
    source
        The study file's entry: datum, and of line layers the layer, CRS, columns and classes.
    join_crossings
        Line layers only: join lines where they cross, bridges and tunnels apart.

    Returns
    -------
    Network or None
        None exactly if an error was written to `problems`.
    """
    if not is_there(path):
        problems.add(missing_file(path))
        return None
    source = source or Streets(file=path.name)
    read = _reader(path, source, trunks_on_foot=trunks_on_foot, join_crossings=join_crossings)
    if read is None:
        problems.add(
            Problem(
                "this is no kind of street file that can be read",
                file=path,
                value=path.suffix or path.name,
                expected="one of " + ", ".join(STREET_ENDINGS),
                remedy="convert the streets to one of these kinds",
                code="unknown_file_kind",
            )
        )
        return None
    if osm_format(path) is not None:
        before = len(problems.errors)
        problems.extend(contradiction(path, pyproj.CRS(4326), source.crs, source.datum, _SOMEWHERE))
        if len(problems.errors) > before:
            return None
    network = read(path, crs=crs, problems=problems, modes=modes, bounds_lonlat=bounds_lonlat)
    return None if network is None else with_streets_behind(network)


def _reader(
    path: Path, source: Streets, *, trunks_on_foot: bool, join_crossings: bool
) -> Callable[..., Network | None] | None:
    """What reads a file of this name; None for a kind that nothing reads."""
    name = path.name.lower()
    file_format = osm_format(path)
    if file_format is not None:
        from coverplan.inputs.streets.osm import read_osm

        return partial(read_osm, file_format=file_format, trunks_on_foot=trunks_on_foot, datum=source.datum)
    if name.endswith(_GRAPH_ENDINGS):
        from coverplan.inputs.streets.graphml import read_graphml

        return partial(read_graphml, said_crs=source.crs, datum=source.datum)
    if name.endswith(LAYERS):
        from coverplan.inputs.streets.lines import read_lines

        return partial(read_lines, source=source, join_crossings=join_crossings)
    return None


def osm_format(path: Path) -> str | None:
    """Format of an OpenStreetMap file by the ending of its name, as its library calls it; None for other files."""
    endings = [ending for ending in _OSM_FORMATS if path.name.lower().endswith(ending)]
    return _OSM_FORMATS[max(endings, key=len)] if endings else None
