"""Streets from OpenStreetMap files, pbf and XML: one pass, memory bounded by the ways that are kept."""

from __future__ import annotations

import ctypes
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from coverplan.errors import Problem, Problems
from coverplan.ground.network import Mode, Network
from coverplan.inputs.places.datum import to_wgs84
from coverplan.inputs.streets import osm_tags
from coverplan.inputs.streets.build import Ways, build_network, joined, overlapping, without_repeats
from coverplan.inputs.streets.osm_squares import square_rims
from coverplan.inputs.streets.osm_tags import WayClass
from coverplan.inputs.streets.wording import Bounds, extent_of, no_street, not_osm, nothing_left
from coverplan.text.counting import many
from coverplan.units import FloatArray

if TYPE_CHECKING:
    from osmium import SimpleWriter

_CHUNK_WAYS = 50_000
_EXAMPLES = 5
#: Longitude and latitude of a node that the file does not place.
NOWHERE = 999
#: Kinds that count only where they touch a street.
_BESIDE = frozenset({"platform", "pier"})
_TO_COMMAS = str.maketrans({"n": None, "x": ",", "y": ","})
_ESCAPED = re.compile("%([0-9a-f]+)%")


def read_osm(
    path: Path,
    *,
    crs: str,
    problems: Problems,
    modes: Sequence[Mode] = ("walk",),
    bounds_lonlat: Bounds | None = None,
    file_format: str = "pbf",
    trunks_on_foot: bool = False,
    datum: str | None = None,
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
    datum
        ``gcj02`` or ``bd09`` where the file's nodes are shifted.

    Returns
    -------
    Network or None
        None exactly if an error was written to `problems`.
    """
    reading = _Reading(modes, bounds_lonlat, trunks_on_foot=trunks_on_foot)
    try:
        squares = square_rims(path, file_format)
        reading.rims = {way: reading.class_of(tags) for way, tags in squares.items()}
        with street_lines(path, file_format, frozenset(squares)) as lines:
            reading.read(lines)
    except RuntimeError as error:
        problems.add(not_osm(path, error))
        return None
    found = Problems(path)
    reading.report(path, found)
    problems.extend(found)
    network = None
    if reading.parts and not found.errors:
        ways = _joined_to_streets(without_repeats(joined(reading.parts)))
        if datum is not None:
            lon, lat = to_wgs84(ways.lon, ways.lat, datum)
            ways = replace(ways, lon=lon, lat=lat)
        network = build_network(
            ways,
            crs=crs,
            modes=modes,
            bounds_lonlat=bounds_lonlat,
            stops=reading.stops,
            gates=reading.gates,
        )
    if network is None and not found.errors:
        problems.add(nothing_left(path, extent_of(reading.extents), bounds_lonlat, modes))
    return network


class _Reading:
    """What has been gathered from a file so far."""

    def __init__(self, modes: Sequence[Mode], bounds: Bounds | None, *, trunks_on_foot: bool) -> None:
        self.parts: list[Ways] = []
        self.extents: list[Bounds] = []
        self.stops: dict[int, frozenset[Mode]] = {}
        self.gates: dict[int, frozenset[Mode]] = {}
        self._modes = modes
        self._bounds = bounds
        self._trunks_on_foot = trunks_on_foot
        self.rims: dict[int, int] = {}
        self._closed_trunks = 0
        self._classes: list[WayClass] = []
        self._class_by_tags: dict[frozenset[str], int] = {}
        self._usable_ways = 0
        self._incomplete: list[int] = []
        self._unplaced_drawings = False
        self._empty_chunk()

    def _empty_chunk(self) -> None:
        self._key, self._class_of, self._count = array("q"), array("i"), array("q")
        self._name: list[str] = []
        self._nodes: list[str] = []

    def read(self, lines: Iterable[str]) -> None:
        """Gather all ways that some mode may use, and the barriers that stop somebody."""
        for line in lines:
            head, tags, *places = line.rstrip("\n").split(" ")
            if head[0] == "w":
                self._take_way(head, tags[1:], places[0][1:])
            elif "barrier=" in tags:
                self._take_barrier(head, tags[1:])
        self._flush()

    def _take_barrier(self, head: str, text: str) -> None:
        tags = _tags(text.split(","))
        stopped = frozenset(mode for mode in self._modes if osm_tags.barrier_stops(tags, mode))
        if stopped:
            self.stops[int(head[1:])] = stopped
            private = frozenset(mode for mode in stopped if osm_tags.barrier_is_private(tags, mode))
            if private:
                self.gates[int(head[1:])] = private

    def _take_way(self, head: str, text: str, nodes: str) -> None:
        """Write down a way; the rules run once for each set of equal tags."""
        name = ""
        telling = []
        for tag in text.split(","):
            key = tag.partition("=")[0]
            if key in osm_tags.TELLING_KEYS:
                telling.append(tag)
            elif key == "name":
                name = tag[5:]
        tags = frozenset(telling)
        class_of = self._class_by_tags.get(tags)
        if class_of is None:
            class_of = self._class_by_tags[tags] = self.class_of(_tags(tags))
        if class_of < 0:
            class_of = self.rims.get(int(head[1:]), -1)
        if class_of < 0:
            self._closed_trunks += any(tag.startswith("highway=trunk") for tag in telling)
            return
        self._usable_ways += 1
        if not nodes:
            return
        self._key.append(int(head[1:]))
        self._class_of.append(class_of)
        self._count.append(nodes.count("x"))
        self._name.append(_unescaped(name))
        self._nodes.append(nodes)
        if len(self._nodes) >= _CHUNK_WAYS:
            self._flush()

    def class_of(self, tags: Mapping[str, str]) -> int:
        """Position of a new class; -1 where no mode may use what has these tags."""
        found = osm_tags.classify(tags, self._modes, trunks_on_foot=self._trunks_on_foot)
        if found is None:
            return -1
        self._classes.append(found)
        return len(self._classes) - 1

    def _flush(self) -> None:
        """Turn the ways gathered as text into arrays, those near the bounds only."""
        if not self._nodes:
            return
        numbers = places_of(self._nodes)
        located = numbers[:, 1] != NOWHERE
        self._unplaced_drawings |= bool((numbers[~located, 0] < 0).any())
        way = np.repeat(np.arange(len(self._key)), self._count)
        begins = located.copy()
        begins[1:] &= ~located[:-1] | (way[1:] != way[:-1])
        first = np.flatnonzero(begins[located])
        piece_of = way[begins]
        key = np.array(self._key, dtype=np.int64)
        self._incomplete.extend(key[np.unique(way[~located])].tolist())
        if len(first):
            part = Ways(
                key=key[piece_of],
                class_of=np.array(self._class_of, dtype=np.int32)[piece_of],
                classes=self._classes,
                name=np.array(self._name, dtype=object)[piece_of],
                start=np.append(first, np.count_nonzero(located)),
                ref=numbers[located, 0].astype(np.int64),
                lon=numbers[located, 1],
                lat=numbers[located, 2],
            )
            self._keep(part)
        self._empty_chunk()

    def _keep(self, part: Ways) -> None:
        self.extents.append(part.extent)
        if self._bounds is not None:
            part = part.take(np.flatnonzero(overlapping(part.start, part.lon, part.lat, self._bounds)))
        if part.count:
            self.parts.append(part)

    def report(self, path: Path, problems: Problems) -> None:
        """Write down what is wrong: nothing usable, nothing with coordinates, ways cut short; and trunks not walked."""
        if self._closed_trunks and "walk" in self._modes and not self._trunks_on_foot:
            problems.add(_trunks_not_walked(path, self._closed_trunks))
        if not self._usable_ways:
            problems.add(no_street(path, self._modes))
        elif self._unplaced_drawings:
            problems.add(
                Problem(
                    "some streets have nodes with negative ids: they were drawn in an editor and never uploaded",
                    file=path,
                    expected="ids above zero",
                    remedy="number the file anew (osmium renumber FILE -o NEW.osm.pbf) and name the new file",
                    code="negative_ids",
                )
            )
        elif not self.extents:
            problems.add(
                Problem(
                    f"none of the {self._usable_ways} streets has nodes with coordinates",
                    file=path,
                    expected="nodes before ways, and all nodes of every way",
                    remedy="sort the file (osmium sort) or export it again with complete ways",
                    code="nodes_without_coordinates",
                    details={"count": self._usable_ways},
                )
            )
        elif self._incomplete:
            examples = ", ".join(str(key) for key in sorted(self._incomplete)[:_EXAMPLES])
            problems.add(
                Problem(
                    many(
                        len(self._incomplete),
                        "street has nodes that are not in the file; it ends where the file ends",
                        "streets have nodes that are not in the file; they end where it ends",
                    ),
                    file=path,
                    field="way",
                    value=examples,
                    expected="all nodes of every way",
                    remedy="nothing if these lie at the rim of the extract, else extract with complete ways",
                    severity="warning",
                    code="nodes_without_coordinates",
                    details={"count": len(self._incomplete)},
                )
            )


def _trunks_not_walked(path: Path, count: int) -> Problem:
    return Problem(
        f"{count} trunk roads without a tag for walkers are not walked",
        file=path,
        field="streets.trunks_on_foot",
        remedy="write `trunks_on_foot: true` where trunk roads are ordinary roads through villages",
        severity="note",
        code="trunks_not_walked",
        details={"count": count},
    )


def _joined_to_streets(ways: Ways) -> Ways:
    """Ways without platforms and piers that touch no street: nobody walks there."""
    beside = np.array([known.kind in _BESIDE for known in ways.classes], dtype=np.bool_)[ways.class_of]
    if not beside.any():
        return ways
    of_vertex = np.repeat(beside, np.diff(ways.start))
    touches = np.isin(ways.ref, ways.ref[~of_vertex])
    touching = np.logical_or.reduceat(touches, ways.start[:-1])
    return ways.take(np.flatnonzero(~beside | touching))


@contextmanager
def street_lines(path: Path, file_format: str, rims: frozenset[int]) -> Iterator[Iterable[str]]:
    """Ways that may be streets and nodes with a barrier, one a line, in the text form OPL; then the ways of `rims`.

    A loop over the library's objects takes three times as long, since it makes a Python object of every tag
    and every node of every way; here the library writes all of them to a temporary file at its own speed.
    """
    import osmium

    wanted = osmium.osm.NODE | osmium.osm.WAY
    filters: list[Any] = [
        osmium.filter.KeyFilter("highway", "barrier", "railway", "public_transport", "man_made")
    ]
    filters += [osmium.filter.IdFilter(rims)] if rims else []
    with TemporaryDirectory(prefix="coverplan-", ignore_cleanup_errors=True) as folder, ExitStack() as texts:
        written = []
        for number, chosen in enumerate(filters):
            text = Path(folder) / f"streets{number}.opl"
            places = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
            places.ignore_errors()
            target = osmium.io.File(str(text), "opl,add_metadata=false,locations_on_ways=true")
            try:
                with (
                    closed_writer(osmium.SimpleWriter(target)) as writer,
                    osmium.io.Reader(osmium.io.File(str(path), file_format), wanted) as source,
                ):
                    osmium.apply(source, places, chosen, writer)
            except (ValueError, osmium.InvalidLocationError) as error:  # ids and coordinates that are none
                raise RuntimeError(str(error)) from None
            written.append(texts.enter_context(text.open(encoding="utf-8", errors="replace", newline="\n")))
        yield chain.from_iterable(written)


@contextmanager
def closed_writer(writer: SimpleWriter) -> Iterator[SimpleWriter]:
    """A writer that is closed at the end, and kept for good where that fails: letting go of it would end the process."""
    try:
        yield writer
    finally:
        try:
            writer.close()
        except Exception:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(writer))
            raise


def places_of(nodes: Sequence[str]) -> FloatArray:
    """Shape (nodes, 3): id, longitude and latitude, from OPL's ``n1x117.1y30.2,n2xy``; `NOWHERE` where not said."""
    text = ",".join(nodes).replace("xy", f"x{NOWHERE}y{NOWHERE}")
    return np.fromstring(text.translate(_TO_COMMAS), sep=",").reshape(-1, 3)


def _tags(tags: Iterable[str]) -> dict[str, str]:
    """Tags of OPL's ``key=value``; a comma or an equals sign in a text is escaped there."""
    pairs = (tag.partition("=") for tag in tags)
    return {_unescaped(key): _unescaped(value) for key, _, value in pairs}


def _unescaped(text: str) -> str:
    """Text in which OPL's ``%6c34%`` is the character of that number again."""
    if "%" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
