"""How long and how hard to look: gap, time limit, seed, threads, cancelling and progress."""

from __future__ import annotations

import numbers
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from coverplan.errors import InputError
from coverplan.errors import Problem as Trouble

MOST = 2**31 - 1  # what HiGHS takes as a seed


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known while a solve goes on.

    Parameters
    ----------
    seconds
        Since the solve began.
    objective, bound
        Best answer and proven bound of the objective that is being worked on; None when there is none yet.
    """

    seconds: float
    objective: float | None
    bound: float | None


@dataclass(frozen=True, slots=True)
class Search:
    """How long and how hard to look.

    Parameters
    ----------
    gap
        Relative gap at which to stop, 0 for a proof of optimality.
    time_limit_s
        Wall clock after which the best answer so far is returned, marked as not reproducible; None for no limit. Time
        that goes into compiling code on its first call ever is no part of it. What was given is used: a search that
        is not proven goes on until then, where it would end by itself after a fixed effort without a limit.
    seed
        Seed of every random choice.
    threads
        Threads of the fast road; they change how long it takes and nothing else.
    cancel
        Asked now and then; the solve stops with its best answer when it returns True.
    progress
        Told now and then how far the solve is.
    """

    gap: float = 0.0
    time_limit_s: float | None = None
    seed: int = 0
    threads: int = 1
    cancel: Callable[[], bool] | None = None
    progress: Callable[[Progress], None] | None = None

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        limit = self.time_limit_s
        troubles = [
            Trouble(what=what, field=field, value=value, expected=expected)
            for right, what, field, value, expected in (
                (_is_number(self.gap) and 0 <= self.gap < 1, "the gap is a share", "gap", self.gap, "0 to 1"),
                (
                    limit is None or (_is_number(limit) and limit > 0),
                    "no time",
                    "time_limit_s",
                    limit,
                    "above 0",
                ),
                (_is_whole(self.threads, 1), "no thread", "threads", self.threads, "1 or more"),
                (_is_whole(self.seed, 0), "no seed", "seed", self.seed, f"a whole number from 0 to {MOST}"),
            )
            if not right
        ]
        if troubles:
            raise InputError(troubles)


def _is_number(value: object) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _is_whole(value: object, least: int) -> bool:
    return _is_number(value) and isinstance(value, numbers.Integral) and least <= int(value) <= MOST


@dataclass(slots=True)
class Watch:
    """Clock of one solve.

    Parameters
    ----------
    aside
        Seconds that are no part of the search: code was compiled.
    """

    search: Search
    started: float = field(default_factory=time.perf_counter)
    aside: float = 0.0

    @property
    def seconds(self) -> float:
        """Seconds since the solve began."""
        return time.perf_counter() - self.started - self.aside

    def put_aside(self, seconds: float) -> None:
        """Leave some seconds out of the count."""
        self.aside += seconds

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the time limit, None without one."""
        limit = self.search.time_limit_s
        return None if limit is None else max(0.0, limit - self.seconds)

    def stopped_by(self) -> str | None:
        """``cancel`` or ``time`` when the solve has to stop now."""
        if self.search.cancel is not None and self.search.cancel():
            return "cancel"
        left = self.seconds_left
        return "time" if left is not None and left <= 0 else None

    def tell(self, objective: float | None, bound: float | None) -> None:
        """Pass on how far the solve is."""
        if self.search.progress is not None:
            self.search.progress(Progress(self.seconds, objective, bound))
