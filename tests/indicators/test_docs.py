"""The page about indicators says what the registry says."""

import re
from pathlib import Path

import pytest

from coverplan.indicators.registry import KINDS
from coverplan.indicators.verdict import REASONS

PAGE = (Path(__file__).parents[2] / "docs" / "indicators.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_stands_on_the_page_as_it_is_registered(kind):
    entry = KINDS[kind]
    assert f"| `{kind}` | {entry.version} | {entry.definition} | {entry.missing} |" in PAGE


def test_the_reasons_that_code_gives_are_those_listed():
    package = Path(__file__).parents[2] / "coverage" / "coverplan" / "indicators"
    text = "".join(path.read_text(encoding="utf-8") for path in package.glob("*.py"))
    given = set(re.findall(r'(?:missing|Lack)\(\s*"(\w+)"', text)) | set(re.findall(r'f"(\w+):\{', text))
    assert given - {"own"} == set(REASONS)  # own: is the prefix of a user's columns
