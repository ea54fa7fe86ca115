"""What the columns of a line layer say of each line, in OpenStreetMap's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from coverplan.errors import Problem, Problems
from coverplan.inputs.streets import osm_tags
from coverplan.inputs.streets.line_columns import find_columns, forbids
from coverplan.inputs.streets.line_words import access_of, kind_of, oneway_of, structure_of, yes_no_of
from coverplan.inputs.tables.amounts import BLANK
from coverplan.inputs.tables.column_values import has_columns
from coverplan.inputs.tables.table_file import TableFile
from coverplan.scenario.study_file import StreetField
from coverplan.text.folding import word_key

_EXAMPLES = 10
_NO_KIND = "road"
#: Fields whose cells answer yes or no, and words that answer no there and say nothing elsewhere.
_TOLD = osm_tags.ACCESS_TAGS | {"bridge", "tunnel", "oneway"}
_NONE_OF_IT = frozenset("无 無 没有".split())  # noqa: SIM905

Tags = list[dict[str, str]]


def line_tags(
    layer: TableFile, columns: Mapping[StreetField, str], kinds: Mapping[str, str], problems: Problems
) -> Tags | None:
    """By row: what the columns say, in OpenStreetMap's words; None where a named column does not exist.

    Words that nobody knows are left out and named in `problems`, those of classes as they are.
    """
    said = {word_key(word): kind for word, kind in kinds.items()}
    wrong = sorted(set(kinds.values()) - osm_tags.KNOWN_KINDS)
    if wrong:
        problems.add(_no_class(layer, wrong))
    if not has_columns(layer, list(columns.values()), problems) or wrong:
        return None
    column_of = find_columns(layer, columns, said, problems).of_tag
    tags: Tags = [{} for _ in range(len(layer.rows))]
    for key, column in column_of.items():
        words = _words(layer.rows[column], told=key in _TOLD)
        meaning = {word: _meaning_of(key, column, word, said) for word in set(words) - {""}}
        unknown = sorted(word for word, found in meaning.items() if found is None)
        if unknown:
            problems.add(_unknown(layer, key, column, unknown, sum(word in set(unknown) for word in words)))
        for row, word in zip(tags, words, strict=True):
            found = meaning.get(word) or (word if key == "highway" else "")
            if found:
                row[key] = found
    for row in tags:
        row.setdefault("highway", _NO_KIND)
    return tags


def _meaning_of(key: str, column: str, word: str, kinds: Mapping[str, str]) -> str | None:
    """Value of a tag for a word; None where nobody knows it."""
    if key == "highway":
        return kind_of(word, kinds)
    if key in {"bridge", "tunnel"}:
        there = structure_of(word)
        return None if there is None else _structure(word) if there else "no"
    if key == "oneway":
        return oneway_of(word)
    if key in osm_tags.ACCESS_TAGS:
        said = yes_no_of(word)
        if said is not None and forbids(column):
            return "no" if said else "yes"
        return access_of(word)
    return word


def _structure(word: str) -> str:
    return "building_passage" if word == "building_passage" else "yes"


def _words(values: pd.Series[Any], *, told: bool) -> list[str]:
    """A column as text, an empty string where a row says nothing; `told` where 无 is an answer, as to yes or no."""
    blank = BLANK - _NONE_OF_IT if told else BLANK
    return [
        "" if value is None or value is pd.NA or str(value).strip().lower() in blank else str(value).strip()
        for value in values.tolist()
    ]


def _no_class(layer: TableFile, wrong: list[str]) -> Problem:
    return Problem(
        "these are no classes of street",
        layer.path,
        field="streets.kinds",
        value=", ".join(wrong),
        expected="classes of OpenStreetMap: " + ", ".join(sorted(osm_tags.KNOWN_KINDS)),
        remedy="write the class that each word stands for; no for lines that are no streets",
        code="no_street_class",
    )


def _unknown(layer: TableFile, key: str, column: str, words: list[str], rows: int) -> Problem:
    shown = ", ".join(words[:_EXAMPLES]) + (", ..." if len(words) > _EXAMPLES else "")
    if key == "highway":
        line = ", ".join(f"{word}: residential" for word in words[:_EXAMPLES])
        return Problem(
            f"{rows} streets are of kinds that nobody knows; they are taken as roads open to everybody",
            layer.path,
            field=column,
            value=shown,
            expected="classes of OpenStreetMap or usual Chinese ones",
            remedy=f"say in the study file what they are, motorway where nobody may walk (kinds: {{{line}}})",
            severity="warning",
            code="unknown_kind",
            details={"count": rows, "words": shown},
        )
    return Problem(
        f"{rows} streets have words in {column} that nobody knows; they are passed over",
        layer.path,
        field=column,
        value=shown,
        expected="yes or no, 是 or 否, or a value of OpenStreetMap",
        remedy="write yes or no in this column",
        severity="warning",
        code="unknown_street_word",
        details={"count": rows, "words": shown, "column": column},
    )
