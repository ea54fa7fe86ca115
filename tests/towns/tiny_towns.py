"""Tiny questions on the toy town, and every answer to them tried out in plain Python with the real indicators.

A town is a ledger of rows, actions on it and targets. `Town.question` builds what the programme solves; `Truth` knows
nothing of it: it carries out every combination of actions and years on the rows, lets `coverplan.indicators.compute`
judge each target, adds up the money, and counts people by walking the grid of streets.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyproj
from shapely import Point

from coverplan.ground.area import StudyArea
from coverplan.indicators import IndicatorContext, compute
from coverplan.programme.actions.action import Action
from coverplan.programme.actions.covers import Covers
from coverplan.programme.actions.variants import make_variants
from coverplan.programme.asking.question import PeopleAim, Question
from coverplan.programme.asking.targets import Wanted, requirements_of, wanted_targets
from coverplan.programme.solving.stages import Answer, answer
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.scenario.scenario_file import Standard
from coverplan.scenario.siting_file import SitingAsk
from coverplan.service.measure import Surveyor
from coverplan.siting.solvers.search import Search
from towns import toyledger as toy
from towns import toytown
from towns.toyledger import TOWN_A, TOWN_B

#: A source of places, which every block needs; the tests make their actions by hand.
STREETS = {"name": "streets", "kind": "streets", "spacing_m": 100}
EXACT = Search(gap=0.0, seed=7)


def spot(row: int, column: int) -> Point:
    """Node of the toy town."""
    return Point(toytown.xy(row, column))


def unit_at(point: Point) -> str:
    """Town in which a node lies: columns 0 and 1 are A."""
    return TOWN_A if point.x < toytown.xy(0, 1.5)[0] else TOWN_B


def opening(
    name: str, unit: str | None = None, *, layer="elder_care", type="institution", cost=1.0, at=None, **more
) -> Action:
    """Opening at a place of its own, or at a node; `offers` says what it offers."""
    fields = {"type": type, **({} if unit is None else {"unit_code": unit}), **more.pop("offers", {})}
    place = None if at is None else spot(*at)
    where = unit if place is None else unit_at(place)
    return Action(
        key=f"open/{name}", kind="open", layer=layer, type=type, offer=more.pop("offer", 0), facility=None,
        site=more.pop("site", name), place=place, unit=where, fields=fields, cost=cost, **more,
    )  # fmt: skip


def change(
    kind,
    facility: str,
    *,
    layer="elder_care",
    type="institution",
    cost=1.0,
    fields=None,
    at=None,
    unit=None,
    name="",
    **more,
) -> Action:
    """Upgrade, expansion, move or closure of a facility."""
    place = None if at is None else spot(*at)
    return Action(
        key=f"{kind}/{facility}{name}", kind=kind, layer=layer, type=type, offer=0, facility=facility,
        site=None if at is None else f"node{at}", place=place, unit=unit if place is None else unit_at(place),
        fields=fields or {}, cost=cost, **more,
    )  # fmt: skip


@dataclass
class Town:
    """A tiny question; `more` is further evidence (registers, stocks, other units)."""

    rows: list[dict[str, Any]]
    actions: list[Action]
    targets: list[dict[str, Any]]
    years: tuple[int, ...] = (2025,)
    budgets: dict[int, float] | None = None
    carry_over: bool = True
    exclusive: tuple[tuple[int, ...], ...] = ()
    sharing: tuple[tuple[int, ...], ...] = ()
    standards: tuple[Standard, ...] = ()
    reach: bool = False
    more: dict[str, Any] = field(default_factory=dict)
    ask: dict[str, Any] = field(default_factory=dict)
    wanted: tuple[Wanted, ...] = ()

    def __post_init__(self) -> None:
        self.rows = [{"id": f"f{at}", **row} for at, row in enumerate(self.rows)]
        self.actions = [
            Action(**{name: getattr(one, name) for name in Action.__slots__ if name != "first_year"},
                   first_year=one.first_year or self.years[0])
            for one in self.actions
        ]  # fmt: skip
        named = [{"id": f"T{at}", **{k: v for k, v in one.items() if k != "id" or v != "T"}}
                 for at, one in enumerate(self.targets)]  # fmt: skip
        self.plan = toy.plan(*named)
        self.demand = toytown.demand() if self.reach else None

    def context(self, year: int, rows: list[dict[str, Any]]) -> IndicatorContext:
        """Evidence of a year over some rows."""
        evidence = toy.context(*rows, year=year, **self.more)
        if not self.reach:
            return evidence
        return IndicatorContext(
            **{**evidence.__dict__, "coverage": lambda asked: self.walked(asked, rows, year)}
        )

    def walked(self, asked: Any, rows: list[dict[str, Any]], year: int) -> pd.DataFrame | None:
        """People within reach, counted on the grid: one street is one minute."""
        if not any(row.get("layer", "elder_care") == asked.facilities.layer for row in rows):
            return None
        covered = self.covered(
            rows, asked.facilities.layer, asked.facilities.types, float(asked.minutes), year
        )
        people = toytown.demand().people[asked.group]
        unit = toytown.demand().unit
        sums = [(float((people * covered)[unit == u].sum()), float(people[unit == u].sum())) for u in (1, 2)]
        return pd.DataFrame(sums, columns=["covered", "total"], index=[TOWN_A, TOWN_B])

    @staticmethod
    def covered(rows, layer, types, minutes, year) -> np.ndarray:
        """Shape (25,): nodes within so many streets of a facility that serves."""
        found = np.zeros(25, dtype=bool)
        nodes = [spot(r, c) for r in range(5) for c in range(5)]
        for row in rows:
            place = row.get("geometry")
            serves = row.get("opened") is None or math.isnan(row["opened"]) or row["opened"] <= year
            if place is None or row.get("layer", "elder_care") != layer or not serves:
                continue
            if types and row.get("type") not in types:
                continue
            for at, node in enumerate(nodes):
                away = abs(node.x - place.x) + abs(node.y - place.y)
                found[at] |= away <= minutes * toytown.STREET_M + 1e-6
        return found

    def question(self) -> Question:
        """What the programme is asked."""
        variants = {year: make_variants(toy.facilities(*self.rows), self.actions) for year in self.years}
        ask = SitingAsk.model_validate(
            {"targets": "computable", "years": self.years, "candidates": [STREETS], **self.ask}
        )
        self.wanted = wanted_targets(
            self.plan,
            ask,
            variants=variants,
            before=lambda year: self.context(year, self.rows),
            demand=self.demand,
        )
        covers = None
        if self.reach:
            area = StudyArea(pyproj.CRS(toytown.CRS), None)
            surveyor = Surveyor(
                toytown.network(), toytown.demand(), toytown.units(), area, dict(PRESETS), 60.0
            )
            covers = Covers(surveyor, variants)
        aims = tuple(PeopleAim(s, s.groups[0], toytown.demand().people[s.groups[0]]) for s in self.standards)
        return Question(
            tuple(self.actions), self.years, self.budgets, self.carry_over, requirements_of(self.wanted),
            aims, covers, self.exclusive, self.sharing,
        )  # fmt: skip

    def answer(self, *, then: str = "nothing", search: Search = EXACT) -> Answer:
        """What the programme answers."""
        return answer(self.question(), then=then, search=search)


@dataclass
class Truth:
    """Every plan of a tiny town, tried out."""

    town: Town
    _met: dict[tuple[int, frozenset[int]], frozenset[str]] = field(default_factory=dict)
    _people: dict[tuple[int, frozenset[int]], float] = field(default_factory=dict)

    def rows_after(self, done: frozenset[int], year: int) -> list[dict[str, Any]]:
        """The ledger once some actions are done."""
        rows = [dict(row) for row in self.town.rows]
        for at in sorted(done):
            action = self.town.actions[at]
            fields = dict(action.fields)
            if fields.get("functions") is not None:
                fields["functions"] = frozenset(fields["functions"])
            if action.kind == "open":
                rows.append({"id": f"new{at}", "layer": action.layer, "geometry": action.place,
                             "unit": action.unit, "opened": float(year), **fields})  # fmt: skip
                continue
            mine = [
                r for r in rows if r["id"] == action.facility and r.get("layer", "elder_care") == action.layer
            ]
            if action.kind == "close":
                rows.remove(mine[0])
            elif action.kind == "move":
                mine[0].update(geometry=action.place, unit=action.unit)
            else:
                mine[0].update(fields)
        return rows

    def met(self, done: frozenset[int], year: int) -> frozenset[str]:
        """Targets that hold at the end of a year, as the indicators themselves judge it."""
        key = year, done
        if key not in self._met:
            values = compute(
                self.town.plan, self.town.context(year, self.rows_after(done, self.town.years[0]))
            )
            self._met[key] = frozenset(
                t.id for t, v in zip(self.town.plan.targets, values, strict=True) if v.verdict.status == "met"
            )
        return self._met[key]

    def people(self, done: frozenset[int], year: int) -> float:
        """People within all standards at the end of a year."""
        key = year, done
        if key not in self._people:
            rows = self.rows_after(done, self.town.years[0])
            self._people[key] = sum(
                float((toytown.demand().people[s.groups[0]] * self.town.covered(rows, s.layer, s.types, s.minutes, year)).sum())
                for s in self.town.standards
            )  # fmt: skip
        return self._people[key]

    def plans(self):
        """Every choice of a year or nothing for every action, where nothing excludes anything."""
        options = [(None, *(y for y in self.town.years if y >= a.first_year)) for a in self.town.actions]
        for years in itertools.product(*options):
            plan = {at: year for at, year in enumerate(years) if year is not None}
            if all(sum(at in plan for at in group) <= 1 for group in self.town.exclusive):
                yield plan

    def until(self, plan: dict[int, int], year: int) -> frozenset[int]:
        """Actions of a plan that have taken effect."""
        return frozenset(at for at, when in plan.items() if when <= year)

    def keeps_targets(self, plan: dict[int, int], asked: dict[str, int]) -> bool:
        """Every target holds in its year and in the last one."""
        last = self.town.years[-1]
        return all(
            name in self.met(self.until(plan, year), year)
            for name, due in asked.items()
            for year in {due, last}
        )

    def bills(self, plan: dict[int, int]):
        """Money by year: whoever opens no earlier than a dearer one at the same place is its guest."""
        rank = {at: (action.cost, action.key) for at, action in enumerate(self.town.actions)}
        guests = {
            at
            for group in self.town.sharing
            for at in group
            for host in group
            if at in plan and host in plan and rank[host] > rank[at] and plan[host] <= plan[at]
        }
        bill = dict.fromkeys(self.town.years, 0.0)
        for at, year in plan.items():
            action = self.town.actions[at]
            cost = 0.0 if math.isnan(action.cost) else action.cost
            bill[year] += cost - (action.saving if at in guests else 0.0)
        yield bill

    def affordable(self, bill: dict[int, float]) -> bool:
        """Within the money of each year, with or without what was left before."""
        if self.town.budgets is None:
            return True
        left = 0.0
        for year in self.town.years:
            left = self.town.budgets.get(year, 0.0) + (left if self.town.carry_over else 0.0) - bill[year]
            if left < -1e-9:
                return False
        return True

    def cost(self, plan: dict[int, int]) -> float | None:
        """Least cost of a plan within the budgets; None where it cannot be paid."""
        paid = [sum(bill.values()) for bill in self.bills(plan) if self.affordable(bill)]
        return min(paid, default=None)

    def unknown(self, plan: dict[int, int]) -> int:
        """Actions of unknown cost."""
        return sum(math.isnan(self.town.actions[at].cost) for at in plan)

    def asked(self) -> dict[str, int]:
        """Targets that became constraints, with the year they are due."""
        return {one.target.id: one.due for one in self.town.wanted if one.state == "constraint"}

    def good_plans(self) -> list[tuple[dict[int, int], float]]:
        """Plans that keep all targets and budgets, with their cost."""
        asked = self.asked()
        found = []
        for plan in self.plans():
            cost = self.cost(plan)
            if cost is not None and self.keeps_targets(plan, asked):
                found.append((plan, cost))
        return found


def stage(found: Answer, name: str) -> Any:
    """A stage of an answer."""
    return next((one for one in found.stages if one.name == name), None)


__all__ = [
    "EXACT",
    "TOWN_A",
    "TOWN_B",
    "Town",
    "Truth",
    "change",
    "date",
    "opening",
    "spot",
    "stage",
    "unit_at",
]
