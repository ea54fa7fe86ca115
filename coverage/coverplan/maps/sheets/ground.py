"""What print maps draw beneath their words: made ready once for every sheet, paper and language of a result."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pyproj
import shapely
from matplotlib.path import Path as Outline

from coverplan.maps import colours
from coverplan.maps.extent import crs_of, extent
from coverplan.maps.lattice import cell_outline
from coverplan.maps.levels import depths, level_names
from coverplan.maps.outlines import area_outlines, cell_outlines, line_outlines
from coverplan.maps.streets import joined_streets, simplified
from coverplan.maps.web.page_content import BASE_LAYERS
from coverplan.results.result import Result
from coverplan.results.whole_people import in_whole_people
from coverplan.text.words import Words

T = TypeVar("T")
#: Bytes of pictures that are kept for other sheets.
MOST_KEPT = 300_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """Shapes of one look.

    Parameters
    ----------
    outlines
        Their paths, in metres.
    fill, stroke
        Colours, None without.
    dashed
        Whether the stroke is broken.
    """

    outlines: list[Outline]
    fill: str | None = None
    stroke: str | None = None
    dashed: bool = False


class Ground:
    """Ground of a result.

    Parameters
    ----------
    result
        The run's answer.
    """

    def __init__(self, result: Result) -> None:
        self.result = in_whole_people(result)
        self._cells: dict[tuple[str, bool], list[Part]] = {}
        self._streets: dict[float, list[Part]] = {}
        self._kept: dict[Hashable, Any] = {}
        self._size = 0

    def kept(self, key: Hashable, make: Callable[[], T], *, size: int = 0) -> T:
        """What several sheets draw alike, made once; what it is depends on the result and the key alone.

        What is large says its `size` in bytes, and is made again each time once all that is large would be too much.
        """
        found: T
        if key in self._kept:
            found = self._kept[key]
            return found
        found = make()
        if self._size + size <= MOST_KEPT:
            self._size += size
            self._kept[key] = found
        return found

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in metres."""
        return extent(self.result)

    @cached_property
    def crs(self) -> pyproj.CRS:
        """The study's CRS."""
        return crs_of(self.result)

    @cached_property
    def base(self) -> list[Part]:
        """Built-up areas, green, water and railways, in the order in which they are drawn."""
        fills = {"water": colours.WATER, "green": colours.GREEN, "built_up": colours.BUILT_UP}
        found = []
        for name in BASE_LAYERS:
            layer = self.result.layers.get(name)
            if layer is None:
                continue
            shapes = shapely.get_parts(layer.geometry.to_numpy())
            fill, lines = fills.get(name), shapes[shapely.get_dimensions(shapes) == 1]
            if fill is not None:
                found.append(Part(area_outlines(shapes), fill=fill))
            stroke = fill or colours.RAILWAY
            found.append(Part(line_outlines(lines), stroke=stroke, dashed=name == "railway"))
        return [part for part in found if part.outlines]

    def cells(self, standard: Mapping[str, Any], *, before: bool = False) -> list[Part]:
        """Peopled points by class of travel time, those off the network with a rim; `before` without the changes."""
        key = str(standard["key"]), before
        if key not in self._cells:
            self._cells[key] = self._cells_of(standard, before=before)
        return self._cells[key]

    def _cells_of(self, standard: Mapping[str, Any], *, before: bool) -> list[Part]:
        layer = self.result.layers["demand"]
        groups = [f"people|{group}" for group in standard["groups"]]
        peopled = layer[groups].to_numpy(dtype=float).sum(axis=1) > 0
        layer = layer[layer["inside"].to_numpy(dtype=bool) & peopled]
        if not len(layer):
            return []
        xy = shapely.get_coordinates(layer.geometry.to_numpy())
        corners, classes = cell_outline(xy), colours.time_classes(layer, standard, before=before)
        looks = [(colour, colour) for colour in colours.TIME_COLOURS]
        looks.append((colours.OFF_NETWORK_COLOUR, "#777777"))
        return [
            Part(cell_outlines(xy[classes == kind], corners), fill=fill, stroke=rim)
            for kind, (fill, rim) in enumerate(looks)
            if (classes == kind).any()
        ]

    @cached_property
    def _joined(self) -> list[np.ndarray]:
        layer = self.result.layers.get("streets")
        return [] if layer is None else joined_streets(layer)

    def streets(self, tolerance_m: float) -> list[Part]:
        """Streets of each kind, the greatest first, simplified to within a tolerance; none without streets."""
        if tolerance_m not in self._streets:
            kinds = [line_outlines(simplified(lines, tolerance_m)) for lines in self._joined]
            self._streets[tolerance_m] = [Part(outlines) for outlines in kinds]
        return self._streets[tolerance_m]

    def border_names(self, words: Words) -> list[str]:
        """What the units of each level are called, the highest first."""
        layer = self.result.layers.get("units")
        if layer is None:
            return []
        depth = depths(layer["code"].tolist(), layer["parent"].tolist())
        return level_names(depth, layer["type"].tolist(), words)

    @cached_property
    def borders(self) -> list[Part]:
        """Borders of the units of each level, the highest first."""
        layer = self.result.layers.get("units")
        if layer is None:
            return []
        depth = np.asarray(depths(layer["code"].tolist(), layer["parent"].tolist()))
        shapes = layer.geometry.to_numpy()
        levels = [shapes[(depth == level) & ~shapely.is_missing(shapes)] for level in range(depth.max() + 1)]
        return [Part(line_outlines(shapely.get_parts(shapely.boundary(level)))) for level in levels]
