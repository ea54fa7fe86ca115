"""One result of the toy town for all tests of reports."""

from __future__ import annotations

import pytest

from coverplan.results.result import Result
from makers import toyreport


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The toy town in 2025 with a plan, a ledger and a project."""
    return toyreport.result(tmp_path_factory.mktemp("toy") / "town")


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The same town with names that would run somewhere."""
    names = toyreport.HOSTILE
    return toyreport.result(
        tmp_path_factory.mktemp("hostile") / "town", names=names[:2], units=(names[2], names[0], names[1])
    )
