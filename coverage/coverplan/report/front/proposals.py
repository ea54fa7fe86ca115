"""What to do first, from the proposed actions, else from where uncovered people live close together, else from the ledger."""

from __future__ import annotations

from collections.abc import Iterator

from coverplan.report.content import Column, Row, Table
from coverplan.report.labels import Labels
from coverplan.report.sentences import headline
from coverplan.report.tables.plan import name_of, records
from coverplan.report.tables.siting_ground import survival
from coverplan.report.tables.siting_money import in_order
from coverplan.results.chosen import ChosenAction, chosen_actions, money, question_of
from coverplan.results.result import Result

#: Proposals of the first page.
MOST = 3
#: Units that a proposal names.
MOST_NAMED = 6


def proposals(result: Result, labels: Labels) -> Table:
    """The first three things to do and why; one row that says why there are none where nothing can be proposed."""
    found = list(_found(result, labels))[:MOST] or [(_none(result, labels), None)]
    rows = [Row((place, what, why)) for place, (what, why) in enumerate(found, start=1)]
    columns = (
        Column("no", labels("column.no"), "year", width=5),
        Column("what", labels("column.proposal"), width=44),
        Column("why", labels("column.proposal_ground"), width=43),
    )
    return Table("proposals", labels("table.proposals", count=len(found)), columns, tuple(rows))


def _found(result: Result, labels: Labels) -> Iterator[tuple[str, str | None]]:
    if chosen_actions(result):
        yield from _actions(result, labels)
        return
    yield from _clusters(result, labels)
    yield from _units(result, labels)


def _actions(result: Result, labels: Labels) -> Iterator[tuple[str, str]]:
    siting, stays = question_of(result), survival(result)
    assert siting is not None  # actions come from a question
    for action in in_order(result)[:MOST]:
        cost = money(action.cost, siting, labels.words)
        told = [labels("proposal.cost", cost=cost)]
        if action.people_reached:
            told.append(labels("proposal.reached", people=labels.words.number(action.people_reached)))
        if action.targets:
            told.append(labels("proposal.targets", targets=labels.names(action.targets)))
        often, of = stays.get(action.action_id, (0, 0))
        if of:
            told.append(labels("proposal.stays", count=often, all=of))
        yield _named(action, labels), labels("clause").join(told)


def _named(action: ChosenAction, labels: Labels) -> str:
    name = action.title(labels.type(action.type), labels.words)
    return labels(
        "proposal.action",
        id=action.action_id,
        year=action.year,
        action=labels.words.name_of("siting_action", action.action),
        name=name,
        type=labels.type(action.type),
        where=action.where if action.public else (action.street_name or action.unit_name or ""),
    )


def _clusters(result: Result, labels: Labels) -> Iterator[tuple[str, str]]:
    """Places where most people of the first standard's group live close together and are not covered."""
    first = headline(result)
    if first is None:
        return
    key, group = first
    layer = next(s["layer"] for s in result.summary["standards"] if s["key"] == key)
    rows = [row for row in records(result, "clusters") if (row["standard"], row["group"]) == first]
    rows.sort(key=lambda row: (-row["people"], row["cluster"]))
    for row in rows[:MOST]:
        place = {"unit": row["unit_name"] or "", "street": row["street"] or ""}
        form = "proposal.cluster" if row["street"] else "proposal.cluster_bare"
        why = labels(
            "proposal.uncovered", people=labels.words.number(row["people"]), group=labels.group(group)
        )
        yield labels(form, layer=labels.layer_within(layer), **place), why


def _units(result: Result, labels: Labels) -> Iterator[tuple[str, str]]:
    """Targets that are not met, those with most units short first: what to do is to bring these units up."""
    short: dict[str, list[str]] = {}
    for row in records(result, "shortfall"):
        if row["state"] == "short":
            short.setdefault(row["target_id"], []).append(str(row["name"]))
    rows = [row for row in records(result, "gaps") if row["target_id"] in short]
    rows = [row for row in rows if row["verdict"] in {"not_met", "behind"}]
    rows.sort(
        key=lambda row: (row["attribute"] != "binding", -len(short[row["target_id"]]), row["target_id"])
    )
    for row in rows:
        names = labels.some(short[row["target_id"]], MOST_NAMED) or ""
        why = labels("proposal.target", id=row["target_id"], name=name_of(row, labels))
        yield labels("proposal.units", names=names), why


def _none(result: Result, labels: Labels) -> str:
    """Why nothing can be proposed."""
    gaps = records(result, "gaps")
    unknown = sum(row["verdict"] == "cannot_be_judged" for row in gaps)
    if unknown:
        return labels("proposal.unknown", count=unknown, all=len(gaps))
    return labels("proposal.nothing" if gaps or question_of(result) is not None else "proposal.not_asked")
