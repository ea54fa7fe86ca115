"""Wrong answers reach the recount: every limit that an answer breaks is told, and no other (R9)."""

from __future__ import annotations

import numpy as np
import pytest

from coverplan.errors import RecountError
from coverplan.siting.check import confirm, nearest_ways, needs_ways, recount, value_of, violations
from coverplan.siting.limit import (
    Apart,
    Budget,
    Capacity,
    Closings,
    CoverageFloor,
    Number,
    UnitCap,
    UnitQuota,
    Unlike,
)
from coverplan.siting.objective import (
    Fairest,
    FewestSites,
    LeastCost,
    LeastPersonTime,
    LeastTotal,
    MostBackup,
    MostExpected,
    MostNet,
    MostPeople,
    ShortestLongestWalk,
)
from coverplan.siting.pairs import from_triples
from coverplan.siting.points import make_points
from coverplan.siting.problem import make_problem
from coverplan.siting.sites import make_sites
from coverplan.siting.solution import Assignment

#: Site 0 reaches points 0 and 1, site 1 points 1 and 2, site 2 point 3; ways in minutes.
PAIRS = [(0, 0, 2.0), (0, 1, 5.0), (1, 1, 3.0), (1, 2, 4.0), (2, 3, 1.0)]
PEOPLE = [10.0, 20.0, 30.0, 40.0]


def problem(*limits, objective=None, status=("candidate",) * 3, capacity=(30.0, 30.0, 40.0)):
    site, demand, cost = (np.array(column) for column in zip(*PAIRS, strict=True))
    return make_problem(
        make_sites(
            ("a", "b", "c"), status=status, cost=np.array([4.0, 5.0, 6.0]), capacity=np.array(capacity),
            unit=np.array([0, 0, 1], dtype=np.int32),
        ),
        make_points(("p", "q", "r", "s"), np.array(PEOPLE), unit=np.array([0, 0, 1, 1], dtype=np.int32)),
        from_triples(site.astype(np.int32), demand.astype(np.int32), cost, sites=3, demand_points=4),
        objectives=(objective or MostPeople(),),
        limits=limits or (Number(0, 3),),
        units=("u1", "u2"),
    )  # fmt: skip


def told(asked, open_sites: str, assignment=None) -> tuple[str, ...]:
    mask = np.array([one in open_sites for one in "abc"])
    return violations(asked, mask, recount(asked, mask, assignment), assignment)


@pytest.mark.parametrize(
    ("limit", "wrong", "right"),
    [
        (Number(2, 2), "a", "ab"),
        (Number(2, 2), "abc", "bc"),
        (Number(1, None), "", "a"),
        (Budget(9.0), "ac", "ab"),
        (CoverageFloor(0.9), "ab", "abc"),
        (CoverageFloor(1.0, ("u2",)), "ab", "bc"),
        (UnitQuota(("u1", "u2"), 2), "ab", "bc"),
        (UnitCap(("u1",), 1), "ab", "ac"),
        (UnitCap(("u1", "u2"), 0), "c", ""),
        (Apart((("a", "b"),)), "abc", "ac"),
        (Unlike(("a", "b"), 1, "site"), "abc", "ac"),
        (Unlike(("u1", "u2"), 1, "unit"), "bc", "ab"),
    ],
)
def test_each_limit_is_told_when_it_is_broken_and_only_then(limit, wrong, right):
    asked = problem(limit)
    assert len(told(asked, wrong)) == 1
    assert told(asked, right) == ()
    mask = np.array([one in wrong for one in "abc"])
    with pytest.raises(RecountError, match="recount of a siting answer failed"):
        confirm(asked, mask, recount(asked, mask), None)


def test_closings_and_statuses_are_looked_at():
    asked = problem(Closings(1, 1), status=("closing", "closing", "candidate"))
    assert len(told(asked, "ab")) == 1
    assert len(told(asked, "c")) == 1
    assert told(asked, "ac") == ()
    both = problem(Closings(2, 2), status=("closing", "closing", "candidate"))
    assert told(both, "c") == ()
    assert told(both, "abc") == ("0 closings, not 2 to 2",)
    kept = problem(Number(0, 3), status=("required", "forbidden", "candidate"))
    assert told(kept, "a") == ()
    assert told(kept, "c") == ("site a is closed against its status",)
    assert told(kept, "ab") == ("site b is open against its status",)


def test_another_answer_is_told_by_units_it_chose_and_by_sites_that_are_open():
    """An existing site was chosen by nobody, but it is open."""
    standing = ("existing", "candidate", "candidate")
    assert told(problem(Unlike(("u1", "u2"), 1, "unit"), status=standing), "ac") == ()
    assert len(told(problem(Unlike(("u1", "u2"), 1, "unit"), status=standing), "abc")) == 1
    assert len(told(problem(Unlike(("a", "c"), 1, "site"), status=standing), "ac")) == 1
    assert told(problem(Unlike(("a", "b"), 1, "site"), status=standing), "ac") == ()


def test_who_must_be_served_and_is_not_is_told():
    asked = problem(Number(0, 3), objective=ShortestLongestWalk())
    assert told(asked, "abc") == ()
    assert told(asked, "ab") == ("1 demand points are not served though all must be",)


def sent(*rows) -> Assignment:
    demand, site, people = zip(*rows, strict=True)
    return Assignment(np.array(demand, np.int32), np.array(site, np.int32), np.array(people, np.float64))


GOOD = ((0, 0, 10.0), (1, 0, 20.0), (2, 1, 30.0), (3, 2, 40.0))


@pytest.mark.parametrize(
    ("limit", "rows", "broken"),
    [
        (Capacity(), GOOD, ()),
        (Capacity(), (*GOOD[:2], (1, 1, 1.0), *GOOD[2:]), ("above", "more people than they have")),
        (Capacity(), ((0, 0, 10.0), (1, 1, 20.0), (2, 1, 30.0)), ("site b serves 50.0, above 30.0",)),
        (Capacity(), ((0, 2, 10.0),), ("beyond the standard",)),
        (Capacity(), ((3, 1, 10.0),), ("beyond the standard",)),
        (Capacity(single_source=True), ((1, 0, 5.0), (1, 1, 5.0)), ("several sites",)),
        (Capacity("nearest"), GOOD, ("nearest",)),
        (Capacity("nearest"), ((0, 0, 10.0), (1, 1, 20.0), (2, 1, 10.0)), ()),
    ],
)
def test_who_goes_where_is_looked_at(limit, rows, broken):
    found = told(problem(limit), "abc", sent(*rows))
    assert len(found) == len(broken), found
    assert all(part in sentence for part, sentence in zip(broken, found, strict=True))


def test_people_sent_to_a_closed_site_or_nowhere_are_told():
    assert any("not open" in one for one in told(problem(Capacity()), "ab", sent((3, 2, 40.0))))
    assert told(problem(Capacity()), "abc") == ("nobody is assigned though a capacity counts",)


def test_the_recount_itself_is_that_of_the_hand():
    asked = problem(Number(0, 3), objective=LeastPersonTime(unserved=7.0))
    counted = recount(asked, np.array([True, True, False]))
    assert counted.times_covered.tolist() == [1, 2, 1, 0]
    assert counted.served.tolist() == [10, 20, 30, 0]
    assert counted.ways.site.tolist() == [0, 1, 1, -1]
    assert counted.way_cost == 10 * 2 + 20 * 3 + 30 * 4
    assert counted.longest == np.inf
    shared = recount(
        asked, np.ones(3, dtype=bool), sent((0, 0, 10.0), (1, 1, 20.0), (2, 1, 30.0), (3, 2, 40.0))
    )
    assert (shared.way_cost, shared.longest) == (20 + 60 + 120 + 40, 4.0)


def valued(objective, open_sites: str, *, limits=(), assignment=None, **given) -> float:
    asked = problem(*limits, objective=objective, **given)
    mask = np.array([one in open_sites for one in "abc"])
    return value_of(asked, objective, recount(asked, mask, assignment), mask)


@pytest.mark.parametrize(
    ("objective", "by_hand"),
    [
        (MostPeople(), 60),
        (FewestSites(), 2),
        (LeastCost(), 9),
        (LeastPersonTime(unserved=7.0), 10 * 2 + 20 * 3 + 30 * 4 + 40 * 7),
        (LeastPersonTime(unserved=3.5), 10 * 2 + 20 * 3 + 30 * 3.5 + 40 * 3.5),
        (LeastPersonTime(), 10 * 2 + 20 * 3 + 30 * 4),
        (LeastTotal(0.5), 9 + 0.5 * 200),
        (ShortestLongestWalk(), np.inf),
        (MostBackup(), 20),
        (Fairest(), 30 / 70),
        (Fairest(("u1",)), 1.0),
        (MostExpected(0.25), 0.75 * (10 + 30) + (1 - 0.25**2) * 20),
    ],
)
def test_each_objective_is_valued_as_by_hand(objective, by_hand):
    assert valued(objective, "ab") == pytest.approx(by_hand, rel=1e-12)


def test_sites_that_stand_cost_nothing_and_are_not_counted():
    standing = ("existing", "candidate", "candidate")
    assert valued(FewestSites(), "ab", status=standing) == 1
    assert valued(LeastCost(), "ab", status=standing) == 5
    assert valued(LeastTotal(0.5), "ab", status=standing) == 5 + 0.5 * 200
    everything = [valued(ShortestLongestWalk(), "abc"), valued(LeastCost(), "abc"), valued(Fairest(), "abc")]
    assert everything == [4.0, 15.0, 1.0]


def test_what_stands_takes_no_money_from_a_budget():
    asked = problem(Budget(5.0), status=("existing", "candidate", "candidate"))
    assert told(asked, "ab") == ()
    assert len(told(asked, "ac")) == 1


def test_who_is_not_served_for_want_of_room_waits_as_long_as_is_said():
    rows = sent((0, 0, 10.0), (1, 1, 5.0), (2, 1, 25.0))
    found = valued(LeastPersonTime(unserved=7.0), "abc", limits=(Capacity(),), assignment=rows)
    assert found == 10 * 2 + 5 * 3 + 25 * 4 + 7 * (15 + 5 + 40)
    assert valued(MostPeople(), "abc", limits=(Capacity(),), assignment=rows) == 40


def test_a_place_of_nobody_sends_nobody_and_a_person_too_many_is_one_too_many():
    site, demand, cost = (np.array(column) for column in zip(*PAIRS, strict=True))
    asked = make_problem(
        make_sites(("a", "b", "c"), capacity=np.array([90.0] * 3)),
        make_points(("p", "q", "r", "s"), np.array([0.0, 20.0, 30.0, 40.0])),
        from_triples(site.astype(np.int32), demand.astype(np.int32), cost, sites=3, demand_points=4),
        objectives=(ShortestLongestWalk(),), limits=(Capacity(),),
    )  # fmt: skip
    rows = ((1, 0, 20.0), (2, 1, 30.0), (3, 2, 40.0))
    assert told(asked, "abc", sent(*rows)) == ()
    assert told(asked, "abc", sent((1, 0, 20.01), *rows[1:])) == (
        "1 demand points send more people than they have",
    )
    assert told(asked, "abc", sent((1, 0, 19.99), *rows[1:])) == (
        "1 demand points are not served though all must be",
    )


def test_of_equal_ways_the_first_site_has_the_people_and_a_way_that_nobody_goes_is_not_the_longest():
    asked = make_problem(
        make_sites(("a", "b"), capacity=np.array([90.0] * 2)),
        make_points(("p", "q"), np.array([10.0, 20.0])),
        from_triples(
            np.array([0, 1, 1], np.int32), np.array([0, 0, 1], np.int32), np.array([3.0, 3.0, 9.0]), sites=2, demand_points=2
        ),
        objectives=(ShortestLongestWalk(),), limits=(Capacity(),),
    )  # fmt: skip
    both = np.ones(2, dtype=bool)
    assert recount(asked, both).ways.site.tolist() == [0, 1]
    empty = make_problem(
        asked.sites, make_points(("p", "q"), np.array([10.0, 0.0])), asked.pairs,
        objectives=asked.objectives, limits=asked.limits,
    )  # fmt: skip
    assert recount(empty, both, sent((0, 0, 10.0), (1, 1, 0.0))).longest == 3.0
    assert recount(empty, both).longest == 3.0


#: What a solver's arithmetic may be off by, and a little less and more than it.
HERE, BEYOND = 0.9e-6, 1.1e-6


@pytest.mark.parametrize("off", [HERE, BEYOND])
def test_a_limit_is_missed_by_a_millionth_and_no_more(off):
    broken = int(off == BEYOND)
    assert len(told(problem(Budget(9 / (1 + off))), "ab")) == broken
    assert len(told(problem(CoverageFloor(0.6 + off)), "ab")) == broken
    assert len(told(problem(CoverageFloor(0.3 / 0.7 + off, ("u2",))), "ab")) == broken


def many(off: float):
    """Thousands of people, so that the share counts and not the millionth of a person beside it."""
    site, demand, cost = (np.array(column) for column in zip(*PAIRS, strict=True))
    asked = make_problem(
        make_sites(("a", "b", "c"), capacity=np.array([9e6, 3e6, 9e6])),
        make_points(("p", "q", "r", "s"), np.array([0.5, 0.0, 3e6, 0.0])),
        from_triples(site.astype(np.int32), demand.astype(np.int32), cost, sites=3, demand_points=4),
        objectives=(ShortestLongestWalk(),), limits=(Capacity(),),
    )  # fmt: skip
    return asked, sent((0, 0, 0.5), (2, 1, 3e6 * (1 + off)))


def test_room_and_people_are_missed_by_a_millionth_and_no_more():
    assert told(*with_all(*many(HERE))) == ()
    over = told(*with_all(*many(BEYOND)))
    assert [("above" in one, "more people" in one) for one in over] == [(True, False), (False, True)]
    assert told(*with_all(*many(-HERE))) == ()
    assert told(*with_all(*many(-BEYOND))) == ("1 demand points are not served though all must be",)


@pytest.mark.parametrize(("short", "served"), [(0.9e-6, True), (1.2e-6, False)])
def test_less_than_a_person_may_be_short_by_a_millionth_of_a_person(short, served):
    asked, _ = many(0.0)
    rows = sent((0, 0, 0.5 - short), (2, 1, 3e6))
    assert (told(asked, "abc", rows) == ()) is served
    assert (recount(asked, np.ones(3, dtype=bool), rows).longest == 4.0) is served
    more = sent((0, 0, 0.5 + short), (2, 1, 3e6))
    # a millionth beside the millionth part of half a person
    assert told(asked, "abc", more) == ()
    assert len(told(asked, "abc", sent((0, 0, 0.5 + 1.6e-6), (2, 1, 3e6)))) == 1


def with_all(asked, assignment):
    return asked, "abc", assignment


def test_ways_are_counted_only_where_somebody_asks_for_them():
    mask = np.ones(3, dtype=bool)
    plain = problem(Number(0, 3))
    assert not needs_ways(plain)
    assert (recount(plain, mask).ways, recount(plain, mask).way_cost, recount(plain, mask).longest) == (
        None,
        0,
        0,
    )
    for asked in (
        problem(Capacity()),
        problem(objective=LeastPersonTime()),
        problem(objective=LeastTotal(1.0)),
        problem(objective=ShortestLongestWalk()),
    ):
        assert needs_ways(asked)
    site, demand, _ = (np.array(column) for column in zip(*PAIRS, strict=True))
    covers = from_triples(site.astype(np.int32), demand.astype(np.int32), None, sites=3, demand_points=4)
    within = make_problem(
        plain.sites, plain.points, covers, objectives=plain.objectives, limits=plain.limits, units=plain.units
    )
    ways = nearest_ways(within, np.array([True, True, False]))
    assert ways.site.tolist() == [0, 0, 1, -1]
    assert ways.cost.tolist() == [0, 0, 0, np.inf]


def test_shares_of_groups_of_units_without_people_and_of_those_who_have_a_place():
    site, demand, cost = (np.array(column) for column in zip(*PAIRS, strict=True))
    pairs = from_triples(site.astype(np.int32), demand.astype(np.int32), cost, sites=3, demand_points=4)
    groups = {"total": np.array(PEOPLE), "old": np.array([0.0, 1.0, 0.0, 3.0])}

    def of(*limits, objective=None):
        return make_problem(
            make_sites(("a", "b", "c"), capacity=np.array([30.0, 30.0, 40.0]), unit=np.array([0, -1, 1], np.int32)),
            make_points(("p", "q", "r", "s"), groups, unit=np.array([0, 0, 1, 1], np.int32)),
            pairs, objectives=(objective or MostPeople(),), limits=limits, units=("u1", "u2", "u3"), group="total",
        )  # fmt: skip

    assert told(of(CoverageFloor(0.25, None, "old")), "ab") == ()
    assert told(of(CoverageFloor(0.26, None, "old")), "ab") == ("share 0.25 of all below 0.26",)
    assert told(of(CoverageFloor(1.0, ("u3",))), "") == ()
    rows = sent((0, 0, 10.0), (1, 0, 5.0), (3, 2, 28.0))
    assert told(of(Capacity(), CoverageFloor(0.43)), "abc", rows) == ()
    assert len(told(of(Capacity(), CoverageFloor(0.44)), "abc", rows)) == 1
    assert told(of(Capacity(), CoverageFloor(0.4, ("u1", "u2"))), "abc", rows) == ()
    assert told(of(Capacity(), CoverageFloor(0.45, ("u1", "u2"))), "abc", rows) == (
        "share 0.4 of ('u2',) below 0.45",
    )
    # a site in no unit is none of any unit's
    assert told(of(UnitQuota(("u1", "u2", "u3"), 2)), "ab") == ("1 units have a site, not 2",)
    assert told(of(Unlike(("u1", "u2", "u3"), 3, "unit")), "b") == ()
    assert len(told(of(Unlike(("u1", "u2", "u3"), 3, "unit")), "ab")) == 1
    net = of(objective=MostNet("old"))
    mask = np.array([True, True, False])
    assert value_of(net, MostNet("old"), recount(net, mask), mask) == 60 - 1


def test_closings_without_a_most_and_money_without_a_way():
    asked = problem(Closings(1, None), status=("closing", "closing", "candidate"))
    assert told(asked, "c") == told(asked, "ac") == ()
    assert told(asked, "abc") == ("0 closings, not 1 to None",)
    assert valued(LeastTotal(2.0), "ab") == 9 + 2.0 * 200
    assert valued(MostBackup(1), "ab") == 60
