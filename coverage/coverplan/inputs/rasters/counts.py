"""Doubts about the counts of a raster: negative ones, and those that are no counts but an undeclared nodata value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from coverplan.errors import Problem, Problems
from coverplan.text.counting import many
from coverplan.units import BoolArray, FloatArray, Int32Array

_MOST_EXAMPLES = 10
#: Resampling by splines leaves counts a little below zero; this far below they are nobody.
_ROUNDING_PEOPLE = 1e-3
#: More people than this live in no cell of any raster.
_MOST_PEOPLE = 1e8
#: Values by which makers of rasters mark cells without data, beside the ends of the number types.
_MARKS = (
    255.0,
    999.0,
    9_999.0,
    32_767.0,
    65_535.0,
    99_999.0,
    999_999.0,
    9_999_999.0,
    99_999_999.0,
    2_147_483_647.0,
)
#: Nothing between this share of the largest value and the value itself: it stands apart from the counts.
_GAP = 0.8
#: One and the same number, at least this large, in at least so many cells and this share of them may be a mark too.
_PILE_VALUE, _PILE_CELLS, _PILE_SHARE = 50.0, 10, 0.05
#: People to the square kilometre that no neighbourhood has had in cells of the size below.
_DENSEST_KM2 = 300_000.0
_DENSE_CELL_M = 90.0
#: Groups that were rounded or modelled apart may be so much larger than the whole.
_ROUNDED = 0.01


class CountReport:
    """What is wrong with counts, gathered strip by strip.

    Parameters
    ----------
    path
        The raster.
    groups
        Groups in the order of the bands that are looked at.
    kinds
        Type of number of each of these bands.
    said
        The study file says which number means no data: then only what nobody can be is suspected.
    """

    def __init__(
        self, path: Path, groups: Sequence[str], kinds: Sequence[np.dtype[Any]], *, said: bool
    ) -> None:
        self._path, self._groups = path, groups
        self._peaks = [_Peak(kind, said=said) for kind in kinds]
        self._negative = 0
        self._examples: list[Problem] = []
        self._patchy = 0
        self._rounding, self._rounded = 0, 0.0

    def look_at(self, counts: FloatArray, stored: FloatArray, first_row: int, first_column: int) -> None:
        """Note what is wrong with a strip of counts, shape (groups, rows, columns), NaN where no data.

        `stored` are the numbers as they stand in the file, before scale and offset.
        """
        tiny = (counts < 0) & (counts >= -_ROUNDING_PEOPLE)
        self._rounding += int(np.count_nonzero(tiny))
        self._rounded += float(counts[tiny].sum())
        wrong = np.argwhere((counts < -_ROUNDING_PEOPLE) | np.isinf(counts))
        self._negative += len(wrong)
        for group, row, column in wrong[: _MOST_EXAMPLES - len(self._examples)].tolist():
            self._examples.append(
                Problem(
                    "the number of people is negative or infinite",
                    self._path,
                    field=f"{self._groups[group]}: row {row + first_row}, column {column + first_column} (from 0)",
                    value=float(counts[group, row, column]),
                    expected="zero or more, or the raster's nodata value",
                    remedy="if this value means no data, write `nodata:` beside the file in the study file; "
                    "if resampling left it, take the nearest or the sum in place of a spline",
                    code="negative_population",
                )
            )
        for peak, band in zip(self._peaks, stored, strict=False):
            peak.look_at(band)
        unknown = np.isnan(counts)
        self._patchy += int(np.count_nonzero(unknown.any(axis=0) & (counts > 0).any(axis=0)))

    @property
    def refused(self) -> bool:
        """Whether some count is impossible."""
        return self._negative > 0 or any(peak.is_no_count for peak in self._peaks)

    def write(self, problems: Problems) -> None:
        """Write down what was noted."""
        problems.extend(self._examples)
        problems.extend(self._summaries())
        problems.extend(
            _undeclared(self._path, group, peak)
            for group, peak in zip(self._groups, self._peaks, strict=False)
            if peak.is_no_count or peak.is_doubtful
        )

    def _summaries(self) -> Iterator[Problem]:
        if self._negative > len(self._examples):
            yield Problem(
                f"{self._negative} counts in all are negative or infinite",
                self._path,
                code="negative_population",
                details={"count": self._negative},
            )
        if self._rounding:
            yield Problem(
                f"{self._rounding} counts lie a little below zero and are taken as nobody",
                self._path,
                value=f"{self._rounded:.2g} people in all",
                remedy="nothing; resampling by splines leaves such numbers",
                severity="note",
                code="rounded_to_nobody",
                details={"count": self._rounding},
            )
        if self._patchy:
            yield Problem(
                f"{many(self._patchy, 'cell has people', 'cells have people')} in one band and no data in another, counted there as nobody",
                self._path,
                expected="the same cells with data in every band",
                severity="warning",
                code="partial_data",
                details={"count": self._patchy},
            )


class _Peak:
    """The largest number of a band, how many cells hold it, and how far below it the next ones lie."""

    def __init__(self, kind: np.dtype[Any], *, said: bool) -> None:
        self._said = said
        self._known = 0
        self._limit = float(np.iinfo(kind).max) if np.issubdtype(kind, np.integer) else np.inf
        self.value = -np.inf
        self.cells = 0
        self.next = -np.inf

    def look_at(self, band: FloatArray) -> None:
        """Take in one more strip, NaN where no data."""
        known = band[np.isfinite(band)]
        if not len(known):
            return
        self._known += len(known)
        top = float(known.max())
        if top > self.value:
            self.next, self.value, self.cells = self.value, top, 0
        same = known == self.value
        self.cells += int(np.count_nonzero(same))
        below = known[~same]
        if len(below):
            self.next = max(self.next, float(below.max()))

    @property
    def _apart(self) -> bool:
        return self.next <= _GAP * self.value

    @property
    def _is_mark(self) -> bool:
        at_limit = self._limit - 1 <= self.value <= self._limit
        return at_limit or self.value in _MARKS

    @property
    def is_no_count(self) -> bool:
        """Whether the largest number means no data, beyond reasonable doubt."""
        if self.value > _MOST_PEOPLE:
            return True
        return not self._said and self._is_mark and self._apart and self.cells > 1

    @property
    def is_doubtful(self) -> bool:
        """Whether it may mean no data: one cell alone, counts up to the end of the number type, many cells apart from all others."""
        if self._said:
            return False
        return (self._is_mark and (self._apart or self.cells > 1)) or self._is_pile

    @property
    def _is_pile(self) -> bool:
        """Whether many cells hold one number with nothing near it, while others hold less."""
        many = self.cells >= max(_PILE_CELLS, _PILE_SHARE * self._known)
        return self.value >= _PILE_VALUE and self._apart and self.next > 0 and many


def doubtful_counts(
    path: Path, groups: Mapping[str, FloatArray], cells: tuple[Int32Array, Int32Array], cell_m: float
) -> Iterator[Problem]:
    """Warn of cells in which more people live than anywhere on earth; `cells` are their rows and columns."""
    if cell_m < _DENSE_CELL_M:
        return
    km2 = cell_m**2 / 1e6
    for group, people in groups.items():
        crowded: BoolArray = people > _DENSEST_KM2 * km2
        if crowded.any():
            worst = int(np.argmax(people))
            count = int(np.count_nonzero(crowded))
            yield Problem(
                f"{many(count, 'cell holds more people', 'cells hold more people')} than live anywhere on so little ground",
                path,
                field=f"{group}: row {cells[0][worst]}, column {cells[1][worst]} (from 0)",
                value=f"{people[worst]:.0f} people on {km2 * 100:.2g} hectares",
                expected=f"at most {_DENSEST_KM2:.0f} to the square kilometre",
                remedy="check the raster's unit (people a cell, not a square kilometre) and its nodata value",
                severity="warning",
                code="too_dense",
                details={"count": count},
            )


def more_than_all(
    path: Path, groups: Mapping[str, FloatArray], cells: tuple[Int32Array, Int32Array]
) -> Iterator[Problem]:
    """Doubt cells with more people of a group than people, as rows of a table are; `cells` are their rows and columns.

    Bands that were rounded or modelled one by one may differ by 1 % and by one person.
    """
    if "total" not in groups:
        return
    for group, people in groups.items():
        whole = groups["total"]
        wrong = np.flatnonzero(people > whole + np.maximum(_ROUNDED * whole, 1.0))
        if len(wrong):
            worst = int(wrong[np.argmax(people[wrong] - whole[wrong])])
            yield Problem(
                f"{many(len(wrong), 'cell has more people', 'cells have more people')} of the group {group} than people",
                path,
                field=f"{group}: row {cells[0][worst]}, column {cells[1][worst]} (from 0)",
                value=f"{people[worst]:.6g} > {whole[worst]:.6g}",
                expected="no more than the band of total says",
                remedy="look whether two bands were exchanged",
                severity="warning",
                code="more_than_total",
                details={"count": len(wrong)},
            )


def _undeclared(path: Path, group: str, peak: _Peak) -> Problem:
    value = f"{peak.value:.9g}"
    return Problem(
        f"{many(peak.cells, 'cell holds', 'cells hold')} {value}, which looks like a mark for no data that the file does not declare",
        path,
        field=group,
        value=value,
        expected="numbers of people, and a declared nodata value",
        remedy=f"write `nodata: {value}` beside the file in the study file if it means no data, "
        "`nodata: -1` if these are people",
        severity="error" if peak.is_no_count else "warning",
        code="undeclared_nodata",
        details={"count": peak.cells, "value": value},
    )
