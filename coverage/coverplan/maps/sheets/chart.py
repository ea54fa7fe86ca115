"""The map itself on paper: cells by travel time or units by share, streets, borders, names, facilities."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from coverplan.maps import colours
from coverplan.maps.outlines import area_outlines
from coverplan.maps.sheets.fonts import shortened, width_em
from coverplan.maps.sheets.ground import Ground, Part
from coverplan.maps.sheets.line import Line
from coverplan.maps.sheets.paper import Box
from coverplan.maps.sheets.shapes import Look, Shapes
from coverplan.maps.sheets.sheet import MARKERS, MM_PER_POINT
from coverplan.maps.sheets.shown import facilities_of, names_of_level, units_of_level
from coverplan.maps.subject import Subject
from coverplan.maps.symbols import Mark
from coverplan.maps.web.page_content import clusters_of
from coverplan.text.placing import Taken

#: Room around what is shown, as a part of its size.
ROOM = 0.03
#: Vertices of one sheet's ground beyond which a file of lines would open slowly, and what is beneath then.
MOST_VERTICES = 400_000
PICTURE_BELOW = 3.05
#: A street drawn to a tenth of a millimetre.
PRINT_TOLERANCE_MM = 0.1
LONGEST_NAME = 14
#: Scales that people call round, and times ten.
ROUND_SCALES = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
#: Scale (one to so many) from which local streets are drawn too.
LOCAL_STREETS_FROM = 120_000
#: ... and from which ways for walkers are; and names of the lowest level of units.
PATHS_FROM, LOWEST_NAMES_FROM = 90_000, 100_000


@dataclass(frozen=True, slots=True)
class Window:
    """What part of the ground a box on paper shows.

    Parameters
    ----------
    west, south, east, north
        Edges in metres.
    mm_per_m
        Millimetres on paper for a metre on the ground.
    enlarged
        How much larger type and lines are than on A4.
    """

    west: float
    south: float
    east: float
    north: float
    mm_per_m: float
    enlarged: float

    @property
    def scale(self) -> float:
        """One millimetre on paper is so many on the ground."""
        return 1000 / self.mm_per_m


def window(bounds: tuple[float, float, float, float], box: Box, enlarged: float) -> Window:
    """Window that holds bounds with some room, as large as the box allows."""
    west, south, east, north = bounds
    width, height = max(east - west, 1.0) * (1 + 2 * ROOM), max(north - south, 1.0) * (1 + 2 * ROOM)
    mm_per_m = min(box.width / width, box.height / height)
    x, y = (west + east) / 2, (south + north) / 2
    half_width, half_height = box.width / mm_per_m / 2, box.height / mm_per_m / 2
    return Window(x - half_width, y - half_height, x + half_width, y + half_height, mm_per_m, enlarged)


def set_window(axes: Axes, view: Window) -> None:
    """Let axes show a window."""
    axes.set_xlim(view.west, view.east)
    axes.set_ylim(view.south, view.north)
    axes.set_autoscale_on(False)


def whole_window(ground: Ground, box: Box, enlarged: float) -> Window:
    """Window of everything that a result shows, at a round scale."""
    fitting = window(ground.bounds, box, enlarged)
    mm_per_m = 1000 / round_scale(fitting.scale)
    x, y = (fitting.west + fitting.east) / 2, (fitting.south + fitting.north) / 2
    half_width, half_height = box.width / mm_per_m / 2, box.height / mm_per_m / 2
    return Window(x - half_width, y - half_height, x + half_width, y + half_height, mm_per_m, enlarged)


def round_scale(scale: float) -> float:
    """The next scale that is no larger a map: 1:10,000, 12,000, 15,000, 20,000 ... 80,000 and times ten."""
    power = 10.0 ** math.floor(math.log10(scale))
    return power * next(step for step in ROUND_SCALES if step >= scale / power - 1e-9)


def draw_base(axes: Axes, ground: Ground) -> None:
    """Water, green, built-up areas and railways of the study."""
    shapes = shapes_of(axes, ground)
    for position, part in enumerate(ground.base):
        order = (1.0 if part.stroke is None else 1.5) + position / 100
        shapes.add(part, Look(order, 0.7))


def draw_theme(axes: Axes, subject: Subject, ground: Ground) -> None:
    """Travel times where they may be shown point by point, else shares by unit."""
    if subject.has_cells:
        shapes = shapes_of(axes, ground)
        for part in ground.cells(subject.standard, before=subject.before):
            shapes.add(part, Look(2, 0.15))
    else:
        draw_shares(axes, subject, ground)


def draw_shares(axes: Axes, subject: Subject, ground: Ground, *, deepest: bool = False) -> None:
    """Units by the share covered: those of the level that is named on the map, or of the deepest one."""
    key = "shares", subject.key, subject.group, subject.before, deepest
    shapes = shapes_of(axes, ground)
    for part in ground.kept(key, lambda: _shares(subject, ground, deepest=deepest)):
        shapes.add(part, Look(2, 0))


def _shares(subject: Subject, ground: Ground, *, deepest: bool) -> list[Part]:
    layer = units_of_level(ground, deepest=deepest)
    if layer is None:
        return []
    found = subject.share_classes().of(subject.shares(layer["code"]))
    palette = [*colours.SHARE_COLOURS, colours.NOBODY_COLOUR]
    shapes = layer.geometry.to_numpy()
    return [Part(area_outlines(shapes[found == kind]), fill=palette[kind]) for kind in np.unique(found)]


def draw_streets(axes: Axes, ground: Ground, view: Window) -> None:
    """Main streets, and local ones where the scale leaves room."""
    kinds = ground.streets(PRINT_TOLERANCE_MM / view.mm_per_m)
    if not kinds:
        return
    shapes = shapes_of(axes, ground)
    if view.scale <= PATHS_FROM:
        shapes.add(kinds[2], Look(2.9, 0.1 * view.enlarged, "#a5a5a0"))
    if view.scale <= LOCAL_STREETS_FROM:
        shapes.add(kinds[1], Look(3, 0.22 * view.enlarged, "#8a8a86"))
    shapes.add(kinds[0], Look(3.1, 0.5 * view.enlarged, "#5c5c58"))


def draw_borders(axes: Axes, ground: Ground, view: Window, *, thin: bool = False) -> None:
    """Borders of units, the higher the level the stronger."""
    shapes = shapes_of(axes, ground)
    for level, part in enumerate(ground.borders):
        shapes.add(part, Look(4 - level / 10, border_width(level, thin=thin) * view.enlarged, "#222222"))


def border_width(level: int, *, thin: bool = False) -> float:
    """Width in points of the borders of a level of units, 0 for the highest."""
    widths = (0.7, 0.4, 0.15) if thin else (1.3, 0.8, 0.25)
    return widths[min(level, len(widths) - 1)]


def draw_as_picture(axes: Axes, ground: Ground, *, panels: int = 1) -> None:
    """Let all that is many stand in one picture where it has very many vertices; `panels` such maps on the sheet.

    Borders, names and facilities stay lines and text.
    """
    shapes = shapes_of(axes, ground)
    if shapes.vertices * panels > MOST_VERTICES:
        shapes.draw_as_picture(PICTURE_BELOW)


def shapes_of(axes: Axes, ground: Ground) -> Shapes:
    """Shapes of the ground that axes draw."""
    return next((each for each in axes.artists if isinstance(each, Shapes)), None) or Shapes(axes, ground)


def line_height_m(view: Window, size_pt: float) -> float:
    """Height of a line of text in metres on the ground."""
    return size_pt * view.enlarged * MM_PER_POINT / view.mm_per_m * 1.5


def taken_by(subject: Subject, ground: Ground, view: Window, *, clusters: int, size: float = 6.5) -> Taken:
    """What stands on the map of a standard before its names are written: clusters, and facilities if need be."""
    taken, marked = Taken(), shown_clusters(subject, clusters)
    half = 0.6 * line_height_m(view, size)
    for point in () if marked is None else marked.geometry:
        taken.take(point.x, point.y, half, half)
    taken.avoid(facilities_of(subject, ground).places)
    return taken


def draw_unit_names(axes: Axes, ground: Ground, view: Window, taken: Taken, *, size: float = 6.5) -> None:
    """Names of units where there is room, the largest first; those of the lowest level where the scale leaves room."""
    names = names_of_level(ground)
    # a patch beneath each of very many names would double the time to draw them
    back = ("white", 0.72, 0.6)
    _draw_names(axes, names, view, taken, size=size, color="#111111", back=back)
    lowest = names_of_level(ground, deepest=True)
    if view.scale <= LOWEST_NAMES_FROM and len(lowest) != len(names):
        _draw_names(axes, lowest, view, taken, size=0.62 * size, color="#1f1f1c")


def _draw_names(
    axes: Axes,
    names: list[tuple[str, float, float]],
    view: Window,
    taken: Taken,
    *,
    size: float,
    **style: Any,
) -> None:
    height = line_height_m(view, size)
    for name, x, y in names:
        text = shortened(name, LONGEST_NAME)
        half = width_em(text) * height / 3
        lines = (0.0, 1.2, -1.2, 2.2, -2.2)
        choices = [(x + aside * half, y + up * height) for aside in (0, 0.6, -0.6) for up in lines]
        place = taken.place(choices, half, 0.5 * height)
        if place is None:
            continue
        look: dict[str, Any] = {
            "fontsize": size * view.enlarged,
            "ha": "center",
            "va": "center",
            "zorder": 7,
            **style,
        }
        axes.add_artist(Line(*place, text, transform=axes.transData, **look))


def draw_facilities(
    axes: Axes, subject: Subject, ground: Ground, view: Window, *, size_pt: float = 4.2
) -> None:
    """Facilities by type: filled where they count in the year, hollow where not."""
    shown = facilities_of(subject, ground)
    for at, kind in enumerate(shown.kinds):
        for counted in (False, True):
            xy = shown.places[(shown.of_kind == at) & (shown.serves == counted)]
            if len(xy):
                draw_mark(axes, xy, kind.mark, filled=counted, size_pt=size_pt * view.enlarged)


def draw_mark(axes: Axes, xy: np.ndarray, mark: Mark, *, filled: bool, size_pt: float) -> Line2D:
    """Marks at places in the axes' own coordinates, with a white rim so that they stand out; gives those above it."""
    shape = {"marker": MARKERS[mark.shape], "markersize": size_pt, "linestyle": "none", "zorder": 6}
    rim = {"markerfacecolor": "white", "markeredgecolor": "white", "markeredgewidth": size_pt * 0.35}
    look = {
        "markerfacecolor": mark.colour if filled else "white",
        "markeredgecolor": "#1a1a1a" if filled else mark.colour,
        "markeredgewidth": size_pt * (0.09 if filled else 0.22),
    }
    styles: list[dict[str, Any]] = [shape | rim, shape | look]
    beneath, marks = (Line2D(xy[:, 0], xy[:, 1], transform=axes.transData, **style) for style in styles)
    axes.add_artist(beneath)
    axes.add_artist(marks)
    return marks


def clusters_for(subject: Subject) -> gpd.GeoDataFrame | None:
    """The clusters of uncovered people of the subject's standard and group, or None."""
    layer = clusters_of(subject.result)
    if layer is None:
        return None
    layer = layer[(layer["standard"] == subject.key) & (layer["group"] == subject.group)]
    return layer if len(layer) else None


def shown_clusters(subject: Subject, most: int) -> gpd.GeoDataFrame | None:
    """At most so many clusters, those with most people; None for none."""
    layer = clusters_for(subject)
    return None if layer is None or most < 1 else layer.nsmallest(most, "cluster")


def draw_clusters(axes: Axes, subject: Subject, view: Window, *, most: int) -> None:
    """Clusters of uncovered people by number, at most so many."""
    layer = shown_clusters(subject, most)
    if layer is None:
        return
    for point, number in zip(layer.geometry, layer["cluster"], strict=True):
        axes.text(
            point.x,
            point.y,
            str(int(number)),
            fontsize=6 * view.enlarged,
            ha="center",
            va="center",
            color="#8c0b20",
            zorder=8,
            clip_on=True,
            bbox={
                "boxstyle": "circle,pad=0.25",
                "facecolor": "white",
                "edgecolor": colours.CLUSTER_RING,
                "linewidth": 0.9,
            },
        )
