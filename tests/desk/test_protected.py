"""Protected places at the desk: by unit only, also for somebody who tries every point of the map."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from coverplan.desk.server.app import desk_app
from coverplan.desk.server.desk import Desk
from coverplan.desk.server.openapi import API
from desk.desktown import Web, degrees, opening, toy
from makers import toyfiles
from towns import toytown

SECRET = ("H-SECRET", "Hidden House")


@pytest.fixture(scope="module")
def web(tmp_path_factory) -> Web:
    """The toy town with one protected home at row 3, column 1, which counts for every standard."""
    folder = tmp_path_factory.mktemp("protected")
    layer = {
        "layer": "elder_care",
        "file": "hidden.csv",
        "crs": toytown.CRS,
        "type": "day_care",
        "public": False,
    }
    scenario = toy(folder)
    x, y = toytown.xy(3, 1)
    hidden = pd.DataFrame([{"id": SECRET[0], "name": SECRET[1], "x": x, "y": y, "beds": 3}])
    hidden.to_csv(folder / "hidden.csv", index=False)
    facilities = [*toyfiles.STUDY["facilities"], layer]
    toyfiles.write_yaml(folder / "study.yaml", {**toyfiles.STUDY, "facilities": facilities})
    return Web(desk_app(Desk(scenario)))


@pytest.fixture
def idea(web) -> dict:
    return web.post(f"{API}/ideas", json={"name": "t"}).json()


def test_no_answer_names_it_or_shows_single_points(web, idea) -> None:
    answers = [
        web.get(f"{API}/{path}").text
        for path in (
            "study",
            "map?lang=zh",
            "map?lang=en",
            "ideas",
            f"ideas/{idea['id']}?show=all",
            f"ideas/{idea['id']}/scenario",
            f"ideas/{idea['id']}/supply",
        )
    ]
    for text in answers:
        assert not any(word in text for word in SECRET)
    shown = json.loads(answers[4])["numbers"]["standards"]
    assert all(standard["protected"] for standard in shown)
    for standard in shown:
        assert standard["cells"] is standard["cells_before"] is standard["minutes_of_cells"] is None
        assert all(group["nearer"] is None for group in standard["groups"])
    cells = json.loads(answers[1])["cells"]
    assert cells["class"] == cells["minutes"] == {}


@pytest.mark.parametrize("road", ["edits", "trial", "move", "swap", "import", "proposal", "money", "beside"])
def test_no_point_can_be_tried(web, idea, road) -> None:
    change = opening("probe", 3, 1)
    path = f"{API}/ideas/{idea['id']}"
    if road == "edits":
        answer = web.post(f"{path}/edits", json={"revision": idea["revision"], "add": change})
    elif road == "trial":
        answer = web.post(f"{path}/trial", json={"change": change})
    elif road == "move":
        moved = {"move": {"layer": "elder_care", "id": "h0", **degrees(3, 1)}}
        answer = web.post(f"{path}/trial", json={"change": moved})
    elif road == "swap":
        body = {"revision": idea["revision"], "add": change, "unit_code": "001002"}
        card = web.post(f"{path}/edits", json=body).json()["card"]
        answer = web.post(f"{path}/edits", json={"revision": card["revision"], "swap": change, "position": 0})
    elif road == "import":
        scenario = {
            "name": "i",
            "study": "study.yaml",
            "standards": [{"layer": "elder_care"}],
            "changes": [change],
        }
        answer = web.post(f"{API}/ideas", json={"name": "i", "scenario": json.dumps(scenario)})
    else:
        asked = {
            "proposal": {"type": "day_care", "new": 1},
            "money": {"budget": 100},
            "beside": {"budget": 100, "beside": ["own"]},
        }[road]
        answer = web.post(f"{path}/proposals", json={"standard": "all", **asked})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["code"] == "placed_by_unit"


@pytest.fixture(scope="module")
def open_web(tmp_path_factory) -> Web:
    """The toy town without any protected place."""
    return Web(desk_app(Desk(toy(tmp_path_factory.mktemp("open")))))


@pytest.mark.parametrize(
    "offers",
    [{"type": "庇护所"}, {"name": "Women's refuge"}, {"functions": ["shelter"]}, {"public": False}, {"type": "rescue_station"}],
)  # fmt: skip
def test_what_must_not_be_shown_is_opened_in_a_unit_alone(open_web, offers) -> None:
    idea = open_web.post(f"{API}/ideas", json={"name": "t"}).json()
    body = {"change": opening("n", 1, 2, offers=offers)}
    answer = open_web.post(f"{API}/ideas/{idea['id']}/trial", json=body)
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (422, "placed_by_unit")
    in_unit = open_web.post(f"{API}/ideas/{idea['id']}/trial", json={**body, "unit_code": "001001"})
    assert in_unit.status_code == 200
    asked = {"standard": "all", "type": offers.get("type", "day_care"), "new": 1}
    proposed = open_web.post(f"{API}/ideas/{idea['id']}/proposals", json=asked)
    assert proposed.status_code == (422 if "type" in offers else 200)


def test_a_unit_takes_what_a_point_may_not(web, idea) -> None:
    """As many questions as there are units, each answered by unit: the places within one cannot be told apart."""
    gained = set()
    for row, column in ((0, 0), (3, 1), (4, 4)):
        body = {"change": opening("probe", row, column), "unit_code": "001002"}
        tried = web.post(f"{API}/ideas/{idea['id']}/trial?show=all", json=body).json()
        gained.add(json.dumps(tried["standards"]))
    assert len(gained) == 1


@pytest.mark.parametrize(
    "choice", [{"minutes": 1}, {"minutes": 4.01}, {"profile": "older_adult"}, {"count": "own_unit"}]
)
def test_nobody_draws_rings_around_it(web, idea, choice) -> None:
    """With everything else closed, who is within ever fewer minutes would be who lives beside it."""
    path = f"{API}/ideas/{idea['id']}"
    closed = {"revision": idea["revision"], "add": {"close": {"layer": "elder_care", "id": "h0"}}}
    card = web.post(f"{path}/edits", json=closed).json()["card"]
    asked = {"revision": card["revision"], "standard": {"key": "all", **choice}}
    answer = web.post(f"{path}/edits?lang=zh", json=asked)
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (422, "standard_fixed")
    scenario = {
        "name": "i",
        "study": "study.yaml",
        "standards": [{"layer": "elder_care", "name": "all", "minutes": 4, **choice}],
    }
    imported = web.post(f"{API}/ideas", json={"name": "i", "scenario": json.dumps(scenario)})
    assert imported.status_code == 422
    # as the scenario has it, it may be said again
    asked["standard"] = {"key": "all", "minutes": 4}
    assert web.post(f"{path}/edits", json=asked).status_code == 200


def test_nobody_makes_it_public(web, idea) -> None:
    shown = {"upgrade": {"layer": "elder_care", "id": SECRET[0], "offers": {"public": True}}}
    answer = web.post(f"{API}/ideas/{idea['id']}/trial?show=all", json={"change": shown})
    assert [problem["code"] for problem in answer.json()["problems"]] == ["stays_protected"]
    scenario = {
        "name": "i",
        "study": "study.yaml",
        "standards": [{"layer": "elder_care"}],
        "changes": [shown],
    }
    answer = web.post(f"{API}/ideas", json={"name": "i", "scenario": json.dumps(scenario)})
    assert answer.status_code == 422
