"""A plan's workbook read as the document that its YAML file would be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from coverplan.errors import Problem, Problems
from coverplan.plan.shapes import usual_indicator
from coverplan.plan.sheet_columns import (
    AND,
    CODED,
    COLUMNS,
    KINDS,
    MOST_ROWS,
    OR,
    UNIT_TYPES,
    said_in,
)
from coverplan.text.words import LANGUAGES, Words
from coverplan.vocabulary import LAYER_TYPES
from coverplan.yamlfile import MAX_BYTES, Document, KeyPath


def read_sheet(path: Path, problems: Problems) -> Document | None:
    """A workbook as the document that the YAML file of the same plan would be; lines are rows of the sheet of targets.

    None, with reasons in `problems`, when it cannot be read.
    """
    book = _opened(path, problems)
    if book is None:
        return None
    titles = {
        Words(language)(f"plan_table.sheet.{name}"): name
        for language in LANGUAGES
        for name in ("targets", "head", "unit_sets")
    }
    sheets = {
        titles[sheet.title]: list(sheet.iter_rows(values_only=True, max_row=MOST_ROWS))
        for sheet in book
        if sheet.title in titles
    }
    book.close()
    missing = [name for name in ("targets", "head") if name not in sheets]
    for name in missing:
        problems.add(
            Problem(
                "the workbook has no such sheet", path, field=Words("zh")(f"plan_table.sheet.{name}"), code="missing_sheet",
                expected="the sheets that the template has", remedy="begin with: coverplan template plan",
            )
        )  # fmt: skip
    if missing:
        return None
    data = _head(sheets["head"]) | {"unit_sets": _unit_sets(sheets.get("unit_sets", []))}
    lines: dict[KeyPath, int] = {(): 1}
    targets: list[dict[str, Any]] = []
    for row, cells in _records(sheets["targets"]):
        lines["targets", len(targets)] = row
        targets.append(_target(cells, _Where(row, path, problems)))
    data["targets"] = targets
    return Document(path, data, lines)


class _Where(NamedTuple):
    """A row of the sheet of targets, and who is told what is wrong there."""

    row: int
    path: Path
    problems: Problems


def _opened(path: Path, problems: Problems) -> Any:
    import zipfile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    if not path.is_file():
        problems.add(Problem("the file does not exist", path, code="missing_file", remedy="check the name"))
        return None
    if path.stat().st_size > MAX_BYTES:
        problems.add(
            Problem("the file is too large", path, expected=f"at most {MAX_BYTES} bytes", code="too_large")
        )
        return None
    try:
        return load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        problems.add(
            Problem(
                f"the workbook cannot be read: {error}", path, code="broken_file",
                remedy="open it in a spreadsheet program and save it as xlsx without a password",
            )
        )  # fmt: skip
        return None


def _records(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows that say something, by column, with the number a person counts; columns by their titles in either language."""
    titles = {
        Words(language)(f"plan_table.column.{name}"): name for language in LANGUAGES for name in COLUMNS
    }
    heads = [
        titles.get(str(cell).strip(), str(cell)) if cell is not None else ""
        for cell in (rows[0] if rows else ())
    ]
    for number, row in enumerate(rows[1:], start=2):
        cells = {
            name: cell for name, cell in zip(heads, row, strict=False) if name and cell not in (None, "")
        }
        if cells:
            yield number, cells


def _head(rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for row in rows[1:]:
        key, value = (*row, None, None)[:2]
        if not isinstance(key, str) or value is None:
            continue
        parts = key.split(".", 1)
        told = yaml.safe_load(value) if isinstance(value, str) and value[:1] in "[{" else value
        if len(parts) == 1:
            data[key] = told
        else:
            data.setdefault(parts[0], {})[parts[1]] = told
    return data


def _unit_sets(rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    known = {
        Words(language).name_of("plan_table.unit_type", code): code
        for language in LANGUAGES
        for code in UNIT_TYPES
    }
    sets: dict[str, Any] = {}
    for row in rows[1:]:
        key, zh, en, types, printed, more = (*row, *[None] * 6)[:6]
        if key is None:
            continue
        told = [
            known.get(word.strip(), word.strip())
            for word in str(types or "").replace(",", OR).split(OR)
            if word.strip()
        ]
        units: dict[str, Any] = {"names": {"zh": zh, "en": en or zh}, "types": told}
        if printed is not None:
            units["printed"] = printed
        sets[str(key)] = units | (yaml.safe_load(more) if isinstance(more, str) else {})
    return sets


def _target(cells: Mapping[str, Any], at: _Where) -> dict[str, Any]:
    more = cells.get("more")
    try:
        told = yaml.safe_load(more) if isinstance(more, str) else {}
    except yaml.YAMLError:
        told = None
    if not isinstance(told, dict):
        at.problems.add(
            Problem(
                "the further parameters are no YAML mapping", at.path, at.row, Words("zh")("plan_table.column.more"), more,
                expected="{name: value}", code="yaml_syntax",
            )
        )  # fmt: skip
        told = {}
    target: dict[str, Any] = {}
    for name, place in COLUMNS.items():
        if place and name in cells:
            value = _meant(name, cells[name], at) if name in CODED else cells[name]
            inner = target
            for key in place[:-1]:
                inner = inner.setdefault(key, {})
            inner[place[-1]] = value
    target.setdefault("goal", {}).setdefault("year_basis", "printed" if "year" in cells else "none")
    target.setdefault("names", {}).setdefault("en", target["names"].get("zh"))
    for key, value in told.items():
        target[key] = (
            target[key] | value if isinstance(value, dict) and isinstance(target.get(key), dict) else value
        )
    if "indicator" not in target:
        indicator = _indicator(cells, at)
        if indicator is not None:
            target["indicator"] = indicator
    return target


def _meant(name: str, printed: Any, at: _Where) -> Any:
    """Code of a word in either language, or of a code."""
    known = {code: code for code in CODED[name]}
    known |= {
        str(said_in(Words(language), name, code)): code for language in LANGUAGES for code in CODED[name]
    }
    return _looked_up(str(printed).strip(), known, name, at)


def _looked_up(word: str, known: Mapping[str, str], name: str, at: _Where) -> str | None:
    if word in known:
        return known[word]
    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    at.problems.add(
        Problem(
            "the word is not known", at.path, at.row, Words("zh")(f"plan_table.column.{name}"), word,
            expected=f"one of {', '.join(list(known)[:12])}", remedy=f"did you mean {near[0]}?" if near else "choose from the list",
            code="unknown_word",
        )
    )  # fmt: skip
    return None


def _indicator(cells: Mapping[str, Any], at: _Where) -> dict[str, Any] | None:
    kinds = {kind: kind for kind in KINDS}
    kinds |= {Words(language)(f"plan_table.kind.{kind}"): kind for language in LANGUAGES for kind in KINDS}
    if "kind" not in cells:
        return {"kind": "reported"}
    kind = _looked_up(str(cells["kind"]).strip(), kinds, "kind", at)
    facilities = list(_facilities(str(cells.get("facilities", "")), at))
    units = cells.get("units")
    if kind is None:
        return None
    indicator = usual_indicator(kind, facilities, None if units is None else str(units).strip())
    if indicator is None:
        at.problems.add(
            Problem(
                f"the kind {kind} needs more than these columns say", at.path, at.row, Words("zh")("plan_table.column.kind"),
                cells["kind"], expected="facilities and a unit set, or the indicator under further parameters",
                remedy="fill in the columns of facilities and units, or write the indicator out", code="kind_incomplete", details={"kind": str(kind)},
            )
        )  # fmt: skip
    return indicator


def _facilities(text: str, at: _Where) -> Iterator[tuple[str, tuple[str, ...]]]:
    layer_of = {name: layer for layer, types in LAYER_TYPES.items() for name in types}
    known = {name: name for name in (*layer_of, *LAYER_TYPES)}
    for language in LANGUAGES:
        words = Words(language)
        known |= {words.name_of("type", name): name for name in layer_of}
        known |= {words.name_of("layer", layer): layer for layer in LAYER_TYPES}
    for condition in text.replace(";", AND).split(AND):
        found = [
            _looked_up(word.strip(), known, "facilities", at)
            for word in condition.replace(",", OR).replace("，", OR).split(OR)
            if word.strip()
        ]
        types = [name for name in found if name is not None]
        if types and types[0] in LAYER_TYPES:
            yield types[0], ()
        elif types:
            yield layer_of[types[0]], tuple(types)
