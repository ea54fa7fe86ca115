"""Doors from the cache: everything that they depend on is in their key, each part alone."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import shapely

from coverplan.answer import doors
from coverplan.ground.network import Passage
from coverplan.reach.speeds.profiles import PRESETS
from towns import toytown


@pytest.fixture
def key_of(monkeypatch):
    """Key under which the doors of a study and a profile are kept."""
    keys = []
    monkeypatch.setattr(doors, "cached_snaps", lambda _, key, __: keys.append(key))

    def key(profile=PRESETS["general"], **changes):
        study = {"network": toytown.network(), "demand": toytown.demand(), "barriers": None, **changes}
        doors.doors_kept(SimpleNamespace(**study))(profile, lambda: None)
        return keys[-1]

    return key


def test_the_same_study_has_the_same_key(key_of):
    assert key_of() == key_of()


def test_barriers_modes_limits_streets_and_people_are_in_the_key(key_of):
    network, demand = toytown.network(), toytown.demand()
    closed = Passage(np.zeros(40, dtype=bool), np.ones(40, dtype=bool))
    both = replace(network, passages={**network.passages, "drive": network.passages["walk"]})
    wall = shapely.LineString([(500_000, 3_500_000), (500_100, 3_500_100)])
    general = PRESETS["general"]
    variants = [
        key_of(),
        key_of(barriers=np.array([wall], dtype=object)),
        key_of(barriers=np.array([shapely.reverse(wall)], dtype=object)),
        key_of(network=replace(network, passages={"walk": closed})),
        key_of(next(p for p in PRESETS.values() if p.mode == "drive"), network=both),
        key_of(replace(general, access_first_m=general.access_first_m + 1)),
        key_of(
            replace(
                general, access_second_m=general.access_second_m + 1 if general.access_second_m else 999.0
            )
        ),
        key_of(network=replace(network, bridge=~network.bridge)),
        key_of(network=replace(network, tunnel=~network.tunnel)),
        key_of(network=replace(network, length_m=network.length_m + 0.001)),
        key_of(network=replace(network, shape_x=network.shape_x + 0.001)),
        key_of(network=replace(network, kind=network.kind + np.int16(1))),
        key_of(demand=replace(demand, x=demand.x + 0.001)),
        key_of(demand=replace(demand, y=demand.y + 0.001)),
    ]
    assert len(set(variants)) == len(variants)


def test_how_fast_somebody_walks_does_not_move_a_door(key_of):
    general = PRESETS["general"]
    assert key_of(replace(general, speed_m_s=0.5)) == key_of(general)
