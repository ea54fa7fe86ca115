"""What a solver hands over, before it is recounted."""

from __future__ import annotations

from dataclasses import dataclass, field

from coverplan.siting.solution import Assignment
from coverplan.units import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Found:
    """Raw answer of a solver.

    Parameters
    ----------
    open_site
        Shape (sites,): open in the best answer; None when there is none.
    bounds
        Proven bound of every objective in order, None where nothing is proven.
    method
        Which road was taken.
    infeasible
        Proven that nothing keeps to the limits.
    stopped_by
        ``time``, ``cancel``, ``gap`` or ``effort`` when it ended early.
    assignment
        Who goes where, when capacity decides.
    left_out
        Sites that were left out before the search, by reason.
    """

    open_site: BoolArray | None
    bounds: tuple[float | None, ...]
    method: str
    infeasible: bool = False
    stopped_by: str | None = None
    assignment: Assignment | None = None
    left_out: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of HiGHS found: column values (or None), proven bound, why it ended."""

    values: FloatArray | None
    bound: float | None
    infeasible: bool
    stopped_by: str | None
