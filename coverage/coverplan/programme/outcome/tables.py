"""What a programme says, as tables and layers: nothing in here decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from coverplan.ground.units_tree import OUTSIDE
from coverplan.programme.actions.action import Action
from coverplan.programme.asking.targets import Wanted, target_row
from coverplan.programme.outcome.explain import Reason
from coverplan.programme.outcome.frontier import FrontierPoint
from coverplan.programme.outcome.recount import Recount
from coverplan.programme.outcome.robustness import Robustness, chosen_table, variant_table
from coverplan.programme.solving.choose import Programme
from coverplan.text.cells import as_text
from coverplan.units import BoolArray
from coverplan.vocabulary import STREET_TYPES

#: Level of the pages of streets and towns.


@dataclass(frozen=True)
class Told:
    """A programme with everything that was found out about it.

    Parameters
    ----------
    programme, counted, reasons
        The answer, its recount, and why each action is done.
    robustness
        Answers under variants, None where they were not asked.
    frontier
        Prices of targets at several values.
    """

    programme: Programme
    counted: Recount
    reasons: Mapping[int, Reason]
    robustness: Robustness | None = None
    frontier: tuple[FrontierPoint, ...] = ()

    @cached_property
    def ids(self) -> dict[int, str]:
        """Short id of each action that is done, in order of year, layer, type and unit."""
        width = len(str(len(self.programme.done)))
        return {
            at: f"A{number:0{max(2, width)}d}" for number, (at, _) in enumerate(self.programme.done, start=1)
        }

    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables that have rows, by name."""
        found = {
            "actions": self._actions(),
            "action_people": self._action_people(),
            "action_alternatives": self._alternatives(),
            "siting_targets": self._targets(),
            "siting_years": self._years(),
            "siting_people": self._people(),
            "siting_candidates": self._candidate_counts(),
            "siting_robustness": chosen_table(
                self.robustness,
                {self.ids[at]: self.programme.question.actions[at].key for at, _ in self.programme.done},
            ),
            "siting_variants": variant_table(self.robustness),
            "siting_frontier": self._frontier(),
        }
        return {name: table for name, table in found.items() if len(table)}

    # actions

    def _actions(self) -> pd.DataFrame:
        return pd.DataFrame(
            [self._action_row(at, year) for at, year in self.programme.done], columns=_ACTIONS
        )

    def _action_row(self, at: int, year: int) -> dict[str, Any]:
        action, reason = self.programme.question.actions[at], self.reasons[at]
        shown = self._shown(action)
        unit, street = self._units_of(action)
        aim = self._aim_of(action)
        reached = 0.0 if aim is None else self._sum(reason.reached, aim)
        needed = 0.0 if aim is None else self._sum(reason.needed, aim)
        name = self._name(action)
        return {
            "action_id": self.ids[at],
            "year": year,
            "action": self._word(at),
            "layer": action.layer,
            "type": action.type,
            "facility": action.new_id if shown else None,
            "name": name if shown else None,
            "site": action.site if shown else None,
            "unit_code": unit if shown else street,
            "unit_name": self._unit_name(unit if shown else street),
            "street_code": street,
            "street_name": self._unit_name(street),
            **{
                field: _number(action.fields.get(field))
                for field in ("beds", "nursing_beds", "floor_area_m2")
            },
            "cost": self.programme.cost_of(at),
            "saving": action.saving if at in self.programme.answer.guests else 0.0,
            "shared_with": self._shared_with(at) if shown else None,
            "people_reached": reached,
            "people_needed": needed,
            "targets": reason.fails_without,
            "serves": reason.helps,
            "public": shown,
        }

    def _word(self, at: int) -> str:
        action = self.programme.question.actions[at]
        return "share" if action.kind == "open" and self._shared_with(at) is not None else action.kind

    def _shared_with(self, at: int) -> str | None:
        action = self.programme.question.actions[at]
        if action.host is not None:
            return action.host[1]
        if at not in self.programme.answer.guests:
            return None
        beside = [
            other for other, _ in self.programme.done if other != at and self._site(other) == action.site
        ]
        host = self.programme.question.actions[beside[0]] if beside else None
        return None if host is None or not self._shown(host) else host.new_id

    def _site(self, at: int) -> str | None:
        return self.programme.question.actions[at].site

    def _shown(self, action: Action) -> bool:
        """Whether its place may be shown; a protected one appears by unit only."""
        row = self._ledger_row(action)
        ground = self.programme.ground.study.facilities
        after = {
            "layer": action.layer,
            "type": action.type,
            "name": action.fields.get("name"),
            "public": True if row is None else row["public"],
        }
        return ground.shown_after(after, said=action.fields.get("public"))

    def _ledger_row(self, action: Action) -> Mapping[str, Any] | None:
        return self._ledger.get((action.layer, action.facility))

    @cached_property
    def _ledger(self) -> dict[tuple[str, str | None], Mapping[str, Any]]:
        table = self.programme.ground.facilities_in(self.programme.question.years[-1], ()).table
        return {(str(row["layer"]), str(row["id"])): row for row in table.to_dict("records")}

    def _name(self, action: Action) -> str | None:
        if action.fields.get("name") is not None:
            return str(action.fields["name"])
        return self.programme.names.get((action.layer, action.new_id)) or action.new_id

    def _units_of(self, action: Action) -> tuple[str | None, str | None]:
        units = self.programme.ground.study.units
        code = action.unit if action.unit is not None else action.fields.get("unit_code")
        if code is None or code not in units.table.index:
            return None, None
        return str(code), units.ancestor_of_type(str(code), STREET_TYPES)

    def _unit_name(self, code: str | None) -> str | None:
        return None if code is None else str(self.programme.ground.study.units.table.at[code, "name"])

    def _aim_of(self, action: Action) -> str | None:
        for aim in self.programme.question.aims:
            standard = aim.standard
            if standard.layer == action.layer and (standard.types is None or action.type in standard.types):
                return standard.key
        return None

    def _sum(self, points: Mapping[str, BoolArray], key: str) -> float:
        people = next(aim.people for aim in self.programme.question.aims if aim.standard.key == key)
        return float(people[points[key]].sum()) if key in points else 0.0

    def _action_people(self) -> pd.DataFrame:
        """People by action, standard, group and street; only where somebody is reached."""
        demand = self.programme.ground.study.demand
        rows = []
        for at, _ in self.programme.done:
            for aim in self.programme.question.aims:
                reached = self.reasons[at].reached.get(aim.standard.key)
                if reached is None:
                    continue
                needed = self.reasons[at].needed[aim.standard.key]
                for group in aim.standard.groups:
                    people = np.where(demand.inside, demand.people[group], 0.0)
                    for code, both in _by_street(people, reached, needed, self._street_of_point).items():
                        rows.append(
                            {
                                "action_id": self.ids[at],
                                "standard": aim.standard.key,
                                "group": group,
                                "unit_code": code,
                                "reached": both[0],
                                "needed": both[1],
                            }
                        )
        return pd.DataFrame(
            rows, columns=["action_id", "standard", "group", "unit_code", "reached", "needed"]
        )

    @cached_property
    def _street_of_point(self) -> np.ndarray:
        """Shape (points,), object: street or town of each demand point, None outside."""
        units, demand = self.programme.ground.study.units, self.programme.ground.study.demand
        streets = [units.ancestor_of_type(code, STREET_TYPES) for code in units.codes]
        named = np.array([*streets, None], dtype=object)
        return np.asarray(named[np.where(demand.unit == OUTSIDE, len(streets), demand.unit)])

    def _alternatives(self) -> pd.DataFrame:
        actions = self.programme.question.actions
        rows = []
        for at, _ in self.programme.done:
            found = self.reasons[at].alternative
            if found is None or not self._shown(actions[at]):
                continue
            other = None if found.action is None else actions[found.action]
            rows.append(
                {
                    "action_id": self.ids[at],
                    "alternative": None if other is None else other.fields.get("name"),
                    "site": None if other is None else other.site,
                    "unit_name": None if other is None else self._unit_name(other.unit),
                    "extra_cost": found.extra_cost,
                    "people_difference": found.people_difference,
                    "possible": other is not None,
                }
            )
        columns = [
            "action_id",
            "alternative",
            "site",
            "unit_name",
            "extra_cost",
            "people_difference",
            "possible",
        ]
        return pd.DataFrame(rows, columns=columns)

    # targets

    def _targets(self) -> pd.DataFrame:
        return pd.DataFrame([self._target_row(wanted) for wanted in self.programme.wanted], dtype=object)

    def _target_row(self, wanted: Wanted) -> dict[str, Any]:
        target, years = wanted.target, self.programme.question.years
        due = years[-1] if wanted.due is None else wanted.due
        return target_row(
            target,
            due=wanted.due,
            state=self._state(wanted),
            reason=wanted.reason,
            present=self.counted.without[years[0]][target.id],
            without=self.counted.without[due][target.id],
            promised=self.counted.values[due][target.id],
        )

    def _state(self, wanted: Wanted) -> str:
        if wanted.state != "constraint":
            return wanted.state
        if wanted.target.id in self.relaxed_ids:
            return "relaxed"
        years = {one.year for one in wanted.requirements}
        met = all(self.counted.without[year][wanted.target.id].verdict.status == "met" for year in years)
        return "met_anyway" if met else "constraint"

    @cached_property
    def relaxed_ids(self) -> set[str]:
        """Targets that had to give way."""
        requirements = self.programme.question.requirements
        return {requirements[at].target_id for at in self.programme.answer.relief}

    # years

    def _years(self) -> pd.DataFrame:
        question = self.programme.question
        budgets = self.budgets
        rows, left = [], 0.0
        for year in question.years:
            money = float("nan") if budgets is None else float(budgets.get(year, 0.0))
            left = (left if question.carry_over else 0.0) + money - self.counted.spent[year]
            rows.append(
                {
                    "year": year,
                    "budget": money,
                    "spent": self.counted.spent[year],
                    "left": left,
                    "actions": sum(done == year for _, done in self.programme.done),
                }
            )
        return pd.DataFrame(rows)

    @cached_property
    def budgets(self) -> Mapping[int, float] | None:
        """Money of each year; None without any."""
        ask, costs = self.programme.ground.ask, self.programme.costs
        return ask.budgets if ask.budgets is not None or costs is None else costs.budgets

    def _people(self) -> pd.DataFrame:
        demand = self.programme.ground.study.demand
        counted = demand.inside
        rows = [
            {
                "year": year,
                "standard": aim.standard.key,
                "group": group,
                "people": float(demand.people[group][counted].sum()),
                "covered_without": float(
                    demand.people[group] @ self.counted.covered_without[year, aim.standard.key]
                ),
                "covered": float(demand.people[group] @ self.counted.covered[year, aim.standard.key]),
            }
            for year in self.programme.question.years
            for aim in self.programme.question.aims
            for group in aim.standard.groups
        ]
        return pd.DataFrame(rows)

    def _candidate_counts(self) -> pd.DataFrame:
        found = self.programme.candidates
        counts = pd.DataFrame(columns=["source", "reason", "count"]) if found is None else found.counts()
        left = [
            {"source": "offers", "reason": reason, "count": count}
            for reason, count in sorted(self.programme.allowed.left_out.items())
        ]
        return pd.concat(
            [counts, pd.DataFrame(left, columns=["source", "reason", "count"])], ignore_index=True
        )

    def _frontier(self) -> pd.DataFrame:
        return pd.DataFrame(
            [
                {
                    "target_id": point.target,
                    "value": point.value,
                    "cost": point.cost,
                    "bound": point.bound,
                    "actions": point.actions,
                    "status": point.status,
                }
                for point in self.frontier
            ],
            columns=["target_id", "value", "cost", "bound", "actions", "status"],
        )

    # layers

    def layers(self) -> dict[str, gpd.GeoDataFrame]:
        """Layers ``actions`` and ``candidates``; protected places are left out."""
        found = {"actions": self._action_layer(), "candidates": self._candidate_layer()}
        return {name: layer for name, layer in found.items() if layer is not None and len(layer)}

    def _action_layer(self) -> gpd.GeoDataFrame | None:
        rows, shapes = [], []
        known = self.programme.ground.study.facilities.table
        placed = known[known.geometry.notna()]
        pairs = zip(placed["layer"], placed["id"].astype(str), strict=True)
        old = dict(zip(pairs, placed.geometry.centroid, strict=True))
        for at, year in self.programme.done:
            action = self.programme.question.actions[at]
            if action.place is None or not self._shown(action):
                continue
            word = self._word(at)
            unit, _ = self._units_of(action)
            stood = old.get((action.layer, str(action.new_id))) if word == "move" else None
            rows.append(
                {
                    "action_id": self.ids[at],
                    "action": word,
                    "year": year,
                    "layer": action.layer,
                    "type": action.type,
                    "name": as_text(self._name(action)),
                    "facility": as_text(action.new_id),
                    "unit_code": unit,
                    "cost": self.programme.cost_of(at),
                    "mark": _MARKS[word],
                    "from_x": np.nan if stood is None else stood.x,
                    "from_y": np.nan if stood is None else stood.y,
                }
            )
            shapes.append(action.place)
        if not rows:
            return None
        crs = self.programme.ground.study.area.crs
        return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=crs)

    def _candidate_layer(self) -> gpd.GeoDataFrame | None:
        found = self.programme.candidates
        if found is None or not found.count:
            return None
        used = {
            self._site(at)
            for at, _ in self.programme.done
            if self._shown(self.programme.question.actions[at])
        }
        reason = found.reason()
        chosen = found.table["id"].isin([site for site in used if site is not None]).to_numpy()
        state = np.where(chosen, "chosen", np.where(reason == "", "free", "excluded"))
        table = pd.DataFrame(
            {
                "id": [as_text(identifier) for identifier in found.table["id"]],
                "source": found.table["source"].to_numpy(),
                "state": state,
                "reason": np.where(state == "excluded", reason, ""),
            }
        )
        geometry = found.table.geometry.to_numpy()
        return gpd.GeoDataFrame(table, geometry=geometry, crs=self.programme.ground.study.area.crs)


_ACTIONS = [
    "action_id", "year", "action", "layer", "type", "facility", "name", "site", "unit_code", "unit_name", "street_code",
    "street_name", "beds", "nursing_beds", "floor_area_m2", "cost", "saving", "shared_with", "people_reached",
    "people_needed", "targets", "serves", "public",
]  # fmt: skip
_MARKS = {
    "open": "new",
    "share": "share",
    "upgrade": "upgrade",
    "expand": "upgrade",
    "move": "move",
    "close": "close",
}


def _by_street(
    people: np.ndarray, reached: BoolArray, needed: BoolArray, street_of: np.ndarray
) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    either = np.flatnonzero((reached | needed) & (people > 0))
    for code in sorted({str(street_of[at]) for at in either if street_of[at] is not None}):
        here = either[street_of[either] == code]
        found[code] = (float(people[here][reached[here]].sum()), float(people[here][needed[here]].sum()))
    return found


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")
