"""An idea: what somebody would change about a scenario, as plain immutable values."""

from __future__ import annotations

from dataclasses import dataclass

from coverplan.scenario.change_file import Change
from coverplan.scenario.scenario_file import ScenarioFile, Standard


@dataclass(frozen=True, slots=True)
class Idea:
    """Changes, year and standards that differ from the scenario that was opened.

    Parameters
    ----------
    changes
        In the order in which they were made.
    year
        Year that is looked at, None for the study's own date.
    standards
        Who should reach what in which time.
    """

    changes: tuple[Change, ...]
    year: int | None
    standards: tuple[Standard, ...]

    @classmethod
    def of(cls, scenario: ScenarioFile) -> Idea:
        """What a scenario says."""
        return cls(scenario.changes, scenario.year, scenario.standards)

    def in_scenario(self, scenario: ScenarioFile) -> ScenarioFile:
        """The scenario with this idea in it, checked as a file would be; its siting question is left out.

        Raises
        ------
        pydantic.ValidationError
            If the standards have names that are not unique.
        """
        said = {"changes": self.changes, "year": self.year, "standards": self.standards, "siting": None}
        return ScenarioFile.model_validate({**dict(scenario), **said})
