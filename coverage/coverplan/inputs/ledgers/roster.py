"""An official list of units held against a study's units: what is missing, too many, named or coded otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from coverplan.errors import Problem, Problems
from coverplan.inputs.places.unit_names import LEVEL_TYPES, UnitNames, short_name
from coverplan.inputs.tables.column_values import texts
from coverplan.inputs.tables.columns import columns_of
from coverplan.inputs.tables.headers import UNIT
from coverplan.inputs.tables.read_table import read_table
from coverplan.scenario.study_file import Roster

#: Levels by the length of an official code, for lists that say no types.
_BY_LENGTH = {4: "city", 6: "county", 9: "town", 12: "village"}
_LEVEL_OF = {kind: level for level, kinds in LEVEL_TYPES.items() for kind in kinds}


@dataclass(frozen=True, slots=True)
class RosterDifferences:
    """What a list and a study do not have alike.

    Parameters
    ----------
    missing
        Codes of the list without a unit, at the levels and under the tops that the study has.
    unlisted
        Codes of units that the list does not have, at the levels that it has.
    renamed
        Pairs of unit and listed code whose names differ.
    recoded
        Pairs of unit and listed code whose codes differ though name and parents are the same.
    """

    missing: tuple[str, ...]
    unlisted: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    recoded: tuple[tuple[str, str], ...]


def read_roster(source: Roster, folder: Path, problems: Problems) -> pd.DataFrame | None:
    """An official list with the index ``code`` and the columns ``name``, ``type`` (of level) and ``parent``.

    A list without parents takes them from its codes. None, with reasons, when the file cannot be used.
    """
    table = read_table(source, folder, problems)
    if table is None:
        return None
    said = {str(field): str(name) for field, name in source.columns.items()}
    column = columns_of(table, said, UNIT, problems, fields=("code", "name", "type", "parent"))
    if column is None:
        return None
    if not {"code", "name"} <= set(column):
        problems.add(
            Problem(
                "the list has no column of codes or none of names",
                table.path,
                expected="a code and a name in each row",
                remedy="say which columns they are under `columns:`",
                code="missing_column",
            )
        )
        return None
    codes, names = texts(table, column["code"]), texts(table, column["name"])
    types = texts(table, column["type"]) if "type" in column else [None] * len(codes)
    parents = texts(table, column["parent"]) if "parent" in column else [None] * len(codes)
    known = {code for code in codes if code is not None}
    rows = {
        code: (name or "", _kind(kind, code), parent or _above(code, known))
        for code, name, kind, parent in zip(codes, names, types, parents, strict=True)
        if code is not None
    }
    frame = pd.DataFrame(
        list(rows.values()), columns=["name", "type", "parent"], index=list(rows), dtype=object
    )
    return frame.sort_index()


def compare_roster(units: pd.DataFrame, roster: pd.DataFrame) -> RosterDifferences:
    """Match units to an official list by code, else by whole name with the names of their parents.

    Codes of the statistics bureau that end in zeros for what lies below (430502001000) are the same as the short ones.
    Levels that either side does not have are left alone, and so is what lies outside the study's topmost units.

    Parameters
    ----------
    units, roster
        Index code; columns ``name``, ``type`` and ``parent``.
    """
    units, roster = _levelled(units), _levelled(roster)
    plain = {_plain(code): code for code in roster.index}
    by_code = {code: plain[_plain(code)] for code in units.index if _plain(code) in plain}
    taken = set(by_code.values())
    names = UnitNames(roster)
    recoded: dict[str, str] = {}
    levels = {_LEVEL_OF.get(str(kind)) for kind in roster["type"]}
    for code in units.index:
        if code not in by_code and _LEVEL_OF.get(str(units.at[code, "type"])) in levels:
            match = names.find(_chain(str(code), units))
            whole = match.trouble is None and match.code is not None
            if whole and match.code not in taken and _level(roster, str(match.code)) == _level(units, code):
                recoded[code] = str(match.code)
    twice = {found for found in recoded.values() if list(recoded.values()).count(found) > 1}
    recoded = {code: found for code, found in recoded.items() if found not in twice}
    matched = {**by_code, **recoded}
    scope = _scope(units, roster, matched)
    missing = sorted(scope - set(matched.values()))
    unlisted = [c for c in units.index if c not in matched and _level(units, c) in levels]
    renamed = [
        (code, listed)
        for code, listed in by_code.items()
        if short_name(str(units.at[code, "name"])) != short_name(str(roster.at[listed, "name"]))
    ]
    return RosterDifferences(
        tuple(missing), tuple(unlisted), tuple(sorted(renamed)), tuple(sorted(recoded.items()))
    )


def report_roster(roster: pd.DataFrame, file: Path, units: pd.DataFrame, problems: Problems) -> None:
    """Warnings for every difference, those of one parent together, and a note that says how much was alike."""
    found = compare_roster(units, roster)
    listed = dict((*found.renamed, *found.recoded))
    kinds = (
        ("roster_missing", found.missing, roster, "units of the official list that the study does not have",
         "add them, or say why they are not there"),
        ("roster_unlisted", found.unlisted, units, "units of the study that the official list does not have",
         "check their codes and names"),
        ("roster_renamed", dict(found.renamed), units, "units whose names differ from the official list",
         "write the official names, or name them as aliases"),
        ("roster_recoded", dict(found.recoded), units, "units that the official list has under other codes",
         "write the official codes; ledgers with these are joined to no unit"),
    )  # fmt: skip
    for kind, codes, table, what, remedy in kinds:
        paired = kind in {"roster_renamed", "roster_recoded"}
        for parent, some in _by_parent(codes, table).items():
            told = [
                f"{code} {table.at[code, 'name']!s}"
                + (f" = {listed[code]} {roster.at[listed[code], 'name']!s}" if paired else "")
                for code in some
            ]
            problems.add(
                Problem(
                    f"{len(told)} {what}{f' ({parent})' if parent else ''}",
                    file,
                    value=", ".join(told),
                    remedy=remedy,
                    severity="warning",
                    code=kind,
                )
            )
    problems.add(
        Problem(
            f"{len(units) - len(found.unlisted)} of {len(units)} units were looked up in a list of {len(roster)}",
            file,
            value=f"{len(found.missing)} missing, {len(found.unlisted)} not listed, {len(found.renamed)} named and "
            f"{len(found.recoded)} coded otherwise",
            severity="note",
            code="roster_compared",
            details={
                "found": len(units) - len(found.unlisted),
                "count": len(units),
                "listed": len(roster),
                "missing": len(found.missing),
                "unlisted": len(found.unlisted),
                "renamed": len(found.renamed),
                "recoded": len(found.recoded),
            },
        )
    )


def _by_parent(codes: Iterable[str], table: pd.DataFrame) -> dict[str, list[str]]:
    """Codes by the name of the unit above them."""
    groups: dict[str, list[str]] = {}
    for code in codes:
        parent = table.at[code, "parent"]
        inside = isinstance(parent, str) and parent in table.index
        groups.setdefault(str(table.at[parent, "name"]) if inside else "", []).append(code)
    return groups


def _scope(units: pd.DataFrame, roster: pd.DataFrame, matched: dict[str, str]) -> set[str]:
    """Codes of the list that a study of these units should have."""
    levels = {_level(units, code) for code in units.index}
    top = units["parent"].isna()
    tops = {matched[code] for code in units.index[top] if code in matched}
    highest = {level for code in tops if (level := _level(roster, code)) is not None}
    order = list(LEVEL_TYPES)
    whole = not tops or any(order.index(str(level)) >= order.index("town") for level in highest)
    found = set()
    for code in roster.index:
        if _level(roster, code) in levels and (whole or tops & set(_up(code, roster))):
            found.add(str(code))
    return found


def _up(code: str, table: pd.DataFrame) -> list[str]:
    """The unit and those above it, as far as the table has them."""
    chain = [code]
    while isinstance(parent := table.at[chain[-1], "parent"], str) and parent in table.index:
        if parent in chain:
            break
        chain.append(parent)
    return chain


def _chain(code: str, units: pd.DataFrame) -> list[tuple[str, str]]:
    """Levels and names from the top of a study down to a unit."""
    return [(str(_level(units, up)), str(units.at[up, "name"])) for up in reversed(_up(code, units))]


def _levelled(table: pd.DataFrame) -> pd.DataFrame:
    """Units with the type of villages where a zone lies in a town; zones are of both levels."""
    above = table["parent"].map(table["type"].map(_LEVEL_OF))
    inner = (table["type"] == "zone") & (above == "town")
    return table.assign(type=table["type"].mask(inner, "village"))


def _level(table: pd.DataFrame, code: str) -> str | None:
    return _LEVEL_OF.get(str(table.at[code, "type"]))


def _kind(said: str | None, code: str) -> str:
    """Type of a listed unit; a list without types says the level by the length of its codes."""
    if said in _LEVEL_OF:
        return str(said)
    return _BY_LENGTH.get(len(_plain(code)), "village")


def _above(code: str, known: set[str]) -> str | None:
    return next((code[:n] for n in range(len(code) - 1, 0, -1) if code[:n] in known), None)


def _plain(code: str) -> str:
    """An official code without the zeros that stand for everything below it."""
    if not code.isdigit():
        return code
    for length in (4, 6, 9):
        if len(code) in {6, 9, 12} and len(code) > length and set(code[length:]) == {"0"}:
            return code[:length]
    return code
