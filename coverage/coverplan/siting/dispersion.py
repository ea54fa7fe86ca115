"""Sites as far apart from each other as possible (p-dispersion, Kuby 1987)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from coverplan.errors import Problem as Trouble
from coverplan.errors import Problems
from coverplan.siting.arguments import predefined_of, refuse_solver, refuse_unknown
from coverplan.siting.limit import Apart, Number
from coverplan.siting.objective import MostPeople
from coverplan.siting.pairs import from_triples
from coverplan.siting.points import make_points
from coverplan.siting.problem import make_problem
from coverplan.siting.sites import SiteStatus, make_sites
from coverplan.siting.solve import solve
from coverplan.siting.solvers.search import Search, Watch
from coverplan.siting.tables import layers
from coverplan.siting.tables.cost_matrix import read_costs
from coverplan.siting.tables.named_values import Marks, marked, whole_number
from coverplan.units import BoolArray, FloatArray

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, slots=True)
class Dispersion:
    """Answer to a p-dispersion.

    Parameters
    ----------
    selected
        Ids of the sites, ascending.
    objective
        Shortest distance between two of them.
    bound
        Proven: no so many sites are further apart than this.
    status
        ``optimal`` or ``stopped``.
    """

    selected: tuple[str, ...]
    objective: float
    bound: float
    status: Literal["optimal", "stopped"]


@dataclass(frozen=True, slots=True)
class PDispersion:
    """The sites whose shortest distance from each other is longest.

    Parameters
    ----------
    ids
        Of the sites, ascending.
    apart
        Shape (sites, sites): distances, symmetric.
    number
        How many sites.
    fixed
        Ids that are among them in any case.

    Examples
    --------
    >>> apart = [[0, 3, 9], [3, 0, 5], [9, 5, 0]]
    >>> PDispersion.from_cost_matrix(apart, 2).solve().selected
    ('0', '2')
    """

    ids: tuple[str, ...]
    apart: FloatArray
    number: int
    fixed: tuple[str, ...] = ()

    @classmethod
    def from_cost_matrix(
        cls, cost_matrix: Any, p_facilities: int, predefined_facilities: Marks = (), **given: Any
    ) -> PDispersion:
        """Model from the distances between sites: a table with the same ids in rows and columns, or a bare array.

        Parameters
        ----------
        cost_matrix
            Shape (sites, sites), the same in both directions; what stands in the diagonal counts nothing.
        p_facilities
            Number of sites that are chosen, at least 2.
        predefined_facilities
            Sites among the chosen in any case: ids or marks.

        Raises
        ------
        coverplan.errors.InputError
            For ids that repeat or differ, distances that are blank, below zero or differ by direction, and a number
            that is not between 2 and the number of sites.
        """
        predefined = predefined_of(cls.__name__, predefined_facilities, given)
        troubles = Problems()
        ids, apart = _square(cost_matrix, troubles)
        troubles.raise_if_errors()
        return cls._made(ids, apart, p_facilities, predefined, troubles)

    @classmethod
    def from_geodataframe(
        cls,
        gdf_fac: gpd.GeoDataFrame,
        facility_col: str,
        p_facilities: int,
        predefined_facility_col: str | None = None,
        distance_metric: str = "euclidean",
    ) -> PDispersion:
        """Model from a layer of points, whose distances are in metres.

        Parameters
        ----------
        gdf_fac
            Sites, in a CRS in metres.
        facility_col
            Column of ids, or the column of places, as in spopt.
        p_facilities
            Number of sites that are chosen, at least 2.
        predefined_facility_col
            Column that marks the sites among the chosen in any case.
        distance_metric
            As in spopt.

        Raises
        ------
        coverplan.errors.InputError
            As `from_cost_matrix` does.
        """
        ids, apart, layer, column = layers.distances(gdf_fac, facility_col, distance_metric=distance_metric)
        marks = layers.layer_marks(layer, column, predefined_facility_col)
        return cls._made(ids, apart, p_facilities, marks, Problems())

    @classmethod
    def _made(
        cls,
        ids: tuple[str, ...],
        apart: FloatArray,
        p_facilities: object,
        predefined: Marks,
        troubles: Problems,
    ) -> PDispersion:
        fixed = marked(predefined, ids, field="predefined_facilities", troubles=troubles)
        number = whole_number(p_facilities, field="p_facilities", troubles=troubles)
        if number is not None and not max(2, len(set(fixed))) <= number <= len(ids):
            troubles.add(
                _wrong(
                    f"between {max(2, len(set(fixed)))} and {len(ids)} sites can be chosen", "p_facilities"
                )
            )
        troubles.raise_if_errors()
        assert number is not None
        return cls(ids, apart, number, tuple(sorted(set(fixed))))

    def solve(self, search: Search | None = None, **unknown: Any) -> Dispersion:
        """Best sites by bisection over the distances that occur, each step a question of the general form.

        Parameters
        ----------
        search
            Seconds, gap and seed of the search; the usual ones when not given.

        Raises
        ------
        coverplan.errors.InputError
            For arguments of other libraries, with what to write instead.
        """
        refuse_solver(search)
        refuse_unknown(type(self).__name__, unknown)
        search = search or Search()
        watch = Watch(search)
        upper = np.triu_indices(len(self.ids), 1)
        steps = np.unique(self.apart[upper])
        best = self._greedy()
        low, high = int(np.searchsorted(steps, self._shortest(best))), len(steps) - 1
        stopped = False
        while low < high and not stopped:
            middle = (low + high + 1) // 2
            left = watch.seconds_left
            if left is not None and left <= 0:
                stopped = True
                break
            found = self._so_far_apart(float(steps[middle]), replace(search, gap=0.0, time_limit_s=left))
            if isinstance(found, str):
                stopped = found == "unknown"
                high = high if stopped else middle - 1
            else:
                best = found
                low = int(np.searchsorted(steps, self._shortest(best)))
        status: Literal["optimal", "stopped"] = "stopped" if low < high else "optimal"
        chosen = tuple(self.ids[k] for k in np.flatnonzero(best))
        return Dispersion(chosen, self._shortest(best), float(steps[high]), status)

    def _shortest(self, chosen: BoolArray) -> float:
        part = self.apart[np.ix_(chosen, chosen)]
        return float(part[np.triu_indices(len(part), 1)].min())

    def _greedy(self) -> BoolArray:
        """The two furthest sites, or those that are fixed, then always the one that is furthest from those chosen."""
        chosen = np.isin(self.ids, self.fixed)
        if not chosen.any():
            chosen[list(np.unravel_index(np.argmax(self.apart), self.apart.shape))] = True
        while int(chosen.sum()) < self.number:
            nearest = np.where(chosen, -1.0, self.apart[:, chosen].min(axis=1))
            chosen[int(np.argmax(nearest))] = True
        return chosen

    def _so_far_apart(self, distance: float, search: Search) -> BoolArray | Literal["infeasible", "unknown"]:
        """Sites that are at least so far apart, or whether there are none."""
        one, other = np.nonzero(np.triu(self.apart < distance, 1))
        pairs = tuple((self.ids[a], self.ids[b]) for a, b in zip(one, other, strict=True))
        count = len(self.ids)
        status: tuple[SiteStatus, ...] = tuple(
            "required" if one in self.fixed else "candidate" for one in self.ids
        )
        everybody = from_triples(
            np.arange(count, dtype=np.int32),
            np.zeros(count, dtype=np.int32),
            None,
            sites=count,
            demand_points=1,
        )
        answer = solve(
            make_problem(
                make_sites(self.ids, status=status),
                make_points(("somebody",), np.ones(1)),
                everybody,
                objectives=(MostPeople(),),
                limits=(Number(self.number, self.number), Apart(pairs)),
            ),
            search,
            method="exact",
        )
        if answer.has_answer:
            return answer.open_site
        return "infeasible" if answer.status == "infeasible" else "unknown"


def _square(costs: Any, troubles: Problems) -> tuple[tuple[str, ...], FloatArray]:
    """Ids, ascending, and the distances between all of them."""
    read = read_costs(costs)
    if read.demand_ids != read.site_ids:
        troubles.add(_wrong("rows and columns of the distances are not the same sites", "cost_matrix"))
        return read.site_ids, np.zeros((0, 0))
    count = len(read.site_ids)
    apart = np.full((count, count), np.nan)
    apart[read.pairs.demand, read.pairs.site_of_pair()] = read.pairs.costs()
    np.fill_diagonal(apart, 0.0)
    if np.isnan(apart).any() or not np.allclose(apart, apart.T):
        troubles.add(
            _wrong("distances are finite, zero or more, and the same in both directions", "cost_matrix")
        )
    return read.site_ids, apart


def _wrong(what: str, field: str) -> Trouble:
    return Trouble(what=what, field=field, code="bad_argument")
