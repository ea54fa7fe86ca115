"""Compiling is no part of a search: the time that numba takes for it is left out of the clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from numba.core import event

from coverplan.siting.solvers.search import Watch

if TYPE_CHECKING:
    from numba.core.event import Event


class _Compiling(event.Listener):  # type: ignore[misc]
    """Adds the time of every outermost compilation of a thread to a clock; functions compile what they call."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.depth = threading.local()

    def on_start(self, event: Event) -> None:  # noqa: ARG002 - numba's signature
        deep = getattr(self.depth, "count", 0)
        if deep == 0:
            self.depth.began = time.perf_counter()
        self.depth.count = deep + 1

    def on_end(self, event: Event) -> None:  # noqa: ARG002 - numba's signature
        deep = getattr(self.depth, "count", 0) - 1
        self.depth.count = max(deep, 0)
        if deep == 0:
            self.watch.put_aside(time.perf_counter() - self.depth.began)


@contextmanager
def without_compiling(watch: Watch) -> Iterator[None]:
    """Within it, what is compiled does not count on the clock."""
    with event.install_listener("numba:compile", _Compiling(watch)):
        yield
