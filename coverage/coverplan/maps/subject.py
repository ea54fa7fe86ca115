"""What one map shows: a standard and a group of people of a result, in a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coverplan.maps import wording
from coverplan.maps.colours import ShareClasses, share_classes
from coverplan.results.result import Result
from coverplan.text.words import Words


@dataclass(frozen=True, slots=True)
class Subject:
    """Subject of a map.

    Parameters
    ----------
    result
        The run's answer.
    standard
        Entry of ``standards`` in ``result.json``.
    words
        Words of the reader's language.
    """

    result: Result
    standard: Mapping[str, Any]
    words: Words

    @property
    def key(self) -> str:
        """Short name of the standard."""
        return str(self.standard["key"])

    @property
    def layer(self) -> str:
        """Layer of the facilities."""
        return str(self.standard["layer"])

    @property
    def group(self) -> str:
        """Group of people that is shown: the first of the standard."""
        return str(self.standard["groups"][0])

    @property
    def has_cells(self) -> bool:
        """Whether travel times may be shown point by point; not where protected places count."""
        demand = self.result.layers.get("demand")
        return demand is not None and f"{self.key}|minutes" in demand

    @property
    def name(self) -> str:
        """What the standard is called in a list."""
        return wording.short_names(self.result, self.words)[self.key]

    @property
    def covered(self) -> str:
        """How many people of the group are covered, and which share."""
        people = self.standard["people"][self.group]
        return self.words(
            "map.share_of",
            covered=self.words.number(people["covered"]),
            share=self.words.share(people["share"]),
        )

    @property
    def measured(self) -> str:
        """Group, profile, speed, minutes and method."""
        return wording.measured(self.standard, self.group, self.words)

    def share_classes(self) -> ShareClasses:
        """Classes of the share covered by unit, the same on screen and on paper."""
        table = self.result.coverage
        rows = table[(table["standard"] == self.key) & (table["unit_code"] != "")]
        return share_classes(rows["share"].to_numpy(dtype=float))
