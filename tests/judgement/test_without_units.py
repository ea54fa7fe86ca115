"""A study without units: the whole area is one, for the targets of a plan too."""

from __future__ import annotations

from pathlib import Path

import pytest

import coverplan
from makers import toyfiles, toyreport

REACH = {"facilities": toyreport.DAY_CARE, "group": "age_60_plus", "minutes": 4}
BEDS = {"facilities": toyreport.DAY_CARE, "field": "beds"}
TARGETS = {
    "WITHIN": {"kind": "population_within", "reach": REACH},
    "SERVED": {"kind": "served_within", "field": "beds", "per_1000": 500, "reach": REACH},
    "BEDS": {"kind": "per_1000", "amount": BEDS, "group": "total"},
}
STILL = {"draws": 12, "speed_sd": 0, "door_delay_s": 0, "people_sd": 0, "capacity_sd": 0, "late": 0}


def answer(folder: Path, *, units: bool, **spread: object):
    folder.mkdir()
    plan = toyreport.plan()
    plan["targets"] = [
        toyreport.target(name, indicator, population_base="resident", goal={"value": 15})
        for name, indicator in TARGETS.items()
    ]
    toyfiles.write_yaml(folder / "plan.yaml", plan)
    ask = {"plan": "plan.yaml", "as_of": "2025-12-31", "uncertainty": STILL | spread}
    path = toyfiles.write_town(folder, scenario=ask)
    if not units:
        study = {name: value for name, value in toyfiles.STUDY.items() if name != "units"}
        toyfiles.write_yaml(folder / "study.yaml", study)
    return coverplan.run(path, write=False)


def test_targets_of_people_are_judged_without_units(tmp_path: Path) -> None:
    found = answer(tmp_path / "a", units=False)
    present = found.tables["gaps"]["present"].map(float)
    # within four minutes of the corner live 30 of the 50 older people; 10 beds are places for 20 of them and
    # 40 for every thousand of the 250 residents
    assert present.to_dict() == pytest.approx({"WITHIN": 60, "SERVED": 40, "BEDS": 40})
    rows = found.coverage[(found.coverage["unit_code"] == "") & (found.coverage["group"] == "age_60_plus")]
    assert rows["share"].tolist() == pytest.approx([0.6])
    certain = found.tables["certainty"].set_index("target_id")
    assert (certain["met"] == 12).all()


def test_units_that_hold_everybody_change_nothing(tmp_path: Path) -> None:
    without, within = (answer(tmp_path / str(units), units=units, speed_sd=0.2) for units in (False, True))
    for table in ("gaps", "certainty"):
        a, b = (one.tables[table].reset_index().set_index("target_id") for one in (without, within))
        for column in {"present", "verdict", "met", "low", "high"} & set(a):
            assert a[column].tolist() == b[column].tolist()
