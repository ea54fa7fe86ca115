"""The areas that a study is cut into: a unit each, with all that lies so near that its people may walk there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from coverplan.batch.batch_file import folders_of
from coverplan.errors import Problem, Problems
from coverplan.ground.area import StudyArea
from coverplan.ground.units_tree import UnitTree
from coverplan.inputs.streets.wording import Bounds
from coverplan.reach.speeds.profiles import Profile
from coverplan.scenario.scenario_file import ScenarioFile, Standard
from coverplan.text.counting import many
from coverplan.units import BoolArray

#: Files are cut so much wider than they are read: shifted datums, ways and heights that begin outside.
_RIM_M = 5_000.0
#: Methods by which a person's demand is shared out among all doors that they reach.
_CHOOSING = frozenset({"3sfca", "bfca"})


class Piece(NamedTuple):
    """One area.

    Fields: code and name of its unit; folder; codes of the unit and all below it; outline; the box in the study's CRS
    and in longitude and latitude inside which things are kept.
    """

    code: str
    name: str
    folder: Path
    codes: frozenset[str]
    outline: shapely.Geometry
    box: shapely.Geometry
    bounds_lonlat: Bounds

    def units(self, units: UnitTree) -> pd.DataFrame:
        """The area's own units; what they belong to above it is left out."""
        own = units.table.loc[sorted(self.codes)].copy()
        own.loc[self.code, "parent"] = None
        return own.reset_index()

    def around(self, units: UnitTree) -> gpd.GeoDataFrame:
        """Units near the area that are neither its own nor above it; what they belong to above them is left out."""
        others = [
            code for code in units.codes if code not in self.codes and code not in units.ancestors(self.code)
        ]
        table = units.table.loc[others]
        table = table[table.geometry.notna() & table.intersects(self.box)].copy()
        table["parent"] = table["parent"].where(table["parent"].isin(table.index), None)
        return table.reset_index()


def pieces_of(
    units: UnitTree, kind: str, crs: pyproj.CRS, *, beyond_m: float, folder: Path, problems: Problems
) -> list[Piece]:
    """An area for each unit of a kind, in the order of their codes.

    Parameters
    ----------
    units
        Units of the whole study.
    kind
        Kind of the units that become areas.
    crs
        The study's CRS.
    beyond_m
        How far beyond its border an area keeps streets, people and facilities.
    folder
        Folder of the areas.
    problems
        Receives what is wrong: no such unit, one without outline, units that belong to no area.
    """
    of_code = {code: units.ancestor_of_type(code, [kind]) for code in units.codes}
    chosen = [code for code in units.codes if of_code[code] == code]
    if not chosen:
        kinds = ", ".join(sorted(set(units.table["type"].dropna())))
        problems.add(
            Problem(
                "no unit is of the kind that areas are made of", value=kind, expected=f"one of {kinds}" if kinds else None,
                remedy="name one of these kinds with --by", code="no_area_units",
            )
        )  # fmt: skip
        return []
    below = {code: frozenset(one for one, area in of_code.items() if area == code) for code in chosen}
    above = {parent for code in chosen for parent in units.ancestors(code)}
    alone = [code for code, area in of_code.items() if area is None and code not in above]
    if alone:
        problems.add(
            Problem(
                f"{many(len(alone), 'unit belongs to', 'units belong to')} no {kind} and are in no area", value=", ".join(alone[:5]),
                remedy="give them a parent of this kind, if they have one", severity="warning",
                code="units_in_no_area", details={"count": len(alone)},
            )
        )  # fmt: skip
    names = _names(units, chosen)
    found = []
    for code, name, inside in zip(chosen, names, folders_of(chosen), strict=True):
        shapes = units.table.loc[sorted(below[code])].geometry
        outline = shapely.union_all(shapes[shapes.notna()].to_numpy())
        if outline.is_empty:
            problems.add(
                Problem("the unit has no outline, so no area can be cut out for it", value=f"{code} {name}", code="area_without_outline")
            )  # fmt: skip
            continue
        west, south, east, north = shapely.bounds(outline)
        wide = beyond_m + _RIM_M
        box = shapely.box(west - wide, south - wide, east + wide, north + wide)
        bounds = StudyArea(crs, outline).bounds_lonlat(np.empty(0), np.empty(0), wide)
        found.append(Piece(code, name, folder / inside, below[code], outline, box, bounds))
    return found


def _names(units: UnitTree, codes: Sequence[str]) -> list[str]:
    """Names of units; of those that several have, with the name of what they belong to, else with their code."""
    names = [str(units.table.at[code, "name"]) for code in codes]
    for longer in (
        lambda code: " ".join(_name(units, one) for one in reversed(units.ancestors(code)[:2])),
        str,
    ):
        often = Counter(names)
        names = [longer(code) if often[name] > 1 else name for code, name in zip(codes, names, strict=True)]
    return names


def _name(units: UnitTree, code: str) -> str:
    return str(units.table.at[code, "name"])


def near(shapes: NDArray[np.object_], pieces: Sequence[Piece]) -> list[BoolArray]:
    """For each area, shape (shapes,): whether a shape touches its box; None and empty ones never do."""
    answer = [np.zeros(len(shapes), dtype=bool) for _ in pieces]
    area, shape = shapely.STRtree(shapes).query([piece.box for piece in pieces], predicate="intersects")
    for at in np.unique(area).tolist():
        answer[at][shape[area == at]] = True
    return answer


def reach_m(scenario: ScenarioFile, profiles: dict[str, Profile]) -> float:
    """How far anything that an answer depends on may lie from a person, in metres, straight.

    The nearest facility is looked for as long as the scenario's ``search_minutes``; where capacity is held against
    people, those who walk to the same door from its other side count too, and with methods by which people choose
    between doors the doors on the far side of these people.
    """
    return max(_reach_m(standard, scenario, profiles[standard.profile]) for standard in scenario.standards)


def _reach_m(standard: Standard, scenario: ScenarioFile, profile: Profile) -> float:
    fastest = max(profile.speed_m_s, profile.access_speed_m_s, *profile.class_speed_m_s.values())
    gain = profile.downhill_gain_cap if profile.slope_response != "none" else 1.0
    minutes = max(scenario.search_minutes, standard.minutes * _legs(standard))
    return float(minutes * 60 * fastest * gain)


def _legs(standard: Standard) -> int:
    """How many times the limit lies between a person and whatever changes what they are told."""
    if standard.supply is None:
        return 1
    return 3 if standard.supply.method in _CHOOSING else 2
