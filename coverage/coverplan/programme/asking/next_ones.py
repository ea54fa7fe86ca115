"""The question where the next ones should go, in the words of the question which actions meet targets."""

from __future__ import annotations

from coverplan.ground.openness import may_be_shown
from coverplan.plan.schema import Plan
from coverplan.scenario.scenario_file import ScenarioFile, Standard
from coverplan.scenario.siting_file import OpenOffer, PeopleAsk, SitingAsk
from coverplan.vocabulary import LAYER_TYPES


def siting_of(scenario: ScenarioFile) -> SitingAsk | None:
    """What a scenario asks, in the words of actions and targets; None where it asks nothing."""
    asked = scenario.siting
    return _as_siting(asked, scenario) if isinstance(asked, PeopleAsk) else asked


def is_answerable(scenario: ScenarioFile, plan: Plan | None) -> bool:
    """Whether something is asked, and what it needs is there: targets are those of a plan."""
    return isinstance(scenario.siting, PeopleAsk) or (scenario.siting is not None and plan is not None)


def _as_siting(ask: PeopleAsk, scenario: ScenarioFile) -> SitingAsk:
    """Openings of one type in the scenario's year, for the people of one standard and for no target.

    Parameters
    ----------
    ask, scenario
        What is asked, after `coverplan.programme.ask_check.check_ask` found nothing wrong with it.
    """
    standard = next(one for one in scenario.standards if one.key == ask.most_people.standard)
    kind, year = type_of(ask, standard), scenario.year
    assert kind is not None
    assert year is not None
    places = {name: getattr(ask, name) for name in type(ask).model_fields if name in SitingAsk.model_fields}
    return SitingAsk(
        **places,
        targets=(),
        years=(year,),
        limit_budgets=False,
        standards=(standard.key,),
        open=(OpenOffer(layer=standard.layer, type=kind),),
    )


def type_of(ask: PeopleAsk, standard: Standard) -> str | None:
    """Type that opens: the one asked for, else the first that the standard counts; None where nothing names one."""
    if ask.most_people.type is not None:
        return ask.most_people.type
    known = standard.types or LAYER_TYPES.get(standard.layer, ())
    return next((kind for kind in known if may_be_shown(kind)), None)
