"""Demand groups that overlap (total, 60+, 65+) as bands that do not, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from coverplan.units import BoolArray, FloatArray

_BETWEEN = re.compile(r"age_(\d+)_(\d+)")
_FROM = re.compile(r"age_(\d+)_plus")
_EVER = 10_000


@dataclass(frozen=True, slots=True)
class Bands:
    """Ages cut wherever one of some groups begins or ends.

    Parameters
    ----------
    starts
        First age of each band, ascending; the last band is open.
    """

    starts: tuple[int, ...]

    def of(self, group: str) -> BoolArray:
        """Shape (bands,): the bands that a group is made of."""
        first, end = ages_of(group) or (0, _EVER)
        return np.array([first <= start < end for start in self.starts], dtype=bool)

    def __len__(self) -> int:
        return len(self.starts)


def ages_of(group: str) -> tuple[int, int] | None:
    """First age of a group and the age after its last; None for a group that is not one of ages."""
    if group == "total":
        return 0, _EVER
    if between := _BETWEEN.fullmatch(group):
        return int(between[1]), int(between[2]) + 1
    if open_end := _FROM.fullmatch(group):
        return int(open_end[1]), _EVER
    return None


def bands_of(groups: Iterable[str]) -> Bands:
    """Bands of all groups of ages among some groups."""
    ages = [found for group in groups if (found := ages_of(group)) is not None]
    return Bands(tuple(sorted({0, *(age for pair in ages for age in pair if age != _EVER)})))


def band_counts(groups: Mapping[str, FloatArray], bands: Bands) -> FloatArray:
    """Shape (rows, bands): counts in each band, NaN where the groups do not tell.

    Solved by least squares without fitting anything: a band is told when it is a difference of given groups.
    """
    names = [group for group in groups if ages_of(group) is not None]
    members = np.array([bands.of(group) for group in names], dtype=np.float64)
    values = np.column_stack([groups[group] for group in names])
    inverse = np.linalg.pinv(members)
    told = np.isclose(np.diag(inverse @ members), 1.0)
    counts = values @ inverse.T
    counts[:, ~told] = np.nan
    return np.asarray(counts)


def group_counts(table: FloatArray, bands: Bands, groups: Iterable[str]) -> dict[str, FloatArray]:
    """Counts of groups of ages, shape (rows,) each, from counts in bands."""
    return {group: table[:, bands.of(group)].sum(axis=1) for group in groups if ages_of(group) is not None}
