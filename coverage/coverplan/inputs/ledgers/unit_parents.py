"""Which unit is above which: by the column of parents, by the zeros of official codes, by place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from coverplan.errors import Problems
from coverplan.ground.transformers import transformer
from coverplan.inputs.places.unit_names import LEVEL_TYPES, name_key
from coverplan.inputs.tables.column_values import report_rows, texts
from coverplan.inputs.tables.table_file import TableFile


@dataclass(frozen=True, slots=True)
class UnitPart:
    """Units of one file.

    Parameters
    ----------
    table
        The file.
    frame
        Index: code; columns name, type, households.
    shapes
        Shape (units,): outlines, None where there is none.
    crs
        That of the outlines.
    parent_column
        Column of parents, which need not be there.
    """

    table: TableFile
    frame: pd.DataFrame
    shapes: NDArray[np.object_]
    crs: pyproj.CRS | None
    parent_column: str


def parents_of(parts: Sequence[UnitPart], problems: Problems) -> list[str | None]:
    """Code of the unit above each unit of all files, in their order; what does not fit is in `problems`.

    A parent may be named by the code of a unit, or by the name of the only unit called so. In a file without a column of
    parents the official codes say it; beside other files, else the smallest unit of a higher level around.
    """
    codes = [code for part in parts for code in map(str, part.frame.index)]
    types = [str(kind) for part in parts for kind in part.frame["type"]]
    by_code = _prefix_parents(codes, types)
    by_name = _only_names(parts)
    known = set(codes)
    above: dict[str, str | None] = {}
    start = 0
    for part in parts:
        own = list(map(str, part.frame.index))
        if part.parent_column in part.table.rows.columns:
            said = texts(part.table, part.parent_column)
            found = [text if text is None or text in known else by_name.get(name_key(text)) for text in said]
            report_rows(
                part.table, part.parent_column,
                [text is not None and code is None for text, code in zip(said, found, strict=True)], problems,
                what="the parent is not among the units", expected="the code of another row, or nothing at the top",
                code="unknown_parent",
            )  # fmt: skip
        else:
            found = by_code[start : start + len(own)]
            if len(parts) > 1:
                found = [code or near for code, near in zip(found, _around(part, parts), strict=True)]
        above.update(zip(own, found, strict=True))
        start += len(own)
    _report_circular(parts, above, problems)
    for part in parts:
        if part.table.is_layer:
            _report_undrawn(part, above, problems)
    return [above[code] for code in codes]


def _only_names(parts: Sequence[UnitPart]) -> dict[str, str]:
    """Code of each name that one unit alone has."""
    pairs = [(name_key(str(name)), str(code)) for part in parts for code, name in part.frame["name"].items()]
    count = Counter(name for name, _ in pairs)
    return {name: code for name, code in pairs if count[name] == 1}


def _around(part: UnitPart, parts: Sequence[UnitPart]) -> list[str | None]:
    """Code of the smallest unit of a higher level, in another file, around a point of each unit."""
    drawn = np.array([shape is not None and not shape.is_empty for shape in part.shapes], dtype=bool)
    inside = shapely.point_on_surface(part.shapes[drawn])
    at = np.flatnonzero(drawn)
    level = np.array([_level(str(kind)) for kind in part.frame["type"]])
    best: dict[int, tuple[float, str]] = {}
    for other in parts:
        if other is part:
            continue
        points = inside
        if part.crs is not None and other.crs is not None and part.crs != other.crs:
            to = transformer(part.crs, other.crs)
            points = shapely.points(*to.transform(shapely.get_x(inside), shapely.get_y(inside)))
        higher = np.array([_level(str(kind)) for kind in other.frame["type"]])
        for point, outline in shapely.STRtree(other.shapes).query(points, predicate="within").T:
            row = int(at[point])
            if higher[outline] < level[row]:
                found = float(shapely.area(other.shapes[outline])), str(other.frame.index[outline])
                best[row] = min(best.get(row, found), found)
    return [best[row][1] if row in best else None for row in range(len(part.frame))]


#: Types of units from the highest level down.
_LEVEL_OF = {kind: at for at, kinds in enumerate(LEVEL_TYPES.values()) for kind in kinds}
#: Digits of the levels of official codes: province, city, county, town, village; lower levels are padded with zeros.
_LEVELS = (2, 4, 6, 9, 12)


def _prefix_parents(codes: Sequence[str], types: Sequence[str]) -> list[str | None]:
    """The next unit above each code as official codes nest: 340602 or 340602000000 over 340602001 and 340602001000.

    Other numbers nest only where the types do: a town 1 is not above a town 12.
    """
    level = list(map(_level, types))
    owners: dict[str, list[int]] = {}
    for at, code in enumerate(codes):
        owners.setdefault(_significant(code), []).append(at)
    parents: list[str | None] = []
    for at, code in enumerate(codes):
        own = _significant(code)
        above = (other for n in range(len(own) - 1, 0, -1) for other in owners.get(own[:n], ()))
        parents.append(
            next(
                (
                    codes[other]
                    for other in above
                    if level[other] < level[at] or (_is_official(code) and _is_official(codes[other]))
                ),
                None,
            )
        )
    return parents


def _level(kind: str) -> int:
    return _LEVEL_OF.get(kind, len(_LEVEL_OF))


def _is_official(code: str) -> bool:
    return len(code) in {6, 9, 12} and code.isdecimal()


def _significant(code: str) -> str:
    """An official code without the zeros that fill its lower levels (340602001000 is 340602001); another one as it is."""
    if not _is_official(code):
        return code
    ends = [end for end in _LEVELS if end <= len(code)]
    return next((code[:end] for end in ends if not code[end:].strip("0")), code)


def _circular(code: str, above: dict[str, str | None]) -> bool:
    seen = {code}
    parent = above.get(code)
    while parent is not None and parent in above:
        if parent in seen:
            return True
        seen.add(parent)
        parent = above[parent]
    return False


def _report_circular(parts: Sequence[UnitPart], above: dict[str, str | None], problems: Problems) -> None:
    for part in parts:
        report_rows(
            part.table, part.parent_column if part.parent_column in part.table.rows.columns else None,
            [_circular(str(code), above) for code in part.frame.index], problems,
            what="the unit is its own ancestor", expected="units that nest", code="circular_units",
        )  # fmt: skip


def _report_undrawn(part: UnitPart, above: dict[str, str | None], problems: Problems) -> None:
    """Warn of units of a layer that have no outline, as whose people nobody is counted; those above drawn ones need none."""
    parents = set(above.values())
    undrawn = [
        code not in parents and (shape is None or shape.is_empty)
        for code, shape in zip(part.frame.index, part.shapes, strict=True)
    ]
    report_rows(
        part.table,
        "geometry",
        undrawn,
        problems,
        what="the unit has no outline, so nobody is counted in it",
        expected="the area of the unit",
        remedy="draw it, or take the layer from where its drawing was not lost",
        severity="warning",
        code="unit_without_outline",
    )
