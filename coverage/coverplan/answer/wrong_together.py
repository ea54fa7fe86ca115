"""What else is wrong where something stops a run early: scenario, study, data and plan are complained of in one round (R12).

What stands in a part that can be read is read as a run reads it, and only errors that a mended run would meet again are
told: whatever hangs on a part that cannot be read is left for the next round.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from coverplan.answer.named_plan import plan_file
from coverplan.errors import InputError, Problem, Problems
from coverplan.scenario.load import Loaded, own_type_words
from coverplan.scenario.study_file import StudyFile
from coverplan.study.changes import unknown_facilities
from coverplan.study.facility_layers import read_all_facilities
from coverplan.study.load import ReadParts, assembled, units_of
from coverplan.study.people import people_of, study_crs
from coverplan.yamlfile import Document, read_yaml, validate

#: Without these nothing else of a study can be read as a run reads it.
_FIRST = frozenset({"crs", "units", "population", "area", "official_lists"})
#: What a plan says can only be held against the words of the study.
_OF_STUDY = frozenset({"unknown_type", "unknown_group", "unknown_layer"})


def add_the_rest(path: Path, problems: Problems) -> None:
    """Add what is wrong with the study, the data and the plan of a scenario file that cannot be used as it is."""
    document = read_yaml(path, Problems())
    if document is None:
        return
    study = _study_as_far_as_it_goes(document)
    words: dict[str, str] = {}
    if study is not None:
        _add(problems, _data_problems(*study))
        words = own_type_words(study[0])
    _add(problems, _plan_problems(document, words))


@contextmanager
def plan_as_well(loaded: Loaded, problems: Problems) -> Iterator[None]:
    """Add what is wrong with the plan and with the changes of a scenario when its data cannot be used."""
    try:
        yield
    except InputError as error:
        _add(problems, error.problems)  # of what was raised in the middle of a file, `problems` knows nothing
        _add(problems, _plan_problems(loaded.scenario_document, {}))
        _add(problems, _change_problems(loaded))
        raise InputError(problems) from None


def _add(problems: Problems, more: Iterable[Problem]) -> None:
    known = set(map(_place, problems))
    problems.extend(one for one in more if one.severity == "error" and _place(one) not in known)


def _place(problem: Problem) -> tuple[object, ...]:
    return problem.file, problem.line, problem.field, problem.code, str(problem.value)


def _study_as_far_as_it_goes(document: Document) -> tuple[StudyFile, Document] | None:
    """The study that a scenario names, without those of its parts that cannot be used; None where nothing can be read."""
    named = document.data.get("study")
    path = document.resolve(named.strip()) if isinstance(named, str) and named.strip() else None
    study = read_yaml(path, Problems()) if path is not None and path.is_file() else None
    if study is None:
        return None
    study = study.in_codes()
    found = Problems()
    file = validate(study, StudyFile, found)
    if file is None:
        data = _without_wrong_parts(study.data, found)
        file = None if data is None else validate(replace(study, data=data), StudyFile, Problems())
    return None if file is None else (file, study)


def _without_wrong_parts(data: dict[Any, Any], wrong: Problems) -> dict[Any, Any] | None:
    """Content without keys that are not known and without facility layers and further parts that cannot be used."""
    data = copy.deepcopy(data)
    layers: set[int] = set()
    for one in wrong:
        first, *rest = (one.field or "").split(".")
        if one.code == "extra_forbidden":
            _pop(data, [first, *rest])
        elif first in _FIRST or first not in data:
            return None
        elif first == "facilities" and rest:
            layers.add(int(rest[0]))
        elif first == "name":
            data["name"] = "-"
        else:
            del data[first]
    if layers:
        data["facilities"] = [layer for at, layer in enumerate(data["facilities"]) if at not in layers]
    return data


def _pop(data: Any, place: list[str]) -> None:
    """Take a key out of nested mappings and lists; a place that is not there, as of a key with a dot, is left."""
    for key in place[:-1]:
        if isinstance(data, list) and key.isdigit() and int(key) < len(data):
            data = data[int(key)]
        elif isinstance(data, dict) and key in data:
            data = data[key]
        else:
            return
    if isinstance(data, dict):
        data.pop(place[-1], None)


def _data_problems(file: StudyFile, document: Document) -> Problems:
    """What is wrong with the files of a study."""
    found, folder = Problems(), document.path.parent
    try:
        crs = study_crs(file, folder, found)
        if crs is None:
            return found
        units = units_of(file, folder, crs, found)
        people = people_of(file, folder, crs, units, found)
        facilities = read_all_facilities(file, folder, crs, units, found)
        assembled(file, document, ReadParts(crs, units, people, facilities), found)
    except InputError as error:
        found.extend(error.problems)
    return found


def _change_problems(loaded: Loaded) -> Problems:
    """Facilities that changes name and no ledger has, where every ledger can be used."""
    found, beside, folder = Problems(), Problems(), loaded.study_document.path.parent
    if not loaded.scenario.changes:
        return found
    try:
        crs = study_crs(loaded.study, folder, beside)
        if crs is None:
            return found
        units = units_of(loaded.study, folder, crs, beside)
        facilities = read_all_facilities(loaded.study, folder, crs, units, beside)
    except InputError:
        return found
    if facilities is not None:
        found.extend(unknown_facilities(facilities, loaded.scenario_document, loaded.scenario.changes))
    return found


def _plan_problems(document: Document, words: dict[str, str]) -> Problems:
    """What is wrong with the plan that a scenario file names, apart from words that its study may know."""
    from coverplan.plan.load import read_plan

    found, named = Problems(), document.data.get("plan")
    if isinstance(named, str) and named.strip():
        told = Problems()
        read_plan(plan_file(document, named.strip()), told, own_words=words)
        found.extend(one for one in told if one.code not in _OF_STUDY)
    return found
