"""A scenario that changes something: before and after on paper, what is done first, nothing to come called present."""

from __future__ import annotations

import re

import numpy as np
import pypdf
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from coverplan.maps import wording
from coverplan.maps.before import facilities_at
from coverplan.maps.sheets.fonts import print_fonts
from coverplan.maps.sheets.ground import Ground
from coverplan.maps.sheets.print_map import sheets, write_print_map
from coverplan.maps.subject import Subject
from coverplan.results.changed import done_actions
from coverplan.results.tense import tense_of
from coverplan.text.words import LANGUAGES, Words
from towns import maptown

#: What no page of numbers that are yet to come may call them.
PRESENT_ONLY = {"zh": ("现状值", "实现值", "规划期已满", "已运营"), "en": ("achieved", "Present value")}


def texts_of(sheet) -> set[str]:
    return {text.get_text() for text in sheet.figure.findobj(lambda one: hasattr(one, "get_text"))}


@pytest.fixture(scope="module", params=LANGUAGES)
def printed(request):
    words = Words(request.param)
    with print_fonts():
        return words, list(sheets(Ground(maptown.changed()), words, "A4"))


def test_every_sheet_says_that_its_numbers_are_expected(printed) -> None:
    words, found = printed
    statement = tense_of(maptown.changed()).statement(words)
    for sheet in found:
        lines = "".join(line.get_text() for line in sheet.figure.texts)
        assert statement.replace(" ", "") in lines.replace(" ", "")
        text = " ".join(texts_of(sheet))
        assert not [word for word in PRESENT_ONLY[words.language] if word in text]


def test_what_is_done_comes_first_with_a_list_of_the_same_numbers(printed) -> None:
    words, found = printed
    result = maptown.changed()
    first, last = texts_of(found[0]), texts_of(found[-1])
    title = words("map.changes.title", place=wording.place(result, words))
    assert any(text.startswith(title) for text in first)
    assert {"1", "2"} <= first
    assert {"C01", "C02", "C03"} <= last
    assert maptown.NEW in last
    for page in found:
        assert not [text for text in texts_of(page) if maptown.HIDDEN in text]
    assert [action.action_id for action in done_actions(result)] == ["C01", "C02", "C03"]


def test_the_pair_says_both_numbers_of_the_result(printed) -> None:
    words, found = printed
    result = maptown.changed()
    people = result.summary["standards"][0]["people"]["total"]
    assert people["covered"] > people["covered_before"]
    pair = texts_of(found[1])
    for covered in ("covered", "covered_before"):
        share = people[covered] / people["people"]
        told = words("map.share_of", covered=words.number(people[covered]), share=words.share(share))
        assert told in pair
    assert words("map.without", year=2027) in pair
    assert words("tense.label.changed", year=2027) in pair


def overlapping(sheet) -> list[tuple[str, str]]:
    """Pairs of lines of a sheet that meet as they are drawn."""
    with print_fonts():
        renderer = FigureCanvasAgg(sheet.figure).get_renderer()
        lines = [line for line in sheet.figure.texts if line.get_text().strip()]
        left, below, right, above = np.array([line.get_window_extent(renderer).extents for line in lines]).T
    # room for descenders that no letter of a line fills belongs to its box
    below = below + 0.2 * (above - below)
    meet = (left[:, None] < right) & (left < right[:, None])
    meet &= (below[:, None] < above) & (below < above[:, None])
    return [(lines[i].get_text(), lines[j].get_text()) for i, j in np.argwhere(np.triu(meet, 1))]


def test_no_line_of_a_sheet_stands_on_another(printed) -> None:
    _, found = printed
    assert [overlapping(sheet) for sheet in found] == [[] for _ in found]


def test_small_maps_explain_borders_and_every_type(printed) -> None:
    words, found = printed
    names = Ground(maptown.changed()).border_names(words)
    title = words("map.small_multiples", place=wording.place(maptown.changed(), words))
    (sheet,) = [one for one in found if any(text.startswith(title) for text in texts_of(one))]
    assert names
    assert {words("map.border_of", level=name) for name in names} <= texts_of(sheet)


def test_costs_in_the_list_are_numbers_below_their_unit() -> None:
    words, result = Words("en"), maptown.sited()
    *_, listed = sheets(Ground(result), words, "A4")
    unit = result.summary["siting"]["question"]["currency"]["en"]
    assert words("map.siting.cost_in", cost=words("map.siting.cost"), unit=unit) in texts_of(listed)
    # costs of one list have one number of decimals: 60.5 and 55.0
    known = [str(cost) for cost in result.tables["actions"]["cost"].dropna()]
    assert {f"{float(cost):,.1f}" for cost in known} <= texts_of(listed)


def test_before_and_after_have_one_scale_and_the_same_classes() -> None:
    result = maptown.changed()
    found = list(sheets(Ground(result), Words("zh"), "A4"))[1]
    left, right = found.figure.axes
    assert np.ptp(left.get_xlim()) == pytest.approx(np.ptp(right.get_xlim()))
    then = Subject(result, result.summary["standards"][2], Words("zh"), before=True)
    now = Subject(result, result.summary["standards"][2], Words("zh"))
    assert then.share_classes() == now.share_classes()


def test_facilities_before_are_those_of_the_study() -> None:
    result = maptown.changed()
    then = facilities_at(result, before=True).set_index("id")
    plain = maptown.town().layers["facilities"].set_index("id")
    assert set(then.index) == set(plain.index)
    assert then.loc["h1"].geometry == plain.loc["h1"].geometry
    assert result.layers["facilities"].set_index("id").loc["h1"].geometry != plain.loc["h1"].geometry


def test_larger_paper_shows_what_is_after_by_itself_as_well() -> None:
    words, ground = Words("zh"), Ground(maptown.changed())
    small, large = (list(sheets(ground, words, paper)) for paper in ("A4", "A3"))
    assert len(large) == len(small) + len(maptown.changed().summary["standards"])


def test_the_picture_is_the_map_of_what_is_done(tmp_path) -> None:
    pdf, _ = write_print_map(maptown.changed(), tmp_path, language="zh")
    first = re.sub(r"\s+", "", pypdf.PdfReader(pdf).pages[0].extract_text())
    assert re.sub(r"\s+", "", Words("zh")("map.numbers_note", number="1", id="C01")) in first
