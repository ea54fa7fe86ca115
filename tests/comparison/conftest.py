"""The toy town as scenarios that are held against each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from towns.toycompare import Town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path / "town")
