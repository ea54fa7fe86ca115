"""One desk and one browser for all tests of the page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desk.browsing import Served, wait_for
from desk.desktown import toy
from makers.chromium import start_chromium


@pytest.fixture(scope="session")
def served(tmp_path_factory) -> Iterator[Served]:
    server = Served(toy(tmp_path_factory.mktemp("page"), language="zh"))
    yield server
    server.kill()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    driver = start_chromium(window="1366,900")
    driver.set_script_timeout(60)
    yield driver
    driver.quit()


@pytest.fixture
def page(browser, served):
    browser.get_log("browser")
    browser.get_log("performance")
    browser.get(served.address)
    wait_for(lambda: browser.execute_script("return document.body.classList.contains('ready')"))
    browser.execute_script("document.getElementById('dialog').close()")
    yield browser
    said = [entry for entry in browser.get_log("browser") if entry["level"] in {"SEVERE", "WARNING"}]
    assert [entry for entry in said if "ERR_CONNECTION_REFUSED" not in entry["message"]] == []
