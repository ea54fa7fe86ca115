"""The work of one area inside a worker process."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from coverplan.batch.job import Job, Outcome
from coverplan.errors import CoverplanError, InputError, Problem

_LONGEST_REASON = 2_000


def answer_area(job: Job) -> Outcome:
    """Answer an area's scenario into its folder; what is wrong with its files is an outcome and no error.

    The result is written aside and renamed, so a worker that is killed leaves the earlier result or none.
    """
    from coverplan.answer.study_runner import run
    from coverplan.pages.outputs import write_outputs
    from coverplan.results.result import Result
    from coverplan.text.problem_words import problem_text
    from coverplan.text.words import Words

    def pages(made: Result, folder: Path) -> None:
        asked = made.summary["scenario"]
        others = [other for other in asked["also_in"] if other != asked["language"]]
        write_outputs(made, folder, languages=[asked["language"], *others])

    start = time.monotonic()
    try:
        run(Path(job.scenario), out=Path(job.folder), extra=pages if job.pages else None)
    except CoverplanError as error:
        told = told_zh = type(error).__name__
        if isinstance(error, InputError):
            problems = [_to_be_shown(problem) for problem in error.problems]
            told = str(InputError(problems))
            told_zh = "\n".join(problem_text(problem, Words("zh")) for problem in problems)
        told, told_zh = told[:_LONGEST_REASON], told_zh[:_LONGEST_REASON]
        return Outcome(job.name, "input", time.monotonic() - start, 1, told, told_zh)
    return Outcome(job.name, "done", time.monotonic() - start, 1)


def _to_be_shown(problem: Problem) -> Problem:
    """A problem as the overview may say it, which leaves the office: cells may name places that are not public.

    What stands in settings is told whole, but for ids of facilities; `check` of the area tells everybody who has its
    files the rest.
    """
    from coverplan.results.redaction import without_cells

    of_settings = problem.file is None or problem.file.suffix.lower() in {".yaml", ".yml"}
    if of_settings and problem.code != "unknown_facility":
        return problem
    return replace(without_cells(problem), expected=None)
