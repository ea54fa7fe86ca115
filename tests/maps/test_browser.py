"""The page in headless Chromium with the network blocked."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from coverplan.maps.web.interactive import write_map
from makers.chromium import BROWSER, start_chromium
from towns import maptown

pytestmark = BROWSER


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_map(maptown.town(), tmp_path_factory.mktemp("page"), language="zh")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    driver = start_chromium()
    yield driver
    driver.quit()


@pytest.fixture
def opened(browser, page: Path):
    browser.get_log("performance")
    browser.get_log("browser")
    browser.get(page.as_uri())
    assert browser.execute_script("return document.body.classList.contains('ready')")
    yield browser
    assert [entry for entry in browser.get_log("browser") if entry["level"] in {"SEVERE", "WARNING"}] == []
    assert not browser.execute_script("return window.alerted || false")


def drawn(browser) -> str:
    """Picture of the canvas, to see whether something changed."""
    return browser.execute_script("return document.querySelector('.leaflet-pane canvas').toDataURL()")


def click_place(browser, x_m: float, y_m: float) -> None:
    """Click where a place in the study's metres stands on the screen."""
    from pyproj import Transformer

    from towns import toytown

    to_degrees = Transformer.from_crs(toytown.CRS, "EPSG:4326", always_xy=True)
    longitude, latitude = to_degrees.transform(x_m, y_m)
    point = browser.execute_script(
        """const map = coverplanPage.view.map, at = map.latLngToContainerPoint([arguments[1], arguments[0]]);
        const box = map.getContainer().getBoundingClientRect();
        return [box.left + at.x, box.top + at.y];""",
        longitude,
        latitude,
    )
    from selenium.webdriver.common.actions.action_builder import ActionBuilder

    actions = ActionBuilder(browser)
    actions.pointer_action.move_to_location(round(point[0]), round(point[1])).click()
    actions.perform()


def popup(browser):
    """Details in the popup, once the map has moved it into view."""
    from selenium.webdriver.common.by import By

    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = browser.find_elements(By.CSS_SELECTOR, ".leaflet-popup .details")
        if found and found[-1].find_element(By.TAG_NAME, "h3").text:
            return found[-1]
        time.sleep(0.05)
    raise AssertionError("no popup came")


def test_nothing_is_asked_outside_the_file(opened, page: Path) -> None:
    asked = []
    for entry in opened.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.append(message["params"]["request"]["url"])
    assert page.as_uri() in asked
    assert [url for url in asked if url != page.as_uri() and not url.startswith("data:")] == []


def test_a_click_shows_the_numbers_of_the_result(opened) -> None:
    from towns import toytown

    x, y = toytown.xy(3, 3)
    click_place(opened, x + 25, y + 30)
    box = popup(opened)
    unit = next(u for u in maptown.town().summary["units"] if u["code"] == "001002")
    assert box.get_attribute("data-code") == "001002"
    assert box.find_element("tag name", "h3").text == maptown.HOSTILE[0]
    groups = unit["coverage"][maptown.CARE]
    cells = box.find_elements("css selector", "td[data-column]")
    assert len(cells) == 6 * len(groups)
    for cell in cells:
        value = groups[cell.get_attribute("data-group")][cell.get_attribute("data-column")]
        assert float(cell.get_attribute("data-value")) == pytest.approx(value, rel=1e-12)
        if cell.get_attribute("data-column") == "covered":
            assert cell.text == f"{value:,.0f}"
    assert "指标<img" in box.text


def test_standards_and_groups_change_what_is_measured(opened) -> None:
    from selenium.webdriver.support.ui import Select

    before = drawn(opened)
    Select(opened.find_element("id", "standard")).select_by_value(maptown.STRAIGHT)
    assert "直线距离" in opened.find_element("css selector", ".measured").text
    assert drawn(opened) != before
    Select(opened.find_element("id", "standard")).select_by_value(maptown.CARE)
    Select(opened.find_element("id", "group")).select_by_value("age_60_plus")
    people = maptown.town().summary["standards"][0]["people"]["age_60_plus"]
    shown = opened.find_element("css selector", ".summary td[data-column=covered]").get_attribute(
        "data-value"
    )
    assert float(shown) == people["covered"]
    assert "虚构数据" in opened.find_element("css selector", ".measured").text


def test_protected_standards_have_no_cells(opened) -> None:
    from selenium.webdriver.support.ui import Select

    Select(opened.find_element("id", "standard")).select_by_value(maptown.SHELTER)
    assert "保密" in opened.find_element("css selector", "#coverplan-panel").text
    assert maptown.HIDDEN not in opened.page_source


@pytest.mark.parametrize(
    "layer", ["streets", "base", "names", "areas", "uncovered", "clusters", "failing", "type-0"]
)
def test_every_layer_can_be_switched(opened, layer) -> None:
    before = drawn(opened)
    opened.find_element("id", f"layer-{layer}").click()
    changed = drawn(opened)
    assert changed != before
    opened.find_element("id", f"layer-{layer}").click()
    assert drawn(opened) == before


@pytest.mark.parametrize("theme", ["share", "none"])
def test_every_theme_is_drawn(opened, theme) -> None:
    from selenium.webdriver.support.ui import Select

    before = drawn(opened)
    Select(opened.find_element("id", "theme")).select_by_value(theme)
    assert drawn(opened) != before


@pytest.mark.parametrize("name", maptown.HOSTILE)
def test_search_finds_facilities_by_name_and_shows_it_as_text(opened, name) -> None:
    field = opened.find_element("id", "search")
    opened.execute_script(
        "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input'))", field, name
    )
    hits = [hit for hit in opened.find_elements("css selector", ".found button") if "h" in hit.text]
    assert hits
    opened.execute_script("arguments[0].click()", hits[-1])
    assert popup(opened).find_element("tag name", "h3").text.removeprefix("'").split() == name.split()
    assert opened.find_elements("css selector", "img[src=x]") == []


def test_every_numbered_cluster_stands_in_a_list(opened) -> None:
    table = maptown.town().tables["clusters"]
    listed = opened.find_elements("css selector", ".found.clusters button")
    assert len(listed) == len(table) == 1
    assert f"{table['people'].iloc[0]:,.0f}" in listed[0].text
    opened.execute_script("arguments[0].click()", listed[0])
    assert f"{table['people'].iloc[0]:,.0f}" in popup(opened).text


def test_search_finds_a_unit_by_its_code(opened) -> None:
    from selenium.webdriver.common.keys import Keys

    opened.find_element("id", "search").send_keys("001001", Keys.ENTER)
    assert popup(opened).get_attribute("data-code") == "001001"
    opened.find_element("id", "search").send_keys("zzz")
    assert "没有找到" in opened.find_element("css selector", ".found").text


def test_the_script_unpacks_what_python_packed(opened) -> None:
    import numpy as np

    cells = opened.execute_script(
        "const c = coverplanPage.view.study.cells; return [Array.from(c.classes.care), Array.from(c.people.total)]"
    )
    assert cells[1] == [100] * 25
    demand = maptown.town().layers["demand"]
    assert np.array_equal(np.array(cells[0]) < 3, demand["care|minutes"].to_numpy() <= 2)


def test_a_small_screen_keeps_map_and_standard(opened) -> None:
    try:
        opened.set_window_size(500, 800)
        assert opened.find_element("css selector", ".measured").is_displayed()
        size = opened.execute_script(
            "const s = coverplanPage.view.map.getContainer(); return [s.clientWidth, s.clientHeight]"
        )
        assert min(size) > 300
    finally:
        opened.set_window_size(1300, 900)


@pytest.mark.parametrize(
    "gone", [("streets",), ("units",), ("demand", "facilities"), ("units", "facilities", "streets")]
)
def test_a_study_without_some_layers_opens(browser, tmp_path: Path, gone) -> None:
    path = write_map(maptown.without(maptown.town(), *gone), tmp_path, language="en")
    browser.get_log("browser")
    browser.get(path.as_uri())
    assert browser.execute_script("return document.body.classList.contains('ready')")
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_forty_layers_open(browser, tmp_path: Path) -> None:
    path = write_map(maptown.with_standards(maptown.town(), 40), tmp_path, language="en")
    browser.get(path.as_uri())
    assert len(browser.find_elements("css selector", "#standard option")) == 40
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


@pytest.fixture(scope="module")
def sited_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_map(maptown.sited(), tmp_path_factory.mktemp("sited"), language="en")


@pytest.fixture
def sited(browser, sited_page: Path):
    browser.get_log("browser")
    browser.get(sited_page.as_uri())
    assert browser.execute_script("return document.body.classList.contains('ready')")
    yield browser
    assert [entry for entry in browser.get_log("browser") if entry["level"] in {"SEVERE", "WARNING"}] == []
    assert not browser.execute_script("return window.alerted || false")


def test_a_click_on_an_action_shows_the_numbers_of_the_result(sited) -> None:
    result = maptown.sited()
    rows = result.tables["actions"].set_index("action_id")
    columns = {"year": "year", "people": "people_reached", "needed": "people_needed", "cost": "cost"}
    for place in result.layers["actions"].itertuples():
        sited.execute_script(
            "const p = coverplanPage.view; p.map.closePopup();"
            "p.goToAction(p.study.siting.actions.find(a => a.id === arguments[0])); p.map.closePopup();"
            "p.map.setZoom(18, {animate: false})",
            place.action_id,
        )
        click_place(sited, place.geometry.x, place.geometry.y)
        box = popup(sited)
        assert box.get_attribute("data-action") == place.action_id
        row = rows.loc[place.action_id]
        for shown, column in columns.items():
            told = box.find_element("css selector", f"[data-column={shown}]").get_attribute("data-value")
            assert told == "" if row[column] != row[column] else float(told) == row[column]
        assert row["unit_name"] in box.text
    assert sited.find_elements("css selector", "img[src=x]") == []


@pytest.mark.parametrize("layer", ["actions", "candidates"])
def test_actions_and_candidates_can_be_switched(sited, layer) -> None:
    before = drawn(sited)
    legend = sited.find_element("css selector", ".legend").text
    sited.find_element("id", f"layer-{layer}").click()
    assert drawn(sited) != before
    assert sited.find_element("css selector", ".legend").text != legend
    sited.find_element("id", f"layer-{layer}").click()
    assert drawn(sited) == before


def test_the_years_shown_leave_out_later_actions(sited) -> None:
    from selenium.webdriver.support.ui import Select

    before = drawn(sited)
    actions = maptown.sited().tables["actions"]
    Select(sited.find_element("id", "action-year")).select_by_value("2026")
    assert drawn(sited) != before
    some = int((actions["year"] <= 2026).sum())
    assert 0 < some < len(actions)
    assert len(sited.find_elements("css selector", ".found.actions button")) == some
    sited.find_element("id", "language").click()
    assert (
        Select(sited.find_element("id", "action-year")).first_selected_option.get_attribute("value") == "2026"
    )
    assert len(sited.find_elements("css selector", ".found.actions button")) == some


def test_a_click_on_a_candidate_says_why_it_may_not_be_used(sited) -> None:
    layer = maptown.sited().layers["candidates"]
    row = layer[layer["reason"] == "excluded:water"].iloc[0]
    sited.find_element("id", "layer-candidates").click()
    sited.execute_script("coverplanPage.view.study.shown.delete('actions'); coverplanPage.view.redraw()")
    click_place(sited, row.geometry.x, row.geometry.y)
    box = popup(sited)
    same = layer[layer.geometry == row.geometry]
    assert box.get_attribute("data-candidate") in set(same["id"])
    assert "Candidate" in box.text


def test_search_finds_actions_and_tells_those_without_a_place_by_unit(sited) -> None:
    from selenium.webdriver.common.keys import Keys

    last = maptown.sited().tables["actions"].iloc[-1]
    sited.find_element("id", "search").send_keys(str(last["action_id"]), Keys.ENTER)
    box = popup(sited)
    assert box.get_attribute("data-action") == last["action_id"]
    assert "no place" in box.text


@pytest.fixture(scope="module")
def changed_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_map(maptown.changed(), tmp_path_factory.mktemp("changed"), language="zh")


@pytest.fixture
def changed(browser, changed_page: Path):
    browser.get_log("browser")
    browser.get(changed_page.as_uri())
    assert browser.execute_script("return document.body.classList.contains('ready')")
    yield browser
    assert [entry for entry in browser.get_log("browser") if entry["level"] in {"SEVERE", "WARNING"}] == []


def shown_number(browser, column: str) -> float:
    cell = browser.find_element("css selector", f".summary td[data-column={column}]")
    return float(cell.get_attribute("data-value"))


def test_before_and_after_change_colours_numbers_and_facilities(changed) -> None:
    from selenium.webdriver.support.ui import Select

    people = maptown.changed().summary["standards"][0]["people"]["total"]
    after, legend = drawn(changed), changed.find_element("css selector", ".legend").text
    assert shown_number(changed, "covered") == people["covered"]
    Select(changed.find_element("id", "moment")).select_by_value("before")
    assert shown_number(changed, "covered") == people["covered_before"]
    parts = [shown_number(changed, name) for name in ("covered", "uncovered", "off_network")]
    assert sum(parts) + people["outside_units"] == pytest.approx(people["people"])
    assert drawn(changed) != after
    assert changed.find_element("css selector", ".legend").text != legend
    assert "不新增项目" in changed.find_element("css selector", ".measured").text
    ids = changed.execute_script(
        "const s = coverplanPage.view.study, there = s.facilities.before.there;"
        "return s.facilities.id.filter((id, i) => there[i])"
    )
    assert "new" not in ids
    assert "h1" in ids


def test_what_a_popup_tells_follows_the_time_that_is_shown(changed) -> None:
    from selenium.webdriver.support.ui import Select

    changed.execute_script("coverplanPage.view.goToUnit(0)")
    told = [popup(changed).text]
    for moment in ("before", "after"):
        Select(changed.find_element("id", "moment")).select_by_value(moment)
        told.append(popup(changed).text)
    assert told[0] == told[2] != told[1]
    assert ["不新增项目" in text for text in told] == [False, True, False]
    cells = popup(changed).find_elements("css selector", "td[data-column=covered]")
    assert [float(cell.get_attribute("data-value")) for cell in cells]
    Select(changed.find_element("id", "standard")).select_by_value(maptown.STRAIGHT)
    assert popup(changed).text not in told


def test_the_picture_lists_every_numbered_mark(sited) -> None:
    sizes = sited.execute_script(
        """const view = coverplanPage.view, height = function () {
          window.dispatchEvent(new Event("beforeprint"));
          return document.querySelector("#coverplan-print canvas").height;
        };
        const all = height();
        view.study.shown.delete("actions"); view.study.shown.delete("clusters"); view.redraw();
        return [all, height()];"""
    )
    assert sizes[0] > sizes[1]


def test_people_add_up_as_they_are_written(changed) -> None:
    rows = changed.find_elements("css selector", ".summary td")
    shown = {cell.get_attribute("data-column"): cell.text.replace(",", "") for cell in rows}
    parts = [int(shown.get(name, 0)) for name in ("covered", "uncovered", "off_network", "outside_units")]
    assert sum(parts) == int(shown["people"])


def test_switching_the_standard_switches_facilities_and_legend(changed) -> None:
    from selenium.webdriver.support.ui import Select

    before = changed.find_element("css selector", ".legend").text
    Select(changed.find_element("id", "standard")).select_by_value(maptown.STRAIGHT)
    shown = changed.execute_script(
        "const s = coverplanPage.view.study;"
        "return s.facilities.types.filter((t, i) => s.shown.has('type-' + i)).map(t => t.key)"
    )
    assert shown == ["day_care"]
    assert changed.find_element("css selector", ".legend").text != before


def test_the_language_is_switched_in_place(changed) -> None:
    changed.find_element("id", "language").click()
    english = data_of_english()
    assert changed.title.startswith(english["title"])
    assert changed.find_element("css selector", "html").get_attribute("lang") == "en"
    assert english["statement"] in changed.find_element("id", "coverplan-panel").text
    changed.find_element("id", "language").click()
    assert "打印" in changed.find_element("id", "coverplan-panel").text


def data_of_english() -> dict:
    from coverplan.maps.web.page_content import page_content
    from coverplan.text.words import Words

    return page_content(maptown.changed(), Words("en"))


def test_a_click_gives_coordinates_and_a_line_that_a_scenario_reads(changed) -> None:
    import yaml
    from pyproj import Transformer
    from selenium.webdriver.support.ui import Select

    from coverplan.scenario.change_file import Change
    from towns import toytown

    Select(changed.find_element("id", "standard")).select_by_value(maptown.STRAIGHT)
    x, y = toytown.xy(1, 3)
    click_place(changed, x + 30, y + 30)
    popup(changed)
    place, line = (
        button.get_attribute("data-copied") for button in changed.find_elements("css selector", "button.copy")
    )
    longitude, latitude = map(float, place.split(", "))
    back = Transformer.from_crs("EPSG:4326", toytown.CRS, always_xy=True).transform(longitude, latitude)
    assert back == pytest.approx((x + 30, y + 30), abs=4)
    (change,) = (Change.model_validate(one) for one in yaml.safe_load(line))
    assert (change.open.layer, change.open.offers.type) == ("elder_care", "day_care")
    assert (change.open.x, change.open.y) == (longitude, latitude)
    changed.find_elements("css selector", "button.copy")[1].click()
    assert changed.find_elements("css selector", "button.copy")[1].text == "已复制"


def test_the_picture_holds_title_map_and_legend(changed) -> None:
    changed.execute_script(
        "window.saved = []; URL.createObjectURL = function (blob) { window.saved.push(blob); return 'data:,'; };"
        "HTMLAnchorElement.prototype.click = function () { window.savedName = this.download; };"
    )
    changed.find_element("id", "picture").click()
    until = time.monotonic() + 60
    while time.monotonic() < until and not changed.execute_script("return window.saved.length"):
        time.sleep(0.05)
    kind, size = changed.execute_script("return [window.saved[0].type, window.saved[0].size]")
    assert kind == "image/png"
    assert size > 30_000
    assert changed.execute_script("return window.savedName") == f"{maptown.CARE}.png"


def test_a_part_of_a_person_is_not_written_as_nobody(changed) -> None:
    told = changed.execute_script(
        """const view = coverplanPage.view, people = view.study.cells.people[view.study.group.key];
        const points = view.study.cells.points, tell = function (i) {
          view.map.fire("click", { latlng: view.places.latLng(points[2 * i], points[2 * i + 1]) });
          const cell = view.map._popup.getContent().querySelector(".cell");
          return cell && cell.textContent;
        };
        const i = Array.from(people.keys()).find(tell);
        return [0.3, 0, 1.2, 1234].map(function (one) { people[i] = 10 * one; return tell(i); });"""
    )
    assert ["不足 1 人" in sentence for sentence in told] == [True, True, False, False]
    assert "约 1,234 人" in told[3]


def test_what_is_under_the_pointer_is_told(changed) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    box = changed.find_element("id", "map_coverplan")
    for shift in (0, 9):
        ActionChains(changed).move_to_element_with_offset(box, -40 + shift, 20).perform()
    until = time.monotonic() + 60
    while time.monotonic() < until and not changed.find_elements("css selector", ".leaflet-tooltip.hover"):
        time.sleep(0.05)
    assert changed.find_element("css selector", ".leaflet-tooltip.hover").text


def test_on_a_small_screen_a_tap_closes_the_popup(changed) -> None:
    from towns import toytown

    try:
        changed.set_window_size(500, 800)
        changed.execute_script(
            "coverplanPage.view.map.invalidateSize({animate: false}); coverplanPage.view.fit()"
        )
        x, y = toytown.xy(2, 2)
        click_place(changed, x + 30, y + 30)
        popup(changed)
        on_top = (
            "const box = document.querySelector('.leaflet-popup-close-button').getBoundingClientRect();"
            "const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);"
            "return top !== null && top.closest('.leaflet-popup-close-button') !== null"
        )
        # the map may still be moving the popup into view
        until = time.monotonic() + 30
        while not changed.execute_script(on_top) and time.monotonic() < until:
            time.sleep(0.05)
        assert changed.execute_script(on_top)
        changed.execute_script(
            "coverplanPage.view.map.fire('click', {latlng: coverplanPage.view.map.getCenter()})"
        )
        assert changed.execute_script("return !coverplanPage.view.map._popup.isOpen()")
    finally:
        changed.set_window_size(1300, 900)


def test_marks_do_not_cover_each_other(sited) -> None:
    import numpy as np

    at = np.array(
        sited.execute_script(
            "const v = coverplanPage.view; return v.study.siting.actions.filter(a => a.xy && a.shift).map(a => {"
            "const p = v.map.latLngToContainerPoint(v.places.latLng(a.xy[0], a.xy[1]));"
            "return [p.x + a.shift[0], p.y + a.shift[1]]; })"
        )
    )
    assert len(at) > 3
    distance = np.hypot(*(at[:, None] - at[None]).T)
    assert distance[np.triu_indices(len(at), 1)].min() > 18


def test_supply_is_drawn_and_told(browser, tmp_path: Path) -> None:
    from selenium.webdriver.support.ui import Select

    import coverplan
    from makers import toyfiles

    asked = {"layer": "elder_care", "groups": ["age_60_plus"], "minutes": 4, "supply": {"field": "beds"}}
    scenario = toyfiles.write_town(tmp_path, scenario={"standards": [asked]})
    browser.get(write_map(coverplan.run(scenario, write=False), tmp_path, language="en").as_uri())
    pictures = [drawn(browser)]
    for theme in ("supply", "supply_unit"):
        Select(browser.find_element("id", "theme")).select_by_value(theme)
        pictures.append(drawn(browser))
        assert "beds" in browser.find_element("css selector", ".legend").text
    assert len(set(pictures)) == 3
    cells = browser.find_elements("css selector", ".summary .supply td")
    assert [cell.text for cell in cells] == ["200", "50", "10", "20", "0", "20"]
    browser.execute_script("coverplanPage.view.goToFacility(0)")
    assert "10 of 10 taken" in popup(browser).text
