"""A process that makes part of a result's pages: it gets ready, waits for its job on one line, does it and ends.

Getting ready takes a second or two, which pass while the numbers are still being computed.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from coverplan.errors import InputError, Problem


class PageWorker:
    """A waiting process, stopped when the block that it was opened in ends."""

    def __init__(self) -> None:
        command = [sys.executable, "-P", "-m", "coverplan", "page-worker"]
        self._process = subprocess.Popen(  # noqa: S603  (our own interpreter and words of our own)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()

    def begin(self, job: Mapping[str, Any]) -> None:
        """Give it its job, as plain values."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # one that has ended is heard in `finish`
            self._process.stdin.write(json.dumps(job) + "\n")
            self._process.stdin.flush()

    def finish(self) -> None:
        """Wait until the job is done.

        Raises
        ------
        InputError
            If it could not be done, with what the process said.
        """
        _, said = self._process.communicate()
        if self._process.returncode:
            raise InputError([Problem("some pages could not be made", value=said.strip())])
