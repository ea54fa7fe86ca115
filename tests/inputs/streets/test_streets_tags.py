"""Who may pass a way, in which direction, and how fast a car may go, tag by tag."""

import math
from collections.abc import Iterator, Mapping

import pytest

from coverplan.inputs.streets import osm_tags
from coverplan.inputs.streets.osm_tags import (
    barrier_stops,
    bicycle_directions,
    classify,
    drive_directions,
    speed_kmh,
    walk_directions,
)

BOTH, FORWARD, BACKWARD, CLOSED = (True, True), (True, False), (False, True), (False, False)


def tags(text: str) -> dict[str, str]:
    """Tags written as ``highway=path foot=no``."""
    return dict(pair.split("=", 1) for pair in text.split())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("highway=residential", BOTH),
        ("highway=residential oneway=yes", BOTH),
        ("highway=residential junction=roundabout", BOTH),
        ("highway=residential access=private", CLOSED),
        ("highway=residential access=private foot=yes", BOTH),
        ("highway=residential access=no", CLOSED),
        ("highway=residential access=destination", BOTH),
        ("highway=residential vehicle=no", BOTH),
        ("highway=residential foot=no", CLOSED),
        ("highway=primary foot=use_sidepath", CLOSED),
        ("highway=service service=driveway", BOTH),
        ("highway=service service=private", CLOSED),
        ("highway=motorway", CLOSED),
        ("highway=motorway access=yes", CLOSED),
        ("highway=trunk", CLOSED),
        ("highway=trunk foot=yes", BOTH),
        ("highway=trunk sidewalk=right", BOTH),
        ("highway=trunk sidewalk:left=yes", BOTH),
        ("highway=primary motorroad=yes", CLOSED),
        ("highway=cycleway", CLOSED),
        ("highway=cycleway foot=designated", BOTH),
        ("highway=cycleway segregated=yes", BOTH),
        ("highway=bridleway", CLOSED),
        ("highway=steps", BOTH),
        ("highway=steps conveying=forward", FORWARD),
        ("highway=steps conveying=backward", BACKWARD),
        ("highway=steps conveying=reversible", BOTH),
        ("highway=footway oneway=yes", BOTH),
        ("highway=footway oneway:foot=yes", FORWARD),
        ("highway=footway oneway:foot=-1", BACKWARD),
        ("highway=footway foot:backward=no", FORWARD),
        ("highway=pedestrian area=yes", BOTH),
        ("highway=corridor indoor=yes", BOTH),
        ("highway=platform", BOTH),
        ("highway=path sac_scale=hiking", BOTH),
        ("highway=path sac_scale=alpine_hiking", CLOSED),
        ("highway=construction", CLOSED),
        ("highway=proposed", CLOSED),
        ("highway=raceway", CLOSED),
        ("route=ferry foot=yes", CLOSED),
    ],
)
def test_who_may_walk(written, expected):
    assert walk_directions(tags(written)) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("highway=residential", BOTH),
        ("highway=residential oneway=yes", FORWARD),
        ("highway=residential oneway=-1", BACKWARD),
        ("highway=residential oneway=yes oneway:bicycle=no", BOTH),
        ("highway=residential oneway=yes cycleway=opposite_lane", BOTH),
        ("highway=residential oneway=yes cycleway:left=lane cycleway:left:oneway=-1", BOTH),
        ("highway=residential oneway:bicycle=yes", FORWARD),
        ("highway=primary junction=roundabout", FORWARD),
        ("highway=primary junction=roundabout oneway=no", BOTH),
        ("highway=cycleway", BOTH),
        ("highway=footway", CLOSED),
        ("highway=footway bicycle=yes", BOTH),
        ("highway=pedestrian bicycle=dismount", CLOSED),
        ("highway=steps", CLOSED),
        ("highway=trunk", CLOSED),
        ("highway=trunk cycleway:right=lane", BOTH),
        ("highway=residential bicycle=no", CLOSED),
        ("highway=residential vehicle=private bicycle=yes", BOTH),
        ("highway=pedestrian bicycle=yes area=yes", CLOSED),
    ],
)
def test_who_may_cycle(written, expected):
    assert bicycle_directions(tags(written)) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("highway=residential", BOTH),
        ("highway=residential oneway=true", FORWARD),
        ("highway=residential oneway=reverse", BACKWARD),
        ("highway=residential oneway=yes oneway:motor_vehicle=no", BOTH),
        ("highway=motorway", FORWARD),
        ("highway=motorway_link", BOTH),
        ("highway=secondary junction=circular", FORWARD),
        ("highway=residential motor_vehicle=no", CLOSED),
        ("highway=residential access=no motorcar=yes", BOTH),
        ("highway=service access=delivery", CLOSED),
        ("highway=service service=emergency_access", CLOSED),
        ("highway=track", CLOSED),
        ("highway=track tracktype=grade1", BOTH),
        ("highway=track motor_vehicle=yes", BOTH),
        ("highway=track access=yes", CLOSED),
        ("highway=footway", CLOSED),
        ("highway=pedestrian", CLOSED),
        ("highway=busway", CLOSED),
    ],
)
def test_who_may_drive(written, expected):
    assert drive_directions(tags(written)) == expected


@pytest.mark.parametrize(
    ("written", "stopped"),
    [
        ("barrier=gate", ""),
        ("barrier=gate access=private", "walk bicycle drive"),
        ("barrier=gate access=private foot=yes", "bicycle drive"),
        ("barrier=gate locked=yes", "walk bicycle drive"),
        ("barrier=gate locked=yes access=yes", ""),
        ("barrier=lift_gate", ""),
        ("barrier=bollard", "drive"),
        ("barrier=bollard motor_vehicle=yes", ""),
        ("barrier=block", "drive"),
        ("barrier=kissing_gate", "bicycle drive"),
        ("barrier=wall", "walk bicycle drive"),
        ("barrier=fence foot=yes bicycle=yes", "drive"),
        ("barrier=kerb", ""),
        ("highway=crossing access=no", ""),
    ],
)
def test_whom_a_barrier_stops(written, stopped):
    modes = ("walk", "bicycle", "drive")
    assert [mode for mode in modes if barrier_stops(tags(written), mode)] == stopped.split()


@pytest.mark.parametrize(
    ("written", "kmh"),
    [
        ("50", 50.0),
        (" 50 ", 50.0),
        ("50 km/h", 50.0),
        ("50kmh", 50.0),
        ("30 mph", 48.28032),
        ("30mph", 48.28032),
        ("50;30", 30.0),
        ("['50', '30']", 30.0),
        ("50|signals", 50.0),
        ("CN:urban", 50.0),
        ("CN:rural", 70.0),
        ("FI:urban", 50.0),
        ("DE:zone:30", 30.0),
        ("DE:zone30", 30.0),
        ("walk", 6.0),
        ("none", math.nan),
        ("signals", math.nan),
        ("FR:rural", math.nan),
        ("0", math.nan),
        ("-50", math.nan),
        ("5000", math.nan),
        ("fast", math.nan),
        ("", math.nan),
    ],
)
def test_speeds_in_words_and_units(written, kmh):
    assert speed_kmh(written) == pytest.approx(kmh, nan_ok=True)


@pytest.mark.parametrize(
    ("written", "kmh"),
    [
        ("maxspeed=60", 60.0),
        ("maxspeed:forward=60 maxspeed:backward=40", 40.0),
        ("maxspeed=none zone:maxspeed=DE:30", 30.0),
        ("source:maxspeed=CN:urban", 50.0),
        ("highway=primary", math.nan),
    ],
)
def test_speed_of_a_way(written, kmh):
    assert osm_tags.maxspeed_kmh(tags(written)) == pytest.approx(kmh, nan_ok=True)


def test_class_of_a_way():
    found = classify(tags("highway=steps bridge=yes tunnel=no name=x"), ("walk", "drive"))
    assert found is not None
    assert (found.kind, found.steps, found.bridge, found.tunnel) == ("steps", True, True, False)
    assert found.passages == {"walk": BOTH, "drive": CLOSED}
    assert classify(tags("highway=motorway"), ("walk",)) is None
    assert classify(tags("highway=footway abandoned=yes"), ("walk",)) is None


def test_trunk_roads_are_walked_only_when_asked():
    road = tags("highway=trunk")
    assert classify(road, ("walk",)) is None
    found = classify(road, ("walk",), trunks_on_foot=True)
    assert found is not None
    assert found.passages["walk"] == BOTH
    assert classify({**road, "motorroad": "yes"}, ("walk",), trunks_on_foot=True) is None
    assert classify({**road, "foot": "no"}, ("walk",), trunks_on_foot=True) is None


class _Recorder(Mapping[str, str]):
    """Tags that write down which keys were looked at."""

    def __init__(self, tags: dict[str, str]) -> None:
        self.tags = tags
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return self.tags[key]

    def __iter__(self) -> Iterator[str]:
        self.asked.update(self.tags)
        return iter(self.tags)

    def __len__(self) -> int:
        return len(self.tags)


@pytest.mark.parametrize(
    "written",
    [
        "highway=residential maxspeed=none oneway=yes",
        "highway=cycleway",
        "highway=trunk",
        "highway=track",
        "highway=steps",
        "highway=footway",
        "highway=motorway",
    ],
)
def test_the_keys_said_to_tell_something_are_those_looked_at(written):
    recorder = _Recorder(tags(written))
    classify(recorder, ("walk", "bicycle", "drive"))
    assert recorder.asked <= osm_tags.TELLING_KEYS
    assert len(recorder.asked) > 10
