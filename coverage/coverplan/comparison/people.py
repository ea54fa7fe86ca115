"""Who gains, who loses, who gets nearer and farther: counted at the demand points, added up by unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from coverplan.comparison.comparable import Comparable
from coverplan.comparison.side import Side
from coverplan.errors import RecountError
from coverplan.service.cover import CONSERVED_WITHIN, WHOLE_AREA
from coverplan.units import BoolArray, FloatArray

#: A way that is shorter or longer by less than a second is the same way.
SAME_MINUTES = 1 / 60
#: Reasons of points whose people count for the minutes of a standard.
COUNTED = ("covered", "too_far", "not_reached")
UNIT_COLUMNS = ("unit_code", "unit_name", "unit_type")


@dataclass(frozen=True, slots=True)
class Pair:
    """One standard at the demand points on two sides.

    Parameters
    ----------
    gained, lost
        Shape (points,): within the standard on the second side only, on the first side only.
    nearer, farther
        Shape (points,): shorter or longer way to the nearest facility; found against not found counts too.
    found
        Shape (points,): a facility was found on both sides.
    before, after
        Shape (points,): minutes on the first and second side, NaN where none was found.
    """

    gained: BoolArray
    lost: BoolArray
    nearer: BoolArray
    farther: BoolArray
    found: BoolArray
    before: FloatArray
    after: FloatArray


def pair_of(first: Side, other: Side, standard: str) -> Pair | None:
    """Points of two sides; None where a protected layer is shown by unit only."""
    columns = [f"{standard}|reason", f"{standard}|minutes"]
    if any(side.demand is None or not set(columns) <= set(side.demand.columns) for side in (first, other)):
        return None
    reasons, minutes = zip(*(_columns(side, columns) for side in (first, other)), strict=True)
    covered = [reason == "covered" for reason in reasons]
    counted = np.isin(reasons[0], COUNTED) & np.isin(reasons[1], COUNTED)
    before, after = minutes
    known = ~np.isnan(before), ~np.isnan(after)
    found = counted & known[0] & known[1]
    with np.errstate(invalid="ignore"):
        shorter, longer = before - after >= SAME_MINUTES, after - before >= SAME_MINUTES
    return Pair(
        gained=covered[1] & ~covered[0],
        lost=covered[0] & ~covered[1],
        nearer=counted & (shorter | (known[1] & ~known[0])),
        farther=counted & (longer | (known[0] & ~known[1])),
        found=found,
        before=before,
        after=after,
    )


def _columns(side: Side, columns: Sequence[str]) -> tuple[Any, FloatArray]:
    assert side.demand is not None
    return side.demand[columns[0]].to_numpy(dtype=object), side.demand[columns[1]].to_numpy(dtype=np.float64)


def people_table(sides: Sequence[Side], common: Comparable) -> pd.DataFrame:
    """Who is within each standard on every side, by unit and group.

    Returns
    -------
    DataFrame
        One row for each standard, group and unit (the whole area has the code ``""``). Columns: ``standard``,
        ``group``, ``unit_code``, ``unit_name``, ``unit_type``, ``people``; for each side ``covered_A`` and
        ``share_A`` (0 to 1, NaN without people); for each side but the first ``gained_B``, ``lost_B``,
        ``nearer_B``, ``farther_B`` (people, held against the first; NaN where a layer is shown by unit only).
        Without the same people on every side there are no columns of the last kind. ``covered_present`` and
        ``share_present`` where a side looks ahead: what is so at the date of the data.
    """
    parts = [
        _rows(sides, key, group, pairs, people=common.people)
        for key, pairs in _pairs(sides, common)
        for group in common.groups(sides, key)
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["standard", "group"])


def _pairs(sides: Sequence[Side], common: Comparable) -> Iterator[tuple[str, dict[str, Pair | None]]]:
    for key in common.standards:
        yield key, {other.letter: pair_of(sides[0], other, key) for other in sides[1:]}


def _rows(
    sides: Sequence[Side], key: str, group: str, pairs: Mapping[str, Pair | None], *, people: bool
) -> pd.DataFrame:
    first = sides[0].result.of_standard(key, group)
    rows = pd.DataFrame(first[[*UNIT_COLUMNS, "people"]]).reset_index(drop=True)
    rows.insert(0, "standard", key)
    rows.insert(1, "group", group)
    for side in sides:
        own = side.result.of_standard(key, group).set_index("unit_code")
        for column in ("covered", "share"):
            rows[f"{column}_{side.letter}"] = rows["unit_code"].map(own[column])
    present = _present(sides, key, group)
    if present is not None:
        covered = rows["unit_code"].map(present)
        rows = rows.assign(
            covered_present=covered, share_present=covered / rows["people"].where(rows["people"] > 0)
        )
    if not people:
        return rows
    for letter, pair in pairs.items():
        for what in ("gained", "lost", "nearer", "farther"):
            chosen = None if pair is None else getattr(pair, what)
            rows[f"{what}_{letter}"] = _by_unit(sides[0], group, chosen, rows["unit_code"])
        _check_conserved(rows, letter)
    return rows


def _present(sides: Sequence[Side], key: str, group: str) -> pd.Series | None:
    """People covered at the date of the data by unit, as the first side that looks ahead says; None where none does."""
    for side in sides:
        own = side.result.of_standard(key, group).set_index("unit_code")
        if "covered_present" in own and own["covered_present"].notna().all():
            return own["covered_present"]
    return None


def _by_unit(side: Side, group: str, chosen: BoolArray | None, codes: pd.Series) -> Any:
    """People of the chosen points for each unit with all that lies below it; NaN where nobody can say."""
    if chosen is None or side.demand is None:
        return np.nan
    people = np.where(chosen, side.demand[f"people|{group}"].to_numpy(dtype=np.float64), 0.0)
    sums = pd.Series(people).groupby(side.demand["unit_code"].to_numpy(dtype=object)).sum()
    parents = {str(unit["code"]): unit["parent"] for unit in side.summary["units"]}
    total = dict.fromkeys(parents, 0.0) | {WHOLE_AREA: float(people.sum())}
    for deepest, count in sums.items():
        code: str | None = str(deepest)
        while code is not None:
            total[code] += float(count)
            code = parents[code]
    return codes.map(total).astype(float)


def _check_conserved(rows: pd.DataFrame, letter: str) -> None:
    """Gained less lost is the difference of those who are covered, in every unit (R6)."""
    net = rows[f"gained_{letter}"] - rows[f"lost_{letter}"]
    off = (net - (rows[f"covered_{letter}"] - rows["covered_A"])).abs()
    wrong = off > CONSERVED_WITHIN * rows["people"].clip(lower=1.0)
    if wrong.any():
        row = rows.loc[wrong].iloc[0]
        raise RecountError(
            f"people are not conserved (R6) between A and {letter} in unit {row['unit_code'] or 'whole area'}, "
            f"{row['standard']}, {row['group']}: gained less lost is {net[wrong].iloc[0]}, covered differ by "
            f"{row[f'covered_{letter}'] - row['covered_A']}"
        )


def nearer_table(sides: Sequence[Side], common: Comparable) -> pd.DataFrame:
    """How the ways change in the whole area.

    Returns
    -------
    DataFrame
        One row for each standard, group and side but the first. Columns: ``standard``, ``group``, ``scenario``;
        people: ``nearer``, ``farther``, ``same``, ``no_way`` (no facility was found on either side); minutes,
        weighted by people: ``mean_before``, ``mean_after`` (those for whom a facility was found on both sides),
        ``nearer_before``, ``nearer_after``, ``farther_before``, ``farther_after``; NaN where nobody belongs.
    """
    rows = [
        {"standard": key, "group": group, "scenario": letter, **_ways(sides[0], group, pair)}
        for key, pairs in (_pairs(sides, common) if common.people else ())
        for group in common.groups(sides, key)
        for letter, pair in pairs.items()
        if pair is not None
    ]
    return pd.DataFrame(rows, columns=["standard", "group", "scenario", *_WAYS])


_WAYS = (
    "nearer",
    "farther",
    "same",
    "no_way",
    "mean_before",
    "mean_after",
    "nearer_before",
    "nearer_after",
    "farther_before",
    "farther_after",
)


def _ways(side: Side, group: str, pair: Pair) -> dict[str, float]:
    assert side.demand is not None
    people = np.where(
        side.demand["inside"].to_numpy(dtype=bool),
        side.demand[f"people|{group}"].to_numpy(dtype=np.float64),
        0.0,
    )
    same = pair.found & ~pair.nearer & ~pair.farther
    counts = {
        "nearer": people[pair.nearer].sum(),
        "farther": people[pair.farther].sum(),
        "same": people[same].sum(),
    }
    found = {float(value) for value in counts.values()}
    assert all(value >= 0 for value in found)
    means = {
        f"{name}_{when}": _mean(getattr(pair, when), people, chosen)
        for name, chosen in (
            ("mean", pair.found),
            ("nearer", pair.found & pair.nearer),
            ("farther", pair.found & pair.farther),
        )
        for when in ("before", "after")
    }
    rest = people.sum() - sum(counts.values())
    return {**{k: float(v) for k, v in counts.items()}, "no_way": float(max(rest, 0.0)), **means}


def _mean(minutes: FloatArray, people: FloatArray, chosen: BoolArray) -> float:
    weight = people[chosen]
    return float(np.average(minutes[chosen], weights=weight)) if weight.sum() > 0 else float("nan")


def worst_table(sides: Sequence[Side], common: Comparable, types: tuple[str, ...] | None) -> pd.DataFrame:
    """Unit with the lowest share on each side, ties by code.

    Returns
    -------
    DataFrame
        Columns: ``standard``, ``group``, ``scenario``, ``unit_code``, ``unit_name``, ``people``, ``covered``,
        ``share``; no row where no unit has people.
    """
    rows = []
    for key in common.standards:
        for group in common.groups(sides, key):
            for side in sides:
                worst = side.result.worst_units(key, group, types).head(1).to_dict("records")
                rows += [{"standard": key, "group": group, "scenario": side.letter, **row} for row in worst]
    columns = ["standard", "group", "scenario", "unit_code", "unit_name", "people", "covered", "share"]
    return pd.DataFrame(rows, columns=columns)
