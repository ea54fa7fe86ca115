"""Which actions exclude each other, and which may share premises."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import shapely

from coverplan.programme.actions.action import Action
from coverplan.scenario.siting_file import SitingAsk


def exclusive(ask: SitingAsk, actions: Sequence[Action]) -> Iterator[tuple[int, ...]]:
    """One action for a facility; on one place only what may share it; new ones of a kind keep apart."""
    yield from _groups(
        (at, (action.layer, action.facility))
        for at, action in enumerate(actions)
        if action.facility is not None
    )
    for group in _groups((at, action.site) for at, action in enumerate(actions) if action.site is not None):
        yield from _not_together(ask, group, actions)
    yield from _without_host(ask, actions)
    for number, offer in enumerate(ask.open):
        if offer.apart_m is not None:
            yield from _too_near(actions, number, offer.apart_m)


def _without_host(ask: SitingAsk, actions: Sequence[Action]) -> Iterator[tuple[int, ...]]:
    """A facility in which another one moves in stays where it is, of a type that may share."""
    changed: dict[tuple[str, str], list[int]] = {}
    for at, action in enumerate(actions):
        if action.facility is not None:
            changed.setdefault((action.layer, action.facility), []).append(at)
    for at, action in enumerate(actions):
        if action.host is not None:
            leaving = [
                other
                for other in changed.get(action.host, [])
                if not actions[other].stays or not _compatible(ask, action.type, actions[other].type)
            ]
            if leaving:
                yield tuple(sorted([at, *leaving]))


def _not_together(
    ask: SitingAsk, group: Sequence[int], actions: Sequence[Action]
) -> Iterator[tuple[int, ...]]:
    """Cliques that hold every pair of a place that may not share it."""
    left = {
        (a, b)
        for i, a in enumerate(group)
        for b in group[i + 1 :]
        if not _compatible(ask, actions[a].type, actions[b].type)
    }
    while left:
        clique: list[int] = list(min(left))
        for other in group:
            if other not in clique and all(
                not _compatible(ask, actions[other].type, actions[one].type) for one in clique
            ):
                clique.append(other)
        clique.sort()
        yield tuple(clique)
        left -= {(a, b) for i, a in enumerate(clique) for b in clique[i + 1 :]}


def _compatible(ask: SitingAsk, one: str, other: str) -> bool:
    pairs = ask.share.compatible
    return one != other and ((one, other) in pairs or (other, one) in pairs)


def sharing(ask: SitingAsk, actions: Sequence[Action]) -> Iterator[tuple[int, ...]]:
    """Openings at one place, among which some may share premises."""
    opened = (
        (at, a.site) for at, a in enumerate(actions) if a.kind == "open" and a.host is None and a.saving
    )
    for group in _groups(opened):
        types = {actions[at].type for at in group}
        social = {one for one in types if any(_compatible(ask, one, other) for other in types)}
        if social:
            yield tuple(at for at in group if actions[at].type in social)


def _groups(pairs: Iterable[tuple[int, object]]) -> Iterator[tuple[int, ...]]:
    """Positions that have the same key, where there are at least two."""
    found: dict[object, list[int]] = {}
    for at, key in pairs:
        found.setdefault(key, []).append(at)
    yield from (tuple(group) for group in found.values() if len(group) > 1)


def _too_near(actions: Sequence[Action], number: int, apart_m: float) -> Iterator[tuple[int, ...]]:
    from scipy.spatial import cKDTree

    ours = [
        at for at, a in enumerate(actions) if a.kind == "open" and a.offer == number and a.place is not None
    ]
    if len(ours) < 2:
        return
    xy = shapely.get_coordinates([actions[at].place for at in ours])
    for a, b in sorted(cKDTree(xy).query_pairs(apart_m)):
        if math.dist(xy[a], xy[b]) < apart_m:
            yield ours[a], ours[b]
