"""Tables with doubtful ids, marks and numbers are read as they are meant or refused with words."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
import shapely
from hypothesis import given
from hypothesis import strategies as st

from coverplan.errors import InputError
from coverplan.siting.presets import LSCP, MCLP, PMedian

WIDE = pd.DataFrame({"x": [1.0, 9, 9], "y": [9.0, 1, 9], "z": [9.0, 9, 1]}, index=["a", "b", "c"])
PEOPLE = {"a": 5, "b": 6, "c": 7}


def refused(call):
    with pytest.raises(InputError) as caught:
        call()
    return {problem.code for problem in caught.value.problems}, str(caught.value)


def chosen(costs=WIDE, **given):
    asked = {"weights": PEOPLE, "service_radius": 2, "p_facilities": 1} | given
    return MCLP.from_cost_matrix(costs, **asked).solve().selected


def test_repeated_and_blank_ids_are_named():
    for costs in (WIDE.set_axis(["x", "y", "x"], axis=1), WIDE.set_axis(["a", "b", "a"], axis=0)):
        assert refused(lambda costs=costs: chosen(costs))[0] == {"repeated_id"}
    assert refused(lambda: chosen(WIDE.set_axis([1, "1", "c"], axis=0)))[0] == {"repeated_id"}
    assert refused(lambda: chosen(WIDE.set_axis(["a", np.nan, "c"], axis=0)))[0] == {"blank_id"}
    twice = pd.Series([5, 6, 7, 8], index=["a", "b", "c", "c"])
    codes, text = refused(lambda: chosen(weights=twice))
    assert codes == {"repeated_id"}
    assert "weights" in text


def test_a_blank_cell_is_named_by_its_row_and_column():
    costs = WIDE.copy()
    costs.loc["b", "z"] = np.nan
    codes, text = refused(lambda: chosen(costs))
    assert codes == {"bad_cost"}
    assert "row b, column z" in text


@pytest.mark.parametrize(
    "marks",
    [
        [0, 1, 0],
        np.array([0, 1, 0]),
        np.array([False, True, False]),
        pd.Series([0, 1, 0]),
        pd.Series(["no", "yes", "0"], index=["x", "y", "z"]),
        {"x": "否", "y": "是", "z": np.nan},
        ["y"],
        {"y": 1},
        pd.Series(["y"]),
    ],
)
def test_predefined_facilities_as_ids_and_as_marks(marks):
    assert chosen(predefined_facilities=marks) == ("y",)


@pytest.mark.parametrize("marks", ["y", [True, False], [np.nan], {"x": "perhaps"}])
def test_predefined_facilities_that_do_not_say_which(marks):
    assert refused(lambda: chosen(predefined_facilities=marks))[0] == {"bad_marks"}


def test_predefined_rows_of_a_bare_array():
    costs = np.full((12, 12), 9.0) - 8 * np.eye(12)
    for marks in ([3], ["3"], ["03"], np.arange(12) == 3):
        answer = MCLP.from_cost_matrix(costs, service_radius=2, p_facilities=1, predefined_facilities=marks)
        assert answer.solve().selected == ("03",)


@pytest.mark.parametrize("number", [2.7, "3", True, None, np.nan])
def test_numbers_of_facilities_are_whole(number):
    codes, _ = refused(lambda: chosen(p_facilities=number))
    assert codes <= {"bad_number", "missing_argument"}


def test_numbers_of_facilities_of_any_kind_of_whole_number():
    assert {chosen(p_facilities=one) for one in (1, 1.0, np.int8(1), np.float32(1))} == {("z",)}


def test_a_long_table_with_other_names_is_refused_with_the_way_out():
    long = WIDE.rename_axis("from").reset_index().melt("from", var_name="to", value_name="metres")
    codes, text = refused(lambda: chosen(long))
    assert codes == {"unnamed_columns"}
    assert "columns=" in text
    assert chosen(long, columns=("from", "to", "metres")) == ("z",)
    numbered = long.assign(**{"from": long["from"].map(ord), "to": long["to"].map(ord)})
    assert refused(lambda: chosen(numbered, weights={97: 1, 98: 2, 99: 3}))[0] == {"unnamed_columns"}


def test_a_table_cut_at_a_limit_keeps_those_whom_nobody_reaches():
    long = WIDE.rename_axis("origin").reset_index().melt("origin", var_name="dest", value_name="cost")
    cut = long[(long["cost"] < 2) & (long["origin"] != "c")]
    answer = MCLP.from_cost_matrix(cut, weights=PEOPLE, service_radius=2, p_facilities=1).solve()
    assert answer.uncovered_clients == ("a", "c")
    assert answer.share_served == pytest.approx(6 / 18)
    assert refused(lambda: chosen(cut, weights={"a": 5, "B": 6, "c": 7}))[0] == {"unknown_id"}


def test_values_that_are_no_numbers():
    codes, text = refused(lambda: chosen(weights={"a": 5, "b": "many", "c": 7}))
    assert codes == {"bad_number"}
    assert "b: many" in text
    assert refused(lambda: chosen(WIDE.astype(object).replace(1.0, "near")))[0] == {"bad_cost"}


def test_sparse_costs_are_the_pairs_that_they_store():
    near = np.array([[0.0, 5, 0], [1, 0, 0], [0, 2, 3]])
    stored = sp.coo_array(
        (np.array([0.0, 5, 1, 2, 3]), (np.array([0, 0, 1, 2, 2]), np.array([0, 1, 0, 1, 2])))
    )
    dense = np.where(near > 0, near, np.inf)
    dense[0, 0] = 0.0  # a stored zero is a way of no length
    for made in (stored, stored.tocsr(), sp.csc_matrix(stored)):
        one = PMedian.from_cost_matrix(made, p_facilities=2).solve()
        other = PMedian.from_cost_matrix(dense, p_facilities=2).solve()
        assert (one.objective, one.selected) == (other.objective, other.selected) == (3.0, ("0", "1"))


def test_marks_in_a_layer():
    demand = gpd.GeoDataFrame({"d": ["a", "b"]}, geometry=shapely.points([0, 100], 0), crs="EPSG:32650")
    sites = gpd.GeoDataFrame({"f": ["x", "y"]}, geometry=shapely.points([0, 100], 0), crs="EPSG:32650")
    for words in (["0", "1"], ["no", "yes"], ["否", "是"], [np.nan, True], [0.0, 1.0]):
        made = LSCP.from_geodataframe(
            demand, sites.assign(must=words), "d", "f", service_radius=500, predefined_facility_col="must"
        )
        assert made.solve().selected == ("y",)
    codes, _ = refused(
        lambda: LSCP.from_geodataframe(
            demand, sites.assign(must=["?", 1]), "d", "f", service_radius=500, predefined_facility_col="must"
        )
    )
    assert codes == {"bad_marks"}


@given(st.permutations(["a", "b", "c"]), st.permutations(["x", "y", "z"]), st.booleans())
def test_order_of_tables_means_nothing(rows, columns, as_series):
    weights = pd.Series(PEOPLE)[rows] if as_series else {one: PEOPLE[one] for one in rows}
    assert chosen(WIDE.loc[rows, columns], weights=weights) == ("z",)
