"""National reference targets: dated figures with evidence, held beside a plan's own targets and never counted."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field

from coverplan.plan.kinds import PresenceOrReach, RatioOfSums, Strict, UnitPresence
from coverplan.plan.schema import Names, Plan, Target

FOLDER = Path(__file__).parent / "references"


class Reference(Strict):
    """A figure that somebody above the district has set or named."""

    id: str
    """Short name."""
    names: Names
    """What it is a figure of."""
    measure: str
    """Unit of measure."""
    values: dict[int, Decimal] = Field(min_length=1)
    """Figure by year."""
    source: Names
    """Where it comes from."""
    secondary: bool
    """Taken from a report about the document, which itself was not read."""
    matches: Literal["nursing_beds_of_beds", "elder_care_in_villages_and_communities"]
    """Which targets it stands beside."""

    def due(self, year: int) -> tuple[int, Decimal] | None:
        """Latest figure that is due by a year, with its year; None when none is."""
        years = [one for one in self.values if one <= year]
        return None if not years else (max(years), self.values[max(years)])


@cache
def references() -> tuple[Reference, ...]:
    """Every reference that comes along, in file order."""
    found: list[Reference] = []
    for file in sorted(FOLDER.glob("*.yaml")):
        found += [Reference.model_validate(one) for one in yaml.safe_load(file.read_text(encoding="utf-8"))]
    return tuple(found)


def reference_of(target: Target, plan: Plan) -> Reference | None:
    """The reference that a target stands beside, or None."""
    return next((one for one in references() if _MATCHES[one.matches](target, plan)), None)


def _nursing(target: Target, plan: Plan) -> bool:
    del plan
    indicator = target.indicator
    if not isinstance(indicator, RatioOfSums) or target.measure != "%":
        return False
    return indicator.numerator.field == "nursing_beds" and indicator.denominator.field == "beds"


def _near(target: Target, plan: Plan) -> bool:
    indicator = target.indicator
    if not isinstance(indicator, UnitPresence | PresenceOrReach) or indicator.units is None:
        return False
    types = set(plan.unit_sets[indicator.units].types)
    return types <= {"community", "village"} and all(
        one.layer == "elder_care" for one in indicator.facilities
    )


_MATCHES = {"nursing_beds_of_beds": _nursing, "elder_care_in_villages_and_communities": _near}
