"""Answer every area of a batch that has no current result, and look at all of them together."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from coverplan.batch.area_worker import answer_area
from coverplan.batch.batch_file import Batch, load_batch
from coverplan.batch.job import Job, Outcome
from coverplan.batch.workers import Crew, open_crew, workers_that_fit
from coverplan.comparison.side import is_current
from coverplan.text.words import Words
from coverplan.text.writing import write_whole

#: Told about every area as it ends, with how many have ended and how many there are.
Ended = Callable[[Outcome, int, int], None]
STATE = "batch.json"
#: How long an end is waited for before we look after the workers.
_LOOK_S = 1.0


def run_batch(
    path: str | Path, *, scheduler: str | None = None, workers: int | None = None, ended: Ended | None = None
) -> tuple[Outcome, ...]:
    """Answer the areas of a batch file into one folder each, and write the overview of all.

    Areas whose result is that of their files as they are now are kept. An area whose worker ends, or fails in a way
    that is no fault of its files, is tried again, at most three times in all; one that stays without a result stops
    nobody else.

    Parameters
    ----------
    path
        The batch file.
    scheduler
        Address of a dask scheduler that somebody else runs; None: processes on this machine.
    workers
        Most processes on this machine; as many as cores and memory allow when not given.
    ended
        Told about every area as it ends.

    Returns
    -------
    tuple of Outcome
        One for every area, in name order. The folder ``out`` of the batch file holds ``batch.json``, the results under
        ``areas/`` and the overview.

    Raises
    ------
    InputError
        If the batch file is wrong or nobody answers at `scheduler`; MissingExtraError without dask.
    """
    from coverplan.batch.overview import OfArea, area_rows, read_area
    from coverplan.batch.overview_files import write_overview

    batch = load_batch(Path(path))
    tell = ended or (lambda *_: None)
    outcomes: dict[str, Outcome] = {}
    areas: dict[str, OfArea | None] = {}

    def over(job: Job, outcome: Outcome) -> None:
        outcomes[job.name] = outcome
        tell(outcome, len(outcomes), len(batch.jobs))
        areas[job.name] = read_area(job, outcome)

    waiting = []
    for job in batch.jobs:
        if is_current(Path(job.scenario), Path(job.folder)) and (not job.pages or _has_pages(job)):
            over(job, Outcome(job.name, "kept", 0.0, 0))
        else:
            waiting.append(job)
    if waiting:
        count = min(workers_that_fit(batch.file.memory_gib, workers), len(waiting))
        with open_crew(scheduler=scheduler, workers=count, memory_gib=batch.file.memory_gib) as crew:
            for job, outcome in _answered(crew, waiting, batch.file.tries):
                over(job, outcome)
                _keep_state(batch, outcomes)
    found = tuple(outcomes[job.name] for job in batch.jobs)
    _keep_state(batch, outcomes)
    write_overview(batch, found, area_rows({job.name: areas[job.name] for job in batch.jobs}))
    return found


def _has_pages(job: Job) -> bool:
    return (Path(job.folder) / "map.html").is_file()


def _answered(crew: Crew, jobs: Sequence[Job], most_tries: int) -> Iterator[tuple[Job, Outcome]]:
    """Outcomes as they come; what fails is handed in again, last of all, until it was tried often enough.

    No more areas are handed in than workers are there to be at them: one that waits behind another at a worker that
    ends would be taken for its cause.
    """
    tries = dict.fromkeys((job.name for job in jobs), 1)
    waiting, at_work = deque(jobs), dict[Any, Job]()
    ended: SimpleQueue[Any] = SimpleQueue()

    def hand_in(most: int) -> None:
        for job in [waiting.popleft() for _ in range(min(most, len(waiting)))]:
            at_work[crew.hand_in(answer_area, job, ended=ended.put)] = job

    while waiting or at_work:
        hand_in(crew.threads() - len(at_work))
        try:
            future = ended.get(timeout=_LOOK_S)
        except Empty:
            continue
        job = at_work.pop(future)
        if future.status == "finished":
            hand_in(1)  # its worker has nothing to do while we read what it found
            outcome: Outcome = future.result()
            yield job, outcome._replace(tries=tries[job.name])
        elif tries[job.name] < most_tries:
            tries[job.name] += 1
            waiting.append(job)
        else:
            yield job, Outcome(job.name, "failed", 0.0, tries[job.name], *_reasons(future))
        future.release()


def _reasons(future: Any) -> tuple[str, str]:
    """Why an area has no result, in English and in Chinese."""
    error = future.exception()
    if type(error).__name__ == "KilledWorker":
        return Words("en")("batch.killed"), Words("zh")("batch.killed")
    return (type(error).__name__,) * 2  # its words may quote cells


def _keep_state(batch: Batch, outcomes: Mapping[str, Outcome]) -> None:
    rows = [outcomes[name]._asdict() for name in sorted(outcomes)]
    text = json.dumps({"format": 1, "areas": rows}, ensure_ascii=False, indent=1) + "\n"
    write_whole(batch.out / STATE, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))
