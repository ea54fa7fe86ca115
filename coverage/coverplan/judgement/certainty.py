"""How safe coverage figures and verdicts are: in how many draws they stay, and which cause turns them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import UnitTree
from coverplan.indicators import IndicatorContext, IndicatorValue, compute
from coverplan.indicators.compute import compute_all
from coverplan.indicators.evidence import Evidence
from coverplan.judgement.drawn_supply import FAILURES, Drawn, DrawnSupply, failure, supply_ranges
from coverplan.judgement.study_evidence import asking_places, points_by_unit, standard_of
from coverplan.plan.kinds import ReachQuestion, ServedWithin
from coverplan.plan.schema import Plan, Target
from coverplan.reach.matrix import Reach
from coverplan.scenario.scenario_file import ScenarioFile, Standard
from coverplan.service.cover import WHOLE_AREA
from coverplan.service.measure import Measured, Surveyor
from coverplan.service.reached import reach_of_sites
from coverplan.service.uncertainty.covered import (
    COMING,
    CoveredByUnit,
    Levels,
    covered_by_unit,
    shifted_facilities,
    widest,
)
from coverplan.service.uncertainty.draws import Draws, draw, interval
from coverplan.units import BoolArray, FloatArray
from coverplan.vocabulary import NUMBER_FIELDS

UNCERTAINTY_COLUMNS = ("standard", "unit_code", "group", "share", "low", "middle", "high", "draws")
CERTAINTY_COLUMNS = (
    "target_id", "verdict", "draws", "same", "met", "on_track", "behind", "not_met", "cannot_be_judged", "low",
    "middle", "high", "causes",
)  # fmt: skip
TORNADO_COLUMNS = (
    "target_id",
    "standard",
    "group",
    "cause",
    "at_low",
    "at_high",
    "verdict_low",
    "verdict_high",
)
#: Fields that err with a facility's capacity.
CAPACITIES = ("beds", "nursing_beds", "places", "niches", "niches_left", "staff", "social_workers")
_OF_PEOPLE = frozenset({"per_1000", "per_10k", "control_total", "population_within", "served_within"})
_TornadoRow = tuple[str | None, str | None, str | None, str, float, float, str | None, str | None]
STATUSES = ("met", "on_track", "behind", "not_met", "cannot_be_judged")


@dataclass
class Certainty:
    """Draws of one run and what was read off them.

    Parameters
    ----------
    surveyor, facilities, year
        What the run was measured with.
    draws
        Rows of drawn values.
    """

    surveyor: Surveyor
    facilities: Facilities
    year: int | None
    draws: Draws
    failed: Counter[str] = field(default_factory=Counter)
    _shifted: Facilities | None = None
    _places: dict[str, DrawnSupply] = field(default_factory=dict)
    _known: dict[str, dict[str, CoveredByUnit]] = field(default_factory=dict)
    _asked: dict[str, CoveredByUnit | None] = field(default_factory=dict)

    @cached_property
    def codes(self) -> pd.Index[str]:
        """Codes of the units, ascending; the whole area's where there are none."""
        return pd.Index(points_by_unit(self.surveyor.demand, self.surveyor.units)[2], name="code")

    @cached_property
    def factors(self) -> FloatArray:
        """Shape (rows, units + 1): factor on the people of each deepest unit."""
        return Levels.of(self.surveyor.units).factors(self.draws)

    def covered(self, standard: Standard, group: str, one: Measured | None = None) -> CoveredByUnit:
        """People covered in every draw; a standard is measured once for all of its groups."""
        key = standard.model_copy(
            update={"groups": ("total",), "name": None, "supply": None}
        ).model_dump_json()
        found = self._known.setdefault(key, {})
        if group not in found:
            measured = one or self.surveyor.measure(standard, self.facilities, self.year)
            groups = tuple(dict.fromkeys((*measured.standard.groups, group)))
            found |= covered_by_unit(
                measured,
                groups,
                self.surveyor,
                self.facilities,
                self.draws,
                year=self.year,
                shifted=self._shifted_reach(measured),
            )
        return found[group]

    def asked(self, question: ReachQuestion) -> CoveredByUnit | None:
        """People covered in every draw by a plan's question of reach; None where nobody can be asked."""
        key = question.model_dump_json()
        if key not in self._asked:
            profile = self.surveyor.profiles.get(question.profile)
            layer = self.facilities.of_layer(question.facilities.layer)
            silent = profile is None or self.surveyor.network is None or not layer.any()
            self._asked[key] = None if silent else self.covered(standard_of(question), question.group)
        return self._asked[key]

    @property
    def drawn(self) -> Drawn:
        """What every draw is made of."""
        return Drawn(self.surveyor, self.facilities, self.year, self.draws, self.factors, self._shifted)

    def places(self, question: ServedWithin) -> DrawnSupply:
        """A question of places as it was measured, with pairs as far as any draw needs them; kept for all draws."""
        key = question.model_dump_json()
        if key not in self._places:
            one = self.surveyor.measure(asking_places(question), self.facilities, self.year)
            self._places[key] = DrawnSupply.of(
                self.drawn,
                one,
                group=question.reach.group,
                field=question.field,
                per_1000=float(question.per_1000),
            )
        return self._places[key]

    def _shifted_reach(self, one: Measured) -> Reach | None:
        if self._shifted is None or not self.draws.shifted.any():
            return None
        return reach_of_sites(one, self.surveyor, self._shifted, one.sites, wider=widest(self.draws))


@dataclass(frozen=True, slots=True)
class DrawnReach:
    """Answers a plan's questions of reach as one draw has it."""

    certainty: Certainty
    row: int
    usual: IndicatorContext

    def __call__(self, question: ReachQuestion) -> pd.DataFrame | None:
        """Covered and all people by code of the deepest unit, as `IndicatorContext.coverage` gives them."""
        if self.usual.coverage is None or question.group not in self.certainty.surveyor.demand.people:
            return None
        if (found := self.certainty.asked(question)) is None:
            return None
        total = found.people[self.row, : len(self.certainty.codes)]
        peopled = np.flatnonzero(total > 0)
        return pd.DataFrame(
            {"covered": found.covered[self.row, peopled], "total": total[peopled]},
            index=self.certainty.codes[peopled],
        )


@dataclass(frozen=True, slots=True)
class DrawnPlaces:
    """Answers a plan's questions of places as one draw has it."""

    certainty: Certainty
    row: int
    usual: IndicatorContext

    def __call__(self, question: ServedWithin) -> pd.DataFrame | None:
        """People served, perhaps served, and all, in the area; None where the run could not say."""
        known = self.certainty
        if (
            DrawnReach(known, self.row, self.usual)(question.reach) is None
            or question.field not in NUMBER_FIELDS
        ):
            return None
        people, places = known.places(question).places(self.row)
        counted = points_by_unit(known.surveyor.demand, known.surveyor.units)[0]
        sums = {"served": places.served, "unknown": places.unknown, "total": people}
        return pd.DataFrame({name: [float(values[counted].sum())] for name, values in sums.items()})


def uncertainty_tables(
    scenario: ScenarioFile,
    surveyor: Surveyor,
    measured: Sequence[Measured],
    facilities: Facilities,
    plan: tuple[Plan, IndicatorContext] | None,
) -> dict[str, pd.DataFrame]:
    """Draw everything that is uncertain, and say what becomes of coverage and verdicts.

    Returns
    -------
    dict
        ``uncertainty``: columns `UNCERTAINTY_COLUMNS`, for the whole area and every unit of the middle level; nine of
        ten draws lie between ``low`` and ``high``. ``supply_range``: as `supply_ranges` gives it. ``certainty`` (with a plan): columns `CERTAINTY_COLUMNS`, for
        every target that was judged; ``same`` counts the draws with the verdict of the run, ``causes`` lists what
        turns it alone. ``tornado``: columns `TORNADO_COLUMNS`, what each cause does alone. ``failed_draws``: what
        went wrong in draws that failed, and in how many. Empty without draws.
    """
    ask, year = scenario.uncertainty, scenario.year
    if not ask.draws:
        return {}
    coming = bool(facilities.table["status"].isin(COMING).any()) and year is not None
    shifted = shifted_facilities(facilities) if ask.datum_shift else None
    draws = draw(
        ask,
        scenario.seed,
        units=len(Levels.of(surveyor.units).codes),
        facilities=len(facilities.table),
        coming=coming,
        shiftable=shifted is not None,
    )
    known = Certainty(surveyor, facilities, year, draws, _shifted=shifted)
    tables = {
        "uncertainty": _coverage_rows(known, measured, surveyor.units),
        "tornado": _coverage_tornado(known, measured),
    }
    supplied = supply_ranges(known.drawn, measured, known.failed)
    if len(supplied):
        tables["supply_range"] = supplied
    if plan is not None:
        tables |= _verdict_tables(known, *plan, tables["tornado"])
    if known.failed:
        tables["failed_draws"] = pd.DataFrame(sorted(known.failed.items()), columns=["reason", "count"])
    return tables


def _coverage_rows(known: Certainty, measured: Sequence[Measured], units: UnitTree) -> pd.DataFrame:
    levels, together = Levels.of(units), known.draws.count
    rows = []
    for one in measured:
        for group in one.standard.groups:
            found = known.covered(one.standard, group, one)
            names = one.standard.key, group
            rows.append(
                _interval_row(names, WHOLE_AREA, found.share()[:together], _share(one, known, group, None))
            )
            for at, code in enumerate(levels.codes):
                chosen = levels.of_unit == at
                if found.people[0, chosen].sum() > 0:
                    usual = _share(one, known, group, chosen)
                    rows.append(_interval_row(names, code, found.share_of(chosen)[:together], usual))
    for row in rows:
        row["draws"] = known.draws.count
    return pd.DataFrame(rows, columns=list(UNCERTAINTY_COLUMNS))


def _share(one: Measured, known: Certainty, group: str, chosen: np.ndarray | None) -> float:
    """Share covered as the run has it."""
    demand = known.surveyor.demand
    people = np.where(demand.inside, demand.people[group], 0.0)
    if chosen is not None:
        people = people * chosen[demand.unit]  # outside every unit is the last place, and -1
    total = people.sum()
    return float(people[one.coverage.covered].sum() / total) if total > 0 else float("nan")


def _interval_row(names: tuple[str, str], code: str, shares: FloatArray, usual: float) -> dict[str, object]:
    return {"standard": names[0], "unit_code": code, "group": names[1], "share": usual, **interval(shares)}


def _coverage_tornado(known: Certainty, measured: Sequence[Measured]) -> pd.DataFrame:
    rows = []
    for one in measured:
        for group in one.standard.groups:
            shares = known.covered(one.standard, group, one).share()
            for cause, low, high in _sides(known.draws):
                rows.append((None, one.standard.key, group, cause, shares[low], shares[high], None, None))
    return pd.DataFrame(rows, columns=list(TORNADO_COLUMNS))


def _sides(draws: Draws) -> list[tuple[str, int, int]]:
    """Cause with the rows in which it is low and high."""
    return [
        (cause, draws.count + at, draws.count + at + 1)
        for at, (cause, side) in enumerate(draws.alone)
        if side == "low"
    ]


def _verdict_tables(
    known: Certainty, plan: Plan, context: IndicatorContext, tornado: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    usual = {value.target_id: value for value in compute(plan, context) if _judged(value)}
    judged = [target for target in plan.targets if target.id in usual]
    if not judged:
        return {"tornado": tornado}
    varying = tuple(target for target in judged if _can_vary(target, known))
    found: list[dict[str, IndicatorValue] | None] = [None] * known.draws.rows
    if varying:
        asked = plan.model_copy(update={"targets": varying})
        rows_of = _Rows(known, Evidence(asked, context))
        found = [rows_of.values(row) for row in range(known.draws.rows)]
    rows: list[dict[str, object]] = []
    turned: list[_TornadoRow] = []
    for target in judged:
        was = usual[target.id]
        values: list[IndicatorValue | None] = [was] * known.draws.rows
        if target in varying:
            values = [None if one is None else one[target.id] for one in found]
        alone = _alone(target.id, values, known.draws)
        turned += alone
        rows.append(_certainty_row(was, values[: known.draws.count], alone))
    more = pd.DataFrame(turned, columns=list(TORNADO_COLUMNS))
    parts = [part for part in (tornado, more) if len(part)]
    return {
        "certainty": pd.DataFrame(rows, columns=list(CERTAINTY_COLUMNS)),
        "tornado": pd.concat(parts, ignore_index=True) if parts else tornado,
    }


def _can_vary(target: Target, known: Certainty) -> bool:
    """Whether anything that is drawn enters the target: reach, people, capacities, or openings near the year."""
    kind, said = target.indicator.kind, target.indicator.model_dump_json()
    if kind in _OF_PEOPLE or getattr(target.indicator, "reach", None) is not None:
        return True
    if any(f'"{name}"' in said for name in CAPACITIES):
        return True
    table = known.facilities.table
    opened = table["opened"].where(table["status"].isin(COMING))
    year = known.year
    late = known.draws.late.max(initial=0)
    return year is not None and bool(((opened <= year) & (opened + late > year)).any())


def _certainty_row(
    was: IndicatorValue, values: Sequence[IndicatorValue | None], alone: Sequence[_TornadoRow]
) -> dict[str, object]:
    """In how many draws a verdict stays, and which causes turn it by themselves."""
    together = [value for value in values if value is not None]
    status = str(was.verdict.status)
    counts = Counter(str(value.verdict.status) for value in together)
    causes = [row[3] for row in alone if {row[6], row[7]} - {status, None}]
    return {
        "target_id": was.target_id,
        "verdict": status,
        "draws": len(together),
        "same": counts[status],
        **{word: counts[word] for word in STATUSES},
        **interval(np.array([_amount(value) for value in together])),
        "causes": tuple(dict.fromkeys(causes)),
    }


def _judged(value: IndicatorValue) -> bool:
    return value.origin == "computed" and value.verdict.status != "report_only"


@dataclass(frozen=True)
class _Rows:
    """What varies of a plan, as each row has it."""

    known: Certainty
    usual: Evidence

    def values(self, row: int) -> dict[str, IndicatorValue] | None:
        """Every target as one draw has it; None where the draw failed, which is counted by what went wrong."""
        known, context = self.known, self.usual.context
        people = context.people
        drawn = replace(
            context,
            people=None
            if people is None
            else pd.DataFrame(
                self._usual_people * self._people[row][:, None], index=people.index, columns=people.columns
            ),
            facilities=self._facilities(row),
            facilities_in=None,
            places=None if context.places is None else DrawnPlaces(known, row, context),
            coverage=None if context.coverage is None else DrawnReach(known, row, context),
        )
        try:
            return {value.target_id: value for value in compute_all(self.usual.with_figures(drawn))}
        except FAILURES as error:
            known.failed[failure(error)] += 1
            return None

    @cached_property
    def _usual_people(self) -> FloatArray:
        """Shape (units of the people, groups): people as the run has them."""
        assert self.usual.context.people is not None  # the caller saw to it
        return self.usual.context.people.to_numpy(dtype=np.float64)

    @cached_property
    def _people(self) -> FloatArray:
        """Shape (rows, units of the people): factors; that of people outside every unit for a code that is none."""
        assert self.usual.context.people is not None  # the caller saw to it
        known = pd.Index(self.known.surveyor.units.codes)
        return self.known.factors[:, known.get_indexer(self.usual.context.people.index)]

    @cached_property
    def _asked(self) -> tuple[str, ...]:
        """Fields that err and that the plan asks for."""
        said = self.usual.plan.model_dump_json()
        return tuple(name for name in CAPACITIES if f'"{name}"' in said)

    @cached_property
    def _coming(self) -> BoolArray:
        return self.usual.context.facilities.table["status"].isin(COMING).to_numpy()

    @cached_property
    def _columns(self) -> dict[str, NDArray[Any]]:
        """Columns of the facilities as the run has them."""
        facilities = self.usual.context.facilities
        return {name: facilities.column(name) for name in facilities.names}

    def _facilities(self, row: int) -> Facilities:
        """Capacities and opening years as one draw has them."""
        facilities, draws = self.usual.context.facilities, self.known.draws
        if len(facilities) != draws.capacity.shape[1]:
            return facilities
        columns = dict(self._columns)
        for name in self._asked:
            columns[name] = columns[name] * draws.capacity[row]
        late = np.where(self._coming, draws.late[row], 0)
        if late.any():
            columns["opened"] = columns["opened"] + late
        # laid out as a table, each draw's facilities would take longer than all that is asked of them
        return Facilities.of_columns(columns, facilities.crs, facilities.layer_public)


def _alone(target: str, values: Sequence[IndicatorValue | None], draws: Draws) -> list[_TornadoRow]:
    """What each cause does to a target by itself, where it does anything; a row that failed says nothing of it."""
    rows: list[_TornadoRow] = []
    for cause, low, high in _sides(draws):
        at_low, at_high = values[low], values[high]
        if at_low is None or at_high is None:
            continue
        words = str(at_low.verdict.status), str(at_high.verdict.status)
        amounts = _amount(at_low), _amount(at_high)  # as they are told, not by the last digits of a decimal
        if words[0] != words[1] or not np.array_equal(*amounts, equal_nan=True):
            rows.append((target, None, None, cause, *amounts, *words))
    return rows


def _amount(value: IndicatorValue) -> float:
    return float("nan") if value.value is None else float(Fraction(value.value))
