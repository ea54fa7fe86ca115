"""Facilities of one layer after an idea's changes: laid out by what stands there and what is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coverplan.answer.prepared import Prepared
from coverplan.errors import Problem, Problems
from coverplan.ground.facilities import Facilities
from coverplan.scenario.change_file import Change, Place
from coverplan.study.changes import apply_changes
from coverplan.study.standing import Standing


@dataclass(frozen=True, slots=True)
class Ledger:
    """A layer's facilities after the changes that hold in the year, and what is odd about them.

    `unnamed` are units of what is opened without a name, by layer and id.
    """

    facilities: Facilities
    warnings: tuple[Problem, ...]
    unnamed: Mapping[tuple[str, str], str | None]


def changed_ledger(
    ready: Prepared,
    layer: Facilities,
    standing: Standing,
    changes: tuple[Change, ...],
    year: int | None,
) -> Ledger:
    """The layer as `coverplan.study.changes.apply_changes` leaves it.

    Parameters
    ----------
    ready
        The study.
    layer, standing
        The layer's facilities in id order, index 0..n-1, and the same laid out once.
    changes
        Changes of this layer, in their order.
    year
        Year that is looked at.

    Raises
    ------
    InputError
        With everything that is wrong with the changes.
    """
    problems = Problems()
    changed = apply_changes(
        layer,
        ready.loaded.scenario_document,
        changes,
        year=year,
        area=ready.study.area,
        units=ready.study.units,
        problems=problems,
        language=ready.loaded.scenario.language,
        standing=standing,
    )
    problems.raise_if_errors()
    return Ledger(changed.facilities, tuple(problems), changed.unnamed)


def place_of(change: Change) -> Place:
    """Layer and id of the facility that a change is about."""
    place = change.open or change.close or change.move or change.upgrade
    assert place is not None
    return place


def layers_changed(changes: Sequence[Change]) -> list[str]:
    """Layers that any of the changes is about, in name order."""
    return sorted({place_of(change).layer for change in changes})
