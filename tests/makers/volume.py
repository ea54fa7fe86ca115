"""How much is tried: the suite enough to notice a fault, with COVERPLAN_ALL_CASES=1 everything, as the gate does."""

from __future__ import annotations

import os

import pytest

EVERYTHING = os.environ.get("COVERPLAN_ALL_CASES") == "1"
#: A test that takes long and whose promise smaller ones keep too.
gate_only = pytest.mark.skipif(not EVERYTHING, reason="long: the gate runs it, with COVERPLAN_ALL_CASES=1")


def examples(some: int, everything: int) -> int:
    """So many examples of a property, or seeds of a sample."""
    return everything if EVERYTHING else some
