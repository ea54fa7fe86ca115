"""What of a study file can be used where all of it cannot, so that its data are complained of in the same round (R12)."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from coverplan.errors import Problem, Problems
from coverplan.scenario.study_file import StudyFile
from coverplan.study.load import errors_of_files
from coverplan.study.printed import errors_of_printed
from coverplan.yamlfile import Document, read_yaml, validate

#: Stand in the place of what a study must have while the rest is read; nothing is ever read from them.
STAND_INS: dict[str, object] = {
    "name": "-",
    "population": {"file": "-", "base": "resident", "groups": {"total": "-"}},
    "facilities": [{"layer": "civic", "file": "-"}],
}
#: Parts that are lists, of which one item may be left out.
_SEVERAL = frozenset({"facilities", "barriers"})


class ReadablePart(NamedTuple):
    """A study without those of its parts that cannot be used.

    Parameters
    ----------
    file, document
        What can be used, and where it stands.
    lacking
        Parts of which nothing can be read.
    whole
        Whether nothing was left out.
    """

    file: StudyFile
    document: Document
    lacking: frozenset[str]
    whole: bool = True


def readable_part(path: Path) -> ReadablePart | None:
    """What can be used of a study file; None where nothing can."""
    study = read_yaml(path, Problems()) if path.is_file() else None
    if study is None:
        return None
    study = study.in_codes()
    found = Problems()
    file = validate(study, StudyFile, found)
    if file is not None:
        return ReadablePart(file, study, frozenset())
    data, lacking = _without_wrong_parts(study.data, found)
    file = validate(replace(study, data=data), StudyFile, Problems())
    if file is not None and "facilities" in lacking:
        file = file.model_copy(update={"facilities": ()})
    return None if file is None else ReadablePart(file, study, lacking, whole=False)


def errors_beside(path: Path) -> tuple[Problem, ...]:
    """What is wrong with the files of a study that cannot be used as it is."""
    part = readable_part(path)
    if part is None:
        return ()
    files = errors_of_files(part.file, part.document, lacking=part.lacking)
    return *files, *errors_of_printed(part.file, part.document)


def _without_wrong_parts(data: dict[Any, Any], wrong: Problems) -> tuple[dict[Any, Any], frozenset[str]]:
    """Content without keys that are not known and without facility layers and further parts that cannot be used.

    Beside it, which parts that a study must have are stood in for, and ``units`` where they are left out.
    """
    data = copy.deepcopy(data)
    items: dict[str, set[int]] = {}
    lacking: set[str] = set()
    for one in wrong:
        first, *rest = (one.field or "").split(".")
        if one.code == "extra_forbidden":
            _pop(data, [first, *rest])
        elif first in _SEVERAL and rest and rest[0].isdigit():
            items.setdefault(first, set()).add(int(rest[0]))
        elif first == "base" and rest and isinstance(data.get("base"), dict):
            data["base"].pop(rest[0], None)
        elif first in STAND_INS:
            lacking.add(first)
        else:
            data.pop(first, None)
            lacking |= {first} & {"units"}
    for part in items.keys() & data.keys() - lacking:
        data[part] = [item for at, item in enumerate(data[part]) if at not in items[part]]
    if not data.get("facilities"):
        lacking.add("facilities")
    return data | {part: STAND_INS[part] for part in lacking & STAND_INS.keys()}, frozenset(lacking)


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
