"""Schema of a scenario that asks a ledger study: units and facilities without any map."""

from __future__ import annotations

from typing import Literal

from coverplan.scenario.base import Model, Name, Title


class LedgerScenarioFile(Model):
    """A plan held against what is known of a place without maps; reach cannot be computed and says so."""

    name: Title
    """Title of the scenario."""
    ledger: Name
    """Path of the ledger file, relative to this file."""
    language: Literal["zh", "en"] = "zh"
    """Language of what people read."""
    also_in: tuple[Literal["zh", "en"], ...] = ()
    """Further languages for the report, each in a folder of its own."""
