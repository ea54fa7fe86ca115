"""What a comparison and its sides are called in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coverplan.comparison.comparable import LISTED_BY, Remark
from coverplan.comparison.outcome import Comparison
from coverplan.comparison.side import Side
from coverplan.report.cellformat import absent, decimals_of
from coverplan.report.labels import Labels
from coverplan.text.words import UNKNOWN, Language, times_unit

#: What a remark may list, with this between the names.
LISTED = frozenset({"files", "groups", "plans"})


class Wording:
    """Words of one comparison.

    Parameters
    ----------
    comparison
        Whose things are named.
    language
        Of the reader.
    """

    def __init__(self, comparison: Comparison, language: Language) -> None:
        self.labels = Labels(comparison.sides[0].result, language)
        self.words = self.labels.words
        self.language = language
        self._sides = {side.letter: side for side in comparison.sides}
        self.currency = self.labels.title(comparison.currency) or self.labels.money

    def __call__(self, key: str, **values: object) -> str:
        """Sentence of the comparison's own words."""
        return self.words(f"compare.{key}", **values)

    def side(self, side: Side | str) -> str:
        """A side in short: its letter, or that it changes nothing."""
        known = self._sides[side] if isinstance(side, str) else side
        return self("side" if known.changed else "side_unchanged", letter=known.letter)

    def letter(self, letter: str) -> str:
        """A side in the head of a column."""
        return letter if self._sides[letter].changed else self("unchanged")

    def named(self, side: Side) -> str:
        """A side with its name and year."""
        year = self("own_date") if side.year is None else self("in_year", year=side.year)
        name = self.labels.title(side.summary["scenario"]["name"])
        return self("side_named", letter=side.letter, name=name, year=year)

    def pair(self, first: Side, other: Side) -> str:
        """Two sides, the second against the first."""
        return self("against", first=self.side(first), other=self.side(other))

    def run(self, sentences: Sequence[str]) -> str:
        """Sentences one after the other; Chinese leaves no space between them."""
        return ("" if self.language == "zh" else " ").join(sentences)

    def people(self, value: float | None) -> str:
        """A number of people."""
        return self.words.number(value)

    def money(self, value: float | None) -> str:
        """An amount of money with its currency: where none is named, that of ledgers."""
        if value is None or absent(value):
            return UNKNOWN
        amount = self.words.number(value, decimals_of(value))
        return self("sentence.money_in", cost=amount, currency=times_unit(self.currency))

    def standard_of(self, key: str, group: str) -> str:
        """A standard and the group that is meant."""
        return self("standard_of", standard=self.standard(key), group=self.labels.group(group))

    def standard(self, key: str) -> str:
        """A standard in a few words; its key where the first side has none of it."""
        try:
            return self.labels.standard(key)
        except KeyError:
            return key

    def layer_of(self, key: str) -> str:
        """Layer of a standard, within a sentence; nothing where no side has it."""
        found = (
            one for side in self._sides.values() for one in side.summary["standards"] if one["key"] == key
        )
        known = next(found, None)
        return "" if known is None else self.labels.layer_within(known["layer"])

    def remark(self, remark: Remark) -> str:
        """What cannot be compared, in a sentence."""
        values: dict[str, Any] = dict(remark.values)
        for name in ("first", "other"):
            if name in values:
                values[name] = self.side(values[name])
        if "standard" in values:
            values["standard"] = self.standard(values["standard"])
        for name in LISTED & values.keys():
            values[name] = self._listed(values[name], groups=name == "groups")
        return self(f"remark.{remark.code}", **values)

    def _listed(self, names: str, *, groups: bool) -> str:
        """Names that a remark lists, as the reader's language lists them; groups by what they are called."""
        found = []
        for name in names.split(LISTED_BY):
            known, more, count = name.partition(" … ")
            found.append((self.labels.group(known) if groups and known != UNKNOWN else known) + more + count)
        return self.labels.names(found)

    def verdict(self, verdict: str | None) -> str:
        """A verdict; unknown where a side has no such target."""
        return UNKNOWN if verdict is None else self.labels(f"verdict.{verdict}")
