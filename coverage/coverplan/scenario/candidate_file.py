"""Schema of where sites may come from and what rules them out: a part of a scenario's ``siting:`` block."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from coverplan.scenario.base import Model, Name, Slug, Title, TypeName, Word, refuse_twice
from coverplan.scenario.study_file import Source
from coverplan.yamlfile import unfit

CandidateField = Literal["id", "name", "floor_area_m2", "x", "y"]
Types = Annotated[tuple[TypeName, ...], Field(min_length=1)]


class LayerCandidates(Source):
    """Places that stand in a file: vacant public buildings, parcels, what the office has on its list."""

    name: Slug
    """Name of the source; candidates are called ``name:id``."""
    kind: Literal["layer"]
    """Places of a file."""
    columns: dict[CandidateField, Name] = Field(default_factory=dict)
    """Column of each field, where it is not called as the field; rows without a column of ids are numbered."""
    types: Types | None = None
    """Types of facility that may be opened there; every type when not given."""
    vacant: bool = False
    """True: the buildings stand already, and opening there costs what the costs say of vacant buildings."""


class StreetCandidates(Model):
    """Crossings and ends of streets, thinned out evenly."""

    name: Slug
    """Name of the source; candidates are called ``name:number``."""
    kind: Literal["streets"]
    """Nodes of the connected street network inside the study area."""
    spacing_m: float = Field(default=200.0, gt=0, le=100_000)
    """No two are nearer to each other than this, and every node has one within it."""
    types: Types | None = None
    """Types of facility that may be opened there; every type when not given."""


class CellCandidates(Model):
    """Places where people live."""

    name: Slug
    """Name of the source; candidates are called ``name:id``."""
    kind: Literal["cells"]
    """Demand points inside the study area."""
    group: Word = "total"
    """Demand group that is counted."""
    least_people: float = Field(default=1.0, gt=0)
    """People of the group that a point has at least."""
    types: Types | None = None
    """Types of facility that may be opened there; every type when not given."""


class ClusterCandidates(Model):
    """Middles of where the people live whom a standard leaves uncovered (weighted k-means)."""

    name: Slug
    """Name of the source; candidates are called ``name:number``."""
    kind: Literal["clusters"]
    """Each middle is moved to the nearest street node, or to the nearest populated point where there are no streets."""
    standard: Slug
    """Key of the standard; those it does not cover are clustered."""
    group: Word = "total"
    """Demand group that is counted."""
    number: int = Field(default=40, ge=1, le=5_000)
    """How many clusters."""
    types: Types | None = None
    """Types of facility that may be opened there; every type when not given."""


CandidateSource = Annotated[
    LayerCandidates | StreetCandidates | CellCandidates | ClusterCandidates, Field(discriminator="kind")
]


def _one_at_least(sources: tuple[CandidateSource, ...]) -> tuple[CandidateSource, ...]:
    if not sources:
        raise unfit("no_source_of_candidates", "there is no source of candidates", "at least one")
    return sources


# a least length would be counted without the sources that do not fit, and reported beside them
CandidateSources = Annotated[
    tuple[CandidateSource, ...], AfterValidator(_one_at_least), Field(json_schema_extra={"minItems": 1})
]


class Zone(Source):
    """A layer near which nothing may be opened."""

    name: Slug
    """Name of the zone; what it rules out carries the reason ``excluded:name``."""
    buffer_m: float = Field(default=0.0, ge=0)
    """Metres around each shape that belong to the zone, the border included."""
    types: Types | None = None
    """Types of facility that are ruled out; every type when not given."""
    reason: Title | None = None
    """Why, as it is to be printed."""


class ParameterZones(Model):
    """Zones of a dated set of parameters that comes with coverplan."""

    parameters: Slug
    """Id of the set; the guide lists them with their evidence."""
    layers: dict[Word, Source] = Field(default_factory=dict)
    """Layer of each role of the set (farmland, railway ...); roles without one are listed as not checked."""
    distances_m: dict[Word, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    """Metres for roles of which the set gives no distance, or a local rule that differs from it."""
    types: Types | None = None
    """Types of facility that are ruled out; those of the set when not given."""


def _which_exclusion(value: Any) -> str:
    if isinstance(value, dict):
        return "a set" if "parameters" in value else "a zone"
    return "a set" if isinstance(value, ParameterZones) else "a zone"


Exclusion = Annotated[
    Annotated[Zone, Tag("a zone")] | Annotated[ParameterZones, Tag("a set")],
    Discriminator(_which_exclusion),
]


class LandUse(Source):
    """Land use on which facilities may stand."""

    column: Name
    """Column of the land use."""
    allow: tuple[bool | str | int | float, ...] = Field(min_length=1)
    """Values, as they stand in the file, on which a facility may stand."""
    unmapped: Literal["refuse", "allow"] = "refuse"
    """What to do with a place that no shape of the layer covers."""
    types: Types | None = None
    """Types of facility of which this is asked; every type when not given."""


class SitingPlaces(Model):
    """Where sites may come from and what rules them out."""

    candidates: CandidateSources
    """Where candidates come from; at the same place a vacant building goes first, then the earlier source."""
    exclusions: tuple[Exclusion, ...] = ()
    """Where nothing may be opened."""
    least_distance_m: dict[Word, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    """By type: metres, in a straight line, that a new facility keeps from one of its type that serves in the year."""
    largest_slope_percent: float | None = Field(default=None, gt=0, le=1_000)
    """Steepest ground on which a facility may stand; needs an elevation in the study."""
    land_use: LandUse | None = None
    """Land use on which facilities may stand."""

    @model_validator(mode="after")
    def _names_are_unique(self) -> SitingPlaces:
        zones = [zone.name if isinstance(zone, Zone) else zone.parameters for zone in self.exclusions]
        refuse_twice("source of candidates", [source.name for source in self.candidates])
        refuse_twice("exclusion", zones)
        return self
