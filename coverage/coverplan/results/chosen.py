"""What a run's siting chose, read from its result: actions in order, and the sentences that every output says of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import pandas as pd

from coverplan.results.result import Result
from coverplan.text.words import Words, times_unit

#: Kinds of action in the order in which they are counted.
ACTIONS = ("open", "upgrade", "expand", "move", "share", "close")
#: Ids of new facilities that were made for them, such as ``new:day_care:vacant:7``: nobody calls them so.
MADE = "new:"
#: Ends of ids of places along streets: ``streets:7``, ``new:day_care:streets:7``.
_ALONG_STREETS = re.compile(r"(?:^|:)streets:[^:]+$")
_LISTS = frozenset({"targets", "serves"})


@dataclass(frozen=True, slots=True)
class ChosenAction:
    """One row of the table ``actions``; None for what is unknown, withheld or does not apply.

    Parameters
    ----------
    action_id, year, action, layer, type
        Its number, the year in which it is there, and what is done to which type.
    facility, name, site
        Id in the ledger after the change, name, and the candidate.
    unit_code, unit_name, street_code, street_name
        Deepest unit, and the street or town above it.
    beds, nursing_beds, floor_area_m2
        What it offers afterwards.
    cost, saving
        In the study's currency; the saving is by shared premises.
    shared_with
        Facility whose premises it shares.
    people_reached, people_needed
        People newly within reach, and those who would be lost without it.
    targets, serves
        Targets that fail without it, and those that it helps.
    public
        False where its place must not be shown.
    number
        Number of its candidate, where another action of the list has the same name in the same unit.
    """

    action_id: str
    year: int
    action: str
    layer: str
    type: str
    facility: str | None
    name: str | None
    site: str | None
    unit_code: str | None
    unit_name: str | None
    street_code: str | None
    street_name: str | None
    beds: float | None
    nursing_beds: float | None
    floor_area_m2: float | None
    cost: float | None
    saving: float | None
    shared_with: str | None
    people_reached: float | None
    people_needed: float | None
    targets: tuple[str, ...]
    serves: tuple[str, ...]
    public: bool
    number: str | None = None

    @property
    def where(self) -> str:
        """Street or town and the unit in it; empty where neither is known."""
        return " ".join(dict.fromkeys(name for name in (self.street_name, self.unit_name) if name))

    def title(self, type_name: str, words: Words) -> str:
        """Name of the facility, else its id, else its type and unit; the last for protected ones."""
        known = None
        if self.public and self.name:
            known = place_title(self.name, self.site, words)
            if self.number:
                known = words("report.siting.place", source=known, id=self.number)
        elif self.public and self.facility and not self.facility.startswith(MADE):
            known = self.facility
        return known or words("siting_page.unnamed", type=type_name, unit=self.unit_name or "")


def place_title(name: str, site: str | None, words: Words) -> str:
    """Name of a place by the id of its candidate, or of the facility that it becomes.

    A place along a street has the street's name, which is not yet that of a facility.
    """
    along = site is not None and _ALONG_STREETS.search(site)
    return words("siting_page.by_street", street=name) if along else name


def chosen_actions(result: Result) -> tuple[ChosenAction, ...]:
    """Every chosen action in the order of the table; none for a result without siting."""
    table = result.tables.get("actions")
    if table is None:
        return ()
    return _told_apart([_action(row) for row in table.to_dict("records")])


def _told_apart(actions: Sequence[ChosenAction]) -> tuple[ChosenAction, ...]:
    """The actions, those with the number of their candidate of which another place of the unit has the same name."""
    sites: dict[tuple[str | None, str | None], set[str]] = {}
    for one in actions:
        if one.public and one.name and one.site:
            sites.setdefault((one.name, one.unit_code), set()).add(one.site)
    return tuple(
        replace(one, number=one.site.rpartition(":")[2])
        if one.site and len(sites.get((one.name, one.unit_code), ())) > 1
        else one
        for one in actions
    )


def question_of(result: Result) -> Mapping[str, Any] | None:
    """What ``result.json`` says of the siting, None for a result without."""
    found: Mapping[str, Any] | None = result.summary.get("siting")
    return found


def status_words(siting: Mapping[str, Any], words: Words) -> str:
    """How good the answer is, in a few words."""
    return words(f"siting_status.{siting['status']}", gap=words.share(largest_gap(siting), 2))


def standing(siting: Mapping[str, Any], words: Words) -> str:
    """How good the answer is, and that its costs are invented where they are (R14)."""
    told = [status_words(siting, words)]
    if siting["question"]["synthetic_costs"]:
        told.append(words("siting_page.costs_synthetic"))
    return words("siting_page.clause").join(told)


def most_people_words(siting: Mapping[str, Any], words: Words) -> str | None:
    """How many people the next ones bring within the standard; None where targets were asked."""
    asked = siting["question"].get("most_people")
    if asked is None:
        return None
    people, covered, before = (float(asked[name]) for name in ("people", "covered", "covered_without"))
    return words(
        "siting_page.most_people",
        count=siting["actions"],
        group=words.name_of("group", asked["group"]),
        gained=words.number(covered - before),
        before=words.number(before),
        covered=words.number(covered),
        share_before=words.share(before / people if people else None),
        share=words.share(covered / people if people else None),
    )


def largest_gap(siting: Mapping[str, Any]) -> float | None:
    """Largest gap of any step, 0 to 1; None where none is known."""
    return max((stage["gap"] for stage in siting["stages"] if stage["gap"] is not None), default=None)


def money(cost: float | None, siting: Mapping[str, Any], words: Words) -> str:
    """An amount with its currency; says that it is unknown where it is."""
    if cost is None:
        return words("siting_page.unknown")
    figure = words.number(cost, decimals_of(cost))
    currency = siting["question"]["currency"]
    if not currency:
        return figure
    return words("siting_page.money", cost=figure, currency=times_unit(currency[words.language]))


def cost_head(siting: Mapping[str, Any], words: Words) -> str:
    """Head of a column of costs, with their unit."""
    currency = siting["question"]["currency"]
    unit = currency[words.language] if currency else words("report.unit.money")
    return words("map.siting.cost_in", cost=words("map.siting.cost"), unit=unit)


def cost_decimals(actions: Iterable[ChosenAction]) -> int:
    """Digits after the point that all costs of a list are written with."""
    return max((decimals_of(one.cost) for one in actions if one.cost is not None), default=0)


def total_cost(siting: Mapping[str, Any], words: Words) -> str:
    """Cost of all actions, and of how many the cost is unknown (R15)."""
    unknown = siting["cost"]["unknown"]
    if unknown and unknown == siting["actions"]:
        return words("siting_page.all_unknown")
    cost = money(siting["cost"]["total"], siting, words)
    return words("siting_page.partly_unknown", cost=cost, count=unknown) if unknown else cost


def counted_kinds(actions: tuple[ChosenAction, ...], words: Words) -> str:
    """How many actions there are of each kind."""
    counts = Counter(action.action for action in actions)
    return words("siting_page.listing").join(
        words("siting_page.counted", action=words.name_of("siting_action", kind), count=counts[kind])
        for kind in ACTIONS
        if counts[kind]
    )


def reason_words(reason: str, words: Words) -> str:
    """What stands against a candidate; the zone or layer that it names stands behind it as it is called there."""
    code, _, what = reason.partition(":")
    name = words.name_of("candidate_reason", code or "usable")
    if not what:
        return name
    return words("siting_page.reason_of", reason=name, what=words.name_of("candidate_zone", what))


def decimals_of(amount: float) -> int:
    """Digits after the point that say all of an amount of money, two at most."""
    return len(f"{float(amount):.2f}".rstrip("0").partition(".")[2])


def _action(row: Mapping[Any, Any]) -> ChosenAction:
    values = {field.name: _known(row[field.name]) for field in fields(ChosenAction) if field.name in row}
    lists = {name: tuple(str(one) for one in values[name] or ()) for name in _LISTS}
    return ChosenAction(**{**values, **lists, "year": int(values["year"]), "public": bool(values["public"])})


def _known(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return value
    return None if value is None or bool(pd.isna(value)) or value == "" else value
