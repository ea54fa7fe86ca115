"""Actions that one paragraph tells together, and how their numbers are written."""

from __future__ import annotations

from collections.abc import Container, Sequence

from coverplan.report.labels import Labels
from coverplan.results.chosen import ChosenAction

#: Alike actions that one paragraph tells: fewer have one each.
LEAST_ALIKE = 3


def alike(
    actions: Sequence[ChosenAction], with_others: Container[str]
) -> tuple[tuple[ChosenAction, ...], ...]:
    """The actions in their order; alike ones that reach nobody anew and have no alternative stand together with the first.

    Parameters
    ----------
    with_others
        Numbers of the actions of which something is said of other places.
    """
    found: dict[tuple[object, ...], list[ChosenAction]] = {}
    for one in actions:
        own = one.people_reached or one.people_needed or one.shared_with or one.action_id in with_others
        kind = (one.year, one.action, one.type, one.targets, one.serves, one.public)
        found.setdefault((one.action_id,) if own else kind, []).append(one)
    places = {one.action_id: place for place, one in enumerate(actions)}
    groups = [
        group
        for some in found.values()
        for group in ([tuple(some)] if len(some) >= LEAST_ALIKE else [(one,) for one in some])
    ]
    return tuple(sorted(groups, key=lambda group: places[group[0].action_id]))


def runs(group: Sequence[ChosenAction], actions: Sequence[ChosenAction], labels: Labels) -> list[str]:
    """Numbers of a group of the actions, those that follow each other as from the first to the last."""
    places = {one.action_id: place for place, one in enumerate(actions)}
    found: list[list[str]] = []
    for one in group:
        if found and places[one.action_id] == places[found[-1][-1]] + 1:
            found[-1].append(one.action_id)
        else:
            found.append([one.action_id])
    return [
        run[0] if len(run) == 1 else labels("siting.id_range", first=run[0], last=run[-1]) for run in found
    ]
