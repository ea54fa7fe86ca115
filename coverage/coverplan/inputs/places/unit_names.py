"""Which unit a name means, with its parents: by code, by its whole name, by its official short form; never loosely."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

import pandas as pd

from coverplan.text.folding import plain

#: Official names of committees and what everyday lists write: 水泥厂社区居委会 is 水泥厂社区, 朔里村委会 is 朔里村.
_COMMITTEES = (
    (re.compile(r"(?:社区)?(?:居民委员会|居委会)$"), "社区"),
    (re.compile(r"村?(?:村民委员会|村委会)$"), "村"),
)
_LEVELS = ("city", "county", "town", "village")
#: Types of units of each level, from the highest down.
LEVEL_TYPES = {
    "city": frozenset({"city"}),
    "county": frozenset({"county"}),
    "town": frozenset({"town", "township", "street", "zone"}),
    "village": frozenset({"village", "community"}),
}


@dataclass(frozen=True, slots=True)
class Match:
    """The answer to one name.

    Parameters
    ----------
    code
        Code of the unit, or of the deepest one above it that is certain, or None.
    rule
        How it was found: ``name``, ``short`` (without 居委会), ``alias``; None when it was not.
    trouble
        ``unknown`` or ``ambiguous`` when it was not found.
    hint
        Codes that it may be (ambiguous), or a similar name (unknown); for the person who mends it.
    """

    code: str | None
    rule: str | None = None
    trouble: Literal["unknown", "ambiguous"] | None = None
    hint: str | None = None


@dataclass(frozen=True)
class UnitNames:
    """Names of the units of a table with the index ``code`` and the columns ``name``, ``type`` and ``parent``."""

    table: pd.DataFrame
    aliases: Mapping[str, str] = field(default_factory=dict)
    _by_name: dict[str, list[str]] = field(init=False, repr=False)
    _alias: dict[str, str] = field(init=False, repr=False)
    _above: dict[str, frozenset[str]] = field(init=False, repr=False)
    _type: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_name: dict[str, list[str]] = defaultdict(list)
        parents = {str(code): _text(parent) for code, parent in self.table["parent"].items()}
        for code, name in self.table["name"].items():
            for form in dict.fromkeys((name_key(str(name)), short_name(str(name)))):
                by_name[form].append(str(code))
        object.__setattr__(self, "_by_name", dict(by_name))
        object.__setattr__(self, "_alias", {name_key(name): code for name, code in self.aliases.items()})
        object.__setattr__(self, "_above", {str(code): _ancestors(str(code), parents) for code in parents})
        object.__setattr__(self, "_type", {str(code): str(kind) for code, kind in self.table["type"].items()})

    def has_code(self, code: str) -> bool:
        """Whether there is a unit of this code."""
        return code in self._type

    def nested(self, code: str, other: str) -> bool:
        """Whether one of two units lies in the other."""
        return code in self._above.get(other, ()) or other in self._above.get(code, ())

    def find(self, chain: Sequence[tuple[str, str]]) -> Match:
        """The unit that a chain of (level, name) means, from the highest level down.

        A level is ``county``, ``town``, ``village``, or anything else when it is not known; levels of which the study
        has no unit are passed over. Every name must fit among the ancestors of the next. Where one does not, the answer
        is the deepest unit above it, with the trouble.
        """
        within: set[str] | None = None
        known = Match(None, trouble="unknown")
        for level, name in chain:
            if not self._has_level(level):
                continue
            answer = self._one(level, name, within)
            if answer.code is None and answer.trouble == "unknown":
                return Match(known.code, known.rule, "unknown", answer.hint)
            if answer.code is None:
                within = set((answer.hint or "").split(", "))
                known = Match(known.code, None, "ambiguous", answer.hint)
            else:
                within, known = {answer.code}, answer
        return known

    def _has_level(self, level: str) -> bool:
        kinds = LEVEL_TYPES.get(level)
        return kinds is None or not kinds.isdisjoint(self._type.values())

    def _one(self, level: str, name: str, within: set[str] | None) -> Match:
        alias = self.aliases.get(name.strip()) or self._alias.get(name_key(name))
        if alias is not None and self.has_code(alias):
            return Match(alias, "alias")
        for rule, form in (("name", name_key(name)), ("short", short_name(name))):
            found = [code for code in self._by_name.get(form, ()) if self._fits(code, level, within)]
            if rule == "name" and len(found) > 1:  # 高岳社区 may be one unit's name and another's short form
                exact = [code for code in found if name_key(str(self.table.at[code, "name"])) == form]
                found = exact or found
            if len(found) == 1:
                exact_name = name_key(str(self.table.at[found[0], "name"])) == name_key(name)
                return Match(found[0], "name" if exact_name else "short")
            if found:
                return Match(None, trouble="ambiguous", hint=", ".join(sorted(found)))
        return Match(None, trouble="unknown", hint=self._similar(name, level, within))

    def _fits(self, code: str, level: str, within: set[str] | None) -> bool:
        kinds = LEVEL_TYPES.get(level)
        if kinds is not None and self._type[code] not in kinds:
            return False
        return within is None or bool(within & self._above[code])

    def _similar(self, name: str, level: str, within: set[str] | None) -> str | None:
        names = [
            form for form, codes in self._by_name.items() if any(self._fits(c, level, within) for c in codes)
        ]
        near = get_close_matches(name_key(name), names, n=1, cutoff=0.6) if len(names) < 5_000 else []
        if not near or not near[0].isascii():
            return near[0] if near else None
        return str(self.table.at[self._by_name[near[0]][0], "name"])  # with its capitals and blanks


def levels_of(fields: Iterable[str]) -> tuple[str, ...]:
    """The levels among some fields, from the highest down."""
    there = set(fields)
    return tuple(level for level in _LEVELS if level in there)


def _ancestors(code: str, parents: Mapping[str, str | None]) -> frozenset[str]:
    chain = [code]
    while (parent := parents.get(chain[-1])) is not None and parent not in chain:
        chain.append(parent)
    return frozenset(chain)


def _text(value: object) -> str | None:
    return None if value is None or value != value else str(value)  # noqa: PLR0124  (NaN)


def name_key(name: str) -> str:
    """A name as it is compared: narrow signs, no white space, whatever the case of letters."""
    return "".join(plain(name).split()).casefold()


def short_name(name: str) -> str:
    """The everyday form of a committee's official name."""
    key = name_key(name)
    for committee, word in _COMMITTEES:
        key = committee.sub(word, key)
    return key
