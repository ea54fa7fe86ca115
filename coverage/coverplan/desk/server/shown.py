"""What the API answers, as plain values with a fixed form."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict


class IdeaCard(TypedDict):
    """An idea in a list."""

    id: int
    name: str
    note: str
    author: str
    created: str
    updated: str
    revision: int
    changes: int
    can_undo: bool
    can_redo: bool


class Ideas(TypedDict):
    """Every idea, the one changed last first."""

    ideas: list[IdeaCard]


class People(TypedDict):
    """People of one group in the whole area; shares from 0 to 1, None where nobody can say."""

    group: str
    people: float
    before: float
    covered: float
    share_before: float | None
    share: float | None
    gained: float
    lost: float
    twice: float
    minutes_before: float | None
    minutes: float | None
    nearer: float | None
    farther: float | None


class UnitColumns(TypedDict):
    """People of every unit, in the order of the study's units: all, covered before, covered now."""

    people: list[float]
    before: list[float]
    covered: list[float]


class StandardShown(TypedDict):
    """One standard; `cells` are classes of time of the page's cells in base64, now and without any change.

    None where they may not be shown or were not asked for.
    """

    key: str
    protected: bool
    minutes: float
    profile: str
    count: str
    groups: list[People]
    units: dict[str, UnitColumns]
    cells: str | None
    cells_before: str | None
    minutes_of_cells: str | None


class TargetShown(TypedDict):
    """One target before and with the idea; numbers as text, exact."""

    id: str
    verdict_before: str
    verdict: str
    before: str | None
    value: str | None
    gap: str | None
    short_before: int
    short: list[str]
    unsure: int
    units_missing: int | None


class CostShown(TypedDict):
    """Costs that are known, and how many changes name none."""

    known: float
    unknown: int


class Numbers(TypedDict):
    """What an idea does; `near` says of each change where it lies if it opens something without a name, else None."""

    year: int | None
    changes: list[dict[str, Any]]
    near: list[str | None]
    applied: list[int]
    cost: CostShown
    standards: list[StandardShown]
    targets: list[TargetShown]
    remarks: list[str]


class PlacesShown(TypedDict):
    """People who want a place; the parts add up to them. Supply of a thousand of them, None where nobody can say."""

    people: float
    served: float
    no_place: float
    place_unknown: float
    not_reached: float
    per_1000: float | None


class FacilityUse(TypedDict):
    """How full a facility is, in units of its capacity; `wanted` if everybody went to the nearest.

    Protected facilities stand together by unit, without an id. None where the capacity is unknown.
    """

    id: str | None
    name: str | None
    unit: str | None
    reached: float
    only_here: float
    capacity: float | None
    used: float | None
    wanted: float | None


class StandardSupply(TypedDict):
    """Capacity against people for one standard; `units` of the served and of all, in the order of the study's units."""

    key: str
    group: str
    field: str
    per_1000: float
    now: PlacesShown
    before: PlacesShown
    units: dict[str, list[float]]
    facilities: list[FacilityUse]
    unknown: int


class SupplyShown(TypedDict):
    """What an idea does to every standard that asks for supply, and the revision for which it holds."""

    revision: int
    standards: list[StandardSupply]


class IdeaShown(TypedDict):
    """An idea's card and what it does; `read` tells of which reading of the study's files that is."""

    card: IdeaCard
    numbers: Numbers
    read: str


class Trouble(TypedDict):
    """One thing that is wrong."""

    code: str
    text: str


class Refusal(TypedDict):
    """Why a request was not carried out; `revision` where somebody else was faster."""

    problems: list[Trouble]
    revision: int | None


class Spot(TypedDict):
    """What is at a place: its unit and street, why nothing may be opened there, and the excluded zones it lies in."""

    inside: bool
    unit: str | None
    unit_code: str | None
    street: str | None
    reasons: list[str]
    excluded: list[str]


class Job(TypedDict):
    """Work in the background: ``running``, ``done``, ``failed`` or ``cancelled``."""

    id: str
    kind: str
    state: str
    seconds: float
    found: dict[str, Any] | None
    problems: list[Trouble]
