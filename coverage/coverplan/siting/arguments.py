"""Arguments of the classic models as users of other location packages write them: order, names, and what is wrong."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from coverplan.errors import InputError
from coverplan.errors import Problem as Trouble
from coverplan.siting.solvers.search import Search

DEFAULTS: Mapping[str, Any] = {
    "weights": None,
    "service_radius": None,
    "p_facilities": None,
    "predefined_facilities": (),
    "existing_facilities": (),
    "facility_capacities": None,
    "site_costs": None,
    "columns": ("origin", "dest", "cost"),
    "blank_is_absent": False,
    "coverage": None,
    "busy": None,
    "times": None,
    "cost_of_way": None,
    "apart": (),
}
ALIASES: Mapping[str, str] = {
    "predefined_facilities_arr": "predefined_facilities",
    "facility_capacity_arr": "facility_capacities",
    "facility_capacities_arr": "facility_capacities",
    "demand_quantity_arr": "weights",
    "demand": "weights",
}
EMPTY = ("predefined_facilities", "existing_facilities", "apart")


def arguments(
    model: str, order: tuple[str, ...], positional: tuple[Any, ...], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Every argument by its name, with defaults.

    Parameters
    ----------
    model
        Name of the model, for errors.
    order
        Names of what stands without a name after the matrix.

    Raises
    ------
    coverplan.errors.InputError
        For too many, unknown and doubled arguments.
    """
    if len(positional) > len(order):
        raise _wrong(
            f"{model} takes {len(order)} arguments without a name after the matrix",
            field=", ".join(order),
            value=len(positional),
        )
    asked = dict(zip(order, positional, strict=False))
    for name, value in given.items():
        known = ALIASES.get(name, name)
        if known not in DEFAULTS:
            near = difflib.get_close_matches(name, [*DEFAULTS, *ALIASES], n=1)
            expected = ", ".join(DEFAULTS)
            raise _wrong(
                f"{model} has no such argument", field=name, expected=f"{near[0]}?" if near else expected
            )
        if known in asked:
            raise _wrong(f"{model} is given the same argument twice", field=known)
        asked[known] = value
    filled = {**DEFAULTS, **asked}
    return {name: () if name in EMPTY and value is None else value for name, value in filled.items()}


def refuse_solver(search: object) -> None:
    """Refuse a solver of another package where a search is expected."""
    if search is not None and not isinstance(search, Search):
        raise _wrong(
            "a model is solved by coverplan itself; no solver is passed",
            field="solve",
            value=type(search).__name__,
            expected="nothing, or Search(gap=..., time_limit_s=..., threads=...)",
        )


def _wrong(what: str, *, field: str, value: object = None, expected: str | None = None) -> InputError:
    return InputError([Trouble(what=what, field=field, value=value, expected=expected, code="bad_argument")])
