"""Floating catchments: published figures, PySAL, and what must hold whatever the town."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.service.supply.catchment import ACCESS_METHODS, floating_catchment
from coverplan.service.supply.decays import Decay
from makers.reaches import reach_of

MINUTE = 60_000
ALONG = 15 * MINUTE
CONSERVING = ("2sfca", "e2sfca", "3sfca", "spatial_availability")


@pytest.mark.truth
class TestShen:
    """Shen (1998) as worked in Soukhov et al. (2023), PLOS ONE e0278468: three towns, ids in order."""

    PEOPLE = np.array([50_000.0, 150_000.0, 10_000.0])
    JOBS = np.array([100_000.0, 100_000.0, 10_000.0])
    MINUTES = np.array([[15, 30, 100], [30, 15, 100], [100, 100, 15]])

    def access(self, method: str, decay: Decay):
        times = {(s, p): int(self.MINUTES[p, s]) * MINUTE for s in range(3) for p in range(3)}
        reach = reach_of(times, 3, 3, 100 * MINUTE)
        return floating_catchment(reach, self.PEOPLE, self.JOBS, decay, method=method).per_person

    @pytest.mark.parametrize(
        ("rate", "published"), [(0.1, (1.3366693, 0.8880224, 0.9963171)), (0.6, (1.9993, 0.6669, 1.0000))]
    )
    def test_exponential(self, rate: float, published: tuple[float, ...]) -> None:
        found = self.access("e2sfca", Decay("exponential", 100 * MINUTE, rate=rate))
        assert found == pytest.approx(published, abs=5e-5 if rate == 0.6 else 5e-8)

    def test_spatial_availability(self) -> None:
        found = self.access("spatial_availability", Decay("exponential", 100 * MINUTE, rate=0.1))
        assert (found * self.PEOPLE).round().tolist() == [66_833, 133_203, 9_963]
        assert (found * self.PEOPLE).sum() == pytest.approx(210_000)

    def test_a_limit_is_inclusive(self) -> None:
        assert self.access("2sfca", Decay("binary", ALONG)) == pytest.approx([2.0, 2 / 3, 1.0])


@st.composite
def towns(draw):
    sites, points = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    cells = draw(
        st.lists(st.one_of(st.none(), st.integers(0, 15)), min_size=sites * points, max_size=sites * points)
    )
    pairs = {divmod(at, points): minutes * MINUTE for at, minutes in enumerate(cells) if minutes is not None}
    people = np.array(draw(st.lists(st.integers(0, 50), min_size=points, max_size=points)), float)
    supply = np.array(draw(st.lists(st.integers(0, 50), min_size=sites, max_size=sites)), float)
    return pairs, people, supply


STEPS = Decay("stepped", ALONG, steps=((5, 1.0), (10, 0.68), (15, 0.22)))
decays = st.sampled_from(
    [Decay("binary", ALONG), STEPS, Decay("gaussian", ALONG, rate=8.0), Decay("exponential", ALONG, rate=0.1)]
)


@settings(max_examples=60, deadline=None)
@given(towns(), decays, st.sampled_from(CONSERVING))
def test_access_of_all_people_is_the_supply_that_somebody_reaches(town, decay, method) -> None:
    pairs, people, supply = town
    found = floating_catchment(
        reach_of(pairs, len(supply), len(people)), people, supply, decay, method=method
    )
    assert (found.per_person * people).sum() == pytest.approx(
        found.supply_total - found.supply_unreached, abs=1e-9
    )
    assert found.supply_total == supply.sum()


@settings(max_examples=40, deadline=None)
@given(towns(), decays, st.sampled_from(("2sfca", "e2sfca", "spatial_availability")), st.integers(1, 40))
def test_a_new_site_lowers_nobodys_access(town, decay, method, size) -> None:
    pairs, people, supply = town
    before = floating_catchment(
        reach_of(pairs, len(supply), len(people)), people, supply, decay, method=method
    )
    more = pairs | {(len(supply), 0): 3 * MINUTE}
    wider = np.append(supply, float(size))
    after = floating_catchment(reach_of(more, len(wider), len(people)), people, wider, decay, method=method)
    assert (after.per_person >= before.per_person - 1e-12).all()


def test_with_three_stages_a_new_site_can_lower_access() -> None:
    """The exception: p0 turns to its new site, whose room is small, away from the big one that p1 has too."""
    pairs = {(0, 0): MINUTE, (0, 1): MINUTE}
    people, decay = np.array([10.0, 10.0]), Decay("binary", ALONG)
    one = floating_catchment(
        reach_of(pairs, 1, 2), people, np.array([20.0]), decay, method="3sfca"
    ).per_person
    both = floating_catchment(
        reach_of(pairs | {(1, 0): MINUTE}, 2, 2), people, np.array([20.0, 0.1]), decay, method="3sfca"
    ).per_person
    assert both[0] < one[0]


@settings(max_examples=30, deadline=None)
@given(towns(), decays, st.sampled_from(ACCESS_METHODS))
def test_double_people_and_double_supply_change_nothing(town, decay, method) -> None:
    pairs, people, supply = town
    reach = reach_of(pairs, len(supply), len(people))
    one = floating_catchment(reach, people, supply, decay, method=method)
    two = floating_catchment(reach, 2 * people, 2 * supply, decay, method=method)
    assert two.per_person == pytest.approx(one.per_person)


@settings(max_examples=20, deadline=None)
@given(towns(), decays, st.sampled_from([m for m in ACCESS_METHODS if m != "bfca"]), st.floats(0, 1))
def test_splitting_a_cell_changes_nobodys_access(town, decay, method, part) -> None:
    pairs, people, supply = town
    count = len(people)
    halves = np.append(people, (1 - part) * people[0])
    halves[0] *= part
    twin = pairs | {(site, count): time for (site, point), time in pairs.items() if point == 0}
    one = floating_catchment(reach_of(pairs, len(supply), count), people, supply, decay, method=method)
    two = floating_catchment(reach_of(twin, len(supply), count + 1), halves, supply, decay, method=method)
    assert two.per_person[:count] == pytest.approx(one.per_person)
    assert two.per_person[count] == pytest.approx(two.per_person[0])


def test_with_bfca_it_matters_how_people_are_cut_into_cells() -> None:
    """The exception: supply goes to cells by their times alone, so that cutting a cell in two changes what all get."""
    decay = Decay("binary", ALONG)
    pairs = {(0, 0): MINUTE, (0, 1): MINUTE}
    whole = floating_catchment(
        reach_of(pairs, 1, 2), np.array([10.0, 10.0]), np.array([20.0]), decay, method="bfca"
    ).per_person
    split = floating_catchment(
        reach_of(pairs | {(0, 2): MINUTE}, 1, 3),
        np.array([5.0, 10.0, 5.0]),
        np.array([20.0]),
        decay,
        method="bfca",
    ).per_person
    assert whole.tolist() == pytest.approx([1 / 2, 1 / 2])
    assert split.tolist() == pytest.approx([1 / 3] * 3)


def test_no_limit_gives_supply_over_people_everywhere() -> None:
    pairs = {(s, p): (s * 3 + p) * MINUTE for s in range(2) for p in range(4)}
    people, supply = np.array([1.0, 2.0, 3.0, 4.0]), np.array([5.0, 15.0])
    found = floating_catchment(reach_of(pairs, 2, 4), people, supply, Decay("binary", ALONG), method="2sfca")
    assert found.per_person == pytest.approx([2.0] * 4)


def test_unknown_supply_is_said_and_never_zero() -> None:
    pairs = {(0, 0): MINUTE, (1, 0): MINUTE, (1, 1): MINUTE}
    found = floating_catchment(
        reach_of(pairs, 2, 3), np.array([5.0, 5.0, 5.0]), np.array([10.0, np.nan]), Decay("binary", ALONG)
    )
    assert found.per_person[0] == 2.0
    assert np.isnan(found.per_person[1])
    assert found.per_person[2] == 0.0
    assert found.unknown_within.tolist() == [1, 1, 0]
    assert found.sites_unknown == 1
    assert found.people_unreached == 5.0
    assert np.isnan(found.ratio[1])


def test_series_are_taken_by_id() -> None:
    reach = reach_of({(0, 0): MINUTE, (1, 1): MINUTE}, 2, 2)
    people = pd.Series({"p001": 4.0, "p000": 2.0})
    supply = pd.Series({"s01": 8.0, "s00": 10.0})
    found = floating_catchment(reach, people, supply, Decay("binary", ALONG)).as_series()
    assert found.to_dict() == {"p000": 5.0, "p001": 2.0}
    with pytest.raises(ValueError, match="lacks ids"):
        floating_catchment(reach, people.drop("p001"), supply, Decay("binary", ALONG))


def test_what_cannot_be_is_refused() -> None:
    reach = reach_of({(0, 0): MINUTE}, 1, 1)
    with pytest.raises(ValueError, match="not negative"):
        floating_catchment(reach, np.array([1.0]), np.array([-1.0]), Decay("binary", ALONG))
    with pytest.raises(ValueError, match="not negative"):
        floating_catchment(reach, np.array([np.nan]), np.array([1.0]), Decay("binary", ALONG))
    with pytest.raises(ValueError, match="shape"):
        floating_catchment(reach, np.ones(2), np.ones(1), Decay("binary", ALONG))
    with pytest.raises(ValueError, match="searched up to"):
        floating_catchment(reach, np.ones(1), np.ones(1), Decay("binary", 2 * ALONG))


@pytest.fixture(scope="module")
def random_town():
    """Pairs with ties and zero minutes, points without people, sites without supply, points nobody reaches."""
    draw = np.random.default_rng(3)
    points, sites = 60, 9
    pairs = {
        (int(s), int(p)): int(draw.integers(0, 16)) * MINUTE
        for s in range(sites)
        for p in range(points)
        if draw.random() < 0.3
    }
    people = draw.integers(0, 30, points).astype(float)
    people[draw.random(points) < 0.2] = 0
    supply = draw.integers(0, 20, sites).astype(float)
    supply[2] = 0
    return pairs, people, supply


@pytest.mark.truth
@pytest.mark.parametrize("variant", ["2sfca", "e2sfca", "gaussian", "3sfca"])
def test_as_pysal(random_town, variant: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fca = pytest.importorskip("access.fca")
        from access import weights
    pairs, people, supply = random_town
    cost = pd.DataFrame(
        [(p, s, t / MINUTE) for (s, p), t in pairs.items()], columns=["origin", "dest", "cost"]
    )
    frames = (pd.DataFrame({"demand": people}), pd.DataFrame({"supply": supply}), cost)
    steps = weights.step_fn({5: 1.0, 10: 0.68, 15: 0.22})
    asked = {
        "2sfca": (fca.two_stage_fca, None, "2sfca", Decay("binary", ALONG)),
        "e2sfca": (fca.two_stage_fca, steps, "e2sfca", STEPS),
        "gaussian": (fca.two_stage_fca, weights.gaussian(8), "e2sfca", Decay("gaussian", ALONG, rate=8.0)),
        "3sfca": (fca.three_stage_fca, steps, "3sfca", STEPS),
    }
    function, weight, method, decay = asked[variant]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = function(*frames, max_cost=15, demand_index=True, supply_index=True, weight_fn=weight)
    reach = reach_of(pairs, len(supply), len(people))
    ours = floating_catchment(reach, people, supply, decay, method=method).per_person
    assert ours[theirs.index] == pytest.approx(theirs.to_numpy(), rel=1e-9)
    assert not ours[np.setdiff1d(np.arange(len(people)), theirs.index)].any()
