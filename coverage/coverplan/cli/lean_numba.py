"""Numba without what it only looks for: scipy's linear algebra and coverage.py take longer to load than all of our kernels."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType

#: Numba tries to import them, to multiply matrices and to count covered lines; no kernel of ours asks for either.
_TRIED = frozenset({"scipy", "coverage"})
#: Parts of numba that try.
_TRYING = ("numba", "numba.np.arraymath")


@contextmanager
def lean_numba() -> Iterator[None]:
    """While numba loads it finds neither scipy nor coverage.py where they are not loaded yet; everybody else does.

    For the process of a command alone, in which nobody else compiles anything: where numba was loaded so, it refuses to
    compile products of matrices.
    """
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder:
    """Says that a module is not there while numba looks for it, to the thread that loads numba."""

    def __init__(self) -> None:
        self._thread: int | None = None

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if name in _TRYING:
            self._thread = threading.get_ident()
        if name.partition(".")[0] in _TRIED and self._thread == threading.get_ident() and _numba_tries():
            raise ModuleNotFoundError(f"{name} is kept from numba", name=name)
        return None


def _numba_tries() -> bool:
    specs = (getattr(sys.modules.get(name), "__spec__", None) for name in _TRYING)
    return any(getattr(spec, "_initializing", False) for spec in specs)
