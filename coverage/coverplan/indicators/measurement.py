"""What a kind of indicator finds out: a value, and the bounds that unknown attributes leave it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

Present = bool | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of a set pass, may pass, and how many there are.

    Parameters
    ----------
    passed
        Pass for sure.
    unsure
        Cannot be told, because something is unknown.
    total
        Units or facilities in the set.
    """

    passed: int
    unsure: int
    total: int


@dataclass(frozen=True, slots=True)
class Measurement:
    """One indicator before it is judged.

    Parameters
    ----------
    value
        What is known to be so; unknown never counts as fulfilled (R8). None when nothing can be said.
    numerator, denominator
        What was divided, or None where the kind divides nothing.
    lowest, highest
        Bounds that the unknown leaves; None is no bound on that side.
    tally
        Passed, unsure and total, where the kind counts units or facilities.
    every
        All of the set must pass; `value` is then that of the worst one.
    unit_set
        Name of the unit set whose printed count must agree with the roster.
    unknown
        Attributes or units that could not be told (R15).
    short
        Codes of units, or ids of facilities or estates, that fall short for sure, in order.
    unsure
        Those of which nobody can say.
    flagged
        Ids of facilities whose declared unit and location disagree.
    reason
        Why nothing can be said (`REASONS` of `verdict`), with what to ask for after a colon.
    """

    value: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    lowest: Fraction | None = None
    highest: Fraction | None = None
    tally: Tally | None = None
    every: bool = False
    unit_set: str | None = None
    unknown: int = 0
    short: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    flagged: tuple[str, ...] = ()
    reason: str | None = None


def missing(reason: str, what: str) -> Measurement:
    """Nothing can be said, and this is what to ask for."""
    return Measurement(reason=f"{reason}:{what}")


def known(
    value: Fraction, numerator: Fraction | None = None, denominator: Fraction | None = None
) -> Measurement:
    """A value without anything unknown."""
    return Measurement(value, numerator, denominator, lowest=value, highest=value)


def share_of(
    present: Mapping[str, Present], *, unit_set: str | None, flagged: Iterable[str] = ()
) -> Measurement:
    """Percent of a set that passes, from yes, no or unknown (None) for each member."""
    tally = tally_of(present)
    if tally.total == 0:
        return missing("missing_units", unit_set or "facilities")
    bare = Measurement(
        value=None if tally.unsure == tally.total else Fraction(100 * tally.passed, tally.total),
        numerator=Fraction(tally.passed),
        denominator=Fraction(tally.total),
        unit_set=unit_set,
        unknown=tally.unsure,
        short=tuple(sorted(code for code, yes in present.items() if yes is False)),
        unsure=tuple(sorted(code for code, yes in present.items() if yes is None)),
        flagged=tuple(sorted(flagged)),
    )
    return with_tally(bare, tally)


def with_tally(measured: Measurement, tally: Tally) -> Measurement:
    """The same measurement with another tally and the bounds in percent that follow from it."""
    percent = Fraction(100, tally.total)
    return replace(
        measured,
        tally=tally,
        lowest=percent * tally.passed,
        highest=percent * (tally.passed + tally.unsure),
    )


def every_one(
    values: Mapping[str, Fraction | None], passes: Mapping[str, Present], *, unit_set: str | None
) -> Measurement:
    """All of a set must pass; the value is the lowest known one."""
    tally = tally_of(passes)
    if tally.total == 0:
        return missing("missing_units", unit_set or "facilities")
    sure = [value for value in values.values() if value is not None]
    return Measurement(
        value=min(sure) if sure else None,
        numerator=Fraction(tally.passed),
        denominator=Fraction(tally.total),
        tally=tally,
        every=True,
        unit_set=unit_set,
        unknown=tally.unsure,
        short=tuple(sorted(code for code, yes in passes.items() if yes is False)),
        unsure=tuple(sorted(code for code, yes in passes.items() if yes is None)),
    )


def tally_of(present: Mapping[str, Present]) -> Tally:
    """Counts of yes, unknown and all."""
    return Tally(
        sum(yes is True for yes in present.values()),
        sum(yes is None for yes in present.values()),
        len(present),
    )
