"""Workers of a batch: processes on this machine sized to its memory, or a cluster that somebody else runs."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from coverplan.errors import InputError, MissingExtraError, Problem

#: Share of the machine's memory that all workers together may take.
_SHARE = 0.8
#: Without a dashboard dask's scheduler listens on port 8787 all the same, and two batches would meet there.
_NO_PAGE = {"dashboard_address": "127.0.0.1:0"}
_WAIT_S = "30s"
_LONGEST_WITHOUT_S = 300.0


def workers_that_fit(memory_gib: float, most: int | None = None) -> int:
    """Workers that run beside each other on this machine: one a core, and no more than its memory holds."""
    import psutil

    cores = os.cpu_count() or 1
    held = int(psutil.virtual_memory().total * _SHARE / (memory_gib * 1024**3))
    return max(1, min(cores if most is None else most, held))


class Crew:
    """Workers that areas are handed to; those of this machine are started anew when they end.

    Parameters
    ----------
    client
        A dask client.
    cluster, count
        Processes of this machine and how many there shall be; None and 0 for a cluster of somebody else.
    """

    def __init__(self, client: Any, cluster: Any = None, count: int = 0) -> None:
        self._client, self._cluster, self._count = client, cluster, count
        self._last_seen = time.monotonic()

    def hand_in(self, work: Callable[..., Any], *given: Any, ended: Callable[[Any], None]) -> Any:
        """A future of some work, which is given to `ended` whatever came of it."""
        future = self._client.submit(work, *given, pure=False, retries=0)
        future.add_done_callback(ended)
        return future

    def threads(self) -> int:
        """How many areas can be at work now; processes that ended are replaced.

        Raises
        ------
        InputError
            If there was no worker for five minutes.
        """
        if self._cluster is not None:
            self._replace()
        there = sum(self._client.nthreads().values())
        now = time.monotonic()
        if there:
            self._last_seen = now
        elif now - self._last_seen > _LONGEST_WITHOUT_S:
            raise InputError(
                [
                    Problem(
                        "no worker has been there for five minutes", expected="one at least", code="no_worker",
                        remedy="look at the memory of this machine, or at the workers of the scheduler; results are kept",
                    )
                ]
            )  # fmt: skip
        return there

    def _replace(self) -> None:
        """Dask starts a worker again that ends at work, but gives up one that ends while it starts."""
        from distributed.core import Status

        cluster = self._cluster

        async def forget_ended() -> None:
            for name, nanny in list(cluster.workers.items()):
                if nanny.status in {Status.closed, Status.failed}:
                    del cluster.workers[name]

        cluster.sync(forget_ended)
        if len(cluster.workers) < self._count:
            cluster.scale(self._count)


@contextmanager
def open_crew(*, scheduler: str | None, workers: int, memory_gib: float) -> Iterator[Crew]:
    """Workers through dask; closed, where they are ours, when the block ends.

    Parameters
    ----------
    scheduler
        Address of a running scheduler such as ``tcp://host:8786``; None: processes on this machine.
    workers
        Processes on this machine.
    memory_gib
        Memory of each; one that takes more is started anew.

    Raises
    ------
    MissingExtraError
        If dask is not installed.
    InputError
        If no scheduler answers.
    """
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise MissingExtraError("coverplan batch", error.name or "distributed", "batch") from error
    settings = {
        "distributed.scheduler.allowed-failures": 0,  # an area whose worker ends is told to us at once
        "distributed.scheduler.http.routes": [],
        "distributed.worker.http.routes": [],
        "distributed.worker.daemon": False,  # an area's pages start processes of their own
        "distributed.comm.timeouts.connect": _WAIT_S,
        "distributed.deploy.lost-worker-timeout": "1h",  # a slow machine needs more than 15 s to start one again
    }
    with dask.config.set(settings):
        if scheduler is not None:
            try:
                client = Client(scheduler, timeout=_WAIT_S)
            except (OSError, TimeoutError, ValueError) as error:
                raise InputError(
                    [
                        Problem(
                            "no scheduler answers",
                            value=scheduler,
                            expected="the address of a running one",
                            code="no_scheduler",
                        )
                    ]
                ) from error
            try:
                yield Crew(client)
            finally:
                client.close()
            return
        with (
            LocalCluster(
                n_workers=0, threads_per_worker=1, processes=True, memory_limit=f"{memory_gib}GiB",
                host="127.0.0.1", dashboard_address=None, scheduler_kwargs=_NO_PAGE, silence_logs=logging.CRITICAL,
            ) as cluster,
            Client(cluster) as client,
        ):  # fmt: skip
            yield Crew(client, cluster, workers)
