"""The map itself on paper: cells by travel time or units by share, streets, borders, names, facilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.colors import to_rgba_array
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path as Outline

from coverplan.maps import colours
from coverplan.maps.extent import extent
from coverplan.maps.fonts import shortened, width_em
from coverplan.maps.lattice import cell_outline
from coverplan.maps.levels import depths, overview_level
from coverplan.maps.page_content import BASE_LAYERS, clusters_of
from coverplan.maps.paper import Box
from coverplan.maps.sheet import MARKERS, MM_PER_POINT
from coverplan.maps.streets import street_lines
from coverplan.maps.subject import Subject
from coverplan.maps.symbols import FacilityKind, Mark, facility_kinds
from coverplan.results import Result

#: Room around what is shown, as a part of its size.
ROOM = 0.03
PICTURE_BELOW = 3.05
#: A street drawn to a tenth of a millimetre.
PRINT_TOLERANCE_MM = 0.1
#: Names on a map beyond which they would only stand in each other's way.
MOST_NAMES = 60
LONGEST_NAME = 14
#: Clusters on a sheet, those with most people.
MOST_CLUSTERS = 12
#: Scale (one to so many) from which local streets are drawn too.
LOCAL_STREETS_FROM = 120_000


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
    # all that is many stands in one picture; borders, names and facilities stay lines and text
    axes.set_rasterization_zorder(PICTURE_BELOW)


def whole_window(result: Result, box: Box, enlarged: float) -> Window:
    """Window of everything that a result shows."""
    return window(extent(result), box, enlarged)


def draw_base(axes: Axes, result: Result) -> None:
    """Water, green, built-up areas and railways of the study."""
    for order, name in enumerate(BASE_LAYERS):
        layer = result.layers.get(name)
        if layer is None:
            continue
        parts = shapely.get_parts(layer.geometry.to_numpy())
        fill = {"water": colours.WATER, "green": colours.GREEN, "built_up": colours.BUILT_UP}.get(name)
        areas = parts[shapely.get_dimensions(parts) == 2]
        if fill is not None and len(areas):
            axes.add_collection(_fills(areas, facecolors=fill, linewidths=0, zorder=1 + order / 10))
        lines = parts[shapely.get_dimensions(parts) == 1]
        if len(lines):
            style = {"linestyles": (0, (5, 3))} if name == "railway" else {}
            colour = fill or colours.RAILWAY
            axes.add_collection(_lines(lines, colors=colour, linewidths=0.7, zorder=1.5, **style))


def draw_theme(axes: Axes, subject: Subject) -> None:
    """Travel times where they may be shown point by point, else shares by unit."""
    if subject.has_cells:
        draw_cells(axes, subject)
    else:
        draw_shares(axes, subject)


def draw_cells(axes: Axes, subject: Subject) -> None:
    """Peopled points by class of travel time; a picture in the file, however many there are."""
    layer = subject.result.layers["demand"]
    groups = [f"people|{group}" for group in subject.standard["groups"]]
    peopled = layer[groups].to_numpy(dtype=float).sum(axis=1) > 0
    layer = layer[layer["inside"].to_numpy(dtype=bool) & peopled]
    if not len(layer):
        return
    xy = shapely.get_coordinates(layer.geometry.to_numpy())
    palette = to_rgba_array([*colours.TIME_COLOURS, colours.OFF_NETWORK_COLOUR])
    classes = colours.time_classes(layer, subject.standard)
    polygons = xy[:, None, :] + cell_outline(xy)[None, :, :]
    off = classes == colours.OFF_NETWORK
    for chosen, edge in ((~off, palette[classes[~off]]), (off, "#777777")):
        style = {"facecolors": palette[classes[chosen]], "edgecolors": edge, "linewidths": 0.15, "zorder": 2}
        axes.add_collection(PolyCollection(polygons[chosen], **style))


def draw_shares(axes: Axes, subject: Subject, *, deepest: bool = False) -> None:
    """Units by the share covered: those of the level that is named on the map, or of the deepest one."""
    layer = units_of_level(subject.result, deepest=deepest)
    column = f"{subject.key}|{subject.group}|share"
    if layer is None or column not in layer:
        return
    values = layer[column].to_numpy(dtype=float)
    found = subject.share_classes().of(values)
    palette = np.array([*colours.SHARE_COLOURS, colours.NOBODY_COLOUR])
    shapes = layer.geometry.to_numpy()
    axes.add_collection(_fills(shapes, facecolors=palette[found], linewidths=0, zorder=2))


def draw_streets(axes: Axes, result: Result, view: Window) -> None:
    """Main streets, and local ones where the scale leaves room."""
    layer = result.layers.get("streets")
    if layer is None:
        return
    kinds = street_lines(layer, PRINT_TOLERANCE_MM / view.mm_per_m)
    if view.scale <= LOCAL_STREETS_FROM and len(kinds[1]):
        local = _lines(kinds[1], colors="#8a8a86", linewidths=0.22 * view.enlarged, zorder=3)
        axes.add_collection(local)
    if len(kinds[0]):
        axes.add_collection(_lines(kinds[0], colors="#5c5c58", linewidths=0.5 * view.enlarged, zorder=3.1))


def draw_borders(axes: Axes, result: Result, view: Window, *, thin: bool = False) -> None:
    """Borders of units, the higher the level the stronger."""
    layer = result.layers.get("units")
    if layer is None:
        return
    depth = np.asarray(depths(layer["code"].tolist(), layer["parent"].tolist()))
    widths = (0.7, 0.4, 0.15) if thin else (1.3, 0.8, 0.25)
    for level in range(int(depth.max()) + 1):
        shapes = layer.geometry.to_numpy()[depth == level]
        rings = shapely.boundary(shapes[~shapely.is_missing(shapes)])
        style = {"linewidths": widths[min(level, len(widths) - 1)] * view.enlarged, "zorder": 4 - level / 10}
        axes.add_collection(_lines(shapely.get_parts(rings), colors="#222222", **style))


def units_of_level(result: Result, *, deepest: bool = False) -> gpd.GeoDataFrame | None:
    """Units of the lowest level that has few enough of them to be told apart, or of the lowest level."""
    layer = result.layers.get("units")
    if layer is None:
        return None
    depth = depths(layer["code"].tolist(), layer["parent"].tolist())
    level = max(depth) if deepest else overview_level(depth)
    found = layer[(np.asarray(depth) == level) & layer.geometry.notna()]
    return found if len(found) else None


def draw_names(axes: Axes, subject: Subject, view: Window, *, size: float = 6.5) -> None:
    """Names of units where there is room, the largest first; none stands on another or on a cluster."""
    marked = shown_clusters(subject)
    half = 0.6 * line_height_m(view, size)
    taken = [] if marked is None else [(point.x, point.y, half) for point in marked.geometry]
    draw_unit_names(axes, subject.result, view, taken, size=size)


def line_height_m(view: Window, size_pt: float) -> float:
    """Height of a line of text in metres on the ground."""
    return size_pt * view.enlarged * MM_PER_POINT / view.mm_per_m * 1.5


def draw_unit_names(
    axes: Axes, result: Result, view: Window, taken: list[tuple[float, float, float]], *, size: float = 6.5
) -> None:
    """Names of units where there is room; `taken` are middles and half widths in metres of what stands there."""
    layer = units_of_level(result)
    if layer is None:
        return
    layer = layer.iloc[np.argsort(-layer.geometry.area.to_numpy(), kind="stable")[:MOST_NAMES]]
    height = line_height_m(view, size)
    points = shapely.point_on_surface(layer.geometry.to_numpy())
    for name, point in zip(layer["name"].astype(str), points, strict=True):
        text = shortened(name, LONGEST_NAME)
        half = width_em(text) * height / 3
        y = _free_height(point, half, height, taken)
        if y is None:
            continue
        taken.append((point.x, y, half))
        axes.text(
            point.x,
            y,
            text,
            fontsize=size * view.enlarged,
            ha="center",
            va="center",
            color="#111111",
            zorder=7,
            parse_math=False,
            clip_on=True,
            bbox={"facecolor": "white", "alpha": 0.72, "linewidth": 0, "pad": 0.6},
        )


def counted_facilities(subject: Subject) -> gpd.GeoDataFrame:
    """Facilities of the standard's layer and types; those that do not count in the year among them."""
    known = subject.result.layers["facilities"]
    chosen = known["layer"] == subject.layer
    if subject.standard["types"] is not None:
        chosen &= known["type"].isin(subject.standard["types"])
    return known[chosen]


def shown_kinds(subject: Subject) -> list[FacilityKind]:
    """Types that the standard counts and that are there."""
    if "facilities" not in subject.result.layers:
        return []
    shown = set(counted_facilities(subject)["type"].fillna(""))
    kinds = facility_kinds(subject.result)
    return [kind for kind in kinds if kind.layer == subject.layer and kind.type in shown]


def draw_facilities(axes: Axes, subject: Subject, view: Window, *, size_pt: float = 4.2) -> None:
    """Facilities by type: filled where they count in the year, hollow where not."""
    for kind in shown_kinds(subject):
        known = counted_facilities(subject)
        known = known[known["type"].fillna("") == kind.type]
        xy = shapely.get_coordinates(shapely.point_on_surface(known.geometry.to_numpy()))
        serves = known["serves"].to_numpy(dtype=bool)
        for counted in (False, True):
            draw_mark(axes, xy[serves == counted], kind.mark, filled=counted, size_pt=size_pt * view.enlarged)


def draw_mark(axes: Axes, xy: np.ndarray, mark: Mark, *, filled: bool, size_pt: float) -> PathCollection:
    """Marks at places in the axes' own coordinates, with a white rim so that they stand out."""
    style = MarkerStyle(MARKERS[mark.shape])
    where: dict[str, Any] = {"marker": style, "s": size_pt**2, "zorder": 6}
    axes.scatter(
        xy[:, 0], xy[:, 1], facecolors="white", edgecolors="white", linewidths=size_pt * 0.35, **where
    )
    return axes.scatter(
        xy[:, 0],
        xy[:, 1],
        facecolors=mark.colour if filled else "white",
        edgecolors="#1a1a1a" if filled else mark.colour,
        linewidths=size_pt * (0.09 if filled else 0.22),
        **where,
    )


def _free_height(
    point: shapely.Point, half: float, height: float, taken: list[tuple[float, float, float]]
) -> float | None:
    """Where a name may stand: in the middle, else a line above or below, else nowhere."""
    for y in (point.y, point.y + 1.2 * height, point.y - 1.2 * height):
        if not any(abs(point.x - x) < half + h and abs(y - other) < height for x, other, h in taken):
            return float(y)
    return None


def shown_clusters(subject: Subject) -> gpd.GeoDataFrame | None:
    """The clusters with most uncovered people of the subject's standard and group, or None."""
    layer = clusters_of(subject.result)
    if layer is None:
        return None
    layer = layer[(layer["standard"] == subject.key) & (layer["group"] == subject.group)]
    return layer[layer["cluster"] <= MOST_CLUSTERS] if len(layer) else None


def draw_clusters(axes: Axes, subject: Subject, view: Window) -> None:
    """Clusters of uncovered people by number."""
    layer = shown_clusters(subject)
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
                "edgecolor": "#c8102e",
                "linewidth": 0.9,
            },
        )


def _lines(lines: np.ndarray, **style: Any) -> LineCollection:
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    ends = np.flatnonzero(np.diff(owner)) + 1
    return LineCollection(np.split(coordinates, ends), capstyle="round", joinstyle="round", **style)


def _fills(shapes: np.ndarray, **style: Any) -> PathCollection:
    """Areas with their holes; a colour for each shape stays with it."""
    return PathCollection([_outline(shape) for shape in shapes], **style)


def _outline(shape: shapely.Geometry) -> Outline:
    """Outer rings one way round and holes the other, so that holes stay empty."""
    rings = []
    for polygon in shapely.get_parts(shapely.orient_polygons(shape)):
        rings += [shapely.get_coordinates(ring) for ring in shapely.get_rings(polygon)]
    vertices = np.concatenate(rings) if rings else np.zeros((0, 2))
    codes = [
        np.r_[Outline.MOVETO, np.full(len(ring) - 2, Outline.LINETO), Outline.CLOSEPOLY] for ring in rings
    ]
    return Outline(vertices, np.concatenate(codes) if codes else None)
