"""Cells of a facility ledger in the words of the vocabulary; a cell that cannot be read is unknown and said so (R15)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from coverplan.errors import Problem, Problems, Severity
from coverplan.inputs.ledgers.shown_places import said_public
from coverplan.inputs.tables.column_values import (
    blank,
    note_repairs,
    numbers,
    parsed_column,
    points_of_thousands,
    printed_cell,
    report_rows,
    texts,
)
from coverplan.inputs.tables.dates import Year, parse_year
from coverplan.inputs.tables.headers import MEASURED
from coverplan.inputs.tables.table_file import TableFile
from coverplan.inputs.tables.words import FUNCTION, parts, yes_or_no
from coverplan.scenario.study_file import FacilityLayer
from coverplan.text.counting import many
from coverplan.text.folding import meaning_of
from coverplan.text.type_words import TYPE
from coverplan.units import FloatArray
from coverplan.vocabulary import LAYER_TYPES, NUMBER_FIELDS

#: What is counted one by one; people may work part of the time.
_WHOLE = frozenset({"beds", "nursing_beds", "places", "niches", "niches_left"})


def amounts(
    table: TableFile,
    field: str,
    column: str | None,
    problems: Problems,
    *,
    severity: Severity = "warning",
) -> FloatArray:
    """Shape (rows,): a number field, NaN where unknown, unreadable, negative, or merged over several rows."""
    if column is None:
        return np.full(len(table.rows), np.nan)
    values = numbers(table, column, problems, kind=MEASURED.get(field, "count"), severity=severity)
    report_rows(
        table, column, values < 0, problems, what="the number is negative", code="negative_number",
        expected="zero or more", severity="warning",
    )  # fmt: skip
    broken = np.zeros(len(values), dtype=bool)
    if field in _WHOLE:
        broken = np.isfinite(values) & (
            (values % 1 != 0) | np.array(parsed_column(table, column, points_of_thousands), dtype=bool)
        )
    report_rows(
        table, column, broken, problems, what="the number is no whole one", code="not_whole",
        expected="a whole number; 1200 without a point", remedy="write 1200 if 1.200 means that; mend the cell",
        severity="warning",
    )  # fmt: skip
    values[broken | (values < 0)] = np.nan
    return values


def years(table: TableFile, column: str | None, problems: Problems) -> FloatArray:
    """Shape (rows,): years, NaN where unknown or unreadable."""
    if column is None:
        return np.full(len(table.rows), np.nan)
    empty = blank(table, column)
    found = parsed_column(table, column, parse_year)
    report_rows(
        table, column, [year is None and not gone for year, gone in zip(found, empty, strict=True)], problems,
        what="the year cannot be read", expected="a year or a date", code="not_a_year", severity="warning",
    )  # fmt: skip
    told: list[Year | None] = [None if gone else year for year, gone in zip(found, empty, strict=True)]
    rules = [None if year is None else year.rule for year in told]
    years_read = [np.nan if year is None else float(year.year) for year in told]
    note_repairs(table, column, rules, years_read, problems)
    return np.array(years_read, dtype=np.float64)


def yes_no(table: TableFile, column: str | None, problems: Problems) -> list[bool | None]:
    """Yes, no, or unknown. 无 and - mean no here, though they mean unknown elsewhere."""
    if column is None:
        return [None] * len(table.rows)
    said = parsed_column(table, column, lambda cell: yes_or_no(printed_cell(cell)))
    wrong = [answer is None and not gone for answer, gone in zip(said, blank(table, column), strict=True)]
    report_rows(
        table, column, wrong, problems, what="neither yes nor no", expected="yes or no (是 or 否)",
        code="not_yes_no", severity="warning",
    )  # fmt: skip
    return said


def field_values(
    table: TableFile,
    field: str,
    column: str | None,
    problems: Problems,
    *,
    severity: Severity = "warning",
) -> Sequence[Any]:
    """A field that reads the same in every list of facilities: amounts, years, yes and no, functions, codes, else text.

    Shape (rows,); unknown (NaN or None) where nothing stands or there is no column. Status, precision and type, whose
    words a study may say, are read by `words` and `types`.
    """
    if field in NUMBER_FIELDS:
        return list(amounts(table, field, column, problems, severity=severity))
    reader = _READERS.get(field)
    if reader is not None:
        return list(reader(table, column, problems))
    return [None] * len(table.rows) if column is None else texts(table, column)


def words(
    table: TableFile,
    column: str | None,
    known: Mapping[str, str],
    said: Mapping[str, str],
    default: str | None,
    *,
    problems: Problems,
    code: str,
) -> list[str | None]:
    """Words of a vocabulary; `default` where blank or where there is no column, None where the word is not known."""
    if column is None:
        return [default] * len(table.rows)
    meanings = set(known.values())

    def read(text: str | None) -> str | None:
        if text is None:
            return default
        return said.get(text) or meaning_of(text, known)

    printed = texts(table, column)
    answer = {text: read(text) for text in set(printed)}
    found = [answer[text] for text in printed]
    report_rows(
        table, column, [text is not None and word is None for text, word in zip(printed, found, strict=True)], problems,
        what="the word is not known", expected=f"one of {', '.join(sorted(meanings))}",
        remedy="mend the cell, or say in the study file what the word means", code=code, severity="warning",
    )  # fmt: skip
    _list_unknown(
        table, column, {text for text in answer if text is not None and answer[text] is None}, code, problems
    )
    _note_words(table, column, printed, found, problems)
    return found


#: Where the study file says what the words of a column mean, and English words of registers whose meaning is offered.
_SAID_UNDER = {"unknown_status": "statuses"}
_OFFERED = {
    **dict.fromkeys(("functional", "working", "in use", "in service", "operational", "yes"), "operating"),
    **dict.fromkeys(
        ("non-functional", "non functional", "not functional", "not working", "inactive"), "suspended"
    ),
    **dict.fromkeys(("abandoned", "demolished", "decommissioned"), "closed"),
}
_MOST_WORDS = 40


def _list_unknown(table: TableFile, column: str, unknown: set[str], code: str, problems: Problems) -> None:
    """All words that are not known, once, as a line to paste into the study file and to complete there."""
    key = _SAID_UNDER.get(code)
    if not unknown or key is None:
        return
    words = sorted(unknown)[:_MOST_WORDS]
    line = ", ".join(f"{_as_yaml(word)}: {_OFFERED.get(word.lower(), '?')}" for word in words)
    problems.add(
        Problem(
            many(len(unknown), "word of the column is not known", "words of the column are not known"),
            table.path,
            field=column,
            value=", ".join(words),
            expected="words of the vocabulary, or what each of them means",
            remedy=f"add to the layer in the study file: {key}: {{{line}}}",
            severity="warning",
            code="unknown_words",
            details={"count": len(unknown), "line": f"{key}: {{{line}}}"},
        )
    )


def _as_yaml(word: str) -> str:
    """A word as a key of YAML, in quotes where it could be anything else."""
    return (
        word
        if re.fullmatch(r"[^\W\d_][\w -]*\w", word) and yes_or_no(word) is None
        else json.dumps(word, ensure_ascii=False)
    )


def types(
    table: TableFile,
    column: str | None,
    source: FacilityLayer,
    problems: Problems,
) -> list[str | None]:
    """Type of each row; a word that is not in the vocabulary is a type of the study's own, and is said to be one."""
    if column is None:
        return [source.type] * len(table.rows)
    said, default, layer = source.types, source.type, source.layer
    known = TYPE.get(layer, {})
    printed = texts(table, column)
    answer: dict[str | None, str | None] = {None: default}
    for text in set(printed) - {None}:
        assert text is not None
        answer[text] = said.get(text) or meaning_of(text, known) or text
    found = [answer[text] for text in printed]
    own = sorted(
        {word for word in found if word is not None and word not in LAYER_TYPES.get(layer, ())}
        - {default, *said.values()}
    )
    if own and layer in LAYER_TYPES:
        problems.add(
            Problem(
                "types that the vocabulary does not have are kept as the study's own",
                table.path,
                field=column,
                value=", ".join(own)[:200],
                expected=f"one of {', '.join(LAYER_TYPES[layer])}",
                remedy="say under `types:` what they are, if they are one of these",
                severity="warning",
                code="own_types",
            )
        )
    _note_words(table, column, printed, found, problems)
    return found


def functions(table: TableFile, column: str | None, said: Mapping[str, str]) -> list[frozenset[str] | None]:
    """Functions of each row in the words of the vocabulary where it has them; None where unknown.

    `said` is what the study file says of a word, which goes before what is known of it.
    """
    if column is None:
        return [None] * len(table.rows)
    printed = texts(table, column)
    sets: dict[str | None, frozenset[str] | None] = {None: None}
    for text in set(printed) - {None}:
        assert text is not None
        sets[text] = frozenset(said.get(part) or meaning_of(part, FUNCTION) or part for part in parts(text))
    return [sets[text] for text in printed]


def code_tuples(table: TableFile, column: str | None) -> list[tuple[str, ...]]:
    """Codes listed in one cell, ascending; empty where there are none."""
    if column is None:
        return [()] * len(table.rows)
    return [() if text is None else tuple(sorted(set(parts(text)))) for text in texts(table, column)]


def _note_words(
    table: TableFile, column: str, printed: list[str | None], found: list[Any], problems: Problems
) -> None:
    """One note that says which printed words were read as which words of the vocabulary."""
    pairs = sorted(
        {(text, word) for text, word in zip(printed, found, strict=True) if text and word and word != text}
    )
    if pairs:
        problems.add(
            Problem(
                "words were read as words of the vocabulary",
                table.path,
                field=column,
                value=", ".join(f"{text} = {word}" for text, word in pairs),
                severity="note",
                code="words_read",
            )
        )


#: Fields that are no plain text and no amount, and who reads them.
_READERS: Mapping[str, Callable[[TableFile, str | None, Problems], Sequence[Any] | FloatArray]] = {
    "opened": years,
    "closes": years,
    "funded": yes_no,
    "public": lambda table, column, problems: said_public(
        table, [] if column is None else [column], problems
    ),
    "functions": lambda table, column, _: functions(table, column, {}),
    "serves_units": lambda table, column, _: code_tuples(table, column),
}
