"""Siting questions on the toy town: five sites on its grid, walks counted in streets of one minute."""

from __future__ import annotations

import numpy as np

from coverplan.siting.limit import (
    Apart,
    Budget,
    Capacity,
    Closings,
    CoverageFloor,
    Number,
    UnitCap,
    UnitQuota,
    Unlike,
)
from coverplan.siting.objective import (
    Fairest,
    FewestSites,
    LeastCost,
    LeastPersonTime,
    LeastTotal,
    MostBackup,
    MostExpected,
    MostNet,
    MostPeople,
    ShortestLongestWalk,
)
from coverplan.siting.pairs import from_coordinates
from coverplan.siting.points import make_points
from coverplan.siting.problem import make_problem
from coverplan.siting.sites import make_sites
from towns import toytown

UNITS = ("A", "B")
#: id: (row, column, status, cost, capacity)
PLACES = {
    "corner": (0, 0, "candidate", 3.0, 60.0),
    "east": (2, 4, "candidate", 2.0, 80.0),
    "middle": (2, 2, "candidate", 5.0, 120.0),
    "north": (4, 0, "existing", 0.0, 40.0),
    "old": (4, 4, "closing", 1.0, 50.0),
}


def toy(*limits, objective=None, minutes=2):
    """Question about the toy town; the standard is whole minutes of one street each."""
    people = toytown.demand()
    places = np.array([toytown.xy(row, column) for row, column, *_ in PLACES.values()])
    apart_m = from_coordinates(places, np.column_stack([people.x, people.y]), metric="manhattan")
    streets = type(apart_m)(
        apart_m.indptr, apart_m.demand, np.rint(apart_m.cost / toytown.STREET_M), apart_m.demand_points
    )
    return make_problem(
        make_sites(
            tuple(PLACES),
            status=tuple(place[2] for place in PLACES.values()),
            cost=np.array([place[3] for place in PLACES.values()]),
            capacity=np.array([place[4] for place in PLACES.values()]),
            unit=np.array([0 if place[1] < 2 else 1 for place in PLACES.values()]),
        ),
        make_points(tuple(people.ids), people.people, unit=people.unit - 1),
        streets,
        objectives=(objective or MostPeople(),),
        limits=limits,
        units=UNITS,
        standard=minutes,
    )


LIMIT_EXAMPLES = {
    "number": Number(1, 2),
    "budget": Budget(6.0),
    "coverage_floor": CoverageFloor(0.5, UNITS, "age_60_plus"),
    "unit_quota": UnitQuota(UNITS, 2),
    "unit_cap": UnitCap(UNITS, 1),
    "apart": Apart((("corner", "middle"), ("east", "middle"))),
    "closings": Closings(1, 1),
    "capacity": Capacity("free"),
    "unlike": Unlike(("corner", "middle"), 1),
}
OBJECTIVE_EXAMPLES = {
    "most_people": MostPeople(),
    "fewest_sites": FewestSites(),
    "least_cost": LeastCost(),
    "least_total": LeastTotal(0.5),
    "least_person_time": LeastPersonTime(30.0),
    "shortest_longest_walk": ShortestLongestWalk(),
    "most_backup": MostBackup(),
    "most_net": MostNet("age_60_plus"),
    "fairest": Fairest(),
    "most_expected": MostExpected(0.5),
}
