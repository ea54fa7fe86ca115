"""Study files that are not complete yet: what stands there is checked, what is missing is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pyproj

from coverplan.errors import Problem, Problems
from coverplan.scenario.study_file import StudyFile
from coverplan.study.people import study_crs
from coverplan.study.readable_part import STAND_INS
from coverplan.study.stand_in_crs import stand_in_crs
from coverplan.yamlfile import Document, read_yaml, validate

#: Parts without which nothing can be computed and the rest can be checked.
_NEEDED = ("population", "facilities")
_NOT_THERE = frozenset({"missing", "not_filled", "too_short"})


class PartialStudy(NamedTuple):
    """A study file, where it stands, and which of the needed parts it lacks."""

    file: StudyFile
    document: Document
    lacking: frozenset[str]


def load_partial_study(path: Path, problems: Problems) -> PartialStudy | None:
    """Load a study file that may lack its population or its facilities; None when it cannot be used.

    What is lacking is an error in `problems`, so that nobody takes the study for complete.
    """
    document = read_yaml(path, problems)
    if document is None:
        return None
    document = document.in_codes()
    found = Problems()
    file = validate(document, StudyFile, found)
    problems.extend(found)
    if file is not None:
        return PartialStudy(file, document, frozenset())
    lacking = frozenset(map(_part, found))
    if not lacking <= set(_NEEDED) or any(one.code not in _NOT_THERE for one in found):
        return None
    stand_ins = {key: STAND_INS[key] for key in lacking}
    file = validate(replace(document, data={**document.data, **stand_ins}), StudyFile, Problems())
    if file is None:
        return None
    if "facilities" in lacking:
        file = file.model_copy(update={"facilities": ()})
    return PartialStudy(file, document, lacking)


def _part(problem: Problem) -> str:
    return (problem.field or "").split(".", 1)[0]


def crs_of_parts(part: PartialStudy, folder: Path, problems: Problems) -> pyproj.CRS | None:
    """The study's CRS; without people and a CRS in the file, the local one of its units, else of its first ledger with places."""
    file = part.file
    if "population" not in part.lacking or file.crs is not None:
        return study_crs(file, folder, problems)
    return stand_in_crs(file, folder, people=False)
