"""Schema of a scenario that asks a ledger study: units and facilities without any map."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from coverplan.scenario.base import Model, Name, Numbered, Title
from coverplan.scenario.change_file import Year
from coverplan.scenario.report_head import ReportHead


class LedgerSiting(Model):
    """Which targets are to be met, and by when; the fewest units that must act are then found."""

    targets: Literal["binding", "computable"] | tuple[Name, ...] = "computable"
    """Targets that must be met: the binding ones, all that can be computed, or those listed."""
    year: Year
    """Year at whose end they must hold; targets of later years are left out."""
    time_limit_s: float = Field(default=60.0, gt=0)
    """Wall clock for each of the questions; an answer stopped by it is marked as not reproducible."""

    @property
    def years(self) -> tuple[int, ...]:
        """The only year in which something is done."""
        return (self.year,)

    @property
    def due(self) -> dict[str, int]:
        """No target has another year than the plan's."""
        return {}

    @property
    def overdue_by(self) -> int | None:
        """Targets whose year is past are made good by the year."""
        return self.year


class LedgerScenarioFile(Numbered):
    """A plan held against what is known of a place without maps; reach cannot be computed and says so."""

    name: Title
    """Title of the scenario."""
    ledger: Name
    """Path of the ledger file, relative to this file."""
    plan: Name | None = None
    """Plan to judge, as a path relative to this file or a name of the library; the ledger's own when not given."""
    language: Literal["zh", "en"] = "zh"
    """Language of what people read."""
    also_in: tuple[Literal["zh", "en"], ...] = ()
    """Further languages for the report, each in a folder of its own."""
    report: ReportHead | None = None
    """Letter head of the report: office, contact, date."""
    siting: LedgerSiting | None = None
    """Fewest units that must act for the plan's targets; which of several like units acts is left open."""
