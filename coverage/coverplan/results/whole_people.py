"""People in whole numbers that add up: what pages and terminal show of a result, in every row and down to every total."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from coverplan.results.result import Result
from coverplan.results.whole_numbers import NOISE, rounded_to, whole_table
from coverplan.units import FloatArray
from coverplan.vocabulary import LEVELS

#: Parts of the people of a row; those that are left out of a table are 0 in it.
PARTS = ("covered", "uncovered", "off_network", "outside_units")
#: How targets are named that weigh the niches left against those that are needed.
BALANCE = "capacity_balance"
SUPPLIED = ("served", "no_place", "place_unknown", "not_reached")


def in_whole_people(result: Result) -> Result:
    """The result with whole people: parts add up to their row, units of a level (and the rest) to the whole area.

    Each number is that of the result, rounded up or down; those of the whole area and all people of a unit are rounded to
    the nearest, as far as they add up. People of whom a target is a share, and niches left, are whole too. Shares, times and
    files are as they were. A second call changes nothing.
    """
    tables = {**result.tables, **_counted(result.tables)}
    if "people" not in result.coverage:
        return replace(result, tables=tables)
    coverage = whole_coverage(result.coverage)
    if "supply" in tables:
        tables["supply"] = _whole(tables["supply"], SUPPLIED, _types(coverage))
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
    made = {name: np.zeros(len(block)) for name in ("people", *parts, *_changed(block))}
    _of_whole(block.iloc[top], parts, made, top)
    for level in _levels(block, types):
        _of_level(block, level, parts, made, top)
    return made


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
    _before(made, np.array([top]))


def _before(made: dict[str, FloatArray], rows: Any) -> None:
    """Covered without the changes is covered, less who is gained, and who is lost."""
    if {"gained", "lost", "covered_before"} <= made.keys():
        made["gained"][rows] = np.minimum(made["gained"][rows], made["covered"][rows])
        made["covered_before"][rows] = made["covered"][rows] - made["gained"][rows] + made["lost"][rows]


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
    for name, whole_ones in made.items():
        if name not in {"people", *parts, "covered_before"}:
            whole_ones[level] = _alone(block[name].to_numpy(float), level, top, int(whole_ones[top]))
    _before(made, level)


def _alone(column: FloatArray, level: Any, top: int, total: int) -> FloatArray:
    """Whole numbers of a column that is no part of a row."""
    values = np.maximum(column[level], 0.0)
    rest = max(column[top] - values.sum(), 0.0)
    rest = 0.0 if rest < NOISE * max(column[top], 1.0) else rest
    return rounded_to(np.append(values, rest), total)[:-1]


def _summary(summary: Mapping[str, Any], coverage: pd.DataFrame) -> dict[str, Any]:
    """The summary with the people of the table."""
    names = [name for name in coverage.columns if name in _SHOWN]
    keys = zip(coverage["standard"], coverage["unit_code"], coverage["group"], strict=True)
    rows = dict(zip(keys, coverage[names].to_dict("records"), strict=True))

    def of(standard: str, code: str, group: str, numbers: Mapping[str, Any]) -> dict[str, Any]:
        row = rows.get((standard, code, group), {})
        return {name: row.get(name, value) if value is not None else None for name, value in numbers.items()}

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


_SHOWN = frozenset({"people", *PARTS, "covered_twice", "covered_present", "covered_before", "gained", "lost"})
