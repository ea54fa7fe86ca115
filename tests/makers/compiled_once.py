"""What one worker has compiled the others load, without an index that two of them could overwrite.

numba keeps one index of a function's compiled types, and reads and writes it without a lock: of two processes that
compile the function for different types at once, one may leave its code under the other's name. So each worker keeps a
folder of its own, and beside these stands a pool in which every function and tuple of types is a file of its own that
says what it holds. What a command of before has compiled beside the source is read too, and never written.
"""

from __future__ import annotations

import hashlib
import pickle
import uuid
from pathlib import Path
from typing import Any

import pytest


def share(pool: Path, source: Path, patch: pytest.MonkeyPatch) -> None:
    """Let numba look for what its own folder does not hold in `pool` and beside `source`, and leave there what it compiles."""
    from numba.core.caching import IndexDataCacheFile as Cache
    from numba.core.caching import UserProvidedCacheLocator as Locator

    own_load, own_save = Cache.load, Cache.save
    pool.mkdir(exist_ok=True)
    beside = {
        Locator.get_suitable_cache_subpath(str(folder.parent / "any.py")): folder
        for folder in source.rglob("__pycache__")
    }

    def load(self: Any, key: object) -> object:
        found = own_load(self, key)
        if found is None:
            found = _read(pool, _whole(self, key))
            home = beside.get(Path(self._cache_path).name)
            if found is None and home is not None:
                kept = Cache(str(home), self._index_name.removesuffix(".nbi"), self._source_stamp)
                found = own_load(kept, key)
            if found is not None:
                own_save(self, key, found)
        return found

    def save(self: Any, key: object, compiled: object) -> None:
        own_save(self, key, compiled)
        _write(pool, _whole(self, key), self._dump(compiled))

    patch.setattr(Cache, "load", load)
    patch.setattr(Cache, "save", save)


def _whole(cache: Any, key: object) -> tuple[object, ...]:
    """What a compiled function is kept under: file of the source, its date, numba and the types."""
    return Path(cache._index_path).parts[-2:], cache._source_stamp, cache._version, key


def _file(pool: Path, whole: tuple[object, ...]) -> Path:
    return pool / hashlib.sha256(repr(whole).encode()).hexdigest()


def _read(pool: Path, whole: tuple[object, ...]) -> object:
    try:
        held, compiled = pickle.loads(_file(pool, whole).read_bytes())  # noqa: S301 - this session's own file
    except FileNotFoundError:
        return None
    return pickle.loads(compiled) if held == whole else None  # noqa: S301


def _write(pool: Path, whole: tuple[object, ...], compiled: bytes) -> None:
    part = pool / uuid.uuid4().hex
    part.write_bytes(pickle.dumps((whole, compiled)))
    try:
        part.replace(_file(pool, whole))
    except PermissionError:  # Windows, while another worker reads what it has left there itself
        part.unlink()
