"""One of something is told in the singular, many with their separators."""

from __future__ import annotations

import pytest

from coverplan.text.counting import many


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (1, "1 place is here"),
        (0, "0 places are here"),
        (2, "2 places are here"),
        (12_345, "12,345 places are here"),
    ],
)
def test_one_is_told_as_one(count: int, told: str) -> None:
    assert f"{many(count, 'place is', 'places are')} here" == told
