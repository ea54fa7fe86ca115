"""Schema of a change that a scenario makes to the facilities of a study."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from coverplan.scenario.base import CrsName, LayerName, Model, Name, TypeName, Word
from coverplan.vocabulary import Status
from coverplan.yamlfile import unfit

Year = Annotated[int, Field(ge=1900, le=2200)]


class Place(Model):
    """A facility that exists in the study."""

    layer: LayerName
    """Its layer."""
    id: Name
    """Its id in that layer."""


def _more(part: float | None, whole: float | None) -> bool:
    return part is not None and whole is not None and part > whole


class Fields(Model):
    """What a new or upgraded facility offers."""

    name: Name | None = None
    type: TypeName | None = None
    functions: tuple[Word, ...] | None = None
    grade: Name | None = None
    status: Status | None = None
    unit_code: Name | None = None
    premises_id: Name | None = None
    beds: float | None = Field(default=None, ge=0, le=1e6)
    nursing_beds: float | None = Field(default=None, ge=0, le=1e6)
    places: float | None = Field(default=None, ge=0, le=1e6)
    niches: float | None = Field(default=None, ge=0, le=1e8)
    niches_left: float | None = Field(default=None, ge=0, le=1e8)
    staff: float | None = Field(default=None, ge=0, le=1e6)
    social_workers: float | None = Field(default=None, ge=0, le=1e6)
    floor_area_m2: float | None = Field(default=None, ge=0, le=1e9)
    land_m2: float | None = Field(default=None, ge=0, le=1e9)
    cost: float | None = Field(default=None, ge=0, le=1e12)
    public: bool | None = None

    @model_validator(mode="after")
    def _parts_within(self) -> Fields:
        if _more(self.nursing_beds, self.beds):
            raise unfit("nursing_above_beds", "there are more nursing beds than beds", "at most as many")
        if _more(self.niches_left, self.niches):
            raise unfit("niches_left_above", "more niches are left than there are", "at most as many")
        return self


class Opening(Place):
    """A facility that does not exist yet."""

    x: float
    """x or longitude."""
    y: float
    """y or latitude."""
    crs: CrsName = "EPSG:4326"
    """CRS of x and y."""
    offers: Fields = Fields()
    """What it offers."""


class Moving(Place):
    """A facility that goes to another place."""

    x: float
    """New x or longitude."""
    y: float
    """New y or latitude."""
    crs: CrsName = "EPSG:4326"
    """CRS of x and y."""


class Upgrading(Place):
    """A facility that offers something else."""

    offers: Fields
    """What changes; what is left out stays."""


class Change(Model):
    """One change of the study; exactly one of open, close, move, upgrade."""

    open: Opening | None = None
    """Open a new facility."""
    close: Place | None = None
    """Close a facility."""
    move: Moving | None = None
    """Move a facility."""
    upgrade: Upgrading | None = None
    """Change what a facility offers."""
    year: Year | None = None
    """Year from which the change holds; at once when not given."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Change:
        given = [word for word in ("open", "close", "move", "upgrade") if getattr(self, word) is not None]
        if len(given) != 1:
            raise unfit(
                "one_change",
                "a change is one thing, here are {count} ({given})",
                "exactly one of open, close, move, upgrade",
                "write one list entry for each",
                count=len(given),
                given=", ".join(given) or "—",
            )
        return self
