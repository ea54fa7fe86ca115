"""How far each side is from the best that could be done with the same means, with a proven bound.

The question is maximal covering (Church and ReVelle 1974): what stands already is fixed, the candidates are those
that a siting run weighed, and the means are a side's new sites of each type or the money that they cost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.sparse.csgraph import maximum_bipartite_matching

from coverplan.comparison.candidates import SITING_NPZ, Candidates, read_candidates
from coverplan.comparison.comparable import Comparable
from coverplan.comparison.side import Side
from coverplan.cover import WHOLE_AREA
from coverplan.siting.limit import Budget, Limit, Number, UnitCap
from coverplan.siting.objective import MostPeople
from coverplan.siting.pairs import Pairs
from coverplan.siting.points import make_points
from coverplan.siting.problem import Problem, make_problem
from coverplan.siting.search import Search
from coverplan.siting.sites import SiteStatus, make_sites
from coverplan.siting.solution import Solution
from coverplan.siting.solve import solve
from coverplan.units import BoolArray, FloatArray, Int64Array

#: Stands for everything that is there before any action.
STANDING = ""
#: Reasons of points whose people a new site could cover, and of those who are covered.
OPEN_TO_ALL = ("covered", "too_far", "not_reached")
#: People: counts that differ by less are the same.
SAME_PEOPLE = 1e-6
#: Within this part of the best, money is no longer worth searching for.
MONEY_GAP = 0.005

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
        ``at_most`` (bound less covered, not below 0); ``chosen``: ids of the candidates of the best.
    reasons
        Why it was not asked, by standard (``""``: for all): words of ``compare.no_regret.<reason>``.
    """

    table: pd.DataFrame
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Question:
    """One standard with its candidates and what stands already."""

    candidates: Candidates
    pairs: Pairs
    before: BoolArray
    weight: FloatArray


def regret_of(sides: Sequence[Side], common: Comparable) -> Regret:
    """Ask for every side and standard what the same means could have done.

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
        found = _of_standard(sides, source, candidates, key)
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
    points = 0 if source.demand is None else len(source.demand)
    return read_candidates(source.result.folder / SITING_NPZ, asked, points), set(asked)


def _of_standard(
    sides: Sequence[Side], source: Side, candidates: Candidates, key: str
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
    question = _Question(candidates, candidates.pairs[key], before, _weight(sides[0], key, group))
    rows = []
    for side in builders:
        for row in _asked(side, key, question):
            rows.append({"scenario": side.letter, "standard": key, "group": group, **row})
    return rows


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
        (row["layer"], row["facility"]): None if pd.isna(row["cost"]) else float(row["cost"])
        for row in table.to_dict("records")
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
    return any(what["layer"] == layer for change in side.applied for what in change.values() if isinstance(what, dict))


def _covered(side: Side, key: str) -> BoolArray:
    assert side.demand is not None
    return np.asarray(side.demand[f"{key}|reason"].to_numpy(dtype=object) == "covered")


def _without_chosen(source: Side, candidates: Candidates, key: str) -> BoolArray | None:
    """Covered without the chosen candidates; None where the answer did more than open them."""
    table = source.result.tables.get("actions", pd.DataFrame(columns=["layer", "facility", "site"]))
    site_of = {(row["layer"], row["facility"]): row["site"] for row in table.to_dict("records")}
    position = {identifier: at for at, identifier in enumerate(candidates.ids)}
    assert source.demand is not None
    within = source.demand[f"{key}|within"].to_numpy(dtype=np.int64).copy()
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


def _asked(side: Side, key: str, question: _Question) -> Iterator[dict[str, Any]]:
    """Best with as many new sites of each type, then best for the same money where it is known."""
    new = _new_sites(side, key)
    standard = side.standards[key]
    rows = side.result.of_standard(key, standard["groups"][0]).set_index("unit_code")
    facts = {
        "covered_before": float(question.weight[question.before].sum()),
        "covered": float(rows.loc[WHOLE_AREA, "covered"]),
        "sites": len(new),
    }
    types = Counter("" if place["type"] is None else str(place["type"]) for place in new)
    yield _told(_by_sites(question, standard["layer"], types), "sites", float("nan"), facts)
    money = sum(float("nan") if place["cost"] is None else float(place["cost"]) for place in new)
    if money > 0:
        yield _told(_by_money(question, standard["layer"], standard["types"], money), "money", money, facts)


def _told(found: Solution | str, means: str, money: float, facts: dict[str, Any]) -> dict[str, Any]:
    row = {"means": means, "money": money, **facts, "chosen": ()}
    if isinstance(found, str) or found.stages[0].value is None:
        unknown = dict.fromkeys(("best", "bound", "regret", "at_most"), float("nan"))
        return {**row, **unknown, "status": found if isinstance(found, str) else found.status}
    stage, covered = found.stages[0], facts["covered"]
    assert stage.value is not None
    best = float(stage.value)
    bound = float("nan") if stage.bound is None else max(float(stage.bound), best)
    return {
        **row,
        "best": best,
        "bound": bound,
        "regret": max(best - covered, 0.0),
        "at_most": max(bound - covered, 0.0),
        "status": found.status,
        "chosen": tuple(sorted({identifier.partition("|")[0] for identifier in found.chosen})),
    }


def _by_sites(question: _Question, layer: str, types: Counter[str]) -> Solution | str:
    """Most people with as many new sites of each type."""
    candidates = question.candidates
    where = {
        kind: np.unique(candidates.open_site[candidates.openings(layer, [kind] if kind else None)])
        for kind in types
    }
    if any(not len(places) for places in where.values()):
        return "no_opening"
    union = np.unique(np.concatenate(list(where.values())))
    number = Number(0, types.total())
    loose = solve(_problem(question, union, [str(candidates.ids[at]) for at in union], (number,)), Search())
    position = {identifier: at for at, identifier in enumerate(candidates.ids)}
    if _can_be_typed([position[identifier] for identifier in loose.chosen], where, types):
        return loose
    return solve(_typed(question, where, types), Search())


def _can_be_typed(chosen: list[int], where: dict[str, Int64Array], types: Counter[str]) -> bool:
    """Whether every chosen site can get a type of its own among those that may stand there."""
    slots = [set(where[kind].tolist()) for kind in sorted(types) for _ in range(types[kind])]
    fits = sp.csr_matrix(np.array([[site in slot for slot in slots] for site in chosen], dtype=np.int8).reshape(-1, len(slots)))
    return int((maximum_bipartite_matching(fits, perm_type="column") >= 0).sum()) == len(chosen)


def _typed(question: _Question, where: dict[str, Int64Array], types: Counter[str]) -> Problem:
    """One site for each place and type, with as many of a type as the means allow."""
    kinds = sorted(types)
    places = np.concatenate([where[kind] for kind in kinds])
    unit = np.repeat(np.arange(len(kinds)), [len(where[kind]) for kind in kinds])
    ids = [f"{question.candidates.ids[at]}|{kinds[u]}" for at, u in zip(places, unit, strict=True)]
    caps = tuple(UnitCap((kind,), types[kind]) for kind in kinds)
    return _problem(question, places, ids, caps, units=tuple(kinds), unit=unit)


def _by_money(
    question: _Question, layer: str, types: Sequence[str] | None, money: float
) -> Solution | str:
    """Most people for the same money, at the lowest cost at which each place can be opened."""
    candidates = question.candidates
    usable = candidates.openings(layer, types) & ~np.isnan(candidates.open_cost)
    if not usable.any():
        return "no_cost"
    places = np.unique(candidates.open_site[usable])
    cost = np.full(len(candidates.ids), np.inf)
    np.minimum.at(cost, candidates.open_site[usable], candidates.open_cost[usable])
    ids = [candidates.ids[at] for at in places]
    problem = _problem(question, places, ids, (Budget(money),), cost=cost[places])
    return solve(problem, Search(gap=MONEY_GAP))


def _problem(
    question: _Question,
    places: Int64Array,
    ids: Sequence[str],
    limits: tuple[Limit, ...],
    *,
    units: tuple[str, ...] = (),
    unit: Int64Array | None = None,
    cost: FloatArray | None = None,
) -> Problem:
    """Maximal covering: what stands already as one existing site, and candidates at some places."""
    standing = np.flatnonzero(question.before)
    pairs = question.pairs
    length = np.diff(pairs.indptr)[places]
    indptr = np.concatenate(([0, len(standing)], len(standing) + np.cumsum(length))).astype(np.int64)
    at = np.repeat(pairs.indptr[places] - indptr[1:-1], length) + np.arange(indptr[1], indptr[-1])
    demand = np.concatenate((standing, pairs.demand[at])).astype(np.int32)
    status: tuple[SiteStatus, ...] = ("existing", *(["candidate"] * len(places)))  # type: ignore[assignment]
    sites = make_sites(
        (STANDING, *ids),
        status=status,
        cost=None if cost is None else np.concatenate(([0.0], cost)),
        unit=None if unit is None else np.concatenate(([-1], unit)).astype(np.int32),
    )
    number = len(question.weight)
    width = len(str(number))
    points = make_points([str(i).zfill(width) for i in range(number)], question.weight)
    return make_problem(
        sites,
        points,
        Pairs(indptr, demand, None, number),
        objectives=(MostPeople(),),
        limits=limits,
        units=units,
    )
