"""coverplan: who is served within fifteen minutes, how far a district is from its plan, where the next sites should go.

Begin with a scenario file (``coverplan init FOLDER`` proposes one, ``coverplan demo`` brings an invented district):

>>> import coverplan
>>> result = coverplan.run("scenarios/demo.yaml", pages=True)  # doctest: +SKIP
>>> result  # in a notebook: a table  # doctest: +SKIP
>>> result.share("elder_care-15min", "age_60_plus")  # doctest: +SKIP
>>> result.table("gaps")[["present", "target", "gap", "verdict"]]  # doctest: +SKIP

`run` writes its answer to a folder, ``maps/<scenario>`` unless ``out`` says another one, and `read_result` reads it again
without computing. `prepare` reads and checks everything and computes nothing. `compare` holds two or three answers against
each other. `load_plan`, `compute_indicators` and `gap_table` judge a plan without a map.

Where to build next for a matrix of costs of yours: ``from coverplan.siting import MCLP, PMedian``.

What is wrong with a file is an `InputError` that carries every `Problem` at once: file, line, field, value, what was
expected, what to do. A name that is not there is an `UnknownNameError` that says what there is.
Units: metres, minutes, people; shares lie between 0 and 1; what is unknown is NaN or None, never 0.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from coverplan.text.version import VERSION

if TYPE_CHECKING:
    from coverplan.answer.prepared import prepare
    from coverplan.comparison.compare import compare
    from coverplan.errors import CoverplanError, InputError, Problem, UnknownNameError
    from coverplan.indicators import compute_indicators
    from coverplan.judgement.gaps import gap_table
    from coverplan.pages.paged_run import run
    from coverplan.plan.load import load_plan
    from coverplan.results.files import read_result
    from coverplan.results.result import Result

__version__ = VERSION
__all__ = [
    "CoverplanError",
    "InputError",
    "Problem",
    "Result",
    "UnknownNameError",
    "__version__",
    "compare",
    "compute_indicators",
    "gap_table",
    "load_plan",
    "prepare",
    "read_result",
    "run",
]

_HOMES = {
    "CoverplanError": "coverplan.errors",
    "InputError": "coverplan.errors",
    "Problem": "coverplan.errors",
    "Result": "coverplan.results.result",
    "UnknownNameError": "coverplan.errors",
    "compare": "coverplan.comparison.compare",
    "compute_indicators": "coverplan.indicators",
    "gap_table": "coverplan.judgement.gaps",
    "load_plan": "coverplan.plan.load",
    "prepare": "coverplan.answer.prepared",
    "read_result": "coverplan.results.files",
    "run": "coverplan.pages.paged_run",
}

if not TYPE_CHECKING:  # a type checker would take every misspelt name for one of these

    def __getattr__(name: str) -> object:
        """Import what is asked for when it is asked for: nothing happens when the door opens."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__} has no attribute {name}")
        return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Names that are loaded when they are asked for, too."""
    return sorted({*globals(), *__all__})
