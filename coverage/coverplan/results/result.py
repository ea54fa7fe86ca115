"""One run's answer: numbers, layers, manifest. Maps and reports read it and compute nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from coverplan.errors import Problem, UnknownNameError

RESULT_FORMAT = 1
#: The same scenario with the chosen changes and without its question.
CHOSEN_YAML = "chosen.yaml"
#: Candidates with whom they reach.
PAIRS_NPZ = "siting.npz"
#: Share of people off network above which the coverage cannot be trusted (R3).
OFF_NETWORK_ALARM = 0.05

#: Columns of the coverage table after ``standard``, ``unit_code``, ``unit_name``, ``unit_type`` and ``group``.
PEOPLE_COLUMNS = ("people", "outside_units", "off_network", "covered", "uncovered", "covered_twice")


@dataclass(frozen=True, slots=True, repr=False)
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
        `coverplan.study.stock`); those of a programme of actions (see `coverplan.programme.outcome.tables`). Numbers that
        verdicts compare are Decimals here, exact; `table` gives them as floats to reckon with.
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
        """Rows of the coverage of one standard, of one group where it is given.

        Parameters
        ----------
        key
            Key of the standard, as the column ``standard`` has it (``elder_care-15min``).
        group
            Demand group (``age_60_plus``); every group when not given.

        Returns
        -------
        DataFrame
            Columns of `coverage`: people, and shares from 0 to 1 that are NaN where nobody lives.

        Raises
        ------
        UnknownNameError
            If the result has no such standard or group, with those that there are.
        """
        rows = self._of("standard", key, self.coverage)
        return rows if group is None else self._of("group", group, rows)

    def share(self, key: str, group: str = "total") -> float:
        """Share of a group that is covered in the whole area.

        Parameters
        ----------
        key, group
            As for `of_standard`.

        Returns
        -------
        float
            From 0 to 1, NaN without people.

        Raises
        ------
        UnknownNameError
            As `of_standard` does.
        """
        rows = self.of_standard(key, group)
        return float(rows.loc[rows["unit_code"] == "", "share"].iloc[0])

    def worst_units(self, key: str, group: str, types: tuple[str, ...] | None = None) -> pd.DataFrame:
        """Units with people, lowest share first, ties by code; of the given types only, where they are given.

        Parameters
        ----------
        key, group
            As for `of_standard`.
        types
            Types of units (``street``, ``town``, ...); all when not given.

        Returns
        -------
        DataFrame
            Rows of `coverage`, one a unit; units in which nobody of the group lives are left out.

        Raises
        ------
        UnknownNameError
            As `of_standard` does, and for a type of units that the result does not have.
        """
        rows = self.of_standard(key, group)
        known = set(rows.loc[rows["unit_code"] != "", "unit_type"])
        rows = rows[(rows["unit_code"] != "") & (rows["people"] > 0)]
        if types is not None:
            if not known.intersection(types):
                raise UnknownNameError("type of units", ", ".join(types), known)
            rows = rows[rows["unit_type"].isin(types)]
        return rows.sort_values(["share", "unit_code"], kind="stable")

    def table(self, name: str) -> pd.DataFrame:
        """One of `tables` to reckon with, or ``coverage``: numbers are floats, what is unknown is NaN, dates are timestamps.

        Raises
        ------
        UnknownNameError
            If the result has no such table, with those that there are.
        """
        known = {"coverage": self.coverage, **self.tables}
        if name not in known:
            raise UnknownNameError("table", name, known)
        found = known[name].copy()
        for column in found.columns:
            if found[column].dtype == object:
                found[column] = _plain(found[column])
        return found

    @staticmethod
    def _of(what: str, name: str, rows: pd.DataFrame) -> pd.DataFrame:
        found = rows[rows[what] == name]
        if found.empty:
            raise UnknownNameError(what, name, rows[what])
        return found

    def __repr__(self) -> str:
        """One line; the numbers themselves are long."""
        asked = self.summary["scenario"]
        shares = (f"{key} {group} {share:.1%}" for key, group, share in self._shares())
        where = "in memory" if self.folder is None else str(self.folder)
        return f"<Result of {asked['file']}: {', '.join(shares) or 'no standards'}; {where}>"

    def _shares(self) -> Iterable[tuple[str, str, float]]:
        if "unit_code" in self.coverage:
            whole = self.coverage[self.coverage["unit_code"] == ""]
            yield from zip(whole["standard"], whole["group"], whole["share"], strict=True)

    def _repr_html_(self) -> str:
        """What a notebook shows: title, cautions, people by standard and group, verdicts."""
        from coverplan.results.notebook import as_html

        return as_html(self)


def _plain(column: pd.Series) -> pd.Series:
    """A column of Python objects as floats or timestamps where it holds nothing else; other columns as they are."""
    values = [value for value in column if value is not None and value is not pd.NaT]
    if values and all(isinstance(value, dt.date) for value in values):
        return pd.to_datetime(column)
    if not values or not all(
        isinstance(value, Decimal | int | float) and not isinstance(value, bool) for value in values
    ):
        return column
    return pd.Series(
        [float("nan") if value is None else float(value) for value in column],
        index=column.index,
        dtype="float64",
    )
