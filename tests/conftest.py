"""Fixtures that every test may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from makers import compiled_once

# no test fails because a machine is slow or busy; the gate draws the same examples every time, so that it speaks of
# the change and not of luck, and elsewhere they vary
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("gate", settings.get_profile("patient"), derandomize=True, database=None)
settings.load_profile("gate" if os.environ.get("CI") == "true" else "patient")

SOURCE = Path(__file__).resolve().parents[1] / "coverage"

# each worker keeps its own, as `makers.compiled_once` says
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["NUMBA_CACHE_DIR"] = str(Path(__file__).parent / "__pycache__" / f"numba-{worker}")

# what tests write need not outlive a power cut; waiting for the disk is most of what a GeoPackage costs
os.environ.setdefault("OGR_SQLITE_SYNCHRONOUS", "OFF")


@pytest.fixture(scope="session", autouse=True)
def compiled_pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What one worker compiles, the others load."""
    with pytest.MonkeyPatch.context() as patch:
        if worker:
            compiled_once.share(tmp_path_factory.getbasetemp().parent / "compiled", SOURCE, patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache for what is made once for several tests, never the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COVERPLAN_CACHE", str(tmp_path_factory.mktemp("shared-cache")))
        # laying out Word files takes seconds each; the tests of page numbers turn it on
        patch.setenv("COVERPLAN_OFFICE", "off")
        yield


_numbers = count()


@pytest.fixture(autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of compiled studies for each test alone, never the user's own."""
    # a number of its own and a room of its own: `mktemp` looks through all that were made before
    folder = tmp_path_factory.getbasetemp() / "caches" / str(next(_numbers))
    folder.mkdir(parents=True)
    monkeypatch.setenv("COVERPLAN_CACHE", str(folder))
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real data and plan documents that stands beside the project; skips where it is absent.

    With COVERPLAN_REQUIRE_SHARED=1 its absence is a failure, so that CI cannot pass without it.
    """
    beside = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("COVERPLAN_SHARED", beside))
    if not (folder / "data").is_dir():
        reason = f"needs the real data that stands beside the project, looked for in {folder}"
        if os.environ.get("COVERPLAN_REQUIRE_SHARED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def shared_data(shared: Path) -> Path:
    """Real data with known answers."""
    return shared / "data"
