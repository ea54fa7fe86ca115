"""Schema of a scenario's ``siting:`` block: which targets are to be met, by which actions, when and for how much."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from coverplan.scenario.base import LayerName, Model, Name, Slug, TypeName, Word
from coverplan.scenario.candidate_file import CandidateSources, SitingPlaces, StreetCandidates
from coverplan.scenario.change_file import Fields, Year
from coverplan.vocabulary import UnitType
from coverplan.yamlfile import unfit

NumberField = Literal[
    "beds", "nursing_beds", "places", "niches", "niches_left", "staff", "social_workers", "floor_area_m2"
]
Amounts = dict[NumberField, Annotated[float, Field(gt=0)]]


class OpenOffer(Model):
    """A kind of facility that may be opened."""

    layer: LayerName
    """Its layer."""
    type: TypeName
    """Its type."""
    tier: Word | None = None
    """Name of the size or tier, where a type is offered in several."""
    offers: Fields = Fields()
    """What each one offers, once open."""
    unit_level: tuple[UnitType, ...] = ()
    """The facility belongs to the unit of one of these types in which it lies; to the deepest one by default."""
    within: tuple[UnitType, ...] = ()
    """Only where the deepest unit is of one of these types."""
    lead_years: int = Field(default=0, ge=0, le=50)
    """Years from the first year of the question until one can open at the earliest."""
    apart_m: float | None = Field(default=None, gt=0)
    """Least straight-line distance between two new ones of this kind."""


class Alteration(Model):
    """Something that may be done to existing facilities."""

    layer: LayerName
    """Layer of the facilities."""
    types: tuple[TypeName, ...] = ()
    """Only of these types; all of the layer by default."""
    ids: tuple[Name, ...] = ()
    """Only these facilities; all by default."""
    lacks: tuple[Literal["grade", "functions"], ...] = ()
    """Only facilities of which nothing is known in these fields."""
    lead_years: int = Field(default=0, ge=0, le=50)
    """Years from the first year of the question until it can take effect at the earliest."""


class Upgrade(Alteration):
    """Existing facilities may offer something else: functions, a grade, another type."""

    offers: Fields = Fields()
    """What changes; what is left out stays."""
    converts: dict[Literal["beds"], Literal["nursing_beds"]] = Field(default_factory=dict)
    """Existing amounts that are turned into others: all beds that are no nursing beds yet."""
    adds: Amounts = Field(default_factory=dict)
    """Amounts that come on top."""


class Expansion(Alteration):
    """Existing facilities may be enlarged."""

    adds: Amounts = Field(default_factory=dict)
    """Amounts that come on top."""
    raises_to: Amounts = Field(default_factory=dict)
    """Amounts that are brought up to a size; facilities that have it already, or of unknown size, are left out."""

    @model_validator(mode="after")
    def _something(self) -> Expansion:
        if not self.adds and not self.raises_to:
            raise unfit(
                "expands_nothing", "an expansion enlarges nothing", "adds or raises_to", "name an amount"
            )
        return self


class Closure(Alteration):
    """Existing facilities may be closed."""


class Move(Alteration):
    """Existing facilities may move to a candidate place."""

    within_m: float = Field(default=1500.0, gt=0)
    """No farther than this in a straight line."""


class Sharing(Model):
    """Layers that may share premises, which costs less than two places."""

    compatible: tuple[tuple[TypeName, TypeName], ...] = ()
    """Pairs of types that may share; a cemetery or columbarium shares with nothing."""
    with_existing: bool = True
    """A new facility may also move in with an existing one of a compatible type."""


class Variant(Model):
    """One thing that is looked at differently, to see which sites stay."""

    name: Word
    """Short name."""
    speed: float = Field(default=1.0, gt=0)
    """Factor on every walking and driving speed."""
    minutes: float = Field(default=1.0, gt=0)
    """Factor on every standard's minutes."""
    people: dict[Name, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    """Factor on the people of a unit and of everything in it."""


class FrontierAsk(Model):
    """How the least cost grows with one target's value."""

    target: Name
    """Id of the target."""
    values: tuple[float, ...] = Field(min_length=1, max_length=12)
    """Values to ask for, in the target's measure."""


class NextOnes(Model):
    """How many more of which type, and whose way to one they are to shorten."""

    standard: Slug
    """Key of the standard; people of its first group are brought within it."""
    new: int = Field(ge=1, le=200)
    """How many more at most; one that would bring nobody new is left out."""
    type: TypeName | None = None
    """Type of what opens; the first one that the standard counts by default."""


class PeopleAsk(SitingPlaces):
    """Where the next ones should go, so that the most people come within a standard; no plan is needed."""

    most_people: NextOnes
    """How many more of what, for whom."""
    candidates: CandidateSources = (StreetCandidates(name="streets", kind="streets", spacing_m=150.0),)
    """Where candidates come from; street corners at least 150 m apart by default."""
    costs: Name | None = None
    """Cost file, relative to this file, to say what they would cost."""
    gap: float = Field(default=0.0, ge=0, lt=1)
    """Relative gap at which a proof is good enough."""
    time_limit_s: float = Field(default=120.0, gt=0)
    """Wall clock; an answer stopped by it is marked as not reproducible."""


class SitingAsk(SitingPlaces):
    """Which actions, in which years, meet the targets of the plan; and what is best done with what is left."""

    targets: Literal["binding", "computable"] | tuple[Name, ...] = "binding"
    """Targets that must be met: the binding ones, all that can be computed, or those listed."""
    years: tuple[Year, ...] = Field(min_length=1, max_length=15)
    """Years in which something may open or change, ascending; the scenario looks at the last one."""
    due: dict[Name, Year] = Field(default_factory=dict)
    """Another year for a target than the plan's, by target id."""
    overdue_by: Year | None = None
    """Year by which targets are made good whose own year is past; the last year by default."""
    costs: Name | None = None
    """Cost file, relative to this file; without one the number of actions is made least."""
    budgets: dict[Year, Annotated[float, Field(ge=0)]] | None = None
    """Money of each year; those of the cost file by default. A year without one has none."""
    limit_budgets: bool = True
    """False: budgets are shown and not kept to."""
    carry_over: bool = True
    """What is left of a year's money may be spent later."""
    then: Literal["most_people", "same_cost", "nothing"] = "most_people"
    """After the targets: as many people within the standards as the money that is left can buy, as many as the least
    cost allows, or nothing."""
    standards: tuple[Name, ...] = ()
    """Standards whose people count, by name; all of the scenario by default, each by its first group."""
    open: tuple[OpenOffer, ...] = ()
    """What may be opened."""
    upgrade: tuple[Upgrade, ...] = ()
    """What may be upgraded."""
    expand: tuple[Expansion, ...] = ()
    """What may be enlarged."""
    move: tuple[Move, ...] = ()
    """What may move."""
    close: tuple[Closure, ...] = ()
    """What may close."""
    share: Sharing = Sharing()
    """Who may share premises."""
    gap: float = Field(default=0.005, ge=0, lt=1)
    """Relative gap at which a proof is good enough."""
    time_limit_s: float = Field(default=120.0, gt=0)
    """Wall clock for each of the questions; an answer stopped by it is marked as not reproducible."""
    robustness: tuple[Variant, ...] = ()
    """Variants under which the same question is asked again."""
    frontier: tuple[FrontierAsk, ...] = ()
    """Targets whose price is shown at several values."""


def _which_question(value: Any) -> str:
    if isinstance(value, dict):
        return "of people" if "most_people" in value else "of targets"
    return "of people" if isinstance(value, PeopleAsk) else "of targets"


SitingQuestion = Annotated[
    Annotated[SitingAsk, Tag("of targets")] | Annotated[PeopleAsk, Tag("of people")],
    Discriminator(_which_question),
]
