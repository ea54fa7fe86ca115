"""Candidates that a siting run weighed, read from ``siting.npz`` of its result; arrays alone, no pickle."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coverplan.errors import Problem, Problems
from coverplan.siting.pairs import Pairs
from coverplan.units import BoolArray, FloatArray, Int64Array

SITE_ARRAYS = ("ids", "x", "y", "unit")
OPENING_ARRAYS = ("open_site", "open_type", "open_layer", "open_cost")


@dataclass(frozen=True, slots=True)
class Candidates:
    """Places that could be opened, and who would be within each standard there.

    Parameters
    ----------
    ids, unit
        Shape (sites,): id and code of the deepest unit, ``""`` outside every unit.
    pairs
        By standard: demand points within it, as positions in the demand layer's order.
    before
        By standard, where the file says so: shape (points,), covered before any action.
    open_site, open_layer, open_type, open_cost
        Shape (openings,): what could be opened where, and at which cost, NaN where it is unknown.
    """

    ids: tuple[str, ...]
    unit: tuple[str, ...]
    pairs: Mapping[str, Pairs]
    before: Mapping[str, BoolArray]
    open_site: Int64Array
    open_layer: NDArray[np.str_]
    open_type: NDArray[np.str_]
    open_cost: FloatArray

    def openings(self, layer: str, types: Sequence[str] | None) -> BoolArray:
        """Shape (openings,): openings of a layer and of any of the types, of every type for None."""
        chosen = self.open_layer == layer
        return chosen if types is None else chosen & np.isin(self.open_type, list(types))


def read_candidates(path: Path, standards: Sequence[str], points: int) -> Candidates:
    """Read the candidates of a siting run.

    Parameters
    ----------
    path
        The file.
    standards
        Keys of the standards that the run counted, in its order: the number of each names its arrays.
    points
        Number of demand points of the result.

    Raises
    ------
    InputError
        If the file is no such file, with everything that does not fit.
    """
    arrays = _arrays(path)
    troubles = Problems(path)
    wanted = [*SITE_ARRAYS, *OPENING_ARRAYS]
    for n in range(len(standards)):
        wanted += [f"indptr_{n}", f"demand_{n}"]
    missing = [name for name in wanted if name not in arrays]
    if missing:
        troubles.add(_bad("arrays are missing", ", ".join(missing), ", ".join(wanted)))
    troubles.raise_if_errors()
    _check_sites(arrays, troubles)
    _check_openings(arrays, troubles)
    for n in range(len(standards)):
        _check_pairs(arrays, n, points, troubles)
    troubles.raise_if_errors()
    return Candidates(
        ids=tuple(map(str, arrays["ids"])),
        unit=tuple(map(str, arrays["unit"])),
        pairs={
            key: Pairs(
                arrays[f"indptr_{n}"].astype(np.int64), arrays[f"demand_{n}"].astype(np.int32), None, points
            )
            for n, key in enumerate(standards)
        },
        before={
            key: arrays[f"before_{n}"].astype(bool)
            for n, key in enumerate(standards)
            if f"before_{n}" in arrays
        },
        open_site=arrays["open_site"].astype(np.int64),
        open_layer=arrays["open_layer"].astype(np.str_),
        open_type=arrays["open_type"].astype(np.str_),
        open_cost=arrays["open_cost"].astype(np.float64),
    )


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    try:
        # a stream of our own: what is no archive leaves no file open behind it
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError, EOFError, KeyError, AttributeError, zipfile.BadZipFile) as error:
        troubles = Problems(path)
        troubles.add(_bad("the candidates cannot be read", str(error), "the file that a siting run wrote"))
        troubles.raise_if_errors()
        raise


def _check_sites(arrays: Mapping[str, NDArray[Any]], troubles: Problems) -> None:
    ids = arrays["ids"]
    for name in SITE_ARRAYS:
        if arrays[name].shape != (len(ids),):
            troubles.add(_bad(f"{name} has another length than ids", arrays[name].shape, f"({len(ids)},)"))
    if len({*map(str, ids)} - {""}) != len(ids):
        troubles.add(_bad("ids of candidates repeat or are empty", len(ids), "an id of its own for each"))
    for name in ("x", "y"):
        if arrays[name].dtype.kind not in "fiu" or not np.isfinite(arrays[name].astype(np.float64)).all():
            troubles.add(_bad(f"{name} holds what is no coordinate", arrays[name].dtype, "finite numbers"))


def _check_openings(arrays: Mapping[str, NDArray[Any]], troubles: Problems) -> None:
    sites, count = len(arrays["ids"]), len(arrays["open_site"])
    for name in OPENING_ARRAYS:
        if arrays[name].shape != (count,):
            troubles.add(_bad(f"{name} has another length than open_site", arrays[name].shape, f"({count},)"))
    if not _positions(arrays["open_site"], sites):
        troubles.add(_bad("open_site holds what is no position of a site", None, f"0 to {sites - 1}"))
    cost = arrays["open_cost"]
    if cost.dtype.kind not in "fiu" or np.isinf(cost).any() or (cost < 0).any():
        troubles.add(_bad("open_cost holds what is no cost", cost.dtype, "zero or more, NaN where unknown"))


def _check_pairs(arrays: Mapping[str, NDArray[Any]], n: int, points: int, troubles: Problems) -> None:
    start, demand, sites = arrays[f"indptr_{n}"], arrays[f"demand_{n}"], len(arrays["ids"])
    if start.dtype.kind not in "iu" or start.shape != (sites + 1,):
        troubles.add(_bad(f"indptr_{n} does not fit the sites", start.shape, f"({sites + 1},) whole numbers"))
        return
    if start[0] != 0 or start[-1] != len(demand) or (np.diff(start.astype(np.int64)) < 0).any():
        troubles.add(_bad(f"indptr_{n} does not fit demand_{n}", start[-1], f"0 rising to {len(demand)}"))
        return
    if not _positions(demand, points):
        troubles.add(
            _bad(
                f"demand_{n} holds what is no demand point of this result",
                demand.max(initial=0),
                f"0 to {points - 1}",
            )
        )
        return
    rising = np.diff(demand.astype(np.int64)) > 0
    first_of_site = np.zeros(len(demand) + 1, dtype=bool)
    first_of_site[start] = True
    if not (rising | first_of_site[1:-1]).all():
        troubles.add(_bad(f"demand_{n} is not in order within a site", None, "ascending, each point once"))
    before = arrays.get(f"before_{n}")
    if before is not None and (before.shape != (points,) or before.dtype.kind != "b"):
        troubles.add(_bad(f"before_{n} does not fit the demand points", before.shape, f"({points},) flags"))


def _positions(values: NDArray[Any], count: int) -> bool:
    if values.ndim != 1 or values.dtype.kind not in "iu":
        return False
    return not len(values) or bool(values.min() >= 0 and values.max() < count)


def _bad(what: str, value: object, expected: str) -> Problem:
    return Problem(
        what,
        value=value,
        expected=expected,
        remedy="run the scenario with siting again",
        code="bad_candidates",
    )
