"""What else is wrong where something stops a run early: scenario, study, data and plan are complained of in one round (R12).

What stands in a part that can be read is read as a run reads it, and only errors that a mended run would meet again are
told: whatever hangs on a part that cannot be read is left for the next round.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyproj

from coverplan.answer.named_plan import check_reported, plan_file
from coverplan.answer.service_check import check_service_words
from coverplan.errors import InputError, Problem, Problems
from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import UnitTree
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.scenario.load import Loaded, check_references, own_type_words
from coverplan.scenario.readable_scenario import readable_scenario
from coverplan.scenario.scenario_file import ScenarioFile
from coverplan.scenario.study_file import StudyFile
from coverplan.study.changes import unknown_facilities
from coverplan.study.facility_layers import read_all_facilities
from coverplan.study.load import errors_of_files, no_units, units_of
from coverplan.study.people import study_crs
from coverplan.study.printed import errors_of_printed
from coverplan.study.readable_part import ReadablePart, readable_part
from coverplan.study.stand_in_crs import stand_in_crs
from coverplan.yamlfile import Document, read_yaml

if TYPE_CHECKING:
    from coverplan.plan.schema import Plan

#: What a plan says can only be held against the words of the study.
_OF_STUDY = frozenset({"unknown_type", "unknown_group", "unknown_layer"})
#: In which files are read of whose study nothing is known.
_ANY_METRIC = 3857


def add_the_rest(path: Path, problems: Problems) -> None:
    """Add what else is wrong with a scenario that cannot be used as it is, and with its study, data and plan."""
    document = read_yaml(path, Problems())
    if document is None:
        return
    named = document.data.get("study")
    study = document.resolve(named.strip()) if isinstance(named, str) and named.strip() else None
    part = None if study is None else readable_part(study)
    words: dict[str, str] = {}
    if part is not None:
        problems.add_unknown(errors_of_files(part.file, part.document, lacking=part.lacking))
        words = own_type_words(part.file)
        if document.data.get("plan") is not None:
            problems.add_unknown(errors_of_printed(part.file, part.document))
    told, plan = _plan(document, words)
    problems.add_unknown(told)
    document = document.in_codes(words)
    asked = readable_scenario(document, problems)
    if asked is not None:
        problems.add_unknown(
            asked.of_the_file(errors_of_asked(asked.scenario, document, plan, _Ground.of(part)))
        )


@contextmanager
def plan_as_well(loaded: Loaded, problems: Problems) -> Iterator[None]:
    """Add what is wrong with the plan and with all that a scenario asks when its data cannot be used."""
    try:
        yield
    except InputError as error:
        # of what was raised in the middle of a file, `problems` knows nothing
        problems.add_unknown(error.problems)
        told, plan = _plan(loaded.scenario_document, {})
        problems.add_unknown(told)
        part = ReadablePart(loaded.study, loaded.study_document, frozenset())
        asked, document = loaded.scenario, loaded.scenario_document
        problems.add_unknown(errors_of_asked(asked, document, plan, _Ground.of(part)))
        raise InputError(problems) from None


@dataclass(frozen=True, slots=True)
class _Ground:
    """What can be known of a study that cannot be used as a whole.

    Parameters
    ----------
    file, document
        Its file; None where it cannot be used as it is.
    crs
        In which files are read: the study's, or one that stands in for it.
    units, facilities
        None where they cannot be read.
    """

    file: StudyFile | None
    document: Document | None
    crs: pyproj.CRS
    units: UnitTree | None
    facilities: Facilities | None

    @classmethod
    def of(cls, part: ReadablePart | None) -> _Ground:
        """What a part of a study tells; nothing that is wrong with it is told here."""
        if part is None:
            return cls(None, None, pyproj.CRS.from_epsg(_ANY_METRIC), None, None)
        file, folder = part.file, part.document.path.parent
        people = "population" not in part.lacking
        crs = (study_crs(file, folder, Problems()) if people else None) or stand_in_crs(
            file, folder, people=people
        )
        if not part.whole:
            return cls(None, None, crs, None, None)
        found = Problems()
        units, facilities = None, None
        try:
            units = units_of(file, folder, crs, found)
            if found.errors:
                units = None
            facilities = read_all_facilities(
                file, folder, crs, no_units(crs) if units is None else units, found
            )
        except InputError:
            pass
        return cls(file, part.document, crs, units, facilities)


def errors_of_asked(
    scenario: ScenarioFile, document: Document, plan: Plan | None, ground: _Ground
) -> Problems:
    """Everything that is wrong with what a scenario asks, as far as plan, study file, units and ledgers can be read."""
    found = Problems()
    codes = None if ground.units is None else ground.units.codes
    check_references(scenario, document, ground.file, PRESETS, found)
    check_service_words(scenario, document, ground.file, codes, found)
    if plan is not None:
        check_reported(scenario, document, plan, found)
    if ground.facilities is not None:
        found.extend(unknown_facilities(ground.facilities, document, scenario.changes))
    if ground.file is not None and ground.document is not None and scenario.plan is not None:
        units, facilities = ground.units, ground.facilities
        known = None if units is None or facilities is None else (units, facilities)
        found.extend(errors_of_printed(ground.file, ground.document, known))
    if scenario.siting is not None:
        from coverplan.programme.ask_check import check_ask

        # what changes open has no place yet, and is known by no ledger
        opened = any(change.open is not None for change in scenario.changes)
        facilities = None if opened else ground.facilities
        check_ask(scenario, document, plan=plan, facilities=facilities, units=ground.units, problems=found)
        groups = None if ground.file is None else ground.file.population.groups
        found.extend(errors_of_siting_places(scenario, document, ground.crs, facilities, groups))
    return found


def errors_of_siting_places(
    scenario: ScenarioFile,
    document: Document,
    crs: pyproj.CRS,
    facilities: Facilities | None,
    groups: Collection[str] | None,
) -> tuple[Problem, ...]:
    """Errors of the candidates, zones and land use of a scenario's ``siting:`` block, before any candidate is made.

    Facilities and groups of people that cannot be read (None) hold no word against it.
    """
    from coverplan.candidates.place_check import KnownOfPlaces, errors_of_places

    asked = scenario.siting
    if asked is None:
        return ()
    types = None
    if facilities is not None:
        types = {kind for kind in facilities.column("type") if isinstance(kind, str)}
        types |= {offer.type for offer in getattr(asked, "open", ())}
    standards = [standard.key for standard in scenario.standards]
    return errors_of_places(asked, document, crs, KnownOfPlaces(types, standards, groups))


def _plan(document: Document, words: dict[str, str]) -> tuple[Problems, Plan | None]:
    """What is wrong with the plan that a scenario file names, apart from words that its study may know; and the plan."""
    from coverplan.plan.load import read_plan

    found, named = Problems(), document.data.get("plan")
    if not (isinstance(named, str) and named.strip()):
        return found, None
    told = Problems()
    plan = read_plan(plan_file(document, named.strip()), told, own_words=words)
    found.extend(one for one in told if one.code not in _OF_STUDY)
    return found, plan
