"""Two or three answers held against each other."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from coverplan.comparison.comparable import Comparable
from coverplan.comparison.cost import currency_of, spent
from coverplan.comparison.regret import Regret
from coverplan.comparison.side import Side

COMPARISON_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between answers of one study; the first side is what the others are held against.

    Parameters
    ----------
    sides
        The answers, ``A`` first.
    common
        What can be compared, and remarks on what cannot.
    people
        By standard, group and unit: see `coverplan.comparison.people.people_table`.
    nearer
        Ways that get shorter and longer: see `coverplan.comparison.people.nearer_table`.
    worst
        Unit with the lowest share on each side.
    targets
        Targets side by side: see `coverplan.comparison.targets.target_table`.
    actions, cost
        What each side does, and what it costs: see `coverplan.comparison.cost`.
    regret
        Distance from the best with the same means: ``table`` and ``reasons``.
    folder
        Where the comparison was written, None before it was.
    """

    sides: tuple[Side, ...]
    common: Comparable
    people: pd.DataFrame
    nearer: pd.DataFrame
    worst: pd.DataFrame
    targets: pd.DataFrame
    actions: pd.DataFrame
    cost: pd.DataFrame
    regret: Regret
    folder: Path | None = field(default=None)

    @property
    def others(self) -> tuple[Side, ...]:
        """Sides that are held against the first."""
        return self.sides[1:]

    @property
    def currency(self) -> Any:
        """Currency of costs as a title, None where no side names one."""
        return currency_of(self.sides)

    def same(self, letter: str, first: str = "A") -> bool:
        """Whether a side does not differ from the first, or another, in anything that was compared."""
        changes = [
            name for name in ("gained", "lost", "nearer", "farther") if f"{name}_{letter}" in self.people
        ]
        against = None if first == "A" else first
        moved = [
            len(self.people) and _differ(self.people, f"covered_{letter}", f"covered_{first}"),
            *(
                self.people[f"{name}_{letter}"].fillna(0).any()
                if against is None
                else _differ(self.people, f"{name}_{letter}", f"{name}_{against}")
                for name in changes
            ),
            *(
                len(self.targets) and _differ(self.targets, f"{what}_{letter}", f"{what}_{first}")
                for what in ("present", "verdict")
            ),
        ]
        own, other = (
            self.actions[self.actions["scenario"] == one]
            .drop(columns=["scenario", "number"])
            .reset_index(drop=True)
            for one in (letter, first)
        )
        return not any(moved) and own.equals(other)

    def frames(self) -> Mapping[str, pd.DataFrame]:
        """Every table that has rows, by name."""
        found = {
            "people": self.people,
            "nearer": self.nearer,
            "worst": self.worst,
            "targets": self.targets,
            "actions": self.actions,
            "cost": self.cost,
            # units are a list in every table; candidates of the best are read as one text
            "regret": self.regret.table.assign(chosen=self.regret.table["chosen"].map(";".join)),
        }
        return {name: table for name, table in found.items() if len(table)}

    def summary(self) -> dict[str, Any]:
        """Plain values for ``compare.json``; the same answers give the same bytes (R11)."""
        whole = self.people[self.people["unit_code"] == ""] if len(self.people) else self.people
        turned = [f"change_{side.letter}" for side in self.others]
        return {
            "format": COMPARISON_FORMAT,
            "sides": [_described(side, spent(self.actions, side.letter)) for side in self.sides],
            "same": {side.letter: self.same(side.letter) for side in self.others},
            "remarks": [{"code": r.code, **r.values} for r in self.common.remarks],
            "people": _records(whole.drop(columns=["unit_code", "unit_name", "unit_type"], errors="ignore")),
            "nearer": _records(self.nearer),
            "worst": _records(self.worst),
            "targets_that_turn": _records(self.targets[(self.targets[turned] != "").any(axis=1)])
            if len(self.targets)
            else [],
            "cost": _records(self.cost),
            "regret": _records(self.regret.table),
            "no_regret": self.regret.reasons,
        }


def _differ(table: pd.DataFrame, one: str, two: str) -> bool:
    """Whether two columns differ anywhere; the unknown does not differ from the unknown."""
    left, right = table[one], table[two]
    return bool(((left != right) & ~(left.isna() & right.isna())).any())


def _described(side: Side, cost: tuple[int, float, int]) -> dict[str, Any]:
    actions, known, unknown = cost
    return {
        "letter": side.letter,
        "file": side.summary["scenario"]["file"],
        "name": side.summary["scenario"]["name"],
        "year": side.year,
        "derived": side.derived,
        "synthetic": bool(side.summary["study"]["synthetic"]),
        "actions": actions,
        "cost": known,
        "cost_unknown": unknown,
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(column): _plain(value) for column, value in row.items()} for row in table.to_dict("records")]


def _plain(value: Any) -> Any:
    """A value as JSON knows it; unknown is None."""
    if isinstance(value, Decimal):
        value = float(value)
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
