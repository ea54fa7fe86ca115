"""Protected places leave by unit only: marks in name, id and coordinates are looked for in every file of every road."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from coverplan.cli.main import app
from coverplan.errors import InputError
from coverplan.ground.openness import may_be_shown
from coverplan.pages.outputs import write_outputs
from coverplan.results.files import read_result
from coverplan.results.internal import write_internal
from coverplan.results.redaction import WITHHELD, Withheld, redacted
from coverplan.results.result import Result
from makers import toyfiles
from towns import toyledger, toytown

NAME, ID = "鹭鸶湾丁字楼", "zqx-7741"
#: Where it stands, in digits that no other number of the town holds.
X, Y = 500_107.3719, 3_500_131.6483
MOVED = (500_181.4627, 3_500_203.7351)


@pytest.fixture(autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The town is compiled once for all roads."""
    folder = tmp_path_factory.getbasetemp() / "redaction-cache"
    monkeypatch.setenv("COVERPLAN_CACHE", str(folder))
    return folder


def marks(*, name=NAME, identifier=ID, places=((X, Y), MOVED)) -> list[re.Pattern[bytes]]:
    digits = [f"{value:.3f}"[:-1] for place in places for value in place]
    return [re.compile(re.escape(text.encode())) for text in (name, identifier, *digits)]


def contents(path: Path):
    """Every file below a folder, unpacked as far as it can be: zip members, database cells, arrays, base64 is plain."""
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


def _cells(file: Path) -> bytes:
    with sqlite3.connect(file) as base:
        tables = [row[0] for row in base.execute("select name from sqlite_master where type = 'table'")]
        cells = [repr(base.execute(f'select * from "{table}"').fetchall()) for table in tables]  # noqa: S608
    near = struct_places(file)
    return ("\n".join(cells) + near).encode()


def struct_places(file: Path) -> str:
    """Coordinates of every point of a GeoPackage, as text."""
    import geopandas as gpd
    import pyogrio
    import shapely

    found = []
    for name, kind in pyogrio.list_layers(file):
        if kind is not None:
            places = shapely.get_coordinates(gpd.read_file(file, layer=name).geometry.to_numpy())
            found.append(" ".join(f"{value:.4f}" for value in places.ravel()))
    return "\n".join(found)


def leaks(folder: Path, wanted, *, but=()) -> list[str]:
    return [
        f"{file.relative_to(folder)}: {mark.pattern.decode()}"
        for file, content in contents(folder)
        if file.name not in but and not any(part in but for part in file.parts)
        for mark in wanted
        if mark.search(content)
    ]


def shelters(**more) -> pd.DataFrame:
    row = {"id": ID, "name": NAME, "type": "rescue_station", "x": X, "y": Y, "beds": 12, **more}
    x, y = toytown.xy(4, 4)
    other = {"id": "open-1", "name": "社区中心", "type": "community_centre", "x": x, "y": y, "beds": 3}
    return pd.DataFrame([other, row])


def town(folder: Path, rows: pd.DataFrame, *, layer=None, changes=(), homes=None, **scenario) -> Path:
    entry = {"layer": "civic", "file": "civic.csv", "crs": toytown.CRS, **(layer or {})}
    path = toyfiles.write_town(
        folder,
        study={"facilities": [*toyfiles.STUDY["facilities"], entry], "as_of": "2025-06-30"},
        scenario={
            "standards": [
                {"layer": "elder_care", "groups": ["total"], "minutes": 4},
                {"layer": "civic", "groups": ["total"], "minutes": 3},
            ],
            "changes": list(changes),
            "year": 2026,
            "clusters": {},
            **scenario,
        },
    )
    rows.to_csv(folder / "civic.csv", index=False)
    return path


def answered(path: Path, *options: str) -> str:
    done = CliRunner().invoke(app, ["run", str(path), "--out", str(path.parent / "out"), *options])
    assert done.exit_code in {0, 3}, done.output
    return done.output


def at(x: float, y: float) -> dict[str, object]:
    return {"x": x, "y": y, "crs": toytown.CRS}


NEW = {"layer": "civic", "id": ID, **at(*MOVED)}
HOME = {"layer": "elder_care", "id": ID, **at(*MOVED)}
PUBLIC_ROW = {
    "type": "community_centre",
    "name": "社区服务站",
    "id": "open-2",
    "x": 500_010.0,
    "y": 3_500_010.0,
}
ROADS = {
    "rescue station": ({}, {}, []),
    "layer": ({"type": "community_centre"}, {"public": False}, []),
    "move": ({}, {}, [{"move": NEW}]),
    "close": ({}, {}, [{"close": {"layer": "civic", "id": ID}}]),
    "later": ({}, {}, [{"move": NEW, "year": 2030}]),
    "open": (PUBLIC_ROW, {}, [{"open": {**NEW, "offers": {"name": NAME, "type": "rescue_station"}}}]),
    "open later": (
        PUBLIC_ROW, {}, [{"open": {**NEW, "offers": {"name": NAME, "type": "rescue_station"}}, "year": 2031}],
    ),
    "open, said": (PUBLIC_ROW, {}, [{"open": {**NEW, "offers": {"name": NAME, "public": False}}}]),
    "open in a layer": (PUBLIC_ROW, {"public": False}, [{"open": {**NEW, "offers": {"name": NAME}}}]),
    "open outside": (
        PUBLIC_ROW, {},
        [{"open": {**NEW, "x": 509_181.4627, "offers": {"name": NAME, "type": "rescue_station"}}}],
    ),
    "upgrade": (
        {"type": "community_centre"}, {},
        [{"upgrade": {"layer": "civic", "id": ID, "offers": {"type": "rescue_station"}}}],
    ),
    "upgrade and rename": (
        {"name": "甲", "type": "rescue_station"}, {},
        [{"upgrade": {"layer": "civic", "id": ID, "offers": {"name": NAME}}}],
    ),
    "outside": ({"x": 509_107.3719}, {}, []),
    "degrees": ({"x": "29.9°", "beds": "12张"}, {}, []),
    "swapped": ({"x": Y, "y": X}, {}, []),
    "bad number": ({"beds": NAME}, {}, []),
    "merged": ({"unit_code": "001001", "beds": -4}, {}, []),
}  # fmt: skip


@pytest.mark.parametrize("road", ROADS)
def test_no_file_of_a_run_holds_a_mark(road: str, tmp_path: Path) -> None:
    row, layer, changes = ROADS[road]
    path = town(tmp_path, shelters(**row), layer=layer, changes=changes)
    printed = answered(path, "--numbers-only", "--json")
    wanted = [*marks(), *marks(places=((509_107.3719, Y), (509_181.4627, Y)))]
    assert not leaks(tmp_path / "out", wanted)
    assert not [mark.pattern for mark in wanted if mark.search(printed.encode())]
    result = json.loads((tmp_path / "out" / "result.json").read_text("utf-8"))
    assert len(result["standards"]) == 2


SAYINGS = [
    *({"type": "community_centre", "public": word} for word in ("否", "保密", "内部", "涉密", "非公开", "待定", "不详")),
    *({"type": word, "public": ""} for word in ("未成年人保护中心", "市救助管理站", "rescue station")),
]  # fmt: skip


def test_whatever_way_it_is_said_that_a_place_is_not_public(tmp_path: Path) -> None:
    rows = [shelters(**saying, id=f"{ID}-{i}", name=f"{NAME}{i}").iloc[1] for i, saying in enumerate(SAYINGS)]
    public = (
        shelters(public="是", id="open-3").iloc[[0, 1]].assign(name=["甲", "乙"], id=["open-4", "open-3"])
    )
    path = town(tmp_path, pd.concat([pd.DataFrame(rows), public], ignore_index=True))
    answered(path, "--numbers-only")
    # the public one among them stands at the same place, said to be public
    assert not leaks(tmp_path / "out", marks(places=()))
    shown = read_result(tmp_path / "out").layers["facilities"]
    assert sorted(shown["id"]) == ["h0", "open-3", "open-4"]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    said = [one["what"] for one in manifest["problems"] if one["code"] == "protected_rows"]
    assert said == [f"{len(SAYINGS)} places are not public and appear by unit only"]


def test_pages_of_a_protected_place_hold_no_mark_and_a_public_one_is_there(tmp_path: Path) -> None:
    path = town(tmp_path, shelters(), changes=[{"move": NEW}], also_in=["zh"])
    answered(path, "--numbers-only")
    folder = tmp_path / "out"
    write_outputs(read_result(folder), folder, languages=["en", "zh"])
    assert not leaks(folder, marks())
    assert leaks(folder, marks(name="社区中心", identifier="open-1", places=()))  # the search does find names


def test_where_it_stands_is_counted_by_unit(tmp_path: Path) -> None:
    path = town(tmp_path, shelters(), changes=[{"move": NEW}])
    answered(path, "--numbers-only")
    result = json.loads((tmp_path / "out" / "result.json").read_text("utf-8"))
    change = result["changes"]["applied"][0]["move"]
    assert change == {
        "layer": "civic", "id": "protected-1", "offers": {"unit_code": "001002", "public": False},
    }  # fmt: skip
    stock = pd.read_csv(tmp_path / "out" / "tables" / "stock.csv", dtype={"unit_code": str})
    assert "rescue_station" in set(stock["type"])
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert [one["code"] for one in manifest["problems"]].count("protected_rows") == 1


def test_a_comparison_holds_no_mark(tmp_path: Path) -> None:
    first = town(tmp_path / "a", shelters())
    second = town(
        tmp_path / "b", shelters(), changes=[{"move": NEW}, {"open": {**HOME, "offers": {"public": False}}}]
    )
    for path in (first, second):
        answered(path, "--numbers-only")
    out = tmp_path / "held"
    done = CliRunner().invoke(
        app, ["compare", str(first.parent / "out"), str(second.parent / "out"), "--out", str(out), "--json"]
    )
    assert done.exit_code == 0, done.output
    assert not leaks(out, marks())
    assert not [mark for mark in marks() if mark.search(done.output.encode())]


def test_a_sheet_that_goes_back_says_that_it_is_internal_and_no_other_quotes_a_protected_row(
    tmp_path: Path,
) -> None:
    import openpyxl

    bad = shelters(beds=f"{NAME}床", opened="不详年", town="Town A")
    path = town(tmp_path, bad, layer={"columns": {"town": "town"}})
    done = CliRunner().invoke(
        app, ["check", str(path.parent / "study.yaml"), "--out", str(tmp_path / "check")]
    )
    assert done.exit_code == 0, done.output
    assert not leaks(tmp_path / "check", marks(), but=("check.xlsx",))
    book = openpyxl.load_workbook(tmp_path / "check" / "check.xlsx")
    back = [sheet for sheet in book if any(cell.value == "改为" for cell in sheet[1])]
    assert back
    assert all(
        "内部资料" in str(sheet[1][-1].value) and "内部资料" in sheet.oddHeader.center.text
        for sheet in book
        if sheet in back
    )
    others = [sheet for sheet in book if sheet not in back]
    quoted = [
        NAME in str(cell) or ID in str(cell) for sheet in others for row in sheet.values for cell in row
    ]
    assert len(quoted) > 20
    assert not any(quoted)
    assert any(
        NAME in str(cell) for sheet in back for row in sheet.values for cell in row
    )  # they must mend it
    assert "内部资料" in (tmp_path / "check" / "check.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("kind", "name", "said", "of_layer", "shown"),
    [
        ("community_centre", None, None, None, True),
        ("rescue_station", None, None, None, False),
        ("rescue_station", None, True, None, True),
        ("community_centre", None, False, None, False),
        ("community_centre", None, None, False, False),
        ("rescue_station", None, None, True, True),
        ("Protection Centre", None, None, None, False),
        (None, "某市未成年人救助保护中心", None, None, False),
        ("station", "反家暴庇护所", None, None, False),
        ("protection_station", "未成年人保护工作站", None, None, True),
        (float("nan"), None, None, None, True),
    ],
)
def test_what_is_not_surely_public_is_protected(kind, name, said, of_layer, shown) -> None:
    assert may_be_shown(kind, name, said=said, of_layer=of_layer) is shown


def test_names_of_units_and_of_public_facilities_are_never_withheld(tmp_path: Path) -> None:
    path = town(tmp_path, shelters(name="Town A", id="h0"))
    answered(path, "--numbers-only")
    result = read_result(tmp_path / "out")
    assert "Town A" in set(result.coverage["unit_name"])
    assert result.layers["facilities"]["id"].tolist() == ["open-1", "h0"]


def test_the_search_unpacks_what_is_packed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/a.xml", NAME)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, ids=np.array([ID]))
    (tmp_path / "b.npz").write_bytes(buffer.getvalue())
    assert {one.split(": ")[0] for one in leaks(tmp_path, marks())} >= {"a.xlsx/xl/a.xml", "b.npz/ids"}


def _siting_result() -> Result:
    """A made-up answer: two openings, one of a protected type; two standards, of which one counts protected places."""
    opened = {
        **NEW,
        "id": f"new:rescue_station:{ID}",
        "offers": {"name": NAME, "type": "rescue_station", "cost": 9.0},
    }
    public = {"layer": "civic", "id": "new:centre:c1", **at(500_001.0, 3_500_001.0), "offers": {"beds": 3}}
    changes = [{"open": public, "year": 2026}, {"open": opened, "year": 2026}]
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        ids=np.array(["c1", "c2"]),
        open_site=np.array([0, 1]),
        open_type=np.array(["community_centre", "rescue_station"]),
        open_layer=np.array(["civic", "civic"]),
        open_cost=np.array([1.0, 9.0]),
        indptr_0=np.array([0, 2, 3]),
        demand_0=np.array([4, 7, 9]),
        before_0=np.array([True, False]),
        before_1=np.array([False, True]),
    )
    actions = pd.DataFrame(
        {
            "layer": ["civic"],
            "facility": ["new:centre:c1"],
            "shared_with": [opened["id"]],
            "targets": [("T1",)],
        }
    )
    return Result(
        summary={
            "siting": {"question": {"standards": ["open", "closed"]}},
            "changes": {"applied": changes, "later": []},
        },
        coverage=pd.DataFrame(),
        layers={},
        manifest={"parameters": {"scenario": {"changes": []}}, "problems": []},
        tables={"actions": actions},
        files={
            "chosen.yaml": yaml.safe_dump(
                {"study": "study.yaml", "changes": changes}, allow_unicode=True
            ).encode(),
            "siting.npz": buffer.getvalue(),
        },
    )


def test_a_chosen_place_stands_in_no_file_but_the_internal_one(tmp_path: Path) -> None:
    whole = _siting_result()
    hidden = f"new:rescue_station:{ID}"
    withheld = Withheld(
        units={("civic", hidden): "001002"},
        names=frozenset({NAME}),
        standards=frozenset({"closed"}),
        openings=frozenset({("civic", "rescue_station")}),
    )
    clean = redacted(whole, withheld)
    kept = yaml.safe_load(clean.files["chosen.yaml"])["changes"]
    assert [change["open"]["id"] for change in kept] == ["new:centre:c1"]
    assert clean.files["chosen.yaml"].decode().startswith("# ")
    with np.load(io.BytesIO(clean.files["siting.npz"])) as arrays:
        assert arrays["open_type"].tolist() == ["community_centre"]
        assert arrays["open_site"].tolist() == [0]
        assert arrays["ids"].tolist() == ["c1"]
        assert (arrays["indptr_0"].tolist(), arrays["demand_0"].tolist()) == ([0, 2], [4, 7])
        assert "before_0" in arrays.files
        assert "before_1" not in arrays.files
    changes = clean.summary["changes"]["applied"]
    assert changes[0] == whole.summary["changes"]["applied"][0]
    assert changes[1]["open"]["offers"] == {
        "type": "rescue_station", "cost": 9.0, "unit_code": "001002", "public": False,
    }  # fmt: skip
    assert clean.tables["actions"].loc[0, ["facility", "shared_with"]].tolist() == ["new:centre:c1", WITHHELD]
    (tmp_path / "study.yaml").touch()
    written = write_internal(whole, tmp_path / "inner" / "whole.yaml", tmp_path).read_text("utf-8")
    assert written.startswith("# 内部资料")
    assert yaml.safe_load(written)["changes"] == yaml.safe_load(whole.files["chosen.yaml"])["changes"]
    assert yaml.safe_load(written)["study"] == (tmp_path / "study.yaml").as_posix()
    with pytest.raises(InputError):
        write_internal(Result({}, pd.DataFrame(), {}, {}), tmp_path / "none.yaml", tmp_path)
    assert redacted(whole, Withheld()) is whole


def test_a_real_answer_that_chooses_protected_places_leaves_none_of_their_marks(tmp_path: Path) -> None:
    """Candidates carry the marks, the plan wants a rescue station in every town, and the answer opens them."""
    kind = {"facilities": [{"layer": "civic", "types": ["rescue_station"]}]}
    target = toyledger.target({"kind": "unit_presence", "units": "units", **kind})
    plan = toyledger.plan(target).model_dump(mode="json", by_alias=True, exclude_none=True)
    siting = {
        "targets": "binding",
        "years": [2025],
        "candidates": [{
            "name": "sites", "kind": "layer", "file": "sites.csv", "crs": toytown.CRS, "columns": {"x": "x", "y": "y", "id": "id", "name": "name"},
        }],
        "open": [{"layer": "civic", "type": "rescue_station", "offers": {"beds": 4}}],
    }  # fmt: skip
    asked = {"plan": "plan.yaml", "year": 2025, "siting": siting}
    path = town(tmp_path, shelters().iloc[[0]], **asked)
    toyfiles.write_yaml(tmp_path / "plan.yaml", plan)
    sites = pd.DataFrame(
        {"id": [ID, f"{ID}-b"], "name": [NAME, NAME], "x": [X - 90, MOVED[0]], "y": [Y, MOVED[1]]}
    )
    sites.to_csv(tmp_path / "sites.csv", index=False)
    printed = answered(path, "--numbers-only", "--json", "--internal", str(tmp_path / "inner.yaml"))
    wanted = marks(places=((X - 90, Y), MOVED))
    chosen = yaml.safe_load((tmp_path / "inner.yaml").read_text("utf-8"))["changes"]
    assert len([change for change in chosen if ID in change["open"]["id"]]) == 2  # they were chosen
    assert leaks(
        tmp_path, wanted[:2], but=("out", "sites.csv")
    )  # and the search finds them where they may stand
    assert not leaks(tmp_path / "out", wanted)
    assert not [mark.pattern for mark in wanted if mark.search(printed.encode())]
