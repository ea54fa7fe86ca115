"""What each kind of indicator needs to know: one frozen model a kind, told apart by ``kind``."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from coverplan.text.attribute_words import Explained
from coverplan.vocabulary import Status, UnitType
from coverplan.yamlfile import unfit

Estates = Literal["new", "existing"]
Item = TypeVar("Item")


class Strict(Explained):
    """Base of every model of a plan file: frozen, and no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, allow_inf_nan=False)


def not_empty(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Refuse an empty list; unlike ``min_length`` it does not speak up when an item is what is wrong."""
    if not items:
        raise unfit("empty_list", "the list is empty", "at least one", "state it")
    return items


class Traits(Strict):
    """What a facility must be like; empty lists ask for nothing."""

    types: tuple[str, ...] = ()
    """Any of these types."""
    functions: tuple[str, ...] = ()
    """All of these functions."""
    grades: tuple[str, ...] = ()
    """Any of these grades."""
    status: tuple[Status, ...] = ()
    """Any of these statuses; empty: whatever serves people in the year."""
    at_least: dict[str, Decimal] = Field(default_factory=dict)
    """Lower bounds of number fields."""
    flags: tuple[str, ...] = ()
    """Yes/no columns of the user's own that must all say yes."""
    declared_at: tuple[UnitType, ...] = ()
    """The facility belongs to a unit of one of these types itself, not to one below it."""


class Condition(Traits):
    """Facilities that count for an indicator."""

    layer: str
    """Layer (family) of the facilities."""
    names: tuple[str, ...] = ()
    """Ids or names, where the document names the facilities."""
    within: str | None = None
    """Unit set inside which they stand."""


Conditions = Annotated[tuple[Condition, ...], AfterValidator(not_empty)]


class Amount(Strict):
    """A number of things: facilities, what stands behind their doors, or a figure of an office's register."""

    facilities: Condition | None = None
    """Facilities to count or to add up."""
    field: str | None = None
    """Number to add up; without it, facilities are counted."""
    opened_from: Annotated[int, Field(ge=1900, le=2200)] | None = None
    """Only what opened in or after this year (the document says: new)."""
    register_name: str | None = Field(default=None, alias="register")
    """Name of a figure that an administrative register holds."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.facilities is None) == (self.register_name is None):
            raise unfit(
                "amount_source",
                "an amount needs one source",
                "either facilities or register",
                "name one of them",
            )
        if self.register_name is not None and self.field is not None:
            raise unfit("register_field", "a register has no fields", "register alone", "remove field")
        return self


class UnitPresence(Strict):
    """Share of the units of a set, or of host facilities, in which every condition has a facility."""

    kind: Literal["unit_presence"]
    units: str | None = None
    hosts: Condition | None = None
    """Facilities at whose premises (same premises, or within 50 m) the others must be."""
    facilities: Conditions

    @model_validator(mode="after")
    def _one_universe(self) -> Self:
        if (self.units is None) == (self.hosts is None):
            raise unfit(
                "presence_universe", "presence needs one universe", "either units or hosts", "name one"
            )
        return self


class Tier(Strict):
    """One level of a hierarchy: units and what each must have."""

    units: str
    facilities: Conditions


class HierarchicalPresence(Strict):
    """Share of the units of all tiers in which the tier's facility is present."""

    kind: Literal["hierarchical_presence"]
    tiers: Annotated[tuple[Tier, ...], AfterValidator(not_empty)]


class ReachQuestion(Strict):
    """Who reaches which facilities how, and in which time."""

    facilities: Condition
    group: str
    minutes: Decimal
    profile: str = "general"
    """Profile that says how fast, and whether on foot or by car."""


class PresenceOrReach(Strict):
    """Share of the units that have a facility, an assigned worker, or people enough within reach of one."""

    kind: Literal["presence_or_reach"]
    units: str
    facilities: Conditions
    worker_register: str | None = None
    """Register of workers assigned to each unit; one is enough."""
    reach: ReachQuestion | None = None
    reach_share: Decimal | None = None
    """Percent of a unit's people that must be within reach for the unit to count."""


class PopulationWithin(Strict):
    """Share of the people of a group within a travel time; assumptions of ours where a document names none."""

    kind: Literal["population_within"]
    reach: ReachQuestion
    units: str | None = None
    """Judge every unit of this set instead of the whole area."""
    assumed: bool = False
    """The document names no mode, threshold or group: those in ``reach`` are ours."""


class ServedWithin(Strict):
    """Share of the people of a group who get a place within a travel time, as far as there are places."""

    kind: Literal["served_within"]
    reach: ReachQuestion
    field: str = "places"
    """Number field that holds the places."""
    per_1000: Decimal = Field(default=Decimal(1000), gt=0)
    """Places that a thousand of them want."""


class RatioOfSums(Strict):
    """One sum over another, times ``per`` (100: percent)."""

    kind: Literal["ratio_of_sums"]
    numerator: Amount
    denominator: Amount
    per: Decimal = Decimal(100)


class FacilityShare(Strict):
    """Share of facilities that have certain traits."""

    kind: Literal["facility_share"]
    facilities: Condition
    having: Traits


class AreaPer100Households(Strict):
    """Floor area for every 100 households, of the whole area, of every unit or of every housing estate."""

    kind: Literal["area_per_100_households"]
    facilities: Condition
    field: str = "floor_area_m2"
    units: str | None = None
    """Judge every unit of this set by itself."""
    estates: Estates | None = None
    """Judge every new or existing housing estate by itself."""


class ShareMeetingStandard(Strict):
    """Share of units whose facilities, or of facilities that themselves, meet a standard."""

    kind: Literal["share_meeting_standard"]
    facilities: Condition
    units: str | None = None
    field: str | None = None
    standard: Decimal | None = None
    """Least sum of the field in a unit; None: the document names no standard, so nobody can judge."""
    per_100_households: bool = False
    """The standard is for every 100 households of the unit."""
    having: Traits | None = None
    """Traits that each facility must have, where facilities and not units are counted."""

    @model_validator(mode="after")
    def _units_or_facilities(self) -> Self:
        if (self.units is None) == (self.having is None):
            raise unfit(
                "standard_side",
                "a standard is for units or for facilities",
                "either units with field or having",
                "name one of them",
            )
        if self.units is not None and self.field is None:
            raise unfit("units_number", "units need a number", "field", "name the field to add up")
        return self


class ShareInRange(Strict):
    """Share of units whose number of households lies inside the target's range."""

    kind: Literal["share_in_range"]
    units: str


class PerPeople(Strict):
    """An amount for every 1,000 or 10,000 people of a group."""

    amount: Amount
    group: str = "total"


class Per1000(PerPeople):
    """An amount for every 1,000 people of a group."""

    kind: Literal["per_1000"]


class Per10k(PerPeople):
    """An amount for every 10,000 people of a group."""

    kind: Literal["per_10k"]


class Count(Strict):
    """How many there are."""

    kind: Literal["count"]
    amount: Amount


class CountPerUnit(Strict):
    """How many there are in each unit of a set; every unit is judged."""

    kind: Literal["count_per_unit"]
    units: str
    amount: Amount


class FacilityMinimum(Strict):
    """Every facility, or the premises of every estate, has at least a size."""

    kind: Literal["facility_minimum"]
    facilities: Condition
    field: str = "floor_area_m2"
    estates: Estates | None = None
    per_100_households: Decimal | None = None
    """An estate needs the larger of the target and this times its households / 100."""


class CapacityBalance(Strict):
    """What is left in a unit minus what is used in a year times a horizon."""

    kind: Literal["capacity_balance"]
    units: str
    facilities: Condition
    field: str = "niches_left"
    yearly_use_register: str
    horizon_years: int = Field(ge=1, le=200)


class AreaShare(Strict):
    """Area of a part over the area of the units of a set."""

    kind: Literal["area_share"]
    units: str
    part_register: str
    """Register that gives the area of the part in each unit."""
    whole_register: str
    """Register that gives the area of each unit."""


class Sum(Strict):
    """A field added up."""

    kind: Literal["sum"]
    amount: Amount


class ProjectDelivery(Strict):
    """How many of the promised projects serve people."""

    kind: Literal["project_delivery"]
    amount: Amount


class ControlTotal(Strict):
    """A printed number of people beside the number that the study holds."""

    kind: Literal["control_total"]
    group: str
    per: Decimal = Field(default=Decimal(1), gt=0)
    """People in one unit of measure (10,000 where the document counts in 万)."""


class Reported(Strict):
    """Typed in by the office; shown, never computed."""

    kind: Literal["reported"]


Indicator = Annotated[
    UnitPresence
    | HierarchicalPresence
    | PresenceOrReach
    | PopulationWithin
    | ServedWithin
    | RatioOfSums
    | FacilityShare
    | AreaPer100Households
    | ShareMeetingStandard
    | ShareInRange
    | Per1000
    | Per10k
    | Count
    | CountPerUnit
    | FacilityMinimum
    | CapacityBalance
    | AreaShare
    | Sum
    | ProjectDelivery
    | ControlTotal
    | Reported,
    Field(discriminator="kind"),
]
