"""Loading a scenario and its study file; what the two say is checked against each other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from coverplan.errors import Problems
from coverplan.scenario.known_words import KnownWords
from coverplan.scenario.scenario_file import ScenarioFile
from coverplan.scenario.study_file import StudyFile
from coverplan.yamlfile import Document, read_yaml, validate


@dataclass(frozen=True, slots=True)
class Loaded:
    """A scenario and its study as files, with the place of every value.

    Parameters
    ----------
    scenario, study
        What the two files say.
    scenario_document, study_document
        Where they say it.
    """

    scenario: ScenarioFile
    scenario_document: Document
    study: StudyFile
    study_document: Document


def load_scenario(path: str | Path, problems: Problems, *, presets: Collection[str]) -> Loaded | None:
    """Load a scenario file and the study it names; None when one of them cannot be used.

    `presets` are the names of the built-in travel profiles.
    """
    document = read_yaml(Path(path), problems)
    if document is None:
        return None
    named = document.data.get("study")
    is_named = isinstance(named, str) and bool(named.strip())
    loaded = (
        load_study_file(document.resolve(named.strip()), problems, named_by=document) if is_named else None
    )
    document = document.in_codes(None if loaded is None else own_type_words(loaded[0]))
    scenario = validate(document, ScenarioFile, problems)
    if scenario is None or loaded is None:
        return None
    study, study_document = loaded
    check_references(scenario, document, study, presets, problems)
    return Loaded(scenario, document, study, study_document)


def load_study_file(
    path: Path, problems: Problems, *, named_by: Document | None = None
) -> tuple[StudyFile, Document] | None:
    """Load a study file; None when it cannot be used."""
    if named_by is not None and not path.is_file():
        near = sorted(str(found.relative_to(path.parent)) for found in path.parent.glob("*.y*ml"))
        problems.add(
            named_by.problem(
                ("study",),
                "the study file does not exist",
                value=str(path),
                expected="path of a study.yaml, relative to this file",
                remedy=f"did you mean {near[0]}?" if near else "check the path",
                code="missing_file",
            )
        )
        return None
    document = read_yaml(path, problems)
    document = None if document is None else document.in_codes()
    study = None if document is None else validate(document, StudyFile, problems)
    return None if document is None or study is None else (study, document)


def own_type_words(study: StudyFile) -> dict[str, str]:
    """What a study file says of the words in its type columns: the type that each stands for."""
    said = [layer.types for layer in study.facilities]
    if study.projects is not None:
        said.append(study.projects.types)
    return {word: kind for types in said for word, kind in types.items()}


def check_references(
    scenario: ScenarioFile,
    document: Document,
    study: StudyFile | None,
    presets: Collection[str],
    problems: Problems,
) -> None:
    """Note every word of a scenario that neither it nor its study knows.

    Of a study file that cannot be used as a whole (None) nothing is held against the scenario; `presets` are the names
    of the built-in travel profiles.
    """
    known = KnownWords(document, problems)
    for i, profile in enumerate(scenario.profiles):
        known.word(("profiles", i, "based_on"), profile.based_on, presets, "profile")
    profiles = {*presets, *(profile.name for profile in scenario.profiles)}
    for i, standard in enumerate(scenario.standards):
        known.word(("standards", i, "profile"), standard.profile, profiles, "profile")
    if study is not None:
        _check_words_of_study(scenario, study, known)


def _check_words_of_study(scenario: ScenarioFile, study: StudyFile, known: KnownWords) -> None:
    """Note layers and groups that the study does not have, and what it lacks for what is asked."""
    layers = {layer.layer for layer in study.facilities} | {
        change.open.layer for change in scenario.changes if change.open is not None
    }
    for i, standard in enumerate(scenario.standards):
        known.word(("standards", i, "layer"), standard.layer, layers, "layer")
        for j, group in enumerate(standard.groups):
            known.word(("standards", i, "groups", j), group, study.population.groups, "demand group")
        if standard.method == "network" and study.streets is None:
            known.missing(
                ("standards", i),
                "the standard is timed along streets and the study has none",
                "streets in the study file, or method: euclidean",
                "no_streets",
            )
        if standard.count == "own_unit" and study.units is None:
            known.missing(
                ("standards", i, "count"),
                "own_unit needs units and the study has none",
                "count: all, or units in the study file",
                "no_units",
            )
    _check_supply(scenario, study, known, layers)


def _check_supply(
    scenario: ScenarioFile, study: StudyFile, known: KnownWords, layers: Collection[str]
) -> None:
    """Words of what is asked about supply, cemeteries and fairness."""
    for i, standard in enumerate(scenario.standards):
        if standard.supply is not None and standard.supply.group is not None:
            asked = standard.supply.group
            known.word(("standards", i, "supply", "group"), asked, study.population.groups, "demand group")
    if scenario.burial is not None:
        known.word(("burial", "layer"), scenario.burial.layer, layers, "layer")
    for name in ("burial", "equity"):
        if getattr(scenario, name) is not None and study.units is None:
            known.missing(
                (name,),
                "this is told unit by unit and the study has none",
                "units in the study file",
                "no_units",
            )
