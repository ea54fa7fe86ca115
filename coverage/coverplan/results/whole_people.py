"""People in whole numbers that add up: what pages and terminal show of a result, in every row and down to every total."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from coverplan.results.result import Result
from coverplan.results.whole_numbers import NOISE, rounded_to, whole_after, whole_table, within_bounds
from coverplan.units import FloatArray
from coverplan.vocabulary import LEVELS

#: Parts of the people of a row; those that are left out of a table are 0 in it.
PARTS = ("covered", "uncovered", "off_network", "outside_units")
#: People within the standard in the order in which they come about: at the date of the data, without changes, with them.
STAGES = ("covered_present", "covered_before", "covered")
#: People by which two ways of counting the same ones differ at most.
NEAR = 1e-6
#: How targets are named that weigh the niches left against those that are needed.
BALANCE = "capacity_balance"
SUPPLIED = ("served", "no_place", "place_unknown", "not_reached")
#: Shares of other times, each of the people of its stage before they are rounded, as `share` is.
SHARES = {"covered_present": "share_present", "covered_before": "share_before"}


def in_whole_people(result: Result) -> Result:
    """The result with whole people: parts add up to their row, units of a level (and the rest) to the whole area.

    Each number is that of the result, rounded up or down; those of the whole area and all people of a unit are rounded to
    the nearest, as far as they add up. People of whom a target is a share, and niches left, are whole too. Shares, times and
    files are as they were. A second call changes nothing.

    People of the present are rounded first, the same in every result of one study: a unit in which nobody is newly within
    or no longer within shows one number for before and after.
    """
    tables = {**result.tables, **_counted(result.tables)}
    if "people" not in result.coverage:
        return replace(result, tables=tables)
    coverage = whole_coverage(result.coverage)
    if "supply" in tables:
        whole = _whole(tables["supply"], SUPPLIED, _types(coverage))
        tables["supply"] = _as_covered(whole, result, coverage)
    return replace(result, coverage=coverage, tables=tables, summary=_summary(result.summary, coverage))


def whole_coverage(coverage: pd.DataFrame) -> pd.DataFrame:
    """The coverage of a result (see `coverplan.results.result.Result`) with whole people."""
    return _whole(coverage, PARTS, _types(coverage))


def whole_rows(coverage: pd.DataFrame) -> pd.DataFrame:
    """Rows of whole areas with whole people, each as its own report has them: their parts add up to their people.

    Sums over these rows are sums of what is shown.
    """
    shown = coverage.copy()
    for place, row in coverage.iterrows():
        if not row[["people", *PARTS]].isna().any():
            made = {name: np.zeros(1) for name in ("people", *PARTS)}
            _of_whole(row, PARTS, made, 0)
            shown.loc[place, list(made)] = [float(numbers[0]) for numbers in made.values()]
    return shown


def _as_covered(supply: pd.DataFrame, result: Result, coverage: pd.DataFrame) -> pd.DataFrame:
    """The table of supply in which as many reach a facility as are covered there, where the same people are meant."""
    keys, raw, types = ["standard", "group", "unit_code"], result.tables["supply"], _types(coverage)
    exact, told = (table.set_index(keys) for table in (result.coverage, coverage))
    shown = supply.copy()
    for place in _blocks(raw):
        rows = pd.MultiIndex.from_frame(raw.loc[place, keys])
        if not rows.isin(told.index).all():
            continue
        numbers = raw.loc[place, list(SUPPLIED)].to_numpy(float)
        reached = exact.loc[rows, "covered"].to_numpy(float)
        if not np.allclose(numbers[:, :3].sum(axis=1), reached, rtol=0, atol=NEAR):
            continue
        within, people = (told.loc[rows, name].to_numpy(float) for name in ("covered", "people"))
        cells = _split_rows(numbers[:, :3], within, raw.loc[place], types)
        shown.loc[place, list(SUPPLIED)] = np.column_stack([cells, people - within])
        shown.loc[place, "people"] = people
    return shown


def _split_rows(
    numbers: FloatArray, totals: FloatArray, block: pd.DataFrame, types: Mapping[str, str]
) -> FloatArray:
    """Whole parts of whole rows; those of the units of a level add up to those of the whole area."""
    top = int(np.flatnonzero(block["unit_code"] == "")[0])
    cells = np.zeros_like(numbers)
    cells[top] = rounded_to(numbers[top], round(totals[top]))
    for level in _levels(block, types):
        parts = np.column_stack([with_rest(column, level, top) for column in numbers.T])
        cells[level] = whole_table(parts, with_rest(totals, level, top), cells[top])[:-1]
    return cells


def _counted(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables of targets in which what is counted in people or places is whole."""
    gaps = tables.get("gaps")
    if gaps is None or "method" not in gaps:
        return {}
    balance = gaps["method"].astype(str).str.startswith(BALANCE)
    shown = {"gaps": gaps.copy()}
    for rows, names in ((balance, ("present", "gap")), (gaps["population_base"].notna(), ("numerator",))):
        for name in names:
            shown["gaps"].loc[rows, name] = gaps.loc[rows, name].map(_nearest)
    years = tables.get("trajectory")
    if years is not None and len(years):
        rows = years["target_id"].isin(gaps.index[balance])
        shown["trajectory"] = years.copy()
        shown["trajectory"].loc[rows, "value"] = years.loc[rows, "value"].map(_nearest)
    return shown


def _nearest(value: Any) -> Any:
    """The whole number next to a known one."""
    return None if value is None or pd.isna(value) else type(value)(round(value))


def _types(coverage: pd.DataFrame) -> dict[str, str]:
    return dict(zip(coverage["unit_code"], coverage["unit_type"], strict=True))


def _whole(table: pd.DataFrame, parts: Sequence[str], types: Mapping[str, str]) -> pd.DataFrame:
    """A table of units with whole people."""
    shown = table.copy()
    for place in _blocks(table):
        block = table.loc[place]
        numbers = block[["people", *parts, *_changed(block)]].to_numpy(float)
        if (numbers == np.rint(numbers)).all() or block[["people", *parts]].isna().to_numpy().any():
            continue
        for name, values in _block(block, parts, types).items():
            shown.loc[place, name] = values
    return shown


def _blocks(table: pd.DataFrame) -> Iterator[pd.Index]:
    """Rows of each standard and group, the whole area among them."""
    for _, block in table.groupby(["standard", "group"], sort=False):
        if (block["unit_code"] == "").any():
            yield block.index


def _block(block: pd.DataFrame, parts: Sequence[str], types: Mapping[str, str]) -> dict[str, FloatArray]:
    """Whole numbers of one standard and group, in the order of its rows."""
    top = int(np.flatnonzero(block["unit_code"] == "")[0])
    stages = [name for name in STAGES if name == parts[0] or name in _changed(block)]
    first = _at_first(block, stages[0]) if parts[0] == STAGES[-1] else block
    made = {name: np.zeros(len(block)) for name in ("people", *parts, *_changed(block))}
    _of_whole(first.iloc[top], parts, made, top)
    levels = _levels(block, types)
    for level in levels:
        _of_level(first, level, parts, made, top)
    if first is not block:
        made[stages[0]] = made["covered"].copy()
        for before, after in pairwise(stages):
            made[after] = _stage(block, before, after, made, levels=levels, top=top)
        _moved(block, made, levels=levels, top=top)
        made["uncovered"] = made["people"] - sum(made[name] for name in parts if name != "uncovered")
    return made


def _at_first(block: pd.DataFrame, stage: str) -> pd.DataFrame:
    """The people as they were at the first stage: who is not within then is uncovered."""
    return block.assign(covered=block[stage], uncovered=block["uncovered"] + block["covered"] - block[stage])


def _stage(
    block: pd.DataFrame,
    before: str,
    after: str,
    made: Mapping[str, FloatArray],
    *,
    levels: Sequence[Any],
    top: int,
) -> FloatArray:
    """Who is within at a stage, from whole people of the one before."""
    old, new = block[before].to_numpy(float), block[after].to_numpy(float)
    most = made["people"] - made["off_network"] - made["outside_units"]
    whole = np.zeros(len(block))
    whole[top] = min(round(new[top]), most[top])
    for level in levels:
        raw, was, told = (with_rest(values, level, top) for values in (new, old, made[before]))
        whole[level] = np.minimum(whole_after(raw, was, told, int(whole[top]))[:-1], most[level])
    return whole


def _moved(block: pd.DataFrame, made: dict[str, FloatArray], *, levels: Sequence[Any], top: int) -> None:
    """Who is newly and no longer within: covered without the changes, less these and with those, is covered."""
    if not {"gained", "lost", "covered_before"} <= made.keys():
        return
    net, lost = made["covered"] - made["covered_before"], block["lost"].to_numpy(float)
    made["lost"][top] = max(round(lost[top]), -net[top], 0)
    for level in levels:
        made["lost"][level] = lost_of_units(lost, net, level, top, int(made["lost"][top]))
    made["gained"] = net + made["lost"]


def lost_of_units(lost: FloatArray, net: FloatArray, level: Any, top: int, total: int) -> FloatArray:
    """Whole people of each unit of a level who are no longer within, as many at least as its change takes."""
    raw = with_rest(lost, level, top)
    least = np.maximum(-with_rest(net, level, top), 0.0)
    low = np.maximum(np.floor(raw + NOISE), least)
    return within_bounds(raw, low, np.maximum(np.ceil(raw - NOISE), low), total)[:-1]


def with_rest(column: FloatArray, level: Any, top: int) -> FloatArray:
    """Numbers of the units of a level, behind them what the whole area has beside them."""
    rest = column[top] - column[level].sum()
    return np.append(column[level], 0.0 if abs(rest) < NOISE * max(column[top], 1.0) else max(rest, 0.0))


def _changed(block: pd.DataFrame) -> list[str]:
    return [
        name
        for name in ("covered_twice", "covered_present", "gained", "lost", "covered_before")
        if name in block and not block[name].isna().any()
    ]


def _of_whole(row: pd.Series, parts: Sequence[str], made: dict[str, FloatArray], top: int) -> None:
    """The whole area: people and the first part to the nearest, the other parts fill up what is left."""
    people = round(row["people"])
    first = min(round(row[parts[0]]), people)
    others = np.array([row[name] for name in parts[1:]])
    if not others.any():
        first = people
    made["people"][top] = people
    for name, value in zip(parts, [first, *rounded_to(others, people - first)], strict=True):
        made[name][top] = value
    for name, numbers in made.items():
        if name not in {"people", *parts}:
            numbers[top] = round(row[name])


def _levels(block: pd.DataFrame, types: Mapping[str, str]) -> list[Any]:
    """Places of the units of each level: types that stand side by side."""
    of = block["unit_code"].map(types)
    return [places for level in LEVELS if len(places := np.flatnonzero(of.isin(level)))]


def _of_level(
    block: pd.DataFrame, level: Any, parts: Sequence[str], made: dict[str, FloatArray], top: int
) -> None:
    """Units of one level, beside them who is in none, so that all add up to the whole area."""
    numbers = block.iloc[level][list(parts)].to_numpy(float)
    whole = block.iloc[top][list(parts)].to_numpy(float)
    rest = np.maximum(whole - numbers.sum(axis=0), 0.0)
    rest[rest < NOISE * max(whole.sum(), 1.0)] = 0.0
    numbers = np.vstack([np.maximum(numbers, 0.0), rest])
    people = rounded_to(numbers.sum(axis=1), int(made["people"][top]))
    wanted = np.array([made[name][top] for name in parts])
    cells = whole_table(numbers, people, wanted)
    made["people"][level] = people[:-1]
    for column, name in enumerate(parts):
        made[name][level] = cells[:-1, column]
    if "covered_twice" in made:
        twice = with_rest(block["covered_twice"].to_numpy(float), level, top)
        made["covered_twice"][level] = rounded_to(twice, int(made["covered_twice"][top]))[:-1]


def _summary(summary: Mapping[str, Any], coverage: pd.DataFrame) -> dict[str, Any]:
    """The summary with the people of the table."""
    names = [name for name in coverage.columns if name in _SHOWN]
    keys = zip(coverage["standard"], coverage["unit_code"], coverage["group"], strict=True)
    rows = dict(zip(keys, coverage[names].to_dict("records"), strict=True))

    def of(standard: str, code: str, group: str, numbers: Mapping[str, Any]) -> dict[str, Any]:
        row = rows.get((standard, code, group), {})
        shown = {name: row.get(name, value) if value is not None else None for name, value in numbers.items()}
        return _shares_of_stages(numbers) | shown

    standards = [
        {
            **one,
            "people": {group: of(one["key"], "", group, numbers) for group, numbers in one["people"].items()},
        }
        for one in summary["standards"]
    ]
    units = [
        {
            **unit,
            "coverage": {
                key: {group: of(key, unit["code"], group, numbers) for group, numbers in groups.items()}
                for key, groups in unit["coverage"].items()
            },
        }
        for unit in summary["units"]
    ]
    kept = {**summary, "standards": standards, "units": units}
    account = summary.get("reconciliation")
    if account and "partition" in account:
        parts = [of(line["standard"], "", line["group"], line) for line in account["partition"]]
        kept["reconciliation"] = {**account, "partition": parts}
    return kept


def _shares_of_stages(numbers: Mapping[str, Any]) -> dict[str, float]:
    people = numbers.get("people")
    known = {name: numbers[stage] for stage, name in SHARES.items() if numbers.get(stage) is not None}
    return {name: covered / people for name, covered in known.items()} if people else {}


def stage_share(numbers: Mapping[str, Any], stage: str) -> float | None:
    """Share of people within the standard at the date of the data or without the changes, before people are rounded.

    Parameters
    ----------
    numbers
        People of the whole area or of a unit, as a result's summary has them, rounded or not.
    stage
        ``covered_present`` or ``covered_before``.

    Returns
    -------
    0 to 1, None where it is unknown or nobody lives there.
    """
    told = numbers.get(SHARES[stage], _shares_of_stages(numbers).get(SHARES[stage]))
    return None if told is None else float(told)


_SHOWN = frozenset({"people", *PARTS, "covered_twice", "covered_present", "covered_before", "gained", "lost"})
