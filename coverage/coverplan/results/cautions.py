"""What must be known before a result's numbers are quoted: alarms, and how the people came to their places."""

from __future__ import annotations

from collections.abc import Callable

from coverplan.results.result import Result
from coverplan.text.words import Words

#: Codes of warnings that say that a standard has no facility on the map.
NO_PLACE, NO_FACILITY = "no_place", "no_facility"


def alarms(result: Result, words: Words, standard: Callable[[str], str]) -> list[str]:
    """Sentences that must stand at the top of every page that shows the numbers (R3).

    Parameters
    ----------
    standard
        What a standard is called, by its key.
    """
    return [
        words(
            f"caution.{warning['code']}",
            standard=standard(warning["standard"]),
            group="" if warning.get("group") is None else words.name_of("group", warning["group"]),
            share=words.share(warning.get("share")),
            count=warning.get("count", 0),
            names=words("caution.join_names").join(warning.get("names", ())) or words("caution.unnamed"),
        )
        for warning in result.summary["warnings"]
    ]


def computable(result: Result, standard: str) -> bool:
    """Whether a standard's coverage can be computed: at least one of its facilities has a place."""
    codes = {NO_PLACE, NO_FACILITY}
    return not any(w["standard"] == standard and w["code"] in codes for w in result.summary["warnings"])


def people_note(result: Result, words: Words) -> str | None:
    """How the people came to their places, to stand beside numbers of people; None where they are as they were counted.

    People in a unit and in none of the units below it are missing where these are added up, which is said too.
    """
    study = result.summary["study"]
    parts = []
    if study.get("population_spread") == "uniform":
        parts.append(words("caution.people.uniform"))
    for scaling in study.get("population_scalings") or ():
        if scaling["kind"] == "official" and study.get("population_spread") == "uniform":
            continue
        year = scaling["year"]
        dated = words("caution.people.of_year", year=year) if year is not None else ""
        parts.append(words(f"caution.people.{scaling['kind']}", year=dated))
    between = study.get("people_between_units") or 0
    if between:
        parts.append(words("caution.people.between_units", count=words.number(round(between))))
    return words("caution.people.all", parts=words("caution.people.join").join(parts)) if parts else None
