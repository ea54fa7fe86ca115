"""The pairs of a standard that was measured: which facility reaches whom, and in which time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coverplan.ground.facilities import Facilities
from coverplan.reach.matrix import Reach
from coverplan.service.measure import Measured, Surveyor


def reach_of_measured(
    one: Measured, surveyor: Surveyor, facilities: Facilities, *, wider: float = 1.0
) -> Reach:
    """Times of every pair within `wider` times the standard, for the facilities that counted, in their order.

    Parameters
    ----------
    one
        The standard as it was measured.
    surveyor, facilities
        What it was measured with.
    wider
        1 or more; where other speeds are to be read off the same times.
    """
    return reach_of_sites(one, surveyor, facilities, one.sites, wider=wider)


def reach_of_sites(
    one: Measured, surveyor: Surveyor, facilities: Facilities, sites: tuple[int, ...], *, wider: float = 1.0
) -> Reach:
    """The same for any facilities, given by position in the table."""
    table = facilities.table.iloc[list(sites)]
    standard = one.standard.model_copy(update={"minutes": one.standard.minutes * wider})
    codes = units_of(table, surveyor.units.codes)
    return surveyor.reach_of(standard, table["id"].tolist(), table.geometry.tolist(), codes)


def units_of(table: pd.DataFrame, known: tuple[str, ...]) -> list[str | None]:
    """Unit of each facility: its declared one where it is known, else the one in which it lies."""
    declared = table["unit_code"].where(table["unit_code"].isin(known))
    codes = declared.where(declared.notna(), table["unit"])
    return [code if isinstance(code, str) else None for code in codes]


def capacity_of(facilities: Facilities, sites: tuple[int, ...], field: str) -> np.ndarray:
    """Shape (sites,): a number field of facilities; NaN where it is unknown (R15)."""
    return facilities.table[field].iloc[list(sites)].to_numpy(dtype=np.float64)
