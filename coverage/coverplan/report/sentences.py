"""Sentences that a director reads first, made from the numbers of a result."""

from __future__ import annotations

from collections import Counter
from typing import Any

from coverplan.report.labels import Labels, first_group
from coverplan.report.tables.coverage import street_level
from coverplan.report.tables.plan import records, verdict_counts
from coverplan.results.cautions import alarms, computable, people_note
from coverplan.results.result import Result
from coverplan.results.whole_people import stage_share

#: Verdicts of targets of which nobody can say whether they are met.
UNJUDGED = frozenset({"cannot_be_judged", "report_only"})
MOST_NAMES = 3


def headline(result: Result) -> tuple[str, str] | None:
    """Standard and group that stand for the whole: the scenario's first one, and the elderly before all.

    None for a study of ledgers alone, which has no standards.
    """
    if not result.summary["standards"]:
        return None
    standard = result.summary["standards"][0]
    return standard["key"], first_group(standard["groups"])


def three_sentences(result: Result, labels: Labels) -> tuple[str, ...]:
    """Who is served, how far the plan is, and where the gap is largest."""
    first = headline(result)
    if first is None:
        place = labels.title(result.summary["study"]["name"])
        return labels("sentence.no_reach", place=place), _plan(result, labels), _short_most(result, labels)
    planned = _plan(result, labels) if "gaps" in result.tables else _spread(result, labels, *first)
    if not computable(result, first[0]):
        return served(result, labels, *first), planned
    return served(result, labels, *first), planned, _where(result, labels, *first)


def served(result: Result, labels: Labels, key: str, group: str) -> str:
    """How many people of a group are within a standard."""
    standard = _standard(result, key)
    people = standard["people"][group]
    words, place = labels.words, labels.title(result.summary["study"]["name"])
    if not computable(result, key):
        layer = labels.layer_within(standard["layer"])
        return labels("sentence.not_computable", place=place, group=labels.group(group), layer=layer)
    return labels(
        "sentence.served_ahead" if labels.tense.projected else "sentence.served",
        when=labels.tense.label(words),
        before=_before(people, labels),
        place=place,
        group=labels.group(group),
        people=words.number(people["people"]),
        covered=words.number(people["covered"]),
        share=words.share(people["share"]),
        uncovered=words.number(people["people"] - people["covered"]),
        minutes=f"{standard['minutes']:g}",
        profile=words.name_of("profile", standard["profile"]["name"]),
        layer=labels.layer_within(standard["layer"]),
    )


def _before(people: dict[str, Any], labels: Labels) -> str:
    """What the share is at present and without new action, where the result knows it."""
    stages = (("present", "covered_present"), ("without", "covered_before"))
    told = {name: stage_share(people, column) for name, column in stages}
    shares = {name: labels.words.share(share) for name, share in told.items() if share is not None}
    if len(shares) == 2:
        return labels("sentence.before_three", **shares)
    if "present" in shares:
        return labels("sentence.before_two", **shares)
    return labels("sentence.before_without", **shares) if shares else ""


def warnings(result: Result, labels: Labels) -> list[str]:
    """What must stand at the top of every page that shows the numbers (R3)."""
    statement, note = labels.tense.statement(labels.words), people_note(result, labels.words)
    return [
        *([] if statement is None else [statement]),
        *alarms(result, labels.words, labels.standard),
        *([] if note is None else [note]),
    ]


def _plan(result: Result, labels: Labels) -> str:
    counts = verdict_counts(result)
    parts = [
        labels("sentence.verdict", verdict=labels(f"verdict.{verdict}"), count=count)
        for verdict, count in counts.items()
        if count
    ]
    binding = [row for row in records(result, "gaps") if row["attribute"] == "binding"]
    open_ones = [row for row in binding if row["verdict"] in {"not_met", "behind"}]
    judged = labels(
        "sentence.plan_ahead" if labels.tense.projected else "sentence.plan",
        when=labels.tense.label(labels.words),
        plan=labels.title((result.summary.get("plan") or {}).get("names")) or labels("the_plan"),
        count=sum(counts.values()),
        verdicts=labels.names(parts),
    )
    return judged + _binding(binding, len(open_ones), labels)


def _binding(binding: list[dict[str, Any]], behind: int, labels: Labels) -> str:
    """How many binding targets are open; none is said to be met because it cannot be judged (R8)."""
    if not binding:
        return ""
    rest = sum(row["verdict"] in {"cannot_be_judged", "report_only"} for row in binding)
    if rest == len(binding):
        return labels("sentence.binding_none", count=rest)
    if not rest:
        return labels("sentence.binding", count=len(binding), open=behind)
    return labels(
        "sentence.binding_some", count=len(binding), judged=len(binding) - rest, open=behind, rest=rest
    )


def _spread(result: Result, labels: Labels, key: str, group: str) -> str:
    standard = _standard(result, key)
    spread = standard["distribution"][group]
    if not spread["people"]:
        place = labels.title(result.summary["study"]["name"])
        return labels("sentence.nobody", place=place, group=labels.group(group))
    return labels(
        "sentence.spread_everybody" if group == "total" else "sentence.spread",
        group=labels.group(group),
        half=_within(spread, "p50", "half", labels),
        most=_within(spread, "p90", "most", labels),
        twice=labels.words.number(standard["people"][group]["covered_twice"]),
    )


def _within(spread: dict[str, Any], column: str, part: str, labels: Labels) -> str:
    """In which time a part of all people reaches a facility, or that it is more than was searched."""
    if spread[column] is None:
        return labels(f"sentence.{part}_beyond", minutes=f"{spread['searched_minutes']:g}")
    return labels(f"sentence.{part}_within", minutes=labels.words.number(spread[column], 1))


def _where(result: Result, labels: Labels, key: str, group: str) -> str:
    types = street_level(result)
    if types is None:
        return _off_the_street(result, labels, key, group)
    lowest = result.worst_units(key, group, types)
    rows = lowest.to_dict("records")
    if not rows:
        return _off_the_street(result, labels, key, group)
    # the better half is never called the lowest
    named = min(MOST_NAMES, max(1, len(rows) // 2))
    most = max(rows, key=lambda row: (row["people"] - row["covered"], row["unit_code"]))
    return labels(
        "sentence.where_ahead" if labels.tense.projected else "sentence.where",
        level=labels.level(types),
        lowest=labels.names([_shared(row, labels) for row in rows[:named]]),
        most=most["unit_name"],
        uncovered=labels.words.number(most["people"] - most["covered"]),
    )


def _off_the_street(result: Result, labels: Labels, key: str, group: str) -> str:
    people = _standard(result, key)["people"][group]
    return labels(
        "sentence.left",
        uncovered=labels.words.number(people["uncovered"]),
        off_network=labels.words.number(people["off_network"]),
    )


def _short_most(result: Result, labels: Labels) -> str:
    """Units that fall short of most targets, ties in code order."""
    rows = [row for row in records(result, "shortfall") if row["state"] == "short"]
    counts = Counter((row["code"], row["name"]) for row in rows)
    if not counts:
        return labels("sentence.nobody_short")
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_NAMES]
    if most[0][1] == 1:
        alone = labels.names([name for (_, name), _ in most])
        some = labels("sentence.and_others", some=alone) if len(counts) > len(most) else alone
        judged = {row["target_id"] for row in records(result, "gaps") if row["verdict"] not in UNJUDGED}
        key = "short_once" if any(row["target_id"] in judged for row in rows) else "short_unjudged"
        return labels(f"sentence.{key}", units=len(counts), some=some)
    named = [labels("sentence.with_count", name=name, count=count) for (_, name), count in most]
    return labels("sentence.short_most", units=len({code for code, _ in counts}), most=labels.names(named))


def _shared(row: dict[Any, Any], labels: Labels) -> str:
    return labels("sentence.with_share", name=row["unit_name"], share=labels.words.share(row["share"]))


def _standard(result: Result, key: str) -> dict[str, Any]:
    return next(standard for standard in result.summary["standards"] if standard["key"] == key)
