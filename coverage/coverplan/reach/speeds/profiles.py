"""Profiles: how fast a kind of person or vehicle moves, what slows it down, and how far it may be from a street."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from coverplan.errors import Problem, Problems
from coverplan.ground.network import MODES, Mode
from coverplan.units import KMH_PER_M_S

SlopeResponse = Literal["none", "tobler"]
DOOR_WALK_M_S = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One way of travelling.

    Parameters
    ----------
    name
        Short name, as a scenario file writes it.
    mode
        Which passages of the network may be used.
    speed_m_s
        Speed on a flat street, metres a second.
    access_speed_m_s
        Speed on the leg between a door and the street, metres a second (R3).
    source
        Where the figures come from.
    steps_factor
        Time on steps as a multiple of the time on a street of that length, 1 or more.
    crossing_s
        Seconds added to every edge of class ``crossing``.
    slope_response
        ``tobler`` slows down by Tobler's function relative to the flat, ``none`` knows no slope.
    downhill_gain_cap
        Largest factor by which a gentle descent may speed one up; 1 for people who do not hurry downhill.
    access_first_m
        Longest leg between a door and the street, metres.
    access_second_m
        Longest leg of the second stage, for doors that find nothing within the first; None for no second stage.
    class_speed_m_s
        Speed by street class for vehicles; a class that is absent is driven at `speed_m_s`.
    maxspeed_share
        Share of a posted speed that a vehicle keeps up in practice; None where posted speeds play no part (R4).

    Raises
    ------
    InputError
        With every value that cannot be used.
    """

    name: str
    mode: Mode
    speed_m_s: float
    access_speed_m_s: float
    source: str
    steps_factor: float = 1.0
    crossing_s: float = 0.0
    slope_response: SlopeResponse = "none"
    downhill_gain_cap: float = 1.0
    access_first_m: float = 300.0
    access_second_m: float | None = None
    class_speed_m_s: Mapping[str, float] = field(default_factory=dict)
    maxspeed_share: float | None = None

    def __post_init__(self) -> None:
        problems = Problems()
        if self.mode not in MODES:
            problems.add(_bad(self.name, "mode", self.mode, "one of " + ", ".join(MODES)))
        for name, value in self._above_zero().items():
            if not (math.isfinite(value) and value > 0):
                problems.add(_bad(self.name, name, value, "a finite number above zero"))
        for name, value, least in (
            ("steps_factor", self.steps_factor, 1.0),
            ("crossing_s", self.crossing_s, 0.0),
            ("downhill_gain_cap", self.downhill_gain_cap, 1.0),
            ("access_second_m", self.largest_access_m, self.access_first_m),
        ):
            if not (math.isfinite(value) and value >= least):
                problems.add(_bad(self.name, name, value, f"a finite number of at least {least:g}"))
        if self.mode == "walk" and (self.maxspeed_share is not None or self.class_speed_m_s):
            problems.add(
                _bad(self.name, "maxspeed_share", self.maxspeed_share, "nothing: walkers have one speed")
            )
        problems.raise_if_errors()

    @property
    def largest_access_m(self) -> float:
        """Longest leg of any stage, metres."""
        return self.access_first_m if self.access_second_m is None else self.access_second_m

    def _above_zero(self) -> dict[str, float]:
        values = {
            "speed_m_s": self.speed_m_s,
            "access_speed_m_s": self.access_speed_m_s,
            "access_first_m": self.access_first_m,
        }
        values.update({f"class_speed_m_s.{kind}": speed for kind, speed in self.class_speed_m_s.items()})
        if self.maxspeed_share is not None:
            values["maxspeed_share"] = self.maxspeed_share
        return values


def _bad(profile: str, name: str, value: object, expected: str) -> Problem:
    return Problem(
        what=f"profile {profile} cannot be used",
        field=f"profiles.{profile}.{name}",
        value=value,
        expected=expected,
        remedy=f"correct {name} or use a preset ({', '.join(PRESETS)})",
        code="profile_value",
        details={"profile": profile, "field": f"{name}"},
    )


def _walker(
    name: str, speed_m_s: float, steps_factor: float, downhill_gain_cap: float, source: str
) -> Profile:
    return Profile(
        name=name,
        mode="walk",
        speed_m_s=speed_m_s,
        access_speed_m_s=speed_m_s,
        steps_factor=steps_factor,
        slope_response="tobler",
        downhill_gain_cap=downhill_gain_cap,
        source=source,
    )


#: Factor by which Tobler's walker is faster at his best descent (5 %) than on the flat: exp(0.175).
TOBLER_BEST_GAIN = math.exp(0.175)

_DRIVE_KMH = {
    "motorway": 90.0,
    "motorway_link": 50.0,
    "trunk": 60.0,
    "trunk_link": 40.0,
    "primary": 45.0,
    "primary_link": 35.0,
    "secondary": 40.0,
    "secondary_link": 30.0,
    "tertiary": 35.0,
    "tertiary_link": 30.0,
    "unclassified": 30.0,
    "residential": 25.0,
    "living_street": 15.0,
    "service": 15.0,
    "track": 15.0,
}

_STEPS = "; time on steps is an assumption of this project"

#: Profiles that every scenario may name.
PRESETS: Mapping[str, Profile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            _walker(
                "general", 1.2, 2.0, TOBLER_BEST_GAIN, "1.24 m/s at 60+ (PMC7869711), rounded down" + _STEPS
            ),
            _walker(
                "older_adult",
                1.0,
                2.5,
                1.0,
                "below 1.19 m/s at 70-79 (PMC5536437), for everyday pace" + _STEPS,
            ),
            _walker(
                "oldest_old", 0.8, 3.0, 1.0, "below 0.94 m/s at 80+ (PMC5536437), for everyday pace" + _STEPS
            ),
            _walker(
                "child", 1.1, 2.0, 1.0, "lower end of 1.1-1.3 m/s, an assumption of this project" + _STEPS
            ),
            Profile(
                name="bicycle",
                mode="bicycle",
                speed_m_s=4.2,
                access_speed_m_s=DOOR_WALK_M_S,
                steps_factor=7.0,
                source="15 km/h, pushed up steps at 0.6 m/s: assumptions of this project",
            ),
            Profile(
                name="drive",
                mode="drive",
                speed_m_s=20.0 / KMH_PER_M_S,
                access_speed_m_s=DOOR_WALK_M_S,
                class_speed_m_s=MappingProxyType(
                    {kind: kmh / KMH_PER_M_S for kind, kmh in _DRIVE_KMH.items()}
                ),
                maxspeed_share=0.8,
                access_second_m=1_600.0,
                source="speeds by street class and 0.8 of a posted speed: assumptions of this project",
            ),
        )
    }
)
