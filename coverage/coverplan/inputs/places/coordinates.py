"""Coordinates of a table's rows, from cells to the study's CRS; what is recognised is said, nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyproj
from numpy.typing import NDArray
from pyproj.exceptions import CRSError, ProjError

from coverplan.errors import Problem, Problems
from coverplan.ground.earth import FARTHEST_M
from coverplan.ground.transformers import transformer
from coverplan.inputs.places.angles import Angle, comma_angle, commas_are_points, parse_angle, split_pair
from coverplan.inputs.places.datum import distance_m, to_wgs84
from coverplan.inputs.places.known_shift import unknown_shift
from coverplan.inputs.tables.column_values import (
    blank,
    different_cells,
    note_repairs,
    parsed_column,
    report_rows,
)
from coverplan.inputs.tables.layer_file import no_such_crs, system_name
from coverplan.inputs.tables.table_file import TableFile
from coverplan.text.counting import many
from coverplan.units import BoolArray, FloatArray

#: Northings and eastings of China in metres; the two never meet, so swapped axes can be told.
_NORTHINGS = (1.9e6, 6.0e6)
_EASTINGS = (1.0e5, 9.0e5)
#: No coordinate is as large; a longer number is something else.
_LARGEST = 1e9
_ZONES_6, _ZONES_3 = range(13, 24), range(25, 46)


@dataclass(frozen=True, slots=True)
class System:
    """What coordinates are in.

    Parameters
    ----------
    crs
        The CRS of the numbers.
    datum
        ``gcj02`` or ``bd09`` when they are shifted, else as the user named it, or None.
    """

    crs: pyproj.CRS
    datum: str | None = None

    @property
    def shifted(self) -> bool:
        """Whether a Chinese shift has to be undone."""
        return self.datum in {"gcj02", "bd09"}


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Coordinates in the study's CRS.

    Parameters
    ----------
    x, y
        Shape (rows,): metres in the study's CRS, NaN where unknown or unusable.
    missing
        Shape (rows,): the row gives no coordinates.
    unusable
        Shape (rows,): it gives some that cannot be used.
    """

    x: FloatArray
    y: FloatArray
    missing: BoolArray
    unusable: BoolArray


def known_crs(name: str, problems: Problems, *, file: Any = None) -> pyproj.CRS | None:
    """A CRS by name; None and a problem when there is no such CRS."""
    try:
        crs = pyproj.CRS.from_user_input(name)
        # a local grid has no place on the earth
        transformer(crs, "EPSG:4326")
    except (CRSError, ProjError):
        problems.add(no_such_crs(file, name))
        return None
    return crs


def known_system(
    crs: str | None, datum: str | None, problems: Problems, *, file: Any = None
) -> System | None:
    """What the study file says coordinates are in; None, with a problem, when it says nothing or nonsense."""
    name = system_name(crs, datum)
    if name is None:
        problems.add(
            Problem(
                "it is not said in which coordinate reference system x and y are",
                file,
                expected="a datum such as wgs84, cgcs2000, gcj02 or bd09, or a CRS such as EPSG:4549",
                remedy="add `datum:` or `crs:` to the entry in the study file; `coverplan check` tells what they look like",
                code="missing_crs",
            )
        )
        return None
    found = known_crs(name, problems, file=file)
    return None if found is None else System(found, datum)


def read_coordinates(
    table: TableFile,
    columns: tuple[str, str] | str,
    system: System,
    *,
    target: pyproj.CRS,
    problems: Problems,
    severity: Any = "error",
) -> Coordinates:
    """Coordinates of every row in `target`.

    Parameters
    ----------
    table
        The rows.
    columns
        Columns of x and y, or one column that holds both.
    system
        What the numbers are in.
    target
        The study's CRS.
    problems
        Collects what cannot be read, row by row, and one note for each way in which cells were read.
    severity
        ``error`` where every row is needed, ``warning`` where a row can do without a place.
    """
    across, up, missing, readable = _cells(table, columns, problems, severity)
    first = columns if isinstance(columns, str) else columns[0]
    problems.extend(unknown_shift(system.crs, target, table.path, x=across, y=up))
    zero = readable & (across == 0) & (up == 0)
    report_rows(
        table, first, zero, problems, what="the coordinates are 0, 0", code="zero_coordinates",
        expected="a place, or blank cells where it is unknown", severity=severity,
    )  # fmt: skip
    across[zero], up[zero] = np.nan, np.nan
    rules = np.full(len(across), None, dtype=object)
    if system.crs.is_geographic:
        x, y = _from_degrees((across, up), system, target, rules=rules, table=table, problems=problems)
    else:
        x, y = _from_metres(across, up, system, target, rules)
    if any(rules.tolist()):
        note_repairs(table, first, rules.tolist(), _read_as(across, up, rules), problems)
    wild = readable & ~zero & ~((np.abs(x) < FARTHEST_M) & (np.abs(y) < FARTHEST_M))
    report_rows(
        table, first, wild, problems, what=_impossible(across[wild], system), code="impossible_coordinates",
        expected=f"coordinates in {system.crs.to_string()}",
        remedy="perhaps x and y are swapped, or the numbers are of another CRS", severity=severity,
    )  # fmt: skip
    return Coordinates(x, y, missing, zero | wild | ~(missing | readable))


def _read_as(across: FloatArray, up: FloatArray, rules: NDArray[np.object_]) -> list[str]:
    """Coordinates as they were understood, x first."""
    return [
        f"{b:.10g}, {a:.10g}" if rule == "swapped_axes" else f"{a:.10g}, {b:.10g}"
        for a, b, rule in zip(across, up, rules, strict=True)
    ]


def transform_points(
    x: Any, y: Any, source: pyproj.CRS | str, target: pyproj.CRS | str
) -> tuple[FloatArray, FloatArray]:
    """Coordinates in another CRS, x before y whatever order the authority prefers."""
    change = transformer(source, target)
    new_x, new_y = change.transform(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
    return np.asarray(new_x), np.asarray(new_y)


def report_shift(
    lon: FloatArray, lat: FloatArray, system: System, table: TableFile, problems: Problems
) -> tuple[FloatArray, FloatArray]:
    """WGS-84 of shifted coordinates, with a note that says how many moved and how far."""
    datum = system.datum
    assert datum in {"gcj02", "bd09"}
    new_lon, new_lat = to_wgs84(lon, lat, datum)
    shift = distance_m(lon, lat, new_lon, new_lat)
    moved = shift[np.isfinite(shift)]
    problems.add(
        Problem(
            f"{many(len(moved), 'point was converted', 'points were converted')} from {datum} to WGS-84",
            table.path,
            value=f"median shift {np.median(moved):.0f} m" if len(moved) else "no points",
            severity="note",
            code="datum_converted",
            details={
                "count": len(moved),
                "datum": datum,
                "shift": f"{np.median(moved):.0f}" if len(moved) else "0",
            },
        )
    )
    return new_lon, new_lat


def _cells(
    table: TableFile, columns: tuple[str, str] | str, problems: Problems, severity: Any
) -> tuple[FloatArray, FloatArray, BoolArray, BoolArray]:
    """Numbers of both columns, which rows say nothing, and which can be read."""
    if isinstance(columns, str):
        pairs = parsed_column(table, columns, split_pair)
        parts = [_angles([None if pair is None else parse_angle(pair[i]) for pair in pairs]) for i in (0, 1)]
        missing = blank(table, columns)
        names = (columns, columns)
    else:
        plain = [_plain_numbers(table.rows[column]) for column in columns]
        if plain[0] is not None and plain[1] is not None:
            across, up = plain[0], plain[1]
            missing = np.isnan(across) & np.isnan(up)
            readable = np.isfinite(across) & np.isfinite(up)
            _report_unreadable(table, columns, (across, up), missing, problems=problems, severity=severity)
            across[~readable], up[~readable] = np.nan, np.nan
            return across, up, missing, readable
        parse = (
            comma_angle
            if commas_are_points(*(different_cells(table, column)[1] for column in columns))
            else parse_angle
        )
        parts = [_angles_of(table, column, parse) for column in columns]
        empty = [blank(table, column) for column in columns]
        missing = empty[0] & empty[1]
        names = columns
    for name, (values, how) in zip(dict.fromkeys(names), parts, strict=False):
        wrong = ~missing & np.isnan(values)
        report_rows(
            table, name, wrong, problems, what="not a coordinate", code="not_a_number",
            expected="a number, or degrees, minutes and seconds", remedy="mend the cell", severity=severity,
        )  # fmt: skip
        rules = np.where(missing, None, how)  # type: ignore[call-overload]
        note_repairs(table, name, rules.tolist(), values, problems)
    across, up = (values for values, _ in parts)
    readable = ~missing & np.isfinite(across) & np.isfinite(up)
    across[~readable], up[~readable] = np.nan, np.nan
    return across, up, missing, readable


def _plain_numbers(values: pd.Series[Any]) -> FloatArray | None:
    """A column in which nothing but numbers and blanks stands; None where a cell has to be read."""
    cells = values.tolist()
    if not set(map(type, cells)) <= {int, float, type(None)}:
        return None
    numbers = np.array(cells, dtype=np.float64)
    return None if (np.abs(numbers) >= _LARGEST).any() else numbers


def _report_unreadable(
    table: TableFile,
    columns: tuple[str, str],
    numbers: tuple[FloatArray, FloatArray],
    missing: BoolArray,
    *,
    problems: Problems,
    severity: Any,
) -> None:
    """One coordinate of a pair that is blank while the other is not."""
    for name, values in zip(columns, numbers, strict=True):
        report_rows(
            table, name, ~missing & np.isnan(values), problems, what="not a coordinate", code="not_a_number",
            expected="a number, or degrees, minutes and seconds", remedy="mend the cell", severity=severity,
        )  # fmt: skip


def _angles_of(
    table: TableFile, column: str, parse: Callable[[object], Angle | None]
) -> tuple[FloatArray, NDArray[np.object_]]:
    """Shape (rows,): numbers of a column and how each was read, NaN and None where it has none."""
    codes, different = different_cells(table, column)
    values, rules = _angles(
        [cell if type(cell) is float and abs(cell) < _LARGEST else parse(cell) for cell in different]
    )
    return values[codes], rules[codes]


def _angles(read: Sequence[Angle | float | None]) -> tuple[FloatArray, NDArray[np.object_]]:
    """Numbers of angles and how each was read; a plain number was not read otherwise than it stands."""
    values = np.array(read, dtype=object)
    rules = np.full(len(read), None, dtype=object)
    for at, angle in enumerate(read):
        if not isinstance(angle, float):
            values[at], rules[at] = (np.nan, None) if angle is None else (angle.value, angle.rule)
    return values.astype(np.float64), rules


def _from_degrees(
    cells: tuple[FloatArray, FloatArray],
    system: System,
    target: pyproj.CRS,
    *,
    rules: NDArray[np.object_],
    table: TableFile,
    problems: Problems,
) -> tuple[FloatArray, FloatArray]:
    """Degrees, or with CGCS2000 metres that carry their zone."""
    across, up = cells
    swapped = (np.abs(up) > 90) & (np.abs(up) <= 180) & (np.abs(across) <= 90)
    rules[swapped] = "swapped_axes"
    lon, lat = np.where(swapped, up, across), np.where(swapped, across, up)
    usable = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    lon[~usable], lat[~usable] = np.nan, np.nan
    if system.shifted:
        lon, lat = report_shift(lon, lat, system, table, problems)
    x, y = transform_points(lon, lat, system.crs, target)
    if system.datum == "cgcs2000":
        _fill_zoned(cells, (x, y), target, rules)
    return x, y


def _fill_zoned(
    cells: tuple[FloatArray, FloatArray],
    result: tuple[FloatArray, FloatArray],
    target: pyproj.CRS,
    rules: NDArray[np.object_],
) -> None:
    """Eastings such as 39485234 name their own zone (39: central meridian 117° E); fills `result` and `rules`."""
    (across, up), (x, y) = cells, result
    east = np.where(np.abs(up) > 1e7, up, across)
    north = np.where(np.abs(up) > 1e7, across, up)
    zones = np.where(np.isfinite(east), east // 1e6, 0).astype(int)
    fits = (north > _NORTHINGS[0]) & (north < _NORTHINGS[1])
    for zone in np.unique(zones[fits]).tolist():
        code = zone_epsg(zone)
        if code is None:
            continue
        rows = fits & (zones == zone)
        x[rows], y[rows] = transform_points(east[rows], north[rows], f"EPSG:{code}", target)
        rules[rows] = f"zone_{zone}"


def zone_epsg(zone: int) -> int | None:
    """EPSG code of the CGCS2000 zone whose number eastings begin with; None when there is no such zone."""
    if zone in _ZONES_6:
        return 4491 + zone - 13
    return 4513 + zone - 25 if zone in _ZONES_3 else None


def _from_metres(
    across: FloatArray, up: FloatArray, system: System, target: pyproj.CRS, rules: NDArray[np.object_]
) -> tuple[FloatArray, FloatArray]:
    """Metres; surveyors call the northing x, and eastings may carry the number of their zone."""
    gauss = _of_gauss(system.crs)
    swapped = gauss & _within(across, _NORTHINGS) & (_within(up, _EASTINGS) | (up > 1e7))
    east, north = np.where(swapped, up, across), np.where(swapped, across, up)
    rules[swapped] = "swapped_axes"
    prefixed = gauss & (east > 1e7)
    if prefixed.any() and _false_easting(system.crs) < 1e6:
        meridian = _meridian(system.crs)
        zones = np.where(prefixed, east // 1e6, 0)
        same = prefixed & ((zones * 3 == meridian) | ((zones < 24) & (zones * 6 - 3 == meridian)))
        east = np.where(same, east - zones * 1e6, np.where(prefixed, np.nan, east))
        rules[same] = "zone_prefix"
    degrees = (np.abs(east) <= 180) & (np.abs(north) <= 90)
    east = np.where(degrees, np.nan, east)
    return transform_points(east, north, system.crs, target)


def _of_gauss(crs: pyproj.CRS) -> bool:
    """Whether a CRS is a transverse Mercator one, as those are in which surveyors of China work."""
    operation = crs.coordinate_operation
    return operation is not None and "transverse mercator" in operation.method_name.lower()


def _within(values: FloatArray, ends: tuple[float, float]) -> BoolArray:
    return (values > ends[0]) & (values < ends[1])


def _parameter(crs: pyproj.CRS, word: str) -> float:
    operation = crs.coordinate_operation
    values = [] if operation is None else [p.value for p in operation.params if word in p.name.lower()]
    return float(values[0]) if values else float("nan")


def _false_easting(crs: pyproj.CRS) -> float:
    return _parameter(crs, "false easting")


def _meridian(crs: pyproj.CRS) -> float:
    return _parameter(crs, "longitude of natural origin")


def _impossible(across: FloatArray, system: System) -> str:
    """What is wrong with coordinates that do not fit, as far as it can be told."""
    zone = int(np.nanmedian(across) // 1e6) if len(across) else 0
    code = zone_epsg(zone)
    if code is not None:
        return (
            f"the coordinates look like metres of zone {zone} (EPSG:{code}), not of {system.crs.to_string()}"
        )
    if system.crs.is_geographic:
        return "longitude or latitude is impossible"
    return "the coordinates do not fit the coordinate reference system"
