"""Command lines of README and manual are typed one after the other as they stand, beside the project's data."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from makers.page_calls import PAGES, ROOT, calls_of
from makers.volume import gate_only

#: What is not typed here: it asks the internet or a cluster, serves until it is stopped, or needs a province or data of
#: others; or it takes the demo through everything, as the gate's first step and the tests of its kept answers do.
ELSEWHERE = (
    "fetch ", "batch ", "split ", "desk", "check stirling/", "run stirling/", "run scenarios/porto-alegre",
    "demo", "compare scenarios/demo-siting", "run scenarios/demo-siting", "plans targets scenarios/demo-siting",
)  # fmt: skip
#: 3: finished, and something is to be read before numbers are quoted.
FINE = {0, 3}
WEST, SOUTH = 117.2, 34.2


def whole_calls() -> list[str]:
    """Every command line of a block once, README first."""
    pages = sorted(PAGES, key=lambda page: (page.parent != ROOT, page.name))
    lines = [call for page in pages for call, whole in calls_of(page.read_text("utf-8")) if whole]
    return list(dict.fromkeys(shlex.join(shlex.split(line, comments=True)) for line in lines))


def place(east: float, north: float) -> list[float]:
    return [round(WEST + east * 0.0109, 6), round(SOUTH + north * 0.00901, 6)]


def layer(path: Path, shapes: list[tuple[dict[str, str], str, object]]) -> None:
    features = [
        {"type": "Feature", "properties": named, "geometry": {"type": kind, "coordinates": where}}
        for named, kind, where in shapes
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")


def bureau_folder(folder: Path) -> None:
    """Two streets of 3 km by 4 km, a grid of ways, homes and a ledger as a bureau sends them."""
    folder.mkdir()
    around = [[place(x, y) for x, y in ((w, 0), (w + 3, 0), (w + 3, 4), (w, 4), (w, 0))] for w in (0, 3)]
    named = [
        {"代码": f"32039900{at}", "名称": f"{name}街道", "类型": "街道"}
        for at, name in ((1, "清河"), (2, "柳林"))
    ]
    layer(
        folder / "街道界线.geojson",
        [(one, "Polygon", [ring]) for one, ring in zip(named, around, strict=True)],
    )
    ways = [[place(x / 4, y / 4) for y in range(17)] for x in range(25)]
    ways += [[place(x / 4, y / 4) for x in range(25)] for y in range(17)]
    layer(folder / "道路.geojson", [({"highway": "residential"}, "LineString", way) for way in ways])
    homes = [place(0.3 + x * 0.6, 0.3 + y * 0.8) for x in range(10) for y in range(5)]
    rows = [f"第{at}小区,{x},{y},{300 + at},{60 + at}" for at, (x, y) in enumerate(homes, start=1)]
    head = "小区名称,经度,纬度,常住人口,60岁以上"
    (folder / "小区人口.csv").write_bytes("\r\n".join([head, *rows]).encode("gb18030"))
    book = openpyxl.Workbook()
    book.active.append(["清河区养老设施台账"])
    book.active.append(["机构名称", "所属街道", "设施类型", "床位数", "经度", "纬度", "运营状态"])
    book.active.append(["清河养老院", "清河街道", "养老院", "120张", *place(1.2, 1.1), "运营"])
    book.active.append(["柳林敬老院", "柳林街道", "敬老院", "一百", *place(4.2, 2.4), "运营"])
    book.save(folder / "养老设施台账.xlsx")


def filled(study: Path) -> None:
    """The marks of `init` filled in, as its remarks ask."""
    text = study.read_text(encoding="utf-8")
    assert text.count("# ?") == 3
    text = text.replace("base:  # ?", "base: 常住  # ?").replace("datum:  # ?", "datum: wgs84  # ?")
    study.write_text(
        text.replace("columns: {kind: highway}", "columns: {kind: highway}\n  join_crossings: true"), "utf-8"
    )


def plan_document(path: Path) -> None:
    document = Document()
    document.add_heading("清河区“十五五”民政事业发展规划")
    document.add_paragraph("到2030年，全区养老机构护理型床位占比达到60%以上。")
    document.add_paragraph("到2030年，每千名老年人拥有养老床位40张。")
    document.save(str(path))


def test_what_is_typed_elsewhere_is_shown_and_the_rest_is_most() -> None:
    calls = whole_calls()
    assert all(any(call.startswith(one) for call in calls) for one in ELSEWHERE)
    assert len([call for call in calls if not call.startswith(ELSEWHERE)]) >= 15


@gate_only
@pytest.mark.enable_socket  # the processes are their own; nothing of this one asks the network
def test_every_command_line_of_a_page_runs_in_the_order_of_the_pages(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios", ignore=shutil.ignore_patterns("invalid"))
    (tmp_path / "data").symlink_to(ROOT / "data", target_is_directory=True)
    bureau_folder(tmp_path / "my-folder")
    plan_document(tmp_path / "规划.docx")
    env = {**os.environ, "COVERPLAN_OFFICE": "off"}
    failed = []
    for call in whole_calls():
        if call.startswith(ELSEWHERE):
            continue
        done = subprocess.run(
            [sys.executable, "-m", "coverplan", *shlex.split(call)],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode not in FINE:
            failed.append(f"{call}: {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        if call == "init my-folder":
            filled(tmp_path / "my-folder" / "study.yaml")
        elif call == "check my-folder/study.yaml":
            shutil.copy(tmp_path / "my-folder" / "check" / "check.xlsx", tmp_path / "mended.xlsx")
    assert failed == []
    assert (tmp_path / "my-folder" / "maps" / "scenario" / "report.docx").is_file()
    assert (tmp_path / "draft" / "review.html").is_file()
