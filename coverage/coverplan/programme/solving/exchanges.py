"""More people for the same programme: openings put elsewhere, one for another that counts alike for every target.

Where the solver is stopped by the clock it may not yet have found what anybody finds by hand: in each unit the place that
brings most people. This is that answer, bettered until no single exchange brings more; the model says whether it keeps
to everything that was asked.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from coverplan.programme.actions.covers import NOBODY
from coverplan.programme.asking.question import Question
from coverplan.units import BoolArray, FloatArray, Int32Array

MOST_PASSES = 20


def best_places(question: Question, chosen: BoolArray, *, stop: Callable[[], bool]) -> BoolArray:
    """Chosen actions with their openings where they bring most people, the rest as it was.

    Parameters
    ----------
    question
        What is decided.
    chosen
        Shape (actions,): what is done.
    stop
        Asked between exchanges.

    Returns
    -------
    chosen : shape (actions,)
        As many openings of every offer as before, that count for the same, none of them dearer.
    """
    if not question.aims or question.covers is None:
        return chosen
    return _Places(question, chosen).settle(stop)


class _Places:
    """How often everybody is covered, and what every exchange would change."""

    def __init__(self, question: Question, chosen: BoolArray) -> None:
        self.question = question
        self.chosen = chosen.copy()
        self.people: list[FloatArray] = []
        self.times: list[FloatArray] = []
        self.reached: list[dict[int, list[Int32Array]]] = []
        self.kin = self._kin()
        self.barred = self._barred()
        for aim in question.aims:
            self._read(aim.standard.key, aim.people)

    def _read(self, key: str, people: FloatArray) -> None:
        question = self.question
        assert question.covers is not None
        aim = next(one for one in question.aims if one.standard.key == key)
        sets = question.covers.sets(aim.standard, question.years[-1])
        times = np.zeros(len(people))
        reached: dict[int, list[Int32Array]] = {}
        for site in range(sets.pairs.sites):
            points = sets.pairs.demand[sets.pairs.indptr[site] : sets.pairs.indptr[site + 1]]
            action = int(sets.opened_by[site])
            if action != NOBODY:
                reached.setdefault(action, []).append(points)
            leaves = action == NOBODY and any(self.chosen[at] for at in sets.closed_by[site])
            if (action == NOBODY and not leaves) or (action != NOBODY and self.chosen[action]):
                times[points] += 1
        self.people.append(np.where(sets.always, 0.0, people))
        self.times.append(times)
        self.reached.append(reached)

    def _kin(self) -> dict[int, list[int]]:
        """Openings of the same offer that count alike for every requirement, by each chosen one; none is dearer."""
        groups: dict[tuple[object, ...], list[int]] = {}
        actions, effects = self.question.actions, self._effects()
        for at, action in enumerate(actions):
            if action.kind == "open" and action.host is None:
                key = (action.layer, action.type, action.offer, action.first_year, *effects.get(at, ()))
                groups.setdefault(key, []).append(at)
        found = {}
        for members in groups.values():
            for at in members:
                if self.chosen[at]:
                    found[at] = [one for one in members if not actions[one].cost > actions[at].cost]
        return found

    def _effects(self) -> dict[int, list[tuple[int, int, object]]]:
        """What each action counts for in the rows of the requirements."""
        found: dict[int, list[tuple[int, int, object]]] = {}
        for number, requirement in enumerate(self.question.requirements):
            for place, row in enumerate(requirement.rows):
                for action, factor in row.actions.factors.items():
                    found.setdefault(action, []).append((number, place, factor))
        return found

    def _barred(self) -> dict[int, list[tuple[int, ...]]]:
        found: dict[int, list[tuple[int, ...]]] = {}
        for group in self.question.exclusive:
            for at in group:
                found.setdefault(at, []).append(group)
        return found

    def settle(self, stop: Callable[[], bool]) -> BoolArray:
        movable, before_all = sorted(self.kin), self.chosen.copy()
        kin = dict(self.kin)
        for at in movable:
            self._change(at, -1)
        placed: list[tuple[int, int]] = []
        for at in movable:  # greedy: each goes where it brings most people beside those that stand
            place = self._best(kin[at], at)
            if place is None:
                return before_all  # a dearer one took the last place that this one can pay for
            placed.append((at, place))
            self._change(place, 1)
        for _ in range(MOST_PASSES):
            before = list(placed)
            for number, (at, now) in enumerate(placed):
                if stop():
                    return self.chosen
                self._change(now, -1)
                place = self._best(kin[at], now)
                assert place is not None  # where it stood is free
                placed[number] = (at, place)
                self._change(place, 1)
            if placed == before:
                break
        return self.chosen

    def _change(self, at: int, by: int) -> None:
        self.chosen[at] = by > 0
        for times, reached in zip(self.times, self.reached, strict=True):
            for points in reached.get(at, ()):
                times[points] += by

    def _best(self, among: list[int], now: int) -> int | None:
        """Where one more opening brings most people: where it stands, unless another place brings more."""
        best, most = None, -1.0
        for one in [now, *among]:
            if self.chosen[one] or (one != now and self._blocked(one)):
                continue
            gain = self._gain(one)
            if gain > most:
                best, most = one, gain
        return best

    def _gain(self, at: int) -> float:
        total = 0.0
        for people, times, reached in zip(self.people, self.times, self.reached, strict=True):
            for points in reached.get(at, ()):
                total += float(people[points][times[points] == 0].sum())
        return total

    def _blocked(self, at: int) -> bool:
        return any(self.chosen[one] for group in self.barred.get(at, ()) for one in group if one != at)
