"""An OpenStreetMap file cut into many, each with the streets of a box; one pass over the file whatever their number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import shapely

from coverplan.errors import Problems
from coverplan.inputs.streets.osm import NOWHERE, places_of, street_lines
from coverplan.inputs.streets.osm_squares import square_rims
from coverplan.inputs.streets.wording import Bounds, not_osm
from coverplan.units import FloatArray

_LINES_AT_ONCE = 20_000
_PLACED = re.compile(r"x[-.\d]*y[-.\d]*")
_PLACE = re.compile(r"n(-?\d+)x([-.\d]+)y([-.\d]+)")
_MEMBER_WAY = re.compile(r"w(-?\d+)@")


def cut_osm(
    path: Path, boxes: Sequence[Bounds], targets: Sequence[Path], *, file_format: str, problems: Problems
) -> list[int] | None:
    """Write for each box a pbf file with every street that touches it, whole, and the barriers and squares inside.

    What `coverplan.inputs.streets.osm.read_osm` takes from such a file within its box is what it takes from the whole
    one. Things that are no streets are left out.

    Parameters
    ----------
    path, file_format
        The file, as `read_osm` takes it.
    boxes
        West, south, east, north in degrees.
    targets
        Where each part is written, ``.osm.pbf``.
    problems
        Receives what is wrong with the file.

    Returns
    -------
    list of int or None
        Streets in each part; None exactly if an error was written to `problems`. The memory is that of the places of
        all nodes, 16 bytes each, and of the largest part.
    """
    try:
        rims = frozenset(square_rims(path, file_format))
        with TemporaryDirectory(prefix="coverplan-") as folder:
            spools = [Path(folder) / f"{at}.opl" for at in range(len(boxes))]
            with street_lines(path, file_format, rims) as lines:
                _deal_out(lines, boxes, spools)
            squares = _squares(path, file_format, Path(folder)) if rims else []
            pairs = zip(spools, targets, strict=True)
            return [_written(spool, squares, target, Path(folder)) for spool, target in pairs]
    except RuntimeError as error:
        problems.add(not_osm(path, error))
        return None


def _deal_out(lines: Iterable[str], boxes: Sequence[Bounds], spools: Sequence[Path]) -> None:
    """Append each line to the file of every box that it touches, as it stands."""
    tree = shapely.STRtree([shapely.box(*box) for box in boxes])
    for some in _in_runs(lines):
        extents = _extents(some)
        known = np.flatnonzero(np.isfinite(extents[:, 0]))
        line, box = tree.query(shapely.box(*extents[known].T), predicate="intersects")
        for at in np.unique(box).tolist():
            mine = known[np.sort(line[box == at])]
            with spools[at].open("a", encoding="utf-8", newline="\n") as spool:
                spool.writelines(some[one] for one in mine.tolist())


def _in_runs(lines: Iterable[str]) -> Iterator[list[str]]:
    some: list[str] = []
    for line in lines:
        some.append(line)
        if len(some) >= _LINES_AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _extents(lines: Sequence[str]) -> FloatArray:
    """Shape (lines, 4): west, south, east, north of a way or node, NaN where it has no place."""
    nodes = [_nodes(line) for line in lines]
    counts = np.array([text.count("x") for text in nodes])
    answer = np.full((len(lines), 4), np.nan)
    places = places_of([text for text in nodes if text]) if counts.any() else np.empty((0, 3))
    of_line = np.repeat(np.arange(len(lines)), counts)
    placed = places[:, 1] != NOWHERE
    of_line, lon, lat = of_line[placed], places[placed, 1], places[placed, 2]
    found, first = np.unique(of_line, return_index=True)
    if len(found):
        for side, (function, values) in enumerate(
            ((np.minimum, lon), (np.minimum, lat), (np.maximum, lon), (np.maximum, lat))
        ):
            answer[found, side] = function.reduceat(values, first)
    return answer


def _nodes(line: str) -> str:
    """``n1x117.1y30.2,n2xy`` of a way, or of a node that stands alone; empty for a way without nodes."""
    if line[0] == "w":
        return line.rstrip("\n").split(" ")[2][1:]
    head, _, *places = line.rstrip("\n").split(" ")
    return head + "".join(places)


def _squares(path: Path, file_format: str, folder: Path) -> list[str]:
    """Relations that are streets, a line each."""
    import osmium

    text = folder / "squares.opl"
    with (
        osmium.SimpleWriter(osmium.io.File(str(text), "opl,add_metadata=false")) as writer,
        osmium.io.Reader(osmium.io.File(str(path), file_format), osmium.osm.RELATION) as source,
    ):
        osmium.apply(source, osmium.filter.KeyFilter("highway"), writer)
    return text.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)


def _written(spool: Path, squares: Sequence[str], target: Path, folder: Path) -> int:
    """Write one part from its lines; nodes first, in the order of their ids, as every reader wants them."""
    import osmium

    nodes: dict[int, str] = {}
    alone: dict[int, str] = {}
    ways: dict[int, str] = {}
    spool.touch()
    with spool.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            key = int(line[1 : line.index(" ")])
            if line[0] == "n":
                alone[key] = line
            elif key not in ways:
                nodes.update(
                    (int(one), f"n{one} x{lon} y{lat}\n") for one, lon, lat in _PLACE.findall(_nodes(line))
                )
                head, tags, places = line.rstrip("\n").split(" ")
                ways[key] = f"{head} {tags} {_PLACED.sub('', places)}\n"
    nodes.update(alone)
    kept = [one for one in squares if any(int(way) in ways for way in _MEMBER_WAY.findall(one))]
    text = folder / "part.opl"
    with text.open("w", encoding="utf-8", newline="\n") as part:
        part.writelines(nodes[key] for key in sorted(nodes))
        part.writelines(ways.values())
        part.writelines(kept)
    spool.unlink()
    with (
        osmium.SimpleWriter(str(target)) as writer,
        osmium.io.Reader(osmium.io.File(str(text), "opl")) as source,
    ):
        osmium.apply(source, writer)
    return len(ways)
