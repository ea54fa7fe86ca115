"""What OpenStreetMap tags say about a way: who may pass, in which direction, how fast a car may go.

The rules are those of the open pedestrian, bicycle and car routers where they agree, and the documented
meaning of the tags where they do not; docs/streets.md gives every choice with its reason. Everything here
is plain dictionaries of strings in, plain values out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from coverplan.ground.network import Mode

Tags = Mapping[str, str]
Directions = tuple[bool, bool]

CLOSED: Directions = (False, False)
BOTH: Directions = (True, True)

_ROADS = frozenset(
    f"{kind}{link}" for kind in ("primary", "secondary", "tertiary") for link in ("", "_link")
) | {"unclassified", "residential", "living_street", "service", "road"}
_FAST_ROADS = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})
_FOOTWAYS = frozenset({"footway", "pedestrian", "path", "steps", "platform", "corridor", "elevator"})

_WALK_KINDS = _ROADS | _FOOTWAYS | {"track"}
_WALK_IF_SAID = _FAST_ROADS | {"cycleway", "bridleway", "busway", "bus_guideway", "via_ferrata"}
_BICYCLE_KINDS = _ROADS | {"track", "path", "cycleway"}
_BICYCLE_IF_SAID = _FAST_ROADS | _FOOTWAYS | {"bridleway", "busway"}
_DRIVE_KINDS = _ROADS | _FAST_ROADS
_DRIVE_IF_SAID = frozenset({"track", "pedestrian", "path", "footway", "cycleway", "busway"})

_NO_STREETS = frozenset(
    {
        "construction", "proposed", "planned", "abandoned", "razed", "raceway", "escape",
        "rest_area", "services", "no",
    }
)  # fmt: skip
KNOWN_KINDS = _WALK_KINDS | _WALK_IF_SAID | _BICYCLE_KINDS | _DRIVE_KINDS | _NO_STREETS
"""Values of ``highway`` that the rules know."""

_ACCESS_KEYS: Mapping[Mode, tuple[str, ...]] = {
    "walk": ("foot", "access"),
    "bicycle": ("bicycle", "vehicle", "access"),
    "drive": ("motorcar", "motor_vehicle", "vehicle", "access"),
}
_ALLOWED = frozenset(
    {"yes", "designated", "permissive", "official", "public", "destination", "customers", "allowed"}
)
_DENIED = frozenset(
    {
        "no", "private", "restricted", "military", "emergency", "permit", "residents", "employees",
        "delivery", "agricultural", "forestry", "use_sidepath", "dismount", "bus", "psv",
    }
)  # fmt: skip
#: Values that let in those who live or have business behind, and nobody else.
_PRIVATE = frozenset({"private", "residents", "permit"})
_INSIDER = "insider"
ACCESS_WORDS = _ALLOWED | _DENIED
"""Values of access tags that the rules know."""
_NOT_THERE = ("abandoned", "disused", "razed", "demolished", "proposed", "impassable")
_HARD_TRAILS = frozenset(
    {
        "mountain_hiking", "demanding_mountain_hiking", "alpine_hiking",
        "demanding_alpine_hiking", "difficult_alpine_hiking",
    }
)  # fmt: skip
_FORWARD_ONLY = frozenset({"yes", "true", "1"})
_BACKWARD_ONLY = frozenset({"-1", "reverse"})
_ROUND = frozenset({"roundabout", "circular"})

_SOLID = frozenset(
    {
        "wall", "city_wall", "retaining_wall", "fence", "hedge", "ditch", "guard_rail", "jersey_barrier",
        "handrail", "cable_barrier",
    }
)  # fmt: skip
_GATES = frozenset(
    {
        "gate", "lift_gate", "swing_gate", "sliding_gate", "sliding_beam", "hampshire_gate", "door",
        "wicket_gate", "full-height_turnstile", "border_control", "toll_booth",
    }
)  # fmt: skip
_STOPS_WHEELS = frozenset({"stile", "kissing_gate", "turnstile", "full-height_turnstile", "horse_stile"})
_STOPS_CARS = _STOPS_WHEELS | {
    "bollard", "block", "cycle_barrier", "motorcycle_barrier", "chain", "log", "debris", "planter", "rope",
    "bus_trap", "sump_buster", "wicket_gate", "bar",
}  # fmt: skip

_SPEED = re.compile(r"^(\d+(?:\.\d+)?)\s*(km/?h|kph|mph)?$")
_KMH_PER_MILE_AN_HOUR = 1.609344
_SPEED_BY_CODE = {
    "walk": 6.0,
    "cn:urban": 50.0,
    "cn:rural": 70.0,
    "cn:motorway": 120.0,
    "urban": 50.0,
    "living_street": 20.0,
}
_FASTEST_KMH = 160.0


_SIDES = ("", ":both", ":left", ":right")
ACCESS_TAGS = frozenset(key for keys in _ACCESS_KEYS.values() for key in keys)
"""Keys of access."""
TELLING_KEYS = frozenset(
    {
        "highway", "railway", "public_transport", "man_made", "footway", "path", "service", "area", "sac_scale", "tracktype", "motorroad", "segregated", "junction",
        "conveying", "bridge", "tunnel", "foot:forward", "foot:backward", "bicycle:backward",
        "maxspeed", "maxspeed:forward", "maxspeed:backward", "maxspeed:type", "source:maxspeed", "zone:maxspeed",
        "oneway", "oneway:foot", "oneway:bicycle", "oneway:vehicle", "oneway:motor_vehicle", "oneway:motorcar",
        *_NOT_THERE,
        *ACCESS_TAGS,
        *(f"sidewalk{side}" for side in _SIDES),
        *(f"cycleway{side}{oneway}" for side in _SIDES for oneway in ("", ":oneway")),
    }
)  # fmt: skip
"""Keys that `classify` looks at."""


@dataclass(frozen=True, slots=True)
class WayClass:
    """All that the tags of a way say to a network, its name apart.

    Parameters
    ----------
    kind
        Value of ``highway``.
    steps, bridge, tunnel
        What is special about the way.
    maxspeed_kmh
        Posted speed in km/h, NaN where unknown.
    passages
        By mode: may be used in the way's own direction, and against it.
    private
        Modes to which it is open only where their way begins or ends behind it.
    """

    kind: str
    steps: bool
    bridge: bool
    tunnel: bool
    maxspeed_kmh: float
    passages: Mapping[Mode, Directions]
    private: frozenset[Mode] = frozenset()


def classify(tags: Tags, modes: Iterable[Mode], *, trunks_on_foot: bool = False) -> WayClass | None:
    """Class of a way, or None if none of the modes may use it.

    Parameters
    ----------
    tags
        Tags of a way.
    modes
        Modes asked for.
    trunks_on_foot
        Walk along ``highway=trunk`` even where no tag speaks of walkers (national roads through villages).
    """
    kind = tags.get("highway") or off_highway(tags)
    if not kind or any(tags.get(key) == "yes" for key in _NOT_THERE):
        return None
    if "highway" not in tags:
        tags = {**tags, "highway": "platform"}
    if trunks_on_foot and kind.startswith("trunk") and tags.get("motorroad") != "yes":
        tags = {"foot": "yes", **tags}
    passages = {mode: _PASSAGE[mode](tags) for mode in modes}
    insiders = {
        mode: _PASSAGE[mode](_for_insiders(tags, mode)) for mode in passages if passages[mode] == CLOSED
    }
    private = frozenset(mode for mode, directions in insiders.items() if directions != CLOSED)
    passages |= {mode: insiders[mode] for mode in private}
    if not any(any(directions) for directions in passages.values()):
        return None
    return WayClass(
        kind="crossing" if _is_crossing(tags) else kind,
        steps=kind == "steps",
        bridge=tags.get("bridge", "no") != "no",
        tunnel=tags.get("tunnel", "no") not in {"no", "building_passage"},
        maxspeed_kmh=maxspeed_kmh(tags),
        passages=passages,
        private=private,
    )


def off_highway(tags: Tags) -> str:
    """``platform`` or ``pier`` for what is walked without being a highway, else an empty string."""
    if tags.get("railway") == "platform" or tags.get("public_transport") == "platform":
        return "platform"
    return "pier" if tags.get("man_made") == "pier" else ""


def _is_crossing(tags: Tags) -> bool:
    return any(tags.get(key) == "crossing" for key in ("footway", "path", "cycleway", "highway"))


def _for_insiders(tags: Tags, mode: Mode) -> Tags:
    """Tags as those read them who live behind: what is private to others is open to them, and invites nobody."""
    return {
        key: _INSIDER if key in _ACCESS_KEYS[mode] and value in _PRIVATE else value
        for key, value in tags.items()
        if not (key == "service" and value == "private")
    }


def walk_directions(tags: Tags) -> Directions:
    """Directions in which one may walk; a plain ``oneway`` binds wheels, not feet."""
    kind = tags.get("highway", "")
    if (
        _access(tags, "walk") is False
        or tags.get("service") == "private"
        or tags.get("sac_scale") in _HARD_TRAILS
    ):
        return CLOSED
    if kind in _WALK_IF_SAID or tags.get("motorroad") == "yes":
        if not _invited(tags, "walk") and not _has_footpath_beside(tags):
            return CLOSED
    elif kind not in _WALK_KINDS:
        return CLOSED
    return _walk_one_way(tags)


def bicycle_directions(tags: Tags) -> Directions:
    """Directions in which one may cycle, contraflow lanes included."""
    kind = tags.get("highway", "")
    if _access(tags, "bicycle") is False or tags.get("service") == "private" or tags.get("area") == "yes":
        return CLOSED
    if kind in _BICYCLE_IF_SAID or tags.get("motorroad") == "yes":
        if not _invited(tags, "bicycle") and not _has_cycle_lane(tags):
            return CLOSED
    elif kind not in _BICYCLE_KINDS:
        return CLOSED
    forward, backward = _one_way(tags, ("oneway:bicycle", "oneway:vehicle"))
    if forward and not backward and _has_contraflow(tags):
        return BOTH
    return forward, backward


def drive_directions(tags: Tags) -> Directions:
    """Directions in which one may drive a private car."""
    kind = tags.get("highway", "")
    if _access(tags, "drive") is False or tags.get("area") == "yes":
        return CLOSED
    if tags.get("service") in {"private", "emergency_access"}:
        return CLOSED
    if kind in _DRIVE_IF_SAID:
        firm_track = kind == "track" and tags.get("tracktype") in {"grade1", "grade2"}
        if not firm_track and not _invited(tags, "drive"):
            return CLOSED
    elif kind not in _DRIVE_KINDS:
        return CLOSED
    return _one_way(tags, ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle"))


_PASSAGE: Mapping[Mode, Callable[[Tags], Directions]] = {
    "walk": walk_directions,
    "bicycle": bicycle_directions,
    "drive": drive_directions,
}


def barrier_stops(tags: Tags, mode: Mode) -> bool:
    """Whether the barrier on a node stops a mode.

    Walls and fences stop everyone unless a tag lets the mode through; gates stop nobody unless they are
    locked or their access is denied; bollards and the like stop cars, stiles and turnstiles also bicycles.
    """
    barrier = tags.get("barrier", "no")
    said = _access(tags, mode)
    if barrier == "no" or said is not None:
        return barrier != "no" and said is False
    if barrier in _SOLID:
        return True
    if barrier in _GATES and tags.get("locked") == "yes":
        return True
    if mode == "drive":
        return barrier in _STOPS_CARS
    return mode == "bicycle" and barrier in _STOPS_WHEELS


def barrier_is_private(tags: Tags, mode: Mode) -> bool:
    """Whether a barrier that stops a mode lets those through who live or have business behind it."""
    return barrier_stops(tags, mode) and not barrier_stops(_for_insiders(tags, mode), mode)


def maxspeed_kmh(tags: Tags) -> float:
    """Posted speed in km/h, the lowest where several are given; NaN where unknown or not a number of km/h."""
    found = [
        speed
        for key in ("maxspeed", "maxspeed:forward", "maxspeed:backward")
        if key in tags and not math.isnan(speed := speed_kmh(tags[key]))
    ]
    if found:
        return min(found)
    for key in ("maxspeed:type", "source:maxspeed", "zone:maxspeed"):
        if key in tags and not math.isnan(speed := speed_kmh(tags[key])):
            return speed
    return math.nan


def speed_kmh(text: str) -> float:
    """Speed in km/h of one value of ``maxspeed`` (``50``, ``30 mph``, ``CN:urban``, ``['50', '30']``).

    Lists give their lowest speed. ``none``, ``signals``, unknown words, zero and figures above 160 km/h give
    NaN: a limit that nobody can read is an unknown limit.
    """
    parts = [part.strip().strip("'\"").lower() for part in re.split(r"[;,|\[\]]", text)]
    speeds = [_one_speed(part) for part in parts if part]
    return min((speed for speed in speeds if not math.isnan(speed)), default=math.nan)


def _one_speed(text: str) -> float:
    matched = _SPEED.match(text)
    if matched:
        speed = float(matched[1]) * (_KMH_PER_MILE_AN_HOUR if matched[2] == "mph" else 1.0)
        return speed if 0 < speed <= _FASTEST_KMH else math.nan
    if text in _SPEED_BY_CODE:
        return _SPEED_BY_CODE[text]
    code = text.rpartition(":")[2]
    zone = re.fullmatch(r"(?:zone)?(\d+)", code)
    if zone:
        return _one_speed(zone[1])
    return _SPEED_BY_CODE.get(code, math.nan)


def _access(tags: Tags, mode: Mode) -> bool | None:
    """What the most specific access tag with a known value says; None if none speaks."""
    for key in _ACCESS_KEYS[mode]:
        value = tags.get(key, "")
        if value in _DENIED:
            return False
        if value in _ALLOWED or value == _INSIDER:
            return True
    return None


def _invited(tags: Tags, mode: Mode) -> bool:
    """Whether a tag names the mode itself and lets it in; a general ``access=yes`` invites nobody."""
    return any(tags.get(key) in _ALLOWED for key in _ACCESS_KEYS[mode] if key != "access")


def _has_footpath_beside(tags: Tags) -> bool:
    if tags.get("highway") == "cycleway" and tags.get("segregated") in {"yes", "no"}:
        return True
    sides = (tags.get(f"sidewalk{side}", "no") for side in _SIDES)
    return any(side in {"both", "left", "right", "yes"} for side in sides)


def _has_cycle_lane(tags: Tags) -> bool:
    sides = (tags.get(f"cycleway{side}", "no") for side in _SIDES)
    return any(side in {"lane", "track", "shared_lane", "opposite_lane", "opposite_track"} for side in sides)


def _has_contraflow(tags: Tags) -> bool:
    if tags.get("oneway:bicycle") == "no" or tags.get("bicycle:backward") in _ALLOWED:
        return True
    sides = [f"cycleway{side}" for side in _SIDES]
    return any(
        tags.get(side, "").startswith("opposite") or tags.get(f"{side}:oneway") in {"no", "-1"}
        for side in sides
    )


def _walk_one_way(tags: Tags) -> Directions:
    said = tags.get("oneway:foot", "")
    if not said and tags.get("highway") in {"steps", "footway", "corridor"}:
        said = {"forward": "yes", "backward": "-1"}.get(tags.get("conveying", ""), "")
    forward, backward = _directions(said)
    forward = forward and tags.get("foot:forward") != "no"
    return forward, backward and tags.get("foot:backward") != "no"


def _one_way(tags: Tags, keys: tuple[str, ...]) -> Directions:
    """Directions for wheels: the mode's own oneway tag, the general one, then what the class implies."""
    for key in (*keys, "oneway"):
        if key in tags:
            return _directions(tags[key])
    implied = tags.get("junction") in _ROUND or tags.get("highway") == "motorway"
    return (True, False) if implied else BOTH


def _directions(oneway: str) -> Directions:
    if oneway in _FORWARD_ONLY:
        return True, False
    return (False, True) if oneway in _BACKWARD_ONLY else BOTH
