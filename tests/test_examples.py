"""Every command line that README and manual show is one that the command line takes, with files that are there."""

from __future__ import annotations

import re
import shlex

import pytest
import typer

from coverplan.cli.main import app
from makers.page_calls import PAGES, ROOT, calls_of

#: Files of the reader's own, and what stands for one, are not looked for.
OURS = re.compile(r"(?:scenarios|data)/[\w/.-]+\.yaml")
WHOLE = typer.main.get_command(app)


def parse(words: list[str], *, whole: bool = True) -> None:
    """As the command line parses, running nothing; usage errors are raised."""
    command, path = WHOLE, []
    while words and (inner := getattr(command, "commands", {})) and not words[0].startswith("-"):
        assert words[0] in inner, f"no such command: {words[0]}"
        command = inner[words[0]]
        path.append(words.pop(0))
    try:
        if command is WHOLE:  # what it is asked with is done while it is parsed
            assert set(words) <= {option for one in WHOLE.params for option in one.opts} | {"--help"}
        elif words or not hasattr(command, "commands"):
            command.make_context(" ".join(path), words)
    except Exception as error:  # click's errors, wherever typer keeps click
        if whole or type(error).__name__ != "MissingParameter":
            raise


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_command_lines_of_a_page_are_taken(page):
    for call, whole in calls_of(page.read_text(encoding="utf-8")):
        words = shlex.split(call, comments=True)
        if "..." not in words:  # stands for whatever follows
            parse(words, whole=whole)
        shown = [name for name in OURS.findall(call) if "yours" not in name]
        assert all((ROOT / name).is_file() for name in shown), call


def test_command_lines_are_found_and_wrong_ones_noticed():
    text = (
        "```\ncoverplan run a.yaml  # b\npip x && coverplan demo\n```\n`coverplan pages R`, `coverplan run`"
    )
    assert calls_of(text) == [
        ("run a.yaml  # b", True), ("demo", True), ("pages R", False), ("run", False),
    ]  # fmt: skip
    parse(["run"], whole=False)
    for wrong in ("run --no-such-option a.yaml", "compare", "no-such-command"):
        with pytest.raises(Exception, match=r"(?i)no such|missing"):
            parse(wrong.split())
