"""What else is wrong where something stops a run early: scenario, study, data and plan are complained of in one round (R12).

What stands in a part that can be read is read as a run reads it, and only errors that a mended run would meet again are
told: whatever hangs on a part that cannot be read is left for the next round.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coverplan.answer.named_plan import plan_file
from coverplan.errors import InputError, Problems
from coverplan.scenario.load import Loaded, own_type_words
from coverplan.study.changes import unknown_facilities
from coverplan.study.facility_layers import read_all_facilities
from coverplan.study.load import errors_of_files, units_of
from coverplan.study.people import study_crs
from coverplan.study.printed import errors_of_printed
from coverplan.study.readable_part import readable_part
from coverplan.study.stand_in_crs import stand_in_crs
from coverplan.yamlfile import Document, read_yaml

#: What a plan says can only be held against the words of the study.
_OF_STUDY = frozenset({"unknown_type", "unknown_group", "unknown_layer"})


def add_the_rest(path: Path, problems: Problems) -> None:
    """Add what is wrong with the study, the data and the plan of a scenario file that cannot be used as it is."""
    document = read_yaml(path, Problems())
    if document is None:
        return
    named = document.data.get("study")
    study = document.resolve(named.strip()) if isinstance(named, str) and named.strip() else None
    part = None if study is None else readable_part(study)
    words: dict[str, str] = {}
    if part is not None:
        problems.add_unknown(errors_of_files(part.file, part.document, lacking=part.lacking))
        words = own_type_words(part.file)
        if document.data.get("plan") is not None:
            problems.add_unknown(errors_of_printed(part.file, part.document))
    problems.add_unknown(_plan_problems(document, words))


@contextmanager
def plan_as_well(loaded: Loaded, problems: Problems) -> Iterator[None]:
    """Add what is wrong with the plan and with the changes of a scenario when its data cannot be used."""
    try:
        yield
    except InputError as error:
        # of what was raised in the middle of a file, `problems` knows nothing
        problems.add_unknown(error.problems)
        problems.add_unknown(_plan_problems(loaded.scenario_document, {}))
        problems.add_unknown(_word_problems(loaded))
        raise InputError(problems) from None


def _word_problems(loaded: Loaded) -> Problems:
    """Facilities that changes name and no ledger has, and words and files beside the layers that a plan is held against."""
    found, beside, folder = Problems(), Problems(), loaded.study_document.path.parent
    scenario, file = loaded.scenario, loaded.study
    if not scenario.changes and scenario.plan is None:
        return found
    units, facilities = None, None
    try:
        crs = study_crs(file, folder, Problems()) or stand_in_crs(file, folder, people=True)
        units = units_of(file, folder, crs, beside)
        facilities = read_all_facilities(file, folder, crs, units, beside)
    except InputError as error:
        beside.add_unknown(error.problems)
    if facilities is not None:
        found.extend(unknown_facilities(facilities, loaded.scenario_document, scenario.changes))
    if scenario.plan is not None:
        known = None if beside.errors or facilities is None or units is None else (units, facilities)
        found.extend(errors_of_printed(file, loaded.study_document, known))
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
