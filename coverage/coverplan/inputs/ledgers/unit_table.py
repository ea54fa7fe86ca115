"""Administrative units from a layer or table: codes, types and nesting checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from coverplan.errors import Problem, Problems
from coverplan.inputs.ledgers.unit_parents import UnitPart, parents_of
from coverplan.inputs.places.geometries import layer_geometries
from coverplan.inputs.tables.column_values import has_columns, numbers, report_rows, texts
from coverplan.inputs.tables.columns import columns_of
from coverplan.inputs.tables.headers import UNIT
from coverplan.inputs.tables.read_table import read_table
from coverplan.inputs.tables.table_file import TableFile
from coverplan.scenario.study_file import UnitFile, Units
from coverplan.text.folding import meaning_of
from coverplan.text.type_words import UNIT_TYPE
from coverplan.units import FloatArray
from coverplan.vocabulary import UNIT_TYPES

#: Two units overlap when they share more than this part of the smaller one; less is a drawn sliver.
SLIVER_SHARE = 0.001
#: Ground smaller than this is the rounding of coordinates, square metres.
_NOTHING_M2 = 1.0


def read_units(
    source: Units, folder: Path, *, crs: pyproj.CRS | None, problems: Problems
) -> gpd.GeoDataFrame | None:
    """Read units as the table of a `coverplan.ground.units_tree.UnitTree`; None when they cannot be used.

    With `crs` None the table keeps the CRS of the file, so that a CRS can be chosen from it.
    """
    before = len(problems.errors)
    parts = [read_unit_file(one, folder, crs=crs, problems=problems) for one in (source, *source.more)]
    read = [part for part in parts if part is not None]
    if len(read) < len(parts):
        return None
    _report_repeated(read, problems)
    parents = parents_of(read, problems)
    if len(problems.errors) > before:
        return None
    frames = [gpd.GeoDataFrame(part.frame, geometry=part.shapes, crs=part.crs) for part in read]
    units = frames[0] if len(frames) == 1 else _stacked(frames)
    units["parent"] = pd.Series(parents, index=units.index, dtype=object)
    return units[["name", "type", "parent", "households", "geometry"]].sort_index()


def _stacked(frames: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Units of all files in the CRS of the first that has one."""
    crs = next((frame.crs for frame in frames if frame.crs is not None), None)
    same = [frame if frame.crs is None or crs is None else frame.to_crs(crs) for frame in frames]
    shapes = np.concatenate([frame.geometry.to_numpy() for frame in same])
    rows = pd.concat([pd.DataFrame(frame.drop(columns="geometry")) for frame in same])
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=crs)


def read_unit_file(
    source: UnitFile, folder: Path, *, crs: pyproj.CRS | None, problems: Problems
) -> UnitPart | None:
    """Units of one file, also where something in its rows is wrong; None when it has no rows of units."""
    table = read_table(source, folder, problems)
    if table is None:
        return None
    table = _joined(table, source, problems)
    said = {str(field): str(name) for field, name in source.columns.items()}
    recognised = columns_of(table, said, UNIT, problems)
    if recognised is None:
        return None
    column = {field: recognised.get(field, field) for field in UNIT}
    if not source.type and "type" not in recognised:
        _report_no_type(table, problems)
    needed = [column["code"], column["name"]]
    if not has_columns(table, needed, problems) or not (source.type or "type" in recognised):
        return None
    codes = _codes(table, column["code"], problems)
    names = texts(table, column["name"])
    frame = pd.DataFrame(
        {
            "name": [name or code or "" for name, code in zip(names, codes, strict=True)],
            "type": _types(table, column["type"], source, problems),
            "households": _households(table, column["households"], problems),
        },
        index=pd.Index(codes, name="code", dtype=object),
    )
    shapes, file_crs = _outlines(table, crs, source, problems)
    return UnitPart(table, frame, shapes, file_crs, column["parent"])


def _report_repeated(parts: Sequence[UnitPart], problems: Problems) -> None:
    """Codes that stand in two files."""
    seen: set[str] = set()
    for part in parts:
        for code in sorted(seen & set(part.frame.index)):
            problems.add(
                Problem(
                    "the unit's code stands in another file too",
                    part.table.path,
                    value=code,
                    expected="each code once",
                    remedy="leave one of the files out, or its rows with `where:`",
                    code="duplicate_code",
                )
            )
        seen |= set(part.frame.index)


def report_overlaps(units: gpd.GeoDataFrame, file: Path, problems: Problems) -> None:
    """Report pairs of sister units that share ground, as an error: people would belong to both; slivers as a note."""
    for shared in _shared_ground(units):
        thin = (shared.area_m2 > _NOTHING_M2) & (shared.area_m2 <= SLIVER_SHARE * shared.least_m2)
        _note_slivers(shared.area_m2[thin], [shared.pairs[at] for at in np.flatnonzero(thin)], file, problems)
        for at in np.flatnonzero(shared.area_m2 > SLIVER_SHARE * shared.least_m2):
            (one, other), area, least = shared.pairs[at], shared.area_m2[at], shared.least_m2[at]
            problems.add(
                Problem(
                    f"the units {one} and {other} overlap",
                    file,
                    field="geometry",
                    value=f"{area:.0f} m2, {area / least:.1%} of the smaller",
                    expected="units of one parent that share no ground",
                    remedy="mend the outlines in a GIS, or write `overlaps: smaller` and the smaller unit has the ground",
                    code="overlapping_units",
                    details={
                        "units": f"{one}, {other}",
                        "area": f"{area:.0f} m²",
                        "share": f"{area / least:.1%}",
                    },
                )
            )


def without_overlaps(units: gpd.GeoDataFrame, file: Path, problems: Problems) -> gpd.GeoDataFrame:
    """Units whose shared ground belongs to the smaller of two sisters alone, with a warning of how much that is."""
    shapes = units.geometry.to_dict()
    moved_m2, between = 0.0, []
    for shared in _shared_ground(units):
        for at in np.flatnonzero(shared.area_m2 > SLIVER_SHARE * shared.least_m2):
            small, large = sorted(shared.pairs[at], key=lambda code: (units.geometry[code].area, code))
            moved_m2 += shared.area_m2[at]
            between.append(f"{small}/{large}")
            shapes[large] = shapely.difference(shapes[large], shapes[small])
    if not between:
        return units
    problems.add(
        Problem(
            f"ground that {len(between)} pairs of units share belongs to the smaller of them, {moved_m2:.0f} m2 in all",
            file,
            field="geometry",
            value=", ".join(between[:10]),
            severity="warning",
            code="overlaps_to_smaller",
            details={"count": len(between), "area": f"{moved_m2:.0f} m²"},
        )
    )
    return units.set_geometry([shapes[code] for code in units.index], crs=units.crs)


@dataclass(frozen=True, slots=True)
class _Shared:
    """Pairs of sister units that touch, the ground that they share and the area of the smaller one, square metres."""

    pairs: list[tuple[str, str]]
    area_m2: FloatArray
    least_m2: FloatArray


def _shared_ground(units: gpd.GeoDataFrame) -> Iterator[_Shared]:
    for _, sisters in units.groupby(units["parent"].fillna("")):
        shapes = sisters.geometry.to_numpy()
        drawn = np.flatnonzero([shape is not None and not shape.is_empty for shape in shapes])
        first, second = shapely.STRtree(shapes[drawn]).query(shapes[drawn], predicate="intersects")
        pairs = np.column_stack([drawn[first], drawn[second]])[first < second]
        if len(pairs):
            one, other = shapes[pairs[:, 0]], shapes[pairs[:, 1]]
            yield _Shared(
                [(str(sisters.index[a]), str(sisters.index[b])) for a, b in pairs],
                shapely.area(shapely.intersection(one, other)),
                np.minimum(shapely.area(one), shapely.area(other)),
            )


def _note_slivers(
    areas: FloatArray,
    between: Sequence[tuple[str, ...]],
    file: Path,
    problems: Problems,
    *,
    gap: bool = False,
) -> None:
    """One note for slivers of a kind: what borders drawn twice leave, which moves hardly anybody."""
    if not len(areas):
        return
    shown = ", ".join("/".join(codes) for codes in between[:10])
    more = f" and {len(between) - 10} more" if len(between) > 10 else ""
    what = "gaps are left inside" if gap else "overlaps lie between"
    problems.add(
        Problem(
            f"narrow {what} {len(between)} {'units' if gap else 'pairs of units'}, {areas.sum():.0f} m2 in all",
            file,
            field="geometry",
            value=shown + more,
            expected="borders that are drawn once",
            remedy="snap the outlines to each other in a GIS, if it matters",
            severity="note",
            code="unit_slivers",
            details={"count": len(between), "area": f"{areas.sum():,.0f}"},
        )
    )


def _joined(table: TableFile, source: UnitFile, problems: Problems) -> TableFile:
    """Rows of one code and one name that share no ground are parts of one unit; they are joined, and that is said."""
    code, name = (source.columns.get(field, field) for field in ("code", "name"))
    rows = table.rows
    if not table.is_layer or not {code, name} <= set(rows.columns) or not rows.duplicated([code, name]).any():
        return table
    assert isinstance(rows, gpd.GeoDataFrame)
    shapes: dict[object, shapely.Geometry] = {}
    for key, parts in rows.geometry.groupby([rows[code], rows[name]]):
        drawn = parts.to_numpy()
        whole = shapely.union_all(drawn) if shapely.is_valid(drawn).all() else None
        if whole is None or shapely.area(whole) < (1 - SLIVER_SHARE) * shapely.area(drawn).sum():
            return table
        shapes[key] = whole
    first = rows.drop_duplicates([code, name]).copy()
    first.geometry = [shapes[key] for key in zip(first[code], first[name], strict=True)]
    problems.add(
        Problem(
            f"{len(rows)} outlines were joined into {len(first)} units",
            table.path,
            field=str(code),
            severity="note",
            code="outlines_joined",
            details={"rows": len(rows), "units": len(first)},
        )
    )
    return replace(table, rows=first, repairs=[], read_texts={}, different={})


def _codes(table: TableFile, column: str, problems: Problems) -> list[str]:
    codes = texts(table, column)
    report_rows(
        table,
        column,
        [code is None for code in codes],
        problems,
        what="the unit has no code",
        expected="an administrative code",
        code="missing_code",
    )
    filled = [code or "" for code in codes]
    twice = pd.Series(filled).duplicated(keep="first").to_numpy() & np.array([code != "" for code in filled])
    report_rows(
        table,
        column,
        twice,
        problems,
        what="the unit's code stands in an earlier row too",
        expected="each code once",
        remedy="dissolve the parts of a unit into one row",
        code="duplicate_code",
    )
    return filled


def _report_no_type(table: TableFile, problems: Problems) -> None:
    columns = [str(column) for column in table.rows.columns if column != "geometry"]
    problems.add(
        Problem(
            "nothing says what kind of units these are",
            table.path,
            field="type",
            expected=f"`type:` for all of them, or one of the columns {', '.join(columns[:30])}",
            remedy="write type: town (or village, street, county ...) under the units, or columns: {type: ...}",
            code="no_unit_type",
        )
    )


def _types(table: TableFile, column: str, source: UnitFile, problems: Problems) -> list[str]:
    if source.type is not None:
        return [source.type] * len(table.rows)
    said = [source.types.get(word or "", word or "") for word in texts(table, column)]
    words = [word if word in UNIT_TYPES else meaning_of(word, UNIT_TYPE) or word for word in said]
    report_rows(
        table,
        column,
        [word not in UNIT_TYPES for word in words],
        problems,
        what="the type of unit is not known",
        expected=f"one of {', '.join(UNIT_TYPES)}",
        remedy="add the word under `types:`",
        code="unknown_unit_type",
    )
    return words


def _households(table: TableFile, column: str, problems: Problems) -> np.ndarray:
    if column not in table.rows.columns:
        return np.full(len(table.rows), np.nan)
    households = numbers(table, column, problems, kind="households")
    report_rows(
        table,
        column,
        households < 0,
        problems,
        what="a number of households is negative",
        expected="zero or more",
        code="negative_number",
    )
    return households


def _outlines(
    table: TableFile, crs: pyproj.CRS | None, source: UnitFile, problems: Problems
) -> tuple[np.ndarray, pyproj.CRS | None]:
    if not table.is_layer:
        return np.full(len(table.rows), None, dtype=object), crs
    rows = table.rows
    assert isinstance(rows, gpd.GeoDataFrame)
    target = crs or rows.crs
    shapes = layer_geometries(table, target=target, problems=problems, required=False, datum=source.datum)
    flat = [shape is not None and shape.geom_type not in {"Polygon", "MultiPolygon"} for shape in shapes]
    report_rows(
        table,
        "geometry",
        flat,
        problems,
        what="the unit's outline is not an area",
        expected="a polygon",
        code="not_a_polygon",
    )
    return shapes, target


def report_gaps(units: gpd.GeoDataFrame, file: Path, problems: Problems) -> None:
    """Report ground of a unit that none of its children holds, as a warning: its people would belong to no child; slivers as a note."""
    outlines = units.geometry.to_dict()
    for parent, children in units.groupby(units["parent"].fillna("")):
        whole = outlines.get(parent)
        shapes = [shape for shape in children.geometry if shape is not None and not shape.is_empty]
        if whole is None or whole.is_empty or len(shapes) < len(children):
            continue
        gap = shapely.difference(whole, shapely.union_all(np.array(shapes, dtype=object)))
        if _NOTHING_M2 < shapely.area(gap) <= SLIVER_SHARE * shapely.area(whole):
            _note_slivers(np.array([shapely.area(gap)]), [(str(parent),)], file, problems, gap=True)
        if shapely.area(gap) > SLIVER_SHARE * shapely.area(whole):
            problems.add(
                Problem(
                    f"ground of the unit {parent} belongs to none of its children",
                    file,
                    field="geometry",
                    value=f"{shapely.area(gap):.0f} m2",
                    expected="children that fill their parent",
                    remedy="mend the outlines, or add the missing unit",
                    severity="warning",
                    code="unit_gap",
                    details={"unit": parent, "area": f"{shapely.area(gap):,.0f}"},
                )
            )
