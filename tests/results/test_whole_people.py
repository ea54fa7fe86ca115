"""People of pages are whole numbers that add up: in each row, and over the units of a level."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from coverplan.cli.terminal_numbers import print_standards
from coverplan.report.labels import Labels
from coverplan.results.whole_numbers import rounded_to, whole_after, whole_table
from coverplan.results.whole_people import PARTS, in_whole_people, stage_share, whole_rows
from coverplan.text.words import Words
from makers import summaries

CHANGED = ("covered_twice", "covered_present", "covered_before", "gained", "lost")
TYPES = (["street", "town", "township"], ["community", "village"])


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=8))
def test_numbers_are_rounded_up_or_down_to_the_sum(numbers):
    values = np.array(numbers)
    found = rounded_to(values, round(values.sum()))
    assert found.sum() == round(values.sum())
    assert (np.abs(found - values) <= 1).all()


def test_the_largest_remainders_are_rounded_up():
    """Seats by largest remainder of 10, of votes 4.7, 3.5, 1.8: by hand 5, 3, 2."""
    assert rounded_to(np.array([4.7, 3.5, 1.8]), 10).tolist() == [5, 3, 2]


@settings(max_examples=60)
@given(
    st.integers(1, 9).flatmap(
        lambda rows: st.lists(
            st.lists(st.floats(0.01, 40), min_size=4, max_size=4), min_size=rows, max_size=rows
        )
    )
)
def test_rows_and_columns_of_a_table_add_up(lines):
    numbers = np.array(lines)
    whole = round(numbers.sum())
    rows, columns = rounded_to(numbers.sum(axis=1), whole), rounded_to(numbers.sum(axis=0), whole)
    found = whole_table(numbers, rows, columns)
    assert (found.sum(axis=1) == rows).all()
    assert (found.sum(axis=0) == columns).all()
    assert (found >= 0).all()
    assert (found == np.round(found)).all()


def test_nobody_is_put_where_nobody_is():
    numbers = np.array([[1.5, 0.0, 2.5], [0.5, 0.0, 1.5], [3.0, 1.0, 0.0]])
    found = whole_table(numbers, np.array([4.0, 2, 4]), np.array([5.0, 1, 4]))
    assert (found[numbers == 0] == 0).all()
    assert found.sum(axis=0).tolist() == [5, 1, 4]


@pytest.mark.parametrize("name", ["demo", "demo-siting"])
def test_parts_and_units_add_up_to_the_whole_area(name):
    result = summaries.result_of(name)
    shown = in_whole_people(result).coverage
    numbers = [column for column in ("people", *PARTS, *CHANGED) if column in shown]
    assert (shown[list(PARTS)].sum(axis=1) == shown["people"]).all()
    for _, block in shown.groupby(["standard", "group"]):
        whole = block[block["unit_code"] == ""].iloc[0]
        for types in TYPES:
            level = block[block["unit_type"].isin(types)]
            assert level.empty or (level[numbers].sum() == whole[numbers].astype(float)).all()
    assert float((shown[["people", *PARTS]] - result.coverage[["people", *PARTS]]).abs().max().max()) < 1
    pd.testing.assert_frame_equal(in_whole_people(in_whole_people(result)).coverage, shown)


def test_a_unit_has_one_number_of_people_in_all_standards():
    shown = in_whole_people(summaries.result_of("demo")).coverage
    assert shown.groupby(["unit_code", "group"])["people"].nunique().max() == 1


def test_what_did_not_change_is_one_number_before_and_after_and_in_every_report():
    keys = ["standard", "group", "unit_code"]
    siting, today = (summaries.result_of(name) for name in ("demo-siting", "demo"))
    raw, shown = (table.set_index(keys) for table in (siting.coverage, in_whole_people(siting).coverage))
    own = in_whole_people(today).coverage.set_index(keys).loc[shown.index]
    exact = today.coverage.set_index(keys).loc[shown.index, "covered"]
    assert exact.equals(raw["covered_present"])
    # the present of this report is that of the report on the present
    for name, of in (("covered_present", "covered"), ("off_network", "off_network"), ("people", "people")):
        assert (shown[name] == own[of]).all(), name
    for before, after in (("covered_present", "covered_before"), ("covered_before", "covered")):
        same = (raw[before] - raw[after]).abs() < 1e-6
        assert same.any()
        assert not same.all()
        assert (shown[before] == shown[after])[same].all()
        assert (shown[before] <= shown[after])[raw[before] <= raw[after]].all()
    assert (shown["covered_before"] - shown["lost"] + shown["gained"] == shown["covered"]).all()
    assert not (shown["gained"] > 0)[raw["gained"] == 0].any()


def test_the_share_of_the_present_is_that_of_the_report_on_the_present():
    kept = summaries.result_of("demo-siting")
    own = summaries.result_of("demo").coverage.set_index(["standard", "group", "unit_code"])["share"]
    units: dict[str, dict] = {}
    for row in kept.coverage.to_dict("records"):
        if row["unit_code"]:
            units.setdefault(row["unit_code"], {}).setdefault(row["standard"], {})[row["group"]] = row
    summary = {**kept.summary, "units": [{"code": code, "coverage": of} for code, of in units.items()]}
    told, written = 0, Words("zh").share
    for unit in in_whole_people(replace(kept, summary=summary)).summary["units"]:
        for standard, groups in unit["coverage"].items():
            for group, people in groups.items():
                share = written(own[standard, group, unit["code"]])
                assert written(stage_share(people, "covered_present")) == share
                told += written(people["covered_present"] / people["people"]) != share
    assert told  # of rounded people some shares would be others
    assert stage_share({"people": 0, "covered_present": 0}, "covered_present") is None
    assert stage_share({"people": 8, "covered_before": 2}, "covered_before") == 0.25


def test_as_many_have_a_facility_in_the_table_of_supply_as_are_covered():
    kept = summaries.result_of("demo")
    of = kept.coverage[["standard", "group", "unit_code", "people", "covered"]].reset_index(drop=True)
    supply = of.drop(columns="covered").assign(
        served=0.31 * of["covered"],
        no_place=0.07 * of["covered"],
        place_unknown=0.62 * of["covered"],
        not_reached=of["people"] - of["covered"],
    )
    result = in_whole_people(replace(kept, tables={**kept.tables, "supply": supply}))
    supply = result.tables["supply"].set_index(["standard", "group", "unit_code"])
    covered = result.coverage.set_index(["standard", "group", "unit_code"]).loc[supply.index]
    parts = ["served", "no_place", "place_unknown"]
    assert (supply[parts].sum(axis=1) == covered["covered"]).all()
    assert (supply["not_reached"] == covered["people"] - covered["covered"]).all()
    streets = supply[covered["unit_type"] == "street"].groupby(["standard", "group"])[parts].sum()
    assert len(streets)
    whole = supply[supply.index.get_level_values("unit_code") == ""].droplevel("unit_code")[parts]
    assert (streets == whole.loc[streets.index]).all(axis=None)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.floats(0, 40), st.sampled_from([0.0, 0.0, 0.3, 5.5, -0.3, -4.2])), min_size=1, max_size=9
    )
)
def test_a_change_is_told_truly_however_it_is_rounded(moves):
    before = np.array([value for value, _ in moves])
    after = np.maximum(before + [move for _, move in moves], 0.0)
    first = rounded_to(before, round(before.sum()))
    found = whole_after(after, before, first, round(after.sum()))
    assert (found == first)[after == before].all()
    assert (found >= first)[after >= before].all()
    assert (found <= first)[after <= before].all()
    assert (found == np.round(found)).all()
    assert (np.abs(found - after) <= 2).all()


def test_the_terminal_shows_rows_that_add_up():
    result = summaries.result_of("demo")
    out = Console(file=io.StringIO(), width=200)
    print_standards(out, in_whole_people(result), Labels(result, "en"))
    rows = [
        line.replace(" %", "%").rsplit(maxsplit=5)
        for line in out.file.getvalue().splitlines()
        if line.startswith(" 9901")
    ]
    counted = [[int(cell.replace(",", "")) for cell in row[1:5]] for row in rows]
    assert len(counted) > 10
    assert all(people == sum(parts) for people, *parts in counted)


def test_people_of_a_target_and_niches_left_are_whole():
    result = summaries.result_of("demo")
    gaps = result.tables["gaps"]
    assert gaps.loc["D-20", "present"] == Decimal("-2733.024183308195")
    for shown in (once := in_whole_people(result), in_whole_people(once)):
        found = shown.tables["gaps"]
        assert found.loc["D-20", "present"] == Decimal(-2733)
        of_people = gaps["population_base"].notna() & gaps["numerator"].notna()
        assert of_people.any()
        for target in gaps.index[of_people]:
            exact, whole = gaps.loc[target, "numerator"], found.loc[target, "numerator"]
            assert whole == int(whole)
            assert abs(whole - exact) <= Decimal("0.5")
        # what is judged stays exact
        rest = gaps.drop(index="D-20").index
        assert found.loc[rest, "present"].equals(gaps.loc[rest, "present"])
        assert found["gap"].equals(gaps["gap"])
    assert result.tables["gaps"].loc["D-20", "present"] == Decimal("-2733.024183308195")


def test_rows_of_areas_add_up_and_so_do_their_sums():
    coverage = pd.DataFrame(
        {
            "area": ["a", "b", "c"],
            "people": [10.4, 20.4, 5.2],
            "covered": [3.5, 9.6, 5.2],
            "uncovered": [6.5, 10.5, 0.0],
            "off_network": [0.4, 0.3, 0.0],
            "outside_units": [0.0, 0.0, 0.0],
            "share": [0.3, 0.5, 1.0],
        }
    )
    shown = whole_rows(coverage)
    numbers = shown[["people", *PARTS]]
    assert (numbers[list(PARTS)].sum(axis=1) == numbers["people"]).all()
    assert numbers["people"].tolist() == [10, 20, 5]
    assert (numbers == numbers.round()).all(axis=None)
    assert (np.abs(numbers - coverage[["people", *PARTS]]) <= 1).all(axis=None)
    assert shown["share"].equals(coverage["share"])
