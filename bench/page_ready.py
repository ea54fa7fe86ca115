"""How long headless Chromium takes until an interactive map is drawn: python bench/page_ready.py map.html ..."""

from __future__ import annotations

import shutil
import statistics
import sys
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

RUNS = 5
READY = (
    "return document.body.classList.contains('ready')"
    " ? performance.getEntriesByType('navigation')[0].loadEventEnd : null"
)


def ready_ms(page: Path) -> list[float]:
    """Milliseconds from the request to the drawn page, run by run; everything is drawn before the load event ends."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for argument in ("--headless=new", "--no-sandbox", "--window-size=1400,900"):
        options.add_argument(argument)
    browser = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        found = []
        for _ in range(RUNS):
            browser.get(page.resolve().as_uri())
            found.append(float(browser.execute_script(READY)))
        return found
    finally:
        browser.quit()


def main() -> None:
    """Print the median and the range for each page."""
    for name in sys.argv[1:]:
        page = Path(name)
        found = ready_ms(page)
        size_mb = page.stat().st_size / 1e6
        print(
            f"{page}  {size_mb:.2f} MB  median {statistics.median(found):.0f} ms"
            f"  ({min(found):.0f} to {max(found):.0f}, {RUNS} runs)"
        )


if __name__ == "__main__":
    main()
