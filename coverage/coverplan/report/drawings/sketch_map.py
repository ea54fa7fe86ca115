"""Small maps for pages: the worst places of the area, and one unit with what stands in it.

They are drawn from the layers of a result and nothing else, so that protected places cannot appear in them.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from coverplan.report.drawings import street_marks
from coverplan.report.drawings.charts import nice_ticks
from coverplan.report.drawings.drawing import (
    BLUE,
    INK,
    PAPER,
    SOFT,
    VERMILION,
    Area,
    Dots,
    Drawing,
    Label,
    Lines,
    Marks,
    Points,
    Shape,
    box,
    line,
    text_width,
)
from coverplan.report.drawings.frame import Frame
from coverplan.report.drawings.names import spread
from coverplan.report.drawings.street_lines import StreetLines
from coverplan.report.drawings.unit_outlines import UnitOutlines
from coverplan.report.labels import Labels
from coverplan.results.result import Result
from coverplan.results.wording import LISTED_CLUSTERS
from coverplan.text.placing import Taken
from coverplan.text.words import Words
from coverplan.units import BoolArray, FloatArray, Int64Array

#: Fill of units by covered share, below 20 % first: dark is worse, and stays darker in grey print.
CLASSES: tuple[tuple[float, str], ...] = (
    (0.2, "#993404"),
    (0.4, "#d95f0e"),
    (0.6, "#fe9929"),
    (0.8, "#fed98e"),
    (float("inf"), "#fff7dc"),
)
UNKNOWN_FILL = "#eeeeee"
DARK = "#333333"
#: People who are not covered are drawn by squares of this side, in points.
SQUARE = 6.0
LARGEST_DOT = 3.8
CLUSTER_RADIUS = 7.0
LEGEND_HEIGHT = 44.0
#: Units of a map of the whole area whose names have room, and the size of these in points.
MOST_NAMES, NAME_SIZE = 20, 7.5


def area_map(
    result: Result, labels: Labels, standard: str, group: str, types: tuple[str, ...] | None, *, width: float
) -> Drawing | None:
    """The whole area: units by share, people who are not covered, clusters by number."""
    layer = _layer_of(result, standard)
    units = units_of(result, labels)
    chosen = np.empty(0, dtype=np.int64) if units is None or types is None else units.of_types(types)
    if units is not None and len(chosen):
        bounds = units.bounds(chosen)
    else:
        units, ground = None, result.layers.get("demand", result.layers.get("facilities"))
        if ground is None or not len(ground):
            return None
        bounds = ground.total_bounds
    frame = Frame.around(bounds, width, 400.0)
    shapes: list[Shape] = []
    if units is not None:
        shapes += _filled(units, chosen, f"{standard}|{group}|share", frame)
    shapes += streets(result, labels, frame)
    if units is not None:
        shapes += units.lines(chosen, frame, 0.8)
    shapes += _uncovered(result, labels, frame, standard, group)
    shapes += _facilities(result, labels, frame, layer)
    taken = Taken()
    clusters = _clusters(result, frame, taken, standard, group)
    if units is not None and len(chosen) <= MOST_NAMES:
        shapes += units.names(chosen, frame, taken, size=NAME_SIZE)
    shapes += clusters
    shapes += _furniture(frame, labels, filled=units is not None, dots=_has_dots(result, standard))
    return Drawing(width, frame.height + LEGEND_HEIGHT, tuple(shapes))


def unit_map(
    result: Result, labels: Labels, code: str, standard: str, group: str, *, width: float
) -> Drawing | None:
    """One unit: its parts by share, streets, facilities, people who are not covered; None without outline."""
    units = units_of(result, labels)
    own = None if units is None else units.called(code)
    if units is None or own is None or not len(own):
        return None
    parts = units.below(code)
    frame = Frame.around(units.bounds(own), width, 250.0)
    shapes = _filled(units, parts if len(parts) else own, f"{standard}|{group}|share", frame)
    shapes += streets(result, labels, frame)
    shapes += units.lines(parts, frame, 0.5) + units.lines(own, frame, 1.4)
    shapes += _uncovered(result, labels, frame, standard, group)
    chosen = _layer_of(result, standard)
    marks, types = _typed_facilities(result, labels, frame, chosen)
    shapes += marks
    places, numbers = _within(
        frame, *labels.kept(("done", chosen), lambda: street_marks.done_in(result, chosen))
    )
    taken = Taken()
    places, leads = spread(places, street_marks.NUMBER_RADIUS, taken)
    shapes += units.names(parts, frame, taken, size=street_marks.PART_SIZE, largest_first=True)
    shapes += leads + street_marks.done_marks(places, numbers)
    shapes += _furniture(frame, labels, filled=True, dots=_has_dots(result, standard), facilities=False)
    below = frame.height + LEGEND_HEIGHT + 2
    legend, bottom = street_marks.marks_legend(labels, types, done=bool(numbers), top=below, width=width)
    return Drawing(width, bottom if legend else frame.height + LEGEND_HEIGHT, tuple(shapes + legend))


def _typed_facilities(
    result: Result, labels: Labels, frame: Frame, layer: str
) -> tuple[list[Shape], list[tuple[int, str]]]:
    """Facilities in the frame, each with the mark of its type; and position and name of the types that are there."""
    table = result.layers.get("facilities")
    if table is None:
        return [], []
    types, coordinates, names = labels.kept(("typed", layer), lambda: _typed(table, layer))
    places, kinds = _within(frame, coordinates, names)
    of_type = np.array([types.index(kind) for kind in kinds], dtype=np.int64)
    there = [(i, kind) for i, kind in enumerate(types) if kind in set(kinds)]
    return [street_marks.marks_of(i, places[of_type == i]) for i, _ in there], there


def _typed(table: gpd.GeoDataFrame, layer: str) -> tuple[list[str], Points, list[str]]:
    """Types of a layer, and place and type of its facilities that serve."""
    own = table[(table["layer"] == layer) & table["serves"].astype(bool)]
    places = shapely.get_coordinates(own.geometry.centroid)
    return street_marks.types_of(table, layer), places, own["type"].fillna("").tolist()


def _within(frame: Frame, coordinates: Points, names: Sequence[str]) -> tuple[Points, list[str]]:
    """Places on the paper of what lies in the frame, with what belongs to each."""
    places = frame.place(coordinates)
    inside = (places >= 0).all(axis=1) & (places[:, 0] <= frame.width) & (places[:, 1] <= frame.height)
    return places[inside], [name for name, shown in zip(names, inside, strict=True) if shown]


def _layer_of(result: Result, standard: str) -> str:
    return next(str(s["layer"]) for s in result.summary["standards"] if s["key"] == standard)


def units_of(result: Result, labels: Labels) -> UnitOutlines | None:
    """Outlines of the result's units, made ready once."""
    layer = result.layers.get("units")
    return None if layer is None else labels.kept("units", lambda: UnitOutlines(layer))


def _filled(units: UnitOutlines, chosen: Int64Array, column: str, frame: Frame) -> list[Shape]:
    return [
        Area(rings, share_fill(share), None)
        for rings, share in zip(units.rings(chosen, frame), units.values(chosen, column), strict=True)
        if rings
    ]


def share_fill(share: float) -> str:
    """Colour of a covered share; grey where nobody lives."""
    if np.isnan(share):
        return UNKNOWN_FILL
    return next(fill for below, fill in CLASSES if share < below)


def streets(result: Result, labels: Labels, frame: Frame) -> list[Shape]:
    """Streets of the frame."""
    lines: StreetLines = labels.kept("streets", lambda: StreetLines(result.layers.get("streets")))
    return lines.shapes(frame)


def _uncovered(result: Result, labels: Labels, frame: Frame, standard: str, group: str) -> list[Shape]:
    """People who are not covered, added up over small squares; larger dots are more people."""
    demand = result.layers.get("demand")
    if demand is None or f"{standard}|reason" not in demand:
        return []
    metres, people = labels.kept(("left", standard, group), lambda: _left(demand, standard, group))
    points, within = _shown(metres, frame)
    people = people[within]
    if not len(points):
        return []
    centres, sums = by_square(points, people)
    radii = np.maximum(0.4, LARGEST_DOT * np.sqrt(sums / sums.max()))
    order = np.argsort(-radii, kind="stable")
    return [Dots(centres[order], radii[order], DARK)]


def _left(demand: gpd.GeoDataFrame, standard: str, group: str) -> tuple[Points, FloatArray]:
    """Places of those who are not covered, and how many they are."""
    left = demand[f"{standard}|reason"].isin(["too_far", "not_reached", "off_network"]) & demand["inside"]
    people = demand[f"people|{group}"].to_numpy(dtype=float)
    left &= people > 0
    return shapely.get_coordinates(demand.geometry[left]), people[left.to_numpy()]


def _shown(metres: Points, frame: Frame) -> tuple[Points, BoolArray]:
    """Those of the places that the paper shows, on it, and which they are."""
    x0, y0, x1, y1 = frame.bounds()
    x, y = metres.T
    within = np.asarray((x >= x0) & (x <= x1) & (y >= y0) & (y <= y1))
    return frame.place(metres[within]), within


def by_square(points: Points, people: FloatArray) -> tuple[Points, FloatArray]:
    """People added up over small squares of the paper: centres of shape (n, 2) and people of shape (n,)."""
    column, row = np.floor(points / SQUARE).astype(np.int64).T
    low, high = row.min(initial=0), row.max(initial=0)
    # one number for each square, column by column
    squares, at = np.unique(column * (high - low + 1) + row - low, return_inverse=True)
    sums = np.bincount(at, weights=people, minlength=len(squares)).astype(np.float64)
    centres = np.column_stack([np.bincount(at, weights=points[:, i] * people) / sums for i in range(2)])
    return centres, sums


def _facilities(result: Result, labels: Labels, frame: Frame, layer: str) -> list[Shape]:
    table = result.layers.get("facilities")
    if table is None:
        return []
    metres = labels.kept(("facilities", layer), lambda: _serving(table, layer))
    places, _ = _shown(metres, frame)
    if not len(places):
        return []
    size = 2.6
    return [Marks(box(-size, -size, 2 * size, 2 * size), places, BLUE, PAPER, 0.7)]


def _serving(table: gpd.GeoDataFrame, layer: str) -> Points:
    """Places of the facilities of a layer that serve."""
    chosen = table[(table["layer"] == layer) & table["serves"].astype(bool)]
    return shapely.get_coordinates(chosen.geometry.centroid)


def _clusters(result: Result, frame: Frame, taken: Taken, standard: str, group: str) -> list[Shape]:
    found = result.tables.get("clusters")
    if found is None or found.empty:
        return []
    chosen = found[(found["standard"] == standard) & (found["group"] == group)].head(LISTED_CLUSTERS)
    if "x" in chosen:
        coordinates = chosen[["x", "y"]].to_numpy(dtype=float)
    else:
        coordinates = shapely.get_coordinates(chosen.geometry)
    places, shapes = spread(frame.place(coordinates), CLUSTER_RADIUS, taken)
    for (x, y), number in zip(places, chosen["cluster"], strict=True):
        shapes.append(Dots(np.array([[x, y]]), np.array([CLUSTER_RADIUS]), PAPER, VERMILION, 1.6))
        shapes.append(Label(x, y, str(int(number)), 8.5, "middle", INK, bold=True))
    return shapes


def _has_dots(result: Result, standard: str) -> bool:
    demand = result.layers.get("demand")
    return demand is not None and f"{standard}|reason" in demand


def _furniture(
    frame: Frame, labels: Labels, *, filled: bool, dots: bool, facilities: bool = True
) -> list[Shape]:
    """Border, north arrow, scale bar and legend."""
    return [
        *map_edges(frame, labels.words),
        *_legend(frame, labels, filled=filled, dots=dots, facilities=facilities),
    ]


def map_edges(frame: Frame, words: Words) -> list[Shape]:
    """Border, north arrow and scale bar."""
    border = Area((box(0.5, 0.5, frame.width - 1, frame.height - 1),), None, SOFT, 0.6)
    return [border, *_north(frame, words), *_scale_bar(frame, words)]


def _north(frame: Frame, words: Words) -> list[Shape]:
    x, y = frame.width - 16, 24.0
    arrow = np.array([[x, y - 12], [x + 5, y + 6], [x, y + 2], [x - 5, y + 6]])
    return [
        Area((arrow,), INK, PAPER, 0.6),
        Label(x, y - 17, words("map.north"), 7, "middle", INK, halo=True),
    ]


def _scale_bar(frame: Frame, words: Words) -> list[Shape]:
    metres = nice_ticks(0.0, 0.22 * frame.width / frame.scale, 2)[1]
    size = metres * frame.scale
    x, y = 10.0, frame.height - 9
    unit, value = ("kilometres", metres / 1000) if metres >= 1000 else ("metres", metres)
    told = words(f"map.scale.{unit}", value=f"{value:g}")
    bar = (line((x, y - 3), (x, y), (x + size, y), (x + size, y - 3)),)
    return [Lines(bar, PAPER, 3.0), Lines(bar, INK, 1.2), Label(x + size + 5, y - 1, told, 7, halo=True)]


def _legend(frame: Frame, labels: Labels, *, filled: bool, dots: bool, facilities: bool) -> list[Shape]:
    y = frame.height + 12.0
    shapes: list[Shape] = []
    x = 0.0
    marks: list[tuple[Shape, str]] = []
    if facilities:
        marks.append((Area((box(2, y - 3, 6, 6),), BLUE, PAPER, 0.5), labels("map.facility")))
    if dots:
        marks.append((Dots(np.array([[5.0, y]]), np.array([3.2]), DARK), labels("map.uncovered")))
    for mark, name in marks:
        shapes.append(moved(mark, x))
        shapes.append(Label(x + 13, y, name, 7.5))
        x += 13 + text_width(name, 7.5) + 14
    if filled:
        shapes += _classes(y + 18, labels, frame.width)
    return shapes


def _classes(y: float, labels: Labels, width: float) -> list[Shape]:
    """The classes of shares in one row, closer together where a small map leaves less room."""
    share = labels("map.share")
    names = ("0–20%", "20–40%", "40–60%", "60–80%", "80–100%")
    taken = text_width(share, 7.5) + sum(18 + text_width(name, 7.5) for name in names)
    # the faces of browsers differ a little from the widths that are reckoned with
    gap = min(10.0, max(2.0, (width - 8.0 - taken) / len(names)))
    shapes: list[Shape] = [Label(0, y, share, 7.5)]
    x = text_width(share, 7.5) + gap
    for (_, fill), name in zip(CLASSES, names, strict=True):
        shapes.append(Area((box(x, y - 4.5, 14, 9),), fill, INK, 0.4))
        shapes.append(Label(x + 18, y, name, 7.5))
        x += 18 + text_width(name, 7.5) + gap
    return shapes


def moved(mark: Shape, x: float) -> Shape:
    """A mark further to the right."""
    shift = np.array([x, 0.0])
    if isinstance(mark, Area):
        return Area(tuple(ring + shift for ring in mark.rings), mark.fill, mark.stroke, mark.width)
    assert isinstance(mark, Dots)
    return Dots(mark.centres + shift, mark.radii, mark.fill, mark.stroke, mark.width)
