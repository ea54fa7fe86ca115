"""What changes cost by the cost file that a scenario names, where whoever makes them gives no cost."""

from __future__ import annotations

import math
from collections.abc import Mapping

from coverplan.answer.prepared import Prepared
from coverplan.errors import Problems
from coverplan.programme.actions.costs import CostFile, named_costs
from coverplan.scenario.change_file import Change, Fields
from coverplan.vocabulary import NUMBER_FIELDS

#: Fields of which a new value makes an upgrade of more than the size.
_OTHERWISE = ("functions", "grade", "type")


class Prices:
    """Rates of a scenario's cost file, read once.

    Parameters
    ----------
    ready
        The scenario; one whose siting question names no cost file prices nothing.

    Raises
    ------
    InputError
        If the cost file cannot be read.
    """

    def __init__(self, ready: Prepared) -> None:
        self.costs: CostFile | None = None
        asked = ready.loaded.scenario.siting
        if asked is not None:
            problems = Problems()
            self.costs = named_costs(ready.loaded.scenario_document, asked, problems)
            problems.raise_if_errors()
        self._facilities = ready.study.facilities

    def priced(self, change: Change) -> Change:
        """The change with its cost, where it is an opening or upgrade without one and the rates are known."""
        part = "open" if change.open is not None else "upgrade"
        place = change.open or change.upgrade
        if self.costs is None or place is None or place.offers.cost is not None:
            return change
        cost = self._cost(part, place.layer, place.id, place.offers)
        if math.isnan(cost):
            return change
        offers = Fields.model_validate({**place.offers.model_dump(exclude_unset=True), "cost": cost})
        return change.model_copy(update={part: place.model_copy(update={"offers": offers})})

    def of_opening(self, layer: str, kind: str) -> float | None:
        """What a new facility of a type costs of which no amount is known; None where nobody can say."""
        if self.costs is None:
            return None
        cost = self._cost("open", layer, "", Fields.model_validate({"type": kind}))
        return None if math.isnan(cost) else cost

    def _cost(self, part: str, layer: str, name: str, offers: Fields) -> float:
        assert self.costs is not None
        said = offers.model_dump(exclude_unset=True)
        before, kind = ({}, said.get("type")) if part == "open" else self._standing(layer, name)
        if kind is None:
            return math.nan
        sizes = {field: said[field] for field in NUMBER_FIELDS if said.get(field) is not None}
        growth = {
            field: size - before.get(field, math.nan if part == "upgrade" else 0.0)
            for field, size in sizes.items()
        }
        if any(math.isnan(more) for more in growth.values()):
            return math.nan
        if part == "upgrade" and not any(field in said for field in _OTHERWISE):
            part = "expand"
        return self.costs.cost_of(part, str(kind), growth)

    def _standing(self, layer: str, name: str) -> tuple[Mapping[str, float], str | None]:
        """Known sizes and type of a facility of the study; no type for one that it does not have.

        A protected one has none either: what an enlargement costs would tell how large it is.
        """
        at = self._facilities.positions(layer, [name]).get(name)
        if at is None or not self._facilities.column("public")[at]:
            return {}, None
        sizes = {field: float(self._facilities.column(field)[at]) for field in NUMBER_FIELDS}
        kind = self._facilities.column("type")[at]
        known = {field: size for field, size in sizes.items() if not math.isnan(size)}
        return known, kind if isinstance(kind, str) else None
