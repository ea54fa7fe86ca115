"""Pictures of the desk for the README, taken in Chromium on the demo: placing, three columns with proposals, comparing.

Run it in the project's folder: ``python tools/desk_pictures.py``. It needs chromium and chromedriver on the path.
"""

from __future__ import annotations

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
    """Serve the demo, take the pictures, stop."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "coverplan",
            "desk",
            str(ROOT / "scenarios" / "demo.yaml"),
            "--no-browser",
        ]
        command += ["--keep", folder]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found is not None
        driver = browser()
        try:
            story(driver, found.group())
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


def story(driver: Any, address: str) -> None:
    """Place three sites, look at who is gained, ask for the best three, accept one, compare."""
    driver.get(address)
    wait(lambda: driver.execute_script("return document.body.classList.contains('ready')"))
    driver.execute_script(
        "document.getElementById('dialog').close(); document.getElementById('place').click()"
    )
    point(driver, *PLACES[0], click=False)
    wait(lambda: not driver.execute_script("return document.getElementById('trial').hidden"))
    keep(driver, "desk-place.png")
    for at, place in enumerate(PLACES, start=1):
        point(driver, *place, click=True)
        wait(lambda wanted=at: driver.execute_script("return coverplanDesk.numbers.changes.length") == wanted)
    driver.execute_script("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))")
    choose(driver, "theme", "gain")
    driver.execute_script("document.querySelector('#numbers tr[data-row=covered] button').click()")
    wait(lambda: driver.execute_script("return Object.keys(coverplanDesk.best).length"))
    driver.execute_script("document.getElementById('proposal-start').click()")
    wait(lambda: driver.execute_script("return coverplanDesk.proposal !== null"))
    driver.execute_script("document.activeElement.blur(); document.getElementById('try').scrollTop = 430")
    keep(driver, "desk-proposals.png")
    duplicate = "await fetch('/api/v1/ideas', {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(b)})"
    driver.execute_async_script(
        f"const done = arguments[0]; const b = {{name: '三处加推荐一处', copy_of: coverplanDesk.card.id}}; (async () => {{ {duplicate}; done(); }})();"
    )
    driver.execute_script("coverplanDesk.accept(0)")
    wait(lambda: driver.execute_script("return coverplanDesk.numbers.changes.length") == 4)
    driver.get(address)
    wait(lambda: driver.execute_script("return document.body.classList.contains('ready')"))
    driver.execute_script(
        "document.querySelector('#top .menu summary').click();"
        "document.querySelectorAll('#top .menu-list button')[3].click()"
    )
    time.sleep(0.5)
    driver.execute_script(
        "document.querySelectorAll('#dialog input:not(:checked)').forEach(one => one.click())"
    )
    wait(lambda: driver.execute_script("return document.querySelectorAll('#dialog thead th').length") == 3)
    keep(driver, "desk-compare.png")


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


def keep(driver: Any, name: str) -> None:
    """Take a picture, in few colours."""
    picture = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")
    picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        PICTURES / name, optimize=True
    )


if __name__ == "__main__":
    main()
