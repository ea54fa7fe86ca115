"""Which layers of facilities a target looks at: only those targets are judged again when a layer changes."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from coverplan.plan.kinds import Condition
from coverplan.plan.schema import Target


def layers_of(target: Target) -> frozenset[str]:
    """Layers of every condition in a target's indicator, questions of reach included; empty where it has none."""
    return frozenset(condition.layer for condition in conditions_of(target))


def conditions_of(target: Target) -> tuple[Condition, ...]:
    """Conditions of a target's indicator, each once, in its order."""
    found: list[Condition] = []
    for one in _conditions(target.indicator):
        if one not in found:
            found.append(one)
    return tuple(found)


def _conditions(value: object) -> Iterator[Condition]:
    if isinstance(value, Condition):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _conditions(getattr(value, name))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _conditions(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _conditions(one)
