"""Work in the background: one piece of a kind for each idea, which can be asked after and called off."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_hex
from threading import Event, Lock, Thread
from typing import Any

from coverplan.desk.server.shown import Job, Trouble
from coverplan.desk.server.trouble import trouble
from coverplan.errors import CoverplanError, InputError
from coverplan.text.words import Words

#: Finished work that is remembered.
KEPT_JOBS = 64
#: Work that goes on at the same time, of all ideas together.
MOST_AT_ONCE = 4
_LOG = logging.getLogger(__name__)


class BusyError(CoverplanError):
    """There is as much work already as the machine should do, or the idea's own work goes on."""


@dataclass(slots=True)
class Work:
    """One piece of work while it goes on, and what it found.

    Parameters
    ----------
    kind, idea
        What is done, for which idea.
    cancelled
        Set when nobody wants the answer any more.
    progress
        What is known meanwhile, and at the end what was found.
    """

    id: str
    kind: str
    idea: int
    started: float = field(default_factory=time.monotonic)
    ended: float | None = None
    state: str = "running"
    cancelled: Event = field(default_factory=Event)
    progress: dict[str, Any] | None = None
    error: CoverplanError | None = None


class Jobs:
    """Pieces of work by id."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._works: OrderedDict[str, Work] = OrderedDict()

    def start(self, kind: str, idea: int, do: Callable[[Work], dict[str, Any]]) -> Work:
        """Begin; raises BusyError where the idea has work of the kind, or the machine has enough."""
        with self._lock:
            going = [work for work in self._works.values() if work.state == "running"]
            if len(going) >= MOST_AT_ONCE or any((w.kind, w.idea) == (kind, idea) for w in going):
                raise BusyError("work of this kind is going on already; wait for it or call it off")
            work = Work(token_hex(8), kind, idea)
            self._works[work.id] = work
            for old in [w for w in self._works.values() if w.state != "running"][:-KEPT_JOBS]:
                del self._works[old.id]
        Thread(target=self._run, args=(work, do), daemon=True, name=f"desk-{kind}").start()
        return work

    def find(self, identifier: str) -> Work | None:
        """Work by id."""
        with self._lock:
            return self._works.get(identifier)

    @staticmethod
    def _run(work: Work, do: Callable[[Work], dict[str, Any]]) -> None:
        try:
            work.progress = do(work)
            work.state = "cancelled" if work.cancelled.is_set() else "done"
        except CoverplanError as error:
            work.error, work.state = error, "failed"
        except Exception:  # noqa: BLE001 - the page must hear of it, and the log must say why
            _LOG.exception("%s of idea %s", work.kind, work.idea)
            work.state = "failed"
        work.ended = time.monotonic()


def told(work: Work, words: Words) -> Job:
    """A piece of work as the page shows it."""
    problems: list[Trouble] = []
    if isinstance(work.error, InputError):
        problems = [trouble(problem, words) for problem in work.error.problems]
    elif work.error is not None:
        problems = [{"code": type(work.error).__name__, "text": str(work.error)}]
    seconds = (work.ended or time.monotonic()) - work.started
    return {
        "id": work.id,
        "kind": work.kind,
        "state": work.state,
        "seconds": round(seconds, 2),
        "found": work.progress,
        "problems": problems,
    }
