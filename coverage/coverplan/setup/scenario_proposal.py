"""A commented ``scenario.yaml`` beside a proposed study file: one standard for each layer whose ledger has places."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from coverplan.setup.found import Found
from coverplan.text.words import Words
from coverplan.yamlfile import FORMAT

#: Whom a layer serves on foot and at whose pace; the others are not asked in walking minutes.
_SERVED = {
    "elder_care": ("age_60_plus", "older_adult"),
    "social_work": ("total", "general"),
    "child_protection": ("age_0_17", "child"),
    "civic": ("total", "general"),
}
_PLACED = {"x", "y", "xy"}
_MINUTES = 15


def scenario_proposal(name: str, study: str, found: Sequence[Found], words: Words) -> str:
    """Text of the scenario file.

    Parameters
    ----------
    name
        Title of the scenario.
    study
        File name of the study, which stands beside it.
    found
        Files of the folder with their roles.
    words
        Of the reader's language, in which comments are written and results will be.
    """
    streets = any(one.role == "streets" for one in found)
    peopled = {
        group for one in found if one.role in {"population", "official", "units"} for group in one.groups
    }
    layers = sorted(
        {
            one.layer
            for one in found
            if one.role == "facilities" and one.layer and (one.places or _PLACED & set(one.columns))
        }
    )
    return proposed_scenario(name, study, layers=layers, groups=peopled, streets=streets, words=words)


def proposed_scenario(
    name: object,
    study: str,
    *,
    layers: Sequence[str],
    groups: Collection[str],
    streets: bool,
    words: Words,
) -> str:
    """Text of a scenario file that asks the usual standard of each layer.

    Parameters
    ----------
    name
        Title, or titles by language.
    study
        Path of the study file from the scenario.
    layers
        Layers whose facilities have places.
    groups
        Groups of people that the study knows beside ``total``.
    streets
        There are streets to walk on.
    words
        Of the reader's language.
    """
    lines = [
        f"# {words('setup.scenario')}",
        f"format: {FORMAT}",
        f"name: {json.dumps(name, ensure_ascii=False)}",
        f"study: {study}",
        f"language: {words.language}",
        f"# plan: plan.yaml  # {words('setup.plan')}",
    ]
    asked = [layer for layer in layers if layer in _SERVED]
    lines.append("standards:" if asked else f"standards:  # ? {words('setup.no_standard')}")
    if asked and not streets:
        lines.append(f"# {words('setup.no_streets')}")
    for layer in asked:
        group, profile = _SERVED[layer]
        known = group == "total" or group in groups
        lines.append(f"- layer: {layer}")
        told = f"  # {words('setup.group_missing', group=group)}"
        lines.append(f"  groups: [{group if known else 'total'}]{'' if known else told}")
        if not streets:
            lines.append("  method: euclidean")
        lines += [f"  profile: {profile}", f"  minutes: {_MINUTES}"]
    lines += [
        f"# {words('setup.not_walked', layer=words.name_of('layer', layer))}"
        for layer in layers
        if layer not in _SERVED
    ]
    return "\n".join(lines) + "\n"
