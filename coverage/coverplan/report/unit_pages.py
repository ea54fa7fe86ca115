"""A page for each street or town: where it stands, what is missing, what is planned, what shall be done."""

from __future__ import annotations

from typing import Any

from coverplan.report import tables_ledger
from coverplan.report.content import Blank, Column, Row, Table, Tone
from coverplan.report.figures import place_map_of
from coverplan.report.labels import LEVELS, PAGE_LEVEL, Labels
from coverplan.report.outline import Outline
from coverplan.report.sentences import headline
from coverplan.report.tables_plan import records
from coverplan.results import Result


def page_units(result: Result) -> list[dict[str, Any]]:
    """Units that get a page, in code order: streets and towns, else the level above them, else the one below."""
    for level in (PAGE_LEVEL, PAGE_LEVEL - 1, PAGE_LEVEL + 1):
        found = [unit for unit in result.summary["units"] if unit["type"] in LEVELS[level]]
        if found:
            return found
    return []


def unit_pages(result: Result, labels: Labels, outline: Outline) -> None:
    """Add the section with its pages."""
    units = page_units(result)
    if not units:
        return
    outline.section("units")
    outline.say(labels("units_intro"))
    for position, unit in enumerate(units):
        if position:
            outline.next_page()
        _page(result, labels, outline, unit)


def _page(result: Result, labels: Labels, outline: Outline, unit: dict[str, Any]) -> None:
    code = unit["code"]
    standard, group = headline(result)
    outline.part(
        f"unit_{code}", f"{unit['name']}（{code}）" if labels.language == "zh" else f"{unit['name']} ({code})"
    )
    outline.say(_sentence(result, labels, unit, standard, group))
    outline.add(place_map_of(result, labels, unit, standard, group))
    outline.add(_coverage(result, labels, unit))
    stock = tables_ledger.stock(result, labels, code)
    caption = labels("table.unit_stock", unit=unit["name"])
    outline.add(stock.without("unit_code", "unit_name", key=f"stock_{code}", caption=caption))
    outline.add(_gaps(result, labels, unit), _years(result, labels, unit))
    outline.add(Blank(labels("actions", unit=unit["name"])))


def _sentence(result: Result, labels: Labels, unit: dict[str, Any], standard: str, group: str) -> str:
    people = unit["coverage"].get(standard, {}).get(group)
    if not people or not people["people"]:
        return labels("sentence.unit_unknown", unit=unit["name"])
    level = next(types for types in LEVELS if unit["type"] in types)
    ranked = list(result.worst_units(standard, group, level)["unit_code"])
    return labels(
        "sentence.unit",
        unit=unit["name"],
        group=labels.group(group),
        people=labels.words.number(people["people"]),
        standard=labels.standard(standard),
        share=labels.words.share(people["share"]),
        uncovered=labels.words.number(people["people"] - people["covered"]),
        place=ranked.index(unit["code"]) + 1,
        count=len(ranked),
        level=labels.level(level),
    )


def _coverage(result: Result, labels: Labels, unit: dict[str, Any]) -> Table:
    rows = []
    for standard in result.summary["standards"]:
        for group in standard["groups"]:
            here = unit["coverage"].get(standard["key"], {}).get(group)
            if here is None:
                continue
            everywhere = standard["people"][group]["share"]
            values = [here[name] for name in ("people", "covered", "uncovered", "off_network", "share")]
            rows.append(Row((labels.standard(standard["key"]), labels.group(group), *values, everywhere)))
    columns = (
        Column("standard", labels("column.standard"), width=28),
        Column("group", labels("column.group"), width=12),
        *(
            Column(name, labels(f"column.{name}"), "people", labels("unit.people"), 9)
            for name in ("people", "covered", "uncovered", "off_network")
        ),
        Column("share", labels("column.share"), "share", width=8),
        Column("everywhere", labels("column.everywhere"), "share", width=8),
    )
    caption = labels("table.unit_coverage", unit=unit["name"])
    return Table(f"coverage_{unit['code']}", caption, columns, tuple(rows))


def _gaps(result: Result, labels: Labels, unit: dict[str, Any]) -> Table:
    """Targets for which this unit, or units below it, fall short or are unknown."""
    below = _below(result, unit["code"])
    targets = {row["target_id"]: row for row in records(result, "gaps")}
    found: dict[str, dict[str, list[str]]] = {}
    for row in records(result, "shortfall"):
        if row["code"] == unit["code"] or row["code"] in below:
            name = labels("itself") if row["code"] == unit["code"] else row["name"]
            found.setdefault(row["target_id"], {}).setdefault(row["state"], []).append(name)
    rows = []
    for target_id, states in found.items():
        target = targets[target_id]
        tones: dict[str, Tone] = {"short": "bad", "unsure": "muted"}
        rows.append(
            Row(
                (
                    target_id,
                    target["name_zh"] if labels.language == "zh" else target["name_en"],
                    labels.names(states.get("short", [])) or None,
                    labels.names(states.get("unknown", [])) or None,
                ),
                tones=tones,
            )
        )
    columns = (
        Column("target_id", labels("column.target_id"), "code", width=9),
        Column("target", labels("column.indicator"), width=28),
        Column("short", labels("column.short"), width=36),
        Column("unsure", labels("column.unsure"), width=20),
    )
    return Table(f"gaps_{unit['code']}", labels("table.unit_gaps", unit=unit["name"]), columns, tuple(rows))


def _years(result: Result, labels: Labels, unit: dict[str, Any]) -> Table:
    """What is to open here, year by year."""
    here = {unit["code"], *_below(result, unit["code"])}
    whole = tables_ledger.projects(result, labels)
    codes = [row["unit_code"] for row in records(result, "projects")]
    rows = tuple(row for row, code in zip(whole.rows, codes, strict=False) if code in here)
    caption = labels("table.unit_years", unit=unit["name"])
    kept = Table(f"years_{unit['code']}", caption, whole.columns, rows)
    return kept.without("no", "layer", "cost", "source", key=kept.key, caption=caption)


def _below(result: Result, code: str) -> frozenset[str]:
    """Codes of every unit that lies below a unit."""
    parents = {unit["code"]: unit["parent"] for unit in result.summary["units"]}
    found: set[str] = set()
    for other, parent in parents.items():
        above = parent
        while above is not None:
            if above == code:
                found.add(other)
                break
            above = parents.get(above)
    return frozenset(found)
