"""What looks wrong in a facility ledger though every cell can be read; nothing is changed, everything is listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike

from coverplan.errors import Problem
from coverplan.inputs.ledgers.facility_table import Ledger
from coverplan.inputs.ledgers.twins import twins
from coverplan.inputs.places.geometries import representative_points
from coverplan.inputs.tables.quarantine import RowProblem
from coverplan.units import FloatArray

#: GB 50437 asks for 35 m2 of floor a bed; below this a number is more likely a slip than a home.
LEAST_FLOOR_M2 = 25.0
STANDARD_FLOOR_M2 = 35.0
#: So many facilities on the very same spot probably stand at somebody's centroid.
MANY_ON_ONE_SPOT = 3
_SPOT_M = 0.5
#: A point so far outside its unit is not a matter of drawing.
OUTSIDE_M = 30.0


def suspicions(
    ledger: Ledger,
    *,
    units: gpd.GeoDataFrame | None = None,
    avoid: Mapping[str, gpd.GeoSeries] | None = None,
    year: int,
) -> list[RowProblem]:
    """What is suspicious in the used rows of a ledger, in the order of its rows.

    Parameters
    ----------
    ledger
        The ledger.
    units
        Table of units with outlines in the study's CRS, to compare places with declared units.
    avoid
        Areas in which no facility can stand, by name (``water``, ``farmland``), in the study's CRS.
    year
        Year of the facility data; a later opening of an operating facility is suspicious.
    """
    checks = _Checks(ledger)
    _numbers(checks, year)
    _names(checks)
    _spots(checks)
    if units is not None:
        _declared(checks, units)
    for name, areas in (avoid or {}).items():
        _within(checks, name, areas)
    return sorted(checks.found, key=lambda one: one.position)


class _Checks:
    """The used rows, and what was found in them."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.rows = ledger.rows
        self.points = representative_points(ledger.rows.geometry.to_numpy())
        self.found: list[RowProblem] = []

    def number(self, field: str) -> FloatArray:
        """Shape (rows,): a number field."""
        return self.rows[field].to_numpy(dtype=np.float64)

    def flag(
        self,
        wrong: ArrayLike,
        field: str,
        code: str,
        whats: str | Mapping[int, str],
        remedy: str,
        *,
        details: Mapping[int, Mapping[str, object]] | None = None,
    ) -> None:
        """Write down the rows for which `wrong` is true."""
        ledger = self.ledger
        column = ledger.column.get(field, field)
        values = ledger.table.rows[column].tolist() if column in ledger.table.rows.columns else None
        flagged = np.flatnonzero(np.asarray(wrong, dtype=bool)).tolist()
        positions = ledger.positions[flagged].tolist()
        labels = ledger.table.labels_at(positions)
        for row, position, (sheet, line) in zip(flagged, positions, labels, strict=True):
            value = None if values is None else values[position]
            problem = Problem(
                whats if isinstance(whats, str) else whats[row],
                ledger.table.path,
                line,
                column if sheet is None else f"{sheet}!{column}",
                None if column == "geometry" else value,
                remedy=remedy,
                severity="warning",
                code=code,
                details={} if details is None else details[row],
            )
            self.found.append(RowProblem(position, problem, refused=False))


def _numbers(checks: _Checks, year: int) -> None:
    beds, nursing, floor = (checks.number(field) for field in ("beds", "nursing_beds", "floor_area_m2"))
    checks.flag(
        nursing > beds,
        "nursing_beds",
        "more_nursing_beds",
        "there are more nursing beds than beds",
        "check both",
    )
    unsplit = (beds > 0) & np.isnan(nursing)
    checks.flag(
        unsplit, "beds", "no_nursing_beds", "beds are given and nursing beds are not", "add them; 0 if none"
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(beds > 0, floor / beds, np.nan)
    little = np.flatnonzero(each < LEAST_FLOOR_M2).tolist()
    texts = {
        row: f"{each[row]:.1f} m2 of floor a bed; the standard is {STANDARD_FLOOR_M2:.0f}" for row in little
    }
    checks.flag(
        each < LEAST_FLOOR_M2,
        "floor_area_m2",
        "little_floor",
        texts,
        "check the unit of the area (亩, 万) and the beds",
        details={row: {"area": f"{each[row]:.1f}", "standard": f"{STANDARD_FLOOR_M2:.0f}"} for row in little},
    )
    future = (checks.number("opened") > year) & (checks.rows["status"] == "operating").to_numpy()
    checks.flag(
        future,
        "opened",
        "opens_later",
        f"it operates and opens after {year}",
        "check status and year",
        details={row: {"year": year} for row in np.flatnonzero(future).tolist()},
    )
    backwards = checks.number("closes") < checks.number("opened")
    checks.flag(
        backwards, "closes", "closes_before_it_opens", "it closes before it opens", "check both years"
    )


def _names(checks: _Checks) -> None:
    rows = checks.rows
    twin = twins(rows["name"].tolist(), rows["type"].tolist(), rows["unit_code"].tolist(), checks.points)
    ids = checks.rows["id"].tolist()
    texts = {
        row: f"it has the name and place of {ids[twin[row]]}" for row in np.flatnonzero(twin >= 0).tolist()
    }
    details = {row: {"id": ids[twin[row]]} for row in texts}
    checks.flag(
        twin >= 0, "name", "duplicate", texts, "delete one, or make the names different", details=details
    )


def _spots(checks: _Checks) -> None:
    there = np.flatnonzero([point is not None for point in checks.points])
    if not len(there):
        return
    spots = np.rint(shapely.get_coordinates(checks.points[there]) / _SPOT_M).astype(np.int64)
    # one number for both coordinates, so that pairs are sorted as numbers
    both = spots[:, 0] * (np.ptp(spots[:, 1]) + 1) + spots[:, 1]
    _, spot, count = np.unique(both, return_inverse=True, return_counts=True)
    crowd = count[spot.ravel()]
    premises = checks.rows["premises_id"].iloc[there]
    shared = premises.notna().to_numpy() & premises.duplicated(keep=False).to_numpy()
    many = (crowd >= MANY_ON_ONE_SPOT) & ~shared
    wrong = np.zeros(len(checks.rows), dtype=bool)
    wrong[there[many]] = True
    texts = {int(there[i]): f"{crowd[i]} facilities stand on this very spot" for i in np.flatnonzero(many)}
    details = {int(there[i]): {"count": int(crowd[i])} for i in np.flatnonzero(many)}
    checks.flag(
        wrong,
        _place_field(checks),
        "same_spot",
        texts,
        "write each one's own place, or its precision",
        details=details,
    )


def _declared(checks: _Checks, units: gpd.GeoDataFrame) -> None:
    codes = checks.rows["unit_code"].to_numpy(dtype=object)
    outlines = units.geometry.to_numpy()
    at = units.index.get_indexer(pd.Index(codes, dtype=object))
    drawn = np.array([_drawn(shape) for shape in outlines], dtype=bool)
    there = np.array([point is not None for point in checks.points], dtype=bool)
    rows = np.flatnonzero(there & (at >= 0) & drawn[at]) if len(outlines) else np.empty(0, dtype=np.int64)
    if not len(rows):
        return
    away = np.zeros(len(rows))
    for unit in np.unique(at[rows]):
        mine = at[rows] == unit
        shapely.prepare(outlines[unit])
        points = checks.points[rows[mine]]
        beyond = ~shapely.dwithin(outlines[unit], points, OUTSIDE_M)
        away[np.flatnonzero(mine)[beyond]] = shapely.distance(outlines[unit], points[beyond])
    texts = {
        int(row): f"it lies {metres:.0f} m outside its declared unit {codes[row]}"
        for row, metres in zip(rows[away > 0], away[away > 0], strict=True)
    }
    wrong = np.zeros(len(checks.rows), dtype=bool)
    wrong[rows[away > 0]] = True
    checks.flag(
        wrong,
        _place_field(checks),
        "outside_declared_unit",
        texts,
        "check the coordinates, their datum, and the unit",
        details={
            int(row): {"distance": f"{metres:.0f}", "unit": str(units["name"].get(codes[row], codes[row]))}
            for row, metres in zip(rows[away > 0], away[away > 0], strict=True)
        },
    )


def _within(checks: _Checks, name: str, areas: gpd.GeoSeries) -> None:
    shapes = [shape for shape in areas if _drawn(shape)]
    there = np.flatnonzero([point is not None for point in checks.points])
    wrong = np.zeros(len(checks.rows), dtype=bool)
    if shapes and len(there):
        hits = shapely.STRtree(shapes).query(checks.points[there], predicate="within")[0]
        wrong[there[np.unique(hits)]] = True
    checks.flag(
        wrong,
        _place_field(checks),
        f"in_{name}",
        f"it lies in the layer {name}",
        "check the coordinates and their datum",
    )


def _place_field(checks: _Checks) -> str:
    return next((field for field in ("x", "xy") if field in checks.ledger.column), "geometry")


def _drawn(shape: object) -> bool:
    return isinstance(shape, shapely.Geometry) and not bool(shapely.is_empty(shape))


def counted(found: Iterable[RowProblem]) -> dict[str, int]:
    """Number of rows by kind of suspicion."""
    counts: dict[str, int] = {}
    for one in found:
        counts[one.problem.code] = counts.get(one.problem.code, 0) + 1
    return dict(sorted(counts.items()))
