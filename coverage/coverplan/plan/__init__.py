"""What was promised: the schema of a plan file, loading and checking it.

Other rooms use: `attributes`, `draft`, `judgeable`, `kinds`, `load`, `plain`, `reference`, `schema`,
`sheet`, `sheet_columns`, `table`.
"""

from __future__ import annotations

from coverplan.plan.load import library_names, load_plan, read_plan
from coverplan.plan.schema import Plan, Target, UnitSet

__all__ = ["Plan", "Target", "UnitSet", "library_names", "load_plan", "read_plan"]
