"""What a page asks for first, kept from one start of the desk to the next, so that it need not wait for the workbench."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from coverplan.cache import content_key, study_cache


class FirstAnswers:
    """Answers about one reading of a study's files, in the cache of compiled studies.

    Parameters
    ----------
    read
        Which reading of the files it is: the same after another start, another one after a change.

    Notes
    -----
    There is one entry for each question, and it says what it was an answer about: it is an answer only where that is the
    same, and where the program is the same.
    """

    def __init__(self, read: str) -> None:
        self._read, self._cache = read, study_cache()

    def find(self, *question: object, about: object) -> Any:
        """The answer as plain values, or None where none is kept about that."""
        entry = self._cache.load(self._key(question))
        if entry is None or entry[1]["about"] != about:
            return None
        return entry[1]["answer"]

    def keep(self, *question: object, about: object, answer: object) -> None:
        """Keep an answer in place of what was kept to the question."""
        if self.find(*question, about=about) is None:
            plain = json.loads(to_json(answer, inf_nan_mode="null"))
            self._cache.keep(self._key(question), {}, {"about": about, "answer": plain})

    def _key(self, question: tuple[object, ...]) -> str:
        return content_key(read=self._read, question=list(question), program=_program())


@cache
def _program() -> str:
    """Names, sizes and moments of all files of the program: answers of another one are none."""
    told = []
    package = Path(str(files("coverplan")))
    for path in sorted(package.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            found = path.stat()
            told.append((str(path.relative_to(package)), found.st_size, found.st_mtime_ns))
    return hashlib.sha256(repr(told).encode()).hexdigest()
