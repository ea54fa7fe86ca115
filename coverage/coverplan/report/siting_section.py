"""The section on where to build next, and what of it stands on the pages of units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from coverplan.report.content import Block, Bullets, Figure, Gallery, Paragraph
from coverplan.report.drawings.frontier_chart import frontier_chart
from coverplan.report.labels import Labels
from coverplan.report.outline import Outline
from coverplan.report.siting_sentences import SitingSentences
from coverplan.report.tables import siting as tables_siting
from coverplan.report.tables import siting_ground, siting_money
from coverplan.report.tables.plan import name_of, records
from coverplan.results.chosen import question_of
from coverplan.results.result import Result

#: Actions whose paragraphs fill a page or two at most.
FEW_ACTIONS = 12


def siting_section(result: Result, labels: Labels, outline: Outline) -> None:
    """Add the section, where the run had a siting question."""
    siting = question_of(result)
    if siting is None:
        return
    sentences = SitingSentences(result, labels)
    outline.section("siting", wide=True)
    for sentence in sentences.three():
        outline.say(sentence, "lead")
    for sentence in sentences.costs():
        outline.say(sentence, "warning" if siting["question"]["synthetic_costs"] else "note")
    _answer(result, labels, outline, sentences)
    _sites(labels, outline, sentences)
    _ground(result, labels, outline, siting)


def unit_actions(result: Result, labels: Labels, unit: Mapping[str, Any]) -> Iterator[Block]:
    """What the siting answer has for one unit; nothing where the run had no such question."""
    if question_of(result) is None:
        return
    table = tables_siting.of_unit(result, labels, unit)
    yield table if table.rows else Paragraph(labels("siting.not_here"), "note")


def _answer(result: Result, labels: Labels, outline: Outline, sentences: SitingSentences) -> None:
    """Actions, money and targets."""
    actions = tables_siting.actions(result, labels, by_year=True)
    if actions.rows:
        outline.part("siting_actions", labels("part.siting_actions"))
        outline.add(tables_siting.on_page(actions))
    choices = sentences.choices(records(result, "siting_choices"))
    if choices:
        outline.part("siting_choices", labels("part.siting_choices"))
        outline.add(Bullets(choices))
    years, people = siting_money.years(result, labels), tables_siting.people(result, labels)
    if years.rows or people.rows:
        outline.part("siting_years", labels("part.siting_years"))
        outline.add(years, siting_money.by_street(result, labels), siting_money.by_type(result, labels))
        outline.add(people, siting_money.value(result, labels))
    targets = tables_siting.targets(result, labels)
    if targets.rows:
        outline.part("siting_targets", labels("part.siting_targets"))
        outline.add(targets)
    conflicts, relaxed = sentences.conflicts(), tables_siting.relaxed(result, labels)
    if conflicts or relaxed.rows:
        outline.part("siting_conflicts", labels("part.siting_conflicts"))
        outline.add(relaxed, Bullets(conflicts) if conflicts else None)


def _sites(labels: Labels, outline: Outline, sentences: SitingSentences) -> None:
    """One paragraph for each action, alike ones in one."""
    if not sentences.actions:
        return
    # paragraphs need no turned pages; a few are not worth two breaks
    if len(sentences.actions) > FEW_ACTIONS:
        outline.turn(wide=False)
    outline.part("siting_sites", labels("part.siting_sites"))
    for group in sentences.groups():
        first, alone = group[0], len(group) == 1
        title = sentences.title(first) if alone else sentences.group_title(group)
        outline.heading(f"action_{first.action_id}", title)
        outline.say(sentences.why(first) if alone else sentences.group_why(group))
    outline.turn(wide=True)


def _ground(result: Result, labels: Labels, outline: Outline, siting: Mapping[str, Any]) -> None:
    """What the answer rests on: candidates, variants, frontier, proof."""
    made = siting["candidates"]
    if made["made"]:
        outline.part("siting_candidates", labels("part.siting_candidates"))
        counts = {name: labels.words.number(made[name]) for name in ("made", "usable")}
        rest = labels.words.number(made["made"] - made["usable"])
        outline.say(labels("siting.candidates", **counts, rest=rest))
        outline.add(siting_ground.candidates(result, labels), siting_ground.offers(result, labels))
        unchecked = [
            labels("siting.not_checked", what=labels.title(one)) for one in made.get("not_checked", ())
        ]
        outline.add(Bullets(tuple(unchecked)) if unchecked else None)
    robustness = siting_ground.on_page(siting_ground.robustness(result, labels), result, labels)
    if robustness.rows:
        outline.part("siting_robustness", labels("part.siting_robustness"))
        outline.say(labels("siting.robustness"), "note")
        outline.add(siting_ground.variants(result, labels), robustness)
    frontier = siting_ground.frontier(result, labels)
    if frontier.rows:
        outline.part("siting_frontier", labels("part.siting_frontier"))
        outline.say(labels("siting.frontier"), "note")
        outline.add(_frontiers(result, labels), frontier)
    stages = siting_ground.stages(result, labels)
    if stages.rows:
        outline.part("siting_proof", labels("part.siting_proof"))
        outline.add(stages)


def _frontiers(result: Result, labels: Labels) -> Gallery | None:
    """A chart for each target of which more than one step has a cost."""
    targets = {row["target_id"]: row for row in records(result, "siting_targets")}
    siting = question_of(result)
    currency = labels.title(siting["question"]["currency"]) if siting is not None else ""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in records(result, "siting_frontier"):
        if row["cost"] is not None:
            found.setdefault(row["target_id"], []).append(row)
    charts = []
    for target_id, rows in found.items():
        if len(rows) < 2:
            continue
        target = targets[target_id]
        caption = labels("figure.siting_frontier", target=target_id, name=name_of(target, labels))
        drawing = frontier_chart(
            rows,
            cost=labels("figure.frontier_cost"),
            bound=labels("figure.frontier_bound"),
            x_name=str(target["measure"]),
            y_name=currency or labels("column.cost"),
        )
        told = labels.names([f"{float(row['value']):g}: {float(row['cost']):g}" for row in rows])
        charts.append(Figure(f"frontier_{target_id}", caption, drawing, f"{caption}: {told}"))
    return Gallery(tuple(charts)) if charts else None
