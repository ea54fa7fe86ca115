"""What spopt users hand in by mistake or by habit: read as it is meant, or refused with words; never a traceback."""

from __future__ import annotations

import copy
import pickle

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
import shapely

from coverplan.errors import InputError
from coverplan.siting import (
    CFLP,
    LSCP,
    LSCPB,
    MCLP,
    MEXCLP,
    UFLP,
    PartialSetCover,
    PCenter,
    PDispersion,
    PMedian,
    Search,
)

COSTS = np.array([[1.0, 9, 4], [9, 2, 4], [8, 3, 9], [7, 7, 1]])
PEOPLE = [5.0, 2, 4, 3]
ROWS, STORES = ["h1", "h2", "h3", "h4"], ["s1", "s2", "s3"]
TABLE = pd.DataFrame(COSTS, index=ROWS, columns=STORES)
LONG = TABLE.rename_axis("origin").reset_index().melt("origin", var_name="dest", value_name="cost")
NUMBERS = LONG.assign(origin=LONG["origin"].str[1:].astype(int), dest=LONG["dest"].str[1:].astype(int))
MANY = np.full((12, 12), 9.0) - 8 * np.eye(12)


def refused(call):
    with pytest.raises(InputError) as caught:
        call()
    return {problem.code for problem in caught.value.problems}, str(caught.value)


def median(costs, number=1, **given):
    return PMedian.from_cost_matrix(costs, p_facilities=number, **given).solve()


NO_MATRICES = {
    "one row": [1, 2, 3],
    "three dimensions": np.zeros((2, 2, 2)),
    "a number": 5,
    "nothing": None,
    "rows of different lengths": [[1, 2], [3]],
    "a mapping": {"s1": {"h1": 1}},
    "a name of a file": "costs.csv",
    "no cells": np.zeros((0, 3)),
    "no columns": np.zeros((3, 0)),
    "an empty table": pd.DataFrame(),
    "an empty long table": LONG.iloc[:0],
    "a series by both ids": LONG.set_index(["origin", "dest"])["cost"],
    "a table by both ids": LONG.set_index(["origin", "dest"]),
    "a sparse array that pads": sp.csr_array(np.kron(np.eye(2), [[1.0, 2], [1, 0]])).tobsr((2, 2)),
    "a sparse array of diagonals": sp.dia_matrix(np.diag([1.0, 2, 3])),
}


@pytest.mark.parametrize("costs", NO_MATRICES.values(), ids=NO_MATRICES)
def test_what_is_no_matrix(costs):
    codes, text = refused(lambda: median(costs))
    assert codes == {"shape"}
    assert "cost_matrix" in text


NO_COSTS = {
    "yes and no": COSTS < 5,
    "spans of time": TABLE.apply(lambda column: pd.to_timedelta(column, unit="min")),
    "complex": COSTS + 1j,
    "a sparse table": pd.DataFrame.sparse.from_spmatrix(sp.eye_array(3, format="csr")),
    "a masked cell": np.ma.masked_array(COSTS, COSTS > 8),
    "a word": TABLE.astype(object).replace(1.0, "near"),
    "a sparse blank": sp.csr_array(np.array([[1.0, np.nan], [0, 2]])),
}


@pytest.mark.parametrize("costs", NO_COSTS.values(), ids=NO_COSTS)
def test_what_is_no_cost(costs):
    assert refused(lambda: median(costs))[0] == {"bad_cost"}


def test_a_word_is_shown_as_it_stands_and_is_no_blank():
    words = TABLE.astype(object)
    words.loc["h2", "s3"] = "1,200 m"
    for blank_is_absent in (False, True):
        text = refused(lambda given=blank_is_absent: median(words, blank_is_absent=given))[1]
        assert "row h2, column s3: 1,200 m" in text
    long = LONG.astype(object)
    long.loc[4, "cost"] = "far"
    for blank_is_absent in (False, True):
        assert "row 6: far" in refused(lambda given=blank_is_absent: median(long, blank_is_absent=given))[1]


def test_blanks_that_are_absent_in_every_shape():
    absent = np.where(COSTS > 8, np.nan, COSTS)
    shapes = (
        pd.DataFrame(absent, index=ROWS, columns=STORES),
        LONG.assign(cost=LONG["cost"].where(LONG["cost"] <= 8)),
        absent,
        np.ma.masked_array(COSTS, COSTS > 8),
    )
    found = [median(one, 2, blank_is_absent=True) for one in shapes]
    expected = median(np.where(COSTS > 8, np.inf, COSTS), 2)
    assert {one.objective for one in found} == {expected.objective}


def test_a_pair_that_a_sparse_array_stores_twice():
    twice = sp.coo_array((np.array([1.0, 1, 2]), (np.array([0, 0, 1]), np.array([0, 0, 1]))), shape=(2, 2))
    codes, text = refused(lambda: median(twice))
    assert codes == {"repeated_pair"}
    assert "row 0, column 0" in text


def test_columns_of_one_name_in_a_long_table():
    twice = pd.concat([LONG, LONG["cost"] * 2], axis=1)
    codes, text = refused(lambda: median(twice))
    assert codes == {"repeated_id"}
    assert "cost" in text


HIDDEN_IDS = {
    "heads of ArcGIS": NUMBERS.set_axis(["OriginID", "DestinationID", "Total_Minutes"], axis=1).assign(n=1),
    "a number before them": NUMBERS.set_axis(["from", "to", "metres"], axis=1).reset_index(names="ObjectID"),
    "another name of the cost": NUMBERS.rename(columns={"cost": "minutes"}).assign(km=1.0),
    "Chinese heads": NUMBERS.set_axis(["起点", "终点", "距离"], axis=1).assign(n=1),
    "rows counted in a column": TABLE.reset_index(drop=True).reset_index(names="home"),
    "an unnamed column": TABLE.reset_index(drop=True).assign(**{"Unnamed: 0": [7, 3, 9, 4]})[
        ["Unnamed: 0", *STORES]
    ],
}


@pytest.mark.parametrize("costs", HIDDEN_IDS.values(), ids=HIDDEN_IDS)
def test_ids_that_stand_where_costs_are_expected(costs):
    codes, text = refused(lambda: median(costs))
    assert codes == {"unnamed_columns"}
    assert "columns=" in text or "set_index" in text


def test_wide_tables_with_such_words_among_many_sites_are_read():
    letters = pd.DataFrame(np.arange(80.0).reshape(4, 20), columns=list("abcdefghijklmnopqrst"))
    assert median(letters).objective == 0 + 20 + 40 + 60
    sites = pd.DataFrame(COSTS, columns=["site_1", "site_2", "site_3"])
    assert median(sites).selected == ("site_3",)


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        (("origin", "dest"), "bad_argument"),
        ("origin", "bad_argument"),
        (("origin", "origin", "cost"), "bad_argument"),
        (("origin", "dest", "Cost"), "missing_column"),
    ],
)
def test_columns_that_are_named_wrongly(columns, code):
    assert refused(lambda: median(LONG, columns=columns))[0] == {code}


@pytest.mark.parametrize("marks", [[0, 1], [1, 0], np.array([0, 1]), ["1", "0"]])
def test_marks_of_two_sites_that_could_be_ids_as_well(marks):
    assert refused(lambda: median(COSTS[:, :2], predefined_facilities=marks))[0] == {"bad_marks"}
    flags = [str(one) == "1" for one in marks]
    assert median(COSTS[:, :2], predefined_facilities=flags).selected == (str(flags.index(True)),)


@pytest.mark.parametrize(
    "marks",
    [
        ["0", "1", "0"],
        ["no", "yes", "no"],
        ["否", "是", "否"],
        pd.Series(["s2"], index=[7]),
        pd.Index(["s2"]),
        {"s2"},
        (one for one in ["s2"]),
        pd.Series([0.0, 1.0, np.nan], index=STORES),
    ],
)
def test_more_ways_to_say_which_site(marks):
    assert median(TABLE, predefined_facilities=marks).selected == ("s2",)


@pytest.mark.parametrize(
    ("marks", "code"),
    [
        (1, "bad_marks"),
        (np.array(1), "bad_marks"),
        (True, "bad_marks"),
        ([0, 1, 0, 0, 0], "bad_marks"),
        (["yes", None, "no"], "bad_marks"),
        (pd.Series([1, 0], index=["s2", "s2"]), "repeated_id"),
        (pd.DataFrame({"must": [0, 1, 0]}), "unknown_id"),
        (np.array([[0], [1], [0]]), "unknown_id"),
    ],
)
def test_marks_that_do_not_say_which_site(marks, code):
    assert refused(lambda: median(TABLE, predefined_facilities=marks))[0] == {code}


def test_a_site_that_stands_is_not_opened_as_well():
    asked = {"existing_facilities": ["s1"], "predefined_facilities": ["s1", "s2"]}
    codes, text = refused(lambda: median(TABLE, 2, **asked))
    assert codes == {"bad_marks"}
    assert "s1" in text
    assert "s2" not in text


def test_row_numbers_as_ids_whatever_their_width():
    by_row = {row: 1.0 + row for row in range(12)}
    found = MCLP.from_cost_matrix(MANY, by_row, 2, 1, predefined_facilities={3: 1}).solve()
    assert (found.selected, found.objective) == (("03",), 4.0)
    assert median(MANY, 2, apart=[(10, 11)], predefined_facilities=[10]).selected != ("10", "11")


@pytest.mark.parametrize("radius", [np.nan, -1, "3", True, pd.Timedelta(3, "min")])
def test_radii_that_are_none(radius):
    assert refused(lambda: MCLP.from_cost_matrix(COSTS, PEOPLE, radius, 1))[0] == {"bad_number"}
    assert refused(lambda: MCLP.from_geodataframe(*layers(), "d", "f", "n", radius, 1))[0] == {"bad_number"}


def test_radii_of_nothing_and_of_everything():
    assert MCLP.from_cost_matrix(COSTS - 1, PEOPLE, 0, 2).solve().objective == 8
    assert MCLP.from_cost_matrix(COSTS, PEOPLE, np.inf, 1).solve().objective == sum(PEOPLE)


@pytest.mark.parametrize("share", ["0.8", np.nan, True, -0.1, 80])
def test_shares_that_are_none(share):
    wrong = {"bad_number", "bad_limit"}
    assert (
        refused(lambda: PartialSetCover.from_cost_matrix(COSTS, service_radius=4, coverage=share))[0] <= wrong
    )
    assert refused(lambda: MEXCLP.from_cost_matrix(COSTS, PEOPLE, 4, 1, busy=share))[0] <= wrong


@pytest.mark.parametrize("price", ["1", np.nan, True, -1])
def test_prices_of_ways_that_are_none(price):
    asked = {"site_costs": [1, 1, 1], "cost_of_way": price}
    assert refused(lambda: UFLP.from_cost_matrix(COSTS, PEOPLE, **asked))[0] == {"bad_number"}


@pytest.mark.parametrize("apart", [("s1", "s2"), ["ab"], [("s1", "s2", "s3")], 5, [7]])
def test_what_is_no_pair_of_sites(apart):
    codes, text = refused(lambda: median(TABLE, 2, apart=apart))
    assert codes == {"bad_argument"}
    assert "apart" in text


def test_arguments_that_a_model_would_pass_over():
    for model, given in (
        (LSCP, {"service_radius": 4, "p_facilities": 1}),
        (MCLP, {"service_radius": 4, "p_facilities": 1, "busy": 0.5}),
        (PMedian, {"p_facilities": 1, "coverage": 0.5}),
        (PCenter, {"p_facilities": 1, "site_costs": [1, 1, 1]}),
    ):
        name = list(given)[-1]
        codes, text = refused(lambda model=model, given=given: model.from_cost_matrix(COSTS, **given))
        assert codes == {"bad_argument"}
        assert f"{name}: {model.__name__} does not use this" in text
    assert UFLP.from_cost_matrix(COSTS, PEOPLE, [1, 1, 1], p_facilities=1).solve().selected == ("2",)


def test_words_of_spopt_that_have_no_place_here_say_where_to_go():
    for name in ("name", "solver", "fulfill_predefined_fac", "k_array"):
        text = refused(lambda name=name: median(COSTS, **{name: "x"}))[1]
        assert name in text
        assert "leave it out" in text
    assert (
        "leave it out" in refused(lambda: PMedian.from_cost_matrix(COSTS, PEOPLE, 1).solve(results=True))[1]
    )
    solver = type("PULP_CBC_CMD", (), {"__module__": "pulp.apis.coin_api"})()
    assert "no solver is passed" in refused(lambda: LSCPB.from_cost_matrix(COSTS, 4, solver))[1]
    answer = PMedian.from_cost_matrix(COSTS, PEOPLE, 1).solve()
    with pytest.raises(AttributeError, match="read fac2cli"):
        answer.facility_client_array()
    with pytest.raises(AttributeError, match="no attribute 'fac3cli'"):
        _ = answer.fac3cli


def test_answers_that_are_looked_for_where_spopt_has_them():
    model = PMedian.from_cost_matrix(COSTS, PEOPLE, 1)
    for name in ("fac2cli", "perc_cov", "objective", "facility_client_array"):
        with pytest.raises(AttributeError, match=rf"{name}: .*answer = model\.solve\(\), then read answer\."):
            getattr(model, name)
    with pytest.raises(AttributeError, match=r"objective: .*read answer\.objective"):
        _ = model.problem.objective
    answer = model.solve()
    with pytest.raises(AttributeError, match="read cli2fac"):
        _ = answer.cli_assgn_vars
    for by_id in (answer.fac2cli, answer.cli2fac):
        assert all(isinstance(key, str) for key in by_id)
        with pytest.raises(KeyError, match="0 is not among these ids: '"):
            _ = by_id[0]
    with pytest.raises(ImportError, match="KNearestPMedian: take PMedian"):
        from coverplan.siting import KNearestPMedian  # noqa: F401
    for question in (model.problem, answer):
        copied = pickle.loads(pickle.dumps(copy.copy(question)))  # noqa: S301 - our own
        assert type(copied) is type(question)
    text = refused(lambda: LSCP.from_cost_matrix(COSTS, PEOPLE, 4))[1]
    assert "predefined_facilities" in text


@pytest.mark.parametrize(
    "given",
    [
        {"gap": "0.1"},
        {"gap": np.nan},
        {"gap": True},
        {"time_limit_s": "3"},
        {"time_limit_s": np.nan},
        {"threads": 1.5},
        {"threads": "2"},
        {"seed": -1},
        {"seed": 1.5},
        {"seed": 2**31},
    ],
)
def test_searches_that_are_none(given):
    assert next(iter(given)) in refused(lambda: Search(**given))[1]


def test_methods_that_there_are_not():
    assert "auto, exact" in refused(lambda: PMedian.from_cost_matrix(COSTS, PEOPLE, 1).solve(method="cbc"))[1]


def test_blank_ids_are_blank_however_they_are_written():
    for blank in ("", "  ", None, np.nan, pd.NA):
        named = TABLE.set_axis(["h1", blank, "h3", "h4"], axis=0)
        assert refused(lambda named=named: median(named))[0] == {"blank_id"}


def layers():
    demand = gpd.GeoDataFrame(
        {"d": ["a", "b", "c"], "n": [5, 6, 7]}, geometry=shapely.points([0, 100, 250], [0, 0, 60]), crs=32650
    )
    sites = gpd.GeoDataFrame(
        {"f": ["y", "x"], "must": [0, 1], "room": [9, 99], "price": [3, 500]},
        geometry=shapely.points([200, 0], 0),
        crs=32650,
    )
    return demand, sites


def test_layers_in_the_order_and_with_the_columns_of_spopt():
    """`demand_col` and `facility_col` are the columns of places there: the index of each layer stands for the ids."""
    demand, sites = layers()
    demand.index = pd.Index(["a", "b", "c"])
    places = ("geometry", "geometry")
    most = MCLP.from_geodataframe(demand, sites, *places, "n", 100, 1, "must").solve()
    assert (most.selected, most.objective, most.cli2fac["c"]) == (("1",), 11, ())
    assert LSCP.from_geodataframe(demand, sites, *places, 100, "must").solve().selected == ("0", "1")
    assert LSCPB.from_geodataframe(demand, sites, *places, 100).solve().selected == ("0", "1")
    center = PCenter.from_geodataframe(demand, sites, *places, 1, "must", "manhattan").solve()
    assert (center.selected, center.objective) == (("1",), 310)
    room = PMedian.from_geodataframe(demand, sites, *places, "n", 2, "room", "must").solve()
    assert room.cli2fac == {"a": ("1",), "b": ("1",), "c": ("0",)}
    named = {"weights_cols": "n", "facility_capacity_col": "room", "site_cost_col": "price"}
    cheap = CFLP.from_geodataframe(demand, sites, "d", "f", **named, cost_of_way=0.0)
    assert refused(
        lambda: MCLP.from_geodataframe(demand, sites, "d", "f", "n", 100, 1, site_cost_col="price")
    )
    assert cheap.solve().objective == 500


def test_layers_that_are_none():
    demand, sites = layers()
    asked = {"service_radius": 100, "p_facilities": 1}
    for call, word in (
        (lambda: MCLP.from_geodataframe(demand, sites, "d", "f", weight_col="n", **asked), "weights_col?"),
        (
            lambda: MCLP.from_geodataframe(demand, sites, "d", "f", distance_metric="haversine", **asked),
            "manhattan",
        ),
        (lambda: MCLP.from_geodataframe(pd.DataFrame(demand), sites, "d", "f", **asked), "GeoDataFrame"),
        (lambda: MCLP.from_geodataframe(demand, sites, "d", "f", least_apart="5", **asked), "least_apart"),
        (lambda: PDispersion.from_geodataframe(sites.to_crs(4326), "f", 2), "CRS"),
    ):
        assert word in refused(call)[1]


def test_dispersion_as_spopt_has_it():
    x = np.array([0.0, 3, 10, 11])
    apart = np.abs(np.subtract.outer(x, x))
    layer = gpd.GeoDataFrame(
        {"f": [10.0, 20, 30, 40], "must": ["否", "是", "", "0"]}, geometry=shapely.points(x, 0), crs=32650
    )
    by_layer = PDispersion.from_geodataframe(layer, "geometry", 2, "must").solve()
    assert (by_layer.selected, by_layer.objective) == (("1", "3"), 8)
    assert PDispersion.from_geodataframe(layer, "f", 2).solve().selected == ("10", "40")
    table = pd.DataFrame(apart, index=[1.0, 2, 3, 4], columns=[1, 2, 3, 4])
    for made in (
        PDispersion.from_cost_matrix(apart, 2, np.array([0, 1, 0, 0])),
        PDispersion.from_cost_matrix(apart, p_facilities=2, predefined_facilities_arr=[0, 1, 0, 0]),
        PDispersion.from_cost_matrix(table, 2, ["2"]),
    ):
        assert made.solve().objective == 8
    assert "leave it out" in refused(lambda: PDispersion.from_cost_matrix(apart, 2, name="far"))[1]
    assert "between 3 and 4" in refused(lambda: PDispersion.from_cost_matrix(apart, 2, [0, 1, 3]))[1]
    crowded = PDispersion.from_cost_matrix(apart, 3, [2, 3]).solve()
    assert (crowded.objective, crowded.bound, crowded.status) == (1, 1, "optimal")
