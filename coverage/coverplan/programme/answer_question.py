"""One question of a scenario answered, recounted, explained and laid out as a result takes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from coverplan.errors import Problems
from coverplan.programme.outcome.chosen import chosen_scenario
from coverplan.programme.outcome.explain import reasons
from coverplan.programme.outcome.frontier import frontier
from coverplan.programme.outcome.pairs_file import pairs_file
from coverplan.programme.outcome.recount import recount
from coverplan.programme.outcome.robustness import robustness
from coverplan.programme.outcome.summary import siting_summary
from coverplan.programme.outcome.tables import Told
from coverplan.programme.solving.choose import Ground, make_programme
from coverplan.results.result import CHOSEN_YAML, PAIRS_NPZ
from coverplan.scenario.change_file import Change


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run adds to its result.

    Parameters
    ----------
    changes
        The chosen actions as changes of the scenario.
    tables, layers, summary
        See `coverplan.programme.outcome.tables`.
    files
        `CHOSEN_YAML`, and `PAIRS_NPZ` where something may open.
    """

    changes: tuple[Change, ...]
    tables: dict[str, pd.DataFrame]
    layers: dict[str, gpd.GeoDataFrame]
    summary: dict[str, Any]
    files: dict[str, bytes]


def answer_question(ground: Ground, problems: Problems, folder: Path) -> Outcome:
    """Choose, recount (R9), explain and lay out.

    Parameters
    ----------
    ground
        What the programme is made for.
    problems
        Collects what is wrong with candidates and costs.
    folder
        Where the result will stand; paths in `CHOSEN_YAML` are relative to it.

    Raises
    ------
    InputError
        With everything that is wrong with the question.
    RecountError
        If the answer does not survive its recount.
    """
    programme = make_programme(ground, problems)
    counted = recount(programme)
    told = Told(programme, counted, reasons(programme), robustness(programme), frontier(programme))
    files = {CHOSEN_YAML: chosen_scenario(programme, folder).encode("utf-8")}
    pairs = pairs_file(programme, counted)
    if pairs is not None:
        files[PAIRS_NPZ] = pairs
    return Outcome(programme.changes, told.tables(), told.layers(), siting_summary(told), files)
