"""One desk and one browser for all tests of the page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desk.browsing import CHROMIUM, DRIVER, Served, wait_for
from desk.desktown import toy


@pytest.fixture(scope="session")
def served(tmp_path_factory) -> Iterator[Served]:
    server = Served(toy(tmp_path_factory.mktemp("page"), language="zh"))
    yield server
    server.kill()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    import pytest_socket
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    pytest_socket.enable_socket()
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--window-size=1366,900",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
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
