"""Schema of a scenario file: what is asked of a study."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal
from zlib import crc32

from pydantic import AfterValidator, Field, model_validator

from coverplan.scenario.base import (
    LayerName,
    Model,
    Name,
    Numbered,
    Slug,
    Title,
    TypeName,
    Word,
    refuse_twice,
)
from coverplan.scenario.change_file import Change, Year
from coverplan.scenario.report_head import ReportHead
from coverplan.scenario.siting_file import SitingQuestion
from coverplan.scenario.supply_ask import BurialAsk, EquityAsk, SupplyAsk, UncertaintyAsk
from coverplan.vocabulary import UnitType
from coverplan.yamlfile import unfit


class ProfileEntry(Model):
    """A way of moving of the scenario's own; what is left out is as in the profile it is based on."""

    name: Word
    """Name to use in standards."""
    based_on: Word = "general"
    """Built-in profile that it changes."""
    speed_m_s: float | None = Field(default=None, ge=0.05, le=70)
    """Speed on the level in metres a second."""
    access_speed_m_s: float | None = Field(default=None, ge=0.05, le=70)
    """Speed between door and street; the profile's speed when not given."""
    steps_factor: float | None = Field(default=None, ge=1, le=20)
    """How many times longer steps take than level ground of the same length."""
    crossing_s: float | None = Field(default=None, ge=0, le=600)
    """Seconds added to every street of class ``crossing``."""
    slope_response: Literal["none", "tobler"] | None = None
    """``tobler`` slows down uphill where the study has heights, ``none`` knows no slope."""
    downhill_gain_cap: float | None = Field(default=None, ge=1, le=2)
    """Largest factor by which a gentle descent may speed one up; 1 for no gain."""
    access_first_m: float | None = Field(default=None, gt=0)
    """Longest leg between door and street in metres, instead of the scenario's ``snapping``."""
    access_second_m: float | None = Field(default=None, gt=0, le=50_000)
    """Longest leg of the second stage, for doors that find no street within the first."""
    source: Name
    """Where the figures come from; printed with every result."""


def _different(groups: tuple[str, ...]) -> tuple[str, ...]:
    refuse_twice("group", groups)
    return groups


class Standard(Model):
    """Who should reach what, how, and in which time."""

    layer: LayerName
    """Layer of the facilities."""
    types: tuple[TypeName, ...] | None = None
    """Types that count; every type of the layer when not given."""
    groups: Annotated[tuple[Word, ...], AfterValidator(_different)] = Field(default=("total",), min_length=1)
    """Demand groups that are counted."""
    method: Literal["network", "euclidean"] = "network"
    """Along the streets, or in a straight line whose length is divided by the detour factor."""
    profile: Word = "general"
    """Profile that says how fast."""
    minutes: float = Field(default=15.0, gt=0, le=24 * 60)
    """Longest time that counts as served, inclusive (R2)."""
    direction: Literal["toward", "from", "round_trip"] = "toward"
    """Which way is timed: to the facility, back from it, or the mean of both."""
    count: Literal["all", "own_unit"] = "all"
    """Who serves whom: any facility anyone, or only facilities of a person's own unit (R7)."""
    own_unit_types: tuple[UnitType, ...] = ("town", "township", "street", "zone")
    """Level of the own unit."""
    supply: SupplyAsk | None = None
    """Capacity behind the doors against the people who would use it."""
    name: Slug | None = None
    """Short name; made from layer, profile and minutes when not given."""

    @property
    def key(self) -> str:
        """Short name, given or made."""
        if self.name:
            return self.name
        types = "" if self.types is None else "-" + "-".join(map(_slug, self.types))
        own = "" if self.count == "all" else "-own_unit"
        straight = "" if self.method == "network" else "-straight"
        return f"{self.layer}{types}-{self.profile}-{self.minutes:g}min{straight}{own}"


def _slug(name: str) -> str:
    """A type in the letters of a short name; keys stand in the names of files."""
    return name if name.isascii() and name.isidentifier() else f"type_{crc32(name.encode()):08x}"


class Snapping(Model):
    """How far a door may lie from the street (R3)."""

    first_m: float = Field(default=300.0, gt=0, le=50_000)
    """First limit in metres."""
    second_m: float | None = Field(default=None, gt=0)
    """Second limit for what the first one left out; not used when not given."""

    @model_validator(mode="after")
    def _ascending(self) -> Snapping:
        if self.second_m is not None and self.second_m < self.first_m:
            raise unfit("second_limit", "second_m is smaller than first_m", "the larger distance second")
        return self


class Clusters(Model):
    """What counts as a cluster of uncovered people."""

    radius_m: float = Field(default=200.0, gt=0)
    """Points this close, in a straight line, are neighbours."""
    least_people: int = Field(default=100, ge=1)
    """Uncovered people within the radius that make a cluster."""


class ScenarioFile(Numbered):
    """What is asked: a study, a year, standards and changes."""

    name: Title
    """Title of the scenario."""
    study: Name
    """Path of the study file, relative to this file."""
    plan: Name | None = None
    """Plan file, relative to this file, or the name of a plan that comes with coverplan."""
    reported: dict[Name, float | str] = Field(default_factory=dict)
    """Figures that the office types in, by target id of the plan."""
    year: Year | None = None
    """Year that is looked at; the study's own date when not given."""
    as_of: dt.date | None = None
    """Date that verdicts carry; the study's when not given."""
    language: Literal["zh", "en"] = "zh"
    """Language of what people read."""
    also_in: tuple[Literal["zh", "en"], ...] = ()
    """Further languages for maps and reports, each in a folder of its own."""
    report: ReportHead | None = None
    """Letter head of the report: office, contact, date."""
    profiles: tuple[ProfileEntry, ...] = ()
    """Profiles of the scenario's own."""
    standards: tuple[Standard, ...] = Field(min_length=1)
    """Who should reach what in which time."""
    changes: tuple[Change, ...] = ()
    """What is changed before looking; the result says what that did."""
    siting: SitingQuestion | None = None
    """Which further changes meet the plan's targets, or bring the most people within a standard; they are added to
    ``changes``."""
    burial: BurialAsk | None = None
    """When cemeteries and columbaria are full."""
    equity: EquityAsk | None = None
    """Fairness beyond what is measured in any case."""
    uncertainty: UncertaintyAsk = UncertaintyAsk()
    """What is not known exactly, and by how much."""
    snapping: Snapping = Snapping()
    """How far a door may lie from the street."""
    clusters: Clusters | None = None
    """How uncovered people are grouped into clusters; with a plan they are grouped in any case."""
    search_minutes: float = Field(default=60.0, gt=0, le=24 * 60)
    """How far to look for the nearest facility, where that is beyond the standard; for every method and direction."""
    seed: int = Field(default=20240, ge=0)
    """Seed of everything random."""

    @model_validator(mode="after")
    def _names_are_unique(self) -> ScenarioFile:
        refuse_twice("standard", [standard.key for standard in self.standards])
        refuse_twice("profile", [profile.name for profile in self.profiles])
        return self
