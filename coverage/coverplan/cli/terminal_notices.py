"""What was noticed while a run read its files, gravest first, one line a kind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from coverplan.errors import Problem
from coverplan.results.files import MANIFEST_JSON
from coverplan.results.withheld_words import in_reader_language
from coverplan.text.problem_words import notice_text
from coverplan.text.words import Words

#: Kinds that are named; the rest is counted.
MOST_KINDS = 5
_GRAVITY = ("error", "warning", "note")
_LONGEST = 200


def gravest(problems: Sequence[Problem]) -> list[tuple[Problem, int]]:
    """First problem of each kind with the number of that kind: errors, warnings, notes, each in the order found."""
    kinds: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        kinds.setdefault((problem.severity, problem.code), []).append(problem)
    ordered = sorted(kinds.items(), key=lambda kind: _GRAVITY.index(kind[0][0]))
    return [(alike[0], len(alike)) for _, alike in ordered]


def print_notices(console: Console, problems: Sequence[Problem], words: Words, folder: Path) -> None:
    """Name the gravest kinds of what was noticed and say where all of it stands in the folder of the result."""
    kinds = gravest(problems)
    shown = kinds[:MOST_KINDS]
    console.print(words("terminal.gravest", count=len(shown)))
    for problem, count in shown:
        line = in_reader_language(notice_text(problem, words), words)
        line = line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
        if count > 1:
            line = words("terminal.gravest_alike", text=line, count=count)
        console.print(f"  {escape(line)}", soft_wrap=True)
    report = folder / "report.docx"
    key, file = (
        ("gravest_more", report) if report.is_file() else ("gravest_elsewhere", folder / MANIFEST_JSON)
    )
    more = words(
        f"terminal.{key}", count=len(problems), file=escape(str(file)), table=words("report.table.notices")
    )
    console.print(more, soft_wrap=True)
