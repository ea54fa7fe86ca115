"""What a schema cannot see in a plan file: unknown words, impossible numbers, contradictions (R12)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from coverplan.errors import Problem, Problems
from coverplan.plan.kinds import (
    Amount,
    Condition,
    ControlTotal,
    PerPeople,
    ReachQuestion,
    ShareInRange,
    Traits,
)
from coverplan.plan.schema import Plan, Target
from coverplan.text.type_words import near_word
from coverplan.vocabulary import GROUPS, LAYER_TYPES, NUMBER_FIELDS
from coverplan.yamlfile import Document, KeyPath

#: Kinds whose value is a share, in percent, that nothing can exceed.
SHARE_KINDS = frozenset(
    {
        "unit_presence",
        "hierarchical_presence",
        "presence_or_reach",
        "population_within",
        "served_within",
        "facility_share",
        "share_meeting_standard",
        "area_share",
    }
)


@dataclass(frozen=True, slots=True)
class _Words:
    types: Mapping[str, frozenset[str]]
    groups: tuple[str, ...]
    unit_sets: tuple[str, ...]


def check_plan(
    plan: Plan,
    document: Document,
    problems: Problems,
    *,
    own_types: Mapping[str, str],
    own_groups: tuple[str, ...],
) -> None:
    """Write down everything that is wrong with the meaning of a plan file."""
    types = {layer: set(known) for layer, known in LAYER_TYPES.items()}
    for name, layer in own_types.items():
        types.setdefault(layer, set()).add(name)
    words = _Words(
        {layer: frozenset(known) for layer, known in types.items()},
        (*GROUPS, *own_groups),
        tuple(plan.unit_sets),
    )
    problems.extend(_plan_problems(plan, document))
    for position, target in enumerate(plan.targets):
        place: KeyPath = ("targets", position)
        problems.extend(_target_problems(plan, target, document, place))
        problems.extend(_word_problems(target.indicator, words, document, (*place, "indicator")))
    problems.extend(_contradictions(plan, document))


def _plan_problems(plan: Plan, document: Document) -> Iterator[Problem]:
    first, last = plan.horizon
    if last is not None and last < first:
        yield document.problem(
            ("horizon",), "the period ends before it begins", value=plan.horizon, code="range_order"
        )
    for identifier, number in Counter(target.id for target in plan.targets).items():
        if number > 1:
            second = [i for i, target in enumerate(plan.targets) if target.id == identifier][1]
            yield document.problem(
                ("targets", second, "id"),
                "the target stands twice",
                value=identifier,
                code="duplicate_target",
            )
    for name, units in plan.unit_sets.items():
        for code, number in Counter(units.codes or ()).items():
            if number > 1:
                yield document.problem(
                    ("unit_sets", name, "codes"), "a code stands twice", value=code, code="duplicate_code"
                )
    for name in plan.conflicts:
        if sum(target.conflict == name for target in plan.targets) < 2:
            yield document.problem(
                ("conflicts", name),
                "a conflict needs two statements",
                expected="at least two targets that name the group",
                remedy="name it in the targets, or remove it",
                code="lonely_conflict",
            )


def _target_problems(plan: Plan, target: Target, document: Document, place: KeyPath) -> Iterator[Problem]:
    yield from _name_problems(plan, target, document, place)
    yield from _number_problems(target, document, place)
    base, goal = target.base.year, target.goal.year
    if base is not None and goal is not None and goal <= base:
        yield document.problem(
            (*place, "goal", "year"),
            "the target year does not lie after the base year",
            value=goal,
            expected=f"a year after {base}",
            remedy="swap or correct the years",
            code="year_order",
        )
    if target.rule == "maintain" and target.base.value is None:
        yield document.problem(
            (*place, "base"),
            "maintain needs to know what to keep",
            expected="base.value",
            remedy="state the base value, or use another rule",
            code="maintain_without_base",
        )


def _name_problems(plan: Plan, target: Target, document: Document, place: KeyPath) -> Iterator[Problem]:
    if target.conflict is not None and target.conflict not in plan.conflicts:
        yield document.problem(
            (*place, "conflict"),
            "the conflict group is not described",
            value=target.conflict,
            expected="a key of conflicts",
            remedy="describe under conflicts what the statements disagree about",
            code="unknown_conflict",
        )
    for position, finding in enumerate(target.findings):
        if finding not in plan.findings:
            yield document.problem(
                (*place, "findings", position),
                "the finding is not described",
                value=finding,
                expected="a key of findings",
                code="unknown_finding",
            )


def _number_problems(target: Target, document: Document, place: KeyPath) -> Iterator[Problem]:
    goal, rule = target.goal, target.rule
    at: KeyPath = (*place, "goal", "value")
    ranged = rule in {"inside", "at_least_low_end"}
    if goal.high is not None and goal.value is not None and goal.high < goal.value:
        yield document.problem(
            (*place, "goal", "high"),
            "the range is the wrong way round",
            value=f"{goal.value} – {goal.high}",
            expected="the lower end in value, the upper end in high",
            remedy="swap them",
            code="range_order",
        )
    if ranged and (goal.value is None) != (goal.high is None):
        yield document.problem(
            at,
            f"the rule {rule} needs two ends",
            expected="value and high",
            remedy="state both, or use >=",
            code="range_needs_two_ends",
            details={"rule": str(rule)},
        )
    if not ranged and rule not in {"none", "approx"} and goal.high is not None:
        yield document.problem(
            (*place, "goal", "high"),
            f"the rule {rule} knows no upper end",
            value=goal.high,
            expected="inside or at_least_low_end",
            remedy="remove high, or choose a rule for ranges",
            code="contradictory_rule",
        )
    percent = target.indicator.kind == "ratio_of_sums" and target.measure == "%"
    if (percent or target.indicator.kind in SHARE_KINDS) and goal.value is not None:
        beyond = goal.value > 100 or (rule == ">" and goal.value == 100)
        if beyond or goal.value < 0:
            yield document.problem(
                at,
                "no share can satisfy this",
                value=f"{rule} {goal.value} %",
                expected="0 to 100, and less than 100 with >",
                remedy="use >= 100 for every unit",
                code="share_out_of_range",
            )
    if isinstance(target.indicator, ShareInRange) and rule not in {"inside", "none"}:
        yield document.problem(
            (*place, "rule"),
            "sizes are judged by a range",
            value=rule,
            expected="inside",
            code="contradictory_rule",
        )


def _word_problems(model: BaseModel, words: _Words, document: Document, place: KeyPath) -> Iterator[Problem]:
    yield from _own_words(model, words, document, place)
    for name, field in type(model).model_fields.items():
        child: Any = getattr(model, name)
        key = field.alias or name
        if isinstance(child, BaseModel):
            yield from _word_problems(child, words, document, (*place, key))
        elif isinstance(child, tuple):
            for position, item in enumerate(child):
                if isinstance(item, BaseModel):
                    yield from _word_problems(item, words, document, (*place, key, position))


def _own_words(model: BaseModel, words: _Words, document: Document, place: KeyPath) -> Iterator[Problem]:
    unit_set = (
        getattr(model, "within", None) if isinstance(model, Condition) else getattr(model, "units", None)
    )
    if unit_set is not None and unit_set not in words.unit_sets:
        key = "within" if isinstance(model, Condition) else "units"
        yield _unknown(document, (*place, key), "unit set", unit_set, words.unit_sets)
    if isinstance(model, Condition):
        yield from _layer_problems(model, words, document, place)
    if isinstance(model, Traits):
        for name in model.at_least:
            yield from _field_problem(name, document, (*place, "at_least", name))
    field = getattr(model, "field", None)
    if isinstance(field, str):
        yield from _field_problem(field, document, (*place, "field"))
    if isinstance(model, PerPeople | ReachQuestion | ControlTotal) and model.group not in words.groups:
        yield _unknown(document, (*place, "group"), "group", model.group, words.groups)
    if isinstance(model, Amount) and model.facilities is None and model.opened_from is not None:
        yield document.problem(
            (*place, "opened_from"), "a register knows no opening years", code="contradictory_rule"
        )


def _layer_problems(
    condition: Condition, words: _Words, document: Document, place: KeyPath
) -> Iterator[Problem]:
    if condition.layer not in words.types:
        yield _unknown(document, (*place, "layer"), "layer", condition.layer, tuple(words.types))
        return
    known = words.types[condition.layer]
    for position, name in enumerate(condition.types):
        if name not in known:
            yield _unknown(
                document,
                (*place, "types", position),
                "type",
                name,
                tuple(sorted(known)),
            )


def _field_problem(name: str, document: Document, place: KeyPath) -> Iterator[Problem]:
    if name not in NUMBER_FIELDS and not name.startswith("own:"):
        yield _unknown(document, place, "field", name, (*NUMBER_FIELDS, "own:<column>"))


def _unknown(document: Document, place: KeyPath, noun: str, value: str, known: tuple[str, ...]) -> Problem:
    near = near_word(value, known)
    return document.problem(
        place,
        f"the {noun} is unknown",
        value=value,
        expected=f"one of {', '.join(known)}",
        remedy=f"did you mean {near}?" if near else f"correct the {noun}",
        code=f"unknown_{noun.replace(' ', '_')}",
        details={"near": near} if near else {},
    )


def _contradictions(plan: Plan, document: Document) -> Iterator[Problem]:
    """Targets that measure the same thing for the same year and ask for different things of it."""
    same: dict[tuple[str, int | None], list[int]] = defaultdict(list)
    for position, target in enumerate(plan.targets):
        asks = target.goal.value is not None and target.rule not in {"none", "approx"}
        if asks and target.indicator.kind != "reported":
            same[target.indicator.model_dump_json(), target.goal.year].append(position)
    for positions in same.values():
        first = plan.targets[positions[0]]
        for position in positions[1:]:
            other = plan.targets[position]
            if _demand(first) == _demand(other):
                continue
            if first.conflict is None or first.conflict != other.conflict:
                yield document.problem(
                    ("targets", position),
                    "two targets contradict each other",
                    value=f"{other.id}: {other.rule} {other.goal.value}; {first.id}: {first.rule} {first.goal.value}",
                    expected="the same rule and value, or one conflict group for both",
                    remedy="name the same conflict in both targets; nothing is resolved in silence",
                    code="contradiction",
                )


def _demand(target: Target) -> tuple[str, Decimal | None, Decimal | None]:
    return target.rule, target.goal.value, target.goal.high
