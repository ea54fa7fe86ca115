"""Levels of units: how deep each one stands in the tree, whatever its type."""

from __future__ import annotations

from collections.abc import Sequence

from coverplan.text.words import Words
from coverplan.vocabulary import UNIT_TYPES

#: Units of a level that can be told apart on one map.
MOST_AT_ONCE = 30


def depths(codes: Sequence[str], parents: Sequence[object]) -> list[int]:
    """Depth of each unit: 0 for one whose parent is none of the units."""
    parent = {code: above for code, above in zip(codes, parents, strict=True) if isinstance(above, str)}
    known = set(codes)
    found: dict[str, int] = {}
    for code in codes:
        way = [code]
        while way[-1] not in found and parent.get(way[-1]) in known:
            way.append(parent[way[-1]])
        base = found.get(way[-1], 0)
        found |= {step: base + i for i, step in enumerate(reversed(way))}
    return [found[code] for code in codes]


def level_names(depth: Sequence[int], types: Sequence[str], words: Words) -> list[str]:
    """Name of each level: the types that stand on it, the most frequent first."""
    names = []
    for level in range(max(depth, default=-1) + 1):
        there = [kind for d, kind in zip(depth, types, strict=True) if d == level]
        kinds = sorted(set(there), key=lambda kind: (-there.count(kind), UNIT_TYPES.index(kind)))
        names.append(words("map.join").join(words.name_of("map.unit_type", kind) for kind in kinds))
    return names


def overview_level(depth: Sequence[int]) -> int:
    """The deepest level that has few enough units to be told apart on one map, else the highest."""
    counts = [depth.count(level) for level in range(max(depth, default=-1) + 1)]
    few = [level for level, count in enumerate(counts) if 0 < count <= MOST_AT_ONCE]
    return few[-1] if few else 0
