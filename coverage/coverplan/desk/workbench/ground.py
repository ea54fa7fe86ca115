"""A prepared study that answers ideas: what an idea leaves as it was is not computed again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import cache, cached_property, partial
from typing import Any

import numpy as np
import pandas as pd

from coverplan.answer.computed import surveyor_of
from coverplan.answer.prepared import Prepared, needs
from coverplan.desk.workbench.answer import Answer, Cost, StandardAnswer, TargetAnswer
from coverplan.desk.workbench.idea import Idea
from coverplan.desk.workbench.kept import Kept
from coverplan.desk.workbench.ledgers import Ledger, changed_ledger, layers_changed, place_of
from coverplan.desk.workbench.live_ideas import LiveIdeas
from coverplan.desk.workbench.ruled_out import RuledOut
from coverplan.desk.workbench.supply import SupplyAnswer, supply_answer
from coverplan.desk.workbench.touched import layers_of
from coverplan.errors import InputError, Problem, Problems
from coverplan.ground.facilities import Facilities
from coverplan.indicators.compute import compute_one
from coverplan.indicators.evidence import Evidence
from coverplan.judgement.gaps import gap_of, units_missing
from coverplan.judgement.study_evidence import (
    DeepestUnits,
    PlacesAnswers,
    ReachAnswers,
    evidence_at,
    standard_of,
)
from coverplan.judgement.verdict_date import date_of
from coverplan.plan.kinds import ReachQuestion
from coverplan.plan.schema import Target
from coverplan.scenario.change_file import Change
from coverplan.scenario.scenario_file import ScenarioFile, Standard
from coverplan.service.cover import Coverage, UnitSums, group_sums
from coverplan.study.place_names import place_names
from coverplan.study.standing import Standing, together
from coverplan.text.words import Language

#: Standards that are kept ready; each holds a label for every node of the streets.
READY_STANDARDS = 24
#: Coverages, sums and verdicts that are kept; a coverage holds thirteen bytes for every demand point.
MOST_COVERAGES, COVERAGE_BYTES = 512, 64_000_000
KEPT_LEDGERS = 128
KEPT_SMALL = 1024
#: Answers of ideas without any change.
KEPT_UNCHANGED = 8


class _LayerKey:
    """What a layer's facilities depend on; the same object for the same things, so that comparing costs nothing."""

    __slots__ = ("changes", "layer", "year")

    def __init__(self, layer: str, changes: tuple[Change, ...], year: int | None) -> None:
        self.layer, self.changes, self.year = layer, changes, year


class Ground:
    """Answers ideas about one prepared scenario; safe to use from several threads at the same time.

    Parameters
    ----------
    ready
        The scenario, its study and plan.

    Notes
    -----
    Every part of an answer is a function of the few things that it depends on: a layer's facilities of that layer's
    changes, a standard's coverage of the facilities of its layer, a target's verdict of those of the layers it looks
    at. Parts are kept by what they depend on, so that a change computes what it touches and undoing computes nothing.
    """

    def __init__(self, ready: Prepared) -> None:
        self.ready = ready
        self.surveyor = surveyor_of(ready)
        self.ruled_out = RuledOut(ready)
        self._sums = UnitSums(ready.study.demand, ready.study.units)
        self.deepest_units = cache(partial(DeepestUnits, ready.study))
        self._live = Kept(READY_STANDARDS)
        self._coverages = Kept(
            max(24, min(MOST_COVERAGES, COVERAGE_BYTES // (13 * ready.study.demand.points + 1)))
        )
        self._protected = Kept(KEPT_SMALL)
        self._keys, self._ledgers = Kept(KEPT_SMALL), Kept(KEPT_LEDGERS)
        self._people, self._targets = Kept(KEPT_SMALL), Kept(KEPT_SMALL)
        self._unchanged = Kept(KEPT_UNCHANGED)
        self._supplies = Kept(KEPT_LEDGERS)

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the rows of `StandardAnswer.people`: the whole area, then each unit."""
        return self._sums.codes

    def answer(self, idea: Idea) -> Answer:
        """Everything that an idea does.

        Raises
        ------
        InputError
            With everything that is wrong with the idea: an unknown facility, an id twice, an impossible place.
        """
        if idea.changes:
            return self._found(idea)
        # what an idea is held against is asked for at every step
        asked = idea.year, tuple(standard.model_dump_json() for standard in idea.standards)
        return self._unchanged(asked, lambda: self._found(idea))

    def _found(self, idea: Idea) -> Answer:
        view = self._view(idea)
        year = view.scenario.year
        self._check_reach(view.scenario)
        self._check_changes(view)
        return Answer(
            tuple(self._standard(standard, view) for standard in view.scenario.standards),
            self._all_targets(view),
            _cost(idea.changes),
            tuple(
                i
                for i, change in enumerate(idea.changes)
                if change.year is None or year is None or change.year <= year
            ),
            self._warnings(view),
        )

    def supply(self, idea: Idea) -> tuple[SupplyAnswer, ...]:
        """Who gets a place, for every standard that asks for supply, in the scenario's order.

        Apart from `answer`, because an exact assignment of people takes longer than a click may.

        Raises
        ------
        InputError
            As `answer`.
        """
        view = self._view(idea)
        self._check_reach(view.scenario)
        self._check_changes(view)
        return tuple(
            self._supply(standard, view.key(standard.layer))
            for standard in view.scenario.standards
            if standard.supply is not None
        )

    def _supply(self, standard: Standard, key: _LayerKey) -> SupplyAnswer:
        def find() -> SupplyAnswer:
            return supply_answer(standard, self.surveyor, self._ledger(key).facilities, key.year)

        return self._supplies((standard, key), find)

    def facilities(self, idea: Idea, layer: str) -> Facilities:
        """A layer's facilities after the changes of an idea."""
        return self._ledger(self._view(idea).key(layer)).facilities

    def place_names(self, idea: Idea, language: Language) -> dict[tuple[str, str], str]:
        """What is opened without a name by where it lies, by layer and id; as a run calls it in that language."""
        view = self._view(idea)
        keys = [view.key(layer) for layer in layers_changed(view.scenario.changes)]
        unnamed = {place: unit for key in keys for place, unit in self._ledger(key).unnamed.items()}
        return place_names(unnamed, self.ready.study.units, language)

    def _warnings(self, view: _View) -> tuple[Problem, ...]:
        changes, found = view.scenario.changes, list[Problem]()
        for layer in layers_changed(changes):
            positions = [at for at, change in enumerate(changes) if place_of(change).layer == layer]
            found += [_of_idea(one, positions) for one in self._ledger(view.key(layer)).warnings]
        return tuple(found)

    def layers(self) -> tuple[str, ...]:
        """Layers that have facilities, or that a standard asks about."""
        standards = {standard.layer for standard in self.ready.loaded.scenario.standards}
        return tuple(sorted({*self.ready.study.facilities.layers(), *standards}))

    def is_protected(self, layer: str) -> bool:
        """Whether the study has a protected place in a layer: things of this layer are placed by unit alone."""
        table = self._by_layer[layer].table
        return bool((~table["public"].to_numpy(dtype=bool)).any())

    def _check_reach(self, scenario: ScenarioFile) -> None:
        """A standard that reaches farther than the streets were read would differ from a run."""
        modes, buffer_m = needs(scenario, self.ready.profiles)
        known_modes, known_m = needs(self.ready.loaded.scenario, self.ready.profiles)
        if not set(modes) <= set(known_modes) or buffer_m > known_m:
            raise InputError(
                [
                    Problem(
                        "the standard reaches farther than the streets that were read",
                        field="standards",
                        value=f"{', '.join(modes)}, {buffer_m:g} m",
                        expected=f"{', '.join(known_modes)}, at most {known_m:g} m beyond the border",
                        remedy="write it into the scenario file and open that",
                        code="beyond_streets",
                    )
                ]
            )

    def _view(self, idea: Idea) -> _View:
        return _View(idea.in_scenario(self.ready.loaded.scenario), self._keys)

    def _check_changes(self, view: _View) -> None:
        known = set(self.layers())
        problems = Problems()
        for i, change in enumerate(view.scenario.changes):
            place = place_of(change)
            if place.layer not in known:
                problems.add(
                    Problem(
                        "the layer is unknown",
                        field=f"changes.{i}",
                        value=place.layer,
                        expected=f"one of {', '.join(sorted(known))}",
                        code="unknown_layer",
                    )
                )
        problems.raise_if_errors()
        for layer in layers_changed(view.scenario.changes):
            self._ledger(view.key(layer))

    @cached_property
    def _by_layer(self) -> dict[str, Facilities]:
        facilities = self.ready.study.facilities
        table = facilities.table
        layers = {*table["layer"], *(s.layer for s in self.ready.loaded.scenario.standards)}
        return {
            layer: facilities.with_table(table[table["layer"] == layer].reset_index(drop=True))
            for layer in layers
        }

    @cached_property
    def _standing(self) -> dict[str, Standing]:
        return {layer: Standing(facilities) for layer, facilities in self._by_layer.items()}

    def _ledger(self, key: _LayerKey) -> Ledger:
        layer, standing = self._by_layer[key.layer], self._standing[key.layer]
        return self._ledgers(key, lambda: changed_ledger(self.ready, layer, standing, key.changes, key.year))

    def _standard(self, standard: Standard, view: _View) -> StandardAnswer:
        key = view.key(standard.layer)
        asked = _plainly(standard)
        coverage = self._coverage(asked, key)
        people = {group: self._group(asked, key, group, coverage) for group in standard.groups}
        protected = self._protected((asked, key), lambda: self._counts_protected(standard, key))
        return StandardAnswer(standard, coverage, people, protected=protected)

    def _counts_protected(self, standard: Standard, key: _LayerKey) -> bool:
        facilities = self._ledger(key).facilities
        counted = self.surveyor.counted(standard, facilities, key.year)
        return not bool(facilities.column("public").astype(bool)[counted].all())

    def _coverage(self, asked: Standard, key: _LayerKey) -> Coverage:
        return self._coverages((asked, key), lambda: self._measured(asked, key))

    def _measured(self, asked: Standard, key: _LayerKey) -> Coverage:
        live = self._live(asked, lambda: LiveIdeas(self.surveyor, asked))
        return live.coverage(self._ledger(key).facilities, key.year)

    def _group(self, asked: Standard, key: _LayerKey, group: str, coverage: Coverage) -> dict[str, Any]:
        def find() -> dict[str, Any]:
            sums: dict[str, Any] = dict(group_sums(coverage, self._sums, group))
            if not coverage.site_ids:  # nobody could be served: a share cannot be computed, which is not 0
                sums["share"] = np.full_like(sums["share"], np.nan)
            return sums

        return self._people((asked, key, group), find)

    def _all_targets(self, view: _View) -> tuple[TargetAnswer, ...]:
        plan = self.ready.plan
        if plan is None:
            return ()
        as_of = date_of(self.ready.study, view.scenario)
        judge = _Judge(self, view, as_of)
        return tuple(self._target(target, view, as_of, judge) for target in plan.targets)

    def _target(self, target: Target, view: _View, as_of: dt.date, judge: _Judge) -> TargetAnswer:
        keys = tuple(view.key(layer) for layer in self._touched[target.id])
        return self._targets((target.id, as_of, keys), lambda: judge(target, keys))

    @cached_property
    def _touched(self) -> dict[str, list[str]]:
        """Layers that each target looks at; one without any condition may look at all."""
        assert self.ready.plan is not None
        return {one.id: sorted(layers_of(one) or self.layers()) for one in self.ready.plan.targets}

    @cached_property
    def evidence(self) -> Evidence:
        """The study's evidence; facilities, date and reach are filled in for each idea."""
        plan, printed = self.ready.plan, self.ready.printed
        assert plan is not None
        assert printed is not None
        study, scenario = self.ready.study, self.ready.loaded.scenario
        context = evidence_at(
            study,
            study.facilities,
            scenario,
            self.surveyor,
            printed,
            as_of=date_of(study, scenario),
            year=scenario.year,
        )
        return Evidence(plan, context)


class _View:
    """An idea in its scenario, with the key of each layer found once."""

    def __init__(self, scenario: ScenarioFile, keys: Kept) -> None:
        self.scenario = scenario
        self._kept, self._keys = keys, dict[str, _LayerKey]()

    def key(self, layer: str) -> _LayerKey:
        """What the facilities of a layer depend on."""
        if layer not in self._keys:
            year = self.scenario.year
            changes = tuple(change for change in self.scenario.changes if place_of(change).layer == layer)
            # pydantic counts the hash of a change anew each time: what was written down is cheaper to compare
            written = tuple(change.model_dump_json() for change in changes)
            self._keys[layer] = self._kept((layer, written, year), lambda: _LayerKey(layer, changes, year))
        return self._keys[layer]


class _Judge:
    """Judges targets of one idea; evidence of the same layers is laid out once."""

    def __init__(self, ground: Ground, view: _View, as_of: dt.date) -> None:
        self._ground, self._view, self._as_of = ground, view, as_of
        self._evidence: dict[tuple[_LayerKey, ...], Evidence] = {}

    def __call__(self, target: Target, keys: tuple[_LayerKey, ...]) -> TargetAnswer:
        if keys not in self._evidence:
            self._evidence[keys] = self._laid_out(keys)
        value = compute_one(target, self._evidence[keys])
        return TargetAnswer(value, gap_of(target, value.value), units_missing(target, value))

    def _laid_out(self, keys: tuple[_LayerKey, ...]) -> Evidence:
        ground, base, year = self._ground, self._ground.evidence, self._view.scenario.year
        facilities = together([ground._ledger(key).facilities for key in keys])  # noqa: SLF001 - its other half
        measured = ReachAnswers(ground.ready.study, facilities, year, ground.surveyor)
        context = replace(
            base.context,
            facilities=facilities,
            as_of=self._as_of,
            coverage=self._reach_of(),
            places=PlacesAnswers(measured),
        )
        return base.with_facilities(context)

    def _reach_of(self) -> Callable[[ReachQuestion], pd.DataFrame | None]:
        """Answers a plan's questions of reach as `coverplan.judgement.study_evidence.ReachAnswers` does."""
        ground, view = self._ground, self._view

        def answer(question: ReachQuestion) -> pd.DataFrame | None:
            surveyor, layer = ground.surveyor, question.facilities.layer
            usable = question.profile in surveyor.profiles and surveyor.network is not None
            if not usable or question.group not in ground.ready.study.demand.people:
                return None
            if layer not in ground._by_layer:  # noqa: SLF001 - its other half
                return None
            key = view.key(layer)
            if not len(ground._ledger(key).facilities):  # noqa: SLF001
                return None
            covered = ground._coverage(_plainly(standard_of(question)), key).covered  # noqa: SLF001
            return ground.deepest_units(question.group)(covered)

        return answer


def _of_idea(problem: Problem, positions: list[int]) -> Problem:
    """A problem of the changes of one layer, with the position that the change has among all of the idea."""
    first, *rest = (problem.field or "").split(".")
    if first != "changes" or not rest or not rest[0].isdigit():
        return problem
    return replace(problem, field=".".join((first, str(positions[int(rest[0])]), *rest[1:])))


def _plainly(standard: Standard) -> Standard:
    """What a standard measures, whatever it is called, whomever it counts, in whatever order its types stand."""
    types = None if standard.types is None else tuple(sorted(set(standard.types)))
    return standard.model_copy(update={"groups": ("total",), "name": None, "types": types})


def _cost(changes: tuple[Change, ...]) -> Cost:
    """What openings and upgrades cost; closing and moving have no cost field."""
    offers = [place.offers for change in changes if (place := change.open or change.upgrade) is not None]
    costs = [offer.cost for offer in offers]
    known = [cost for cost in costs if cost is not None]
    return Cost(float(np.sum(known)) if known else 0.0, len(costs) - len(known))
