"""Where the next ones should go: the most people newly within one standard, as maximal covering."""

from __future__ import annotations

import numpy as np

from coverplan.programme.asking.question import Question
from coverplan.programme.solving.stages import Answer, Stage
from coverplan.reach.matrix import Reach
from coverplan.siting.presets import MCLP
from coverplan.siting.solvers.search import Search
from coverplan.units import FloatArray


def most_people(question: Question, new: int, search: Search) -> Answer:
    """Openings, `new` at most, that bring the most people of the question's aim within its standard.

    Parameters
    ----------
    question
        Openings of one type, one year and one aim; nothing in it closes or moves.
    new
        How many; those that would bring nobody are left out.
    search
        Gap, clock and seed.

    Returns
    -------
    Answer
        With one stage, whose value and bound count everybody within the standard.
    """
    aim, year = question.aims[0], question.years[-1]
    assert question.covers is not None
    sets = question.covers.sets(aim.standard, year)
    pairs = sets.pairs
    names = tuple(f"{site:07d}" for site in range(pairs.sites))
    reach = Reach(
        names, tuple(map(str, range(pairs.demand_points))), pairs.indptr, pairs.demand,
        np.zeros(len(pairs.demand), dtype=np.int32), 0,
    )  # fmt: skip
    missing = np.where(sets.always, 0.0, aim.people)
    already = float(aim.people @ sets.always)
    if not pairs.sites:
        return Answer({}, frozenset(), (Stage("most_people", "max", already, already),), {})
    model = MCLP.from_reach(reach, weights=missing, service_radius=0, p_facilities=min(new, pairs.sites))
    solution = model.solve(search).solution
    order = useful(reach, [int(name) for name in solution.chosen], missing)
    gained = sum(gain for _, gain in order)
    bound = solution.bound if solution.bound is not None else float(missing.sum())
    stage = Stage(
        "most_people",
        "max",
        round(already + gained, 6),
        round(already + max(bound, gained), 6),
        stopped_by=solution.stopped_by,
    )
    done = {int(sets.opened_by[site]): year for site, _ in order}
    return Answer(done, frozenset(), (stage,), {})


def useful(reach: Reach, chosen: list[int], people: FloatArray) -> list[tuple[int, float]]:
    """The chosen sites that bring somebody, the one that brings most first, with what each adds to those before it.

    Ties go to the site that stands first.
    """
    left, order = people.copy(), list[tuple[int, float]]()
    rows = {at: reach.demand[reach.indptr[at] : reach.indptr[at + 1]] for at in sorted(chosen)}
    while rows:
        best = max(rows, key=lambda at: (float(left[rows[at]].sum()), -at))
        gain = float(left[rows[best]].sum())
        if gain <= 0:
            break
        left[rows.pop(best)] = 0.0
        order.append((best, gain))
    return order
