"""Travel times made elsewhere."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from coverplan.errors import InputError
from coverplan.reach.from_matrix import from_long, from_wide
from makers.walk_oracle import as_table

STUDY = {"site_ids": ["s1", "s2"], "demand_ids": ["a", "b", "c"], "limit_ms": 900_000}


def long(*rows):
    return pd.DataFrame(rows, columns=["origin", "dest", "minutes"])


def test_pairs_are_joined_by_id_whatever_their_order():
    table = long(("c", "s1", 15.0), ("a", "s2", 0.0), ("b", "s1", 2.5), ("a", "s1", 15.001))
    reach = from_long(table, **STUDY)
    assert as_table(reach) == {(0, 1): 150_000, (0, 2): 900_000, (1, 0): 0}
    assert as_table(from_long(table.sample(frac=1, random_state=1), **STUDY)) == as_table(reach)


def test_absent_and_empty_are_not_reached_and_zero_is():
    reach = from_long(long(("a", "s1", None), ("b", "s1", ""), ("c", "s2", 0)), **STUDY)
    assert as_table(reach) == {(1, 2): 0}


def test_numbers_are_ids_too_even_when_an_empty_cell_made_them_floats():
    table = long((101.0, 7, 1), (102.0, 8, 2))
    reach = from_long(table, site_ids=["7", "8"], demand_ids=["101", "102"], limit_ms=900_000)
    assert as_table(reach) == {(0, 0): 60_000, (1, 1): 120_000}


def test_wide_equals_long():
    wide = pd.DataFrame({"s2": [0.0, np.nan], "s1": [3.0, 4.0]}, index=["a", "c"])
    assert as_table(from_wide(wide, **STUDY)) == {(0, 0): 180_000, (0, 2): 240_000, (1, 0): 0}


def test_everything_wrong_is_reported_at_once_with_its_row():
    table = long(
        ("a", "s1", -1), ("x", "s1", 2), ("b", "s9", 2), ("c", "s1", "soon"), ("b", "s2", 1), ("b", "s2", 3)
    )
    with pytest.raises(InputError) as caught:
        from_long(table, **STUDY)
    found = {(problem.code, problem.line) for problem in caught.value.problems}
    assert found == {
        ("bad_time", 2),
        ("unknown_id", 3),
        ("unknown_id", 4),
        ("bad_time", 5),
        ("pair_twice", 7),
    }


def test_missing_columns_are_named():
    with pytest.raises(InputError) as caught:
        from_long(pd.DataFrame({"from": ["a"], "minutes": [1]}), **STUDY)
    assert [problem.field for problem in caught.value.problems] == ["dest", "origin"]


@pytest.mark.truth
def test_san_francisco_stores_join_by_id_not_by_row(shared_data):
    folder = shared_data / "sf_spopt"
    metres = pd.read_csv(folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv")
    tracts = pd.read_csv(folder / "SF_demand_205_centroid_uniform_weight.csv")
    stores = pd.read_csv(folder / "SF_store_site_16_longlat.csv")
    reach = from_long(
        metres.assign(minutes=metres["distance"] / 1000),  # a kilometre a minute keeps every metre
        site_ids=stores["NAME"].tolist(),
        demand_ids=tracts["NAME"].astype(str).tolist(),
        limit_ms=300_000,
        site="name",
        demand="DestinationName",
    )
    pairs = metres[metres["distance"] <= 5_000]
    assert reach.pairs == len(pairs)
    total = reach.times_ms.astype(np.int64).sum() / 60_000 * 1000
    assert total == pytest.approx(pairs["distance"].sum(), rel=1e-6)
