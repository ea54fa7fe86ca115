"""One run's answer: numbers, layers, manifest. Maps and reports read it and compute nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from coverplan.errors import Problem

RESULT_FORMAT = 1
#: The same scenario with the chosen changes and without its question.
CHOSEN_YAML = "chosen.yaml"
#: Candidates with whom they reach.
PAIRS_NPZ = "siting.npz"
#: Share of people off network above which the coverage cannot be trusted (R3).
OFF_NETWORK_ALARM = 0.05

#: Columns of the coverage table after ``standard``, ``unit_code``, ``unit_name``, ``unit_type`` and ``group``.
PEOPLE_COLUMNS = ("people", "outside_units", "off_network", "covered", "uncovered", "covered_twice")


@dataclass(frozen=True, slots=True)
class Result:
    """Answer of one run.

    Parameters
    ----------
    summary
        What ``result.json`` holds: plain values only.
    coverage
        One row for each standard, unit (the whole area has the code ``""``) and group. Columns: ``standard``,
        ``unit_code``, ``unit_name``, ``unit_type``, ``group``, `PEOPLE_COLUMNS` (people), ``share`` (0 to 1, NaN
        without people) and ``mean_minutes`` (NaN where nobody was reached). With changes also
        ``covered_before`` (the same year without them), ``gained`` and ``lost`` (people); with changes or a year after the
        data also ``covered_present`` (people within the standard of what serves at the date of the data).
    layers
        Layers of ``layers.gpkg`` by name: ``units``, ``demand``, ``facilities``, ``streets``.
    manifest
        Inputs with sha256, parameters, versions.
    problems
        What was noticed and did not stop the run.
    folder
        Where the result was written, None before it was.
    tables
        Further tables by name, each optional: ``gaps``, ``shortfall`` and ``trajectory`` (see `coverplan.judgement.gaps`),
        ``clusters`` (see `coverplan.service.clusters`, with ``standard`` and ``group``), ``stock`` and ``projects`` (see
        `coverplan.study.stock`); those of a programme of actions (see `coverplan.programme.outcome.tables`).
    files
        Further files by name, as bytes.
    """

    summary: Mapping[str, Any]
    coverage: pd.DataFrame
    layers: Mapping[str, gpd.GeoDataFrame]
    manifest: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    folder: Path | None = field(default=None)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    def of_standard(self, key: str, group: str | None = None) -> pd.DataFrame:
        """Rows of one standard, of one group where it is given; raises KeyError for an unknown standard."""
        rows = self.coverage[self.coverage["standard"] == key]
        if rows.empty:
            raise KeyError(
                f"no standard {key}; there are {', '.join(sorted(set(self.coverage['standard'])))}"
            )
        return rows if group is None else rows[rows["group"] == group]

    def share(self, key: str, group: str = "total") -> float:
        """Share of a group covered in the whole area (0 to 1); raises KeyError for a standard or group that is not there."""
        rows = self.of_standard(key, group)
        whole = rows.loc[rows["unit_code"] == "", "share"]
        if not len(whole):
            known = ", ".join(sorted(set(self.of_standard(key)["group"])))
            raise KeyError(f"no group {group} in the standard {key}; there are {known}")
        return float(whole.iloc[0])

    def worst_units(self, key: str, group: str, types: tuple[str, ...] | None = None) -> pd.DataFrame:
        """Units with people, lowest share first, ties by code; of the given types, else the deepest ones."""
        rows = self.of_standard(key, group)
        rows = rows[(rows["unit_code"] != "") & (rows["people"] > 0)]
        if types is not None:
            rows = rows[rows["unit_type"].isin(types)]
        return rows.sort_values(["share", "unit_code"], kind="stable")
