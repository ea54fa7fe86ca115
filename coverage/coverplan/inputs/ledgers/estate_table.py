"""Housing estates with their households and the premises that were built with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from coverplan.errors import Problems
from coverplan.inputs.tables.column_values import has_columns, numbers, report_rows, texts
from coverplan.inputs.tables.measures import Kind
from coverplan.inputs.tables.read_table import read_table
from coverplan.scenario.study_file import Source

KINDS = ("new", "existing")
_NUMBERS: Mapping[str, Kind] = MappingProxyType({"households": "households", "floor_area_m2": "area"})


def read_estates(name: str, folder: Path, problems: Problems) -> pd.DataFrame | None:
    """Read a table of estates; None when it cannot be used.

    Returns
    -------
    DataFrame
        Index ``id``; ``kind`` (``new`` or ``existing``), ``households`` and ``floor_area_m2``, NaN where unknown.
    """
    table = read_table(Source(file=name), folder, problems)
    if table is None or not has_columns(table, ["id", "kind", *_NUMBERS], problems):
        return None
    ids = pd.Series(texts(table, "id"), dtype=object)
    kinds = texts(table, "kind")
    amounts = {column: numbers(table, column, problems, kind=kind) for column, kind in _NUMBERS.items()}
    report_rows(
        table, "id", ids.isna().to_numpy(), problems,
        what="the estate has no id", expected="an id that is unique", code="missing_id",
    )  # fmt: skip
    report_rows(
        table, "id", (ids.duplicated() & ids.notna()).to_numpy(), problems,
        what="the id stands in an earlier row too", expected="each estate once", code="duplicate_id",
    )  # fmt: skip
    report_rows(
        table, "kind", [kind not in KINDS for kind in kinds], problems,
        what="the kind of estate is unknown", expected=" or ".join(KINDS), code="unknown_kind_of_estate",
    )  # fmt: skip
    for column, values in amounts.items():
        with np.errstate(invalid="ignore"):
            negative = values < 0
        report_rows(
            table, column, negative, problems,
            what="the number is negative", expected="zero or more", code="negative_number",
        )  # fmt: skip
    return pd.DataFrame({"kind": kinds, **amounts}, index=pd.Index(ids, name="id"))
