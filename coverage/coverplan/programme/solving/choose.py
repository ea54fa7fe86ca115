"""From a scenario's ``siting:`` block to the changes that meet the plan's targets, each step once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from coverplan.candidates.pool import Candidates, make_candidates
from coverplan.errors import Problems
from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import OUTSIDE
from coverplan.indicators import IndicatorContext
from coverplan.judgement.study_evidence import evidence_at
from coverplan.plan.schema import Plan, Target
from coverplan.programme.actions.costs import CostFile, named_costs
from coverplan.programme.actions.covers import Covers
from coverplan.programme.actions.make_actions import Allowed, Maker
from coverplan.programme.actions.variants import make_variants
from coverplan.programme.asking.next_ones import siting_of
from coverplan.programme.asking.question import PeopleAim, Question
from coverplan.programme.asking.targets import Wanted, requirements_of, wanted_targets, year_end
from coverplan.programme.solving.next_ones import most_people
from coverplan.programme.solving.stages import Answer, answer
from coverplan.scenario.change_file import Change
from coverplan.scenario.scenario_file import ScenarioFile
from coverplan.scenario.siting_file import PeopleAsk, SitingAsk
from coverplan.service.measure import Surveyor
from coverplan.siting.solvers.search import Progress, Search
from coverplan.study.load import Study
from coverplan.study.printed import PrintedEvidence
from coverplan.units import BoolArray, FloatArray
from coverplan.yamlfile import Document

#: Facilities of a year after the scenario's own changes and further ones.
FacilitiesIn = Callable[[int, tuple[Change, ...]], Facilities]


@dataclass(frozen=True, slots=True)
class Aims:
    """How an answer is looked for by somebody who waits for it.

    Parameters
    ----------
    first
        Names of the first aims, where they are not to follow from the costs.
    cancel, progress
        See `coverplan.siting.solvers.search.Search`.
    """

    first: tuple[str, ...] | None = None
    cancel: Callable[[], bool] | None = None
    progress: Callable[[Progress], None] | None = None


@dataclass(frozen=True)
class Ground:
    """What a programme is made for.

    Parameters
    ----------
    study, scenario, document, plan, printed
        What is on the ground, what is asked and where it stands, what was promised, what is printed beside it; where the
        next ones should go can be asked without a plan.
    surveyor
        Measures travel times and standards.
    facilities_in
        Facilities of a year after the scenario's own changes and those that are given on top.
    aims
        How the answer is looked for.
    """

    study: Study
    scenario: ScenarioFile
    document: Document
    plan: Plan | None
    printed: PrintedEvidence | None
    surveyor: Surveyor
    facilities_in: FacilitiesIn
    aims: Aims = Aims()

    @cached_property
    def ask(self) -> SitingAsk:
        """The block ``siting:``; where the next ones should go is said in the same words."""
        asked = siting_of(self.scenario)
        assert asked is not None  # whoever makes a programme was asked for one
        return asked

    @property
    def new(self) -> int | None:
        """How many more there should be, where it is asked where they should go; None where targets are asked."""
        asked = self.scenario.siting
        return asked.most_people.new if isinstance(asked, PeopleAsk) else None

    def evidence(self, year: int, changes: tuple[Change, ...] = ()) -> IndicatorContext:
        """Evidence at the end of a year, with further changes; asked only where there is a plan."""
        assert self.printed is not None
        return evidence_at(
            self.study,
            self.facilities_in(year, changes),
            self.scenario,
            self.surveyor,
            self.printed,
            as_of=year_end(year),
            year=year,
        )


@dataclass(frozen=True)
class Programme:
    """The answer with everything that led to it.

    Parameters
    ----------
    ground
        What it was made for.
    costs
        Rates, None where nobody gave any.
    candidates
        Places, None where nothing may open.
    allowed
        Everything that might have been done.
    wanted
        Every target of the plan.
    question
        What was decided.
    answer
        Which actions in which years.
    """

    ground: Ground
    costs: CostFile | None
    candidates: Candidates | None
    allowed: Allowed
    wanted: tuple[Wanted, ...]
    question: Question
    answer: Answer

    @cached_property
    def done(self) -> tuple[tuple[int, int], ...]:
        """Position and year of every action that is done, by year, layer, type, unit and key."""
        actions = self.question.actions

        def order(item: tuple[int, int]) -> tuple[int, str, str, str, str]:
            action = actions[item[0]]
            return item[1], action.layer, action.type, action.unit or "", action.key

        return tuple(sorted(self.answer.year_of.items(), key=order))

    def cost_of(self, position: int) -> float:
        """What an action costs in the answer, with what shared premises save; NaN where unknown."""
        action = self.question.actions[position]
        return action.cost - (action.saving if position in self.answer.guests else 0.0)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The actions as changes of the scenario."""
        return self.changes_of(dict(self.answer.year_of))

    @cached_property
    def names(self) -> dict[tuple[str, str], str | None]:
        """Names of all facilities when everything is done, by layer and id."""
        after = self.ground.facilities_in(self.question.years[-1], self.changes)
        columns = (after.column(name).tolist() for name in ("layer", "id", "name"))
        return {(layer, identifier): name for layer, identifier, name in zip(*columns, strict=True)}

    def changes_of(self, year_of: dict[int, int]) -> tuple[Change, ...]:
        """Some actions as changes of the scenario."""
        crs = self.ground.study.area.crs.to_string()
        return tuple(
            self.question.actions[at].change(
                year, cost=self.cost_of(at), crs=crs, premises=self.premises_of(at)
            )
            for at, year in self.done
            if at in year_of
        )

    @cached_property
    def collision(self) -> str:
        """Why targets were relaxed: ``unreachable`` where one of them fails even alone, else ``collide``."""
        relaxed = [self.question.requirements[at] for at in self.answer.relief]
        for requirement in relaxed:
            alone = replace(self.question, requirements=(requirement,), budgets=None)
            if any(stage.name == "least_shortfall" for stage in _answer(self.ground, alone).stages):
                return "unreachable"
        return "collide"

    def premises_of(self, position: int) -> str | None:
        """Id of the premises that an opening shares, None for its own."""
        action = self.question.actions[position]
        if action.host is not None:
            return ":".join(action.host)
        together = [at for at, _ in self.done if self.question.actions[at].site == action.site]
        shared = action.kind == "open" and len(together) > 1
        return f"premises:{action.site}" if shared else None


def make_programme(ground: Ground, problems: Problems) -> Programme:
    """Choose the actions.

    Raises
    ------
    InputError
        With everything that is wrong with the block ``siting:`` and its files.
    """
    ask = ground.ask
    costs = named_costs(ground.document, ask, problems)
    candidates = _candidates(ground, problems)
    problems.raise_if_errors()
    last = ask.years[-1]
    allowed = Maker(ask, ground.facilities_in(last, ()), candidates, costs, ground.study.units, {}).make()
    variants = {year: make_variants(ground.facilities_in(year, ()), allowed.actions) for year in ask.years}
    wanted, question = _asked(ground, costs, allowed, Covers(ground.surveyor, variants))
    return Programme(ground, costs, candidates, allowed, wanted, question, _answer(ground, question))


def answer_for(
    ground: Ground, programme: Programme, *, as_known: Callable[[Target], bool] = lambda _: False
) -> tuple[Question, Answer]:
    """Answer the question of a programme on another ground, with the same actions; their best order is not asked.

    Parameters
    ----------
    ground
        With the facilities of the programme's own ground.
    programme
        What was answered already: its rows, its cover sets where travel times are the same, and its answer, from which
        the search begins.
    as_known
        Whether the ground asks the same of a target as the programme's own ground does.
    """
    before = programme.question.covers
    assert before is not None  # a programme has geometry
    known = {one.target.id: one for one in programme.wanted if as_known(one.target)}
    same = ground.surveyor.profiles == programme.ground.surveyor.profiles
    covers = before if same else Covers(ground.surveyor, before.variants)
    _, question = _asked(ground, programme.costs, programme.allowed, covers, known)
    return question, _answer(ground, question, begin=frozenset(programme.answer.year_of), in_order=False)


def _asked(
    ground: Ground,
    costs: CostFile | None,
    allowed: Allowed,
    covers: Covers,
    known: Mapping[str, Wanted] = MappingProxyType({}),
) -> tuple[tuple[Wanted, ...], Question]:
    wanted: tuple[Wanted, ...] = ()
    if ground.plan is not None:
        wanted = wanted_targets(
            ground.plan,
            ground.ask,
            variants=covers.variants,
            before=ground.evidence,
            demand=ground.study.demand,
            known=known,
        )
    return wanted, _question(ground, costs, allowed, wanted, covers)


def _answer(
    ground: Ground, question: Question, *, begin: frozenset[int] = frozenset(), in_order: bool = True
) -> Answer:
    ask = ground.ask
    aims = ground.aims
    search = Search(
        gap=ask.gap,
        time_limit_s=ask.time_limit_s,
        seed=ground.scenario.seed,
        cancel=aims.cancel,
        progress=aims.progress,
    )
    if ground.new is not None:
        return most_people(question, ground.new, search)
    return answer(question, then=ask.then, search=search, aims=aims.first, begin=begin, in_order=in_order)


def _candidates(ground: Ground, problems: Problems) -> Candidates | None:
    ask = ground.ask
    types = tuple(dict.fromkeys(offer.type for offer in ask.open))
    if not types and not ask.move:
        return None
    standing = ground.facilities_in(ask.years[0], ())
    moving = standing.table["layer"].isin([move.layer for move in ask.move]).to_numpy()
    types += tuple(
        t for t in dict.fromkeys(standing.table["type"][moving]) if isinstance(t, str) and t not in types
    )
    standards = {standard.key: standard for standard in ground.scenario.standards}

    def uncovered(key: str, group: str) -> BoolArray:
        del group
        return ~ground.surveyor.measure(standards[key], standing, ask.years[0]).coverage.covered

    profile_of = {s.layer: s.profile for s in reversed(ground.scenario.standards) if s.method == "network"}
    layer_of = {offer.type: offer.layer for offer in ask.open}

    def on_network(type_: str, x: FloatArray, y: FloatArray) -> BoolArray:
        profile = profile_of.get(layer_of.get(type_, ""))
        if profile is None or ground.surveyor.network is None:
            return np.ones(len(x), dtype=bool)
        return ground.surveyor.snapper(ground.surveyor.profiles[profile]).snap(x, y).on_network

    return make_candidates(
        ask,
        study=ground.study,
        facilities=standing,
        document=ground.document,
        problems=problems,
        types=types,
        standards=tuple(standards),
        uncovered=uncovered,
        year=ask.years[0],
        seed=ground.scenario.seed,
        on_network=on_network,
    )


def _question(
    ground: Ground,
    costs: CostFile | None,
    allowed: Allowed,
    wanted: tuple[Wanted, ...],
    covers: Covers,
) -> Question:
    ask, demand = ground.ask, ground.study.demand
    budgets = ask.budgets if ask.budgets is not None or costs is None else costs.budgets
    inside = demand.inside & (demand.unit != OUTSIDE)
    aims = tuple(
        PeopleAim(standard, standard.groups[0], np.where(inside, demand.people[standard.groups[0]], 0.0))
        for standard in ground.scenario.standards
        if not ask.standards or standard.key in ask.standards
    )
    return Question(
        actions=allowed.actions,
        years=ask.years,
        budgets=None if budgets is None or not ask.limit_budgets else dict(budgets),
        carry_over=ask.carry_over,
        requirements=requirements_of(wanted),
        aims=aims,
        covers=covers,
        exclusive=allowed.exclusive,
        sharing=allowed.sharing,
    )
