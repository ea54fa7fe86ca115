"""The unit that a row declares: by code, else by name with its parents; a place without coordinates lives by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from coverplan.errors import Problem, Problems
from coverplan.inputs.places.unit_names import Match, UnitNames, levels_of
from coverplan.inputs.tables.column_values import texts
from coverplan.inputs.tables.table_file import TableFile
from coverplan.units import BoolArray


@dataclass(frozen=True, slots=True)
class DeclaredUnits:
    """Declared units of a table's rows.

    Parameters
    ----------
    codes
        Code of each row's unit as declared or found by its names, None where nothing is declared or found.
    known
        Shape (rows,): the code is one of the study's units.
    level
        The deepest level that each row names (``village``, ``town``, ``county``), None where it names none.
    """

    codes: list[str | None]
    known: BoolArray
    level: list[str | None]


def declared_units(
    table: TableFile, column: Mapping[str, str], names: UnitNames | None, problems: Problems
) -> DeclaredUnits:
    """Units that the rows declare in the columns ``unit_code``, ``county``, ``town`` and ``village``.

    Warnings for names that mean no unit or several; the code wins where code and names disagree, with a warning.
    """
    rows = len(table.rows)
    said: list[str | None] = [None] * rows
    if "unit_code" in column:
        said = texts(table, column["unit_code"])
    levels = levels_of(field for field in column if field in {"county", "town", "village"})
    words = {level: texts(table, column[level]) for level in levels}
    named = list(zip(*words.values(), strict=True)) if words else [()] * rows
    chain_of = {
        some: tuple((level, word) for level, word in zip(levels, some, strict=True) if word is not None)
        for some in set(named)
    }
    chains = [chain_of[some] for some in named]
    level = [chain[-1][0] if chain else None for chain in chains]
    if names is None:
        return DeclaredUnits(said, np.zeros(rows, dtype=bool), level)
    answers = {chain: names.find(chain) for chain in set(chains) if chain}
    codes = list(said)
    for row, chain in enumerate(chains):
        match = answers.get(chain)
        if match is not None and said[row] is None and match.trouble is None:
            codes[row] = match.code
        elif match is not None:
            codes[row] = _decided(
                table, column, row, (said[row], chain, match), names=names, problems=problems
            )
    unheard = {code for code in set(said) if code is not None and not names.has_code(code)}
    unknown = [code in unheard for code in said]
    for row in np.flatnonzero(unknown).tolist():
        what = "the study has no unit of this code"
        _warn(
            table,
            row,
            column["unit_code"],
            value=said[row],
            what=what,
            problems=problems,
            code="unknown_unit",
        )
    heard = {code for code in set(codes) if code is not None and names.has_code(code)}
    known = np.array([code in heard for code in codes], dtype=bool)
    return DeclaredUnits(codes, known, level)


def _decided(
    table: TableFile,
    column: Mapping[str, str],
    row: int,
    said: tuple[str | None, tuple[tuple[str, str], ...], Match],
    *,
    names: UnitNames,
    problems: Problems,
) -> str | None:
    code, chain, match = said
    field, word = column[chain[-1][0]], chain[-1][1]
    if code is not None and names.has_code(code):
        if match.code is not None and match.code != code and not names.nested(code, match.code):
            _warn(
                table, row, field, value=word, what=f"the names mean the unit {match.code}, the code says {code}; the code is taken",
                problems=problems, code="unit_disagrees", details={"unit": str(match.code), "code": str(code)},
            )  # fmt: skip
        return code
    if match.trouble is None:
        return match.code
    if match.trouble == "ambiguous":
        what, remedy = (
            f"the name means several units ({match.hint})",
            "write the unit's code, or its parents' names",
        )
    else:
        what = "the study has no unit of this name"
        remedy = (
            f"did you mean {match.hint}? if so, write it"
            if match.hint
            else "write the official name or the code"
        )
    _warn(
        table,
        row,
        field,
        value=word,
        what=what,
        problems=problems,
        code=f"{match.trouble}_unit",
        remedy=remedy,
        details={"units": match.hint} if match.trouble == "ambiguous" else {},
    )
    return code


def _warn(
    table: TableFile,
    row: int,
    field: str,
    *,
    value: object,
    what: str,
    problems: Problems,
    code: str,
    remedy: str = "write the official code or name",
    details: Mapping[str, object] | None = None,
) -> None:
    sheet, line = table.label(row)
    problems.add(
        Problem(
            what,
            table.path,
            line,
            field if sheet is None else f"{sheet}!{field}",
            value,
            "an official unit of the study",
            remedy,
            "warning",
            code,
            details or {},
        )
    )
