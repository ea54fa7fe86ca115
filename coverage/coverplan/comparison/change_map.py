"""Where people get nearer and farther, and which sites only one side has; drawn from layers of results alone."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from coverplan.comparison.outcome import Comparison
from coverplan.comparison.people import Pair, pair_of
from coverplan.comparison.side import Side
from coverplan.comparison.wording import Wording
from coverplan.report.content import Figure
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
    Points,
    Shape,
    box,
    text_width,
)
from coverplan.report.drawings.frame import Frame
from coverplan.report.drawings.names import spread
from coverplan.report.drawings.sketch_map import (
    LARGEST_DOT,
    LEGEND_HEIGHT,
    MOST_NAMES,
    NAME_SIZE,
    by_square,
    map_edges,
)
from coverplan.report.drawings.street_lines import StreetLines
from coverplan.report.drawings.unit_outlines import UnitOutlines
from coverplan.report.tables.coverage import street_level
from coverplan.text.placing import Taken
from coverplan.units import BoolArray, FloatArray

WIDTH, MOST_HEIGHT = 430.0, 330.0
GROUND, KEPT = "#f7f7f5", "#8a8f94"
MARK = 4.2


def change_map(
    comparison: Comparison, other: Side, wording: Wording, *, key: str, group: str
) -> Figure | None:
    """Figure of one standard and group; None where nothing changes or no place may be shown."""
    first = comparison.sides[0]
    pair = pair_of(first, other, key) if comparison.common.people else None
    if pair is None or first.demand is None:
        return None
    own, kept = _sites(first, other, key)
    if not (pair.nearer | pair.farther).any() and not any(map(len, own.values())):
        return None
    units = _units(first, street_level(first.result))
    people = np.where(first.demand["inside"].to_numpy(dtype=bool), first.demand[f"people|{group}"], 0.0)
    ground = units if units is not None else first.result.layers["demand"]
    frame = Frame.around(ground.total_bounds, WIDTH, MOST_HEIGHT)
    shapes: list[Shape] = [Area((box(0, 0, frame.width, frame.height),), GROUND, None)]
    shapes += StreetLines(first.result.layers.get("streets")).shapes(frame)
    outlines = None if units is None else UnitOutlines(units)
    if outlines is not None:
        shapes += outlines.lines(outlines.all, frame, 0.8)
    shapes += _people(first, pair, people, frame)
    shapes += [_squares(frame.place(kept), frame, KEPT, 1.8)] if len(kept) else []
    taken = Taken()
    marks = _own_sites(own, _numbers(comparison, first, other, key), frame, taken)
    if outlines is not None and len(outlines.all) <= MOST_NAMES:
        shapes += outlines.names(outlines.all, frame, taken, size=NAME_SIZE)
    shapes += marks
    shapes += [*map_edges(frame, wording.words), *_legend(frame, own, wording)]
    caption = wording(
        "figure.map",
        standard=wording.standard(key),
        group=wording.labels.group(group),
        pair=wording.pair(first, other),
    )
    counts = {name: wording.people(people[getattr(pair, name)].sum()) for name in ("nearer", "farther")}
    return Figure(
        f"change_{key}_{group}_{other.letter}",
        caption,
        Drawing(frame.width, frame.height + LEGEND_HEIGHT, tuple(shapes)),
        wording("figure.alt", caption=caption, **counts),
        wording("figure.note"),
    )


def _units(side: Side, types: tuple[str, ...] | None) -> gpd.GeoDataFrame | None:
    layer = side.result.layers.get("units")
    if layer is None or types is None:
        return None
    chosen = layer[layer["type"].isin(types) & layer.geometry.notna()]
    return chosen if len(chosen) else None


def _people(side: Side, pair: Pair, people: FloatArray, frame: Frame) -> list[Shape]:
    """People who get nearer and farther over small squares; one size of dot means the same in both."""
    places = frame.place(shapely.get_coordinates(side.result.layers["demand"].geometry))
    found = [
        (by_square(places[chosen], people[chosen]), colour)
        for chosen, colour in (
            (pair.nearer & (people > 0), BLUE),
            (pair.farther & (people > 0), VERMILION),
        )
        if chosen.any()
    ]
    most = max((float(sums.max()) for (_, sums), _ in found), default=1.0)
    return [
        Dots(centres, np.maximum(0.6, LARGEST_DOT * np.sqrt(sums / most)), colour)
        for (centres, sums), colour in found
    ]


def _sites(first: Side, other: Side, key: str) -> tuple[dict[str, Points], Points]:
    """Places of sites that only one side has, by letter, and of those that both have."""
    tables = {side.letter: _serving(side, key) for side in (first, other)}
    marks = {letter: set(zip(*_identity(table), strict=True)) for letter, table in tables.items()}
    both = marks[first.letter] & marks[other.letter]
    own = {letter: _places(table, _is_in(table, both) == 0) for letter, table in tables.items()}
    return own, _places(tables[first.letter], _is_in(tables[first.letter], both) == 1)


def _serving(side: Side, key: str) -> gpd.GeoDataFrame | None:
    layer = side.result.layers.get("facilities")
    if layer is None:
        return None
    counts = [
        side.counts(key, row_layer, kind)
        for row_layer, kind in zip(layer["layer"], layer["type"], strict=True)
    ]
    return layer[np.array(counts, dtype=bool) & layer["serves"].to_numpy(dtype=bool)]


def _identity(table: gpd.GeoDataFrame | None) -> tuple[list[str], list[float], list[float]]:
    """Id and place: a site that has moved is another one."""
    if table is None or not len(table):
        return [], [], []
    x, y = shapely.get_coordinates(table.geometry.centroid).T
    return table["id"].astype(str).tolist(), np.round(x, 1).tolist(), np.round(y, 1).tolist()


def _is_in(table: gpd.GeoDataFrame | None, both: set[tuple[str, float, float]]) -> BoolArray:
    return np.array([mark in both for mark in zip(*_identity(table), strict=True)], dtype=bool)


def _places(table: gpd.GeoDataFrame | None, chosen: BoolArray) -> Points:
    if table is None or not len(table):
        return np.zeros((0, 2))
    return shapely.get_coordinates(table.geometry.centroid)[chosen]


def _numbers(comparison: Comparison, first: Side, other: Side, key: str) -> dict[str, list[str]]:
    """What stands in the mark of each site that only one side has: its action's number, else the side's letter."""
    tables = {side.letter: _serving(side, key) for side in (first, other)}
    both = set.intersection(*(set(zip(*_identity(table), strict=True)) for table in tables.values()))
    found = {}
    for letter, table in tables.items():
        own = comparison.actions[comparison.actions["scenario"] == letter]
        numbers = dict(zip(own["facility"].astype(str), own["number"], strict=True))
        ids = [mark[0] for mark in zip(*_identity(table), strict=True) if mark not in both]
        found[letter] = [_short(numbers.get(identifier)) or letter for identifier in ids]
    return found


def _short(number: object) -> str:
    return number[1:].lstrip("0") if isinstance(number, str) else ""


def _own_sites(
    own: dict[str, Points], numbers: dict[str, list[str]], frame: Frame, taken: Taken
) -> list[Shape]:
    """Sites of one side only: hollow for the first, full for the other, each with its number or letter."""
    shapes: list[Shape] = []
    for letter, places in own.items():
        if not len(places):
            continue
        points, leads = spread(frame.place(places), MARK, taken)
        shapes += leads
        first = letter == "A"
        shapes.append(_squares(points, frame, PAPER if first else INK, MARK, stroke=INK if first else PAPER))
        shapes += [
            Label(x, y, number, 6.5 if len(number) < 3 else 5.0, "middle", INK if first else PAPER, bold=True)
            for (x, y), number in zip(points, numbers[letter], strict=True)
        ]
    return shapes


def _squares(points: Points, frame: Frame, fill: str, size: float, stroke: str | None = None) -> Area:
    within = (points >= 0).all(axis=1) & (points[:, 0] <= frame.width) & (points[:, 1] <= frame.height)
    shown = tuple(box(x - size, y - size, 2 * size, 2 * size) for x, y in points[within])
    return Area(shown or (box(-9, -9, 0.1, 0.1),), fill, stroke, 0.9)


def _legend(frame: Frame, own: dict[str, Points], wording: Wording) -> list[Shape]:
    y, x = frame.height + 14.0, 2.0
    shapes: list[Shape] = []
    for colour, name in ((BLUE, wording("map.nearer")), (VERMILION, wording("map.farther"))):
        shapes += [Dots(np.array([[x + 4, y]]), np.array([3.2]), colour), Label(x + 11, y, name, 7.5)]
        x += 11 + text_width(name, 7.5) + 14
    for letter in (letter for letter, places in own.items() if len(places)):
        name = wording("map.only", side=wording.side(letter))
        mark = np.array([[x + 5, y]])
        hollow = letter == "A"
        fill, stroke = (PAPER, INK) if hollow else (INK, PAPER)
        shapes.append(Area((box(mark[0, 0] - MARK, y - MARK, 2 * MARK, 2 * MARK),), fill, stroke, 0.9))
        shapes.append(Label(mark[0, 0], y, letter, 6.5, "middle", stroke, bold=True))
        shapes.append(Label(x + 13, y, name, 7.5))
        x += 13 + text_width(name, 7.5) + 14
    shapes.append(Area((box(x, y - 1.8, 3.6, 3.6),), KEPT, SOFT, 0.3))
    shapes.append(Label(x + 8, y, wording("map.both"), 7.5))
    return shapes
