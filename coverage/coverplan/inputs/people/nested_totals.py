"""Official tables in which the row of a county stands above those of its towns: nobody is counted twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from coverplan.errors import Problem, Problems
from coverplan.text.counting import many
from coverplan.units import FloatArray, Int64Array

#: A parent and its children may differ by so much of the parent: rounding, and cells that a census keeps secret.
ROUNDING = 0.005


def without_nested(
    official: pd.DataFrame,
    rows: Int64Array,
    people: FloatArray,
    parents: pd.Series,
    *,
    path: Path,
    problems: Problems,
) -> pd.DataFrame | None:
    """The table with every row reduced to what the rows below it leave over; None where they contradict each other.

    Parameters
    ----------
    official
        Index: code; a column for each group.
    rows, people
        Shape (points,): the lowest row that holds each point, and the people at it. A row above others that holds no
        people of its own is left out once it agrees with them.
    parents
        Code of the unit above each unit.
    path, problems
        The table, and a place for errors: a parent that differs from the sum of its children by more than `ROUNDING`,
        or that has fewer people than they.
    """
    above = {str(code): _nearest(str(code), official, parents) for code in official.index}
    below = (
        official.groupby(official.index.map(lambda code: above[str(code)] or ""))
        .sum()
        .drop("", errors="ignore")
    )
    if not len(below):
        return official
    held = set(official.index[np.unique(rows[(rows >= 0) & (people > 0)])])
    left = official.astype(np.float64)
    before = len(problems.errors)
    for code in below.index:
        whole, parts = official.loc[code, "total"], below.loc[code, "total"]
        rest = official.loc[code] - below.loc[code]
        if code in held and whole > parts:
            left.loc[code] = rest.clip(lower=0.0)
        elif abs(whole - parts) <= ROUNDING * max(whole, parts):
            left = left.drop(code)
        else:
            problems.add(_conflict(str(code), float(whole), float(parts), path))
    if len(problems.errors) > before:
        return None
    problems.add(
        Problem(
            f"{many(len(below), 'row of a unit stands', 'rows of units stand')} above rows of their parts and count what those leave over",
            path,
            value=", ".join(map(str, below.index[:10])),
            severity="note",
            code="nested_totals",
            details={"count": len(below)},
        )
    )
    return left


def _nearest(code: str, official: pd.DataFrame, parents: pd.Series) -> str | None:
    """The next unit above that the table has too."""
    seen = {code}
    at = parents.get(code)
    while isinstance(at, str) and at not in seen:
        if at in official.index:
            return at
        seen.add(at)
        at = parents.get(at)
    return None


def _conflict(code: str, whole: float, parts: float, path: Path) -> Problem:
    return Problem(
        f"the row of the unit {code} says {whole:.0f} people, the rows of its parts {parts:.0f} together",
        path,
        field="total",
        value=f"{whole:.0f} and {parts:.0f}",
        expected="a unit with as many people as its parts",
        remedy="mend one, or leave the rows of the upper units out with `where:`",
        code="nested_totals_differ",
        details={"unit": code, "whole": f"{whole:.0f}", "parts": f"{parts:.0f}"},
    )
