"""The classic location models under the field's names, as presets of the one problem form."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import pandas as pd
from numpy.typing import ArrayLike

from coverplan.errors import Problem as Trouble
from coverplan.errors import Problems
from coverplan.reach.matrix import Reach
from coverplan.siting import table_inputs
from coverplan.siting.answer import Answer
from coverplan.siting.limit import Capacity, CoverageFloor, Limit, Number
from coverplan.siting.named_values import Marks, Values, whole_number
from coverplan.siting.objective import (
    FewestSites,
    LeastPersonTime,
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

    def solve(self, search: Search | None = None, *, method: Method = "auto") -> Answer:
        """Solve the model; see `coverplan.siting.solve.solve`."""
        return Answer(self.problem, solve(self.problem, search, method=method))

    @classmethod
    def from_cost_matrix(
        cls,
        cost_matrix: pd.DataFrame | ArrayLike,
        *,
        weights: Values | None = None,
        service_radius: float | None = None,
        p_facilities: int | None = None,
        predefined_facilities: Marks = (),
        existing_facilities: Marks = (),
        facility_capacities: Values | None = None,
        columns: tuple[str, str, str] = ("origin", "dest", "cost"),
        blank_is_absent: bool = False,
        coverage: float | None = None,
        busy: float | None = None,
    ) -> Self:
        """Model from a cost matrix, joined by id; see `coverplan.siting.table_inputs.from_cost_matrix`.

        Parameters
        ----------
        service_radius
            Highest cost that counts as covered, inclusive (R2).
        p_facilities
            Number of facilities, those in `predefined_facilities` included.
        coverage
            Share of the weight that must be covered, for `PartialSetCover`.
        busy
            Probability that a server is busy, for `MEXCLP`.
        """
        tables = table_inputs.from_cost_matrix(
            cost_matrix,
            weights=weights,
            predefined=predefined_facilities,
            existing=existing_facilities,
            capacities=facility_capacities,
            columns=columns,
            blank_is_absent=blank_is_absent,
        )
        given = {
            "service_radius": service_radius,
            "p_facilities": p_facilities,
            "coverage": coverage,
            "busy": busy,
        }
        return cls._made(tables, given, capacitated=facility_capacities is not None)

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
    def _made(cls, tables: Tables, given: dict[str, float | None], *, capacitated: bool) -> Self:
        troubles = Problems()
        for name in sorted(cls.needs):
            if not capacitated if name == "facility_capacities" else given[name] is None:
                troubles.add(Trouble(what=f"{cls.__name__} needs this", field=name, code="missing_argument"))
        facilities = int(tables.sites.decided.sum())
        number = given["p_facilities"]
        if number is not None:
            number = given["p_facilities"] = whole_number(number, field="p_facilities", troubles=troubles)
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
            limits = (*limits, Capacity("free", single_source=cls is CapacitatedPMedian))
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
    def _asks(cls, given: dict[str, float | None]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        """Objectives and limits of the model."""


def _exactly(given: dict[str, float | None]) -> Number:
    number = given["p_facilities"]
    assert number is not None
    return Number(int(number), int(number))


class LSCP(Preset):
    """Location set covering: fewest facilities that cover everybody (Toregas et al. 1971)."""

    needs = frozenset({"service_radius"})

    @classmethod
    def _asks(cls, given: dict[str, float | None]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:  # noqa: ARG003
        return (FewestSites(),), (CoverageFloor(1.0),)


class LSCPB(Preset):
    """Set covering, then most backup among the smallest sets (Hogan and ReVelle 1986)."""

    needs = frozenset({"service_radius"})

    @classmethod
    def _asks(cls, given: dict[str, float | None]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:  # noqa: ARG003
        return (FewestSites(), MostBackup()), (CoverageFloor(1.0),)


class MCLP(Preset):
    """Maximal covering: most people with p facilities (Church and ReVelle 1974)."""

    needs = frozenset({"service_radius", "p_facilities"})

    @classmethod
    def _asks(cls, given: dict[str, float | None]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        return (MostPeople(),), (_exactly(given),)


class CapacitatedMCLP(MCLP):
    """Maximal covering with capacities: most people who are covered and find room."""

    needs = frozenset({"service_radius", "p_facilities", "facility_capacities"})


class PartialSetCover(Preset):
    """Fewest facilities that cover a share of the people (Daskin and Owen 1999)."""

    needs = frozenset({"service_radius", "coverage"})

    @classmethod
    def _asks(cls, given: dict[str, float | None]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        share = given["coverage"]
        assert share is not None
        return (FewestSites(),), (CoverageFloor(share),)


class PMedian(Preset):
    """Least sum of people times way with p facilities (Hakimi 1964)."""

    needs = frozenset({"p_facilities"})

    @classmethod
    def _asks(cls, given: dict[str, float | None]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        return (LeastPersonTime(),), (_exactly(given),)


class CapacitatedPMedian(PMedian):
    """P-median where everybody of a point goes to one facility that has room for them."""

    needs = frozenset({"p_facilities", "facility_capacities"})


class PCenter(Preset):
    """Shortest longest way with p facilities (Hakimi 1964)."""

    needs = frozenset({"p_facilities"})

    @classmethod
    def _asks(cls, given: dict[str, float | None]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        return (ShortestLongestWalk(),), (_exactly(given),)


class MEXCLP(Preset):
    """Maximal expected covering with servers that may be busy (Daskin 1983); at most one server a site."""

    needs = frozenset({"service_radius", "p_facilities", "busy"})

    @classmethod
    def _asks(cls, given: dict[str, float | None]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        busy = given["busy"]
        assert busy is not None
        return (MostExpected(busy),), (_exactly(given),)
