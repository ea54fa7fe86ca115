"""How far each side is from the best that could be done with the same means, with a proven bound.

The question is maximal covering (Church and ReVelle 1974): what stands already is fixed, the candidates are those
that a siting run weighed, and the means are a side's new sites of each type or the money that they cost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from coverplan.comparison.comparable import Comparable
from coverplan.comparison.side import Side
from coverplan.service.cover import WHOLE_AREA
from coverplan.units import BoolArray, FloatArray

if TYPE_CHECKING:
    from coverplan.comparison.best import Best, Question
    from coverplan.comparison.candidates import Candidates

#: Reasons of points whose people a new site could cover, and of those who are covered.
OPEN_TO_ALL = ("covered", "too_far", "not_reached")
SITING_NPZ = "siting.npz"
#: People: counts that differ by less are the same.
SAME_PEOPLE = 1e-6

REGRET_COLUMNS = (
    "scenario",
    "standard",
    "group",
    "means",
    "sites",
    "money",
    "covered_before",
    "covered",
    "best",
    "bound",
    "regret",
    "at_most",
    "status",
    "chosen",
    "units",
)


@dataclass(frozen=True, slots=True)
class Regret:
    """Regret of every side, or why it could not be asked.

    Parameters
    ----------
    table
        One row for each side, standard and means. Columns: `REGRET_COLUMNS`. ``means`` is ``sites`` or
        ``money``; people of the standard's first group: ``covered_before`` (any action), ``covered`` (by the
        side), ``best`` (found), ``bound`` (nothing covers more), ``regret`` (best less covered, not below 0),
        ``at_most`` (bound less covered, not below 0); ``chosen`` and ``units``: ids of
        the candidates of the best, and of the units that they lie in.
    reasons
        Why it was not asked, by standard (``""``: for all): words of ``compare.no_regret.<reason>``.
    """

    table: pd.DataFrame
    reasons: dict[str, str] = field(default_factory=dict)


def regret_of(sides: Sequence[Side], common: Comparable, *, money: bool) -> Regret:
    """Ask for every side and standard what the same sites, and if asked the same money, could have done.

    Raises
    ------
    InputError
        If the file of candidates is damaged.
    """
    source = next((side for side in sides if _has_candidates(side)), None)
    if source is None:
        return _nothing("no_candidates")
    if not common.people:
        return _nothing("other_people")
    candidates, asked = _candidates(source)
    rows: list[dict[str, Any]] = []
    reasons: dict[str, str] = {}
    for key in common.standards:
        if key not in asked:
            reasons[key] = "not_weighed"
            continue
        found = _of_standard(sides, source, candidates, key, money=money)
        if isinstance(found, str):
            reasons[key] = found
        else:
            rows += found
    return Regret(pd.DataFrame(rows, columns=list(REGRET_COLUMNS)), reasons)


def _nothing(reason: str) -> Regret:
    return Regret(pd.DataFrame(columns=list(REGRET_COLUMNS)), {"": reason})


def _has_candidates(side: Side) -> bool:
    folder = side.result.folder
    return folder is not None and (folder / SITING_NPZ).is_file() and "siting" in side.summary


def _candidates(source: Side) -> tuple[Candidates, set[str]]:
    asked = [str(key) for key in source.summary["siting"]["question"]["standards"]]
    assert source.result.folder is not None
    from coverplan.comparison.candidates import read_candidates

    points = 0 if source.demand is None else len(source.demand)
    return read_candidates(source.result.folder / SITING_NPZ, asked, points), set(asked)


def _of_standard(
    sides: Sequence[Side], source: Side, candidates: Candidates, key: str, *, money: bool
) -> list[dict[str, Any]] | str:
    """Rows of one standard, or why there are none."""
    if any(side.demand is None or f"{key}|reason" not in side.demand for side in sides):
        return "protected"
    group = str(sides[0].standards[key]["groups"][0])
    if any(group not in side.standards[key]["groups"] for side in sides):
        return "other_groups"
    builders = [side for side in sides if _new_sites(side, key)]
    if not builders:
        return "no_new_sites"
    before = _before(sides, source, candidates, key, group)
    if before is None:
        return "unknown_before"
    from coverplan.comparison.best import Question

    question = Question(candidates, candidates.pairs[key], before, _weight(sides[0], key, group))
    return [
        {"scenario": side.letter, "standard": key, "group": group, **row}
        for side in builders
        for row in _asked(side, key, question, money=money)
    ]


def _new_sites(side: Side, key: str) -> list[dict[str, Any]]:
    """Openings of a side that count for a standard: type and cost."""
    opened = [change["open"] for change in side.applied if "open" in change]
    offers = [(place["layer"], place.get("offers", {}), place["id"]) for place in opened]
    costs = _chosen_costs(side)
    return [
        {"type": offer.get("type"), "cost": costs.get((layer, identifier), offer.get("cost"))}
        for layer, offer, identifier in offers
        if side.counts(key, layer, offer.get("type"))
    ]


def _chosen_costs(side: Side) -> dict[tuple[str, str], float | None]:
    table = side.result.tables.get("actions")
    if table is None:
        return {}
    return {
        (layer, facility): None if pd.isna(cost) else float(cost)
        for layer, facility, cost in zip(table["layer"], table["facility"], table["cost"], strict=True)
    }


def _weight(side: Side, key: str, group: str) -> FloatArray:
    """Shape (points,): people whom a facility could cover."""
    assert side.demand is not None
    reason = side.demand[f"{key}|reason"].to_numpy(dtype=object)
    people = side.demand[f"people|{group}"].to_numpy(dtype=np.float64)
    return np.where(np.isin(reason, OPEN_TO_ALL), people, 0.0)


def _before(
    sides: Sequence[Side], source: Side, candidates: Candidates, key: str, group: str
) -> BoolArray | None:
    """Shape (points,): covered before any action, proven by the sums that the sides themselves report.

    Either the siting run says so, or a side that changes nothing in the layer shows it, or the chosen candidates
    are taken away from those who are within the standard in the siting run's own answer.
    """
    if key in candidates.before:
        return candidates.before[key]
    layer = sides[0].standards[key]["layer"]
    shown = [_covered(side, key) for side in sides if not _changes(side, layer)]
    taken = _without_chosen(source, candidates, key)
    for guess in [*shown, *([] if taken is None else [taken])]:
        if all(_agrees(side, guess, key, group) for side in sides):
            return guess
    return None


def _changes(side: Side, layer: str) -> bool:
    return any(
        what["layer"] == layer
        for change in side.applied
        for what in change.values()
        if isinstance(what, dict)
    )


def _covered(side: Side, key: str) -> BoolArray:
    assert side.demand is not None
    return np.asarray(side.demand[f"{key}|reason"].to_numpy(dtype=object) == "covered")


def _without_chosen(source: Side, candidates: Candidates, key: str) -> BoolArray | None:
    """Covered without the chosen candidates; None where the answer did more than open them."""
    table = source.result.tables.get("actions", pd.DataFrame(columns=["layer", "facility", "site"]))
    site_of = {(row["layer"], row["facility"]): row["site"] for row in table.to_dict("records")}
    position = {identifier: at for at, identifier in enumerate(candidates.ids)}
    assert source.demand is not None
    within = source.demand[f"{key}|within"].fillna(0).to_numpy(dtype=np.int64).copy()
    pairs = candidates.pairs[key]
    for change in source.applied:
        what = next(value for value in change.values() if isinstance(value, dict))
        if what["layer"] != source.standards[key]["layer"]:
            continue
        at = position.get(str(site_of.get((what["layer"], what["id"]))))
        if "open" not in change or at is None:
            return None
        if source.counts(key, what["layer"], what.get("offers", {}).get("type")):
            within[pairs.demand[pairs.indptr[at] : pairs.indptr[at + 1]]] -= 1
    return _covered(source, key) & (within > 0)


def _agrees(side: Side, before: BoolArray, key: str, group: str) -> bool:
    """The sums of every unit are those that the side reports."""
    rows = side.result.of_standard(key, group).set_index("unit_code")
    reported = rows["covered_before"] if "covered_before" in rows else rows["covered"]
    assert side.demand is not None
    people = np.where(before, side.demand[f"people|{group}"].to_numpy(dtype=np.float64), 0.0)
    sums = pd.Series(people).groupby(side.demand["unit_code"].to_numpy(dtype=object)).sum()
    deepest = [code for code in sums.index if code in reported.index and not _has_parts(side, code)]
    close = np.isclose(sums[deepest], reported[deepest], rtol=1e-9, atol=SAME_PEOPLE)
    return bool(close.all() and np.isclose(people.sum(), reported[WHOLE_AREA], rtol=1e-9, atol=SAME_PEOPLE))


def _has_parts(side: Side, code: str) -> bool:
    return any(unit["parent"] == code for unit in side.summary["units"])


def _asked(side: Side, key: str, question: Question, *, money: bool) -> Iterator[dict[str, Any]]:
    """Best with as many new sites of each type, then, if asked, best for the same money where it is known."""
    from coverplan.comparison.best import best_by_money, best_by_sites

    new = _new_sites(side, key)
    standard = side.standards[key]
    facts = {
        "covered_before": float(question.weight[question.before].sum()),
        "covered": float(standard["people"][standard["groups"][0]]["covered"]),
        "sites": len(new),
    }
    types = Counter("" if place["type"] is None else str(place["type"]) for place in new)
    sites = best_by_sites(question, standard["layer"], types)
    yield _told(sites, "sites", float("nan"), facts, question.candidates)
    costs = [float(place["cost"]) for place in new if place["cost"] is not None]
    spent = sum(costs)
    if money and spent > 0 and len(costs) == len(new):
        bought = best_by_money(question, standard["layer"], standard["types"], spent)
        yield _told(bought, "money", spent, facts, question.candidates)


def _told(
    found: Best, means: str, money: float, facts: dict[str, Any], candidates: Candidates
) -> dict[str, Any]:
    covered = facts["covered"]
    return {
        "means": means,
        "money": money,
        **facts,
        "best": found.covered,
        "bound": found.bound,
        "regret": np.maximum(found.covered - covered, 0.0),
        "at_most": np.maximum(found.bound - covered, 0.0),
        "status": found.status,
        "chosen": tuple(candidates.ids[at] for at in found.places),
        "units": tuple(candidates.unit[at] for at in found.places),
    }
