"""Targets of the plan on every side, and those whose verdict turns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from coverplan.comparison.comparable import Comparable
from coverplan.comparison.side import Side

#: Columns that say what a target asks for; they are the same on every side.
ASKED = (
    "name_zh",
    "name_en",
    "measure",
    "attribute",
    "rule",
    "target",
    "target_high",
    "target_year",
    "year_basis",
)
#: Verdicts that can be ordered, worst first; the others are neither better nor worse.
ORDER = ("not_met", "behind", "on_track", "met")


def target_table(sides: Sequence[Side], common: Comparable) -> pd.DataFrame:
    """Every target side by side.

    Returns
    -------
    DataFrame
        One row for each target that any side has, in the order of the first. Columns: ``target_id``, `ASKED`;
        for each side ``present_A`` (Decimal, None unknown) and ``verdict_A`` (None where the side has no such
        target, or where nobody judged it); for each side but the first ``change_B``: ``better``, ``worse``, ``other``
        or ``""``, against the first side that was judged.
    """
    if not common.targets:
        return pd.DataFrame(columns=["target_id", *ASKED])
    nothing = pd.DataFrame(index=pd.Index([], name="target_id"))
    gaps = [side.result.tables.get("gaps", nothing) for side in sides]
    ids = dict.fromkeys(str(identifier) for table in gaps for identifier in table.index)
    rows = [_row(identifier, sides, gaps) for identifier in ids]
    return pd.DataFrame(rows).astype(object).where(lambda table: table.notna(), None)


def _row(identifier: str, sides: Sequence[Side], gaps: Sequence[pd.DataFrame]) -> dict[str, Any]:
    found = [table.loc[identifier] if identifier in table.index else None for table in gaps]
    asked = next(row for row in found if row is not None)
    row: dict[str, Any] = {"target_id": identifier, **{name: asked[name] for name in ASKED if name in asked}}
    for side, own in zip(sides, found, strict=True):
        row[f"present_{side.letter}"] = None if own is None else own["present"]
        row[f"verdict_{side.letter}"] = None if own is None else own["verdict"]
    judged = next(side.letter for side, table in zip(sides, gaps, strict=True) if len(table))
    for side in sides[1:]:
        change = turned(row[f"verdict_{judged}"], row[f"verdict_{side.letter}"])
        row[f"change_{side.letter}"] = "" if side.letter == judged else change
    return row


def turned(before: str | None, after: str | None) -> str:
    """How a verdict turns: ``better``, ``worse``, ``other`` (to or from what has no order), or not at all."""
    if before == after:
        return ""
    if before not in ORDER or after not in ORDER:
        return "other"
    return "better" if ORDER.index(after) > ORDER.index(before) else "worse"
