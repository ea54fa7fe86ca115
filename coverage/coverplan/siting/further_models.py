"""Classic models beyond the best known: servers that are busy, people who come less far, several coverages, near sites."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coverplan.errors import Problem as Trouble
from coverplan.errors import Problems
from coverplan.siting.limit import Limit
from coverplan.siting.named_values import whole_number
from coverplan.siting.objective import LeastPersonTime, MostBackup, MostExpected, Objective
from coverplan.siting.presets import Preset, exactly


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
