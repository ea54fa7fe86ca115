"""An empty ledger of a layer: a workbook with dropdowns, checked columns, and notes in both languages."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from coverplan.errors import InputError, Problem
from coverplan.inputs.tables.words import PRECISION, STATUS
from coverplan.text.type_words import TYPE, layer_of
from coverplan.text.words import Language, Words
from coverplan.text.writing import write_whole
from coverplan.vocabulary import LAYER_TYPES, NUMBER_FIELDS

_COMMON = ("id", "name", "type", "status", "unit_code", "county", "town", "village", "x", "y", "precision")
_END = (
    "functions",
    "staff",
    "floor_area_m2",
    "opened",
    "closes",
    "funded",
    "premises_id",
    "public",
    "source",
)
#: Columns of each layer between the common ones.
_OWN: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "elder_care": ("beds", "nursing_beds", "places", "grade"),
        "social_work": ("social_workers",),
        "child_protection": ("places", "social_workers"),
        "cemetery": ("niches", "niches_left", "land_m2", "cost"),
        "civic": ("places",),
    }
)
_REQUIRED = frozenset({"id", "name", "type", "status", "town"})
_LAST_ROW = 5_000


def write_template(layer: str, path: Path, *, language: Language = "zh") -> Path:
    """Write an empty ledger for a layer.

    Raises
    ------
    InputError
        If there is no such layer, or the file exists.
    """
    path, layer = Path(path), layer_of(layer) or layer
    if layer not in LAYER_TYPES:
        expected = f"one of {', '.join(LAYER_TYPES)}"
        raise InputError(
            [Problem("there is no layer of this name", value=layer, expected=expected, code="unknown_layer")]
        )
    _refuse_existing(path)
    write_whole(path, lambda part: _book(layer, language).save(part))
    return path


def write_plan_template(path: Path, *, language: Language = "zh") -> Path:
    """Write an empty table of plan targets, one row a target, with dropdowns.

    Raises
    ------
    InputError
        If the file exists or cannot be written.
    """
    from coverplan.plan.sheet import write_sheet

    _refuse_existing(Path(path))
    return write_sheet(None, Path(path), language=language)


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise InputError(
            [
                Problem(
                    "the file exists and is not overwritten", path, remedy="name another", code="file_exists"
                )
            ]
        )


def fields_of(layer: str) -> tuple[str, ...]:
    """Fields of a layer's template, in the order of its columns."""
    return (*_COMMON, *_OWN[layer], *_END)


def choices_of(layer: str, field: str, language: Language) -> tuple[str, ...]:
    """What a dropdown offers, in words that the reader reads back; empty for a free field."""
    zh = language == "zh"
    if field == "type":
        return tuple(_printed(TYPE[layer], word, chinese=zh) for word in LAYER_TYPES[layer])
    if field == "status":
        return tuple(_printed(STATUS, word, chinese=zh) for word in dict.fromkeys(STATUS.values()))
    if field == "precision":
        return tuple(_printed(PRECISION, word, chinese=zh) for word in dict.fromkeys(PRECISION.values()))
    if field in {"funded", "public"}:
        return ("是", "否") if zh else ("yes", "no")
    return ()


def _printed(known: Any, word: str, *, chinese: bool) -> str:
    """The first Chinese word that stands for a word of the vocabulary, or the word itself."""
    if not chinese:
        return word
    return next(
        (printed for printed, meaning in known.items() if meaning == word and not printed.isascii()), word
    )


def _book(layer: str, language: Language) -> Any:
    from openpyxl import Workbook

    words = Words(language)
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = words("template.ledger")
    codes = book.create_sheet(words("template.codes"))
    _columns(page, codes, layer, words)
    _notes(book.create_sheet(words("template.notes")), layer, words)
    return book


def _columns(page: Any, codes: Any, layer: str, words: Words) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    page.freeze_panes = "C2"
    zh, en = Words("zh"), Words("en")
    for number, field in enumerate(fields_of(layer), 1):
        letter = get_column_letter(number)
        head = page.cell(1, number, words(f"fields.{field}"))
        head.font = Font(bold=True, color="9C2F00" if field in _REQUIRED else "1A1A1A")
        head.fill = PatternFill("solid", fgColor="E3E8ED")
        head.comment = Comment(
            f"{zh(f'field_notes.{field}')}\n{en(f'field_notes.{field}')}", "coverplan", width=280
        )
        page.column_dimensions[letter].width = 16
        choices = choices_of(layer, field, words.language)
        for row, choice in enumerate((words(f"fields.{field}"), *choices) if choices else (), 1):
            codes.cell(row, number, choice)
        rule = _rule(field, choices, f"'{codes.title}'!${letter}$2:${letter}${len(choices) + 1}", words)
        if rule is not None:
            rule.add(f"{letter}2:{letter}{_LAST_ROW}")
            page.add_data_validation(rule)
        if field in {"id", "unit_code"}:
            for row in range(
                2, 202
            ):  # a code stays text: a spreadsheet would cut leading zeros and long codes
                page.cell(row, number).number_format = "@"


def _rule(field: str, choices: tuple[str, ...], place: str, words: Words) -> Any:
    from openpyxl.worksheet.datavalidation import DataValidation

    if choices:
        return DataValidation(
            "list", formula1=place, allow_blank=True, showErrorMessage=True, error=words("template.choose")
        )
    limits: tuple[Literal["whole", "decimal"], str, str]
    if field in {"opened", "closes"}:
        limits, message = ("whole", "1900", "2200"), words("template.year")
    elif field in NUMBER_FIELDS:
        limits, message = ("decimal", "0", "1000000000"), words("template.number")
    elif field in {"x", "y"}:
        limits, message = ("decimal", "-180", "180"), words(f"field_notes.{field}")
    else:
        return None
    kind, least, most = limits
    return DataValidation(
        kind,
        operator="between",
        formula1=least,
        formula2=most,
        allow_blank=True,
        showErrorMessage=True,
        error=message,
    )


def _notes(page: Any, layer: str, words: Words) -> None:
    both = (Words("zh"), Words("en"))
    for one in both:
        page.append([one("template.intro")])
        page.append([one("template.datum")])
    page.append([])
    page.append([words("template.field"), words("template.required"), "中文", "English"])
    for field in fields_of(layer):
        required = "✓" if field in _REQUIRED else ""
        page.append([words(f"fields.{field}"), required, *(one(f"field_notes.{field}") for one in both)])
    for letter, width in (("A", 22), ("B", 8), ("C", 50), ("D", 60)):
        page.column_dimensions[letter].width = width
