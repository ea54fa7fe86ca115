"""Command lines as README and manual show them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`coverplan ([^`]+)`")
CALL = re.compile(r"(?:^|&& |[\\/])coverplan (.*)$")


def calls_of(text: str) -> list[tuple[str, bool]]:
    """Command lines, and whether they are whole: those of blocks are, those inside sentences may leave out a file."""
    lines = [line for block in BLOCK.findall(text) for line in block.splitlines()]
    found = [(match[1], True) for line in lines if (match := CALL.search(line))]
    return [*found, *((" ".join(call.split()), False) for call in INLINE.findall(BLOCK.sub("", text)))]
