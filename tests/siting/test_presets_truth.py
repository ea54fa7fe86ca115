"""Presets against optima that other people published."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.sparse.csgraph import shortest_path

from coverplan.siting.presets import LSCP, LSCPB, MCLP, CapacitatedPMedian, PCenter, PMedian

pytestmark = pytest.mark.truth
COLUMNS = ("DestinationName", "name", "distance")


@pytest.fixture(scope="module")
def san_francisco(shared_data):
    folder = shared_data / "sf_spopt"
    costs = pd.read_csv(
        folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv",
        dtype={"DestinationName": str},
    )
    demand = pd.read_csv(folder / "SF_demand_205_centroid_uniform_weight.csv", dtype={"NAME": str})
    return costs, pd.Series(demand["POP2000"].to_numpy(), index=demand["NAME"])


def test_san_francisco_set_covering(san_francisco):
    costs, _ = san_francisco
    answer = LSCP.from_cost_matrix(costs, service_radius=5000, columns=COLUMNS).solve()
    assert answer.solution.status == "optimal"
    assert answer.objective == 8
    assert answer.n_cli_uncov == 0
    assert answer.perc_cov == 100


def test_san_francisco_set_covering_with_backup(san_francisco):
    """Among all sets of eight stores that cover everybody, the one with most people covered twice."""
    costs, people = san_francisco
    wide = costs.pivot_table(index="DestinationName", columns="name", values="distance")
    weight = people.to_numpy()[people.index.get_indexer(wide.index)]
    near = wide.to_numpy() <= 5000
    times = [near[:, list(stores)].sum(axis=1) for stores in itertools.combinations(range(16), 8)]
    most = max(weight[often >= 2].sum() for often in times if often.min() >= 1)
    answer = LSCPB.from_cost_matrix(costs, weights=people, service_radius=5000, columns=COLUMNS).solve()
    assert answer.solution.status == "optimal"
    assert [stage.objective for stage in answer.solution.stages] == [8, most]


def test_capacitated_p_median_by_hand():
    """Both points are nearer to x, which has room for one of them: the heavier one stays, the other goes far."""
    costs = pd.DataFrame({"x": [1.0, 2.0], "y": [9.0, 5.0], "z": [50.0, 50.0]}, index=["a", "b"])
    answer = CapacitatedPMedian.from_cost_matrix(
        costs, weights={"a": 4, "b": 3}, p_facilities=2, facility_capacities={"x": 6, "y": 6, "z": 99}
    ).solve()
    assert answer.selected == ("x", "y")
    assert answer.cli2fac == {"a": ("x",), "b": ("y",)}
    assert answer.objective == 4 * 1 + 3 * 5


def test_san_francisco_maximal_covering(san_francisco):
    costs, people = san_francisco
    answer = MCLP.from_cost_matrix(
        costs, weights=people, service_radius=5000, p_facilities=4, columns=COLUMNS
    ).solve()
    assert answer.solution.status == "optimal"
    assert answer.objective == 875_247
    assert answer.share_served == pytest.approx(875_247 / 955_113)


def test_san_francisco_p_median(san_francisco):
    costs, people = san_francisco
    answer = PMedian.from_cost_matrix(costs, weights=people, p_facilities=4, columns=COLUMNS).solve()
    assert answer.solution.status == "optimal"
    assert answer.objective == pytest.approx(2_848_268_129.7145, rel=1e-12)
    assert answer.mean_dist == pytest.approx(2_848_268_129.7145 / 955_113)


def test_san_francisco_p_center(san_francisco):
    costs, people = san_francisco
    answer = PCenter.from_cost_matrix(costs, weights=people, p_facilities=4, columns=COLUMNS).solve()
    assert answer.solution.status == "optimal"
    assert answer.objective == pytest.approx(7_403.0638, abs=5e-5)


def test_row_order_of_the_tables_changes_nothing(san_francisco):
    costs, people = san_francisco
    straight = MCLP.from_cost_matrix(
        costs, weights=people, service_radius=5000, p_facilities=4, columns=COLUMNS
    ).solve()
    mixed = MCLP.from_cost_matrix(
        costs.sample(frac=1, random_state=3),
        weights=people.sample(frac=1, random_state=4),
        service_radius=5000,
        p_facilities=4,
        columns=COLUMNS,
    ).solve()
    assert mixed.selected == straight.selected
    assert mixed.objective == straight.objective


SJC_MCLP = {
    "SJC324": (5461, 8790, 11604, 12106, 12152),
    "SJC402": (6555, 11339, 14690, 15658, 15970, 15984),
}


def sjc_costs(folder, name):
    rows = np.loadtxt(folder / "mclp_sjc" / f"{name}.txt", skiprows=1, usecols=(0, 1, 2))
    apart = rows[:, None, :2] - rows[None, :, :2]
    return np.hypot(apart[..., 0], apart[..., 1]), rows[:, 2]


@pytest.mark.parametrize("name", list(SJC_MCLP))
def test_sao_jose_dos_campos(shared_data, name):
    costs, people = sjc_costs(shared_data, name)
    for p, best in enumerate(SJC_MCLP[name], start=1):
        answer = MCLP.from_cost_matrix(costs, weights=people, service_radius=800, p_facilities=p).solve()
        assert answer.solution.status == "optimal"
        assert answer.objective == best
    fewest = LSCP.from_cost_matrix(costs, service_radius=800).solve()
    assert fewest.solution.status == "optimal"
    assert fewest.objective == len(SJC_MCLP[name])


PMED = {1: 5819, 2: 4093, 3: 4250, 4: 3034, 5: 1355}


def pmed_costs(folder, number):
    """All shortest paths; of an edge that stands twice the last length counts, as the source says."""
    lines = (folder / "pmed" / f"pmed{number}.txt").read_text().split()
    nodes, edges, p = map(int, lines[:3])
    lengths = np.zeros((nodes, nodes))
    for a, b, length in np.array(lines[3 : 3 + 3 * edges], dtype=int).reshape(-1, 3):
        lengths[a - 1, b - 1] = lengths[b - 1, a - 1] = length
    return shortest_path(lengths, directed=False), p


@pytest.mark.parametrize("number", PMED)
def test_or_library(shared_data, number):
    costs, p = pmed_costs(shared_data, number)
    median = PMedian.from_cost_matrix(costs, p_facilities=p).solve()
    assert median.solution.status == "optimal"
    assert median.objective == PMED[number]
    known = dict(line.split() for line in (shared_data / "pmed" / "kcenteropt.txt").read_text().splitlines())
    center = PCenter.from_cost_matrix(costs, p_facilities=p).solve()
    assert center.solution.status == "optimal"
    assert center.objective == int(known[f"pmed{number}"])
