"""Profiles that a scenario may name: the presets and its own, with its snapping limits."""

from __future__ import annotations

from dataclasses import replace

from coverplan.reach.speeds.profiles import PRESETS, Profile
from coverplan.scenario.scenario_file import ProfileEntry, ScenarioFile, Snapping

#: What an entry may say of a profile beside its name, source and speeds.
_OWN_FIELDS = (
    "steps_factor",
    "crossing_s",
    "slope_response",
    "downhill_gain_cap",
    "access_first_m",
    "access_second_m",
)


def scenario_profiles(scenario: ScenarioFile) -> dict[str, Profile]:
    """Every profile that a standard may name: presets and the scenario's own, with its snapping limits."""
    presets = {name: _snapped(profile, scenario.snapping) for name, profile in PRESETS.items()}
    own = {entry.name: _own_profile(entry, presets[entry.based_on]) for entry in scenario.profiles}
    return {**presets, **own}


def _own_profile(entry: ProfileEntry, base: Profile) -> Profile:
    """A preset changed by what the entry says; what is left out stays."""
    speed = entry.speed_m_s if entry.speed_m_s is not None else base.speed_m_s
    door = entry.access_speed_m_s
    if door is None:
        door = speed if base.mode == "walk" else base.access_speed_m_s
    return replace(
        base,
        name=entry.name,
        source=entry.source,
        speed_m_s=speed,
        access_speed_m_s=door,
        **{name: value for name in _OWN_FIELDS if (value := getattr(entry, name)) is not None},
    )


def _snapped(profile: Profile, snapping: Snapping) -> Profile:
    if profile.mode != "walk":
        return profile
    return replace(profile, access_first_m=snapping.first_m, access_second_m=snapping.second_m)
