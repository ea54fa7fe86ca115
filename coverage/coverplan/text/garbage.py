"""When Python looks for circles of objects that nobody holds any more."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: New objects after which it looks at them, and how many such looks make one at all objects: almost all that a reader or
#: a run makes lives to its end, and each look at all of it takes as long as reading a tenth of it.
_OBJECTS, _YOUNG, _ALL = 1_000_000, 10, 100


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Look for circles less often while many objects are made that stay."""
    before = gc.get_threshold()
    if before[0]:
        gc.set_threshold(*map(max, before, (_OBJECTS, _YOUNG, _ALL)))
    try:
        yield
    finally:
        gc.set_threshold(*before)
