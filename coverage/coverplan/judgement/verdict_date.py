"""The date that verdicts carry."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coverplan.scenario.scenario_file import ScenarioFile
    from coverplan.study.load import Study


def date_of(study: Study, scenario: ScenarioFile) -> dt.date:
    """Date that verdicts carry (R8): the scenario's, the end of its year, or the study's.

    Raises
    ------
    ValueError
        If none of them names one.
    """
    if scenario.as_of is not None:
        return scenario.as_of
    if scenario.year is not None:
        return dt.date(scenario.year, 12, 31)
    if study.file.as_of is not None:
        return study.file.as_of
    raise ValueError("a plan is held against a date; neither scenario nor study names one")
