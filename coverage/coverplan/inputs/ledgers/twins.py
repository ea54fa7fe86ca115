"""The same facility written twice: rows of one name and type that stand together, in one file or in several."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from coverplan.text.folding import word_keys
from coverplan.units import Int64Array

#: Two facilities of one name nearer than this are probably one.
SAME_PLACE_M = 200.0
_EARLIER = 20


def twins(
    names: Sequence[str | None],
    types: Sequence[str | None],
    units: Sequence[str | None],
    points: NDArray[np.object_],
    *,
    files: Sequence[int] | None = None,
) -> Int64Array:
    """Shape (rows,): the earlier row of the same name and type, nearer than `SAME_PLACE_M` or without places in one unit; -1 for none.

    Each row is compared with the `_EARLIER` rows of its name before it, which bounds the work where one name is usual.
    With `files` only rows of different files are compared.
    """
    named = [row for row, name in enumerate(names) if name is not None]
    keys = np.full(len(names), None, dtype=object)
    words = word_keys([name for name in names if name is not None])
    keys[named] = [f"{word}|{types[row]}" for row, word in zip(named, words, strict=True)]
    codes, _ = pd.factorize(keys)
    unit_of, _ = pd.factorize(np.array(units, dtype=object))
    source = np.zeros(len(codes), dtype=np.int64) if files is None else np.asarray(files)
    order = np.argsort(codes, kind="stable")
    there = np.array([point is not None for point in points], dtype=bool)
    twin = np.full(len(codes), -1, dtype=np.int64)
    for back in range(1, min(_EARLIER, len(order) - 1) + 1):
        later, earlier = order[back:], order[:-back]
        same = (codes[later] == codes[earlier]) & (codes[later] >= 0) & (twin[later] < 0)
        if files is not None:
            same &= source[later] != source[earlier]
        later, earlier = later[same], earlier[same]
        both = there[later] & there[earlier]
        near = ~both & (unit_of[later] == unit_of[earlier]) & (unit_of[later] >= 0)
        near[both] = shapely.distance(points[later[both]], points[earlier[both]]) <= SAME_PLACE_M
        twin[later[near]] = earlier[near]
    return twin
