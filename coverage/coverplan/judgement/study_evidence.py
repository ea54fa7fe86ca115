"""The plan held against the study: evidence, verdicts, gaps, trajectories, clusters of the uncovered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import geopandas as gpd
import numpy as np
import pandas as pd

from coverplan.ground.demand import Demand
from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.indicators import IndicatorContext
from coverplan.indicators.compute import compute_all
from coverplan.indicators.evidence import Evidence
from coverplan.judgement.gaps import gap_table, shortfall, trajectory
from coverplan.judgement.unit_targets import unit_targets
from coverplan.judgement.verdict_date import date_of
from coverplan.plan.kinds import ReachQuestion, ServedWithin
from coverplan.plan.schema import Plan
from coverplan.scenario.scenario_file import Clusters, ScenarioFile, Standard
from coverplan.scenario.supply_ask import SupplyAsk
from coverplan.service.burial.figures import burial_figures
from coverplan.service.burial.tables import burial_of
from coverplan.service.clusters import uncovered_clusters
from coverplan.service.cover import WHOLE_AREA
from coverplan.service.measure import Measured, Surveyor, counts_protected
from coverplan.service.supply.places import Places
from coverplan.service.supply.tables import supply_of
from coverplan.study.load import Study
from coverplan.study.printed import PrintedEvidence
from coverplan.units import BoolArray, Int32Array
from coverplan.vocabulary import NUMBER_FIELDS

#: Register of the yearly need of niches by unit, for plans that hold capacity against it.
NICHES_NEEDED = "niches_needed"
_COVERED = pd.Index(["covered", "total"])


@dataclass(frozen=True, slots=True)
class ReachAnswers:
    """Answers a plan's questions of reach from travel times, measured once for each question.

    Parameters
    ----------
    study, facilities, year
        What is on the ground in the year looked at.
    surveyor
        Measures standards.
    """

    study: Study
    facilities: Facilities
    year: int | None
    surveyor: Surveyor

    def __call__(self, question: ReachQuestion) -> pd.DataFrame | None:
        """Covered and all people of the question's group by code of the deepest unit; None where it cannot be said."""
        demand = self.study.demand
        standard = standard_of(question)
        profile = self.surveyor.profiles.get(question.profile)
        usable = profile is not None and self.surveyor.network is not None
        if not usable or question.group not in demand.people:
            return None
        matching = self.facilities.of_layer(question.facilities.layer)
        if not matching.any():
            return None
        covered = self.surveyor.measure(standard, self.facilities, self.year).coverage.covered
        return DeepestUnits(self.study, question.group)(covered)


@dataclass(frozen=True, slots=True)
class PlacesAnswers:
    """Answers a plan's questions of places by an exact assignment, measured once for each question."""

    reach: ReachAnswers

    def __call__(self, question: ServedWithin) -> pd.DataFrame | None:
        """People served and perhaps served by code of the deepest unit; None where it cannot be said."""
        study, surveyor = self.reach.study, self.reach.surveyor
        if self.reach(question.reach) is None or question.field not in NUMBER_FIELDS:
            return None
        one = surveyor.measure(asking_places(question), self.reach.facilities, self.reach.year)
        places = supply_of(one, surveyor, self.reach.facilities).places
        assert places is not None
        return served_by_deepest_unit(study, question.reach.group, places)


def asking_places(question: ServedWithin) -> Standard:
    """Standard that answers a plan's question of places."""
    ask = SupplyAsk.model_construct(
        field=question.field, group=question.reach.group, per_1000=float(question.per_1000)
    )
    return standard_of(question.reach).model_copy(update={"supply": ask})


def served_by_deepest_unit(study: Study, group: str, places: Places) -> pd.DataFrame:
    """Columns ``served``, ``unknown`` and ``total`` by code of the deepest unit."""
    people = study.demand.people[group]
    share = [
        np.divide(part, people, out=np.zeros(len(people)), where=people > 0)
        for part in (places.served, places.unknown)
    ]
    served, unknown = map(DeepestUnits(study, group), share)
    return served.rename(columns={"covered": "served"}).assign(unknown=unknown["covered"])


def evidence(
    study: Study,
    facilities: Facilities,
    scenario: ScenarioFile,
    surveyor: Surveyor,
    printed: PrintedEvidence,
    *,
    facilities_in: Callable[[int], Facilities] | None = None,
) -> IndicatorContext:
    """Everything indicators are computed from, as of the scenario's date.

    `facilities_in` gives the facilities of other years where changes take effect in the course of time.
    """
    as_of = date_of(study, scenario)
    context = evidence_at(study, facilities, scenario, surveyor, printed, as_of=as_of, year=scenario.year)
    return replace(context, facilities_in=facilities_in)


def evidence_at(
    study: Study,
    facilities: Facilities,
    scenario: ScenarioFile,
    surveyor: Surveyor,
    printed: PrintedEvidence,
    *,
    as_of: dt.date,
    year: int | None,
) -> IndicatorContext:
    """Everything indicators are computed from, as of a date; `year` decides who serves within reach."""
    context = IndicatorContext(
        units=study.units,
        facilities=facilities,
        as_of=as_of,
        people=_people(study),
        population_base=study.file.population.base,
        people_year=study.file.population.year,
        coverage=(reach := ReachAnswers(study, facilities, year, surveyor)),
        places=PlacesAnswers(reach),
        reported={key: _typed_in(value) for key, value in scenario.reported.items()},
        data_year=None if study.file.as_of is None else study.file.as_of.year,
    )
    found = printed.beside(context)
    need = _niches_needed(study, facilities, scenario)
    return found if not need else replace(found, registers={NICHES_NEEDED: need, **found.registers})


def _niches_needed(study: Study, facilities: Facilities, scenario: ScenarioFile) -> dict[str, Decimal]:
    """Niches that each street needs in the first year, as the scenario's ``burial`` reckons them."""
    figures = None if scenario.burial is None else burial_figures(scenario.burial)
    year = study.file.as_of.year if study.file.as_of else study.file.population.year or scenario.year
    if scenario.burial is None or figures is None or year is None:
        return {}
    found = burial_of(
        scenario.burial,
        figures,
        facilities,
        study.demand,
        study.units,
        present=study.facilities,
        first_year=year,
    )
    return {code: Decimal(str(amounts[0])) for code, amounts in found.need.items()}


def plan_tables(plan: Plan, context: IndicatorContext) -> dict[str, pd.DataFrame]:
    """Tables ``gaps``, ``shortfall`` and ``trajectory`` of `coverplan.judgement.gaps`, and ``unit_targets``."""
    known = Evidence(plan, context)
    values = compute_all(known)
    return {
        "gaps": gap_table(plan, values, context.units, context.facilities),
        "shortfall": shortfall(values, context.units, context.facilities),
        "unit_targets": unit_targets(known, values),
        "trajectory": trajectory(plan, context, _years(plan, context)),
    }


def plan_summary(plan: Plan, gaps: pd.DataFrame) -> dict[str, object]:
    """The plan in ``result.json``: its name, how many targets have which verdict, and every target."""
    counts = gaps["verdict"].value_counts()
    said = plan.model_dump(mode="json")
    return {
        "id": plan.id,
        "names": plan.names.model_dump(),
        "synthetic": plan.synthetic,
        **{part: said[part] for part in ("source", "conflicts", "findings")},
        "verdicts": {status: int(counts[status]) for status in sorted(counts.index)},
        "targets": [
            {
                "id": target,
                "verdict": row["verdict"],
                "as_of": row["as_of"].isoformat(),
                **{column: _written(row[column]) for column in ("reason", "present", "target", "gap")},
                "short": list(row["short"]),
                "unsure": list(row["unsure"]),
            }
            for target, row in gaps.to_dict("index").items()
        ],
    }


def cluster_table(
    study: Study, measured: Sequence[Measured], facilities: Facilities, asked: Clusters
) -> gpd.GeoDataFrame | None:
    """Clusters of uncovered people of every standard and group, in the columns of `coverplan.service.clusters`.

    Standards that count a protected place are left out: what is uncovered would show where it stands.
    """
    found = []
    for one in measured:
        if counts_protected(one, facilities):
            continue
        for group in one.standard.groups:
            table = uncovered_clusters(
                study.demand,
                ~one.coverage.covered,
                group=group,
                radius_m=asked.radius_m,
                least_people=asked.least_people,
                units=study.units,
                network=study.network,
                crs=study.area.crs.to_string(),
            )
            table.insert(0, "standard", one.standard.key)
            table.insert(1, "group", group)
            found.append(table)
    filled = [table for table in found if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else None


def standard_of(question: ReachQuestion) -> Standard:
    """Standard that answers a plan's question of reach."""
    types = question.facilities.types
    return Standard(
        layer=question.facilities.layer,
        types=tuple(sorted(types)) if types else None,
        groups=(question.group,),
        profile=question.profile,
        minutes=float(question.minutes),
    )


def points_by_unit(demand: Demand, units: UnitTree) -> tuple[BoolArray, Int32Array, tuple[str, ...]]:
    """Points whose people count, the place of each point's deepest unit among some codes, and these codes.

    People of the area who live in no unit count nowhere; where a study has no units, the whole area is one,
    `coverplan.service.cover.WHOLE_AREA`.
    """
    if not units.codes:
        return demand.inside, np.zeros(demand.points, dtype=np.int32), (WHOLE_AREA,)
    return demand.inside & (demand.unit != OUTSIDE), demand.unit, units.codes


def _people(study: Study) -> pd.DataFrame:
    """People by code of the deepest unit and group, of all points that count."""
    demand = study.demand
    counted, unit, units = points_by_unit(demand, study.units)
    codes = np.array(units, dtype=object)[unit[counted]]
    table = pd.DataFrame({group: people[counted] for group, people in demand.people.items()})
    return table.groupby(pd.Index(codes, name="code")).sum().sort_index()


class DeepestUnits:
    """Covered and all people of a group by code of the deepest unit, for units in which a point lies.

    Parameters
    ----------
    study
        People and units.
    group
        Whose people.
    """

    def __init__(self, study: Study, group: str) -> None:
        counted, places, codes = points_by_unit(study.demand, study.units)
        # points that do not count are added up apart, at the end
        self._unit = np.where(counted, places, len(codes)).astype(np.int64)
        self._people, self._rows = study.demand.people[group], len(codes) + 1
        self._there = np.bincount(self._unit, minlength=self._rows)[:-1] > 0
        self._total = self._sums(self._people)
        self._index = pd.Index(np.array(codes, dtype=object)[self._there], name="code", dtype=object)

    def _sums(self, people: np.ndarray) -> np.ndarray:
        return np.bincount(self._unit, weights=people, minlength=self._rows)[:-1][self._there]

    def __call__(self, covered: np.ndarray) -> pd.DataFrame:
        """Columns ``covered`` and ``total`` by ``code``; `covered` has shape (points,)."""
        values = np.column_stack((self._sums(self._people * covered), self._total))
        return pd.DataFrame(values, index=self._index, columns=_COVERED, copy=False)


def _typed_in(value: float | str) -> Decimal | str:
    return value if isinstance(value, str) else Decimal(str(value))


def _written(value: object) -> str | None:
    """Text of a number or word; None where pandas keeps nothing."""
    return None if value is None or value != value else str(value)  # noqa: PLR0124  (NaN is not equal to itself)


def _years(plan: Plan, context: IndicatorContext) -> range:
    """From the earliest base to the last target year of the plan."""
    known = [year for t in plan.targets for year in (t.base.year, t.goal.year) if year is not None]
    return range(min([context.year, *known]), max([context.year, *known]) + 1)
