"""A comparison in whole people: what its pages show, so that rows and totals add up as printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from coverplan.comparison.outcome import Comparison
from coverplan.results.whole_numbers import NOISE, rounded_to, whole_after, whole_table
from coverplan.results.whole_people import lost_of_units, whole_coverage, with_rest
from coverplan.units import FloatArray
from coverplan.vocabulary import LEVELS


def whole_comparison(comparison: Comparison) -> Comparison:
    """The comparison with whole people; units of a level (and who is in none) add up to the whole area.

    On every side but the first, who is within is who is within on the first, less those no longer and with those newly
    within; nobody changes where nobody did.
    """
    people, nearer = comparison.people, comparison.nearer
    if "people" not in people:
        return comparison
    shown = people.copy()
    for at in range(len(comparison.sides)):
        _take(shown, comparison, at)
    for _, block in people.groupby(["standard", "group"], sort=False):
        for name, values in _changes(shown.loc[block.index], block, comparison).items():
            shown.loc[block.index, name] = values
    return replace(comparison, people=shown, nearer=_ways(nearer, shown))


def _take(shown: pd.DataFrame, comparison: Comparison, at: int) -> None:
    """Numbers of a side as its own report shows them, in place."""
    side = comparison.sides[at]
    own = whole_coverage(side.result.coverage).set_index(["standard", "group", "unit_code"])
    keys = pd.MultiIndex.from_frame(shown[["standard", "group", "unit_code"]])
    taken = {f"covered_{side.letter}": "covered"}
    if at == 0:
        taken["people"] = "people"
    if "covered_present" in shown and "covered_present" in own and own["covered_present"].notna().all():
        taken["covered_present"] = "covered_present"
    for name, source in taken.items():
        shown[name] = own[source].reindex(keys).to_numpy()


def _changes(shown: pd.DataFrame, raw: pd.DataFrame, comparison: Comparison) -> dict[str, FloatArray]:
    """Whole people who change, and who is within after it, of one standard and group."""
    found: dict[str, FloatArray] = {}
    first, everybody = shown["covered_A"].to_numpy(float), shown["people"].to_numpy(float)
    top = int(np.flatnonzero(shown["unit_code"] == "")[0])
    for side in comparison.others:
        letter = side.letter
        names = [f"{what}_{letter}" for what in ("gained", "lost", "nearer", "farther")]
        if not set(names) <= set(raw) or raw[names].isna().to_numpy().any():
            continue
        made = {name: np.round(raw[name].to_numpy(float)) for name in names}
        within = shown[f"covered_{letter}"].to_numpy(float).copy()
        was, now = (raw[f"covered_{one}"].to_numpy(float) for one in ("A", letter))
        lost = raw[names[1]].to_numpy(float)
        made[names[1]][top] = max(made[names[1]][top], first[top] - within[top])
        for level in _levels(raw):
            then, before, told = (with_rest(values, level, top) for values in (now, was, first))
            within[level] = whole_after(then, before, told, int(within[top]))[:-1]
            made[names[1]][level] = lost_of_units(lost, within - first, level, top, int(made[names[1]][top]))
            for name in names[2:]:
                made[name][level] = _split(
                    raw[name].to_numpy(float), everybody, level, top, int(made[name][top])
                )
        made[names[0]] = within - first + made[names[1]]
        found |= {**made, f"covered_{letter}": within}
    return found


def _split(raw: FloatArray, among: FloatArray, level: Any, top: int, total: int) -> FloatArray:
    """Whole people of each unit of a level who change, none more than the whole people `among` whom they are."""
    changed = np.append(raw[level], max(raw[top] - raw[level].sum(), 0.0))
    changed[changed < NOISE * max(raw[top], 1.0)] = 0.0
    whole = np.append(among[level], among[top] - among[level].sum())
    others = np.maximum(whole - changed, 0.0)
    wanted = np.array([total, whole.sum() - total])
    return whole_table(np.column_stack([changed, others]), whole, wanted)[:-1, 0]


def _levels(raw: pd.DataFrame) -> Iterator[Any]:
    for types in LEVELS:
        places = np.flatnonzero(raw["unit_type"].isin(types) & (raw["unit_code"] != ""))
        if len(places):
            yield places


def _ways(nearer: pd.DataFrame, shown_people: pd.DataFrame) -> pd.DataFrame:
    """Nearer and farther as in the table of people; they, the same and those without a way are all people."""
    shown = nearer.copy()
    known = {
        (row["standard"], row["group"]): row
        for row in shown_people[shown_people["unit_code"] == ""].to_dict("records")
    }
    for place, row in zip(nearer.index, nearer.to_dict("records"), strict=True):
        of = known[row["standard"], row["group"]]
        moved = [float(of[f"{what}_{row['scenario']}"]) for what in ("nearer", "farther")]
        left = rounded_to(np.array([row["same"], row["no_way"]]), round(float(of["people"]) - sum(moved)))
        shown.loc[place, ["nearer", "farther", "same", "no_way"]] = [*moved, *left]
    return shown
