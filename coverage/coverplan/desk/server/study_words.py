"""What the page says of the study: names, palettes, choices, and every word of its own in the reader's language."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj

from coverplan.desk.server.places import Places
from coverplan.desk.workbench.ground import Ground
from coverplan.desk.workbench.prices import Prices
from coverplan.ground.openness import may_be_shown
from coverplan.inputs.places.datum import in_china_box
from coverplan.plan.schema import Target
from coverplan.scenario.base import title_in
from coverplan.scenario.scenario_file import Standard
from coverplan.text.version import VERSION
from coverplan.text.words import LANGUAGES, Language, Words
from coverplan.vocabulary import LAYER_TYPES

#: What an opening may say of itself in the page.
OFFERED = ("beds", "nursing_beds", "places", "niches", "floor_area_m2", "cost")
#: Rules that a number alone does not say; one that asks for at least it goes without saying.
_ASKED = {">": "above", "approx": "about"}


def study_words(ground: Ground, places: Places, prices: Prices, language: Language) -> dict[str, Any]:
    """Everything that does not change while ideas are tried."""
    ready, words = ground.ready, Words(language)
    study, scenario = ready.study, ready.loaded.scenario
    costs = prices.costs
    currency = _usual_currency(ground, words) if costs is None else title_in(costs.currency, language)
    return {
        "version": VERSION,
        "language": language,
        "title": title_in(scenario.name, language),
        "study": title_in(study.file.name, language),
        "synthetic": study.file.synthetic,
        "year": scenario.year,
        # what the first idea is called before anybody names it, in whatever language that was
        "first_idea": [Words(one)("desk.first_idea") for one in LANGUAGES],
        "file": ready.loaded.scenario_document.path.name,
        "priced": costs is not None,
        "layers": [_layer(ground, layer, places, prices, words) for layer in ground.layers()],
        "standards": [
            {
                "key": standard.key,
                "name": words(
                    "map.short_standard",
                    layer=_layer_name(ground, standard.layer, words),
                    profile=words.name_of("profile", standard.profile),
                    minutes=f"{standard.minutes:g}",
                ),
                "layer": standard.layer,
                "types": None if standard.types is None else list(standard.types),
                "groups": [{"key": g, "name": words.name_of("group", g)} for g in standard.groups],
                "minutes": standard.minutes,
                "profile": standard.profile,
                "count": standard.count,
                "supply": _supply(standard, words),
                "most_minutes": _most_minutes(ground, standard.profile),
            }
            for standard in scenario.standards
        ],
        "profiles": [
            {"key": name, "name": words.name_of("profile", name), "mode": profile.mode}
            for name, profile in ready.profiles.items()
        ],
        "units": [
            {"code": code, "name": str(row["name"]), "type": words.name_of("map.unit_type", str(row["type"]))}
            for code, row in study.units.table.iterrows()
        ],
        "targets": _targets(ground, words),
        "verdicts": {v: words(f"report.verdict.{v}") for v in _VERDICTS},
        "offered": [_offered(name, words, currency) for name in OFFERED],
        "words": _own_words(words, currency),
    }


def _usual_currency(ground: Ground, words: Words) -> str:
    """What money is counted in where no cost file says so: the unit of ledgers in China, elsewhere nobody knows."""
    demand, crs = ground.ready.study.demand, ground.ready.study.area.crs
    degrees = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    here = in_china_box(*degrees.transform(float(demand.x.mean()), float(demand.y.mean())))
    return words("desk.currency" if bool(np.all(here)) else "desk.currency_unsaid")


def _offered(name: str, words: Words, currency: str) -> dict[str, str]:
    """An amount that may be said of a facility: what its field is called, and how it is said with its unit."""
    said = words.unfilled(f"desk.offered.{name}").replace("{currency}", currency)
    return {"key": name, "name": words(f"desk.offer.{name}", currency=currency), "said": said}


def _supply(standard: Standard, words: Words) -> dict[str, str] | None:
    """What the capacity is called and who wants it, None where the standard does not ask."""
    ask = standard.supply
    if ask is None:
        return None
    group = ask.group or standard.groups[0]
    return {
        "field": ask.field,
        "capacity": words.name_of("report.field", ask.field),
        "group": words.name_of("group", group),
    }


_VERDICTS = ("met", "not_met", "on_track", "behind", "cannot_be_judged", "report_only")


def _layer(ground: Ground, layer: str, places: Places, prices: Prices, words: Words) -> dict[str, Any]:
    table = ground.ready.study.facilities.table
    own = [str(kind) for kind in table.loc[table["layer"] == layer, "type"] if isinstance(kind, str)]
    name = _layer_name(ground, layer, words)
    types = dict.fromkeys((*LAYER_TYPES.get(layer, ()), *sorted(set(own))))
    return {
        "key": layer,
        "name": name,
        "by_unit": layer in places.by_unit,
        "types": [
            {
                "key": kind,
                # a study's own layer may have one type that is called like it
                "name": name if kind == layer else words.name_of("type", kind),
                "count": own.count(kind),
                "cost": prices.of_opening(layer, kind),
            }
            for kind in types
            if may_be_shown(kind)
        ],
    }


def _layer_name(ground: Ground, layer: str, words: Words) -> str:
    """Title that the study gives a layer of its own, else the word of the vocabulary."""
    sources = ground.ready.study.file.facilities
    own = next((one.title for one in sources if one.layer == layer and one.title is not None), None)
    return words.name_of("layer", layer) if own is None else title_in(own, words.language)


def _targets(ground: Ground, words: Words) -> list[dict[str, Any]]:
    plan = ground.ready.plan
    return [] if plan is None else [target_words(target, words) for target in plan.targets]


def target_words(target: Target, words: Words) -> dict[str, Any]:
    """One target of the plan in the reader's language; ``asked`` is what it asks for, with its unit, as the report writes it.

    None is asked for where the document names no number.
    """
    goal, rule = target.goal, target.rule
    measure = words.name_of("report.measure", target.measure)
    told = [f"{value:,f}" for value in (goal.value, goal.high) if value is not None]
    asked = None
    if goal.value is not None:
        figure = "–".join(told) + ("" if measure == "%" and words.language == "zh" else " ") + measure
        plain = goal.high is not None or rule not in _ASKED
        asked = figure if plain else words(f"report.rule.{_ASKED[rule]}", value=figure)
    elif rule == "maintain":
        asked = words("report.rule.maintain")
    return {
        "id": target.id,
        "name": target.names.zh if words.language == "zh" else target.names.en,
        "measure": measure,
        "rule": rule,
        "goal": None if goal.value is None else str(goal.value),
        "asked": asked,
        "year": goal.year,
    }


def _most_minutes(ground: Ground, profile: str) -> float:
    """Longest time for which the streets that were read suffice."""
    from coverplan.answer.prepared import needs

    ready = ground.ready
    _, buffer_m = needs(ready.loaded.scenario, ready.profiles)
    return float(min(240, int(buffer_m / ready.profiles[profile].speed_m_s / 60)))


def _own_words(words: Words, currency: str) -> dict[str, str]:
    """Sentences of the page, with places that the page fills in."""
    start = "desk.page."
    return {
        key.removeprefix(start): words.unfilled(key).replace("{currency}", currency)
        for key in sorted(words.keys())
        if key.startswith(start)
    }
