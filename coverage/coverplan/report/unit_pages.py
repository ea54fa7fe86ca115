"""A page for each street or town: where it stands, what is missing, what is planned, what shall be done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

from coverplan.report.content import Blank, Column, Row, Table, Tone, Value
from coverplan.report.drawings.figures import place_map_of
from coverplan.report.labels import MOST_UNSURE, PAGE_LEVEL, Labels
from coverplan.report.outline import Outline
from coverplan.report.sentences import headline
from coverplan.report.siting_section import unit_actions
from coverplan.report.tables import ledger as tables_ledger
from coverplan.report.tables.coverage import PARTS, people_column, without_nobody
from coverplan.report.tables.plan import name_of, records, without_empty
from coverplan.results.result import Result
from coverplan.results.whole_people import stage_share
from coverplan.vocabulary import LEVELS

#: Units of one level that get a page each; a prefecture's report has a page for each county instead.
MOST_PAGES = 60
T = TypeVar("T")


def page_units(result: Result) -> list[dict[str, Any]]:
    """Units that get a page, in code order: streets and towns, or the level above where they are too many.

    Without either, the level below.
    """
    at = [[unit for unit in result.summary["units"] if unit["type"] in types] for types in LEVELS]
    towns, above, below = at[PAGE_LEVEL], at[PAGE_LEVEL - 1], at[PAGE_LEVEL + 1]
    if len(towns) > MOST_PAGES and above:
        return above
    return towns or above or below


def unit_pages(result: Result, labels: Labels, outline: Outline) -> None:
    """Add the section with its pages, where there are units."""
    units = page_units(result)
    if not units:
        return
    pages = _Pages(result, labels)
    level = next(types for types in LEVELS if units[0]["type"] in types)
    title = labels("section.units", level=labels.level(level))
    outline.section("units", title[:1].upper() + title[1:])
    outline.say(labels("units_intro", level=labels.level(level)))
    for position, unit in enumerate(units):
        if position:
            outline.next_page()
        pages.add(outline, unit)


class _Pages:
    """Pages of units; what all of them need is made ready once."""

    def __init__(self, result: Result, labels: Labels) -> None:
        self._result, self._labels = result, labels

    def add(self, outline: Outline, unit: dict[str, Any]) -> None:
        labels, code = self._labels, unit["code"]
        outline.part(f"unit_{code}", labels("unit_title", unit=unit["name"], code=code))
        first = headline(self._result)
        if first is not None:
            outline.say(self._sentence(unit, *first))
            outline.add(place_map_of(self._result, labels, unit, *first))
        outline.add(self._coverage(unit), self._stock(unit), self._gaps(unit), self._years(unit))
        outline.add(*unit_actions(self._result, labels, unit))
        outline.add(Blank(labels("actions", unit=unit["name"])))

    @cached_property
    def _above(self) -> dict[str, frozenset[str]]:
        """Codes of everything above each unit."""
        parents = {unit["code"]: unit["parent"] for unit in self._result.summary["units"]}
        return {code: frozenset(_chain(code, parents)) for code in parents}

    @cached_property
    def _targets(self) -> dict[str, dict[str, Any]]:
        return {row["target_id"]: row for row in records(self._result, "gaps")}

    @cached_property
    def _missing(self) -> dict[str, list[dict[str, Any]]]:
        """What each unit lacks: itself, and units below it."""
        return self._below((row["code"], row) for row in records(self._result, "shortfall"))

    @cached_property
    def _ledger(self) -> Table:
        return tables_ledger.stock(self._result, self._labels)

    @cached_property
    def _projects(self) -> Table:
        return tables_ledger.projects(self._result, self._labels)

    @cached_property
    def _coming(self) -> dict[str, list[Row]]:
        """Projects of each unit and of units below it."""
        codes = [row["unit_code"] for row in records(self._result, "projects")]
        # the total stands after the last project and has no unit
        return self._below(zip(codes, self._projects.rows, strict=False))

    @cached_property
    def _standing(self) -> dict[Value, list[Row]]:
        """Rows of the ledger by the code of their unit."""
        found: dict[Value, list[Row]] = {}
        for row in self._ledger.rows:
            found.setdefault(row.values[0], []).append(row)
        return found

    def _below(self, owned: Iterable[tuple[str | None, T]]) -> dict[str, list[T]]:
        """What belongs to each unit or to units below it, in the order given."""
        found: dict[str, list[T]] = {}
        for code, one in owned:
            for unit in () if code is None else {code, *self._above.get(code, ())}:
                found.setdefault(unit, []).append(one)
        return found

    def _sentence(self, unit: dict[str, Any], standard: str, group: str) -> str:
        labels = self._labels
        people = unit["coverage"].get(standard, {}).get(group)
        if not people or not people["people"]:
            return labels("sentence.unit_unknown", unit=unit["name"])
        level = next(types for types in LEVELS if unit["type"] in types)
        shares = labels.kept(
            ("shares", standard, group, level),
            lambda: self._result.worst_units(standard, group, level)["share"],
        )
        return labels(
            "sentence.unit",
            unit=unit["name"],
            group=labels.group(group),
            people=labels.words.number(people["people"]),
            standard=labels.standard(standard),
            share=labels.words.share(people["share"]),
            when=self._when(),
            present=self._present(people),
            uncovered=labels.words.number(people["people"] - people["covered"]),
            place=1 + int((shares > people["share"]).sum()),
            count=len(shares),
            level=labels.level(level),
        )

    def _when(self) -> str:
        """For which year the share is expected; nothing for the present."""
        labels = self._labels
        if not labels.tense.projected:
            return ""
        return labels("sentence.unit_when", when=labels.tense.label(labels.words))

    def _present(self, people: Mapping[str, Any]) -> str:
        """The share at present, where the result is of another time and knows it."""
        share = stage_share(people, "covered_present")
        return (
            ""
            if share is None
            else self._labels("sentence.unit_present", present=self._labels.words.share(share))
        )

    def _coverage(self, unit: dict[str, Any]) -> Table:
        labels = self._labels
        ahead = "covered_present" in self._result.coverage
        rows = []
        for standard in self._result.summary["standards"]:
            for group in standard["groups"]:
                here = unit["coverage"].get(standard["key"], {}).get(group)
                if here is None:
                    continue
                everywhere = standard["people"][group]["share"]
                values = [here[name] for name in PARTS]
                now = [stage_share(here, "covered_present")] if ahead else []
                name = labels.standard(standard["key"])
                rows.append(Row((name, labels.group(group), *values, *now, here["share"], everywhere)))
        columns = (
            Column("standard", labels("column.standard"), width=28),
            Column("group", labels("column.group"), width=12),
            *(people_column(name, labels, width=9) for name in PARTS),
            *((Column("now", labels("column.share_present"), "share", width=8),) if ahead else ()),
            Column("share", labels.of_its_time(labels("column.share")), "share", width=8),
            Column("everywhere", labels.of_its_time(labels("column.everywhere")), "share", width=8),
        )
        caption = labels("table.unit_coverage", unit=unit["name"])
        return without_nobody(Table(f"coverage_{unit['code']}", caption, columns, tuple(rows)))

    def _stock(self, unit: dict[str, Any]) -> Table:
        rows = tuple(self._standing.get(unit["code"], ()))
        caption = self._labels("table.unit_stock", unit=unit["name"])
        own = Table(f"stock_{unit['code']}", caption, self._ledger.columns, rows)
        return own.without("unit_code", "unit_name", key=own.key, caption=caption)

    def _gaps(self, unit: dict[str, Any]) -> Table:
        """Targets for which this unit, or units below it, fall short or are unknown."""
        labels = self._labels
        found: dict[str, dict[str, list[str]]] = {}
        for row in self._missing.get(unit["code"], ()):
            name = labels("itself") if row["code"] == unit["code"] else row["name"]
            found.setdefault(row["target_id"], {}).setdefault(row["state"], []).append(name)
        columns = (
            Column("target_id", labels("column.target_id"), "code", width=9),
            Column("target", labels("column.indicator"), width=28),
            Column("short", labels("column.short"), width=36),
            Column("unsure", labels("column.unsure"), width=40),
        )
        rows = tuple(self._gap_row(target_id, states) for target_id, states in found.items())
        caption = labels("table.unit_gaps", unit=unit["name"])
        table = Table(f"gaps_{unit['code']}", caption, columns, rows)
        return without_empty(table, "short", "unsure")

    def _gap_row(self, target_id: str, states: dict[str, list[str]]) -> Row:
        tones: dict[str, Tone] = {"short": "bad", "unsure": "muted"}
        short = self._labels.some(states.get("short", []))
        unsure = self._labels.some(states.get("unknown", []), MOST_UNSURE)
        return Row((target_id, name_of(self._targets[target_id], self._labels), short, unsure), tones=tones)

    def _years(self, unit: dict[str, Any]) -> Table:
        """What is to open here, year by year."""
        rows = tuple(self._coming.get(unit["code"], ()))
        caption = self._labels("table.unit_years", unit=unit["name"])
        own = Table(f"years_{unit['code']}", caption, self._projects.columns, rows)
        return own.without("no", "layer", "cost", "source", key=own.key, caption=caption)


def _chain(code: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    """Codes of a unit's parent, its parent's parent ... up to the top."""
    above = parents[code]
    while above is not None:
        yield above
        above = parents.get(above)
