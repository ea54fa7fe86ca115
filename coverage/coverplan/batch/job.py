"""One area's work and what came of it, as plain values that travel between processes."""

from __future__ import annotations

from typing import Literal, NamedTuple

from coverplan.text.words import Language

Status = Literal["done", "kept", "input", "failed"]


class Job(NamedTuple):
    """What a worker is given.

    Fields: name of the area, path of its scenario, folder for its result, whether maps and reports are wanted.
    """

    name: str
    scenario: str
    folder: str
    pages: bool


class Outcome(NamedTuple):
    """What came of an area.

    Fields: name; ``done`` (answered now), ``kept`` (a current result was there), ``input`` (its files are wrong) or
    ``failed`` (its worker ended, or a fault of ours); seconds; how often it was tried; reason where it has no result, in English and in Chinese.
    """

    name: str
    status: Status
    seconds: float
    tries: int
    reason: str | None = None
    reason_zh: str | None = None

    def why(self, language: Language) -> str:
        """Reason in a language; empty where there is a result."""
        return (self.reason_zh if language == "zh" else None) or self.reason or ""
