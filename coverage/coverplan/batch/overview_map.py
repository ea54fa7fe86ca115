"""Map of the areas of a batch for paper: filled by share, numbered by rank."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from coverplan.maps.colours import NOBODY_COLOUR, SHARE_COLOURS, WIDE_BREAKS, ShareClasses
from coverplan.report.drawings.drawing import INK, PAPER, Area, Drawing, Label, Points, Shape, box, text_width
from coverplan.report.drawings.frame import Frame
from coverplan.report.drawings.sketch_map import map_edges
from coverplan.text.words import Words

WIDTH, MOST_HEIGHT = 430.0, 400.0
#: Metres of a degree of latitude.
DEGREE_M = 111_195.0
_NUMBER_PT, _ROOM_PT = 7.0, 15.0
_NO_RESULT = "#dddddd"
_LEGEND_PT = 12.0


def area_map(ranking: pd.DataFrame, outlines: gpd.GeoDataFrame, words: Words) -> Drawing:
    """Areas north up with a scale, filled by the share that the ranking gives them.

    Parameters
    ----------
    ranking
        ``area``, ``rank``, ``share``; NaN where nobody lives.
    outlines
        ``area`` and outline in longitude and latitude.
    words
        Of the reader.
    """
    shapes_m = _metres(outlines)
    frame = Frame.around(shapely.total_bounds(shapes_m).tolist(), WIDTH, MOST_HEIGHT)
    classes = ShareClasses(WIDE_BREAKS)
    level = dict(
        zip(ranking["area"], classes.of(ranking["share"].to_numpy(dtype=float)).tolist(), strict=True)
    )
    rank = dict(zip(ranking["area"], ranking["rank"], strict=True))
    drawn: list[Shape] = []
    numbers: list[Shape] = []
    for area, shape in zip(outlines["area"], shapes_m, strict=True):
        at = level.get(area)
        fill = _NO_RESULT if at is None else NOBODY_COLOUR if at < 0 else SHARE_COLOURS[at]
        rings = _rings(shape, frame)
        if rings:
            drawn.append(Area(rings, fill, INK, 0.4))
        if area in rank and _has_room(shape, frame):
            (x, y) = frame.place(shapely.get_coordinates(shape.representative_point()))[0]
            ink = PAPER if fill in SHARE_COLOURS[:2] else INK
            numbers.append(Label(float(x), float(y), str(rank[area]), _NUMBER_PT, "middle", ink))
    legend, height = _legend(classes.labels(words), frame.height + _LEGEND_PT)
    return Drawing(WIDTH, height, (*drawn, *numbers, *map_edges(frame, words), *legend))


def _metres(outlines: gpd.GeoDataFrame) -> list[BaseGeometry]:
    """Outlines in metres about the middle of all of them: true to distance where they lie near each other."""
    _, south, _, north = outlines.total_bounds
    squeeze = float(np.cos(np.radians((south + north) / 2)))
    return [affinity.scale(shape, DEGREE_M * squeeze, DEGREE_M, origin=(0, 0)) for shape in outlines.geometry]


def _rings(shape: BaseGeometry, frame: Frame) -> tuple[Points, ...]:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors) if len(ring.coords) > 3]
    return tuple(frame.place(np.asarray(ring.coords)[:-1, :2]) for ring in rings)


def _has_room(shape: BaseGeometry, frame: Frame) -> bool:
    west, south, east, north = shape.bounds
    return min(east - west, north - south) * frame.scale >= _ROOM_PT


def _legend(labels: list[str], y: float) -> tuple[list[Shape], float]:
    """Boxes with the shares that they stand for, in as many lines as they need; and where they end."""
    shapes: list[Shape] = []
    x = 0.0
    for colour, name in zip(SHARE_COLOURS, labels, strict=True):
        wide = 18 + text_width(name, 7.5) + 12
        if x + wide > WIDTH and x:
            x, y = 0.0, y + _LEGEND_PT
        shapes += [Area((box(x, y - 4.5, 14, 9),), colour, INK, 0.4), Label(x + 18, y, name, 7.5)]
        x += wide
    return shapes, y + _LEGEND_PT
