"""What a ``siting:`` block says, held against plan, study and costs before anything is computed; all at once (R12)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from coverplan.errors import Problems, Severity
from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import UnitTree
from coverplan.plan.kinds import Condition
from coverplan.plan.schema import Plan, Target
from coverplan.programme.actions.costs import CostFile, named_costs
from coverplan.programme.asking.targets import is_asked
from coverplan.programme.asking.translate import TRANSLATIONS
from coverplan.programme.next_ones_check import check_next_ones
from coverplan.scenario.known_words import KnownWords
from coverplan.scenario.scenario_file import ScenarioFile
from coverplan.scenario.siting_file import Alteration, PeopleAsk, SitingAsk, Upgrade
from coverplan.vocabulary import LAYER_TYPES, NUMBER_FIELDS
from coverplan.yamlfile import Document, KeyPath

#: Nothing else belongs where these are.
_APART = "cemetery"
_ALTERATIONS = ("upgrade", "expand", "move", "close")


def check_ask(
    scenario: ScenarioFile,
    document: Document,
    *,
    plan: Plan | None,
    facilities: Facilities | None,
    units: UnitTree | None,
    problems: Problems,
) -> None:
    """Note everything that is wrong with the scenario's ``siting:`` block.

    Parameters
    ----------
    scenario, document
        What is asked and where it stands; without a ``siting:`` block nothing is checked.
    plan
        Plan of the scenario; None where it names none, or one that cannot be read.
    facilities
        Facilities after the scenario's own changes; None where they cannot be read: then no word is held against them.
    units
        Roster of units; None where it cannot be read.
    problems
        Collects what is wrong. What can be worked with is a warning: the nearest plan that works is then shown.
    """
    asked = scenario.siting
    if isinstance(asked, PeopleAsk):
        check_next_ones(scenario, asked, document, facilities, problems)
    elif asked is not None:
        _AskCheck(scenario, asked, document, plan, facilities, units, problems).check()


@dataclass(frozen=True)
class _AskCheck:
    """One block under scrutiny; arguments as in `check_ask`."""

    scenario: ScenarioFile
    ask: SitingAsk
    document: Document
    plan: Plan | None
    facilities: Facilities | None
    units: UnitTree | None
    problems: Problems

    def check(self) -> None:
        self._years()
        self._plan()
        self._standards()
        self._offers()
        self._alterations()
        self._sharing()
        self._variants()
        if self.ask.costs is None:
            self._money(None)
        else:
            before = len(self.problems.errors)
            costs = named_costs(self.document, self.ask, self.problems)
            if len(self.problems.errors) == before:
                self._money(costs)

    def _note(self, place: KeyPath, what: str, *, severity: Severity = "error", **details: Any) -> None:
        self.problems.add(self.document.problem(("siting", *place), what, severity=severity, **details))

    def _twice(self, place: KeyPath, items: Iterable[object], what: str) -> None:
        seen: set[object] = set()
        for at, item in enumerate(items):
            if item in seen:
                self._note(
                    (*place, at), f"the {what} stands twice", value=item, expected="each once", remedy="remove one",
                    code=f"{what}_twice",
                )  # fmt: skip
            seen.add(item)

    @cached_property
    def _known(self) -> KnownWords:
        return KnownWords(self.document, self.problems)

    # years

    def _years(self) -> None:
        years = self.ask.years
        for at, (before, year) in enumerate(pairwise(years), start=1):
            if year <= before:
                what = "the year stands twice" if year == before else "the years do not ascend"
                self._note(
                    ("years", at), what, value=year, expected=f"a year after {before}",
                    remedy="write each year once, the earliest first", code="years_not_ascending",
                )  # fmt: skip
        if self.scenario.year != max(years):
            self.problems.add(
                self.document.problem(
                    ("year",),
                    "the scenario looks at another year than the last one in which something may be done",
                    value=self.scenario.year,
                    expected=f"year: {max(years)}, the last of siting.years",
                    remedy=f"write `year: {max(years)}`, or let the years of siting end with the scenario's",
                    code="year_not_last",
                )
            )
        for name, year in self.ask.due.items():
            self._asked_year(("due", name), year)
        if self.ask.overdue_by is not None:
            self._asked_year(("overdue_by",), self.ask.overdue_by)

    def _asked_year(self, place: KeyPath, year: int) -> None:
        if year not in self.ask.years:
            self._note(
                place, "the year is not among those in which something may be done", value=year,
                expected=f"one of {_listed(self.ask.years)}", remedy="add it to siting.years or take another",
                code="year_not_asked",
            )  # fmt: skip

    # plan

    def _plan(self) -> None:
        if self.scenario.plan is None:
            self._note(
                (), "actions are asked for and the scenario names no plan whose targets they could meet",
                expected="the key plan", remedy="add `plan:` with a plan file or the name of a plan",
                code="no_plan",
            )  # fmt: skip
        if not isinstance(self.ask.targets, str):
            self._twice(("targets",), self.ask.targets, "target")
        if self.plan is None:
            return
        ids = tuple(target.id for target in self.plan.targets)
        if not isinstance(self.ask.targets, str):
            for at, name in enumerate(self.ask.targets):
                self._known.word(("siting", "targets", at), name, ids, "target")
        for name in self.ask.due:
            self._known.word(("siting", "due", name), name, ids, "target")
        if not any(is_asked(target, self.ask) for target in self.plan.targets):
            self._note(
                ("targets",), "no target of the plan is asked", value=self.ask.targets, severity="warning",
                expected="binding, computable or ids of targets", remedy=f"the plan has {_listed(ids)}",
                code="no_target_asked",
            )  # fmt: skip
        self._frontier(self.plan, ids)
        self._horizon(self.plan)
        self._out_of_reach(self.plan)

    def _frontier(self, plan: Plan, ids: tuple[str, ...]) -> None:
        for at, entry in enumerate(self.ask.frontier):
            place = ("frontier", at)
            self._known.word(("siting", *place, "target"), entry.target, ids, "target")
            if entry.target not in ids:
                continue
            target = plan.target(entry.target)
            if not is_asked(target, self.ask) or target.indicator.kind not in TRANSLATIONS:
                self._note(
                    (*place, "target"), "a price is asked of a target that the actions are not to meet",
                    value=entry.target, expected="a target among siting.targets that facilities can change",
                    code="frontier_not_asked",
                )  # fmt: skip
            for number, value in enumerate(entry.values):
                if value < 0 or (target.measure == "%" and value > 100):
                    limits = "0 to 100" if target.measure == "%" else "0 or more"
                    self._note(
                        (*place, "values", number), "the target can never have this value", value=value,
                        expected=f"{limits} ({target.measure})", code="frontier_value",
                    )  # fmt: skip
            self._twice((*place, "values"), entry.values, "value")
        self._twice(("frontier",), [entry.target for entry in self.ask.frontier], "target")

    def _horizon(self, plan: Plan) -> None:
        end = plan.horizon[1]
        later = [year for year in self.ask.years if end is not None and year > end]
        if later:
            self._note(
                ("years",), f"the plan ends in {end}: for {_listed(later)} it promises nothing, and its targets are kept",
                value=list(self.ask.years), severity="warning",
                remedy="end the years with the plan, or ask siting.frontier what the next plan could promise",
                code="year_after_plan", details={"year": end, "later": _listed(later)},
            )  # fmt: skip

    def _out_of_reach(self, plan: Plan) -> None:
        """Targets of layers in which nothing may be done: only what stands can meet them."""
        open_layers = {entry.layer for _, _, entry in self._entries()}
        stuck: dict[str, list[str]] = {}
        for target in plan.targets:
            layers = _layers(target)
            if layers and not layers & open_layers and self._wanted(target):
                stuck.setdefault(" + ".join(sorted(layers)), []).append(target.id)
        for layer, names in stuck.items():
            self._note(
                (), f"nothing may open or change in the layer {layer}, so that only what stands can meet "
                f"{_listed(names)}", severity="warning", expected=f"an entry of open, upgrade or expand for {layer}",
                remedy="add one, or leave these targets out of siting.targets", code="nothing_for_layer", details={"layer": layer, "targets": _listed(names)},
            )  # fmt: skip

    def _wanted(self, target: Target) -> bool:
        return is_asked(target, self.ask) and target.indicator.kind in TRANSLATIONS

    # words

    def _standards(self) -> None:
        keys = [standard.key for standard in self.scenario.standards]
        for at, name in enumerate(self.ask.standards):
            self._known.word(("siting", "standards", at), name, keys, "standard")

    @cached_property
    def _types(self) -> dict[str, frozenset[str]]:
        """Types by layer: those of the vocabulary and the study's own."""
        found = {layer: set(types) for layer, types in LAYER_TYPES.items()}
        if self.facilities is None:
            return {layer: frozenset(types) for layer, types in found.items()}
        table = self.facilities.table
        for layer, type_ in zip(table["layer"], table["type"], strict=True):
            if isinstance(type_, str):
                found.setdefault(str(layer), set()).add(type_)
        return {layer: frozenset(types) for layer, types in found.items()}

    def _entries(self) -> Iterator[tuple[str, int, Any]]:
        for kind in ("open", *_ALTERATIONS):
            for at, entry in enumerate(getattr(self.ask, kind)):
                yield kind, at, entry

    def _layer_and_types(self, place: KeyPath, layer: str, types: Iterable[tuple[KeyPath, str]]) -> None:
        if self.facilities is None:
            return
        self._known.word(("siting", *place, "layer"), layer, self._types, "layer")
        for where, name in types:
            if layer in self._types:
                self._known.word(("siting", *place, *where), name, self._types[layer], "type")

    def _offers(self) -> None:
        if not any(True for _ in self._entries()):
            self._note(
                (), "nothing may be done", severity="warning", expected="entries of open, upgrade, expand, move or close",
                remedy="say what may open or change", code="nothing_allowed",
            )  # fmt: skip
        unit_types = None if self.units is None else {str(kind) for kind in self.units.table["type"]}
        for at, offer in enumerate(self.ask.open):
            self._layer_and_types(("open", at), offer.layer, [(("type",), offer.type)])
            for field in ("within", "unit_level"):
                for number, kind in enumerate(() if unit_types is None else getattr(offer, field)):
                    self._known.word(
                        ("siting", "open", at, field, number), kind, unit_types or (), "unit type"
                    )
            if offer.offers.type is not None and offer.offers.type != offer.type:
                self._note(
                    ("open", at, "offers", "type"), "the entry opens one type and offers another",
                    value=offer.offers.type, expected=offer.type, remedy="remove it", code="two_types",
                )  # fmt: skip
        for kind, at, entry in self._entries():
            first = self.ask.years[0] + entry.lead_years if hasattr(entry, "lead_years") else 0
            if first > max(self.ask.years):
                self._note(
                    (kind, at, "lead_years"), f"it takes effect in {first} at the earliest, after the last year",
                    value=entry.lead_years, severity="warning", expected=f"at most {max(self.ask.years) - self.ask.years[0]}",
                    remedy="add later years, or remove the entry", code="never_in_time", details={"year": first},
                )  # fmt: skip

    def _alterations(self) -> None:
        table = None if self.facilities is None else self.facilities.table
        for kind in _ALTERATIONS:
            for at, entry in enumerate(getattr(self.ask, kind)):
                self._alteration((kind, at), entry, table)

    def _alteration(self, place: KeyPath, entry: Alteration, table: Any) -> None:
        types: list[tuple[KeyPath, str]] = [
            (("types", number), name) for number, name in enumerate(entry.types)
        ]
        if isinstance(entry, Upgrade) and entry.offers.type is not None:
            types.append((("offers", "type"), entry.offers.type))
        self._layer_and_types(place, entry.layer, types)
        here = () if table is None else table.loc[table["layer"] == entry.layer, "id"]
        for number, name in enumerate(() if table is None else entry.ids):
            self._known.word(("siting", *place, "ids", number), name, set(here), "facility")
        if table is not None and entry.layer in self._types and not len(here):
            self._note(
                place, f"the layer {entry.layer} has no facility that could change", severity="warning",
                value=entry.layer, remedy="remove the entry, or add the layer's facilities to the study",
                code="no_facility", details={"layer": str(entry.layer)},
            )  # fmt: skip
        if isinstance(entry, Upgrade) and not (entry.offers.model_fields_set or entry.converts or entry.adds):
            self._note(
                place, "the upgrade changes nothing", expected="offers, converts or adds",
                remedy="say what is there afterwards, or remove the entry", code="upgrades_nothing",
            )  # fmt: skip

    def _sharing(self) -> None:
        layer_of = {type_: layer for layer, types in self._types.items() for type_ in types}
        for at, pair in enumerate(self.ask.share.compatible):
            place = ("share", "compatible", at)
            for number, name in enumerate(pair):
                if self.facilities is not None:
                    self._known.word(("siting", *place, number), name, layer_of, "type")
                if layer_of.get(name) == _APART:
                    self._note(
                        (*place, number), "a cemetery, columbarium or funeral home shares premises with nothing",
                        value=name, expected="types of other layers", remedy="remove the pair", code="cannot_share",
                    )  # fmt: skip
            if pair[0] == pair[1]:
                self._note(
                    place, "a type is to share premises with itself", value=pair[0], expected="two different types",
                    remedy="remove the pair: two of one type are one larger facility", code="shares_with_itself",
                )  # fmt: skip

    def _variants(self) -> None:
        codes = None if self.units is None else set(map(str, self.units.codes))
        for at, variant in enumerate(self.ask.robustness):
            for code in () if codes is None else variant.people:
                self._known.word(("siting", "robustness", at, "people", code), code, codes or (), "unit")
        self._twice(("robustness",), [variant.name for variant in self.ask.robustness], "variant")

    # money

    def _money(self, costs: CostFile | None) -> None:
        years = self.ask.years
        for year in self.ask.budgets or {}:
            if year not in years:
                self._note(
                    ("budgets", year), "money for a year in which nothing may be done", value=year,
                    expected=f"one of {_listed(years)}", remedy="remove it, or add the year to siting.years",
                    code="budget_not_asked",
                )  # fmt: skip
        actions = (
            () if costs is None or self.facilities is None else tuple(self._priced(costs, self.facilities))
        )
        unknown = sorted({f"{kind} {type_}" for kind, type_, cost in actions if math.isnan(cost)})
        if unknown:
            self._note(
                ("costs",), f"nobody says what these cost: {_listed(unknown)}", value=self.ask.costs, severity="warning",
                expected="a figure for each in the cost file",
                remedy="without one as few of them as possible are done, and their cost is missing in every sum",
                code="cost_unknown", details={"names": _listed(unknown)},
            )  # fmt: skip
        self._budget(costs, [cost for _, _, cost in actions])

    def _budget(self, costs: CostFile | None, prices: list[float]) -> None:
        given = self.ask.budgets
        budgets = given if given is not None or costs is None else costs.budgets
        if budgets is None or not self.ask.limit_budgets:
            return
        place: KeyPath = ("budgets",) if given is not None else ("costs",)
        if costs is None:
            self._note(
                place, "there is money and nobody says what anything costs, so that it limits nothing",
                severity="warning", expected="a cost file", remedy="add siting.costs", code="budget_without_costs",
            )  # fmt: skip
            return
        total = sum(budgets.get(year, 0.0) for year in self.ask.years)
        if prices and total < min((0.0 if math.isnan(price) else price) for price in prices):
            cheapest = min(prices)
            what = f"the money buys nothing: {total:g} in {_listed(self.ask.years)}, and the cheapest action costs {cheapest:g}"
            self._note(
                place, what, severity="warning", value=total, expected=f"at least {cheapest:g}, or limit_budgets: false",
                remedy="raise the budgets; what would be needed is shown with `limit_budgets: false`",
                code="budget_buys_nothing",
            )  # fmt: skip

    def _priced(self, costs: CostFile, facilities: Facilities) -> Iterator[tuple[str, str, float]]:
        """Kind, type and least cost of everything that may be done; NaN where a rate that it needs is unknown."""
        table = facilities.table
        vacant = any(getattr(source, "vacant", False) for source in self.ask.candidates)
        shared = 1.0 - (costs.shared_premises_saving if self.ask.share.compatible else 0.0)
        for kind, _, entry in self._entries():
            if kind == "open":
                offered = entry.offers.model_dump(exclude_none=True)
                growth = {name: float(value) for name, value in offered.items() if name in NUMBER_FIELDS}
                yield kind, entry.type, costs.cost_of(kind, entry.type, growth, vacant=vacant) * shared
                continue
            here = table[table["layer"] == entry.layer]
            types = entry.types or tuple(dict.fromkeys(one for one in here["type"] if isinstance(one, str)))
            adds = getattr(entry, "adds", {})
            growth = {str(name): float(value) for name, value in adds.items()}
            for type_ in types:
                if (here["type"] == type_).any():
                    yield kind, type_, costs.cost_of(kind, type_, growth)


def _layers(target: Target) -> set[str]:
    """Layers that a target asks for."""
    return {condition.layer for condition in _conditions(target.indicator)}


def _conditions(part: object) -> Iterator[Condition]:
    if isinstance(part, Condition):
        yield part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from _conditions(getattr(part, name))
    elif isinstance(part, tuple):
        for one in part:
            yield from _conditions(one)


def _listed(items: Iterable[object]) -> str:
    return ", ".join(str(item) for item in items)
