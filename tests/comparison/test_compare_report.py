"""Targets, costs and what people read: sentences, page, Word file, workbook, csv and terminal."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import docx
import openpyxl
import pandas as pd
import pytest

import coverplan
from coverplan.cli.main import main
from coverplan.comparison.content import document
from coverplan.comparison.sentences import between, sentences
from coverplan.comparison.tables import whole_area
from coverplan.comparison.targets import turned
from coverplan.comparison.wording import Wording
from coverplan.errors import InputError
from coverplan.report.content import Figure, Gallery, Paragraph
from coverplan.text.words import LANGUAGES
from makers import toyfiles, toyreport
from towns.toycompare import KEY, moving, opening

PLANNED = {"plan": "plan.yaml", "year": 2025}


def held(*folders, **options):
    return coverplan.compare(*folders, write=False, **options)


def said(comparison, language: str = "en") -> str:
    wording = Wording(comparison, language)
    return "\n".join(line for other in comparison.others for line in sentences(comparison, other, wording))


@pytest.fixture
def planned(town):
    town.plan()
    a = town.answer("a", **PLANNED)
    opened = [opening(4, 4, "n1", name="North home", beds=35, cost=120.5), opening(0, 4, "n2")]
    return a, town.answer("b", **PLANNED, changes=opened)


def test_what_is_so_today_stands_beside_every_side(town) -> None:
    """Two ideas for a later year: the present is that of an answer that neither looks ahead nor changes anything."""
    now = coverplan.read_result(town.answer("now"))
    ideas = [
        town.answer(stem, year=2030, changes=[change])
        for stem, change in (("b", opening(4, 4)), ("c", moving(0, 4)))
    ]
    found = held(*ideas)
    table = whole_area(found, Wording(found, "en"))
    keys = [column.key for column in table.columns]
    assert keys[2:6] == ["covered_present", "share_present", "covered_A", "share_A"]
    assert Wording(found, "en")("present") in table.columns[2].title
    today = now.coverage[now.coverage["unit_code"] == ""].set_index("group")
    assert list(table.column("covered_present")) == [
        today.loc[g, "covered"] for g in ("total", "age_60_plus")
    ]
    assert list(table.column("share_present")) == pytest.approx(
        [today.loc[g, "share"] for g in ("total", "age_60_plus")]
    )
    # no side is the present: what is done changes it, and the side without changes is of the later year
    assert [side.letter for side in found.sides] == ["A", "B", "C"]
    assert list(table.column("covered_B")) != list(table.column("covered_present"))
    assert "covered_present" not in [c.key for c in whole_area(held(now, now), Wording(found, "en")).columns]
    # the first lines of the document say so, and those of two answers of the present do not
    ahead, present = (document(one, language="zh") for one in (found, held(now, now)))
    assert "2030年预计" in ahead.head.title
    first = next(block for block in ahead.blocks if isinstance(block, Paragraph))
    assert (first.style, "不是现状" in first.text) == ("warning", True)
    assert "预计" not in present.head.title
    assert not [
        block for block in present.blocks if isinstance(block, Paragraph) and "不是现状" in block.text
    ]


def test_targets_that_turn_and_what_it_costs(planned) -> None:
    found = held(*planned)
    targets = found.targets.set_index("target_id")
    # a home in both towns; 10 beds become 45, at least 40 were promised
    assert targets["verdict_A"].to_dict() | {"T3": "", "T4": ""} == {
        "T1": "not_met",
        "T2": "not_met",
        "T3": "",
        "T4": "",
    }
    assert targets.loc[["T1", "T2"], "change_B"].tolist() == ["better", "better"]
    assert targets.loc[["T3", "T4"], "change_B"].tolist() == ["", ""]
    assert [int(v) for v in targets.loc["T2", ["present_A", "present_B"]]] == [10, 45]
    cost = found.cost.set_index("scenario")
    assert cost.loc["B", ["action", "actions", "cost", "unknown"]].tolist() == ["open", 2, 120.5, 1]
    text = said(found)
    assert "Of 4 targets, 2 get another verdict" in text
    assert "“Indicator T1” goes from not met to met" in text
    assert "Scenario B has 2 actions with a known cost of 120.5" in text
    assert "and 1 of unknown cost; Nothing new (scenario A) has no actions." in text


def test_targets_without_ideas_are_those_of_an_answer_without_them_in_the_same_year(planned, town) -> None:
    plain, idea = planned
    found = held(idea, town.answer("c", **PLANNED, changes=[opening(0, 0, "n3")]))
    own = coverplan.read_result(plain).tables["gaps"]
    targets = found.targets.set_index("target_id")
    assert found.sides[0].derived
    assert targets["verdict_A"].to_dict() == own["verdict"].to_dict()
    values = {name: None if pd.isna(value) else value for name, value in own["present"].items()}
    assert targets["present_A"].to_dict() == values
    assert targets.loc["T2", ["present_A", "present_B", "present_C"]].tolist() == [10, 45, 10]


def test_a_verdict_without_order_turns_neither_better_nor_worse() -> None:
    assert turned("not_met", "behind") == turned("behind", "met") == "better"
    assert turned("met", "on_track") == "worse"
    assert turned("met", "cannot_be_judged") == turned("report_only", "met") == "other"
    assert turned(None, "met") == "other"
    assert turned("met", "met") == ""


def test_the_same_scenario_twice_is_no_difference_in_words(planned) -> None:
    a, b = planned
    found = held(a, a)
    assert found.same("B")
    assert "没有差别" in said(found, "zh")
    assert not [
        block for block in document(found, language="en").blocks if isinstance(block, Figure | Gallery)
    ]
    twice = held(b, b)
    assert [side.derived for side in twice.sides] == [True, False, False]
    assert twice.same("C", "B")
    (told,) = between(twice, Wording(twice, "en"))
    assert told.startswith("There is no difference between Scenario C and Scenario B")
    assert not held(a, b).same("B")


def test_ideas_are_told_over_all_standards_and_nobody_loses_against_one(town) -> None:
    standards = [{"layer": "elder_care", "minutes": minutes, "name": f"s{minutes}"} for minutes in (1, 4)]
    one = town.answer("one", standards=standards, changes=[opening(4, 4)])
    two = town.answer("two", standards=standards, changes=[opening(0, 4)])
    found = held(one, two)
    whole = found.people[(found.people["unit_code"] == "") & (found.people["group"] == "total")]
    assert (whole[["lost_B", "lost_C", "farther_B", "farther_C"]] == 0).all(axis=None)
    differences = whole.set_index("standard")["covered_C"] - whole.set_index("standard")["covered_B"]
    (told,) = between(found, Wording(found, "en"))
    more, fewer = int((differences > 0).sum()), int((differences < 0).sum())
    assert (
        f"Over all 2 standards (the first group of each), Scenario C covers more than Scenario B in {more}"
        in told
    )
    assert f"fewer in {fewer}:" in told
    table = next(
        block for block in document(found, language="zh").blocks if getattr(block, "key", "") == "whole_area"
    )
    heads = [column.title for column in table.columns]
    assert "不新增范围内" in heads
    assert [row.values[2] for row in table.rows] == found.people.loc[whole.index, "covered_A"].tolist()


def test_actions_have_the_numbers_of_their_own_maps(planned) -> None:
    actions = held(*planned).actions
    assert actions["number"].tolist() == ["C01", "C02"]


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.text = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_says_the_same(planned, tmp_path, language) -> None:
    found = coverplan.compare(*planned, out=tmp_path / "out", language=language)
    assert found.folder == (tmp_path / "out").resolve()
    names = {path.name for path in found.folder.iterdir() if not path.name.startswith(".")}
    assert names == {"compare.html", "compare.docx", "compare.xlsx", "compare.json", "tables"}
    lines = sentences(found, found.others[0], Wording(found, language))
    page = "".join(Page((found.folder / "compare.html").read_text("utf-8")).text)
    word = docx.Document(str(found.folder / "compare.docx"))
    paragraphs = {paragraph.text for paragraph in word.paragraphs}
    book = openpyxl.load_workbook(found.folder / "compare.xlsx")
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    for line in lines:
        assert line in page
        assert line in paragraphs
        assert line in cells
    # within four minutes of (4, 4) or (0, 4) and not of (0, 0): all of the other ten nodes but none twice
    people = pd.read_csv(found.folder / "tables" / "people.csv", dtype={"unit_code": str})
    gained = people.loc[(people["unit_code"].isna()) & (people["group"] == "total"), "gained_B"].iloc[0]
    assert gained in cells
    assert f"{gained:,.0f}" in page
    assert "<svg" in (found.folder / "compare.html").read_text("utf-8")
    assert len(word.inline_shapes) == 1
    # the workbook alone has the level of the county
    assert "001" in cells
    told = json.loads((found.folder / "compare.json").read_text("utf-8"))
    assert [side["letter"] for side in told["sides"]] == ["A", "B"]
    assert {row["target_id"] for row in told["targets_that_turn"]} == {"T1", "T2"}


def test_the_same_answers_give_the_same_numbers_to_the_byte(planned, tmp_path) -> None:
    for name in ("one", "two"):
        coverplan.compare(*planned, out=tmp_path / name, numbers_only=True)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert Path("compare.html") not in files
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_folder_of_somebody_else_is_never_replaced(planned, tmp_path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("mine")
    with pytest.raises(InputError, match="holds files"):
        coverplan.compare(*planned, out=tmp_path / "letters")
    # nor is a result taken for a comparison
    with pytest.raises(InputError, match="holds files"):
        coverplan.compare(*planned, out=planned[0])
    first = coverplan.compare(*planned, numbers_only=True).folder
    assert first == planned[0].parent / "compare-a-b"
    assert coverplan.compare(*planned, numbers_only=True).folder == first


def test_hostile_names_are_text_everywhere(town, tmp_path) -> None:
    town.plan()
    bad = toyreport.HOSTILE
    toyreport._rename(town.folder / "units.gpkg", bad)
    offers = {"name": bad[1], "cost": 1}
    a = town.answer("a", **PLANNED, name=bad[0])
    b = town.answer("b", **PLANNED, name=bad[3], changes=[opening(4, 4, bad[1], **offers), opening(0, 4)])
    found = coverplan.compare(a, b, out=tmp_path / "out", language="en")
    page = Page((found.folder / "compare.html").read_text("utf-8"))
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img", "iframe"}
    assert not [attrs for _, attrs in page.tags if any(name.startswith("on") for name in attrs)]
    assert bad[3] in "".join(page.text)
    book = openpyxl.load_workbook(found.folder / "compare.xlsx")
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    text = (found.folder / "tables" / "actions.csv").read_text("utf-8-sig")
    assert ",=HYPERLINK" not in text
    assert ',"=HYPERLINK' not in text


def test_protected_places_appear_by_unit_only(town, tmp_path) -> None:
    standards = [{"layer": "elder_care", "minutes": 4, "name": KEY}]
    a = town.answer("a", standards=standards)
    secret = opening(4, 4, "hideout-7", name="Secret house", public=False, unit_code="001002")
    b = town.answer("b", standards=standards, changes=[secret])
    found = coverplan.compare(a, b, out=tmp_path / "out", language="en")
    assert [remark.code for remark in found.common.remarks] == ["protected", "no_plan"]
    whole = found.people[found.people["unit_code"] == ""].iloc[0]
    assert pd.isna(whole["gained_B"])
    assert whole["covered_B"] > whole["covered_A"]
    row = found.actions.iloc[0]
    assert (row["name"], row["facility"], row["unit_name"]) == (None, None, "Town B")
    for path in (tmp_path / "out").rglob("*.*"):
        if path.suffix in {".html", ".json", ".csv"}:
            text = path.read_text("utf-8")
            assert "Secret house" not in text
            assert "hideout-7" not in text
    assert "<svg" not in (tmp_path / "out" / "compare.html").read_text("utf-8")
    assert "250" in said(found)


def test_the_terminal_and_its_exit_codes(planned, town, capsys) -> None:
    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["compare", *arguments])
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    a, b = map(str, planned)
    code, out, _ = call(a, b, "--lang", "zh", "--numbers-only")
    assert code == 0
    assert "方案比较" in out
    assert "4项指标中2项判定改变" in out
    code, out, err = call(a, b, "--json", "--numbers-only")
    assert (code, err) == (0, "")
    assert json.loads(out)["same"] == {"B": False}
    assert call(a, b, "--quiet", "--numbers-only") == (0, "", "")
    code, _, err = call(a, str(town.folder / "nothing"))
    assert code == 1
    assert "没有可比较的内容" in err
    assert call(a)[0] == 2


def ledger(folder: Path, beds: int) -> Path:
    """A ledger study of two towns; only its facilities differ."""
    folder.mkdir(parents=True)
    (folder / "units.csv").write_text(
        "code,name,type,parent\n001,Toy County,county,\n001001,Town A,town,001\n001002,Town B,town,001\n"
    )
    (folder / "facilities.csv").write_text(
        "id,layer,type,name,unit_code,beds,status\n"
        f"f1,elder_care,day_care,One,001001,{beds},operating\n"
        + ("f2,elder_care,day_care,Two,001002,5,operating\n" if beds > 10 else "")
    )
    toyfiles.write_yaml(folder / "plan.yaml", toyreport.plan())
    return folder


def test_ledger_studies_have_targets_and_cost_alone(tmp_path) -> None:
    from_ledger = []
    for name, beds in (("a", 10), ("b", 40)):
        folder = ledger(tmp_path / name, beds)
        toyfiles.write_yaml(
            folder / "ledger.yaml",
            {
                "format": 1,
                "plan": "plan.yaml",
                "as_of": "2025-12-31",
                "units": "units.csv",
                "facilities": ["facilities.csv"],
            },
        )
        scenario = {"name": f"Case {name}", "ledger": "ledger.yaml", "language": "en"}
        path = toyfiles.write_yaml(folder / "case.yaml", scenario)
        from_ledger.append(coverplan.run(path, out=tmp_path / "maps" / name))
    found = coverplan.compare(*from_ledger, out=tmp_path / "out")
    assert found.people.empty
    assert found.common.standards == ()
    turned_ids = found.targets.loc[found.targets["change_B"] != "", "target_id"].tolist()
    assert turned_ids == ["T1", "T2"]
    assert "no standard of reach" in said(found)
    assert (tmp_path / "out" / "compare.docx").is_file()
    town = coverplan.run(toyfiles.write_town(tmp_path / "town"), write=False)
    with pytest.raises(InputError, match="another study"):
        held(from_ledger[0], town)


def test_a_move_is_drawn_where_it_was_and_where_it_goes(town) -> None:
    found = held(town.answer("a"), town.answer("b", changes=[moving(0, 4)]))
    (figure,) = [
        block for block in document(found, language="en").blocks if isinstance(block, Figure | Gallery)
    ]
    # the headline counts the older: two on every node, ten nodes each
    assert "20 people nearer, 20 farther" in figure.alt
    texts = figure.drawing.texts()
    assert {"Town A", "Town B"} <= set(texts)
    for side in ("Nothing new (scenario A)", "Scenario B"):
        assert f"only in {side} (numbers of actions)" in texts
    # the move is action C01; where it was has no number
    assert {"1", "A"} <= set(texts)
