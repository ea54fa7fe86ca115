"""Errors: what is wrong, where, which value, what was expected, the way out; all of them at once (R12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with what the user gave.

    Parameters
    ----------
    what
        One sentence: what is wrong.
    file
        The file it stands in, or None when it belongs to no file.
    line
        Line of a text file or row of a table as a person counts them (the header is row 1), or None.
    field
        Dotted path in a YAML file (``standards.0.minutes``) or the column of a table.
    value
        The offending value as it stands in the file, or None when nothing stands there.
    expected
        What would have been right.
    remedy
        What to do.
    severity
        ``error`` stops the run, ``warning`` is shown with the result, ``note`` is written down only.
    code
        A short stable name of the kind of problem, for tests and for grouping (``missing_file``).
    details
        Particulars of `what` by name, for sentences in other languages.
    """

    what: str
    file: Path | None = None
    line: int | None = None
    field: str | None = None
    value: object = None
    expected: str | None = None
    remedy: str | None = None
    severity: Severity = "error"
    code: str = "invalid"
    details: Mapping[str, object] = dataclass_field(default_factory=dict, compare=False)

    def where(self) -> str:
        """Place in the form ``file:line field``, empty when nothing is known."""
        place = "" if self.file is None else str(self.file)
        if self.line is not None:
            place += f":{self.line}" if place else f"row {self.line}"
        return " ".join(part for part in (place, self.field) if part)

    def shown_value(self) -> str:
        """The value as it is shown, cut where it is long."""
        return _shown(self.value)

    def text(self) -> str:
        """Whole problem as one paragraph of at most four short lines."""
        place = self.where()
        lines = [f"{place}: {self.what}" if place else self.what]
        if self.value is not None:
            lines.append(f"    value:    {self.shown_value()}")
        if self.expected:
            lines.append(f"    expected: {self.expected}")
        if self.remedy:
            lines.append(f"    remedy:   {self.remedy}")
        return "\n".join(lines)


class CoverplanError(Exception):
    """Base of every error that coverplan raises on purpose."""


class InputError(CoverplanError, ValueError):
    """The user's input cannot be used; carries every problem that was found, errors first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        found = tuple(problems)
        if not found:
            raise AssertionError("an InputError needs at least one problem")
        self.problems: tuple[Problem, ...] = tuple(
            sorted(found, key=lambda problem: ("error", "warning", "note").index(problem.severity))
        )
        super().__init__("\n".join(problem.text() for problem in self.problems))


class MissingExtraError(CoverplanError, ImportError):
    """A feature needs an optional package that is not installed."""

    def __init__(self, feature: str, package: str, extra: str) -> None:
        super().__init__(
            f'{feature} needs the package {package}; install it with: python -m pip install "coverplan[{extra}]"'
        )


class UnknownNameError(CoverplanError, KeyError):
    """Something was asked for by a name that is not there; says what there is and which name is near.

    Parameters
    ----------
    what
        Kind of thing, such as ``standard``.
    name
        The name that was asked for.
    known
        Names that there are.
    """

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        self.what, self.name = what, name
        self.known: tuple[str, ...] = tuple(sorted(set(known)))
        near = get_close_matches(name, self.known, n=1)
        meant = f"; did you mean {near[0]}?" if near else ""
        there = f"there are {', '.join(self.known)}" if self.known else "there is none"
        super().__init__(f"no {what} {name!r}{meant}; {there}")

    def __str__(self) -> str:
        """The sentence as it is: a KeyError would quote it."""
        return str(self.args[0])


class RecountError(CoverplanError, AssertionError):
    """An answer did not survive its own recount by another route (R9); never shown as a result."""


class Problems:
    """Collects problems while reading goes on, so that all of them are reported at once (R12).

    Notes
    -----
    Iterating yields the problems in the order in which they were found.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._found: list[Problem] = []

    def add(self, problem: Problem) -> None:
        """Write down one problem; the collector's file is filled in where the problem names none."""
        if problem.file is None and self._file is not None:
            problem = replace(problem, file=self._file)
        self._found.append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Write down several problems."""
        for problem in problems:
            self.add(problem)

    def add_unknown(self, problems: Iterable[Problem]) -> None:
        """Write down the errors among several problems that were not told yet."""
        known = set(map(_place, self._found))
        self.extend(one for one in problems if one.severity == "error" and _place(one) not in known)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Those that stop the run."""
        return tuple(problem for problem in self._found if problem.severity == "error")

    def raise_if_errors(self) -> None:
        """Raise one `InputError` with everything found so far if anything stops the run."""
        if self.errors:
            raise InputError(self._found)


def _place(problem: Problem) -> tuple[object, ...]:
    return problem.file, problem.line, problem.field, problem.code, str(problem.value)


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 120 else text[:117] + "..."
