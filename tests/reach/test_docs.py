"""What docs/reach.md says is what the product does."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from coverplan.reach.graph import compile_graph
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.reach.travel import travel_times
from coverplan.scenario.scenario_file import ProfileEntry, ScenarioFile
from coverplan.service.asked_profiles import scenario_profiles
from makers.walk_oracle import doors_of, network_of

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "reach.md").read_text(encoding="utf-8")


def test_walk_of_the_page_takes_as_long_as_it_says():
    xy = [(0, 0), (90, 0), (90, 130), (210, 130), (210, 0), (330, 0)]
    network = network_of(xy, [(i, i + 1) for i in range(5)])
    graph = compile_graph(network, replace(PRESETS["older_adult"], slope_response="none"))
    home = doors_of(["home"], [(0, 54 / 90, 24.0)])
    centre = doors_of(["centre"], [(4, 84 / 120, 36.0)])
    (stated,) = {int(seconds) for seconds in re.findall(r"(\d+) s at 1\.0 m/s", PAGE)}
    times = {
        limit_s: travel_times(graph, centre, home, limit_s * 1000).times_ms.tolist() for limit_s in (560, 559)
    }
    assert times == {560: [stated * 1000], 559: []}


@pytest.mark.parametrize("name", PRESETS)
def test_table_of_profiles_shows_the_presets(name):
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}`"))
    if name != "drive":
        assert float(row.split("|")[2]) == PRESETS[name].speed_m_s
        assert f"x {PRESETS[name].steps_factor:g}" in row.split("|")[3]


def test_profile_of_the_page_is_one_that_a_scenario_may_hold():
    (written,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    entries = [ProfileEntry.model_validate(entry) for entry in yaml.safe_load(written)["profiles"]]
    standards = [{"layer": "elder_care", "profile": entries[0].name}]
    scenario = ScenarioFile.model_validate(
        {"name": "Page", "study": "study.yaml", "profiles": entries, "standards": standards}
    )
    found = scenario_profiles(scenario)[entries[0].name]
    expected = replace(
        PRESETS["oldest_old"],
        name="with_walker", speed_m_s=0.6, access_speed_m_s=0.6, steps_factor=4.0, crossing_s=20.0,
        access_first_m=200.0, source=entries[0].source,
    )  # fmt: skip
    assert found == expected


def test_picture_is_a_drawing_that_stands_beside_the_page():
    (picture,) = re.findall(r"\]\((\w+\.svg)\)", PAGE)
    drawing = ET.parse(DOCS / picture).getroot()  # noqa: S314 - our own file
    words = " ".join("".join(text.itertext()) for text in drawing.iter("{http://www.w3.org/2000/svg}text"))
    assert "560 seconds" in words
