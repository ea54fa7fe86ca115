"""Supply, fairness and resting places of a run, in the tables that its result holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from coverplan.answer.service_check import ledger_year
from coverplan.ground.facilities import Facilities
from coverplan.scenario.load import Loaded
from coverplan.service.burial.figures import BurialFigures, burial_figures
from coverplan.service.burial.tables import Burial, burial_of
from coverplan.service.fairness import equity_table, lorenz_table
from coverplan.service.measure import Measured, Surveyor
from coverplan.service.supply.tables import Supplied, supply_of, supply_table, utilisation_table
from coverplan.study.load import Study


@dataclass(frozen=True, slots=True)
class ServiceAnswers:
    """What is known of a run beyond who is covered.

    Parameters
    ----------
    supplied
        Supply against demand of every standard.
    burial
        Resting places, where the scenario asks for them.
    tables, summary
        For the result.
    """

    supplied: tuple[Supplied, ...]
    burial: Burial | None
    tables: Mapping[str, pd.DataFrame]
    summary: Mapping[str, Any]


def service_answers(
    loaded: Loaded,
    study: Study,
    surveyor: Surveyor,
    measured: tuple[Sequence[Measured], Sequence[Measured] | None],
    facilities: Facilities,
) -> ServiceAnswers:
    """Hold capacity against people, and say how evenly it is shared.

    Parameters
    ----------
    loaded, study, surveyor, facilities
        The run, after the scenario's changes.
    measured
        Standards after the changes, and before them where there are any.
    """
    after, before = measured
    scenario = loaded.scenario
    demand, units = surveyor.demand, surveyor.units
    supplied = tuple(supply_of(one, surveyor, facilities) for one in after)
    old = None if before is None else [supply_of(one, surveyor, study.facilities) for one in before]
    attribute = None if scenario.equity is None else scenario.equity.attribute
    tables = {
        "supply": supply_table(supplied, demand, units),
        "utilisation": utilisation_table(supplied, facilities, demand, units),
        "equity": equity_table(supplied, old, demand, units, attribute),
        "lorenz": lorenz_table(supplied, demand),
    }
    summary: dict[str, Any] = {"supply": [_described(one) for one in supplied if one.ask is not None]}
    burial = None
    figures = None if scenario.burial is None else burial_figures(scenario.burial)
    first_year = ledger_year(study.file, scenario)
    if scenario.burial is not None and figures is not None and first_year is not None:
        burial = burial_of(
            scenario.burial,
            figures,
            facilities,
            demand,
            units,
            present=study.facilities,
            first_year=first_year,
        )
        tables |= {"burial": burial.units, "burial_places": burial.places}
        summary["burial"] = {"layer": scenario.burial.layer, **_figures(figures, burial)}
    filled = {name: table for name, table in tables.items() if len(table)}
    return ServiceAnswers(supplied, burial, filled, summary)


def _described(one: Supplied) -> dict[str, Any]:
    """A question of supply with the figures of the whole area."""
    assert one.ask is not None
    assert one.access is not None
    assert one.places is not None
    ask, access, places = one.ask, one.access, one.places
    return {
        "standard": one.one.standard.key,
        **ask.model_dump(mode="json"),
        "group": one.group,
        "capacity": access.supply_total,
        "capacity_unreached": access.supply_unreached,
        "facilities": len(access.site_ids),
        "facilities_unknown": access.sites_unknown,
        "served_minutes": places.person_minutes / served if (served := float(places.served.sum())) else None,
    }


def _figures(figures: BurialFigures, burial: Burial) -> dict[str, Any]:
    return {
        "deaths_per_1000": {str(year): value for year, value in figures.deaths_per_1000.items()},
        "cremation_share": figures.cremation_share,
        "niche_share": figures.niche_share,
        "drive_minutes": figures.drive_minutes,
        "sources": dict(figures.sources),
        "years": [burial.years[0], burial.years[-1]],
        "sets": [one.model_dump(mode="json") for one in figures.sets],
    }
