"""The one place where kinds of indicator are registered: what each is, in which version, and who computes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from coverplan.indicators import capacity, counts, people, presence, shares
from coverplan.indicators.evidence import Evidence
from coverplan.indicators.measurement import Measurement
from coverplan.plan.schema import Target

MeasureFunction = Callable[[Any, Target, Evidence], Measurement]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of indicator.

    Parameters
    ----------
    measure
        Computes it from the kind's parameters, the target and the evidence; None: typed in, never computed.
    version
        Raised when the same input would give another value.
    definition
        What is computed, with its formula, in one sentence.
    missing
        What becomes of what is unknown.
    """

    measure: MeasureFunction | None
    version: int
    definition: str
    missing: str


_UNSURE = "a unit that only unknown attributes keep from passing is unknown: never counted, and named"
_ADDS = "an unknown amount adds nothing and is counted; the value is a lower bound"

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "unit_presence": Kind(
            presence.unit_presence, 1, "100 x units with every facility asked for / units of the set", _UNSURE
        ),
        "hierarchical_presence": Kind(
            presence.hierarchical_presence,
            1,
            "100 x units with their tier's facility / units of all tiers",
            _UNSURE,
        ),
        "presence_or_reach": Kind(
            presence.presence_or_reach,
            1,
            "100 x units with a facility, an assigned worker or people enough within reach / units of the set",
            _UNSURE,
        ),
        "population_within": Kind(
            people.population_within,
            1,
            "100 x people of the group within the travel time / people of the group",
            "people off the network or outside every unit are not covered",
        ),
        "served_within": Kind(
            people.served_within,
            1,
            "100 x people of the group with a place within the travel time / people of the group",
            "people who reach only facilities of unknown capacity may have a place: the value is a lower bound",
        ),
        "ratio_of_sums": Kind(
            shares.ratio_of_sums,
            1,
            "100 x sum / sum",
            "facilities without a denominator are left out and counted; an unknown numerator adds nothing",
        ),
        "facility_share": Kind(
            shares.facility_share,
            1,
            "100 x facilities with the traits / facilities",
            "a facility with unknown traits is unknown: never counted as having them, and named",
        ),
        "area_per_100_households": Kind(
            counts.area_per_100_households,
            1,
            "floor area / (households / 100), of the area, or of the worst unit or estate",
            _ADDS,
        ),
        "share_meeting_standard": Kind(
            shares.share_meeting_standard,
            1,
            "100 x units or facilities that meet the standard / all of them",
            _UNSURE,
        ),
        "share_in_range": Kind(
            shares.share_in_range,
            1,
            "100 x units whose households lie inside the closed range / units of the set",
            "a unit without households is unknown",
        ),
        "per_1000": Kind(people.per_1000, 1, "amount / people of the group x 1,000", _ADDS),
        "per_10k": Kind(people.per_10k, 1, "amount / people of the group x 10,000", _ADDS),
        "count": Kind(counts.count, 1, "facilities that count, or their field added up", _ADDS),
        "count_per_unit": Kind(
            counts.count_per_unit, 1, "amount in each unit of the set; shown: the smallest", _UNSURE
        ),
        "facility_minimum": Kind(
            counts.facility_minimum,
            1,
            "size of each facility or estate against the minimum; shown: the smallest",
            "a facility without a size is unknown",
        ),
        "capacity_balance": Kind(
            capacity.capacity_balance,
            1,
            "what is left - yearly use x years, of each unit; shown: the smallest",
            "a unit whose stock or use is unknown is unknown",
        ),
        "area_share": Kind(
            shares.area_share,
            1,
            "100 x area of the part / area of the units",
            "a unit without a figure adds nothing to the part",
        ),
        "sum": Kind(counts.count, 1, "field added up over the facilities that count", _ADDS),
        "project_delivery": Kind(
            counts.project_delivery,
            1,
            "projects that serve people, out of those promised",
            "a project that the ledger does not list is unknown",
        ),
        "control_total": Kind(
            people.control_total, 1, "people of the group in the study, beside the printed number", "none"
        ),
        "reported": Kind(None, 1, "typed in by the office", "shown as missing"),
    }
)
