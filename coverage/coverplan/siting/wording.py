"""Plain sentences about an answer, as text keys with values; the words stand in ``text``."""

from __future__ import annotations

import numpy as np

from coverplan.siting.solution import Message, SolveStatus, Stage
from coverplan.text.words import Language, Words


def sentence(message: Message, language: Language) -> str:
    """Message in one language (``zh`` or ``en``)."""
    return Words(language)(message.key, **message.values)


def describe(status: SolveStatus, stage: Stage) -> Message:
    """Sentence about the first objective of an answer."""
    if status in {"infeasible", "unknown"}:
        return Message(f"siting.{status}", {})
    least = "_least" if stage.sense == "min" else ""
    assert stage.objective is not None
    values: dict[str, str | int | float] = {"objective": _shown(stage.objective)}
    if status == "optimal":
        return Message(f"siting.optimal{least}", values)
    if stage.bound is None or stage.gap is None or not np.isfinite(stage.bound):
        return Message("siting.no_bound", values)
    if not np.isfinite(stage.gap):
        return Message("siting.gap_from_nothing", values | {"bound": _shown(stage.bound)})
    # a gap is rounded up, so that the sentence never promises more than is proven
    values |= {"bound": _shown(stage.bound), "gap_percent": f"{_up(100 * stage.gap):.2f}"}
    return Message(f"siting.gap{least}", values)


def _up(percent: float) -> float:
    return -(-round(percent * 1e4) // 100) / 100


def _shown(value: float) -> str:
    return (
        f"{value:,.0f}"
        if value == round(value)
        else f"{value:,.4g}"
        if abs(value) < 1000
        else f"{value:,.1f}"
    )
