"""What a siting answer must keep to: one small type per kind of limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from coverplan.units import FloatArray


@dataclass(frozen=True, slots=True)
class Number:
    """How many sites the plan opens or keeps; those that exist anyway are not counted."""

    at_least: int = 0
    at_most: int | None = None
    name: ClassVar[str] = "number"


@dataclass(frozen=True, slots=True)
class Budget:
    """What the sites that the plan opens or keeps may cost together."""

    at_most: float
    name: ClassVar[str] = "budget"


@dataclass(frozen=True, slots=True)
class CoverageFloor:
    """Least share of people within the standard, or served where a capacity counts.

    Parameters
    ----------
    at_least
        Share from 0 to 1 of the people of the whole area, or of every one of `units` by itself.
    units
        Codes of units that must each reach the share; None for the whole area.
    group
        Demand group; None for the problem's own.
    """

    at_least: float
    units: tuple[str, ...] | None = None
    group: str | None = None
    name: ClassVar[str] = "coverage_floor"


@dataclass(frozen=True, slots=True)
class UnitQuota:
    """At least `at_least` of `units` have an open site in them."""

    units: tuple[str, ...]
    at_least: int
    name: ClassVar[str] = "unit_quota"


@dataclass(frozen=True, slots=True)
class UnitCap:
    """At most `at_most` open sites in each of `units`."""

    units: tuple[str, ...]
    at_most: int
    name: ClassVar[str] = "unit_cap"


@dataclass(frozen=True, slots=True)
class Apart:
    """Pairs of sites of which at most one may be open: too near, or excluding each other otherwise."""

    pairs: tuple[tuple[str, str], ...]
    name: ClassVar[str] = "apart"


@dataclass(frozen=True, slots=True)
class Closings:
    """How many of the sites with status ``closing`` are closed."""

    at_least: int = 0
    at_most: int | None = None
    name: ClassVar[str] = "closings"


@dataclass(frozen=True, slots=True)
class Capacity:
    """Sites serve no more people of the problem's group than their capacity, and only within the standard.

    Parameters
    ----------
    assignment
        ``free``: people are sent where there is room. ``nearest``: people go to their nearest open site (ties by
        id, R11), and those who find it full are not served.
    single_source
        With ``free``: all people of a demand point go to the same site.
    """

    assignment: Literal["free", "nearest"] = "free"
    single_source: bool = False
    name: ClassVar[str] = "capacity"


@dataclass(frozen=True, slots=True)
class Unlike:
    """At least `at_least` of `ids` are not used: how alternatives are kept different.

    Parameters
    ----------
    ids
        Ids of sites of an earlier answer or, with `by` ``unit``, codes of the units in which it has its sites.
    at_least
        How many of them must be missing from this answer.
    by
        Whether `ids` are sites or units.
    """

    ids: tuple[str, ...]
    at_least: int
    by: Literal["site", "unit"] = "site"
    name: ClassVar[str] = "unlike"


Limit = Number | Budget | CoverageFloor | UnitQuota | UnitCap | Apart | Closings | Capacity | Unlike
LIMITS: tuple[type[Limit], ...] = (
    Number,
    Budget,
    CoverageFloor,
    UnitQuota,
    UnitCap,
    Apart,
    Closings,
    Capacity,
    Unlike,
)


def apart_by(ids: Sequence[str], x: FloatArray, y: FloatArray, *, distance_m: float) -> Apart:
    """Pairs of sites whose straight-line distance is below `distance_m` metres."""
    from scipy.spatial import cKDTree

    places = np.column_stack([x, y])
    near = cKDTree(places).query_pairs(distance_m, output_type="ndarray")
    gap_m = np.hypot(*(places[near[:, 0]] - places[near[:, 1]]).T)
    pairs = sorted((ids[min(a, b)], ids[max(a, b)]) for a, b in near[gap_m < distance_m].tolist())
    return Apart(tuple(pairs))
