"""Streets from OpenStreetMap files, pbf and XML: one pass, memory bounded by the ways that are kept."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from coverplan.errors import Problem, Problems
from coverplan.inputs import osm_tags
from coverplan.inputs.osm_tags import WayClass
from coverplan.inputs.streets_build import Ways, build_network, joined, overlapping, without_repeats
from coverplan.inputs.streets_problems import Bounds, extent_of, no_street, nothing_left
from coverplan.network import Mode, Network

if TYPE_CHECKING:
    import osmium

_CHUNK_WAYS = 50_000
_EXAMPLES = 5


def read_osm(
    path: Path,
    *,
    crs: str,
    problems: Problems,
    modes: Sequence[Mode] = ("walk",),
    bounds_lonlat: Bounds | None = None,
    file_format: str = "pbf",
    trunks_on_foot: bool = False,
) -> Network | None:
    """Network of an OpenStreetMap file whose nodes stand before its ways, as every published file has them.

    Parameters
    ----------
    path
        The file.
    crs
        Projected CRS in metres of the network.
    problems
        Receives whatever is wrong.
    modes
        Who is to use the network; ways that none of them may use are left out.
    bounds_lonlat
        West, south, east, north in degrees: streets beyond are left out.
    file_format
        ``pbf`` or ``osm`` (XML), with ``.gz`` or ``.bz2`` behind where the file is packed.
    trunks_on_foot
        See `osm_tags.classify`.

    Returns
    -------
    Network or None
        None exactly if an error was written to `problems`.
    """
    reading = _Reading(modes, bounds_lonlat, trunks_on_foot=trunks_on_foot)
    try:
        reading.read(path, file_format)
    except RuntimeError as error:
        problems.add(
            Problem(
                f"the file cannot be read as OpenStreetMap data: {error}",
                file=path,
                expected="a whole .osm.pbf or .osm file",
                remedy="download or export the file again; a broken download is the usual cause",
                code="not_osm",
            )
        )
        return None
    reading.report(path, problems)
    network = None
    if reading.parts:
        ways = without_repeats(joined(reading.parts))
        network = build_network(ways, crs=crs, modes=modes, bounds_lonlat=bounds_lonlat, stops=reading.stops)
    if network is None and reading.extents:
        problems.add(nothing_left(path, extent_of(reading.extents), bounds_lonlat, modes))
    return network


class _Reading:
    """What one pass over a file has gathered so far."""

    def __init__(self, modes: Sequence[Mode], bounds: Bounds | None, *, trunks_on_foot: bool) -> None:
        self.parts: list[Ways] = []
        self.extents: list[Bounds] = []
        self.stops: dict[int, frozenset[Mode]] = {}
        self._modes = modes
        self._bounds = bounds
        self._trunks_on_foot = trunks_on_foot
        self._classes: list[WayClass] = []
        self._class_by_tags: dict[frozenset[tuple[str, str]], int] = {}
        self._usable_ways = 0
        self._incomplete: list[int] = []
        self._empty_chunk()

    def _empty_chunk(self) -> None:
        self._key, self._class_of, self._count, self._ref = array("q"), array("i"), array("q"), array("q")
        self._name: list[str] = []
        self._wkb: list[str] = []

    def read(self, path: Path, file_format: str) -> None:
        """Gather all ways that some mode may use; raises RuntimeError where the file is no such file."""
        import osmium  # noqa: PLC0415  (loads the OpenStreetMap library)

        to_wkb = osmium.geom.WKBFactory().create_linestring
        every_vertex = osmium.geom.use_nodes.ALL
        source = (
            osmium.FileProcessor(osmium.io.File(str(path), file_format), osmium.osm.NODE | osmium.osm.WAY)
            .with_locations()
            .with_filter(osmium.filter.KeyFilter("highway", "barrier"))
        )
        for element in source:
            if isinstance(element, osmium.osm.Node):
                self._take_barrier(element)
                continue
            assert isinstance(element, osmium.osm.Way)
            class_of, name = self._sort(element)
            if class_of < 0:
                continue
            self._usable_ways += 1
            refs = [node.ref for node in element.nodes]
            if len(refs) < 2:
                continue
            try:
                self._take(element.id, class_of, name, refs, to_wkb(element, every_vertex))
            except osmium.InvalidLocationError:
                self._incomplete.append(element.id)
                for piece in _pieces(element):
                    wkb = shapely.to_wkb(shapely.LineString([place[1:] for place in piece]), hex=True)
                    self._take(element.id, class_of, name, [place[0] for place in piece], wkb)
        self._flush()

    def _take_barrier(self, node: osmium.osm.Node) -> None:
        if "barrier" not in node.tags:
            return
        tags = dict(node.tags)
        stopped = frozenset(mode for mode in self._modes if osm_tags.barrier_stops(tags, mode))
        if stopped:
            self.stops[node.id] = stopped

    def _sort(self, way: osmium.osm.Way) -> tuple[int, str]:
        """Class of a way (-1: of no use) and its name; the rules run once for each set of equal tags."""
        name = ""
        telling = []
        for tag in way.tags:
            if tag[0] == "name":
                name = tag[1]
            elif tag[0] in osm_tags.TELLING_KEYS:
                telling.append(tag)
        tags = frozenset(telling)
        class_of = self._class_by_tags.get(tags)
        if class_of is None:
            class_of = self._class_by_tags[tags] = self._new_class(dict(tags))
        return class_of, name

    def _new_class(self, tags: dict[str, str]) -> int:
        found = osm_tags.classify(tags, self._modes, trunks_on_foot=self._trunks_on_foot)
        if found is None:
            return -1
        self._classes.append(found)
        return len(self._classes) - 1

    def _take(self, key: int, class_of: int, name: str, refs: list[int], wkb: str) -> None:
        self._key.append(key)
        self._class_of.append(class_of)
        self._name.append(name)
        self._count.append(len(refs))
        self._ref.extend(refs)
        self._wkb.append(wkb)
        if len(self._wkb) >= _CHUNK_WAYS:
            self._flush()

    def _flush(self) -> None:
        """Turn the ways gathered as Python objects into arrays, those near the bounds only."""
        if not self._wkb:
            return
        start = np.concatenate(([0], np.cumsum(self._count, dtype=np.int64)))
        places = shapely.get_coordinates(shapely.from_wkb(self._wkb))
        part = Ways(
            key=np.array(self._key, dtype=np.int64),
            class_of=np.array(self._class_of, dtype=np.int32),
            classes=self._classes,
            name=np.array(self._name, dtype=object),
            start=start,
            ref=np.array(self._ref, dtype=np.int64),
            lon=places[:, 0],
            lat=places[:, 1],
        )
        self.extents.append(part.extent)
        if self._bounds is not None:
            part = part.take(np.flatnonzero(overlapping(start, part.lon, part.lat, self._bounds)))
        if part.count:
            self.parts.append(part)
        self._empty_chunk()

    def report(self, path: Path, problems: Problems) -> None:
        """Write down what is wrong: nothing usable, nothing with coordinates, ways cut short."""
        if not self._usable_ways:
            problems.add(no_street(path, self._modes))
        elif not self.extents:
            problems.add(
                Problem(
                    f"none of the {self._usable_ways} streets has nodes with coordinates",
                    file=path,
                    expected="nodes before ways, and all nodes of every way",
                    remedy="sort the file (osmium sort) or export it again with complete ways",
                    code="nodes_without_coordinates",
                )
            )
        if self._incomplete and self.extents:
            examples = ", ".join(str(key) for key in sorted(self._incomplete)[:_EXAMPLES])
            problems.add(
                Problem(
                    f"{len(self._incomplete)} streets have nodes that are not in the file; they end where it ends",
                    file=path,
                    field="way",
                    value=examples,
                    expected="all nodes of every way",
                    remedy="nothing if these lie at the rim of the extract, else extract with complete ways",
                    severity="warning",
                    code="nodes_without_coordinates",
                )
            )


def _pieces(way: osmium.osm.Way) -> Iterator[list[tuple[int, float, float]]]:
    """Runs of at least two nodes (id, longitude, latitude) whose coordinates are known."""
    for known, run in groupby(way.nodes, key=lambda node: bool(node.location.valid())):
        piece = [(node.ref, node.lon, node.lat) for node in run] if known else []
        if len(piece) > 1:
            yield piece
