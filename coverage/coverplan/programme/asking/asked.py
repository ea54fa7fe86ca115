"""One target in one year as the actions see it: sums over the rows of the ledger that are there, with whom they depend on."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

import numpy as np

from coverplan.ground.demand import Demand
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.indicators.amounts import stock_of
from coverplan.indicators.answers import NO, YES, Answers
from coverplan.indicators.evidence import Evidence
from coverplan.indicators.measurement import Measurement, every_one, share_of
from coverplan.indicators.verdict import judge
from coverplan.plan.kinds import Amount, Condition, ReachQuestion
from coverplan.plan.schema import Target
from coverplan.programme.actions.variants import Linear, Variants
from coverplan.programme.asking.requirement import Covered, State
from coverplan.units import BoolArray

NOTHING = Linear(Fraction(0), {})


class NotAsked(Exception):  # noqa: N818 - an outcome that is told, not a failure
    """A target asks nothing of the actions.

    Parameters
    ----------
    state
        Which kind of reason.
    reason
        Code, with what to ask for after a colon.
    """

    def __init__(self, state: State, reason: str) -> None:
        super().__init__(reason)
        self.state: State = state
        self.reason = reason


@dataclass(frozen=True)
class Asked:
    """A target in a year, with the evidence laid out over all rows that may be there.

    Parameters
    ----------
    target, year
        What is asked, and at whose end.
    evidence
        Evidence of the year over `variants.facilities`.
    variants
        Rows that stand and rows that actions leave behind.
    demand
        People at points, None without geometry.
    """

    target: Target
    year: int
    evidence: Evidence
    variants: Variants
    demand: Demand | None

    @property
    def as_of(self) -> date:
        """Last day of the year."""
        return date(self.year, 12, 31)

    @property
    def goal(self) -> Fraction:
        """Number of the target; of its base where it is to be maintained."""
        found = self.target.base.value if self.target.rule == "maintain" else self.target.goal.value
        if found is None:
            raise NotAsked("not_judged", f"no_number:{self.target.id}")
        return Fraction(found)

    @property
    def capped(self) -> bool:
        """Too much fails as well as too little."""
        return self.target.rule in {"=", "inside"}

    @property
    def cap(self) -> Fraction:
        """Upper end of what passes."""
        high = self.target.goal.high
        return self.goal if self.target.rule == "=" or high is None else Fraction(high)

    @property
    def strict(self) -> bool:
        """Just as much is not enough."""
        return self.target.rule == ">"

    def answers(self, condition: Condition) -> Answers:
        """Shape (rows,): counts for a condition; refuses a layer that nobody knows."""
        if not self.evidence.knows(condition):
            raise NotAsked("not_judged", f"missing_layer:{self.evidence.name(condition)}")
        return self.evidence.serving(condition)

    def rows(self, condition: Condition) -> list[int]:
        """Rows that surely count for a condition."""
        return np.flatnonzero(self.answers(condition) == YES).tolist()

    def possible_rows(self, condition: Condition) -> list[int]:
        """Rows that count or may count."""
        return np.flatnonzero(self.answers(condition) != NO).tolist()

    def within(self, rows: Iterable[int], code: str) -> list[int]:
        """Those of the rows that are present in a unit."""
        return [row for row in rows if code in self.evidence.membership[row]]

    def by_unit(self, rows: Iterable[int], codes: Iterable[str]) -> dict[str, list[int]]:
        """Rows by unit, for each of the codes."""
        found: dict[str, list[int]] = {code: [] for code in codes}
        for row in rows:
            for code in self.evidence.membership[row]:
                if code in found:
                    found[code].append(row)
        return found

    def total(self, amount: Amount) -> Linear:
        """An amount of the whole area; what is unknown adds nothing."""
        condition = amount.facilities
        if condition is None:
            figure = self.evidence.context.register_total(str(amount.register_name))
            if figure is None:
                raise NotAsked("not_judged", f"missing_register:{amount.register_name}")
            return Linear(figure, {})
        stock = stock_of(self.evidence, amount)
        since = amount.opened_from if stock is None else stock[0] + 1
        counted = self._opened(self.rows(condition), since)
        summed = self.variants.total(counted, self.values(amount))
        return summed if stock is None else summed.plus(Linear(stock[1], {}))

    def totals(self, amount: Amount, codes: Iterable[str]) -> dict[str, Linear]:
        """An amount in each unit; what is unknown adds nothing."""
        condition = amount.facilities
        if condition is None:
            name = str(amount.register_name)
            figures = {code: self.evidence.context.register_of(name, code) for code in codes}
            return {code: Linear(figure or Fraction(0), {}) for code, figure in figures.items()}
        rows = self.by_unit(self._opened(self.rows(condition), amount.opened_from), codes)
        values = self.values(amount)
        return {code: self.variants.total(here, values) for code, here in rows.items()}

    def values(self, amount: Amount) -> list[Fraction | None] | None:
        """Value of every row for an amount; None where facilities are counted."""
        return None if amount.field is None else self.evidence.numbers(amount.field)

    def doubtful(self, amount: Amount, *, by_unit: bool) -> list[int]:
        """Rows of which it is unknown whether they count for an amount or how much stands behind their door.

        Printed stocks are of the whole area: where units are asked, they tell nothing.
        """
        condition = amount.facilities
        if condition is None:
            return []
        stock = None if by_unit else stock_of(self.evidence, amount)
        since = amount.opened_from if stock is None else stock[0] + 1
        values, sure = self.values(amount), set(self.rows(condition))
        opened = self.evidence.table["opened"].to_numpy(dtype=np.float64)
        found = []
        for row in self.possible_rows(condition):
            undated = since is not None and bool(np.isnan(opened[row]))
            if (undated and stock is not None) or (since is not None and opened[row] < since):
                continue
            if undated or row not in sure or (values is not None and values[row] is None):
                found.append(row)
        return found

    def refuse_partial(self, amount: Amount, *, by_unit: bool) -> None:
        """Where the whole sum must be known, a ledger that does not list everything leaves the target open."""
        condition = amount.facilities
        if condition is None or self.evidence.lists_all(condition):
            return
        if by_unit or stock_of(self.evidence, amount) is None:
            raise NotAsked("not_judged", f"partial_ledger:{self.evidence.name(condition)}")

    def refuse_maintain(self) -> None:
        """Where every member must reach a number, "maintain" names none."""
        if self.target.rule == "maintain":
            raise NotAsked("not_judged", f"no_number:{self.target.id}")

    def _opened(self, rows: list[int], since: int | None) -> list[int]:
        if since is None:
            return rows
        opened = self.evidence.table["opened"].to_numpy(dtype=np.float64)
        return [row for row in rows if opened[row] >= since]

    def units_needed(self, total: int, unit_set: str | None) -> tuple[int, int]:
        """Fewest and most units of a set that may pass for the target to be met, by the verdict itself."""
        names = [f"{at:06d}" for at in range(total)]

        def met(passing: int) -> bool:
            present = {name: at < passing for at, name in enumerate(names)}
            return self._met(share_of(present, unit_set=unit_set))

        if not self.capped:
            if not met(total):
                raise NotAsked("not_judged", self._reason(total, unit_set))
            return bisect_left(range(total), True, key=met), total
        enough = [passing for passing in range(total + 1) if met(passing)]
        if not enough:
            raise NotAsked("not_judged", self._reason(total, unit_set))
        return enough[0], enough[-1]

    def refuse_roster(self, total: int, unit_set: str) -> None:
        """Where every unit must pass: whether that can be judged at all on this roster."""
        everyone = {f"{at:06d}": self.goal for at in range(total)}
        if not self._met(every_one(everyone, dict.fromkeys(everyone, True), unit_set=unit_set)):
            raise NotAsked("not_judged", f"roster:{total}")

    def _met(self, measured: Measurement) -> bool:
        return judge(self.evidence.plan, self.target, measured, self.as_of).status == "met"

    def _reason(self, total: int, unit_set: str | None) -> str:
        everyone = {f"{at:06d}": True for at in range(total)}
        verdict = judge(self.evidence.plan, self.target, share_of(everyone, unit_set=unit_set), self.as_of)
        return verdict.reason or f"no_number:{self.target.id}"

    def people(self, question: ReachQuestion, code: str | None = None) -> Covered:
        """People of a question's group in the area, or in one unit of it, who are covered where somebody is."""
        demand = self.demand
        if demand is None or question.group not in demand.people:
            raise NotAsked("not_judged", f"missing_reach:{question.facilities.layer}")
        counted = demand.inside & (demand.unit != OUTSIDE)
        if code is not None:
            counted = counted & self._in_unit(code)
        return Covered(question, np.where(counted, demand.people[question.group], 0.0))

    def _in_unit(self, code: str) -> BoolArray:
        assert self.demand is not None  # `people` saw to it
        return below(self.evidence.context.units, code)[self.demand.unit]

    @cached_property
    def units(self) -> UnitTree:
        """Roster of units."""
        return self.evidence.context.units


def below(units: UnitTree, code: str) -> BoolArray:
    """Shape (units + 1,): the unit itself and everything in it, by position; the last entry, outside, is False."""
    positions = {other: at for at, other in enumerate(units.codes)}
    parents = units.table["parent"].to_dict()
    found = np.zeros(len(positions) + 1, dtype=bool)
    for other, at in positions.items():
        above: str | None = other
        while isinstance(above, str) and above != code:
            above = parents.get(above)
        found[at] = above == code
    return found
