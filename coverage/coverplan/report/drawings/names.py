"""Names and numbered marks on small maps: none stands on another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coverplan.report.drawings.drawing import INK, Label, Lines, Points, Shape, line, text_width
from coverplan.text.placing import Taken, pushed_apart

#: Half widths and lines by which a name stands beside its middle, the first free one is taken.
_ASIDE, _LINES = (0.0, 0.6, -0.6), (0.0, 1.0, -1.0, 2.0, -2.0)
#: Points by which a mark may be moved from its place, and from which a line shows where that is.
_FARTHEST, _LED_FROM = 22.0, 4.0


def spread(places: Points, radius: float, taken: Taken) -> tuple[Points, list[Shape]]:
    """Marks of a radius moved as little as needed until none covers another; they are taken.

    Returns
    -------
    tuple
        Their places, shape (n, 2), and lines that lead to where the farther ones belong.
    """
    moved = pushed_apart(places, 2 * radius + 1.0, _FARTHEST)
    for x, y in moved:
        taken.take(float(x), float(y), radius, radius)
    far = np.hypot(*(moved - places).T) > _LED_FROM if len(places) else np.zeros(0, dtype=bool)
    led = tuple(line(tuple(a), tuple(b)) for a, b in zip(places[far], moved[far], strict=True))
    return moved, [Lines(led, INK, 0.6)] if led else []


def placed_names(names: Sequence[str], middles: Points, taken: Taken, *, size: float) -> list[Shape]:
    """Names in their order, each as near to its middle as there is room; where there is none it is left out."""
    shapes: list[Shape] = []
    height = 1.25 * size
    for name, (x, y) in zip(names, middles, strict=True):
        half = text_width(name, size) / 2 + 1
        choices = [(float(x + a * half), float(y + b * height)) for b in _LINES for a in _ASIDE]
        place = taken.place(choices, half, height / 2)
        if place is not None:
            shapes.append(Label(*place, name, size, "middle", INK, halo=True))
    return shapes
