"""What is wrong with the question where the next ones should go, before anything is computed; all at once (R12)."""

from __future__ import annotations

from coverplan.errors import Problems
from coverplan.ground.facilities import Facilities
from coverplan.programme.actions.costs import named_costs
from coverplan.programme.asking.next_ones import type_of
from coverplan.scenario.known_words import KnownWords
from coverplan.scenario.scenario_file import ScenarioFile, Standard
from coverplan.scenario.siting_file import PeopleAsk
from coverplan.vocabulary import LAYER_TYPES
from coverplan.yamlfile import Document, KeyPath

_PLACE: KeyPath = ("siting", "most_people")


def check_next_ones(
    scenario: ScenarioFile,
    ask: PeopleAsk,
    document: Document,
    facilities: Facilities | None,
    problems: Problems,
) -> None:
    """Note everything that is wrong with a scenario's ``siting.most_people``.

    Parameters
    ----------
    scenario, ask, document
        What is asked and where it stands.
    facilities
        Facilities after the scenario's own changes; None where they cannot be read: then no type is held against them.
    problems
        Collects what is wrong.
    """
    if scenario.year is None:
        problems.add(
            document.problem(
                _PLACE, "nobody says in which year the next ones should be open", expected="a `year:` in the scenario",
                remedy="say which year is looked at", code="missing_year",
            )
        )  # fmt: skip
    known = KnownWords(document, problems)
    standards = {one.key: one for one in scenario.standards}
    known.word((*_PLACE, "standard"), ask.most_people.standard, standards, "standard")
    standard = standards.get(ask.most_people.standard)
    if standard is not None and facilities is not None:
        _check_type(ask, standard, facilities, document, problems)
    if ask.costs is not None:
        named_costs(document, ask, problems)


def _check_type(
    ask: PeopleAsk, standard: Standard, facilities: Facilities, document: Document, problems: Problems
) -> None:
    kind = type_of(ask, standard)
    if kind is None:
        problems.add(
            document.problem(
                _PLACE, "nobody says of which type the next ones should be", expected="type: one of the layer's types",
                remedy="name the type", code="missing_type",
            )
        )  # fmt: skip
        return
    here = facilities.table.loc[facilities.of_layer(standard.layer), "type"]
    types = {*LAYER_TYPES.get(standard.layer, ()), *(one for one in here if isinstance(one, str))}
    before = len(problems.errors)
    if types:
        KnownWords(document, problems).word((*_PLACE, "type"), kind, types, "type")
    if len(problems.errors) == before and standard.types is not None and kind not in standard.types:
        problems.add(
            document.problem(
                (*_PLACE, "type"), "the standard does not count this type, so that nobody would be reached", value=kind,
                expected=f"one of {', '.join(standard.types)}", remedy="name another type, or count it in the standard",
                code="type_not_counted",
            )
        )  # fmt: skip
