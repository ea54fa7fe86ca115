"""Many areas: equal to each alone and to the sums, kept when nothing changed, one that ends costs only itself."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import docx
import numpy as np
import openpyxl
import pandas as pd
import pytest

import coverplan
from coverplan.batch import run_batch as runner
from coverplan.batch import workers
from coverplan.batch.batch_file import folders_of, load_batch
from coverplan.batch.job import Job, Outcome
from coverplan.batch.overview import AreaRows, added_up, ranked
from coverplan.batch.overview_files import overview_page
from coverplan.batch.run_batch import run_batch
from coverplan.batch.workers import Crew, workers_that_fit
from coverplan.errors import InputError
from makers import toyfiles
from makers.volume import gate_only

pytest.importorskip("distributed")
from distributed.core import Status

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1", "localhost", "::1"]),
    pytest.mark.enable_socket,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
TITLE = {"zh": "玩具省", "en": "Toy province"}


def province(folder: Path, count: int) -> Path:
    """Toy towns whose homes stand in other places, and their batch file."""
    for at in range(count):
        town = folder / "areas" / f"town{at}"
        toyfiles.write_town(town)
        toyfiles.homes((at % 5, at // 5)).to_csv(town / "homes.csv", index=False)
    return toyfiles.write_yaml(
        folder / "batch.yaml",
        {"title": TITLE, "scenarios": ["areas/*/scenario.yaml"], "out": "out", "tries": 2},
    )


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    import pytest_socket

    pytest_socket.enable_socket()
    folder = tmp_path_factory.mktemp("province")
    path = province(folder, 4)
    # what this process has compiled its workers load
    coverplan.run(folder / "areas" / "town1" / "scenario.yaml", out=folder / "alone")
    # an area whose files are wrong, and one whose worker ends whenever it is tried
    (folder / "areas" / "town2" / "homes.csv").write_text("id,name\n1,x\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), *sys.path]))
        patch.setattr(runner, "answer_area", _ends_in_town3)
        outcomes = run_batch(path, workers=2)
    return path, {one.name: one for one in outcomes}


def _ends_in_town3(job: Job) -> Outcome:
    from coverplan.batch.area_worker import answer_area

    if job.name.endswith("town3"):
        os.kill(os.getpid(), signal.SIGKILL)
    return answer_area(job)


def test_one_area_that_fails_costs_only_itself(answered):
    path, outcomes = answered
    assert {name: one.status for name, one in outcomes.items()} == {
        "town0": "done", "town1": "done", "town2": "input", "town3": "failed",
    }  # fmt: skip
    assert outcomes["town3"].tries == 2
    assert "ended" in (outcomes["town3"].reason or "")
    assert "homes.csv" in (outcomes["town2"].reason or "")
    state = json.loads((path.parent / "out" / "batch.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in state["areas"]] == sorted(outcomes)


def test_each_area_is_what_a_run_of_its_own_gives(answered):
    path, _ = answered
    alone = coverplan.read_result(path.parent / "alone")
    together = coverplan.read_result(path.parent / "out" / "areas" / "town1")
    pd.testing.assert_frame_equal(alone.coverage, together.coverage, check_dtype=False)


def test_totals_are_sums_of_people(answered):
    path, _ = answered
    rows = pd.read_csv(path.parent / "out" / "areas.csv")
    total = added_up(rows).set_index(["standard", "group"])
    (standard,) = rows["standard"].unique()
    assert total.at[(standard, "total"), "people"] == 2 * 250  # two towns of 25 nodes with ten people each
    assert total.at[(standard, "total"), "areas"] == 2
    own = rows[rows["group"] == "total"]
    assert total.at[(standard, "total"), "share"] == pytest.approx(own["covered"].sum() / own["people"].sum())


def test_the_overview_says_who_is_missing_and_asks_nobody(answered):
    path, _ = answered
    for language in ("zh", "en"):
        page = (path.parent / "out" / f"overview.{language}.html").read_text(encoding="utf-8")
        assert "town3" in page
        assert "http:" not in page
        assert "https:" not in page


def test_the_overview_says_that_data_are_invented_begins_with_everybody_and_numbers_the_map(answered):
    path, _ = answered
    rows = pd.read_csv(path.parent / "out" / "areas.csv")
    assert rows["synthetic"].all()
    assert added_up(rows)["group"].tolist() == ["total", "age_60_plus"]
    for language, mark in (("zh", "虚构数据"), ("en", "Synthetic data")):
        page = (path.parent / "out" / f"overview.{language}.html").read_text(encoding="utf-8")
        assert mark in page
        assert page.count("<text ") == 2 * rows["area"].nunique()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_office_gets_a_word_file_and_a_workbook_in_its_language(answered, language):
    path, outcomes = answered
    rows = pd.read_csv(path.parent / "out" / "areas.csv")
    total = rows[rows["group"] == "total"]
    file = docx.Document(str(path.parent / "out" / f"overview.{language}.docx"))
    texts = [paragraph.text for paragraph in file.paragraphs]
    assert any(text.startswith(TITLE[language]) for text in texts)
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in file.tables]
    whole, everybody = tables[0], tables[1]
    assert f"{int(total['people'].sum()):,}" in whole[1]
    assert [row[1] for row in everybody[1:]] == ranked(rows, total["standard"].iloc[0], "total")[
        "area"
    ].tolist()
    reason = outcomes["town3"].why(language)
    assert reason in [cell for row in tables[-1] for cell in row]
    assert len(file.inline_shapes) == 2  # a map for everybody, one for those over 60
    book = openpyxl.load_workbook(path.parent / "out" / f"overview.{language}.xlsx")
    heads = [cell.value for sheet in book.worksheets[1:] for cell in sheet[3]]
    cells = [row for row in book.worksheets[1].iter_rows(min_row=4, values_only=True) if row[0]]
    assert len(cells) == len(rows)
    assert sum(row[3] for row in cells) == pytest.approx(rows["people"].sum())
    if language == "zh":  # no head is left in English
        assert not [head for head in heads if head and head.isascii()]
        assert reason != outcomes["town3"].why("en")


def test_a_second_run_does_only_what_changed(answered, monkeypatch):
    path, _ = answered
    toyfiles.homes((2, 2)).to_csv(path.parent / "areas" / "town2" / "homes.csv", index=False)  # mended
    before = (path.parent / "out" / "areas" / "town0" / "result.json").read_bytes()
    told = []
    outcomes = run_batch(
        path, workers=1, ended=lambda one, count, whole: told.append((one.name, count, whole))
    )
    assert {one.name: one.status for one in outcomes} == {
        "town0": "kept", "town1": "kept", "town2": "done", "town3": "done",
    }  # fmt: skip
    assert [count for _, count, _ in told] == [1, 2, 3, 4]
    assert (path.parent / "out" / "areas" / "town0" / "result.json").read_bytes() == before

    def nobody(**_):
        raise AssertionError("workers for nothing")

    monkeypatch.setattr(runner, "open_crew", nobody)
    assert {one.status for one in run_batch(path)} == {"kept"}


@gate_only
def test_a_client_that_is_killed_leaves_whole_folders_and_goes_on(tmp_path):
    path = province(tmp_path, 3)
    process = subprocess.Popen(
        [sys.executable, "-m", "coverplan", "batch", str(path), "--workers", "1"],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    process.stdout.readline()  # one area has ended
    process.kill()
    process.wait()
    time.sleep(0.2)
    finished = [
        folder for folder in (tmp_path / "out" / "areas").glob("*") if (folder / "result.json").is_file()
    ]
    assert finished
    bytes_before = {folder: (folder / "result.json").read_bytes() for folder in finished}
    statuses = [one.status for one in run_batch(path, workers=1)]
    assert set(statuses) <= {"kept", "done"}
    assert statuses.count("kept") >= 1
    for folder, content in bytes_before.items():
        assert (folder / "result.json").read_bytes() == content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"title": TITLE}, "empty_batch"),
        ({"title": TITLE, "scenarios": ["none/*.yaml"]}, "empty_pattern"),
        ({"title": TITLE, "scenarios": ["/etc/*.yaml"]}, "empty_pattern"),
        ({"title": TITLE, "areas": [{"name": "a", "scenario": "gone.yaml"}]}, "missing_file"),
        (
            {
                "title": TITLE,
                "areas": [{"name": "a", "scenario": "b.yaml"}, {"name": "a", "scenario": "b.yaml"}],
            },
            "duplicate_area",
        ),
    ],
)
def test_a_batch_that_is_wrong_is_refused_before_any_work(tmp_path, content, code):
    with pytest.raises(InputError) as error:
        load_batch(toyfiles.write_yaml(tmp_path / "batch.yaml", content))
    assert code in {problem.code for problem in error.value.problems}


def test_folders_of_names_that_would_meet():
    assert folders_of(["镇 A", "镇/A", "b", "B", "..", ""]) == [
        "镇_A",
        "镇_A_2",
        "b",
        "B_2",
        "area",
        "area_2",
    ]


def test_ranking_puts_nobody_last_and_breaks_ties_by_name():
    rows = pd.DataFrame(
        {"area": ["c", "b", "a", "d"], "standard": "s", "group": "g", "share": [0.5, np.nan, 0.5, 0.1]}
    )
    assert ranked(rows, "s", "g")["area"].tolist() == ["d", "a", "c", "b"]


def test_hostile_names_are_text(tmp_path):
    path = province(tmp_path, 1)
    batch = load_batch(path)
    empty = pd.DataFrame(
        columns=[
            "area",
            "standard",
            "group",
            "people",
            "covered",
            "uncovered",
            "off_network",
            "outside_units",
            "share",
            "mean_minutes",
        ]
    )
    outcome = Outcome("<script>alert(1)</script>", "input", 0.0, 1, "<img src=x>")
    import geopandas as gpd

    shapes = gpd.GeoDataFrame({"area": []}, geometry=[], crs="EPSG:4326")
    page = overview_page(batch, [outcome], AreaRows(empty, pd.DataFrame(columns=["area"]), shapes, {}), "en")
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_workers_fit_into_memory():
    assert workers_that_fit(1e6) == 1
    assert workers_that_fit(0.001, most=2) == 2


class _Lost:
    """A nanny whose worker ended while it started."""

    def __init__(self, status: Status) -> None:
        self.status = status


class _Cluster:
    """A cluster that counts what it is asked for."""

    def __init__(self, *statuses: Status) -> None:
        self.workers: dict[int, object] = {at: _Lost(status) for at, status in enumerate(statuses)}
        self.asked: list[int] = []

    def sync(self, work):
        asyncio.run(work())

    def scale(self, count):
        self.asked.append(count)


class _Client:
    def __init__(self, threads):
        self.of_worker = threads

    def nthreads(self):
        return self.of_worker


def test_workers_that_end_while_they_start_are_replaced():
    cluster = _Cluster(Status.running, Status.failed, Status.closed)
    assert Crew(_Client({"a": 1}), cluster, 3).threads() == 1
    assert list(cluster.workers) == [0]
    assert cluster.asked == [3]
    whole = _Cluster(Status.running, Status.running)
    assert Crew(_Client({"a": 1, "b": 1}), whole, 2).threads() == 2
    assert whole.asked == []


def test_a_batch_without_any_worker_ends(monkeypatch):
    crew = Crew(_Client({}))
    assert crew.threads() == 0
    monkeypatch.setattr(workers, "_LONGEST_WITHOUT_S", -1.0)
    with pytest.raises(InputError) as error:
        crew.threads()
    assert [problem.code for problem in error.value.problems] == ["no_worker"]
