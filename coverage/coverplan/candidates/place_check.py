"""What is wrong with a scenario's settings of places, before a candidate is made; all at once (R12)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pyproj

from coverplan.candidates.exclusion import read_zones
from coverplan.candidates.place_files import PlaceFiles
from coverplan.candidates.suitability import read_land_use
from coverplan.errors import Problem, Problems
from coverplan.scenario.candidate_file import (
    CellCandidates,
    ClusterCandidates,
    LayerCandidates,
    SitingPlaces,
)
from coverplan.scenario.known_words import KnownWords
from coverplan.vocabulary import LAYER_TYPES
from coverplan.yamlfile import Document, KeyPath


@dataclass(frozen=True, slots=True)
class KnownOfPlaces:
    """Words that settings of places may use; None: nobody knows them, so that none is complained of.

    Parameters
    ----------
    types
        Types of facility that the study has or opens, beside those of the vocabulary.
    standards
        Keys of the scenario's standards.
    groups
        Demand groups of the study.
    """

    types: Collection[str] | None
    standards: Collection[str] | None
    groups: Collection[str] | None


def errors_of_places(
    places: SitingPlaces,
    document: Document,
    crs: pyproj.CRS,
    known: KnownOfPlaces,
    place: KeyPath = ("siting",),
) -> tuple[Problem, ...]:
    """Errors of every file and word that settings of places name, as making the candidates would meet them.

    Parameters
    ----------
    places
        Sources and rules.
    document, place
        The scenario file, and where the settings stand in it.
    crs
        In which files are read.
    known
        Words that may stand there.
    """
    files = PlaceFiles(document, crs, Problems())
    if known.types is not None:
        check_types(places, known.types, files, place)
    _check_sources(places, known, files, place)
    read_zones(places.exclusions, files, (*place, "exclusions"))
    if places.land_use is not None:
        read_land_use(places.land_use, files, place)
    return files.problems.errors


def check_types(places: SitingPlaces, known: Collection[str], files: PlaceFiles, place: KeyPath) -> None:
    """Note every type that neither the vocabulary knows nor `known` holds."""
    every = {*known, *(kind for layer in LAYER_TYPES.values() for kind in layer)}
    words = KnownWords(files.document, files.problems)
    for key_path, kind in _named_types(places):
        words.word((*place, *key_path), kind, every, "type")


def _named_types(places: SitingPlaces) -> Iterator[tuple[KeyPath, str]]:
    for kind in places.least_distance_m:
        yield ("least_distance_m", kind), kind
    for key, entries in (("candidates", places.candidates), ("exclusions", places.exclusions)):
        for number, entry in enumerate(entries):
            for i, kind in enumerate(entry.types or ()):
                yield (key, number, "types", i), kind
    if places.land_use is not None:
        for i, kind in enumerate(places.land_use.types or ()):
            yield ("land_use", "types", i), kind


def _check_sources(places: SitingPlaces, known: KnownOfPlaces, files: PlaceFiles, place: KeyPath) -> None:
    words = KnownWords(files.document, files.problems)
    for number, source in enumerate(places.candidates):
        here = (*place, "candidates", number)
        if isinstance(source, LayerCandidates):
            files.listed(source, here)
        if isinstance(source, ClusterCandidates) and known.standards is not None:
            words.word((*here, "standard"), source.standard, known.standards, "standard")
        if isinstance(source, CellCandidates | ClusterCandidates) and known.groups is not None:
            words.word((*here, "group"), source.group, known.groups, "demand group")
