"""The border of results: what is not public leaves by unit only, whatever table, layer, text or file it stands in.

Writers of pages, maps and comparisons read results alone, so nothing behind this border has to know what is protected.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

from coverplan.errors import Problem
from coverplan.results.result import CHOSEN_YAML, PAIRS_NPZ, Result
from coverplan.results.withheld_words import withheld_words
from coverplan.units import BoolArray

#: Columns in which an id stands alone.
_ID_COLUMNS = frozenset(
    {"facility", "id", "site", "nearest", "shared_with", "short", "unsure", "flagged", "facility_ids"}
    | {"example", "alternative", "code", "chosen"}
)
#: What a change may still say of a protected place; its unit is added.
_KEPT_OFFERS = frozenset(
    {"type", "functions", "grade", "status", "beds", "nursing_beds", "places", "niches", "niches_left"}
    | {"staff", "social_workers", "floor_area_m2", "land_m2", "cost"}
)
_KINDS = ("open", "close", "move", "upgrade")
_SHORTEST_TEXT = 3
#: The first sign of Chinese radicals: from it on a sign tells as much as two letters.
_FIRST_WIDE = "\u2e80"
#: After it a problem may quote cells.
_QUOTING = re.compile(r"[:,]| such as ")
#: Layers whose rows are facilities or what is done to them.
_OF_FACILITIES = {"facilities": "id", "actions": "facility", "changes": "facility"}

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Withheld:
    """What must not leave.

    Parameters
    ----------
    units
        Unit of each protected facility by layer and id, None where it has none.
    names
        Their names.
    spoken
        Words that mean something else too, such as names of units and of public facilities: never withheld.
    public_texts
        Texts that are public anyway, such as the plan's; a name that stands in them is none to withhold.
    files
        Ledgers that hold protected rows: problems do not quote their cells.
    standards
        Keys of the standards for which a protected facility counts.
    openings
        Layers and types whose openings are protected.
    """

    units: Mapping[Key, str | None] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    spoken: frozenset[str] = frozenset()
    public_texts: str = ""
    files: frozenset[Path] = frozenset()
    standards: frozenset[str] = frozenset()
    openings: frozenset[Key] = frozenset()

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to withhold."""
        return not (self.units or self.files or self.openings or self.standards)


def redacted(result: Result, withheld: Withheld) -> Result:
    """The result as it may leave: protected places by unit only. Everything else is as it was."""
    if withheld.nothing:
        return result
    clean = _Cleaner(withheld, withheld_words(result.summary))
    parameters = result.manifest.get("parameters", {})
    scenario = parameters.get("scenario", {})
    clean.number(_keys(scenario.get("changes", ())))
    manifest: dict[str, Any] = dict(result.manifest)
    if scenario.get("changes"):
        changes = [clean.change(change) for change in scenario["changes"]]
        manifest["parameters"] = {**parameters, "scenario": {**scenario, "changes": changes}}
    if "problems" in manifest:
        manifest["problems"] = [
            clean.described(one, problem)
            for one, problem in zip(manifest["problems"], result.problems, strict=True)
        ]
    summary: dict[str, Any] = dict(result.summary)
    if "changes" in summary:
        summary["changes"] = {
            when: [clean.change(change) for change in some] if isinstance(some, list) else some
            for when, some in summary["changes"].items()
        }
    return replace(
        result,
        summary=clean.value(summary),
        manifest=clean.value(manifest),
        problems=tuple(clean.problem(problem) for problem in result.problems),
        tables={name: clean.table(table) for name, table in result.tables.items()},
        layers={name: clean.layer(name, layer) for name, layer in _without_hidden(result, withheld)},
        files={
            name: left
            for name, content in result.files.items()
            if (left := _file(name, content, withheld, result)) is not None
        },
    )


def without_cells(problem: Problem) -> Problem:
    """A problem that quotes no cell of the file in which it stands: what is wrong, and where."""
    return replace(
        problem,
        what=_QUOTING.split(problem.what)[0],
        value=None,
        remedy=None,
        # a sentence needs all its particulars, or none
        details=dict(problem.details) if _only_counts(problem.details.values()) else {},
    )


def _without_hidden(result: Result, withheld: Withheld) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """Layers without the candidates that only protected types may use: where they stand says where those will be."""
    content = result.files.get(PAIRS_NPZ)
    hidden: frozenset[str] = frozenset()
    if content is not None:
        arrays = _arrays(content)
        ids, kept = arrays["ids"], _public_openings(arrays, withheld)
        gone = np.setdiff1d(arrays["open_site"][~kept], arrays["open_site"][kept])
        hidden = frozenset(ids[gone].tolist())
    for name, layer in result.layers.items():
        left = layer[~layer["id"].isin(hidden)] if name == "candidates" and hidden else layer
        if len(left) or not len(layer):
            yield name, left


class _Cleaner:
    """Takes what is withheld out of texts, tables, layers and problems."""

    def __init__(self, withheld: Withheld, mark: str) -> None:
        self._withheld = withheld
        self._mark = mark
        self._numbers: dict[Key, str] = {}
        ids = {identifier for _, identifier in withheld.units}
        self._exact = {text for text in ids | withheld.names if text and text not in withheld.spoken}
        told = [text for text in self._exact if _telling(text) and text not in withheld.public_texts]
        self._within = (
            re.compile("|".join(re.escape(text) for text in sorted(told, key=len, reverse=True)))
            if told
            else None
        )

    def number(self, keys: Iterable[Key]) -> None:
        """Give each protected facility that changes touch a number in their order."""
        for key in keys:
            if key in self._withheld.units:
                self._numbers.setdefault(key, f"protected-{len(self._numbers) + 1}")

    def change(self, change: Mapping[str, Any]) -> dict[str, Any]:
        """A change without name, id and place where its facility is protected; what it offers and its unit stay."""
        key = _key(change)
        if key is None or key not in self._withheld.units:
            return dict(change)
        self.number([key])
        kind = next(word for word in _KINDS if change.get(word))
        offers = {
            name: value
            for name, value in (change[kind].get("offers") or {}).items()
            if name in _KEPT_OFFERS and value is not None
        }
        offers |= {"unit_code": self._withheld.units[key], "public": False}
        what = {"layer": key[0], "id": self._numbers[key], "offers": offers}
        return {kind: what, **{name: value for name, value in change.items() if name not in _KINDS}}

    def text(self, text: str) -> str:
        """A text without names and ids of protected places."""
        return text if self._within is None else self._within.sub(self._mark, text)

    def value(self, value: Any) -> Any:
        """Plain values with every text in them cleaned."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.value(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.value(one) for one in value)
        return value

    def cell(self, value: Any) -> Any:
        """A cell of a column of ids: whole ids of any length are withheld too."""
        if isinstance(value, str):
            return self._mark if value in self._exact else self.text(value)
        if isinstance(value, list | tuple):
            return type(value)(self.cell(one) for one in value)
        return value

    def table(self, table: pd.DataFrame) -> pd.DataFrame:
        """A table with its cells and its index cleaned."""
        return self._columns(table, [name for name in table.columns if _holds_text(table[name])])

    def layer(self, name: str, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """A layer without rows of protected facilities."""
        column = _OF_FACILITIES.get(name)
        if column is None:
            return layer
        gone = np.array(
            [
                (str(kind), _plain(identifier)) in self._withheld.units
                for kind, identifier in pd.DataFrame(layer[["layer", column]]).itertuples(index=False)
            ],
            dtype=bool,
        )
        kept = layer[~gone] if gone.any() else layer
        names = [one for one in kept.columns if one != kept.geometry.name and _holds_text(kept[one])]
        return self._columns(kept, names)

    def problem(self, problem: Problem) -> Problem:
        """A problem that quotes no cell of a ledger with protected rows."""
        if self._of_protected(problem):
            bare = without_cells(problem)
            return replace(bare, what=self.text(bare.what))
        return replace(
            problem,
            what=self.text(problem.what),
            value=self.cell(problem.value) if isinstance(problem.value, str) else problem.value,
            remedy=None if problem.remedy is None else self.text(problem.remedy),
        )

    def described(self, values: Mapping[str, Any], problem: Problem) -> dict[str, Any]:
        """Plain values of the same problem, as the manifest holds them."""
        clean = self.problem(problem)
        value = None if clean.value is None else str(clean.value)
        return {**values, "what": clean.what, "value": value, "remedy": clean.remedy}

    def _of_protected(self, problem: Problem) -> bool:
        return problem.file is not None and problem.file.resolve() in self._withheld.files

    def _columns(self, table: Any, names: Sequence[Any]) -> Any:
        changed: dict[Any, Any] = {}
        for name in names:
            clean: Callable[[Any], Any] = self.cell if name in _ID_COLUMNS else self.value
            before = table[name].tolist()
            after = [clean(one) for one in before]
            if before != after:  # what is not equal to itself is the same value still
                changed[name] = pd.Series(after, index=table.index, dtype=object)
        return table.assign(**changed) if changed else table


def _holds_text(column: pd.Series[Any]) -> bool:
    return column.dtype == object or pd.api.types.is_string_dtype(column.dtype)


def _only_counts(values: Iterable[object]) -> bool:
    return all(isinstance(one, int) for one in values)


def _telling(text: str) -> bool:
    """Whether a text is long enough, and no plain number, to be looked for inside other texts."""
    wide = sum(2 if sign >= _FIRST_WIDE else 1 for sign in text)
    return wide >= 2 * _SHORTEST_TEXT - 1 and (not text.isdigit() or len(text) > 2 * _SHORTEST_TEXT)


def _plain(text: Any) -> str:
    """An id without the mark that keeps spreadsheets from running it."""
    return str(text).removeprefix("'")


def _key(change: Mapping[str, Any]) -> Key | None:
    for word in _KINDS:
        if change.get(word):
            return str(change[word]["layer"]), str(change[word]["id"])
    return None


def _keys(changes: Iterable[Mapping[str, Any]]) -> list[Key]:
    return [key for change in changes if (key := _key(change)) is not None]


def _file(name: str, content: bytes, withheld: Withheld, result: Result) -> bytes | None:
    if name == CHOSEN_YAML:
        return _chosen(content, withheld)
    return _pairs(content, withheld, result) if name == PAIRS_NPZ else content


def _chosen(content: bytes, withheld: Withheld) -> bytes:
    """The chosen scenario without the changes of protected places, which it says."""
    data = yaml.safe_load(content)
    kept = [change for change in data["changes"] if _key(change) not in withheld.units]
    left = len(data["changes"]) - len(kept)
    if not left:
        return content
    data["changes"] = kept
    said = (
        f"# 不公开场所的 {left} 项变动不写入本文件，因此其结果与本次测算不同；内部使用请以 --internal 另存完整方案。\n"
        f"# {left} changes of places that are not public are left out, so that this gives other numbers than the answer;\n"
        "# the whole scenario, for internal use, is what --internal writes.\n"
    )
    return (said + str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110))).encode()


def _arrays(content: bytes) -> dict[str, NDArray[Any]]:
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def _public_openings(arrays: Mapping[str, NDArray[Any]], withheld: Withheld) -> BoolArray:
    """Shape (openings,): of no protected type."""
    kinds = zip(arrays["open_layer"].tolist(), arrays["open_type"].tolist(), strict=True)
    return np.array([kind not in withheld.openings for kind in kinds], dtype=bool)


def _pairs(content: bytes, withheld: Withheld, result: Result) -> bytes | None:
    """Candidates without openings of protected types, and without whom protected facilities reach today.

    Candidates that no other type may use are left out, and the file where none is left.
    """
    arrays = _arrays(content)
    kept = _public_openings(arrays, withheld)
    hidden = [
        number
        for number, key in enumerate(result.summary["siting"]["question"]["standards"])
        if key in withheld.standards
    ]
    if kept.all() and not hidden:
        return content
    if not kept.any():
        return None
    for name in ("open_site", "open_type", "open_layer", "open_cost"):
        arrays[name] = arrays[name][kept]
    for number in hidden:
        arrays.pop(f"before_{number}", None)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **_of_used_sites(arrays))  # type: ignore[arg-type]
    return buffer.getvalue()


def _of_used_sites(arrays: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The arrays with the sites that some opening uses, in their order."""
    used, arrays["open_site"] = np.unique(arrays["open_site"], return_inverse=True)
    arrays["open_site"] = arrays["open_site"].astype(np.int32)
    for name in {"ids", "x", "y", "unit"} & set(arrays):
        arrays[name] = arrays[name][used]
    for name in [name for name in arrays if name.startswith("indptr_")]:
        start, pairs = arrays[name], name.replace("indptr", "demand")
        rows = [arrays[pairs][start[site] : start[site + 1]] for site in used]
        arrays[name] = np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(start.dtype)
        arrays[pairs] = np.concatenate(rows)
    return arrays
