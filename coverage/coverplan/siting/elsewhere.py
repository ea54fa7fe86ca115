"""Names that users of other location packages look for, and what stands for them here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, NoReturn

_ANSWERS: Mapping[str, str] = {
    "facility_client_array": "fac2cli",
    "client_facility_array": "cli2fac",
    "get_percentage": "perc_cov",
    "get_mean_distance": "mean_dist",
    "check_status": "solution.status",
    "status": "solution.status",
    "fac_vars": "selected",
    "cli_vars": "cli2fac",
    "cli_assgn_vars": "cli2fac",
    "weights": "problem.weight",
    "service_radius": "problem.standard",
}
_KEPT = (
    "objective",
    "selected",
    "fac2cli",
    "cli2fac",
    "n_cli_uncov",
    "uncovered_clients",
    "perc_cov",
    "mean_dist",
)
IN_AN_ANSWER: Mapping[str, str] = {
    **{name: f"nothing to call here, read {here}" for name, here in _ANSWERS.items()},
    "name": "nothing to call here, read type(model).__name__ of the model",
}
IN_A_MODEL: Mapping[str, str] = {
    name: f"a model stays a question; answer = model.solve(), then read answer.{here}"
    for name, here in {**{name: name for name in _KEPT}, **_ANSWERS}.items()
}
IN_A_QUESTION: Mapping[str, str] = {
    name: f"a question has no answer in it, read answer.{here}"
    for name, here in {
        "objective": "objective",
        "status": "solution.status",
        "sol_status": "solution.status",
        "solutionTime": "solution.seconds",
    }.items()
}


class Elsewhere:
    """What says where to look for an attribute that another package has."""

    __slots__ = ()
    _elsewhere: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, elsewhere: Mapping[str, str] | None = None) -> None:
        """Take the attributes and what to say of them."""
        if elsewhere is not None:
            cls._elsewhere = elsewhere

    if not TYPE_CHECKING:  # a type checker would take every misspelt name for one of these

        def __getattr__(self, name: str) -> NoReturn:
            """Say where to look; everything else is not there."""
            where = self._elsewhere.get(name)
            words = (
                f"{name}: {where}" if where else f"{type(self).__name__!r} object has no attribute {name!r}"
            )
            raise AttributeError(words, name=name, obj=self)


class ById(dict[str, tuple[str, ...]]):
    """Ids by id; a row number says that ids are asked for."""

    def __missing__(self, key: object) -> NoReturn:
        """Name the ids that there are."""
        some = ", ".join(repr(one) for one in list(self)[:5])
        raise KeyError(
            f"{key!r} is not among these ids: {some}{', ...' if len(self) > 5 else ''}; ids stand for row numbers here"
        )
