"""A drawing as PNG for Word and Excel, with a Chinese typeface that comes with a dependency."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke

from coverplan.report.drawing import Area, Dots, Drawing, Label, Lines, Points, Shape

#: Enough for print; Word pages of many pictures stay small.
DPI = 180
POINTS_PER_INCH = 72.0


def png(drawing: Drawing, *, dpi: int = DPI) -> bytes:
    """PNG file of a drawing at its own size."""
    figure = Figure(figsize=(drawing.width / POINTS_PER_INCH, drawing.height / POINTS_PER_INCH), dpi=dpi)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, drawing.width)
    axes.set_ylim(drawing.height, 0)
    axes.axis("off")
    for order, shape in enumerate(drawing.shapes):
        _draw(axes, shape, order)
    file = io.BytesIO()
    # without the program's name and version the same drawing gives the same bytes (R11)
    canvas.print_png(  # type: ignore[no-untyped-call]
        file, metadata={"Software": None}
    )
    return file.getvalue()


@cache
def typeface() -> FontProperties:
    """Noto Sans SC of the font package: no machine shows empty boxes."""
    with resources.as_file(resources.files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf") as file:
        return FontProperties(fname=str(file))


def _draw(axes: Any, shape: Shape, order: int) -> None:
    if isinstance(shape, Area):
        patch = PathPatch(
            _outline(shape.rings), zorder=order, **_paint(shape.fill, shape.stroke, shape.width)
        )
        axes.add_artist(patch)
    elif isinstance(shape, Lines):
        style = "solid" if shape.dash is None else (0, tuple(part / shape.width for part in shape.dash))
        lines = LineCollection(
            list(shape.paths), colors=shape.stroke, linewidths=shape.width, linestyles=[style], zorder=order
        )
        axes.add_artist(lines)
    elif isinstance(shape, Dots):
        circles = [Circle((x, y), r) for (x, y), r in zip(shape.centres, shape.radii, strict=True)]
        paint = _paint(shape.fill, shape.stroke, shape.width)
        axes.add_collection(PatchCollection(circles, zorder=order, **paint), autolim=False)
    else:
        _write(axes, shape, order)


def _write(axes: Any, label: Label, order: int) -> None:
    alignment = {"start": "left", "middle": "center", "end": "right"}[label.anchor]
    # the face has one weight: bold letters get a thin outline of their own colour
    effects = [withStroke(linewidth=2.5, foreground="white")] if label.halo else []
    if label.bold:
        effects.append(withStroke(linewidth=0.5, foreground=label.fill))
    axes.text(
        label.x,
        label.y,
        label.text,
        fontproperties=typeface(),
        fontsize=label.size,
        color=label.fill,
        ha=alignment,
        va="center_baseline",
        zorder=order,
        path_effects=effects or None,
        parse_math=False,
    )


def _outline(rings: Sequence[Points]) -> Outline:
    """One path of all rings; a ring that runs the other way round than the first is a hole."""
    places, codes = [], []
    for ring in rings:
        closed = np.vstack([ring, ring[:1]])
        places.append(closed)
        codes += [Outline.MOVETO, *[Outline.LINETO] * (len(ring) - 1), Outline.CLOSEPOLY]
    return Outline(np.vstack(places), codes)


def _paint(fill: str | None, stroke: str | None, width: float) -> dict[str, Any]:
    return {"facecolor": fill or "none", "edgecolor": stroke or "none", "linewidth": width if stroke else 0}
