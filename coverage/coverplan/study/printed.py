"""From what documents and registers say to evidence: the same for studies with maps and for ledgers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pandas as pd

from coverplan.errors import InputError, Problem, Problems
from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import UnitTree
from coverplan.indicators.context import IndicatorContext, PeopleTotal, Register, Stock
from coverplan.inputs.ledgers.estate_table import read_estates
from coverplan.scenario.printed import Printed, RegisterEntry
from coverplan.vocabulary import LAYER_TYPES, NUMBER_FIELDS
from coverplan.yamlfile import Document


@dataclass(frozen=True, slots=True)
class PrintedEvidence:
    """Fields of `coverplan.indicators.context.IndicatorContext` that no layer tells; see there."""

    people_totals: tuple[PeopleTotal, ...] = ()
    stocks: tuple[Stock, ...] = ()
    registers: Mapping[str, Decimal | Register] = field(default_factory=dict)
    estates: pd.DataFrame | None = None
    empty_layers: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()

    def beside(self, context: IndicatorContext) -> IndicatorContext:
        """The evidence of layers with what is printed beside it."""
        return replace(
            context,
            people_totals=self.people_totals,
            stocks=self.stocks,
            registers=self.registers,
            estates=self.estates,
            empty_layers=self.empty_layers,
            partial=self.partial,
        )


def printed_evidence(
    file: Printed,
    document: Document,
    problems: Problems,
    *,
    codes: Collection[str],
    own_types: Mapping[str, str] | None = None,
) -> PrintedEvidence:
    """Read and check what a study or ledger file says beside its layers.

    Parameters
    ----------
    file, document
        What the file says, and where.
    problems
        Collects every layer, type, field and unit that is not known, each with its line (R12).
    codes
        Codes of the roster.
    own_types
        Facility types that the study adds to the vocabulary, each with its layer.
    """
    estates = None if file.estates is None else read_estates(file.estates, document.path.parent, problems)
    problems.extend(_unknown_words(file, document, own_types or {}))
    problems.extend(_unknown_units(file, document, frozenset(codes)))
    return PrintedEvidence(
        people_totals=tuple(PeopleTotal(p.group, p.base, p.year, p.people, p.source) for p in file.people),
        stocks=tuple(
            Stock(s.layer, frozenset(s.types), s.field, s.year, s.value, s.source) for s in file.stocks
        ),
        registers=_registers(file.registers),
        estates=estates,
        empty_layers=frozenset(file.empty),
        partial=frozenset(file.partial),
    )


def types_of(facilities: Facilities) -> dict[str, str]:
    """Layer of each type that stands in the ledgers."""
    table = facilities.table
    return {str(kind): str(layer) for kind, layer in zip(table["type"], table["layer"], strict=True) if kind}


def errors_of_printed(
    file: Printed, document: Document, known: tuple[UnitTree, Facilities] | None = None
) -> tuple[Problem, ...]:
    """What is wrong with what a study says beside its layers, with its words only where units and facilities are known."""
    found = Problems()
    codes: Collection[str] = ()
    types: dict[str, str] = {}
    if known is not None:
        units, facilities = known
        codes, types = units.codes, types_of(facilities)
    try:
        printed_evidence(file, document, found, codes=codes, own_types=types)
    except InputError as error:
        found.add_unknown(error.problems)
    return tuple(one for one in found.errors if known is not None or one.file != document.path)


def _registers(entries: Mapping[str, RegisterEntry]) -> dict[str, Decimal | Register]:
    found: dict[str, Decimal | Register] = {}
    for name, entry in entries.items():
        if entry.units is not None:
            found[name] = entry.units
        elif entry.value is not None:
            found[name] = entry.value
    return found


def unknown_type(document: Document, place: tuple[str | int, ...], word: str) -> Problem:
    """The problem of a word that is neither a layer nor a layer's type."""
    return document.problem(
        place,
        "the layer or type is unknown",
        value=word,
        expected="a layer, or layer.type, of the vocabulary",
        code="unknown_type",
    )


def known_words(own_types: Mapping[str, str]) -> frozenset[str]:
    """Every layer, and every ``layer.type``, of the vocabulary and the study's own."""
    own = {f"{layer}.{name}" for name, layer in own_types.items()} | set(own_types.values())
    types = {f"{layer}.{name}" for layer, names in LAYER_TYPES.items() for name in names}
    return frozenset({*LAYER_TYPES, *types, *own})


def _unknown_words(file: Printed, document: Document, own_types: Mapping[str, str]) -> Iterator[Problem]:
    known = known_words(own_types)
    words: list[tuple[tuple[str | int, ...], str]] = [
        (("partial", i), word) for i, word in enumerate(file.partial)
    ]
    words += [(("empty", i), word) for i, word in enumerate(file.empty)]
    words += [
        (("stocks", i), f"{stock.layer}.{name}")
        for i, stock in enumerate(file.stocks)
        for name in stock.types
    ]
    yield from (unknown_type(document, place, word) for place, word in words if word not in known)
    for i, stock in enumerate(file.stocks):
        if stock.field is not None and stock.field not in NUMBER_FIELDS:
            yield document.problem(
                ("stocks", i, "field"),
                "the field is unknown",
                value=stock.field,
                expected=f"one of {', '.join(NUMBER_FIELDS)}",
                code="unknown_field",
            )


def _unknown_units(file: Printed, document: Document, codes: frozenset[str]) -> Iterator[Problem]:
    for name, entry in file.registers.items():
        for code in entry.units or {}:
            if code not in codes:
                yield document.problem(
                    ("registers", name, "units", code),
                    "the roster has no such unit",
                    value=code,
                    expected="a code of the roster",
                    code="unknown_unit",
                )
