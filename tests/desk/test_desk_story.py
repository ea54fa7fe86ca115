"""What an official tries by hand in Chromium: drags, sizes, an idea that beats the machine's, ideas side by side."""

from __future__ import annotations

import pytest

from desk.browsing import changes, click_place, fresh_idea, press, screen_of, wait_for
from desk.desktown import degrees
from makers.chromium import BROWSER

pytestmark = BROWSER


@pytest.fixture
def english(page):
    """The page in English."""
    if not page.execute_script("return document.documentElement.lang").startswith("en"):
        press(page, "language")
        wait_for(lambda: page.execute_script("return document.documentElement.lang").startswith("en"))
    return page


def send(page, **edit: object) -> None:
    """A step as the page takes one, without its buttons."""
    before = page.execute_script("return coverplanDesk.card.revision")
    take = "const edit = arguments[0]; import('./state.js').then(state => state.step(coverplanDesk, edit))"
    page.execute_script(take, edit)
    wait_for(
        lambda: page.execute_script(
            "return !coverplanDesk.busy && coverplanDesk.card.revision > arguments[0]", before
        )
    )


def told(page, css: str) -> str:
    return page.execute_script("return (document.querySelector(arguments[0]) || {}).innerText || ''", css)


def placed(page, name: str, row: float, column: float) -> None:
    """A fresh idea with one site, and the pointer free again."""
    fresh_idea(page, name)
    press(page, "place")
    click_place(page, row, column)
    wait_for(lambda: changes(page) == 1)
    page.execute_script("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))")


def held(page, row: float, column: float) -> None:
    """The first site under a pressed pointer, drawn to a place of the town."""
    from selenium.webdriver.common.action_chains import ActionChains

    site = page.find_element("css selector", "#map .sign-site")
    x, y = screen_of(page, row, column)
    now = page.execute_script(
        "const b = arguments[0].getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2]",
        site,
    )
    drag = ActionChains(page, duration=50).click_and_hold(site)
    for part in (0.3, 0.6, 1.0):
        drag.move_by_offset(round((x - now[0]) * part), round((y - now[1]) * part))
        now = [now[0] + round((x - now[0]) * part), now[1] + round((y - now[1]) * part)]
    drag.perform()


def test_a_drag_says_what_it_would_do_until_esc_gives_it_up_or_it_is_let_go(english) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    page = english
    placed(page, "drag", 4, 4)
    trial = "return document.getElementById('trial').hidden ? '' : document.getElementById('trial').innerText"
    revision = page.execute_script("return coverplanDesk.card.revision")
    where = "const c = coverplanDesk.numbers.changes[0].open; return [c.x, c.y]"
    before = page.execute_script(where)
    # towards the home that stands already: fewer are reached then
    held(page, 1, 1)
    wait_for(lambda: "fewer within reach" in page.execute_script(trial))
    assert page.execute_script("return document.getElementById('trial').className") == "worse"
    ActionChains(page).send_keys(Keys.ESCAPE).perform()
    wait_for(lambda: page.execute_script(trial) == "")
    ActionChains(page).release().perform()
    marked = "const at = Object.values(coverplanDesk.sites._layers)[0].getLatLng(); return [at.lng, at.lat]"
    assert page.execute_script(marked) == before
    assert page.execute_script("return coverplanDesk.card.revision") == revision
    # letting go is no click on what lies there
    assert page.execute_script("return document.querySelectorAll('.leaflet-popup').length") == 0
    held(page, 3, 3)
    ActionChains(page).release().perform()
    wait_for(lambda: page.execute_script("return coverplanDesk.card.revision") == revision + 1)
    after, wanted = page.execute_script(where), degrees(3, 3)
    assert after == pytest.approx([wanted["x"], wanted["y"]], abs=2e-4)
    assert after != before


def test_a_site_is_called_alike_in_the_list_and_on_the_map_after_further_steps(english) -> None:
    page = english
    placed(page, "names", 4, 4)
    send(page, add={"close": {"layer": "elder_care", "id": "h0"}})
    wait_for(lambda: changes(page) == 2)
    listed = told(page, "#changes li:first-child .what")
    assert listed.endswith("near Town B")
    assert page.execute_script("return document.querySelector('#map .site').title") == listed
    page.execute_script("Object.values(coverplanDesk.sites._layers)[0].openPopup()")
    assert told(page, ".leaflet-popup h3") == listed


def test_sizes_and_years_are_changed_where_the_facility_or_the_site_is_shown(english) -> None:
    page = english
    placed(page, "sizes", 4, 4)
    page.execute_script("coverplanDesk.view.goToFacility(0)")
    page.execute_script("document.querySelectorAll('.details .buttons button')[2].click()")
    assert told(page, "#dialog-title") == "Change the size: Home 0"
    fields = page.find_elements("css selector", "#dialog input")
    assert [one.get_attribute("id") for one in fields] == [
        "size-beds", "size-nursing_beds", "size-places", "size-floor_area_m2", "size-cost", "size-year",
    ]  # fmt: skip
    assert fields[0].get_attribute("placeholder") == "now 10"
    fields[0].send_keys("40")
    fields[5].send_keys("2024")
    page.find_element("css selector", "#dialog button.main").click()
    wait_for(lambda: changes(page) == 2)
    assert told(page, "#changes li:nth-child(2) small") == "40 beds · from 2024"
    # the same facility again: it says that the idea has it, and may be resized
    page.execute_script("coverplanDesk.view.goToFacility(0)")
    assert "Number 2 of this idea: Upgrade: Home 0" in told(page, ".leaflet-popup")
    # the site that was placed
    page.execute_script("Object.values(coverplanDesk.sites._layers)[0].openPopup()")
    page.execute_script("document.querySelectorAll('.details .buttons button')[1].click()")
    page.find_element("id", "size-floor_area_m2").send_keys("1200")
    page.find_element("css selector", "#dialog button.main").click()
    wait_for(lambda: told(page, "#changes li:first-child small") == "floor area 1,200 m²")
    made = page.execute_script("return coverplanDesk.numbers.changes[0].open")
    assert (made["offers"]["floor_area_m2"], made["offers"]["type"]) == (1200, "institution")


def test_a_facility_is_found_and_changed_by_the_keyboard_alone(english) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    def type_keys(*keys: str) -> None:
        ActionChains(page).send_keys(*keys).perform()

    page = english
    fresh_idea(page, "keys alone")
    page.execute_script("document.getElementById('search').focus()")
    type_keys("Home 0", Keys.ENTER)
    here = "return document.activeElement.className"
    wait_for(lambda: page.execute_script(here) == "details", 20)
    assert changes(page) == 0  # the key that found it has pressed nothing
    type_keys(Keys.TAB, Keys.TAB, Keys.TAB, Keys.ENTER)
    wait_for(lambda: page.execute_script("return document.activeElement.id") == "size-beds")
    type_keys("25", Keys.ENTER)
    wait_for(lambda: changes(page) == 1)
    assert told(page, "#changes li small") == "25 beds"
    # what opened the window is gone: the keyboard is on the map
    assert page.execute_script("return document.activeElement.id") == "map"
    # the numbers can be scrolled by keys, whatever stands in them
    page.execute_script("document.getElementById('numbers').focus()")
    assert page.execute_script("return document.activeElement.id") == "numbers"


def test_a_facility_without_a_name_is_told_by_its_id(english) -> None:
    page = english
    fresh_idea(page, "nameless")
    page.execute_script("window.named = coverplanDesk.map.study.facilities.name[0]")
    try:
        page.execute_script("coverplanDesk.map.study.facilities.name[0] = null")
        send(page, add={"close": {"layer": "elder_care", "id": "h0"}})
        wait_for(lambda: told(page, "#changes li .what") == "Close: Elder care h0")
    finally:
        page.execute_script("coverplanDesk.map.study.facilities.name[0] = window.named")


def test_an_idea_that_equals_or_beats_what_was_found_says_so(english) -> None:
    page = english
    fresh_idea(page, "beaten")
    # at two minutes nobody reaches everybody: the best with one new place leaves the home in its corner
    send(page, standard={"key": "all", "minutes": 2})
    press(page, "proposal-start")
    wait_for(lambda: page.execute_script("return coverplanDesk.proposal !== null && !coverplanDesk.solving"))
    page.execute_script("coverplanDesk.accept(0)")
    wait_for(lambda: changes(page) == 1)
    press(page, "look")
    wait_for(lambda: "This idea" in told(page, "#best-note") or "candidate" in told(page, "#best-note"))
    numbers = "return Array.from(document.querySelectorAll('#numbers tr[data-row=covered] td[data-value]')).map(c => Number(c.dataset.value))"
    present, idea, best = page.execute_script(numbers)
    assert present < idea
    if idea == best:
        assert "This idea equals it." in told(page, "#best-note")
    # the home moved out of its corner: more than any new place beside it where it is
    send(page, add={"move": {"layer": "elder_care", "id": "h0", **degrees(1, 1)}})
    wait_for(lambda: changes(page) == 2)
    _, idea, best = page.execute_script(numbers)
    assert idea > best
    assert f"This idea reaches {round(idea - best)} more people" in told(page, "#best-note")
    assert told(page, "#numbers thead th:last-child").startswith("Found (1)")


def test_ideas_of_other_years_and_standards_are_compared_with_both_said(english) -> None:
    page = english
    fresh_idea(page, "later")
    send(page, year=2030)
    send(page, standard={"key": "all", "minutes": 3})
    page.execute_script("document.querySelector('#top .menu summary').click()")
    page.execute_script("document.querySelectorAll('#top .menu-list button')[3].click()")
    wait_for(lambda: page.find_elements("css selector", "#dialog table.compared"))
    page.execute_script("document.querySelector('#dialog input:not(:checked)').click()")
    wait_for(lambda: page.execute_script("return document.querySelectorAll('#dialog thead th').length") == 3)
    years = "return Array.from(document.querySelectorAll('#dialog tbody tr:first-child td')).map(one => one.innerText)"
    assert page.execute_script(years) == ["2030", "2030", "2025"]
    assert "by those of “later”" in told(page, "#dialog .warning")
    first = "#dialog tbody tr:nth-child(2) td:nth-of-type(2) small"
    assert told(page, first) == "3 min"
    page.execute_script("document.getElementById('dialog').close()")
