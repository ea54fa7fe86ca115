"""One sum of money for several standards at once: as good as every choice tried out, asked by the page's own call."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import pandas as pd
import pytest

from coverplan.desk.server.app import desk_app
from coverplan.desk.server.desk import Desk
from coverplan.desk.server.openapi import API
from coverplan.desk.workbench import proposal
from coverplan.desk.workbench.bench import Workbench
from coverplan.desk.workbench.shared_money import Asked, affordable_together
from coverplan.scenario.change_file import Change
from desk.desktown import Web, ended, toy
from makers import toyfiles
from towns import toytown

RATES = {"currency": "万元", "types": {"day_care": {"open": 60}, "police": {"open": 40}}}
NODES = list(product(range(toytown.SIDE), repeat=2))
OLD = {"elder_care": (0, 0), "safety": (4, 4)}


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    """The toy town with a second service in the far corner and rates for both; people weigh otherwise by place."""
    folder = tmp_path_factory.mktemp("shared")
    toyfiles.write_yaml(folder / "costs.yaml", RATES)
    standards = [
        {"layer": "elder_care", "types": ["day_care"], "groups": ["age_60_plus"], "minutes": 2, "name": "old"},
        {"layer": "safety", "groups": ["total"], "minutes": 2, "name": "all"},
        {"layer": "safety", "groups": ["age_60_plus"], "minutes": 3, "name": "far"},
    ]  # fmt: skip
    ask = {"most_people": {"standard": "old", "new": 1, "type": "day_care"}, "costs": "costs.yaml"}
    path = toy(folder, standards=standards, siting=ask)
    people = toyfiles.people()
    people["residents"] = 10 + 3 * people.index
    people["older"] = 2 + people.index % 5
    people.to_csv(folder / "people.csv", index=False)
    x, y = toytown.xy(*OLD["safety"])
    pd.DataFrame([{"id": "s0", "x": x, "y": y}]).to_csv(folder / "safety.csv", index=False)
    safety = {"layer": "safety", "file": "safety.csv", "crs": toytown.CRS, "type": "police"}
    facilities = [*toyfiles.STUDY["facilities"], safety]
    toyfiles.write_yaml(folder / "study.yaml", {**toyfiles.STUDY, "facilities": facilities})
    return path


def reached(bench: Workbench, standard: int) -> dict[tuple[int, int], set[int]]:
    """Corners that a new one at each corner reaches, as many streets away as from the old one."""
    asked = bench.idea.standards[standard]
    return {at: near(at, streets_of(bench, standard, asked.layer)) for at in NODES}


def streets_of(bench: Workbench, standard: int, layer: str) -> int:
    """How many streets a standard reaches: the old one in its corner reaches a triangle of that side."""
    covered = bench.state().standards[standard].coverage.covered.sum()
    return next(far for far in range(9) if len(near(OLD[layer], far)) == covered)


def near(at: tuple[int, int], streets: int) -> set[int]:
    return {
        position for position, one in enumerate(NODES) if abs(one[0] - at[0]) + abs(one[1] - at[1]) <= streets
    }


@pytest.mark.parametrize("budget", [50, 100, 125, 145])
def test_several_standards_are_served_as_well_as_by_trying_all(scenario, budget, monkeypatch) -> None:
    monkeypatch.setattr(proposal, "SPACING_M", 50.0)  # every corner of the town is asked about
    bench = Workbench.open(scenario)
    standards = bench.idea.standards
    prices = {"elder_care": {"day_care": 60.0}, "safety": {"police": 40.0}}
    found = affordable_together(
        bench.ground, bench.idea, [Asked(one, prices[one.layer]) for one in standards], budget
    )
    demand = bench.ground.ready.study.demand
    order = {name: position for position, name in enumerate(demand.ids)}
    to_point = [order[f"d{r}{c}"] for r, c in NODES]
    reach = [reached(bench, position) for position in range(len(standards))]
    weight = [[float(demand.people[one.groups[0]][at]) for at in to_point] for one in standards]
    left = [set(range(len(NODES))) - near(OLD[one.layer], streets_of(bench, position, one.layer)) for position, one in enumerate(standards)]  # fmt: skip
    options = [(layer, at) for layer in prices for at in NODES]
    cost = {layer: next(iter(of.values())) for layer, of in prices.items()}

    def gain(some) -> float:
        total = 0.0
        for position, one in enumerate(standards):
            new = set().union(*(reach[position][at] for layer, at in some if layer == one.layer), set())
            total += sum(weight[position][point] for point in new & left[position])
        return total

    choices = (some for number in range(1, 4) for some in combinations(options, number))
    best = max(gain(some) for some in choices if sum(cost[layer] for layer, _ in some) <= budget)
    assert found.total == pytest.approx(best)
    assert found.bound >= best - 1e-6
    assert sum(cost[layer] for layer in found.layers) <= budget
    assert sum(found.gained) == pytest.approx(found.total)
    # by the desk's own measure of the idea with all of them
    rows = zip(found.x, found.y, found.layers, found.kinds, strict=True)
    opened = tuple(
        Change.model_validate(
            {"open": {"layer": layer, "id": f"n{at}", "x": x, "y": y, "crs": toytown.CRS, "offers": {"type": kind}}}
        )
        for at, (x, y, layer, kind) in enumerate(rows)
    )  # fmt: skip
    present, idea = (
        bench.state().standards,
        bench.ground.answer(replace(bench.idea, changes=opened)).standards,
    )
    more = (now.people[now.standard.groups[0]]["covered"][0] - then.people[now.standard.groups[0]]["covered"][0] for now, then in zip(idea, present, strict=True))  # fmt: skip
    assert sum(more) == pytest.approx(found.total)


@pytest.mark.parametrize("budget", [60, 130, 200])
def test_one_standard_is_served_alike_alone_and_as_the_only_one_of_several(scenario, budget) -> None:
    bench = Workbench.open(scenario)
    first, prices = bench.idea.standards[0], {"day_care": 60.0}
    alone = proposal.affordable(bench.ground, bench.idea, first, budget, prices=prices)
    together = affordable_together(bench.ground, bench.idea, [Asked(first, prices)], budget)
    assert together.total == pytest.approx(alone.total)
    assert together.bound == pytest.approx(alone.bound)
    assert (together.layers, together.kinds) == (alone.layers, alone.kinds)


def test_the_page_asks_for_several_standards_with_one_sum(scenario) -> None:
    web = Web(desk_app(Desk(scenario)))
    card = web.post(f"{API}/ideas", json={"name": "together"}).json()
    path = f"{API}/ideas/{card['id']}/proposals"
    asked = {"standard": "old", "budget": 100, "beside": ["all", "far", "old"], "from_present": True}
    found = ended(web, web.post(path, json=asked).json())["found"]
    assert sorted((place["layer"], place["type"]) for place in found["places"]) in (
        [("elder_care", "day_care"), ("safety", "police")],
        [("safety", "police")] * 2,
    )
    assert sorted(found["beside"]) == ["all", "far"]
    present = web.get(f"{API}/ideas/{card['id']}").json()["numbers"]["standards"]
    before = {one["key"]: one["groups"][0]["covered"] for one in present}
    after = {key: next(iter(one["groups"].values()))["covered"] for key, one in found["beside"].items()}
    after["old"] = next(iter(found["best"]["groups"].values()))["covered"]
    assert sum(after[key] - before[key] for key in before) == pytest.approx(found["total"])
    assert found["best"]["cost"] <= 100
    alone = {"standard": "old", "type": "day_care", "new": 1, "beside": ["all"]}
    assert web.post(path, json=alone).status_code == 400
    assert web.post(path, json={**asked, "beside": ["nobody"]}).status_code == 422
