"""Figures of a report: charts and small maps with captions and words for those who cannot see them."""

from __future__ import annotations

from typing import Any

from coverplan.report.cellformat import absent
from coverplan.report.content import Figure, Gallery
from coverplan.report.drawings.action_map import action_map
from coverplan.report.drawings.charts import (
    PAGE_WIDTH,
    PEOPLE_FILLS,
    VERDICT_FILLS,
    Bar,
    Part,
    Series,
    counts_bar,
    stacked_bars,
    years_chart,
)
from coverplan.report.drawings.drawing import BLUE, SOFT
from coverplan.report.drawings.sketch_map import area_map, unit_map
from coverplan.report.labels import Labels
from coverplan.report.tables.known_years import counted_later
from coverplan.report.tables.plan import VERDICTS, drawn_years, records, verdict_counts, whole
from coverplan.report.tables.sensitivity import by_slot, name_of_variant
from coverplan.results.result import Result

#: Bars of one chart; more would not be read.
MOST_BARS = 25
#: Points for the names of standards and groups beside their bars.
OVERVIEW_LABELS = 215.0
PARTS = ("covered", "uncovered", "off_network", "outside_units")
UNIT_MAP_WIDTH = 330.0


def overview_chart(result: Result, labels: Labels) -> Figure:
    """Every standard and group of the whole area as a bar."""
    rows = result.coverage[result.coverage["unit_code"] == ""].to_dict("records")
    names = _short_names(result, labels)
    bars = [
        _bar(
            row,
            " · ".join([labels.group(row["group"]), *([names[row["standard"]]] if len(names) > 1 else [])]),
            labels,
        )
        for row in rows[:MOST_BARS]
    ]
    caption = labels.dated(labels("figure.overview"))
    drawing = stacked_bars(bars, _parts(labels, rows), labels=OVERVIEW_LABELS)
    return Figure("overview", caption, drawing, _told(bars, caption))


def _short_names(result: Result, labels: Labels) -> dict[str, str]:
    """Names of standards: their layers alone where that tells them apart."""
    full = {standard["key"]: labels.standard(standard["key"]) for standard in result.summary["standards"]}
    short = {key: name.split(" · ")[0] for key, name in full.items()}
    return short if len(set(short.values())) == len(short) else full


def unit_chart(result: Result, labels: Labels, standard: str, group: str, types: tuple[str, ...]) -> Figure:
    """Units of a level as bars, lowest share first."""
    found = result.worst_units(standard, group, types).head(MOST_BARS).to_dict("records")
    bars = [_bar(row, row["unit_name"], labels) for row in found]
    caption = labels(
        "figure.units",
        level=labels.level(types),
        standard=labels.standard(standard),
        group=labels.group(group),
    )
    drawing = stacked_bars(bars, _parts(labels, found))
    return Figure(f"units_{standard}_{group}", caption, drawing, _told(bars, caption))


def place_map(
    result: Result,
    labels: Labels,
    standard: str,
    group: str,
    types: tuple[str, ...] | None,
    *,
    width: float = PAGE_WIDTH,
) -> Figure | None:
    """Worst places of the whole area on a small map, in points wide."""
    drawing = area_map(result, labels, standard, group, types, width=width)
    if drawing is None:
        return None
    caption = labels.dated(
        labels("figure.map", standard=labels.standard(standard), group=labels.group(group))
    )
    key = f"map_{standard}_{group}" if width == PAGE_WIDTH else "summary_map"
    return Figure(key, caption, drawing, caption, labels("map.note"))


def map_of_actions(
    result: Result, labels: Labels, types: tuple[str, ...] | None, *, width: float = PAGE_WIDTH
) -> Figure | None:
    """What is changed or built, by number, on a map of the whole area, in points wide."""
    drawing = action_map(result, labels, types, width=width)
    if drawing is None:
        return None
    caption = labels("figure.actions", label=labels.tense.label(labels.words))
    key = "actions_map" if width == PAGE_WIDTH else "summary_map"
    return Figure(key, caption, drawing, caption, labels("map.note"))


def place_map_of(
    result: Result, labels: Labels, unit: dict[str, Any], standard: str, group: str
) -> Figure | None:
    """One unit on a small map."""
    drawing = unit_map(result, labels, unit["code"], standard, group, width=UNIT_MAP_WIDTH)
    if drawing is None:
        return None
    caption = labels(
        "figure.unit_map",
        unit=unit["name"],
        standard=labels.standard(standard),
        group=labels.group(group),
    )
    caption = labels.dated(caption)
    return Figure(f"map_{unit['code']}", caption, drawing, caption, labels("map.note"))


def sensitivity_chart(result: Result, labels: Labels, standard: str, group: str) -> Figure | None:
    """One standard and group under every variant; None where it has none."""
    rows = list(by_slot(result).get((standard, group), {}).values())
    if not rows:
        return None
    bars = [
        Bar(
            name_of_variant(row, labels),
            (row["covered"], row["people"] - row["covered"]),
            f"{labels.words.share(row['share'])}  ({labels.words.number(row['covered'])})",
        )
        for row in rows
    ]
    parts = [
        Part(labels("column.covered"), *PEOPLE_FILLS[0]),
        Part(labels("column.not_covered"), *PEOPLE_FILLS[1]),
    ]
    caption = labels("figure.sensitivity", standard=labels.standard(standard), group=labels.group(group))
    return Figure("sensitivity", caption, stacked_bars(bars, parts), _told(bars, caption))


def verdict_chart(result: Result, labels: Labels) -> Figure:
    """Targets by verdict in one bar."""
    counts = verdict_counts(result)
    parts = [
        Part(labels(f"verdict.{verdict}"), fill, hatched)
        for verdict, (fill, hatched) in zip(VERDICTS, VERDICT_FILLS, strict=True)
    ]
    caption = labels("figure.verdicts")
    told = labels.names(
        [labels("sentence.verdict", verdict=labels(f"verdict.{v}"), count=n) for v, n in counts.items() if n]
    )
    return Figure("verdicts", caption, counts_bar(list(counts.values()), parts), f"{caption}: {told}")


def trajectory_charts(result: Result, labels: Labels) -> Gallery | None:
    """One chart for each target whose figure moves or has a pace to keep; None where there is none."""
    by_target: dict[str, list[dict[str, Any]]] = {}
    for row in records(result, "trajectory"):
        by_target.setdefault(row["target_id"], []).append(row)
    charts = []
    for target in records(result, "gaps"):
        rows = drawn_years(target, by_target.get(target["target_id"], []), labels)
        moves = len({row["value"] for row in rows}) > 1
        paced = any(not absent(row["pace"]) for row in rows)
        if len(rows) > 1 and (moves or paced):
            charts.append(_trajectory(target, rows, labels))
    return Gallery(tuple(charts), labels("figure.hollow", counted=counted_later(labels))) if charts else None


def _trajectory(target: dict[str, Any], rows: list[dict[str, Any]], labels: Labels) -> Figure:
    name = target["name_zh"] if labels.language == "zh" else target["name_en"]
    day = labels.tense.data_day
    today = target["as_of"].year if day is None else min(day.year, target["as_of"].year)
    series = []
    paced = [row for row in rows if not absent(row["pace"])]
    if len(paced) > 1:
        series.append(_line(paced, "pace", labels("figure.pace"), SOFT, dash=(4.0, 2.0)))
    series.append(_line(rows, "value", labels("figure.value"), BLUE, until=today))
    goal = None if absent(target["target"]) else float(target["target"])
    drawing = years_chart(
        series,
        goal=goal,
        goal_name=labels("figure.goal", year=whole(target["target_year"]) or ""),
        unit=labels.measure(target["measure"]),
    )
    caption = labels("figure.trajectory", target=target["target_id"], name=name)
    told = labels.names([f"{row['year']}: {float(row['value']):g}" for row in rows])
    return Figure(f"trajectory_{target['target_id']}", caption, drawing, f"{caption}: {told}")


def _line(
    rows: list[dict[str, Any]],
    column: str,
    name: str,
    colour: str,
    *,
    dash: tuple[float, float] | None = None,
    until: int | None = None,
) -> Series:
    return Series(
        name,
        tuple(int(row["year"]) for row in rows),
        tuple(round(float(row[column]), 2) for row in rows),
        colour,
        dash,
        marked=dash is None,
        known_until=until,
    )


def _bar(row: dict[Any, Any], label: str, labels: Labels) -> Bar:
    told = f"{labels.words.share(row['share'])}  ({labels.words.number(row['covered'])})"
    return Bar(label, tuple(float(row[name]) for name in PARTS), told)


def _parts(labels: Labels, rows: list[dict[Any, Any]]) -> list[Part]:
    """Looks of the parts; a part that nobody belongs to has no place in the legend, and no size in the bars."""
    parts = [
        Part(labels(f"column.{name}"), fill, hatched)
        for name, (fill, hatched) in zip(PARTS, PEOPLE_FILLS, strict=True)
    ]
    used = [any(row[name] for row in rows) for name in PARTS]
    return [part if yes else Part("", part.fill) for part, yes in zip(parts, used, strict=True)]


def _told(bars: list[Bar], caption: str) -> str:
    return caption + ": " + "; ".join(f"{bar.label} {bar.told}" for bar in bars)
