"""Streets of small maps: joined once for all of a report, since a prefecture's report has hundreds of maps."""

from __future__ import annotations

from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely

from coverplan.report.drawings.drawing import Net, Shape
from coverplan.report.drawings.frame import Frame
from coverplan.report.drawings.plainer import Plainer
from coverplan.units import BoolArray

#: Streets beyond this number are thinned to the main ones.
MOST_STREETS = 2500
MAIN_STREETS = ("motorway", "trunk", "primary", "secondary", "tertiary")
#: Points by which a drawn line may leave its street.
TOLERANCE = 0.3
COLOUR, WIDTH = "#9aa0a6", 0.35


class StreetLines:
    """Streets of a result.

    Parameters
    ----------
    layer
        One row for each edge with its ``kind``; None without streets.
    """

    def __init__(self, layer: gpd.GeoDataFrame | None) -> None:
        self._edges = np.empty(0, dtype=object) if layer is None else layer.geometry.to_numpy()
        self._kinds = np.empty(0, dtype=object) if layer is None else layer["kind"].to_numpy(dtype=object)

    def shapes(self, frame: Frame) -> list[Shape]:
        """Streets of the frame, thinned to the main ones where there are too many."""
        window = shapely.box(*frame.bounds())
        # those whose boxes meet the frame: what is told by lines alone costs more than drawing a few too many
        crowded = len(self._tree.query(window)) > MOST_STREETS
        tree, lines = self._main if crowded and self._is_main.any() else self._all
        shown = lines.of(np.sort(tree.query(window)), TOLERANCE / frame.scale)
        parts = shapely.get_parts(shapely.clip_by_rect(shown, *frame.bounds()))
        drawn = parts[(shapely.get_dimensions(parts) == 1) & ~shapely.is_empty(parts)]
        if not len(drawn):
            return []
        starts = np.cumsum(np.r_[0, shapely.get_num_coordinates(drawn)[:-1]])
        return [Net(frame.place(shapely.get_coordinates(drawn)), starts, COLOUR, WIDTH)]

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._edges)

    @cached_property
    def _all(self) -> tuple[shapely.STRtree, Plainer]:
        return _joined(self._edges)

    @cached_property
    def _main(self) -> tuple[shapely.STRtree, Plainer]:
        return _joined(self._edges[self._is_main])

    @cached_property
    def _is_main(self) -> BoolArray:
        main = [kind for kind in set(self._kinds.tolist()) if str(kind).split("_")[0] in MAIN_STREETS]
        return np.isin(self._kinds.astype(str), [str(kind) for kind in main])


def _joined(edges: np.ndarray) -> tuple[shapely.STRtree, Plainer]:
    """Edges that meet become one line, which has fewer corners once it is simplified."""
    lines = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(edges)))
    return shapely.STRtree(lines), Plainer(lines)
