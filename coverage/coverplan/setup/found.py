"""What one file of a folder is for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import geopandas as gpd

from coverplan.errors import Problem
from coverplan.scenario.study_file import LongTable

Role = Literal["units", "population", "official", "streets", "elevation", "water", "facilities", "unused"]


@dataclass(frozen=True, slots=True)
class Found:
    """One file (or one layer of it) and what it is for.

    Parameters
    ----------
    path, table
        The file, and the layer inside it where it holds several.
    role
        What it is for.
    why
        Key of the reason in the texts (``setup.role_units``).
    layer
        Facility layer, for ledgers.
    columns
        Column of each field that was recognised.
    places
        Whether it has geometries of its own.
    groups
        Columns of the people of each demand group.
    unknown
        Words of the status column that stand for no status.
    same_as
        Name of the file that holds the same rows, for copies.
    rows
        What tells copies: the names in it, in order.
    words
        Texts of the columns of units and of tables of people, by which files are found to belong together.
    outlines
        Areas of units.
    long
        How a table with one row for each unit and age is read.
    above
        Name of the file of units that this one is a lower level of.
    problem
        What stops the reading of a file that cannot be read.
    left
        Columns of numbers in a table of people by place that are taken for nothing, such as counts of facilities.
    bare
        Whether it has geometries and does not say what their numbers are in.
    middle
        Median x and y of columns that hold no degrees.
    """

    path: Path
    table: str | None
    role: Role
    why: str
    layer: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    places: bool = False
    groups: dict[str, str | list[str]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    same_as: str | None = None
    rows: tuple[str, ...] = ()
    words: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    outlines: gpd.GeoSeries | None = field(default=None, repr=False, compare=False)
    long: LongTable | None = None
    above: Path | None = None
    problem: Problem | None = None
    left: tuple[str, ...] = ()
    bare: bool = False
    middle: tuple[float, float] | None = None
