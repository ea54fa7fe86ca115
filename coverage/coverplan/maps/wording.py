"""Sentences that every map carries: what was measured, of whom, from which sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from coverplan.results.cautions import alarms
from coverplan.results.crs_words import crs_words
from coverplan.results.result import Result
from coverplan.results.tense import tense_of
from coverplan.results.titles import layer_title
from coverplan.results.wording import method_words, speed_words
from coverplan.text.words import Words


def text_of(title: Any, words: Words) -> str:
    """A title in the reader's language, else in the other one."""
    if not isinstance(title, Mapping):
        return str(title)
    other = "en" if words.language == "zh" else "zh"
    return str(title.get(words.language) or title.get(other) or "")


def title(result: Result, words: Words) -> str:
    """Title of the scenario."""
    return text_of(result.summary["scenario"]["name"], words)


def place(result: Result, words: Words) -> str:
    """Name of the study area."""
    return text_of(result.summary["study"]["name"], words)


def own_title(result: Result, words: Words) -> str:
    """Title of the scenario without the area's name at its beginning."""
    return title(result, words).removeprefix(place(result, words)).lstrip(":： ")


def full_title(result: Result, words: Words) -> str:
    """Study area and title of the scenario; the title alone where it begins with the area's name."""
    area, name = place(result, words), title(result, words)
    return name if name.startswith(area) else f"{area} {name}"


def dated(result: Result, name: str, words: Words) -> str:
    """The title of a map, with the time of its numbers where these are no present ones."""
    tense = tense_of(result)
    return words("map.dated", title=name, moment=tense.label(words)) if tense.projected else name


def layer_and_types(result: Result, standard: Mapping[str, Any], words: Words) -> str:
    """Layer of a standard, and its types where only some count."""
    layer = layer_title(result, standard["layer"], words)
    if not standard["types"]:
        return layer
    types = words("map.join").join(words.name_of("type", kind) for kind in standard["types"])
    return words("map.layer_types", layer=layer, types=types)


def short_names(result: Result, words: Words) -> dict[str, str]:
    """What each standard is called in a list: layer, profile and minutes; types where these are the same."""
    standards = result.summary["standards"]
    plain = [_short(s, layer_title(result, s["layer"], words), words) for s in standards]
    return {
        s["key"]: name if plain.count(name) == 1 else _short(s, layer_and_types(result, s, words), words)
        for s, name in zip(standards, plain, strict=True)
    }


def _short(standard: Mapping[str, Any], layer: str, words: Words) -> str:
    return words(
        "map.short_standard",
        layer=layer,
        profile=words.name_of("profile", standard["profile"]["name"]),
        minutes=f"{standard['minutes']:g}",
    )


def measured(standard: Mapping[str, Any], group: str, words: Words) -> str:
    """Group, profile, speed, minutes and method of a standard; whom it counts where that is not everyone."""
    profile = standard["profile"]
    sentence = words(
        "summary.standard",
        group=words.name_of("group", group),
        profile=words.name_of("profile", profile["name"]),
        speed=speed_words(standard, words),
        minutes=f"{standard['minutes']:g}",
        method=method_words(standard, words),
    )
    if standard["types"]:
        types = words("map.join").join(words.name_of("type", kind) for kind in standard["types"])
        sentence += words("map.counted_types", types=types)
    if standard["direction"] != "toward":
        sentence += words(f"map.direction.{standard['direction']}")
    if standard["count"] == "own_unit":
        sentence += words("map.own_unit")
    return sentence


def warnings(result: Result, words: Words) -> list[str]:
    """What must stand at the top (R3)."""
    return alarms(result, words, short_names(result, words).__getitem__)


def sources(result: Result, words: Words) -> list[str]:
    """Sources as the study prints them."""
    return [text_of(source, words) for source in result.summary["study"]["sources"]]


def facts(result: Result, words: Words) -> list[str]:
    """Date of the data, whom the people are, and the coordinate system."""
    study = result.summary["study"]
    as_of = study["as_of"]
    day = words.date(dt.date.fromisoformat(as_of)) if as_of else words("map.unknown_date")
    base = words(f"map.base.{study['population_base']}")
    year = study["population_year"]
    return [
        words("map.data_date", date=day),
        words("map.population", base=base)
        if year is None
        else words("map.population_year", base=base, year=year),
        words("map.crs", name=crs_words(study["crs_name"], words), code=study["crs"]),
    ]


def people_notes(result: Result, words: Words) -> list[str]:
    """That people were spread evenly, scaled or projected, or are in none of the lowest units, where it is so."""
    found = []
    asked = result.manifest.get("parameters", {}).get("study", {}).get("population") or {}
    if asked.get("spread") == "uniform":
        found.append(words("map.people_note.uniform"))
    for scaling in result.summary["study"].get("population_scalings", ()):
        kind = "scaled" if scaling["kind"] == "official" else "projected"
        year = scaling["year"]
        key = f"map.people_note.{kind}" + ("" if year is None else "_year")
        found.append(words(key, **({} if year is None else {"year": year})))
    between = round(result.summary["study"].get("people_between_units") or 0)
    if between:
        found.append(words("map.people_note.between_units", count=words.number(between)))
    return list(dict.fromkeys(found))


def made_by(result: Result, words: Words) -> str:
    """Who made the map, as the scenario says."""
    office = (result.summary["scenario"].get("report") or {}).get("office")
    return words("map.made_by", office=text_of(office, words) if office else words("map.unknown_date"))


def made_on(result: Result, words: Words) -> str:
    """Day on which the run ended."""
    finished = dt.datetime.fromisoformat(result.summary["run"]["finished"])
    return words("map.made_on", date=words.date(finished.date()))
