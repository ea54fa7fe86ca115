"""An answer read by id, with the attributes that users of other location packages look for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from coverplan.siting.check import Recount, nearest_ways, recount
from coverplan.siting.elsewhere import IN_AN_ANSWER, ById, Elsewhere
from coverplan.siting.problem import Problem
from coverplan.siting.solution import Solution
from coverplan.units import FloatArray, Int32Array


@dataclass(frozen=True, slots=True)
class Answer(Elsewhere, elsewhere=IN_AN_ANSWER):
    """Problem and solution side by side.

    Notes
    -----
    `fac2cli`, `cli2fac`, `n_cli_uncov`, `perc_cov`, `mean_dist` and `backup_perc` mean what they mean in spopt,
    with ids instead of row numbers.
    """

    problem: Problem
    solution: Solution

    @property
    def objective(self) -> float | None:
        """Value of the first objective."""
        return self.solution.objective

    @property
    def selected(self) -> tuple[str, ...]:
        """Ids of the chosen facilities, ascending."""
        return self.solution.chosen

    @property
    def fac2cli(self) -> dict[str, tuple[str, ...]]:
        """Demand ids that each open facility covers or, where ways count, serves."""
        site, demand = self._links()
        ids = self.problem.points.ids
        open_sites = np.flatnonzero(self.solution.open_site).tolist()
        served: dict[str, list[str]] = {self.problem.sites.ids[one]: [] for one in open_sites}
        for one, point in zip(site.tolist(), demand.tolist(), strict=True):
            served[self.problem.sites.ids[one]].append(str(ids[point]))
        return ById({identifier: tuple(points) for identifier, points in served.items()})

    @property
    def cli2fac(self) -> dict[str, tuple[str, ...]]:
        """Open facilities that cover or serve each demand id; empty where there is none."""
        site, demand = self._links()
        by_point: dict[str, list[str]] = {str(identifier): [] for identifier in self.problem.points.ids}
        order = np.lexsort((site, demand))
        for one, point in zip(site[order].tolist(), demand[order].tolist(), strict=True):
            by_point[str(self.problem.points.ids[point])].append(self.problem.sites.ids[one])
        return ById({identifier: tuple(sites) for identifier, sites in by_point.items()})

    @property
    def n_cli_uncov(self) -> int:
        """Demand points that no open facility covers."""
        return int(np.count_nonzero(self._counted().times_covered == 0))

    @property
    def uncovered_clients(self) -> tuple[str, ...]:
        """Ids of demand points that no open facility covers."""
        missed = np.flatnonzero(self._counted().times_covered == 0).tolist()
        return tuple(str(self.problem.points.ids[point]) for point in missed)

    @property
    def perc_cov(self) -> float:
        """Demand *points* that are covered, in per cent of all points, as in spopt.

        Points are not people: a point of one person counts as much as one of a thousand. `perc_people` counts people.
        """
        return 100.0 * (1 - self.n_cli_uncov / self.problem.points.count)

    @property
    def share_served(self) -> float:
        """People who are covered or, with capacities, served, as a share of all."""
        return float(self._counted().served.sum() / self.problem.weight.sum())

    @property
    def perc_people(self) -> float:
        """People who are covered or, with capacities, served, in per cent of all."""
        return 100.0 * self.share_served

    @property
    def backup_perc(self) -> float:
        """Demand points that at least two open facilities cover, in per cent."""
        return 100.0 * float(np.mean(self._counted().times_covered >= 2))

    @property
    def mean_dist(self) -> float:
        """Mean cost of the way of a served person."""
        assignment = self.solution.assignment
        if assignment is not None:
            return self._counted().way_cost / float(assignment.people.sum())
        cost = nearest_ways(self.problem, self.solution.open_site).cost
        reached = np.isfinite(cost)
        weight = self.problem.weight[reached]
        return float(weight @ cost[reached] / weight.sum())

    @property
    def attendance(self) -> float:
        """People who come when fewer come the longer the way: all at no way, nobody at the standard, evenly between.

        NaN where the question has no standard.
        """
        standard = self.problem.standard
        if not standard:
            return float("nan")
        cost = np.minimum(nearest_ways(self.problem, self.solution.open_site).cost, standard)
        return float(self.problem.weight @ (1.0 - cost / standard))

    def sites_frame(self) -> pd.DataFrame:
        """One row an open site: id, status, people who are served there (or covered, each by all), points, mean way."""
        site, demand = self._links()
        problem = self.problem
        people = self._people_of(site, demand)
        cost = self._cost_of(site, demand)
        rows = []
        for one in np.flatnonzero(self.solution.open_site).tolist():
            here = site == one
            served = float(people[here].sum())
            mean = (
                float(people[here] @ cost[here]) / served
                if served and problem.pairs.cost is not None
                else np.nan
            )
            status = problem.sites.status[one]
            rows.append((problem.sites.ids[one], status, served, int(here.sum()), mean))
        return pd.DataFrame(rows, columns=["site", "status", "people", "points", "mean_cost"])

    def allocation_frame(self) -> pd.DataFrame:
        """One row a point and a site that serves or covers it: ids, people, cost of the way; points without come last."""
        site, demand = self._links()
        order = np.lexsort((site, demand))
        site, demand = site[order], demand[order]
        problem = self.problem
        cost = self._cost_of(site, demand) if problem.pairs.cost is not None else np.full(len(site), np.nan)
        served = pd.DataFrame(
            {
                "point": [str(problem.points.ids[k]) for k in demand.tolist()],
                "site": [problem.sites.ids[k] for k in site.tolist()],
                "people": self._people_of(site, demand),
                "cost": cost,
            }
        )
        left = sorted(set(range(problem.points.count)) - set(demand.tolist()))
        missed = pd.DataFrame(
            {
                "point": [str(problem.points.ids[k]) for k in left],
                "site": [None] * len(left),
                "people": problem.weight[left],
                "cost": [np.nan] * len(left),
            }
        )
        return pd.concat([served, missed], ignore_index=True) if left else served

    def _people_of(self, site: Int32Array, demand: Int32Array) -> FloatArray:
        """Shape (links,): people of each link; those whom several sites cover stand with each of them."""
        assignment = self.solution.assignment
        if assignment is None:
            return self.problem.weight[demand]
        key = assignment.demand.astype(np.int64) * self.problem.sites.count + assignment.site
        order = np.argsort(key)
        asked = demand.astype(np.int64) * self.problem.sites.count + site
        return assignment.people[order][np.searchsorted(key[order], asked)]

    def _cost_of(self, site: Int32Array, demand: Int32Array) -> FloatArray:
        """Shape (links,): cost of each link's way."""
        pairs = self.problem.pairs
        key = pairs.site_of_pair().astype(np.int64) * pairs.demand_points + pairs.demand
        return pairs.costs()[np.searchsorted(key, site.astype(np.int64) * pairs.demand_points + demand)]

    def _counted(self) -> Recount:
        return recount(self.problem, self.solution.open_site, self.solution.assignment)

    def _links(self) -> tuple[Int32Array, Int32Array]:
        """Sites and points that belong together, by site."""
        assignment = self.solution.assignment
        if assignment is not None:
            order = np.lexsort((assignment.demand, assignment.site))
            return assignment.site[order], assignment.demand[order]
        pairs = self.problem.pairs.of_sites(self.solution.open_site)
        return pairs.site_of_pair(), pairs.demand
