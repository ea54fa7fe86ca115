"""What is missing, as a letter to each department that can supply it, with the facilities and units named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from coverplan.report.cellformat import absent
from coverplan.report.content import Column, Row, Table
from coverplan.report.labels import MOST_UNSURE, Labels
from coverplan.report.outline import Outline
from coverplan.report.tables.plan import open_questions, reason_detail, records, whole
from coverplan.results.result import Result
from coverplan.vocabulary import LEVELS

#: Who keeps what is told by its layer or type: the first of these that a request names.
OF_THINGS: Mapping[str, str] = {
    "households": "statistics",
    "civic.community_centre": "communities",
    "civic.volunteer_point": "communities",
    "civic.lottery_outlet": "lottery",
    "civic.mental_health": "health",
    "civic": "social_affairs",
    "elder_care": "elder_care",
    "child_protection": "children",
    "social_work": "social_work",
    "cemetery": "social_affairs",
}
#: Who keeps it where no layer is named, by what is missing.
OF_REASONS: Mapping[str, str] = {
    "missing_units": "boundaries",
    "roster": "boundaries",
    "missing_people": "statistics",
    "missing_estates": "housing",
    "missing_reach": "natural_resources",
    "missing_standard": "planners",
    "missing_population_base": "planners",
    "missing_denominator": "statistics",
    "no_number": "planners",
    "no_target_year": "planners",
    "no_tolerance": "planners",
    "no_base": "planners",
}
#: Departments in the order of the letter.
ORDER = (
    "elder_care",
    "children",
    "social_work",
    "social_affairs",
    "communities",
    "lottery",
    "boundaries",
    "health",
    "statistics",
    "housing",
    "natural_resources",
    "business",
    "planners",
)


#: What a ledger holds is told once for all of them.
_ASKS: Mapping[str, str] = {"missing_layer": "letter.ask_layer"}


@dataclass(slots=True)
class Request:
    """One thing to ask for: reason and thing, the targets that wait for it, and the facilities and units concerned."""

    reason: str
    what: str
    targets: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    everyone: int = 0


def department(reason: str, what: str) -> str:
    """Key of the department that keeps what is missing."""
    for name, keeper in OF_THINGS.items():
        if what == name or what.startswith((f"{name}.", f"{name}|")):
            return keeper
    return OF_REASONS.get(reason, "business")


def requests_of(result: Result) -> dict[str, list[Request]]:
    """What to ask for by department, in the order of `ORDER` and of the plan."""
    asked: dict[tuple[str, str, str], Request] = {}
    for row in records(result, "gaps"):
        for reason, what in open_questions(row):
            keeper = department(reason, _thing(reason, what, row, result))
            one = asked.setdefault((keeper, reason, what), Request(reason, what))
            one.targets.append(str(row["target_id"]))
            names = [str(name) for name in row["unsure"]]
            nothing_known = absent(row["present"]) and len(names) == whole(row["unknown"])
            if len(names) > 1 and (nothing_known or len(names) == whole(row["listed"])):
                one.everyone = max(one.everyone, len(names))
            else:
                one.named += [name for name in names if name not in one.named]
    found: dict[str, list[Request]] = {keeper: [] for keeper in ORDER}
    for (keeper, _, _), one in asked.items():
        found[keeper].append(one)
    return {keeper: some for keeper, some in found.items() if some}


def _thing(reason: str, what: str, row: Mapping[str, Any], result: Result) -> str:
    """What is missing, by the name that tells its keeper; a column of a ledger is its ledger's."""
    column = reason == "missing_attribute" and what not in OF_THINGS and "." not in what
    return _thing_of(row, result) if column or not what else what


def _thing_of(row: Mapping[str, Any], result: Result) -> str:
    """Layer of a target; of communities and villages it asks for their centres, whose keeper is another."""
    layer = str(row.get("layer") or "")
    if layer == "civic" and str(row["method"]).startswith("area_per_100_households/"):
        return "civic.community_centre"
    if layer != "civic" or not row["unsure"]:
        return layer
    types = {unit["name"]: unit["type"] for unit in result.summary["units"]}
    communities = all(types.get(name) in LEVELS[-1] for name in row["unsure"])
    return "civic.community_centre" if communities else layer


def letter(result: Result, labels: Labels, outline: Outline) -> None:
    """Add the letter, where anything is missing."""
    found = requests_of(result)
    if not found:
        return
    outline.section("requests")
    plan = labels.title((result.summary.get("plan") or {}).get("names")) or labels("the_plan")
    outline.say(labels("letter.to", departments=labels.names([labels(f"department.{one}") for one in found])))
    outline.say(labels("letter.why", plan=plan, count=sum(len(some) for some in found.values())))
    for keeper, some in found.items():
        outline.add(_table(keeper, some, labels))
    if any(one.reason == "missing_layer" for some in found.values() for one in some):
        outline.say(labels("letter.ledger"), "note")
    outline.say(labels("letter.thanks"))
    for line in head_lines(result, labels):
        outline.say(line, "close")


def head_lines(result: Result, labels: Labels) -> tuple[str, ...]:
    """Office, contact and date as the scenario gives them; what it does not give has no line."""
    given = result.summary["scenario"].get("report") or {}
    told = {name: labels.title(given[name]) for name in ("office", "contact") if given.get(name)}
    if given.get("date"):
        told["date"] = labels.day(given["date"])
    return tuple(
        labels("fact_line", name=labels(f"fact.{name}"), value=value) for name, value in told.items()
    )


def _table(keeper: str, some: list[Request], labels: Labels) -> Table:
    rows = [
        Row(
            (
                place,
                labels(_ASKS.get(one.reason, f"ask.{one.reason}"), what=reason_detail(one.what, labels)),
                _concerned(one, labels),
                labels.names(one.targets),
                "",  # room for an answer, which is not the same as an unknown one
            )
        )
        for place, one in enumerate(some, start=1)
    ]
    columns = (
        Column("no", labels("column.no"), "year", width=5),
        Column("ask", labels("column.ask"), width=30),
        Column("named", labels("column.concerned"), width=25),
        Column("targets", labels("column.for_targets"), width=16),
        Column("answer", labels("column.answer"), width=13),
    )
    caption = labels("table.requests_of", department=labels(f"department.{keeper}"))
    return Table(f"requests_{keeper}", caption, columns, tuple(rows))


def _concerned(one: Request, labels: Labels) -> str | None:
    """Facilities and units of which something is not known; the whole roster in one word."""
    told = [labels("all_unknown", count=one.everyone)] if one.everyone else []
    named = labels.some(one.named, MOST_UNSURE)
    return labels("clause").join([*told, *([] if named is None else [named])]) or None
