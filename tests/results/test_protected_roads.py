"""Protected places on every road: marks in names, ids and coordinates are looked for in every file of every command."""

from __future__ import annotations

import asyncio
import json
import zipfile
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import httpx
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.spatial import cKDTree
from typer.testing import CliRunner

import coverplan
from coverplan.batch.area_worker import answer_area
from coverplan.batch.batch_file import load_batch
from coverplan.batch.job import Job, Outcome
from coverplan.batch.overview import area_rows, read_area
from coverplan.batch.overview_files import write_overview
from coverplan.cli.main import app
from coverplan.desk.server.app import desk_app
from coverplan.desk.server.desk import Desk
from coverplan.pages.outputs import write_part
from coverplan.results.files import read_result
from desk.desktown import TARGETS
from makers import toyfiles
from towns import protectedtown as roads
from towns import toyledger, toytown

SHELTERS = {"layer": "civic", "types": ["rescue_station"]}
CAPACITY = {"kind": "sum", "amount": {"facilities": {"layer": "civic"}, "field": "beds"}}
NEAR = {
    "kind": "population_within",
    "reach": {"facilities": {"layer": "civic"}, "minutes": 3, "profile": "general", "group": "total"},
}


class Answered(NamedTuple):
    """The town with its changes and as it is, each answered once for all tests."""

    folder: Path
    printed: str


def command(*words: object) -> str:
    """What a command prints; it ends well, or with checks that failed."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code in {0, 3}, (done.output, done.exception)
    return done.output


def told(text: str) -> list[str]:
    """Marks in a text, also where lines break it."""
    flat = ("".join(text.split()) + text).encode()
    return [mark.pattern.decode() for mark in roads.marks() if mark.search(flat)]


def _plan(folder: Path) -> None:
    """Targets that every kind of protected place counts for, with gaps that name who is short."""
    kinds = [*TARGETS, {"kind": "unit_presence", "units": "units", "facilities": [SHELTERS]}, CAPACITY, NEAR]
    targets = [
        {**toyledger.target(kind), "id": f"T{at}", "row": at} for at, kind in enumerate(kinds, start=1)
    ]
    plan = toyledger.plan(*targets).model_dump(mode="json", by_alias=True, exclude_none=True)
    toyfiles.write_yaml(folder / "plan.yaml", plan)


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    folder = tmp_path_factory.mktemp("roads")
    asked = {"plan": "plan.yaml", "also_in": ["en"], "language": "zh"}
    changed = roads.write_roads(folder / "changed", **asked)
    plain = roads.write_roads(folder / "plain", changed=False, **asked)
    printed = []
    for path, more in ((changed, ["--json"]), (plain, [])):
        _plan(path.parent)
        printed.append(command("run", path, "--out", path.parent / "out", "--numbers-only", *more))
    return Answered(folder, "\n".join(printed))


def test_the_town_has_every_road_and_its_marks_are_found_where_they_may_stand(answered: Answered) -> None:
    assert len(roads.ROADS) > 35
    found = "\n".join(roads.leaks(answered.folder / "changed", but=("out",)))
    for number, road in enumerate(roads.ROADS.values()):
        if not road.opens:
            assert f"civic{number:02}.csv: {roads.ID}" in found
    assert "scenario.yaml: " in found


def test_no_file_of_a_run_and_nothing_that_it_prints_holds_a_mark(answered: Answered) -> None:
    for town in ("changed", "plain"):
        assert not roads.leaks(answered.folder / town / "out")
    assert not told(answered.printed)
    summary = json.loads((answered.folder / "changed/out/result.json").read_text("utf-8"))
    assert len(summary["changes"]["applied"]) >= 9
    assert len(summary["changes"]["later"]) >= 5


def test_public_places_stay_and_protected_ones_are_no_rows_of_a_layer(answered: Answered) -> None:
    shown = read_result(answered.folder / "changed" / "out").layers["facilities"]
    siblings = {f"shown-{number}" for number in range(len(roads.ROADS))}
    closed = {f"shown-{at}" for at, road in enumerate(roads.ROADS.values()) if "public" in road.layer}
    assert set(shown["id"]) == {"h0", "open-1", "open-2", "open-3"} | siblings
    assert closed  # a row that says of itself that it is public stands above its layer


def test_a_change_of_a_protected_place_says_what_and_in_which_unit(answered: Answered) -> None:
    result = json.loads((answered.folder / "changed/out/result.json").read_text("utf-8"))
    changes = result["changes"]["applied"]
    moved = next(change["move"] for change in changes if "move" in change)
    number = moved["id"].removeprefix("protected-")
    assert number.isdigit()
    assert moved == {
        "layer": "civic", "id": f"protected-{number}", "offers": {"unit_code": "001001", "public": False},
    }  # fmt: skip
    stock = pd.read_csv(answered.folder / "changed/out/tables/stock.csv", dtype={"unit_code": str})
    assert "rescue_station" in set(stock["type"])


def test_the_manifest_says_of_each_ledger_that_it_holds_protected_rows(answered: Answered) -> None:
    manifest = json.loads((answered.folder / "plain/out/manifest.json").read_text("utf-8"))
    said = {Path(one["file"]).name for one in manifest["problems"] if one["code"] == "protected_rows"}
    by_change = {
        number
        for number, road in enumerate(roads.ROADS.values())
        if any(kind in {"open", "upgrade"} for kind, *_ in road.does)
    }
    renamed = {at for at, key in enumerate(roads.ROADS) if key == "upgrade and rename"}
    assert said == {f"civic{number:02}.csv" for number in set(range(len(roads.ROADS))) - by_change}
    assert renamed <= by_change


@pytest.mark.parametrize("kind", ["pages", "print_maps"])
def test_pages_hold_no_mark_in_text_picture_or_packed_places(
    answered: Answered, kind: str, tmp_path: Path
) -> None:
    result = read_result(answered.folder / "changed" / "out")
    targets = [("zh", tmp_path)] if kind == "print_maps" else [("zh", tmp_path), ("en", tmp_path / "en")]
    write_part(result, kind, targets)
    files = sorted(tmp_path.rglob("*.*"))
    assert files
    assert not roads.leaks(tmp_path)
    for drawn in (file for file in files if file.suffix == ".pdf"):
        assert "玩具镇" in roads.text_of_pdf(drawn).decode()  # its letters can be read
    for page in (file for file in files if file.name == "map.html"):
        held = cKDTree(roads.places_in_page(page))
        distance = held.query(roads.in_mercator([(*_shown(),)]))[0]
        assert distance.max() < 0.75  # the search does find what is there
        assert held.query(roads.in_mercator(roads.all_places()))[0].min() > 0.75


def _shown() -> tuple[float, float]:
    row = roads.public_row()
    return row["x"], row["y"]


def test_a_comparison_holds_no_mark(answered: Answered, tmp_path: Path) -> None:
    sides = [answered.folder / town / "out" for town in ("plain", "changed")]
    assert not told(command("compare", *sides, "--out", tmp_path / "held", "--json"))
    assert not roads.leaks(tmp_path / "held")


def test_no_command_about_the_plan_tells_one(answered: Answered, tmp_path: Path) -> None:
    scenario, out = answered.folder / "changed" / "scenario.yaml", answered.folder / "changed" / "out"
    for lang in ("zh", "en"):
        for end in ("docx", "xlsx") if lang == "zh" else ("html",):
            command(
                "plans",
                "evaluate",
                answered.folder / "plain" / "out",
                "--out",
                tmp_path / f"form-{lang}.{end}",
                "--lang",
                lang,
            )
        command(
            "plans",
            "targets",
            scenario,
            "--result",
            out,
            "--out",
            tmp_path / f"next-{lang}.xlsx",
            "--lang",
            lang,
        )
        assert not told(command("plans", "targets", scenario, "--result", out, "--lang", lang))
    assert not told(command("gaps", scenario))
    assert not roads.leaks(tmp_path)


def test_the_desk_tells_none(answered: Answered) -> None:
    web = desk_app(Desk(answered.folder / "changed" / "scenario.yaml"))

    async def ask() -> list[str]:
        transport = httpx.ASGITransport(app=web)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            idea = (await client.post("/api/v1/ideas", json={"name": "t"})).json()
            about = f"ideas/{idea['id']}"
            asked = ("study", "map?lang=zh", "map?lang=en", "ideas", f"{about}?show=all", f"{about}/scenario")
            answers = [await client.get(f"/api/v1/{path}") for path in asked]
            assert [answer.status_code for answer in answers] == [200] * len(asked)
            return [json.dumps(idea), *(answer.text for answer in answers)]

    for text in asyncio.run(ask()):
        assert not told(text)


def test_an_overview_of_many_areas_tells_none(answered: Answered) -> None:
    folder = answered.folder
    path = toyfiles.write_yaml(
        folder / "batch.yaml",
        {"title": {"zh": "省", "en": "Province"}, "scenarios": ["*/scenario.yaml"], "out": "all"},
    )
    batch = load_batch(path)
    jobs = tuple(job._replace(folder=str(folder / job.name.split("/")[0] / "out")) for job in batch.jobs)
    batch.out.mkdir()
    outcomes = [Outcome(job.name, "done", 1.0, 1) for job in jobs]
    areas = {job.name: read_area(job, outcome) for job, outcome in zip(jobs, outcomes, strict=True)}
    write_overview(batch.model_copy(update={"jobs": jobs}), outcomes, area_rows(areas))
    assert len(pd.read_csv(batch.out / "areas.csv")["area"].unique()) == 2
    assert not roads.leaks(batch.out)


def test_a_check_quotes_no_protected_row_but_in_the_sheets_that_go_back(
    answered: Answered, tmp_path: Path
) -> None:
    import openpyxl

    command("check", answered.folder / "plain" / "study.yaml", "--out", tmp_path)
    assert not roads.leaks(tmp_path, but=("check.xlsx",))
    book = openpyxl.load_workbook(tmp_path / "check.xlsx")
    back = [sheet for sheet in book if any(cell.value == "改为" for cell in sheet[1])]
    quoted = {
        sheet.title: [str(cell) for row in sheet.values for cell in row if roads.NAME in str(cell)]
        for sheet in book
    }
    assert any(quoted[sheet.title] for sheet in back)  # they must mend it
    assert not [quoted[sheet.title] for sheet in book if sheet not in back and quoted[sheet.title]]
    for sheet in back:
        assert "内部资料" in str(sheet[1][-1].value)
        assert "内部资料" in sheet.oddHeader.center.text
    assert "内部资料" in (tmp_path / "check.html").read_text("utf-8")


def test_the_search_unpacks_what_is_packed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/a.xml", roads.NAME)
    np.savez_compressed(tmp_path / "b.npz", ids=np.array([roads.ID]))
    place = gpd.GeoDataFrame(geometry=[shapely.Point(roads.all_places()[0])], crs=toytown.CRS)
    place.to_file(tmp_path / "c.gpkg")
    (tmp_path / "d.json").write_text(json.dumps([roads.NAME]), encoding="utf-8")
    found = {one.split(": ")[0] for one in roads.leaks(tmp_path)}
    assert found >= {"a.xlsx/xl/a.xml", "b.npz/ids", "c.gpkg/cells", "d.json"}


def test_why_an_area_of_a_batch_has_no_result_quotes_no_cell(tmp_path: Path) -> None:
    """A ledger of protected places without its head, whose first row is taken for one, and a change of one that is not there."""
    path = roads.write_roads(tmp_path / "town", changed=False, plan=None)
    ledger = tmp_path / "town" / "civic00.csv"
    rows = pd.read_csv(ledger, dtype=str).iloc[::-1]
    rows.to_csv(ledger, index=False, header=False)
    broken = answer_area(Job("town", str(path), str(tmp_path / "out"), pages=False))
    lost = toyfiles.write_town(
        tmp_path / "lost", scenario={"changes": [{"close": {"layer": "elder_care", "id": roads.ID}}]}
    )
    unknown = answer_area(Job("lost", str(lost), str(tmp_path / "out2"), pages=False))
    for outcome, said in ((broken, "civic00.csv"), (unknown, "scenario.yaml")):
        assert outcome.status == "input"
        for language in ("zh", "en"):
            assert said in outcome.why(language)
            assert not told(outcome.why(language))


def test_neither_a_notebook_nor_a_log_tells_one(
    answered: Answered, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        found = coverplan.run(answered.folder / "changed" / "scenario.yaml", write=False)
    back = read_result(answered.folder / "changed" / "out")
    said = [repr(found), found._repr_html_(), back._repr_html_(), *map(str, found.problems), caplog.text]
    assert not told("\n".join(said))
