"""What every schema of a user's file has in common."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, StringConstraints, WithJsonSchema

from coverplan.ground.shift_files import names_shift_file
from coverplan.text.attribute_words import Explained
from coverplan.yamlfile import unfit

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$", max_length=80)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
#: A layer; names that people use for one are turned into its code before, so an editor need not complain of them.
LayerName = Annotated[Word, WithJsonSchema({"type": "string", "minLength": 1})]
#: A type; where a ledger has types of its own they are called as it prints them.
TypeName = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^\w[\w()（）·、-]*$", max_length=40)
]


class Model(Explained):
    """Frozen and closed: an unknown key is a typing mistake and is said so."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        defer_build=True,
        str_strip_whitespace=True,
        allow_inf_nan=False,
    )


def json_number(number: float) -> float | str:
    """A number as JSON has it, which knows no NaN and no infinity; a text of one is read as the number again."""
    return number if math.isfinite(number) else str(number)


class Numbered(Model):
    """A whole file, which says of which format it is."""

    format: Literal[1] = 1
    """Number of this file's format; a file that says none is of the first."""


def refuse_twice(what: str, names: Collection[str]) -> None:
    """Complain as schemas do if a name stands twice."""
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise unfit(
            "named_twice",
            "the {kind} {names} stands twice",
            "different names",
            "give each {kind} a name of its own",
            kind=what,
            names=", ".join(twice),
        )


class Bilingual(Model):
    """A name in one or both languages."""

    zh: Name | None = None
    """Chinese."""
    en: Name | None = None
    """English."""

    def in_language(self, language: str) -> str:
        """Name in a language, else in the other one."""
        first, second = (self.zh, self.en) if language == "zh" else (self.en, self.zh)
        return first or second or ""


def _one_at_least(name: str | Bilingual) -> str | Bilingual:
    if isinstance(name, Bilingual) and not (name.zh or name.en):
        raise unfit("empty_name", "the name is empty", "zh, en or both")
    return name


def _without_files(name: str) -> str:
    if names_shift_file(name):
        raise unfit(
            "crs_names_file",
            "the coordinate reference system names a file",
            "an authority code such as EPSG:4549",
        )
    return name


CrsName = Annotated[Name, AfterValidator(_without_files)]
"""A coordinate reference system that stands for itself: nothing is read but what the study names."""
Title = Annotated[str | Bilingual, AfterValidator(_one_at_least)]


def title_in(title: str | Bilingual, language: str) -> str:
    """A title in a language; a plain text is the same in every language."""
    return title if isinstance(title, str) else title.in_language(language)
