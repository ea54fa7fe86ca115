"""HiGHS that prints nothing, with the options of one search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coverplan.errors import RecountError
from coverplan.siting.solvers.search import Search, Watch

if TYPE_CHECKING:
    import highspy


def quiet_solver(search: Search, watch: Watch) -> highspy.Highs:
    """Solver with gap, seed and the time that is left."""
    import highspy

    class Quiet(highspy.Highs):
        """Says nothing from the start: what it prints on being made would stand among a command's output."""

        def enableCallbacks(self) -> None:  # noqa: N802 - highspy's name, called as it is made
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    solver = Quiet()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False),
        ("random_seed", search.seed),
        ("mip_rel_gap", search.gap),
        ("mip_abs_gap", 1e-7),
        ("mip_feasibility_tolerance", 1e-8),  # a hundredth of a millionth of a site serves nobody
        ("parallel", "off"),
        ("time_limit", np.inf if watch.seconds_left is None else max(watch.seconds_left, 1e-3)),
    ):
        accepted(solver, solver.setOptionValue(option, value), option)
    return solver


def accepted(solver: highspy.Highs, status: highspy.HighsStatus, what: str) -> None:
    """Refuse to go on with an option that this version of the solver does not take."""
    import highspy

    if status == highspy.HighsStatus.kError:
        raise RecountError(f"the solver (highspy {solver.version()}) refuses: {what}")
