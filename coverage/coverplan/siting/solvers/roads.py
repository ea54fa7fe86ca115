"""Which solver a question goes to: the fast road that fits its shape, or HiGHS."""

from __future__ import annotations

from collections.abc import Callable

from coverplan.siting.problem import Problem
from coverplan.siting.solvers.capacities.fast_capacity import asks_capacity, most_served
from coverplan.siting.solvers.capacities.fast_rooms import asks_rooms, least_within_rooms
from coverplan.siting.solvers.covering.fast_cover import fewest_sites, most_people
from coverplan.siting.solvers.covering.plain_cover import asks_fewest, asks_most
from coverplan.siting.solvers.found import Found
from coverplan.siting.solvers.search import Search, Watch
from coverplan.siting.solvers.ways.fast_center import asks_center, shortest_longest_walk
from coverplan.siting.solvers.ways.fast_median import asks_median, least_person_time

Road = Callable[[Problem, Search, Watch], Found]
ROADS: tuple[tuple[Callable[[Problem], bool], Road], ...] = (
    (asks_most, most_people),
    (asks_fewest, fewest_sites),
    (asks_median, least_person_time),
    (asks_capacity, most_served),
    (asks_rooms, least_within_rooms),
    (asks_center, shortest_longest_walk),
)


def road_of(problem: Problem) -> Road | None:
    """First road whose shape the question has; None for HiGHS."""
    return next((road for fits, road in ROADS if fits(problem)), None)
