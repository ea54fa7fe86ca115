"""Of which time a result speaks: what stands, what is expected, what would be after changes or proposed actions.

Every page, map and table takes its first line, its title and the heads of its columns from here, so that nothing that is
yet to come is called present.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from coverplan.results.result import Result
from coverplan.text.words import Words

#: ``present``: the data's own year, nothing changed. ``past``: an earlier one. ``later``: a year after the data, with
#: what stands and what is under way. ``changed``: with the scenario's own changes. ``proposed``: with proposed actions.
Moment = Literal["present", "past", "later", "changed", "proposed"]


@dataclass(frozen=True, slots=True)
class Tense:
    """The time of a result's numbers.

    Parameters
    ----------
    moment
        Which kind of time.
    year
        Year of the numbers; None where neither scenario nor data name one.
    data_day
        Day of which the data speak, None where the study does not say.
    changes
        How many of the scenario's own changes are in the numbers.
    actions
        How many proposed actions are in them.
    undated
        Projects of which nobody says from which year they serve; they are in none of the people served.
    """

    moment: Moment
    year: int | None
    data_day: dt.date | None
    changes: int
    actions: int
    undated: int = 0

    @property
    def projected(self) -> bool:
        """The numbers are no present ones: a year after the data, changes, or proposed actions."""
        return self.moment in {"later", "changed", "proposed"}

    def label(self, words: Words) -> str:
        """For titles, legends and captions: ``2030 年（方案实施后，预计）``, ``2025 年（现状）``."""
        if self.year is None:
            return words(f"tense.undated.{self.moment}")
        return words(f"tense.label.{self.moment}", year=self.year)

    def head(self, words: Words) -> str:
        """For the head of a column of values: ``现状值``, ``2030 年预计值``."""
        if not self.projected or self.year is None:
            return words(f"tense.head.{self.moment}")
        return words("tense.head.year", year=self.year)

    def short_head(self, words: Words) -> str:
        """For a narrow head: ``现状``, ``2030 年预计``."""
        if not self.projected or self.year is None:
            return words(f"tense.short.{self.moment}")
        return words("tense.short.year", year=self.year)

    def titled(self, title: str, words: Words) -> str:
        """A title with its time behind it, where the numbers are no present ones."""
        return words("tense.titled", title=title, label=self.label(words)) if self.projected else title

    def statement(self, words: Words) -> str | None:
        """First line of every output of a result whose numbers are no present ones; None for present ones."""
        if not self.projected:
            return None
        about = words(f"tense.about.{self.moment}", changes=self.changes, actions=self.actions)
        since = "" if self.data_day is None else words("tense.since", day=words.date(self.data_day))
        if self.year is None:
            return words("tense.statement_undated", about=about, since=since)
        told = words("tense.statement", year=self.year, about=about, since=since)
        return told + (words("tense.undated_projects", count=self.undated) if self.undated else "")


def tense_of(result: Result) -> Tense:
    """Of which time a result's numbers are.

    A result made before its scenario's own changes were counted (``changes.own``) takes all of them as its own unless
    actions were proposed.
    """
    summary = result.summary
    day = summary["study"]["as_of"]
    data_day = None if day is None else dt.date.fromisoformat(day)
    known = summary["scenario"]["year"]
    year = known if known is not None else (None if data_day is None else data_day.year)
    siting, changes = summary.get("siting"), summary.get("changes") or {}
    actions = 0 if siting is None else int(siting["actions"])
    applied = len(changes.get("applied", ()))
    own = int(changes.get("own", 0 if actions else applied))
    moment = _moment(result, year, data_day, own=own, applied=applied)
    return Tense(moment, year, data_day, own, actions, _undated(result))


def _undated(result: Result) -> int:
    projects = result.tables.get("projects")
    return 0 if projects is None else int(projects["opened"].isna().sum())


def _moment(result: Result, year: int | None, data_day: dt.date | None, *, own: int, applied: int) -> Moment:
    """Actions proposed for a ledger alone are in none of its numbers: they change no facility."""
    if applied > own:
        return "proposed"
    if own:
        return "changed"
    if year is None:
        return "present"
    # without a day of the data, what lies after the day of the run is yet to come
    last = data_day.year if data_day is not None else int(str(result.summary["run"]["finished"])[:4])
    if year > last:
        return "later"
    return "past" if data_day is not None and year < last else "present"
