"""Every call of the API in one table: where, what is sent, what comes back; the OpenAPI file is made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from coverplan.desk.server import asked, shown
from coverplan.desk.server.background import Background
from coverplan.desk.server.desk import Desk
from coverplan.desk.server.jobs import told
from coverplan.desk.server.study_words import study_words
from coverplan.errors import CoverplanError
from coverplan.text.words import Language, Words


class NotFoundError(CoverplanError):
    """What was asked for is not there."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a call needs of a request.

    Parameters
    ----------
    path
        Parts of the path by name.
    body
        What was sent, None for a call without.
    language
        Of the answer's words.
    show
        Key of the standard whose cells the page shows.
    longitude, latitude
        A place, where the call asks about one.
    """

    path: dict[str, Any]
    body: Any
    language: Language
    show: str | None = None
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API.

    Parameters
    ----------
    method, path
        Where, with parts such as ``{idea:int}``.
    summary
        What it does, in one line.
    answer
        Carries it out.
    body
        Schema of what is sent, None for nothing.
    gives
        Form of what comes back: a TypedDict, ``dict`` for plain values, ``str`` for a YAML file.
    early
        Answers it before the desk has reckoned anything, with None where that cannot be.
    """

    method: str
    path: str
    summary: str
    answer: Callable[[Desk, Background, Request], Any]
    body: type[BaseModel] | None = None
    gives: Any = dict
    early: Callable[[Desk, Request], Any] | None = None


def _study(desk: Desk, request: Request) -> dict[str, Any]:
    return study_words(desk.ground, desk.places, desk.prices, request.language) | {
        "changed_files": desk.changed_files(),
        "read": desk.teller.read,
        "plan_review": desk.review_page() is not None,
    }


def _changed(desk: Desk, _: Background, __: Request) -> dict[str, Any]:
    return {"changed_files": desk.changed_files()}


def _reload(desk: Desk, _: Background, __: Request) -> dict[str, Any]:
    desk.reload()
    return {"changed_files": desk.changed_files()}


def _spot(desk: Desk, _: Background, request: Request) -> shown.Spot:
    return desk.places.spot(request.longitude or 0.0, request.latitude or 0.0, request.language)


def _remove(desk: Desk, _: Background, request: Request) -> dict[str, Any]:
    desk.remove(request.path["idea"], request.body.revision)
    return {}


def _job(_: Desk, background: Background, request: Request) -> shown.Job:
    work = background.jobs.find(request.path["job"])
    if work is None:
        raise NotFoundError("there is no such work")
    return told(work, Words(request.language))


def _cancel(desk: Desk, background: Background, request: Request) -> shown.Job:
    work = background.jobs.find(request.path["job"])
    if work is not None:
        work.cancelled.set()
    return _job(desk, background, request)


CALLS = (
    Call("GET", "/study", "Names, palettes, choices and words that do not change while ideas are tried",
         lambda d, _, r: _study(d, r), early=_study),
    Call("GET", "/map", "What the map shows of the study as it stands", lambda d, _, r: d.map_content(r.language),
         early=lambda d, r: d.map_before(r.language)),
    Call("GET", "/changed", "Files of the study that have changed since they were read", _changed),
    Call("POST", "/reload", "Read scenario and study again", _reload),
    Call("GET", "/spot", "What is at a place, and why nothing may be opened there", _spot, gives=shown.Spot),
    Call("GET", "/ideas", "Every idea that is kept", lambda d, _, __: {"ideas": d.ideas()}, gives=shown.Ideas,
         early=lambda d, _: {"ideas": d.ideas()}),
    Call("POST", "/ideas", "Keep a new idea, a copy, or one read from a scenario file",
         lambda d, _, r: d.add(r.body), asked.NewIdea, shown.IdeaCard),
    Call("GET", "/ideas/{idea:int}", "An idea and what it does",
         lambda d, _, r: d.opened(r.path["idea"], show=r.show, language=r.language), gives=shown.IdeaShown,
         early=lambda d, r: d.opened_before(r.path["idea"], show=r.show, language=r.language)),
    Call("GET", "/ideas/{idea:int}/supply", "Who gets a place, and how full every facility is",
         lambda d, _, r: d.supply(r.path["idea"], r.language), gives=shown.SupplyShown),
    Call("PUT", "/ideas/{idea:int}/card", "Write an idea's name, note and author anew",
         lambda d, _, r: d.label(r.path["idea"], r.body), asked.Label, shown.IdeaCard),
    Call("POST", "/ideas/{idea:int}/removal", "Throw an idea away", _remove, asked.Revision),
    Call("POST", "/ideas/{idea:int}/edits", "Take one step; it is kept before the answer comes",
         lambda d, _, r: d.edit(r.path["idea"], r.body, show=r.show, language=r.language), asked.Edit, shown.IdeaShown),
    Call("POST", "/ideas/{idea:int}/trial", "What a change would do; nothing is kept",
         lambda d, _, r: d.attempt(r.path["idea"], r.body, show=r.show, language=r.language), asked.Try, shown.Numbers),
    Call("GET", "/ideas/{idea:int}/scenario", "The scenario file that coverplan run answers",
         lambda d, _, r: d.scenario_file(r.path["idea"]), gives=str),
    Call("POST", "/ideas/{idea:int}/proposals", "Look for the next ones in the background",
         lambda _, b, r: told(b.propose(r.path["idea"], r.body, r.language), Words(r.language)), asked.Ask, shown.Job),
    Call("POST", "/ideas/{idea:int}/target-proposals", "Look for the fewest actions that meet targets, in the background",
         lambda _, b, r: told(b.meet_targets(r.path["idea"], r.body, r.language), Words(r.language)), asked.AskTargets, shown.Job),
    Call("POST", "/ideas/{idea:int}/documents", "Make report, maps and tables in the background",
         lambda _, b, r: told(b.document(r.path["idea"], r.language), Words(r.language)), gives=shown.Job),
    Call("GET", "/jobs/{job}", "How far work in the background is, and what it found", _job, gives=shown.Job),
    Call("POST", "/jobs/{job}/cancel", "Call work off", _cancel, gives=shown.Job),
)  # fmt: skip
