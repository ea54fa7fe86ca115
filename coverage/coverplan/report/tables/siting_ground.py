"""Tables of what a siting answer rests on: candidates, variants, the price of more, the steps of the proof."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from coverplan.report.content import Column, Row, Table, Value
from coverplan.report.labels import Labels
from coverplan.report.tables.plan import name_of, records
from coverplan.report.tables.siting import currency, rows_of
from coverplan.results.chosen import chosen_actions, question_of, reason_words
from coverplan.results.result import Result

#: A word and a change with its sign, such as ``speed-10``.
_VARIANT = re.compile(r"([a-z_]+)([+-][0-9.]+)")
#: Steps that count people.
PEOPLE_STEPS = frozenset({"most_people", "best_order"})
#: Source under which options of action are counted that are no candidates.
OFFERS = "offers"
#: Actions that a page lists under every variant; of more it lists those that are not chosen everywhere.
MOST_ON_PAGE = 24


def candidates(result: Result, labels: Labels) -> Table:
    """How many candidates each source made, and why some of them may not be used (R10); they add up to all."""
    found = [row for row in records(result, "siting_candidates") if row["source"] != OFFERS]
    return _counted("siting_candidates", found, labels, total=True)


def offers(result: Result, labels: Labels) -> Table:
    """Options of action that were never looked at, by reason; they are no candidates."""
    found = [row for row in records(result, "siting_candidates") if row["source"] == OFFERS]
    return _counted("siting_offers", found, labels, total=False)


def _counted(key: str, found: list[dict[str, Any]], labels: Labels, *, total: bool) -> Table:
    columns = (
        Column("source", labels(f"column.{key}_source"), width=24),
        Column("reason", labels(f"column.{key}_reason"), width=36),
        Column("count", labels(f"column.{key}_count"), "people", width=11),
    )
    words: Mapping[str, Callable[[Any], Value]] = {
        "source": lambda source: labels.words.name_of("candidate_source", source),
        "reason": lambda reason: reason_words(reason, labels.words),
    }
    rows = rows_of([{**row, "reason": row["reason"] or ""} for row in found], columns, words)
    if rows and total:
        rows += (Row((labels("total"), None, sum(row["count"] for row in found)), "total"),)
    return Table(key, labels(f"table.{key}"), columns, rows)


def robustness(result: Result, labels: Labels) -> Table:
    """A row for each action, a column for each variant, and how often it is chosen."""
    chosen: dict[str, dict[str, bool]] = {}
    for row in records(result, "siting_robustness"):
        chosen.setdefault(row["action_id"], {})[row["variant"]] = bool(row["chosen"])
    variants = list(dict.fromkeys(variant for own in chosen.values() for variant in own))
    names = {a.action_id: a.title(labels.type(a.type), labels.words) for a in chosen_actions(result)}
    rows = [
        Row(
            (
                action_id,
                names.get(action_id),
                labels("siting.times", count=sum(own.values()), all=len(own)),
                *(labels("siting.chosen_yes") if own.get(variant) else None for variant in variants),
            ),
            tones={variant: "good" for variant in variants if own.get(variant)},
        )
        for action_id, own in chosen.items()
    ]
    columns = (
        Column("action_id", labels("column.action_id"), "code", width=7),
        Column("name", labels("column.facility_name"), width=24),
        Column("times", labels("column.chosen_times"), width=9),
        *(Column(variant, variant_name(variant, result, labels), width=9) for variant in variants),
    )
    return Table("siting_robustness", labels("table.siting_robustness"), columns, tuple(rows))


def on_page(table: Table, result: Result, labels: Labels) -> Table:
    """Of the actions under each variant those that are not chosen everywhere; the others are counted below."""
    stays = [often == of for often, of in survival(result).values()]
    if len(table.rows) <= MOST_ON_PAGE or not any(stays) or all(stays):
        return table
    rows = tuple(row for row, kept in zip(table.rows, stays, strict=True) if not kept)
    return replace(table, rows=rows, note=labels("siting.stay_in_all", count=sum(stays)))


def variants(result: Result, labels: Labels) -> Table:
    """Actions and cost under each variant, the answer itself first."""
    siting = question_of(result)
    found = records(result, "siting_variants")
    rows = []
    if siting is not None and found:
        own = None if siting["cost"]["unknown"] else siting["cost"]["total"]
        met = labels("no" if siting["relaxed"] else "yes")
        rows.append(Row((labels("siting.as_asked"), met, siting["actions"], own)))
    rows += [
        Row(
            (
                variant_name(row["variant"], result, labels),
                labels("yes" if row["met"] else "no"),
                int(row["actions"]),
                row["cost"],
            )
        )
        for row in found
    ]
    columns = (
        Column("variant", labels("column.variant"), width=26),
        Column("met", labels("column.met_all"), width=14),
        Column("actions", labels("column.action_count"), "people", width=9),
        Column("cost", labels("column.cost"), "value", currency(result, labels), 11),
    )
    return Table("siting_variants", labels("table.siting_variants"), columns, tuple(rows))


def survival(result: Result) -> dict[str, tuple[int, int]]:
    """Under how many of how many variants each action is chosen, by its number."""
    found: dict[str, list[bool]] = {}
    for row in records(result, "siting_robustness"):
        found.setdefault(row["action_id"], []).append(bool(row["chosen"]))
    return {action_id: (sum(chosen), len(chosen)) for action_id, chosen in found.items()}


def variant_name(code: str, result: Result, labels: Labels) -> str:
    """What was varied, and by how much: from the scenario, else as its name says, such as ``speed-10``."""
    scenario = result.manifest.get("parameters", {}).get("scenario", {})
    asked = {one["name"]: one for one in ((scenario.get("siting") or {}).get("robustness") or ())}
    told = list(_changes(asked[code], labels)) if code in asked else []
    if told:
        return labels.names(told)
    found = _VARIANT.fullmatch(code)
    if found is None:
        return code
    return f"{labels.words.name_of('report.siting_variant', found[1])} {found[2].replace('-', '−')}"


def _changes(variant: Mapping[str, Any], labels: Labels) -> Iterator[str]:
    for name in ("speed", "minutes"):
        if variant[name] != 1:
            yield labels(f"siting_change.{name}", percent=_percent(variant[name]))
    for code, factor in variant["people"].items():
        yield labels("siting_change.people", unit=labels.unit(code), percent=_percent(factor))


def _percent(factor: float) -> str:
    change = round(100 * (factor - 1), 1)
    return f"{'+' if change > 0 else '−'}{abs(change):g}%"


def frontier(result: Result, labels: Labels) -> Table:
    """Least cost of each step of a target."""
    unit = currency(result, labels)
    named = {row["target_id"]: name_of(row, labels) for row in records(result, "siting_targets")}
    found = [{**row, "name": named.get(row["target_id"])} for row in records(result, "siting_frontier")]
    columns = (
        Column("target_id", labels("column.target_id"), "code", width=9),
        Column("name", labels("column.indicator"), width=28),
        Column("value", labels("column.target_value"), "value", width=10),
        Column("cost", labels("column.cost"), "value", unit, 11),
        Column("bound", labels("column.bound"), "value", unit, 11),
        Column("actions", labels("column.action_count"), "people", width=9),
        Column("status", labels("column.status_of"), width=24),
    )
    words: Mapping[str, Callable[[Any], Value]] = {"status": lambda status: labels(f"siting_step.{status}")}
    return Table("siting_frontier", labels("table.siting_frontier"), columns, rows_of(found, columns, words))


def stages(result: Result, labels: Labels) -> Table:
    """Steps of the solution: what was sought, what was reached, and how much better anything could be."""
    siting = question_of(result)
    columns = (
        Column("name", labels("column.stage"), width=24),
        Column("sense", labels("column.sense"), width=16),
        Column("measure", labels("column.measure"), width=12),
        Column("value", labels("column.stage_value"), "value", width=14),
        Column("bound", labels("column.stage_bound"), "value", width=14),
        Column("gap", labels("column.optimality_gap"), width=10),
    )
    words: Mapping[str, Callable[[Any], Value]] = {
        "name": lambda name: labels(f"siting_stage.{name}"),
        "sense": lambda sense: labels(f"siting_sense.{sense}"),
        # with the digits of the sentence that speaks of it
        "gap": lambda gap: None if gap is None else labels.words.share(gap, 2),
    }
    found = [] if siting is None else [_stage(stage, result, labels) for stage in siting["stages"]]
    rows = rows_of(found, columns, words)
    return Table("siting_stages", labels("table.siting_stages"), columns, rows, even="rows")


def _stage(stage: Mapping[str, Any], result: Result, labels: Labels) -> dict[str, Any]:
    """A step with its unit; people and actions are whole, nobody is served by halves."""
    if stage["name"] == "least_cost":
        return {**stage, "measure": currency(result, labels)}
    figures = {name: stage[name] for name in ("value", "bound")}
    if stage["name"] in PEOPLE_STEPS:
        figures = {name: None if figure is None else round(figure) for name, figure in figures.items()}
    share = stage["name"] == "least_shortfall"  # counted in shares, which have no unit
    return {**stage, **figures, "measure": "" if share else labels(f"siting_stage_unit.{stage['name']}")}


def all_tables(result: Result, labels: Labels) -> tuple[Table, ...]:
    """Every one of these tables, for a workbook; none without siting."""
    if question_of(result) is None:
        return ()
    makers = (candidates, offers, robustness, variants, frontier, stages)
    return tuple(make(result, labels) for make in makers)
