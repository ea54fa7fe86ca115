"""Sites, points and pairs of a question from a cost matrix or a reach matrix, with values by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from coverplan.errors import InputError, Problems
from coverplan.errors import Problem as Trouble
from coverplan.reach.matrix import Reach
from coverplan.siting import pairs as pairs_of
from coverplan.siting.pairs import Pairs
from coverplan.siting.points import Points, make_points
from coverplan.siting.sites import Sites, SiteStatus, make_sites
from coverplan.siting.tables.cost_matrix import COLUMNS, read_costs
from coverplan.siting.tables.named_values import Marks, Values, beside, looked_up, marked


@dataclass(frozen=True, slots=True)
class Tables:
    """Parts of a siting question that come from tables."""

    sites: Sites
    points: Points
    pairs: Pairs


def from_cost_matrix(
    costs: pd.DataFrame | ArrayLike,
    *,
    weights: Values | None = None,
    predefined: Marks = (),
    existing: Marks = (),
    capacities: Values | None = None,
    site_costs: Values | None = None,
    columns: Sequence[str] = COLUMNS,
    blank_is_absent: bool = False,
) -> Tables:
    """Parts of a question from a cost matrix, joined by id.

    Parameters
    ----------
    costs
        A long table with the columns `columns` (demand id, site id, cost); a wide table with demand ids as index
        and site ids as columns; or a bare array, whose row and column numbers, counted from 0, are the ids. In a
        scipy sparse array what is stored is a pair, and what is not stored cannot be used. Ids that stand in `weights`
        alone are points that no site reaches, as in a table that was cut at a longest cost.
    weights, capacities, site_costs
        By id (Series or mapping), or a bare array beside a bare array of costs. Weights are 1 by default.
    predefined, existing
        Ids of sites that are opened in any case (and counted), and of sites that stand anyway (and are not); or a
        mark for each site in the order of the columns (true, false, 1, 0), or marks by id.

    Raises
    ------
    coverplan.errors.InputError
        With everything that is wrong: ids, repeated pairs, blank, negative or non-numeric values.
    """
    read = read_costs(costs, columns=columns, blank_is_absent=blank_is_absent, weights=weights)
    if read.numbered:
        weights = beside(weights, read.demand_ids, field="weights")
        capacities = beside(capacities, read.site_ids, field="facility_capacities")
        site_costs = beside(site_costs, read.site_ids, field="site_costs")
    else:
        _refuse_bare(weights, capacities, site_costs)
    return joined(
        read.site_ids,
        read.demand_ids,
        read.pairs,
        weights=weights,
        predefined=predefined,
        existing=existing,
        capacities=capacities,
        site_costs=site_costs,
    )


def from_reach(
    reach: Reach,
    *,
    weights: Values | None = None,
    predefined: Marks = (),
    existing: Marks = (),
    capacities: Values | None = None,
    site_costs: Values | None = None,
) -> Tables:
    """Parts of a question from a reach matrix; bare arrays stand in the order of its ids, costs are milliseconds."""
    site_ids, demand_ids = tuple(map(str, reach.site_ids)), tuple(map(str, reach.demand_ids))
    pairs = pairs_of.from_reach(reach)
    return joined(
        site_ids,
        demand_ids,
        pairs,
        weights=beside(weights, demand_ids, field="weights"),
        predefined=predefined,
        existing=existing,
        capacities=beside(capacities, site_ids, field="facility_capacities"),
        site_costs=beside(site_costs, site_ids, field="site_costs"),
    )


def joined(
    site_ids: tuple[str, ...],
    demand_ids: tuple[str, ...],
    pairs: Pairs,
    *,
    weights: Values | None,
    predefined: Marks = (),
    existing: Marks = (),
    capacities: Values | None = None,
    site_costs: Values | None = None,
) -> Tables:
    """Parts of a question whose values are found by id; everything that is wrong with them is told at once."""
    troubles = Problems()
    people = looked_up(weights, demand_ids, field="weights", troubles=troubles)
    capacity = looked_up(capacities, site_ids, field="facility_capacities", troubles=troubles)
    cost = looked_up(site_costs, site_ids, field="site_costs", troubles=troubles)
    opened = marked(predefined, site_ids, field="predefined_facilities", troubles=troubles)
    standing = marked(existing, site_ids, field="existing_facilities", troubles=troubles)
    both = sorted(set(opened) & set(standing))
    if both:
        troubles.add(
            Trouble(
                what="a site cannot both stand already and be opened",
                field="existing_facilities",
                value=", ".join(both[:5]),
                expected="sites that stand and are not counted, or sites that are opened and counted",
                code="bad_marks",
            )
        )
    status: dict[str, SiteStatus] = dict.fromkeys(site_ids, "candidate")
    status |= dict.fromkeys(opened, "required")
    status |= dict.fromkeys(standing, "existing")
    troubles.raise_if_errors()
    return Tables(
        make_sites(site_ids, status=tuple(status[one] for one in site_ids), cost=cost, capacity=capacity),
        make_points(demand_ids, np.ones(len(demand_ids)) if people is None else people),
        pairs,
    )


def _refuse_bare(*values: Values | None) -> None:
    if any(one is not None and not isinstance(one, pd.Series | Mapping) for one in values):
        raise InputError(
            [
                Trouble(
                    what="values without ids stand beside a cost table with ids",
                    expected="a Series or mapping by id",
                    remedy="join by id: rows of two tables need not stand in the same order",
                    code="join_by_id",
                )
            ]
        )
