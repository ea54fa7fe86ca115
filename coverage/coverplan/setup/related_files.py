"""Which files of a folder belong together: levels of one tree of units, and totals of people of these units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from coverplan.inputs.places.unit_names import name_key
from coverplan.setup.found import Found
from coverplan.setup.unit_columns import column_of, nests

#: So large a share of a table's words must be units, and of a level's areas must lie in the level above.
_MOST_OF = 0.8
_NEARLY_ALL = 0.95


def related(found: Sequence[Found]) -> list[Found]:
    """The files with the levels of units put below each other, and the column of units found in totals of people."""
    units = sorted((one for one in found if one.role == "units"), key=lambda one: len(_codes(one)))
    levels: list[Found] = []
    for one in units:
        over = next((level for level in reversed(levels) if set(_codes(level)) != set(_codes(one))), None)
        joined = None if over is None else _below(one, over, levels)
        if joined is not None:
            levels.append(joined)
        elif not levels:
            levels.append(one)
    by_path = {(one.path, one.table): one for one in levels}
    answer = [by_path.get((one.path, one.table), one) if one.role == "units" else one for one in found]
    names = {name_key(name) for one in levels for name in (*_codes(one), *_names(one))}
    return [_with_units(one, names) if one.role == "official" else one for one in answer]


def _codes(one: Found) -> tuple[str, ...]:
    return one.words.get(one.columns.get("code", ""), ())


def _names(one: Found) -> tuple[str, ...]:
    return one.words.get(one.columns.get("name", ""), ())


def _below(one: Found, over: Found, levels: Sequence[Found]) -> Found | None:
    """A file as the level below another; None where nothing says that it is."""
    known = {name_key(text) for level in levels for text in (*_codes(level), *_names(level))}
    said = one.columns.get("parent")
    if said is not None and {name_key(word) for word in one.words.get(said, ())} <= known:
        return replace(one, above=over.path)
    columns = {field: column for field, column in one.columns.items() if field != "parent"}
    others = {column: words for column, words in one.words.items() if column not in columns.values()}
    parent = column_of(others, known)
    if parent is not None:
        return replace(one, above=over.path, columns={**columns, "parent": parent})
    if nests(_codes(one), _codes(over)) or _lies_in(one, over):
        return replace(one, above=over.path, columns=columns)
    return None


def _lies_in(one: Found, over: Found) -> bool:
    """Whether nearly all areas of a file lie in the areas of another, which are larger."""
    if one.outlines is None or over.outlines is None or not len(one.outlines):
        return False
    inner, outer = one.outlines, over.outlines
    if inner.crs is not None and outer.crs is not None:
        inner = inner.to_crs(outer.crs)
    drawn = inner[inner.notna() & ~inner.is_empty].to_numpy()
    tree = shapely.STRtree(outer.to_numpy())
    inside = np.unique(tree.query(shapely.point_on_surface(drawn), predicate="within")[0])
    return len(drawn) > 0 and len(inside) >= _NEARLY_ALL * len(drawn)


def _with_units(one: Found, names: set[str]) -> Found:
    """Totals of people with the column of their units, by its words where its head does not say it; else for nothing."""
    if one.columns:
        return one
    column = column_of(one.words, names, share=_MOST_OF)
    if column is None:
        return replace(one, role="unused", why="totals_of_no_unit")
    return replace(
        one, columns={"code" if column and names and _is_code(one, column, names) else "town": column}
    )


def _is_code(one: Found, column: str, names: set[str]) -> bool:
    return all(word in names and word.isdecimal() for word in one.words[column])
