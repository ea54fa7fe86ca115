"""Dated sets of siting parameters that come with coverplan, each with its evidence and how sure it is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

from pydantic import Field

from coverplan.errors import Problems
from coverplan.scenario.base import Bilingual, Model, Name, Numbered, Slug, Word
from coverplan.yamlfile import read_yaml, validate

FOLDER = Path(__file__).parent / "parameters"


class Evidence(Model):
    """What was read, and where."""

    says: Name
    """What the source says."""
    source: Name
    """Where it stands."""
    sure: Literal["sourced", "secondary", "machine_translated", "unverified"]
    """How far the words can be relied on."""


class Rule(Model):
    """What is asked of one kind of feature."""

    title: Bilingual
    """The kind of feature in words."""
    buffer_m: float | None = Field(ge=0)
    """Metres to keep, 0 for the feature itself; null where the source says "near" and no distance."""


class ParameterSet(Numbered):
    """Rules of one document."""

    id: Slug
    """Id, also the name of its file."""
    title: Bilingual
    """What it is called."""
    state: Literal["in_force", "historical", "unchecked"]
    """Whether it holds today, as far as is known."""
    effective: dt.date | None
    """Day from which it applied; null where it was not found."""
    until: dt.date | None
    """Day on which something else took its place."""
    types: tuple[Word, ...] = Field(min_length=1)
    """Types of facility that it speaks of."""
    note: Bilingual
    """What is known and what is not."""
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    """Sources."""
    rules: dict[Word, Rule]
    """Rule for each role of a feature."""


def parameter_set_names() -> tuple[str, ...]:
    """Ids of the sets that come with coverplan, in id order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def parameter_set(name: str) -> ParameterSet:
    """Set of an id.

    Raises
    ------
    KeyError
        If there is no set of this id.
    """
    if name not in parameter_set_names():
        raise KeyError(name)
    problems = Problems()
    document = read_yaml(FOLDER / f"{name}.yaml", problems)
    found = None if document is None else validate(document, ParameterSet, problems)
    problems.raise_if_errors()
    assert found is not None
    return found
