"""Openings that no best answer needs, because enough others are just like them; left out before the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np

from coverplan.judgement.study_evidence import standard_of
from coverplan.programme.actions.action import Action
from coverplan.programme.asking.question import Question
from coverplan.programme.asking.requirement import Row
from coverplan.scenario.scenario_file import Standard
from coverplan.units import BoolArray

Signature = tuple[tuple[str, ...], ...]


def needed_actions(question: Question, *, aims: bool) -> BoolArray:
    """Shape (actions,): False for openings that a best answer can do without.

    An opening that changes no requirement and nobody's nearness is of no use: leaving it out costs nothing, since whoever
    shares its premises costs no more than it does. Places are alike when the same may be opened there, at the same cost,
    with the same effect on every requirement, and nobody's nearness depends on it. Of a class of places that are alike,
    as many are kept as all its openings together can be of use: a unit that has one needs no second. Where enough of
    them are free of what excludes it, those where something else may take the place are not needed. The rows that count
    without an end (sums) keep every opening that they may need.

    Parameters
    ----------
    question
        What is to be decided.
    aims
        Whether the nearness of people is an aim of its own in this stage, beside the requirements.
    """
    standards = [standard_of(row.covered.question) for row in _rows(question) if row.covered is not None]
    if aims:
        standards += [aim.standard for aim in question.aims]
    effects = _effects(question)
    near = np.array(
        [any(_counts(action, one) for one in standards) for action in question.actions], dtype=bool
    )
    keep = np.array(
        [
            action.kind != "open" or bool(effect.factors) or bool(counts)
            for action, effect, counts in zip(question.actions, effects, near, strict=True)
        ],
        dtype=bool,
    )
    classes: dict[Signature, tuple[list[list[int]], list[list[int]]]] = {}
    bound = _bound_to_others(question, keep)
    together = {at: frozenset(at for at in one if keep[at]) for one in question.sharing for at in one}
    for group in _places(question.actions, keep):
        free = _replaceable(group, question, near, effects, together)
        if free:
            signature = tuple(_signature(question.actions[at], effects[at]) for at in free)
            tied = any(bound.get(at, set()) - set(free) for at in free)
            classes.setdefault(signature, ([], []))[tied].append(free)
    for loose, tied_places in classes.values():
        uses = sum(effects[at].useful for at in (loose or tied_places)[0])
        for free in loose[uses:]:
            keep[free] = False
        for free in tied_places if len(loose) >= uses else ():
            keep[free] = False
    return keep


@dataclass(slots=True)
class _Effect:
    """What an action does to the requirements: its multiples by row, and how many like it can be of use together."""

    factors: list[str]
    useful: int = 0
    endless: bool = False


def _effects(question: Question) -> list[_Effect]:
    found = [_Effect([]) for _ in question.actions]
    for number, row in enumerate(_rows(question)):
        if _redundant(row):
            continue
        for action, factor in row.actions.factors.items():
            found[action].factors.append(f"{number}:{factor}")
            if row.defines and factor > 0:
                most = max((-value for value in row.auxiliaries.values() if value < 0), default=Fraction(1))
                found[action].useful = max(found[action].useful, ceil(most / factor))
            else:
                found[action].endless = True
    return found


def _redundant(row: Row) -> bool:
    """The row holds whatever is done."""
    if row.auxiliaries or row.covered is not None:
        return False
    least = row.actions.constant + sum(value for value in row.actions.factors.values() if value < 0)
    return least > row.at_least or (least == row.at_least and not row.strict)


def _replaceable(
    group: Sequence[int],
    question: Question,
    near: BoolArray,
    effects: Sequence[_Effect],
    together: Mapping[int, AbstractSet[int]],
) -> list[int]:
    """Openings of a place that act through the requirements alone; none where one of them may share with another kind."""
    free = [at for at in group if not effects[at].endless and not near[at]]
    shared = any(question.actions[at].saving for at in free)
    if shared and len(free) < len(group):
        partners: set[int] = set()
        partners.update(*(together.get(at, frozenset()) for at in free))
        if not partners <= set(free):
            return []
    return free


def _bound_to_others(question: Question, keep: BoolArray) -> dict[int, set[int]]:
    """What excludes each action: another place stands in for one that is tied to something else only where it is free."""
    found: dict[int, set[int]] = {}
    for group in question.exclusive:
        for at in group:
            found.setdefault(at, set()).update(other for other in group if keep[other])
    return found


def _counts(action: Action, standard: Standard) -> bool:
    return action.layer == standard.layer and (standard.types is None or action.type in standard.types)


def _places(actions: Sequence[Action], keep: BoolArray) -> list[list[int]]:
    """Openings at each candidate place; those with an existing facility are left alone."""
    places: dict[str, list[int]] = {}
    for at, action in enumerate(actions):
        if keep[at] and action.kind == "open" and action.host is None and action.site is not None:
            places.setdefault(action.site, []).append(at)
    return list(places.values())


def _signature(action: Action, effect: _Effect) -> tuple[str, ...]:
    return (
        str(action.offer),
        repr(action.cost),
        repr(action.saving),
        str(action.first_year),
        *effect.factors,
    )


def _rows(question: Question) -> list[Row]:
    return [row for requirement in question.requirements for row in requirement.rows]
