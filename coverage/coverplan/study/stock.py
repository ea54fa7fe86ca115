"""What stands in each unit today and what is to come: the ledger seen from the units."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import UnitTree

STOCK_COLUMNS = (
    "unit_code",
    "layer",
    "type",
    "facilities",
    "planned",
    "beds",
    "beds_unknown",
    "floor_area_m2",
    "floor_area_unknown",
)
PROJECT_COLUMNS = (
    "layer",
    "type",
    "id",
    "name",
    "unit_code",
    "unit_name",
    "status",
    "opened",
    "beds",
    "floor_area_m2",
    "cost",
    "funded",
    "source",
)
#: Statuses of what does not serve yet.
COMING = ("building", "planned")


def stock_by_unit(facilities: Facilities, units: UnitTree, *, year: int | None = None) -> pd.DataFrame:
    """Facilities and what stands behind their doors, by unit, layer and type.

    A facility stands in the units that it serves, else in its declared unit, else where it lies; every unit
    holds what lies below it. Protected facilities are counted like all others: by unit only.

    Parameters
    ----------
    facilities, units
        Ledger and roster.
    year
        Year whose facilities serve people; None: what operates at the study's date.

    Returns
    -------
    DataFrame
        Rows in the order of unit code, layer, type; a unit without any has no row. ``facilities`` serve now,
        ``planned`` are to come; ``beds`` and ``floor_area_m2`` add up what is known of those that serve, and
        ``..._unknown`` counts those of which it is not known (R15). ``type`` is "" where it is unknown.
    """
    table = facilities.table
    serves = facilities.open_in(year)
    coming = table["status"].isin(COMING).to_numpy() & ~serves
    parts = pd.DataFrame(
        {
            "unit_code": [_present_in(row, units) for row in table.to_dict("records")],
            "layer": table["layer"].to_numpy(),
            "type": table["type"].fillna("").to_numpy(),
            "facilities": serves.astype(np.int64),
            "planned": coming.astype(np.int64),
        }
    )
    for field, unknown in (("beds", "beds_unknown"), ("floor_area_m2", "floor_area_unknown")):
        values = table[field].to_numpy(dtype=np.float64)
        parts[field] = np.where(serves & ~np.isnan(values), values, 0.0)
        parts[unknown] = (serves & np.isnan(values)).astype(np.int64)
    parts = parts[serves | coming].explode("unit_code").dropna(subset="unit_code")
    return parts.groupby(list(STOCK_COLUMNS[:3]), as_index=False, sort=True)[list(STOCK_COLUMNS[3:])].sum()


def project_table(facilities: Facilities, units: UnitTree, *, year: int | None = None) -> pd.DataFrame:
    """Facilities that are being built or planned, in the order of opening year, layer and id.

    Protected ones have neither id nor name here: by unit only.
    """
    table = facilities.table
    coming = table["status"].isin(COMING).to_numpy() & ~facilities.open_in(year)
    rows = pd.DataFrame(table.loc[coming, [c for c in PROJECT_COLUMNS if c in table] + ["unit", "public"]])
    declared = rows["unit_code"].where(rows["unit_code"].notna(), rows["unit"])
    names = units.table["name"]
    rows["unit_code"] = declared
    rows["unit_name"] = [None if code is None else names.get(code) for code in declared]
    rows = rows.sort_values(["opened", "layer", "id"], kind="stable", ignore_index=True)
    hidden = ~rows["public"].to_numpy(dtype=bool)
    for column in ("id", "name", "source"):
        rows[column] = rows[column].astype(object).mask(hidden, None)
    return rows[list(PROJECT_COLUMNS)]


def _present_in(row: dict[Any, Any], units: UnitTree) -> list[str]:
    """Codes of every unit in which a facility stands, those above its own included."""
    own = list(row["serves_units"]) or [row["unit_code"] if row["unit_code"] is not None else row["unit"]]
    known = [code for code in own if code is not None and code in units.table.index]
    return sorted({above for code in known for above in units.ancestors(code)})
