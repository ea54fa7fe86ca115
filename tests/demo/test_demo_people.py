"""People of the demo: printed totals to the person, groups within groups, whole shares of a total."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.demo.people import TOTALS, apportion


@pytest.fixture(scope="session")
def placed(cells, unit_tree):
    """Cells with the position of their community or village, -1 outside the district."""
    return cells.assign(unit=unit_tree.locate(cells.geometry.x.to_numpy(), cells.geometry.y.to_numpy()))


def test_totals_are_the_printed_ones_to_the_person(placed):
    inside = placed[placed["unit"] >= 0]
    sums = {group: int(inside[group].sum()) for group in TOTALS}
    assert sums == TOTALS
    assert (sums["total"], sums["age_60_plus"]) == (720_215, 110_463)


@pytest.mark.truth
def test_totals_are_those_of_the_census_excerpt(shared_data):
    with (shared_data / "china_admin" / "census7_2020_excerpts.csv").open(encoding="utf-8") as file:
        row = next(row for row in csv.DictReader(file) if row["code"] == "320214")
    printed = {
        "total": "total_2020",
        "age_0_14": "age_0_14",
        "age_60_plus": "age_60plus",
        "age_65_plus": "age_65plus",
    }
    assert {group: int(row[column]) for group, column in printed.items()} == {g: TOTALS[g] for g in printed}


def test_no_cell_stands_on_a_border(cells, units):
    borders = units[units["type"].isin(["community", "village"])].boundary
    assert not cells.geometry.dwithin(borders.union_all(), 0.001).any()


def test_every_group_is_a_part_of_the_group_that_holds_it(cells):
    for part, whole in (
        ("age_0_14", "age_0_17"),
        ("age_80_plus", "age_65_plus"),
        ("age_65_plus", "age_60_plus"),
    ):
        assert (cells[part] <= cells[whole]).all()
    assert (cells["age_0_17"] + cells["age_60_plus"] <= cells["total"]).all()


def test_size_and_people_of_the_buffer(placed):
    assert 12_000 <= (placed["unit"] >= 0).sum() <= 22_000
    beyond = placed[placed["unit"] < 0]
    assert 20_000 < beyond["total"].sum() < 200_000


def test_the_old_live_in_the_old_town_and_children_in_new_estates(placed, unit_tree):
    inside = placed[placed["unit"] >= 0].copy()
    codes = np.array(unit_tree.codes)
    inside["street"] = [code[:9] for code in codes[inside["unit"]]]
    by_street = inside.groupby("street")[list(TOTALS)].sum()
    old = by_street["age_60_plus"] / by_street["total"]
    young = by_street["age_0_14"] / by_street["total"]
    assert old.idxmax() == "990101001"
    assert old["990101001"] > 2 * old["990101005"]
    assert young["990101005"] > 1.3 * young["990101001"]


def test_every_community_is_peopled(placed, unit_tree):
    people = np.bincount(placed.loc[placed["unit"] >= 0, "unit"], weights=placed.loc[placed["unit"] >= 0, "total"],
                         minlength=len(unit_tree.codes))  # fmt: skip
    leaves = [unit_tree.codes.index(code) for code in unit_tree.leaves()]
    assert len(leaves) == 105
    assert people[leaves].min() > 300
    assert people[leaves].max() < 20_000


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0.01, 50.0), st.integers(0, 40)), min_size=1, max_size=30),
    st.floats(0.0, 1.0),
)
def test_apportion_sums_exactly_and_never_passes_what_fits(pairs, share):
    weight, most = np.array([a for a, _ in pairs]), np.array([b for _, b in pairs], dtype=np.int64)
    total = int(share * most.sum())
    whole = apportion(weight, total, most)
    assert whole.sum() == total
    assert (whole >= 0).all()
    assert (whole <= most).all()


def test_apportion_gives_the_largest_remainders_and_then_the_first():
    plenty = np.full(3, 100, dtype=np.int64)
    assert apportion(np.array([1.0, 1.0, 1.0]), 4, plenty).tolist() == [2, 1, 1]
    assert apportion(np.array([5.0, 3.0, 2.0]), 7, plenty).tolist() == [4, 2, 1]  # 3.5, 2.1, 1.4


def test_apportion_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="do not fit"):
        apportion(np.ones(2), 5, np.array([2, 2]))
