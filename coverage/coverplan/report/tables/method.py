"""Tables that let every number be traced: standards, parameters, sources, reconciliation, notices (R13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coverplan.report.cellformat import measured
from coverplan.report.content import Column, Row, Table
from coverplan.report.labels import Labels
from coverplan.report.tables.plan import without_empty
from coverplan.results.crs_words import crs_words
from coverplan.results.result import Result
from coverplan.results.wording import has_one_speed, method_words
from coverplan.text.words import Words
from coverplan.units import KMH_PER_M_S

#: Notices of one kind that a page lists; the manifest has all of them.
MOST_ALIKE = 5


def standards(result: Result, labels: Labels) -> Table:
    """Who should reach what, how and in which time, with the facilities that counted."""
    rows = [
        Row(
            (
                labels.standard(standard["key"]),
                labels.names([labels.type(name) for name in standard["types"] or ()]) or labels("all_types"),
                labels.names([labels.group(group) for group in standard["groups"]]),
                labels.words.name_of("profile", standard["profile"]["name"]),
                standard["profile"]["speed_m_s"] if has_one_speed(standard) else labels("by_street_class"),
                standard["minutes"],
                method_words(standard, labels.words),
                labels(f"direction.{standard['direction']}"),
                labels(f"count.{standard['count']}"),
                standard["facilities"]["counted"],
                standard["facilities"]["outside_area"],
                standard["facilities"]["unplaced"],
                standard["facilities"]["off_network"],
            )
        )
        for standard in result.summary["standards"]
    ]
    columns = (
        Column("standard", labels("column.standard"), width=24),
        Column("types", labels("column.type"), width=22),
        Column("groups", labels("column.group"), width=14),
        Column("profile", labels("column.profile"), width=12),
        Column("speed", labels("column.speed"), "value", labels("unit.m_s"), 8),
        Column("minutes", labels("column.minutes"), "value", labels("unit.minutes"), 8),
        Column("method", labels("column.way"), width=16),
        Column("direction", labels("column.direction"), width=10),
        Column("count", labels("column.count"), width=12),
        Column("counted", labels("column.counted_sites"), "people", labels("unit.sites"), 8),
        Column("outside", labels("column.outside_sites"), "people", labels("unit.sites"), 8),
        Column("unplaced", labels("column.unplaced_sites"), "people", labels("unit.sites"), 8),
        Column("off_network", labels("column.off_network_sites"), "people", labels("unit.sites"), 8),
    )
    return Table("standards", labels("table.standards"), columns, tuple(rows), labels("table.standards_note"))


def profiles(result: Result, labels: Labels) -> Table:
    """Ways of moving with their speeds, what slope did to them, and where the figures come from."""
    found = {standard["profile"]["name"]: standard["profile"] for standard in result.summary["standards"]}
    steady = {s["profile"]["name"] for s in result.summary["standards"] if has_one_speed(s)}
    slowed = {
        standard["profile"]["name"]: standard["slope_effect"]
        for standard in result.summary["standards"]
        if standard["slope_effect"] is not None
    }
    rows = [
        Row(
            (
                labels.words.name_of("profile", name),
                *(
                    (profile["speed_m_s"], profile["speed_m_s"] * KMH_PER_M_S)
                    if name in steady
                    else (labels("by_street_class"), labels("by_street_class"))
                ),
                profile["access_speed_m_s"],
                profile["steps_factor"],
                profile["crossing_s"],
                labels("slope.used", effect=f"{slowed[name]:.3f}")
                if name in slowed
                else labels("slope.none"),
                profile["access_first_m"],
                profile["access_second_m"],
                profile_source(name, profile["source"], labels),
            )
        )
        for name, profile in found.items()
    ]
    columns = (
        Column("profile", labels("column.profile"), width=14),
        Column("speed", labels("column.speed"), "value", labels("unit.m_s"), 8),
        Column("speed_kmh", labels("column.speed"), "value", labels("unit.km_h"), 8),
        Column("access", labels("column.access_speed"), "value", labels("unit.m_s"), 8),
        Column("steps", labels("column.steps_factor"), "value", width=8),
        Column("crossing", labels("column.crossing"), "value", labels("unit.seconds"), 8),
        Column("slope", labels("column.slope"), width=14),
        Column("first", labels("column.access_first"), "people", labels("unit.m"), 8),
        Column("second", labels("column.access_second"), "people", labels("unit.m"), 8),
        Column("source", labels("column.source"), width=40),
    )
    return Table("profiles", labels("table.profiles"), columns, tuple(rows))


def profile_source(name: str, printed: str, labels: Labels) -> str:
    """Source of a built-in profile in the reader's language; a scenario's own stands as it is written."""
    key = f"profile_source.{name}"
    built_in = Words("en").name_of("profile_source", name) == printed
    return labels.words(key) if built_in else printed


def inputs(result: Result, labels: Labels) -> Table:
    """Files that were read, with their fingerprints."""
    rows = [Row((entry["file"], entry["bytes"], entry["sha256"])) for entry in result.manifest["inputs"]]
    columns = (
        Column("file", labels("column.file"), width=30),
        Column("bytes", labels("column.bytes"), "people", labels("unit.bytes"), 12),
        Column("sha256", labels("column.sha256"), "code", width=66),
    )
    return Table("inputs", labels("table.inputs"), columns, tuple(rows))


def versions(result: Result, labels: Labels) -> Table:
    """Programs that can change a number."""
    rows = [Row(item) for item in result.manifest["versions"].items()]
    columns = (
        Column("program", labels("column.program"), width=20),
        Column("version", labels("column.version"), "code", width=16),
    )
    return Table("versions", labels("table.versions"), columns, tuple(rows))


def reconciliation(result: Result, labels: Labels) -> Table:
    """People as they were read and as they were judged: the parts add up to the whole (R6)."""
    people = result.summary["reconciliation"]["people"]
    rows = []
    for row in result.summary["reconciliation"]["partition"]:
        read = people[row["group"]]
        parts = [row[name] for name in ("outside_units", "off_network", "covered", "uncovered")]
        rows.append(
            Row(
                (
                    labels.standard(row["standard"]),
                    labels.group(row["group"]),
                    read["input"],
                    read["buffer"],
                    row["people"],
                    *parts,
                    row["people"] - sum(parts),
                )
            )
        )
    columns = (
        Column("standard", labels("column.standard"), width=28),
        Column("group", labels("column.group"), width=12),
        Column("input", labels("column.input"), "people", labels("unit.people"), 11),
        Column("buffer", labels("column.buffer"), "people", labels("unit.people"), 11),
        Column("people", labels("column.inside"), "people", labels("unit.people"), 11),
        *(
            Column(name, labels(f"column.{name}"), "people", labels("unit.people"), 11)
            for name in ("outside_units", "off_network", "covered", "uncovered")
        ),
        Column("difference", labels("column.difference"), "value", labels("unit.people"), 9),
    )
    caption = labels("table.reconciliation")
    return Table("reconciliation", caption, columns, tuple(rows), labels("table.reconciliation_note"))


def notices(result: Result, labels: Labels) -> Table:
    """What was noticed while reading, alike things counted; the manifest lists each."""
    kinds: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for problem in result.manifest["problems"]:
        kind = (problem["code"], problem["file"] or "", _noticed(problem, labels))
        kinds.setdefault(kind, []).append(problem)
    rows = []
    for (_, file, what), alike in kinds.items():
        lines = [str(problem["line"]) for problem in alike if problem["line"] is not None]
        more = "…" if len(lines) > MOST_ALIKE else ""
        rows.append(Row((what, len(alike), file or None, labels.names(lines[:MOST_ALIKE]) + more)))
    columns = (
        Column("what", labels("column.what"), width=60),
        Column("times", labels("column.times"), "people", width=7),
        Column("file", labels("column.file"), width=22),
        Column("lines", labels("column.lines"), width=16),
    )
    return without_empty(Table("notices", labels("table.notices"), columns, tuple(rows)), "lines")


def _noticed(problem: Mapping[str, Any], labels: Labels) -> str:
    """What was noticed, in the words of its kind, which are the same for every row; its own sentence without them."""
    for family in ("notice", "problem", "fault"):
        told = labels.words.name_of(family, problem["code"])
        if told != problem["code"]:
            return told
    return str(problem["what"])


def run_facts(result: Result, labels: Labels) -> Table:
    """One line for each parameter of the whole run."""
    summary, study = result.summary, result.summary["study"]
    parameters = result.manifest["parameters"].get("scenario") or {}
    title = labels.title(summary["scenario"]["name"])
    facts: list[tuple[str, str | None]] = [
        (labels("fact.scenario"), f"{title} ({summary['scenario']['file']})"),
        (labels("fact.scenario_sha256"), result.manifest["scenario"]["sha256"]),
        (labels("fact.study"), labels.title(study["name"])),
        (labels("fact.as_of"), labels.day(study.get("as_of"))),
        (labels("fact.population"), population_words(study, labels)),
        (
            labels("fact.crs"),
            f"{study['crs']} ({crs_words(study['crs_name'], labels.words)})" if study.get("crs") else None,
        ),
        *(
            (labels(f"fact.{fact}"), measured(study.get(name), labels.words))
            for fact, name in (
                ("units", "units"),
                ("points", "demand_points"),
                ("facilities", "facilities"),
                ("streets", "streets"),
            )
        ),
        (labels("fact.snapping"), _metres(parameters.get("snapping") or {}, labels)),
        (labels("fact.search"), _search(parameters, labels)),
        (labels("fact.seed"), str(result.manifest["seed"]) if "seed" in result.manifest else None),
        (labels("fact.finished"), summary["run"]["finished"]),
    ]
    told = [fact for fact in facts if fact[1]]
    columns = (
        Column("fact", labels("column.fact"), width=26),
        Column("is", labels("column.is"), width=60),
    )
    return Table("facts", labels("table.facts"), columns, tuple(Row(fact) for fact in told))


def population_words(study: Mapping[str, Any], labels: Labels) -> str | None:
    """Who is counted, and of which year; None where a study has no people."""
    if not study.get("population_base"):
        return None
    base = labels(f"population_base.{study['population_base']}")
    year = study.get("population_year")
    return base if year is None else base + labels("in_year", year=year)


def _metres(snapping: Mapping[str, Any], labels: Labels) -> str:
    limits = [f"{snapping[name]:g} m" for name in ("first_m", "second_m") if snapping.get(name) is not None]
    return labels.names(limits)


def _search(parameters: Mapping[str, Any], labels: Labels) -> str | None:
    minutes = parameters.get("search_minutes")
    return None if minutes is None else labels("minutes", minutes=f"{minutes:g}")
