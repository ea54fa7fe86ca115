"""Words, numbers and dates in the reader's language; every sentence that people read comes from here."""

from __future__ import annotations

import datetime as dt
import math
import string
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
UNKNOWN = "—"
#: The safe loader in C where this machine has it; it reads the same in a tenth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


#: Values of sentences that say how many.
COUNTS = frozenset({"all", "areas", "count", "listed", "made", "needed", "rest", "shown", "sites", "unknown"})


class _Counting(string.Formatter):
    """Numbers with what they count."""

    def format_field(self, value: object, format_spec: str) -> str:
        one, either, many = format_spec.partition("|")
        if not either:
            return str(super().format_field(value, format_spec))
        shown = f"{value:,}" if isinstance(value, int) else value
        return f"{shown} {one if str(value) == '1' else many}"


_COUNTING = _Counting()


def _counted(name: str, value: object) -> object:
    """A count with its separators of thousands; years and numbers of things have none."""
    return f"{value:,}" if name in COUNTS and type(value) is int else value


def times_unit(unit: str) -> str:
    """A unit as it stands behind an amount: a number of something is multiplied, as in 52.25 × 10,000 yuan."""
    return f"× {unit}" if unit[:1].isdigit() else unit


class Words:
    """Words of one language.

    Parameters
    ----------
    language
        ``zh`` or ``en``.
    """

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._words = _read(language)

    def __call__(self, key: str, **values: object) -> str:
        """Sentence of a key with its values filled in; raises KeyError for a key that does not exist.

        ``{count:row|rows}`` writes "1 row" and "2 rows".
        """
        text = self._words[key]
        if "|" not in text:
            values = {name: _counted(name, value) for name, value in values.items()}
        return _COUNTING.format(text, **values) if "|" in text else text.format(**values)

    def unfilled(self, key: str) -> str:
        """Sentence of a key as it is written, with the places of its values; raises KeyError for an unknown key."""
        return self._words[key]

    def name_of(self, family: str, word: str) -> str:
        """Name of a word of the vocabulary; a study's own word stands for itself."""
        return self._words.get(f"{family}.{word}", word)

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Number with thousands separators; `UNKNOWN` for None and NaN."""
        if value is None or not math.isfinite(value):
            return UNKNOWN
        # what rounds to nothing has no sign
        return f"{round(value, decimals) + 0.0:,.{decimals}f}"

    def share(self, value: float | None, decimals: int = 1) -> str:
        """Per cent of a share between 0 and 1; `UNKNOWN` for None and NaN."""
        if value is None or not math.isfinite(value):
            return UNKNOWN
        return f"{value * 100:.{decimals}f}%" if self.language == "zh" else f"{value * 100:.{decimals}f} %"

    def date(self, day: dt.date | None) -> str:
        """Date as people of the language write it."""
        if day is None:
            return UNKNOWN
        return f"{day.year}年{day.month}月{day.day}日" if self.language == "zh" else day.isoformat()

    def keys(self) -> frozenset[str]:
        """Every key."""
        return _keys(self.language)


@cache
def _keys(language: str) -> frozenset[str]:
    return frozenset(_read(language))


@cache
def _read(language: str) -> Mapping[str, str]:
    """Words of every file of a language: ``zh.yaml`` and its families such as ``maps.zh.yaml``.

    Raises
    ------
    ValueError
        If a key stands in two files.
    """
    words: dict[str, str] = {}
    for file in sorted(resources.files(__package__).iterdir(), key=lambda entry: entry.name):
        if file.name != f"{language}.yaml" and not file.name.endswith(f".{language}.yaml"):
            continue
        found = dict(_flat(yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)))  # noqa: S506 - both are safe loaders
        twice = sorted(words.keys() & found.keys())
        if twice:
            raise ValueError(f"{file.name}: {', '.join(twice)} stands in another file of words too")
        words |= found
    return words


def _flat(tree: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", str(value)
