"""Ledger studies: units, facilities and printed figures without any geometry; reach cannot be asked of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from pydantic import Field

from coverplan.errors import Problem, Problems
from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import UnitTree
from coverplan.indicators.context import IndicatorContext
from coverplan.indicators.evidence import Evidence
from coverplan.inputs.ledgers.unit_table import read_units
from coverplan.plan.load import read_plan
from coverplan.plan.schema import Plan, PopulationBase
from coverplan.scenario.base import Numbered
from coverplan.scenario.printed import Cited, Code, Printed
from coverplan.scenario.study_file import Units
from coverplan.study.ledger_table import facility_frame, read_ledger_table
from coverplan.study.printed import known_words, printed_evidence, unknown_type
from coverplan.vocabulary import NUMBER_FIELDS
from coverplan.yamlfile import Document, read_yaml, validate


class ReportedEntry(Cited):
    """What an office reports for a target."""

    value: Decimal | str


class Everywhere(Cited):
    """A document's word that every unit of a set has one."""

    id: str
    units: str
    """Unit set of the plan."""
    layer: str
    type: str
    functions: tuple[str, ...] | None = None
    grade: str | None = None
    numbers: dict[str, Decimal] = Field(default_factory=dict)
    """Number fields of each, and ``opened``."""
    premises: bool = False
    """All of these in one unit stand in the same building."""
    within: tuple[Code, ...] | None = None
    """Only in these units and those below them."""
    but: tuple[Code, ...] = ()
    """Not in these units and those below them."""


class LedgerFile(Numbered, Printed):
    """What is known of a place without maps."""

    plan: str
    """Plan whose unit sets are meant: a name of the library, or a path."""
    as_of: date
    synthetic: bool = False
    """Made up, for learning and testing (R14)."""
    units: str
    """Table of units: code, name, type, parent; optionally households."""
    facilities: tuple[str, ...] = ()
    """Tables of facilities with a column ``layer``."""
    households: dict[Code, Decimal] = Field(default_factory=dict)
    """Households of units by code, or by type for every unit of it."""
    population_base: PopulationBase = "resident"
    reported: dict[str, ReportedEntry] = Field(default_factory=dict)
    everywhere: tuple[Everywhere, ...] = ()


def load_ledger(path: str | Path) -> tuple[Plan, IndicatorContext]:
    """Plan and evidence of a ledger file.

    Raises
    ------
    InputError
        With everything that is wrong, at once (R12).
    """
    problems = Problems()
    found = read_ledger(Path(path), problems)
    problems.raise_if_errors()
    assert found is not None  # nothing missing without an error
    return found


def read_ledger(path: Path, problems: Problems) -> tuple[Plan, IndicatorContext] | None:
    """Read a ledger file with its tables and its plan; None when something cannot be used."""
    document = read_yaml(path, problems)
    document = None if document is None else document.in_codes()
    ledger = None if document is None else validate(document, LedgerFile, problems)
    if document is None or ledger is None:
        return None
    named = document.resolve(ledger.plan)
    plan = read_plan(named if named.is_file() else ledger.plan, problems)
    units = _units(ledger, document, problems)
    if plan is not None:
        problems.extend(_unknown_words(ledger, plan, document))
    if units is None:
        problems.add_unknown(_errors_without_units(ledger, document))
        return None
    rows = _rows(ledger, document, units, problems)
    beside = printed_evidence(ledger, document, problems, codes=units.codes)
    if problems.errors or plan is None:
        return None
    context = beside.beside(
        IndicatorContext(
            units=units,
            facilities=_made(rows),
            as_of=ledger.as_of,
            population_base=ledger.population_base,
            reported={name: entry.value for name, entry in ledger.reported.items()},
        )
    )
    stated = _everywhere_rows(ledger.everywhere, Evidence(plan, context))
    return plan, replace(context, facilities=_made([*rows, *stated]))


def _errors_without_units(ledger: LedgerFile, document: Document) -> list[Problem]:
    """What is wrong with the tables of facilities where no roster can be read against which their units are held."""
    empty = pd.DataFrame(
        {"name": [], "type": [], "parent": [], "households": []},
        index=pd.Index([], name="code", dtype=object),
    )
    found = Problems()
    _rows(ledger, document, UnitTree(gpd.GeoDataFrame(empty, geometry=[])), found)
    return [one for one in found if one.code not in {"bad_unit_code", "bad_serves_units"}]


def _units(ledger: LedgerFile, document: Document, problems: Problems) -> UnitTree | None:
    table = read_units(Units(file=ledger.units), document.path.parent, crs=None, problems=problems)
    if table is None:
        return None
    known = {*table.index, *table["type"]}
    for key in ledger.households:
        if key not in known:
            problems.add(
                document.problem(
                    ("households", key), "the roster has no such unit or type", value=key, code="unknown_unit"
                )
            )
    by_type = table["type"].map({key: float(value) for key, value in ledger.households.items()})
    by_code = table.index.to_series().map({key: float(value) for key, value in ledger.households.items()})
    table["households"] = by_code.fillna(by_type).fillna(table["households"])
    return UnitTree(table)


def _rows(
    ledger: LedgerFile, document: Document, units: UnitTree, problems: Problems
) -> list[dict[str, Any]]:
    rows = [
        row
        for name in ledger.facilities
        for row in read_ledger_table(name, document.path.parent, units, problems)
    ]
    for (layer, name), number in Counter((row["layer"], row["id"]) for row in rows).items():
        if number > 1:
            problems.add(
                document.problem(
                    ("facilities",),
                    f"an id of {layer} stands twice",
                    value=name,
                    code="duplicate_id",
                    details={"id": str(name), "layer": str(layer)},
                )
            )
    return rows


def _made(rows: list[dict[str, Any]]) -> Facilities:
    frame = facility_frame(rows).sort_values(["layer", "id"], ignore_index=True)
    return Facilities(gpd.GeoDataFrame(frame, geometry=[None] * len(frame)))


def _everywhere_rows(entries: tuple[Everywhere, ...], evidence: Evidence) -> list[dict[str, Any]]:
    """One facility in every unit of which a document says that it has one."""
    return [
        {
            "id": f"{entry.id}:{code}",
            "layer": entry.layer,
            "type": entry.type,
            "functions": None if entry.functions is None else frozenset(entry.functions),
            "grade": entry.grade,
            "unit_code": code,
            "premises_id": f"premises:{code}" if entry.premises else None,
            "source": entry.source,
            **{name: float(value) for name, value in entry.numbers.items()},
        }
        for entry in entries
        for code in evidence.codes(entry.units)
        if _meant(entry, set(evidence.ancestors(code)))
    ]


def _meant(entry: Everywhere, branch: set[str]) -> bool:
    inside = entry.within is None or bool(branch & set(entry.within))
    return inside and not branch & set(entry.but)


def _unknown_words(ledger: LedgerFile, plan: Plan, document: Document) -> list[Problem]:
    known = known_words({})
    found = [
        unknown_type(document, ("everywhere", i), f"{entry.layer}.{entry.type}")
        for i, entry in enumerate(ledger.everywhere)
        if f"{entry.layer}.{entry.type}" not in known
    ]
    found += [
        document.problem(
            ("everywhere", i, "units"),
            "the unit set is unknown",
            value=entry.units,
            expected=f"one of {', '.join(plan.unit_sets)}",
            code="unknown_unit_set",
        )
        for i, entry in enumerate(ledger.everywhere)
        if entry.units not in plan.unit_sets
    ]
    found += [
        document.problem(
            ("everywhere", i, "numbers", name),
            "the field is unknown",
            value=name,
            expected=f"one of {', '.join(NUMBER_FIELDS)}, opened",
            code="unknown_field",
        )
        for i, entry in enumerate(ledger.everywhere)
        for name in entry.numbers
        if name not in {*NUMBER_FIELDS, "opened"}
    ]
    targets = {target.id for target in plan.targets}
    found += [
        document.problem(("reported", name), "the plan has no such target", value=name, code="unknown_target")
        for name in ledger.reported
        if name not in targets
    ]
    return found
