"""Arguments of the classic models as users of other location packages write them: order, names, and what is wrong."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from coverplan.errors import InputError, Problems
from coverplan.errors import Problem as Trouble
from coverplan.siting.solvers.search import Search
from coverplan.siting.tables.cost_matrix import COLUMNS
from coverplan.siting.tables.named_values import writer

DEFAULTS: Mapping[str, Any] = {
    "weights": None,
    "service_radius": None,
    "p_facilities": None,
    "predefined_facilities": (),
    "existing_facilities": (),
    "facility_capacities": None,
    "site_costs": None,
    "columns": COLUMNS,
    "blank_is_absent": False,
    "coverage": None,
    "busy": None,
    "times": None,
    "cost_of_way": None,
    "apart": (),
}
LAYER_DEFAULTS: Mapping[str, Any] = {
    "weights_cols": None,
    "service_radius": None,
    "p_facilities": None,
    "predefined_facility_col": None,
    "existing_facility_col": None,
    "facility_capacity_col": None,
    "site_cost_col": None,
    "distance_metric": "euclidean",
    "coverage": None,
    "busy": None,
    "times": None,
    "cost_of_way": None,
    "least_apart": None,
}
ALIASES: Mapping[str, str] = {
    "predefined_facilities_arr": "predefined_facilities",
    "facility_capacity_arr": "facility_capacities",
    "facility_capacities_arr": "facility_capacities",
    "demand_quantity_arr": "weights",
    "demand": "weights",
    "demand_quantity_col": "weights_cols",
    "weights_col": "weights_cols",
}
EMPTY = ("predefined_facilities", "existing_facilities", "apart")
LAYER_COLUMNS = tuple(name for name in LAYER_DEFAULTS if "col" in name or name == "distance_metric")
LAYER_NAMES: Mapping[str, str] = {
    "weights": "weights_cols",
    "predefined_facilities": "predefined_facility_col",
    "facility_capacities": "facility_capacity_col",
    "site_costs": "site_cost_col",
}
OWN = frozenset({"p_facilities", "coverage", "busy", "times", "cost_of_way", "site_costs"})
ELSEWHERE: Mapping[str, str] = {
    "name": "leave it out: models have no names",
    "solver": "leave it out: coverplan solves by itself; solve(Search(...)) takes limits",
    "results": "leave it out: the answer holds all results",
    "k_array": "leave it out: all sites in reach are looked at",
    "fulfill_predefined_fac": "leave it out: no site has to be full",
}


def arguments(
    model: str,
    order: tuple[str, ...],
    positional: tuple[Any, ...],
    given: Mapping[str, Any],
    *,
    defaults: Mapping[str, Any] = DEFAULTS,
) -> dict[str, Any]:
    """Every argument by its name, with defaults.

    Parameters
    ----------
    model
        Name of the model, for errors.
    order
        Names of what stands without a name after the matrix or the columns of ids.
    defaults
        Arguments that there are.

    Raises
    ------
    coverplan.errors.InputError
        For too many, unknown and doubled arguments, and for a solver of another package.
    """
    for value in (*positional, *given.values()):
        if type(value).__module__.partition(".")[0] == "pulp":
            refuse_solver(value)
    if len(positional) > len(order):
        raise _wrong(
            f"{model} takes {len(order)} arguments without a name here",
            field=", ".join(order),
            value=len(positional),
        )
    asked = dict(zip(order, positional, strict=False))
    for name, value in given.items():
        known = ALIASES.get(name, name)
        if known not in defaults:
            words = [*defaults, *(one for one, meant in ALIASES.items() if meant in defaults)]
            near = difflib.get_close_matches(name, words, n=1)
            raise _wrong(
                f"{model} has no such argument",
                field=name,
                expected=f"{near[0]}?" if near else ", ".join(defaults),
                remedy=ELSEWHERE.get(name),
            )
        if known in asked:
            raise _wrong(f"{model} is given the same argument twice", field=known)
        asked[known] = value
    filled = {**defaults, **asked}
    return {name: () if name in EMPTY and value is None else value for name, value in filled.items()}


def layer_order(order: tuple[str, ...]) -> tuple[str, ...]:
    """Names of what stands without a name beside two layers: spopt's columns for the model's own arguments."""
    named = [LAYER_NAMES.get(name, name) for name in order]
    if named[-2:] == ["predefined_facility_col", "facility_capacity_col"] and "p_facilities" in named:
        named[-2:] = reversed(named[-2:])
    return (*named, "distance_metric")


def refuse_unused(model: str, used: frozenset[str], given: Mapping[str, Any], troubles: Problems) -> None:
    """Tell every argument of other models that this one would pass over."""
    for name in sorted(OWN - used):
        if given.get(name) is not None:
            troubles.add(
                Trouble(
                    what=f"{model} does not use this",
                    field=name,
                    value=given[name] if name != "site_costs" else None,
                    expected=f"only {', '.join(sorted(used & OWN))}" if used & OWN else None,
                    remedy="leave it out, or take the model that it belongs to",
                    code="bad_argument",
                )
            )


def predefined_of(model: str, predefined: Any, given: Mapping[str, Any]) -> Any:
    """Sites that are chosen in any case, under any of their names; every other argument is told."""
    known = ("predefined_facilities",)
    positional = () if isinstance(predefined, tuple) and not predefined else (predefined,)
    asked = arguments(model, known, positional, given, defaults=dict.fromkeys(known, ()))
    return asked["predefined_facilities"]


def pairs_of_ids(apart: object, ids: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of site ids, row numbers written as the ids write them.

    Raises
    ------
    coverplan.errors.InputError
        For what is no list of pairs.
    """
    try:
        listed = [None if isinstance(one, str) else tuple(one) for one in apart]  # type: ignore[attr-defined]
    except TypeError:
        listed = [None]
    if any(one is None or len(one) != 2 for one in listed):
        raise _wrong(
            "these are no pairs of sites",
            field="apart",
            value=apart,
            expected="pairs of ids, such as [('a', 'b')]",
        )
    written = writer(ids)
    return tuple((written(one[0]), written(one[1])) for one in listed if one is not None)


def refuse_solver(search: object) -> None:
    """Refuse a solver of another package where a search is expected."""
    if search is not None and not isinstance(search, Search):
        raise _wrong(
            "a model is solved by coverplan itself; no solver is passed",
            field="solve",
            value=type(search).__name__,
            expected="nothing, or Search(gap=..., time_limit_s=..., threads=...)",
        )


def refuse_unknown(model: str, unknown: Mapping[str, Any]) -> None:
    """Refuse arguments of `solve` that there are not."""
    for name in unknown:
        raise _wrong(
            f"{model} is solved without this",
            field=name,
            expected="solve(), or solve(Search(...))",
            remedy=ELSEWHERE.get(name),
        )


def _wrong(
    what: str, *, field: str, value: object = None, expected: str | None = None, remedy: str | None = None
) -> InputError:
    return InputError(
        [Trouble(what=what, field=field, value=value, expected=expected, remedy=remedy, code="bad_argument")]
    )
