"""Files of the demo study, written so that two builds are equal byte by byte."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import rasterio
from numpy.typing import NDArray
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from rasterio.transform import Affine

from coverplan.demo.frame import CORNER_M, CRS, HEIGHT_M, in_place
from coverplan.text.writing import write_layer

SYNTHETIC = "虚构数据，非真实地区 / synthetic, no real place"
STAMP = datetime(2025, 6, 30, tzinfo=UTC)
ZIP_STAMP = (2025, 6, 30, 0, 0, 0)


@contextmanager
def _fixed_date() -> Iterator[None]:
    """GeoPackages carry the date of writing; here it is always the same one."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP.strftime("%Y-%m-%dT%H:%M:%S.000Z")})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def write_layers(path: Path, layers: Mapping[str, pd.DataFrame]) -> None:
    """A GeoPackage of layers with a local ``geometry`` column, marked as synthetic (R14).

    No spatial index is stored: it would be a third of the file, and programs make their own.
    """
    path.unlink(missing_ok=True)
    with _fixed_date():
        for name, table in layers.items():
            frame = gpd.GeoDataFrame(
                table.drop(columns="geometry"), geometry=in_place(table["geometry"].to_numpy()), crs=CRS
            )
            write_layer(
                frame, path, name, index=False,
                layer_options={"SPATIAL_INDEX": "NO", "DESCRIPTION": SYNTHETIC, "IDENTIFIER": name},
                dataset_options={"ADD_GPKG_OGR_CONTENTS": "NO"},
            )  # fmt: skip


def write_raster(
    path: Path,
    bands: Mapping[str, NDArray[Any]],
    *,
    cell_m: float,
    nodata: float | None,
    margin_m: float = 0.0,
) -> None:
    """A deflated GeoTIFF with named bands, north row first, marked as synthetic (R14).

    It reaches `margin_m` beyond the sheet on every side.
    """
    first = next(iter(bands.values()))
    transform = Affine(cell_m, 0.0, CORNER_M[0] - margin_m, 0.0, -cell_m, CORNER_M[1] + HEIGHT_M + margin_m)
    predictor = 3 if np.issubdtype(first.dtype, np.floating) else 2
    with rasterio.open(
        path, "w", driver="GTiff", width=first.shape[1], height=first.shape[0], count=len(bands),
        dtype=first.dtype, crs=CRS, transform=transform, nodata=nodata, compress="deflate",
        predictor=predictor, zlevel=9, tiled=True, blockxsize=256, blockysize=256, interleave="band",
    ) as raster:  # fmt: skip
        raster.update_tags(TIFFTAG_IMAGEDESCRIPTION=SYNTHETIC, synthetic="true")
        for number, (name, values) in enumerate(bands.items(), start=1):
            raster.write(values, number)
            raster.set_band_description(number, name)


def write_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> None:
    """An xlsx of sheets given as rows, the header first; unknown values (None) are empty cells (R15)."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([_cell(value) for value in row])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for column in range(1, len(rows[0]) + 1):
            sheet.column_dimensions[get_column_letter(column)].width = 16
        sheet.freeze_panes = "A2"
    book.properties.creator = "coverplan"
    book.properties.description = SYNTHETIC
    book.properties.created = STAMP.replace(tzinfo=None)
    buffer = io.BytesIO()
    book.save(buffer)
    _rezip(buffer, path, stamp=book.properties.modified)


def _cell(value: object) -> object:
    """A value as openpyxl takes it; missing ones are None."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _rezip(source: io.BytesIO, path: Path, *, stamp: datetime) -> None:
    """The same workbook with every date of writing replaced by `STAMP`."""
    written = f"{stamp:%Y-%m-%dT%H:%M:%S}Z".encode()
    fixed = f"{STAMP:%Y-%m-%dT%H:%M:%S}Z".encode()
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "docProps/core.xml":
                content = content.replace(written, fixed)
            entry = zipfile.ZipInfo(name, ZIP_STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            after.writestr(entry, content, compresslevel=9)
