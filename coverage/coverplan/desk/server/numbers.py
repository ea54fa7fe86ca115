"""An answer as the page shows it, beside the answer without any change."""

from __future__ import annotations

import base64
from functools import cached_property
from typing import Any

import numpy as np

from coverplan.desk.server.shown import Numbers, People, StandardShown, TargetShown, UnitColumns
from coverplan.desk.workbench.answer import Answer, StandardAnswer, TargetAnswer
from coverplan.desk.workbench.ground import Ground
from coverplan.desk.workbench.idea import Idea, said
from coverplan.desk.workbench.kept import Kept
from coverplan.maps.colours import OFF_NETWORK, TIME_COLOURS, time_breaks
from coverplan.reach.matrix import NOT_REACHED
from coverplan.service.cover import Coverage, Reason
from coverplan.text.words import Language
from coverplan.units import BoolArray, FloatArray

#: Tenths of minutes that a cell can show; 0 stands for nothing found.
_MOST_TENTHS = 65_534


class Teller:
    """Makes plain values of answers.

    Parameters
    ----------
    ground
        The study that answered.
    read
        Which reading of the study's files that is.
    """

    def __init__(self, ground: Ground, read: str = "") -> None:
        self.ground, self.read = ground, read
        self._people_inside: dict[str, FloatArray] = {}
        # what one coverage is beside another one; a step leaves most standards as they were
        self._beside = Kept(64)
        # cells of the answer that ideas are held against, and of the one that is shown
        self._cells = Kept(16)

    @cached_property
    def shown_cells(self) -> BoolArray:
        """Shape (points,): cells that a page shows, those inside with people."""
        demand = self.ground.ready.study.demand
        people = np.sum(list(demand.people.values()), axis=0)
        return np.asarray(demand.inside & (people > 0))

    def numbers(
        self,
        idea: Idea,
        answer: Answer,
        before: Answer,
        *,
        show: str | None,
        remarks: list[str],
        language: Language,
    ) -> Numbers:
        """Everything about an idea; cells of the standard `show` alone."""
        near = self.ground.place_names(idea, language)
        return {
            "year": idea.year,
            "changes": [said(change) for change in idea.changes],
            "near": [
                None if one.open is None else near.get((one.open.layer, one.open.id)) for one in idea.changes
            ],
            "applied": list(answer.applied),
            "cost": {"known": answer.cost.known, "unknown": answer.cost.unknown},
            "standards": [
                self._standard(now, then, cells=now.standard.key == show)
                for now, then in zip(answer.standards, before.standards, strict=True)
            ],
            "targets": [
                _target(now, then, self._names)
                for now, then in zip(answer.targets, before.targets, strict=True)
            ],
            "remarks": remarks,
        }

    def _standard(self, now: StandardAnswer, then: StandardAnswer, *, cells: bool) -> StandardShown:
        standard = now.standard
        protected = now.protected or then.protected
        units = {group: _units(now, then, group) for group in standard.groups}
        return {
            "key": standard.key,
            "protected": protected,
            "minutes": standard.minutes,
            "profile": standard.profile,
            "count": standard.count,
            "groups": [self._people(now, then, group, protected=protected) for group in standard.groups],
            "units": units,
            "cells": self._shown(now).classes if cells and not protected else None,
            "cells_before": self._shown(then).classes if cells and not protected else None,
            "minutes_of_cells": self._shown(now).minutes if cells and not protected else None,
        }

    def _people(self, now: StandardAnswer, then: StandardAnswer, group: str, *, protected: bool) -> People:
        people = self._inside(group)
        new, old = now.people[group], then.people[group]
        moved = self._beside(
            (group, id(now.coverage), id(then.coverage)),
            lambda: _Beside(now.coverage, then.coverage, people),
        )
        nearer, farther = (None, None) if protected else (moved.nearer, moved.farther)
        return {
            "group": group,
            "people": float(new["people"][0]),
            "before": float(old["covered"][0]),
            "covered": float(new["covered"][0]),
            "share_before": _known(old["share"][0]),
            "share": _known(new["share"][0]),
            "gained": moved.gained,
            "lost": moved.lost,
            "twice": float(new["covered_twice"][0]),
            "minutes_before": _known(old["mean_minutes"][0]),
            "minutes": _known(new["mean_minutes"][0]),
            "nearer": nearer,
            "farther": farther,
        }

    def _inside(self, group: str) -> FloatArray:
        """Shape (points,): people of the area; nobody at points of its surroundings."""
        if group not in self._people_inside:
            demand = self.ground.ready.study.demand
            self._people_inside[group] = np.where(demand.inside, demand.people[group], 0.0)
        return self._people_inside[group]

    def _shown(self, one: StandardAnswer) -> _Cells:
        """The cells of a standard; those of the answer that ideas are held against are the same at every step."""
        asked = one.standard.minutes, id(one.coverage)
        return self._cells(asked, lambda: _Cells(one, self.shown_cells))

    @cached_property
    def _names(self) -> dict[str, str]:
        """Names of units by code, and of facilities that may be named by id."""
        units = {str(code): str(name) for code, name in self.ground.ready.study.units.table["name"].items()}
        table = self.ground.ready.study.facilities.table
        open_ones = table[table["public"].astype(bool) & table["name"].notna()]
        named = dict(zip(open_ones["id"], open_ones["name"].map(str), strict=True))
        return named | units


def _units(now: StandardAnswer, then: StandardAnswer, group: str) -> UnitColumns:
    new, old = now.people[group], then.people[group]
    return {
        "people": new["people"][1:].tolist(),
        "before": old["covered"][1:].tolist(),
        "covered": new["covered"][1:].tolist(),
    }


class _Beside:
    """People newly within, no longer within, nearer and farther; holds both coverages, so that their ids stay theirs."""

    def __init__(self, now: Coverage, then: Coverage, people: FloatArray) -> None:
        self._both = now, then
        covered, was = now.covered, then.covered
        self.gained, self.lost = float(people[covered & ~was].sum()), float(people[was & ~covered].sum())
        far = np.iinfo(np.int32).max
        new = np.where(now.nearest_ms == NOT_REACHED, far, now.nearest_ms)
        old = np.where(then.nearest_ms == NOT_REACHED, far, then.nearest_ms)
        self.nearer, self.farther = float(people[new < old].sum()), float(people[new > old].sum())


class _Cells:
    """What a page draws of the cells that it shows; holds the coverage, so that its id stays its own."""

    def __init__(self, one: StandardAnswer, shown: BoolArray) -> None:
        self._coverage, self._shown = one.coverage, shown
        self._minutes = one.coverage.minutes[shown]
        self._known = np.isfinite(self._minutes)
        self._breaks = np.asarray(time_breaks(one.standard.minutes))

    @cached_property
    def classes(self) -> str:
        """One byte for each cell: its class of time, as maps draw it."""
        # counted break by break, which is quicker than a search for so few
        found = np.zeros(len(self._minutes), dtype=np.uint8)
        for limit in self._breaks:
            found += self._minutes > limit
        found[~self._known] = len(self._breaks)
        off = self._coverage.reason[self._shown] == Reason.OFF_NETWORK
        return _packed(np.where(off, OFF_NETWORK, np.minimum(found, len(TIME_COLOURS) - 1)).astype(np.uint8))

    @cached_property
    def minutes(self) -> str:
        """Two bytes, low first, for each cell: tenths of minutes rounded up, plus one; 0 where none."""
        tenths = np.ceil(np.round(np.where(self._known, self._minutes, 0.0) * 10, 6))
        return _packed(np.where(self._known, np.minimum(tenths, _MOST_TENTHS) + 1, 0).astype("<u2"))


def _target(now: TargetAnswer, then: TargetAnswer, names: dict[str, str]) -> TargetShown:
    return {
        "id": now.value.target_id,
        "verdict_before": then.value.verdict.status,
        "verdict": now.value.verdict.status,
        "before": _written(then.value.value),
        "value": _written(now.value.value),
        "gap": _written(now.gap),
        "short_before": len(then.value.short),
        # who falls short and has no name that may be shown is counted and not called
        "short": [names[code] for code in now.value.short if code in names],
        "unsure": len(now.value.unsure),
        "units_missing": now.units_missing,
    }


def _written(value: Any) -> str | None:
    return None if value is None else str(value)


def _known(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def _packed(values: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode("ascii")
