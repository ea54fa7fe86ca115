"""A plan as a workbook: one row a target in plain words; the same plan as the YAML file, both ways without loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from coverplan.plan.plain import plain_plan
from coverplan.plan.schema import Plan
from coverplan.plan.shapes import said_by, usual_indicator
from coverplan.plan.sheet_columns import (
    AND,
    CODED,
    COLUMNS,
    KINDS,
    MOST_ROWS,
    OR,
    said_in,
)
from coverplan.text.words import Language, Words
from coverplan.text.writing import write_whole
from coverplan.vocabulary import LAYER_TYPES


def write_sheet(plan: Plan | None, path: Path, *, language: Language = "zh") -> Path:
    """Write a plan as a workbook, or an empty one to be filled.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    return write_whole(Path(path), lambda part: _book(plan, Words(language)).save(part))


def _book(plan: Plan | None, words: Words) -> Any:
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    assert page is not None
    page.title = words("plan_table.sheet.targets")
    data: dict[str, Any] = {"targets": [], "unit_sets": {}} if plan is None else plain_plan(plan)
    _write_targets(page, data["targets"], words)
    sets = book.create_sheet(words("plan_table.sheet.unit_sets"))
    _put(sets, [words(f"plan_table.set.{name}") for name in ("key", "zh", "en", "types", "printed", "more")])
    for key, units in data.get("unit_sets", {}).items():
        more = {name: value for name, value in units.items() if name not in {"names", "types", "printed"}}
        types = OR.join(words.name_of("plan_table.unit_type", name) for name in units["types"])
        _put(
            sets, [key, units["names"]["zh"], units["names"]["en"], types, units.get("printed"), _flow(more)]
        )
    head = book.create_sheet(words("plan_table.sheet.head"))
    rest = {name: value for name, value in data.items() if name not in {"targets", "unit_sets"}}
    _put(head, [words("plan_table.head.key"), words("plan_table.head.value")])
    for key, value in _flat(rest) if plan is not None else _empty_head(words):
        _put(head, [key, value])
    _choices(book, page, words)
    _notes(book.create_sheet(words("plan_table.sheet.notes")), words)
    for sheet, widths in ((sets, (22, 20, 22, 24, 10, 40)), (head, (30, 90))):
        for at, width in enumerate(widths):
            sheet.column_dimensions["ABCDEF"[at]].width = width
    return book


def _write_targets(page: Any, targets: Sequence[Mapping[str, Any]], words: Words) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    _put(page, [words(f"plan_table.column.{name}") for name in COLUMNS])
    for at, name in enumerate(COLUMNS, 1):
        page.cell(1, at).font = Font(bold=True)
        page.cell(1, at).fill = PatternFill("solid", fgColor="E3E8ED")
        page.column_dimensions[get_column_letter(at)].width = {
            "name_zh": 36,
            "name_en": 30,
            "facilities": 30,
            "printed": 34,
            "more": 40,
        }.get(name, 12)
    page.freeze_panes = "D2"
    for target in targets:
        cells = {name: _at(target, place) for name, place in COLUMNS.items() if place}
        rest = _without(target, [place for place in COLUMNS.values() if place])
        indicator = rest.pop("indicator")
        facilities, units = said_by(indicator)
        cells |= {name: said_in(words, name, cells[name]) for name in CODED}
        cells["kind"] = words(f"plan_table.kind.{indicator['kind']}")
        cells["facilities"] = AND.join(_facility_text(layer, types, words) for layer, types in facilities)
        cells["units"] = units
        if usual_indicator(indicator["kind"], facilities, units) != indicator:
            rest = {"indicator": indicator, **rest}
        cells["more"] = _flow(rest)
        _put(page, [cells[name] for name in COLUMNS])
    for row in page.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(vertical="top", wrap_text=True)


def _put(page: Any, values: Sequence[Any]) -> None:
    """A row of cells; a text that begins like a formula stays a text."""
    page.append([None if value == "" else value for value in values])
    for cell in page[page.max_row]:
        if isinstance(cell.value, str):
            cell.data_type = "s"


def _facility_text(layer: str, types: Sequence[str], words: Words) -> str:
    if not types:
        return words.name_of("layer", layer)
    return OR.join(words.name_of("type", name) for name in types)


def _at(target: Mapping[str, Any], place: Sequence[str]) -> Any:
    value: Any = target
    for key in place:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _without(target: Mapping[str, Any], places: Sequence[Sequence[str]]) -> dict[str, Any]:
    """A target without what the columns hold."""
    rest: dict[str, Any] = {}
    for key, whole in target.items():
        if (key,) in places:
            continue
        inner = [place[1] for place in places if len(place) == 2 and place[0] == key]
        if inner and isinstance(whole, Mapping):
            left = {name: one for name, one in whole.items() if name not in inner}
            if left:
                rest[key] = left
            continue
        rest[key] = whole
    return rest


def _flow(value: Mapping[str, Any]) -> str | None:
    if not value:
        return None
    return yaml.safe_dump(
        dict(value), allow_unicode=True, sort_keys=False, default_flow_style=True, width=100_000
    ).strip()


def _flat(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, one in value.items():
        if isinstance(one, Mapping):
            for name, inner in one.items():
                yield f"{key}.{name}", _flow(inner) if isinstance(inner, Mapping) else _cell(inner)
        else:
            yield key, _cell(one)


def _cell(value: Any) -> Any:
    return (
        yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=100_000).strip()
        if isinstance(value, list)
        else value
    )


def _empty_head(words: Words) -> Iterator[tuple[str, Any]]:
    yield from (
        ("format", 1),
        ("id", "my-plan"),
        ("names.zh", None),
        ("names.en", None),
        ("area.zh", None),
        ("area.en", None),
    )
    yield from (
        ("level", "district"),
        ("horizon", "[2026, 2030]"),
        ("source.title", words("plan_table.head.source")),
    )


def _choices(book: Any, page: Any, words: Words) -> None:
    """Dropdowns of the columns that have words of their own."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = book.create_sheet(words("plan_table.sheet.lists"))
    offered = {name: [said_in(words, name, code) for code in codes] for name, codes in CODED.items()}
    offered["kind"] = [words(f"plan_table.kind.{kind}") for kind in KINDS]
    offered["facilities"] = [words.name_of("type", name) for types in LAYER_TYPES.values() for name in types]
    for at, (name, values) in enumerate(offered.items(), 1):
        for row, value in enumerate([words(f"plan_table.column.{name}"), *values], 1):
            lists.cell(row, at, value).data_type = "s"
        column, letter = get_column_letter(list(COLUMNS).index(name) + 1), get_column_letter(at)
        rule = DataValidation(
            "list", formula1=f"'{lists.title}'!${letter}$2:${letter}${len(values) + 1}", allow_blank=True,
            showErrorMessage=name != "facilities", error=words("template.choose"),
        )  # fmt: skip
        rule.add(f"{column}2:{column}{MOST_ROWS}")
        page.add_data_validation(rule)


def _notes(page: Any, words: Words) -> None:
    for key in ("how", "facilities", "units", "kinds", "more"):
        _put(page, [words(f"plan_table.note.{key}")])
    page.column_dimensions["A"].width = 110
