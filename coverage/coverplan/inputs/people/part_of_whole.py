"""Groups that are part of others: a part with more people than its whole is doubted wherever it occurs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from pathlib import Path

import numpy as np

from coverplan.errors import Problem
from coverplan.inputs.people.age_bands import ages_of
from coverplan.inputs.people.population import People
from coverplan.units import FloatArray, Int64Array

#: Groups that were rounded or modelled one by one may differ by this much without a word.
_RELATIVE, _PEOPLE = 0.01, 0.5
_EXAMPLES = 5
_AT_ONCE = 1_000_000
_ALL = "total"


def larger_parts(people: People, path: Path) -> Iterator[Problem]:
    """Warn of every pair of groups of which the part is larger than the whole at some points, with ids and sums."""
    for part, whole in _pairs(tuple(people.groups)):
        inside, around = people.groups[part], people.groups[whole]
        wrong = _where_larger(inside, around)
        if len(wrong):
            shown = ", ".join(
                f"{people.ids[at]} ({inside[at]:.6g} of {around[at]:.6g})"
                for at in wrong[:_EXAMPLES].tolist()
            )
            count, excess = len(wrong), float((inside[wrong] - around[wrong]).sum())
            yield Problem(
                f"{part} is larger than {whole}, of which it is a part, at {count} points ({excess:.0f} people)",
                path,
                field=f"population.groups.{part}",
                value=shown,
                expected=f"no more than {whole}",
                remedy="check that columns or bands are not swapped and are of one year",
                severity="warning",
                code="part_larger_than_whole",
                details={"part": part, "whole": whole, "count": count},
            )


def _where_larger(inside: FloatArray, around: FloatArray) -> Int64Array:
    """Positions at which a part is larger than its whole, looked for in runs that need little memory."""
    found = [
        np.flatnonzero(inside[at : at + _AT_ONCE] > around[at : at + _AT_ONCE] * (1 + _RELATIVE) + _PEOPLE)
        + at
        for at in range(0, len(inside), _AT_ONCE)
    ]
    return np.concatenate(found) if found else np.empty(0, dtype=np.int64)


def _pairs(groups: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Part and whole of every two groups of which one lies within the other; words that are no ages are part of all."""
    for part, whole in permutations(groups, 2):
        inner, outer = ages_of(part), ages_of(whole)
        if outer is None or part == _ALL:
            continue
        if whole == _ALL or (inner is not None and outer[0] <= inner[0] and inner[1] <= outer[1]):
            yield part, whole
