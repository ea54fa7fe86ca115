"""What the desk does in the background: proposals, and the documents of an idea."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
from pydantic_core import to_json

from coverplan.desk.server.asked import Ask, AskTargets
from coverplan.desk.server.desk import Desk
from coverplan.desk.server.jobs import Jobs, Work
from coverplan.desk.server.places import DEGREES
from coverplan.desk.workbench.idea import Idea, said
from coverplan.desk.workbench.written import scenario_text
from coverplan.errors import InputError, Problem
from coverplan.ground.openness import may_be_shown
from coverplan.scenario.change_file import Change
from coverplan.scenario.scenario_file import Standard
from coverplan.siting.solvers.search import Progress
from coverplan.text.words import Language
from coverplan.vocabulary import LAYER_TYPES

if TYPE_CHECKING:
    from coverplan.desk.workbench.proposal import Found

#: Longest search for a proposal, and longest making of documents.
PROPOSAL_S = 60.0
DOCUMENTS_S = 900.0
#: Ids of the places that a proposal would open begin like this, while they are counted.
_BEST = "desk-best-"
#: Documents that a page may open, in the order in which they are shown.
SHOWN_DOCUMENTS = (
    "report.html",
    "report.docx",
    "report.xlsx",
    "map.html",
    "map.pdf",
    "coverage.csv",
    "scenario.yaml",
)


class Background:
    """Starts work for a desk.

    Parameters
    ----------
    desk
        Whose ideas are worked on.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.jobs = Jobs()
        self._documents: dict[str, dict[str, Path]] = {}

    def propose(self, idea: int, asked: Ask, language: Language) -> Work:
        """Look for the next ones."""
        desk, said = self._desk, Idea.read(self._desk.store.said(idea))
        keys = dict.fromkeys((asked.standard, *asked.beside))
        standards = [_standard(desk, said, key, asked.type) for key in keys]
        prices = {} if asked.budget is None else {one.key: _prices(desk, one) for one in standards}
        base = replace(said, changes=()) if asked.from_present else said

        def search(work: Work) -> dict[str, Any]:
            def tell(now: Progress) -> None:
                work.progress = {"best": now.objective, "bound": now.bound}

            how: dict[str, Any] = {
                "time_limit_s": PROPOSAL_S, "cancel": work.cancelled.is_set, "progress": tell,
            }  # fmt: skip
            found = _solved(desk, base, standards, asked, prices=prices, how=how)
            places = _places(desk, found, language)
            best = _best(desk, base, standards, places)
            first = standards[0]
            return {
                "standard": first.key,
                "layer": first.layer,
                "type": asked.type,
                "budget": asked.budget,
                "group": first.groups[0],
                "places": places,
                "total": found.total,
                "bound": found.bound,
                "from_present": asked.from_present,
                "best": best[first.key],
                "beside": {key: best[key] for key in keys if key != first.key},
                "candidates": found.candidates,
                "stopped": found.stopped,
            }

        return self.jobs.start("proposal", idea, search)

    def meet_targets(self, idea: int, asked: AskTargets, language: Language) -> Work:
        """Look for the fewest actions that meet targets; in layers with protected places they are told by unit."""
        desk = self._desk
        said = Idea.read(desk.store.said(idea))
        _refuse_reach_of_protected(desk, asked.targets)
        degrees = _to_degrees(desk)

        def search(work: Work) -> dict[str, Any]:
            from coverplan.desk.workbench.fewest import fewest  # what solves is loaded when somebody asks

            def tell(now: Progress) -> None:
                work.progress = {"best": now.objective, "bound": now.bound}

            found = fewest(
                desk.ground, said, asked.targets, cheapest=asked.cheapest, time_limit_s=PROPOSAL_S,
                cancel=work.cancelled.is_set, progress=tell,
            )  # fmt: skip
            return {
                "targets": list(asked.targets),
                "cheapest": asked.cheapest,
                "actions": [_action(desk, change, degrees, language) for change in found.changes],
                "bound": found.bound,
                "cost": found.cost,
                "unmet": list(found.unmet),
                "left_out": list(found.left_out),
                "stopped": found.stopped,
            }

        return self.jobs.start("proposal", idea, search)

    def document(self, idea: int, language: Language) -> Work:
        """Report, maps and tables of an idea as ``coverplan run`` makes them, in a reader's language and a process of its own."""
        card, content = self._desk.store.read(idea)
        said = Idea.read(content)
        folder = self._desk.folder / "documents" / f"{idea}-{card.revision}-{language}"

        def make(work: Work) -> dict[str, Any]:
            folder.mkdir(parents=True, exist_ok=True)
            scenario = folder / "scenario.yaml"
            text = scenario_text(self._desk.ground.ready, said, folder, name=card.name, reader=language)
            scenario.write_text(text, encoding="utf-8")
            _run(scenario, folder / "result", work)
            found = _found(folder)
            self._documents[work.id] = found
            return {"files": list(found), "revision": card.revision}

        return self.jobs.start("documents", idea, make)

    def file(self, work: str, name: str) -> Path | None:
        """A document by the name under which it was listed; nothing else is ever opened."""
        return self._documents.get(work, {}).get(name)


def _standard(desk: Desk, said: Idea, key: str, kind: str | None) -> Standard:
    """A standard of an idea by its key; raises InputError where there is none, or where it has protected places."""
    standard = next((one for one in said.standards if one.key == key), None)
    if standard is None:
        known = ", ".join(one.key for one in said.standards)
        raise InputError(
            [Problem("the choice is unknown", field="standard", value=key, expected=known, code="unknown_choice")]
        )  # fmt: skip
    private = kind is not None and desk.places.is_private(standard.layer, kind)
    if standard.layer in desk.places.by_unit or private:
        raise InputError(
            [Problem("the layer has protected places: proposals would show where they are", code="placed_by_unit")]
        )  # fmt: skip
    return standard


def _solved(
    desk: Desk,
    base: Idea,
    standards: Sequence[Standard],
    asked: Ask,
    *,
    prices: Mapping[str, Mapping[str, float]],
    how: Mapping[str, Any],
) -> Found:
    """The next ones by number, or by money for one standard or several."""
    # what solves is loaded when somebody asks
    from coverplan.desk.workbench.proposal import affordable, propose
    from coverplan.desk.workbench.shared_money import Asked, affordable_together

    first, ground = standards[0], desk.ground
    if asked.budget is None:
        assert asked.type is not None and asked.new is not None  # noqa: PT018 - the schema has seen to it
        return propose(ground, base, first, asked.new, kind=asked.type, **how)
    if len(standards) == 1:
        return affordable(ground, base, first, asked.budget, prices=prices[first.key], **how)
    counted = [Asked(one, prices[one.key]) for one in standards]
    return affordable_together(ground, base, counted, asked.budget, **how)


def _places(desk: Desk, found: Found, language: Language) -> list[dict[str, Any]]:
    """What was found, place by place, as the page sends it back."""
    longitude, latitude = _to_degrees(desk).transform(found.x, found.y)
    rows = zip(longitude, latitude, found.layers, found.kinds, found.gained, strict=True)
    return [
        {
            "x": float(x),
            "y": float(y),
            "layer": layer,
            "type": kind,
            "gained": gained,
            "near": desk.places.near(float(x), float(y), language),
        }
        for x, y, layer, kind, gained in rows
    ]


def _to_degrees(desk: Desk) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(desk.ground.ready.study.area.crs, DEGREES, always_xy=True)


def _refuse_reach_of_protected(desk: Desk, targets: Sequence[str]) -> None:
    """Where the best place lies for people within reach of protected ones would tell where these are."""
    plan = desk.ground.ready.plan
    for target in () if plan is None else plan.targets:
        question = getattr(target.indicator, "reach", None)
        if target.id in targets and question is not None and question.facilities.layer in desk.places.by_unit:
            raise InputError(
                [
                    Problem(
                        "the layer has protected places: proposals would show where they are",
                        field="targets", value=target.id, code="placed_by_unit",
                    )
                ]
            )  # fmt: skip


def _action(desk: Desk, change: Change, degrees: pyproj.Transformer, language: Language) -> dict[str, Any]:
    """A proposed change as the page sends it back, with words for where it is."""
    place, part = change.open or change.move, "open" if change.open is not None else "move"
    near, unit_code, at = "", None, None
    if place is not None:
        x, y = map(float, degrees.transform(place.x, place.y))
        if place.layer in desk.places.by_unit:
            unit_code = desk.places.spot(x, y, language)["unit_code"]
            x, y = (x, y) if unit_code is None else desk.places.middle_of(unit_code)
        near, at = desk.places.near(x, y, language), {"x": x, "y": y}
        moved = place.model_copy(update={"x": x, "y": y, "crs": DEGREES})
        change = change.model_copy(update={part: moved})
    return {"change": said(change), "near": near, "unit_code": unit_code, **(at or {})}


def _prices(desk: Desk, standard: Standard) -> dict[str, float]:
    """What a new facility of each type costs that the standard counts and that the page may open."""
    layer = standard.layer
    table = desk.ground.ready.study.facilities.table
    own = (kind for kind in table.loc[table["layer"] == layer, "type"] if isinstance(kind, str))
    kinds = dict.fromkeys(standard.types or (*LAYER_TYPES.get(layer, ()), *sorted(own)))
    found = {
        kind: cost
        for kind in kinds
        if may_be_shown(kind) and not desk.places.is_private(layer, kind)
        and (cost := desk.prices.of_opening(layer, kind)) is not None and cost > 0
    }  # fmt: skip
    if not found:
        raise InputError([Problem("nobody says what a new facility costs", field="budget", code="no_prices")])
    return found


def _best(
    desk: Desk, base: Idea, standards: Sequence[Standard], places: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """What the proposed places do to every group of each standard by its key, and to the plan's targets."""
    changes = [
        Change.model_validate(
            {"open": {"layer": place["layer"], "id": f"{_BEST}{at}", "x": place["x"], "y": place["y"], "offers": {"type": place["type"]}}}
        )
        for at, place in enumerate(places)
    ]  # fmt: skip
    priced = tuple(map(desk.prices.priced, changes))
    answer = desk.ground.answer(replace(base, changes=(*base.changes, *priced)))
    verdicts = [target.value.verdict.status for target in answer.targets]
    about = {"met": verdicts.count("met"), "cost": answer.cost.known, "cost_unknown": answer.cost.unknown}
    known = {found.standard.key: found.people for found in answer.standards}
    return {one.key: {"groups": _groups(known[one.key]), **about} for one in standards}


def _groups(people: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        group: {
            "covered": float(found["covered"][0]),
            "share": _known(found["share"][0]),
            "minutes": _known(found["mean_minutes"][0]),
        }
        for group, found in people.items()
    }


def _known(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def _run(scenario: Path, out: Path, work: Work) -> None:
    """Answer a scenario file in another process; raises InputError with what it says where it cannot."""
    command = [sys.executable, "-P", "-m", "coverplan", "run", str(scenario), "--out", str(out), "--json"]
    with subprocess.Popen(  # noqa: S603 - our own program and a file that we wrote
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        waited = 0.0
        while True:
            try:
                _, said = process.communicate(timeout=0.5)
                break
            except subprocess.TimeoutExpired:
                waited += 0.5
                if work.cancelled.is_set() or waited > DOCUMENTS_S:
                    process.kill()
    # 3: finished, and something on the pages needs a look
    if process.returncode not in {0, 3} and not work.cancelled.is_set():
        lines = said.strip().splitlines()
        raise InputError(
            [
                Problem(
                    "the documents could not be made",
                    value=lines[-1] if lines else None,
                    code="documents_failed",
                )
            ]
        )


def _found(folder: Path) -> dict[str, Path]:
    """Documents that are there, by the name under which they are shown."""
    result = folder / "result"
    found = {name: result / name for name in SHOWN_DOCUMENTS if (result / name).is_file()}
    for further in sorted(result.glob("*/")):
        found |= {
            f"{further.name}/{name}": further / name for name in SHOWN_DOCUMENTS if (further / name).is_file()
        }
    found["scenario.yaml"] = folder / "scenario.yaml"
    return found


def written(found: dict[str, Any]) -> bytes:
    """Plain values as JSON in UTF-8; a number that JSON does not have is null, as everything unknown is."""
    return to_json(found, inf_nan_mode="null")
