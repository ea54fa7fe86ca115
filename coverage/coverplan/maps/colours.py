"""Classes and colours of maps: lightness falls steadily, so that they survive grey print and colour blindness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from coverplan.text.words import Words
from coverplan.units import FloatArray

#: Three classes within the standard (blue, light) and three beyond it (brown, dark): darker is farther.
TIME_COLOURS = ("#d9ecf7", "#a3cde6", "#6aa9d0", "#a8601f", "#7a3c0c", "#451c00")
#: No way to the street network.
OFF_NETWORK_COLOUR = "#ffffff"
OFF_NETWORK = len(TIME_COLOURS)
#: Ends of the classes as parts of the standard's minutes; the last class has no end.
TIME_PARTS = (1 / 3, 2 / 3, 1.0, 4 / 3, 2.0)

#: Shares of people covered, lowest first: darker is worse.
SHARE_COLOURS = ("#4a2377", "#7a58a5", "#a48fc7", "#cdc5e0", "#f1eef6")
NOBODY_COLOUR = "#ffffff"
WIDE_BREAKS = (0.2, 0.4, 0.6, 0.8)
NARROW_BREAKS = (0.6, 0.7, 0.8, 0.9)

#: Facility layers in their order (Okabe and Ito 2008, those that show on white).
LAYER_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#7f3c8d")

#: Rings round clusters of uncovered people.
CLUSTER_RING = "#c8102e"
WATER, GREEN, RAILWAY, BUILT_UP = "#c5dcea", "#dfebd5", "#6b6b6b", "#efece6"
#: Fills of what lies under a map, in the order of its legend.
BASE_FILLS = {"water": WATER, "green": GREEN, "built_up": BUILT_UP}


@dataclass(frozen=True, slots=True)
class ShareClasses:
    """Classes of the share of people covered.

    Parameters
    ----------
    breaks
        Ends between the classes, lowest first; a share on an end belongs to the class above.
    """

    breaks: tuple[float, ...]

    def of(self, shares: FloatArray) -> np.ndarray:
        """Class of each share, -1 where there is none."""
        known = np.isfinite(shares)
        found = np.searchsorted(np.asarray(self.breaks), np.where(known, shares, 0.0), side="right")
        return np.where(known, found, -1)

    def labels(self, words: Words) -> list[str]:
        """Label of each class, lowest first."""
        ends = [0.0, *self.breaks, 1.0]
        return [
            words("map.share_class", low=f"{low * 100:g}", high=f"{high * 100:g}")
            for low, high in pairwise(ends)
        ]


def share_classes(shares: FloatArray) -> ShareClasses:
    """Classes of twenty per cent, or finer ones at the top where nearly every unit is there."""
    known = shares[np.isfinite(shares)]
    narrow = len(known) > 0 and float(np.quantile(known, 0.1)) >= NARROW_BREAKS[0]
    return ShareClasses(NARROW_BREAKS if narrow else WIDE_BREAKS)


def time_breaks(minutes: float) -> tuple[float, ...]:
    """Ends of the classes in minutes, inclusive (R2); the third is the standard itself."""
    return tuple(minutes if part == 1.0 else round(minutes * part, 1) for part in TIME_PARTS)


def time_classes(
    demand: pd.DataFrame, standard: Mapping[str, Any], *, before: bool = False
) -> NDArray[np.uint8]:
    """Class of each demand point: position in `TIME_COLOURS`, or `OFF_NETWORK`; `before` without the changes.

    Points from which nothing was found within the search belong to the last class of time.
    """
    key, then = standard["key"], "_before" if before else ""
    minutes = demand[f"{key}|minutes{then}"].to_numpy(dtype=float)
    far = len(TIME_COLOURS) - 1
    breaks = np.asarray(time_breaks(standard["minutes"]))
    found = np.searchsorted(breaks, np.where(np.isfinite(minutes), minutes, np.inf), side="left")
    off = demand[f"{key}|reason{then}"].to_numpy() == "off_network"
    return np.where(off, OFF_NETWORK, np.minimum(found, far)).astype(np.uint8)


def time_labels(minutes: float, words: Words) -> list[str]:
    """Label of each class of time, and of what is off the network."""
    ends = [f"{end:g}" for end in time_breaks(minutes)]
    lows = ["0", *ends[:-1]]
    labels = [words("map.time_class", low=low, high=high) for low, high in zip(lows, ends, strict=True)]
    return [*labels, words("map.time_beyond", low=ends[-1]), words("map.off_network")]
