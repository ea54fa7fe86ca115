"""The desk's page by axe-core, which comes from npm: no serious fault in either language, whatever is open."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from desk.browsing import changes, click_place, fresh_idea, press, wait_for
from makers.chromium import BROWSER
from makers.volume import gate_only

pytestmark = [*BROWSER, gate_only]
AXE = "axe-core@4.10.3"
#: Longest wait for npm; without it, or without a network, the page cannot be looked at by axe.
NPM_S = 90
LOOK = """const done = arguments[0];
    axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})
      .then(found => done(found.violations.filter(one => ['serious', 'critical'].includes(one.impact))
        .map(one => [one.id, one.nodes.map(node => node.target.join(' '))])))
      .catch(error => done([['axe itself', [String(error)]]]));"""


@pytest.fixture(scope="module")
def axe(tmp_path_factory) -> str:
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("axe")
    if npm is None:
        pytest.skip("needs npm, which brings axe-core")
    command = [npm, "pack", AXE, "--prefer-offline", "--fetch-retries=0", "--loglevel=error"]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=NPM_S)
    except (subprocess.SubprocessError, OSError):
        pytest.skip("needs a registry of npm, which has axe-core")
    with tarfile.open(next(folder.glob("*.tgz"))) as packed:
        packed.extractall(folder, filter="data")
    return Path(folder, "package", "axe.min.js").read_text(encoding="utf-8")


def faults(page) -> list:
    """Serious faults of the page as it stands, with the elements that have them."""
    # half-way between two colours a contrast is neither's
    wait_for(lambda: page.execute_script("return document.getAnimations().length === 0"))
    return page.execute_async_script(LOOK)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_no_serious_fault(page, axe, language) -> None:
    if not page.execute_script("return document.documentElement.lang").startswith(language):
        press(page, "language")
        wait_for(lambda: page.execute_script("return document.documentElement.lang").startswith(language))
    page.execute_script(axe)
    found = {}
    fresh_idea(page, f"axe {language}")
    found["untouched"] = faults(page)
    press(page, "place")
    click_place(page, 4, 4)
    wait_for(lambda: changes(page) == 1)
    found["one site"] = faults(page)
    page.execute_script("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))")
    page.execute_script("document.querySelector('#top .menu summary').click()")
    found["menu"] = faults(page)
    page.execute_script("document.querySelectorAll('#top .menu-list button')[3].click()")
    wait_for(lambda: page.find_elements("css selector", "#dialog table.compared"))
    found["comparing"] = faults(page)
    page.execute_script("document.getElementById('dialog').close()")
    assert {state: one for state, one in found.items() if one} == {}


def test_axe_sees_a_fault(page, axe) -> None:
    """A button without a name is one: the look itself works."""
    page.execute_script(axe)
    page.execute_script("document.getElementById('try').appendChild(document.createElement('button'))")
    assert [name for name, _ in faults(page)] == ["button-name"]
