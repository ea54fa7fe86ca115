"""Reasons against a candidate in the reader's language."""

from __future__ import annotations

from coverplan.candidates.exclusion import NotChecked
from coverplan.candidates.pool import Candidates
from coverplan.scenario.base import title_in
from coverplan.text.words import Language, Words


def reason_words(reason: str, candidates: Candidates, language: Language) -> str:
    """What stands against a candidate; the empty reason says that it may be used."""
    words = Words(language)
    kind, _, zone = reason.partition(":")
    if kind == "excluded":
        return words("candidate.reason.excluded", zone=title_in(candidates.zones[zone], language))
    return words(f"candidate.reason.{kind or 'usable'}")


def unchecked_words(rule: NotChecked, language: Language) -> str:
    """What could not be looked at, and why."""
    words = Words(language)
    title = title_in(rule.title, language) if rule.because != "no_height" else ""
    return words(f"candidate.not_checked.{rule.because}", rule=title, candidates=rule.candidates or 0)
