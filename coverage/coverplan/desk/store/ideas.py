"""Ideas in SQLite: every step is written before it is shown, and nobody overwrites what somebody else has changed."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

from coverplan.errors import CoverplanError, InputError, Problem

#: No idea has a larger number, and SQLite knows none.
_LARGEST = 2**63 - 1
#: Steps of an idea that can be taken back.
KEPT_STEPS = 500
#: Number of the form of the tables, in the file's user_version.
STORE_FORMAT = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS ideas (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT NOT NULL, author TEXT NOT NULL,
    created TEXT NOT NULL, updated TEXT NOT NULL, at INTEGER NOT NULL, revision INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS steps (
    idea INTEGER NOT NULL REFERENCES ideas (id) ON DELETE CASCADE, number INTEGER NOT NULL, said TEXT NOT NULL,
    PRIMARY KEY (idea, number)
);
"""


class StaleError(CoverplanError):
    """Somebody else has changed the idea since it was read."""

    def __init__(self, revision: int) -> None:
        super().__init__(f"the idea was changed meanwhile; it is at revision {revision}")
        self.revision = revision


class UnknownIdeaError(CoverplanError, KeyError):
    """There is no such idea."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a list of ideas shows.

    Parameters
    ----------
    id, name, note, author
        Who wrote what.
    created, updated
        Moments in UTC, ISO 8601.
    revision
        Counts every change, of the idea and of its card.
    changes
        How many changes the idea has now.
    can_undo, can_redo
        Whether there is a step before and after this one.
    """

    id: int
    name: str
    note: str
    author: str
    created: str
    updated: str
    revision: int
    changes: int
    can_undo: bool
    can_redo: bool


class Store:
    """Ideas of one study.

    Parameters
    ----------
    file
        The SQLite file; it is made when it is not there.

    Raises
    ------
    InputError
        If the file cannot be written or is no such file.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = RLock()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            # what the desk keeps is nobody's source code
            ignored = file.parent / ".gitignore"
            if not ignored.exists():
                ignored.write_text("*\n", encoding="utf-8")
            self._base = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=10)
            self._refuse_newer()
            self._base.execute("PRAGMA journal_mode = WAL")
            # a step that was committed outlives the process; a power cut may cost the last ones, never the file
            self._base.execute("PRAGMA synchronous = NORMAL")
            self._base.execute("PRAGMA foreign_keys = ON")
            self._base.executescript(_TABLES)
            self._base.execute(f"PRAGMA user_version = {STORE_FORMAT}")
        except (OSError, sqlite3.Error) as error:
            raise InputError(
                [
                    Problem(
                        "the desk cannot keep its ideas here",
                        file,
                        value=str(error),
                        expected="a folder that may be written",
                        remedy="name another folder with --keep",
                        code="desk_store",
                    )
                ]
            ) from error

    def _refuse_newer(self) -> None:
        """Raise InputError for ideas that a newer version keeps; a file without a number is of the first format."""
        (found,) = self._base.execute("PRAGMA user_version").fetchone()
        if found > STORE_FORMAT:
            self._base.close()
            raise InputError(
                [
                    Problem(
                        "the ideas were kept by a newer version",
                        self.file,
                        field="user_version",
                        value=found,
                        expected=str(STORE_FORMAT),
                        remedy="update coverplan, or keep ideas of this version elsewhere with --keep",
                        code="newer_store",
                    )
                ]
            )

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._base.close()

    def cards(self) -> tuple[Card, ...]:
        """Every idea, the one changed last first."""
        with self._lock:
            rows = self._base.execute("SELECT id FROM ideas ORDER BY updated DESC, id DESC").fetchall()
            return tuple(self.card(row[0]) for row in rows)

    def card(self, idea: int) -> Card:
        """One idea's card; raises UnknownIdeaError."""
        with self._lock:
            row = self._base.execute(
                "SELECT name, note, author, created, updated, revision, at FROM ideas WHERE id = ?",
                (_number(idea),),
            ).fetchone()
            if row is None:
                raise UnknownIdeaError(idea)
            name, note, author, created, updated, revision, at = row
            first, last = self._base.execute(
                "SELECT min(number), max(number) FROM steps WHERE idea = ?", (idea,)
            ).fetchone()
            changes = len(self.said(idea)["changes"])
            return Card(idea, name, note, author, created, updated, revision, changes, at > first, at < last)

    def said(self, idea: int) -> dict[str, Any]:
        """What an idea says now, as `coverplan.desk.workbench.idea.Idea.written` wrote it."""
        with self._lock:
            row = self._base.execute(
                "SELECT said FROM steps JOIN ideas ON idea = id AND number = at WHERE id = ?",
                (_number(idea),),
            ).fetchone()
            if row is None:
                raise UnknownIdeaError(idea)
            found: dict[str, Any] = json.loads(row[0])
            return found

    def read(self, idea: int) -> tuple[Card, dict[str, Any]]:
        """Card and content of an idea at one moment, whoever changes it meanwhile; raises UnknownIdeaError."""
        with self._transaction("DEFERRED"):
            return self.card(idea), self.said(idea)

    def add(self, said: dict[str, Any], *, name: str, note: str = "", author: str = "") -> Card:
        """Keep a new idea."""
        now = _now()
        with self._transaction("IMMEDIATE"):
            made = self._base.execute(
                "INSERT INTO ideas (name, note, author, created, updated, at, revision) VALUES (?, ?, ?, ?, ?, 0, 0)",
                (name, note, author, now, now),
            )
            assert made.lastrowid is not None
            self._base.execute("INSERT INTO steps VALUES (?, 0, ?)", (made.lastrowid, _text(said)))
            return self.card(made.lastrowid)

    def take(self, idea: int, revision: int, said: dict[str, Any]) -> Card:
        """Take a step; those that had been taken back are gone. Raises StaleError and changes nothing."""
        with self._transaction("IMMEDIATE"):
            at = self._turn(idea, revision)
            self._base.execute("DELETE FROM steps WHERE idea = ? AND number > ?", (idea, at))
            self._base.execute("INSERT INTO steps VALUES (?, ?, ?)", (idea, at + 1, _text(said)))
            self._base.execute(
                "DELETE FROM steps WHERE idea = ? AND number <= ?", (idea, at + 1 - KEPT_STEPS)
            )
            self._base.execute("UPDATE ideas SET at = ? WHERE id = ?", (at + 1, idea))
            return self.card(idea)

    def go(self, idea: int, revision: int, steps: int) -> Card:
        """Go back (-1) or forward (1) over the steps, as far as there are any."""
        with self._transaction("IMMEDIATE"):
            at = self._turn(idea, revision)
            first, last = self._base.execute(
                "SELECT min(number), max(number) FROM steps WHERE idea = ?", (idea,)
            ).fetchone()
            self._base.execute(
                "UPDATE ideas SET at = ? WHERE id = ?", (min(max(at + steps, first), last), idea)
            )
            return self.card(idea)

    def label(self, idea: int, revision: int, *, name: str, note: str, author: str) -> Card:
        """Write an idea's card anew."""
        with self._transaction("IMMEDIATE"):
            self._turn(idea, revision)
            self._base.execute(
                "UPDATE ideas SET name = ?, note = ?, author = ? WHERE id = ?", (name, note, author, idea)
            )
            return self.card(idea)

    def remove(self, idea: int, revision: int) -> None:
        """Throw an idea away."""
        with self._transaction("IMMEDIATE"):
            self._turn(idea, revision)
            self._base.execute("DELETE FROM ideas WHERE id = ?", (idea,))

    def _turn(self, idea: int, revision: int) -> int:
        """Count a change of an idea that is still as the caller knew it; returns the step at which it stands."""
        row = self._base.execute("SELECT at, revision FROM ideas WHERE id = ?", (_number(idea),)).fetchone()
        if row is None:
            raise UnknownIdeaError(idea)
        if row[1] != revision:
            raise StaleError(row[1])
        self._base.execute(
            "UPDATE ideas SET revision = revision + 1, updated = ? WHERE id = ?", (_now(), idea)
        )
        return int(row[0])

    @contextmanager
    def _transaction(self, kind: str) -> Iterator[None]:
        """What is read and written belongs together; nothing of it stays when something goes wrong."""
        with self._lock:
            self._base.execute(f"BEGIN {kind}")
            try:
                yield
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")


def _number(idea: int) -> int:
    """The number of an idea; raises UnknownIdeaError for one that no idea can have."""
    if not 0 <= idea <= _LARGEST:
        raise UnknownIdeaError(idea)
    return idea


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


def _text(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
