"""Cache by content: what is made once is found again by what it was made from.

A key is the sha256 of everything that the result depends on: the bytes of the input files, the parameters, the versions
of coverplan, of this format, and of Python and the libraries that reckon and read (another build of numpy may differ in
the last digit). A changed input therefore has another key and can never be served from the old entry.
An entry is written under a name of its own and renamed when complete, so neither an interruption nor a second process
leaves half an entry; two processes that make the same entry at once write the same bytes of content.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coverplan.text.version import VERSION

_log = logging.getLogger(__name__)
#: What the content of an entry depends on beside coverplan.
_LIBRARIES = ("numpy", "scipy", "shapely", "pyproj", "pyogrio", "osmium", "rasterio", "numba")
_FORMAT = 1
_HEADER = "header"
_BLOCK = 1 << 20
_SUFFIX = ".npz"
_UNFINISHED = ".unfinished"
_A_DAY_S = 86_400.0
#: Entries that have not been used for longest go when all together are larger than this.
LARGEST_BYTES = 4 * 1024**3

Arrays = dict[str, NDArray[Any]]


def content_key(files: Sequence[Path] = (), **parameters: object) -> str:
    """Key of what is made from the contents of `files`, in their order, and from `parameters`.

    Parameters
    ----------
    files
        Input files; their bytes count, not their names, places or dates.
    parameters
        Everything else that the result depends on, as plain values (numbers, text, lists, dicts).

    Raises
    ------
    TypeError
        If a parameter is no plain value, so that it cannot be told from another one.
    """
    digest = hashlib.sha256(f"{_FORMAT} {VERSION} {_built_with()} {len(files)}".encode())
    digest.update(json.dumps(parameters, sort_keys=True, ensure_ascii=True).encode())
    for file in files:
        content = hashlib.sha256()
        with file.open("rb") as stream:
            while block := stream.read(_BLOCK):
                content.update(block)
        digest.update(content.digest())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _built_with() -> str:
    """Python, machine and libraries by which an entry was made."""
    python = f"{sys.implementation.cache_tag} {sys.platform} {platform.machine()}"
    return " ".join([python, *(f"{name} {version(name)}" for name in _LIBRARIES)])


def fingerprint(*arrays: NDArray[Any]) -> str:
    """Fingerprint of the contents, types and shapes of arrays, for a `content_key`."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.str} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).view(np.uint8).data)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Cache:
    """Folder of entries.

    Parameters
    ----------
    folder
        Where entries lie; made when the first is kept.
    largest_bytes
        Size of all entries together above which the longest unused go.
    """

    folder: Path
    largest_bytes: int = LARGEST_BYTES

    def load(self, key: str) -> tuple[Arrays, Any] | None:
        """Arrays and header of an entry, or None if there is none that is whole."""
        file = self._file(key)
        try:
            with file.open("rb") as stream, np.load(stream, allow_pickle=False) as entry:
                arrays = {name: entry[name] for name in entry.files}
            header = json.loads(arrays.pop(_HEADER).tobytes().decode())
            of_key, value = header["key"] == key, header["value"]
        except FileNotFoundError:
            return None
        except Exception as error:  # noqa: BLE001 - on damaged bytes numpy, zipfile and zlib raise what they like
            _log.warning("cache entry %s is damaged and is made again: %s", file.name, error)
            return None
        if not of_key:
            return None
        with contextlib.suppress(OSError):
            os.utime(file)
        return arrays, value

    def keep(self, key: str, arrays: Arrays, value: object = None) -> None:
        """Write an entry as a whole or not at all; a folder that cannot be written to costs only time."""
        header = json.dumps({"key": key, "value": value}, ensure_ascii=True).encode()
        stored = {**arrays, _HEADER: np.frombuffer(header, dtype=np.uint8)}
        unfinished: Path | None = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, suffix=_UNFINISHED, delete=False) as stream:
                unfinished = Path(stream.name)
                np.savez(stream, allow_pickle=False, **stored)
                stream.flush()
                os.fsync(stream.fileno())
            unfinished.replace(self._file(key))
            self._prune()
        except OSError as error:
            _log.warning("the cache folder %s cannot be used: %s", self.folder, error)
        finally:
            if unfinished is not None:
                unfinished.unlink(missing_ok=True)

    def _file(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"

    def _prune(self) -> None:
        """Remove what was left unfinished days ago, then the longest unused entries above the size limit."""
        for left in self.folder.glob(f"*{_UNFINISHED}"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > _A_DAY_S:
                    left.unlink(missing_ok=True)
        entries = []
        for file in self.folder.glob(f"*{_SUFFIX}"):
            with contextlib.suppress(FileNotFoundError):
                entries.append((file.stat().st_mtime, file.stat().st_size, file))
        total = sum(size for _, size, _ in entries)
        for _, size, file in sorted(entries)[:-1]:
            if total <= self.largest_bytes:
                return
            file.unlink(missing_ok=True)
            total -= size


def study_cache() -> Cache:
    """Where compiled streets and doors are kept: in the user's cache folder, or where ``COVERPLAN_CACHE`` says."""
    named = os.environ.get("COVERPLAN_CACHE")
    if named:
        return Cache(Path(named))
    home = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Cache(Path(home) / "coverplan")
