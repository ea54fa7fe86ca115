"""What the report says of supply, fairness, resting places and certainty is what the result holds."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest

import coverplan
from coverplan.report.build import build, tables
from coverplan.report.content import Heading
from coverplan.report.labels import Labels
from coverplan.report.tables.certainty import brief, verdicts
from coverplan.report.tables.method_sheet import method_sheet
from coverplan.report.tables.plan import reading_once, records
from coverplan.report.tables.supply import served_ones
from coverplan.results.files import write_result
from coverplan.results.result import Result
from coverplan.scenario.supply_ask import AccessMethod, DecayKind
from coverplan.text.words import LANGUAGES
from makers import toyfiles, toyreport
from towns import toycompare


@pytest.fixture(scope="module")
def supplied(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("supplied")
    plan = toyreport.plan()
    plan["targets"][1]["goal"]["value"] = 10
    toyfiles.write_yaml(folder / "plan.yaml", plan)
    standard = {
        "layer": "elder_care",
        "groups": ["age_60_plus", "total"],
        "minutes": 4,
        "supply": {"field": "beds"},
    }
    scenario = {
        "standards": [standard],
        "plan": "plan.yaml",
        "as_of": "2025-12-31",
        "uncertainty": {"draws": 20},
    }
    return coverplan.run(toyfiles.write_town(folder, scenario=scenario), write=False)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_supply_and_certainty_have_sections(supplied: Result, language) -> None:
    document = build(supplied, language=language)
    table = document.table("supply")
    whole = table.rows[0]
    assert whole.kind == "total"
    assert whole.values[4:9] == pytest.approx((50, 10, 20, 0, 20))
    assert document.table("certainty").rows
    said = " ".join(block.text for block in document.blocks if hasattr(block, "text"))
    beds = supplied.tables["certainty"].set_index("target_id").loc["T2"]
    assert f"{int(beds['same'])}" in said
    assert "20" in said
    palma = document.table("equity").column("palma")[0]
    assert isinstance(palma, str)
    assert palma.startswith(("无法判定", "cannot be judged"))


@pytest.mark.parametrize(("language", "unit"), [("zh", "张"), ("en", "beds")])
def test_capacity_says_what_it_is_counted_in(supplied: Result, language, unit) -> None:
    document, standard = build(supplied, language=language), supplied.summary["standards"][0]["key"]
    for key, names in (("supply", {"per_1000"}), (f"full_{standard}", {"capacity", "used", "wanted"})):
        units = {column.key: column.unit for column in document.table(key).columns}
        assert {units[name] for name in names} == {unit}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_says_how_many_verdicts_are_safe(supplied: Result, language) -> None:
    table = supplied.tables["certainty"]
    judged = table[table["verdict"].isin(["met", "on_track", "behind", "not_met"])]
    safe = int((judged["same"] >= 0.9 * judged["draws"]).sum())
    assert len(judged) > 0
    told = [block.text for block in build(supplied, language=language).blocks if hasattr(block, "text")]
    first = {"zh": f"{len(judged)}项判定中{safe}项可靠", "en": f"{safe} of {len(judged)} verdicts are safe"}
    assert sum(first[language] in text for text in told) == 1


@pytest.mark.parametrize(("doubtful", "named"), [(0, 0), (3, 3), (4, 4), (5, 0)])
def test_the_first_page_names_the_few_verdicts_that_are_not_safe(supplied: Result, doubtful, named) -> None:
    ids = [f"X-{at}" for at in range(8)]
    same = [179 if at < doubtful else 180 for at in range(8)]
    table = pd.DataFrame({"target_id": ids, "verdict": "met", "draws": 200, "same": same})
    result = replace(supplied, tables={**supplied.tables, "certainty": table})
    said = brief(result, Labels(result, "en"))
    assert f"{8 - doubtful} of 8 verdicts are safe" in said
    assert [one for one in ids if one in said] == ids[:named]


def test_verdicts_that_are_not_safe_come_first_on_their_page(supplied: Result) -> None:
    same = {"A": 190, "B": 100, "C": 200, "D": 20}
    table = pd.DataFrame(
        {"target_id": list(same), "verdict": "met", "draws": 200, "same": list(same.values())}
    )
    known = dict.fromkeys(("met", "on_track", "behind", "not_met", "cannot_be_judged"), 0)
    table = table.assign(**known, low=1.0, middle=1.0, high=1.0, causes=None)
    result = replace(supplied, tables={**supplied.tables, "certainty": table})
    labels = Labels(result, "en")
    assert verdicts(result, labels, moving=True).column("target_id") == ["B", "D", "A"]
    assert verdicts(result, labels).column("target_id") == list(same)


def test_facilities_known_by_long_ids_alone_are_told_apart(supplied: Result) -> None:
    """Cells of a hexagon grid have ids of fifteen letters and no names."""
    long = "89a9012832fffff"
    facilities = supplied.layers["facilities"].assign(name=None)
    facilities["id"] = facilities["id"].replace("h0", long)
    used = supplied.tables["utilisation"]
    renamed = used.assign(facility=used["facility"].replace("h0", long))
    result = replace(
        supplied,
        layers={**supplied.layers, "facilities": facilities},
        tables={**supplied.tables, "utilisation": renamed},
    )
    table = served_ones(result, Labels(result, "en"), supplied.summary["standards"][0]["key"])
    assert [row.values[0] for row in table.rows] == [long]


def test_the_workbook_has_every_table_and_every_parameter(supplied: Result) -> None:
    found = {table.key: table for table in tables(supplied, language="en")}
    assert {
        "supply",
        "utilisation",
        "equity",
        "uncertainty",
        "certainty",
        "tornado",
        "method_sheet",
    } <= set(found)
    sheet = [row.values for row in found["method_sheet"].rows]
    assert any(values[2] == "0.1" and "speed" in str(values[1]) for values in sheet)
    assert any(values[0] == "version" and values[1] == "numpy" for values in sheet)
    facility = found["utilisation"].rows[0].values
    assert facility[1:3] == ("h0", "Home 0")
    assert facility[9] == pytest.approx(1.0)


def test_a_result_from_disk_says_the_same(supplied: Result, tmp_path: Path) -> None:
    write_result(supplied, tmp_path / "out")
    read = coverplan.read_result(tmp_path / "out")
    for own, other in zip(tables(supplied, language="zh"), tables(read, language="zh"), strict=True):
        assert own.key == other.key
        assert [row.values for row in other.rows] == [row.values for row in own.rows], own.key


def test_tables_are_read_once_while_a_report_is_made_and_anew_for_the_next(supplied: Result) -> None:
    with reading_once():
        first, second = records(supplied, "supply"), records(supplied, "supply")
        assert first is not second
        assert all(one is other for one, other in zip(first, second, strict=True))
    table = supplied.tables["supply"]
    changed = replace(supplied, tables={**supplied.tables, "supply": table.iloc[:1]})
    assert records(changed, "supply") == first[:1]
    assert records(supplied, "supply")[0] is not first[0]


def test_without_draws_there_is_no_section(tmp_path: Path) -> None:
    result = coverplan.run(toyfiles.write_town(tmp_path, scenario={"uncertainty": {"draws": 0}}), write=False)
    keys = [getattr(block, "key", None) for block in build(result, language="zh").blocks]
    assert "certainty" not in keys
    assert "needed" in keys


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "decay",
    [{"kind": kind} for kind in get_args(DecayKind)]
    + [{"kind": "stepped", "steps": [[5, 1], [15, 0.5]]}, {"kind": "logistic", "rate": 0.4, "middle": 9}],
)
def test_the_method_sheet_prints_no_code_of_method_or_decay(supplied: Result, language, decay) -> None:
    asks = [
        {
            **one,
            "method": method,
            "decay": {**one["decay"], "rate": None, "middle": None, "steps": [], **decay},
        }
        for one in supplied.summary["supply"]
        for method in get_args(AccessMethod)
    ]
    result = replace(supplied, summary={**supplied.summary, "supply": asks})
    told = {str(row.values[2]) for row in method_sheet(result, Labels(result, language)).rows}
    codes = {*get_args(DecayKind), *get_args(AccessMethod)}
    assert not told & codes
    assert not [text for text in told if re.search(r"\b(kind|rate|None)\b", text)]
    if decay.get("steps"):
        assert [text for text in told if "15" in text and "0.5" in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_have_their_range_and_their_method(supplied: Result, language) -> None:
    document = build(supplied, language=language)
    said = " ".join(block.text for block in document.blocks if hasattr(block, "text"))
    labels = Labels(supplied, language)
    served = supplied.tables["supply_range"].set_index("part").loc["served"]
    low, high = (labels.words.share(served[name]) for name in ("low", "high"))
    assert labels("supply_range", low=low, high=high).strip() in said
    assert labels.words.name_of("report.access_method", "2sfca") in document.table("supply").note
    found = {table.key: table for table in tables(supplied, language=language)}
    assert [row.values[3] for row in found["supply_range"].rows] == pytest.approx([0.2, 0.4, 0, 0.4])


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_of_the_first_draws_say_so(supplied: Result, language) -> None:
    labels = Labels(supplied, language)
    part = supplied.tables["supply_range"].assign(draws=3)
    first = replace(supplied, tables={**supplied.tables, "supply_range": part})
    said = [
        " ".join(block.text for block in build(result, language=language).blocks if hasattr(block, "text"))
        for result in (supplied, first)
    ]
    assert [labels("certainty.flows", draws=3).strip() in text for text in said] == [False, True]
    served = part.set_index("part").loc["served"]
    low, high = (labels.words.share(served[name]) for name in ("low", "high"))
    assert labels("supply_range_first", low=low, high=high, draws=3).strip() in said[1]
    note = next(table.note for table in tables(first, language=language) if table.key == "supply_range")
    assert "3" in note


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_measure_of_inequality_stands_before_and_after(tmp_path: Path, language) -> None:
    changes = [{"close": {"layer": "elder_care", "id": "h0"}}]
    asked = {"layer": "elder_care", "groups": ["total"], "minutes": 4, "supply": {"field": "beds"}}
    scenario = {"standards": [asked], "changes": changes, "year": 2025, "uncertainty": {"draws": 0}}
    result = coverplan.run(toyfiles.write_town(tmp_path, scenario=scenario), write=False)
    table = build(result, language=language).table("equity")
    labels = Labels(result, language)
    of, moments = table.column("of"), table.column("moment")
    assert len(moments) == 4
    before, after = (
        row.values for row, what in zip(table.rows, of, strict=True) if what == labels("equity_of.supply")
    )
    at = {column.key: i for i, column in enumerate(table.columns)}
    # 60 % share evenly what 40 % have nothing of
    assert (before[at["gini"]], before[at["hoover"]]) == pytest.approx((0.4, 0.4))
    assert before[at["theil"]] == pytest.approx(0.511, abs=5e-4)  # log of 1 / 0.6
    assert before[at["palma"]] == labels("equity_reason.least_have_nothing")
    assert {after[at[name]] for name in ("gini", "palma", "theil", "atkinson", "hoover")} == {
        labels("equity_reason.no_service")
    }


def test_all_parameters_stand_on_a_page_of_their_own(supplied: Result) -> None:
    document = build(supplied, language="en")
    keys = [block.key for block in document.blocks if type(block).__name__ == "Heading" and block.level == 1]
    assert "method_sheet" in keys
    told = [str(value) for row in document.table("method_sheet").rows for value in row.values if value]
    assert not [text for text in told if re.search(r"\b(sourced|secondary|unverified)\b", text)]
    assert any(row.values[1] == "numpy" for row in document.table("method_sheet").rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_plan_the_page_speaks_of_figures(tmp_path: Path, language) -> None:
    result = coverplan.run(
        toyfiles.write_town(tmp_path, scenario={"uncertainty": {"draws": 20}}), write=False
    )
    labels = Labels(result, language)
    document = build(result, language=language)
    heads = [block for block in document.blocks if isinstance(block, Heading)]
    assert next(one.text for one in heads if one.key == "ranges").endswith(labels("section.ranges"))
    assert "certainty" not in {one.key for one in heads}
    whole = result.tables["uncertainty"].query("unit_code == ''")
    row = whole.loc[(whole["high"] - whole["low"]).idxmax()]
    said = " ".join(block.text for block in document.blocks if hasattr(block, "text"))
    for name in ("share", "low", "high"):
        assert labels.words.share(row[name]) in said
    assert labels("cause.speed") in said
    assert not {"verdict_low", "verdict_high"} & {column.key for column in document.table("tornado").columns}


@pytest.mark.parametrize(("flats", "told"), [({"001001": 12}, "12"), ({}, "0")])
def test_the_method_sheet_says_how_many_ashes_are_kept_in_flats(supplied: Result, flats, told) -> None:
    burial = {"deaths_per_1000": {"2020": 7.6}, "cremation_share": 1.0, "niche_share": 0.5, "sets": []}
    burial["sources"] = dict.fromkeys(("deaths_per_1000", "cremation_share", "niche_share"), "scenario")
    asked = {**supplied.manifest["parameters"]["scenario"], "burial": {"ashes_in_flats": flats}}
    result = replace(
        supplied,
        summary={**supplied.summary, "burial": burial},
        manifest={**supplied.manifest, "parameters": {"scenario": asked}},
    )
    labels = Labels(result, "en")
    rows = {row.values[1]: row.values[2] for row in method_sheet(result, labels).rows}
    assert told in str(rows[labels("sheet.ashes_in_flats")])


def test_a_new_facility_is_told_by_the_number_of_its_action_and_no_page_has_its_long_id(tmp_path) -> None:
    long_id = "an-id-longer-than-fourteen"
    scenario = {
        "standards": [
            {"layer": "elder_care", "groups": ["total"], "minutes": 4, "supply": {"field": "beds"}}
        ],
        "changes": [toycompare.opening(0, 4, long_id, name="New", beds=7)],
    }
    result = coverplan.run(toyfiles.write_town(tmp_path, scenario=scenario), write=False)
    (key,) = [one["key"] for one in result.summary["standards"]]
    labels = Labels(result, "zh")
    number = result.summary["changes"]["applied"][0]["number"]
    table = served_ones(result, labels, key)
    ids = dict(zip(table.column("name"), table.column("facility"), strict=True))
    assert ids["New"] == number
    assert labels("table.action_numbers") in str(table.note)
    for shown in (*build(result, language="zh").tables(), *tables(result, language="zh")):
        cells = {str(value) for row in shown.rows for value in row.values}
        assert long_id not in cells, shown.key
    # people are whole: capacity, use and need too
    for name in ("capacity", "used", "wanted"):
        (column,) = [one for one in table.columns if one.key == name]
        assert column.format == "people"
