"""What documents and registers say, in a study with maps as in a ledger: same words, same checks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import coverplan
from coverplan.errors import InputError
from makers import toyfiles, toyreport

ESTATES = "id,kind,households,floor_area_m2\ne1,new,200,50\ne2,new,100,30\ne3,existing,100,\n"
STUDY: dict[str, Any] = {
    "estates": "estates.csv",
    "registers": {
        "in_homes": {"units": {"001001": 30, "001002": 29}, "line": 4},
        "poor": {"value": 100, "printed": "一百人"},
    },
    "stocks": [{"layer": "civic", "types": ["lottery_outlet"], "year": 2024, "value": 25}],
    "people": [{"group": "age_65_plus", "base": "registered", "year": 2025, "people": 40}],
    "empty": ["cemetery.columbarium"],
}
INDICATORS: dict[str, dict[str, Any]] = {
    "register": {
        "kind": "ratio_of_sums",
        "numerator": {"register": "in_homes"},
        "denominator": {"register": "poor"},
    },
    "stock": {"kind": "count", "amount": {"facilities": {"layer": "civic", "types": ["lottery_outlet"]}}},
    "estates": {
        "kind": "area_per_100_households",
        "facilities": {"layer": "elder_care", "types": ["community_station"]},
        "estates": "new",
    },
    "nowhere": {
        "kind": "unit_presence",
        "units": "towns",
        "facilities": [{"layer": "cemetery", "types": ["columbarium"]}],
    },
}


def town(folder: Path, study: dict[str, Any], estates: str = ESTATES) -> Path:
    path = toyfiles.write_town(folder, scenario={"plan": "plan.yaml", "year": 2025}, study=study)
    plan = toyreport.plan()
    plan["targets"] = [
        toyreport.target(name, indicator, goal={"value": 20}) for name, indicator in INDICATORS.items()
    ]
    toyfiles.write_yaml(folder / "plan.yaml", plan)
    (folder / "estates.csv").write_text(estates, encoding="utf-8")
    return path


def problems(path: Path) -> set[tuple[str, int | None]]:
    with pytest.raises(InputError) as caught:
        coverplan.run(path, write=False)
    return {(problem.code, problem.line) for problem in caught.value.problems}


def test_every_kind_of_printed_figure_is_used(tmp_path: Path) -> None:
    result = coverplan.run(town(tmp_path, STUDY), write=False)
    gaps = result.tables["gaps"]
    assert float(gaps.at["register", "present"]) == 59  # (30 + 29) of 100
    assert float(gaps.at["stock", "present"]) == 25
    # the estate that has least: 50 m2 for 2 hundreds of households are 25
    assert float(gaps.at["estates", "present"]) == 25
    assert (gaps.at["nowhere", "present"], gaps.at["nowhere", "verdict"]) == (0, "not_met")
    assert any(entry["file"].endswith("estates.csv") for entry in result.manifest["inputs"])


def test_without_them_nothing_can_be_judged(tmp_path: Path) -> None:
    gaps = coverplan.run(town(tmp_path, {}), write=False).tables["gaps"]
    assert set(gaps["verdict"]) == {"cannot_be_judged"}
    reasons = {text.split(":")[0] for text in gaps["reason"]}
    assert reasons == {"missing_register", "missing_layer", "missing_estates"}


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    study = {
        "estates": "estates.csv",
        "registers": {"a": {"units": {"999": 1}}},
        "stocks": [{"layer": "civic", "types": ["tea_house"], "year": 2024, "value": 1, "field": "chairs"}],
        "partial": ["elder"],
    }
    wrong = ESTATES.replace("e2,new", "e1,newish").replace("e3,existing,100", "e3,existing,-1")
    found = {code for code, _ in problems(town(tmp_path, study, wrong))}
    assert found == {
        "unknown_unit",
        "unknown_type",
        "unknown_field",
        "duplicate_id",
        "unknown_kind_of_estate",
        "negative_number",
    }


def test_rows_and_lines_are_named(tmp_path: Path) -> None:
    path = town(tmp_path, {"estates": "estates.csv", "empty": ["elder"]}, ESTATES.replace("e2,new", "e1,new"))
    found = problems(path)
    assert ("duplicate_id", 3) in found
    line = next(
        i
        for i, text in enumerate((tmp_path / "study.yaml").read_text("utf-8").splitlines(), start=1)
        if text.strip() == "- elder"
    )
    assert ("unknown_type", line) in found
