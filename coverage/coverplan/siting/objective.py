"""What a siting question asks for: one small type per objective."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

Sense = Literal["max", "min"]


@dataclass(frozen=True, slots=True)
class MostPeople:
    """Most people of the problem's group within the standard; with a capacity, most people served."""

    name: ClassVar[str] = "most_people"
    sense: ClassVar[Sense] = "max"


@dataclass(frozen=True, slots=True)
class FewestSites:
    """Fewest sites that the plan opens or keeps; those that exist anyway are not counted."""

    name: ClassVar[str] = "fewest_sites"
    sense: ClassVar[Sense] = "min"


@dataclass(frozen=True, slots=True)
class LeastCost:
    """Least cost of the sites that the plan opens or keeps."""

    name: ClassVar[str] = "least_cost"
    sense: ClassVar[Sense] = "min"


@dataclass(frozen=True, slots=True)
class LeastPersonTime:
    """Least sum over people of the cost of their way.

    Parameters
    ----------
    unserved
        What a person who has no way counts, in the unit of the pairs; None when nobody may be left without.
    """

    unserved: float | None = None
    name: ClassVar[str] = "least_person_time"
    sense: ClassVar[Sense] = "min"


@dataclass(frozen=True, slots=True)
class LeastTotal:
    """Least cost of the sites that the plan opens or keeps and of everybody's way together, in one unit.

    Parameters
    ----------
    by_way
        What one unit of the pairs' cost counts for one person, in the unit of the sites' costs.
    """

    by_way: float = 1.0
    name: ClassVar[str] = "least_total"
    sense: ClassVar[Sense] = "min"


@dataclass(frozen=True, slots=True)
class ShortestLongestWalk:
    """Least cost of the longest way that anybody has."""

    name: ClassVar[str] = "shortest_longest_walk"
    sense: ClassVar[Sense] = "min"


@dataclass(frozen=True, slots=True)
class MostBackup:
    """Most people within the standard of several open sites at once.

    Parameters
    ----------
    times
        How many open sites must reach somebody who is to count, 1 or more.
    """

    times: int = 2
    name: ClassVar[str] = "most_backup"
    sense: ClassVar[Sense] = "max"


@dataclass(frozen=True, slots=True)
class MostNet:
    """Most people within the standard, less those of another group within it: sites that some want and some do not.

    Parameters
    ----------
    against
        Group of the points whose people count against an open site that reaches them, once however many do.
    """

    against: str
    name: ClassVar[str] = "most_net"
    sense: ClassVar[Sense] = "max"


@dataclass(frozen=True, slots=True)
class Fairest:
    """Highest share of people within the standard in the worst of the units.

    Parameters
    ----------
    units
        Codes of the units that are compared; empty for all units that have people.
    """

    units: tuple[str, ...] = ()
    name: ClassVar[str] = "fairest"
    sense: ClassVar[Sense] = "max"


@dataclass(frozen=True, slots=True)
class MostExpected:
    """Most people expected to find a free server when each server is busy with the same probability.

    Parameters
    ----------
    busy
        Probability that a server is busy, from 0 to below 1 (Daskin 1983).
    """

    busy: float
    name: ClassVar[str] = "most_expected"
    sense: ClassVar[Sense] = "max"


Objective = (
    MostPeople
    | FewestSites
    | LeastCost
    | LeastPersonTime
    | LeastTotal
    | ShortestLongestWalk
    | MostBackup
    | MostNet
    | Fairest
    | MostExpected
)
OBJECTIVES: tuple[type[Objective], ...] = (
    MostPeople,
    FewestSites,
    LeastCost,
    LeastPersonTime,
    LeastTotal,
    ShortestLongestWalk,
    MostBackup,
    MostNet,
    Fairest,
    MostExpected,
)


def needs_everybody(objective: Objective) -> bool:
    """Whether an objective has no value while anybody is left without a way."""
    return isinstance(objective, ShortestLongestWalk | LeastTotal) or (
        isinstance(objective, LeastPersonTime) and objective.unserved is None
    )
