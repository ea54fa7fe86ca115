"""When Python looks for circles of objects that nobody holds any more."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: New objects after which it looks: almost all that a reader or a run makes lives to its end.
_OBJECTS = 100_000


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Look for circles less often while many objects are made that stay."""
    before = gc.get_threshold()
    gc.set_threshold(max(_OBJECTS, before[0]) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
