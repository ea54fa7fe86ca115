"""From a scenario whose inputs are read to its result: what is computed, in which order."""

from __future__ import annotations

import datetime as dt
import platform
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from coverplan.answer.account import manifest_of
from coverplan.answer.changed_sites import changes_layer, number_changes
from coverplan.answer.doors import doors_kept
from coverplan.answer.layers import make_layers, outlines_of
from coverplan.answer.prepared import Prepared
from coverplan.answer.present import Beside, Unchanged, measured_beside, standing_tables
from coverplan.answer.service_check import unknown_capacities
from coverplan.answer.service_tables import ServiceAnswers, service_answers
from coverplan.answer.summary import coverage_table, summarise
from coverplan.answer.withheld import withheld_of
from coverplan.errors import Problems
from coverplan.ground.facilities import Facilities
from coverplan.judgement.certainty import uncertainty_tables
from coverplan.programme.asking.next_ones import is_answerable, siting_of
from coverplan.results.internal import write_internal
from coverplan.results.redaction import Withheld, redacted
from coverplan.results.result import Result
from coverplan.scenario.change_file import Change
from coverplan.scenario.scenario_file import Clusters, Standard
from coverplan.service.measure import Measured, Surveyor
from coverplan.service.sensitivity import sensitivity_table
from coverplan.study.changes import Changed, apply_changes
from coverplan.text.progress import Progress
from coverplan.text.reading import Print


def computed(
    ready: Prepared,
    folder: Path,
    told: Progress,
    opened: Mapping[Path, Print],
    *,
    areas: bool,
    internal: str | Path | None,
    started: float,
) -> Result:
    """The answer to a prepared scenario as it may leave.

    Parameters
    ----------
    ready
        The scenario, read and checked.
    folder
        Where the answer will stand.
    told
        Told about each step.
    opened
        Every file that is opened for the answer.
    areas
        Also draws the areas that are reached, for maps.
    internal
        As in `coverplan.answer.study_runner.run`.
    started
        When reading began, in seconds of `time.perf_counter`.
    """
    told("step.streets", {})
    surveyor = surveyor_of(ready)
    ready, acted = _with_actions(ready, surveyor, folder, told)
    study, changed, asked = ready.study, ready.changed, ready.loaded.scenario
    measure = partial(_measure_all, asked.standards, surveyor, told)
    after = measure(changed.facilities, asked.year, step="step.measure")
    unchanged = partial(measure, study.facilities, step="step.before")
    beside = measured_beside(study, asked, changed=bool(changed.applied), measure=unchanged)
    with ThreadPoolExecutor(max_workers=1) as others:  # pictures, which no number waits for
        drawn = others.submit(outlines_of, after, surveyor, changed.facilities, study) if areas else None
        tables = _tables(ready, surveyor, after, told) | (acted.tables if acted is not None else {})
        _note_capacities(ready)
        told("step.supply", {})
        service = service_answers(ready.loaded, study, surveyor, (after, beside.without), changed.facilities)
        tables |= service.tables
        outlines = None
        if drawn is not None:
            told("step.areas", {})
            outlines = drawn.result()
    whole = _result(
        ready, after, beside, tables, acted, service=service, opened=opened, areas=outlines, started=started
    )
    if internal is not None:
        write_internal(whole, Path(internal), folder)
    return redacted(whole, _withheld(ready, after, beside))


@dataclass(frozen=True, slots=True)
class Acted:
    """What a programme of actions adds to a result.

    Parameters
    ----------
    tables, layers, summary, files
        As in `coverplan.programme.outcome.tables`; files are the scenario with the chosen changes and whom candidates reach.
    changes
        How many changes the actions are; they stand behind the scenario's own.
    """

    tables: dict[str, pd.DataFrame]
    layers: dict[str, gpd.GeoDataFrame]
    summary: dict[str, Any]
    files: dict[str, bytes]
    changes: int


def _with_actions(
    ready: Prepared, surveyor: Surveyor, folder: Path, told: Progress
) -> tuple[Prepared, Acted | None]:
    """The scenario as if the actions that meet its plan had been written into it; as it is where none are asked."""
    if not is_answerable(ready.loaded.scenario, ready.plan):
        return ready, None
    from coverplan.programme.answer_question import answer_question
    from coverplan.programme.solving.choose import Ground

    told("step.actions", {})
    ground = Ground(
        ready.study,
        ready.loaded.scenario,
        ready.loaded.scenario_document,
        ready.plan,
        ready.printed,
        surveyor,
        lambda year, changes: _changed_in(ready, year, changes).facilities,
    )
    found = answer_question(ground, ready.problems, folder)
    scenario = ready.loaded.scenario
    further = scenario.model_copy(update={"changes": (*scenario.changes, *found.changes)})
    loaded = replace(ready.loaded, scenario=further)
    changed = _changed_in(ready, scenario.year, found.changes)
    return replace(ready, loaded=loaded, changed=changed), Acted(
        found.tables, found.layers, found.summary, found.files, len(found.changes)
    )


def _note_capacities(ready: Prepared) -> None:
    """Capacities that are unknown only of what the actions open; all others were told when the scenario was read."""
    told = {problem.field for problem in ready.problems if problem.code == "capacity_unknown"}
    found = unknown_capacities(ready.loaded, ready.changed.facilities)
    ready.problems.extend(one for one in found if one.field not in told)


def _changed_in(ready: Prepared, year: int | None, further: tuple[Change, ...] = ()) -> Changed:
    """Facilities of a year after the scenario's changes and further ones, which were all checked before."""
    problems = Problems()
    changed = apply_changes(
        ready.study.facilities,
        ready.loaded.scenario_document,
        (*ready.loaded.scenario.changes, *further),
        year=year,
        area=ready.study.area,
        units=ready.study.units,
        problems=problems,
        language=ready.loaded.scenario.language,
    )
    problems.raise_if_errors()
    return changed


def surveyor_of(ready: Prepared) -> Surveyor:
    """Measures standards on a prepared study."""
    study = ready.study
    return Surveyor(
        study.network,
        study.demand,
        study.units,
        study.area,
        ready.profiles,
        ready.loaded.scenario.search_minutes,
        study.terrain,
        study.barriers,
        doors_kept(study),
    )


def _measure_all(
    standards: tuple[Standard, ...],
    surveyor: Surveyor,
    told: Progress,
    facilities: Facilities,
    year: int | None,
    *,
    step: str,
) -> list[Measured]:
    measured = []
    for standard in standards:
        told(step, {"standard": standard.key})
        measured.append(surveyor.measure(standard, facilities, year))
    return measured


def _tables(
    ready: Prepared, surveyor: Surveyor, after: list[Measured], told: Progress
) -> dict[str, pd.DataFrame]:
    """Tables beside the coverage: the plan's, and the clusters of uncovered people."""
    study, scenario, facilities = ready.study, ready.loaded.scenario, ready.changed.facilities
    tables: dict[str, pd.DataFrame] = {}
    held = None
    if ready.plan is not None and ready.printed is not None:
        from coverplan.judgement.study_evidence import evidence, plan_tables

        told("step.plan", {})
        dated = any(change.year is not None for change in scenario.changes)
        later = (lambda year: _changed_in(ready, year).facilities) if dated else None
        known = evidence(study, facilities, scenario, surveyor, ready.printed, facilities_in=later)
        tables |= plan_tables(ready.plan, known)
        beside = Unchanged(study, scenario, surveyor, ready.printed, changed=bool(ready.changed.applied))
        tables["gaps"] = beside.values(tables["gaps"], ready.plan)
        held = ready.plan, known
    grouping = scenario.clusters or (None if ready.plan is None else Clusters())
    if grouping is not None:
        from coverplan.judgement.study_evidence import cluster_table

        told("step.clusters", {})
        clusters = cluster_table(study, after, facilities, grouping)
        tables |= {} if clusters is None else {"clusters": clusters}
    told("step.sensitivity", {})
    tables |= uncertainty_tables(scenario, surveyor, after, facilities, held)
    tables["sensitivity"] = sensitivity_table(after, surveyor, facilities, scenario.year)
    tables |= standing_tables(study, scenario)
    return {name: table for name, table in tables.items() if len(table)}


def _result(
    ready: Prepared,
    after: list[Measured],
    beside: Beside,
    tables: dict[str, pd.DataFrame],
    acted: Acted | None,
    *,
    service: ServiceAnswers,
    opened: Mapping[Path, Print],
    areas: gpd.GeoDataFrame | None,
    started: float,
) -> Result:
    study, scenario = ready.study, ready.loaded.scenario
    table = coverage_table(study, after, before=beside.without, present=beside.present)
    proposed = 0 if acted is None else acted.changes
    summary = summarise(study, ready.loaded, ready.changed, after, table, proposed=proposed)
    if ready.plan is not None:
        from coverplan.judgement.study_evidence import plan_summary

        summary["plan"] = plan_summary(ready.plan, tables["gaps"])
    if acted is not None:
        summary["siting"] = acted.summary
    applied = summary.get("changes", {}).get("applied", ())
    number_changes(applied, None if acted is None else acted.tables["actions"])
    summary["run"] = {
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": round(time.perf_counter() - started, 3),
        "platform": platform.platform(),
    }
    layers = make_layers(
        study,
        ready.changed.facilities,
        after,
        table,
        year=scenario.year,
        before=beside.without,
        supplied=service.supplied,
    )
    changes = changes_layer(applied, study.facilities, ready.changed.facilities)
    if changes is not None:
        layers["changes"] = changes
    clusters = tables.get("clusters")
    if isinstance(clusters, gpd.GeoDataFrame):
        layers["clusters"] = clusters
    if areas is not None:
        layers["service_areas"] = areas
    files = {} if acted is None else acted.files
    layers |= {} if acted is None else acted.layers
    return Result(
        {**summary, **service.summary},
        table,
        layers,
        manifest_of(ready.loaded, ready.problems, summary, opened),
        tuple(ready.problems),
        tables=tables,
        files=files,
    )


def _withheld(ready: Prepared, after: list[Measured], beside: Beside) -> Withheld:
    """What is not public in the study and in what the scenario makes of it."""
    unchanged = (*(beside.without or ()), *(beside.present or ()))
    before, now = ready.study.facilities, ready.changed.facilities
    return withheld_of(
        [before, now],
        ready.study.units,
        ready.problems,
        plan=ready.plan,
        changed=ready.changed,
        changes=ready.loaded.scenario.changes,
        siting=siting_of(ready.loaded.scenario),
        measured=[*((one, now) for one in after), *((one, before) for one in unchanged)],
    )
