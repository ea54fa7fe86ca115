"""Recognise questions of plain covering and bring them into the small form that the fast road works on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from coverplan.siting.limit import CoverageFloor, Number
from coverplan.siting.objective import FewestSites, MostPeople
from coverplan.siting.pairs import Pairs
from coverplan.siting.problem import Problem
from coverplan.siting.solvers.cells import merge
from coverplan.siting.solvers.covering import _bound, _cover
from coverplan.siting.solvers.covering._swap import Cover
from coverplan.siting.solvers.formulation import floor_people
from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

PAIRS_BY_RUN = 3  # from which sums over runs are quicker than over pairs


@dataclass(frozen=True, slots=True)
class PlainCover:
    """Cells that two or more sites reach, and what each site covers alone.

    Parameters
    ----------
    indptr, demand
        Pairs by site: cells, ascending.
    start, site_of
        Same pairs by cell: sites, ascending.
    weight
        Shape (cells,): weight, above zero.
    own
        Shape (sites,): weight that no other site reaches.
    site
        Shape (sites,): position of each site in the problem.
    covered
        Weight that sites which are open anyway cover.
    whole
        All weights are whole numbers.
    dominated
        Candidates that were left out because another one covers all that they cover.
    run_start, runs
        See `_cover.runs_of`; no runs where they are not far fewer than pairs.
    """

    indptr: Int64Array
    demand: Int32Array
    start: Int64Array
    site_of: Int32Array
    weight: FloatArray
    own: FloatArray
    site: Int64Array
    covered: float
    whole: bool
    dominated: int = 0
    run_start: Int64Array = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    runs: Int32Array = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int32))

    @property
    def reach(self) -> _bound.Reach:
        """What each site reaches, as the kernels of bounds take it."""
        return _bound.Reach(self.indptr, self.demand, self.run_start, self.runs)

    @property
    def cover(self) -> Cover:
        """Arrays as the kernels of local search take them."""
        return Cover(self.indptr, self.demand, self.start, self.site_of, self.weight, self.own)

    @property
    def sites(self) -> int:
        """Number of sites to choose from."""
        return len(self.own)

    def value(self, chosen: Int32Array) -> float:
        """Weight that chosen sites cover, counted anew; without what is covered anyway."""
        mask = np.zeros(self.sites, dtype=bool)
        mask[chosen] = True
        times = _cover.times_covered(self.indptr, self.demand, mask, len(self.weight))
        return float(self.weight[times > 0].sum() + self.own[chosen].sum())

    def plain_bound(self, count: int) -> float:
        """Weight that no `count` sites exceed: all there is, and the greatest ones added up."""
        alone = np.empty(self.sites)
        _bound.site_scores(self.indptr, self.demand, self.own, self.weight, alone)
        alone = np.sort(alone)[::-1]
        return float(min(self.weight.sum() + self.own.sum(), alone[:count].sum() * (1 + 1e-12)))

    def only(self, kept: Int64Array, price: FloatArray) -> tuple[PlainCover, FloatArray]:
        """Same question with some sites only and its cells merged again; prices of merged cells are added up."""
        gone = np.zeros(len(self.weight), dtype=bool)
        small, merged = _compressed(
            *_cover.pairs_of(self.indptr, self.demand, kept),
            gone=gone,
            weight=self.weight,
            price=price,
            own=self.own[kept],
            site=self.site[kept],
            covered=self.covered,
            whole=self.whole,
        )
        return small.with_runs(), merged

    def with_runs(self) -> PlainCover:
        """Same question with the runs of its cells, where they are few."""
        run_start, runs = _cover.runs_of(self.indptr, self.demand, len(self.demand) // PAIRS_BY_RUN)
        return replace(self, run_start=run_start, runs=runs)


def asks_most(problem: Problem) -> bool:
    """Plain maximal covering: most people with a number of sites."""
    return (
        [type(objective) for objective in problem.objectives] == [MostPeople]
        and [type(limit) for limit in problem.limits] == [Number]
        and not problem.sites.has_status("closing").any()
    )


def asks_fewest(problem: Problem) -> bool:
    """Partial set covering of plain shape: fewest sites for one floor over the whole area."""
    floor = problem.first_limit(CoverageFloor)
    return (
        [type(objective) for objective in problem.objectives] == [FewestSites]
        and len(problem.limits) == 1
        and floor is not None
        and floor.units is None
        and not problem.sites.has_status("closing").any()
    )


def plain_cover(problem: Problem, weight: FloatArray, *, threads: int = 1) -> PlainCover:
    """Small form of a plain covering question for one vector of weights by point."""
    sites, pairs = problem.sites, problem.pairs
    candidate = sites.has_status("candidate")
    gone = weight <= 0
    covered = 0.0
    if sites.fixed_open.any():
        already = np.zeros(problem.points.count, dtype=bool)
        already[pairs.of_sites(sites.fixed_open).demand] = True
        covered = float(weight[already].sum())
        gone = gone | already
    if candidate.all():
        indptr, demand = pairs.indptr, pairs.demand
    else:
        some = pairs.of_sites(candidate)
        indptr = np.concatenate((some.indptr[:-1][candidate], some.indptr[-1:]))
        demand = some.demand
    whole = bool(np.all(weight == np.floor(weight)))
    small, _ = _compressed(
        indptr,
        demand,
        gone=gone,
        weight=weight,
        price=weight,
        own=np.zeros(len(indptr) - 1),
        site=np.flatnonzero(candidate),
        covered=covered,
        whole=whole,
        threads=threads,
    )
    return _without_dominated(small)


def target_of(problem: Problem) -> tuple[FloatArray, float]:
    """Weights by point and the weight that the only floor asks for."""
    floor = problem.first_limit(CoverageFloor)
    assert floor is not None
    weight = problem.weight_of(floor.group)
    return weight, floor_people(floor.at_least, weight)


def _without_dominated(small: PlainCover) -> PlainCover:
    """Drop sites whose cells and own weight another site has as well."""
    dominated = _cover.dominated_sites(small.indptr, small.demand, small.start, small.site_of)
    dominated &= small.own == 0
    if not dominated.any():
        return small.with_runs()
    less, _ = small.only(np.flatnonzero(~dominated), small.weight)
    return replace(less, dominated=int(dominated.sum()))


def _compressed(
    indptr: Int64Array,
    demand: Int32Array,
    *,
    gone: BoolArray,
    weight: FloatArray,
    price: FloatArray,
    own: FloatArray,
    site: Int64Array,
    covered: float,
    whole: bool,
    threads: int = 1,
) -> tuple[PlainCover, FloatArray]:
    cells = merge(Pairs(indptr, demand, None, len(gone)), gone, threads=threads)
    cell_weight = cells.sums(weight)
    shared, more, new_indptr, new_demand = _cover.shared_cells(
        cells.pairs.indptr, cells.pairs.demand, cell_weight
    )
    new_weight = cell_weight[shared]
    start, site_of = _cover.transpose(new_indptr, new_demand, len(new_weight))
    new_price = new_weight if price is weight else cells.sums(price)[shared]
    small = PlainCover(new_indptr, new_demand, start, site_of, new_weight, own + more, site, covered, whole)
    return small, new_price
