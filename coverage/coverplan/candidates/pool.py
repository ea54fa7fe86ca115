"""Candidate sites: where they come from, which types may be opened there, and why not; none is cut in silence (R10)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from coverplan.candidates.exclusion import NotChecked, Zones, read_zones
from coverplan.candidates.parameter_sets import ParameterSet
from coverplan.candidates.place_check import check_types
from coverplan.candidates.sources import Made, Maker, Uncovered
from coverplan.candidates.suitability import Ground, reasons_of, slope_percent
from coverplan.errors import Problems
from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import OUTSIDE
from coverplan.scenario.base import Title
from coverplan.scenario.candidate_file import LayerCandidates, SitingPlaces
from coverplan.study.load import Study
from coverplan.units import BoolArray, FloatArray
from coverplan.yamlfile import Document, KeyPath

#: Type, x and y to shape (places,): a facility of the type would meet the streets there.
OnNetwork = Callable[[str, FloatArray, FloatArray], BoolArray]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Places where something may be opened, in id order (R11).

    Parameters
    ----------
    table
        Index 0..n-1. Columns ``id`` (str, unique, ``source:id``), ``name`` (str or None), ``source``, ``unit`` (code of
        the deepest unit, or None), ``vacant`` (bool), ``floor_area_m2`` and ``slope_percent`` (float, NaN where
        unknown), ``geometry`` (point in the study's CRS, to the centimetre).
    reasons
        By type, shape (candidates,), object: empty where the type may be opened, else the first reason against it:
        ``not_for_type``, ``outside_area``, ``off_network``, ``excluded:<zone>``, ``land_use``, ``land_use_unmapped``,
        ``too_steep``, ``too_near``, ``same_place``.
    not_checked
        Rules that could not be looked at.
    zones
        Title of each zone by name.
    sets
        Sets of parameters that were used, with their evidence.
    """

    table: gpd.GeoDataFrame
    reasons: Mapping[str, NDArray[np.object_]]
    not_checked: tuple[NotChecked, ...]
    zones: Mapping[str, Title]
    sets: tuple[ParameterSet, ...]

    @property
    def count(self) -> int:
        """Number of candidates, usable or not."""
        return len(self.table)

    def usable(self, facility_type: str) -> BoolArray:
        """Shape (candidates,): a facility of the type may be opened there."""
        return np.asarray(self.reasons[facility_type] == "", dtype=bool)

    def reason(self) -> NDArray[np.object_]:
        """Shape (candidates,), object: empty where some type may be opened, else one reason.

        The reason is that of the first type for which the source was meant, in the order of `reasons`.
        """
        answer = np.full(self.count, "not_for_type", dtype=object)
        for reason in reversed(tuple(self.reasons.values())):
            meant = reason != "not_for_type"
            answer[meant] = reason[meant]
        for reason in self.reasons.values():
            answer[reason == ""] = ""
        return answer

    def counts(self, facility_type: str | None = None) -> pd.DataFrame:
        """How many candidates each source made, by reason (empty: usable), for one type or for any.

        Columns ``source``, ``reason``, ``count``, in that order; the counts add up to all candidates.
        """
        reason = self.reason() if facility_type is None else self.reasons[facility_type]
        found = pd.DataFrame({"source": self.table["source"].to_numpy(), "reason": reason})
        counted = found.groupby(["source", "reason"], sort=True).size()
        return counted.rename("count").reset_index()


def make_candidates(
    places: SitingPlaces,
    *,
    study: Study,
    facilities: Facilities,
    document: Document,
    problems: Problems,
    types: tuple[str, ...],
    standards: Collection[str],
    uncovered: Uncovered,
    year: int | None,
    seed: int,
    on_network: OnNetwork | None = None,
    place: KeyPath = ("siting",),
) -> Candidates:
    """Make the candidates of a scenario and say what each may be used for.

    Parameters
    ----------
    places
        Sources and rules.
    study
        Area, streets, people and heights.
    facilities
        Facilities from which new ones of the same type keep their distance.
    document, place
        The scenario file, and where the settings stand in it.
    problems
        Collects everything that is wrong (R12).
    types
        Types that may be opened.
    standards
        Keys of the standards that clusters may name.
    uncovered
        Given a standard's key and a group, shape (points,): people there are not covered.
    year
        Year in which existing facilities count.
    seed
        Seed of the clusters.
    on_network
        Whether a facility of a type would meet the streets; not asked when None.

    Returns
    -------
    Candidates
        None of a source that could not be read or yields nothing; `problems` says why, and whether it is an error.
    """
    maker = Maker(study, document, standards, uncovered, seed, problems)
    own = {kind for kind in study.facilities.table["type"] if isinstance(kind, str)}
    check_types(places, {*types, *own}, maker.files, place)
    made = [
        maker.make(source, (*place, "candidates", number)) for number, source in enumerate(places.candidates)
    ]
    zones = read_zones(places.exclusions, maker.files, (*place, "exclusions"))
    table = _table(places, made, study)
    ground = Ground(maker, table, facilities.table[facilities.open_in(year)], places, zones.zones, place)
    reasons, unknown = reasons_of(ground, types, on_network)
    found = _in_id_order(table, reasons, zones, unknown)
    if not problems.errors:  # what stops the run comes first
        _say_unusable(found, maker, place)
    return found


def _table(places: SitingPlaces, made: list[Made | None], study: Study) -> gpd.GeoDataFrame:
    """All candidates, in the order of the sources; column ``order`` says which source goes first at one place."""
    parts: list[pd.DataFrame] = []
    for order, (source, found) in enumerate(zip(places.candidates, made, strict=True)):
        if found is None:
            continue
        vacant = isinstance(source, LayerCandidates) and source.vacant
        part = pd.DataFrame(
            {
                "id": [f"{source.name}:{name}" for name in found.ids],
                "name": found.names,
                "source": source.name,
                "vacant": vacant,
                "floor_area_m2": found.floor_area_m2,
                "order": order if vacant else order + len(made),
                "x": np.round(found.x, 2),
                "y": np.round(found.y, 2),
            }
        )
        parts.append(part)
    columns = ("id", "name", "source", "vacant", "floor_area_m2", "order", "x", "y")
    whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({name: [] for name in columns})
    x, y = whole.pop("x").to_numpy(dtype=np.float64), whole.pop("y").to_numpy(dtype=np.float64)
    codes = study.units.codes
    unit = [None if at == OUTSIDE else codes[at] for at in study.units.locate(x, y).tolist()]
    whole.insert(3, "unit", pd.Series(unit, dtype=object))
    whole["slope_percent"] = slope_percent(study, x, y)
    return gpd.GeoDataFrame(
        whole, geometry=np.asarray(shapely.points(x, y), dtype=object), crs=study.area.crs
    )


def _in_id_order(
    table: gpd.GeoDataFrame,
    reasons: Mapping[str, NDArray[np.object_]],
    zones: Zones,
    unknown: tuple[NotChecked, ...],
) -> Candidates:
    order = np.argsort(table["id"].to_numpy().astype(str), kind="stable")
    return Candidates(
        table.drop(columns="order").iloc[order].reset_index(drop=True),
        {kind: reason[order] for kind, reason in reasons.items()},
        (*zones.not_checked, *unknown),
        {zone.name: zone.title for zone in zones.zones},
        zones.sets,
    )


def _say_unusable(found: Candidates, maker: Maker, place: KeyPath) -> None:
    for kind in found.reasons:
        if found.usable(kind).any():
            continue
        counts = (
            found.counts(kind).groupby("reason")["count"].sum().sort_values(ascending=False, kind="stable")
        )
        said = ", ".join(f"{count} {reason}" for reason, count in counts.items())
        maker.problems.add(
            maker.document.problem(
                (*place, "candidates"),
                f"no candidate can be used for the type {kind}",
                value=said or "no candidates at all",
                expected="at least one place where it may be opened",
                remedy="add a source for it, or loosen the rule that excludes most",
                severity="warning",
                code="no_usable_candidate",
                details={"type": kind},
            )
        )
