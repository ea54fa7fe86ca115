"""What is not known exactly, drawn anew many times; the same seed gives the same draws."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal, get_args

import numpy as np

from coverplan.scenario.supply_ask import UncertaintyAsk
from coverplan.units import MS_PER_SECOND, BoolArray, FloatArray, Int64Array

Cause = Literal["speed", "door_delay", "people", "capacity", "opening", "datum"]
CAUSES: tuple[Cause, ...] = get_args(Cause)
#: Nine of ten draws lie between the low and the high value of a cause.
TAIL = 0.05
#: Standard normal values above which this tail lies, and half of it (scipy's ``ndtri``, which takes long to import).
TAIL_AT, HALF_TAIL_AT = 1.6448536269514722, 1.959963984540054
#: Part of those that are late that are two years late.
TWO_YEARS = 0.3
#: No speed is taken for more than this many times another.
MOST_TIMES = 2.0


@dataclass(frozen=True, slots=True)
class Draws:
    """Rows of drawn values: first `count` draws of everything together, then each cause alone, low and high.

    Parameters
    ----------
    count
        How many draws of everything together.
    alone
        Cause and side of each row after them.
    speed
        Shape (rows,): factor on every speed.
    delay_ms
        Shape (rows,): milliseconds lost on the way.
    people
        Shape (rows, units): factor on the people of each unit of the level that errs together.
    capacity
        Shape (rows, facilities): factor on what stands behind each door.
    late
        Shape (rows, facilities): whole years by which an opening is late.
    shifted
        Shape (rows,): the places are shifted by a datum that nobody noticed.
    """

    count: int
    alone: tuple[tuple[Cause, Literal["low", "high"]], ...]
    speed: FloatArray
    delay_ms: FloatArray
    people: FloatArray
    capacity: FloatArray
    late: Int64Array
    shifted: BoolArray

    @property
    def rows(self) -> int:
        """Draws of everything, and causes alone."""
        return len(self.speed)


def draw(
    ask: UncertaintyAsk,
    seed: int,
    *,
    units: int,
    facilities: int,
    coming: bool = True,
    shiftable: bool = True,
) -> Draws:
    """Draw everything that is uncertain.

    Speeds, people and capacities are log-normal around what is known, so that none falls below zero; errors of
    people and capacities have a common part and one of each unit or facility; delays of openings go together by a
    Gaussian copula.

    Parameters
    ----------
    ask
        Spreads.
    seed
        Of the scenario.
    units, facilities
        How many there are.
    coming
        Something is still to open; else nothing can be late.
    shiftable
        Places can be shifted at all (in China).
    """
    rng = np.random.default_rng(seed)
    count = ask.draws
    speed = _spread(ask.speed_sd, rng.standard_normal(count))
    delay = np.abs(rng.standard_normal(count)) * ask.door_delay_s * MS_PER_SECOND
    people = _spread(ask.people_sd, _together(rng, count, units, ask.people_alike))
    capacity = _spread(ask.capacity_sd, _together(rng, count, facilities, ask.capacity_alike))
    late = (
        _years_late(ask, rng, count, facilities) if coming else np.zeros((count, facilities), dtype=np.int64)
    )
    shifted = rng.random(count) < (ask.datum_shift if shiftable else 0.0)
    everything = Draws(
        count, (), np.minimum(speed, MOST_TIMES), delay, people, capacity, late, np.asarray(shifted)
    )
    return _with_causes_alone(everything, ask, coming=coming, shiftable=shiftable)


def _with_causes_alone(drawn: Draws, ask: UncertaintyAsk, *, coming: bool, shiftable: bool) -> Draws:
    """Add two rows for each cause that has any spread: everything as it is known, and this cause low or high."""
    active = {
        "speed": ask.speed_sd > 0,
        "door_delay": ask.door_delay_s > 0,
        "people": ask.people_sd > 0,
        "capacity": ask.capacity_sd > 0,
        "opening": ask.late > 0 and coming,
        "datum": ask.datum_shift > 0 and shiftable,
    }
    causes = [cause for cause in CAUSES if active[cause] and drawn.count]
    alone = tuple((cause, side) for cause in causes for side in ("low", "high"))
    rows, units, facilities = len(alone), drawn.people.shape[1], drawn.capacity.shape[1]
    far = TAIL_AT
    speed, delay, shifted = np.ones(rows), np.zeros(rows), np.zeros(rows, dtype=bool)
    people, capacity = np.ones((rows, units)), np.ones((rows, facilities))
    late = np.zeros((rows, facilities), dtype=np.int64)
    for at, (cause, side) in enumerate(alone):
        high = side == "high"
        times = far if high else -far
        if cause == "speed":
            speed[at] = min(np.exp(ask.speed_sd * times), MOST_TIMES)
        elif cause == "people":
            people[at] = np.exp(ask.people_sd * times)
        elif cause == "capacity":
            capacity[at] = np.exp(ask.capacity_sd * times)
        elif cause == "door_delay":
            delay[at] = HALF_TAIL_AT * ask.door_delay_s * MS_PER_SECOND * high
        elif cause == "opening":
            late[at] = int(high)
        else:
            shifted[at] = high
    return Draws(
        drawn.count,
        alone,  # type: ignore[arg-type]
        np.concatenate([drawn.speed, speed]),
        np.concatenate([drawn.delay_ms, delay]),
        np.concatenate([drawn.people, people]),
        np.concatenate([drawn.capacity, capacity]),
        np.concatenate([drawn.late, late]),
        np.concatenate([drawn.shifted, shifted]),
    )


def _together(rng: np.random.Generator, rows: int, columns: int, alike: float) -> FloatArray:
    """Standard normal values whose correlation within a row is `alike`."""
    common = rng.standard_normal((rows, 1))
    return np.asarray(np.sqrt(alike) * common + np.sqrt(1 - alike) * rng.standard_normal((rows, columns)))


def _spread(sd: float, standard: FloatArray) -> FloatArray:
    return np.asarray(np.exp(sd * standard))


def _years_late(ask: UncertaintyAsk, rng: np.random.Generator, rows: int, columns: int) -> Int64Array:
    """0, 1 or 2 years, by how far down a normal value lies; the chance of being late is that of the scenario."""
    values = _together(rng, rows, columns, ask.late_alike)
    one, two = _normal_value(ask.late), _normal_value(ask.late * TWO_YEARS)
    return np.asarray((values < one).astype(np.int64) + (values < two))


def _normal_value(chance: float) -> float:
    """Standard normal value below which a part of all lie."""
    return NormalDist().inv_cdf(chance) if 0 < chance < 1 else float(np.inf if chance >= 1 else -np.inf)


def interval(values: FloatArray) -> dict[str, float]:
    """Values below which a twentieth, half and all but a twentieth of the draws lie; NaN without any."""
    told = values[~np.isnan(values)]
    if not len(told):
        return dict.fromkeys(("low", "middle", "high"), float("nan"))
    low, middle, high = np.quantile(told, [TAIL, 0.5, 1 - TAIL], method="inverted_cdf")
    return {"low": float(low), "middle": float(middle), "high": float(high)}
