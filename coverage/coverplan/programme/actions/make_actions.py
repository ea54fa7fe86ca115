"""Every action that a scenario allows: openings at candidate places, and what may be done to existing facilities."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import shapely

from coverplan.candidates.pool import Candidates
from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import UnitTree
from coverplan.programme.actions.action import Action, Kind
from coverplan.programme.actions.costs import UNKNOWN_COST, CostFile
from coverplan.programme.actions.together import exclusive, sharing
from coverplan.scenario.siting_file import Alteration, Expansion, Move, OpenOffer, SitingAsk, Upgrade
from coverplan.vocabulary import NUMBER_FIELDS

#: Improvements of one facility are combined up to so many.
_MOST_TOGETHER = 4


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be done, and what of it excludes or helps each other.

    Parameters
    ----------
    actions
        In key order (R11).
    exclusive
        Groups of positions of which at most one is done.
    sharing
        Openings at one candidate place that may share premises.
    left_out
        How many places or facilities each rule of the offers left out, by reason (R10).
    """

    actions: tuple[Action, ...]
    exclusive: tuple[tuple[int, ...], ...]
    sharing: tuple[tuple[int, ...], ...]
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Improvement:
    """One upgrade or expansion of one facility: what it offers afterwards."""

    kind: str
    number: int
    entry: Alteration
    row: Mapping[str, Any]
    fields: dict[str, Any]


@dataclass
class Maker:
    """Makes the actions of a question.

    Parameters
    ----------
    ask
        What the scenario allows.
    facilities
        Facilities that stand or are promised until the last year, without any action.
    candidates
        Places; None where nothing opens.
    costs
        Rates; None: every cost is unknown.
    units
        Roster of units.
    """

    ask: SitingAsk
    facilities: Facilities
    candidates: Candidates | None
    costs: CostFile | None
    units: UnitTree
    left_out: dict[str, int]

    def make(self) -> Allowed:
        """All actions with their groups."""
        made = [*self._openings(), *self._alterations()]
        made.sort(key=lambda action: action.key)
        actions = tuple(made)
        return Allowed(
            actions, tuple(exclusive(self.ask, actions)), tuple(sharing(self.ask, actions)), self.left_out
        )

    # openings

    def _openings(self) -> Iterator[Action]:
        for number, offer in enumerate(self.ask.open):
            if self.candidates is not None:
                yield from self._at_candidates(number, offer)
            if self.ask.share.with_existing and self.ask.share.compatible:
                yield from self._with_existing(number, offer)

    def _at_candidates(self, number: int, offer: OpenOffer) -> Iterator[Action]:
        assert self.candidates is not None  # the caller looked
        rows = self._places
        for at in np.flatnonzero(self.candidates.usable(offer.type)).tolist():
            row = rows[at]
            unit = row["unit"] if isinstance(row["unit"], str) else None
            floor = offer.offers.floor_area_m2
            if not self._fits(offer, unit):
                continue
            if floor is not None and row["vacant"] and row["floor_area_m2"] < floor:
                self._leave_out("too_small")
                continue
            yield self._opening(
                number, offer, site=str(row["id"]), place=row["geometry"], unit=unit, name=row["name"],
                vacant=bool(row["vacant"]), host=None,
            )  # fmt: skip

    @cached_property
    def _places(self) -> list[dict[str, Any]]:
        """Candidates as plain rows, which are read many times."""
        return [] if self.candidates is None else self.candidates.table.to_dict("records")

    def _with_existing(self, number: int, offer: OpenOffer) -> Iterator[Action]:
        """Moving in with a facility of a compatible type that serves in the first year and in the last, at its place."""
        partners = {b if a == offer.type else a for a, b in self.ask.share.compatible if offer.type in {a, b}}
        table = self.facilities.table
        stands = self.facilities.open_in(self.ask.years[0]) & self.facilities.open_in(self.ask.years[-1])
        stands &= table["type"].isin(list(partners)).to_numpy()
        for at in np.flatnonzero(stands).tolist():
            row = table.iloc[at]
            point = row.geometry
            if point is None or point.geom_type != "Point" or not row["public"]:
                continue
            unit = row["unit"] if isinstance(row["unit"], str) else None
            if self._fits(offer, unit):
                yield self._opening(
                    number, offer, site=f"with:{row['layer']}:{row['id']}", place=point, unit=unit,
                    name=row["name"], vacant=False, host=(str(row["layer"]), str(row["id"])),
                )  # fmt: skip

    def _opening(
        self,
        number: int,
        offer: OpenOffer,
        *,
        site: str,
        place: shapely.Point,
        unit: str | None,
        name: object,
        vacant: bool,
        host: tuple[str, str] | None,
    ) -> Action:
        fields: dict[str, Any] = {
            key: value
            for key, value in offer.offers.model_dump(exclude_unset=True).items()
            if value is not None
        }
        if "name" not in fields and isinstance(name, str):
            fields["name"] = name
        fields["type"] = offer.type
        level = self.units.ancestor_of_type(unit, offer.unit_level) if unit and offer.unit_level else None
        if level is not None:
            fields["unit_code"] = level
        growth = {key: float(value) for key, value in fields.items() if key in NUMBER_FIELDS}
        cost = self._cost("open", offer.type, growth, vacant=vacant)
        saved = 0.0 if self.costs is None else self.costs.shared_premises_saving
        if host is not None:
            cost *= 1.0 - saved
        tier = f"/{offer.tier}" if offer.tier else ""
        return Action(
            key=f"open/{offer.layer}/{offer.type}{tier}/{number}/{site}",
            kind="open",
            layer=offer.layer,
            type=offer.type,
            offer=number,
            facility=None,
            site=site,
            place=place,
            unit=unit,
            fields=fields,
            cost=cost,
            saving=0.0 if host is not None or math.isnan(cost) else cost * saved,
            first_year=self._first_year(offer.lead_years),
            host=host,
        )

    def _fits(self, offer: OpenOffer, unit: str | None) -> bool:
        if not offer.within:
            return True
        fits = unit is not None and self.units.table.at[unit, "type"] in offer.within
        if not fits:
            self._leave_out("not_for_unit")
        return fits

    # existing facilities

    def _alterations(self) -> Iterator[Action]:
        """What may be done to existing facilities; improvements of one facility also all at once."""
        improvements: dict[tuple[str, str], list[_Improvement]] = {}
        for kind, number, entry in self._entries():
            for row in self._rows(entry):
                fields = (
                    self._upgraded(entry, row) if isinstance(entry, Upgrade) else self._expanded(entry, row)
                )
                if fields is None:
                    self._leave_out("no_change_or_unknown")
                    continue
                found = _Improvement(kind, number, entry, row, fields)
                improvements.setdefault((str(row["layer"]), str(row["id"])), []).append(found)
        for together in improvements.values():
            yield from self._improved(together)
        for number, closure in enumerate(self.ask.close):
            for row in self._rows(closure):
                yield self._action(
                    "close", str(number), closure, row, {}, cost=self._cost("close", row["type"], {})
                )
        for number, move in enumerate(self.ask.move):
            for row in self._rows(move):
                yield from self._moves(number, move, row)

    def _entries(self) -> Iterator[tuple[str, int, Upgrade | Expansion]]:
        for number, upgrade in enumerate(self.ask.upgrade):
            yield "upgrade", number, upgrade
        for number, expansion in enumerate(self.ask.expand):
            yield "expand", number, expansion

    def _improved(self, improvements: Sequence[_Improvement]) -> Iterator[Action]:
        """Each improvement of one facility, and every combination of several that do not set the same field apart."""
        for size in range(1, min(len(improvements), _MOST_TOGETHER) + 1):
            for chosen in combinations(improvements, size):
                fields = _joined(chosen)
                if fields is None:
                    continue
                cost = sum(
                    self._cost(one.kind, one.row["type"], _growth(one.fields, one.row)) for one in chosen
                )
                kind: Kind = "expand" if all(one.kind == "expand" for one in chosen) else "upgrade"
                label = "+".join(f"{one.kind[0]}{one.number}" for one in chosen)
                lead = max((one.entry for one in chosen), key=lambda entry: entry.lead_years)
                yield self._action(kind, label, lead, chosen[0].row, fields, cost=cost)

    def _rows(self, alteration: Alteration) -> list[Mapping[str, Any]]:
        table = self.facilities.table
        chosen = (table["layer"] == alteration.layer).to_numpy() & self.facilities.open_in(self.ask.years[-1])
        if alteration.types:
            chosen &= table["type"].isin(list(alteration.types)).to_numpy()
        if alteration.ids:
            chosen &= table["id"].isin(list(alteration.ids)).to_numpy()
        for field in alteration.lacks:
            chosen &= table[field].isna().to_numpy()
        return list(table[chosen].to_dict("records"))

    def _upgraded(self, upgrade: Upgrade, row: Mapping[str, Any]) -> dict[str, Any] | None:
        fields = {
            key: value
            for key, value in upgrade.offers.model_dump(exclude_unset=True).items()
            if value is not None
        }
        if "functions" in fields and row["functions"] is not None:
            fields["functions"] = tuple(sorted({*fields["functions"], *row["functions"]}))
        amounts = self._grown(upgrade.adds, row)
        if amounts is None:
            return None
        fields |= amounts
        for source, into in upgrade.converts.items():
            if _unknown(row[source]) or _unknown(row[into]):
                return None
            fields[into] = max(float(row[source]), float(row[into]))
        return fields if any(_differs(row.get(key), value) for key, value in fields.items()) else None

    def _expanded(self, expansion: Expansion, row: Mapping[str, Any]) -> dict[str, Any] | None:
        fields = self._grown(expansion.adds, row)
        if fields is None:
            return None
        for name, size in expansion.raises_to.items():
            if _unknown(row[name]) or float(row[name]) >= size:
                return None
            fields[name] = size
        return fields

    @staticmethod
    def _grown(adds: Mapping[Any, float], row: Mapping[str, Any]) -> dict[str, Any] | None:
        """Amounts with what comes on top; None where one of them is unknown today."""
        if any(_unknown(row[name]) for name in adds):
            return None
        return {str(name): float(row[name]) + more for name, more in adds.items()}

    def _moves(self, number: int, move: Move, row: Mapping[str, Any]) -> Iterator[Action]:
        shape, type_ = row["geometry"], row["type"]
        if shape is None or self.candidates is None or type_ not in self.candidates.reasons:
            return
        usable = np.flatnonzero(self.candidates.usable(type_))
        places = self.candidates.table.geometry.to_numpy()[usable]
        near = usable[np.asarray(shapely.distance(places, shape)) <= move.within_m]
        for at in near.tolist():
            place = self.candidates.table.iloc[at]
            yield self._action(
                "move", str(number), move, row, {}, cost=self._cost("move", type_, {}),
                site=str(place["id"]), place=place.geometry, unit=place["unit"],
            )  # fmt: skip

    def _action(
        self,
        kind: Kind,
        label: str,
        entry: Alteration,
        row: Mapping[str, Any],
        fields: Mapping[str, Any],
        *,
        cost: float,
        site: str | None = None,
        place: shapely.Point | None = None,
        unit: str | None = None,
    ) -> Action:
        where = "" if site is None else f"/{site}"
        type_ = fields.get("type", row["type"])
        return Action(
            key=f"{kind}/{row['layer']}/{row['type']}/{label}/{row['id']}{where}",
            kind=kind,
            layer=str(row["layer"]),
            type=str(type_),
            offer=0,
            facility=str(row["id"]),
            site=site,
            place=place if place is not None else row["geometry"],
            unit=unit if unit is not None else row["unit"],
            fields=fields,
            cost=cost,
            first_year=max(
                self._first_year(entry.lead_years), 0 if _unknown(row["opened"]) else int(row["opened"])
            ),
        )

    def _first_year(self, lead_years: int) -> int:
        return self.ask.years[0] + lead_years

    def _cost(self, kind: str, type_: object, growth: Mapping[str, float], *, vacant: bool = False) -> float:
        if self.costs is None or not isinstance(type_, str):
            return UNKNOWN_COST
        return self.costs.cost_of(kind, type_, growth, vacant=vacant)

    def _leave_out(self, reason: str) -> None:
        self.left_out[reason] = self.left_out.get(reason, 0) + 1


def _growth(fields: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, float]:
    """By how much each amount grows; what was unknown counts from zero."""
    return {
        name: float(value) - (0.0 if _unknown(row[name]) else float(row[name]))
        for name, value in fields.items()
        if name in NUMBER_FIELDS
    }


def _joined(chosen: Sequence[_Improvement]) -> dict[str, Any] | None:
    """What a facility offers after several improvements; None where two of them set one field to different values.

    Functions come together, and amounts grow by the sum of the growths.
    """
    row = chosen[0].row
    fields: dict[str, Any] = {}
    for one in chosen:
        for name, value in one.fields.items():
            if name not in fields:
                fields[name] = value
            elif name == "functions":
                fields[name] = tuple(sorted({*fields[name], *value}))
            elif name in NUMBER_FIELDS and not _unknown(row[name]):
                fields[name] = fields[name] + float(value) - float(row[name])
            elif fields[name] != value:
                return None
    return fields


def _unknown(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _differs(today: object, then: object) -> bool:
    if _unknown(today):
        return True
    if isinstance(then, tuple):
        return not isinstance(today, frozenset) or not set(then) <= today
    return today != then
