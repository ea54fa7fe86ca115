"""Sentences that a director reads first: who gains, which targets turn, what it costs, how far from the best."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from coverplan.comparison.cost import spent
from coverplan.comparison.outcome import Comparison
from coverplan.comparison.regret import SAME_PEOPLE
from coverplan.comparison.side import Side
from coverplan.comparison.wording import Wording
from coverplan.report.labels import first_group
from coverplan.service.cover import WHOLE_AREA

#: Targets that a sentence names; the table has all of them.
MOST_TARGETS = 4
#: What a bound leaves open below this is nobody; bounds are sums of parts of people.
HALF_A_PERSON = 0.5


def headline(comparison: Comparison) -> tuple[str, str] | None:
    """Standard and group that stand for the whole; None where none is compared."""
    for key in comparison.common.standards:
        groups = comparison.common.groups(comparison.sides, key)
        if groups:
            return key, first_group(groups)
    return None


def sentences(comparison: Comparison, other: Side, wording: Wording) -> tuple[str, ...]:
    """What a side does against the first, over all standards; one sentence where they do not differ."""
    first = comparison.sides[0]
    if comparison.same(other.letter):
        return (wording("sentence.same", other=wording.side(other), first=wording.side(first)),)
    asked = headline(comparison)
    people = wording("sentence.no_people") if asked is None else who(comparison, other, wording, *asked)
    # what changes nothing needs no price
    priced = [side for side in (other, first) if side.changed or not first.derived]
    price = wording("and").join(cost_clause(comparison, side, wording) for side in priced)
    far = [regret_sentence(row, wording) for row in _headline_regret(comparison, other, asked)]
    found = [people]
    if comparison.common.people and len(comparison.common.standards) > 1:
        found.append(overall(comparison, first, other, wording))
    return *found, turned(comparison, other, wording), wording.run([price + wording("sentence.stop"), *far])


def between(comparison: Comparison, wording: Wording) -> list[str]:
    """Every two sides that change something, held against each other over all standards."""
    if not comparison.common.people or not comparison.common.standards:
        return []
    changing = [side for side in comparison.others if side.changed]
    return [
        wording("sentence.same", other=wording.side(two), first=wording.side(one))
        if comparison.same(two.letter, one.letter)
        else overall(comparison, one, two, wording)
        for i, one in enumerate(changing)
        for two in changing[i + 1 :]
    ]


def overall(comparison: Comparison, first: Side, other: Side, wording: Wording) -> str:
    """How many people more or fewer a side covers than another, standard by standard, and in how many it covers more."""
    differences = [
        (wording.standard_of(key, group), _difference(comparison.people, key, group, first, other))
        for key in comparison.common.standards
        for group in comparison.common.groups(comparison.sides, key)[:1]
    ]
    told = [
        wording(
            "sentence.overall_more"
            if change > SAME_PEOPLE
            else "sentence.overall_fewer"
            if change < -SAME_PEOPLE
            else "sentence.overall_same",
            standard=name,
            people=wording.people(abs(change)),
        )
        for name, change in differences
    ]
    more = sum(change > SAME_PEOPLE for _, change in differences)
    fewer = sum(change < -SAME_PEOPLE for _, change in differences)
    return wording(
        "sentence.overall",
        other=wording.side(other),
        first=wording.side(first),
        all=len(differences),
        more=more,
        fewer=fewer,
        list=wording("and").join(told),
    )


def _difference(people: pd.DataFrame, key: str, group: str, first: Side, other: Side) -> float:
    row = _whole(people, key, group)
    return float(row[f"covered_{other.letter}"] - row[f"covered_{first.letter}"])


def who(comparison: Comparison, other: Side, wording: Wording, key: str, group: str) -> str:
    """Who gains and who loses."""
    row = _whole(comparison.people, key, group)
    standard = comparison.sides[0].standards[key]
    letter = other.letter
    values = {
        "first": wording.side(comparison.sides[0]),
        "other": wording.side(other),
        "group": wording.labels.group(group),
        "layer": wording.labels.layer_within(standard["layer"]),
        "minutes": f"{standard['minutes']:g}",
        "share_a": wording.words.share(row["share_A"]),
        "share_b": wording.words.share(row[f"share_{letter}"]),
    }
    if not comparison.common.people:
        return wording("sentence.shares", **values)
    values |= {
        "covered_a": wording.people(row["covered_A"]),
        "covered_b": wording.people(row[f"covered_{letter}"]),
    }
    if math.isnan(row[f"gained_{letter}"]):
        return wording("sentence.people_net", **values)
    changed = {
        name: wording.people(row[f"{name}_{letter}"]) for name in ("gained", "lost", "nearer", "farther")
    }
    return wording("sentence.people", **values, **changed)


def turned(comparison: Comparison, other: Side, wording: Wording) -> str:
    """Which targets get another verdict."""
    table = comparison.targets
    if table.empty:
        return wording("sentence.no_targets")
    rows = table[table[f"change_{other.letter}"] != ""].to_dict("records")
    if not rows:
        return wording("sentence.turned_none", all=len(table))
    items = [
        wording(
            "sentence.turned_item",
            name=row[f"name_{wording.language}"],
            before=wording.verdict(row["verdict_A"]),
            after=wording.verdict(row[f"verdict_{other.letter}"]),
        )
        for row in rows[:MOST_TARGETS]
    ]
    named = wording("and").join(items)
    if len(rows) > MOST_TARGETS:
        named = wording("sentence.turned_more", list=named, more=len(rows) - MOST_TARGETS)
    return wording("sentence.turned", all=len(table), count=len(rows), list=named)


def cost_clause(comparison: Comparison, side: Side, wording: Wording) -> str:
    """What a side does and what it costs."""
    actions, known, unknown = spent(comparison.actions, side.letter)
    values = {
        "side": wording.side(side),
        "actions": actions,
        "cost": wording.money(known),
        "unknown": unknown,
    }
    if not actions:
        return wording("sentence.cost_none", **values)
    if not unknown:
        return wording("sentence.cost_known", **values)
    return wording("sentence.cost_unknown" if unknown == actions else "sentence.cost_part", **values)


def _headline_regret(
    comparison: Comparison, other: Side, asked: tuple[str, str] | None
) -> list[dict[Any, Any]]:
    table = comparison.regret.table
    if asked is None or table.empty:
        return []
    chosen = table[(table["standard"] == asked[0]) & (table["means"] == "sites") & table["best"].notna()]
    return chosen[chosen["scenario"].isin(["A", other.letter])].to_dict("records")


def regret_sentence(row: dict[Any, Any], wording: Wording) -> str:
    """How far a side is from the best with as many new sites."""
    values = {
        "side": wording.side(row["scenario"]),
        "layer": wording.layer_of(row["standard"]),
        "sites": wording.people(row["sites"]),
        "covered": wording.people(row["covered"]),
        "best": wording.people(row["best"]),
        "regret": wording.people(row["regret"]),
        "at_most": wording.people(row["at_most"]),
    }
    proven = row["at_most"] - row["regret"] < HALF_A_PERSON
    if row["regret"] > SAME_PEOPLE:
        return wording("sentence.regret_whole" if proven else "sentence.regret", **values)
    return wording("sentence.regret_none" if proven else "sentence.regret_open", **values)


def no_regret(comparison: Comparison, wording: Wording) -> list[str]:
    """Why distance from the best was not asked."""
    return [
        wording(f"no_regret.{reason}", **({} if key == WHOLE_AREA else {"standard": wording.standard(key)}))
        for key, reason in comparison.regret.reasons.items()
    ]


def _whole(people: pd.DataFrame, key: str, group: str) -> dict[Any, Any]:
    rows = people[
        (people["standard"] == key) & (people["group"] == group) & (people["unit_code"] == WHOLE_AREA)
    ]
    return rows.to_dict("records")[0]
