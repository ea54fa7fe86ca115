"""The toy town with a protected place on every road by which one could leave, each with marks of its own.

Every road has a ledger of its own, so that what is withheld of one file hides nothing of another.
"""

from __future__ import annotations

import base64
import binascii
import re
import sqlite3
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj

from makers import toyfiles
from towns import toytown

#: What the names and ids of all protected places have in common.
NAME, ID = "鹭鸶湾丁字楼", "zqx-77"
PUBLIC_NAME, PUBLIC_ID = "社区中心", "open-1"
_TO_DEGREES = pyproj.Transformer.from_crs(toytown.CRS, "EPSG:4326", always_xy=True)
_TO_MERCATOR = pyproj.Transformer.from_crs(toytown.CRS, "EPSG:3857", always_xy=True)
Place = tuple[float, float]


def at(x: float, y: float) -> dict[str, Any]:
    """A place as changes say it."""
    return {"x": x, "y": y, "crs": toytown.CRS}


@dataclass(frozen=True)
class Road:
    """One way by which a protected place could leave.

    Parameters
    ----------
    row
        What its ledger says besides what every row says.
    layer
        What the study says of its ledger.
    does
        Kinds of changes made to it, each with what it offers and its year.
    opens
        Whether the place is first made by a change: no row tells it.
    far
        Metres by which it stands further east.
    """

    row: dict[str, Any] = field(default_factory=dict)
    layer: dict[str, Any] = field(default_factory=dict)
    does: Sequence[tuple[str, dict[str, Any], int | None]] = ()
    opens: bool = False
    far: float = 0.0


_STATION = {"type": "rescue_station"}
_CENTRE = {"type": "community_centre"}
_CLOSED = {"layer": "closed_layer", "public": False}
ROADS: dict[str, Road] = {
    "type": Road(),
    "layer": Road(_CENTRE, _CLOSED),
    "move": Road(does=[("move", {}, None)]),
    "close": Road(does=[("close", {}, None)]),
    "move later": Road(does=[("move", {}, 2030)]),
    "close later": Road(does=[("close", {}, 2030)]),
    "open": Road(opens=True, does=[("open", _STATION, None)]),
    "open later": Road(opens=True, does=[("open", _STATION, 2031)]),
    "open, said": Road(opens=True, does=[("open", {"public": False}, None)]),
    "open in a layer": Road(_CENTRE, _CLOSED, opens=True, does=[("open", {}, None)]),
    "open outside": Road(opens=True, does=[("open", _STATION, None)], far=9_000),
    "upgrade": Road(_CENTRE, does=[("upgrade", _STATION, None)]),
    "upgrade later": Road(_CENTRE, does=[("upgrade", _STATION, 2030)]),
    "upgrade and rename": Road({"name": "甲"}, does=[("upgrade", {"name": NAME}, None)]),
    "upgrade, then move": Road(_CENTRE, does=[("upgrade", _STATION, None), ("move", {}, None)]),
    "open, then close": Road(opens=True, does=[("open", _STATION, None), ("close", {}, 2031)]),
    "outside": Road(far=9_000),
    "degrees": Road({"x": "29.9°", "beds": "12张"}),
    "swapped": Road({"x": "y", "y": "x"}),
    "bad number": Road({"beds": NAME}),
    "negative number": Road({"unit_code": "001001", "beds": -4}),
    "bad year": Road({"opened": f"{NAME}年"}),
    "unknown unit": Road({"town": "不知名镇"}, {"columns": {"town": "town"}}),
    "kind by name": Road({**_CENTRE, "name": f"{NAME}救助站"}),
    "status": Road({"status": "不明停"}),
    "like a formula": Road({"name": f"={NAME}"}),
    "no place": Road({"x": None, "y": None, "unit_code": "001001"}),
    "same premises": Road({"premises_id": "premises-1"}),
    "own unit served": Road({"serves_units": f"001001;{NAME}"}),
    "word 否": Road({**_CENTRE, "public": "否"}),
    "word 保密": Road({**_CENTRE, "public": "保密"}),
    "word 内部": Road({**_CENTRE, "public": "内部"}),
    "word 涉密": Road({**_CENTRE, "public": "涉密"}),
    "word 非公开": Road({**_CENTRE, "public": "非公开"}),
    "word 待定": Road({**_CENTRE, "public": "待定"}),
    "word 不详": Road({**_CENTRE, "public": "不详"}),
    "type 未成年人保护中心": Road({"type": "未成年人保护中心"}),
    "type 市救助管理站": Road({"type": "市救助管理站"}),
    "type rescue station": Road({"type": "rescue station"}),
    "head 密级": Road({**_CENTRE, "密级": "秘密"}),
    "two heads": Road({**_CENTRE, "公开": "是", "是否公开": "否"}),
    "function": Road({**_CENTRE, "functions": "庇护"}),
    "type read as another": Road({"type": "庇護所"}, {"types": {"庇護所": "community_centre"}}),
    "name of its layer": Road({"type": None}, {"layer": "womens_refuges"}),
}


def names(number: int) -> tuple[str, str]:
    """Name and id of the place of a road."""
    return f"{NAME}{number:02}", f"{ID}{number:02}"


def places(number: int, far: float = 0.0) -> tuple[Place, Place]:
    """Where it stands and where it is moved or opened, in digits that no other number of the town holds."""
    x, y = 500_020.3719 + 5.13 * number + far, 3_500_011.6483 + 5.17 * number
    return (x, y), (x + 1.0907, y + 2.0911)


def all_places() -> list[Place]:
    """Both places of every road."""
    return [place for number, road in enumerate(ROADS.values()) for place in places(number, road.far)]


def marks(spots: Sequence[Place] | None = None) -> list[re.Pattern[bytes]]:
    """What no file may hold: the names, the ids, the metres to the centimetre, the degrees to a tenth of a metre."""
    digits = set()
    for x, y in all_places() if spots is None else spots:
        digits |= {f"{value:.3f}"[:-1] for value in (x, y)}
        digits |= {f"{value:.7f}"[:-1] for value in _TO_DEGREES.transform(x, y)}
    escaped = "".join(f"\\\\u{ord(sign):04x}" for sign in NAME)
    texts = [re.escape(NAME), escaped, re.escape(ID), "|".join(map(re.escape, sorted(digits)))]
    return [re.compile(text.encode()) for text in texts if text]


def shelter(number: int, **more: Any) -> dict[str, Any]:
    """The row of a protected place."""
    name, identifier = names(number)
    (x, y), _ = places(number)
    return {"id": identifier, "name": name, "type": "rescue_station", "x": x, "y": y, "beds": 12, **more}


def public_row() -> dict[str, Any]:
    """The row of a place that everybody may see."""
    x, y = toytown.xy(4, 4)
    return {"id": PUBLIC_ID, "name": PUBLIC_NAME, "type": "community_centre", "x": x, "y": y, "beds": 3}


def write_roads(
    folder: Path, *, changed: bool = True, only: Sequence[str] = tuple(ROADS), **scenario: Any
) -> Path:
    """The town with the places of all roads; without the changes, those that a change makes protected are left out."""
    entries, changes = [], []
    folder.mkdir(parents=True, exist_ok=True)
    for number, (key, road) in enumerate(ROADS.items()):
        made = any(kind in {"open", "upgrade"} for kind, *_ in road.does)
        if (made and not changed) or key not in only:
            continue
        rows = [_sibling(number), *([] if road.opens else [_row(number, road)])]
        entry = {"layer": "civic", "file": f"civic{number:02}.csv", "crs": toytown.CRS, **road.layer}
        entries.append(entry)
        pd.DataFrame(rows).to_csv(folder / entry["file"], index=False)
        changes += [_change(number, entry["layer"], did, road.far) for did in road.does]
    beside = [{"id": "open-2", "name": "同址", "premises_id": "premises-1"}]
    if "type" in only:  # on the premises that are called like the place of the first road
        beside.append({"id": "open-3", "name": "相邻", "premises_id": names(0)[1]})
    shown = pd.DataFrame([public_row(), *({**public_row(), **one} for one in beside)])
    shown.to_csv(folder / "shown.csv", index=False)
    entries.append({"layer": "civic", "file": "shown.csv", "crs": toytown.CRS})
    return write_town(folder, entries, changes=changes if changed else [], **scenario)


def write_town(
    folder: Path,
    entries: Sequence[dict[str, Any]],
    *,
    changes: Sequence[dict[str, Any]] = (),
    **scenario: Any,
) -> Path:
    """The toy town with more ledgers; two standards of which one counts protected places."""
    study = {"facilities": [*toyfiles.STUDY["facilities"], *entries], "as_of": "2025-06-30"}
    asked = {
        "standards": [
            {"layer": "elder_care", "groups": ["total"], "minutes": 4},
            {"layer": "civic", "groups": ["total"], "minutes": 3},
        ],
        "changes": list(changes),
        "year": 2026,
        "clusters": {},
        **scenario,
    }
    return toyfiles.write_town(folder, study=study, scenario=asked)


def _sibling(number: int) -> dict[str, Any]:
    """A public row beside it, so that a ledger whose other row cannot be used still has one."""
    shown = {"id": f"shown-{number}", "name": f"服务站{number}", "x": 500_010.0 + number, "public": "是"}
    return {**public_row(), **shown, "y": 3_500_010.0}


def _row(number: int, road: Road) -> dict[str, Any]:
    row = shelter(number)
    (x, y), _ = places(number, road.far)
    row |= {"x": x, "y": y, **road.row}
    if road.row.get("x") == "y":
        row |= {"x": y, "y": x}
    return row


def _change(
    number: int, layer: str, did: tuple[str, dict[str, Any], int | None], far: float
) -> dict[str, Any]:
    kind, offers, year = did
    name, identifier = names(number)
    what: dict[str, Any] = {"layer": layer, "id": identifier}
    if kind in {"open", "move"}:
        what |= at(*places(number, far)[1])
    if kind == "open":
        what["offers"] = {"name": name, **offers}
    elif kind == "upgrade":
        what["offers"] = {**offers, **({"name": name} if "name" in offers else {})}
    return {kind: what, **({} if year is None else {"year": year})}


def leaks(
    folder: Path, wanted: Sequence[re.Pattern[bytes]] | None = None, *, but: Sequence[str] = ()
) -> list[str]:
    """Marks in the files of a folder, unpacked: ``file: mark``."""
    found = []
    for file, content in contents(folder):
        if not any(part in but for part in file.parts):
            found += [
                f"{file.relative_to(folder)}: {hit[0].decode('utf-8', 'replace')}"
                for mark in (marks() if wanted is None else wanted)
                if (hit := mark.search(content))
            ]
    return found


def contents(path: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below a folder, unpacked as far as it can be: members, database cells, arrays, text of pages."""
    for file in sorted(path.rglob("*")):
        if not file.is_file():
            continue
        yield file, file.read_bytes()
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as packed:
                for name in packed.namelist():
                    yield file / name, packed.read(name)
        if file.suffix == ".npz":
            with np.load(file, allow_pickle=False) as arrays:
                for name in arrays.files:
                    yield file / name, repr(arrays[name].tolist()).encode()
        if file.suffix == ".gpkg":
            yield file / "cells", _cells(file)
        if file.suffix == ".pdf":
            yield file / "text", text_of_pdf(file)


def text_of_pdf(file: Path) -> bytes:
    """All text of a document, without blanks between its letters, and what describes it."""
    from pypdf import PdfReader

    book = PdfReader(BytesIO(file.read_bytes()))
    text = "".join(page.extract_text() for page in book.pages)
    return ("".join(text.split()) + repr(dict(book.metadata or {}))).encode()


def places_in_page(file: Path) -> np.ndarray:
    """Shape (n, 2): every place that a map page holds packed, in metres of web mercator."""
    text = file.read_text("utf-8")
    origin = [float(value) for value in re.search(r'"origin":\s*\[([^]]+)\]', text)[1].split(",")]
    step = float(re.search(r'"step":\s*([0-9.]+)', text)[1])
    found = [np.zeros((0, 2))]
    for packed in re.findall(r'"([A-Za-z0-9+/]{4,}={0,2})"', text):
        try:
            numbers = _unpacked(base64.b64decode(packed, validate=True))
        except binascii.Error:
            continue
        if len(numbers) % 2 == 0:
            signed = (numbers >> 1) ^ -(numbers & 1)
            found.append(np.cumsum(signed.reshape(-1, 2), axis=0) * step + origin)
    return np.concatenate(found)


def in_mercator(spots: Sequence[Place]) -> np.ndarray:
    """Shape (n, 2): places of the town in metres of web mercator."""
    return np.column_stack(_TO_MERCATOR.transform(*np.asarray(spots, dtype=float).T))


def _unpacked(content: bytes) -> np.ndarray:
    """Whole numbers of seven bits a byte, the lowest first."""
    numbers, value, shift = [], 0, 0
    for byte in content:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value if value < 1 << 62 else 0)
            value, shift = 0, 0
    return np.array(numbers, dtype=np.int64)


def _cells(file: Path) -> bytes:
    import geopandas as gpd
    import pyogrio
    import shapely

    with sqlite3.connect(file) as base:
        tables = [row[0] for row in base.execute("select name from sqlite_master where type = 'table'")]
        cells = [repr(base.execute(f'select * from "{table}"').fetchall()) for table in tables]  # noqa: S608
    for name, kind in pyogrio.list_layers(file):
        if kind is not None:
            spots = shapely.get_coordinates(gpd.read_file(file, layer=name).geometry.to_numpy())
            cells.append(" ".join(f"{value:.4f}" for value in spots.ravel()))
    return "\n".join(cells).encode()
