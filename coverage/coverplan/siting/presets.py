"""The classic location models under the field's names, as presets of the one problem form."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from coverplan.errors import Problem as Trouble
from coverplan.errors import Problems
from coverplan.reach.matrix import Reach
from coverplan.siting.answer import Answer
from coverplan.siting.arguments import (
    LAYER_COLUMNS,
    LAYER_DEFAULTS,
    arguments,
    layer_order,
    pairs_of_ids,
    refuse_solver,
    refuse_unknown,
    refuse_unused,
)
from coverplan.siting.elsewhere import IN_A_MODEL, Elsewhere
from coverplan.siting.limit import Apart, Capacity, CoverageFloor, Limit, Number
from coverplan.siting.objective import (
    FewestSites,
    LeastPersonTime,
    MostBackup,
    MostNet,
    MostPeople,
    Objective,
    ShortestLongestWalk,
)
from coverplan.siting.points import Points
from coverplan.siting.problem import Problem, make_problem
from coverplan.siting.solve import Method, solve
from coverplan.siting.solvers.search import Search
from coverplan.siting.tables import layers, table_inputs
from coverplan.siting.tables.named_values import Marks, Values, real_number, whole_number
from coverplan.siting.tables.table_inputs import Tables

if TYPE_CHECKING:
    import geopandas as gpd


_REPELLED = "repelled"


@dataclass(frozen=True, slots=True)
class Preset(Elsewhere, ABC, elsewhere=IN_A_MODEL):
    """A classic model, ready to be solved.

    Parameters
    ----------
    problem
        The question in the one form.
    """

    problem: Problem
    needs: ClassVar[frozenset[str]] = frozenset()
    takes: ClassVar[frozenset[str]] = frozenset()
    single_source: ClassVar[bool] = False
    repels: ClassVar[bool] = False
    order: ClassVar[tuple[str, ...]] = ("weights", "service_radius", "p_facilities", "predefined_facilities")

    def solve(self, search: Search | None = None, *, method: Method = "auto", **unknown: Any) -> Answer:
        """Solve the model; see `coverplan.siting.solve.solve`.

        Parameters
        ----------
        search, method
            Seconds, gap and seed of the search; the way, ``auto`` chooses one.

        Raises
        ------
        coverplan.errors.InputError
            For conditions that contradict each other, and arguments of other libraries, with what to write instead.
        """
        refuse_solver(search)
        refuse_unknown(type(self).__name__, unknown)
        return Answer(self.problem, solve(self.problem, search, method=method))

    @classmethod
    def from_cost_matrix(cls, cost_matrix: pd.DataFrame | ArrayLike, *positional: Any, **given: Any) -> Self:
        """Model from a cost matrix, joined by id; see `coverplan.siting.tables.table_inputs.from_cost_matrix`.

        Parameters
        ----------
        cost_matrix
            Shape (points, sites), demand in rows: a table with ids, a scipy sparse matrix, or a bare array; in whatever
            unit `service_radius` has. What is absent or infinite cannot be used.
        weights
            People (or any demand) by demand id.
        service_radius
            Highest cost that counts as covered, inclusive (R2).
        p_facilities
            Number of facilities, those in `predefined_facilities` included.
        predefined_facilities, existing_facilities
            Sites that are opened in any case and counted, and sites that stand anyway and are not: ids or marks.
        facility_capacities, site_costs
            By site id.
        columns
            Names of demand id, site id and cost in a table with one row per pair.
        blank_is_absent
            Blank cells of a wide table are pairs that cannot be used.
        coverage
            Share of the weight that must be covered, for `PartialSetCover`.
        busy
            Probability that a server is busy, for `MEXCLP`.
        times
            How many facilities must cover a point before it counts, for `MultipleMCLP`.
        apart
            Pairs of site ids of which at most one may be open: too near to each other.
        cost_of_way
            What one unit of way counts for one person beside the sites' costs, for `UFLP` and `CFLP`.

        Notes
        -----
        What stands after the matrix without a name is read in the order in which spopt 0.7 has it for the model, and
        spopt's names (`predefined_facilities_arr`, `facility_capacity_arr`, `demand_quantity_arr`) are known.
        """
        asked = arguments(cls.__name__, cls.order, positional, given)
        tables = table_inputs.from_cost_matrix(
            cost_matrix,
            weights=asked["weights"],
            predefined=asked["predefined_facilities"],
            existing=asked["existing_facilities"],
            capacities=asked["facility_capacities"],
            site_costs=asked["site_costs"],
            columns=asked["columns"],
            blank_is_absent=asked["blank_is_absent"],
        )
        asked["apart"] = pairs_of_ids(asked["apart"], tables.sites.ids)
        return cls._made(tables, asked, capacitated=asked["facility_capacities"] is not None)

    @classmethod
    def from_geodataframe(
        cls,
        gdf_demand: gpd.GeoDataFrame,
        gdf_fac: gpd.GeoDataFrame,
        demand_col: str,
        facility_col: str,
        *positional: Any,
        **given: Any,
    ) -> Self:
        """Model from two layers of points; see `coverplan.siting.tables.layers.from_geodataframe`.

        Parameters
        ----------
        demand_col, facility_col
            Columns of ids; the column of places, as in spopt, stands for the index of the layer.
        weights_cols, predefined_facility_col, existing_facility_col, facility_capacity_col, site_cost_col
            Columns of people, of marks (yes or no, 1 or 0), of capacities and of costs.
        distance_metric
            ``euclidean``, or ``manhattan`` (``cityblock``).
        least_apart
            Facilities nearer to each other, in a straight line, are not both opened.
        service_radius, p_facilities, coverage, busy, times, cost_of_way
            As in `from_cost_matrix`; what stands without a name is read in spopt's order for the model.
        """
        asked = arguments(cls.__name__, layer_order(cls.order), positional, given, defaults=LAYER_DEFAULTS)
        radius, least = asked["service_radius"], asked.pop("least_apart")
        troubles = Problems()
        for name, value in (("service_radius", radius), ("least_apart", least)):
            if value is not None:
                real_number(value, field=name, troubles=troubles)
        troubles.raise_if_errors()
        columns = {name: asked.pop(name) for name in LAYER_COLUMNS}
        tables = layers.from_geodataframe(
            gdf_demand, gdf_fac, demand_col=demand_col, facility_col=facility_col, longest=radius, **columns
        )
        asked["site_costs"] = columns["site_cost_col"]
        if least is not None:
            asked["apart"] = layers.sites_apart(gdf_fac, facility_col, least)
        return cls._made(tables, asked, capacitated=columns["facility_capacity_col"] is not None)

    @classmethod
    def from_reach(
        cls,
        reach: Reach,
        *,
        weights: Values | None = None,
        service_radius: int | None = None,
        p_facilities: int | None = None,
        predefined_facilities: Marks = (),
        existing_facilities: Marks = (),
        facility_capacities: Values | None = None,
        coverage: float | None = None,
        busy: float | None = None,
    ) -> Self:
        """Model from a reach matrix, whose costs are milliseconds.

        Parameters
        ----------
        reach
            Times of every pair within a limit; other pairs cannot be used (R1).
        service_radius
            Milliseconds, inclusive (R2).
        weights, p_facilities, predefined_facilities, existing_facilities, facility_capacities, coverage, busy
            As for `from_cost_matrix`.
        """
        tables = table_inputs.from_reach(
            reach,
            weights=weights,
            predefined=predefined_facilities,
            existing=existing_facilities,
            capacities=facility_capacities,
        )
        given = {
            "service_radius": service_radius,
            "p_facilities": p_facilities,
            "coverage": coverage,
            "busy": busy,
        }
        return cls._made(tables, given, capacitated=facility_capacities is not None)

    @classmethod
    def _made(cls, tables: Tables, given: Mapping[str, Any], *, capacitated: bool) -> Self:
        troubles = Problems()
        for name in sorted(cls.needs):
            if not capacitated if name == "facility_capacities" else given.get(name) is None:
                troubles.add(Trouble(what=f"{cls.__name__} needs this", field=name, code="missing_argument"))
        refuse_unused(cls.__name__, cls.needs | cls.takes, given, troubles)
        for name in ("service_radius", "coverage", "busy", "cost_of_way"):
            if given.get(name) is not None:
                real_number(given[name], field=name, troubles=troubles)
        facilities = int(tables.sites.decided.sum())
        number = given["p_facilities"]
        if number is not None:
            number = whole_number(number, field="p_facilities", troubles=troubles)
            given = {**given, "p_facilities": number}
        if "p_facilities" in cls.needs and number is not None and not 1 <= number <= facilities:
            troubles.add(
                Trouble(
                    what="this many facilities cannot be chosen",
                    field="p_facilities",
                    value=number,
                    expected=f"1 to {facilities}, the number of candidates",
                    code="bad_number",
                )
            )
        troubles.raise_if_errors()
        objectives, limits = cls._asks(given)
        if cls.repels:
            points, objectives = _with_repelled(tables.points, objectives)
            tables = replace(tables, points=points)
        if capacitated:
            limits = (*limits, Capacity("free", single_source=cls.single_source))
        if given.get("apart"):
            limits = (*limits, Apart(given["apart"]))
        return cls(
            make_problem(
                tables.sites,
                tables.points,
                tables.pairs,
                objectives=objectives,
                limits=limits,
                standard=given["service_radius"],
            )
        )

    @classmethod
    @abstractmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        """Objectives and limits of the model."""


def exactly(given: Mapping[str, Any]) -> Number:
    """Limit to the number of facilities that was given."""
    number = int(given["p_facilities"])
    return Number(number, number)


def _with_repelled(points: Points, objectives: tuple[Objective, ...]) -> tuple[Points, tuple[Objective, ...]]:
    """Points whose weights below zero stand in a group of their own, and the objective that takes them off.

    Parameters
    ----------
    points
        With the one group ``total``, finite weights of either sign.

    Returns
    -------
    points, objectives
        Unchanged where no weight is below zero. Otherwise ``total`` holds the people who want a facility, ``repelled``
        those who do not, and *most people* has become *most people less those who are repelled*.
    """
    weight = points.weights["total"]
    if not (weight < 0).any():
        return points, objectives
    groups = {"total": np.where(weight < 0, 0.0, weight), _REPELLED: np.where(weight < 0, -weight, 0.0)}
    asked = tuple(MostNet(_REPELLED) if isinstance(one, MostPeople) else one for one in objectives)
    return replace(points, weights=groups), asked


class LSCP(Preset):
    """Location set covering: fewest facilities that cover everybody (Toregas et al. 1971).

    Examples
    --------
    >>> costs = [[1, 9, 4], [9, 2, 4], [8, 3, 9]]  # homes by rows, sites by columns
    >>> LSCP.from_cost_matrix(costs, service_radius=3).solve().selected
    ('0', '1')
    """

    needs = frozenset({"service_radius"})
    order = ("service_radius", "predefined_facilities", "weights", "facility_capacities")

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:  # noqa: ARG003
        return (FewestSites(),), (CoverageFloor(1.0),)


class LSCPB(Preset):
    """Set covering, then most backup among the smallest sets (Hogan and ReVelle 1986).

    Examples
    --------
    >>> costs = [[1, 9, 1], [9, 2, 2], [8, 3, 9]]
    >>> answer = LSCPB.from_cost_matrix(costs, service_radius=3).solve()
    >>> answer.selected, answer.solution.stages[1].objective  # the second home is within reach of both
    (('1', '2'), 1.0)
    """

    needs = frozenset({"service_radius"})
    order = ("service_radius", "predefined_facilities")

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:  # noqa: ARG003
        return (FewestSites(), MostBackup()), (CoverageFloor(1.0),)


class MCLP(Preset):
    """Maximal covering: most people with p facilities (Church and ReVelle 1974).

    Weights below zero are of people who do not want a facility near: each counts once against any that covers it.

    Examples
    --------
    >>> costs = [[1, 9], [9, 2], [8, 3]]
    >>> answer = MCLP.from_cost_matrix(costs, weights=[5, 2, 4], service_radius=3, p_facilities=1).solve()
    >>> answer.selected, answer.objective, answer.solution.status
    (('1',), 6.0, 'optimal')
    >>> MCLP.from_cost_matrix(costs, weights=[5, 9, -4], service_radius=3, p_facilities=1).solve().objective
    5.0
    """

    needs = frozenset({"service_radius", "p_facilities"})
    repels = True

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        return (MostPeople(),), (exactly(given),)


class CapacitatedMCLP(MCLP):
    """Maximal covering with capacities: most people who are covered and find room.

    Examples
    --------
    >>> costs = [[1, 9], [9, 2], [8, 3]]
    >>> model = CapacitatedMCLP.from_cost_matrix(
    ...     costs, weights=[5, 2, 4], service_radius=3, p_facilities=1, facility_capacities=[9, 3]
    ... )
    >>> model.solve().selected, model.solve().objective
    (('0',), 5.0)
    """

    needs = frozenset({"service_radius", "p_facilities", "facility_capacities"})
    repels = False


class PartialSetCover(Preset):
    """Fewest facilities that cover a share of the people (Daskin and Owen 1999).

    Examples
    --------
    >>> costs = [[1, 9], [9, 2], [8, 3]]
    >>> PartialSetCover.from_cost_matrix(costs, weights=[5, 2, 4], service_radius=3, coverage=0.5).solve().selected
    ('1',)
    """

    needs = frozenset({"service_radius", "coverage"})

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        return (FewestSites(),), (CoverageFloor(given["coverage"]),)


class PMedian(Preset):
    """Least sum of people times way with p facilities (Hakimi 1964).

    With `facility_capacities` it is `CapacitatedPMedian`, as in spopt.

    Examples
    --------
    >>> costs = [[1, 9], [9, 2], [8, 3]]
    >>> answer = PMedian.from_cost_matrix(costs, weights=[5, 2, 4], p_facilities=1).solve()
    >>> answer.selected, answer.objective  # 5 x 1 + 2 x 9 + 4 x 8 = 55; 5 x 9 + 2 x 2 + 4 x 3 = 61
    (('0',), 55.0)
    """

    single_source = True
    needs = frozenset({"p_facilities"})
    order = ("weights", "p_facilities", "predefined_facilities", "facility_capacities")

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        return (LeastPersonTime(),), (exactly(given),)


class CapacitatedPMedian(PMedian):
    """P-median where everybody of a point goes to one facility that has room for them.

    Examples
    --------
    >>> costs = [[1, 9], [9, 2], [8, 3]]
    >>> model = CapacitatedPMedian.from_cost_matrix(
    ...     costs, weights=[5, 2, 4], p_facilities=2, facility_capacities=[9, 5]
    ... )
    >>> model.solve().cli2fac
    {'0': ('0',), '1': ('0',), '2': ('1',)}
    """

    needs = frozenset({"p_facilities", "facility_capacities"})


class PCenter(Preset):
    """Shortest longest way with p facilities (Hakimi 1964).

    Examples
    --------
    >>> costs = [[1, 9], [9, 2], [8, 3]]
    >>> PCenter.from_cost_matrix(costs, p_facilities=2).solve().objective
    3.0
    """

    needs = frozenset({"p_facilities"})
    order = ("p_facilities", "predefined_facilities")

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        return (ShortestLongestWalk(),), (exactly(given),)
