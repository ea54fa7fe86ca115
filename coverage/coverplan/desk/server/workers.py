"""The threads that answer the page: few, and ready before anybody asks."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

from coverplan.desk.server.desk import Desk

#: More threads than processors only take turns; two more answer what waits for a disk meanwhile.
THREADS = (os.cpu_count() or 1) + 2


def workers(desk: Desk | None = None, *, after: Event | None = None) -> ThreadPoolExecutor:
    """Threads for the calls of a desk.

    Parameters
    ----------
    desk
        Whose places every thread is to know from the beginning: each thread makes the transformations between degrees
        and metres for itself, which takes longer than a step. None: when they are first asked for.
    after
        What the threads wait for before they answer anything.
    """
    if desk is None:
        return ThreadPoolExecutor(THREADS, thread_name_prefix="desk")

    def begun() -> None:
        if after is not None:
            after.wait()
        desk.places.warm()

    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="desk", initializer=begun)
    for _ in range(THREADS):  # none of them is idle yet, so that each begins another thread
        pool.submit(sleep, 0.05)
    return pool
