"""Pictures of the desk for README and manual, taken in Chromium while an official tries it, in English and in Chinese.

Run it in the project's folder: ``python tools/desk_pictures.py``. It needs chromium and chromedriver on the path.

    python tools/desk_pictures.py [SCENARIO] [--steps FOLDER]

``--steps`` keeps every step of the story in a folder instead, for a look at a scenario of one's own.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.actions.action_builder import ActionBuilder

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "maps" / "pictures"
#: Enough for a page of few colours, and a quarter of the bytes.
COLOURS = 200
SIZE = (1366, 768)
#: Where the official of the story clicks, as parts of the map's width and height.
PLACES = ((0.47, 0.70), (0.29, 0.52), (0.56, 0.21))


def main() -> None:
    """The story in both languages."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("scenario", nargs="?", type=Path, default=ROOT / "scenarios" / "demo.yaml")
    asked.add_argument("--steps", type=Path)
    asked.add_argument("--language", choices=("zh", "en"), action="append")
    options = asked.parse_args()
    for language in options.language or ("zh", "en"):
        served(options.scenario, language, options.steps)


def served(scenario: Path, language: str, steps: Path | None) -> None:
    """Serve a scenario, take the pictures, stop."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "coverplan", "desk", str(scenario), "--no-browser"]
        command += ["--keep", folder]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found is not None
        driver = browser()
        try:
            story(Camera(driver, language, steps), found.group())
        finally:
            driver.quit()
            server.terminate()
            server.wait()


def browser() -> Any:
    """Chromium without a window."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(shutil.which("chromium") or shutil.which("google-chrome"))
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
    ):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    metrics = {"width": SIZE[0], "height": SIZE[1], "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    return driver


class Camera:
    """Takes pictures of the page: those of the manual by their names, or every step in a folder."""

    def __init__(self, driver: Any, language: str, steps: Path | None) -> None:
        self.driver, self.language, self._steps = driver, language, steps
        self._taken = 0

    def __call__(self, name: str, *, in_manual: bool = True) -> None:
        """Take a picture, in few colours; one that is not in the manual only where every step is kept."""
        self._taken += 1
        file = PICTURES / f"desk-{name}{'.zh' if self.language == 'zh' else ''}.png"
        if self._steps is not None:
            file = self._steps / f"{self.language}-{self._taken:02d}-{name}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
        elif not in_manual:
            return
        picture = Image.open(io.BytesIO(self.driver.get_screenshot_as_png())).convert("RGB")
        few = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(file, optimize=True)

    @property
    def every_step(self) -> bool:
        """Whether steps that are in no manual are wanted."""
        return self._steps is not None


def story(camera: Camera, address: str) -> None:
    """Place three sites, look at who is gained, ask for the best three, accept one, meet targets, compare."""
    driver = camera.driver
    opened(camera, address)
    camera("opened", in_manual=False)
    driver.execute_script("document.getElementById('dialog').close()")
    wait_quiet(driver)
    camera("present", in_manual=False)
    driver.execute_script("document.getElementById('place').click()")
    point(driver, *PLACES[0], click=False)
    wait(lambda: not driver.execute_script("return document.getElementById('trial').hidden"))
    camera("place")
    for at, place in enumerate(PLACES, start=1):
        point(driver, *place, click=True)
        wait(lambda wanted=at: driver.execute_script("return coverplanDesk.numbers.changes.length") == wanted)
        camera(f"site-{at}", in_manual=False)
    driver.execute_script("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))")
    choose(driver, "theme", "gain")
    driver.execute_script("document.querySelector('#numbers tr[data-row=covered] button').click()")
    wait(lambda: driver.execute_script("return Object.keys(coverplanDesk.best).length"))
    driver.execute_script("document.getElementById('proposal-start').click()")
    wait(lambda: driver.execute_script("return coverplanDesk.proposal !== null"))
    driver.execute_script("document.activeElement.blur()")
    show(driver, "proposal-start")
    camera("proposals")
    copied(camera, {"zh": "仅自选三处", "en": "The three sites alone"}[camera.language])
    driver.execute_script("coverplanDesk.accept(0)")
    wait(lambda: driver.execute_script("return coverplanDesk.numbers.changes.length") == len(PLACES) + 1)
    camera("accepted", in_manual=False)
    if driver.execute_script("return document.getElementById('meet-start') !== null"):
        choose(driver, "theme", "time")
        driver.execute_script("document.getElementById('meet-start').click()")
        wait(
            lambda: driver.execute_script(
                "return Boolean(coverplanDesk.proposal && coverplanDesk.proposal.actions)"
            )
        )
        show(driver, "meet-choose")
        camera("targets")
    opened(camera, address)
    menu = "document.querySelector('#top .menu summary').click(); document.querySelectorAll('#top .menu-list button')[3].click()"
    driver.execute_script(f"document.getElementById('dialog').close(); {menu}")
    ticks = "document.querySelectorAll('#dialog input:not(:checked)')"
    wait(lambda: driver.execute_script(f"return {ticks}.length"))
    driver.execute_script(f"{ticks}.forEach(one => one.click())")
    wait(lambda: driver.execute_script("return document.querySelectorAll('#dialog thead th').length") == 3)
    camera("compare")
    if camera.every_step:
        driver.execute_script(
            "document.getElementById('dialog').close(); document.getElementById('documents').click()"
        )
        wait(lambda: driver.find_elements("css selector", "#dialog .files a"), 600)
        camera("documents")
        report = next(
            one
            for one in driver.find_elements("css selector", "#dialog .files a")
            if one.text == "report.html"
        )
        driver.get(report.get_attribute("href"))
        time.sleep(1)
        camera("report")


def opened(camera: Camera, address: str) -> None:
    """The page in the story's language."""
    driver = camera.driver
    driver.get(address)
    wait(lambda: driver.execute_script("return document.body.classList.contains('ready')"))
    speaks = "return document.documentElement.lang.slice(0, 2)"
    if driver.execute_script(speaks) != camera.language:
        driver.execute_script("document.getElementById('language').click()")
        wait(lambda: driver.execute_script(speaks) == camera.language)
    wait_quiet(driver)


def copied(camera: Camera, name: str) -> None:
    """A copy of the idea that is open, under another name."""
    make = "await fetch('/api/v1/ideas', {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(b)})"
    camera.driver.execute_async_script(
        f"const done = arguments[1]; const b = {{name: arguments[0], copy_of: coverplanDesk.card.id}}; (async () => {{ {make}; done(); }})();",
        name,
    )


def wait_quiet(driver: Any) -> None:
    """Until who gets a place is reckoned too, where the study asks it."""
    asked = "coverplanDesk.numbers.standards.length && !coverplanDesk.busy"
    wait(lambda: driver.execute_script(f"return Boolean({asked})"))
    time.sleep(1.5)


def show(driver: Any, identifier: str) -> None:
    """Scroll the panel at the side to something."""
    driver.execute_script(
        "const panel = document.getElementById('try'), it = document.getElementById(arguments[0]);"
        "panel.scrollTop += it.getBoundingClientRect().top - panel.getBoundingClientRect().top - 60",
        identifier,
    )


def choose(driver: Any, name: str, value: str) -> None:
    """Choose from a list."""
    driver.execute_script(
        "const list = document.getElementById(arguments[0]); list.value = arguments[1];"
        "list.dispatchEvent(new Event('change'))",
        name,
        value,
    )
    time.sleep(0.5)


def point(driver: Any, across: float, down: float, *, click: bool) -> None:
    """Move the pointer over the map, and click."""
    left, top, width, height = driver.execute_script(
        "const b = document.getElementById('map').getBoundingClientRect(); return [b.left, b.top, b.width, b.height]"
    )
    actions = ActionBuilder(driver)
    pointer = actions.pointer_action.move_to_location(
        round(left + across * width), round(top + down * height)
    )
    if click:
        pointer.click()
    actions.perform()


def wait(what: Callable[[], Any], seconds: float = 120) -> None:
    """Until something is so."""
    until = time.monotonic() + seconds
    while not what():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.1)
    time.sleep(0.4)


if __name__ == "__main__":
    main()
