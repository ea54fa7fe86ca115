"""What things of a result are called in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from coverplan.results.chosen import place_title
from coverplan.results.result import Result
from coverplan.results.tense import tense_of
from coverplan.results.titles import own_layer_titles
from coverplan.text.words import UNKNOWN, Language, Words

#: Types that a standard's name lists; more of them are counted, and listed with the method.
MOST_TYPES = 2
#: Names that one cell of a page lists; the tables have all of them.
MOST_NAMED = 60
#: Names that it lists of those of which nothing is known.
MOST_UNSURE = 12
#: Groups that a report speaks of first, where a standard counts them.
FIRST_GROUPS = ("age_60_plus", "age_65_plus", "age_80_plus", "total")
#: Level whose units have a page of their own.
PAGE_LEVEL = 2


def first_group(groups: Sequence[str]) -> str:
    """Group of which a report speaks first, of those that a standard counts."""
    return next((group for group in FIRST_GROUPS if group in groups), str(groups[0]))


class Labels:
    """Names of standards, layers, groups, units and targets of one result.

    Parameters
    ----------
    result
        Whose things are named.
    language
        Of the reader.
    """

    def __init__(self, result: Result, language: Language) -> None:
        self.words = Words(language)
        self.language = language
        self._titles = own_layer_titles(result.manifest)
        self.tense = tense_of(result)
        self._kept: dict[Hashable, Any] = {}
        siting = result.summary.get("siting") or {}
        currency = (siting.get("question") or {}).get("currency")
        self.money = self.title(currency) or self("unit.money")
        self._standards = {standard["key"]: standard for standard in result.summary["standards"]}
        self._units = {unit["code"]: unit["name"] for unit in result.summary["units"]}

    def kept(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What many pages of one report need, made once."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def __call__(self, key: str, **values: object) -> str:
        """Sentence of the report's own words."""
        return self.words(f"report.{key}", **values)

    def title(self, title: str | Mapping[str, str] | None) -> str:
        """A title that may be given in both languages."""
        if title is None:
            return ""
        return title if isinstance(title, str) else (title.get(self.language) or next(iter(title.values())))

    def layer(self, layer: str) -> str:
        """Name of a layer, the study's own title first."""
        own = self._titles.get(layer)
        return self.title(own) if own else self.words.name_of("layer", layer)

    def layer_within(self, layer: str) -> str:
        """Name of a layer inside a sentence: a word of the vocabulary has no capital there, the study's own title is kept."""
        name = self.layer(layer)
        return name if self._titles.get(layer) else name[:1].lower() + name[1:]

    def type(self, facility_type: str | None) -> str:
        """Name of a facility type, of its layer where that is named again; unknown where there is none."""
        if not facility_type:
            return UNKNOWN
        name = self.words.name_of("type", facility_type)
        return self.layer(name) if name == facility_type and name in self._titles else name

    def types(self, joined: str | None) -> str:
        """Names of types of which any will do, as indicators join them: ``a|b``."""
        return self("or").join(self.type(one) for one in joined.split("|")) if joined else UNKNOWN

    def place(self, name: object, site: object) -> str | None:
        """Name of a place; a candidate without one is called by its id, and None is the facility's own place."""
        named = name if isinstance(name, str) and name else None
        if not isinstance(site, str) or not site:
            return named
        return place_title(named, site, self.words) if named else self.candidate(site)

    def candidate(self, site: str, name: str | None = None) -> str:
        """A candidate by its number, with its name or what it is."""
        source, colon, number = site.rpartition(":")
        known = self.words.name_of("candidate_place", source) if colon else self("siting.candidate")
        return self("siting.place", source=name or known, id=number)

    def group(self, group: str) -> str:
        """Name of a group of people."""
        return self.words.name_of("group", group)

    def unit(self, code: str) -> str:
        """Name of a unit, its code where it has none."""
        return str(self._units.get(code) or code)

    def unit_type(self, unit_type: str) -> str:
        """Name of a type of unit."""
        return self.words.name_of("report.unit_type", unit_type)

    def measure(self, measure: str | None) -> str:
        """A unit of measure as a plan prints it, in the reader's language where its words are known."""
        return self.words.name_of("report.measure", measure) if measure else UNKNOWN

    def of_its_time(self, head: str) -> str:
        """A head of numbers that says for which year they are expected; as it is where they are present ones."""
        if not self.tense.projected:
            return head
        return self("column.expected", name=head, head=self.tense.short_head(self.words).lower())

    def dated(self, caption: str) -> str:
        """A caption with the time of its numbers behind it, where they are no present ones."""
        return self.tense.titled(caption, self.words)

    def level(self, types: tuple[str, ...]) -> str:
        """Name of a level of units."""
        return self(f"level.{types[0]}")

    def standard(self, key: str) -> str:
        """A standard in a few words: layer, types, profile, minutes and whatever is unusual."""
        told = self.kept("standards", lambda: {each: self._label(each) for each in self._standards})
        label, alike = told[key], sum(other == told[key] for other in told.values())
        return label if alike == 1 else self("named", label=label, short=key)

    def _label(self, key: str) -> str:
        standard = self._standards[key]
        layer, types = self.layer(standard["layer"]), standard["types"]
        if types:
            many = len(types) > MOST_TYPES
            told = self("type_count", count=len(types)) if many else self.names([self.type(t) for t in types])
            layer = self("layer_types", layer=layer, types=told)
        parts = [layer]
        parts.append(self.words.name_of("profile", standard["profile"]["name"]))
        parts.append(self("minutes", minutes=f"{standard['minutes']:g}"))
        if standard["method"] != "network":
            parts.append(self("straight"))
        if standard["count"] == "own_unit":
            parts.append(self("own_unit"))
        return " · ".join(parts)

    def names(self, names: list[str] | tuple[str, ...]) -> str:
        """A list of names."""
        return self("list").join(names)

    def some(self, names: list[str] | tuple[str, ...], most: int = MOST_NAMED) -> str | None:
        """The first names of a list and how many there are in all, where a page has no room for all; None for none."""
        if len(names) > most:
            return self("and_more", names=self.names(names[:most]), count=len(names))
        return self.names(names) or None

    def day(self, text: str | None) -> str:
        """A date that is given as text."""
        return UNKNOWN if text is None else self.words.date(dt.date.fromisoformat(text))
