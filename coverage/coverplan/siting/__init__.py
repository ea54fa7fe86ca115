"""Where next: the classic models and the general form, solution with status, bound and gap, independent check.

The models are here by name (`from coverplan.siting import MCLP, PMedian`) and are loaded when they are asked for.

Other rooms use: `limit`, `objective`, `pairs`, `points`, `presets`, `problem`, `sites`, `solution`,
`solve`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coverplan.siting.answer import Answer
    from coverplan.siting.dispersion import PDispersion
    from coverplan.siting.further_models import CFLP, MEXCLP, UFLP, MostAttendance, MultipleMCLP
    from coverplan.siting.presets import (
        LSCP,
        LSCPB,
        MCLP,
        CapacitatedMCLP,
        CapacitatedPMedian,
        PartialSetCover,
        PCenter,
        PMedian,
    )
    from coverplan.siting.solvers.search import Search

_HOMES = {
    "Answer": "answer",
    "PDispersion": "dispersion",
    "Search": "solvers.search",
    **dict.fromkeys(("CFLP", "MEXCLP", "UFLP", "MostAttendance", "MultipleMCLP"), "further_models"),
    **dict.fromkeys(
        (
            "LSCP", "LSCPB", "MCLP", "CapacitatedMCLP", "CapacitatedPMedian", "PCenter", "PMedian", "PartialSetCover",
        ),
        "presets",
    ),
}  # fmt: skip
_ELSEWHERE = {
    "KNearestPMedian": "take PMedian, with room CapacitatedPMedian; all sites in reach are looked at, and no k is needed",
}
__all__ = [
    "CFLP",
    "LSCP",
    "LSCPB",
    "MCLP",
    "MEXCLP",
    "UFLP",
    "Answer",
    "CapacitatedMCLP",
    "CapacitatedPMedian",
    "MostAttendance",
    "MultipleMCLP",
    "PCenter",
    "PDispersion",
    "PMedian",
    "PartialSetCover",
    "Search",
]


if not TYPE_CHECKING:  # a type checker would take every misspelt name for one of these

    def __getattr__(name: str) -> object:
        """Load a model when it is first asked for (PEP 562)."""
        if name in _ELSEWHERE:
            raise ImportError(f"{name}: {_ELSEWHERE[name]}")
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """Names that are loaded when they are asked for, too."""
    return sorted({*globals(), *__all__})
