"""Coordinate reference systems that name files of shifts: PROJ would read these, wherever they lie, whenever it moves a point."""

from __future__ import annotations

import re
from mmap import mmap

#: A grid of shifts in a definition of PROJ or in WKT; none at all is what the word null says.
_GRID = r'grids\s*=\s*(?!@?null\b)|PARAMETERFILE\s*\[\\?"[^"]{0,200}",\s*\\?"(?!@?null\b)'
#: Definitions that stand in files of their own, but for the authority's.
_ELSEWHERE = r"\binit\s*=\s*(?!epsg:)|\+(?:file|model|catalog)\s*="
_IN_BYTES = re.compile(_GRID.encode())
_IN_DEFINITION = re.compile(f"{_GRID}|{_ELSEWHERE}", re.IGNORECASE)
_GRID_MARKS = (b"grids", b"PARAMETERFILE")


def names_shift_file(definition: str) -> bool:
    """Whether a definition of a coordinate reference system, in any form, names a file."""
    return _IN_DEFINITION.search(definition) is not None


def holds_shift_file(content: bytes | mmap) -> bool:
    """Whether a file holds a definition that names a grid of shifts."""
    return any(content.find(mark) >= 0 for mark in _GRID_MARKS) and _IN_BYTES.search(content) is not None
