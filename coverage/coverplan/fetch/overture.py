"""A division of Overture Maps: its area is looked up in the release's Parquet files, of which only parts are read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import shapely

from coverplan.errors import InputError, Problem
from coverplan.fetch.addresses import Addresses
from coverplan.fetch.parquet_footer import check_footer
from coverplan.fetch.range_file import RangeFile
from coverplan.fetch.recipe import OvertureDivision
from coverplan.fetch.web import Got, Web, failed

if TYPE_CHECKING:
    import pandas as pd

_AREA = "division_area"
_HREF = "assets.aws.alternate.s3.href"
_SAID = ["id", "division_id", "country", "subtype", "class", "names.primary"]


def asked_as(division: OvertureDivision, addresses: Addresses) -> str:
    """What is asked, in one line: the same for the same recipe."""
    release = division.release or "newest"
    kind = division.subtype or "any"
    return f"{addresses.base('overture')}/{release}/{_AREA}?{division.country}/{kind}/{division.name}"


def fetch_division(division: OvertureDivision, web: Web, addresses: Addresses, target: Path) -> Got:
    """Write the land area of a division as GeoJSON with its id and name.

    Only rows of Parquet whose range of countries holds the country are looked at, the columns of names first, and the
    outlines of one group of rows when the division is found in it.

    Raises
    ------
    InputError
        If there is no such division, or more than one; if a file is not as Overture describes it; if the library that
        reads Parquet is not installed.
    """
    _need_reader()
    base = addresses.base("overture")
    release = division.release or str(web.json(f"{base}/catalog.json")[0]["latest"])
    before = web.bytes
    found = [
        one
        for key in _keys(f"{base}/{release}/collections.parquet", web)
        for one in _areas(division, RangeFile(web, f"{addresses.base('overture_files')}/{key}"), key)
    ]
    if len({one["division_id"] for one in found}) != 1:
        raise _not_one(division, found)
    area = shapely.union_all([shapely.from_wkb(one["geometry"]) for one in found])
    feature = {
        "type": "Feature",
        "properties": {"id": found[0]["division_id"], "name": found[0]["names.primary"]},
        "geometry": shapely.geometry.mapping(area),
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)
    target.write_text(text + "\n", encoding="utf-8", newline="\n")
    return Got(asked_as(division, addresses), f"{base}/{release}", release, web.bytes - before)


def _need_reader() -> None:
    try:
        import fastparquet  # noqa: F401
    except ModuleNotFoundError as error:
        raise InputError(
            [
                Problem(
                    "divisions of Overture need a library that reads Parquet",
                    expected="the extra overture",
                    remedy='pip install "coverplan[overture]"',
                    code="overture_extra",
                )
            ]
        ) from error


def _keys(address: str, web: Web) -> list[str]:
    """Files of areas in the index of a release, as keys of Overture's storage, in order."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "collections.parquet"
        web.download(address, path)
        with path.open("rb") as file:
            columns = ["collection", "type", _HREF]
            tables = [table for _, table in _groups(file, address, columns, None)]
    keys = [
        href.removeprefix("s3://").partition("/")[2]
        for table in tables
        for collection, kind, href in zip(*(table[name] for name in columns), strict=True)
        if collection == _AREA and kind == "Feature"
    ]
    if not keys:
        raise failed(address, f"the release names no file of {_AREA}")
    return sorted(keys)


def _areas(division: OvertureDivision, file: RangeFile, key: str) -> Iterator[dict[str, Any]]:
    """Rows of a file that are the land of a division."""
    for group, table in _groups(file, key, _SAID, division.country):
        named = (table[["id", "division_id", "names.primary"]] == division.name).any(axis=1)
        mine = named & (table["country"] == division.country) & (table["class"] != "maritime")
        if division.subtype is not None:
            mine &= table["subtype"] == division.subtype
        if mine.any():
            outlines = _read(group, key, ["geometry"])["geometry"]
            for row in mine.to_numpy().nonzero()[0].tolist():
                yield {name: table[name].iloc[row] for name in _SAID} | {"geometry": outlines.iloc[row]}


def _groups(
    file: Any, name: str, columns: list[str], country: str | None
) -> Iterator[tuple[Any, pd.DataFrame]]:
    """Groups of rows that may hold a country, each with some of its columns."""
    from fastparquet import ParquetFile
    from fastparquet.api import filter_row_groups

    try:
        check_footer(file)
        parquet = ParquetFile(file)
    except InputError:
        raise
    except Exception as error:
        raise failed(name, f"it is no Parquet file ({error})") from error
    missing = [column for column in columns if column not in parquet.columns]
    if missing:
        raise failed(name, f"it has no column {', '.join(missing)}")
    wanted = range(len(parquet.row_groups))
    if country is not None:
        wanted = filter_row_groups(parquet, [("country", "==", country)], as_idx=True)
    for at in wanted:
        yield parquet[at], _read(parquet[at], name, columns)


def _read(group: Any, name: str, columns: list[str]) -> pd.DataFrame:
    try:
        table: pd.DataFrame = group.to_pandas(columns=columns, index=False)
    except InputError:
        raise
    except Exception as error:
        raise failed(name, f"it cannot be read ({error})") from error
    return table


def _not_one(division: OvertureDivision, found: list[dict[str, Any]]) -> InputError:
    if not found:
        return InputError(
            [
                Problem(
                    "the place is not found", value=division.name, code="fetch_no_place",
                    expected=f"a division of {division.country} by this name or id",
                    remedy="take the name as Overture writes it (names.primary), or the id of the division",
                )
            ]
        )  # fmt: skip
    known = sorted({f"{one['division_id']} ({one['subtype']})" for one in found})
    return InputError(
        [
            Problem(
                "several divisions have this name", value=division.name, expected=f"one of {', '.join(known)}",
                remedy="write the id as the name, or add subtype", code="fetch_several",
            )
        ]
    )  # fmt: skip
