"""The gaps that concern most people, over all standards and targets, each with what causes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from coverplan.report.cellformat import absent, measured
from coverplan.report.content import Column, Row, Table
from coverplan.report.labels import Labels, first_group
from coverplan.report.tables.coverage import street_level
from coverplan.report.tables.plan import goal, name_of, reason, records
from coverplan.results.cautions import computable
from coverplan.results.result import Result
from coverplan.text.words import UNKNOWN

#: Gaps of the first page; all others stand in the sections.
MOST_GAPS = 3
#: Units that one gap names.
MOST_NAMED = 3
OPEN = ("not_met", "behind")


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that people lack.

    Parameters
    ----------
    key
        Standard or target.
    name, size, cause
        As a director reads them.
    people
        Whom it concerns, None where the data do not say.
    units
        Units that fall short.
    """

    key: str
    name: str
    size: str
    cause: str
    people: float | None
    units: int


def worst_gaps(result: Result, labels: Labels) -> list[Gap]:
    """Every gap: those of which the people are known first, most people first; ties by key (R11)."""
    found = [*_of_standards(result, labels), *_of_targets(result, labels)]
    return sorted(found, key=lambda gap: (gap.people is None, -(gap.people or 0.0), -gap.units, gap.key))


def worst_table(result: Result, labels: Labels) -> Table:
    """The first of them, for the first page."""
    rows = [
        Row((place, gap.name, gap.size, gap.cause))
        for place, gap in enumerate(worst_gaps(result, labels)[:MOST_GAPS], start=1)
    ]
    columns = (
        Column("no", labels("column.no"), "year", width=5),
        Column("name", labels("column.gap_name"), width=30),
        Column("size", labels("column.gap_size"), width=16),
        Column("cause", labels("column.gap_cause"), width=46),
    )
    caption = labels("table.worst_gaps", count=len(rows))
    return Table("worst_gaps", caption, columns, tuple(rows), labels("table.worst_gaps_note"))


def _of_standards(result: Result, labels: Labels) -> Iterator[Gap]:
    for standard in result.summary["standards"]:
        key, group = standard["key"], first_group(standard["groups"])
        people = standard["people"][group]
        missing = people["people"] - people["covered"]
        if not computable(result, key) or round(missing) < 1:
            continue
        words = labels.words
        share = words.share(missing / people["people"])
        yield Gap(
            key,
            labels("gap.standard", standard=labels.standard(key), group=labels.group(group)),
            labels("gap.people", people=words.number(missing), share=share),
            _where(result, labels, standard, group),
            missing,
            0,
        )


def _where(result: Result, labels: Labels, standard: Mapping[str, Any], group: str) -> str:
    """In which units most of them live, how many live close together, and whom no street reaches."""
    words, key = labels.words, standard["key"]
    told = []
    types = street_level(result)
    if types is not None:
        rows = result.worst_units(key, group, types).to_dict("records")
        rows.sort(key=lambda row: (row["covered"] - row["people"], row["unit_code"]))
        named = [
            labels("gap.unit", unit=row["unit_name"], people=words.number(row["people"] - row["covered"]))
            for row in rows[:MOST_NAMED]
            if round(row["people"] - row["covered"]) >= 1
        ]
        if named:
            told.append(labels("gap.mostly", units=labels.names(named)))
    close = [
        row
        for row in records(result, "clusters")
        if row["standard"] == key and row["group"] == group and row["people"]
    ]
    if close:
        people = words.number(sum(row["people"] for row in close))
        told.append(labels("gap.clusters", count=len(close), people=people))
    off = standard["people"][group]["off_network"]
    if round(off) >= 1:
        told.append(labels("gap.off_network", people=words.number(off)))
    if not told and types is None:
        return labels("gap.undivided")
    return labels("clause").join(told)


def _of_targets(result: Result, labels: Labels) -> Iterator[Gap]:
    short: dict[str, list[dict[str, Any]]] = {}
    for row in records(result, "shortfall"):
        if row["state"] == "short":
            short.setdefault(row["target_id"], []).append(row)
    for row in records(result, "gaps"):
        if row["verdict"] in OPEN:
            yield _of_target(result, labels, row, short.get(row["target_id"], []))


def _of_target(result: Result, labels: Labels, row: Mapping[str, Any], short: list[dict[str, Any]]) -> Gap:
    people = _people_of(result, [one["code"] for one in short])
    names = labels.some([str(one["name"]) for one in short], MOST_NAMED * 2)
    sizes = []
    if not absent(row["present"]):
        value, aim = measured(row["present"], labels.words), goal(row, labels)
        sizes.append(labels("gap.value", value=_of_unit(value, row, labels), goal=_of_unit(aim, row, labels)))
    if people is not None:
        sizes.append(labels("gap.live", people=labels.words.number(people)))
    causes = [] if names is None else [labels("gap.short", count=len(short), names=names)]
    if (why := reason(row, labels)) is not None:
        causes.append(why)
    verdict = labels(f"verdict.{row['verdict']}")
    return Gap(
        str(row["target_id"]),
        labels("gap.target", id=row["target_id"], name=name_of(row, labels), verdict=verdict),
        labels("clause").join(sizes) or labels("gap.unknown"),
        labels("clause").join(causes) or labels("gap.whole"),
        people,
        len(short),
    )


def _of_unit(value: str, row: Mapping[str, Any], labels: Labels) -> str:
    """A figure of a target with its unit; what is said in words, such as that something is to be kept, has none."""
    unit = labels.measure(row["measure"])
    if unit == UNKNOWN or not value[-1:].isdigit():
        return value
    # Chinese units follow the figure, letters such as km stand apart from it
    kind = "of_letters" if re.match("[A-Za-z]", unit) else "of_unit"
    return labels(f"gap.{kind}", value=value, unit=unit)


def _people_of(result: Result, codes: list[str]) -> float | None:
    """Residents of units, everyone where everyone is counted; None where one of them has none to show."""
    groups = [(s["key"], group) for s in result.summary["standards"] for group in s["groups"]]
    everyone = next((one for one in groups if one[1] == "total"), None)
    units = {unit["code"]: unit["coverage"] for unit in result.summary["units"]}
    if everyone is None or not codes or any(code not in units for code in codes):
        return None
    key, group = everyone
    found = [units[code].get(key, {}).get(group) for code in codes]
    return None if any(one is None for one in found) else sum(one["people"] for one in found if one)
