"""Classic models beyond the best known: fixed costs, servers that are busy, people who come less far, several coverages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from coverplan.errors import Problem as Trouble
from coverplan.errors import Problems
from coverplan.siting.limit import Limit
from coverplan.siting.objective import LeastPersonTime, LeastTotal, MostBackup, MostExpected, Objective
from coverplan.siting.presets import Preset, exactly
from coverplan.siting.tables.named_values import whole_number


class MEXCLP(Preset):
    """Maximal expected covering with servers that may be busy (Daskin 1983); at most one server a site.

    Examples
    --------
    >>> costs = [[1, 2], [9, 2], [8, 3]]
    >>> model = MEXCLP.from_cost_matrix(costs, weights=[5, 2, 4], service_radius=3, p_facilities=2, busy=0.5)
    >>> model.solve().objective  # 5 x 0.75 + 2 x 0.5 + 4 x 0.5
    6.75
    """

    needs = frozenset({"service_radius", "p_facilities", "busy"})

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        return (MostExpected(given["busy"]),), (exactly(given),)


class MultipleMCLP(Preset):
    """Most people whom at least `times` of p facilities cover: a second ambulance, a choice of doctors.

    With `times=2` this is the backup part of Hogan and ReVelle (1986). Facilities that stand (`existing_facilities`)
    count among those that cover.

    Examples
    --------
    >>> costs = [[1, 2, 9], [9, 2, 1], [8, 3, 2]]
    >>> model = MultipleMCLP.from_cost_matrix(costs, weights=[5, 2, 4], service_radius=3, p_facilities=2, times=2)
    >>> answer = model.solve()
    >>> answer.selected, answer.objective  # the last two sites both cover the last two homes
    (('1', '2'), 6.0)
    """

    needs = frozenset({"service_radius", "p_facilities", "times"})

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        troubles = Problems()
        times = whole_number(given["times"], field="times", troubles=troubles)
        if times is not None and times < 1:
            troubles.add(
                Trouble(
                    what="so many coverings cannot be asked for",
                    field="times",
                    value=times,
                    expected="1 or more",
                    code="bad_number",
                )
            )
        troubles.raise_if_errors()
        assert times is not None
        return (MostBackup(times),), (exactly(given),)


class MostAttendance(Preset):
    """Most people who come, when fewer come the longer the way (attendance of ArcGIS).

    At no way everybody comes, at `service_radius` nobody, and evenly fewer between. This is a p-median in which whoever
    stays away counts like somebody at the radius: `objective` is that person-time, `Answer.attendance` counts who come.

    Examples
    --------
    >>> costs = [[1, 9], [9, 2], [8, 3]]
    >>> model = MostAttendance.from_cost_matrix(costs, weights=[5, 2, 4], service_radius=10, p_facilities=1)
    >>> answer = model.solve()
    >>> answer.selected, round(answer.attendance, 6)  # 5 x 0.9 + 2 x 0.1 + 4 x 0.2
    (('0',), 5.5)
    """

    needs = frozenset({"service_radius", "p_facilities"})

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        return (LeastPersonTime(float(given["service_radius"])),), (exactly(given),)


class UFLP(Preset):
    """Least cost of facilities and of everybody's way together (Balinski 1965); no number is given.

    `site_costs` are by site id, 1 each by default; `cost_of_way` says what one unit of way counts for one person.

    Examples
    --------
    >>> costs = [[1, 9], [9, 2], [8, 3]]
    >>> UFLP.from_cost_matrix(costs, weights=[5, 2, 4], site_costs=[10, 10]).solve().objective  # both, and the ways
    41.0
    """

    takes = frozenset({"site_costs", "cost_of_way", "p_facilities"})
    order: ClassVar[tuple[str, ...]] = ("weights", "site_costs")

    @classmethod
    def _asks(cls, given: Mapping[str, Any]) -> tuple[tuple[Objective, ...], tuple[Limit, ...]]:
        by_way = given.get("cost_of_way")
        number = given.get("p_facilities")
        return (LeastTotal(1.0 if by_way is None else by_way),), () if number is None else (exactly(given),)


class CFLP(UFLP):
    """Least cost of facilities and ways, where facilities serve no more people than they have room for.

    Examples
    --------
    >>> costs = [[1, 9], [9, 2], [8, 3]]
    >>> model = CFLP.from_cost_matrix(costs, weights=[5, 2, 4], site_costs=[10, 10], facility_capacities=[9, 5])
    >>> model.solve().objective  # one of the last four goes to the first site: 41 + 5
    46.0
    """

    needs = frozenset({"facility_capacities"})
    order = ("weights", "site_costs", "facility_capacities")
