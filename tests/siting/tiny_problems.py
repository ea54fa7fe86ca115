"""Random tiny siting questions for hypothesis."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

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
    MostBackup,
    MostExpected,
    MostNet,
    MostPeople,
    ShortestLongestWalk,
)
from coverplan.siting.pairs import from_triples
from coverplan.siting.points import make_points
from coverplan.siting.problem import make_problem
from coverplan.siting.sites import make_sites

UNITS = ("u1", "u2", "u3")


def limit_of(draw, kind, ids):  # noqa: PLR0911
    subset = tuple(sorted(draw(st.sets(st.sampled_from(UNITS), min_size=1))))
    match kind.name:
        case "number":
            low = draw(st.integers(0, 2))
            return Number(low, draw(st.none() | st.integers(low, 4)))
        case "budget":
            return Budget(draw(st.integers(1, 15)))
        case "coverage_floor":
            units = draw(st.none() | st.just(subset))
            return CoverageFloor(
                draw(st.sampled_from([0.0, 0.3, 0.5, 0.8, 1.0])), units, draw(st.sampled_from([None, "old"]))
            )
        case "unit_quota":
            return UnitQuota(subset, draw(st.integers(0, len(subset))))
        case "unit_cap":
            return UnitCap(subset, draw(st.integers(0, 2)))
        case "apart":
            pairs = draw(st.sets(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=4))
            return Apart(tuple(sorted((a, b) for a, b in pairs if a < b)))
        case "closings":
            return Closings(0, draw(st.none() | st.integers(0, 2)))
        case "unlike":
            by = draw(st.sampled_from(["site", "unit"]))
            names = tuple(
                sorted(draw(st.sets(st.sampled_from(ids if by == "site" else UNITS), min_size=1, max_size=3)))
            )
            return Unlike(names, draw(st.integers(0, len(names))), by)
        case "capacity":
            return Capacity(draw(st.sampled_from(["free", "nearest"])))
    raise AssertionError(kind)


def objective_of(draw, kind):
    if kind is MostExpected:
        return MostExpected(draw(st.sampled_from([0.0, 0.25, 0.6])))
    if kind is LeastPersonTime:
        return LeastPersonTime(draw(st.sampled_from([None, 0.0, 7.0, 30.0])))
    if kind is MostBackup:
        return MostBackup(draw(st.integers(1, 3)))
    if kind is MostNet:
        return MostNet("shy")
    return kind()


@st.composite
def tiny_problems(draw, kinds=None, objective_kinds=None, statuses=None):
    """Up to six sites and eight points; kinds of limits and objectives may be fixed."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sites, points = draw(st.integers(1, 6)), draw(st.integers(1, 8))
    dense = draw(st.sampled_from([0.3, 0.6, 1.0]))
    near = rng.random((sites, points)) < dense
    site, demand = np.nonzero(near)
    cost = rng.integers(0, 15, len(site)).astype(np.float64)
    pairs = from_triples(
        site.astype(np.int32), demand.astype(np.int32), cost, sites=sites, demand_points=points
    )
    ids = tuple(f"s{k}" for k in range(sites))
    mix = statuses or ["candidate"] * 6 + ["required", "existing", "forbidden", "closing", "closing"]
    status = [draw(st.sampled_from(mix)) for _ in ids]
    if all(one == "forbidden" for one in status):
        status[0] = "candidate"
    total = rng.integers(0, 9, points).astype(np.float64)
    total[0] += 1
    objective_kinds = objective_kinds or draw(
        st.lists(st.sampled_from(PLAIN), min_size=1, max_size=2, unique=True)
    )
    chosen = (
        list(kinds)
        if kinds is not None
        else draw(
            st.lists(
                st.sampled_from([Number, Budget, CoverageFloor, UnitQuota, UnitCap, Apart, Closings, Unlike]),
                max_size=3,
            )
        )
    )
    limits = [limit_of(draw, kind, ids) for kind in chosen]
    if any(isinstance(one, Capacity) for one in limits):
        limits = [CoverageFloor(one.at_least) if isinstance(one, CoverageFloor) else one for one in limits]
    if ShortestLongestWalk in objective_kinds:
        limits = [Capacity("free") if isinstance(one, Capacity) else one for one in limits]
    objectives = tuple(objective_of(draw, kind) for kind in objective_kinds)
    if any(isinstance(one, LeastPersonTime) and one.unserved is not None for one in objectives):
        limits = [Capacity("free") if isinstance(one, Capacity) else one for one in limits]
    limits = [
        Number(0, sites) if isinstance(one, Number) and not fits(one, status) else one for one in limits
    ]
    if not limits:
        limits = [Number(0, sites)] if "candidate" in status else [Budget(100)]
    if isinstance(limits[0], Number) and limits[0].at_most is not None and not fits(limits[0], status):
        limits[0] = Number(0, None)
    return make_problem(
        make_sites(
            ids,
            status=tuple(status),
            cost=rng.integers(0, 6, sites).astype(np.float64),
            capacity=rng.integers(0, 20, sites).astype(np.float64),
            unit=rng.integers(-1, 3, sites).astype(np.int32),
        ),
        make_points(
            tuple(f"p{k}" for k in range(points)),
            {
                "total": total,
                "old": np.floor(total / 2),
                "shy": rng.permutation(total) * (rng.random(points) < 0.4),
            },
            unit=rng.integers(0, 3, points).astype(np.int32),
        ),
        pairs,
        objectives=objectives,
        limits=tuple(limits),
        units=UNITS,
        standard=draw(st.sampled_from([5.0, 14.0])),
    )


def fits(number, status):
    return number.at_least <= sum(one in ("candidate", "required", "closing") for one in status)


PLAIN = [
    MostPeople,
    FewestSites,
    LeastCost,
    LeastPersonTime,
    MostBackup,
    MostNet,
    Fairest,
    MostExpected,
    ShortestLongestWalk,
]
