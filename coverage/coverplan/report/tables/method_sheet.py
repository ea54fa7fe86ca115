"""Every parameter of a run on one sheet, with its value and where it comes from: what a reviewer asks for (R13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from coverplan.report.content import Column, Row, Table
from coverplan.report.labels import Labels
from coverplan.report.tables.method import population_words, profile_source
from coverplan.results.result import Result
from coverplan.results.wording import method_words, speed_words

_Line = tuple[str, str, str | None]


def method_sheet(result: Result, labels: Labels) -> Table:
    """Part, parameter, value and source of everything that decides a number, and the versions of programs."""
    scenario = result.manifest.get("parameters", {}).get("scenario", {})
    parts: tuple[tuple[str, Iterator[_Line]], ...] = (
        ("standards", _standards(result, labels)),
        ("supply", _supply(result, labels)),
        ("burial", _burial(result, labels)),
        ("uncertainty", _plain(scenario.get("uncertainty") or {}, labels)),
        ("people", _people(result, labels)),
        ("versions", _versions(result)),
    )
    rows = [
        Row((labels(f"sheet.{part}"), name, value, source))
        for part, lines in parts
        for name, value, source in lines
    ]
    columns = (
        Column("part", labels("column.part"), width=14),
        Column("parameter", labels("column.parameter"), width=34),
        Column("value", labels("column.value"), width=30),
        Column("source", labels("column.source"), width=44),
    )
    note = labels("table.method_sheet_siting_note" if scenario.get("siting") else "table.method_sheet_note")
    return Table("method_sheet", labels("table.method_sheet"), columns, tuple(rows), note)


def _standards(result: Result, labels: Labels) -> Iterator[_Line]:
    for standard in result.summary["standards"]:
        name = labels.standard(standard["key"])
        profile = standard["profile"]
        yield name, labels("sheet.minutes", minutes=f"{standard['minutes']:g}"), None
        yield name, labels.names([labels.group(group) for group in standard["groups"]]), None
        yield name, method_words(standard, labels.words), None
        source = profile_source(profile["name"], profile["source"], labels)
        yield name, speed_words(standard, labels.words), source


def _supply(result: Result, labels: Labels) -> Iterator[_Line]:
    for ask in result.summary.get("supply", ()):
        name = labels.standard(ask["standard"])
        yield (
            name,
            labels("sheet.capacity", field=labels.words.name_of("report.field", ask["field"])),
            ask["source"],
        )
        yield (
            name,
            labels("sheet.per_1000", group=labels.group(ask["group"]), number=f"{ask['per_1000']:g}"),
            ask["source"],
        )
        yield name, labels.words.name_of("report.access_method", ask["method"]), None
        yield name, decay_words(ask["decay"], labels), None


def decay_words(decay: Mapping[str, Any], labels: Labels) -> str:
    """How the weight of a facility falls with the time to it: its kind and the numbers that it has."""
    told = [labels.words.name_of("report.decay", decay["kind"])]
    if decay.get("rate") is not None:
        told.append(labels("decay_rate", value=f"{decay['rate']:g}"))
    if decay.get("middle") is not None:
        told.append(labels("decay_middle", value=f"{decay['middle']:g}"))
    if decay.get("steps"):
        steps = [
            labels("decay_step", minutes=f"{step[0]:g}", weight=f"{step[1]:g}") for step in decay["steps"]
        ]
        told.append(labels.names(steps))
    return labels("clause").join(told)


def _burial(result: Result, labels: Labels) -> Iterator[_Line]:
    figures = result.summary.get("burial")
    if figures is None:
        return
    titles = {one["id"]: labels.title(one["title"]) for one in figures["sets"]}
    for name in ("deaths_per_1000", "cremation_share", "niche_share"):
        source = figures["sources"][name]
        yield labels(f"sheet.{name}"), _text(figures[name]), titles.get(source, labels("sheet.scenario"))
    if figures.get("drive_minutes") is not None:
        source = figures["sources"]["drive_minutes"]
        minutes = labels("sheet.minutes", minutes=f"{figures['drive_minutes']:g}")
        yield labels("sheet.drive_minutes"), minutes, titles.get(source, labels("sheet.scenario"))
    asked = result.manifest.get("parameters", {}).get("scenario", {}).get("burial") or {}
    flats = {labels.unit(code): value for code, value in (asked.get("ashes_in_flats") or {}).items()}
    source = labels("sheet.scenario") if flats else titles.get("funeral-regulations-2026")
    yield labels("sheet.ashes_in_flats"), _text(flats or 0), source
    for one in figures["sets"]:
        evidence = labels("clause").join(
            f"{labels.title(entry['source'])} ({labels('sheet.sure.' + entry['sure'])})"
            for entry in one["evidence"]
        )
        yield f"{titles[one['id']]} ({one['effective']})", labels.title(one["note"]), evidence


def _plain(values: dict[str, Any], labels: Labels) -> Iterator[_Line]:
    source = values.get("source") or labels("sheet.assumed")
    for name, value in values.items():
        if name != "source":
            yield labels(f"sheet.{name}"), _text(value), source


def _people(result: Result, labels: Labels) -> Iterator[_Line]:
    study = result.summary["study"]
    people = population_words(study, labels)
    if people is not None:
        yield labels("fact.population"), people, None
    if study.get("as_of") is not None:
        yield labels("fact.as_of"), labels.day(study["as_of"]), None
    if study.get("crs") is not None:
        yield labels("fact.crs"), str(study["crs"]), None
    if "seed" in result.manifest:
        yield labels("fact.seed"), str(result.manifest["seed"]), None


def _text(value: Any) -> str:
    return (
        "; ".join(f"{key}: {one:g}" for key, one in value.items())
        if isinstance(value, dict)
        else f"{value:g}"
    )


def _versions(result: Result) -> Iterator[_Line]:
    for name, version in result.manifest.get("versions", {}).items():
        yield name, str(version), None
