"""People of a later year: totals carried forward, cohorts by change ratios, and what a parent's total makes of both."""

from __future__ import annotations

import numpy as np

from coverplan.units import FloatArray, Int64Array

#: Width of an age group, and years between two censuses of a cohort step.
STEP_YEARS = 5
#: Age groups of women and men whose number of small children is carried forward: 15-19 to 45-49.
_PARENTS = slice(3, 10)


def carried_totals(years: tuple[int, int], earlier: FloatArray, later: FloatArray, year: int) -> FloatArray:
    """Totals of a year by constant yearly growth through two known years; between them, the same curve.

    Where nobody was counted in one of the years there is no rate of growth, and the later number stays.

    Raises
    ------
    ValueError
        If the years are the same.
    """
    first, last = years
    if first == last:
        raise ValueError("two different years are needed")
    rate = np.divide(later, earlier, out=np.ones_like(later), where=(earlier > 0) & (later > 0))
    return np.asarray(later * rate ** ((year - last) / (last - first)))


def cohort_step(earlier: FloatArray, later: FloatArray, *, groups: int = 1) -> FloatArray:
    """People by five-year age group as long after `later` as that is after `earlier` (Hamilton and Perry, 1962).

    A cohort's ratio is its number later over its number earlier; the open last group is formed by the oldest ones;
    children born since keep their ratio to people of 15-49, those of 5-9 to people of 20-54, and so on.

    Parameters
    ----------
    earlier, later
        Shape (..., ages): people of 0-4, 5-9, ..., the last group open.
    groups
        How many age groups a cohort moves between the two: years between them, divided by `STEP_YEARS`; 1 to 3.

    Raises
    ------
    ValueError
        If the shapes differ or there are too few ages.
    """
    ages = later.shape[-1]
    if earlier.shape != later.shape or not 1 <= groups <= _PARENTS.start or ages < _PARENTS.stop + groups:
        raise ValueError(
            f"two tables of the same shape with at least {_PARENTS.stop + groups} age groups are needed"
        )
    result = np.zeros(later.shape, dtype=np.float64)
    old = ages - 1 - groups
    result[..., groups:-1] = later[..., :old] * _ratio(later[..., groups:-1], earlier[..., :old])
    last = _ratio(later[..., -1], earlier[..., old:].sum(axis=-1))
    result[..., -1] = later[..., old:].sum(axis=-1) * last
    for age in range(groups):
        parents = slice(_PARENTS.start + age, _PARENTS.stop + age)
        children = _ratio(later[..., age], later[..., parents].sum(axis=-1))
        result[..., age] = children * result[..., parents].sum(axis=-1)
    return result


def cohorts_in(year: int, years: tuple[int, int], earlier: FloatArray, later: FloatArray) -> FloatArray:
    """People by age group in a year after two counts, by whole cohort steps; between two steps along a straight line.

    Parameters
    ----------
    year, years
        The year asked for, and those of the counts, 5, 10 or 15 years apart.
    earlier, later
        As those of `cohort_step`.
    """
    length = years[1] - years[0]
    before, after, at = earlier, later, years[1]
    while at < year:
        before, after = after, cohort_step(before, after, groups=length // STEP_YEARS)
        at += length
    share = (at - year) / length
    return np.asarray(share * before + (1 - share) * after)


def controlled(people: FloatArray, part: Int64Array, totals: FloatArray) -> FloatArray:
    """Shape of `people` (units, ...): scaled so that the units of each part have its total together.

    Parameters
    ----------
    people
        People of units; the first column is what `totals` count.
    part
        Shape (units,): position of the total that controls a unit, -1 for none.
    totals
        Shape (parts,): people.

    Raises
    ------
    ValueError
        If a total is asked of nobody.
    """
    inside = part >= 0
    sums = np.bincount(part[inside], weights=people[inside, 0], minlength=len(totals))
    if (sums <= 0).any():
        raise ValueError("a parent's total has no people below it that could be scaled to it")
    factor = np.ones(len(people))
    factor[inside] = (totals / sums)[part[inside]]
    return np.asarray(people * factor[:, None])


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    """Ratios; a cohort that nobody was in before stays as large as it is."""
    above, below = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    return np.divide(above, below, out=np.ones_like(above), where=below > 0)
