"""coverplan: who is served within fifteen minutes, how far from the plan, where next.

>>> import coverplan
>>> result = coverplan.run("scenario.yaml")  # doctest: +SKIP
>>> result.coverage  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from coverplan.text.version import VERSION

__version__ = VERSION
__all__ = [
    "InputError",
    "Problem",
    "Result",
    "__version__",
    "compare",
    "compute_indicators",
    "gap_table",
    "load_plan",
    "prepare",
    "read_result",
    "run",
]

if TYPE_CHECKING:
    from coverplan.answer.study_runner import prepare, run
    from coverplan.comparison.compare import compare
    from coverplan.errors import InputError, Problem
    from coverplan.indicators import compute_indicators
    from coverplan.judgement.gaps import gap_table
    from coverplan.plan.load import load_plan
    from coverplan.results.files import read_result
    from coverplan.results.result import Result

_HOMES = {
    "compare": "coverplan.comparison.compare",
    "InputError": "coverplan.errors",
    "Problem": "coverplan.errors",
    "Result": "coverplan.results.result",
    "compute_indicators": "coverplan.indicators",
    "gap_table": "coverplan.judgement.gaps",
    "load_plan": "coverplan.plan.load",
    "read_result": "coverplan.results.files",
    "prepare": "coverplan.answer.study_runner",
    "run": "coverplan.answer.study_runner",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: nothing happens when the door opens."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(_HOMES[name]), name)
