"""Profiles and the time that an edge takes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coverplan.errors import InputError
from coverplan.ground.network import Passage
from coverplan.reach.graph import compile_graph
from coverplan.reach.speeds.edge_times import edge_times
from coverplan.reach.speeds.profiles import PRESETS, Profile
from makers.walk_oracle import network_of

STREET = [(0, 0), (120, 0)]


def time_of(profile, **special):
    network = network_of(STREET, [(0, 1)], mode=PRESETS[profile].mode, **special)
    return int(edge_times(network, PRESETS[profile]).forward_ms[0])


def test_a_street_with_maxspeed_30_is_walked_at_walking_speed():
    for name, speed_m_s in (("general", 1.2), ("older_adult", 1.0), ("oldest_old", 0.8), ("child", 1.1)):
        assert time_of(name, maxspeed_kmh=np.array([30.0])) == round(120 / speed_m_s * 1000)


def test_posted_speed_counts_for_cars_and_class_speed_where_nothing_is_posted():
    assert time_of("drive", maxspeed_kmh=np.array([30.0])) == round(120 / (30 / 3.6 * 0.8) * 1000)
    assert time_of("drive") == round(120 / (25 / 3.6) * 1000)
    assert time_of("drive", kinds=("unheard_of",)) == round(120 / (20 / 3.6) * 1000)


def test_steps_and_crossings_take_longer():
    steps = np.array([True])
    assert time_of("general", steps=steps) == 2 * time_of("general")
    network = network_of(STREET, [(0, 1)], kinds=("crossing",))
    patient = replace(PRESETS["general"], crossing_s=23.5)
    assert edge_times(network, patient).forward_ms.tolist() == [100_000 + 23_500]


def test_closed_direction_has_no_time():
    network = network_of(STREET, [(0, 1)], one_way=[0])
    times = edge_times(network, PRESETS["general"])
    assert (times.forward_ms.tolist(), times.backward_ms.tolist()) == ([100_000], [-1])


def test_walkers_have_one_speed():
    with pytest.raises(InputError) as caught:
        replace(PRESETS["general"], maxspeed_share=0.8)
    assert caught.value.problems[0].field == "profiles.general.maxspeed_share"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("speed_m_s", 0.0),
        ("speed_m_s", float("nan")),
        ("access_speed_m_s", -1.0),
        ("steps_factor", 0.5),
        ("crossing_s", -1.0),
        ("downhill_gain_cap", 0.9),
        ("access_first_m", 0.0),
        ("access_second_m", 200.0),
        ("mode", "fly"),
    ],
)
def test_value_that_cannot_be_used_is_named(field, value):
    with pytest.raises(InputError) as caught:
        replace(PRESETS["general"], **{field: value})
    (problem,) = caught.value.problems
    assert problem.field == f"profiles.general.{field}"
    assert problem.remedy


def test_all_values_that_cannot_be_used_are_named_at_once():
    with pytest.raises(InputError) as caught:
        Profile(name="x", mode="drive", speed_m_s=0, access_speed_m_s=0, source="", class_speed_m_s={"a": 0})
    assert len(caught.value.problems) == 3


def test_every_preset_says_where_its_figures_come_from():
    assert set(PRESETS) == {"general", "older_adult", "oldest_old", "child", "bicycle", "drive"}
    assert all(profile.source and profile.name == name for name, profile in PRESETS.items())


def bad_network():
    network = network_of(
        [(0, 0), (100, 0), (np.nan, 5)], [(0, 1), (1, 0), (0, 1)], lengths=[-1.0, np.nan, 3.0]
    )
    return replace(network, edge_to=np.array([1, 0, 9], dtype=np.int32))


def test_everything_wrong_with_a_network_is_reported_at_once():
    with pytest.raises(InputError) as caught:
        compile_graph(bad_network(), PRESETS["general"])
    codes = {problem.code for problem in caught.value.problems}
    assert codes == {
        "edge_length_missing",
        "edge_length_negative",
        "node_without_coordinates",
        "edge_without_node",
    }


def test_network_without_a_walkable_edge_is_refused():
    network = network_of(STREET, [(0, 1)])
    closed = Passage(np.zeros(1, dtype=bool), np.zeros(1, dtype=bool))
    for passages in ({"walk": closed}, {}):
        with pytest.raises(InputError, match="no edge that the mode walk may use"):
            compile_graph(replace(network, passages=passages), PRESETS["general"])
