"""Candidates: sets of parameters say what they are, and everything that is wrong is said at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from candidates.toy_candidates import CELLS, candidates_of, codes, layer, settings_of, study_of, zone
from coverplan.candidates.parameter_sets import parameter_set, parameter_set_names
from coverplan.errors import Problems
from coverplan.scenario.candidate_file import SitingPlaces
from coverplan.study.load import Study
from makers import toyfiles


@pytest.fixture
def town(tmp_path: Path) -> Study:
    toyfiles.write_town(tmp_path)
    return study_of(tmp_path / "study.yaml")


# sets of parameters ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", parameter_set_names())
def test_every_set_says_what_it_is(name: str) -> None:
    found = parameter_set(name)
    assert found.id == name
    assert all(part.zh and part.en for part in (found.title, found.note))
    assert all(rule.title.zh and rule.title.en for rule in found.rules.values())
    assert found.state != "historical" or found.until is not None
    assert found.state == "in_force" or found.state in {"historical", "unchecked"}


def test_distances_that_the_source_names() -> None:
    shandong = parameter_set("cemetery-shandong").rules
    assert {role: rule.buffer_m for role, rule in shandong.items() if role in {"railway", "trunk_road"}} == {
        "railway": 500,
        "trunk_road": 500,
    }
    assert shandong["wetland"].buffer_m == 2000
    old = parameter_set("cemetery-regulation-1997")
    assert old.rules["railway"].buffer_m is None
    assert str(old.until) == "2026-03-30"
    assert not parameter_set("cemetery-regulation-2026").rules


def test_a_set_without_distance_or_layer_is_never_passed_in_silence(town: Study) -> None:
    made = zone(town.folder / "rail.gpkg", (1.9, 1.9, 2.1, 2.1))
    asked = {
        "parameters": "cemetery-regulation-1997",
        "layers": {"railway": {"file": made["file"]}},
        "types": ["canteen"],
    }
    problems = Problems()
    found = candidates_of(town, {"candidates": [CELLS], "exclusions": [asked]}, problems=problems)
    because = {rule.rule.split(":")[1]: rule.because for rule in found.not_checked}
    assert because["railway"] == "no_distance"
    assert because["farmland"] == "no_layer"
    said = [problem.what for problem in problems if problem.code == "not_checked"]
    assert said[0].startswith("not checked, as no layer is given for them: farmland, forest, city_park")
    assert said[1] == "not checked, as the set names no distance: railway"
    assert "parameters_historical" in codes(problems)
    asked["distances_m"] = {"railway": 70}
    found = candidates_of(town, {"candidates": [CELLS], "exclusions": [asked]})
    assert (found.reasons["canteen"] == "excluded:cemetery-regulation-1997:railway").sum() == 5
    assert found.usable("day_care").all()


# bad input -------------------------------------------------------------------------------------------------------


def test_everything_that_is_wrong_is_said_at_once(town: Study) -> None:
    made = zone(town.folder / "farm.gpkg", (1.9, 1.9, 2.1, 2.1), kind=["farm"])
    problems = Problems()
    siting = {
        "candidates": [
            {"name": "a", "kind": "layer", "file": "farmm.gpkg"},
            {"name": "b", "kind": "layer", "file": made["file"], "table": "shaps"},
            {"name": "c", "kind": "layer", "file": made["file"], "columns": {"id": "nummer"}},
            {"name": "d", "kind": "clusters", "standard": "nearr", "group": "age_60_pluss"},
            {"name": "e", "kind": "cells", "types": ["day_carre"]},
        ],
        "exclusions": [
            {**made, "where": {"column": "kind", "any_of": ["forest"]}},
            {"parameters": "cemetery-shandongg"},
            {"parameters": "cemetery-shandong", "layers": {"railwai": {"file": made["file"]}}},
        ],
        "least_distance_m": {"dycare": 300},
        "largest_slope_percent": 15,
        "land_use": {"file": made["file"], "column": "use", "allow": ["x"]},
    }
    candidates_of(town, siting, problems=problems)
    assert {problem.code for problem in problems.errors} == {
        "missing_file",
        "missing_table",
        "missing_column",
        "unknown_standard",
        "unknown_demand_group",
        "unknown_type",
        "empty_layer",
        "unknown_set_of_parameters",
        "unknown_role",
        "no_elevation",
    }
    missing = next(problem for problem in problems.errors if problem.code == "missing_file")
    assert missing.field == "candidates.0.file"
    assert missing.line == 4
    assert missing.remedy == "did you mean farm.gpkg?"
    assert [p.field for p in problems.errors if p.code == "unknown_type"] == [
        "least_distance_m.dycare",
        "candidates.4.types.0",
    ]


def test_ids_that_stand_twice(town: Study) -> None:
    source = layer(town.folder / "list.gpkg", {"a": (0, 0), "b": (1, 1)}, number=["7", "7"])
    problems = Problems()
    siting = {"candidates": [{**source, "columns": {"id": "number"}}]}
    assert candidates_of(town, siting, problems=problems).count == 0
    assert codes(problems) == ["duplicate_id"]


def test_everyone_is_covered_and_no_type_is_left_a_place(town: Study) -> None:
    problems = Problems()
    whole = zone(town.folder / "all.gpkg", (-1, -1, 6, 6))
    siting = {
        "candidates": [CELLS, {"name": "gap", "kind": "clusters", "standard": "near"}],
        "exclusions": [whole],
    }
    found = candidates_of(
        town,
        siting,
        problems=problems,
        uncovered=lambda *_: np.zeros(town.demand.points, dtype=bool),
    )
    assert not problems.errors
    assert codes(problems) == ["no_candidates", "no_usable_candidate", "no_usable_candidate"]
    assert not found.usable("day_care").any()
    assert "25 excluded:all" in str(list(problems)[1].value)
    assert found.counts().to_dict("records") == [{"source": "cells", "reason": "excluded:all", "count": 25}]


def test_no_candidate_at_all_is_an_answer_with_the_same_columns(town: Study) -> None:
    some = candidates_of(town, {"candidates": [CELLS]})
    problems = Problems()
    nobody = candidates_of(
        town,
        {
            "candidates": [{"name": "gap", "kind": "clusters", "standard": "near"}],
            "exclusions": [zone(town.folder / "all.gpkg", (-1, -1, 6, 6))],
            "least_distance_m": {"day_care": 100},
        },
        problems=problems,
        uncovered=lambda *_: np.zeros(town.demand.points, dtype=bool),
        on_network=lambda *where: np.ones(len(where[1]), dtype=bool),
    )
    assert nobody.count == 0
    assert nobody.table.columns.tolist() == some.table.columns.tolist()
    assert nobody.table.crs == some.table.crs
    assert nobody.counts().columns.tolist() == some.counts().columns.tolist()
    assert not nobody.usable("day_care").any()
    assert not problems.errors


@pytest.mark.parametrize(
    ("siting", "what"),
    [
        (
            {"candidates": [CELLS], "exclusions": [{"name": "z", "file": "z.gpkg", "buffer_m": -1}]},
            "buffer_m",
        ),
        ({"candidates": []}, "candidates"),
        ({"candidates": [CELLS, CELLS]}, "stands twice"),
        ({"candidates": [{"name": "s", "kind": "streets", "spacing_m": 0}]}, "spacing_m"),
        ({"candidates": [{"name": "s", "kind": "street"}]}, "street"),
    ],
)
def test_settings_that_do_not_fit(siting: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        SitingPlaces.model_validate(siting)


def test_every_key_is_explained() -> None:
    schema = SitingPlaces.model_json_schema()
    for model, content in {"SitingPlaces": schema, **schema["$defs"]}.items():
        for key, entry in content.get("properties", {}).items():
            assert model == "Condition" or entry.get("description"), f"{model}.{key} has no explanation"


def test_a_kind_or_key_that_does_not_exist_is_said_with_the_nearest(tmp_path: Path) -> None:
    problems = Problems()
    siting = {
        "candidates": [{"name": "a", "kind": "street"}, {"name": "b"}, {**CELLS, "least_peple": 2}],
        "exclusions": [{"parameters": "x", "layer": {}}],
    }
    _, places = settings_of(tmp_path, siting, problems)
    assert places is None
    said = [(problem.field, problem.what, problem.remedy) for problem in problems.errors]
    assert said == [
        ("candidates.0", "there is no kind street", None),
        ("candidates.1", "a required key is missing", "add it"),
        ("candidates.2.least_peple", "the key is unknown", "did you mean least_people?"),
        ("exclusions.0.layer", "the key is unknown", "did you mean layers?"),
    ]
