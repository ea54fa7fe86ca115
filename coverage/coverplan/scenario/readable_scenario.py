"""What of a scenario file can be used where all of it cannot, so that the rest is complained of in the same round (R12)."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import model_validator

from coverplan.errors import Problem, Problems
from coverplan.scenario.scenario_file import ScenarioFile
from coverplan.yamlfile import Document, validate

Place = tuple[str, ...]
#: Stand in the place of items that cannot be used, so that the others keep their places.
_ITEMS: Mapping[Place, Mapping[str, object]] = {
    ("profiles",): {"name": "stand_in_{}", "source": "-"},
    ("standards",): {"name": "stand_in_{}", "layer": "elder_care"},
    ("changes",): {"close": {"layer": "elder_care", "id": "-"}},
    ("siting", "candidates"): {"name": "stand_in_{}", "kind": "streets"},
    ("siting", "exclusions"): {"name": "stand_in_{}", "file": "-"},
    ("siting", "open"): {"layer": "elder_care", "type": "day_care"},
    ("siting", "upgrade"): {"layer": "elder_care"},
    ("siting", "expand"): {"layer": "elder_care", "adds": {"beds": 1}},
    ("siting", "move"): {"layer": "elder_care"},
    ("siting", "close"): {"layer": "elder_care"},
    ("siting", "robustness"): {"name": "stand_in_{}"},
    ("siting", "frontier"): {"target": "-", "values": [1]},
}
#: Stand in the place of what a scenario must have; nothing is ever read from them.
_STAND_INS: Mapping[Place, object] = {
    ("name",): "-",
    ("study",): "-",
    ("standards",): [{"layer": "elder_care"}],
    ("siting", "years"): [2030],
    ("siting", "candidates"): [{"name": "stand_in", "kind": "streets"}],
}
#: What is told elsewhere only because a part was left out.
_FOLLOWS: Mapping[Place, frozenset[str]] = {
    ("profiles",): frozenset({"unknown_profile"}),
    ("standards",): frozenset({"unknown_standard"}),
    ("changes",): frozenset({"unknown_layer", "unknown_type", "unknown_facility"}),
    ("plan",): frozenset({"no_plan"}),
    ("year",): frozenset({"year_not_last", "missing_year", "no_year"}),
    ("siting", "years"): frozenset({"year_not_last", "year_not_asked", "budget_not_asked"}),
}
#: Where this is wrong nothing can be left out: keys of another format are that format's own.
_WHOLE = frozenset({("(file)",), ("format",)})
#: Each round takes out what the one before kept from being seen.
_ROUNDS = 4


class _WithTwins(ScenarioFile):
    """A scenario in which names may stand twice: each is looked at all the same."""

    @model_validator(mode="after")
    def _names_are_unique(self) -> _WithTwins:
        return self


@dataclass(frozen=True, slots=True)
class ReadableScenario:
    """A scenario with stand-ins for those of its parts that cannot be used.

    Parameters
    ----------
    scenario
        What can be used.
    left
        Places of the parts that were left out or stood in for.
    """

    scenario: ScenarioFile
    left: frozenset[Place]

    def lacks(self, *part: str) -> bool:
        """Whether a part, or something in it, was left out."""
        return any(place[: len(part)] == part for place in self.left)

    def of_the_file(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """Those of some problems of the scenario that the file itself has, whatever was left out."""
        follows = frozenset[str]().union(*(told for part, told in _FOLLOWS.items() if self.lacks(*part)))
        for one in problems:
            place = _place(one)
            if one.code not in follows and not any(place[: len(part)] == part for part in self.left):
                yield one


def readable_scenario(document: Document, problems: Problems) -> ReadableScenario | None:
    """What can be used of a scenario file; None where nothing can.

    Parameters
    ----------
    document
        The file, in codes.
    problems
        Takes what only shows once the rest is mended: names that stand twice.
    """
    data, left = copy.deepcopy(document.data), set[Place]()
    scenario: _WithTwins | None = None
    for _ in range(_ROUNDS):
        found = Problems()
        scenario = validate(replace(document, data=data), _WithTwins, found)
        if scenario is not None or _WHOLE & set(map(_place, found)):
            break
        for one in found:
            _leave_out(data, one, left)
    if scenario is None:
        return None
    readable = ReadableScenario(scenario, frozenset(left))
    twice = Problems()
    validate(replace(document, data=data), ScenarioFile, twice)
    problems.add_unknown(readable.of_the_file(twice))
    return readable


def _place(problem: Problem) -> Place:
    return tuple((problem.field or "").split("."))


def _leave_out(data: dict[Any, Any], wrong: Problem, left: set[Place]) -> None:
    """Take the smallest part that can be spared out of the content, or put a stand-in in its place."""
    place = _place(wrong)
    if wrong.code == "extra_forbidden":
        _pop(data, place)
        return
    for part, item in _ITEMS.items():
        items = _at(data, part)
        rest = place[len(part) :]
        if place[: len(part)] == part and rest and rest[0].isdigit() and isinstance(items, list):
            at = int(rest[0])
            if at < len(items):
                items[at] = {
                    key: said.format(at) if isinstance(said, str) else copy.deepcopy(said)
                    for key, said in item.items()
                }
            left.add((*part, rest[0]))
            return
    part = _spared(place)
    left.add(part)
    around = _at(data, part[:-1])
    if isinstance(around, dict):
        around.pop(_key(around, part[-1]), None)
        if part in _STAND_INS:
            around[part[-1]] = copy.deepcopy(_STAND_INS[part])


def _spared(place: Place) -> Place:
    """The part to leave out: an entry of the figures of targets, a key of ``siting``, else a key of the scenario."""
    if place[0] == "siting" and len(place) > 1:
        return place[:1] if place[1] == "most_people" else place[:2]
    return place if place[0] == "reported" and len(place) == 2 else place[:1]


def _at(data: Any, place: Collection[str]) -> Any:
    for key in place:
        if isinstance(data, list) and key.isdigit() and int(key) < len(data):
            data = data[int(key)]
        elif isinstance(data, dict):
            data = data.get(_key(data, key))
        else:
            return None
    return data


def _pop(data: Any, place: Place) -> None:
    """Take a key out of nested mappings and lists; a place that is not there, as of a key with a dot, is left."""
    around = _at(data, place[:-1])
    if isinstance(around, dict):
        around.pop(_key(around, place[-1]), None)


def _key(mapping: Mapping[Any, Any], said: str) -> Any:
    """The key of a mapping that is written so; years are numbers."""
    return next((key for key in mapping if str(key) == said), said)
