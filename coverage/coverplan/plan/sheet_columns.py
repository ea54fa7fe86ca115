"""Columns of a plan's workbook, and the words that stand for codes in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from coverplan.plan.schema import Attribute, PopulationBase, Rule, YearBasis
from coverplan.text.words import Words

AND, OR = "；", "、"
ENDING = ".xlsx"

MOST_ROWS = 5_000

#: Columns of the sheet of targets, and where each stands in a target.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id",), "row": ("row",), "name_zh": ("names", "zh"), "name_en": ("names", "en"), "measure": ("measure",),
    "attribute": ("attribute",), "kind": (), "facilities": (), "units": (), "rule": ("rule",),
    "base_year": ("base", "year"), "base": ("base", "value"), "year": ("goal", "year"),
    "year_basis": ("goal", "year_basis"), "value": ("goal", "value"), "high": ("goal", "high"),
    "population_base": ("population_base",), "printed": ("printed",), "line": ("line",), "more": (),
}  # fmt: skip

CODED: Mapping[str, tuple[str, ...]] = {
    "attribute": get_args(Attribute), "rule": get_args(Rule), "year_basis": get_args(YearBasis),
    "population_base": get_args(PopulationBase),
}  # fmt: skip

_FAMILY = {"attribute": "report.attribute", "rule": "report.rule_word"}

KINDS = (
    "unit_presence", "hierarchical_presence", "presence_or_reach", "population_within", "served_within", "ratio_of_sums", "facility_share",
    "area_per_100_households", "share_meeting_standard", "share_in_range", "per_1000", "per_10k", "count", "count_per_unit",
    "facility_minimum", "capacity_balance", "area_share", "sum", "project_delivery", "control_total", "reported",
)  # fmt: skip


def said_in(words: Words, name: str, value: Any) -> Any:
    """A code in words; None stays None."""
    return None if value is None else words.name_of(_FAMILY.get(name, f"plan_table.{name}"), str(value))


UNIT_TYPES = ("city", "county", "town", "township", "street", "zone", "community", "village")
