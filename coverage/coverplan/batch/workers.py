"""Workers of a batch: processes on this machine sized to its memory, or a cluster that somebody else runs."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from coverplan.errors import InputError, MissingExtraError, Problem

#: Share of the machine's memory that all workers together may take.
_SHARE = 0.8
_WAIT_S = "30s"


def workers_that_fit(memory_gib: float, most: int | None = None) -> int:
    """Workers that run beside each other on this machine: one a core, and no more than its memory holds."""
    import psutil

    cores = os.cpu_count() or 1
    held = int(psutil.virtual_memory().total * _SHARE / (memory_gib * 1024**3))
    return max(1, min(cores if most is None else most, held))


@contextmanager
def open_client(*, scheduler: str | None, workers: int, memory_gib: float) -> Iterator[Any]:
    """A dask client; closed, with its workers where they are ours, when the block ends.

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
        "distributed.worker.daemon": False,  # an area's pages start processes of their own
        "distributed.comm.timeouts.connect": _WAIT_S,
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
                yield client
            finally:
                client.close()
            return
        with (
            LocalCluster(
                n_workers=workers, threads_per_worker=1, processes=True, memory_limit=f"{memory_gib}GiB",
                host="127.0.0.1", dashboard_address=None, silence_logs=logging.CRITICAL,
            ) as cluster,
            Client(cluster) as client,
        ):  # fmt: skip
            yield client
