"""Distance from the best with the same means, against trying every choice of candidates."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

import coverplan
from coverplan.comparison.best import Question, best_by_money, best_by_sites
from coverplan.comparison.candidates import Candidates
from coverplan.errors import InputError
from coverplan.siting.pairs import Pairs
from towns.toycompare import Town, opening

TWO_MINUTES = [{"layer": "elder_care", "minutes": 2, "name": "near"}]


def ball(row: int, column: int) -> set[tuple[int, int]]:
    return {(r, c) for r in range(5) for c in range(5) if abs(r - row) + abs(c - column) <= 2}


def nodes() -> list[tuple[int, int]]:
    return [(r, c) for r in range(5) for c in range(5)]


def held(*folders, **options):
    return coverplan.compare(*folders, write=False, **options)


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """What stands, a siting answer at (2, 2), and an official's idea at (4, 4)."""
    town = Town(tmp_path_factory.mktemp("answered") / "town")
    town.answer("stands", standards=TWO_MINUTES)
    town.sited(town.answer("sited", standards=TWO_MINUTES, changes=[opening(2, 2, "s1", cost=10)]), 2)
    town.answer("idea", standards=TWO_MINUTES, changes=[opening(4, 4, "i1", cost=20)])
    return town


@pytest.fixture
def town(answered, tmp_path):
    """A copy of each test's own, to be damaged."""
    return answered.copied(tmp_path / "town")


@pytest.fixture
def answers(town):
    return tuple(town.folder / "maps" / name for name in ("stands", "sited", "idea"))


def test_one_site_against_every_node(answers) -> None:
    found = held(*answers, money=True).regret
    assert found.reasons == {}
    rows = found.table.set_index(["scenario", "means"])
    stands = ball(0, 0)
    best_one = max(len(stands | ball(*place)) for place in nodes())
    best_two = max(len(stands | ball(*a) | ball(*b)) for a, b in combinations(nodes(), 2))
    # 6 points stand, 10 more around (2, 2), 6 more around (4, 4)
    for letter, covered in (("B", 160), ("C", 120)):
        row = rows.loc[(letter, "sites")]
        assert row[["sites", "covered_before", "covered"]].tolist() == [1, 60, covered]
        assert row[["best", "bound"]].tolist() == [10 * best_one, 10 * best_one]
        assert row[["regret", "at_most"]].tolist() == [10 * best_one - covered] * 2
        assert row["status"] == "optimal"
        assert len(stands | ball(*map(int, row["chosen"][0][1:]))) == best_one
    # ten buys one place, twenty two of them
    assert rows.loc[("B", "money"), "best"] == 10 * best_one
    money = rows.loc[("C", "money")]
    assert money["money"] == 20
    assert 10 * best_two * (1 - 0.005) <= money["best"] <= 10 * best_two <= money["bound"]


def test_solvers_print_nothing_among_the_output(answers, capfd) -> None:
    table = held(*answers, money=True).regret.table
    assert (table["means"] == "money").sum() == 2
    assert capfd.readouterr() == ("", "")


def forget_before(*folders) -> None:
    """Take from answers what they say of every home without their changes, as answers of earlier versions."""
    for folder in folders:
        layer = coverplan.read_result(folder).layers["demand"]
        gone = [name for name in layer.columns if name.endswith("_before")]
        layer.drop(columns=gone).to_file(folder / "layers.gpkg", layer="demand", engine="pyogrio")


def test_an_answer_says_itself_what_stood_before(town, answers) -> None:
    _, sited, idea = answers
    found = held(sited, idea)
    assert found.sides[0].derived
    assert found.regret.table.set_index("scenario")["covered_before"].to_dict() == {"B": 60, "C": 60}


def test_without_the_first_answer_the_chosen_sites_are_taken_away(town, answers) -> None:
    _, sited, idea = answers
    forget_before(sited, idea)
    unknown = held(sited, idea).regret
    assert unknown.reasons == {"near": "unknown_before"}
    assert unknown.table.empty
    town.chosen(sited, "s1", "c22", 10.0)
    known = held(sited, idea).regret.table.set_index("scenario")
    assert known["covered_before"].tolist() == [60, 60]
    assert known["best"].nunique() == 1


def test_a_wrong_claim_of_what_was_chosen_is_found_out_by_the_sums(town, answers) -> None:
    _, sited, idea = answers
    forget_before(sited, idea)
    town.chosen(sited, "s1", "c44", 10.0)
    assert held(sited, idea).regret.reasons == {"near": "unknown_before"}


def test_the_file_may_say_what_stood_before(town, answers) -> None:
    _, sited, idea = answers
    town.sited(sited, 2, before_0=np.array([r + c <= 2 for r, c in nodes()]))
    assert held(sited, idea).regret.table["covered_before"].tolist() == [60, 60]


def test_an_idea_that_no_candidate_reaches_misses_nobody(town, answers) -> None:
    stands, sited, _ = answers
    # the only candidates stand where people are served already
    town.sited(
        sited,
        2,
        open_site=np.array([0, 1]),
        open_type=np.array(["day_care"] * 2),
        open_layer=np.array(["elder_care"] * 2),
        open_cost=np.array([1.0, 1.0]),
    )
    row = held(stands, sited).regret.table.iloc[0]
    assert row["best"] < row["covered"]
    assert row[["regret", "at_most"]].tolist() == [0, 0]


def test_why_it_was_not_asked(town, answers) -> None:
    stands, sited, idea = answers
    assert held(stands, idea).regret.reasons == {"": "no_candidates"}
    also = town.sited(town.answer("none", standards=TWO_MINUTES), 2)
    assert held(stands, also).regret.reasons == {"near": "no_new_sites"}
    town.sited(sited, 2, open_type=np.repeat("canteen", 25))
    assert held(stands, sited).regret.table["status"].tolist() == ["no_opening"]


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"indptr_0": np.arange(4)}, "indptr_0 does not fit the sites"),
        ({"demand_0": np.full(3, 99)}, "indptr_0 does not fit demand_0"),
        ({"open_cost": np.full(25, -1.0)}, "what is no cost"),
        ({"open_site": np.full(25, 25)}, "no position of a site"),
        ({"ids": np.repeat("same", 25)}, "ids of candidates repeat"),
        ({"x": np.full(25, np.nan)}, "no coordinate"),
        ({"before_0": np.ones(3, dtype=bool)}, "before_0 does not fit"),
        ({"ids": np.array([object()] * 25)}, "cannot be read"),
    ],
)
def test_a_damaged_file_of_candidates_is_refused(town, answers, arrays, said) -> None:
    stands, sited, _ = answers
    town.sited(sited, 2, **arrays)
    with pytest.raises(InputError, match=said):
        held(stands, sited)


def test_demand_out_of_range_or_order_and_files_that_are_none(town, answers) -> None:
    stands, sited, _ = answers
    with np.load(sited / "siting.npz") as file:
        demand = file["demand_0"]
    for changed, said in (
        (np.where(demand == 24, 25, demand), "no demand point"),
        (demand[::-1], "not in order"),
    ):
        town.sited(sited, 2, demand_0=changed)
        with pytest.raises(InputError, match=said):
            held(stands, sited)
    (sited / "siting.npz").write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(InputError, match="cannot be read"):
        held(stands, sited)
    np.savez(sited / "siting.npz", ids=np.array(["a"]))
    with pytest.raises(InputError, match="arrays are missing"):
        held(stands, sited)


def question(seed: int) -> tuple[Question, list[set[int]]]:
    """Nine sites among twenty points; three types that may stand at different ones."""
    rng = np.random.default_rng(seed)
    reach = [set(np.flatnonzero(rng.random(20) < 0.25).tolist()) for _ in range(9)]
    openings = [(site, kind) for site in range(9) for kind in ("p", "q", "r") if rng.random() < 0.45]
    openings += [(0, "p"), (1, "q"), (2, "r")]
    candidates = Candidates(
        ids=tuple(f"s|{i}" for i in range(9)),
        unit=("",) * 9,
        pairs={},
        before={},
        open_site=np.array([site for site, _ in openings]),
        open_layer=np.repeat("l", len(openings)),
        open_type=np.array([kind for _, kind in openings]),
        open_cost=rng.integers(1, 9, len(openings)).astype(float),
    )
    pairs = Pairs(
        np.concatenate(([0], np.cumsum([len(r) for r in reach]))).astype(np.int64),
        np.array([p for r in reach for p in sorted(r)], dtype=np.int32),
        None,
        20,
    )
    weight = rng.integers(0, 9, 20).astype(float)
    return Question(candidates, pairs, rng.random(20) < 0.2, weight), reach


def value(asked: Question, reach: list[set[int]], sites) -> float:
    covered = set(np.flatnonzero(asked.before).tolist()).union(*(reach[site] for site in sites))
    return float(asked.weight[sorted(covered)].sum())


@pytest.mark.parametrize("seed", range(12))
def test_types_that_fit_different_places_against_every_choice(seed) -> None:
    asked, reach = question(seed)
    kinds = asked.candidates.open_type
    where = {kind: set(asked.candidates.open_site[kinds == kind].tolist()) for kind in ("p", "q", "r")}
    types = Counter({"p": 2, "q": 1, "r": 1})
    best = max(
        value(asked, reach, {*two, q, r})
        for two in combinations(sorted(where["p"]), min(2, len(where["p"])))
        for q in where["q"]
        for r in where["r"]
    )
    found = best_by_sites(asked, "l", types)
    assert found.status == "optimal"
    assert found.covered == best
    assert found.bound == pytest.approx(best)
    assert value(asked, reach, found.places) == best


@pytest.mark.parametrize("seed", range(12))
def test_money_against_every_choice(seed) -> None:
    asked, reach = question(seed)
    cheapest = {
        site: asked.candidates.open_cost[asked.candidates.open_site == site].min()
        for site in set(asked.candidates.open_site.tolist())
    }
    best = max(
        value(asked, reach, chosen)
        for count in range(len(cheapest) + 1)
        for chosen in combinations(cheapest, count)
        if sum(cheapest[site] for site in chosen) <= 9
    )
    found = best_by_money(asked, "l", None, 9.0)
    assert best * (1 - 0.005) <= found.covered <= best <= found.bound + 1e-6
    assert sum(cheapest[site] for site in found.places) <= 9
