"""The desk in headless Chromium, other hosts unresolvable: an official's story from opening to the report."""

from __future__ import annotations

import json

import pytest

import coverplan
from desk.browsing import changes, click_place, fresh_idea, press, wait_for
from makers import toyfiles
from makers.chromium import BROWSER
from makers.volume import gate_only

pytestmark = BROWSER


def shown(page, row: str) -> list[float]:
    """Numbers of a row, read in one go: the page may draw the table anew at any moment."""
    cells = """return Array.from(document.querySelectorAll(`#numbers tr[data-row=${arguments[0]}] td[data-value]`))
        .map(cell => Number(cell.dataset.value))"""
    return page.execute_script(cells, row)


def run_of(page, served):
    """`coverplan.run` of the file that the page exports."""
    answer = page.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "fetch('/api/v1/ideas/' + coverplanDesk.card.id + '/scenario').then(r => r.text()).then(done);"
    )
    file = served.scenario.parent / "exported.yaml"
    file.write_text(answer, encoding="utf-8")
    return coverplan.run(file, write=False)


def same_as_a_run(page, served) -> None:
    """Every number on the page against `coverplan.run` of the file that the page exports."""
    result = run_of(page, served)
    before = shown(page, "covered")[0]
    assert shown(page, "covered") == [before, result.of_standard("all", "total")["covered"].iloc[0]]
    verdicts = result.tables["gaps"]["verdict"].to_dict()
    said = page.execute_script("""return Array.from(document.querySelectorAll("ul.targets li")).map(item =>
        [item.dataset.target, item.querySelector(".verdict:not(.old)").classList[1]])""")
    assert said
    assert {target: verdicts[target] for target, _ in said} == dict(said)


def present_and_idea_side_by_side(page) -> None:
    """Two maps that move together: the new sites stand on the idea's alone, and the classes of cells differ."""
    press(page, "split")
    wait_for(
        lambda: page.execute_script(
            "return coverplanDesk.past && coverplanDesk.past.view.map.getSize().x > 50"
        )
    )
    assert len(page.find_elements("css selector", "#map .site")) == 2
    assert page.find_elements("css selector", "#map-before .site") == []
    page.execute_script(
        "coverplanDesk.view.map.setZoom(coverplanDesk.view.map.getZoom() + 1, {animate: false})"
    )
    both = """return [coverplanDesk.view, coverplanDesk.past.view].map(view => {
        const centre = view.map.getCenter(); return [centre.lat.toFixed(6), centre.lng.toFixed(6), view.map.getZoom()]})"""
    idea, present = page.execute_script(both)
    assert idea == present
    classes = """return [coverplanDesk.past.view, coverplanDesk.view].map(view =>
        Array.from(view.study.cells.classes[coverplanDesk.standard]).filter(one => one < 3).length)"""
    before, after = page.execute_script(classes)
    assert before < after
    press(page, "split")
    wait_for(lambda: page.execute_script("return document.getElementById('map-before').hidden"))


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=gate_only)])
def test_an_officials_story(page, served, language) -> None:
    if page.execute_script("return document.documentElement.lang").startswith("zh") != (language == "zh"):
        press(page, "language")
        wait_for(lambda: page.execute_script("return document.documentElement.lang").startswith(language))
    fresh_idea(page, f"story {language}")
    # place: 15 of 25 nodes from the old corner, all of them with the far one
    press(page, "place")
    click_place(page, 4, 4)
    wait_for(lambda: changes(page) == 1)
    covered = shown(page, "covered")
    assert covered[0] == 150
    assert covered[1] >= 240  # a pixel may miss the corner by some metres
    same_as_a_run(page, served)
    # again elsewhere, and back
    click_place(page, 3, 1)
    wait_for(lambda: changes(page) == 2)
    page.execute_script("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))")
    press(page, "back")
    wait_for(lambda: changes(page) == 1)
    assert shown(page, "covered") == covered
    press(page, "forward")
    wait_for(lambda: changes(page) == 2)
    same_as_a_run(page, served)
    present_and_idea_side_by_side(page)
    asked = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    addresses = [
        one["params"]["request"]["url"] for one in asked if one["method"] == "Network.requestWillBeSent"
    ]
    assert addresses
    assert [url for url in addresses if not url.startswith((served.address, "data:"))] == []


def places(page) -> dict[str, list[float]]:
    """Who gets a place, before and with the idea, by what becomes of people; empty until it is reckoned."""
    rows = """return Array.from(document.querySelectorAll('#numbers tr[data-supply]')).map(row =>
        [row.dataset.supply, Array.from(row.querySelectorAll('td[data-value]')).map(cell => Number(cell.dataset.value))])"""
    return dict(page.execute_script(rows))


def test_who_gets_a_place_stands_beside_who_is_covered(page, served) -> None:
    fresh_idea(page, "places")
    # ten beds for thirty of the fifty who are 60 and over; nobody has lost or gained yet
    held = {"served": [10, 10], "no_place": [20, 20], "not_reached": [20, 20]}
    assert wait_for(lambda: places(page)) == held
    press(page, "place")
    click_place(page, 4, 4)
    wait_for(lambda: changes(page) == 1)
    # nobody knows the beds of the new one: those whom it alone reaches are neither served nor short
    found = wait_for(lambda: (told := places(page)).get("place_unknown") and told)
    assert {part: before for part, (before, _) in found.items()} == {
        "served": 10, "no_place": 20, "place_unknown": 0, "not_reached": 20,
    }  # fmt: skip
    table = run_of(page, served).tables["supply"]
    whole = table[
        (table["standard"] == "all") & (table["group"] == "age_60_plus") & (table["unit_code"] == "")
    ]
    assert {part: now for part, (_, now) in found.items()} == whole[list(found)].iloc[0].to_dict()
    first = "#numbers table.fullest tbody tr:first-child > *"
    cells = f"return Array.from(document.querySelectorAll('{first}')).map(cell => cell.innerText)"
    assert page.execute_script(cells) == ["Home 0", "10", "100%", "300%"]


def test_a_map_of_which_only_colours_changed_is_as_if_drawn_anew(page) -> None:
    fresh_idea(page, "colours")
    press(page, "place")
    # the second step may lay down the pictures that the first one made
    for number, (x, y) in enumerate([(4, 4), (3, 1)], 1):
        click_place(page, x, y)
        wait_for(lambda number=number: changes(page) == number)
        # laying a picture on another one may round a shade otherwise than drawing on it does
        unlike = page.execute_script("""const view = coverplanDesk.view, canvas = view.canvas._canvas;
            const read = () => {
              const copy = document.createElement("canvas");
              copy.width = canvas.width;
              copy.height = canvas.height;
              const context = copy.getContext("2d", { willReadFrequently: true });
              context.fillRect(0, 0, copy.width, copy.height);
              context.drawImage(canvas, 0, 0);
              return context.getImageData(0, 0, copy.width, copy.height).data;
            };
            const laid = view.canvas._pictures !== null, stepped = read();
            view.redraw();
            const anew = read();
            view.recolour();
            return [laid, stepped.filter((one, i) => Math.abs(one - anew[i]) > 12).length, new Set(anew).size];""")
        assert unlike[:2] == [True, 0]
        assert unlike[2] > 10


def test_the_keyboard_alone_places_a_site(page) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    def type_keys(*keys: str) -> None:
        ActionChains(page).send_keys(*keys).perform()

    fresh_idea(page, "keys")
    wait_for(lambda: changes(page) == 0)
    page.execute_script("document.getElementById('place').focus()")
    type_keys(Keys.ENTER)
    assert page.execute_script("return document.activeElement.id") == "map"
    type_keys(Keys.ARROW_RIGHT)
    wait_for(lambda: page.find_element("id", "trial").is_displayed())
    type_keys(Keys.ENTER)
    wait_for(lambda: changes(page) == 1)
    type_keys(Keys.ESCAPE)
    wait_for(lambda: page.execute_script("return coverplanDesk.placing === null"))
    page.execute_script("document.querySelector('#try ol.changes li button:last-child').focus()")
    type_keys(Keys.ENTER)
    wait_for(lambda: changes(page) == 0)
    # the list was drawn anew: the keyboard is where it was, not at the beginning of the page
    assert page.execute_script("return document.activeElement.closest('#try') !== null")


def test_names_are_text_wherever_they_stand(page) -> None:
    fresh_idea(page, "<img src=x onerror=alert(1)>")
    assert page.find_elements("css selector", "img[src=x]") == []
    assert page.find_element("css selector", "#idea option:checked").text == "<img src=x onerror=alert(1)>"


def test_a_killed_server_loses_nothing_and_the_page_goes_on(page, served) -> None:
    fresh_idea(page, "killed")
    press(page, "place")
    click_place(page, 4, 4)
    wait_for(lambda: changes(page) == 1)
    saved = page.execute_script("return coverplanDesk.card")
    served.kill()
    press(page, "back")  # nobody is there: the step waits, and is taken once when the desk is back
    offline = page.execute_script("return coverplanDesk.words('offline')")
    wait_for(lambda: page.execute_script("return coverplanDesk.notice") == offline)
    served.start()
    wait_for(lambda: changes(page) == 0)
    assert page.execute_script("return coverplanDesk.notice") is None
    press(page, "forward")
    wait_for(lambda: changes(page) == 1)
    assert page.execute_script("return coverplanDesk.card.id") == saved["id"]


def test_files_that_changed_underneath_are_told_and_read_again_on_request(page, served) -> None:
    fresh_idea(page, "changed")
    press(page, "place")
    click_place(page, 4, 4)
    wait_for(lambda: changes(page) == 1)
    idea = page.execute_script(
        "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'})); return coverplanDesk.card.id"
    )
    homes = served.scenario.parent / "homes.csv"
    before = homes.read_text("utf-8")
    try:
        # a second home in the far corner: who lives there is within reach of something before anybody builds
        toyfiles.homes((0, 0), (4, 4)).to_csv(homes, index=False)
        page.execute_script("window.older = true; document.dispatchEvent(new Event('visibilitychange'))")
        told = page.execute_script("return coverplanDesk.words('changed_files', {text: 'homes.csv'})")
        notice = "return document.querySelector('#notice span').textContent"
        wait_for(lambda: page.execute_script(notice) == told)
        assert shown(page, "covered")[0] == 150  # nothing is read before somebody asks for it
        page.execute_script("document.querySelector('#notice button').click()")
        wait_for(
            lambda: page.execute_script("return !window.older && document.body.classList.contains('ready')")
        )
        assert page.execute_script(
            "return [coverplanDesk.card.id, coverplanDesk.numbers.changes.length]"
        ) == [idea, 1]
        assert shown(page, "covered")[0] >= 240
    finally:
        homes.write_text(before, encoding="utf-8")
        read = "const done = arguments[0]; fetch('/api/v1/reload', {method: 'POST'}).then(answer => done(answer.status))"
        assert page.execute_async_script(read) == 200


@gate_only
def test_the_documents_of_an_idea_can_be_opened(page, served) -> None:
    fresh_idea(page, "documents")
    press(page, "place")
    click_place(page, 4, 4)
    wait_for(lambda: changes(page) == 1)
    press(page, "documents")
    links = wait_for(lambda: page.find_elements("css selector", "#dialog .files a"), 120)
    names = [link.text for link in links]
    assert {"report.html", "report.docx", "map.html", "scenario.yaml"} <= set(names)
    address = next(link.get_attribute("href") for link in links if link.text == "report.html")
    kind = page.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "fetch(arguments[0]).then(r => r.text()).then(text => done(text.slice(0, 4000)));",
        address,
    )
    assert "<html" in kind
