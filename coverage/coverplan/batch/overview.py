"""All areas of a batch in one table: people, who is served, targets; areas side by side and added up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from coverplan.batch.job import Job, Outcome
from coverplan.errors import CoverplanError
from coverplan.report.build import synthetic
from coverplan.report.labels import Labels
from coverplan.results.files import read_result
from coverplan.results.result import Result
from coverplan.text.words import LANGUAGES, Language

PEOPLE = ("people", "covered", "uncovered", "off_network", "outside_units")


class AreaRows(NamedTuple):
    """What the results of a batch say about whole areas.

    Parameters
    ----------
    coverage
        One row an area, standard and group: ``area``, ``standard``, ``group``, people of each kind (R6), ``share``
        (NaN where nobody lives), ``mean_minutes``, ``synthetic``.
    targets
        One row an area: ``area`` and how many targets have each verdict; empty without plans.
    outlines
        ``area`` and outline in longitude and latitude, for the areas that have one.
    titles
        Title of each standard in each language, as the first area that has it calls it.
    synthetic
        Some area is invented (R14).
    made
        When the last of the results was computed.
    """

    coverage: pd.DataFrame
    targets: pd.DataFrame
    outlines: gpd.GeoDataFrame
    titles: Mapping[tuple[str, Language], str]
    synthetic: bool = False
    made: dt.datetime | None = None


class OfArea(NamedTuple):
    """What one result says about its whole area; see `AreaRows`."""

    coverage: pd.DataFrame
    verdicts: Mapping[str, int]
    outline: BaseGeometry | None
    titles: Mapping[tuple[str, Language], str]
    synthetic: bool
    made: dt.datetime


def read_area(job: Job, outcome: Outcome) -> OfArea | None:
    """Everything that a result says about its whole area; None where there is no result, or none that can be read."""
    if outcome.status not in {"done", "kept"}:
        return None
    try:
        result = read_result(Path(job.folder), layers=("units",), tables=("gaps",))
    except CoverplanError:
        return None
    titles = {}
    for language in LANGUAGES:
        labels = Labels(result, language)
        for standard in result.summary["standards"]:
            titles[str(standard["key"]), language] = labels.standard(str(standard["key"]))
    return OfArea(
        _whole(result).assign(area=job.name, synthetic=synthetic(result)),
        _verdicts(result),
        _outline(result),
        titles,
        synthetic(result),
        dt.datetime.fromisoformat(result.summary["run"]["finished"]),
    )


def area_rows(areas: Mapping[str, OfArea | None]) -> AreaRows:
    """All areas in one table, in the order given; areas without a result are left out."""
    found = {name: area for name, area in areas.items() if area is not None}
    titles: dict[tuple[str, Language], str] = {}
    for area in found.values():
        titles = {**area.titles, **titles}
    coverage = [area.coverage for area in found.values()]
    targets = [{"area": name, **area.verdicts} for name, area in found.items() if area.verdicts]
    outlines = [
        {"area": name, "geometry": area.outline} for name, area in found.items() if area.outline is not None
    ]
    columns = ["area", "standard", "group", *PEOPLE, "share", "mean_minutes", "synthetic"]
    whole = pd.concat(coverage, ignore_index=True) if coverage else pd.DataFrame(columns=columns)
    counts = pd.DataFrame(targets).fillna(0) if targets else pd.DataFrame(columns=["area"])
    shapes = gpd.GeoDataFrame(outlines, columns=["area", "geometry"], geometry="geometry", crs="EPSG:4326")
    return AreaRows(
        whole[columns],
        counts,
        shapes,
        titles,
        any(area.synthetic for area in found.values()),
        max((area.made for area in found.values()), default=None),
    )


def added_up(coverage: pd.DataFrame) -> pd.DataFrame:
    """People of all areas by standard and group; a share is that of the sums, never a mean of shares.

    Returns
    -------
    DataFrame
        ``standard``, ``group``, ``areas`` (how many have the standard), people of each kind, ``share``.
    """
    if coverage.empty:
        return pd.DataFrame(columns=["standard", "group", "areas", *PEOPLE, "share"])
    grouped = coverage.groupby(["standard", "group"], sort=True)
    total = grouped[list(PEOPLE)].sum().join(grouped["area"].nunique().rename("areas")).reset_index()
    total["share"] = np.where(
        total["people"] > 0, total["covered"] / total["people"].where(total["people"] > 0), np.nan
    )
    everybody_first = total.assign(part=total["group"] != "total").sort_values(["standard", "part", "group"])
    return everybody_first[["standard", "group", "areas", *PEOPLE, "share"]].reset_index(drop=True)


def ranked(coverage: pd.DataFrame, standard: str, group: str) -> pd.DataFrame:
    """Areas of a standard and group from the lowest share to the highest, ties by name; without people last."""
    own = coverage[(coverage["standard"] == standard) & (coverage["group"] == group)]
    ordered = own.sort_values(["share", "area"], na_position="last", kind="stable").reset_index(drop=True)
    ordered.insert(0, "rank", np.arange(1, len(ordered) + 1))
    return ordered


def _whole(result: Result) -> pd.DataFrame:
    table = result.coverage
    own = table[table["unit_code"].isna() | (table["unit_code"] == "")].copy()
    own["share"] = pd.to_numeric(own["share"])
    return own.reset_index(drop=True)


def _verdicts(result: Result) -> dict[str, int]:
    gaps = result.tables.get("gaps")
    if gaps is None:
        return {}
    return {str(name): int(count) for name, count in gaps["verdict"].value_counts().items()}


def _outline(result: Result) -> BaseGeometry | None:
    units = result.layers.get("units")
    if units is None or units.empty:
        return None
    whole = shapely.union_all(shapely.make_valid(units.geometry.to_numpy()))
    size = float(np.sqrt(whole.area)) if units.crs is not None and units.crs.is_projected else 0.0
    return gpd.GeoSeries([whole.simplify(size / 200)], crs=units.crs).to_crs("EPSG:4326").iloc[0]
