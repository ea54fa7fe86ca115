"""The unchanged study held beside a result that looks ahead: what stands today, and the same year without changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from coverplan.scenario.scenario_file import ScenarioFile
from coverplan.service.measure import Measured, Surveyor
from coverplan.study.load import Study
from coverplan.study.stock import project_table, stock_by_unit

if TYPE_CHECKING:
    from coverplan.indicators.compute import IndicatorValue
    from coverplan.plan.schema import Plan
    from coverplan.study.printed import PrintedEvidence


@dataclass(frozen=True, slots=True)
class Beside:
    """Measurements of the unchanged study, one for each standard.

    Parameters
    ----------
    present
        At the date of the data; None where the result itself is of it, or the study does not say its date.
    without
        In the scenario's year without its changes; None where it has none.
    """

    present: list[Measured] | None
    without: list[Measured] | None


def data_year(study: Study) -> int | None:
    """Year of which the study's data speak."""
    return None if study.file.as_of is None else study.file.as_of.year


def looks_ahead(study: Study, scenario: ScenarioFile) -> bool:
    """Whether the scenario's year lies after the data."""
    known = data_year(study)
    return known is not None and scenario.year is not None and scenario.year > known


def measured_beside(
    study: Study, scenario: ScenarioFile, *, changed: bool, measure: Callable[[int | None], list[Measured]]
) -> Beside:
    """Measure the unchanged study where the result differs from it.

    Parameters
    ----------
    changed
        Changes are in the result.
    measure
        Measures every standard on the study's own facilities in a year.
    """
    without = measure(scenario.year) if changed else None
    if looks_ahead(study, scenario):
        return Beside(measure(data_year(study)), without)
    return Beside(without, without)


def standing_tables(study: Study, scenario: ScenarioFile) -> dict[str, pd.DataFrame]:
    """Tables ``stock`` and ``projects``: what stands and what is on its way at the date of the data, nothing proposed."""
    year = data_year(study) if looks_ahead(study, scenario) else scenario.year
    return {
        "stock": stock_by_unit(study.facilities, study.units, year=year),
        "projects": project_table(study.facilities, study.units, year=year),
    }


@dataclass(frozen=True, slots=True)
class Unchanged:
    """What the targets of a plan are without what a scenario adds.

    Parameters
    ----------
    study, scenario, surveyor, printed
        The unchanged study, and what its indicators are computed from.
    changed
        Changes are in the result.
    """

    study: Study
    scenario: ScenarioFile
    surveyor: Surveyor
    printed: PrintedEvidence
    changed: bool

    def values(self, gaps: pd.DataFrame, plan: Plan) -> pd.DataFrame:
        """The table of gaps with the targets' values at the date of the data, and in the same year without changes.

        Adds ``now`` where the scenario looks ahead or changes something, and ``without`` and ``verdict_without`` where it
        changes something; in the target's own measure.
        """
        ahead = looks_ahead(self.study, self.scenario)
        if not self.changed and not ahead:
            return gaps
        without = self._at(gaps, plan, present=False) if self.changed else None
        now = self._at(gaps, plan, present=True) if ahead else without
        more: dict[str, list[Any]] = {"now": [value.value for value in now or ()]}
        if without is not None:
            more["without"] = [value.value for value in without]
            more["verdict_without"] = [value.verdict.status for value in without]
        return pd.concat([gaps, pd.DataFrame(more, index=gaps.index, dtype=object)], axis=1)

    def _at(self, gaps: pd.DataFrame, plan: Plan, *, present: bool) -> list[IndicatorValue]:
        from coverplan.indicators import compute
        from coverplan.judgement.study_evidence import evidence_at
        from coverplan.judgement.verdict_date import date_of

        study, scenario = self.study, self.scenario
        as_of = study.file.as_of if present and study.file.as_of is not None else date_of(study, scenario)
        known = evidence_at(
            study,
            study.facilities,
            scenario,
            self.surveyor,
            self.printed,
            as_of=as_of,
            year=as_of.year if present else scenario.year,
        )
        found = {value.target_id: value for value in compute(plan, known)}
        return [found[str(target)] for target in gaps.index]
