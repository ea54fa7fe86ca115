"""Dated sets of figures on deaths and resting places that come with coverplan, each with its evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from coverplan.errors import Problems
from coverplan.scenario.base import Bilingual, Model, Name, Numbered, Slug
from coverplan.scenario.supply_ask import BurialAsk
from coverplan.yamlfile import read_yaml, validate

FOLDER = Path(__file__).parent / "parameters"


class BurialEvidence(Model):
    """What was read, and where."""

    says: Name
    """What the source says."""
    source: Name | Bilingual
    """Where it stands."""
    sure: Literal["sourced", "secondary", "unverified"]
    """How far the words can be relied on."""


class BurialSet(Numbered):
    """Figures of one document; those that it does not give are null."""

    id: Slug
    """Id, also the name of its file."""
    title: Bilingual
    """What it is called."""
    state: Literal["in_force", "historical"]
    """Whether it holds today, as far as is known."""
    effective: dt.date
    """Day from which it applies."""
    deaths_per_1000: dict[int, float] | None = None
    """Deaths a year for every 1,000 residents, by first year."""
    cremation_share: float | None = Field(default=None, ge=0, le=1)
    """Share of the dead who are cremated."""
    niche_share: float | None = Field(default=None, ge=0, le=1)
    """Share of those whose ashes take a niche or grave."""
    drive_minutes: float | None = Field(default=None, gt=0)
    """Longest way by car that counts as near."""
    note: Bilingual
    """What is known and what is not."""
    evidence: tuple[BurialEvidence, ...] = Field(min_length=1)
    """Sources."""


@dataclass(frozen=True, slots=True)
class BurialFigures:
    """Figures that hold for a run.

    Parameters
    ----------
    deaths_per_1000
        By first year.
    cremation_share, niche_share
        0 to 1.
    drive_minutes
        Longest way by car that counts as near; None where no set gives one. A standard says by itself what it asks.
    sources
        By figure: id of the set that gave it, or ``scenario``.
    sets
        The sets that were named, in order.
    """

    deaths_per_1000: Mapping[int, float]
    cremation_share: float
    niche_share: float
    drive_minutes: float | None
    sources: Mapping[str, str]
    sets: tuple[BurialSet, ...]

    def deaths_in(self, year: int) -> float:
        """Deaths for every 1,000 residents in a year; before the first known year, those of that year."""
        known = [first for first in sorted(self.deaths_per_1000) if first <= year]
        return self.deaths_per_1000[known[-1] if known else min(self.deaths_per_1000)]


def burial_set_names() -> tuple[str, ...]:
    """Ids of the sets that come with coverplan, in id order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def burial_set(name: str) -> BurialSet:
    """Set of an id; raises KeyError where there is none."""
    if name not in burial_set_names():
        raise KeyError(name)
    problems = Problems()
    document = read_yaml(FOLDER / f"{name}.yaml", problems)
    found = None if document is None else validate(document, BurialSet, problems)
    problems.raise_if_errors()
    assert found is not None
    return found


def burial_figures(ask: BurialAsk) -> BurialFigures | None:
    """Figures of a scenario: its own first, else those of the sets in their order; None where one is missing."""
    sets = tuple(burial_set(name) for name in ask.parameters if name in burial_set_names())
    deaths, by_deaths = _first("deaths_per_1000", ask, sets)
    cremation, by_cremation = _first("cremation_share", ask, sets)
    niche, by_niche = _first("niche_share", ask, sets)
    minutes, by_minutes = _first("drive_minutes", ask, sets)
    if not deaths or cremation is None or niche is None:
        return None
    sources = {"deaths_per_1000": by_deaths, "cremation_share": by_cremation, "niche_share": by_niche}
    if minutes is not None:
        sources["drive_minutes"] = by_minutes
    return BurialFigures(deaths, cremation, niche, minutes, sources, sets)


def _first(name: str, ask: BurialAsk, sets: Sequence[BurialSet]) -> tuple[Any, str]:
    """Figure of a name and who gave it."""
    if getattr(ask, name) is not None:
        return getattr(ask, name), "scenario"
    for one in sets:
        if getattr(one, name) is not None:
            return getattr(one, name), one.id
    return None, ""
