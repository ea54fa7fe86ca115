"""A desk in a process of its own, Chromium to look at it, and what a person does there."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import coverplan
from desk.desktown import degrees


class Served:
    """A desk in a process of its own."""

    def __init__(self, scenario: Path) -> None:
        self.scenario = scenario
        self.port = 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-P", "-m", "coverplan", "desk", str(self.scenario), "--no-browser"]
        command += ["--port", str(self.port)]
        environment = {**os.environ, "PYTHONPATH": str(Path(coverplan.__file__).parents[1])}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=environment, encoding="utf-8"
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        assert found, line
        self.port = int(found.group(1))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


def wait_for(what: Callable[[], object], seconds: float = 120) -> object:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come")


def fresh_idea(page, name: str) -> None:
    """A new idea by the menu and its dialog, as a person makes one."""
    page.execute_script("document.querySelector('#top .menu summary').click()")
    page.execute_script("document.querySelector('#top .menu-list button').click()")
    wait_for(lambda: page.find_elements("id", "card-name"))
    page.find_element("id", "card-name").send_keys(name)
    page.find_element("css selector", "#dialog form button[type=submit]").click()
    chosen = "return (document.querySelector('#idea option:checked') || {}).textContent"
    wait_for(lambda: page.execute_script(chosen) == name)


def press(page, identifier: str) -> None:
    """Click what can be seen, is on top and is not disabled, in one go: the page may draw it anew meanwhile."""
    click = """const it = document.getElementById(arguments[0]);
        if (!it || it.disabled || coverplanDesk.busy) return false;
        const box = it.getBoundingClientRect();
        const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        if (!top || !it.contains(top)) return false;
        it.click();
        return true;"""
    wait_for(lambda: page.execute_script(click, identifier))


def changes(page) -> int:
    return page.execute_script("return coverplanDesk.busy ? -1 : coverplanDesk.numbers.changes.length")


def screen_of(page, row: float, column: float) -> tuple[float, float]:
    """Where a place of the town lies on the screen."""
    place = degrees(row, column)
    x, y = page.execute_script(
        """const map = coverplanDesk.view.map, at = map.latLngToContainerPoint([arguments[1], arguments[0]]);
        const box = map.getContainer().getBoundingClientRect(); return [box.left + at.x, box.top + at.y];""",
        place["x"],
        place["y"],
    )
    return x, y


def click_place(page, row: float, column: float) -> None:
    from selenium.webdriver.common.actions.action_builder import ActionBuilder

    actions = ActionBuilder(page)
    actions.pointer_action.move_to_location(*map(round, screen_of(page, row, column))).click()
    actions.perform()
