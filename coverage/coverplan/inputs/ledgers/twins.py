"""The same facility written twice: rows of one name and type that stand together, in one file or in several."""

from __future__ import annotations

from collections import Counter
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
    rows, alike = namesakes(names, types)
    twin = np.full(len(names), -1, dtype=np.int64)
    if not len(rows):
        return twin
    found = _near_namesakes(
        alike,
        [units[row] for row in rows.tolist()],
        points[rows],
        None if files is None else np.asarray(files)[rows],
    )
    twin[rows[found >= 0]] = rows[found[found >= 0]]
    return twin


def namesakes(names: Sequence[str | None], types: Sequence[str | None]) -> tuple[Int64Array, Int64Array]:
    """Rows whose name and type another row has too, in their order, and a number for each name and type."""
    named = np.flatnonzero(np.array([name is not None for name in names], dtype=bool))
    words = word_keys([name for name in names if name is not None])
    known = Counter(words)
    if len(known) == len(words):
        return named[:0], named[:0]
    again = np.array([known[word] > 1 for word in words], dtype=bool)
    named = named[again]
    word_of, _ = pd.factorize(np.array(words, dtype=object)[again])
    type_of, kinds = pd.factorize(np.array([types[row] for row in named.tolist()], dtype=object))
    key = word_of * (len(kinds) + 1) + type_of + 1  # a blank type is -1
    _, code, count = np.unique(key, return_inverse=True, return_counts=True)
    often = count[code] > 1
    return named[often], code[often]


def _near_namesakes(
    codes: Int64Array, units: Sequence[str | None], points: NDArray[np.object_], files: Int64Array | None
) -> Int64Array:
    """Shape (rows,): the earlier row of the same number that stands at the same place; -1 for none."""
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
