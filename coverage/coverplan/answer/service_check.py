"""What a scenario asks of supply, resting places and fairness, held against the study before anything is computed."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from coverplan.errors import Problem, Problems
from coverplan.ground.facilities import Facilities
from coverplan.inputs.places.geometries import representative_points
from coverplan.scenario.known_words import KnownWords
from coverplan.scenario.load import Loaded
from coverplan.scenario.scenario_file import ScenarioFile
from coverplan.scenario.study_file import StudyFile
from coverplan.scenario.supply_ask import Attribute
from coverplan.service.burial.figures import burial_figures, burial_set_names
from coverplan.study.load import Study
from coverplan.yamlfile import Document

#: So many units are named in a notice.
_SHOWN = 12


def check_service(loaded: Loaded, study: Study, facilities: Facilities, problems: Problems) -> None:
    """Note every unit and set of parameters that does not exist, and figures that nobody gives (R12).

    `facilities` are those after the scenario's changes.
    """
    problems.extend(unknown_capacities(loaded, facilities))
    if loaded.scenario.equity is not None:
        _note_units_without(loaded.scenario.equity.attribute, loaded, study, problems)
    check_service_words(loaded.scenario, loaded.scenario_document, loaded.study, study.units.codes, problems)


def check_service_words(
    scenario: ScenarioFile,
    document: Document,
    file: StudyFile | None,
    codes: Collection[str] | None,
    problems: Problems,
) -> None:
    """Note every unit and set of parameters that does not exist, and what nobody says.

    Of a study file or units that cannot be read (None) nothing is held against the scenario.
    """
    known = KnownWords(document, problems)
    if scenario.equity is not None and codes is not None:
        for code in scenario.equity.attribute.units:
            known.word(("equity", "attribute", "units", code), code, codes, "unit")
    burial = scenario.burial
    if burial is None:
        return
    for code in () if codes is None else burial.ashes_in_flats:
        known.word(("burial", "ashes_in_flats", code), code, codes or (), "unit")
    for at, name in enumerate(burial.parameters):
        known.word(("burial", "parameters", at), name, burial_set_names(), "set of parameters")
    if file is not None and ledger_year(file, scenario) is None:
        known.missing(
            ("burial",), "nobody says of which year the ledgers speak", "as_of in the study file", "no_year"
        )
    if set(burial.parameters) <= set(burial_set_names()) and burial_figures(burial) is None:
        problems.add(
            document.problem(
                ("burial",),
                "the yearly need cannot be reckoned",
                expected="deaths_per_1000, cremation_share and niche_share, from a set of parameters or given here",
                remedy="name a set, or write the office's own figures",
                code="burial_figures",
            )
        )


def unknown_capacities(loaded: Loaded, facilities: Facilities) -> list[Problem]:
    """What a reader must know of capacities before believing what is said of supply."""
    scenario, found = loaded.scenario, []
    for standard in scenario.standards:
        ask = standard.supply
        if ask is None:
            continue
        counted = facilities.serving(standard.layer, standard.types, scenario.year)
        points = representative_points(facilities.table.geometry.to_numpy()[counted])
        placed = counted[np.array([point is not None for point in points], dtype=bool)]
        unknown = int(np.isnan(facilities.column(ask.field)[placed].astype(np.float64)).sum())
        if unknown:
            found.append(
                Problem(
                    "no facility's capacity is known"
                    if unknown == len(placed)
                    else f"of {unknown:,} of {len(placed):,} facilities the capacity is unknown",
                    loaded.scenario_document.path,
                    field=f"standards.{standard.key}.supply.field",
                    value=f"{ask.field}: {unknown} of {len(placed)} facilities",
                    expected="a number for every facility that counts",
                    remedy="ask for it; until then these facilities give nobody a place, and it is said so",
                    severity="warning",
                    code="capacity_unknown",
                    details={"unknown": unknown, "count": len(placed)},
                )
            )
    return found


def _note_units_without(attribute: Attribute, loaded: Loaded, study: Study, problems: Problems) -> None:
    """Say which lowest units have no figure of their own nor of a unit above."""
    units = study.units
    without = [code for code in units.leaves() if not set(units.ancestors(code)) & set(attribute.units)]
    if without:
        problems.add(
            loaded.scenario_document.problem(
                ("equity", "attribute", "units"),
                "units have no figure for the attribute",
                value=", ".join(without[:_SHOWN]) + (" ..." if len(without) > _SHOWN else ""),
                expected="a figure for every unit, or for a unit above it",
                remedy="add them; until then their people are no part of the concentration index",
                severity="warning",
                code="attribute_missing",
            )
        )


def ledger_year(study: StudyFile, scenario: ScenarioFile) -> int | None:
    """Year for which the ledgers speak: the study's date, else that of its people or of the scenario."""
    if study.as_of is not None:
        return study.as_of.year
    return study.population.year or scenario.year
