"""What a scenario says of supply: capacity against people, cemeteries, fairness, what is uncertain."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from coverplan.scenario.base import LayerName, Model, Name, Title, TypeName, Word

DecayKind = Literal["binary", "stepped", "gaussian", "kernel", "exponential", "power", "logistic", "linear"]
AccessMethod = Literal["2sfca", "e2sfca", "m2sfca", "3sfca", "bfca", "spatial_availability"]
CapacityField = Literal[
    "beds",
    "nursing_beds",
    "places",
    "niches",
    "niches_left",
    "staff",
    "social_workers",
    "floor_area_m2",
    "land_m2",
]


class Complaint(NamedTuple):
    """What is wrong with a value: its kind, and the sentence with what was expected and what to do."""

    code: str
    text: str


def decay_complaint(
    kind: DecayKind, rate: float | None, steps: Sequence[tuple[float, float]]
) -> Complaint | None:
    """What is wrong with a decay, or None: it is 1 at the door, never grows and goes outward."""
    if kind in {"exponential", "power", "logistic"} and rate is None:
        return Complaint(
            "decay_rate", f"the decay {kind} needs a rate; expected a number above zero; remedy add rate"
        )
    if rate is not None and not rate > 0:
        return Complaint(
            "decay_rate",
            f"the rate of the decay is {rate}; expected a number above zero; remedy correct rate",
        )
    if kind == "stepped":
        return _steps_complaint(steps)
    if not steps:
        return None
    return Complaint("decay_steps", "only the decay stepped has steps; expected none; remedy remove steps")


def _steps_complaint(steps: Sequence[tuple[float, float]]) -> Complaint | None:
    if not steps:
        return Complaint(
            "decay_no_steps",
            "the decay stepped needs steps; expected minutes and weight of each; remedy add steps",
        )
    minutes, weights = zip(*steps, strict=True)
    if any(later <= earlier for earlier, later in pairwise(minutes)):
        return Complaint(
            "decay_order",
            "the steps do not go outward; expected ascending minutes; remedy put them in order",
        )
    if weights[0] != 1:
        return Complaint(
            "decay_door",
            f"the decay is {weights[0]:g} at the door; expected 1; remedy divide every weight by the first",
        )
    if any(later > earlier for earlier, later in pairwise(weights)):
        return Complaint(
            "decay_grows",
            "the decay grows with the distance; expected weights that never grow; remedy correct steps",
        )
    if min(weights) < 0:
        return Complaint("decay_negative", "a weight is negative; expected 0 or more; remedy correct steps")
    return None


class DecayAsk(Model):
    """How much less a facility counts the farther away it is, up to the standard's minutes."""

    kind: DecayKind = "binary"
    """Form; ``binary``: every facility within the standard counts alike."""
    rate: float | None = Field(default=None, gt=0)
    """Per minute (exponential, logistic), power of the minutes, or width in minutes (gaussian)."""
    middle: float | None = Field(default=None, gt=0)
    """Minutes at which the logistic decay has come half way down."""
    steps: tuple[tuple[float, float], ...] = ()
    """Minutes and weight of each step (stepped); the first weight is 1."""

    @model_validator(mode="after")
    def _sound(self) -> DecayAsk:
        complaint = decay_complaint(self.kind, self.rate, self.steps)
        if complaint is not None:
            raise PydanticCustomError(*complaint)
        return self


class SupplyAsk(Model):
    """Capacity behind the doors against the people who would use it."""

    field: CapacityField
    """Column of the facilities that holds the capacity."""
    group: Word | None = None
    """Who wants a place; the standard's first group when not given."""
    per_1000: float = Field(default=1000.0, gt=0, le=1_000_000)
    """Units of capacity that a thousand of them want; 1,000: everybody wants one."""
    method: AccessMethod = "2sfca"
    """Floating catchment by which supply for each person is measured."""
    decay: DecayAsk = DecayAsk()
    """How much less a facility counts the farther away it is."""
    source: Name | None = None
    """Where the wanted capacity comes from; printed with every result."""


class Attribute(Model):
    """A figure of each unit by which people are ranked from low to high, such as income."""

    name: Title
    """What it is called."""
    units: dict[str, float] = Field(min_length=1)
    """Figure by unit code; it holds for everything below the unit."""


class EquityAsk(Model):
    """Fairness beyond what is measured in any case."""

    attribute: Attribute
    """Figure for the concentration index."""


class UncertaintyAsk(Model):
    """What is not known exactly, and by how much; spreads are those of our ignorance and not of people."""

    draws: int = Field(default=200, ge=0, le=10_000)
    """How many times everything is drawn anew; 0: not at all."""
    speed_sd: float = Field(default=0.10, ge=0, le=1)
    """Spread of the mean speed of a profile, as a part of it."""
    door_delay_s: float = Field(default=30.0, ge=0, le=3600)
    """Spread of the time lost at doors, lifts and gates, which never makes a walk shorter."""
    people_sd: float = Field(default=0.05, ge=0, le=1)
    """Spread of the people of a street or town, as a part of them."""
    people_alike: float = Field(default=0.5, ge=0, le=1)
    """How far the errors of all streets and towns go together: 0 each by itself, 1 all alike."""
    capacity_sd: float = Field(default=0.05, ge=0, le=1)
    """Spread of a facility's capacity, as a part of it."""
    capacity_alike: float = Field(default=0.5, ge=0, le=1)
    """How far the errors of all facilities of a layer go together."""
    late: float = Field(default=0.2, ge=0, le=1)
    """Chance that something planned opens a year late or more."""
    late_alike: float = Field(default=0.3, ge=0, lt=1)
    """How far delays go together."""
    datum_shift: float = Field(default=0.0, ge=0, le=1)
    """Chance that the places of a layer are shifted by an encrypted datum that nobody noticed."""
    source: Name | None = None
    """Where these figures come from; ours when not given."""


class BurialAsk(Model):
    """When cemeteries and columbaria are full."""

    layer: LayerName = "cemetery"
    """Layer of the resting places."""
    types: tuple[TypeName, ...] = ("columbarium", "public_cemetery")
    """Types that take ashes."""
    field: CapacityField = "niches_left"
    """Column of what is left; a place that is still to open has all of its ``niches``."""
    parameters: tuple[Word | Name, ...] = (
        "db34-t-4180-2022",
        "county-plan-2024-2035",
        "funeral-regulations-2026",
        "assumed-reach-by-car",
    )
    """Dated sets of parameters that come with coverplan; what is given below goes before them."""
    deaths_per_1000: dict[int, float] | None = None
    """Deaths a year for every 1,000 residents, by first year."""
    cremation_share: float | None = Field(default=None, ge=0, le=1)
    """Share of the dead who are cremated."""
    niche_share: float | None = Field(default=None, ge=0, le=1)
    """Share of those whose ashes take such a place."""
    drive_minutes: float | None = Field(default=None, gt=0)
    """Longest way by car that counts as near, for the page; a standard asks by its own minutes."""
    ashes_in_flats: dict[str, float] = Field(default_factory=dict)
    """Ashes kept in flats that may no longer be used for it, by unit code; they want a place in the first year."""
    until: int = Field(default=2060, ge=1950, le=2200)
    """Last year that is looked at."""
    source: Name | None = None
    """Where the office's own figures come from."""

    @model_validator(mode="after")
    def _not_negative(self) -> BurialAsk:
        given = [*(self.deaths_per_1000 or {}).values(), *self.ashes_in_flats.values()]
        if any(value < 0 for value in given):
            raise PydanticCustomError(
                "negative_number", "a number is negative; expected zero or more; remedy correct it"
            )
        return self
