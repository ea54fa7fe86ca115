"""How much is tried: the suite enough to notice a fault, with COVERPLAN_ALL_CASES=1 everything, as the gate does."""

from __future__ import annotations

import os

import pytest

_ASKED = os.environ.get("COVERPLAN_ALL_CASES")
EVERYTHING = _ASKED in {"1", "only"}
#: With COVERPLAN_ALL_CASES=only nothing else than what is tried more of: the gate runs the rest beside it anyway.
ONLY_MORE = _ASKED == "only"
#: A test that takes long and whose promise smaller ones keep too.
gate_only = pytest.mark.skipif(not EVERYTHING, reason="long: the gate runs it, with COVERPLAN_ALL_CASES=1")


def examples(some: int, everything: int) -> int:
    """So many examples of a property, or seeds of a sample."""
    return everything if EVERYTHING else some


def has_more(item: pytest.Item) -> bool:
    """Whether more of a test is tried with everything than without: itself, or whatever its file takes from here."""
    names = vars(item.module) if isinstance(item, pytest.Function) else {}
    by_file = any(
        names.get(name) is thing for name, thing in (("examples", examples), ("EVERYTHING", EVERYTHING))
    )
    return by_file or any(mark is gate_only.mark for mark in item.iter_markers("skipif"))
