"""The classic location models under the field's names, as presets of the one problem form."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import pandas as pd
from numpy.typing import ArrayLike

from coverplan.errors import Problem as Trouble
from coverplan.errors import Problems
from coverplan.reach.matrix import Reach
from coverplan.siting import table_inputs
from coverplan.siting.answer import Answer
from coverplan.siting.arguments import arguments, refuse_solver
from coverplan.siting.limit import Capacity, CoverageFloor, Limit, Number
from coverplan.siting.named_values import Marks, Values, whole_number
from coverplan.siting.objective import (
    FewestSites,
    LeastPersonTime,
    LeastTotal,
    MostBackup,
    MostExpected,
    MostPeople,
    Objective,
    ShortestLongestWalk,
)
from coverplan.siting.problem import Problem, make_problem
from coverplan.siting.solve import Method, solve
from coverplan.siting.solvers.search import Search
from coverplan.siting.table_inputs import Tables

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, slots=True)
class Preset(ABC):
    """A classic model, ready to be solved.

    Parameters
    ----------
    problem
        The question in the one form.
    """

    problem: Problem
    needs: ClassVar[frozenset[str]] = frozenset()
    single_source: ClassVar[bool] = False
    order: ClassVar[tuple[str, ...]] = ("weights", "service_radius", "p_facilities", "predefined_facilities")

    def solve(self, search: Search | None = None, *, method: Method = "auto") -> Answer:
        """Solve the model; see `coverplan.siting.solve.solve`."""
        refuse_solver(search)
        return Answer(self.problem, solve(self.problem, search, method=method))

    @classmethod
    def from_cost_matrix(cls, cost_matrix: pd.DataFrame | ArrayLike, *positional: Any, **given: Any) -> Self:
        """Model from a cost matrix, joined by id; see `coverplan.siting.table_inputs.from_cost_matrix`.

        Parameters
        ----------
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
        return cls._made(tables, asked, capacitated=asked["facility_capacities"] is not None)

    @classmethod
    def from_geodataframe(
        cls,
        gdf_demand: gpd.GeoDataFrame,
        gdf_fac: gpd.GeoDataFrame,
        demand_col: str,
        facility_col: str,
        *,
        weights_cols: str | None = None,
        service_radius: float | None = None,
        p_facilities: int | None = None,
        predefined_facility_col: str | None = None,
        existing_facility_col: str | None = None,
        facility_capacity_col: str | None = None,
        distance_metric: str = "euclidean",
        coverage: float | None = None,
        busy: float | None = None,
    ) -> Self:
        """Model from two layers of points; see `coverplan.siting.table_inputs.from_geodataframe`."""
        tables = table_inputs.from_geodataframe(
            gdf_demand,
            gdf_fac,
            demand_col=demand_col,
            facility_col=facility_col,
            weights_cols=weights_cols,
            predefined_facility_col=predefined_facility_col,
            existing_facility_col=existing_facility_col,
            facility_capacity_col=facility_capacity_col,
            distance_metric=distance_metric,
            longest=service_radius,
        )
        given = {
            "service_radius": service_radius,
            "p_facilities": p_facilities,
            "coverage": coverage,
            "busy": busy,
        }
        return cls._made(tables, given, capacitated=facility_capacity_col is not None)

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
        """Model from a reach matrix; `service_radius` is in milliseconds."""
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
        if capacitated:
            limits = (*limits, Capacity("free", single_source=cls.single_source))
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


def _exactly(given: Mapping[str, Any]) -> Number:
    number = int(given["p_facilities"])
    return Number(number, number)


class LSCP(Preset):
    """Location set covering: fewest facilities that cover everybody (Toregas et al. 1971)."""

    needs = frozenset({"service_radius"})
    order = ("service_radius", "predefined_facilities", "weights", "facility_capacities")

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:  # noqa: ARG003
        return (FewestSites(),), (CoverageFloor(1.0),)


class LSCPB(Preset):
    """Set covering, then most backup among the smallest sets (Hogan and ReVelle 1986)."""

    needs = frozenset({"service_radius"})
    order = ("service_radius", "predefined_facilities")

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:  # noqa: ARG003
        return (FewestSites(), MostBackup()), (CoverageFloor(1.0),)


class MCLP(Preset):
    """Maximal covering: most people with p facilities (Church and ReVelle 1974)."""

    needs = frozenset({"service_radius", "p_facilities"})

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        return (MostPeople(),), (_exactly(given),)


class CapacitatedMCLP(MCLP):
    """Maximal covering with capacities: most people who are covered and find room."""

    needs = frozenset({"service_radius", "p_facilities", "facility_capacities"})


class PartialSetCover(Preset):
    """Fewest facilities that cover a share of the people (Daskin and Owen 1999)."""

    needs = frozenset({"service_radius", "coverage"})

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        return (FewestSites(),), (CoverageFloor(given["coverage"]),)


class PMedian(Preset):
    """Least sum of people times way with p facilities (Hakimi 1964)."""

    needs = frozenset({"p_facilities"})
    order = ("weights", "p_facilities", "predefined_facilities", "facility_capacities")

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        return (LeastPersonTime(),), (_exactly(given),)


class CapacitatedPMedian(PMedian):
    """P-median where everybody of a point goes to one facility that has room for them."""

    single_source = True
    needs = frozenset({"p_facilities", "facility_capacities"})


class UFLP(Preset):
    """Least cost of facilities and of everybody's way together (Balinski 1965); no number is given.

    `site_costs` are by site id, 1 each by default; `cost_of_way` says what one unit of way counts for one person.
    """

    order: ClassVar[tuple[str, ...]] = ("weights", "site_costs")

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        by_way = given.get("cost_of_way")
        number = given.get("p_facilities")
        return (LeastTotal(1.0 if by_way is None else by_way),), () if number is None else (_exactly(given),)


class CFLP(UFLP):
    """Least cost of facilities and ways, where facilities serve no more people than they have room for."""

    needs = frozenset({"facility_capacities"})
    order = ("weights", "site_costs", "facility_capacities")


class PCenter(Preset):
    """Shortest longest way with p facilities (Hakimi 1964)."""

    needs = frozenset({"p_facilities"})
    order = ("p_facilities", "predefined_facilities")

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        return (ShortestLongestWalk(),), (_exactly(given),)


class MEXCLP(Preset):
    """Maximal expected covering with servers that may be busy (Daskin 1983); at most one server a site."""

    needs = frozenset({"service_radius", "p_facilities", "busy"})

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        return (MostExpected(given["busy"]),), (_exactly(given),)
