"""The workbench: try a change, look at what it does, take it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from coverplan.answer.prepared import prepare
from coverplan.desk.workbench.answer import Answer
from coverplan.desk.workbench.ground import Ground
from coverplan.desk.workbench.idea import Idea
from coverplan.desk.workbench.supply import SupplyAnswer
from coverplan.desk.workbench.written import scenario_text
from coverplan.scenario.change_file import Change
from coverplan.scenario.scenario_file import ScenarioFile, Standard

#: Steps that can be taken back; older ones are forgotten, so that a long day does not fill the memory.
KEPT_STEPS = 500


class Workbench:
    """An idea about a scenario, with everything that was tried before it.

    Parameters
    ----------
    ground
        The prepared study; several workbenches may share one.
    idea
        Where to begin; the scenario as it stands when not given.

    Examples
    --------
    >>> bench = Workbench.open("scenarios/demo.yaml")  # doctest: +SKIP
    >>> answer = bench.apply(Change(close=Place(layer="elder_care", id="EC-001")))  # doctest: +SKIP
    >>> bench.undo()  # doctest: +SKIP
    """

    def __init__(self, ground: Ground, idea: Idea | None = None) -> None:
        self.ground = ground
        self._steps: list[Idea] = [Idea.of(ground.ready.loaded.scenario) if idea is None else idea]
        self._at = 0

    @classmethod
    def open(cls, scenario: str | Path) -> Workbench:
        """A workbench on a scenario file.

        Raises
        ------
        InputError
            With everything that is wrong with the scenario or its study.
        """
        return cls(Ground(prepare(scenario)))

    @property
    def idea(self) -> Idea:
        """What is tried now."""
        return self._steps[self._at]

    @property
    def can_undo(self) -> bool:
        """Whether a step can be taken back."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """Whether a step that was taken back can be taken again."""
        return self._at < len(self._steps) - 1

    def state(self) -> Answer:
        """What the idea does."""
        return self.ground.answer(self.idea)

    def supply(self) -> tuple[SupplyAnswer, ...]:
        """Who gets a place and how full every facility is, for every standard with a ``supply:`` block."""
        return self.ground.supply(self.idea)

    def present(self) -> Answer:
        """The same year and standards without any change."""
        return self.ground.answer(replace(self.idea, changes=()))

    def apply(self, change: Change) -> Answer:
        """Make one more change; raises InputError and stays as it was where it cannot be made."""
        return self.take(self.idea.adding(change))

    def drop(self, position: int) -> Answer:
        """Leave out one change; raises InputError where another one needs it."""
        return self.take(self.idea.without(position))

    def swap(self, position: int, change: Change) -> Answer:
        """Put a change in the place of another."""
        return self.take(self.idea.swapping(position, change))

    def set_year(self, year: int | None) -> Answer:
        """Look at another year."""
        return self.take(replace(self.idea, year=year))

    def set_standards(self, standards: Sequence[Standard]) -> Answer:
        """Ask by other standards."""
        return self.take(replace(self.idea, standards=tuple(standards)))

    def take(self, idea: Idea) -> Answer:
        """Go to an idea; what was taken back before can no longer be taken again."""
        answer = self.ground.answer(idea)
        if idea != self.idea:
            self._steps = [*self._steps[: self._at + 1], idea][-KEPT_STEPS:]
            self._at = len(self._steps) - 1
        return answer

    def undo(self) -> Answer:
        """Take back the last step; nothing happens where there is none."""
        self._at = max(0, self._at - 1)
        return self.state()

    def redo(self) -> Answer:
        """Take the step again that was taken back last; nothing happens where there is none."""
        self._at = min(len(self._steps) - 1, self._at + 1)
        return self.state()

    def scenario(self) -> ScenarioFile:
        """The scenario with the idea in it."""
        return self.idea.in_scenario(self.ground.ready.loaded.scenario)

    def scenario_text(self, folder: Path, *, name: str | None = None) -> str:
        """The scenario as a file of a folder would say it, to be answered by ``coverplan run``.

        Parameters
        ----------
        folder
            Folder of the file; study and plan are named from there.
        name
            Another title; the scenario's own by default.
        """
        return scenario_text(self.ground.ready, self.idea, folder, name=name)
