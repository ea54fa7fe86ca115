"""Names of what is written aside before it is renamed: they tell who makes it, so that leftovers are known as such."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

_A_DAY_S = 86_400.0
_MARK = re.compile(r"([0-9a-f]{6})-(\d+)-[0-9a-f]{12}(\.[^.]*)?")


def host_mark() -> str:
    """Short mark of this machine, which says nothing of its name."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:6]


def new_mark() -> str:
    """Host, process and a tag that nobody else has."""
    return f"{host_mark()}-{os.getpid()}-{uuid.uuid4().hex[:12]}"


def may_be_alive(part: Path, host: str, pid: str) -> bool:
    """Whether the process that made a part may still be at work on it."""
    try:
        if time.time() - part.stat().st_mtime > _A_DAY_S:
            return False
        if host != host_mark() or os.name != "posix":
            return True
        os.kill(int(pid), 0)
    except (ProcessLookupError, FileNotFoundError):
        return False
    except (OSError, ValueError, OverflowError):
        return True
    return True


def left_behind(folder: Path, start: str) -> Iterator[Path]:
    """Files in a folder whose names are `start` and a mark, and whose makers are gone."""
    for path in list(folder.iterdir()):
        mark = _MARK.fullmatch(path.name.removeprefix(start)) if path.name.startswith(start) else None
        if mark and not may_be_alive(path, mark[1], mark[2]):
            yield path
