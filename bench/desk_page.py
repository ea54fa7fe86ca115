"""From a click to the page that is drawn anew, in Chromium without a GPU; and the server's part of the same clicks.

    python bench/desk_page.py [--clicks 40] [--large]

The demo through the command itself; ``--large`` serves the demo with every cell cut into five (103,710 cells) and its streets
into pieces (over 40,000). Beside the wall stands what the page's main thread worked, which a loaded machine stretches less.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pyproj
from large_study import large
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from coverplan.answer.prepared import prepare
from coverplan.desk.server.app import desk_app
from coverplan.desk.server.desk import Desk
from coverplan.desk.server.map_content import MapContents
from coverplan.desk.server.numbers import Teller
from coverplan.desk.server.places import Places
from coverplan.desk.server.workers import workers
from coverplan.desk.workbench.ground import Ground

ROOT = Path(__file__).resolve().parents[1]
SCENARIO = ROOT / "scenarios" / "demo.yaml"
#: Steps that an idea grows before they are taken back.
GROWN = 8

CLICK = """const done = arguments[2], desk = coverplanDesk, before = desk.numbers.changes.length, start = performance.now();
    const heard = what => {
      if (what !== 'numbers' && what !== 'notice') return;
      if (what === 'notice' && !desk.notice) return;
      desk.listeners.splice(desk.listeners.indexOf(heard), 1);
      requestAnimationFrame(() => setTimeout(() => {
        const asked = performance.getEntriesByType('resource').filter(one => one.name.includes('/edits')).pop();
        performance.clearResourceTimings();
        done([performance.now() - start, asked ? asked.responseEnd - asked.requestStart : 0,
          desk.numbers.changes.length - before, desk.notice]);
      }, 0));
    };
    desk.listeners.push(heard);
    desk.placed(L.latLng(arguments[1], arguments[0]));"""


def serve_large(folder: Path) -> None:
    """The large study at a free port, as the command serves a scenario."""
    import gc
    import socket

    import uvicorn

    desk = Desk(SCENARIO, folder)
    desk.ground = Ground(large(SCENARIO))
    desk.places, desk.maps = Places(desk.ground), MapContents(desk.ground)
    desk.teller = Teller(desk.ground, "large")
    desk.warm()
    gc.collect()
    gc.freeze()
    at = socket.create_server(("127.0.0.1", 0))
    study = desk.ground.ready.study
    print(
        f"http://127.0.0.1:{at.getsockname()[1]}/ {study.demand.points:,} cells, {study.network.edges:,} streets",
        flush=True,
    )
    settings = uvicorn.Config(
        desk_app(desk, None, workers(desk)), log_level="warning", ws="none", lifespan="off"
    )
    uvicorn.Server(settings).run(sockets=[at])


@contextmanager
def served(*, is_large: bool) -> Iterator[str]:
    """Address of a desk in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "coverplan", "desk", str(SCENARIO), "--no-browser", "--keep", folder]
        if is_large:
            command = [sys.executable, __file__, "--serve-large", folder]
        start = time.perf_counter()
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        try:
            line = server.stdout.readline()
            told = time.perf_counter() - start
            address = re.search(r"http://\S+", line).group()
            moments = []
            for call in ("ideas", "study?lang=zh", "map?lang=zh", "ideas/1?lang=zh"):
                with urlopen(f"{address}api/v1/{call}") as answer:
                    answer.read()
                moments.append(time.perf_counter() - start)
            what = line.partition("/ ")[2].strip() or "the demo"
            print(
                f"address told {told:.1f} s after the command, first call answered after {moments[0]:.1f} s, "
                f"all that a page asks for after {moments[-1]:.1f} s; {what}"
            )
            yield address
        finally:
            server.terminate()
            server.wait()


def browser() -> webdriver.Chrome:
    """Chromium as a bureau's machine has it: no GPU, a small screen."""
    import shutil

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome")
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--window-size=1366,768",
    ):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_script_timeout(120)
    return driver


#: What the browser counts of the page's main thread: everything, styles, layouts, and how many layouts.
PARTS = {
    "thread": "TaskDuration",
    "styles": "RecalcStyleDuration",
    "layout": "LayoutDuration",
    "layouts": "LayoutCount",
}


def worked(driver: webdriver.Chrome) -> dict[str, float]:
    """What the page's main thread has done so far, by part."""
    found = {
        one["name"]: one["value"] for one in driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    }
    return {part: found[name] for part, name in PARTS.items()}


def until(driver: webdriver.Chrome, script: str, seconds: float = 120) -> None:
    """Wait for something on the page."""
    end = time.monotonic() + seconds
    while not driver.execute_script(f"return {script}"):
        if time.monotonic() > end:
            raise TimeoutError(script)
        time.sleep(0.05)


def said(seconds: list[float]) -> str:
    """Median and ninetieth part in milliseconds."""
    cuts = statistics.quantiles(seconds, n=20)
    return f"p50 {1e3 * cuts[9]:.0f} ms, p90 {1e3 * cuts[17]:.0f} ms"


def clicks(driver: webdriver.Chrome, address: str, count: int) -> None:
    """Place sites where people live, eight at a time."""
    driver.get(address)
    until(driver, "document.body.classList.contains('ready')")
    files = "performance.getEntriesByType('resource').filter(e => !e.name.includes('/api/'))"
    loaded = driver.execute_script(f"return {files}.reduce((sum, e) => sum + e.encodedBodySize, 0)")
    print(f"page before data: {loaded / 1e3:.0f} kB")
    driver.execute_script(
        "document.getElementById('dialog').close(); document.getElementById('place').click()"
    )
    driver.execute_cdp_cmd("Performance.enable", {})
    study = prepare(SCENARIO).study
    degrees = pyproj.Transformer.from_crs(study.area.crs, "EPSG:4326", always_xy=True)
    lived = np.flatnonzero(study.demand.inside & (study.demand.people["total"] > 0))
    chosen = np.random.default_rng(11).choice(lived, count + 4)
    places = degrees.transform(study.demand.x[chosen] + 7, study.demand.y[chosen] - 3)
    took, server, parts = [], [], []
    for number, (x, y) in enumerate(zip(*places, strict=True)):
        until(driver, "!coverplanDesk.busy && !coverplanDesk.connecting")
        before = worked(driver)
        wall, asked, more, notice = driver.execute_async_script(CLICK, x, y)
        if more != 1:
            raise SystemExit(f"click {number} placed nothing: {notice}")
        if number >= 4:  # the first ones compile what the page does
            took.append(wall / 1e3)
            server.append(asked / 1e3)
            parts.append({part: value - before[part] for part, value in worked(driver).items()})
        if number % GROWN == GROWN - 1:
            for left in range(GROWN - 1, -1, -1):
                driver.execute_script("document.getElementById('back').click()")
                until(driver, f"!coverplanDesk.busy && coverplanDesk.numbers.changes.length === {left}")
    print(f"click to redrawn page, {len(took)} clicks: {said(took)}")
    thread, styles, layout = ([one[part] for one in parts] for part in ("thread", "styles", "layout"))
    count = statistics.median(one["layouts"] for one in parts)
    print(f"of it the server, as the page sees it: {said(server)}; the page's main thread: {said(thread)}")
    print(f"of the thread styles: {said(styles)}; {count:.0f} layouts: {said(layout)}")


def main() -> None:
    """The demo, and the large study where it is asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--clicks", type=int, default=40)
    asked.add_argument("--large", action="store_true")
    asked.add_argument("--serve-large", type=Path, help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.serve_large:
        serve_large(options.serve_large)
        return
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    driver = browser()
    try:
        for is_large in (False, True) if options.large else (False,):
            with served(is_large=is_large) as address:
                clicks(driver, address, options.clicks)
    finally:
        driver.quit()


if __name__ == "__main__":
    main()
