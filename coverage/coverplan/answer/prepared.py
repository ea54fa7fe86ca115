"""Everything that a scenario needs, read and checked, nothing computed.

Scenario and study are read before what reads data is loaded, and what only an answer needs is imported by
`coverplan.answer.computed`: each begins as soon as it can.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coverplan.errors import Problems
from coverplan.ground.network import Mode
from coverplan.reach.speeds.profiles import PRESETS, Profile
from coverplan.scenario.load import Loaded, load_scenario
from coverplan.scenario.scenario_file import ScenarioFile
from coverplan.service.asked_profiles import scenario_profiles

if TYPE_CHECKING:
    from coverplan.plan.schema import Plan
    from coverplan.study.changes import Changed
    from coverplan.study.load import Study
    from coverplan.study.printed import PrintedEvidence


@dataclass(frozen=True, slots=True)
class Prepared:
    """A scenario whose inputs are read and checked.

    Parameters
    ----------
    loaded
        The files.
    study
        What is on the ground.
    changed
        Facilities after the scenario's changes.
    profiles
        Every profile a standard may name.
    plan
        What was promised, where the scenario names a plan.
    printed
        What documents and registers say beside the layers, where the scenario names a plan.
    problems
        What was noticed and did not stop.
    """

    loaded: Loaded
    study: Study
    changed: Changed
    profiles: dict[str, Profile]
    plan: Plan | None
    printed: PrintedEvidence | None
    problems: Problems


def prepare(scenario: str | Path, *, every_file: bool = False) -> Prepared:
    """Read and check everything a scenario needs, without computing.

    Files of candidates, zones and land use are read when candidates are made, which tells all that is wrong with them;
    before that only where something else is wrong, or with `every_file`.

    Parameters
    ----------
    scenario
        Its file.
    every_file
        Read files of candidates, zones and land use too.

    Raises
    ------
    InputError
        With everything that is wrong.
    """
    problems = Problems()
    loaded = load_scenario(scenario, problems, presets=PRESETS)
    from coverplan.answer.named_plan import named_plan
    from coverplan.answer.service_check import check_service
    from coverplan.answer.wrong_together import add_the_rest, errors_of_siting_places, plan_as_well
    from coverplan.answer.year_check import check_years
    from coverplan.study.changes import apply_changes
    from coverplan.study.load import load_study

    if loaded is None:
        add_the_rest(Path(scenario), problems)
        problems.raise_if_errors()
    assert loaded is not None
    profiles = {} if problems.errors else scenario_profiles(loaded.scenario)
    modes, buffer_m = needs(loaded.scenario, profiles)
    with plan_as_well(loaded, problems):
        study = load_study(loaded.study, loaded.study_document, problems, modes=modes, buffer_m=buffer_m)
    changed = apply_changes(
        study.facilities,
        loaded.scenario_document,
        loaded.scenario.changes,
        year=loaded.scenario.year,
        area=study.area,
        units=study.units,
        problems=problems,
        language=loaded.scenario.language,
    )
    check_years(loaded, problems, today=dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=1))
    plan, printed = named_plan(loaded, study, problems)
    check_service(loaded, study, changed.facilities, problems)
    if loaded.scenario.siting is not None:
        from coverplan.programme.ask_check import check_ask

        check_ask(
            loaded.scenario,
            loaded.scenario_document,
            plan=plan,
            facilities=changed.facilities,
            units=study.units,
            problems=problems,
        )
    if problems.errors or every_file:
        groups = tuple(study.demand.people)
        problems.add_unknown(
            errors_of_siting_places(
                loaded.scenario, loaded.scenario_document, study.area.crs, changed.facilities, groups
            )
        )
    problems.raise_if_errors()
    return Prepared(loaded, study, changed, profiles, plan, printed, problems)


def needs(scenario: ScenarioFile, profiles: dict[str, Profile]) -> tuple[tuple[Mode, ...], float]:
    """Modes whose streets are needed, and how far in metres beyond the border a standard can reach."""
    from coverplan.study.load import LEAST_BUFFER_M

    standards = [s for s in scenario.standards if s.profile in profiles and s.method == "network"]
    modes = tuple(sorted({profiles[s.profile].mode for s in standards})) or ("walk",)
    reaches = [s.minutes * 60 * profiles[s.profile].speed_m_s for s in standards]
    return modes, max([LEAST_BUFFER_M, *reaches])
