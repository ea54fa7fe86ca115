"""Sections on supply, fairness and resting places, and on how safe the verdicts are."""

from __future__ import annotations

from coverplan.report.content import Bullets, Figure, Table
from coverplan.report.drawings.interval_chart import Range, interval_chart, lorenz_chart
from coverplan.report.labels import Labels
from coverplan.report.outline import Outline
from coverplan.report.tables import burial, certainty, supply
from coverplan.report.tables.method_sheet import method_sheet
from coverplan.report.tables.plan import records
from coverplan.results.result import Result

_SUPPLY_TABLES = frozenset({"utilisation", "supply", "equity", "burial"})


def supply_section(result: Result, labels: Labels, outline: Outline) -> None:
    """Who gets a place, which facilities are full or cannot be spared, how evenly all is shared, resting places."""
    if not result.summary["standards"] or not _SUPPLY_TABLES & result.tables.keys():
        return
    outline.section("supply", wide=True)
    places = supply.supply(result, labels, every_unit=False)
    if places.rows:
        outline.part("places", labels("part.places"))
        for sentence in _shortages(result, labels):
            outline.say(sentence, "lead")
        outline.add(places)
        for standard in result.summary["standards"]:
            outline.add(supply.full_ones(result, labels, standard["key"]))
    if "utilisation" in result.tables:
        outline.part("needed", labels("part.needed"))
        outline.say(labels("needed_intro"), "note")
        for standard in result.summary["standards"]:
            outline.add(supply.needed_ones(result, labels, standard["key"]))
    if "equity" in result.tables:
        outline.part("equity", labels("part.equity"))
        outline.say(labels("equity_intro"), "note")
        outline.add(
            supply.equity(result, labels),
            Bullets(supply.worst_units(result, labels)),
            _lorenz(result, labels),
        )
    if "burial" in result.tables:
        outline.part("burial", labels("part.burial"))
        outline.add(burial.units(result, labels), burial.places(result, labels))


def certainty_section(result: Result, labels: Labels, outline: Outline) -> None:
    """The one page from which a director sees whether the verdicts are safe."""
    if not result.summary["standards"] or "uncertainty" not in result.tables:
        return
    judged = "certainty" in result.tables
    outline.section("certainty" if judged else "ranges", wide=True)
    told = certainty.answer(result, labels) if judged else certainty.widest(result, labels)
    if told is not None:
        outline.say(told, "lead")
    intro = labels("certainty.intro", draws=certainty.draws(result))
    if 0 < certainty.flows(result) < certainty.draws(result):
        intro += labels("certainty.flows", draws=certainty.flows(result))
    outline.say(intro, "note")
    for row in records(result, "failed_draws"):
        outline.say(labels("certainty.failed", count=int(row["count"]), reason=row["reason"]), "warning")
    outline.add(_ranges(result, labels))
    if judged:
        if (still := certainty.unmoved(result)) > 0:
            outline.say(labels("certainty.still", count=still), "note")
        outline.add(certainty.verdicts(result, labels, moving=True))
    outline.add(certainty.tornado(result, labels))


def service_tables(result: Result, labels: Labels) -> tuple[Table, ...]:
    """The same in full, for a workbook; nothing where no standard was measured."""
    if not result.summary["standards"]:
        return ()
    found = [
        supply.supply(result, labels, every_unit=True),
        supply.facilities(result, labels),
        supply.equity(result, labels),
        certainty.coverage(result, labels),
        certainty.supply(result, labels),
        certainty.verdicts(result, labels),
        certainty.tornado(result, labels),
    ]
    if "burial" in result.tables:
        found += [burial.units(result, labels), burial.places(result, labels)]
    return (*found, method_sheet(result, labels))


def _shortages(result: Result, labels: Labels) -> list[str]:
    """A sentence on each question of supply."""
    whole = {
        (row["standard"], row["group"]): row for row in records(result, "supply") if not row["unit_code"]
    }
    ranges = {row["standard"]: row for row in records(result, "supply_range") if row["part"] == "served"}
    found = []
    for ask in result.summary.get("supply", ()):
        row = whole[ask["standard"], ask["group"]]
        values = {
            name: labels.words.number(row[name]) for name in ("people", "served", "no_place", "not_reached")
        }
        told = labels(
            "supply_sentence",
            group=labels.group(ask["group"]),
            standard=labels.standard(ask["standard"]),
            **values,
        )
        range_of = ranges.get(ask["standard"])
        if range_of is not None and range_of["low"] is not None:
            low, high = (labels.words.share(range_of[name]) for name in ("low", "high"))
            first = int(range_of["draws"]) < certainty.draws(result)
            key = "supply_range_first" if first else "supply_range"
            told += labels(key, low=low, high=high, draws=int(range_of["draws"]))
        if ask["facilities_unknown"]:
            counts = {"unknown": ask["facilities_unknown"], "count": ask["facilities"]}
            people = labels.words.number(row["place_unknown"])
            told += labels("supply_unknown", people=people, **counts)
        if ask["capacity_unreached"]:
            told += labels("supply_unreached", number=labels.words.number(ask["capacity_unreached"]))
        found.append(told)
    return found


def _lorenz(result: Result, labels: Labels) -> Figure | None:
    curves: dict[tuple[str, str, str], tuple[list[float], list[float]]] = {}
    for row in records(result, "lorenz"):
        x, y = curves.setdefault((row["standard"], row["group"], row["of"]), ([], []))
        x.append(row["x"])
        y.append(row["y"])
    first = {key: value for key, value in curves.items() if key[1] == _first_group(result, key[0])}
    if not first:
        return None
    named = [
        (f"{labels(f'equity_of.{of}')} · {labels.standard(standard)}", x, y)
        for (standard, _, of), (x, y) in first.items()
    ]
    caption = labels("figure.lorenz")
    drawing = lorenz_chart(named, x_name=labels("figure.lorenz_x"), y_name=labels("figure.lorenz_y"))
    return Figure("lorenz", caption, drawing, caption)


def _first_group(result: Result, key: str) -> str:
    return next(str(one["groups"][0]) for one in result.summary["standards"] if one["key"] == key)


def _ranges(result: Result, labels: Labels) -> Figure | None:
    covered = [row for row in records(result, "uncertainty") if not row["unit_code"]]
    served = [row for row in records(result, "supply_range") if row["part"] == "served"]
    named = [(f"{labels.group(row['group'])} · {labels.standard(row['standard'])}", row) for row in covered]
    for row in served:
        names = {"group": labels.group(row["group"]), "standard": labels.standard(row["standard"])}
        named.append((labels("certainty.place_of", **names), row))
    ranges = [
        Range(
            name,
            row["low"],
            row["share"],
            row["high"],
            f"{labels.words.share(row['share'])} ({100 * row['low']:.1f}–{100 * row['high']:.1f})",
        )
        for name, row in named
        if row["share"] is not None and row["low"] is not None
    ]
    if not ranges:
        return None
    caption = labels("figure.ranges_places" if served else "figure.ranges")
    return Figure(
        "ranges", caption, interval_chart(ranges), "; ".join(f"{one.name}: {one.told}" for one in ranges)
    )
