"""Numbers of a run: the coverage table, the summary in ``result.json``, the reconciliation (R6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from coverplan.inputs.people.population import Scaling
from coverplan.reach.speeds.edge_times import CROSSING
from coverplan.reach.speeds.profiles import Profile
from coverplan.results.result import OFF_NETWORK_ALARM, PEOPLE_COLUMNS, RESULT_FORMAT
from coverplan.scenario.load import Loaded
from coverplan.scenario.report_head import report_head
from coverplan.service.cover import WHOLE_AREA, Reason, tally
from coverplan.service.measure import Measured
from coverplan.study.changes import Changed
from coverplan.study.load import Study, people_between
from coverplan.units import FloatArray

#: So many facilities that no street reaches are named.
_NAMED = 10


def coverage_table(
    study: Study, after: list[Measured], *, before: list[Measured] | None, present: list[Measured] | None
) -> pd.DataFrame:
    """Coverage by standard, unit and group as `coverplan.results.result.Result.coverage` describes it.

    Parameters
    ----------
    after
        The result's own measurements.
    before, present
        Those of the unchanged study in the same year, and at the date of the data; each where it differs.
    """
    parts = []
    for i, measured in enumerate(after):
        groups = measured.standard.groups
        rows = tally(measured.coverage, study.demand, study.units, groups)
        if not measured.sites:
            rows["share"] = np.nan
        if before is not None:
            rows = _with_before(rows, study, measured, before[i])
        if present is not None:
            rows = rows.assign(covered_present=_covered(study, present[i]))
        rows.insert(0, "standard", measured.standard.key)
        parts.append(rows)
    table = pd.concat(parts, ignore_index=True)
    for at, column in ((2, "name"), (3, "type")):
        words = study.units.table[column].to_dict()
        table.insert(at, f"unit_{column}", [words.get(code, "") for code in table["unit_code"]])
    return table


def _with_before(rows: pd.DataFrame, study: Study, after: Measured, before: Measured) -> pd.DataFrame:
    """Add what was covered before the changes, and who was gained and lost, people by people."""
    gained = _share_of(study, after, after.coverage.covered & ~before.coverage.covered)
    lost = _share_of(study, after, before.coverage.covered & ~after.coverage.covered)
    old = tally(before.coverage, study.demand, study.units, after.standard.groups)
    return rows.assign(covered_before=old["covered"], gained=gained["covered"], lost=lost["covered"])


def _covered(study: Study, measured: Measured) -> pd.Series:
    """People covered, in the rows of `tally`; NaN where no facility has a place."""
    rows = tally(measured.coverage, study.demand, study.units, measured.standard.groups)
    return rows["covered"] if measured.sites else rows["covered"] * np.nan


def _share_of(study: Study, measured: Measured, chosen: Any) -> pd.DataFrame:
    """Tally in which exactly the chosen points count as covered."""
    reason = np.where(chosen, Reason.COVERED, np.where(study.demand.inside, Reason.TOO_FAR, Reason.BUFFER))
    coverage = replace(measured.coverage, reason=reason.astype(np.int8))
    return tally(coverage, study.demand, study.units, measured.standard.groups)


def summarise(
    study: Study,
    loaded: Loaded,
    changed: Changed,
    after: list[Measured],
    table: pd.DataFrame,
    *,
    proposed: int = 0,
) -> dict[str, Any]:
    """Plain values for ``result.json``, without its ``run`` block; the last `proposed` changes are proposed actions."""
    scenario = loaded.scenario
    summary: dict[str, Any] = {
        "format": RESULT_FORMAT,
        "scenario": {
            "file": loaded.scenario_document.path.name,
            "name": _title(scenario.name),
            "year": scenario.year,
            "language": scenario.language,
            "also_in": list(scenario.also_in),
            **report_head(scenario.report),
        },
        "study": _study(study),
        "warnings": [*_without_place(after), *_warnings(table), *_on_the_way(study, changed, after)],
        "standards": [_standard(study, measured, table, scenario.search_minutes) for measured in after],
        "units": _units(study, table),
        "reconciliation": _reconciliation(study, table),
    }
    if changed.applied or changed.later:
        summary["changes"] = {
            "applied": [_change(loaded, i) for i in changed.applied],
            "later": [_change(loaded, i) for i in changed.later],
            "own": sum(i < len(scenario.changes) - proposed for i in changed.applied),
        }
    return summary


def plain(value: Any) -> Any:
    """A value as JSON knows it; NaN becomes None, a whole float stays a float."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def _title(title: Any) -> Any:
    return title if isinstance(title, str) else title.model_dump()


def _study(study: Study) -> dict[str, Any]:
    population = study.file.population
    return {
        "name": _title(study.file.name),
        "synthetic": study.file.synthetic,
        "as_of": None if study.file.as_of is None else study.file.as_of.isoformat(),
        "crs": study.area.crs.to_string(),
        "crs_name": study.area.crs.name,
        "population_base": population.base,
        "population_spread": population.spread,
        "population_year": study.scalings[-1].year if study.scalings else population.year,
        "people_between_units": float(sum(people_between(study.demand, study.units).values())),
        "population_scalings": [_scaling(scaling) for scaling in study.scalings],
        "units": len(study.units.codes),
        "demand_points": study.demand.points,
        "facilities": len(study.facilities.table),
        "streets": 0 if study.network is None else study.network.edges,
        "sources": [_title(source) for source in study.file.sources],
    }


def _scaling(scaling: Scaling) -> dict[str, Any]:
    """How people came to official numbers, with the factor of each unit and group (R6)."""
    columns = ("code", "group", "before", "official", "factor")
    return {
        "kind": scaling.kind,
        "year": scaling.year,
        "files": list(scaling.files),
        "parent_totals": scaling.parent_totals,
        "factors": [
            {name: plain(row[name]) for name in columns} for row in scaling.factors.to_dict("records")
        ],
    }


def _without_place(after: list[Measured]) -> list[dict[str, Any]]:
    """Standards of which no facility has a place: their coverage cannot be computed, which is not 0."""
    return [
        {
            "code": "no_place" if measured.unplaced else "no_facility",
            "standard": measured.standard.key,
            "count": measured.unplaced,
        }
        for measured in after
        if not measured.sites
    ]


def _warnings(table: pd.DataFrame) -> list[dict[str, Any]]:
    """What must stand at the top of every page (R3)."""
    alarming = table[(table["unit_code"] == WHOLE_AREA) & (table["people"] > 0)]
    alarming = alarming[alarming["off_network"] > OFF_NETWORK_ALARM * alarming["people"]]
    return [
        {
            "code": "off_network_high",
            "standard": row["standard"],
            "group": row["group"],
            "share": plain(row["off_network"] / row["people"]),
        }
        for row in alarming.to_dict("records")
    ]


def _on_the_way(study: Study, changed: Changed, after: list[Measured]) -> list[dict[str, Any]]:
    """Facilities that no street reaches, protected ones without their names; crossing delays without a crossing."""
    table, found = changed.facilities.table, []
    for measured in after:
        doors, standard = measured.doors, measured.standard.key
        if doors is None:
            continue
        cut_off = np.asarray(measured.sites, dtype=np.int64)[~doors.on_network]
        if len(cut_off):
            shown = table.iloc[cut_off][table["public"].iloc[cut_off].to_numpy(dtype=bool)]
            names = [
                str(name or identifier) for name, identifier in zip(shown["name"], shown["id"], strict=True)
            ]
            found.append(
                {
                    "code": "facility_off_network",
                    "standard": standard,
                    "count": len(cut_off),
                    "names": names[:_NAMED],
                }
            )
        network = study.network
        if measured.profile.crossing_s > 0 and network is not None and CROSSING not in network.kinds:
            found.append({"code": "no_crossing", "standard": standard})
    return found


def _standard(study: Study, measured: Measured, table: pd.DataFrame, searched: float) -> dict[str, Any]:
    standard = measured.standard
    rows = table[(table["standard"] == standard.key) & (table["unit_code"] == WHOLE_AREA)]
    return {
        "key": standard.key,
        "layer": standard.layer,
        "types": None if standard.types is None else list(standard.types),
        "groups": list(standard.groups),
        "method": standard.method,
        "minutes": standard.minutes,
        "direction": standard.direction,
        "count": standard.count,
        "profile": described_profile(measured.profile),
        "slope_effect": plain(measured.slope_effect),
        "facilities": {
            "counted": len(measured.sites),
            "outside_area": measured.outside_area,
            "unplaced": measured.unplaced,
            "off_network": _off_network(measured),
        },
        "people": {row["group"]: _people(row) for row in rows.to_dict("records")},
        "points": _points(measured),
        "homes": None if measured.homes is None else {k: plain(v) for k, v in measured.homes.items()},
        "distribution": {group: _distribution(study, measured, group, searched) for group in standard.groups},
    }


def _points(measured: Measured) -> dict[str, int]:
    """How many demand points, peopled or not, have each reason."""
    counts = np.bincount(measured.coverage.reason, minlength=len(Reason))
    return {reason.name.lower(): int(counts[reason]) for reason in Reason}


def described_profile(profile: Profile) -> dict[str, Any]:
    """A profile as plain values, with its source."""
    return {
        "name": profile.name,
        "mode": profile.mode,
        "speed_m_s": profile.speed_m_s,
        "access_speed_m_s": profile.access_speed_m_s,
        "steps_factor": profile.steps_factor,
        "crossing_s": profile.crossing_s,
        "slope_response": profile.slope_response,
        "downhill_gain_cap": profile.downhill_gain_cap,
        "access_first_m": profile.access_first_m,
        "access_second_m": profile.access_second_m,
        "source": profile.source,
    }


def _off_network(measured: Measured) -> int:
    return 0 if measured.doors is None else int((~measured.doors.on_network).sum())


def _people(row: Mapping[Any, Any]) -> dict[str, Any]:
    names = [*PEOPLE_COLUMNS, "share", "mean_minutes"]
    names += [name for name in ("covered_present", "covered_before", "gained", "lost") if name in row]
    return {name: plain(row[name]) for name in names}


def _distribution(study: Study, measured: Measured, group: str, searched: float) -> dict[str, Any]:
    """Minutes within which half, nine in ten and nineteen in twenty of all people of the area reach a facility.

    A quantile is None where fewer than its share found one within the minutes that were searched, people off the
    network among those who did not; and where there are no people.
    """
    coverage, demand = measured.coverage, study.demand
    inside = demand.inside & (demand.people[group] > 0)
    minutes = np.where(np.isnan(coverage.minutes), np.inf, coverage.minutes)[inside]
    people = demand.people[group][inside]
    found = float(people[np.isfinite(minutes)].sum())
    return {
        "people": plain(float(people.sum())),
        "found_people": plain(found),
        "searched_minutes": plain(max(searched, measured.standard.minutes)),
        **{f"p{int(q * 100)}": plain(weighted_quantile(minutes, people, q)) for q in (0.5, 0.9, 0.95)},
    }


def weighted_quantile(values: FloatArray, weights: FloatArray, q: float) -> float:
    """Smallest value below or at which at least the share `q` of the weight lies; NaN without weight."""
    if not weights.sum() > 0:
        return float("nan")
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, q * reached[-1])])


def _units(study: Study, table: pd.DataFrame) -> list[dict[str, Any]]:
    """Units in code order, each with its coverage by standard and group."""
    inside = table[table["unit_code"] != WHOLE_AREA]
    coverage: dict[str, dict[str, dict[str, Any]]] = {}
    for row in inside.to_dict("records"):
        of_unit = coverage.setdefault(row["unit_code"], {})
        of_unit.setdefault(row["standard"], {})[row["group"]] = _people(row)
    return [
        {
            "code": str(code),
            "name": row["name"],
            "type": row["type"],
            "parent": row["parent"] if isinstance(row["parent"], str) else None,
            "households": plain(row["households"]),
            "coverage": coverage.get(str(code), {}),
        }
        for code, row in study.units.table.iterrows()
    ]


def _reconciliation(study: Study, table: pd.DataFrame) -> dict[str, Any]:
    """Input, area and buffer by group; the partition of every standard (R6)."""
    demand = study.demand
    groups: Mapping[str, FloatArray] = demand.people
    whole = table[table["unit_code"] == WHOLE_AREA]
    return {
        "people": {
            group: {
                "input": plain(float(people.sum())),
                "inside": plain(float(people[demand.inside].sum())),
                "buffer": plain(float(people[~demand.inside].sum())),
            }
            for group, people in groups.items()
        },
        "partition": [
            {
                "standard": row["standard"],
                "group": row["group"],
                **{name: plain(row[name]) for name in PEOPLE_COLUMNS[:5]},
            }
            for row in whole.to_dict("records")
        ],
    }


def _change(loaded: Loaded, position: int) -> dict[str, Any]:
    change = loaded.scenario.changes[position]
    return change.model_dump(mode="json", exclude_none=True)
