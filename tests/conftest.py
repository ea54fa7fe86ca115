"""Fixtures that every test may use."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from makers import compiled_once, volume

# no test fails because a machine is slow or busy; the gate draws the same examples every time, so that it speaks of
# the change and not of luck, and elsewhere they vary
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("gate", settings.get_profile("patient"), derandomize=True, database=None)
settings.load_profile("gate" if os.environ.get("CI") == "true" else "patient")

#: Files whose tests take longest together, by what was measured with two workers; the first compile what is shared, one
#: the loops of travel, the other those of siting, and the workers of batches that follow load them.
LONGEST = (
    "truth/test_shared_cases.py",
    "siting/test_beyond_one_answer.py",
    "programme/test_scenario_siting.py",
    "batch/test_batch.py",
    "desk/test_desk_page.py",
    "places/test_datum_detector.py",
    "siting/test_fast_cover.py",
    "comparison/test_compare_report.py",
    "maps/test_browser.py",
    "answer/test_run.py",
    "maps/test_print_map.py",
    "siting/test_fast_rooms.py",
    "comparison/test_people.py",
    "setup/test_plan_reader.py",
    "results/test_protected_roads.py",
    "cli/test_main.py",
    "programme/test_brute_force.py",
    "truth/test_demo_recount.py",
    "answer/test_service_tables.py",
    "pages/test_outputs.py",
    "tests/test_package.py",
    "batch/test_split.py",
    "pages/test_finished_languages.py",
    "desk/test_desk_races.py",
    "desk/test_server.py",
    "candidates/test_candidates.py",
)

SOURCE = Path(__file__).resolve().parents[1] / "coverage"

# each worker keeps its own, as `makers.compiled_once` says
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["NUMBA_CACHE_DIR"] = str(Path(__file__).parent / "__pycache__" / f"numba-{worker}")

# the package is compiled once for all processes that tests start, which would else compile it anew in each of them
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

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


@pytest.fixture(scope="session", autouse=True)
def one_tree_of_commands() -> Iterator[None]:
    """The commands are put together once, not for every call: that is an eighth of what a small one costs."""
    import typer.main
    import typer.testing

    with pytest.MonkeyPatch.context() as patch:
        once = cache(typer.main.get_command)
        patch.setattr(typer.main, "get_command", once)
        patch.setattr(typer.testing, "_get_command", once)
        yield


def pytest_configure(config: pytest.Config) -> None:
    """Files are given to workers in the order of `pytest_collection_modifyitems`, not by how many tests they hold."""
    config.option.loadscopereorder = False


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no worker is left alone with it while the others have nothing to do."""
    if volume.ONLY_MORE:
        items[:] = [item for item in items if volume.has_more(item)]
    turn = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: turn.get(f"{item.path.parent.name}/{item.path.name}", len(LONGEST)))


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
