"""What the map of the page shows: the study as it stands, in the content that every map of coverplan uses."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from threading import Lock
from typing import Any

from coverplan.answer.layers import make_layers
from coverplan.answer.summary import coverage_table, summarise
from coverplan.answer.withheld import withheld_of
from coverplan.desk.workbench.ground import Ground
from coverplan.maps.web.page_content import drawn_content, page_content
from coverplan.results.redaction import redacted
from coverplan.results.result import Result
from coverplan.scenario.base import title_in
from coverplan.study.changes import Changed
from coverplan.text.words import LANGUAGES, Language, Words


class MapContents:
    """Content of the map in each language, made once.

    Parameters
    ----------
    ground
        The study.
    read
        Which reading of the study's files that is.
    """

    def __init__(self, ground: Ground, read: str = "") -> None:
        self._ground, self.read = ground, read
        self._present: tuple[Result, dict[str, Any]] | None = None
        self._made: dict[Language, dict[str, Any]] = {}
        self._lock = Lock()

    def __call__(self, language: Language) -> dict[str, Any]:
        """Content in a language."""
        with self._lock:
            if language not in self._made:
                if self._present is None:
                    result = _present(self._ground)
                    self._present = result, drawn_content(result)
                result, drawn = self._present
                self._made[language] = page_content(result, Words(language), drawn)
            return self._made[language]

    def prepare(self) -> None:
        """Make the content in every language."""
        for language in LANGUAGES:
            self(language)


def _present(ground: Ground) -> Result:
    """The study without any change, measured; no tables, no files, and nothing that is not public."""
    ready = ground.ready
    study, scenario = ready.study, ready.loaded.scenario.model_copy(update={"changes": (), "siting": None})
    measured = [ground.surveyor.measure(s, study.facilities, scenario.year) for s in scenario.standards]
    table = coverage_table(study, measured, before=None, present=None)
    loaded = replace(ready.loaded, scenario=scenario)
    summary = summarise(study, loaded, Changed(study.facilities, (), ()), measured, table)
    summary["run"] = {"finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds")}
    layers = make_layers(study, study.facilities, measured, table, year=scenario.year)
    found = [(one, study.facilities) for one in measured]
    # what the scenario's own changes hide is hidden here too, though the map shows the study before them
    withheld = withheld_of(
        [study.facilities, ready.changed.facilities], study.units, ready.problems, plan=ready.plan,
        changed=ready.changed, changes=ready.loaded.scenario.changes, measured=found,
    )  # fmt: skip
    return redacted(Result(summary, table, layers, _titles(ground)), withheld)


def _titles(ground: Ground) -> dict[str, Any]:
    """What the study calls its layers, where a result's manifest says so."""
    sources = ground.ready.study.file.facilities
    named = [
        {"layer": one.layer, "title": {language: title_in(one.title, language) for language in LANGUAGES}}
        for one in sources
        if one.title is not None
    ]
    return {"parameters": {"study": {"facilities": named}}}
