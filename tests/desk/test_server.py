"""The desk's API: what it answers, what it keeps, whom it refuses."""

from __future__ import annotations

import json
import math
import os
import posixpath
import re
import threading
from pathlib import Path

import numpy as np
import pytest
import yaml

import coverplan
from coverplan.desk.server.app import desk_app
from coverplan.desk.server.background import written
from coverplan.desk.server.desk import Desk
from coverplan.desk.server.openapi import API, openapi
from coverplan.desk.server.safety import MAX_BODY_BYTES, Door
from coverplan.desk.server.study_words import target_words
from coverplan.plan.schema import Target
from coverplan.text.words import Words
from desk.desktown import Web, degrees, ended, opening, toy
from makers import toyfiles
from towns import toyledger, toytown

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def desk(folder) -> Desk:
    return Desk(toy(folder))


def client(desk: Desk, door: Door | None = None, host: str = "127.0.0.1:8000"):
    return Web(desk_app(desk, door), host)


@pytest.fixture(scope="module")
def web(desk):
    return client(desk)


@pytest.fixture
def idea(web) -> dict:
    made = web.post(f"{API}/ideas", json={"name": "试"})
    assert made.status_code == 200, made.text
    return made.json()


def edit(web, idea: dict, **what):
    return web.post(f"{API}/ideas/{idea['id']}/edits?show=all", json={"revision": idea["revision"], **what})


def test_a_step_is_kept_and_answers_the_numbers_of_a_run(web, idea, folder) -> None:
    answer = edit(web, idea, add=opening("new", 4, 4)).json()
    group = answer["numbers"]["standards"][0]["groups"][0]
    # 15 of 25 points from each corner, 5 on the diagonal from both
    assert [group[name] for name in ("before", "covered", "gained", "lost", "twice")] == [
        150,
        250,
        100,
        0,
        50,
    ]
    assert answer["card"]["can_undo"]
    path = folder / "exported.yaml"
    path.write_text(web.get(f"{API}/ideas/{idea['id']}/scenario").text, encoding="utf-8")
    result = coverplan.run(path, write=False)
    for standard in answer["numbers"]["standards"]:
        for one in standard["groups"]:
            rows = result.of_standard(standard["key"], one["group"])
            assert rows["covered"].tolist() == [one["covered"], *standard["units"][one["group"]]["covered"]]
            assert rows["gained"].iloc[0] == one["gained"]
    verdicts = result.tables["gaps"]["verdict"]
    assert {t["id"]: t["verdict"] for t in answer["numbers"]["targets"]} == verdicts.to_dict()


def test_who_gets_a_place_is_that_of_a_run(web, idea, folder) -> None:
    card = edit(web, idea, add=opening("new", 4, 4, offers={"beds": 15})).json()["card"]
    found = web.get(f"{API}/ideas/{idea['id']}/supply").json()
    assert found["revision"] == card["revision"]
    (one,) = found["standards"]
    # 50 older people; 15 points with 30 of them around each corner, 10 beds in one and 15 in the other
    parts = ("people", "served", "no_place", "place_unknown", "not_reached")
    assert [one["before"][name] for name in parts] == [50, 10, 20, 0, 20]
    assert [one["now"][name] for name in parts] == [50, 25, 25, 0, 0]
    path = folder / "supplied.yaml"
    path.write_text(web.get(f"{API}/ideas/{idea['id']}/scenario").text, encoding="utf-8")
    tables = coverplan.run(path, write=False).tables
    rows = tables["supply"]
    rows = rows[(rows["standard"] == one["key"]) & (rows["group"] == one["group"])]
    assert rows["served"].tolist() == [one["now"]["served"], *one["units"]["served"]]
    used = tables["utilisation"]
    used = used[used["standard"] == one["key"]]
    for name in ("capacity", "used", "wanted", "reached"):
        assert used[name].tolist() == [row[name] for row in one["facilities"]]
    assert [row["id"] for row in one["facilities"]] == used["facility"].tolist()
    assert one["facilities"][0]["name"] in {"Home 0", None}
    # what nobody named is called by where it lies, in the reader's language
    called = {}
    for language in ("zh", "en"):
        asked = {"lang": language}
        (near,) = web.get(f"{API}/ideas/{idea['id']}", params=asked).json()["numbers"]["near"]
        (told,) = web.get(f"{API}/ideas/{idea['id']}/supply", params=asked).json()["standards"]
        called[language] = {row["id"]: row["name"] for row in told["facilities"]}["new"]
        assert called[language] == near
    assert called["zh"] != called["en"]


def test_back_and_forward(web, idea) -> None:
    one = edit(web, idea, add=opening("new", 4, 4)).json()
    two = edit(web, one["card"], go="back").json()
    assert (two["numbers"]["changes"], two["card"]["can_redo"]) == ([], True)
    three = edit(web, two["card"], go="forward").json()
    assert three["numbers"] == one["numbers"]
    assert web.get(f"{API}/ideas/{idea['id']}?show=all").json() == three


def test_two_tabs_do_not_overwrite_each_other(web, idea) -> None:
    first = edit(web, idea, add=opening("one", 4, 4))
    late = edit(web, idea, add=opening("two", 0, 4))
    assert (first.status_code, late.status_code) == (200, 409)
    assert late.json()["revision"] == first.json()["card"]["revision"]
    kept = web.get(f"{API}/ideas/{idea['id']}").json()["numbers"]["changes"]
    assert [change["open"]["id"] for change in kept] == ["one"]


def test_twenty_people_edit_at_once_and_nothing_is_lost(web, desk) -> None:
    ideas = [web.post(f"{API}/ideas", json={"name": f"人{n}"}).json() for n in range(20)]
    failed: list[str] = []

    def work(n: int, card: dict) -> None:
        for step in range(3):
            answer = edit(client(desk), card, add=opening(f"n{step}", n % 5, step))
            if answer.status_code != 200:
                failed.append(answer.text)
                return
            card = answer.json()["card"]

    threads = [threading.Thread(target=work, args=(n, card)) for n, card in enumerate(ideas)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert all(len(desk.store.said(card["id"])["changes"]) == 3 for card in ideas)


def test_a_trial_keeps_nothing(web, idea) -> None:
    tried = web.post(f"{API}/ideas/{idea['id']}/trial", json={"change": opening("try", 4, 4)}).json()
    assert tried["standards"][0]["groups"][0]["gained"] == 100
    assert web.get(f"{API}/ideas/{idea['id']}").json()["card"]["revision"] == idea["revision"]


def test_cells_are_classes_of_time_of_the_cells_that_the_map_shows(web, idea) -> None:
    import base64

    shown = edit(web, idea, add=opening("new", 4, 4)).json()["numbers"]["standards"]
    assert [standard["cells"] is not None for standard in shown] == [True, False, False, False]
    classes = np.frombuffer(base64.b64decode(shown[0]["cells"]), dtype=np.uint8)
    minutes = np.frombuffer(base64.b64decode(shown[0]["minutes_of_cells"]), dtype="<u2")
    walks = np.array([min(r + c, 8 - r - c) for r in range(5) for c in range(5)])
    assert (minutes - 1).tolist() == (10 * walks).tolist()
    assert (classes < 3).tolist() == (walks <= 4).tolist()


def test_what_is_wrong_is_said_in_both_languages_and_changes_nothing(web, idea) -> None:
    bad = {"close": {"layer": "elder_care", "id": "nobody"}}
    for language, word in (("zh", "设施"), ("en", "facility")):
        answer = web.post(
            f"{API}/ideas/{idea['id']}/edits?lang={language}", json={"revision": idea["revision"], "add": bad}
        )
        assert answer.status_code == 422
        assert word in answer.json()["problems"][0]["text"]
    assert edit(web, idea).status_code == 400
    assert edit(web, idea, drop=0, go="back").status_code == 400
    step = {"revision": idea["revision"]}
    for language, wrong, word in (
        ("zh", {**step, "drop": 0, "go": "back"}, "一次修改只能是一件事：这里有2件"),
        ("en", {**step, "drop": 0, "go": "back"}, "an edit is one thing, here are 2"),
        ("zh", {**step, "swap": bad}, "swap 与 position 须同时填写"),
        ("zh", {**step, "year": "许"}, "year: "),
        ("zh", {**step, "drop": 0, "what": 1}, "what: "),
        ("zh", [], "请求与接口说明不符"),
    ):
        answer = web.post(f"{API}/ideas/{idea['id']}/edits?lang={language}", json=wrong)
        assert answer.status_code == 400
        said = "".join(one["text"] for one in answer.json()["problems"])
        assert word in said
        assert language == "en" or not re.search(r"[a-z]+ [a-z]+ [a-z]+", said), said
    answer = web.post(
        f"{API}/ideas/{idea['id']}/edits?lang=zh", content="{", headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (400, "request_not_json")
    stale = web.post(f"{API}/ideas/{idea['id']}/edits?lang=zh", json={"revision": -1, "year": 2030})
    assert "刚被他人修改" in stale.json()["problems"][0]["text"]
    assert web.get(f"{API}/ideas/99999").status_code == 404
    assert edit(web, idea, drop=3).status_code == 422
    assert web.get(f"{API}/ideas/{idea['id']}").json()["card"]["revision"] == idea["revision"]


def test_copies_labels_and_removal(web, idea) -> None:
    done = edit(web, idea, add=opening("new", 4, 4)).json()["card"]
    copy = web.post(f"{API}/ideas", json={"name": "抄", "copy_of": done["id"]}).json()
    assert copy["changes"] == 1
    label = {"revision": done["revision"], "name": "<b>名</b>", "note": "注", "author": "甲"}
    named = web.put(f"{API}/ideas/{done['id']}/card", json=label).json()
    assert (named["name"], named["author"]) == ("<b>名</b>", "甲")
    stale = web.post(f"{API}/ideas/{done['id']}/removal", json={"revision": done["revision"]})
    assert stale.status_code == 409
    gone = web.post(f"{API}/ideas/{done['id']}/removal", json={"revision": named["revision"]})
    assert gone.status_code == 200
    assert web.get(f"{API}/ideas/{done['id']}").status_code == 404
    assert web.get(f"{API}/ideas/{copy['id']}").json()["card"]["changes"] == 1


def test_an_exported_scenario_can_be_imported(web, idea) -> None:
    edited = edit(web, idea, add=opening("new", 4, 4)).json()
    later = edit(web, edited["card"], standard={"key": "all", "minutes": 2}).json()
    text = web.get(f"{API}/ideas/{idea['id']}/scenario").text
    assert yaml.safe_load(text)["standards"][0]["minutes"] == 2
    copy = web.post(f"{API}/ideas", json={"name": "读入", "scenario": text}).json()
    again = web.get(f"{API}/ideas/{copy['id']}?show=all").json()["numbers"]
    assert again == later["numbers"]
    broken = web.post(f"{API}/ideas", json={"name": "坏", "scenario": "a: [1"})
    assert broken.status_code == 422


def test_a_restart_keeps_what_was_shown(folder, desk, web, idea) -> None:
    shown = edit(web, idea, add=opening("new", 4, 4)).json()
    # another process opens the same file while the first one is still there, as after a kill
    again = client(Desk(folder / "scenario.yaml"))
    assert again.get(f"{API}/ideas/{idea['id']}?show=all").json() == shown


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"content-type": "text/plain"}, 415),
        ({"content-length": str(MAX_BODY_BYTES + 1)}, 413),
    ],
)
def test_others_are_refused(web, headers, status) -> None:
    answer = web.post(
        f"{API}/ideas",
        content=json.dumps({"name": "x"}),
        headers={"content-type": "application/json", **headers},
    )
    assert answer.status_code == status


def test_a_body_that_hides_its_size_is_refused(web) -> None:
    async def parts():
        for _ in range(30):
            yield b" " * 50_000

    from starlette.requests import ClientDisconnect

    with pytest.raises(ClientDisconnect):
        web.post(f"{API}/ideas", content=parts(), headers={"content-type": "application/json"})


def test_another_host_needs_the_token(desk) -> None:
    door = Door(frozenset({"*"}), "geheim")
    outside = client(desk, door, host="10.1.2.3:8000")
    assert outside.get(f"{API}/ideas").status_code == 401
    assert outside.get("/?token=wrong").status_code == 401
    let_in = outside.get("/?token=geheim")
    assert (let_in.status_code, let_in.headers["location"]) == (303, "/")
    assert "HttpOnly" in let_in.headers["set-cookie"]
    assert outside.get(f"{API}/ideas").status_code == 200
    # what goes through a net is squeezed; for this machine that would take longer than sending it
    squeezed, plain = outside.get("/map/leaflet.js"), client(desk).get("/map/leaflet.js")
    assert (squeezed.headers.get("content-encoding"), plain.headers.get("content-encoding")) == ("gzip", None)
    assert squeezed.text == plain.text


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml",
        "/%2e%2e/pyproject.toml",
        "/documents/x/../../etc/passwd",
        "/etc/passwd",
    ],
)
def test_no_path_of_a_request_is_opened(web, path) -> None:
    assert web.get(path).status_code == 404


def test_the_page_is_small_before_any_data(web) -> None:
    """Every file that the page loads, by following its links and imports: under half a megabyte."""
    waiting, loaded = ["index.html"], dict[str, int]()
    while waiting:
        name = waiting.pop()
        if name in loaded:
            continue
        answer = web.get(f"/{name}")
        assert answer.status_code == 200, name
        loaded[name] = len(answer.content)
        links = re.findall(r'(?:src|href)="([^":]+)"', answer.text) if name.endswith(".html") else []
        imports = re.findall(r'^(?:import|export)[^"\n]* from "([^"]+)"', answer.text, re.MULTILINE)
        waiting += [
            *links,
            *(posixpath.normpath(posixpath.join(posixpath.dirname(name), one)) for one in imports),
        ]
    assert {"main.js", "state.js", "map/leaflet.js", "desk.css"} <= loaded.keys()
    assert sum(loaded.values()) < 500_000, loaded


def test_a_number_that_json_does_not_have_is_unknown() -> None:
    said = {"share": math.nan, "people": np.float64(1.5), "name": "街道"}
    assert json.loads(written(said)) == {"share": None, "people": 1.5, "name": "街道"}


def test_pages_may_do_nothing_but_ask_the_desk(web) -> None:
    headers = web.get(f"{API}/ideas").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_the_openapi_file_is_in_step() -> None:
    file = ROOT / "docs" / "desk-openapi.json"
    said = json.dumps(openapi(), ensure_ascii=False, indent=1) + "\n"
    assert file.read_text("utf-8") == said, "python -m coverplan.desk.server.openapi > docs/desk-openapi.json"


def test_files_that_change_underneath_are_named(tmp_path) -> None:
    desk = Desk(toy(tmp_path))
    web = client(desk)
    assert web.get(f"{API}/changed").json() == {"changed_files": []}
    homes = tmp_path / "homes.csv"
    homes.write_text(homes.read_text("utf-8").replace("Home 0", "Home zero"), encoding="utf-8")
    assert web.get(f"{API}/changed").json() == {"changed_files": ["homes.csv"]}
    assert web.post(f"{API}/reload").json() == {"changed_files": []}
    before, when = homes.read_bytes(), homes.stat()
    homes.write_bytes(before.replace(b"zero", b"nine"))
    os.utime(homes, ns=(when.st_atime_ns, when.st_mtime_ns))
    (homes.parent / "units.gpkg-wal").write_bytes(b"x")
    assert web.get(f"{API}/changed").json() == {"changed_files": ["homes.csv", "units.gpkg-wal"]}


def test_a_proposal_is_as_good_as_every_choice_tried_out(web, desk, idea) -> None:
    asked = {"standard": "all", "type": "day_care", "new": 1}
    job = ended(web, web.post(f"{API}/ideas/{idea['id']}/proposals", json=asked).json())
    assert job["state"] == "done", job
    # every node tried by hand: the far corner alone brings all 100 who are left
    best = max(
        sum(10 for r in range(5) for c in range(5) if r + c > 4 and abs(r - y) + abs(c - x) <= 4)
        for x in range(5)
        for y in range(5)
    )
    assert (job["found"]["total"], job["found"]["bound"]) == (best, best)
    place = job["found"]["places"][0]
    change = {
        "open": {
            "layer": "elder_care",
            "id": "p",
            "x": place["x"],
            "y": place["y"],
            "offers": {"type": "day_care"},
        }
    }
    tried = web.post(f"{API}/ideas/{idea['id']}/trial", json={"change": change}).json()
    assert tried["standards"][0]["groups"][0]["gained"] == place["gained"]


def test_the_page_that_checks_the_plan_is_opened_where_it_stands_beside_the_plan(desk, web, folder) -> None:
    assert web.get(f"{API}/study").json()["plan_review"] is False
    assert web.get("/documents/plan-review").status_code == 404
    page = folder / "review.html"
    page.write_text("<p>核对</p>", encoding="utf-8")
    try:
        assert web.get(f"{API}/study").json()["plan_review"] is True
        shown = web.get("/documents/plan-review")
        assert (shown.status_code, shown.text) == (200, "<p>核对</p>")
        assert "default-src 'none'" in shown.headers["content-security-policy"]
    finally:
        page.unlink()


def test_types_may_be_called_as_people_call_them(web, idea) -> None:
    change = opening("new", 4, 4)
    change["open"] |= {"layer": "养老服务", "offers": {"type": "日间照料中心"}}
    assert edit(web, idea, add=change).status_code == 200
    said = yaml.safe_load(web.get(f"{API}/ideas/{idea['id']}/scenario").text)["changes"][-1]["open"]
    assert (said["layer"], said["offers"]["type"]) == ("elder_care", "day_care")


def test_layers_are_called_as_the_study_calls_them(tmp_path) -> None:
    path = toy(tmp_path)
    (homes,) = toyfiles.STUDY["facilities"]
    titled = {**homes, "title": {"zh": "医疗机构", "en": "Health care"}}
    toyfiles.write_yaml(tmp_path / "study.yaml", {**toyfiles.STUDY, "facilities": [titled]})
    web = client(Desk(path))
    for language, name in titled["title"].items():
        said = web.get(f"{API}/study?lang={language}").json()
        assert [one["name"] for one in said["layers"] if one["key"] == "elder_care"] == [name]
        assert all(one["name"].startswith(name) for one in said["standards"])
        drawn = web.get(f"{API}/map?lang={language}").json()["facilities"]
        assert [one["name"] for one in drawn["layers"] if one["key"] == "elder_care"] == [name]


def test_a_type_that_is_called_like_its_layer_has_the_layer_s_title_in_the_legend(tmp_path) -> None:
    path = toy(tmp_path)
    (homes,) = toyfiles.STUDY["facilities"]
    named = {**homes, "layer": "clinic", "type": "clinic", "title": {"zh": "诊所", "en": "Clinics"}}
    toyfiles.write_yaml(tmp_path / "study.yaml", {**toyfiles.STUDY, "facilities": [homes, named]})
    web = client(Desk(path))
    for language, name in named["title"].items():
        types = web.get(f"{API}/map?lang={language}").json()["facilities"]["types"]
        assert [one["name"] for one in types if one["key"] == "clinic"] == [name]


def test_a_warning_names_the_change_that_it_is_about(web, idea) -> None:
    edit(web, idea, add={"close": {"layer": "elder_care", "id": "h0"}})
    far = {"x": degrees(0, 0)["x"] - 0.01, "y": degrees(0, 0)["y"]}
    outside = {"open": {"layer": "elder_care", "id": "far", **far, "offers": {"type": "day_care"}}}
    shown = web.get(f"{API}/ideas/{idea['id']}").json()["card"]
    answer = edit(web, shown, add=outside)
    assert answer.json()["numbers"]["remarks"] == ["Number 2: the place lies outside the study area"]


def test_money_has_the_unit_of_ledgers_in_china_alone(tmp_path) -> None:
    cost = {}
    for crs in (toytown.CRS, "EPSG:32722"):  # the same metres, in China and in Brazil
        folder = tmp_path / crs[5:]
        toyfiles.write_town(folder)
        streets = folder / "streets.graphml"
        streets.write_text(streets.read_text("utf-8").replace(toytown.CRS, crs), encoding="utf-8")
        units = toytown.units().table.reset_index().set_crs(crs, allow_override=True)
        units.to_file(folder / "units.gpkg", layer="units")
        said = json.loads(json.dumps(toyfiles.STUDY).replace(toytown.CRS, crs))
        scenario = folder / "scenario.yaml"
        toyfiles.write_yaml(folder / "study.yaml", said)
        offered = client(Desk(scenario)).get(f"{API}/study?lang=en").json()["offered"]
        cost[crs] = next(one["name"] for one in offered if one["key"] == "cost")
    assert list(cost.values()) == ["Cost (10,000 yuan)", "Cost (unit not named)"]


def test_every_thread_that_answers_is_ready_before_anybody_asks() -> None:
    from types import SimpleNamespace

    from coverplan.desk.server.workers import THREADS, workers

    warmed: list[int] = []
    desk = SimpleNamespace(places=SimpleNamespace(warm=lambda: warmed.append(1)))
    workers(desk).shutdown(wait=True)
    assert len(warmed) == THREADS


@pytest.mark.parametrize(
    ("rule", "goal", "measure", "zh", "en"),
    [
        (">=", {"value": "90"}, "%", "90%", "90 %"),
        (">", {"value": "50"}, "%", ">50%", "> 50 %"),
        ("approx", {"value": "4.75"}, "张/千人", "约4.75 张/千人", "about 4.75 beds per 1,000 people"),
        ("inside", {"value": "1200", "high": "1500"}, "张", "1,200–1,500 张", "1,200–1,500 beds"),
        ("maintain", {"value": None}, "%", "不低于基期", "not below the base"),
        ("none", {"value": None}, "%", None, None),
    ],
)
def test_a_target_says_what_it_asks_for_and_in_which_unit(rule, goal, measure, zh, en) -> None:
    """More than fifty is not fifty: a street with just fifty per cent is told so beside its verdict."""
    made = toyledger.target({"kind": "reported"}, rule, goal=goal, measure=measure)
    asked = [target_words(Target.model_validate(made), Words(language))["asked"] for language in ("zh", "en")]
    assert asked == [zh, en]
