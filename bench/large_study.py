"""A study with 103,710 cells and over 40,000 streets, made of the demo's, for the speed of the desk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from coverplan.answer.prepared import Prepared, prepare
from coverplan.ground.demand import Demand
from coverplan.ground.network import Network, Passage

#: Into so many every cell is cut.
CELLS = 5


def split_cells(demand: Demand, times: int) -> Demand:
    """Every cell cut into some of equal people, a few metres apart."""
    shift = np.random.default_rng(5).uniform(-20, 20, (times, 2, demand.points))
    ids = np.array([f"{name}-{part}" for part in range(times) for name in demand.ids], dtype=object)
    order = np.argsort(ids.astype(str), kind="stable")
    return Demand(
        ids[order],
        np.concatenate([demand.x + dx for dx, _ in shift])[order],
        np.concatenate([demand.y + dy for _, dy in shift])[order],
        {group: np.tile(people / times, times)[order] for group, people in demand.people.items()},
        np.tile(demand.unit, times)[order],
        np.tile(demand.inside, times)[order],
    )


def halved(streets: Network, chosen: np.ndarray) -> Network:
    """The streets with some of them cut at the middle of a straight line; for the speed of pages, not for travel."""
    rest = np.flatnonzero(~np.isin(np.arange(streets.edges), chosen))
    first, last = streets.edge_from[chosen], streets.edge_to[chosen]
    x = (streets.node_x[first] + streets.node_x[last]) / 2
    y = (streets.node_y[first] + streets.node_y[last]) / 2
    middle = np.arange(streets.nodes, streets.nodes + len(chosen), dtype=np.int32)
    rows = np.concatenate((rest, chosen, chosen))
    shapes = [
        (streets.shape_x[a:b], streets.shape_y[a:b])
        for a, b in zip(streets.shape_start[rest], streets.shape_start[rest + 1], strict=True)
    ]
    at = streets.node_x, streets.node_y
    shapes += [
        (np.array([at[0][a], mx]), np.array([at[1][a], my])) for a, mx, my in zip(first, x, y, strict=True)
    ]
    shapes += [
        (np.array([mx, at[0][b]]), np.array([my, at[1][b]])) for b, mx, my in zip(last, x, y, strict=True)
    ]
    half = np.concatenate(
        (streets.length_m[rest], streets.length_m[chosen] / 2, streets.length_m[chosen] / 2)
    )
    return replace(
        streets,
        node_x=np.concatenate((streets.node_x, x)),
        node_y=np.concatenate((streets.node_y, y)),
        node_key=np.concatenate((streets.node_key, streets.node_key.max() + 1 + np.arange(len(chosen)))),
        edge_from=np.concatenate((streets.edge_from[rest], first, middle)),
        edge_to=np.concatenate((streets.edge_to[rest], middle, last)),
        length_m=half,
        shape_start=np.concatenate(([0], np.cumsum([len(one) for one, _ in shapes]))),
        shape_x=np.concatenate([one for one, _ in shapes]),
        shape_y=np.concatenate([one for _, one in shapes]),
        **{
            name: getattr(streets, name)[rows]
            for name in ("kind", "steps", "bridge", "tunnel", "maxspeed_kmh", "name")
        },
        passages={mode: Passage.take(passage, rows) for mode, passage in streets.passages.items()},
    )


def large(scenario: Path) -> Prepared:
    """The demo with 103,710 cells and over 40,000 streets."""
    ready = prepare(scenario)
    streets = ready.study.network
    assert streets is not None
    streets = halved(streets, np.arange(streets.edges))
    streets = halved(streets, np.argsort(-streets.length_m, kind="stable")[: 40_500 - streets.edges])
    # without water in the way: which street lies across a river is looked for once, at the start, and takes minutes here
    study = replace(
        ready.study, demand=split_cells(ready.study.demand, CELLS), network=streets, barriers=None
    )
    return replace(ready, study=study)
