"""Classic models by chance from tables of every shape: one question, one answer, the one that trying every set gives."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import scipy.sparse as sp

from coverplan.siting import LSCP, MCLP, MostAttendance, MultipleMCLP, PCenter, PDispersion, PMedian

RADIUS = 8.0


def shapes(rng, costs, people):
    """The same costs and people as an array, a table, a long table, a sparse and a masked array."""
    points, sites = costs.shape
    rows, columns = [f"h{k}" for k in range(points)], [f"s{k}" for k in range(sites)]
    wide = pd.DataFrame(costs, index=rows, columns=columns)
    mixed = wide.iloc[rng.permutation(points), rng.permutation(sites)]
    named = pd.Series(people, index=rows)
    long = wide.rename_axis("home").reset_index().melt("home", var_name="shop", value_name="km")
    long = long[np.isfinite(long["km"])].sample(frac=1, random_state=int(rng.integers(99)))
    row, column = np.nonzero(np.isfinite(costs))
    stored = sp.coo_array((costs[row, column], (row, column)), shape=costs.shape)
    return {
        "array": (costs, people, {}),
        "sparse": (stored, people, {}),
        "csc": (stored.tocsc(), people, {}),
        "masked": (np.ma.masked_invalid(costs), people, {"blank_is_absent": True}),
        "wide": (mixed, named.sample(frac=1, random_state=1), {}),
        "blank": (mixed.replace(np.inf, np.nan), dict(named), {"blank_is_absent": True}),
        "text": (mixed.replace(np.inf, np.nan).astype(object).map(lambda one: "" if pd.isna(one) else str(one)), dict(named), {"blank_is_absent": True}),
        "long": (long, named, {"columns": ("home", "shop", "km")}),
    }  # fmt: skip


def marks(rng, chosen, ids):
    """Some way to say which sites are meant."""
    flags = [one in chosen for one in ids]
    ways = (
        [ids[k] for k in np.flatnonzero(flags)],
        flags,
        np.array(flags),
        {one: "是" if flag else "否" for one, flag in zip(ids, flags, strict=True)},
        pd.Series(flags, index=list(ids)).astype(float).sample(frac=1, random_state=2),
    )
    return ways[rng.integers(len(ways))]


def models(number, times):
    """Name, model, arguments and value of a set of sites by hand, from costs to open sites (inf where there is no way)."""
    by = {"p_facilities": number}
    near = {**by, "service_radius": RADIUS}
    nearest = lambda ways: ways.min(axis=1)  # noqa: E731
    return (
        (MCLP, near, 1, lambda ways, people: people[nearest(ways) <= RADIUS].sum()),
        (MultipleMCLP, {**near, "times": times}, 1, lambda ways, people: people[(ways <= RADIUS).sum(axis=1) >= times].sum()),
        (MostAttendance, near, -1, lambda ways, people: people @ np.minimum(nearest(ways), RADIUS)),
        (PMedian, by, -1, lambda ways, people: people @ nearest(ways)),
        (PCenter, by, -1, lambda ways, people: nearest(ways)[people > 0].max()),
    )  # fmt: skip


def fuzz_tables(seed):
    """Raise AssertionError where two shapes of one question, or an answer and every set of sites, differ."""
    rng = np.random.default_rng(seed)
    points, sites = int(rng.integers(3, 9)), int(rng.integers(3, 7))
    costs = rng.integers(0, 15, (points, sites)).astype(float)
    costs[rng.random(costs.shape) < rng.choice([0.0, 0.3])] = np.inf
    costs[np.arange(points), rng.integers(0, sites, points)] = (
        3  # a table with one row per pair names everybody
    )
    costs[rng.integers(0, points, sites), np.arange(sites)] = 5
    people = rng.integers(1, 9, points).astype(float)
    number = int(rng.integers(1, sites))
    stands = set(rng.choice(sites, int(rng.integers(0, sites - number + 1)), replace=False).tolist())
    free = [one for one in range(sites) if one not in stands]
    must = set(rng.choice(free, int(rng.integers(0, number + 1)), replace=False).tolist())
    sets = [set(one) for one in itertools.combinations(free, number) if must <= set(one)]
    model, given, sense, value = models(number, int(rng.integers(1, 3)))[rng.integers(5)]
    best = sense * max(sense * value(costs[:, sorted(one | stands)], people) for one in sets)
    for shape, (table, weights, how) in shapes(rng, costs, people).items():
        named = shape in {"wide", "blank", "text", "long"}
        ids = [f"s{k}" if named else str(k) for k in range(sites)]
        answer = model.from_cost_matrix(
            table,
            weights=weights,
            **given,
            **how,
            predefined_facilities=marks(rng, {ids[k] for k in must}, ids),
            existing_facilities=marks(rng, {ids[k] for k in stands}, ids),
        ).solve()
        if np.isinf(best):
            assert answer.solution.status == "infeasible", f"{shape}: {answer.solution.status}"
            continue
        assert answer.solution.status == "optimal", f"{shape}: {answer.solution.status}"
        assert abs(answer.objective - best) <= 1e-6 * max(1.0, abs(best)), (
            f"{shape}: {answer.objective}, not {best}"
        )
    fuzz_fewest(costs)
    fuzz_dispersion(rng)


def fuzz_fewest(costs):
    """Fewest sites for everybody against every set."""
    near = costs <= RADIUS
    covers = [
        size
        for size in range(1, near.shape[1] + 1)
        for some in itertools.combinations(range(near.shape[1]), size)
        if near[:, some].any(axis=1).all()
    ]
    answer = LSCP.from_cost_matrix(costs, RADIUS).solve()
    assert answer.objective == (covers[0] if covers else None), f"{answer.objective}, not {covers[:1]}"


def fuzz_dispersion(rng):
    """Sites as far apart as can be, some of them fixed, against every set."""
    count = int(rng.integers(3, 8))
    places = rng.integers(0, 9, (count, 2)).astype(float)
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    number = int(rng.integers(2, count + 1))
    fixed = set(rng.choice(count, int(rng.integers(0, number + 1)), replace=False).tolist())
    best = max(
        min(apart[a, b] for a, b in itertools.combinations(some, 2))
        for some in itertools.combinations(range(count), number)
        if fixed <= set(some)
    )
    answer = PDispersion.from_cost_matrix(apart, number, [k in fixed for k in range(count)]).solve()
    assert (answer.objective, answer.status) == (best, "optimal"), f"{answer}, not {best}"
    assert answer.bound == best
    assert {str(k) for k in fixed} <= set(answer.selected)
