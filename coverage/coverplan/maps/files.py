"""Files of maps: written aside and renamed, so that nothing half-written stays behind (R12)."""

from __future__ import annotations

import uuid
from contextlib import suppress
from pathlib import Path

from coverplan.errors import InputError, Problem


def replace_file(path: Path, content: bytes) -> Path:
    """Write a file as a whole.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    aside = path.parent / f".{path.name}-{uuid.uuid4().hex[:12]}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise InputError([_unwritable(path, error)]) from error
    return path


def _unwritable(path: Path, error: OSError) -> Problem:
    return Problem(
        f"the map cannot be written: {error.strerror or error}",
        path,
        remedy="name another folder, or close the program that holds the file open",
        code="unwritable",
    )
