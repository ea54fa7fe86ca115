"""Sites as far apart from each other as possible (p-dispersion, Kuby 1987)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from coverplan.errors import Problem as Trouble
from coverplan.errors import Problems
from coverplan.siting.arguments import refuse_solver
from coverplan.siting.limit import Apart, Number
from coverplan.siting.named_values import unique_ids, whole_number
from coverplan.siting.objective import MostPeople
from coverplan.siting.pairs import from_triples
from coverplan.siting.points import make_points
from coverplan.siting.problem import make_problem
from coverplan.siting.sites import make_sites
from coverplan.siting.solve import solve
from coverplan.siting.solvers.search import Search, Watch
from coverplan.units import BoolArray, FloatArray


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

    Examples
    --------
    >>> apart = [[0, 3, 9], [3, 0, 5], [9, 5, 0]]
    >>> PDispersion.from_cost_matrix(apart, 2).solve().selected
    ('0', '2')
    """

    ids: tuple[str, ...]
    apart: FloatArray
    number: int

    @classmethod
    def from_cost_matrix(cls, cost_matrix: Any, p_facilities: int) -> PDispersion:
        """Model from the distances between sites: a table with the same ids in rows and columns, or a bare array.

        Raises
        ------
        coverplan.errors.InputError
            For ids that repeat or differ, distances that are blank, below zero or differ by direction, and a number
            that is not between 2 and the number of sites.
        """
        troubles = Problems()
        table = pd.DataFrame(cost_matrix)
        if not isinstance(cost_matrix, pd.DataFrame):
            names = [f"{k:0{len(str(len(table)))}d}" for k in range(len(table))]
            table.index = pd.Index(names)
            if table.shape[0] == table.shape[1]:
                table.columns = pd.Index(names)
        ids = unique_ids(table.index, field="index", troubles=troubles)
        if set(ids) != set(unique_ids(table.columns, field="columns", troubles=troubles)):
            troubles.add(_wrong("rows and columns of the distances are not the same sites", "cost_matrix"))
        troubles.raise_if_errors()
        table.index, table.columns = table.index.map(str), table.columns.map(str)
        apart = table.loc[list(ids), list(ids)].apply(pd.to_numeric, errors="coerce").to_numpy(np.float64)
        if not np.isfinite(apart).all() or (apart < 0).any() or not np.allclose(apart, apart.T):
            troubles.add(
                _wrong("distances are finite, zero or more, and the same in both directions", "cost_matrix")
            )
        number = whole_number(p_facilities, field="p_facilities", troubles=troubles)
        if number is not None and not 2 <= number <= len(ids):
            troubles.add(_wrong(f"between 2 and {len(ids)} sites can be chosen", "p_facilities"))
        troubles.raise_if_errors()
        assert number is not None
        return cls(ids, apart, number)

    def solve(self, search: Search | None = None) -> Dispersion:
        """Best sites by bisection over the distances that occur, each step a question of the general form."""
        refuse_solver(search)
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
        """The two furthest sites, then always the one that is furthest from those chosen."""
        chosen = np.zeros(len(self.ids), dtype=bool)
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
        everybody = from_triples(
            np.arange(count, dtype=np.int32),
            np.zeros(count, dtype=np.int32),
            None,
            sites=count,
            demand_points=1,
        )
        answer = solve(
            make_problem(
                make_sites(self.ids),
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


def _wrong(what: str, field: str) -> Trouble:
    return Trouble(what=what, field=field, code="bad_argument")
