"""Costs of actions: a file of rates by type; what it does not say is unknown, never free."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from coverplan.errors import Problems
from coverplan.scenario.base import Model, Name, Numbered, Title, TypeName
from coverplan.scenario.change_file import Year
from coverplan.scenario.siting_file import PeopleAsk, SitingAsk
from coverplan.yamlfile import Document, read_yaml, validate

Money = Annotated[float, Field(ge=0)]
UNKNOWN_COST = math.nan


class Rates(Model):
    """What one type costs; null is unknown, and so is an action without a figure."""

    open: Money | None = None
    """Opening one, before rates by size."""
    upgrade: Money | None = None
    """Upgrading one, before rates by size."""
    expand: Money | None = None
    """Enlarging one, before rates by size."""
    move: Money | None = None
    """Moving one."""
    close: Money | None = None
    """Closing one."""
    per_bed: Money | None = 0.0
    """For every bed that comes."""
    per_nursing_bed: Money | None = 0.0
    """For every nursing bed that comes, on top of the bed."""
    per_place: Money | None = 0.0
    """For every day-care place that comes."""
    per_niche: Money | None = 0.0
    """For every niche that comes."""
    per_staff: Money | None = 0.0
    """For every member of staff that comes."""
    per_social_worker: Money | None = 0.0
    """For every social worker that comes."""
    per_m2: Money | None = 0.0
    """For every square metre of floor that comes."""


#: Amounts whose growth costs something, and the rate by which.
_RATE_OF = {
    "beds": "per_bed",
    "nursing_beds": "per_nursing_bed",
    "places": "per_place",
    "niches": "per_niche",
    "staff": "per_staff",
    "social_workers": "per_social_worker",
    "floor_area_m2": "per_m2",
}


class CostFile(Numbered):
    """What actions cost, and the money of each year."""

    synthetic: bool = False
    """Invented, for learning and testing (R14)."""
    currency: Title
    """Unit of every amount, such as 万元."""
    types: dict[TypeName, Rates]
    """Rates by type."""
    vacant_building_factor: Annotated[float, Field(gt=0, le=1)] = 1.0
    """An opening in a vacant building costs this part of a new one."""
    shared_premises_saving: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Part of its cost that a facility saves which moves in with another."""
    budgets: dict[Year, Money] | None = None
    """Money of each year."""
    source: Name | None = None
    """Where the figures come from."""

    def cost_of(self, kind: str, type_: str, growth: Mapping[str, float], *, vacant: bool = False) -> float:
        """Cost of one action; NaN where a rate that it needs is unknown.

        Parameters
        ----------
        kind
            ``open``, ``upgrade``, ``expand``, ``move`` or ``close``.
        type_
            Type of the facility.
        growth
            By how much each amount of the facility grows; shrinking costs and saves nothing.
        vacant
            An opening in a vacant building.
        """
        rates = self.types.get(type_)
        once = None if rates is None else getattr(rates, kind)
        if rates is None or once is None:
            return UNKNOWN_COST
        total = float(once)
        if kind != "move":
            for field, rate_name in _RATE_OF.items():
                more = growth.get(field, 0.0)
                rate = getattr(rates, rate_name)
                if more > 0 and rate is None:
                    return UNKNOWN_COST
                if more > 0:
                    total += more * rate
        return total * (self.vacant_building_factor if vacant else 1.0)


def read_costs(path: Path, problems: Problems) -> CostFile | None:
    """Read a cost file; None with problems where it cannot be used."""
    document = read_yaml(path, problems)
    return None if document is None else validate(document.in_codes(), CostFile, problems)


def named_costs(document: Document, ask: SitingAsk | PeopleAsk, problems: Problems) -> CostFile | None:
    """Costs of the file that a scenario names; None where it names none, or with problems."""
    if ask.costs is None:
        return None
    path = document.resolve(ask.costs)
    if path.is_file():
        return read_costs(path, problems)
    problems.add(
        document.problem(
            ("siting", "costs"),
            "the cost file does not exist",
            value=ask.costs,
            expected="path of a YAML file, relative to this file",
            code="missing_file",
        )
    )
    return None
