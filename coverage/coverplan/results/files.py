"""A result on disk: written aside and renamed, so that an interrupted run leaves the last good result."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from coverplan.errors import CoverplanError, InputError, Problem
from coverplan.inputs.tables.gdal_door import list_layers, read_rows
from coverplan.results.folders import replace_folder, restore
from coverplan.results.result import RESULT_FORMAT, Result
from coverplan.results.seal import SEAL, is_sound, seal_of
from coverplan.results.tables import read_tables_csv, write_tables_csv
from coverplan.text.cells import as_text
from coverplan.text.writing import write_layer

#: Writes what belongs to a result beside its numbers: maps, reports.
Extra = Callable[[Result, Path], object]

RESULT_JSON = "result.json"
LAYERS_GPKG = "layers.gpkg"
COVERAGE_CSV = "coverage.csv"
MANIFEST_JSON = "manifest.json"
TABLES = "tables"
_NOT_WAITING = {"OGR_SQLITE_SYNCHRONOUS": "OFF", "OGR_SQLITE_JOURNAL": "OFF"}


def write_result(result: Result, folder: Path, extra: Extra | None = None) -> Result:
    """Write a result to `folder`, replacing an earlier result there only when all of it is written.

    `extra` writes more files into the same folder before it is put in place.

    Raises
    ------
    InputError
        If the folder cannot be written, or holds files that are no result.
    """

    def fill(aside: Path) -> None:
        _write_into(result, aside)
        if extra is not None:
            extra(result, aside)

    return replace(result, folder=replace_folder(folder, fill, sign=RESULT_JSON))


def read_result(
    folder: str | Path, *, layers: Collection[str] | None = None, tables: Collection[str] | None = None
) -> Result:
    """Read a written result without computing anything; of its layers and tables only those named, where they are named.

    Parameters
    ----------
    folder
        Folder of a result, as a run wrote it.
    layers, tables
        Names of those that are read; all when not given. Others are missing from `Result.layers` and `Result.tables`.

    Raises
    ------
    InputError
        If the folder holds no result, or one that is damaged or of a format that this version does not know.
    """
    folder = Path(folder)
    restore(folder)
    path = folder / RESULT_JSON
    if not path.is_file():
        raise InputError(
            [
                Problem(
                    "the folder holds no result",
                    folder,
                    expected=RESULT_JSON,
                    remedy="run the scenario first",
                )
            ]
        )
    with of_result(folder):
        _check_format(folder, _mapping(path).get("format"))
        return _read(folder, layers, tables)


def _check_format(folder: Path, found: object) -> None:
    """Refuse a result of another format with the way out, before anything in it is misread."""
    if found == RESULT_FORMAT:
        return
    newer = isinstance(found, int) and found > RESULT_FORMAT
    raise InputError(
        [
            Problem(
                "the result was made by a newer version" if newer else "the result is of an old format",
                folder / RESULT_JSON,
                field="format",
                value=found,
                expected=str(RESULT_FORMAT),
                remedy="update coverplan" if newer else "run the scenario again",
                code="newer_result" if newer else "old_result",
            )
        ]
    )


@contextmanager
def of_result(*folders: Path) -> Iterator[None]:
    """Turn what goes wrong with results on disk that are damaged, or of another version, into a problem of the input.

    An exception that meets sound results alone is a fault of ours, or of the disk, and passes as it is.
    """
    try:
        yield
    except CoverplanError:
        raise
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, OSError) as error:
        damaged = [folder for folder in folders if not is_sound(folder)]
        if not damaged:
            raise
        problem = Problem(
            "the result is damaged, or was made by another version",
            damaged[0],
            value=type(error).__name__,
            remedy="run the scenario again",
            code="damaged_result",
        )
        raise InputError([problem]) from error


def _mapping(path: Path) -> dict[str, Any]:
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise TypeError(path.name)
    return content


def _read(folder: Path, layers: Collection[str] | None, wanted: Collection[str] | None) -> Result:
    coverage = pd.read_csv(
        folder / COVERAGE_CSV, dtype={"unit_code": str}, keep_default_na=False, na_values={}
    )
    for column in coverage.columns.difference(["standard", "unit_code", "unit_name", "unit_type", "group"]):
        coverage[column] = pd.to_numeric(coverage[column], errors="coerce")
    read = _read_layers(folder / LAYERS_GPKG, layers)
    tables: dict[str, pd.DataFrame] = dict(read_tables_csv(folder / TABLES, wanted))
    if "clusters" in read:  # with its places
        tables["clusters"] = read["clusters"]
    return Result(
        summary=_mapping(folder / RESULT_JSON),
        coverage=coverage,
        layers=read,
        manifest={key: value for key, value in _mapping(folder / MANIFEST_JSON).items() if key != SEAL},
        folder=folder,
        tables=tables,
    )


def as_json(content: Mapping[str, Any]) -> str:
    """Text of a JSON file: the same content gives the same bytes (R11)."""
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _write_into(result: Result, folder: Path) -> None:
    (folder / RESULT_JSON).write_text(as_json(result.summary), encoding="utf-8", newline="\n")
    cells = result.coverage.copy()
    for column in ("standard", "unit_code", "unit_name", "unit_type", "group"):
        cells[column] = cells[column].map(as_text)
    # a byte order mark, for spreadsheets on Chinese Windows
    cells.to_csv(folder / COVERAGE_CSV, index=False, encoding="utf-8-sig", lineterminator="\n")
    write_tables_csv(result.tables, folder / TABLES)
    for name, content in result.files.items():
        (folder / name).write_bytes(content)
    with _without_waiting():
        for name, layer in result.layers.items():
            named = layer.rename(columns=distinct_names(map(str, layer.columns)))
            write_layer(named, folder / LAYERS_GPKG, name)
    manifest = {**result.manifest, SEAL: seal_of(result.manifest, result.summary, folder)}
    (folder / MANIFEST_JSON).write_text(as_json(manifest), encoding="utf-8", newline="\n")


@contextmanager
def _without_waiting() -> Iterator[None]:
    """Write GeoPackages without waiting for the disk after every layer: the folder counts only once it is whole."""
    import pyogrio

    before = {name: pyogrio.get_gdal_config_option(name) for name in _NOT_WAITING}
    pyogrio.set_gdal_config_options(_NOT_WAITING)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def distinct_names(columns: Iterable[str]) -> dict[str, str]:
    """Names for columns that differ in case alone (Tel, TEL), which a GeoPackage takes for one; the first keeps its own."""
    taken: set[str] = set()
    names: dict[str, str] = {}
    for column in columns:
        name, copies = column, 1
        while name.casefold() in taken:
            copies += 1
            name = f"{column} ({copies})"
        taken.add(name.casefold())
        if name != column:
            names[column] = name
    return names


def _read_layers(path: Path, wanted: Collection[str] | None) -> dict[str, gpd.GeoDataFrame]:
    # a table of styles has no geometry and is no layer of ours
    listed = list_layers(path) if path.is_file() else []
    names = [name for name, kind in listed if kind is not None and (wanted is None or name in wanted)]
    return {name: read_rows(path, name) for name in names}
