"""Actions: things that may be done, each with its place, the facility that it leaves behind, its cost and first year."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import shapely

from coverplan.scenario.change_file import Change, Fields, Moving, Opening, Place, Upgrading

Kind = Literal["open", "upgrade", "expand", "move", "close"]

#: Fields of a facility that a change may set, as the schema of changes knows them.
_OFFERED = tuple(Fields.model_fields)


@dataclass(frozen=True, slots=True)
class Action:
    """Something that may be done once.

    Parameters
    ----------
    key
        Unique and stable name; ties are broken by it (R11).
    kind
        What is done.
    layer, type
        Of the facility afterwards; for a closure of the facility that closes.
    offer
        Position of the entry in the question's list of its kind; actions of one entry are alike but for their place.
    facility
        Id of the existing facility that it changes, in its layer; None for an opening.
    site
        Id of the candidate place, None where the facility stays.
    place
        Where the facility stands afterwards, in the study's CRS; None for a closure or where nobody knows.
    unit
        Code of the deepest unit of `place`, or the declared one; None outside every unit.
    fields
        What the facility offers afterwards, as far as the action sets it.
    cost
        Whole cost, charged to the year in which it takes effect; NaN where unknown.
    saving
        What of `cost` is saved when it moves in with another new facility.
    first_year
        Earliest year in which it can take effect.
    host
        Id and layer of the existing facility with which it shares premises; None for its own.
    """

    key: str
    kind: Kind
    layer: str
    type: str
    offer: int
    facility: str | None
    site: str | None
    place: shapely.Point | None
    unit: str | None
    fields: Mapping[str, Any] = field(default_factory=dict)
    cost: float = math.nan
    saving: float = 0.0
    first_year: int = 0
    host: tuple[str, str] | None = None

    @property
    def known_cost(self) -> bool:
        """Whether its cost is known."""
        return not math.isnan(self.cost)

    @property
    def new_id(self) -> str:
        """Id of the facility in the ledger afterwards."""
        return self.facility if self.facility is not None else f"new:{self.type}:{self.site}"

    @property
    def stays(self) -> bool:
        """The facility stands where it stood."""
        return self.kind in {"upgrade", "expand"}

    def change(self, year: int, *, cost: float, crs: str, premises: str | None) -> Change:
        """The action as a change of a scenario that takes effect in a year.

        Parameters
        ----------
        year
            Year of effect.
        cost
            What it costs in the end, with what shared premises save; NaN where unknown.
        crs
            CRS of `place`.
        premises
            Id of the premises that it shares, or None.
        """
        offers = {
            name: value for name, value in self.fields.items() if name in _OFFERED and value is not None
        }
        if not math.isnan(cost) and self.kind != "close":
            offers["cost"] = cost
        if premises is not None:
            offers["premises_id"] = premises
        if self.kind == "close":
            return Change(close=Place(layer=self.layer, id=str(self.facility)), year=year)
        if self.kind == "open":
            assert self.place is not None
            opening = Opening(
                layer=self.layer,
                id=self.new_id,
                x=self.place.x,
                y=self.place.y,
                crs=crs,
                offers=Fields(**offers),
            )
            return Change(open=opening, year=year)
        if self.kind == "move":
            assert self.place is not None
            moving = Moving(layer=self.layer, id=str(self.facility), x=self.place.x, y=self.place.y, crs=crs)
            return Change(move=moving, year=year)
        upgrading = Upgrading(layer=self.layer, id=str(self.facility), offers=Fields(**offers))
        return Change(upgrade=upgrading, year=year)
