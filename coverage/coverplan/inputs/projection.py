"""People of a later year: totals carried forward, and cohorts by change ratios under a parent's total."""

from __future__ import annotations

import numpy as np

from coverplan.units import FloatArray

#: Width of an age group, and years between two censuses of a cohort step.
STEP_YEARS = 5
#: Age groups of women and men whose number of small children is carried forward: 15-19 to 45-49.
_PARENTS = slice(3, 10)


def carried_total(years: tuple[int, int], totals: tuple[float, float], year: int) -> float:
    """Total of a year by constant yearly growth through two known years; between them, the same curve.

    Raises
    ------
    ValueError
        If the years are the same or a total is not positive.
    """
    (first, last), (before, after) = years, totals
    if first == last or before <= 0 or after <= 0:
        raise ValueError("two different years with people in both are needed")
    return float(after * (after / before) ** ((year - last) / (last - first)))


def cohort_step(earlier: FloatArray, later: FloatArray, *, parent_total: float | None = None) -> FloatArray:
    """People by five-year age group five years after `later`, by cohort-change ratios (Hamilton and Perry, 1962).

    A cohort's ratio is its number later over its number earlier; the open last group is formed by the two oldest;
    children 0-4 keep their ratio to people of 15-49.

    Parameters
    ----------
    earlier, later
        Shape (..., groups): people of 0-4, 5-9, ..., the last group open, five years apart; at least eleven groups.
    parent_total
        Sum that all units together must have; the result is scaled to it, else left as it comes.

    Raises
    ------
    ValueError
        If the shapes differ, there are too few groups, or a parent total is asked of nobody.
    """
    if earlier.shape != later.shape or earlier.shape[-1] < 11:
        raise ValueError("two tables of the same shape with at least eleven age groups are needed")
    result = np.zeros(later.shape, dtype=np.float64)
    ratio = _ratio(later[..., 1:-1], earlier[..., :-2])
    result[..., 1:-1] = later[..., :-2] * ratio
    oldest_before = earlier[..., -2] + earlier[..., -1]
    result[..., -1] = (later[..., -2] + later[..., -1]) * _ratio(later[..., -1], oldest_before)
    children = _ratio(later[..., 0], later[..., _PARENTS].sum(axis=-1))
    result[..., 0] = children * result[..., _PARENTS].sum(axis=-1)
    if parent_total is None:
        return result
    if result.sum() <= 0:
        raise ValueError("nobody is left to be scaled to the parent's total")
    return result * (parent_total / result.sum())


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    """Ratios; a cohort that nobody was in before stays as large as it is."""
    above, below = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    return np.divide(above, below, out=np.ones_like(above), where=below > 0)
