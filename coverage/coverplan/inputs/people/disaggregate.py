"""People at points scaled to official totals of units, by iterative proportional fitting; the factors are kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from coverplan.inputs.people.age_bands import Bands, ages_of, band_counts, bands_of, group_counts
from coverplan.inputs.people.fitting import Fit, Margin, fit, part_of_rows
from coverplan.inputs.people.population import People
from coverplan.units import FloatArray, Int64Array


@dataclass(frozen=True, slots=True)
class Scaled:
    """People with official totals.

    Parameters
    ----------
    people
        The people; points of no official unit are as they were.
    factors
        One row for each unit and group that the official table has: ``code``, ``group``, ``before`` (sum of the points),
        ``official``, ``factor`` (None where nobody was there before).
    empty
        Codes of units with official people and no point that could hold them; their people are not placed.
    rounds, worst
        Of the fitting.
    """

    people: People
    factors: pd.DataFrame
    empty: tuple[str, ...]
    rounds: int
    worst: float


def scaled_to(people: People, unit: Int64Array, official: pd.DataFrame) -> Scaled:
    """Give every unit its official numbers and keep the pattern of its points.

    Within a unit, the share of each point in the total is kept and so are, as far as the official numbers let them, the
    ages at each point; every official total is met (to 1e-10). Groups that the official table does not have follow from
    the fitted bands of ages, or for groups that are none of ages from the factor of the total.

    Parameters
    ----------
    people
        People (or any weights, such as residential floor area) at points.
    unit
        Shape (points,): row of `official` to which a point belongs, -1 for none.
    official
        Index: code; a column for each group; ``total`` is required, and NaN is not allowed.

    Raises
    ------
    ValueError
        If ``total`` is missing, or official groups contradict each other (60+ below 65+).
    """
    if "total" not in official or "total" not in people.groups:
        raise ValueError("the official table and the people need the group total")
    bands = bands_of([*people.groups, *official.columns])
    targets, members = _targets(official, bands)
    weight = people.groups["total"]
    inside = (unit >= 0) & (weight > 0)
    placed = np.bincount(unit[inside], minlength=len(official)) > 0
    seed = _seed(people, bands, unit, inside, official)
    rows = np.flatnonzero(inside)
    fitted = _fitted(seed[rows], unit[rows], targets * placed[:, None], members)
    counts = group_counts(fitted.table, bands, [*people.groups])
    groups = {}
    ratio = np.ones(len(weight))
    ratio[rows] = fitted.table.sum(axis=1) / weight[rows]
    for group, values in people.groups.items():
        scaled = np.where(unit >= 0, 0.0, values)
        if group in counts:
            scaled[rows] = counts[group]
        else:
            own = _own_factor(group, values, unit, official)
            scaled[rows] = values[rows] * (ratio[rows] if own is None else own[unit[rows]])
        groups[group] = scaled
    empty = tuple(official.index[(official["total"].to_numpy() > 0) & ~placed])
    return Scaled(
        replace(people, groups=groups), _factors(people, unit, official), empty, fitted.rounds, fitted.worst
    )


def _targets(official: pd.DataFrame, bands: Bands) -> tuple[FloatArray, list[np.ndarray]]:
    """Shape (units, sets): official numbers of sets of bands that do not overlap, and which bands each set has."""
    told = {
        group: official[group].to_numpy(dtype=np.float64)
        for group in official
        if ages_of(str(group)) is not None
    }
    coarse = bands_of(map(str, told))
    counts = band_counts({str(group): values for group, values in told.items()}, coarse)
    ends = [*coarse.starts[1:], 10_000]
    starts = np.array(bands.starts)
    known = ~np.isnan(counts).any(axis=0)
    sets = [(starts >= first) & (starts < end) for first, end in zip(coarse.starts, ends, strict=True)]
    targets = [counts[:, i] for i in np.flatnonzero(known)]
    members = [sets[i] for i in np.flatnonzero(known)]
    if not known.all():
        rest = np.logical_or.reduce([sets[i] for i in np.flatnonzero(~known)])
        targets.append(told["total"] - np.sum(targets, axis=0) if targets else told["total"])
        members.append(rest)
    table = np.column_stack(targets)
    if (table < -1e-6).any():
        unit, _ = np.argwhere(table < -1e-6)[0]
        raise ValueError(f"the official groups of {official.index[unit]} contradict each other")
    return np.maximum(table, 0.0), members


def _seed(
    people: People, bands: Bands, unit: Int64Array, inside: np.ndarray, official: pd.DataFrame
) -> FloatArray:
    """Shape (points, bands): what the points say of ages; where they say nothing, their total spread evenly."""
    weight = people.groups["total"]
    told = {group: values for group, values in people.groups.items() if ages_of(group) is not None}
    counts = band_counts(told, bands)
    unknown = np.isnan(counts).any(axis=0)
    rest = weight - np.nansum(counts, axis=1)
    counts[:, unknown] = np.maximum(rest, 0.0)[:, None] / max(int(unknown.sum()), 1)
    counts = np.maximum(counts, 0.0)
    for row in range(len(official)):
        mine = inside & (unit == row)
        hollow = counts[mine].sum(axis=0) <= 0
        if mine.any() and hollow.any():  # nobody of this age before: the pattern of all ages is taken
            block = counts[mine]
            block[:, hollow] = weight[mine][:, None] / len(bands)
            counts[mine] = block
    return counts


def _fitted(seed: FloatArray, unit: Int64Array, targets: FloatArray, members: list[np.ndarray]) -> Fit:
    """Fit points to their share of the unit's total and units to their official bands."""
    sums = targets.sum(axis=1)
    weight = seed.sum(axis=1)
    whole = np.bincount(unit, weights=weight, minlength=len(sums))
    share = np.divide(sums[unit] * weight, whole[unit], out=np.zeros_like(weight), where=whole[unit] > 0)
    part = np.full(seed.shape, -1, dtype=np.int64)
    for number, bands in enumerate(members):
        part[:, bands] = (unit * len(members) + number)[:, None]
    rows = part_of_rows(np.arange(len(seed), dtype=np.int64), seed.shape[1])
    return fit(seed, [Margin(rows, share), Margin(part, targets.ravel())])


def _own_factor(
    group: str, values: FloatArray, unit: Int64Array, official: pd.DataFrame
) -> FloatArray | None:
    """Factor of each unit for a group that is none of ages; None when the official table does not have it."""
    if group not in official:
        return None
    before = _sums(values, unit, len(official))
    return np.divide(
        official[group].to_numpy(dtype=np.float64), before, out=np.zeros_like(before), where=before > 0
    )


def _factors(people: People, unit: Int64Array, official: pd.DataFrame) -> pd.DataFrame:
    frames = []
    for group in official:
        values = people.groups.get(str(group))
        before = np.full(len(official), np.nan) if values is None else _sums(values, unit, len(official))
        numbers = official[group].to_numpy(dtype=np.float64)
        factor = np.divide(numbers, before, out=np.full(len(official), np.nan), where=before > 0)
        frames.append(
            pd.DataFrame(
                {
                    "code": official.index,
                    "group": group,
                    "before": before,
                    "official": numbers,
                    "factor": factor,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _sums(values: FloatArray, unit: Int64Array, units: int) -> FloatArray:
    inside = unit >= 0
    return np.bincount(unit[inside], weights=values[inside], minlength=units).astype(np.float64)
