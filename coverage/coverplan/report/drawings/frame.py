"""Which piece of the ground a small map shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coverplan.report.drawings.drawing import Points

#: Room around what is shown, as a part of its size.
MARGIN = 0.04


@dataclass(frozen=True, slots=True)
class Frame:
    """Piece of the ground on the paper: metres of its lower left corner, points for each metre, size in points."""

    x: float
    y: float
    scale: float
    width: float
    height: float

    @classmethod
    def around(cls, bounds: Sequence[float], width: float, most_height: float) -> Frame:
        """Bounds (xmin, ymin, xmax, ymax) with a margin, as large as the paper allows."""
        x0, y0, x1, y1 = bounds
        margin = MARGIN * max(x1 - x0, y1 - y0, 1.0)
        wide, high = x1 - x0 + 2 * margin, y1 - y0 + 2 * margin
        scale = min(width / wide, most_height / high)
        left = (width / scale - wide) / 2
        return cls(x0 - margin - left, y0 - margin, scale, width, high * scale)

    def bounds(self) -> tuple[float, float, float, float]:
        """Metres that the paper shows."""
        return self.x, self.y, self.x + self.width / self.scale, self.y + self.height / self.scale

    def place(self, coordinates: Points) -> Points:
        """Shape (n, 2): points on the paper of metres on the ground."""
        x = (coordinates[:, 0] - self.x) * self.scale
        y = self.height - (coordinates[:, 1] - self.y) * self.scale
        return np.column_stack([x, y])
