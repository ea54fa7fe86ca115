"""An idea: what somebody would change about a scenario, as plain immutable values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from coverplan.errors import InputError, Problem
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

    @classmethod
    def read(cls, said: dict[str, Any]) -> Idea:
        """An idea as `written` wrote it; raises pydantic.ValidationError where it does not fit."""
        return cls(
            tuple(Change.model_validate(change) for change in said["changes"]),
            said["year"],
            tuple(Standard.model_validate(standard) for standard in said["standards"]),
        )

    def written(self) -> dict[str, Any]:
        """Plain values, as a scenario file says them."""
        return {
            "changes": [said(change) for change in self.changes],
            "year": self.year,
            "standards": [said(standard) for standard in self.standards],
        }

    def adding(self, change: Change) -> Idea:
        """With one more change."""
        return replace(self, changes=(*self.changes, change))

    def without(self, position: int) -> Idea:
        """Without one of the changes; raises InputError where there is no such change."""
        self._check(position)
        return replace(self, changes=self.changes[:position] + self.changes[position + 1 :])

    def swapping(self, position: int, change: Change) -> Idea:
        """With another change in the place of one; raises InputError where there is no such change."""
        self._check(position)
        changes = list(self.changes)
        changes[position] = change
        return replace(self, changes=tuple(changes))

    def _check(self, position: int) -> None:
        if not 0 <= position < len(self.changes):
            last = len(self.changes) - 1
            raise InputError(
                [
                    Problem(
                        "there is no such change",
                        field="changes",
                        value=position,
                        expected=f"0 to {last}" if self.changes else "no change yet",
                        code="unknown_change",
                    )
                ]
            )

    def in_scenario(self, scenario: ScenarioFile) -> ScenarioFile:
        """The scenario with this idea in it, checked as a file would be; its siting question is left out.

        Raises
        ------
        pydantic.ValidationError
            If the standards have names that are not unique.
        """
        said = {"changes": self.changes, "year": self.year, "standards": self.standards, "siting": None}
        return ScenarioFile.model_validate({**dict(scenario), **said})


def said(value: Change | Standard) -> dict[str, Any]:
    """A change or standard as a file says it: what was left out stays left out."""
    return value.model_dump(mode="json", exclude_unset=True, exclude_none=True)
