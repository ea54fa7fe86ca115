"""What one map shows: a standard and a group of people of a result, in a language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from coverplan.maps import wording
from coverplan.maps.colours import ShareClasses, share_classes
from coverplan.results.result import Result
from coverplan.results.tense import tense_of
from coverplan.results.titles import layer_title
from coverplan.results.whole_people import stage_share
from coverplan.text.words import Words
from coverplan.units import FloatArray


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
    before
        Shows what would be so in the same year without the changes and actions of the result.
    """

    result: Result
    standard: Mapping[str, Any]
    words: Words
    before: bool = False

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
        then = "_before" if self.before else ""
        return demand is not None and f"{self.key}|minutes{then}" in demand

    @property
    def name(self) -> str:
        """What the standard is called in a list."""
        return wording.short_names(self.result, self.words)[self.key]

    @property
    def has_before(self) -> bool:
        """Whether the result also says what would be so without its changes and actions."""
        return "covered_before" in self.standard["people"][self.group]

    @property
    def moment(self) -> str:
        """Of which time the numbers are, for a title."""
        tense = tense_of(self.result)
        if not self.before:
            return tense.label(self.words)
        year = "" if tense.year is None else tense.year
        return self.words("map.without_undated" if tense.year is None else "map.without", year=year)

    @property
    def title(self) -> str:
        """What the layer is called in the title of a map: what the scenario calls the standard, else the layer."""
        return layer_title(self.result, self.layer, self.words)

    @property
    def covered(self) -> str:
        """How many people of the group are covered, and which share."""
        people = self.standard["people"][self.group]
        covered = people["covered_before" if self.before else "covered"]
        share = stage_share(people, "covered_before") if self.before else people["share"]
        return self.words("map.share_of", covered=self.words.number(covered), share=self.words.share(share))

    @property
    def measured(self) -> str:
        """Group, profile, speed, minutes and method."""
        return wording.measured(self.standard, self.group, self.words)

    def shares(self, codes: Iterable[str]) -> FloatArray:
        """Share of the group covered (0 to 1) in units by their codes, NaN without people."""
        rows = self.result.of_standard(self.key, self.group).set_index("unit_code")
        return self._share_of(rows).reindex(list(codes)).to_numpy(dtype=float)

    def _share_of(self, rows: pd.DataFrame) -> pd.Series:
        if not self.before:
            return rows["share"]
        return rows["covered_before"] / rows["people"].where(rows["people"] > 0)

    def share_classes(self) -> ShareClasses:
        """Classes of the share covered by unit, the same on screen and on paper, before and after."""
        table = self.result.coverage
        rows = table[(table["standard"] == self.key) & (table["unit_code"] != "")]
        shares = rows["share"].to_numpy(dtype=float)
        if self.has_before:
            people = rows["people"].where(rows["people"] > 0)
            shares = np.concatenate([shares, (rows["covered_before"] / people).to_numpy(dtype=float)])
        return share_classes(shares)
