"""How safe figures and verdicts are, as tables and sentences."""

from __future__ import annotations

from typing import Any

from coverplan.report.content import Column, Row, Table, Tone
from coverplan.report.labels import Labels
from coverplan.report.tables.plan import VERDICT_TONES, name_of, records
from coverplan.results.result import Result

#: A verdict is safe where it stays in this part of the draws.
SAFE = 0.9
#: A coverage moves much where nine of ten draws are farther apart than this.
WIDE = 0.1
#: So many doubtful verdicts are named on the first page; of more it tells the number.
MOST_NAMED = 4
_JUDGED = ("met", "on_track", "behind", "not_met")


def answer(result: Result, labels: Labels) -> str | None:
    """One sentence for the director: how many verdicts are safe, and which are not."""
    rows = _judged(result)
    if not rows:
        return None
    names = {row["target_id"]: name_of(row, labels) for row in records(result, "gaps")}
    doubtful = _doubtful(rows)
    told = {"count": len(rows), "safe": len(rows) - len(doubtful), "part": f"{SAFE:.0%}".replace("%", "")}
    if not doubtful:
        return labels("certainty.all_safe", **told)
    listed = labels.names(
        [
            labels(
                "certainty.doubtful",
                target=names.get(row["target_id"], row["target_id"]),
                same=int(row["same"]),
                draws=int(row["draws"]),
            )
            for row in doubtful
        ]
    )
    return labels("certainty.some_safe", listed=listed, doubtful=len(doubtful), **told)


def brief(result: Result, labels: Labels) -> str:
    """The same in a few words for the first page, which says where more stands; empty where nothing was judged."""
    rows = _judged(result)
    if not rows:
        return ""
    doubtful = _doubtful(rows)
    told = {"count": len(rows), "safe": len(rows) - len(doubtful), "section": labels("section.certainty")}
    if not 0 < len(doubtful) <= MOST_NAMED:
        return labels("certainty.brief", **told)
    listed = labels.names([str(row["target_id"]) for row in doubtful])
    return labels("certainty.brief_named", listed=listed, **told)


def _judged(result: Result) -> list[dict[str, Any]]:
    return [row for row in records(result, "certainty") if row["verdict"] in _JUDGED]


def _doubtful(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if not _is_safe(row)]


def _is_safe(row: dict[str, Any]) -> bool:
    return bool(row["same"] >= SAFE * row["draws"])


def widest(result: Result, labels: Labels) -> str | None:
    """Without a plan: how many coverages move much, which moves most, and what moves it."""
    whole = [row for row in records(result, "uncertainty") if not row["unit_code"] and row["low"] is not None]
    if not whole:
        return None
    told = labels(
        "certainty.figures_only",
        count=len(whole),
        wide=sum(row["high"] - row["low"] > WIDE for row in whole),
        points=f"{100 * WIDE:g}",
    )
    row = max(whole, key=lambda row: row["high"] - row["low"])
    causes = [
        (abs(one["at_high"] - one["at_low"]), one["cause"])
        for one in records(result, "tornado")
        if (one["standard"], one["group"]) == (row["standard"], row["group"]) and one["at_low"] is not None
    ]
    if not causes or not row["high"] > row["low"]:
        return told
    names = {"group": labels.group(row["group"]), "standard": labels.standard(row["standard"])}
    share, low, high = (labels.words.share(row[name]) for name in ("share", "low", "high"))
    return told + labels(
        "certainty.widest",
        what=labels("certainty.coverage_is", **names),
        share=share,
        low=low,
        high=high,
        cause=labels(f"cause.{max(causes)[1]}"),
    )


def unmoved(result: Result) -> int:
    """How many targets have the same value and verdict in every draw."""
    return sum(not _moves(row) for row in records(result, "certainty"))


def flows(result: Result) -> int:
    """Draws in which places were given out: the first ones, where there are more in all."""
    return max((int(row["draws"]) for row in records(result, "supply_range")), default=0)


def draws(result: Result) -> int:
    """Draws in which coverage was counted, all that there are."""
    return max((int(row["draws"]) for row in records(result, "uncertainty")), default=0)


def verdicts(result: Result, labels: Labels, *, moving: bool = False) -> Table:
    """Every judged target: its verdict, in how many draws it stays, the range of its value, what turns it.

    `moving` leaves out those that are the same in every draw, and begins with those that are not safe.
    """
    targets = {row["target_id"]: row for row in records(result, "gaps")}
    told = records(result, "certainty")
    if moving:
        told = sorted(filter(_moves, told), key=_is_safe)
    rows = []
    for row in told:
        judged = row["verdict"] in _JUDGED
        target = targets.get(row["target_id"])
        safe = _is_safe(row)
        tones: dict[str, Tone] = {
            "verdict": VERDICT_TONES[row["verdict"]],
            "safe": "good" if safe else "warn",
        }
        rows.append(
            Row(
                (
                    row["target_id"],
                    row["target_id"] if target is None else name_of(target, labels),
                    labels(f"verdict.{row['verdict']}"),
                    labels("certainty.of", same=int(row["same"]), draws=int(row["draws"])),
                    labels("certainty.safe" if safe else "certainty.not_safe") if judged else None,
                    _others(row, labels),
                    row["low"],
                    row["middle"],
                    row["high"],
                    labels.names([labels(f"cause.{cause}") for cause in row["causes"] or ()]) or None,
                ),
                tones=tones,
            )
        )
    columns = (
        Column("target_id", labels("column.target_id"), "code", width=9),
        Column("indicator", labels("column.indicator"), width=28),
        Column("verdict", labels("column.verdict"), width=9),
        Column("same", labels("column.same"), width=10),
        Column("safe", labels("column.safe"), width=8),
        Column("others", labels("column.other_verdicts"), width=20),
        Column("low", labels("column.low"), "value", width=9),
        Column("middle", labels("column.middle"), "value", width=9),
        Column("high", labels("column.high"), "value", width=9),
        Column("causes", labels("column.causes"), width=18),
    )
    note = labels("table.certainty_note")
    return Table("certainty", labels("table.certainty"), columns, tuple(rows), note, even="rows")


def coverage(result: Result, labels: Labels) -> Table:
    """Coverage of the whole area and of units with the range of nine of ten draws."""
    rows = [
        Row(
            (
                labels.standard(row["standard"]),
                labels.group(row["group"]),
                row["unit_code"] or None,
                labels.unit(row["unit_code"]) if row["unit_code"] else labels("total"),
                row["share"],
                row["low"],
                row["middle"],
                row["high"],
            ),
            kind="body" if row["unit_code"] else "total",
        )
        for row in records(result, "uncertainty")
    ]
    columns = (
        Column("standard", labels("column.standard"), width=28),
        Column("group", labels("column.group"), width=12),
        Column("unit_code", labels("column.unit_code"), "code", width=13),
        Column("unit_name", labels("column.unit_name"), width=14),
        Column("share", labels("column.share"), "share", width=9),
        Column("low", labels("column.low"), "share", width=9),
        Column("middle", labels("column.middle"), "share", width=9),
        Column("high", labels("column.high"), "share", width=9),
    )
    note = labels("table.uncertainty_note")
    return Table("uncertainty", labels("table.uncertainty"), columns, tuple(rows), note)


def supply(result: Result, labels: Labels) -> Table:
    """Shares of the people with and without a place, with the range of nine of ten draws."""
    rows = [
        Row(
            (
                labels.standard(row["standard"]),
                labels.group(row["group"]),
                labels(f"column.{'place_unknown' if row['part'] == 'unknown' else row['part']}"),
                *(row[name] for name in ("share", "low", "middle", "high")),
            )
        )
        for row in records(result, "supply_range")
    ]
    columns = (
        Column("standard", labels("column.standard"), width=28),
        Column("group", labels("column.group"), width=12),
        Column("part", labels("column.part"), width=14),
        *(
            Column(name, labels(f"column.{name}"), "share", width=9)
            for name in ("share", "low", "middle", "high")
        ),
    )
    note = labels("table.supply_range_note", draws=flows(result))
    return Table("supply_range", labels("table.supply_range"), columns, tuple(rows), note)


def tornado(result: Result, labels: Labels) -> Table:
    """What each cause does alone to coverage and to targets."""
    names = {row["target_id"]: name_of(row, labels) for row in records(result, "gaps")}
    rows = []
    for row in records(result, "tornado"):
        of_target = row["target_id"] is not None
        times = 1 if of_target else 100
        if _same(row["at_low"], row["at_high"], times) and row["verdict_low"] == row["verdict_high"]:
            continue
        subject = (
            names.get(row["target_id"], row["target_id"])
            if of_target
            else labels(
                "certainty.coverage_of",
                standard=labels.standard(row["standard"]),
                group=labels.group(row["group"]),
            )
        )
        words = [row["verdict_low"], row["verdict_high"]]
        rows.append(
            Row(
                (
                    subject,
                    labels(f"cause.{row['cause']}"),
                    None if row["at_low"] is None else times * row["at_low"],
                    None if row["at_high"] is None else times * row["at_high"],
                    *(None if word is None else labels(f"verdict.{word}") for word in words),
                )
            )
        )
    columns = (
        Column("subject", labels("column.subject"), width=40),
        Column("cause", labels("column.cause"), width=18),
        Column("at_low", labels("column.at_low"), "value", width=10),
        Column("at_high", labels("column.at_high"), "value", width=10),
        Column("verdict_low", labels("column.verdict_low"), width=11),
        Column("verdict_high", labels("column.verdict_high"), width=11),
    )
    note = labels("table.tornado_note")
    table = Table("tornado", labels("table.tornado"), columns, tuple(rows), note, even="rows")
    if "certainty" in result.tables:
        return table
    return table.without("verdict_low", "verdict_high", key=table.key, caption=table.caption, note=table.note)


def _same(low: float | None, high: float | None, times: int) -> bool:
    """Whether two ends read alike with the two digits that a page shows."""
    if low is None or high is None:
        return low == high
    return round(times * low, 2) == round(times * high, 2)


def _moves(row: dict[str, Any]) -> bool:
    return bool(row["same"] < row["draws"] or row["low"] != row["high"])


def _others(row: dict[str, Any], labels: Labels) -> str | None:
    """Verdicts of the draws in which it is another one."""
    words = [word for word in (*_JUDGED, "cannot_be_judged") if word != row["verdict"] and row[word]]
    return (
        labels.names([f"{labels(f'verdict.{word}')} {int(row[word])}" for word in words]) if words else None
    )
