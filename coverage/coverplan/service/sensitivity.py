"""How coverage hangs on what a standard takes for granted: its minutes, its speed, the streets themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import numpy as np
import pandas as pd

from coverplan.ground.demand import Demand
from coverplan.ground.facilities import Facilities
from coverplan.reach.matrix import NOT_REACHED
from coverplan.reach.speeds.profiles import Profile
from coverplan.scenario.scenario_file import Standard
from coverplan.service.cover import Coverage, Reason
from coverplan.service.measure import Measured, Surveyor
from coverplan.units import MS_PER_SECOND, BoolArray, minutes_to_ms

Variant = Literal["standard", "minutes", "speed", "distance", "straight"]
SENSITIVITY_COLUMNS = ("standard", "group", "variant", "at", "people", "covered", "share")

#: 10 and 20 minutes for a standard of 15.
MINUTES_FACTORS = (Fraction(2, 3), Fraction(4, 3))
SPEED_FACTORS = (Fraction(9, 10), Fraction(11, 10))
#: Distances along the streets by which living circles are also drawn.
DISTANCES_M = (800, 1000)
#: At one metre a second, on level ground, seconds are metres.
_METRE_WALK = "metre_walk"


@dataclass(frozen=True, slots=True)
class _Answer:
    """Which points one variant covers; ``at`` is its minutes, speed factor or metres."""

    variant: Variant
    at: float | None
    covered: BoolArray


def sensitivity_table(
    measured: Sequence[Measured], surveyor: Surveyor, facilities: Facilities, year: int | None
) -> pd.DataFrame:
    """Coverage of the whole area under variants of every standard.

    Variants of minutes and speed are read from the nearest times, which are those of the run: a speed that is
    lower by a tenth on every stretch, doors and steps included, makes every time longer by one ninth. Distances
    are searched along the streets with neither slopes nor slower steps, and straight lines are those of the
    method ``euclidean``; both only for walking along streets.

    Parameters
    ----------
    measured
        The standards as they were measured.
    surveyor, facilities, year
        What they were measured with.

    Returns
    -------
    DataFrame
        Columns `SENSITIVITY_COLUMNS`, by standard, group and variant: ``standard`` (as asked; at: minutes),
        ``minutes`` (at: the other limit), ``speed`` (at: the factor), ``distance`` (at: metres),
        ``straight`` (nothing). ``share`` is NaN without people. A limit beyond what was searched has no row.
    """
    metres = _metre_surveyor(surveyor)
    rows = [
        _row(one.standard, group, answer, surveyor.demand)
        for one in measured
        for answers in [[*_read_off(one, surveyor), *_measured_anew(one, surveyor, metres, facilities, year)]]
        for group in one.standard.groups
        for answer in answers
    ]
    return pd.DataFrame(rows, columns=list(SENSITIVITY_COLUMNS))


def _read_off(one: Measured, surveyor: Surveyor) -> Iterator[_Answer]:
    """The standard itself and its variants of minutes and speed, as far as the search for the nearest went."""
    limit_ms = minutes_to_ms(one.standard.minutes)
    searched_ms = max(limit_ms, minutes_to_ms(surveyor.search_minutes))
    asked: list[tuple[Variant, Fraction, float]] = [
        ("minutes", factor, float(one.standard.minutes * factor)) for factor in MINUTES_FACTORS
    ]
    asked += [("speed", factor, float(factor)) for factor in SPEED_FACTORS]
    yield _Answer("standard", one.standard.minutes, one.coverage.covered)
    for variant, factor, value in asked:
        if limit_ms * factor <= searched_ms:
            yield _Answer(variant, value, _within(one.coverage, limit_ms * factor))


def _measured_anew(
    one: Measured, surveyor: Surveyor, metres: Surveyor, facilities: Facilities, year: int | None
) -> Iterator[_Answer]:
    """Walking distances along the streets, and what straight lines would have said."""
    if one.doors is None or one.profile.mode != "walk":
        return
    walk = one.standard.model_copy(update={"minutes": max(DISTANCES_M) / 60})
    by_metres = metres.measure(walk, facilities, year).coverage
    for distance in DISTANCES_M:
        yield _Answer("distance", distance, _within(by_metres, Fraction(distance * MS_PER_SECOND)))
    straight = one.standard.model_copy(update={"method": "euclidean"})
    yield _Answer("straight", None, surveyor.measure(straight, facilities, year).coverage.covered)


def _metre_surveyor(surveyor: Surveyor) -> Surveyor:
    """The same streets and doors, walked at a metre a second on level ground and no farther than is asked."""
    profiles = {
        name: _metre_walk(profile) for name, profile in surveyor.profiles.items() if profile.mode == "walk"
    }
    return replace(surveyor, profiles=profiles, search_minutes=0.0)


def _metre_walk(profile: Profile) -> Profile:
    """Doors within the limits of the profile; all such walks share their streets."""
    return replace(
        profile,
        name=_METRE_WALK,
        speed_m_s=1.0,
        access_speed_m_s=1.0,
        steps_factor=1.0,
        crossing_s=0.0,
        slope_response="none",
        downhill_gain_cap=1.0,
    )


def _within(coverage: Coverage, limit_ms: Fraction) -> BoolArray:
    """Points that could be covered at all and have a facility within a limit, inclusive (R2)."""
    times = coverage.nearest_ms.astype(np.int64)
    reached: BoolArray = (coverage.nearest_ms != NOT_REACHED) & (coverage.reason <= Reason.NOT_REACHED)
    return reached & (times * limit_ms.denominator <= limit_ms.numerator)


def _row(standard: Standard, group: str, answer: _Answer, demand: Demand) -> Mapping[str, object]:
    people = np.where(demand.inside, demand.people[group], 0.0)
    total, covered = float(people.sum()), float(people[answer.covered].sum())
    share = covered / total if total else float("nan")
    return {
        "standard": standard.key,
        "group": group,
        "variant": answer.variant,
        "at": answer.at,
        "people": total,
        "covered": covered,
        "share": share,
    }
