"""A siting question in one form: sites, demand, pairs, objectives and limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

import numpy as np

from coverplan.errors import Problem as Trouble
from coverplan.errors import Problems
from coverplan.siting.elsewhere import IN_A_QUESTION, Elsewhere
from coverplan.siting.limit import (
    Apart,
    Budget,
    Capacity,
    Closings,
    CoverageFloor,
    Limit,
    Number,
    UnitCap,
    UnitQuota,
    Unlike,
)
from coverplan.siting.objective import (
    Fairest,
    FewestSites,
    LeastPersonTime,
    LeastTotal,
    MostBackup,
    MostExpected,
    MostNet,
    Objective,
    ShortestLongestWalk,
)
from coverplan.siting.pairs import Pairs
from coverplan.siting.points import Points
from coverplan.siting.sites import STATUSES, Sites
from coverplan.siting.tables.named_values import real_number
from coverplan.units import BoolArray, FloatArray

LimitType = TypeVar("LimitType", bound=Limit)


@dataclass(frozen=True, slots=True)
class Problem(Elsewhere, elsewhere=IN_A_QUESTION):
    """One siting question; made by `make_problem`, which checks it.

    Parameters
    ----------
    sites, points
        In id order (R11).
    pairs
        Which site can serve which point, and at what cost, already cut at `standard`.
    objectives
        Asked in turn, each among the answers that are best for those before; if one leaves nobody without a way, all do.
    limits
        What every answer keeps to.
    units
        Codes to which the unit positions of sites and points refer.
    standard
        Highest cost of a pair that counts as within the standard (R2); None when every pair counts.
    group
        Group whose people the objectives count.
    """

    sites: Sites
    points: Points
    pairs: Pairs
    objectives: tuple[Objective, ...]
    limits: tuple[Limit, ...] = ()
    units: tuple[str, ...] = ()
    standard: float | None = None
    group: str = "total"

    @property
    def weight(self) -> FloatArray:
        """Shape (points,): people of the problem's group."""
        return self.points.weights[self.group]

    @property
    def capacity(self) -> Capacity | None:
        """Capacity limit, if sites have one that counts."""
        return self.first_limit(Capacity)

    @property
    def allowed(self) -> BoolArray:
        """Shape (sites,): may be open in some answer."""
        return ~self.sites.has_status("forbidden")

    def limits_of(self, kind: type[LimitType]) -> tuple[LimitType, ...]:
        """Limits of one kind, in the order given."""
        return tuple(limit for limit in self.limits if isinstance(limit, kind))

    def first_limit(self, kind: type[LimitType]) -> LimitType | None:
        """First limit of one kind, or None."""
        return next(iter(self.limits_of(kind)), None)

    def weight_of(self, group: str | None, units: tuple[str, ...] | None = None) -> FloatArray:
        """Shape (points,): people of a group (None: the problem's), zero outside `units` when they are given."""
        weight = self.points.weights[group or self.group]
        if units is None:
            return weight
        return np.where(np.isin(self.points.unit, self.unit_positions(units)), weight, 0.0)

    def unit_positions(self, units: tuple[str, ...]) -> list[int]:
        """Positions of unit codes."""
        return [self.units.index(code) for code in units]

    def populated_units(self) -> tuple[str, ...]:
        """Codes of the units that have people of the problem's group, in the order of `units`."""
        placed = self.points.unit >= 0
        people = np.bincount(self.points.unit[placed], weights=self.weight[placed], minlength=len(self.units))
        return tuple(code for code, count in zip(self.units, people, strict=True) if count > 0)

    def with_limits(self, *limits: Limit) -> Problem:
        """Same question with more limits, checked again."""
        return checked(replace(self, limits=(*self.limits, *limits)))

    def asking(self, *objectives: Objective) -> Problem:
        """Same question with other objectives, checked again."""
        return checked(replace(self, objectives=objectives))


def make_problem(
    sites: Sites,
    points: Points,
    pairs: Pairs,
    *,
    objectives: tuple[Objective, ...],
    limits: tuple[Limit, ...] = (),
    units: tuple[str, ...] = (),
    standard: float | None = None,
    group: str = "total",
) -> Problem:
    """Checked problem, with sites and points brought into id order.

    Raises
    ------
    coverplan.errors.InputError
        With everything that is wrong with the parts (R12). What contradicts what is told by `contradictions`.
    """
    troubles = Problems()
    if standard is not None:
        real_number(standard, field="standard", troubles=troubles)
    troubles.raise_if_errors()
    _check_shapes(sites, points, pairs)
    site_order = _id_order(sites.ids)
    point_order = _id_order(points.ids)
    if site_order is not None or point_order is not None:
        by_site = np.arange(sites.count) if site_order is None else site_order
        by_point = np.arange(points.count) if point_order is None else point_order
        pairs = pairs.rearranged(by_site, by_point)
        sites = sites.rearranged(by_site)
        points = points.rearranged(by_point)
    problem = Problem(sites, points, pairs, objectives, limits, units, standard, group)
    return replace(checked(problem), pairs=pairs.within(standard))


def checked(problem: Problem) -> Problem:
    """Return the problem itself after a check of every field; raises one InputError with all that is wrong."""
    troubles = Problems()
    _check_sites(problem, troubles)
    _check_points(problem, troubles)
    troubles.raise_if_errors()
    for limit in problem.limits:
        troubles.extend(_limit_troubles(problem, limit))
    for objective in problem.objectives:
        troubles.extend(_objective_troubles(problem, objective))
    if len(problem.limits_of(Capacity)) > 1:
        troubles.add(_bad("capacity", "several capacity limits", "one of them"))
    if not problem.objectives:
        troubles.add(Trouble(what="a siting question needs an objective", code="no_objective"))
    troubles.raise_if_errors()
    return problem


def _id_order(ids: Sequence[str]) -> np.ndarray | None:
    if all(before < after for before, after in pairwise(ids)):
        return None
    return np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64)


def _check_shapes(sites: Sites, points: Points, pairs: Pairs) -> None:
    troubles = Problems()
    for what, found, expected in (
        ("pairs: number of sites", pairs.sites, sites.count),
        ("pairs: number of demand points", pairs.demand_points, points.count),
        ("sites: status", len(sites.status), sites.count),
        ("sites: cost", len(sites.cost), sites.count),
        ("sites: capacity", len(sites.capacity), sites.count),
        ("sites: unit", len(sites.unit), sites.count),
        ("points: unit", len(points.unit), points.count),
        *((f"points: weights of {group}", len(w), points.count) for group, w in points.weights.items()),
    ):
        if found != expected:
            troubles.add(
                Trouble(what="lengths differ", field=what, value=found, expected=str(expected), code="shape")
            )
    troubles.raise_if_errors()


def _check_sites(problem: Problem, troubles: Problems) -> None:
    sites = problem.sites
    if not problem.allowed.any():
        troubles.add(
            Trouble(
                what="there is no site that could be open",
                value=f"{sites.count} sites, all forbidden" if sites.count else "no site at all",
                expected="at least one candidate, required, existing or closing site",
                remedy="give candidates, or lift the exclusions that forbid all of them",
                code="no_candidate",
            )
        )
    if len(set(sites.ids)) < sites.count:
        troubles.add(Trouble(what="site ids repeat", expected="unique ids", code="repeated_id"))
    strange = sorted(set(sites.status) - set(STATUSES))
    if strange:
        troubles.add(
            Trouble(
                what="a site has an unknown status",
                field="status",
                value=", ".join(strange),
                expected=", ".join(STATUSES),
                code="status",
            )
        )
    _check_numbers(sites.cost, sites.ids, "cost of a site", troubles)
    _check_numbers(sites.capacity, sites.ids, "capacity of a site", troubles, infinite=True)
    if len(sites.unit) and sites.unit.max() >= len(problem.units):
        troubles.add(
            Trouble(what="a site lies in a unit that is not listed", field="unit", code="unknown_unit")
        )


def _check_points(problem: Problem, troubles: Problems) -> None:
    points = problem.points
    if len(set(points.ids)) < points.count:
        troubles.add(Trouble(what="demand ids repeat", expected="unique ids", code="repeated_id"))
    if problem.group not in points.weights:
        troubles.add(_unknown_group(problem, problem.group))
    for group, weight in points.weights.items():
        _check_numbers(weight, points.ids, f"people of {group}", troubles)
        if group == problem.group and not weight.sum() > 0:
            troubles.add(Trouble(what="nobody is to be served", field=group, code="no_demand"))
    if points.count and points.unit.max() >= len(problem.units):
        troubles.add(
            Trouble(
                what="a demand point lies in a unit that is not listed", field="unit", code="unknown_unit"
            )
        )


def _check_numbers(
    values: FloatArray, ids: object, field: str, troubles: Problems, *, infinite: bool = False
) -> None:
    bad = np.flatnonzero(~(values >= 0) | (np.isinf(values) & (not infinite)))
    if len(bad):
        first = int(bad[0])
        troubles.add(
            Trouble(
                what=f"{len(bad)} values are not numbers of zero or more",
                field=field,
                value=f"{ids[first]}: {values[first]}",  # type: ignore[index]
                expected="zero or more" if infinite else "a finite number of zero or more",
                remedy="mend the value, or leave the row out",
                code="bad_number",
            )
        )


def _unknown_group(problem: Problem, group: str) -> Trouble:
    return Trouble(
        what="the demand points have no such group",
        field="group",
        value=group,
        expected=", ".join(problem.points.weights),
        code="unknown_group",
    )


def _unknown_units(problem: Problem, units: tuple[str, ...], field: str) -> list[Trouble]:
    strange = sorted(set(units) - set(problem.units))
    if not strange:
        return []
    return [
        Trouble(
            what="a limit names units that are not listed",
            field=field,
            value=", ".join(strange[:5]),
            expected="codes of the problem's units",
            code="unknown_unit",
        )
    ]


def _bad(field: str, value: object, expected: str, remedy: str | None = None) -> Trouble:
    return Trouble(
        what="a limit has a value that cannot be meant",
        field=field,
        value=value,
        expected=expected,
        remedy=remedy,
        code="bad_limit",
    )


def _limit_troubles(problem: Problem, limit: Limit) -> list[Trouble]:  # noqa: C901, PLR0911, PLR0912
    """Check one limit; one branch a kind, so that a kind without a check would stand out."""
    match limit:
        case Number(low, high):
            return _range_troubles(
                "number", low, high, int(problem.sites.decided.sum()), "sites to decide on"
            )
        case Closings(low, high):
            closing = int(problem.sites.has_status("closing").sum())
            return _range_troubles("closings", low, high, closing, "sites with status closing")
        case Budget(at_most):
            if at_most > 0:
                return []
            return [
                _bad("budget", at_most, "more than 0", "a budget of 0 buys nothing: raise it or leave it out")
            ]
        case CoverageFloor(share, units, group):
            found = _unknown_units(problem, units or (), "coverage_floor")
            if not 0 <= share <= 1:
                found.append(_bad("coverage_floor", share, "a share from 0 to 1"))
            if group is not None and group not in problem.points.weights:
                found.append(_unknown_group(problem, group))
            capacity = problem.capacity
            if capacity and group not in {None, problem.group}:
                found.append(
                    _bad("coverage_floor", group, f"{problem.group}, whose people fill the capacity")
                )
            if capacity and capacity.assignment == "nearest" and units is not None:
                found.append(
                    _bad(
                        "coverage_floor",
                        ", ".join(units[:5]),
                        "the whole area when people go to the nearest site: who finds it full is not known by unit",
                    )
                )
            return found
        case UnitQuota(units, at_least):
            found = _unknown_units(problem, units, "unit_quota")
            if not 0 <= at_least <= len(units):
                found.append(
                    _bad("unit_quota", at_least, f"0 to {len(units)}, the number of units in the quota")
                )
            return found
        case UnitCap(units, at_most):
            found = _unknown_units(problem, units, "unit_cap")
            return found if at_most >= 0 else [*found, _bad("unit_cap", at_most, "0 or more")]
        case Apart(pairs):
            strange = sorted({site for pair in pairs for site in pair} - set(problem.sites.ids))
            found = [_bad("apart", ", ".join(strange[:5]), "ids of sites")] if strange else []
            return found + [_bad("apart", one, "two different sites") for one, two in pairs if one == two][:1]
        case Unlike(ids, at_least, by):
            known = set(problem.sites.ids if by == "site" else problem.units)
            strange = sorted(set(ids) - known)
            found = [_bad("unlike", ", ".join(strange[:5]), f"known ids ({by})")] if strange else []
            return found if at_least >= 0 else [*found, _bad("unlike", at_least, "0 or more")]
        case Capacity(assignment, single):
            if assignment == "nearest" and single:
                return [
                    _bad(
                        "capacity",
                        "single_source",
                        "free assignment; nearest sends a point to one site anyway",
                    )
                ]
            return []


def _range_troubles(field: str, low: int, high: int | None, available: int, of_what: str) -> list[Trouble]:
    found = []
    if low < 0 or (high is not None and high < 0):
        found.append(_bad(field, (low, high), "0 or more"))
    if high is not None and low > high:
        found.append(_bad(field, (low, high), "a lower end that is not above the upper end"))
    if low > available:
        found.append(_bad(field, low, f"at most {available}, the number of {of_what}"))
    return found


def _value_troubles(problem: Problem, objective: Objective) -> list[Trouble]:
    """Check what an objective is given."""
    match objective:
        case LeastTotal(by_way) if not 0 <= by_way < float("inf"):
            return [_bad(objective.name, by_way, "zero or more")]
        case MostExpected(busy) if not 0 <= busy < 1:
            return [_bad(objective.name, busy, "a probability from 0 to below 1")]
        case MostBackup(times) if times < 1:
            return [_bad(objective.name, times, "1 or more")]
        case MostNet(against) if against not in problem.points.weights:
            return [_unknown_group(problem, against)]
        case _:
            return []


def _objective_troubles(problem: Problem, objective: Objective) -> list[Trouble]:
    """Check one objective against the rest of the question."""
    found = _value_troubles(problem, objective)
    if (
        isinstance(objective, LeastPersonTime)
        and objective.unserved is not None
        and not objective.unserved >= 0
    ):
        found.append(_bad("least_person_time", objective.unserved, "zero or more"))
    if (
        isinstance(objective, LeastPersonTime | LeastTotal | ShortestLongestWalk)
        and problem.pairs.cost is None
    ):
        found.append(_bad(objective.name, "pairs without costs", "pairs with a cost each"))
    if isinstance(objective, Fairest):
        found += _unknown_units(problem, objective.units, "fairest")
        if not (objective.units or problem.populated_units()):
            found.append(_bad("fairest", "no unit", "units with people in them"))
    needs_room = isinstance(objective, MostBackup | MostExpected | MostNet | Fairest)
    if needs_room and problem.capacity is not None:
        found.append(_bad(objective.name, "capacity", "no capacity limit beside this objective"))
    found += _nearest_troubles(problem, objective)
    if len(problem.objectives) == 1 and isinstance(objective, FewestSites) and not problem.limits:
        found.append(
            _bad(objective.name, "no limit", "a coverage floor or a quota that sites are needed for")
        )
    return found


def _nearest_troubles(problem: Problem, objective: Objective) -> list[Trouble]:
    """Check one objective where people go to their nearest site, full or not."""
    found: list[Trouble] = []
    nearest = problem.capacity is not None and problem.capacity.assignment == "nearest"
    if nearest and isinstance(objective, ShortestLongestWalk):
        found.append(_bad(objective.name, "nearest", "free assignment beside this objective"))
    if nearest and isinstance(objective, LeastPersonTime) and objective.unserved is not None:
        found.append(
            _bad(
                objective.name,
                "nearest",
                "free assignment, or nobody left unserved: who finds the nearest site full is not known one by one",
            )
        )
    if nearest and problem.pairs.cost is None:
        found.append(
            _bad("capacity", "pairs without costs", "pairs with a cost each, to know the nearest site")
        )
    return found
