"""What a run must not let out, gathered for the border of results: places that are not public, and what names them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from coverplan.errors import Problem
from coverplan.ground.facilities import Facilities
from coverplan.ground.openness import PROTECTED_ROWS
from coverplan.ground.units_tree import UnitTree
from coverplan.results.redaction import Withheld
from coverplan.scenario.change_file import Change
from coverplan.scenario.siting_file import SitingAsk
from coverplan.service.measure import Measured, counts_protected
from coverplan.study.changes import Changed, touched

if TYPE_CHECKING:
    from coverplan.plan.schema import Plan


def withheld_of(
    ledgers: Sequence[Facilities],
    units: UnitTree,
    problems: Iterable[Problem],
    *,
    plan: Plan | None = None,
    changed: Changed | None = None,
    changes: Sequence[Change] = (),
    siting: SitingAsk | None = None,
    measured: Iterable[tuple[Measured, Facilities]] = (),
) -> Withheld:
    """What must not leave with a result.

    Parameters
    ----------
    ledgers
        Facilities before and after the changes; one that is not public in any of them is protected.
    units
        Roster; names of its units are never withheld.
    problems
        What was noticed; the files of which it says that they hold protected rows are not quoted.
    plan
        The plan, whose text is public.
    changed, changes
        What the changes did, and the changes themselves.
    siting
        What may be opened.
    measured
        Standards with the facilities that they were measured on.
    """
    rows = [
        row
        for ledger in ledgers
        for row in ledger.table[["layer", "id", "name", "unit_code", "unit", "public"]].itertuples(
            index=False
        )
    ]
    hidden: dict[tuple[str, str], str | None] = {}
    names: set[str] = set()
    for row in rows:
        if not row.public:
            unit = row.unit_code if isinstance(row.unit_code, str) else row.unit
            hidden[str(row.layer), str(row.id)] = unit if isinstance(unit, str) else None
    for at, unit in ({} if changed is None else changed.protected).items():
        place = touched(changes[at])
        hidden.setdefault((place.layer, place.id), unit)
        offers = getattr(place, "offers", None)
        names |= {offers.name} if offers is not None and offers.name is not None else set()
    spoken: set[str] = {*units.codes, *units.table["name"].map(str)}
    for row in rows:  # a place that is public in one ledger and hidden by a change is nobody's public name
        if (str(row.layer), str(row.id)) not in hidden:
            spoken |= {str(row.id), str(row.name)}
        elif isinstance(row.name, str):
            names.add(row.name)
    return Withheld(
        units=hidden,
        names=frozenset(names),
        spoken=frozenset(spoken),
        public_texts="" if plan is None else plan.model_dump_json(),
        files=frozenset(
            problem.file.resolve()
            for problem in problems
            if problem.code == PROTECTED_ROWS and problem.file is not None
        ),
        standards=frozenset(
            one.standard.key for one, facilities in measured if counts_protected(one, facilities)
        ),
        openings=_openings(siting, ledgers[0]),
    )


def _openings(siting: SitingAsk | None, facilities: Facilities) -> frozenset[tuple[str, str]]:
    """Layers and types of the offers whose places must not be shown."""
    return frozenset(
        (offer.layer, offer.type)
        for offer in (() if siting is None else siting.open)
        if not facilities.shown_after(
            {"layer": offer.layer, "type": offer.type, "name": offer.offers.name, "public": True},
            said=offer.offers.public,
        )
    )
