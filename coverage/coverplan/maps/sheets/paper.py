"""Sheets of paper: their size and where on them everything stands, in millimetres from the top left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Paper = Literal["A4", "A3"]
PAPERS: tuple[Paper, ...] = get_args(Paper)
SIZES_MM: dict[Paper, tuple[float, float]] = {"A4": (297.0, 210.0), "A3": (420.0, 297.0)}
MARGIN_MM = 10.0
TITLE_MM = 22.0
FOOT_MM = 7.0
SIDE_MM = 66.0
BAND_MM = 72.0
FACTS_MM = 46.0
GAP_MM = 4.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the sheet, in millimetres from its top left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Bottom edge."""
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a sheet stand.

    Parameters
    ----------
    width, height
        Size of the sheet in millimetres.
    title, map, foot
        Boxes of the title, the map and the last line.
    columns
        Boxes of legend, inset and facts.
    enlarged
        How much larger type and lines are than on A4.
    """

    width: float
    height: float
    title: Box
    map: Box
    foot: Box
    columns: tuple[Box, Box, Box]
    enlarged: float

    @property
    def upright(self) -> bool:
        """Whether the sheet stands, with its columns side by side below the map."""
        return self.height > self.width

    def between(self, below: float) -> Box:
        """Box of the inset when the legend ends at a place."""
        legend, inset, facts = self.columns
        if self.upright:
            return inset
        top = below + GAP_MM / 2 * self.enlarged
        return Box(legend.left, top, legend.width, facts.top - GAP_MM / 2 * self.enlarged - top)


def layout(paper: Paper, *, upright: bool) -> Layout:
    """Layout of a sheet: beside the map where the sheet lies, below it where it stands."""
    long, short = SIZES_MM[paper]
    width, height = (short, long) if upright else (long, short)
    scale = long / SIZES_MM["A4"][0]
    margin, gap = MARGIN_MM * scale, GAP_MM * scale
    title = Box(margin, margin, width - 2 * margin, TITLE_MM * scale)
    foot = Box(margin, height - margin - FOOT_MM * scale, width - 2 * margin, FOOT_MM * scale)
    top, bottom = title.bottom, foot.top - gap / 2
    if upright:
        chart = Box(margin, top, width - 2 * margin, bottom - top - BAND_MM * scale - gap)
        third = (chart.width - 2 * gap) / 3
        row = [Box(margin + i * (third + gap), chart.bottom + gap, third, BAND_MM * scale) for i in range(3)]
        columns = (row[0], row[1], row[2])
    else:
        side = SIDE_MM * scale
        chart = Box(margin, top, width - 2 * margin - side - gap, bottom - top)
        left = chart.right + gap
        facts = Box(left, bottom - FACTS_MM * scale, side, FACTS_MM * scale)
        # the inset takes what legend and facts leave between them
        columns = (Box(left, top, side, facts.top - top), Box(left, facts.top, side, 0.0), facts)
    return Layout(width, height, title, chart, foot, columns, scale)
