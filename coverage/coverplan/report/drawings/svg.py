"""A drawing as SVG text for a web page; every word in it is escaped."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from html import escape

from coverplan.report.drawings.drawing import (
    Area,
    Dots,
    Drawing,
    Label,
    Lines,
    Marks,
    Net,
    Points,
    Shape,
)


def svg(drawing: Drawing, *, alt: str) -> str:
    """SVG element that scales with its page; `alt` is read aloud instead of it."""
    shapes = "".join(_shape(shape) for shape in drawing.shapes)
    size = f'viewBox="0 0 {drawing.width:g} {drawing.height:g}"'
    # the width is what it is drawn for; a narrower page shrinks it
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} style="width:{drawing.width:g}pt" role="img" '
        f'aria-label="{escape(alt, quote=True)}">{shapes}</svg>'
    )


def _shape(shape: Shape) -> str:
    if isinstance(shape, Area):
        return _area(shape)
    if isinstance(shape, Lines):
        return _lines(shape)
    if isinstance(shape, Net):
        return _net(shape)
    if isinstance(shape, Marks):
        return _marks(shape)
    return _dots(shape) if isinstance(shape, Dots) else _label(shape)


def _area(area: Area) -> str:
    path = "".join(_path(ring) + "Z" for ring in area.rings)
    return f'<path fill-rule="evenodd" d="{path}" {_paint(area.fill, area.stroke, area.width)}/>'


def _lines(lines: Lines) -> str:
    path = "".join(_path(points) for points in lines.paths)
    dash = "" if lines.dash is None else f' stroke-dasharray="{lines.dash[0]:g} {lines.dash[1]:g}"'
    return f'<path d="{path}" {_paint(None, lines.stroke, lines.width)}{dash} stroke-linejoin="round"/>'


def _net(net: Net) -> str:
    path = _path(net.points, frozenset(net.starts.tolist()))
    return f'<path d="{path}" {_paint(None, net.stroke, net.width)} stroke-linejoin="round"/>'


def _marks(marks: Marks) -> str:
    """Areas one by one: where two stand on each other the later one covers the earlier."""
    paint = _paint(marks.fill, marks.stroke, marks.width)
    return "".join(f'<path d="{_path(marks.ring + place)}Z" {paint}/>' for place in marks.places)


def _dots(dots: Dots) -> str:
    paint = _paint(dots.fill, dots.stroke, dots.width)
    return "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.2f}" {paint}/>'
        for (x, y), radius in zip(dots.centres.tolist(), dots.radii.tolist(), strict=True)
    )


def _label(label: Label) -> str:
    weight = ' font-weight="700"' if label.bold else ""
    halo = (
        ' stroke="#fff" stroke-width="2.5" paint-order="stroke" stroke-linejoin="round"' if label.halo else ""
    )
    # the baseline stands a third of the letters' size below their middle
    return (
        f'<text x="{label.x:.1f}" y="{label.y + label.size * 0.35:.1f}" font-size="{label.size:g}" '
        f'text-anchor="{label.anchor}" fill="{label.fill}"{weight}{halo}>{escape(label.text)}</text>'
    )


def _path(points: Points, starts: AbstractSet[int] = frozenset({0})) -> str:
    """Points as lines, of which each begins at one of the starts."""
    return "".join(
        f"{'M' if at in starts else 'L'}{x:.1f} {y:.1f}" for at, (x, y) in enumerate(points.tolist())
    )


def _paint(fill: str | None, stroke: str | None, width: float) -> str:
    line = "" if stroke is None else f' stroke="{stroke}" stroke-width="{width:g}"'
    return f'fill="{fill or "none"}"{line}'
