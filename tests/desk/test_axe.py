"""The desk's page by axe-core, which comes from npm: no serious fault in either language, whatever is open."""

from __future__ import annotations

import io
import math
import shutil
import subprocess
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

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


UNSURE = """const done = arguments[0];
    axe.run(document, {resultTypes: ['incomplete'], runOnly: {type: 'rule', values: ['color-contrast']}})
      .then(found => {
        const letters = [];
        for (const node of found.incomplete.flatMap(one => one.nodes)) {
          const it = document.querySelector(node.target[0]);
          const style = getComputedStyle(it);
          for (const text of Array.from(it.childNodes).filter(one => one.nodeType === 3 && one.data.trim())) {
            const range = document.createRange();
            range.selectNodeContents(text);
            for (const box of range.getClientRects()) {
              const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
              if (!top || !(it.contains(top) || top.contains(it))) continue;
              letters.push([node.target[0], style.color.match(/[0-9.]+/g).map(Number), parseFloat(style.fontSize),
                Number(style.fontWeight), [box.left, box.top, box.right, box.bottom]]);
            }
          }
        }
        // the page's policy lets in no styles from elsewhere, but its own may be added to
        const own = Array.from(document.styleSheets).find(one => one.href.endsWith('/desk.css'));
        own.insertRule('* { color: transparent !important; }', 0);
        done(letters);
      }).catch(error => done([String(error)]));"""


def luminance(colour: np.ndarray) -> np.ndarray:
    """Relative luminance of WCAG 2.1 of colours, shape (..., 3), 0 to 255."""
    part = np.asarray(colour, dtype=float) / 255
    linear = np.where(part <= 0.03928, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Ratio of contrast of WCAG 2.1."""
    light = np.stack(np.broadcast_arrays(luminance(one), luminance(other)))
    return (light.max(axis=0) + 0.05) / (light.min(axis=0) + 0.05)


def test_ratios_are_those_that_wcag_gives() -> None:
    assert contrast(np.array([0, 0, 0]), np.array([255, 255, 255])) == pytest.approx(21)
    # the grey that is known as the lightest that passes on white, and the next one
    assert (
        contrast(np.array([118] * 3), np.array([255] * 3))
        >= 4.5
        > contrast(np.array([119] * 3), np.array([255] * 3))
    )


def test_letters_over_pictures_can_be_read(page, axe) -> None:
    """What axe cannot judge, over the map and over several layers: every pixel behind the letters as it is drawn."""
    page.execute_script(axe)
    fresh_idea(page, "letters")
    press(page, "place")
    click_place(page, 4, 4)
    wait_for(lambda: changes(page) == 1)
    wait_for(lambda: page.execute_script("return document.getAnimations().length === 0"))
    letters = page.execute_async_script(UNSURE)
    behind = np.asarray(Image.open(io.BytesIO(page.get_screenshot_as_png())).convert("RGB"))
    page.refresh()
    faint = {}
    for target, colour, size, weight, box in letters:
        # whole pixels alone: half of one beside the letters may be a border's
        (left, top), (right, bottom) = map(math.ceil, box[:2]), map(math.floor, box[2:])
        ratio = float(contrast(np.array(colour[:3]), behind[top:bottom, left:right]).min())
        if ratio < (3.0 if size >= 24 or (size >= 18.66 and weight >= 700) else 4.5):
            faint[target] = round(ratio, 2)
    assert letters
    assert faint == {}
