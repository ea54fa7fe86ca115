"""Zones in which nothing may be opened: the office's own layers and dated sets of parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from coverplan.candidates.nearness import Shapes
from coverplan.candidates.parameter_sets import ParameterSet, parameter_set, parameter_set_names
from coverplan.candidates.place_files import PlaceFiles
from coverplan.scenario.base import Bilingual, Title
from coverplan.scenario.candidate_file import Exclusion, ParameterZones, Zone
from coverplan.scenario.known_words import KnownWords
from coverplan.scenario.study_file import Source
from coverplan.yamlfile import KeyPath


@dataclass(frozen=True, slots=True)
class ExcludedZone:
    """Shapes near which some types may not be opened.

    Parameters
    ----------
    name
        Name of the zone, or ``set:role`` of a set of parameters.
    title
        What to call it.
    shapes
        In the study's CRS.
    buffer_m
        Metres around them, the border included.
    types
        Types that are ruled out; None: every type.
    """

    name: str
    title: Title
    shapes: Shapes
    buffer_m: float
    types: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A rule that was asked for and could not be looked at.

    Parameters
    ----------
    rule
        ``set:role``, ``slope`` or ``land_use``.
    title
        What it is about.
    because
        ``no_layer``, ``no_distance`` (the set says "near" and the scenario gives no metres), ``no_rules`` (the set
        names nothing that could be checked) or ``no_height`` (the ground's height is unknown at some candidates).
    candidates
        How many candidates it concerns; None: all of them.
    """

    rule: str
    title: Title
    because: str
    candidates: int | None = None


@dataclass(frozen=True, slots=True)
class Zones:
    """What the exclusions of a scenario come to.

    Parameters
    ----------
    zones
        In the order of the scenario.
    not_checked
        Rules without a layer or a distance.
    sets
        Sets of parameters that were used.
    """

    zones: tuple[ExcludedZone, ...]
    not_checked: tuple[NotChecked, ...]
    sets: tuple[ParameterSet, ...]


def read_zones(exclusions: tuple[Exclusion, ...], files: PlaceFiles, place: KeyPath) -> Zones:
    """Read every exclusion; what is wrong is noted in the problems of `files`.

    `place` is where the exclusions stand in the document.
    """
    zones: list[ExcludedZone] = []
    not_checked: list[NotChecked] = []
    sets: list[ParameterSet] = []
    for number, exclusion in enumerate(exclusions):
        here = (*place, number)
        if isinstance(exclusion, Zone):
            shapes = _shapes(exclusion, files, here)
            if shapes is not None:
                title = exclusion.reason or exclusion.name
                zones.append(ExcludedZone(exclusion.name, title, shapes, exclusion.buffer_m, exclusion.types))
            continue
        known = KnownWords(files.document, files.problems)
        known.word((*here, "parameters"), exclusion.parameters, parameter_set_names(), "set of parameters")
        if exclusion.parameters in parameter_set_names():
            found = parameter_set(exclusion.parameters)
            sets.append(found)
            _say_state(found, files, here)
            unchecked = list(_unchecked(found, exclusion))
            _say_unchecked(unchecked, files, here)
            not_checked += unchecked
            zones += _zones_of_set(found, exclusion, files, here)
    return Zones(tuple(zones), tuple(not_checked), tuple(sets))


def _zones_of_set(
    found: ParameterSet, asked: ParameterZones, files: PlaceFiles, place: KeyPath
) -> Iterator[ExcludedZone]:
    known = KnownWords(files.document, files.problems)
    for key, named in (("layers", asked.layers), ("distances_m", asked.distances_m)):
        for role in named:
            known.word((*place, key, role), role, found.rules, "role")
    for role, source in asked.layers.items():
        if role not in found.rules:
            continue
        rule = found.rules[role]
        distance_m = asked.distances_m.get(role, rule.buffer_m)
        shapes = _shapes(source, files, (*place, "layers", role))
        if distance_m is not None and shapes is not None:
            name, types = f"{found.id}:{role}", asked.types or found.types
            yield ExcludedZone(name, rule.title, shapes, distance_m, types)


def _unchecked(found: ParameterSet, asked: ParameterZones) -> Iterator[NotChecked]:
    if not found.rules:
        yield NotChecked(found.id, found.title, "no_rules")
    for role, rule in found.rules.items():
        if role not in asked.layers:
            yield NotChecked(f"{found.id}:{role}", rule.title, "no_layer")
        elif asked.distances_m.get(role, rule.buffer_m) is None:
            yield NotChecked(f"{found.id}:{role}", rule.title, "no_distance")


def _shapes(source: Source, files: PlaceFiles, place: KeyPath) -> Shapes | None:
    table = files.table(source, place)
    return None if table is None else files.shapes(table, source)


def _say_state(found: ParameterSet, files: PlaceFiles, place: KeyPath) -> None:
    if found.state != "in_force":
        state = "is historical" if found.state == "historical" else "was not checked against the law in force"
        files.problems.add(
            files.document.problem(
                (*place, "parameters"),
                f"the set of parameters {state}: {_english(found.title)}",
                value=found.id,
                remedy=_english(found.note),
                severity="warning",
                code=f"parameters_{found.state}",
            )
        )


def _say_unchecked(unchecked: list[NotChecked], files: PlaceFiles, place: KeyPath) -> None:
    """One warning for each cause, with every rule that it keeps from being looked at."""
    causes = {
        "no_layer": ("layers", "no layer is given for them", "name them under `layers:`, or check by hand"),
        "no_distance": ("distances_m", "the set names no distance", "give metres under `distances_m:`"),
        "no_rules": ("parameters", "the set holds no rule that could be checked", "check by hand"),
    }
    for because, (key, what, remedy) in causes.items():
        rules = [rule.rule.partition(":")[2] or rule.rule for rule in unchecked if rule.because == because]
        if rules:
            files.problems.add(
                files.document.problem(
                    (*place, key),
                    f"not checked, as {what}: {', '.join(rules)}",
                    remedy=remedy,
                    severity="warning",
                    code="not_checked",
                    details={"rules": ", ".join(rules)},
                )
            )


def _english(title: Bilingual) -> str:
    return title.in_language("en")
